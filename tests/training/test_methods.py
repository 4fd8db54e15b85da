"""The generator of method samples: the same for the same seed, executed, accepted, sayable, and never the held-out."""

from __future__ import annotations

import ast
import itertools
import random
import re

import pytest

from uvm_core.cognition.language.words import words_of
from uvm_core.guardian import audit
from uvm_core.training import phrasing, words
from uvm_core.training.checking import (
    ANY,
    MARK,
    RAISES,
    Case,
    agrees,
    disagreements,
    faults_of,
    is_accepted,
    is_sayable,
    run_on_ghost,
)
from uvm_core.training.draws import Draw
from uvm_core.training.families import Family, families
from uvm_core.training.methods import Built, built_of, held_out_tasks, is_right, method_samples, sample_of, source_of
from uvm_core.training.tasks import said

SEED = "tests"


@pytest.fixture(scope="module")
def built() -> dict[str, Built]:
    """One task of each family, checked by its making."""
    return {family.name: built_of(family, SEED) for family in families()}


def test_there_are_many_families_each_under_its_own_name() -> None:
    assert len({family.name for family in families()}) == len(families()) >= 200
    assert {family.difficulty for family in families()} == {"easy", "medium", "hard"}


def test_every_family_yields_a_method_that_does_what_its_cases_want(built: dict[str, Built]) -> None:
    for one in built.values():
        assert len(one.cases) >= 3
        assert faults_of(one.source, one.cases) == []
        assert one.source.startswith(one.request.header + "\n    ")


def test_every_method_is_accepted_as_it_stands(built: dict[str, Built]) -> None:
    for one in built.values():
        report = audit(one.source, one.request.selector)
        assert report.accepted, (one.source, report.findings)
        assert report.repaired_source is None


def test_methods_that_change_slots_carry_the_mark_and_others_do_not(built: dict[str, Built]) -> None:
    for one in built.values():
        changes = any(case.answer is not RAISES and case.after != case.slots for case in one.cases)
        assert (MARK in one.source) or not changes, one.source


def test_the_same_seed_gives_the_same_samples_and_another_seed_others() -> None:
    def first(seed: int) -> list[str]:
        return [repr(one) for one in itertools.islice(method_samples(seed), 12)]

    assert first(1) == first(1)
    assert first(1) != first(2)


def test_samples_are_prompts_as_the_experts_get_them() -> None:
    for one in itertools.islice(method_samples(5), 25):
        roles = [message["role"] for message in one.messages]
        assert roles[0] == "system" and roles[-1] == "user"
        assert one.task == "method"
        selector = ast.parse(one.answer).body[0]
        assert isinstance(selector, ast.FunctionDef)
        assert f"# write: {selector.name}(" in one.messages[-1]["content"]
        assert 'wish: ""' not in one.messages[-1]["content"]


def test_the_names_of_training_and_of_held_out_tasks_are_parted(built: dict[str, Built]) -> None:
    for kind in words.kinds():
        assert not set(words.words(kind, False)) & set(words.words(kind, True)), kind
    held = [one for one in built.values() if one.family.held_out]
    trained = [one for one in built.values() if not one.family.held_out]
    assert len(held) >= 20
    assert not {one.request.selector for one in held} & {one.request.selector for one in trained}


def test_the_verbs_of_held_out_tasks_are_in_no_training_selector() -> None:
    def verbs(held_out: bool) -> set[str]:
        found: set[str] = set()
        for family, number in itertools.product(families(), range(3)):
            if family.held_out == held_out:
                task = family.make(_draw(family, number))
                selectors = f"{task.clear}|{task.vague}".split("|")
                found |= {words_of(one)[0] for one in selectors if one}
        return found

    assert not verbs(True) & verbs(False)


def test_held_out_tasks_are_right_with_their_own_method_and_wrong_with_another() -> None:
    tasks = held_out_tasks(8, seed=3)
    assert len(tasks) == 8
    for one in tasks:
        assert is_right(one, one.answer)
        assert not is_right(one, f'{one.request.header}\n    return "something else"\n')
        assert not is_right(one, one.answer.replace(f"def {one.request.selector}(", "def another("))


def test_a_method_that_never_ends_is_wrong() -> None:
    task = next(one for one in held_out_tasks(40, seed=4) if one.family == "stamp")
    many = re.search(r"self\.(\w+)\.append", task.answer)
    assert many is not None
    source = (
        f"{task.request.header}\n    for item in self.{many[1]}:\n        self.{many[1]}.append(item)\n    {MARK}\n"
    )
    assert not is_right(task, source)


