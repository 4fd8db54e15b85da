"""One UVM per image: a lock that lives as long as any process that serves the image.

`flock` belongs to the open file, not to the process: the supervisor takes it and the UVM inherits it, so a UVM whose
supervisor was killed still holds its image, and a lock file left behind by the dead is free at once.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PATIENCE = 0.5  # seconds; somebody who only looks holds the lock for microseconds


@dataclass(frozen=True)
class Holder:
    pid: int | None
    endpoint: str | None


class ImageLocked(Exception):
    """Another UVM serves the image."""

    def __init__(self, image: Path, holder: Holder) -> None:
        who = f"process {holder.pid}" if holder.pid else "another process"
        where = f" at {holder.endpoint}" if holder.endpoint else ""
        super().__init__(f"The image {image} is served by {who}{where} already. `batos stop` ends it.")
        self.holder = holder


def lock_file(image: Path) -> Path:
    return image / "lock"


class ImageLock:
    """The held lock. `descriptor` may be handed to a child process."""

    def __init__(self, image: Path, descriptor: int) -> None:
        self._image = image
        self.descriptor = descriptor

    @classmethod
    def acquire(cls, image: Path) -> Self:
        """Takes the lock of the image, whose directory is made if need be. Raises ImageLocked, or OSError."""
        image.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock_file(image), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + _PATIENCE
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                holder = _read_holder(descriptor)
                os.close(descriptor)
                raise ImageLocked(image, holder)
            time.sleep(0.02)
        lock = cls(image, descriptor)
        lock.note(None)
        return lock

    def note(self, endpoint: str | None) -> None:
        """Writes down who holds the lock, for the one who finds it held."""
        words = json.dumps({"pid": os.getpid(), "endpoint": endpoint}).encode()
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, words, 0)

    def release(self) -> None:
        """Lets go, unless a child still holds it."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def holder_of(image: Path) -> Holder | None:
    """Who serves the image, or None when nobody does."""
    try:
        descriptor = os.open(lock_file(image), os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        if _try_lock(descriptor, fcntl.LOCK_SH):
            return None
        return _read_holder(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in (errno.EWOULDBLOCK, errno.EAGAIN):
            return False
        raise
    return True


def _read_holder(descriptor: int) -> Holder:
    try:
        found = json.loads(os.pread(descriptor, 4096, 0) or b"{}")
    except ValueError:
        return Holder(None, None)
    if not isinstance(found, dict):
        return Holder(None, None)
    pid, endpoint = found.get("pid"), found.get("endpoint")
    return Holder(pid if isinstance(pid, int) else None, endpoint if isinstance(endpoint, str) else None)
