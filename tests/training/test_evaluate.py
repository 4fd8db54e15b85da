"""Held-out scores: counted by difficulty, over answers that an engine really gave."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.engines.engine import Abilities, Ask, Completion, one_by_one
from uvm_core.training.evaluate import Verdict, compared, method_trial, run, tally, trials_of
from uvm_core.training.plans import plan_samples
from uvm_core.training.weaving import weave_samples


class Answering:
    """An engine whose expert knows every answer and whose bare model knows none."""

    def __init__(self, knows: Callable[[str], str], expert: str) -> None:
        self._knows, self._expert = knows, expert

    def has_expert(self, name: str) -> bool:
        return name == self._expert

    def describe(self) -> dict[str, Any]:
        return {"id": "answering"}

    @property
    def abilities(self) -> Abilities:
        return Abilities(grammar=True)

    def generate_several(self, asks: Sequence[Ask], **more: Any) -> list[Completion]:
        return one_by_one(self, asks, **more)  # type: ignore[arg-type]

    def generate(self, ask: Ask, **_more: Any) -> Completion:
        asked = ask.messages[-1]["content"]
        return Completion(self._knows(asked) if ask.expert else "nothing", 1, 0.0, "end")


def known(samples: Any, count: int) -> Callable[[str], str]:
    answers = {one.messages[-1]["content"]: one.answer for one in itertools.islice(samples, count)}
    return lambda asked: answers.get(asked, "unknown")


@pytest.mark.parametrize(("expert", "samples"), [("BRICK", plan_samples), ("ROBIN", weave_samples)])
def test_what_the_generator_holds_right_scores_and_what_it_does_not_hold_does_not(
    expert: str, samples: Callable[..., Any]
) -> None:
    trials = trials_of(expert, 12)
    told: list[str] = []
    engine = Answering(known(samples(1, held_out=True), 12), expert)
    scores = compared(engine, expert, trials, "Tasks.", told.append)
    assert scores["expert"]["right"] == {"right": 12, "of": 12} == scores["expert"]["in form"]
    assert scores["bare"]["right"] == {"right": 0, "of": 12}
    assert sum(row["of"] for name, row in scores["bare"].items() if name in ("easy", "medium", "hard")) == 12
    assert len(told) == 24 and "WRONG" in told[0] and "right" in told[-1]


def test_a_method_is_right_only_if_the_guardian_accepts_it_too() -> None:
    request = MethodRequest("bump", slots={"count": 1})
    trial = method_trial("bump", "easy", request, lambda source: "count += 1" in source)
    lawful = "def bump(self):\n    self.count += 1\n    self._p_changed = True\n"
    for source, expected in ((lawful, (True, True)), ("def bump(self):\n    self.count += 1\n", (False, False))):
        verdict = trial.ask(Answering(lambda _asked, made=source: made, "ALFRED"), "ALFRED")
        assert (verdict.right, verdict.lawful) == expected


def test_a_plan_that_is_cut_off_is_wrong() -> None:
    (trial,) = trials_of("BRICK", 1)
    verdict = trial.ask(Answering(lambda _asked: json.dumps({"facets": []})[:8], "BRICK"), "BRICK")
    assert not verdict.right and not verdict.lawful and verdict.why


def test_rows_without_tasks_are_left_out() -> None:
    trials = trials_of("ROBIN", 3)
    rows = tally(trials, [Verdict(True, True, "")] * 3)
    assert set(rows) == {"right", "in form", *(one.difficulty for one in trials)}
    assert run(Answering(str, "ROBIN"), None, [], lambda _line: None) == []
