"""The queries of system_metrics_obj: what they answer does not depend on how equal measurements are kept."""

from __future__ import annotations

import time

import pytest
from BTrees.LOBTree import LOBTree
from hypothesis import given
from hypothesis import strategies as st

from uvm_core.kernel import metrics
from uvm_core.objects import UvmObject

NAMES = ("psm_cycle_durations", "lora_swap_latencies")
MEASURED = st.lists(st.tuples(st.integers(0, 50), st.sampled_from("AB"), st.integers(1, 4)), max_size=30)


def holder() -> UvmObject:
    return UvmObject({name: LOBTree() for name in NAMES})


@given(MEASURED, st.integers(0, 100))
def test_an_entry_with_a_count_is_as_many_entries(measured: list[tuple[int, str, int]], percent: int) -> None:
    one, many = holder(), holder()
    for value, expert, count in measured:
        metrics.record(one, NAMES[1], value, count=count, expert=expert)
        for _time in range(count):
            metrics.record(many, NAMES[1], value, expert=expert)
    asked = [
        lambda made: metrics.percentile(made, NAMES[1], percent),
        lambda made: metrics.total(made, NAMES[1]),
        lambda made: metrics.total_by(made, NAMES[1], "expert"),
        lambda made: metrics.mean_by(made, NAMES[1], "expert"),
        lambda made: metrics.ratio(made, NAMES[1]),
    ]
    assert [query(one) for query in asked] == [query(many) for query in asked]
    plain = [value for value, _expert, count in measured for _time in range(count)]
    assert metrics.total(one, NAMES[1]) == sum(plain)
    if plain:
        assert metrics.percentile(one, NAMES[1], percent) in plain
        assert (
            sum(value <= (metrics.percentile(one, NAMES[1], percent) or 0) for value in plain)
            >= len(plain) * percent / 100
        )


def test_without_data_a_query_answers_nothing_or_zero() -> None:
    made = holder()
    assert metrics.percentile(made, NAMES[0]) is None
    assert metrics.total(made, NAMES[0]) == 0
    assert metrics.ratio(made, NAMES[0]) == 0
    for empty in (metrics.mean_by, metrics.total_by, metrics.trend):
        assert empty(made, NAMES[0], "states") == {}


def test_a_label_of_numbers_has_the_mean_of_each_and_an_entry_without_the_label_is_left_out() -> None:
    made = holder()
    metrics.record(made, NAMES[0], 30, states={"IDLE": 10, "COMPLETE": 20})
    metrics.record(made, NAMES[0], 50, states={"IDLE": 20})
    metrics.record(made, NAMES[0], 7)
    assert metrics.mean_by(made, NAMES[0], "states") == {"IDLE": 15, "COMPLETE": 20}


def test_two_measurements_of_one_moment_are_both_kept() -> None:
    made = holder()
    assert [metrics.record(made, NAMES[1], 1, at=5) for _time in range(3)] == [5, 6, 7]


@pytest.mark.parametrize(("then", "now", "grown"), [(3, 3, 2.0), (2, 3, None), (3, 2, None)])
def test_a_trend_needs_a_few_measurements_on_both_sides(then: int, now: int, grown: float | None) -> None:
    made = holder()
    days_ago = time.time_ns() // 1000 - 2 * 24 * metrics.HOUR
    for _time in range(then):
        metrics.record(made, NAMES[1], 10, at=days_ago, expert="ALFRED")
    for _time in range(now):
        metrics.record(made, NAMES[1], 20, expert="ALFRED")
    assert metrics.trend(made, NAMES[1], "expert").get("ALFRED") == grown
