"""The heartbeat and what comes of an audit: missions, few of them, and none that nobody wants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from uvm_core.objects import Method
from uvm_core.steward.findings import DAY_SECONDS
from uvm_core.steward.shipped import AUDIT, AUDITOR

from .conftest import SOFT_SECONDS, WAIT, Stewarded


def slow_swap(stewarded: Stewarded) -> None:
    stewarded.recorder.note("lora_swap_latencies", 1500, expert="ROBIN")


def everything_wrong(stewarded: Stewarded) -> None:
    slow_swap(stewarded)
    stewarded.recorder.note("guardian_violations", 1, rule="COV-001")
    stewarded.recorder.note("psm_cycle_durations", 9000, states={"SYNTHESIZING": 8000, "DECOMPOSING": 1000})
    for _end in range(20):
        stewarded.recorder.note("transaction_aborts", 1, who="cycle", mission_type="unhandled_message")


def test_a_finding_becomes_a_mission_with_its_data(stewarded: Stewarded) -> None:
    stewarded.recorder.note("psm_cycle_durations", 9000, states={"SYNTHESIZING": 8000, "DECOMPOSING": 1000})
    made = stewarded.steward.audit_now()
    (mission,) = stewarded.missions()
    assert made.missions == [mission["id"]] == stewarded.begun
    assert (mission["type"], mission["receiver_name"]) == ("system_optimization", "SYNTHESIZING")
    assert (mission["selector"], mission["who"]) == ("refactor_synthesis_prompt_for_efficiency", "steward")
    context = mission["context"]
    assert (context["finding"]["value"], context["finding"]["state"]) == (9000, "SYNTHESIZING")
    assert context["current_prompt"].startswith("{# SYNTHESIZING")
    assert context["performance_data"]["by"] == {"SYNTHESIZING": 8000, "DECOMPOSING": 1000}
    assert f"mission {mission['id']} filed" in made.words


def test_nothing_measured_means_no_finding_and_says_so(stewarded: Stewarded) -> None:
    made = stewarded.steward.audit_now()
    assert (made.findings, made.missions, made.problem) == ([], [], "")
    assert made.words == "Nothing was measured lately: there is nothing to judge yet."
    stewarded.recorder.note("lora_swap_latencies", 5, expert="ROBIN")
    assert stewarded.steward.audit_now().words == "The audit found nothing that passes a threshold."


def test_a_finding_is_filed_once_while_it_is_open_and_for_a_day_after_it_was_decided(stewarded: Stewarded) -> None:
    slow_swap(stewarded)
    (number,) = stewarded.steward.audit_now().missions
    again = stewarded.steward.audit_now()
    assert (again.missions, again.findings[0]["note"]) == ([], f"Mission {number} is open for this already.")
    stewarded.end_mission(number)
    again = stewarded.steward.audit_now()
    assert (again.missions, again.findings[0]["note"]) == ([], f"Mission {number} for this ended today as rejected.")
    stewarded.clock.moment += DAY_SECONDS + 60
    assert len(stewarded.steward.audit_now().missions) == 1


def test_never_more_than_a_few_missions_a_day(stewarded: Stewarded) -> None:
    everything_wrong(stewarded)
    made = stewarded.steward.audit_now()
    assert len(made.findings) == 4
    assert len(made.missions) == len(stewarded.missions()) == 3
    assert made.findings[-1]["note"] == "The steward files at most 3 missions a day, and has filed 3."
    assert stewarded.steward.status()["missions_today"] == 3
    stewarded.set("missions_a_day", 4)
    assert len(stewarded.steward.audit_now().missions) == 1


def test_every_finding_has_a_mission_of_its_own(stewarded: Stewarded) -> None:
    stewarded.set("missions_a_day", 9)
    everything_wrong(stewarded)
    assert len(set(stewarded.steward.audit_now().missions)) == 4
    assert len({(row["receiver"], row["selector"]) for row in stewarded.missions()}) == 4


def test_paused_it_finds_but_files_nothing_and_does_not_beat(stewarded: Stewarded) -> None:
    stewarded.set("steward_paused", True)
    stewarded.steward.start()
    assert stewarded.clock.waits.get(timeout=WAIT) is None
    slow_swap(stewarded)
    made = stewarded.steward.audit_now()
    assert made.findings[0]["note"] == "The steward is paused."
    assert stewarded.missions() == []
    assert stewarded.steward.status()["next_beat"] is None
    stewarded.set("steward_paused", False)
    assert stewarded.clock.waits.get(timeout=WAIT) == 3600
    stewarded.clock.move(3600)
    assert stewarded.clock.waits.get(timeout=WAIT) == 3600
    assert len(stewarded.missions()) == 1


def test_the_first_beat_comes_after_thirty_seconds_and_then_every_hour(stewarded: Stewarded) -> None:
    slow_swap(stewarded)
    stewarded.steward.start()
    assert stewarded.clock.waits.get(timeout=WAIT) == 30
    stewarded.clock.move(29)
    assert stewarded.clock.waits.get(timeout=WAIT) == 1
    assert stewarded.steward.status()["last_beat"] is None
    stewarded.clock.move(1)
    event = stewarded.events.get(timeout=WAIT)
    assert (event["event"], event["last_beat"], event["missions_today"]) == ("steward", stewarded.clock.moment, 1)
    assert event["next_beat"] == stewarded.clock.moment + 3600
    assert [finding["indicator"] for finding in event["findings"]] == ["lora_swap_latencies"]
    assert stewarded.clock.waits.get(timeout=WAIT) == 3600


def test_a_changed_interval_and_a_changed_threshold_hold_from_the_next_beat(stewarded: Stewarded) -> None:
    stewarded.steward.start()
    assert stewarded.clock.waits.get(timeout=WAIT) == 30
    stewarded.set("first_beat_seconds", 5)
    assert stewarded.clock.waits.get(timeout=WAIT) == 5
    stewarded.recorder.note("lora_swap_latencies", 500, expert="ROBIN")
    stewarded.clock.move(5)
    assert stewarded.clock.waits.get(timeout=WAIT) == 3600
    assert stewarded.missions() == []
    stewarded.set("swap_mean_limit_ms", 400)
    stewarded.clock.waits.get(timeout=WAIT)
    stewarded.set("heartbeat_seconds", 60)
    assert stewarded.clock.waits.get(timeout=WAIT) == 60
    stewarded.clock.move(60)
    assert stewarded.clock.waits.get(timeout=WAIT) == 60
    assert [row["context"]["finding"]["limit"] for row in stewarded.missions()] == [400]


@pytest.mark.parametrize("slot", ["heartbeat_seconds", "first_beat_seconds", "missions_a_day", "steward_paused"])
@pytest.mark.parametrize("value", ["soon", float("nan"), -1e300, None])
def test_a_setting_that_is_no_setting_harms_nothing(slot: str, value: Any, stewarded: Stewarded) -> None:
    stewarded.set(slot, value)
    stewarded.steward.start()
    wait = stewarded.clock.waits.get(timeout=WAIT)
    assert wait is not None
    assert 1 <= wait <= 3600
    assert stewarded.steward.status()["paused"] is False


RAISES = f"def {AUDIT}(self):\n    return self.metrics.window_hours / 0\n"
ENDLESS = f"def {AUDIT}(self):\n    while True:\n        pass\n"
NO_LIST = f"def {AUDIT}(self):\n    return 7\n"
ODD = f"""def {AUDIT}(self):
    return [3, {{"indicator": "weather"}}, {{"indicator": "weather", "value": 2, "limit": 1, "more": {{1, 2}}}}]
