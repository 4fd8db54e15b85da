"""What the set-up says: numbered steps with the seconds since the start, and lines between them."""

from __future__ import annotations

import time
from typing import IO


class Console:
    """Numbered steps with the seconds since the start, and indented lines between them."""

    def __init__(self, out: IO[str], steps: int) -> None:
        self._out = out
        self._steps = steps
        self._step = 0
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    def step(self, words: str) -> None:
        self._step += 1
        self.line(f"[{self._step}/{self._steps}] {self.seconds:4.0f} s  {words}")

    def say(self, words: str) -> None:
        for line in words.splitlines():
            self.line(f"      {self.seconds:4.0f} s    {line}")

    def line(self, words: str) -> None:
        self._out.write(words + "\n")
        self._out.flush()
