"""Starts the UVM of an image, listens to its heartbeat, and starts it again when it died or hangs.

`batos serve` runs this in the foreground; other commands start it detached (`commands.joining`) and wait until the UVM
is ready. The image's lock is taken here, once, and inherited by every UVM that is started.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from uvm_core import logs, places
from uvm_core.bridge.lock import ImageLock, ImageLocked

_SCRIPTED = "scripted:"

Tell = Callable[[Mapping[str, Any]], None]
"""Gets what happens: `{"event": "waking" | "ready" | "restart" | "failed", …}`."""

UVM = (sys.executable, "-m", "uvm_core.uvm")


@dataclass(frozen=True)
class Options:
    """How the UVM is to be started."""

    endpoint: str | None = None
    approval: str | None = None
    no_model: bool = False
    engine: str | None = None
    model: str | None = None
    keep: bool = False  # does not end when its last client has left

    def as_arguments(self) -> list[str]:
        found: list[str] = []
        for name in ("endpoint", "approval", "engine", "model"):
            value = getattr(self, name)
            if value is not None:
                found += [f"--{name}", str(value)]
        if self.no_model:
            found.append("--no-model")
        if self.keep:
            found.append("--keep")
        return found


def add_options(parser: argparse.ArgumentParser, default: Any = None) -> None:
    """How the UVM is started, as options of a command."""
    endpoint = "serve at tcp://HOST:PORT, with CURVE keys, instead of a private socket"
    parser.add_argument("--endpoint", default=default, help=endpoint)
    approval = "who approves proposals: a person, or nobody"
    parser.add_argument("--approval", choices=("ask", "auto"), default=default, help=approval)
    no_model = "do not wake the model; missions wait"
    parser.add_argument("--no-model", action="store_true", default=default, help=no_model)
    engine = "embedded, scripted:FILE, server:ADDRESS, or an address"
    parser.add_argument("--engine", type=_engine, default=default, help=engine)
    model = "the model: an id of the catalogue or the hub, a directory, or an address"
    parser.add_argument("--model", default=default, help=model)


def _engine(text: str) -> str:
    """`type` of `--engine`: the text, checked where the engines are, which no other option needs."""
    from uvm_core.cognition.engines.registry import engine_argument

    return engine_argument(text)


def options_from(given: argparse.Namespace, *, keep: bool) -> Options:
    """The options in parsed arguments. Paths become absolute: a detached UVM runs in another directory."""
    engine, model = getattr(given, "engine", None), getattr(given, "model", None)
    if engine and engine.startswith(_SCRIPTED):
        engine = _SCRIPTED + str(Path(engine.removeprefix(_SCRIPTED)).absolute())
    if model and Path(model).is_dir():
        model = str(Path(model).absolute())
    return Options(
        endpoint=getattr(given, "endpoint", None),
        approval=getattr(given, "approval", None),
        no_model=bool(getattr(given, "no_model", False)),
        engine=engine,
        model=model,
        keep=keep,
    )


@dataclass(frozen=True)
class Limits:
    """Seconds, and how often."""

    silence: float = 8.0  # without a beat the UVM hangs
    waking_silence: float = 600.0  # before it is ready: converting a model takes minutes and may say nothing
    stop: float = 8.0  # to close the image, before it is killed
    quick: float = 30.0  # a UVM that dies sooner after its start died quickly
    most_quick: int = 5
    first_pause: float = 0.2  # before the next start; doubled each time
    longest_pause: float = 5.0


class Supervisor:
    """Runs in the main thread of its process, since it handles signals."""

    def __init__(
        self, image: Path, options: Options, tell: Tell, *, command: Sequence[str] = UVM, limits: Limits | None = None
    ) -> None:
        self._image = image
        self._options = options
        self._tell = tell
        self._command = command
        self._limits = limits or Limits()
        self._asked_to_stop = False
        self._was_ready = False
        self._log_file = places.log_file(image)

    def run(self) -> int:
        """Until the UVM ends by itself or a signal comes. The exit code: 0, or 1 with the reason told."""
        try:
            lock = ImageLock.acquire(self._image)
        except ImageLocked as locked:
            return self._fail(str(locked), locked=True)
        except OSError as problem:
            return self._fail(f"The image {self._image} cannot be used: {problem.strerror or problem}.")
        with _signals() as wake:
            try:
                return self._keep_running(lock, wake)
            finally:
                lock.release()

    def _keep_running(self, lock: ImageLock, wake: socket.socket) -> int:
        import structlog

        log = structlog.get_logger("supervisor")
        quick = 0
        while True:
            begun = time.monotonic()
            began_at = datetime.now(UTC).isoformat()
            run = _Run(self._command, self._image, self._options, lock)
            log.info("uvm_started", pid=run.process.pid)
            how = self._watch(run, lock, wake)
            code = run.end()
            if how == "asked":
                log.info("uvm_stopped", code=code)
                return 0
            if how == "ended" and (code == 0 or run.stopping):
                log.info("uvm_ended", code=code)
                return 0
            if run.failure and not self._was_ready:
                return self._fail(run.failure)
            quick = quick + 1 if time.monotonic() - begun < self._limits.quick else 1
            reason = self._reason(how, code, run, began_at)
            log.error("uvm_lost", reason=reason, quick=quick)
            if quick >= self._limits.most_quick:
                return self._fail(
                    f"The UVM ended {quick} times shortly after its start and is not started again. {reason}"
                )
            self._tell({"event": "restart", "message": f"{reason} It is started again."})
            pause = min(self._limits.first_pause * 2 ** (quick - 1), self._limits.longest_pause)
            if self._pause(pause, wake):
                return 0

    def _reason(self, how: str, code: int, run: _Run, began_at: str) -> str:
        if how == "hung":
            what = f"The UVM gave no sign of life for {self._limits.silence:g} seconds and was killed."
        elif code < 0:
            what = f"The UVM was ended by {signal.Signals(-code).name}."
        else:
            what = f"The UVM ended with the code {code}."
        said = run.failure or logs.last_error(self._log_file, began_at)
        return f"{what} Its last error: {said.rstrip('.')}." if said else what

    def _watch(self, run: _Run, lock: ImageLock, wake: socket.socket) -> str:
        """asked (a signal came), ended (by itself) or hung."""
        ready = False
        heard = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(run.control, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            while True:
                limit = self._limits.silence if ready else self._limits.waking_silence
                if run.stopping:
                    limit = self._limits.stop
                left = heard + limit - time.monotonic()
                if left <= 0:
                    return "ended" if run.stopping else "hung"
                for key, _ in selector.select(left):
                    if key.fileobj is wake:
                        if _STOP in _drain(wake):
                            self._stop(run)
                            return "asked"
                        if run.process.poll() is not None:
                            return "ended"
                        continue
                    words = run.listen()
                    if words is None:
                        return "ended" if run.wait(self._limits.stop) else "hung"
                    for word in words:
                        heard = time.monotonic()
                        if word.get("event") == "ready":
                            ready = self._was_ready = True
                            lock.note(str(word.get("endpoint", "")))
                        if word.get("event") in ("waking", "ready"):
                            self._tell(word)

    def _stop(self, run: _Run) -> None:
        """Asks the UVM to close its image; kills it when that takes too long. A second signal changes nothing."""
        run.signal(signal.SIGTERM)
        if not run.wait(self._limits.stop):
            run.kill()

    def _pause(self, seconds: float, wake: socket.socket) -> bool:
        """Waits before the next start; True if a signal came meanwhile."""
        until = time.monotonic() + seconds
        try:
            while (left := until - time.monotonic()) > 0:
                wake.settimeout(left)
                if _STOP in wake.recv(64):
                    return True
        except TimeoutError:
            return False
        finally:
            wake.setblocking(False)
        return False

    def _fail(self, message: str, *, locked: bool = False) -> int:
        self._tell({"event": "failed", "message": message, "locked": locked})
        return 1


class _Run:
    """One UVM process and its control line."""

    def __init__(self, command: Sequence[str], image: Path, options: Options, lock: ImageLock) -> None:
        self.failure = ""
        self.stopping = False
        self._rest = b""
        self.control, theirs = socket.socketpair()
        self.control.setblocking(False)
        arguments = ["--image", str(image), "--control-fd", str(theirs.fileno()), *options.as_arguments()]
        try:
            # A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which then ends it in order.
            self.process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr if sys.stderr is not None else subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), lock.descriptor),
                start_new_session=True,
            )
        finally:
            theirs.close()

    def listen(self) -> list[dict[str, Any]] | None:
        """What the UVM said since the last time; None when its end is closed."""
        try:
            data = self.control.recv(65536)
        except BlockingIOError:
            return []
        except ConnectionError:
            return None
        if not data:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        words: list[dict[str, Any]] = []
        for line in lines:
            try:
                word = json.loads(line)
            except ValueError:
                continue  # a library that writes to the wrong descriptor must not end the UVM
            if isinstance(word, dict):
                words.append(word)
                if word.get("event") == "failed":
                    self.failure = str(word.get("message", ""))
                self.stopping = self.stopping or word.get("event") == "stopping"
        return words

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def wait(self, seconds: float) -> bool:
        """Whether it ended in time; keeps listening, so that its last words are heard."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.listen()
            try:
                self.process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            return True
        return False

    def kill(self) -> None:
        """With everything it started: helpers of a killed UVM must not hold its image."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def end(self) -> int:
        """The exit code; what still lives of it is killed."""
        self.kill()
        code = self.process.wait()
        with contextlib.suppress(OSError):
            while self.listen():
                pass
        self.control.close()
        return code


_STOP, _CHILD = b"s", b"c"


@contextlib.contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket that gets a byte when SIGTERM, SIGINT or SIGHUP comes, and another when a child ends."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)

    def note(number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(BlockingIOError):
            theirs.send(_CHILD if number == signal.SIGCHLD else _STOP)

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield ours
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        ours.close()
        theirs.close()


def _drain(wake: socket.socket) -> bytes:
    found = b""
    with contextlib.suppress(BlockingIOError):
        while data := wake.recv(64):
            found += data
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """A detached supervisor."""
    parser = argparse.ArgumentParser(prog="python -m uvm_core.supervisor")
    parser.add_argument("--image", type=Path, required=True)
    parser.add_argument("--ready-fd", type=int, required=True)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--uvm", action="append", help="the UVM's command, word by word")
    add_options(parser)
    given = parser.parse_args(argv)
    ready = socket.socket(fileno=given.ready_fd)
    ready.set_inheritable(False)

    def tell(word: Mapping[str, Any]) -> None:
        # Whoever started this may have gone, or has heard what it waited for: then nobody listens.
        with contextlib.suppress(OSError):
            ready.sendall(json.dumps(dict(word)).encode() + b"\n")
            if word["event"] in ("ready", "failed"):
                ready.close()

    logs.configure(places.log_file(given.image), rotate=False, stderr=False)
    options = options_from(given, keep=given.keep)
    return Supervisor(given.image, options, tell, command=given.uvm or UVM).run()


if __name__ == "__main__":
    sys.exit(main())
