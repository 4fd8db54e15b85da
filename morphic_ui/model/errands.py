"""Errands: work that would hold the window up is done elsewhere, its results are taken up on the world's thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
Work = Callable[[], None]


def in_thread(work: Work) -> None:
    """Runs work in a thread of its own that never keeps the program from ending."""
    threading.Thread(target=work, name="errand", daemon=True).start()


def straight(work: Work) -> None:
    """Runs work at once: for tests without threads."""
    work()


class Errands:
    """Sends work away and brings its results back; `drain` is called on the world's thread."""

    def __init__(self, run: Callable[[Work], None] = in_thread) -> None:
        self._run = run
        self._back: deque[Work] = deque()
        self.wake: Callable[[], None] = lambda: None

    def send(self, work: Callable[[], Result], done: Callable[[Result | Exception], None]) -> None:
        """Has `work` done; `done` gets what came of it, or the error that ended it."""

        def go() -> None:
            outcome: Result | Exception
            try:
                outcome = work()
            except Exception as problem:  # noqa: BLE001 - it is handed on to whoever asked
                outcome = problem
            self._back.append(lambda: done(outcome))
            self.wake()

        self._run(go)

    def drain(self) -> None:
        """Carries out what has come back."""
        while self._back:
            self._back.popleft()()
