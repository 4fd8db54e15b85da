"""How a family is written: texts with gaps, lines that draw, entries for some of the draws, and what is refused."""

from __future__ import annotations

import random
from typing import Any

import pytest

from uvm_core.training import templates
from uvm_core.training.checking import ANY, RAISES, case_of
from uvm_core.training.draws import Draw
from uvm_core.training.families import family
from uvm_core.training.tasks import Task, said

NAMES: dict[str, Any] = {"s": "first_name", "n": 3, "on": True, "off": False, "said": said}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("self.<s> < <n>", "self.first_name < 3"),
        ("<n - 1> or <s[:5]>", "2 or first"),
        ("it is <on?lit|dark>", "it is lit"),
        ("it is <off?lit|dark>", "it is dark"),
        ("it is <off?not >so<on?, at <s>>", "it is so, at first_name"),
        ("<on?if self.<s> >= <n> > 1:\n>go", "if self.first_name >= 3 > 1:\ngo"),
        ('f"{self.<s>}: {<n>}"', 'f"{self.first_name}: {3}"'),
    ],
)
def test_what_fills_the_gaps_of_a_text(text: str, filled: str) -> None:
    assert templates.fill(text, dict(NAMES)) == filled


def test_what_people_say_has_spaces_for_underscores() -> None:
    assert templates.fill("the <s>, <n> of <str(s)>", dict(NAMES), spoken=True) == "the first name, 3 of first_name"


@pytest.mark.parametrize("text", ["a <s", "a <s +>", "<on?a"])
def test_a_text_with_a_bad_gap_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"gap|expression"):
        templates.fill(text, dict(NAMES))


@pytest.mark.parametrize("line", ["import os", "for one in s:\n    n = one", "def go():\n    return 1", "s ="])
def test_lines_that_draw_are_assignments(line: str) -> None:
    with pytest.raises(ValueError, match=r"assignment|no Python"):
        templates.draw(line, dict(NAMES))


def test_entries_for_some_of_the_draws_stand_in_place_of_the_others() -> None:
    entries = {
        "difficulty": "easy",
        "draw": "s = name('flag')\non = chance(0.5)\nslots = {s: yes()}",
        "body": "return self.<s>",
        "clear": "is_<s>",
        "wishes": ["whether <s>", "is it <s>"],
        "alone": True,
        "when": {"not on": {"body": "return not self.<s>", "clear": "is_not_<s>"}},
    }
    made = {task.clear.partition("_")[2].startswith("not_"): task for task in map(_made(entries), range(30))}
    assert "return not self." in made[True].body and "return self." in made[False].body
    assert all(task.alone and task.inherits and "|is it " in task.wishes for task in made.values())


def test_a_family_with_an_unknown_entry_or_without_its_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="wish"):
        family("odd", {"difficulty": "easy", "draw": "slots = {}", "wish": "x"}, {}, held_out=False)
    with pytest.raises(ValueError, match="no difficulty or draw"):
        family("odd", {"difficulty": "easy", "body": "return 1"}, {}, held_out=False)


@pytest.mark.parametrize("drawn", ["name = figure()\nslots = {name: 1}", "slots = {nobody: 1}", "s = figure()"])
def test_a_family_that_cannot_be_drawn_says_its_name(drawn: str) -> None:
    with pytest.raises(ValueError, match="family odd cannot be drawn"):
        _made({"difficulty": "easy", "draw": drawn, "body": "return 1"})(1)


def test_a_case_is_what_the_method_does() -> None:
    doubled = case_of("def go(self, n):\n    self.a = n * 2\n    self._p_changed = True\n", {"a": 1, "b": [2]}, [4])
    assert (doubled.answer, doubled.after) == (ANY, {"a": 8, "b": [2]})
    assert case_of("def go(self):\n    return self.a\n", {"a": 1}, []).answer == 1
    assert case_of('def go(self):\n    raise ValueError("no")\n', {"a": 1}, []).answer is RAISES
    with pytest.raises(ValueError, match="ZeroDivisionError"):
        case_of("def go(self):\n    return self.a / 0\n", {"a": 1}, [])


def _made(entries: dict[str, Any]) -> Any:
    def make(number: int) -> Task:
        made = family("odd", entries, {}, held_out=False)
        return made.make(Draw(random.Random(number), random.Random(number)))

    return make
