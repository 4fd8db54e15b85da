"""A person decides: exactly the bytes shown, once, undoable; a reason reaches the next prompt word for word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from uvm_core.bridge.protocol import BridgeError

from .conftest import RunningUvm, method

Start = Callable[..., RunningUvm]

RESET = "def reset(self):\n    self.count = 0\n    self._p_changed = True\n"
RESET_TO_ONE = "def reset(self):\n    self.count = 1\n    self._p_changed = True\n"
ADD = "def add(self, arg1):\n    self.count = self.count + arg1\n    self._p_changed = True\n    return self.count\n"
STEP = "def stride(self):\n    self.count = self.count + self.step\n    self._p_changed = True\n    return self.count\n"


def proposed(running: RunningUvm, selector: str = "reset") -> dict[str, object]:
    assert running.mission("counter", selector)["state"] == "held"
    (row,) = running.rows("proposals")
    return dict(row)


def refusal(running: RunningUvm, command: str, **fields: object) -> BridgeError:
    with pytest.raises(BridgeError) as refused:
        running.call(command, **fields)
    return refused.value


def test_another_hash_than_the_one_shown_installs_nothing(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = proposed(running)
    assert refusal(running, "approve", proposal=row["id"], sha256="0" * 64).code == "sha256"
    assert running.slot("counter", "reset") is None
    assert running.rows("proposals") == [row]


def test_a_decision_is_made_once(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = proposed(running)
    running.call("approve", proposal=row["id"])
    assert refusal(running, "approve", proposal=row["id"]).code == "decided"
    assert refusal(running, "reject", proposal=row["id"]).code == "decided"
    assert refusal(running, "approve", proposal=999).code == "unknown_proposal"


def test_a_proposal_can_be_named_by_its_mission(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = proposed(running)
    assert running.call("approve", proposal=row["mission"])["proposal"] == row["id"]


def test_a_rejection_ends_the_mission_and_its_reason_reaches_the_next_prompt(start: Start) -> None:
    running = start([method("reset", RESET, RESET_TO_ONE)])
    row = proposed(running)
    reason = "It has to begin at one, not at zero."
    running.call("reject", proposal=row["id"], reason=reason)
    assert running.rows("mission", mission=row["mission"])["state"] == "rejected"
    again = proposed(running)
    assert again["source"] == RESET_TO_ONE
    prompt = running.rows("proposal", proposal=again["id"])["steps"][-1]["messages"][-1]["content"]
    assert reason in prompt


def test_try_again_is_the_next_attempt_at_most_three(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = proposed(running)
    for attempt in (2, 3):
        running.call("reject", proposal=row["id"], reason=f"not attempt {attempt - 1}", again=True)
        settled = running.settled(row["mission"])
        assert settled["attempt"] == attempt
        (row,) = running.rows("proposals")
    prompt = running.rows("proposal", proposal=row["id"])["steps"][-1]["messages"][-1]["content"]
    assert "not attempt 1" in prompt and "not attempt 2" in prompt
    assert refusal(running, "reject", proposal=row["id"], again=True).code == "attempts"


def test_an_install_is_undone_alone_after_other_edits(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = proposed(running)
    edit = running.call("approve", proposal=row["id"])["edit"]
    for number in range(5):
        running.call("set_slot", target_oid="greeter", slot="guest", value=f"guest {number}")
    running.call("undo", edit=edit)
    assert running.slot("counter", "reset") is None
    assert running.slot("greeter", "guest") == "guest 4"
    running.call("redo")
    assert running.slot("counter", "reset") == RESET


def test_a_slot_the_method_rests_on_must_still_be_there(start: Start) -> None:
    running = start([method("stride", STEP)])
    row = proposed(running, "stride")
    running.call("unset_slot", target_oid="counter", slot="step")
    refused = refusal(running, "approve", proposal=row["id"])
    assert refused.code == "stale"
    assert refused.reply["slot"] == "step"
    running.call("undo")
    assert running.call("approve", proposal=row["id"])["status"] == "ok"


def test_other_edits_of_the_receiver_do_not_matter(start: Start) -> None:
    running = start([method("stride", STEP)])
    row = proposed(running, "stride")
    running.call("set_slot", target_oid="counter", slot="count", value=40)
    running.call("set_slot", target_oid="counter", slot="colour", value="red")
    running.call("approve", proposal=row["id"])
    assert running.send("counter", "stride")["result"] == 41


def test_an_edited_source_is_what_is_installed(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = proposed(running)
    edited = running.rows("edit_proposal", proposal=row["id"], source=RESET_TO_ONE)
    assert edited["sha256"] != row["sha256"]
    assert refusal(running, "approve", proposal=row["id"], sha256=row["sha256"]).code == "sha256"
    running.call("approve", proposal=row["id"], sha256=edited["sha256"])
    assert running.slot("counter", "reset") == RESET_TO_ONE


def test_an_edit_the_guardian_refuses_leaves_the_proposal_as_it_was(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = proposed(running)
    bad = "def reset(self):\n    import os\n"
    assert refusal(running, "edit_proposal", proposal=row["id"], source=bad).code == "guardian"
    assert running.rows("proposals") == [row]


def test_the_ghost_runs_with_other_arguments_and_writes_nothing(start: Start) -> None:
    source = (
        "def add(self, arg1):\n    self.count = self.count + arg1\n    self._p_changed = True\n    return self.count\n"
    )
    running = start([method("add", source)])
    running.mission("counter", "add", 1)
    (row,) = running.rows("proposals")
    before = running.rows("status")["tid"]
    trial = running.rows("try_proposal", proposal=row["id"], args=[41])
    assert trial["status"] == "ok"
    assert trial["returns"] == 41
    assert running.rows("status")["tid"] == before


def test_a_deleted_receiver_gets_nothing_until_it_is_back(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = proposed(running)
    running.call("delete_object", target_oid="counter")
    assert refusal(running, "approve", proposal=row["id"]).code == "deleted"
    running.call("undo")
    assert running.call("approve", proposal=row["id"])["status"] == "ok"
