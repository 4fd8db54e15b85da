"""The living image: a directory with one file of objects and their blobs, opened by one UVM at a time."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog
import transaction
import zc.lockfile
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError
from ZODB.utils import u64

from ..objects import UvmObject
from .allow_list import open_database
from .errors import ImageError
from .tail import repair_tail
from .world import ROOT_KEY, World

IMAGE_FILE = "live_image.fs"
BLOB_DIR = "live_image.fs.blob"
POOL_SIZE = 48
ATTEMPTS = 10
MAX_NOTE = 500

Answer = TypeVar("Answer")

log = structlog.get_logger("image")


@dataclass(frozen=True)
class Committed:
    """What one transaction changed. tid: its number; objects: ids of the objects whose slots it wrote.

    came_or_went: those of them that were put on the desktop or taken off it.
    """

    tid: int
    objects: frozenset[int]
    who: str
    words: str
    came_or_went: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Ended:
    """How an attempt to commit ended, and how long it took. committed: None where nothing of it is in the image."""

    who: str
    seconds: float
    committed: Committed | None


class _Storage(FileStorage):
    """A FileStorage that knows which transaction a thread has finished last."""

    def __init__(self, path: Path, blobs: Path) -> None:
        self.finished = threading.local()
        super().__init__(str(path), blob_dir=str(blobs))

    def tpc_finish(self, transaction: Any, f: Any = None) -> bytes:
        """Finish a transaction; its tid."""
        tid: bytes = super().tpc_finish(transaction, f)
        self.finished.tid = tid
        return tid


class _Manager(transaction.TransactionManager):
    """A manager whose abort is fine without a transaction, so that an image can be closed over open sessions."""

    def abort(self) -> None:
        """Give up the transaction, if there is one."""
        if self._txn is not None:
            super().abort()


class Session:
    """One connection with a transaction of its own; `begin` before reading, `commit` or `abort` after."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self.manager = _Manager(explicit=True)
        self.connection = image.database.open(transaction_manager=self.manager)
        self.tid = 0
        self._begun = False
        self._world: World | None = None

    def begin(self) -> World:
        """A new transaction on the newest state; whatever was pending is given up."""
        self.begin_bare()
        self._world = World(self.connection)
        return self._world

    def begin_bare(self) -> None:
        """A new transaction where there may be no world yet."""
        self.abort()
        self.manager.begin()
        self._begun = True

    def commit(self, who: str, words: str) -> Committed:
        """Make the changes durable; ConflictError when somebody else's stand in the way (nothing is written then).

        The listeners of the image hear of it before this returns.
        """
        current = self.manager.get()
        current.setUser(_text(who)[:64])
        current.note(_text(words)[:MAX_NOTE])
        written = self._written()
        finished = self.image.storage.finished
        finished.tid = None
        started = time.perf_counter()
        try:
            self.manager.commit()
        except OSError as problem:
            self._given_up(who, started)
            raise disk_problem(problem) from problem
        except BaseException:
            self._given_up(who, started)
            raise
        self._begun = False
        seconds = time.perf_counter() - started
        changed = frozenset(u64(item._p_oid) for item in written if isinstance(item, UvmObject))
        # An object that comes to the desktop or leaves it is seen to change, though its own record is not written.
        came_or_went = frozenset(self._world.came_or_went) if self._world is not None else frozenset()
        changed |= came_or_went
        self.tid = u64(finished.tid) if finished.tid is not None else self.image.tid
        done = Committed(self.tid, changed, who, words, came_or_went)
        self.image.ended(Ended(who, seconds, done))
        self.image.tell(done)
        return done

    def _given_up(self, who: str, started: float) -> None:
        self.abort()
        self.image.ended(Ended(who, time.perf_counter() - started, None))

    def _written(self) -> list[Any]:
        """What this transaction has written so far, also before its savepoints."""
        connection = self.connection
        written = [*connection._registered_objects, *connection._added.values()]
        saved = connection._savepoint_storage
        if saved is not None:
            written += filter(None, map(connection._cache.get, saved.index))
        return written

    def abort(self) -> None:
        """Give up what is pending."""
        if self._begun:
            self._begun = False
            self.manager.abort()

    def close(self) -> None:
        """Give the connection back."""
        self.abort()
        self.connection.close()