def test_wishes_and_reasons_are_said_in_words(built: dict[str, Built]) -> None:
    for one in built.values():
        assert not one.request.wish or len(one.request.wish) > 3
        assert "  " not in one.request.wish and "{" not in one.request.wish


def test_a_reason_of_an_earlier_refusal_stands_in_the_prompt_and_its_method_honours_it() -> None:
    family = next(one for one in families() if one.name == "lower_not_below")
    seen = 0
    for number in range(60):
        one = sample_of(family, f"{SEED}/{number}")
        text = one.messages[-1]["content"]
        if "refused" in text and "wish" not in text:
            seen += 1
            assert "max(" in one.answer
    assert seen


def test_a_document_says_what_the_wish_leaves_open() -> None:
    family = next(one for one in families() if one.name == "two_classes")
    told = [one for one in (built_of(family, f"{SEED}/{number}") for number in range(30)) if one.request.passages]
    assert told
    for one in told:
        number = re.search(r">= (\d+)", one.source)
        assert number is not None
        assert number[1] in one.request.passages[0] and number[1] not in one.request.wish


def test_names_do_not_decide_the_logic() -> None:
    family = next(one for one in families() if one.name == "count_up")
    sources = [built_of(family, f"{SEED}/{number}").source for number in range(30)]
    assert len({re.findall(r"self\.(\w+) \+= 1", source)[0] for source in sources}) > 15


def _family(name: str, body: str) -> Family:
    drawn = "s = figure()\nslots = {s: whole()}"
    return Family(name, "easy", drawn, {"body": body, "clear": "next_<s>"})


def test_a_family_whose_method_raises_what_it_does_not_say_is_a_defect() -> None:
    with pytest.raises(ValueError, match="is wrong"):
        built_of(_family("broken", 'return self.<s> + "1"'), SEED)


def test_a_family_that_the_guardian_refuses_makes_nothing() -> None:
    with pytest.raises(ValueError, match="guardian refuses"):
        built_of(_family("unmarked", "self.<s> += 1"), SEED)


def test_a_family_that_the_grammar_cannot_say_makes_nothing() -> None:
    with pytest.raises(ValueError, match="grammar cannot say"):
        built_of(_family("unsayable", 'return """<s>"""'), SEED)


def test_sharing_a_grammar_does_not_change_what_can_be_said(built: dict[str, Built]) -> None:
    one = built["take_or_refuse"]
    assert is_sayable(one.source, one.request)
    assert not is_sayable(f"{one.source}    import os\n", one.request)
    assert not is_sayable(one.source.replace("(self", "(itself", 1), one.request)


def test_what_a_ghost_does() -> None:
    answer, after = run_on_ghost("def go(self, n):\n    self.a += n\n    return self.a\n", {"a": 1}, [2])
    assert (answer, after) == (3, {"a": 3})
    slots = {"other": {"$obj": {"slots": {"name": "Ada"}, "replies": {"total": 7}}}}
    assert run_on_ghost("def go(self):\n    return self.other.name\n", slots, [])[0] == "Ada"
    assert run_on_ghost("def total(self):\n    return self.other.total()\n", slots, [])[0] == 7
    assert run_on_ghost("def sum(self):\n    return sum([1, 2])\n", {}, [])[0] == 3


def test_agreement_is_of_values_and_kinds() -> None:
    assert agrees(0.1 + 0.2, 0.3) and agrees([1, 2.0], [1.0, 2]) and agrees({"a": 1}, {"a": 1.0})
    assert not agrees(1, True) and not agrees("1", 1) and not agrees([1], [1, 2]) and not agrees({}, {"a": 1})
    case = Case({"a": 1}, [], RAISES, {"a": 1})
    assert disagreements(case, None, {"a": 1})
    assert not disagreements(Case({"a": 1}, [], ANY, {"a": 2}), "whatever", {"a": 2})
    assert disagreements(Case({"a": 1}, [], ANY, {"a": 2}), None, {})


def test_the_source_of_a_body() -> None:
    assert source_of("def go(self):", "if self.a:\n    self.b = 1\n    @\n    return\n@") == (
        f"def go(self):\n    if self.a:\n        self.b = 1\n        {MARK}\n        return\n    {MARK}\n"
    )
    assert is_accepted(f"def go(self):\n    self.b = 1\n    {MARK}\n", "go")


def test_constants_are_written_as_python_writes_them() -> None:
    assert [phrasing.constant(one) for one in (True, 3, 2.5, 'a"b')] == ["True", "3", "2.5", '"a\\"b"']
    assert said("first_name") == "first name"


def _draw(family: Family, number: int) -> Draw:
    return Draw(random.Random(f"{family.name} {number}"), random.Random(number), family.held_out)
