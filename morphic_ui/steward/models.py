"""Which models there are to choose from, and what is under way with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AWAKE = ("awake", "scripted")
# States in which nothing is under way; every other state of an event is a step towards one of these.
SETTLED = frozenset(
    {*AWAKE, "in the image", "on this machine", "to be fetched", "server", "none", "missing", "absent", "asleep",
     "failed", "refused", "cancelled", "stopped", ""}
)  # fmt: skip
TROUBLE = ("failed", "refused")
FETCH, USE, CANCEL = "fetch", "use", "cancel"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model that can be chosen. Sizes in MB; None where nobody knows."""

    id: str
    title: str
    state: str = ""
    size: float | None = None
    memory: float | None = None
    licence: str = ""
    speed: str = ""
    words: str = ""
    current: bool = False

    @property
    def figures(self) -> tuple[str, ...]:
        """Its state and what is known of it, the weightiest first."""
        return tuple(part for part in (self.state, megabytes(self.size), self.speed, self.licence) if part)

    @property
    def told(self) -> str:
        """All that is known of it, for tips and for readers of the screen."""
        memory = f"needs {megabytes(self.memory)} of memory" if self.memory is not None else ""
        parts = (*self.figures, memory, self.words.rstrip("."))
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is under way with a model: words, and the share from 0 to 1 that is done, if it can be counted."""

    words: str
    share: float | None


@dataclass
class Models:
    """The models as the image has told of them."""

    rows: tuple[ModelRow, ...] = ()
    problem: str = ""  # why they could not be listed
    heard: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # id -> the last status that was about it
    asked: dict[str, str] = field(default_factory=dict)  # id -> what was asked and is not answered yet
    refused: dict[str, str] = field(default_factory=dict)  # id -> why it was refused, or failed

    @property
    def current(self) -> str:
        """The id of the model in use; empty where the list does not say."""
        return next((row.id for row in self.rows if row.current), "")

    @property
    def worth_showing(self) -> bool:
        """Whether there is anything to choose."""
        return any(not row.current for row in self.rows)

    def listed(self, rows: Any) -> None:
        found = rows if isinstance(rows, (list, tuple)) else ()
        self.rows = tuple(row_of(row) for row in found if isinstance(row, Mapping) and row.get("id"))
        self.problem = ""

    def hear(self, row: Mapping[str, Any]) -> bool:
        """A model's status has come. True where its state is another one than before."""
        ident, state = str(row.get("id") or ""), str(row.get("state") or "")
        before = self.heard.get(ident)
        self.heard[ident] = row
        changed = before is None or str(before.get("state") or "") != state
        if changed:
            self.asked.pop(ident, None)
            if state in TROUBLE:
                self.refused[ident] = str(row.get("words") or f"It {state}.")
            elif before is not None:
                self.refused.pop(ident, None)
        return changed

    def is_other(self, row: Mapping[str, Any]) -> bool:
        """Whether a status is about a model that is not the one in use, and will not be by that."""
        ident, current = str(row.get("id") or ""), self.current
        listed = any(one.id == ident for one in self.rows)
        return bool(current) and listed and ident != current and row.get("state") not in AWAKE and "experts" not in row

    def forget_progress(self) -> None:
        """After a new connection: what was under way may have ended."""
        self.heard.clear()
        self.asked.clear()

    def progress(self, ident: str) -> Progress | None:
        """What is under way with a model; None where nothing is."""
        row = self.heard.get(ident)
        state = str(row.get("state") or "") if row is not None else ""
        if row is None or state in SETTLED:
            return None
        share = _number(row.get("share"))
        return Progress(
            str(row.get("words") or state).rstrip("."), share if share is None else min(1.0, max(0.0, share))
        )

    def step(self, row: ModelRow) -> str:
        """The one thing that can be done with a model: `fetch`, `use`, `cancel`, or nothing."""
        if self.progress(row.id) is not None:
            return CANCEL
        if row.current or row.state in AWAKE:
            return ""
        return FETCH if row.state == "to be fetched" else USE


def row_of(row: Mapping[str, Any]) -> ModelRow:
    """A row of the list; fields that are missing or unknown do no harm."""
    ident, state = str(row["id"]), str(row.get("state") or "")
    speed = row.get("speed")
    if isinstance(speed, (int, float)) and not isinstance(speed, bool):
        speed = f"{speed:.0f} tokens/s"
    return ModelRow(
        ident, str(row.get("title") or _short(ident)), state, _number(row.get("size_mb")),
        _number(row.get("memory_mb")), str(row.get("licence") or ""), str(speed or ""), str(row.get("words") or ""),
        bool(row.get("current", state in AWAKE)),
    )  # fmt: skip


def _short(ident: str) -> str:
    """An id as a title: a model's name without its owner, a server's address without its scheme."""
    address = ident.partition("://")[2]
    return address or ident.rstrip("/").rsplit("/", 1)[-1]


def megabytes(value: float | None) -> str:
    """270 MB, 1.3 GB."""
    if value is None:
        return ""
    return f"{value / 1000:.1f} GB".replace(".0 ", " ") if value >= 1000 else f"{value:.0f} MB"


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
