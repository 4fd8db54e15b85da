"""Tasks that are given whole: a method or a plan for each, by the image's own prompts, the image untouched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cycles.conftest import PLAN, RunningUvm, method
from uvm_core.bridge.client import BridgeError
from uvm_core.cognition.asking.authoring import Record
from uvm_core.cognition.asking.messages import FacetOffer
from uvm_core.cognition.asking.planning import Plan
from uvm_core.cognition.engines.engine import Ask, Completion
from uvm_core.handlers.tasks import is_valid

Start = Callable[..., RunningUvm]
RESET = "def reset(self):\n    self.count = 0\n    self._p_changed = True\n"
UNLAWFUL = "def reset(self):\n    import os\n"


def test_a_method_for_a_task_is_judged_and_tried_and_not_installed(start: Start) -> None:
    running = start([method("reset", UNLAWFUL, RESET)])
    tid = running.uvm.image.tid
    task = {"id": "a7", "selector": "reset", "slots": {"count": 3}}
    row = running.rows("propose", task=task)
    assert (row["id"], row["accepted"], row["source"]) == ("a7", True, RESET)
    assert row["trial"]["status"] == "ok"
    assert row["attempts"] == 2
    assert row["tokens"] > len(RESET.split())
    assert running.uvm.image.tid == tid
    assert running.slot("traits_obj", "reset") is None


def test_a_plan_for_a_message_and_for_a_question(start: Start) -> None:
    running = start()
    tid = running.uvm.image.tid
    for task in ({"id": 1, "selector": "reset", "slots": ["count", "parent*"]}, {"id": 2, "question": "Why bats?"}):
        row = running.rows("plan", task=task)
        assert (row["id"], row["valid"], row["plan"]) == (task["id"], True, PLAN)
        assert row["tokens"] > 0
        assert row["seconds"] >= 0
    assert running.uvm.image.tid == tid


def test_the_images_own_prompt_asks(start: Start) -> None:
    other = {"facets": [PLAN["facets"][0]], "done_when": "the moon is full"}  # type: ignore[index]
    running = start([{"task": "plan", "match": "by moonlight", "answer": other}])
    running.call(
        "set_slot", target_oid="DECOMPOSING", slot="prompt", value="=== user\nPlan {{ brief.selector }} by moonlight."
    )
    assert running.rows("plan", task={"selector": "reset"})["plan"] == other
    running.call("set_slot", target_oid="DECOMPOSING", slot="prompt", value="=== user\n{{ moths }}")
    with pytest.raises(BridgeError, match=r"moths.*line 2"):
        running.rows("plan", task={"selector": "reset"})


def test_a_plan_that_was_not_finished_is_a_row_that_says_so(start: Start) -> None:
    running = start([{"task": "plan", "match": "reset", "answer": '{"facets": ['}])
    row = running.rows("plan", task={"id": 4, "selector": "reset"})
    assert (row["id"], row["plan"], row["valid"]) == (4, None, False)
    assert "not finished" in row["problem"]


@pytest.mark.parametrize(
    ("command", "task"),
    [
        ("plan", {}),
        ("plan", {"selector": "_private"}),
        ("plan", {"selector": "reset", "slots": 3}),
        ("plan", {"question": "Why?", "passages": "all"}),
        ("propose", {"selector": "reset", "args": {"a": 1}}),
        ("propose", {"selector": "reset", "slots": [1]}),
    ],
)
def test_a_task_that_is_none_is_refused(start: Start, command: str, task: dict[str, Any]) -> None:
    running = start(no_model=True)
    with pytest.raises(BridgeError) as caught:
        running.rows(command, task=task)
    assert caught.value.code == "bad_task"


def test_without_a_model_the_task_says_why_it_cannot_be_done(start: Start) -> None:
    running = start(no_model=True)
    running.until(lambda: running.rows("status")["model"]["state"] == "none")
    with pytest.raises(BridgeError, match="without a model") as caught:
        running.rows("plan", task={"selector": "reset"})
    assert caught.value.code == "no_model"


@pytest.mark.parametrize(
    ("facets", "done", "valid"),
    [
        ([("ROBIN", "sage_facet_", "What?")], "it answers", True),
        ([("ROBIN", "sage_facet_", "What?"), ("ROBIN", "sage_facet_", "Why?")], "it answers", True),
        ([("ROBIN", "sage_facet_", "What?"), ("ROBIN", "sage_facet_", " what? ")], "it answers", False),
        ([("BRICK", "sage_facet_", "What?")], "it answers", False),
        ([("ROBIN", "sage_facet_", " ")], "it answers", False),
        ([("ROBIN", "sage_facet_", "What?")], " ", False),
        ([], "it answers", False),
    ],
)
def test_what_a_valid_plan_is(facets: list[tuple[str, str, str]], done: str, valid: bool) -> None:
    rows = [{"persona": persona, "facet": facet, "query": query} for persona, facet, query in facets]
    record = Record(Ask([]), Completion("", 0, 0.0, "end"), "m")
    assert is_valid(Plan(rows, done, record), [FacetOffer("ROBIN", "sage_facet_")]) is valid
