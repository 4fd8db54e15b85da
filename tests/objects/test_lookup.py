"""Laws of lookup: what is found is what the rule says, whatever was looked for before and whoever changed what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uvm_core.objects import (
    BoundMethod,
    Method,
    Primitive,
    UvmObject,
    find,
    find_after,
    own_slots,
    put_slot_at,
    send,
    slot_names,
)
from uvm_core.objects.vocabulary import understands

from .worlds import Connected, connected, database

NAMES = ("a", "b", "c")
PARENTS = ("p*", "q*", "r*")
OBJECTS = 5


def rule(receiver: UvmObject, name: str) -> tuple[UvmObject, Any] | None:
    """The rule of lookup as it is written: depth first, parents in slot order, every object once."""
    seen: set[int] = set()

    def look(holder: UvmObject) -> tuple[UvmObject, Any] | None:
        if id(holder) in seen:
            return None
        seen.add(id(holder))
        slots = own_slots(holder)
        if name in slots:
            return holder, slots[name]
        for slot, value in slots.items():
            if slot.endswith("*") and value is not None:
                for parent in (value,) if isinstance(value, UvmObject) else value:
                    found = look(parent)
                    if found is not None:
                        return found
        return None

    return look(receiver)


def check(objects: list[UvmObject]) -> None:
    """Every way to look agrees with the rule, twice, since the second time is answered from the cache."""
    for _time in range(2):
        for receiver in objects:
            for name in NAMES:
                wanted = rule(receiver, name)
                found = find(receiver, name)
                assert (found is None) == (wanted is None)
                assert understands(receiver, name) == (wanted is not None)
                if wanted is None or found is None:
                    with pytest.raises(AttributeError):
                        getattr(receiver, name)
                    continue
                assert found[0] is wanted[0]
                assert found[1] is wanted[1]
                value = getattr(receiver, name)
                if isinstance(wanted[1], Method):
                    assert isinstance(value, BoundMethod)
                    assert value.receiver is receiver
                    assert value.holder is wanted[0]
                else:
                    assert value == wanted[1]


values = st.one_of(
    st.integers(0, 9),
    st.lists(st.integers(0, 3), max_size=2),
    st.sampled_from(NAMES).map(lambda name: Method(f"def {name}(self):\n    return 1\n")),
)
indices = st.integers(0, OBJECTS - 1)
steps = st.one_of(
    st.tuples(st.just("set"), indices, st.sampled_from(NAMES), values),
    st.tuples(st.just("remove"), indices, st.sampled_from(NAMES + PARENTS), st.none()),
    st.tuples(st.just("parents"), indices, st.sampled_from(PARENTS), st.one_of(indices, st.lists(indices, max_size=3))),
    st.tuples(st.just("place"), indices, st.sampled_from(NAMES + PARENTS), st.integers(0, 4)),
)


def do(objects: list[UvmObject], step: tuple[str, int, str, Any]) -> None:
    what, index, name, value = step
    target = objects[index]
    if what == "set":
        setattr(target, name, value)
    elif what == "parents":
        setattr(target, name, objects[value] if isinstance(value, int) else [objects[item] for item in value])
    elif name in slot_names(target):
        if what == "remove":
            delattr(target, name)
        else:
            put_slot_at(target, name, own_slots(target)[name], value)


@given(st.lists(steps, max_size=25))
def test_lookup_follows_the_rule_whatever_changes_between(changes: list[Any]) -> None:
    objects = [UvmObject() for _ in range(OBJECTS)]
    for step in changes:
        do(objects, step)
        check(objects)


turns = st.lists(
    st.one_of(
        steps,
        st.sampled_from([("elsewhere",), ("commit",), ("abort",), ("savepoint",), ("rollback",), ("ghosts",)]),
        st.tuples(st.just("there"), steps),
    ),
    max_size=20,
)


@settings(max_examples=60)
@given(changes=turns)
def test_lookup_follows_the_rule_over_transactions_and_other_connections(
    changes: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with database(tmp_path_factory.mktemp("lookup") / "x.fs") as opened:
        with connected(opened) as maker:
            maker.root["all"] = tuple(UvmObject() for _ in range(OBJECTS))
            maker.commit()
        with connected(opened) as here, connected(opened) as there:
            here.begin()
            _play(here, there, changes)


def _play(here: Connected, there: Connected, changes: list[Any]) -> None:
    objects = list(here.root["all"])
    savepoint: Any = None
    for change in changes:
        if change[0] == "there":
            there.begin()
            do(list(there.root["all"]), change[1])
            there.commit()
        elif change[0] == "commit":
            _commit(here)
            savepoint = None
        elif change[0] in ("abort", "elsewhere"):
            here.begin()
            savepoint = None
        elif change[0] == "savepoint":
            savepoint = here.manager.savepoint()
        elif change[0] == "rollback":
            if savepoint is not None:
                savepoint.rollback()
        elif change[0] == "ghosts":
            here.connection.cacheMinimize()
        else:
            do(objects, change)
        check(objects)


def _commit(session: Connected) -> None:
    from ZODB.POSException import ConflictError

    try:
        session.commit()
    except ConflictError:
        session.begin()


def test_a_slot_that_another_connection_adds_nearer_is_found_after_begin(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here, connected(opened) as there:
        top = UvmObject(x="top")
        middle = UvmObject({"parent*": top})
        here.root["kid"] = UvmObject({"parent*": middle})
        here.root["middle"] = middle
        here.commit()
        kid = here.root["kid"]
        assert kid.x == "top"
        there.begin()
        there.root["middle"].x = "middle"
        there.commit()
        assert kid.x == "top", "a transaction reads one state"
        here.begin()
        assert kid.x == "middle"


def test_an_object_that_was_new_when_it_was_looked_through_is_looked_through_again(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here, connected(opened) as there:
        parent = UvmObject(x=1)
        kid = UvmObject({"parent*": parent})
        assert find(kid, "y") is None
        here.root["kid"], here.root["parent"] = kid, parent
        here.commit()
        assert find(kid, "y") is None
        there.begin()
        there.root["parent"].y = 2
        there.commit()
        here.begin()
        assert kid.y == 2


def test_a_path_that_leads_back_to_the_receiver_ends_there_and_keeps_its_order() -> None:
    third = UvmObject(x="third")
    second = UvmObject(x="second")
    first = UvmObject()
    receiver = UvmObject({"p*": (first, second)})
    setattr(first, "p*", (receiver, third))
    assert find(receiver, "x") == (third, "third")
    assert receiver.x == "third"
    sibling = UvmObject({"p*": (first, second)})
    assert sibling.x == "second" == rule(sibling, "x")[1]  # type: ignore[index]
    own = UvmObject()
    setattr(own, "p*", own)
    assert find(own, "x") is None


def test_a_long_path_does_not_recurse() -> None:
    top = UvmObject(deep=1)
    for _ in range(3000):
        top = UvmObject({"parent*": top})
    assert top.deep == 1


def test_siblings_share_one_cache_and_creating_objects_does_not_empty_it() -> None:
    from uvm_core.objects.delegation import structure

    parent = UvmObject(x=1)
    one, two = UvmObject({"parent*": parent}), UvmObject({"parent*": parent})
    assert (one.x, two.x) == (1, 1)
    version = structure.version
    other = UvmObject({"parent*": parent}, y=3)
    assert other.x == 1
    assert one.__dict__["_v_chain"] is two.__dict__["_v_chain"] is other.__dict__["_v_chain"]
    assert structure.version is version
    parent.z = 2
    assert structure.version is not version


def test_finding_an_attribute_never_hands_out_what_lies_beside_the_slots() -> None:
    kid = UvmObject({"parent*": UvmObject(x=1)}, hello=Method("def hello(self):\n    return 1\n"))
    assert kid.x == 1
    for name in ("hello()", "_v_chain", "_v_passed", "_p_oid"):
        assert find(kid, name) is None
        assert not understands(kid, name)
    assert slot_names(kid) == ["parent*", "hello"]


def test_an_attribute_error_inside_a_method_is_an_error_and_not_a_slot_that_is_missing() -> None:
    source = "def broken(self):\n    return self.nothing_like_that\n"
    kid = UvmObject({"parent*": UvmObject(broken=Method(source))})
    with pytest.raises(AttributeError, match="nothing_like_that"):
        send(kid, "broken")
    assert find(kid, "broken") is not None


# --- resend, in the spirit of Self's language tests -------------------------------------------------------------------


def method(source: str) -> Method:
    return Method(source)


def says(selector: str, text: str) -> Method:
    return method(f"def {selector}(self):\n    return {text!r} + self.tag\n")


def again(selector: str, text: str, call: str = "self.resend({!r})") -> Method:
    return method(f"def {selector}(self):\n    return {text!r} + {call.format(selector)}\n")


def family() -> dict[str, UvmObject]:
    vocabulary = UvmObject(resend=Primitive("resend"), resend_to=Primitive("resend_to"))
    top = UvmObject({"parent*": vocabulary}, who=says("who", "top "), tag="[top]")
    left = UvmObject({"parent*": top}, who=again("who", "left "))
    right = UvmObject({"parent*": top}, who=again("who", "right "))
    return {"vocabulary": vocabulary, "top": top, "left": left, "right": right}


def test_resend_reaches_the_next_on_the_path_and_keeps_the_receiver() -> None:
    made = family()
    kid = UvmObject({"parent*": made["left"]}, who=again("who", "kid "), tag="[kid]")
    assert send(kid, "who") == "kid left top [kid]"


def test_resend_goes_on_along_the_whole_path_and_not_only_up() -> None:
    made = family()
    kid = UvmObject({"one*": made["left"], "two*": made["right"]}, tag="[kid]")
    assert send(kid, "who") == "left top [kid]"
    slots = own_slots(made["right"])
    assert "who" in slots
    assert find_after(kid, made["top"], "who") == (made["right"], slots["who"])


def test_resend_to_a_parent_slot_takes_that_path_alone() -> None:
    made = family()
    kid = UvmObject({"one*": made["left"], "two*": made["right"]}, tag="[kid]")
    kid.who = again("who", "kid ", "self.resend_to('two', {!r})")
    assert send(kid, "who") == "kid right top [kid]"
    kid.who = again("who", "kid ", "self.resend_to('one*', {!r})")
    assert send(kid, "who") == "kid left top [kid]"


def test_resend_to_uses_the_parent_slots_of_the_object_that_has_the_method() -> None:
    made = family()
    holder = UvmObject({"up*": made["left"]}, who=again("who", "holder ", "self.resend_to('up', {!r})"))
    kid = UvmObject({"up*": holder}, tag="[kid]")
    assert send(kid, "who") == "holder left top [kid]"


def test_resend_to_a_sequence_of_parents_looks_through_them_in_order() -> None:
    made = family()
    plain = UvmObject(nothing=1)
    kid = UvmObject({"all*": (plain, made["right"], made["left"])}, tag="[kid]")
    kid.who = again("who", "", "self.resend_to('all', {!r})")
    assert send(kid, "who") == "right top [kid]"


def test_resend_to_a_slot_that_is_not_there_is_a_sentence() -> None:
    made = family()
    kid = UvmObject({"up*": made["left"]}, who=again("who", "", "self.resend_to('down', {!r})"))
    with pytest.raises(TypeError, match=r"no parent slot 'down\*' to resend 'who' to"):
        send(kid, "who")


def test_resend_can_be_for_another_message() -> None:
    made = family()
    kid = UvmObject({"up*": made["left"]}, tag="[kid]", greet=again("greet", "hi ", "self.resend('who')"))
    assert send(kid, "greet") == "hi left top [kid]"


def test_resend_inside_a_method_that_was_reached_by_resend() -> None:
    made = family()
    kid = UvmObject(
        {"up*": UvmObject({"up*": made["left"]}, who=again("who", "mid "))}, tag="!", who=again("who", "k ")
    )
    assert send(kid, "who") == "k mid left top !"


def test_resend_with_arguments_and_results() -> None:
    vocabulary = UvmObject(resend=Primitive("resend"))
    base = UvmObject({"parent*": vocabulary}, add=method("def add(self, a, b=1):\n    return a + b + self.base\n"))
    kid = UvmObject({"parent*": base}, base=100)
    kid.add = method("def add(self, a, b=1):\n    return 1000 + self.resend('add', a, b=b * 2)\n")
    assert send(kid, "add", (1, 5)) == 1111


def test_resend_of_a_message_nobody_has_further_up_is_not_understood() -> None:
    from uvm_core.objects import NotUnderstood

    vocabulary = UvmObject(resend=Primitive("resend"))
    kid = UvmObject({"parent*": vocabulary}, lonely=again("lonely", ""))
    with pytest.raises(NotUnderstood) as met:
        send(kid, "lonely")
    assert (met.value.receiver, met.value.selector) == (kid, "lonely")


def test_resend_finds_data_and_hands_out_a_copy() -> None:
    vocabulary = UvmObject(resend=Primitive("resend"))
    base = UvmObject({"parent*": vocabulary}, items=[1])
    kid = UvmObject({"parent*": base})
    kid.items = method("def items(self):\n    found = self.resend('items')\n    found.append(2)\n    return found\n")
    assert send(kid, "items") == [1, 2]
    assert base.items == [1]


def test_resend_without_a_running_method_is_a_sentence() -> None:
    vocabulary = UvmObject(resend=Primitive("resend"))
    with pytest.raises(TypeError, match="resend is for methods"):
        send(vocabulary, "resend", ("who",))


def test_resend_for_another_object_than_the_running_one_is_a_sentence() -> None:
    vocabulary = UvmObject(resend=Primitive("resend"))
    other = UvmObject({"parent*": vocabulary})
    kid = UvmObject(other=other, go=method("def go(self):\n    return self.other.resend('x')\n"))
    with pytest.raises(TypeError, match="resend is for methods"):
        send(kid, "go")


def test_resend_in_a_cycle_of_parents_ends() -> None:
    from uvm_core.objects import NotUnderstood

    vocabulary = UvmObject(resend=Primitive("resend"))
    one = UvmObject({"v*": vocabulary}, who=again("who", "one "))
    two = UvmObject({"p*": one}, who=again("who", "two "))
    setattr(one, "p*", two)
    with pytest.raises(NotUnderstood):
        send(two, "who")
    two.who = says("who", "two ")
    two.tag = "."
    assert send(one, "who") == "one two ."


def test_the_diamond_is_passed_once() -> None:
    made = family()
    made["top"].who = again("who", "top ")
    made["vocabulary"].who = says("who", "end ")
    kid = UvmObject({"one*": made["left"], "two*": made["right"]}, tag=".")
    assert send(kid, "who") == "left top end ."
