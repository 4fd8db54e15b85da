"""From what the audit answers to the briefs of missions: which finding is worth one, and why another is not."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..cycles.missions import Brief
from ..cycles.records import OPTIMIZATION, Mission
from ..image.world import World
from ..objects import own_slots
from .optimizing import SYNTHESIS
from .rows import metric_row
from .shipped import METRICS

WHO = "steward"
DAY_SECONDS = 86_400.0
MOST_FINDINGS = 12
MOST_WORDS = 400
MOST_DATA = 8_000
MOST_PROMPT = 20_000
MOST_LOOKED_AT = 1_000
_STATES = ("DECOMPOSING", "DELEGATING", SYNTHESIS)


@dataclass(frozen=True)
class Answer:
    """Which object a finding is about, and the selector of the mission that answers it."""

    target: str
    selector: str


def read_findings(answered: Any) -> tuple[list[dict[str, Any]], str]:
    """(the findings in what the audit answered, what was wrong with it in a sentence or nothing)."""
    if not isinstance(answered, (list, tuple)):
        return [], "The audit did not answer a list of findings."
    found = [finding for finding in map(_finding, answered[:MOST_FINDINGS]) if finding is not None]
    if len(found) < len(answered):
        return found, f"{len(answered) - len(found)} of the audit's findings could not be read and were left out."
    return found, ""


def _finding(row: Any) -> dict[str, Any] | None:
    """A finding as plain data: indicator, value, limit and words have to be there; anything else is its data."""
    if not isinstance(row, Mapping) or not isinstance(row.get("indicator"), str):
        return None
    value, limit = row.get("value"), row.get("limit")
    if not _is_number(value) or not _is_number(limit):
        return None
    words = str(row.get("words") or f"{row['indicator']} is {value}; the limit is {limit}.")[:MOST_WORDS]
    try:
        plain = json.loads(json.dumps({str(name): part for name, part in row.items()}))
    except (TypeError, ValueError):
        plain = {}
    if len(repr(plain)) > MOST_DATA:
        plain = {}
    return {**plain, "indicator": row["indicator"][:64], "value": value, "limit": limit, "words": words}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def answer_to(finding: Mapping[str, Any]) -> Answer | None:
    """Where a change may answer a finding; None where no change is known."""
    indicator = finding["indicator"]
    if indicator == "psm_cycle_durations":
        state = str(finding.get("state") or SYNTHESIS)
        if state not in _STATES:
            return None
        named = "synthesis" if state == SYNTHESIS else state.lower()
        return Answer(state, f"refactor_{named}_prompt_for_efficiency")
    return {
        "guardian_violations": Answer(SYNTHESIS, "refactor_synthesis_prompt_for_the_guardian"),
        "lora_swap_latencies": Answer("memory_manager_obj", "tune_expert_swaps_for_efficiency"),
        "transaction_aborts": Answer(SYNTHESIS, "tune_synthesis_for_fewer_aborts"),
    }.get(indicator)


def brief_for(world: World, finding: Mapping[str, Any], answer: Answer, hours: float) -> Brief:
    """The brief of the mission that answers a finding, with its data."""
    prompt = own_slots(world.resolve(answer.target)).get("prompt")
    row = metric_row(world.resolve(METRICS), finding["indicator"], hours)
    context = {
        "finding": dict(finding),
        "current_prompt": prompt[:MOST_PROMPT] if isinstance(prompt, str) else "",
        "performance_data": {name: part for name, part in row.items() if name != "last"},
    }
    return Brief(OPTIMIZATION, answer.target, answer.selector, wish=finding["words"], who=WHO, context=context)


def why_not(world: World, finding: Mapping[str, Any], now: float) -> str | None:
    """Why no mission is filed for a finding now, in a sentence; None when one may be."""
    for mission in _newest(world):
        about = mission.context.get("finding")
        if mission.kind != OPTIMIZATION or not isinstance(about, Mapping):
            continue
        if about.get("indicator") != finding["indicator"]:
            continue
        if mission.ended is None:
            return f"Mission {mission.number} is open for this already."
        if mission.ended > now - DAY_SECONDS:
            return f"Mission {mission.number} for this ended today as {mission.state}."
    return None


def filed_lately(world: World, now: float, selector: str | None = None) -> int:
    """How many missions the steward filed in the last 24 hours; selector: of those, for this message alone."""
    return sum(
        1
        for mission in _newest(world)
        if mission.who == WHO and mission.created > now - DAY_SECONDS and selector in (None, mission.selector)
    )


def _newest(world: World) -> Iterator[Mission]:
    newest: Iterable[Mission] = reversed(world.record.missions.values())
    return islice(newest, MOST_LOOKED_AT)
