"""Laws of the slot-wise merge, on real files: different slots both hold, one slot conflicts, the order is kept."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ZODB.POSException import ConflictError

from uvm_core.objects import Method, UvmObject, own_slots, put_slot_at, same, slot_names

from .worlds import Connected, connected, database, picture

NAN = float("nan")
NAMES = ("a", "b", "c", "d", "p*", "q*")


def method(name: str, number: int) -> Method:
    return Method(f"def {name}(self):\n    return {number}\n")


data = st.one_of(
    st.sampled_from([0, 1, True, False, 1.0, -0.0, 0.0, NAN, None, "", "1", b"1"]),
    st.lists(st.sampled_from([1, True, NAN, "x"]), max_size=2),
    st.dictionaries(st.sampled_from(["k", 1, True]), st.sampled_from([1, True, NAN]), max_size=2),
    st.sampled_from([frozenset({NAN}), frozenset({1}), frozenset({True}), frozenset({(1,)}), frozenset({(True,)})]),
    st.sampled_from(["one", "two"]).map(lambda name: ("reference", name)),
    st.integers(0, 1).map(lambda number: ("method", number)),
    st.sampled_from([((), ("reference", "one")), (("reference", "two"), [1, [2]])]),
)
writes = st.dictionaries(st.sampled_from(NAMES), st.one_of(data, st.just("remove")), max_size=4)


def write(root: Any, target: UvmObject, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if isinstance(value, str) and value == "remove":
            if name in slot_names(target):
                delattr(target, name)
        elif name.endswith("*"):
            setattr(target, name, root["one"] if repr(value) < "M" else (root["two"], root["one"]))
        else:
            setattr(target, name, real(root, name, value))


def real(root: Any, name: str, value: Any) -> Any:
    if isinstance(value, tuple) and len(value) == 2 and value[0] == "reference":
        return root[value[1]]
    if isinstance(value, tuple) and len(value) == 2 and value[0] == "method":
        return method(name, value[1])
    return tuple(real(root, name, item) for item in value) if isinstance(value, tuple) else value


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    gone = object()
    return {
        name
        for name in {**before, **after}
        if name not in before or name not in after or not same(before.get(name, gone), after.get(name, gone))
    }


@settings(max_examples=80)
@given(start=writes, mine=writes, theirs=writes)
def test_the_merge_holds_exactly_when_different_slots_changed(
    start: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("merge") / "x.fs"
    with database(path) as opened, connected(opened) as here, connected(opened) as there:
        here.root["one"], here.root["two"] = UvmObject(n=1), UvmObject(n=2)
        here.root["thing"] = UvmObject()
        write(here.root, here.root["thing"], start)
        here.commit()
        there.begin()
        before = dict(own_slots(here.root["thing"]))
        oids = {name: here.root[name]._p_oid for name in ("one", "two", "thing")}
        write(here.root, here.root["thing"], mine)
        wanted_here = by_oid(own_slots(here.root["thing"]))
        start_plain = by_oid(before)
        write(there.root, there.root["thing"], theirs)
        wanted_there = by_oid(own_slots(there.root["thing"]))
        there.commit()
        mine_changed, theirs_changed = changed(start_plain, wanted_here), changed(start_plain, wanted_there)
        conflict = bool(mine_changed & theirs_changed) or moved(start_plain, wanted_here, wanted_there)
        if conflict:
            with pytest.raises(ConflictError):
                here.commit()
            here.begin()
            assert_same(by_oid(own_slots(here.root["thing"])), wanted_there)
        else:
            here.commit()
            wanted = {**wanted_there, **{name: wanted_here[name] for name in mine_changed if name in wanted_here}}
            for name in mine_changed - set(wanted_here):
                wanted.pop(name, None)
            merged = by_oid(own_slots(here.root["thing"]))
            assert_same(merged, wanted)
            keeps_order(list(merged), list(start_plain), list(wanted_there), list(wanted_here))
        assert {name: here.root[name]._p_oid for name in oids} == oids


def by_oid(slots: dict[str, Any]) -> dict[str, Any]:
    """Slots with references as text, so that two connections' objects can be compared."""

    def plain(value: Any) -> Any:
        if isinstance(value, UvmObject):
            return f"object {value._p_oid!r}"
        if isinstance(value, list):
            return [plain(item) for item in value]
        return tuple(plain(item) for item in value) if isinstance(value, tuple) else value

    return {name: plain(value) for name, value in slots.items()}


