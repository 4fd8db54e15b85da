"""The trial helper: a small warm process that forks one confined child for each trial.

It speaks over its standard input and output: four bytes of length, then the data of `wire`. It never opens the
database, holds no network, and ends when its input ends.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import struct
import sys
import time
from typing import Any, NoReturn

from . import child
from .confinement import Confinement
from .result import TrialResult
from .wire import dumps, loads

WALL_SECONDS = 3.0
MAX_TASK = 8 * 1024 * 1024
_MAX_ANSWER = 4 * 1024 * 1024
_LENGTH = struct.Struct(">I")


def main() -> None:
    """Serve trials until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)
    confinement = Confinement()
    _warm()
    gc.freeze()
    while (task := _read(requests)) is not None:
        result = _trial(task, confinement, (requests, answers))
        data = dumps(result.to_dict(), _MAX_ANSWER)
        _write(answers, _LENGTH.pack(len(data)) + data)


def _warm() -> None:
    """One trial without a child, so that everything a child needs is loaded."""
    source = "def warm(self, x):\n    self.items.append(math.sqrt(x))\n    self._p_changed = True\n    return x"
    slots: dict[str, Any] = {"items": []}
    task = {"source": source, "slots": slots, "args": [4], "kwargs": {}, "parents": [], "selector": None}
    dumps(child._result(task).to_dict(), child.MAX_RESULT)


def _trial(task: dict[str, Any], confinement: Confinement, mine: tuple[int, int]) -> TrialResult:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become_child(task, confinement, reading, writing, mine)
    os.close(writing)
    began = time.monotonic()
    answer, in_time = _collect(reading, began + WALL_SECONDS)
    os.close(reading)
    if not in_time:
        os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    result = _understand(answer, in_time, status)
    # Linux counts in KiB, macOS in bytes.
    result.max_rss_mb = round(usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024), 1)
    if not result.seconds:
        result.seconds = time.monotonic() - began
    return result


def _become_child(
    task: dict[str, Any], confinement: Confinement, reading: int, writing: int, mine: tuple[int, int]
) -> NoReturn:
    code = 1
    try:
        for descriptor in (reading, *mine):
            os.close(descriptor)
        child.run(task, writing, confinement)
        code = 0
    finally:
        os._exit(code)


def _collect(reading: int, deadline: float) -> tuple[bytes, bool]:
    """What the child writes until it ends, and whether it ended in time."""
    parts: list[bytes] = []
    size = 0
    while size <= _MAX_ANSWER:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return b"", False
        part = os.read(reading, 1 << 16)
        if not part:
            return b"".join(parts), True
        parts.append(part)
        size += len(part)
    return b"", False


def _understand(answer: bytes, in_time: bool, status: int) -> TrialResult:
    if answer and os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        try:
            return TrialResult.from_dict(loads(answer))
        except ValueError:
            return TrialResult("killed", message="The trial's child wrote something that is no result.")
    signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if not in_time or signalled == signal.SIGXCPU:
        return TrialResult("timeout", message="The method does not come to an end (1 s of work, 3 s in all).")
    if signalled:
        return TrialResult("killed", message=f"The trial's child was ended by {signal.Signals(signalled).name}.")
    return TrialResult("killed", message="The trial's child ended without a result.")


def _read(descriptor: int) -> dict[str, Any] | None:
    head = _exactly(descriptor, _LENGTH.size)
    if head is None:
        return None
    (size,) = _LENGTH.unpack(head)
    data = _exactly(descriptor, size) if size <= MAX_TASK * 2 else None
    if data is None:
        return None
    task = loads(data)
    return task if isinstance(task, dict) else None


def _exactly(descriptor: int, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    main()