"""
TROUBLE = {
    RAISES: "ZeroDivisionError",
    ENDLESS: f"longer than {SOFT_SECONDS:g} seconds",
    NO_LIST: "did not answer a list",
    ODD: "2 of the audit's findings could not be read",
}


@pytest.mark.parametrize("source", TROUBLE, ids=["raises", "never ends", "no list", "odd rows"])
def test_an_audit_that_a_person_broke_is_said_and_the_next_beat_comes(source: str, stewarded: Stewarded) -> None:
    stewarded.method(source)
    stewarded.steward.start()
    assert stewarded.clock.waits.get(timeout=WAIT) == 30
    stewarded.clock.move(30)
    event = stewarded.events.get(timeout=WAIT)
    assert TROUBLE[source] in event["problem"]
    assert stewarded.missions() == []
    assert stewarded.clock.waits.get(timeout=WAIT) == 3600


def test_a_finding_of_another_kind_is_shown_and_no_mission_is_filed(stewarded: Stewarded) -> None:
    stewarded.method(ODD)
    (finding,) = stewarded.steward.audit_now().findings
    assert (finding["indicator"], finding["mission"]) == ("weather", None)
    assert finding["note"] == "No change is known that answers this."


def test_a_deleted_audit_becomes_a_mission_like_any_other_once(stewarded: Stewarded) -> None:
    stewarded.unset(AUDIT, AUDITOR)
    made = stewarded.steward.audit_now()
    (mission,) = stewarded.missions()
    assert (mission["type"], mission["receiver_name"], mission["selector"]) == ("unhandled_message", AUDITOR, AUDIT)
    assert made.missions == stewarded.begun == [mission["id"]]
    assert f"mission {mission['id']} began" in made.words
    assert "filed today" in stewarded.steward.audit_now().problem
    assert stewarded.begun == [mission["id"]]


def test_an_audit_that_ended_the_uvm_is_not_tried_again_until_it_was_edited(image_dir: Path) -> None:
    made = Stewarded(image_dir, unfinished=(f"{AUDIT} to {AUDITOR}",))
    try:
        made.steward.start()
        assert made.clock.waits.get(timeout=WAIT) is None
        assert "ended the UVM" in made.steward.status()["problem"]
        made.set(AUDIT, Method(RAISES), AUDITOR)
        assert made.clock.waits.get(timeout=WAIT) == 30
    finally:
        made.close()


def test_the_last_missions_are_known_after_a_restart(image_dir: Path) -> None:
    made = Stewarded(image_dir)
    slow_swap(made)
    (number,) = made.steward.audit_now().missions
    made.close()
    again = Stewarded(image_dir)
    try:
        found = again.steward.audit_now()
        assert found.findings[0]["note"] == f"Mission {number} is open for this already."
    finally:
        again.close()


def test_an_audit_while_the_uvm_closes_is_refused_in_words(stewarded: Stewarded) -> None:
    stewarded.steward.start()
    stewarded.steward.close()
    stewarded.senders.close()
    assert stewarded.steward.audit_now().problem == "The UVM is closing: nothing was audited."
