"""Commands as processes, against the tiny UVM."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
WAIT = 30.0  # seconds: the bound of every wait in these tests, never reached when all is well
RUN = """
import sys
from uvm_core import supervisor
from uvm_core.cli import main
sys.exit(main(sys.argv[2:], uvm=(sys.executable, sys.argv[1])))
"""


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value that was printed."""
        return json.loads(self.out)


class Batos:
    """Runs `batos` on an image of its own and ends what is left of it."""

    def __init__(self, image: Path, stack: contextlib.ExitStack) -> None:
        self.image = image
        self._stack = stack
        stack.callback(self._end_everything)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", RUN, str(ROOT / "tests/cli/tiny_uvm.py"), "--image", str(self.image), *words]

    def run(self, *words: str, stdin: str = "", env: dict[str, str] | None = None) -> Done:
        done = subprocess.run(
            self.command(*words),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=WAIT,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def json(self, *words: str) -> Any:
        done = self.run(*words, "--json")
        assert done.code == 0, done
        return done.json

    def start(self, *words: str) -> Running:
        running = Running(self.command(*words))
        self._stack.callback(running.end)
        return running

    def serve(self, *words: str) -> Running:
        """A UVM in the foreground, ready."""
        running = self.start("serve", *words)
        running.until("is served at")
        return running

    def pids(self) -> list[int]:
        """Every UVM that was started on this image, oldest first."""
        try:
            return [int(line) for line in (self.image / "starts").read_text().split()]
        except FileNotFoundError:
            return []

    def closed(self) -> list[int]:
        """The UVMs that closed their image in order."""
        try:
            return [int(line) for line in (self.image / "closed").read_text().split()]
        except FileNotFoundError:
            return []

    def _end_everything(self) -> None:
        for pid in self.pids():
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                if any("tiny_uvm" in word for word in process.cmdline()):
                    process.kill()


class Running:
    """A process whose standard error is read line by line."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, cwd=ROOT
        )
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._changed:
                self.lines.append(line)
                self._changed.notify_all()

    def until(self, words: str, count: int = 1) -> None:
        """Waits until the words have been said so often."""
        with self._changed:
            said = self._changed.wait_for(lambda: sum(words in line for line in self.lines) >= count, WAIT)
        assert said, (words, self.lines)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self, seconds: float = WAIT) -> int:
        code = self.process.wait(seconds)
        self._reader.join(WAIT)
        return code

    @property
    def err(self) -> str:
        return "".join(self.lines)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(WAIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(WAIT)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def batos(image_dir: Path) -> Iterator[Batos]:
    with contextlib.ExitStack() as stack:
        yield Batos(image_dir, stack)


def until(condition: Callable[[], bool]) -> None:
    """Waits, bounded, until the condition holds."""
    wait = threading.Event()
    for _ in range(int(WAIT / 0.02)):
        if condition():
            return
        wait.wait(0.02)
    raise AssertionError("it did not become true")