def moved(before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    kept = set(before) & set(mine) & set(theirs)
    was, ours, his = ([name for name in slots if name in kept] for slots in (before, mine, theirs))
    return ours != was and his != was and ours != his


def assert_same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert set(found) == set(wanted)
    for name, value in found.items():
        assert same(value, wanted[name]), name


def keeps_order(merged: list[str], before: list[str], theirs: list[str], mine: list[str]) -> None:
    kept = set(before) & set(theirs) & set(mine)
    was, his, ours, now = ([name for name in names if name in kept] for names in (before, theirs, mine, merged))
    assert now == (ours if his == was else his)


def test_true_is_not_one_and_nan_is_itself() -> None:
    assert not same(True, 1) and not same(1, 1.0) and not same(0.0, -0.0)
    assert same(float("nan"), float("nan"))
    assert same({float("nan")}, {float("nan")})
    assert not same({(1,)}, {(True,)})
    assert same({"a": [1, {2}]}, {"a": [1, {2}]}) and not same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    deep: Any = 1
    other: Any = 1
    for _ in range(64):
        deep, other = [deep], [other]
    assert same(UvmObject(deep=deep).deep, UvmObject(deep=other).deep)


def test_two_that_count_on_from_one_number_meet(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here, connected(opened) as there:
        here.root["thing"] = UvmObject(count=1)
        here.commit()
        there.begin()
        for session in (here, there):
            session.root["thing"].count += 1
        there.commit()
        with pytest.raises(ConflictError):
            here.commit()


def test_an_untouched_set_with_nan_does_not_conflict(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here, connected(opened) as there:
        here.root["thing"] = UvmObject(odd={NAN, 1.0}, a=1, b=1)
        here.commit()
        there.begin()
        here.root["thing"].a = 2
        there.root["thing"].b = 2
        there.commit()
        here.commit()
        assert (here.root["thing"].a, here.root["thing"].b) == (2, 2)


def test_a_slot_put_back_in_its_place_keeps_it_through_a_merge(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here, connected(opened) as there:
        here.root["thing"] = UvmObject(a=1, c=3)
        here.commit()
        there.begin()
        put_slot_at(here.root["thing"], "b", 2, 1)
        there.root["thing"].d = 4
        there.commit()
        here.commit()
        assert slot_names(here.root["thing"]) == ["a", "b", "c", "d"]


def test_a_new_order_of_slots_survives_somebody_elses_edit(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here, connected(opened) as there:
        here.root["thing"] = UvmObject(a=1, b=2, c=3)
        here.commit()
        there.begin()
        put_slot_at(here.root["thing"], "c", 3, 0)
        there.root["thing"].a = 10
        there.commit()
        here.commit()
        assert list(own_slots(here.root["thing"]).items()) == [("c", 3), ("a", 10), ("b", 2)]


def test_data_and_a_method_of_one_name_are_one_slot_in_a_merge(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here, connected(opened) as there:
        here.root["thing"] = UvmObject(a=1, b=2)
        here.commit()
        there.begin()
        here.root["thing"].a = method("a", 1)
        there.root["thing"].a = 5
        there.commit()
        with pytest.raises(ConflictError):
            here.commit()
        here.begin()
        here.root["thing"].a = method("a", 1)
        there.begin()
        there.root["thing"].b = 7
        there.commit()
        here.commit()
        assert slot_names(here.root["thing"]) == ["a", "b"]
        assert own_slots(here.root["thing"]) == {"a": method("a", 1), "b": 7}


def test_four_and_twenty_sessions_with_a_slot_each_all_commit(tmp_path: Path) -> None:
    path = tmp_path / "x.fs"
    with database(path) as opened:
        with connected(opened) as maker:
            maker.root["thing"] = UvmObject({f"s{number}": 0 for number in range(24)})
            maker.commit()
        sessions = [Connected(opened) for _ in range(24)]
        barrier = threading.Barrier(24)
        lost: list[BaseException] = []

        def work(session: Connected, number: int) -> None:
            try:
                session.begin()
                setattr(session.root["thing"], f"s{number}", number + 100)
                setattr(session.root["thing"], f"new{number}", method(f"new{number}", number))
                barrier.wait(30)
                session.commit()
            except BaseException as problem:  # noqa: BLE001 - carried to the test's own thread
                lost.append(problem)

        threads = [threading.Thread(target=work, args=(s, n)) for n, s in enumerate(sessions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert lost == []
        for session in sessions:
            session.close()
    with database(path) as opened, connected(opened) as reader:
        slots = own_slots(reader.root["thing"])
        assert [slots[f"s{number}"] for number in range(24)] == [number + 100 for number in range(24)]
        assert all(slots[f"new{number}"] == method(f"new{number}", number) for number in range(24))
        assert list(slots)[:24] == [f"s{number}" for number in range(24)]


def test_the_merged_state_is_what_everybody_reads_next(tmp_path: Path) -> None:
    path = tmp_path / "x.fs"
    with database(path) as opened, connected(opened) as here, connected(opened) as there:
        here.root["thing"] = UvmObject(a=1, b=1)
        here.commit()
        there.begin()
        here.root["thing"].a = 2
        there.root["thing"].b = 2
        there.commit()
        here.commit()
        there.begin()
        pictures = [picture({"thing": session.root["thing"]}) for session in (here, there)]
        here.root["thing"].a = 3
        here.commit()
    with database(path) as opened, connected(opened) as reader:
        assert pictures[0] == pictures[1]
        assert own_slots(reader.root["thing"]) == {"a": 3, "b": 2}
