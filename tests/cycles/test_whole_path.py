"""From a message nobody understands to a method the object knows: filed, planned, written, tried, approved, kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from uvm_core.bridge.protocol import BridgeError

from .conftest import RunningUvm, method

Start = Callable[..., RunningUvm]

RESET = "def reset(self):\n    self.count = 0\n    self._p_changed = True\n"
ADD = "def add(self, arg1):\n    self.count = self.count + arg1\n    self._p_changed = True\n    return self.count\n"
NO_MARK = "def reset(self):\n    self.count = 0\n"
IMPORTS = "def reset(self):\n    import os\n    return os.getpid()\n"
FAILS = "def reset(self):\n    return self.missing_thing + 1\n"
SHOW = "def display_yourself(self):\n    return self.print_string()\n"


def test_an_approved_method_is_known_at_once_and_after_a_restart(start: Start) -> None:
    running = start([method("add", ADD)])
    row = running.mission("counter", "add", 5)
    assert row["state"] == "held"
    (proposal,) = running.rows("proposals")
    assert proposal["sha256"] == hashlib.sha256(proposal["source"].encode()).hexdigest()
    assert proposal["trial"]["changes"] == {"count": [0, 5]}
    assert running.slot("counter", "count") == 0, "nothing runs on the real object before the approval"
    running.call("approve", proposal=proposal["id"], sha256=proposal["sha256"])
    assert running.send("counter", "add", 5)["result"] == 5
    running.close()
    again = start([])
    assert again.send("counter", "add", 2)["result"] == 7
    assert again.rows("mission", mission=row["id"])["state"] == "complete"


def test_the_log_tells_the_trace_in_its_order(start: Start) -> None:
    with capture_logs() as log:
        running = start([method("display_yourself", SHOW)])
        running.mission("genesis_obj", "display_yourself")
        (proposal,) = running.rows("proposals")
        running.call("approve", proposal=proposal["id"])
        text = running.send("genesis_obj", "display_yourself")["result"]
    assert "parent*" in text and "display_yourself" in text
    told = [
        (line["event"], *(line[key] for key in ("from_state", "to_state", "expert") if key in line))
        for line in log
        if line["event"] in TRACE_EVENTS
    ]
    assert told == TRACE


TRACE = [
    ("does_not_understand",),
    ("mission_filed",),
    ("cycle_started",),
    ("psm_transition", "IDLE", "DECOMPOSING"),
    ("expert_active", "BRICK"),
    ("psm_transition", "DECOMPOSING", "DELEGATING"),
    ("psm_transition", "DELEGATING", "SYNTHESIZING"),
    ("expert_active", "ALFRED"),
    ("guardian_passed",),
    ("trial_passed",),
    ("proposal_waiting",),
    ("proposal_approved",),
    ("psm_transition", "SYNTHESIZING", "COMPLETE"),
    ("method_installed",),
    ("cycle_completed",),
]
TRACE_EVENTS = frozenset(entry[0] for entry in TRACE)


def test_the_world_hears_of_every_step(start: Start) -> None:
    running = start([method("reset", RESET)])
    running.mission("counter", "reset")
    (proposal,) = running.rows("proposals")
    running.call("approve", proposal=proposal["id"])
    running.until(lambda: any("reset" in str(event.get("objects")) for event in running.events))
    moves = running.until(lambda: len(found := moves_in(running)) == 4 and found)
    assert moves == ["DECOMPOSING", "DELEGATING", "SYNTHESIZING", "COMPLETE"]
    streamed = "".join(event["text"] for event in running.events if event["event"] == "text")
    assert RESET in streamed
    assert "A person wants it to work." in streamed


def moves_in(running: RunningUvm) -> list[str]:
    return [event["to_state"] for event in running.events if event["event"] == "psm_transition"]


def test_a_second_sender_joins_the_open_mission(start: Start) -> None:
    running = start([method("reset", RESET)])
    first = running.send("counter", "reset")
    second = running.send("counter", "reset")
    assert second["mission"] == first["mission"]
    assert len(running.rows("missions")) == 1


def test_a_refusal_goes_back_with_its_findings_and_the_next_try_counts(start: Start) -> None:
    running = start([method("reset", IMPORTS, RESET)])
    assert running.mission("counter", "reset")["state"] == "held"
    (row,) = running.rows("proposals")
    assert row["source"] == RESET
    assert any("IMP-001" in reason for reason in row["refusals"])
    whole = running.rows("proposal", proposal=row["id"])
    last_prompt = whole["steps"][-1]["messages"][-1]["content"]
    assert "IMP-001" in last_prompt


def test_a_method_that_only_lacks_the_mark_is_repaired_and_says_where(start: Start) -> None:
    running = start([method("reset", NO_MARK)])
    running.mission("counter", "reset")
    (row,) = running.rows("proposals")
    assert row["source"].splitlines()[2].strip() == "self._p_changed = True"
    assert row["inserted"] == [3]


@pytest.mark.parametrize("source", [IMPORTS, FAILS])
def test_three_refusals_end_in_failed_and_no_object_has_changed(start: Start, source: str) -> None:
    running = start([method("reset", source)])
    before = serials(running)
    row = running.mission("counter", "reset")
    assert row["state"] == "failed"
    assert row["cycle_state"] == "FAILED"
    assert "3 tries" in row["reason"]
    assert {oid: serials(running)[oid] for oid in before} == before


def serials(running: RunningUvm) -> dict[int, bytes]:
    """The serial of every object there is."""

    def read(world: Any) -> dict[int, bytes]:
        found = {}
        for number, holder in world.all():
            holder._p_activate()
            found[number] = bytes(holder._p_serial)
        return found

    return running.uvm.image.read(read)


def test_missions_and_proposals_survive_the_end_of_the_process(start: Start) -> None:
    running = start([method("reset", RESET)])
    row = running.mission("counter", "reset")
    running.close()
    again = start([])
    (proposal,) = again.rows("proposals")
    assert proposal["mission"] == row["id"]
    assert again.call("approve", proposal=proposal["id"])["status"] == "ok"
    assert again.send("counter", "reset")["status"] == "ok"


def test_a_mission_waits_for_a_model_and_says_why(start: Start) -> None:
    running = start(no_model=True)
    number = running.send("counter", "reset")["mission"]
    row = running.until(lambda: (row := running.rows("mission", mission=number))["reason"] and row)
    assert row["state"] == "waiting"
    assert "model" in row["reason"]
    running.close()
    again = start([method("reset", RESET)])
    assert again.settled(number)["state"] == "held"


def test_approval_by_script_installs_without_a_person(start: Start) -> None:
    running = start([method("reset", RESET)], approval="auto")
    number = running.send("counter", "reset")["mission"]
    row = running.until(lambda: (row := running.rows("mission", mission=number))["state"] == "complete" and row)
    assert row["state"] == "complete"
    assert running.send("counter", "reset")["status"] == "ok"


def test_a_message_inside_a_method_gives_the_outer_one_up(start: Start) -> None:
    running = start([method("blink", "def blink(self):\n    return 1\n")])
    source = "def both(self):\n    self.count = 99\n    self._p_changed = True\n    return self.blink()\n"
    running.call("set_slot", target_oid="counter", slot="both", value={"$method": source})
    reply = running.send("counter", "both")
    assert reply["status"] == "dispatched"
    assert "taken back" in reply["result"]
    assert running.slot("counter", "count") == 0


def test_a_question_is_answered_with_a_woven_text(start: Start) -> None:
    running = start([{"task": "weave", "answer": "It counts, and it starts at nothing."}])
    brief = {"type": "question", "question": "What does the counter do?", "args": [], "kwargs": {}}
    reply = running.call("initiate_cognitive_cycle", target_oid="counter", mission_brief=brief)
    row = running.settled(reply["mission"])
    assert row["state"] == "complete"
    assert row["result"]["text"] == "It counts, and it starts at nothing."


def test_what_the_object_learned_meanwhile_ends_the_mission_as_answered(start: Start) -> None:
    running = start(no_model=True)
    number = running.send("counter", "reset")["mission"]
    running.call("set_slot", target_oid="counter", slot="reset", value={"$method": RESET})
    running.close()
    again = start([])
    assert again.settled(number)["state"] == "answered"


def test_asking_first_files_no_mission(start: Start) -> None:
    running = start([])
    with pytest.raises(BridgeError) as refused:
        running.call("dispatch_message", target_oid="counter", message_name="reset", ask=True)
    assert refused.value.code == "not_understood"
    assert running.rows("missions") == []
