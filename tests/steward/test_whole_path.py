"""From a cycle that was measured to a change that is approved and undone: over a whole UVM and its socket."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cycles.conftest import RunningUvm, method
from tests.cycles.test_whole_path import FAILS, IMPORTS, RESET
from uvm_core.cli import main
from uvm_core.commands.steward import curve

Start = Callable[..., RunningUvm]
CHOICE = {"task": "choose", "answer": {"choice": "A", "because": "It says what was missing."}}


def finding(running: RunningUvm, indicator: str) -> dict[str, Any]:
    return next(row for row in running.call("audit")["result"] if row["indicator"] == indicator)


def test_a_refusal_becomes_a_change_of_the_prompt_that_is_approved_and_undone(start: Start) -> None:
    running = start([method("reset", IMPORTS, RESET), CHOICE])
    before = running.slot("SYNTHESIZING", "prompt")
    running.mission("counter", "reset")
    found = finding(running, "guardian_violations")
    assert (found["value"], found["rules"]) == (1, {"IMP-001": 1})
    row = running.settled(found["mission"])
    assert (row["state"], row["type"], row["who"]) == ("held", "system_optimization", "steward")
    proposal = running.rows("proposal", proposal=row["proposal"])
    assert proposal["artifact_type"] == "slot_change"
    change = proposal["change"]
    assert (change["target_name"], change["slot"], change["before"]) == ("SYNTHESIZING", "prompt", before)
    assert change["because"] == "It says what was missing."
    assert running.slot("SYNTHESIZING", "prompt") == before, "nothing is changed before the approval"
    done = running.call("approve", proposal=proposal["id"], sha256=proposal["sha256"])
    after = running.slot("SYNTHESIZING", "prompt")
    assert after == change["after"]
    assert "Import nothing." in after
    running.call("undo", edit=done["edit"])
    assert running.slot("SYNTHESIZING", "prompt") == before
    assert running.rows("steward")["missions_today"] == 1


def test_the_steward_s_mission_begins_when_people_s_have_ended(start: Start) -> None:
    running = start([method("reset", IMPORTS, RESET), method("double", RESET.replace("reset", "double")), CHOICE])
    running.mission("counter", "reset")
    running.uvm.runner.model_state("held back by the test")
    unhurried = finding(running, "guardian_violations")["mission"]
    wanted = running.send("counter", "double")["mission"]
    running.call("cycle", mission=wanted, action="pause")
    running.uvm.runner.model_state(None)
    running.call("cycle", mission=wanted, action="step")
    running.until(lambda: running.rows("mission", mission=wanted)["cycle_state"] == "DECOMPOSING")
    assert running.rows("mission", mission=unhurried)["cycle_state"] == "IDLE"
    running.call("cycle", mission=wanted, action="resume")
    assert running.settled(unhurried)["state"] == "held"
    moved = [event for event in running.events if event["event"] == "psm_transition"]
    begun = [event["mission"] for event in moved if event["mission"] in (wanted, unhurried)]
    assert begun == sorted(begun, key=lambda one: one != wanted)


def test_slow_and_failed_cycles_are_found_in_what_they_recorded(start: Start) -> None:
    running = start([method("reset", FAILS)])
    running.call("set_slot", target_oid="system_metrics_obj", slot="cycle_p95_limit_ms", value=0)
    running.call("steward", action="pause")
    assert running.mission("counter", "reset")["state"] == "failed"
    slow = finding(running, "psm_cycle_durations")
    assert slow["value"] > 0
    assert set(slow["states"]) == {"IDLE", "DECOMPOSING", "DELEGATING", "SYNTHESIZING", "FAILED"}
    aborted = finding(running, "transaction_aborts")
    assert aborted["types"] == {"unhandled_message": 1}
    assert {"cycle", "mission", "person"} <= set(aborted["who"])
    assert {slow["note"], aborted["note"]} == {"The steward is paused."}
    assert len(running.rows("missions")) == 1


def test_a_rejected_proposal_is_no_abort(start: Start) -> None:
    running = start([method("reset", RESET)])
    running.mission("counter", "reset")
    (proposal,) = running.rows("proposals")
    running.call("reject", proposal=proposal["id"], reason="no")
    (row,) = [row for row in running.rows("metrics") if row["indicator"] == "transaction_aborts"]
    assert row["count"] > 0
    assert row["sum"] == 0


def test_a_self_audit_mission_reports_what_the_audit_found(start: Start) -> None:
    running = start([method("reset", IMPORTS, RESET), CHOICE])
    running.mission("counter", "reset")
    brief = {"type": "self_audit", "audit_type": "cognitive_efficiency"}
    reply = running.call("initiate_cognitive_cycle", target_oid="alfred_prototype_obj", mission_brief=brief)
    row = running.settled(reply["mission"])
    assert row["state"] == "complete"
    assert "The guardian's refusals in 24 hours: 1; the limit is 0." in row["result"]["text"]


def test_pausing_is_an_edit_that_the_world_hears_of_and_that_can_be_undone(start: Start) -> None:
    running = start([])
    assert running.rows("steward")["paused"] is False
    assert running.rows("steward", action="pause")["paused"] is True
    heard = running.until(
        lambda: [event for event in running.events if event["event"] == "steward" and event["paused"]]
    )
    assert heard[-1]["next_beat"] is None
    assert running.rows("steward", action="pause")["paused"] is True
    assert [edit["words"] for edit in running.rows("history")] == ["Pause the steward"]
    running.call("undo")
    assert running.rows("steward")["paused"] is False


def test_the_commands_print_rows_for_programs_and_tables_for_people(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    running = start([method("reset", IMPORTS, RESET), CHOICE])

    def batos(*words: str) -> str:
        assert main(["--image", str(running.directory), *words]) == 0
        return capsys.readouterr().out

    assert batos("audit") == "Nothing was measured lately: there is nothing to judge yet.\n"
    assert batos("metrics") == "Nothing was measured in the last 24 hours.\n"
    assert json.loads(batos("audit", "--json")) == []
    assert {row["count"] for row in json.loads(batos("metrics", "--json"))} == {0}
    running.mission("counter", "reset")
    rows = {row["indicator"]: row for row in json.loads(batos("metrics", "--hours", "1", "--json"))}
    assert set(rows) == {
        "psm_cycle_durations",
        "guardian_violations",
        "lora_swap_latencies",
        "transaction_aborts",
        "tokens_per_second",
        "commit_times",
        "ingest_rates",
    }
    row = rows["psm_cycle_durations"]
    assert (row["unit"], row["count"]) == ("ms", 1)
    assert row["mean"] == row["p50"] == row["p95"] == pytest.approx(row["sum"]) == pytest.approx(row["last"][0][1])
    assert set(row["by"]) == {"IDLE", "DECOMPOSING", "DELEGATING", "SYNTHESIZING"}
    ends = rows["transaction_aborts"]
    assert set(rows["tokens_per_second"]["by"]) == {"BRICK", "ROBIN", "ALFRED"}
    assert rows["commit_times"]["count"] == ends["count"] - ends["sum"] - 1, "every commit, and one cycle"
    assert "guardian_violations" in batos("metrics")
    (found,) = json.loads(batos("audit", "--json"))
    running.settled(found["mission"])
    text = batos("audit")
    assert "The guardian's refusals in 24 hours: 1; the limit is 0." in text
    assert f"Mission {found['mission']} is open for this already." in text
    with pytest.raises(SystemExit) as refused:
        batos("metrics", "--hours", "999")
    assert refused.value.code == 2


@pytest.mark.parametrize(
    ("values", "shown"),
    [([], ""), ([0, 0], "▁▁"), ([1, 2, 4], "▃▅█"), ([float(n) for n in range(48)], "▁▁▁▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇▇███")],
)
def test_values_are_shown_as_a_small_curve(values: list[float], shown: str) -> None:
    assert curve(values) == shown
