"""Ingestions as jobs: what a person sees of a document on its way into the memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

RECEIVING, EMBEDDING, INDEXING = "receiving", "embedding", "indexing"
DONE, CANCELLED, FAILED = "done", "cancelled", "failed"
ENDED = frozenset({DONE, CANCELLED, FAILED})
EVERY = 0.1
"""Seconds between two events of one job that only count on."""

Publish = Callable[[dict[str, Any]], None]


class Cancelled(Exception):
    """The job was cancelled: nothing of it is kept."""


@dataclass
class Job:
    """One document on its way. Its owner changes it through `advance`, so that every change is told."""

    number: int
    title: str
    source: str
    document_id: str | None
    metadata: dict[str, Any]
    publish: Publish
    state: str = RECEIVING
    done: int = 0
    of: int = 0
    document: int | None = None
    chunks: int = 0
    edit: int | None = None
    """What takes the document's arrival back, if it changed anything."""
    words: str = ""
    parts: list[str] = field(default_factory=list)
    size: int = 0
    begun: float = field(default_factory=time.monotonic)
    touched: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    cancel: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    _told: float = 0.0

    def row(self) -> dict[str, Any]:
        """The job as the bridge carries it."""
        seconds = self.seconds if self.state in ENDED else time.monotonic() - self.begun
        return {
            "job": self.number,
            "title": self.title,
            "source": self.source,
            "state": self.state,
            "done": self.done,
            "of": self.of,
            "document": self.document,
            "chunks": self.chunks,
            "edit": self.edit,
            "words": self.words,
            "seconds": round(seconds, 3),
        }

    def advance(self, **fields: Any) -> None:
        """Change it and tell; what only counts on is told ten times a second at most."""
        counts_on = fields.keys() <= {"done", "of"}
        for name, value in fields.items():
            setattr(self, name, value)
        now = time.monotonic()
        if self.state in ENDED and not self.ended.is_set():
            self.seconds = now - self.begun
            self.parts = []
        if counts_on and now - self._told < EVERY:
            return
        self._told = now
        self.publish({"event": "ingestion", **self.row()})
        if self.state in ENDED:
            self.ended.set()

    def count(self, done: int, of: int) -> None:
        """So many of all are done; raises Cancelled when it was cancelled."""
        self.check()
        self.advance(done=done, of=of)

    def check(self) -> None:
        """Raises Cancelled when it was cancelled."""
        if self.cancel.is_set():
            raise Cancelled
