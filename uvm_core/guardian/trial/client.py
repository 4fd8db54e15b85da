"""The side of a trial that asks: keeps the helper process, hands it tasks one at a time, waits within bounds."""

from __future__ import annotations

import atexit
import json
import os
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any

from .result import TrialResult
from .wire import TooMuch, dumps, loads

MAX_TASK = 8 * 1024 * 1024
ANSWER_SECONDS = 8.0
TURN_SECONDS = 60.0
_LENGTH = struct.Struct(">I")
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from uvm_core.guardian.trial import helper; helper.main()"
)


class _HelperDied(Exception):
    """The helper ended before it answered."""


class TrialHelper:
    """The warm helper process. Start it before torch is imported; it starts itself again if it died. Thread-safe."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def start(self) -> None:
        """Start the helper if it does not run; returns at once."""
        with self._turn:
            self._running()

    def trial(
        self,
        source: str,
        slots: Mapping[str, Any],
        args: Sequence[Any] = (),
        *,
        kwargs: Mapping[str, Any] | None = None,
        parents: Sequence[Any] = (),
        selector: str | None = None,
    ) -> TrialResult:
        """Run a method on a ghost with these slots, in a confined child. Never raises for what is in the source.

        Waits at most for the trials that are before it and for its own few seconds; a helper that died is started
        again and asked once more.
        """
        task = {
            "source": source,
            "slots": dict(slots),
            "args": list(args),
            "kwargs": dict(kwargs or {}),
            "parents": list(parents),
            "selector": selector,
        }
        try:
            data = dumps(task, MAX_TASK)
        except (TooMuch, TypeError) as error:
            return TrialResult("error", message=f"This cannot be tried on a ghost: {error}")
        if not self._turn.acquire(timeout=TURN_SECONDS):
            return TrialResult("killed", message="Too many trials are waiting; this one was not run.")
        try:
            for _ in range(2):
                try:
                    return self._ask(data)
                except (_HelperDied, OSError):
                    self._end()
        finally:
            self._turn.release()
        return TrialResult("killed", message="The trial helper ended twice; the method was not tried to its end.")

    def close(self) -> None:
        """End the helper; later trials are not run."""
        with self._turn:
            self._closed = True
            self._end()

    def __enter__(self) -> TrialHelper:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The helper's process, None where none runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise _HelperDied
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        paths = [path or os.getcwd() for path in sys.path]
        # -I: nothing of the surroundings (PYTHON* variables, user packages) reaches the helper but the search path.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, json.dumps(paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        return self._process

    def _ask(self, data: bytes) -> TrialResult:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        deadline = time.monotonic() + ANSWER_SECONDS
        self._send(process.stdin.fileno(), _LENGTH.pack(len(data)) + data, deadline)
        descriptor = process.stdout.fileno()
        (size,) = _LENGTH.unpack(self._receive(descriptor, _LENGTH.size, deadline))
        try:
            return TrialResult.from_dict(loads(self._receive(descriptor, size, deadline)))
        except ValueError as error:
            raise _HelperDied from error

    @staticmethod
    def _send(descriptor: int, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([], [descriptor], [], left)[1]:
                raise _HelperDied
            view = view[os.write(descriptor, view[: select.PIPE_BUF]) :]

    @staticmethod
    def _receive(descriptor: int, size: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        while size:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise _HelperDied
            part = os.read(descriptor, min(size, 1 << 20))
            if not part:
                raise _HelperDied
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.kill()
        process.wait()


@cache
def _shared_helper() -> TrialHelper:
    helper = TrialHelper()
    atexit.register(helper.close)
    return helper


def trial(
    source: str,
    slots: Mapping[str, Any],
    args: Sequence[Any] = (),
    *,
    kwargs: Mapping[str, Any] | None = None,
    parents: Sequence[Any] = (),
    selector: str | None = None,
) -> TrialResult:
    """TrialHelper.trial with a helper of this process's own, started when it is first needed."""
    return _shared_helper().trial(source, slots, args, kwargs=kwargs, parents=parents, selector=selector)
