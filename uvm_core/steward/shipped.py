"""What the steward ships: the audit as an ordinary method of alfred_prototype_obj, and its thresholds as slots.

The audit is written in the guardian's language over queries that system_metrics_obj answers. A person may edit or
delete it; deleted, sending it becomes a mission like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from BTrees.LOBTree import LOBTree

from ..kernel.metrics import INDICATORS, NO_DATA
from ..objects import Method, Primitive, UvmObject

AUDITOR, METRICS = "alfred_prototype_obj", "system_metrics_obj"
AUDIT = "perform_efficiency_audit_"
AUDIT_WISH = (
    "Answer a list of findings about this system: dicts with indicator, value, limit and words, from the queries and "
    "the limits of self.metrics."
)
SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        "window_hours": 24,
        "cycle_p95_limit_ms": 5000,
        "violations_limit": 0,
        "swap_mean_limit_ms": 1000,
        "abort_ratio_limit": 0.05,
        "trend_limit": 1.5,
        "heartbeat_seconds": 3600,
        "first_beat_seconds": 30,
        "steward_paused": False,
        "missions_a_day": 3,
    }
)
"""Slots of system_metrics_obj: what the audit and the heartbeat go by, each read anew each time."""

SOURCE = """def perform_efficiency_audit_(self):
    metrics = self.metrics
    hours = metrics.window_hours
    findings = []
    value = metrics.percentile_("psm_cycle_durations", 95, hours)
    limit = metrics.cycle_p95_limit_ms
    if value is not None and value > limit:
        states = metrics.mean_by_("psm_cycle_durations", "states", hours)
        findings.append({
            "indicator": "psm_cycle_durations",
            "value": value,
            "limit": limit,
            "states": states,
            "state": max(states, key=lambda name: states[name]) if states else "",
            "words": f"The slowest of twenty cycles took {value:.0f} ms; the limit is {limit} ms.",
        })
    grown = metrics.trend_("psm_cycle_durations", "states", hours)
    limit = metrics.trend_limit
    for name, value in grown.items():
        if value >= limit:
            findings.append({
                "indicator": "psm_cycle_durations",
                "about": "trend",
                "value": value,
                "limit": limit,
                "state": name,
                "words": f"{name} takes {value:.1f} times as long as in the week before.",
            })
    value = metrics.sum_("guardian_violations", hours)
    limit = metrics.violations_limit
    if value > limit:
        findings.append({
            "indicator": "guardian_violations",
            "value": value,
            "limit": limit,
            "rules": metrics.sum_by_("guardian_violations", "rule", hours),
            "words": f"The guardian's refusals in {hours} hours: {value}; the limit is {limit}.",
        })
    swaps = metrics.mean_by_("lora_swap_latencies", "expert", hours)
    limit = metrics.swap_mean_limit_ms
    slow = {name: value for name, value in swaps.items() if value > limit}
    if slow:
        worst = max(slow, key=lambda name: slow[name])
        findings.append({
            "indicator": "lora_swap_latencies",
            "value": slow[worst],
            "limit": limit,
            "experts": slow,
            "words": f"{worst} took {slow[worst]:.0f} ms to become hot on average; the limit is {limit} ms.",
        })
    value = metrics.ratio_("transaction_aborts", hours)
    limit = metrics.abort_ratio_limit
    if value > limit:
        findings.append({
            "indicator": "transaction_aborts",
            "value": value,
            "limit": limit,
            "who": metrics.mean_by_("transaction_aborts", "who", hours),
            "types": metrics.mean_by_("transaction_aborts", "mission_type", hours),
            "words": f"{value * 100:.1f} % of the transactions were given up; the limit is {limit * 100:.1f} %.",
        })
    return findings
"""


def shipped_slots(resolve: Callable[[str], UvmObject]) -> dict[str, dict[str, Any]]:
    """Object's name -> the slots that the steward ships for it."""
    return {
        METRICS: {
            **{name: LOBTree() for name in INDICATORS},
            **{name: Primitive(name) for name in NO_DATA},
            **SETTINGS,
        },
        AUDITOR: {"metrics": resolve(METRICS), AUDIT: Method(SOURCE, {"by": "genesis"})},
    }
