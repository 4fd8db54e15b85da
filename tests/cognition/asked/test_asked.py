"""The sets of requests themselves: every reference is right and lawful, every case is well-formed, none is idle."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import Literal

import pytest

from tests.cognition.asked.reader import Asked, Case, load, verdict
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.guardian import audit
from uvm_core.objects.language import VOCABULARY, slot_name_problem

HELD, DEV = load("held"), load("dev")
LEVELS = {"held": {"easy": 50, "medium": 60, "hard": 40}, "dev": {"easy": 20, "medium": 24, "hard": 16}}

every = pytest.mark.parametrize("asked", [*HELD, *DEV], ids=lambda asked: f"{asked.id}-{asked.selector}")


@pytest.mark.parametrize("name", ["held", "dev"])
def test_a_set_has_so_many_of_each_level(name: Literal["held", "dev"]) -> None:
    assert Counter(asked.level for asked in load(name)) == LEVELS[name]


def test_no_two_requests_share_an_id_a_selector_or_a_wish() -> None:
    both = [*HELD, *DEV]
    for shared in ([asked.id for asked in both], [asked.selector for asked in both], [asked.wish for asked in both]):
        assert [one for one, times in Counter(shared).items() if times > 1] == []


@every
def test_the_reference_gives_every_case(asked: Asked) -> None:
    assert verdict(asked.reference, asked) == []


@every
def test_the_guardian_accepts_the_reference(asked: Asked) -> None:
    report = audit(asked.reference, asked.selector)
    assert report.accepted, report.findings


@every
def test_a_method_that_does_nothing_fails(asked: Asked) -> None:
    assert verdict(_method(asked, "return None"), asked)


@every
def test_a_request_is_well_formed(asked: Asked) -> None:
    assert MethodRequest(asked.selector, asked.params, asked.slots, wish=asked.wish).problems() == []
    assert asked.selector not in VOCABULARY and asked.selector not in asked.slots
    assert [problem for name in asked.slots if (problem := slot_name_problem(name))] == []
    assert len(asked.args) == len(asked.params)
    assert asked.wish == asked.wish.strip() != ""
    assert 4 <= len(asked.cases) <= 7


@every
def test_the_cases_are_well_formed_and_differ(asked: Asked) -> None:
    starts = []
    for case in asked.cases:
        before = {**asked.slots, **case.slots}
        assert len(case.args) == len(asked.params)
        assert before.keys() == asked.slots.keys() >= case.after.keys()
        assert not [name for name, value in case.after.items() if before[name] == value], "after repeats before"
        assert not (case.raises and case.after)
        starts.append(repr((before, case.args)))
    assert len(set(starts)) == len(starts)


COUNTER = Asked(
    id="t001",
    level="easy",
    selector="bump",
    params=["by"],
    slots={"count": 1, "names": ["a"]},
    wish="",
    args=[2],
    reference="",
    cases=[Case([2], returns=3, after={"count": 3}), Case([-1], raises=True)],
)
GUARD = "if by < 0:\n    raise ValueError('no')\n"


@pytest.mark.parametrize(
    "body",
    [
        f"{GUARD}self.count += by\nself._p_changed = True\nreturn self.count",
        f"{GUARD}self.count += by\nprint(self.count)\nself._p_changed = True\nreturn float(self.count) + 1e-12",
        "self.count = [None, None, 3][by] + self.names.index('a')\nself._p_changed = True\nreturn self.count",
    ],
)
def test_a_right_method_fails_no_case(body: str) -> None:
    told = verdict(_method(COUNTER, body), COUNTER)
    assert told == ([] if "raise" in body else ["Case 2, bump(-1): answers 3 where an error is right."])


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (f"{GUARD}return 3", "Case 1, bump(2): leaves count as 1 where 3 is right."),
        (f"{GUARD}self.count += by", "Case 1, bump(2): answers None where 3 is right."),
        (f"{GUARD}self.count += by\nreturn '3'", "Case 1, bump(2): answers '3' where 3 is right."),
        (
            f"{GUARD}self.count += by\nself.names.append('b')\nreturn 3",
            "Case 1, bump(2): leaves names as ['a', 'b'] where ['a'] is right.",
        ),
        (f"{GUARD}self.count += by\nself.seen = True\nreturn 3", "Case 1, bump(2): adds a slot seen."),
        (f"{GUARD}self.count += by\ndel self.names\nreturn 3", "Case 1, bump(2): removes the slot names."),
        (
            f"self.count += by\n{GUARD}return self.count",
            "Case 2, bump(-1): raises as it should, but leaves count as 0 where 1 is right.",
        ),
        (f"{GUARD}import os", "Case 1, bump(2): raises ImportError: __import__ not found."),
        (f"{GUARD}open('x')", "Case 1, bump(2): raises NameError: name 'open' is not defined."),
    ],
)
def test_a_wrong_method_is_told_in_which_case_and_why(body: str, sentence: str) -> None:
    assert verdict(_method(COUNTER, body), COUNTER) == [sentence]


@pytest.mark.parametrize(
    "source",
    ["def bump(self, by)\n    return 3\n", "def bump(self, by):\n    return '\ud800'\x00\n", "(" * 400],
)
def test_a_source_that_does_not_compile_says_so(source: str) -> None:
    (sentence,) = verdict(source, COUNTER)
    assert sentence.startswith("The source does not compile: ")


def test_a_method_of_another_name_is_missed() -> None:
    assert verdict("def other(self, by):\n    return 3\n", COUNTER)[0].endswith(
        "raises NameError: there is no def bump."
    )


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n    pass",
        "while True:\n    try:\n        by += 1\n    except Exception:\n        pass",
        "return [one for one in iter(lambda: 1, 2)]",
        "self.names.append('a')\nfor one in self.names:\n    self.names.append(one)",
    ],
)
def test_an_endless_method_is_ended(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.cognition.asked.reader.SECONDS", 0.1)
    begun = time.monotonic()
    assert verdict(_method(COUNTER, body), COUNTER) == ["Case 1, bump(2): does not end within 0.1 seconds."]
    assert time.monotonic() - begun < 2


def test_a_bare_except_is_never_run() -> None:
    body = "while True:\n    try:\n        by += 1\n    except:\n        pass"
    assert verdict(_method(COUNTER, body), COUNTER) == [
        "The method has a bare except, which could hold it up for ever."
    ]


@pytest.mark.parametrize(
    ("wanted", "got", "right"),
    [
        (True, "1", False),
        (1, "True", False),
        (0, "False", False),
        (None, "0", False),
        (2, "2.0", True),
        (0.3, "0.1 + 0.2", True),
        (1, "1 + 1e-6", False),
        (1.5, "10 ** 400", False),
        ([1, [2]], "(1, (2,))", True),
        ([1, 2], "[2, 1]", False),
        ([1], "{1}", False),
        (["a"], "'a'", False),
        ({"a": 1, "b": [2]}, "{'b': [2], 'a': 1}", True),
        ({"1": 1}, "{1: 1}", False),
        ("a", "'a '", False),
    ],
)
def test_answers_agree_by_value_but_not_across_kinds(wanted: object, got: str, right: bool) -> None:
    asked = replace(COUNTER, cases=[Case([2], returns=wanted)])
    assert (verdict(_method(asked, f"return {got}"), asked) == []) is right


def test_a_tuple_does_not_do_for_a_list_in_a_slot() -> None:
    asked = replace(COUNTER, cases=[Case([2], after={"names": ["a", "b"]})])
    assert verdict(_method(asked, "self.names = ['a', 'b']"), asked) == []
    assert verdict(_method(asked, "self.names = ('a', 'b')"), asked)


def test_a_case_begins_anew_and_leaves_the_request_as_it_was() -> None:
    asked = replace(COUNTER, cases=[Case([2], after={"names": ["a", "x"]}), Case([3], after={"names": ["a", "x"]})])
    assert verdict(_method(asked, "self.names.append('x')"), asked) == []
    assert asked.slots["names"] == ["a"]


def _method(asked: Asked, body: str) -> str:
    head = f"def {asked.selector}({', '.join(['self', *asked.params])}):\n"
    return head + "".join(f"    {line}\n" for line in body.splitlines())
