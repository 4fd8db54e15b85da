"""Slots: which names and values there can be, their order, and what persistence itself promises."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from hypothesis import given
from hypothesis import strategies as st
from persistent.list import PersistentList
from persistent.mapping import PersistentMapping
from ZODB.blob import Blob

from uvm_core.memory.catalogue import index_document, new_catalogue, search
from uvm_core.objects import Method, SlotError, UvmObject, clone, own_slots, put_slot_at, send, slot_names

from .worlds import connected, database, picture

SOURCE = "def x(self):\n    return 1\n"

REFUSED_NAMES: list[Any] = [
    "_p_x",
    "_p_changed2",
    "_v_x",
    "_v_chain",
    "__class__",
    "__dict__",
    "__x",
    "_found",
    "class",
    "None",
    "",
    "*",
    "**",
    "a b",
    "a-b",
    "1a",
    "x()",
    "a**",
    "ﬁne",
    "ｘ",
    "a" * 129,
    "a\n",
]


@pytest.mark.parametrize("name", REFUSED_NAMES)
def test_a_name_that_cannot_be_a_slot_is_refused_with_a_sentence(name: str) -> None:
    made = UvmObject(kept=1)
    with pytest.raises(SlotError, match=r".+\.$"):
        setattr(made, name, 1)
    with pytest.raises(SlotError):
        UvmObject({name: 1})
    assert slot_names(made) == ["kept"]


@pytest.mark.parametrize("name", [3, None, b"x", ("a",)])
def test_a_name_that_is_no_text_is_refused(name: Any) -> None:
    with pytest.raises((SlotError, TypeError), match=r"text|string|str"):
        UvmObject({name: 1})


@pytest.mark.parametrize(
    "name", ["x", "_x", "_clone_persistent_", "größe", "parent*", "synthesis_state*", "名前", "x_1"]
)
def test_a_name_that_can_be_a_slot_is_one(name: str) -> None:
    made = UvmObject()
    setattr(made, name, None)
    assert slot_names(made) == [name]


def cyclic() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


def too_deep() -> list[Any]:
    found: list[Any] = []
    for _ in range(70):
        found = [found]
    return found


@pytest.mark.parametrize(
    "value",
    [
        len,
        lambda: 1,
        math,
        int,
        UvmObject,
        (x for x in ()),
        iter([]),
        range(3),
        object(),
        1j,
        slice(1),
        ValueError("x"),
        bytearray(b"x"),
        [lambda: 1],
        {"k": [object()]},
        {1: {2: (3, len)}},
        cyclic(),
        too_deep(),
        UvmObject(x=Method(SOURCE)).x,
        [UvmObject(x=Method(SOURCE)).x],
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_the_image_does_not_hold_is_refused_with_a_sentence(value: Any) -> None:
    made = UvmObject(kept=1)
    with pytest.raises(SlotError, match=r".+\.$"):
        made.x = value
    assert slot_names(made) == ["kept"]


@pytest.mark.parametrize("value", [3, "text", [3], {UvmObject(): 1}, {UvmObject()}, [None], b"x", (x for x in ())])
def test_a_parent_slot_takes_objects_only(value: Any) -> None:
    made = UvmObject()
    with pytest.raises(SlotError, match="A parent slot holds an object, or a sequence of objects"):
        setattr(made, "parent*", value)


def test_a_parent_slot_takes_any_sequence_of_objects() -> None:
    one, two = UvmObject(x=1), UvmObject(x=2, y=2)
    for value in ([one, two], (one, two), PersistentList([one, two])):
        kid = UvmObject({"parent*": value})
        assert own_slots(kid)["parent*"] == (one, two)
        assert (kid.x, kid.y) == (1, 2)
    kid = UvmObject({"parent*": None, "other*": two})
    assert kid.x == 2


@given(
    st.lists(
        st.tuples(st.sampled_from(["set", "method", "remove", "place"]), st.sampled_from("xyz"), st.integers(0, 3))
    )
)
def test_slots_keep_their_order_whatever_they_become(changes: list[tuple[str, str, int]]) -> None:
    made, order = UvmObject(), []
    for what, name, number in changes:
        if what == "remove":
            if name in order:
                delattr(made, name)
                order.remove(name)
            continue
        value = Method(f"def {name}(self):\n    return {number}\n") if what == "method" else number
        if what == "place":
            put_slot_at(made, name, value, number)
            order = [other for other in order if other != name]
            order.insert(number, name)
        else:
            setattr(made, name, value)
            order = order if name in order else [*order, name]
        assert slot_names(made) == order
        assert own_slots(made)[name] == value


def test_order_and_kinds_survive_a_reopen(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = UvmObject(z=1, y=[1, (2, {3})], x=Method(SOURCE), w={"a": {1: None}}, v=float("nan"))
        made.z = Method("def z(self):\n    return 0\n")
        made.x = 5
        here.commit()
        before = picture({"made": made})
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        assert picture({"made": here.root["made"]}) == before
        assert slot_names(here.root["made"]) == ["z", "y", "x", "w", "v"]


def test_data_becomes_a_method_and_back_and_is_never_both() -> None:
    made = UvmObject(a=0, x=1, b=2)
    made.x = Method(SOURCE)
    assert send(made, "x") == 1
    assert "x" not in made.__dict__
    made.x = 7
    assert made.x == 7
    assert slot_names(made) == ["a", "x", "b"]
    del made.x
    with pytest.raises(AttributeError, match="no slot 'x'"):
        _ = made.x
    with pytest.raises(AttributeError, match="no slot 'x' of its own"):
        del made.x


def test_removing_an_inherited_slot_is_refused() -> None:
    parent = UvmObject(x=1)
    kid = UvmObject({"parent*": parent})
    with pytest.raises(AttributeError, match="of its own"):
        del kid.x
    assert parent.x == 1


# --- what persistence promises (after persistent's own tests) ---------------------------------------------------------


def test_a_change_is_registered_and_a_read_is_not(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = UvmObject(x=1, items=[], m=Method(SOURCE))
        kid = here.root["kid"] = UvmObject({"parent*": made})
        here.commit()
        assert (made._p_changed, kid._p_changed) == (False, False)
        _ = (made.x, kid.x, kid.items, slot_names(kid), own_slots(made), send(kid, "m"))
        assert (made._p_changed, kid._p_changed) == (False, False)
        kid.x = 2
        assert (made._p_changed, kid._p_changed) == (False, True)
        here.begin()
        assert kid.x == 1
        del made.x
        assert made._p_changed
        here.begin()
        put_slot_at(made, "x", 1, 2)
        assert made._p_changed


def test_a_ghost_wakes_for_every_way_to_look_and_write(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = UvmObject(x=1, m=Method(SOURCE))
        here.root["kid"] = UvmObject({"parent*": made})
        here.commit()
        kid = here.root["kid"]
        looks: list[Any] = [
            lambda: kid.x,
            lambda: send(kid, "m"),
            lambda: slot_names(kid),
            lambda: own_slots(made),
            lambda: setattr(kid, "y", 1),
            lambda: setattr(made, "m", 1),
            lambda: delattr(made, "m"),
            lambda: repr(kid),
            lambda: clone(kid),
        ]
        for look in looks:
            here.begin()
            for ghost in (kid, made):
                ghost._p_deactivate()
                assert ghost._p_changed is None
            look()
        here.begin()
        kid._p_invalidate()
        assert kid._p_changed is None
        kid._p_activate()
        assert kid._p_changed is False
        assert slot_names(kid) == ["parent*"]


def test_an_abort_takes_back_slots_and_order(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = UvmObject(x=1, y=2)
        here.commit()
        before = picture({"made": made})
        made.z = 3
        del made.x
        made.y = Method("def y(self):\n    return 1\n")
        here.begin()
        assert picture({"made": made}) == before
        assert made.y == 2


@pytest.mark.parametrize("bad", ["lambda", "bound", "cycle"])
def test_what_got_into_a_list_in_place_and_cannot_be_kept_stops_the_commit_and_loses_nothing(
    bad: str, tmp_path: Path
) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = UvmObject(items=[1], m=Method(SOURCE))
        here.commit()
        made.items.append({"lambda": lambda: 1, "bound": made.m, "cycle": made.items}[bad])
        made._p_changed = True
        with pytest.raises(SlotError, match="The slot 'items' cannot be kept"):
            here.commit()
        here.begin()
        assert made.items == [1]
        made.items = [2]
        here.commit()
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        assert here.root["made"].items == [2]


def test_an_inherited_list_put_into_another_is_kept_as_a_plain_one(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        parent = UvmObject(base=[1, {"a": {2}}])
        made = here.root["made"] = UvmObject({"parent*": parent}, items=[])
        made.items.append(made.base)
        made.copy = made.base
        made._p_changed = True
        here.commit()
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        assert here.root["made"].items == [[1, {"a": {2}}]]
        assert type(here.root["made"].copy) is list


def test_an_inherited_container_is_read_only_where_no_method_runs() -> None:
    parent = UvmObject(items=[[1]], table={"a": [1]}, bag={1}, pair=([1],))
    kid = UvmObject({"parent*": parent})
    for change in (
        lambda: kid.items.append(2),
        lambda: kid.items[0].append(2),
        lambda: kid.table.update(b=1),
        lambda: kid.table["a"].append(2),
        lambda: kid.bag.add(2),
        lambda: kid.pair[0].append(2),
        lambda: kid.items.__iadd__([1]),
        lambda: kid.items.sort(),
    ):
        with pytest.raises(SlotError, match="read-only here"):
            change()
    assert own_slots(parent) == {"items": [[1]], "table": {"a": [1]}, "bag": {1}, "pair": ([1],)}
    assert slot_names(kid) == ["parent*"]


# --- clones -----------------------------------------------------------------------------------------------------------


def test_a_clone_has_its_own_data_and_shares_parents_and_references() -> None:
    parent, friend = UvmObject(p=1), UvmObject(f=1)
    made = UvmObject({"parent*": (parent, friend)}, items=[[1], friend], m=Method(SOURCE), pair=([1],), bag={1})
    copied = clone(made)
    assert isinstance(copied, UvmObject)
    assert slot_names(copied) == slot_names(made)
    assert own_slots(copied) == own_slots(made)
    copied.items[0].append(2)
    copied.pair[0].append(2)
    copied.bag.add(2)
    assert own_slots(made)["items"] == [[1], friend]
    assert (made.pair, made.bag) == (([1],), {1})
    assert own_slots(copied)["parent*"] == (parent, friend)
    assert copied.items[1] is friend


def test_a_clone_has_the_bytes_of_blobs(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = UvmObject(blob=Blob(b"committed"), empty=Blob(), fresh=Blob(b"new"))
        early = clone(made)
        here.root["early"] = early
        here.commit()
        here.root["late"] = clone(made)
        here.commit()
        with made.blob.open("w") as file:
            file.write(b"changed")
        here.commit()
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        for name in ("early", "late"):
            copied = here.root[name]
            with copied.blob.open("r") as file:
                assert file.read() == b"committed"
            with copied.fresh.open("r") as file:
                assert file.read() == b"new"
            assert isinstance(copied.empty, Blob)


def test_a_clone_has_persistent_containers_of_its_own() -> None:
    friend = UvmObject()
    tree, big = OOBTree({"a": [1], "f": friend}), LOBTree({number: [number] for number in range(5000)})
    made = UvmObject(
        tree=tree, big=big, rows=PersistentList([[1], friend]), table=PersistentMapping(a=OOBTree({"b": [1]}))
    )
    copied = clone(made)
    assert isinstance(copied, UvmObject)
    copied.tree["a"].append(2)
    copied.tree["z"] = 1
    copied.big[7].append(8)
    copied.rows[0].append(2)
    copied.table["a"]["b"].append(2)
    assert dict(tree) == {"a": [1], "f": friend}
    assert big[7] == [7]
    assert len(copied.big) == 5000
    assert list(made.rows) == [[1], friend]
    assert made.table["a"]["b"] == [1]
    assert copied.tree["f"] is friend is copied.rows[1]


def test_a_clone_of_a_catalogue_indexes_for_itself(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = UvmObject(new_catalogue())
        index_document(made, "one", "springs and clocks")
        here.commit()
        copied = here.root["copied"] = clone(made)
        index_document(copied, "two", "clocks and customers")
        here.commit()
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made, copied = here.root["made"], here.root["copied"]
        assert [chunk.document_id for chunk in search(made, "clocks")] == ["one"]
        assert sorted(chunk.document_id for chunk in search(copied, "clocks")) == ["one", "two"]
        assert search(made, "customers") == []
