"""Runs pip and other commands and says in lines how far they are; the whole output goes to a log."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO

QUIET_SECONDS = 10  # after so long without a line, say that the work goes on

_DOWNLOADING = re.compile(r"^\s*Downloading (?:\S*/)?(\S+?)(?:\.metadata)? \(([\d.,]+ ?[kMG]?B)\)")
_CACHED = re.compile(r"^\s*Using cached (?:\S*/)?(\S+?)(?:\.metadata)? \(([\d.,]+ ?[kMG]?B)\)")
_LOCAL = re.compile(r"^\s*Processing (\S+\.whl)\b")
_INSTALLING = re.compile(r"^\s*Installing collected packages: (.+)$")
_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)$")
_NOISE = re.compile(r"^\s*(WARNING|Requirement already|Collecting|Looking in|Obtaining|\[notice\])")


def wheel_title(file_name: str) -> str:
    """`torch-2.13.0+cpu-cp311-….whl` -> `torch 2.13.0+cpu`."""
    parts = os.path.basename(file_name).split("-")
    return " ".join(parts[:2]) if len(parts) >= 2 else file_name


def summary(line: str) -> str | None:
    """What a person is told of one line of pip's output; None for what only belongs in the log."""
    if ".metadata" in line:
        return None
    for pattern, words in ((_DOWNLOADING, "downloading"), (_CACHED, "already here")):
        match = pattern.match(line)
        if match:
            return f"{words} {wheel_title(match.group(1))} ({match.group(2)})"
    match = _LOCAL.match(line)
    if match:
        path = match.group(1)
        size = f" ({os.path.getsize(path) / 1e6:.0f} MB)" if os.path.exists(path) else ""
        return f"already here {wheel_title(path)}{size}"
    match = _INSTALLING.match(line)
    if match:
        return f"unpacking {len(match.group(1).split(', '))} packages"
    return None


def failure_advice(log_text: str) -> str:
    """What to do, read from the last lines of a failed pip."""
    for signs, words in (
        (
            ("No space left on device", "Errno 28"),
            "The disk is full. Make room (about 5 GB) and run the same command again; it goes on where it stopped.",
        ),
        (
            (
                "name resolution",
                "NewConnectionError",
                "ConnectTimeout",
                "Read timed out",
                "ProxyError",
                "Max retries",
                "Connection broken",
                "ConnectionResetError",
                "No address associated",
            ),
            "The package index could not be reached. Check the network (behind a proxy: HTTPS_PROXY) and run the same\n"
            "command again; what has been downloaded is kept.",
        ),
        (
            ("SSL", "CERTIFICATE_VERIFY_FAILED"),
            "The package index's certificate was not accepted. On a network with its own certificates set PIP_CERT.",
        ),
        (
            ("No matching distribution found", "is not a supported wheel"),
            "A package has no build for this machine. BAT OS runs on Linux (x86-64, arm64) and on Apple silicon,\n"
            "with Python 3.11 to 3.13; another Python can be named with PYTHON=/path/to/python3.12.",
        ),
        (
            ("Permission denied", "Errno 13"),
            "A file could not be written. Does the project's folder belong to you?",
        ),
    ):
        if any(sign in log_text for sign in signs):
            return words
    return "Run the same command again; if it fails the same way, the log says more."


def last_lines(log_text: str, count: int = 12) -> list[str]:
    """The end of a log without pip's small talk."""
    lines = [line.rstrip() for line in log_text.splitlines() if line.strip() and not _NOISE.match(line)]
    return [line for line in lines if not _PROGRESS.match(line)][-count:]


class PipFailed(Exception):
    """pip ended with an error; the text holds its output."""

    def __init__(self, output: str) -> None:
        super().__init__("pip failed")
        self.output = output


def run_pip(
    command: Sequence[str],
    environment: Mapping[str, str],
    log: IO[str],
    say: Callable[[str], None],
    how_far: Callable[[], str],
) -> None:
    """Run one pip command, telling `say` what it does; `how_far` is asked when it has been quiet for a while.

    Raises PipFailed.
    """
    log.write("$ " + " ".join(command) + "\n")
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    output = process.stdout
    assert output is not None
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in output:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    kept: list[str] = []
    last_said = time.monotonic()
    progress = ""
    try:
        while True:
            try:
                line = lines.get(timeout=1)
            except queue.Empty:
                line = ""
            if line is None:
                break
            raw = _PROGRESS.match(line)
            if raw:
                progress = f"{int(raw.group(1)) / 1e6:.0f} of {int(raw.group(2)) / 1e6:.0f} MB"
            elif line:
                log.write(line)
                log.flush()
                kept.append(line)
                progress = ""
                words = summary(line)
                if words:
                    say(words)
                    last_said = time.monotonic()
            if time.monotonic() - last_said > QUIET_SECONDS:
                say(f"… {progress or how_far()}")
                last_said = time.monotonic()
    except BaseException:
        process.terminate()
        raise
    finally:
        status = process.wait()
    if status != 0:
        raise PipFailed("".join(kept))


class CommandFailed(Exception):
    """A command ended with an error; the text is the last line that it said."""


def run_told(command: Sequence[str], log: IO[str], say: Callable[[str], None]) -> None:
    """Run a command that tells of its progress in lines, each of which is said. Raises CommandFailed."""
    log.write("$ " + " ".join(command) + "\n")
    last = ""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as problem:
        raise CommandFailed(str(problem)) from problem
    with process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                log.write(line)
                log.flush()
                if not line.strip():
                    continue
                # Held back by one: the last line of a failure is told as its reason.
                if last:
                    say(last)
                last = line.strip()
        except BaseException:
            process.terminate()
            raise
        code = process.wait()
    if code != 0:
        raise CommandFailed(last or f"it ended with code {code}")
    if last:
        say(last)
