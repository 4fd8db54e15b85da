"""What the world asks of whatever stands between it and the image.

The desk knows only this: calls that are answered later, events as plain maps. Answers and events arrive on the thread
of the world, so that nothing in the model needs a lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

Reply = Mapping[str, Any]
Event = Mapping[str, Any]


class LinkState(Enum):
    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call was not carried out: `code` for programs, `message` for people."""

    code: str
    message: str


class Answer:
    """The answer to one call: exactly one of the two callbacks runs, once, on the thread of the world."""

    __slots__ = ("_no", "_outcome", "_yes")

    def __init__(self) -> None:
        self._outcome: Reply | Refusal | None = None
        self._yes: Callable[[Reply], None] | None = None
        self._no: Callable[[Refusal], None] | None = None

    def then(self, yes: Callable[[Reply], None], no: Callable[[Refusal], None]) -> None:
        """Says what to do with the answer, also when it is already there."""
        self._yes, self._no = yes, no
        self._deliver()

    def settle(self, outcome: Reply | Refusal) -> None:
        """Brings the answer; a second one is ignored."""
        if self._outcome is None:
            self._outcome = outcome
            self._deliver()

    @property
    def settled(self) -> bool:
        return self._outcome is not None

    def _deliver(self) -> None:
        if self._outcome is None or self._yes is None or self._no is None:
            return
        yes, no, self._yes, self._no = self._yes, self._no, None, None
        if isinstance(self._outcome, Refusal):
            no(self._outcome)
        else:
            yes(self._outcome)


class Listener(Protocol):
    """Who is told what happens; every call comes on the thread of the world."""

    def link_changed(self, state: LinkState, reason: str) -> None: ...

    def heard(self, event: Event) -> None: ...


class Link(Protocol):
    """A way to the image."""

    def open(self, listener: Listener) -> None:
        """Begins to connect; `link_changed` tells how it goes, again and again."""

    def call(self, command: str, /, **fields: Any) -> Answer:
        """Sends a command of the bridge. A lost connection settles it with code `link_down`."""

    def close(self) -> None:
        """Ends the connection; answers that are still open are settled as refused."""
