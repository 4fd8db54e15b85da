"""system_metrics_obj: what is measured, as BTrees from time to entry, and the queries it answers.

Keys are microseconds since the epoch, moved on until free; entries are small dicts with a `value` and labels.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

from BTrees.LOBTree import LOBTree

from ..objects import SendError, SlotHolder, find

INDICATORS = ("psm_cycle_durations", "guardian_violations", "lora_swap_latencies", "transaction_aborts")
HOUR = 3600 * 1_000_000


def record(metrics: SlotHolder, indicator: str, value: float, **labels: Any) -> None:
    """Keep one measurement, in the caller's transaction; it writes the indicator's BTree and nothing of the object."""
    tree = _tree(metrics, indicator)
    key = time.time_ns() // 1000
    while not tree.insert(key, {"value": value, **labels}):
        key += 1


def percentile(metrics: SlotHolder, indicator: str, percent: float = 95, hours: float = 24) -> float | None:
    """The nearest-rank percentile of an indicator's values over the last hours; None without any."""
    values = sorted(entry["value"] for entry in _recent(metrics, indicator, hours))
    rank = math.ceil(len(values) * min(max(percent, 0), 100) / 100)
    return values[max(0, rank - 1)] if values else None


def total(metrics: SlotHolder, indicator: str, hours: float = 24) -> float:
    """The sum of an indicator's values over the last hours."""
    return sum(entry["value"] for entry in _recent(metrics, indicator, hours))


def mean_by(metrics: SlotHolder, indicator: str, label: str, hours: float = 24) -> dict[str, float]:
    """The mean of an indicator's values for each value of a label over the last hours."""
    groups: dict[str, list[float]] = {}
    for entry in _recent(metrics, indicator, hours):
        groups.setdefault(str(entry.get(label)), []).append(entry["value"])
    return {name: sum(values) / len(values) for name, values in groups.items()}


def ratio(metrics: SlotHolder, indicator: str, hours: float = 24) -> float:
    """The share of an indicator's entries whose value is not zero (aborts among all ends), over the last hours."""
    values = [entry["value"] for entry in _recent(metrics, indicator, hours)]
    return sum(1 for value in values if value) / len(values) if values else 0.0


def _tree(metrics: SlotHolder, indicator: str) -> LOBTree:
    found = find(metrics, indicator) if indicator in INDICATORS else None
    tree = found[1] if found is not None else None
    if not isinstance(tree, LOBTree):
        raise SendError(f"There is no indicator {indicator!r}; there are {', '.join(INDICATORS)}.")
    return tree


def _recent(metrics: SlotHolder, indicator: str, hours: float) -> Iterator[dict[str, Any]]:
    since = time.time_ns() // 1000 - int(hours * HOUR)
    yield from _tree(metrics, indicator).values(min=since)
