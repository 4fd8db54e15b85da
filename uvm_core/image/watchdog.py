"""The time limit of live messages: first the message is stopped, and if that cannot be, the process.

A method that loops in Python is stopped by an exception raised into its thread: its transaction is given up, the UVM
lives on. One that is deep in C (`sum(range(10**12))`) starves every Python thread, so a C thread of faulthandler ends
the process after a longer time; the supervisor starts it again, and nothing of the message was committed. Which
message it was stands in a small file that is written before a message runs.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..objects import MethodTimeout

SOFT_SECONDS = 2.0
HARD_SECONDS = 6.0
RUNNING_FILE = "running"
NOTE_BYTES = 2000


@dataclass
class _Watched:
    thread: int
    deadline: float
    words: str
    stopped: bool = False


class Watchdog:
    """Watches the messages that run; `watching` is the block around one."""

    def __init__(self, directory: Path, *, soft: float = SOFT_SECONDS, hard: float = HARD_SECONDS) -> None:
        self.soft, self.hard = soft, hard
        self._path = directory / RUNNING_FILE
        self.last_unfinished = _read_words(self._path)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._trace: IO[bytes] = (directory / "watchdog.trace").open("wb", buffering=0)
        self._watched: dict[int, _Watched] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    @contextmanager
    def watching(self, words: str) -> Iterator[None]:
        """Stop what runs in this block, with MethodTimeout, when it takes too long."""
        me = threading.get_ident()
        watched = _Watched(me, time.monotonic() + self.soft, words)
        with self._changed:
            self._watched[me] = watched
            self._note()
            self._changed.notify()
        try:
            yield
        finally:
            try:
                self._unwatch(me)
            except MethodTimeout:
                # It was raised before `_unwatch` could catch it: a limit is met once, so this call is not stopped.
                self._unwatch(me)
        if watched.stopped:
            # A `finally` that returns has swallowed it, or it came while the block ended: it was too long all the same.
            raise MethodTimeout

    def _unwatch(self, thread: int) -> _Watched | None:
        """Watch this thread no more; what was watched."""
        while True:
            try:
                with self._changed:
                    watched = self._watched.pop(thread, None)
                    self._note()
                    return watched
            except MethodTimeout:
                self._let_go()

    def _let_go(self) -> None:
        """Release the lock if the limit was met between its being taken and the block that it is for."""
        if self._changed._is_owned():  # type: ignore[attr-defined]
            self._changed.release()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A block of waiting (for the model, say) that does not count against the message that runs here."""
        me = threading.get_ident()
        with self._changed:
            known = self._watched.get(me)
        watched = self._unwatch(me)
        if known is not None and known.stopped:
            raise MethodTimeout
        try:
            yield
        finally:
            if watched is not None:
                with self._changed:
                    watched.deadline = time.monotonic() + self.soft
                    self._watched[me] = watched
                    self._note()
                    self._changed.notify()

    def close(self) -> None:
        """Watch no more; a clean end leaves no unfinished message behind."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()
        os.close(self._file)
        self._path.unlink(missing_ok=True)
        self._trace.close()

    def _note(self) -> None:
        """Write down what runs, and arm the last resort while anything does."""
        words = [watched.words for watched in self._watched.values()]
        text = json.dumps(words).encode() if words else b""
        while len(text) > NOTE_BYTES:
            # Cut in words, not in bytes: half a note could not be read.
            words = [item[: len(item) // 2] for item in words]
            text = json.dumps(words).encode()
        os.pwrite(self._file, text.ljust(NOTE_BYTES, b" "), 0)
        if words:
            faulthandler.dump_traceback_later(self.hard, exit=True, file=self._trace)
        else:
            faulthandler.cancel_dump_traceback_later()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                waiting = [watched.deadline - now for watched in self._watched.values() if not watched.stopped]
                self._changed.wait(max(0.0, min(waiting)) if waiting else None)
                now = time.monotonic()
                for watched in self._watched.values():
                    if not watched.stopped and watched.deadline <= now:
                        watched.stopped = True
                        ctypes.pythonapi.PyThreadState_SetAsyncExc(
                            ctypes.c_ulong(watched.thread), ctypes.py_object(MethodTimeout)
                        )


def _read_words(path: Path) -> list[str]:
    """The messages that were running when the last UVM ended without closing."""
    try:
        text = path.read_text("utf-8", "replace").strip()
        words = json.loads(text) if text else []
    except (OSError, ValueError):
        return []
    return [str(item) for item in words] if isinstance(words, list) else []
