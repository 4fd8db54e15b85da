"""A finding of the steward ends as a proposed change of one slot: shown, approved, refused when stale, undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from uvm_core.bridge.protocol import BridgeError

from .conftest import RunningUvm

Start = Callable[..., RunningUvm]

SLOW = {
    "indicator": "psm_cycle_durations",
    "value": 9000,
    "limit": 5000,
    "state": "SYNTHESIZING",
    "words": "The slowest of twenty cycles took 9000 ms; the limit is 5000 ms.",
}
BECAUSE = "It takes less time."


def choice(*letters: str) -> dict[str, Any]:
    return {"task": "choose", "answers": [{"choice": letter, "because": BECAUSE} for letter in letters]}


def optimise(running: RunningUvm) -> dict[str, Any]:
    brief = {
        "type": "system_optimization",
        "selector": "refactor_synthesis_prompt_for_efficiency",
        "wish": SLOW["words"],
        "context": {"finding": SLOW},
    }
    reply = running.call("initiate_cognitive_cycle", target_oid="SYNTHESIZING", mission_brief=brief)
    return running.settled(reply["mission"])


def held(running: RunningUvm) -> dict[str, Any]:
    row = optimise(running)
    assert row["state"] == "held", row
    (proposal,) = running.rows("proposals")
    assert (proposal["artifact_type"], proposal["source"]) == ("slot_change", "")
    assert proposal["change"]["because"] == BECAUSE
    return dict(proposal)


def now_in(running: RunningUvm, change: dict[str, Any]) -> str:
    found = running.slot(change["target"], change["slot"])
    return found if isinstance(found, str) else repr(found)


def test_an_approved_change_holds_and_is_undone_like_any_edit(start: Start) -> None:
    running = start([choice("A")])
    proposal = held(running)
    change = proposal["change"]
    assert now_in(running, change) == change["before"] != change["after"], "nothing is changed before the approval"
    reply = running.call("approve", proposal=proposal["id"], sha256=proposal["sha256"])
    assert "is changed now" in reply["result"]
    assert now_in(running, change) == change["after"]
    running.call("undo", edit=reply["edit"])
    assert now_in(running, change) == change["before"]


def test_a_change_of_a_slot_that_was_edited_meanwhile_is_refused(start: Start) -> None:
    running = start([choice("A")])
    proposal = held(running)
    change = proposal["change"]
    mine = "=== user\n{{ request.selector }}" if change["slot"].endswith("prompt") else 99
    running.call("set_slot", target_oid=change["target"], slot=change["slot"], value=mine)
    with pytest.raises(BridgeError) as refused:
        running.call("approve", proposal=proposal["id"])
    assert refused.value.code == "stale"
    assert running.slot(change["target"], change["slot"]) == mine


def test_a_change_cannot_be_tried_or_edited_like_a_method(start: Start) -> None:
    running = start([choice("A")])
    number = held(running)["id"]
    for command, fields in (("try_proposal", {}), ("edit_proposal", {"source": "def f(self):\n    return 1\n"})):
        with pytest.raises(BridgeError) as refused:
            running.call(command, proposal=number, **fields)
        assert refused.value.code == "no_method"


def test_a_rejected_change_is_not_proposed_again(start: Start) -> None:
    running = start([choice("A")])
    first = held(running)
    running.call("reject", proposal=first["id"], reason="Keep the prompt.", again=True)
    running.until(lambda: [row for row in running.rows("proposals") if row["id"] != first["id"]])
    (second,) = running.rows("proposals")
    assert second["change"]["after"] != first["change"]["after"]


def test_a_change_survives_the_end_of_the_process(start: Start) -> None:
    running = start([choice("A")])
    proposal = held(running)
    running.close()
    again = start([])
    assert again.rows("proposals")[0]["change"] == proposal["change"]
    again.call("approve", proposal=proposal["id"], sha256=proposal["sha256"])
    assert now_in(again, proposal["change"]) == proposal["change"]["after"]


def test_a_finding_that_no_slot_answers_fails_with_a_sentence(start: Start) -> None:
    running = start([])
    brief = {
        "type": "system_optimization",
        "selector": "look_into_it",
        "context": {"finding": {"indicator": "the_weather", "value": 1}},
    }
    reply = running.call("initiate_cognitive_cycle", target_oid="SYNTHESIZING", mission_brief=brief)
    row = running.settled(reply["mission"])
    assert row["state"] == "failed"
    assert "no slot" in row["reason"]


def test_an_audit_as_a_mission_reports_what_was_found(start: Start) -> None:
    running = start([])
    brief = {"type": "self_audit", "audit_type": "cognitive_efficiency"}
    reply = running.call("initiate_cognitive_cycle", target_oid="alfred_prototype_obj", mission_brief=brief)
    row = running.settled(reply["mission"])
    assert row["state"] == "complete"
    assert "nothing" in row["result"]["text"]
