"""A person steers: pause at the next state, step, resume, stop; a state's own slots change how it asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from uvm_core.bridge.protocol import BridgeError

from .conftest import RunningUvm, method

Start = Callable[..., RunningUvm]
RESET = "def reset(self):\n    self.count = 0\n    self._p_changed = True\n"


def paused_mission(start: Start) -> tuple[RunningUvm, int]:
    """A mission that was paused before its first state; its model is let in only then."""
    running = start([method("reset", RESET)])
    running.until(lambda: running.uvm.runner.no_model is None)
    running.uvm.runner.model_state("held back by the test")
    number = running.send("counter", "reset")["mission"]
    running.call("cycle", mission=number, action="pause")
    running.uvm.runner.model_state(None)
    return running, number


def state_of(running: RunningUvm, number: int) -> tuple[str, bool]:
    row = running.rows("mission", mission=number)
    return row["cycle_state"], row["paused"]


def test_step_runs_one_state_and_holds(start: Start) -> None:
    running, number = paused_mission(start)
    for expected in ("DECOMPOSING", "DELEGATING", "SYNTHESIZING"):
        running.call("cycle", mission=number, action="step")
        running.until(lambda expected=expected: state_of(running, number) == (expected, True))
    running.call("cycle", mission=number, action="resume")
    assert running.settled(number)["state"] == "held"


def test_stop_ends_the_mission_and_changes_nothing(start: Start) -> None:
    running, number = paused_mission(start)
    running.call("cycle", mission=number, action="step")
    running.until(lambda: state_of(running, number)[0] == "DECOMPOSING")
    running.call("cycle", mission=number, action="stop")
    assert running.settled(number)["state"] == "stopped"
    assert running.rows("proposals") == []


def test_a_stopped_mission_can_be_asked_for_again(start: Start) -> None:
    running, number = paused_mission(start)
    running.call("cycle", mission=number, action="stop")
    running.settled(number)
    assert running.mission("counter", "reset")["state"] == "held"


def test_steering_what_does_not_run_is_refused(start: Start) -> None:
    running = start([method("reset", RESET)])
    number = running.mission("counter", "reset")["id"]
    for action in ("pause", "stop"):
        with pytest.raises(BridgeError) as refused:
            running.call("cycle", mission=number, action=action)
        assert refused.value.code == "not_running"


def test_an_edited_prompt_is_asked_with_from_the_next_cycle_on(start: Start) -> None:
    running = start([method("reset", RESET)])
    prompt = running.slot("SYNTHESIZING", "prompt")
    changed = prompt.replace("=== system", "=== system\nThe lighthouse keeper asks:", 1)
    running.call("set_slot", target_oid="SYNTHESIZING", slot="prompt", value=changed)
    running.mission("counter", "reset")
    (row,) = running.rows("proposals")
    steps = running.rows("proposal", proposal=row["id"])["steps"]
    assert "lighthouse keeper" in steps[-1]["messages"][0]["content"]


def test_a_broken_prompt_fails_the_cycle_with_a_sentence(start: Start) -> None:
    running = start([method("reset", RESET)])
    running.call("set_slot", target_oid="SYNTHESIZING", slot="prompt", value="=== user\n{% if %}")
    row = running.mission("counter", "reset")
    assert row["state"] == "failed"
    assert "template" in row["reason"]
