"""How a command comes to a UVM: it joins the one that serves the image, or starts one and joins that."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from uvm_core import logs, places
from uvm_core.bridge.client import BridgeError, Client
from uvm_core.bridge.endpoint import is_tcp, read_endpoint, somebody_listens
from uvm_core.bridge.keys import client_keys
from uvm_core.bridge.lock import holder_of
from uvm_core.supervisor import Limits, Options

Progress = Callable[[str], None]

_PING = 5.0  # seconds; a UVM that is alone with a long message answers late
_OTHERS = 120.0  # seconds that another process may take to start or to close the UVM
_LOOK_AGAIN = 0.1


class NotThere(Exception):
    """No UVM answers; says so in a plain sentence."""


def join(image: Path, *, timeout: float) -> Client:
    """A client of the UVM that serves the image now. Raises NotThere."""
    endpoint = read_endpoint(image)
    if endpoint is None or not somebody_listens(endpoint):
        raise NotThere(f"No UVM serves the image {image}.")
    client = client_at(endpoint, timeout)
    try:
        client.call_within(_PING, "ping")
    except BridgeError:
        client.close()
        raise NotThere(f"The UVM of the image {image} does not answer at {endpoint}.") from None
    except BaseException:
        client.close()
        raise
    return client


def join_or_start(
    image: Path,
    options: Options,
    *,
    timeout: float,
    command: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Client:
    """A client of the image's UVM, which is started if there is none. Raises NotThere or NotStarted."""
    deadline = time.monotonic() + _OTHERS
    while True:
        try:
            return join(image, timeout=timeout)
        except NotThere as problem:
            if time.monotonic() >= deadline:
                raise NotThere(f"{problem} Another process holds the image; `batos stop` ends it.") from None
        if holder_of(image) is None:
            try:
                start_detached(image, options, progress=progress, command=command)
                continue
            except NotStarted as problem:
                if not problem.locked:
                    raise
        time.sleep(_LOOK_AGAIN)  # somebody else starts it, or closes it, at this moment


def say_other_model(client: Client, wanted: str | None, tell: Progress) -> None:
    """Say in one sentence where the UVM has another model than this command asks for: it ran before."""
    if wanted is None:
        return
    row = client.call_within(_PING, "status").get("result", {}).get("model") or {}
    running = str((row.get("change") or {}).get("id") or row.get("id") or "")
    if running and running != wanted:
        tell(f"The UVM that runs has {running}, not {wanted}: this goes on with {running}; `batos model use` changes.")


def client_at(endpoint: str, timeout: float) -> Client:
    keys = client_keys(places.keys_directory(), endpoint) if is_tcp(endpoint) else None
    return Client(endpoint, timeout=timeout, keys=keys)


def has_gone(image: Path) -> bool:
    """Whether nobody serves the image any more: the lock is free."""
    return holder_of(image) is None


def wait_until_gone(image: Path, seconds: float = 30.0) -> bool:
    """Waits until nobody serves the image any more; False when that takes too long."""
    deadline = time.monotonic() + seconds
    while not has_gone(image):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_LOOK_AGAIN / 2)
    return True


class NotStarted(Exception):
    """The UVM could not be started; says why. `locked`: because another one serves the image or is being started."""

    def __init__(self, message: str, *, locked: bool = False) -> None:
        super().__init__(message)
        self.locked = locked


def start_detached(
    image: Path,
    options: Options,
    *,
    progress: Callable[[str], None] | None = None,
    command: Sequence[str] | None = None,
    silence: float = Limits.waking_silence,
) -> str:
    """Starts a supervisor and its UVM in a session of their own; the endpoint, once it is ready. Raises NotStarted.

    They live on when this process ends; without `options.keep`, until the last client has left.
    """
    ours, theirs = socket.socketpair()
    output = places.output_file(image)
    arguments = [sys.executable, "-m", "uvm_core.supervisor", "--image", str(image), "--ready-fd", str(theirs.fileno())]
    if options.keep:
        arguments.append("--keep")
    arguments += [part for part in options.as_arguments() if part != "--keep"]
    for part in command or ():
        arguments.append(f"--uvm={part}")
    with ours:
        with output.open("wb") as written:
            os.chmod(output, 0o600)
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                cwd="/",
                env={**os.environ, "PYTHONPATH": _python_path()},
            )
        theirs.close()
        ours.settimeout(silence)
        try:
            return _wait_until_ready(ours, progress)
        except TimeoutError:
            process.terminate()
            words = f"The UVM said nothing for {silence:g} seconds and was stopped. Its log: {places.log_file(image)}"
            raise NotStarted(words) from None
        except EOFError:
            code = process.wait()
            said = logs.last_error(places.log_file(image)) or _last_line(output)
            words = f"The UVM did not start (code {code})." + (f" Its last error: {said}" if said else "")
            raise NotStarted(words) from None


def _wait_until_ready(line: socket.socket, progress: Callable[[str], None] | None) -> str:
    with line.makefile("r", encoding="utf-8") as lines:
        for text in lines:
            word = json.loads(text)
            if word["event"] == "ready":
                return str(word["endpoint"])
            if word["event"] == "failed":
                raise NotStarted(str(word["message"]), locked=bool(word.get("locked")))
            if progress is not None and word.get("message"):
                progress(str(word["message"]))
    raise EOFError


def _python_path() -> str:
    """The detached process starts in `/`, so that it keeps no directory busy; it must still find this project."""
    here = str(Path(__file__).resolve().parent.parent)
    rest = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([here, *(part for part in rest.split(os.pathsep) if part)])


def _last_line(file: Path) -> str:
    lines = [line for line in logs.tail(file) if line.strip()]
    return lines[-1].strip() if lines else ""
