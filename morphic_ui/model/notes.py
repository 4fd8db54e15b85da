"""What the world says in its status line, and how many things wait for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .link import LinkState

NOTE_LASTS = 8.0
MOST_NOTES = 200


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    at: float
    trouble: bool = False


@dataclass
class Notes:
    """The last sentences, newest last; nothing is lost when a newer one is shown."""

    image: str = "living image"
    link: LinkState = LinkState.CONNECTING
    reason: str = ""
    saved_at: float | None = None
    saving: int = 0
    model: str = ""
    waiting: int = 0
    running: int = 0
    notes: list[Note] = field(default_factory=list)

    def say(self, text: str, now: float, trouble: bool = False) -> None:
        self.notes.append(Note(text, now, trouble))
        del self.notes[:-MOST_NOTES]

    def saved(self) -> None:
        """One of the things on their way has been answered."""
        self.saving = max(0, self.saving - 1)

    def current(self, now: float) -> Note | None:
        """The note to show: the newest, for a while; trouble stays until something else is said."""
        if not self.notes:
            return None
        note = self.notes[-1]
        return note if note.trouble or now < note.at + NOTE_LASTS else None

    def until(self, now: float) -> float | None:
        """When the line changes by itself."""
        note = self.current(now)
        return None if note is None or note.trouble else note.at + NOTE_LASTS

    @property
    def state(self) -> str:
        """The line when there is no note."""
        if self.link is LinkState.CONNECTING:
            return "waiting for the image"
        if self.link is LinkState.DOWN:
            return self.reason or "the image's process is away; the world waits for it"
        parts = [self.image, "saving…" if self.saving else "saved"]
        if self.model:
            parts.append(self.model)
        return " · ".join(parts)

    @property
    def title(self) -> str:
        """The window's title: the image's name and how many things wait."""
        return f"{self.image} ({self.waiting})" if self.waiting else self.image


def model_words(model: Mapping[str, Any]) -> str:
    """What the status line says of the model."""
    state = str(model.get("state") or "")
    if model.get("words"):
        return str(model["words"]).rstrip(".")
    name = str(model.get("id") or "").rsplit("/", 1)[-1]
    words = {
        "waking": "the model is waking", "awake": f"{name} is awake",
        "scripted": "a scripted expert stands in for the model", "missing": "no model: missions wait",
        "none": "no model: missions wait", "absent": "no model: missions wait", "asleep": "the model sleeps",
        "converting": "the model is being made ready", "failed": "the model cannot wake: missions wait",
    }  # fmt: skip
    return words.get(state, f"{name} {state}".strip())
