"""Messages: what runs, what an error says, and what reaches the sender whatever a method catches."""

from __future__ import annotations

import pytest

from uvm_core.kernel.primitives import KERNEL_PRIMITIVES
from uvm_core.objects import (
    Method,
    MethodError,
    MethodTimeout,
    NotUnderstood,
    Primitive,
    SendError,
    Surroundings,
    Transcript,
    UvmObject,
    own_slots,
    running,
    send,
    slot_names,
)
from uvm_core.objects.vocabulary import PRIMITIVES


def method(source: str) -> Method:
    return Method(source)


def test_data_answers_itself_and_takes_no_arguments() -> None:
    made = UvmObject({"parent*": UvmObject(rate=2)}, count=1)
    assert send(made, "count") == 1
    assert send(made, "rate") == 2
    with pytest.raises(SendError, match=r"'count' of .* is data: it answers itself and takes no arguments\."):
        send(made, "count", (1,))


@pytest.mark.parametrize(
    ("args", "kwargs", "words"),
    [
        ((1, 2, 3), {}, "'add' takes 1 to 2 arguments; it was sent with 3."),
        ((), {}, "'add' was sent without 'a'."),
        ((1,), {"c": 1}, "'add' has no parameter 'c'."),
        ((1,), {"a": 1}, "'add' was sent with 'a' twice."),
    ],
)
def test_wrong_arguments_are_said_in_a_plain_sentence(
    args: tuple[int, ...], kwargs: dict[str, int], words: str
) -> None:
    made = UvmObject(add=method("def add(self, a, b=0):\n    return a + b\n"))
    with pytest.raises(SendError) as met:
        send(made, "add", args, kwargs)
    assert str(met.value) == words


def test_wrong_arguments_of_a_primitive_are_said_in_the_same_way() -> None:
    made = UvmObject(understands=Primitive("understands"))
    with pytest.raises(SendError, match=r"'understands' takes 1 argument; it was sent with 2\."):
        send(made, "understands", ("a", "b"))
    with pytest.raises(SendError, match=r"'understands' was sent without 'name'\."):
        send(made, "understands")


def test_a_type_error_inside_a_method_stays_what_it_is() -> None:
    made = UvmObject(bad=method("def bad(self):\n    return 1 + 'a'\n"))
    with pytest.raises(TypeError, match="unsupported operand") as met:
        send(made, "bad")
    assert not isinstance(met.value, SendError)
    assert met.value.__cause__ is not met.value


def test_self_is_the_receiver_and_assignment_makes_its_own_slot() -> None:
    parent = UvmObject(
        count=5, bump=method("def bump(self):\n    self.count = self.count + 1\n    return self.count\n")
    )
    one, two = UvmObject({"parent*": parent}), UvmObject({"parent*": parent})
    assert send(one, "bump") == 6
    assert (one.count, two.count, parent.count) == (6, 5, 5)
    assert slot_names(two) == ["parent*"]


def test_a_method_reads_globals_of_the_language_and_nothing_else() -> None:
    made = UvmObject(
        area=method("def area(self):\n    return round(math.pi * max([1, 2]) ** 2, 2)\n"),
        reach=method("def reach(self):\n    return open('x')\n"),
        module=method("def module(self):\n    return math.__loader__\n"),
    )
    assert send(made, "area") == 12.57
    with pytest.raises(NameError):
        send(made, "reach")
    with pytest.raises(AttributeError):
        send(made, "module")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = 1", "exactly one"),
        ("def f(self): pass\ndef g(self): pass", "exactly one"),
        ("def f(): pass", "first parameter is `self`"),
        ("def f(*self): pass", "first parameter is `self`"),
        ("async def f(self): pass", "exactly one"),
        ("class A: pass", "exactly one"),
        ("def f(self:", "not Python"),
        ("def f(self):\n    return \0", "not Python"),
        ("", "exactly one"),
        ("def f(self, a=1 / 0):\n    return a", "does not compile"),
        ("@abs\ndef f(self):\n    return 1", "does not compile"),
        ("def f(self):\n    nonlocal x", "does not compile"),
        ("(" * 300 + ")" * 300, "not Python"),
    ],
)
def test_a_source_that_is_no_method_is_refused_with_a_sentence(source: str, words: str) -> None:
    made = UvmObject(f=method(source))
    with pytest.raises(MethodError, match=words):
        send(made, "f")


def test_a_default_list_is_made_anew_for_every_send() -> None:
    source = "def note(self, x, seen=[], *, more={'a': []}):\n    seen.append(x)\n    self.seen = seen\n"
    source += "    more['a'].append(x)\n    return len(seen) + len(more['a'])\n"
    one, two = UvmObject(note=method(source)), UvmObject(note=method(source))
    assert [send(one, "note", (1,)), send(one, "note", (2,)), send(two, "note", (3,))] == [2, 2, 2]
    assert (one.seen, two.seen) == ([2], [3])


def test_a_method_is_what_its_source_is_and_its_hash_is_made_of_it() -> None:
    one = Method("def f(self):\n    return 1\n", {"by": "genesis"})
    assert one == Method(one.source)
    assert hash(one) == hash(Method(one.source))
    assert one != Method("def f(self):\n    return 2\n")
    assert (one.name, one.parameters) == ("f", [])
    assert Method("def g(self, a, /, b, *c, d=1, **e): pass").parameters == ["a", "b", "*c", "d", "**e"]
    forged = Method.__new__(Method)
    forged.__setstate__((one.source, "0" * 64, {}))
    assert forged.sha256 == one.sha256


# --- not understood ---------------------------------------------------------------------------------------------------

