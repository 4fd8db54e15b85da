"""Where methods run: which primitives there are, where print goes, and which method is running."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from .delegation import SlotHolder

PrimitiveFunction = Callable[..., Any]
MAX_TRANSCRIPT_LINES = 200
MAX_TRANSCRIPT_TEXT = 2000


@dataclass
class Transcript:
    """What methods printed, bounded: at most 200 lines of at most 2,000 characters."""

    lines: list[str] = field(default_factory=list)
    dropped: int = 0

    def add(self, text: str) -> None:
        """Keep one line, or count it as dropped when there are too many."""
        if len(self.lines) >= MAX_TRANSCRIPT_LINES:
            self.dropped += 1
        else:
            self.lines.append(text[:MAX_TRANSCRIPT_TEXT])


@dataclass
class Surroundings:
    """What a running method can reach beside its receiver.

    primitives: the kernel functions by name, each called as f(receiver, *args, **kwargs).
    services: what such functions need of the system (the model, missions); None where there is no system.
    """

    primitives: Mapping[str, PrimitiveFunction]
    transcript: Transcript = field(default_factory=Transcript)
    services: Any = None


@dataclass
class Frame:
    """One running method: who received it, which message, and which object holds the method."""

    receiver: SlotHolder
    selector: str
    holder: SlotHolder
    below: Frame | None
    # How a found method is run: resend needs it, and the send machinery itself stays a file above this one.
    answer: Callable[..., Any]
    # Containers that receivers inherit, copied for this whole send: (id(receiver), slot) -> (receiver, copy, original).
    borrowed: dict[tuple[int, str], tuple[SlotHolder, Any, Any]]


_surroundings: ContextVar[Surroundings | None] = ContextVar("surroundings", default=None)
_frame: ContextVar[Frame | None] = ContextVar("frame", default=None)


def surroundings() -> Surroundings | None:
    """What `running` set for this thread, or None."""
    return _surroundings.get()


@contextmanager
def running(inside: Surroundings) -> Iterator[Surroundings]:
    """Methods that run within this block reach these surroundings."""
    token = _surroundings.set(inside)
    try:
        yield inside
    finally:
        _surroundings.reset(token)


def current_frame() -> Frame | None:
    """The method that is running in this thread, or None."""
    return _frame.get()


@contextmanager
def frame(receiver: SlotHolder, selector: str, holder: SlotHolder, answer: Callable[..., Any]) -> Iterator[Frame]:
    """The block in which one method runs."""
    below = _frame.get()
    entered = Frame(receiver, selector, holder, below, answer, below.borrowed if below is not None else {})
    token = _frame.set(entered)
    try:
        yield entered
    finally:
        _frame.reset(token)
