"""Every shipped exemplar is a right method; the nearest ones are chosen."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.cognition.asked.reader import load
from tests.cognition.handwritten import run
from uvm_core.cognition.asking.exemplars import Exemplar, nearest_by_words, shipped_exemplars
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.guardian import audit

SETS: tuple[Literal["held", "dev"], ...] = ("held", "dev")


@pytest.mark.parametrize("one", shipped_exemplars(), ids=lambda one: one.selector)
def test_it_passes_the_audit_and_its_cases(one: Exemplar) -> None:
    assert audit(one.source, one.selector).accepted
    assert one.source.startswith(f"def {one.selector}(")
    assert one.cases
    for case in one.cases:
        before = {**one.slots, **case.get("slots", {})}
        if "raises" in case:
            with pytest.raises(ValueError):
                run(one.source, before, case["args"])
            continue
        answer, slots = run(one.source, before, case["args"])
        wanted = case.get("returns")
        if isinstance(wanted, str) and wanted.endswith("PRINT"):
            assert answer.startswith(wanted.removesuffix("PRINT") + "<UvmObject")
        else:
            assert answer == wanted
        assert {name: slots[name] for name in case.get("slots_after", {})} == case.get("slots_after", {})


def test_one_that_is_longer_than_the_wish_calls_for_is_further_away() -> None:
    short = Exemplar("start_over", (), {"n": 4}, "def start_over(self):\n    self.n = 0\n    self._p_changed = True\n")
    lines = "".join(f"    self.n += {number}\n" for number in range(12))
    long = Exemplar("start_over", (), {"n": 4}, f"def start_over(self):\n{lines}    self._p_changed = True\n")
    plain = MethodRequest("start_again", [], {"n": 9}, wish="begin at zero")
    assert nearest_by_words(plain, [long, short], 1) == [short]


def test_selectors_are_unique_and_none_is_asked_for_in_the_benchmark() -> None:
    names = [one.selector for one in shipped_exemplars()]
    assert len(set(names)) == len(names) >= 300
    assert not set(names) & {one.selector for which in SETS for one in load(which)}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (MethodRequest("describe_itself", [], {"a": 1}), "tell_about_yourself"),
        (MethodRequest("append_job", ["arg1"], {"jobs": ["x"]}), "add_task"),
        (MethodRequest("total_weight", [], {"boxes": [{"weight": 2}]}), "whole_cost"),
        (MethodRequest("lock", [], {"locked": False}), "open_up"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.selector,
)
def test_kin_is_near(request_: MethodRequest, expected: str) -> None:
    chosen = nearest_by_words(request_, shipped_exemplars(), 4)
    assert expected in [one.selector for one in chosen]


def test_the_nearest_stands_last() -> None:
    own = Exemplar("sell_ticket", (), {"tickets": 4}, "def sell_ticket(self):\n    return 1\n")
    chosen = nearest_by_words(MethodRequest("sell_tickets", [], {"tickets": 9}), [own, *shipped_exemplars()], 3)
    assert chosen[-1] is own
    assert len(chosen) == 3