SWALLOWERS = {
    "except Exception": "try:\n        self.friend.fly(1)\n    except Exception:\n        return 'caught'",
    "bare except": "try:\n        self.friend.fly(1)\n    except:\n        return 'caught'",
    "finally return": "try:\n        self.friend.fly(1)\n    finally:\n        return 'caught'",
    "finally break": "while True:\n        try:\n            self.friend.fly(1)\n        finally:\n            break",
    "nested": "try:\n        return self.inner()\n    except (AttributeError, TypeError):\n        return 1",
}


@pytest.mark.parametrize("body", SWALLOWERS.values(), ids=SWALLOWERS.keys())
def test_not_understood_leaves_every_method_whatever_it_catches(body: str) -> None:
    friend = UvmObject()
    made = UvmObject(
        friend=friend,
        go=method(f"def go(self):\n    {body}\n"),
        inner=method(
            "def inner(self):\n    try:\n        self.friend.fly(1)\n    except Exception:\n        return 2\n"
        ),
        outer=method("def outer(self):\n    try:\n        return self.go()\n    except Exception:\n        return 3\n"),
    )
    for selector in ("go", "outer"):
        with pytest.raises(NotUnderstood) as met:
            send(made, selector)
        assert (met.value.receiver, met.value.selector, met.value.arguments) == (friend, "fly", (1,))


def test_a_bare_except_still_catches_errors() -> None:
    made = UvmObject(go=method("def go(self):\n    try:\n        return 1 / 0\n    except:\n        return 'caught'\n"))
    assert send(made, "go") == "caught"


def test_not_understood_is_answered_by_delegation() -> None:
    source = "def _doesNotUnderstand_(self, selector, args, kwargs):\n    return [selector, args, kwargs, self.name]\n"
    parent = UvmObject(name="parent", _doesNotUnderstand_=method(source))
    kid = UvmObject({"parent*": parent}, name="kid")
    assert send(kid, "fly", (1,), {"to": 2}) == ["fly", (1,), {"to": 2}, "kid"]


def test_the_kernels_handler_tells_the_sender() -> None:
    parent = UvmObject(_doesNotUnderstand_=Primitive("_doesNotUnderstand_"))
    kid = UvmObject({"parent*": parent})
    with running(Surroundings(KERNEL_PRIMITIVES)), pytest.raises(NotUnderstood) as met:
        send(kid, "fly", (1,), {"to": 2})
    assert (met.value.receiver, met.value.keywords) == (kid, {"to": 2})


@pytest.mark.parametrize("selector", ["_p_activate", "__init__", "_secret", "_found", "a" * 65, "not a name"])
def test_names_that_are_no_public_selectors_reach_neither_python_nor_the_handler(selector: str) -> None:
    source = "def _doesNotUnderstand_(self, selector, args, kwargs):\n    return 'handled'\n"
    made = UvmObject(_doesNotUnderstand_=method(source))
    with pytest.raises(NotUnderstood):
        send(made, selector)


def test_a_missing_slot_that_is_read_is_an_error_a_method_may_catch() -> None:
    source = "def go(self):\n    try:\n        return self.missing\n    except AttributeError:\n        return 'none'\n"
    assert send(UvmObject(go=method(source)), "go") == "none"


def test_a_primitive_without_the_system_is_a_sentence() -> None:
    made = UvmObject(infer_=Primitive("infer_"), other=Primitive("nowhere"))
    with pytest.raises(SendError, match="'infer_' is not to be had here"):
        send(made, "infer_", ("hi",))
    with running(Surroundings(KERNEL_PRIMITIVES)), pytest.raises(SendError, match="needs the running system"):
        send(made, "infer_", ("hi",))


# --- the vocabulary and the transcript --------------------------------------------------------------------------------


def test_the_vocabulary_answers_every_object() -> None:
    traits = UvmObject({name: Primitive(name) for name in PRIMITIVES})
    made = UvmObject({"parent*": traits}, items=[1])
    assert send(made, "print_string") == "<UvmObject oid=None slots=['parent*', 'items']>"
    assert send(made, "slot_names") == ["parent*", "items"]
    value = send(made, "slot_value", ("items",))
    value.append(2)
    assert made.items == [1]
    assert send(made, "understands", ("clone",)) is True
    assert send(made, "understands", ("nothing",)) is False
    assert send(made, "parents") == [traits]
    assert own_slots(send(made, "clone")) == own_slots(made)
    with pytest.raises(AttributeError, match="no slot 'nothing'"):
        send(made, "slot_value", ("nothing",))


def test_what_methods_print_is_kept_within_bounds() -> None:
    source = "def talk(self):\n    for n in range(300):\n        print('line', n, sep='-')\n    print('x' * 5000)\n"
    transcript = Transcript()
    with running(Surroundings({}, transcript)):
        send(UvmObject(talk=method(source)), "talk")
        send(UvmObject(talk=method("def talk(self):\n    print('x' * 5000)\n")), "talk")
    assert transcript.lines[:2] == ["line-0", "line-1"]
    assert len(transcript.text()) == 201
    assert transcript.text()[-1] == "… and 102 more lines."
    long = Transcript()
    long.add("x" * 5000)
    assert len(long.lines[0]) == 2000


def test_a_timeout_that_a_method_swallows_reaches_the_sender() -> None:
    def limit(_receiver: UvmObject) -> None:
        raise MethodTimeout

    source = "def go(self):\n    try:\n        self.limit()\n    finally:\n        return 'done'\n"
    made = UvmObject(go=method(source), limit=Primitive("limit"))
    with running(Surroundings({"limit": limit})), pytest.raises(MethodTimeout):
        send(made, "go")
