"""What the world knows of the system itself: its measurements, its steward, its model and experts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .models import Models

METRICS_OBJECT, MODEL_OBJECT, MANAGER_OBJECT = "system_metrics_obj", "pLLM_obj", "memory_manager_obj"
MOST_POINTS = 60  # of a small curve


@dataclass(frozen=True, slots=True)
class Kind:
    """How an indicator is shown: its title, and which slot of system_metrics_obj is the limit of which statistic."""

    indicator: str
    title: str
    limit: str = ""
    watched: str = ""  # p95, sum, mean, worst


KINDS = (
    Kind("psm_cycle_durations", "Cycles", "cycle_p95_limit_ms", "p95"),
    Kind("guardian_violations", "Guardian's refusals", "violations_limit", "sum"),
    Kind("lora_swap_latencies", "Expert swaps", "swap_mean_limit_ms", "worst"),
    Kind("transaction_aborts", "Transactions given up", "abort_ratio_limit", "mean"),
    Kind("tokens_per_second", "Model's speed"),
    Kind("commit_times", "Commits"),
    Kind("ingest_rates", "Taking in documents"),
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator over the last hours."""

    name: str
    unit: str
    count: int
    mean: float | None
    p95: float | None
    total: float
    points: tuple[float, ...]  # oldest first
    by: Mapping[str, float]  # label -> mean

    def watched(self, which: str) -> float | None:
        """The statistic that a limit is about."""
        if not self.count:
            return None
        if which == "worst":
            return max(self.by.values(), default=self.mean)
        return {"p95": self.p95, "sum": self.total, "mean": self.mean}.get(which)

    @property
    def curve(self) -> tuple[float, ...]:
        """The points to draw: a share as it runs, other values each the highest of its stretch."""
        values = self.points
        if self.unit == "share":
            total, running = 0.0, []
            for count, value in enumerate(values, 1):
                total += value
                running.append(total / count)
            values = tuple(running)
        if len(values) <= MOST_POINTS:
            return values
        cuts = [place * len(values) // MOST_POINTS for place in range(MOST_POINTS + 1)]
        return tuple(max(values[start:end]) for start, end in pairwise(cuts))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something over its limit, and what came of it: a mission, or why there is none."""

    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class StewardState:
    """How the steward is."""

    paused: bool = False
    last_beat: float | None = None
    next_beat: float | None = None
    findings: tuple[Finding, ...] = ()
    problem: str = ""
    missions_today: int = 0
    most_a_day: int = 0


@dataclass(frozen=True, slots=True)
class Expert:
    """A trained adapter: cold in the image, warm in memory, hot at work; refused where it does not fit the model."""

    name: str
    state: str
    size: int | None = None
    swaps: int = 0
    mean_ms: float | None = None
    right: int | None = None  # of `of` held-out tasks; `bare` is what the model gets right without it
    of: int = 0
    bare: int = 0
    problem: str = ""

    @property
    def words(self) -> str:
        """What is known of it, in one line."""
        if self.state == "refused":
            return self.problem
        parts = []
        if self.size is not None:
            parts.append(f"{short(self.size / (1 << 20))} MB")
        if self.right is not None:
            parts.append(f"{self.right} of {self.of} held-out tasks right, {self.bare} without it")
        if self.swaps and self.mean_ms is not None:
            times = "once" if self.swaps == 1 else f"{self.swaps} times"
            parts.append(f"made hot {times}, {milliseconds(self.mean_ms)} on average")
        else:
            parts.append("not made hot yet")
        return " · ".join(parts)


@dataclass
class System:
    """The system as the image has told of it."""

    model: Mapping[str, Any] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    known: bool = False  # the measurements have come once
    steward: StewardState | None = None
    problem: str = ""
    auditing: bool = False
    chosen: str = ""  # the expert whose details are shown
    models: Models = field(default_factory=Models)

    @property
    def experts(self) -> tuple[Expert, ...]:
        rows = self.model.get("experts")
        rows = rows if isinstance(rows, (list, tuple)) else ()
        return tuple(expert_of(row) for row in rows if isinstance(row, Mapping))

    def model_told(self, row: Mapping[str, Any]) -> bool:
        """A model's status has come: of the one in use, or of one that is being fetched. True: its state is new."""
        changed = self.models.hear(row)
        if not self.models.is_other(row):
            same = self.model.get("id") == row.get("id") and "experts" in self.model
            self.model = {"experts": self.model["experts"], **row} if same else dict(row)
        return changed

    def models_listed(self, rows: Any) -> None:
        """The list has come: it also says which model is in use."""
        self.models.listed(rows)
        heard = self.models.heard.get(self.models.current)
        if heard is not None and self.model.get("id") != self.models.current:
            self.model = dict(heard)

    def measured(self, rows: Any) -> None:
        """Takes an answer of `metrics`."""
        for row in rows if isinstance(rows, (list, tuple)) else ():
            if isinstance(row, Mapping):
                one = indicator_of(row)
                self.indicators[one.name] = one
        self.known, self.problem = True, ""


def indicator_of(row: Mapping[str, Any]) -> Indicator:
    last = row.get("last")
    points = tuple(float(item[1]) for item in last or () if isinstance(item, (list, tuple)) and len(item) > 1)
    by = row.get("by")
    return Indicator(
        str(row.get("indicator") or ""), str(row.get("unit") or ""), int(row.get("count") or 0),
        number(row.get("mean")), number(row.get("p95")), number(row.get("sum")) or 0.0, points,
        {str(name): float(value) for name, value in by.items()} if isinstance(by, Mapping) else {},
    )  # fmt: skip


def steward_of(row: Mapping[str, Any]) -> StewardState:
    found = row.get("findings")
    findings = tuple(finding_of(one) for one in (found if isinstance(found, (list, tuple)) else ()))
    return StewardState(
        bool(row.get("paused")), number(row.get("last_beat")), number(row.get("next_beat")), findings,
        str(row.get("problem") or ""), int(row.get("missions_today") or 0), int(row.get("most_a_day") or 0),
    )  # fmt: skip


def finding_of(row: Any) -> Finding:
    if not isinstance(row, Mapping):
        return Finding(str(row))
    mission = row.get("mission")
    note = f"Mission {mission} looks for a change." if isinstance(mission, int) else str(row.get("note") or "")
    return Finding(str(row.get("words") or row.get("indicator") or row), note)


def expert_of(row: Mapping[str, Any]) -> Expert:
    size, score = number(row.get("size")), row.get("held_out")
    score = score if isinstance(score, Mapping) else {}
    right = number(score.get("right"))
    return Expert(
        str(row.get("name") or ""), str(row.get("state") or "cold"), None if size is None else int(size),
        int(row.get("swaps") or 0), number(row.get("mean_ms")), None if right is None else int(right),
        int(score.get("of") or 0), int(score.get("bare") or 0), str(row.get("problem") or ""),
    )  # fmt: skip


def number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def short(value: float) -> str:
    """A number with one decimal, or none where that says nothing: 4.9, 5."""
    return f"{value:,.1f}".removesuffix(".0") if value < 100 else f"{value:,.0f}"


def milliseconds(value: float) -> str:
    """420 ms, 4.9 s, 2 min."""
    if value >= 120_000:
        return f"{short(value / 60_000)} min"
    if value >= 1000:
        return f"{short(value / 1000)} s"
    return f"{value:.0f} ms" if value >= 10 else f"{short(value)} ms"


def quantity(value: float, unit: str) -> str:
    """A value with its unit, as people read it."""
    if unit == "ms":
        return milliseconds(value)
    if unit == "share":
        return f"{short(value * 100)} %"
    return f"{f'{value:,.0f}' if value >= 10 else short(value)} {unit}".strip()
