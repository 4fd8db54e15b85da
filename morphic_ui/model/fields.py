"""The life of an edited value: typed, sent, acknowledged or refused.

What a person is typing is never overwritten. A value that was sent is shown at once, marked as being saved, and goes
back to the last confirmed one when it is refused; the typed text stays to be corrected. Snapshots that are older than
the last acknowledged edit are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from .values import same


class FieldState(Enum):
    CLEAN = "clean"
    EDITING = "editing"
    SAVING = "saving"
    REFUSED = "refused"


@dataclass(slots=True)
class Field:
    """One value of the image as a person edits it."""

    base: Any = None  # the last confirmed value
    state: FieldState = FieldState.CLEAN
    text: str = ""  # what is typed, or was refused
    reason: str = ""
    sent: Any = None  # the value on its way
    seq: int = 0  # number of the edit that was sent last
    tid: int = 0  # the transaction that `base` belongs to
    open: bool = False  # somebody is typing again while an edit is on its way

    @property
    def shown(self) -> Any:
        """The value a row shows: the one on its way, else the confirmed one."""
        return self.sent if self.state is FieldState.SAVING else self.base

    def begin(self, text: str) -> None:
        """Opens the editor with `text`; a refused text stays as it was typed."""
        if self.state is FieldState.REFUSED:
            return
        self.text = text
        if self.state is FieldState.SAVING:
            self.open = True
        else:
            self.state = FieldState.EDITING

    def type(self, text: str) -> None:
        if self.state is FieldState.CLEAN:
            self.state = FieldState.EDITING
        elif self.state is FieldState.SAVING:
            self.open = True
        self.text = text

    def cancel(self) -> None:
        """Escape: the typed text is dropped, the value is what it was."""
        self.open = False
        if self.state is not FieldState.SAVING:
            self.state, self.reason = FieldState.CLEAN, ""
        self.text = ""

    def refuse_text(self, reason: str) -> None:
        """The typed text is not a value: nothing is sent, it stays editable."""
        self.state, self.reason, self.open = FieldState.REFUSED, reason, False

    def send(self, value: Any, seq: int) -> None:
        self.state, self.sent, self.seq, self.reason, self.open = FieldState.SAVING, value, seq, "", False

    def acknowledge(self, seq: int, tid: int) -> None:
        """The image has the value. An acknowledgement of an earlier edit changes nothing."""
        if seq != self.seq or self.state is not FieldState.SAVING:
            return
        self.base, self.sent, self.tid = self.sent, None, max(self.tid, tid)
        self.state = FieldState.EDITING if self.open else FieldState.CLEAN
        if not self.open:
            self.text = ""
        self.open = False

    def refuse(self, seq: int, reason: str) -> None:
        """The image said no: the confirmed value is shown again, the text stays to be corrected."""
        if seq != self.seq or self.state is not FieldState.SAVING:
            return
        self.sent, self.state, self.reason, self.open = None, FieldState.REFUSED, reason, False

    def arrive(self, value: Any, tid: int) -> bool:
        """A snapshot or change brings a value. True when the confirmed value has changed."""
        if tid < self.tid:
            return False
        changed = not same(self.base, value)
        self.base, self.tid = value, tid
        return changed