class Image:
    """An open image. Close it when done; another process cannot open it meanwhile."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.listeners: list[Callable[[Committed], None]] = []
        self.timekeepers: list[Callable[[Ended], None]] = []
        self.is_open = True
        self._numbers = threading.Lock()
        self._next: dict[str, int] = {}
        path = directory / IMAGE_FILE
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with _alone(path):
                self.cut_away = repair_tail(path)
                # The index is a pickle that anybody may have put there; it is made again from the file itself.
                path.with_name(path.name + ".index").unlink(missing_ok=True)
            if self.cut_away is not None:
                log.warning("tail_repaired", kept=self.cut_away.name)
            self.storage = _Storage(path, directory / BLOB_DIR)
            try:
                self.database = open_database(self.storage, pool_size=POOL_SIZE)
            except BaseException:
                self.storage.close()
                raise
        except Exception as problem:
            raise _opening_problem(directory, problem) from problem

    @property
    def tid(self) -> int:
        """The number of the last transaction."""
        return u64(self.storage.lastTransaction())

    def is_new(self) -> bool:
        """Whether genesis has not been here yet."""
        with self.session() as session:
            session.begin_bare()
            return ROOT_KEY not in session.connection.root()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for a block; what it has not committed is given up at the end."""
        opened = Session(self)
        try:
            yield opened
        finally:
            opened.close()

    def read(self, work: Callable[[World], Answer]) -> Answer:
        """What `work` answers about the newest state. It must answer plain data, never objects."""
        with self.session() as session:
            return work(session.begin())

    def transact(self, work: Callable[[World], Answer], who: str, words: str) -> tuple[Answer, Committed]:
        """Do `work` and commit it, again up to ten times when somebody else's change stands in the way."""
        with self.session() as session:
            for attempt in range(1, ATTEMPTS + 1):
                answer = work(session.begin())
                try:
                    return answer, session.commit(who, words)
                except ConflictError:
                    session.abort()
                    log.info("commit_conflict", attempt=attempt, words=words)
                    if attempt == ATTEMPTS:
                        raise
            raise AssertionError("unreachable")

    def next_number(self, table: str, *others: str) -> int:
        """A number nobody has in `table` (nor in the others): one more than the largest, each given out once."""
        with self._numbers:
            key = "+".join((table, *others))
            if key not in self._next:
                self._next[key] = self.read(lambda world: _largest(world, (table, *others))) + 1
            number = self._next[key]
            self._next[key] = number + 1
            return number

    def tell(self, done: Committed) -> None:
        """Let the listeners know of a transaction."""
        for listener in list(self.listeners):
            try:
                listener(done)
            except Exception:
                # The transaction is durable: whoever hears of it cannot make it undone.
                log.exception("listener_failed", tid=done.tid)

    def ended(self, attempt: Ended) -> None:
        """Let the timekeepers know how an attempt to commit ended."""
        for timekeeper in list(self.timekeepers):
            try:
                timekeeper(attempt)
            except Exception:
                log.exception("timekeeper_failed")

    def close(self) -> None:
        """Close the files and let go of the image."""
        self.is_open = False
        self.database.close()


def _text(words: str) -> str:
    """Words as a transaction can carry them: half of a surrogate pair cannot be written."""
    return words.encode("utf-8", "replace").decode()


def _largest(world: World, tables: tuple[str, ...]) -> int:
    found = [getattr(world.record, table) for table in tables]
    return max((table.maxKey() for table in found if table), default=0)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock that FileStorage itself takes: nobody else has the file open while its end is repaired."""
    try:
        lock = zc.lockfile.LockFile(str(path) + ".lock")
    except zc.lockfile.LockError as problem:
        raise _open_already(path.parent) from problem
    try:
        yield
    finally:
        lock.close()


def _open_already(directory: Path) -> ImageError:
    return ImageError(
        f"The image {directory} is open already. One UVM serves an image: join it, or end it with `batos stop`."
    )


def disk_problem(problem: OSError) -> ImageError:
    """An error of the disk in plain words: nothing of the change that met it was kept, all before it was."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return ImageError(
            "The disk is full: this change was not kept, everything before it was. Make room and do it again."
        )
    if problem.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return ImageError(
            f"The image cannot be written ({problem.strerror}): nothing was changed. See to its permissions."
        )
    return ImageError(f"The disk refused ({problem.strerror or problem}): this change was not kept, all before it was.")


def _opening_problem(directory: Path, problem: Exception) -> ImageError:
    if isinstance(problem, ImageError):
        return problem
    if isinstance(problem, zc.lockfile.LockError):
        return _open_already(directory)
    if isinstance(problem, (FileExistsError, NotADirectoryError, IsADirectoryError)):
        return ImageError(f"{directory} cannot hold an image: a file lies where a directory should be, or the reverse.")
    if isinstance(problem, OSError):
        reason = problem.strerror or str(problem)
        return ImageError(f"The image in {directory} cannot be opened ({reason}). Nothing was changed.")
    return ImageError(
        f"The image in {directory} is damaged and was not opened ({type(problem).__name__}: {problem}). Nothing was "
        "changed: bring back a backup, or open another with --image."
    )


__all__ = ["BLOB_DIR", "IMAGE_FILE", "Committed", "Ended", "Image", "Session", "disk_problem"]
