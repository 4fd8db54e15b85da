"""The audit: an ordinary method over the queries, in the guardian's language; each threshold trips with its data."""

from __future__ import annotations

import time
from typing import Any

import pytest

from uvm_core.cycles.proposing import try_on_ghost
from uvm_core.guardian import audit
from uvm_core.guardian.trial import TrialHelper
from uvm_core.image.senders import Answered, Message
from uvm_core.image.world import World
from uvm_core.kernel import metrics
from uvm_core.objects import Method, own_slots
from uvm_core.steward.shipped import AUDIT, AUDITOR, METRICS, SETTINGS, SOURCE

from .conftest import WAIT, Stewarded

# What is measured just within a threshold, what passes it: (indicator, values, labels).
TRIPS: dict[str, tuple[list[float], list[float], dict[str, Any]]] = {
    "psm_cycle_durations": ([4000] * 19 + [9000], [4000] * 18 + [9000] * 2, {"states": {"DELEGATING": 3}}),
    "guardian_violations": ([], [1], {"rule": "IMP-001"}),
    "lora_swap_latencies": ([900, 1100], [900, 1101], {"expert": "ALFRED"}),
    "transaction_aborts": ([0] * 19 + [1], [0] * 18 + [1] * 2, {"who": "cycle", "mission_type": "question"}),
}


def audited(stewarded: Stewarded) -> list[dict[str, Any]]:
    assert stewarded.recorder.flush(WAIT)
    outcome = stewarded.senders.submit(Message(AUDITOR, AUDIT)).result(WAIT)
    assert isinstance(outcome, Answered)
    return list(outcome.result)


@pytest.mark.parametrize("indicator", TRIPS)
def test_a_threshold_trips_when_it_is_passed_and_not_before(indicator: str, stewarded: Stewarded) -> None:
    within, beyond, labels = TRIPS[indicator]
    assert audited(stewarded) == []
    for value in within:
        stewarded.recorder.note(indicator, value, **labels)
    assert audited(stewarded) == []
    assert stewarded.recorder.flush(WAIT)
    forget(stewarded)
    for value in beyond:
        stewarded.recorder.note(indicator, value, **labels)
    (finding,) = audited(stewarded)
    assert finding["indicator"] == indicator
    assert finding["value"] > finding["limit"]
    assert finding["words"].endswith(".")


def forget(stewarded: Stewarded) -> None:
    def clear(world: World) -> None:
        for indicator in metrics.INDICATORS:
            metrics.tree_of(world.resolve(METRICS), indicator).clear()

    stewarded.image.transact(clear, "test", "Forget")


def test_what_is_older_than_the_window_does_not_count(stewarded: Stewarded) -> None:
    hours_ago = time.time_ns() // 1000 - 3 * metrics.HOUR

    def begin(world: World) -> None:
        metrics.record(world.resolve(METRICS), "guardian_violations", 1, at=hours_ago, rule="IMP-001")

    stewarded.image.transact(begin, "test", "Old")
    (finding,) = audited(stewarded)
    assert finding["rules"] == {"IMP-001": 1}
    stewarded.set("window_hours", 2)
    assert audited(stewarded) == []


def test_a_state_that_takes_half_as_long_again_as_the_week_before_is_found(stewarded: Stewarded) -> None:
    days_ago = time.time_ns() // 1000 - 3 * 24 * metrics.HOUR

    def begin(world: World) -> None:
        for number in range(3):
            metrics.record(
                world.resolve(METRICS),
                "psm_cycle_durations",
                200,
                at=days_ago + number,
                states={"DECOMPOSING": 100, "DELEGATING": 100},
            )

    stewarded.image.transact(begin, "test", "Last week")
    for _cycle in range(3):
        stewarded.recorder.note("psm_cycle_durations", 249, states={"DECOMPOSING": 100, "DELEGATING": 149})
    assert audited(stewarded) == []
    stewarded.recorder.note("psm_cycle_durations", 260, states={"DECOMPOSING": 100, "DELEGATING": 160})
    (finding,) = audited(stewarded)
    assert (finding["state"], finding["about"], finding["limit"]) == ("DELEGATING", "trend", 1.5)
    assert finding["value"] == pytest.approx(1.5175)


def test_the_shipped_audit_passes_the_guardian_and_its_trial_however_much_was_measured(
    stewarded: Stewarded, trials: TrialHelper
) -> None:
    report = audit(SOURCE, AUDIT)
    assert report.accepted, report.findings
    for indicator in metrics.INDICATORS:
        for value in range(300):
            stewarded.recorder.note(indicator, value, states={"IDLE": value, "COMPLETE": 1})
    assert stewarded.recorder.flush(WAIT)
    with stewarded.image.session() as session:
        world = session.begin()
        for name in (AUDITOR, METRICS):
            row = try_on_ghost(trials, world, world.resolve(name), "def m(self):\n    return 1\n", [], {})
            assert row["status"] == "ok", row["message"]
        row = try_on_ghost(trials, world, world.resolve(AUDITOR), SOURCE, [], {})
    assert (row["status"], row["returns"], row["changes"]) == ("ok", [], {})


def test_genesis_ships_the_audit_and_its_thresholds_as_slots_that_people_edit(stewarded: Stewarded) -> None:
    def look(world: World) -> None:
        auditor, holder = world.resolve(AUDITOR), world.resolve(METRICS)
        assert isinstance(own_slots(auditor)[AUDIT], Method)
        assert own_slots(auditor)["metrics"] is holder
        assert {name: own_slots(holder)[name] for name in SETTINGS} == dict(SETTINGS)
        assert (holder.cycle_p95_limit_ms, holder.violations_limit) == (5000, 0)
        assert (holder.swap_mean_limit_ms, holder.abort_ratio_limit) == (1000, 0.05)
        assert (holder.first_beat_seconds, holder.heartbeat_seconds) == (30, 3600)

    stewarded.image.read(look)
    stewarded.recorder.note("lora_swap_latencies", 1500, expert="ROBIN")
    assert [finding["experts"] for finding in audited(stewarded)] == [{"ROBIN": 1500}]
    stewarded.set("swap_mean_limit_ms", 2000)
    assert audited(stewarded) == []
