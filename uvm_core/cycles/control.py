"""Steering one cycle: pause at the next state, step one state, stop now."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..image.errors import Refused

ACTIONS = ("pause", "resume", "step", "stop")


class Stopped(Exception):
    """The person stopped the cycle, or the UVM is closing."""


class Control:
    """What a person wants of a running cycle; the cycle asks at every state, the model at every token.

    state: where the cycle stands, for whoever looks from another thread; over: its states have run, nothing is left
    to steer.
    """

    def __init__(self) -> None:
        self.cancel = threading.Event()
        self.closing = False
        self.over = False
        self.state = "IDLE"
        self._changed = threading.Condition()
        self._paused = False
        self._steps = 0
        self._stoppers: list[Callable[[], object]] = []

    @property
    def paused(self) -> bool:
        """Whether the cycle holds, or will at the next state."""
        return self._paused

    def act(self, action: str) -> None:
        """Do one of pause, resume, step and stop."""
        if action not in ACTIONS:
            raise Refused("bad_action", f"A cycle can {', '.join(ACTIONS)}, not {action!r}.")
        stoppers: list[Callable[[], object]] = []
        with self._changed:
            if action == "stop":
                self.cancel.set()
                stoppers, self._stoppers = self._stoppers, []
            elif action == "step":
                self._paused, self._steps = True, self._steps + 1
            else:
                self._paused, self._steps = action == "pause", 0
            self._changed.notify_all()
        for stopper in stoppers:
            stopper()

    def on_stop(self, stopper: Callable[[], object]) -> None:
        """Have something called when the cycle is stopped; at once if it is already."""
        with self._changed:
            if not self.cancel.is_set():
                self._stoppers.append(stopper)
                return
        stopper()

    def close(self) -> None:
        """Stop because the UVM ends: the mission stays open and goes on at the next start."""
        self.closing = True
        self.act("stop")

    def gate(self) -> None:
        """Wait here while paused; Stopped when the cycle is not to go on."""
        with self._changed:
            while self._paused and not self._steps and not self.cancel.is_set():
                self._changed.wait()
            self._steps = max(0, self._steps - 1)
        self.check()

    def check(self) -> None:
        """Stopped when the cycle is not to go on."""
        if self.cancel.is_set():
            raise Stopped
