"""Where methods run: which primitives there are, where print goes, and which method is running."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from .delegation import SlotHolder
from .values import copy_data, same

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

    def text(self) -> list[str]:
        """The lines, and a last one that says how many more there were."""
        return [*self.lines, f"… and {self.dropped} more lines."] if self.dropped else list(self.lines)


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
class Borrowed:
    """A container that a receiver inherits, copied so that its method may change it in place."""

    receiver: SlotHolder
    source: Any
    pristine: Any
    copied: Any
    sends: int

    def is_changed(self) -> bool:
        """Whether the method has changed its copy."""
        return not same(self.copied, self.pristine)


@dataclass
class Shared:
    """What all methods of one send from outside share.

    borrowed: (id of the receiver, slot) -> the container it was handed; sends: how many methods have ended, since
    each may have changed what others inherit; signal: what must reach the sender even if a method swallows it.
    """

    borrowed: dict[tuple[int, str], Borrowed] = field(default_factory=dict)
    sends: int = 0
    signal: BaseException | None = None

    def borrow(self, receiver: SlotHolder, name: str, source: Any) -> Any:
        """The receiver's copy of an inherited container: the same one again, brought up to date while unchanged."""
        place = (id(receiver), name)
        held = self.borrowed.get(place)
        if held is not None:
            if held.source is source and held.sends == self.sends:
                return held.copied
            held.sends = self.sends
            if held.is_changed() or same(held.pristine, source):
                held.source = source
                return held.copied
        copied = copy_data(source)
        self.borrowed[place] = Borrowed(receiver, source, copy_data(source), copied, self.sends)
        return copied


@dataclass
class Frame:
    """One running method: who received it, which message, and which object holds the method."""

    receiver: SlotHolder
    selector: str
    holder: SlotHolder
    below: Frame | None
    # How a found method is run: resend needs it, and the send machinery itself stays a file above this one.
    answer: Callable[..., Any]
    shared: Shared
    # Where the path begins on which the method was found, when a directed resend has left the receiver's.
    roots: tuple[SlotHolder, ...] | None


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
def frame(
    receiver: SlotHolder,
    selector: str,
    holder: SlotHolder,
    answer: Callable[..., Any],
    roots: tuple[SlotHolder, ...] | None,
) -> Iterator[Frame]:
    """The block in which one method runs."""
    below = _frame.get()
    entered = Frame(receiver, selector, holder, below, answer, below.shared if below is not None else Shared(), roots)
    token = _frame.set(entered)
    try:
        yield entered
    finally:
        entered.shared.sends += 1
        _frame.reset(token)
