"""What was measured, as rows: for `batos metrics`, for the world's curves, and as the data of a steward's mission."""

from __future__ import annotations

from typing import Any

from ..image.world import World
from ..kernel import metrics
from ..objects import SendError, UvmObject
from .shipped import METRICS

MOST_SHOWN = 120
MOST_LABELS = 24


def metric_rows(world: World, hours: float) -> list[dict[str, Any]]:
    """A row for each indicator that is there, over the last hours; None where nothing was measured."""
    holder = world.resolve(METRICS)
    found = []
    for indicator in metrics.INDICATORS:
        try:
            found.append(metric_row(holder, indicator, hours))
        except SendError:
            # A person has taken the indicator out.
            continue
    return found


def anything_measured(world: World, hours: float) -> bool:
    """Whether any indicator has an entry of the last hours."""
    holder = world.resolve(METRICS)
    for indicator in metrics.INDICATORS:
        try:
            if next(metrics.recent(holder, indicator, hours), None) is not None:
                return True
        except SendError:
            continue
    return False


def metric_row(holder: UvmObject, indicator: str, hours: float) -> dict[str, Any]:
    """One indicator: how many, mean, percentiles, sum, the last ones as [seconds, value, label], means by label."""
    label = metrics.LABELS[indicator]
    last = list(metrics.recent_items(holder, indicator, hours))
    count = sum(int(entry.get("count", 1)) for _at, entry in last)
    amount = metrics.total(holder, indicator, hours)
    by = metrics.mean_by(holder, indicator, label, hours)
    return {
        "indicator": indicator,
        "unit": metrics.UNITS[indicator],
        "count": count,
        "mean": _short(amount / count) if count else None,
        "p50": metrics.percentile(holder, indicator, 50, hours),
        "p95": metrics.percentile(holder, indicator, 95, hours),
        "sum": _short(amount),
        "last": [[at / 1_000_000, entry["value"], _shown(entry.get(label))] for at, entry in last[-MOST_SHOWN:]],
        "by": {name: _short(mean) for name, mean in sorted(by.items(), key=lambda row: -row[1])[:MOST_LABELS]},
    }


def _shown(label: Any) -> str:
    """An entry's label in a word: of a cycle's states the one that took longest."""
    if isinstance(label, dict):
        return str(max(label, key=lambda name: label[name])) if label else ""
    return "" if label is None else str(label)


def _short(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.6g}")
