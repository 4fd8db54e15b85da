"""system_metrics_obj: what is measured, as BTrees from time to entry, and the queries it answers.

Keys are microseconds since the epoch, moved on until free; entries are small dicts with a `value`, labels, and where
one entry stands for several equal measurements their `count`. Every query looks at the last hours alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any

from BTrees.LOBTree import LOBTree

from ..objects import SendError, SlotHolder, find

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "psm_cycle_durations": "ms",
        "guardian_violations": "refusals",
        "lora_swap_latencies": "ms",
        "transaction_aborts": "share",
        "tokens_per_second": "tokens/s",
        "commit_times": "ms",
        "ingest_rates": "sentences/s",
    }
)
INDICATORS = tuple(UNITS)
"""A transaction_aborts entry is 1 for an abort and 0 for a commit, so that its mean is the share of aborts."""
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "psm_cycle_durations": "states",
        "guardian_violations": "rule",
        "lora_swap_latencies": "expert",
        "transaction_aborts": "who",
        "tokens_per_second": "persona",
        "commit_times": "who",
        "ingest_rates": "kind",
    }
)
"""The label by which an indicator is told apart first."""
NO_DATA: Mapping[str, Any] = MappingProxyType(
    {"percentile_": None, "sum_": 0, "sum_by_": {}, "mean_by_": {}, "ratio_": 0.0, "trend_": {}}
)
"""What each query answers where nothing was measured."""

DAY, WEEK = 24.0, 168.0
HOUR = 3600 * 1_000_000


def now() -> int:
    """This moment as a key: microseconds since the epoch."""
    return time.time_ns() // 1000


def record(
    metrics: SlotHolder, indicator: str, value: float, *, at: int | None = None, count: int = 1, **labels: Any
) -> int:
    """Keep one measurement, or `count` equal ones, in the caller's transaction; its key.

    It writes the indicator's BTree and nothing of the object.
    """
    found = tree_of(metrics, indicator)
    entry = {"value": value, **labels} if count == 1 else {"value": value, **labels, "count": count}
    key = now() if at is None else at
    while not found.insert(key, entry):
        key += 1
    return key


def prune(metrics: SlotHolder, indicator: str, hours: float, most: int) -> int:
    """Take out entries that are older than so many hours, the oldest first and a few at a time; how many."""
    found = tree_of(metrics, indicator)
    old = list(islice(found.keys(max=now() - int(hours * HOUR)), most))
    for key in old:
        del found[key]
    return len(old)


def percentile(metrics: SlotHolder, indicator: str, percent: float = 95, hours: float = DAY) -> float | None:
    """The nearest-rank percentile of an indicator's values over the last hours; None without any."""
    rows = sorted((entry["value"], _count(entry)) for entry in recent(metrics, indicator, hours))
    rank = math.ceil(sum(count for _value, count in rows) * min(max(percent, 0), 100) / 100)
    passed = 0
    for value, count in rows:
        passed += count
        if passed >= rank:
            return value
    return None


def total(metrics: SlotHolder, indicator: str, hours: float = DAY) -> float:
    """The sum of an indicator's values over the last hours."""
    return sum(entry["value"] * _count(entry) for entry in recent(metrics, indicator, hours))


def mean_by(metrics: SlotHolder, indicator: str, label: str, hours: float = DAY) -> dict[str, float]:
    """The mean of an indicator's values for each value of a label over the last hours.

    A label that is itself a dict of numbers (the states of a cycle) has the mean of each of its numbers.
    """
    sums = _sums_by(recent(metrics, indicator, hours), label)
    return {name: amount / count for name, (amount, count) in sums.items()}


def total_by(metrics: SlotHolder, indicator: str, label: str, hours: float = DAY) -> dict[str, float]:
    """The sum of an indicator's values for each value of a label over the last hours."""
    return {name: amount for name, (amount, _count) in _sums_by(recent(metrics, indicator, hours), label).items()}


def ratio(metrics: SlotHolder, indicator: str, hours: float = DAY) -> float:
    """The share of an indicator's measurements whose value is not zero (aborts among all ends), over the last hours."""
    some = every = 0
    for entry in recent(metrics, indicator, hours):
        every += _count(entry)
        some += _count(entry) if entry["value"] else 0
    return some / every if every else 0.0


def trend(
    metrics: SlotHolder, indicator: str, label: str, hours: float = DAY, before: float = WEEK, least: int = 3
) -> dict[str, float]:
    """How the means by a label over the last hours stand to those over the hours before these: 1.5 is half as much
    again. Left out: what was measured fewer than `least` times on either side."""
    lately = _sums_by(recent(metrics, indicator, hours), label)
    earlier = _sums_by(recent(metrics, indicator, hours + before, until=hours), label)
    grown = {}
    for name, (amount, count) in lately.items():
        past, times = earlier.get(name, (0, 0))
        if count >= least and times >= least and past > 0:
            grown[name] = (amount / count) / (past / times)
    return grown


def recent(metrics: SlotHolder, indicator: str, hours: float, until: float = 0) -> Iterator[dict[str, Any]]:
    """The entries of the last hours, oldest first; until: those of the newest hours left out."""
    for _key, entry in recent_items(metrics, indicator, hours, until):
        yield entry


def recent_items(
    metrics: SlotHolder, indicator: str, hours: float, until: float = 0
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The same with their keys."""
    moment = now()
    first, last = moment - int(hours * HOUR), moment - int(until * HOUR) if until else None
    yield from tree_of(metrics, indicator).items(min=first, max=last, excludemax=until > 0)


def tree_of(metrics: SlotHolder, indicator: str) -> LOBTree:
    """An indicator's BTree; SendError with a sentence where there is none."""
    found = find(metrics, indicator) if indicator in INDICATORS else None
    tree = found[1] if found is not None else None
    if not isinstance(tree, LOBTree):
        raise SendError(f"There is no indicator {indicator!r}; there are {', '.join(INDICATORS)}.")
    return tree


def _sums_by(entries: Iterator[dict[str, Any]], label: str) -> dict[str, tuple[float, int]]:
    """(sum, how many) for each value of a label; entries without it are left out."""
    groups: dict[str, tuple[float, int]] = {}
    for entry in entries:
        named, count = entry.get(label), _count(entry)
        if named is None:
            continue
        parts = named.items() if isinstance(named, dict) else ((str(named), entry["value"]),)
        for name, value in parts:
            amount, many = groups.get(name, (0, 0))
            groups[name] = (amount + value * count, many + count)
    return groups


def _count(entry: Mapping[str, Any]) -> int:
    return int(entry.get("count", 1))


__all__ = [
    "DAY",
    "INDICATORS",
    "LABELS",
    "NO_DATA",
    "UNITS",
    "WEEK",
    "mean_by",
    "now",
    "percentile",
    "prune",
    "ratio",
    "recent",
    "recent_items",
    "record",
    "total",
    "total_by",
    "tree_of",
    "trend",
]
