"""What a message's name says about reckoning: the narrow grammar and the doubts hold a method to it."""

from __future__ import annotations

import pytest

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.doubts import doubts_about
from uvm_core.cognition.language.grammar import method_grammar

SLOTS = {"count": 3, "name": "steps"}


@pytest.mark.parametrize(
    ("selector", "operator", "others"),
    [("decrement", "-=", ("+=", "*=")), ("increase", "+=", ("-=", "*=")), ("double", "*=", ("+=", "-="))],
)
def test_a_verb_that_reckons_offers_its_own_operator_alone(
    selector: str, operator: str, others: tuple[str, ...]
) -> None:
    grammar = method_grammar(MethodRequest(selector, slots=SLOTS), "narrow")
    assert f" {operator} " in grammar
    assert not any(f" {other} " in grammar for other in others)


def test_any_other_name_offers_them_all() -> None:
    grammar = method_grammar(MethodRequest("move_on", slots=SLOTS), "narrow")
    assert all(f" {operator} " in grammar for operator in ("+=", "-=", "*="))


def test_a_number_that_came_with_the_message_is_what_it_reckons_with() -> None:
    request = MethodRequest("decrement", parameters=["arg1"], slots={"count": 3}, arguments={"arg1": 2})
    grammar = method_grammar(request, "narrow")
    (line,) = [line for line in grammar.splitlines() if '"self.count"' in line and "aug" in line]
    assert '"arg1"' in line.split("aug", 1)[1].split("|")[0]


@pytest.mark.parametrize(
    ("selector", "body", "doubted"),
    [
        ("decrement", "self.count += 1", True),
        ("decrement", "self.count -= 1", False),
        ("double", "self.count = self.count + 1", True),
        ("double", "self.count *= 2", False),
        ("reset", "self.count = 0", False),
        ("add", "self.count = self.count + 1", False),
    ],
)
def test_reckoning_against_the_verb_is_doubted(selector: str, body: str, doubted: bool) -> None:
    source = f"def {selector}(self):\n    {body}\n    self._p_changed = True\n"
    doubts = doubts_about(source, MethodRequest(selector, slots=SLOTS))
    assert any("sounds like" in doubt for doubt in doubts) is doubted


@pytest.mark.parametrize(
    ("selector", "wish", "body", "doubted"),
    [
        ("is_empty", "", "return len(self.lines)", True),
        ("is_empty", "", "return len(self.lines) == 0", False),
        ("has_name", "", "return self.name", True),
        ("has_name", "", "return self.table.get(1, 0)", True),
        ("has_more", "whether there are lines", "return any(line for line in self.lines)", False),
        ("total", "", 'return f"{self.count}"', True),
        ("total", "", "return sum(line for line in self.lines)", False),
        ("count_lines", "", "return self.lines", True),
        ("in_capitals", "", "return self.name.upper()", False),
        ("show", "", "return self.count", False),
        ("is_big", "", "return self.count > 3 and self.name", False),
    ],
)
def test_an_answer_of_another_kind_than_asked_for_is_doubted(
    selector: str, wish: str, body: str, doubted: bool
) -> None:
    request = MethodRequest(selector, slots={**SLOTS, "lines": [1]}, wish=wish)
    doubts = doubts_about(f"def {selector}(self):\n    {body}\n", request)
    assert any(doubt.startswith("It answers ") for doubt in doubts) is doubted


@pytest.mark.parametrize(
    ("selector", "body", "doubted"),
    [
        ("monthly", "return self.count * self.count / 12", True),
        ("area", "return self.count * self.count", False),
        ("total", "return self.count + self.count", True),
        ("total", "return self.count * 2", False),
    ],
)
def test_a_slot_that_is_reckoned_with_itself_is_doubted(selector: str, body: str, doubted: bool) -> None:
    doubts = doubts_about(f"def {selector}(self):\n    {body}\n", MethodRequest(selector, slots=SLOTS))
    assert any("more than once" in doubt for doubt in doubts) is doubted
