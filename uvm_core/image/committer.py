"""The committer: one thread that makes people's edits durable, many in one transaction when many are waiting.

No edit waits for company: what is queued is committed, and what arrives during the fsync is the next batch. An edit
that is refused is refused alone, each edit gets its own answer after the commit.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import structlog
from ZODB.POSException import ConflictError

from ..objects import SlotError
from .edits import Change, record
from .errors import ImageError, Refused
from .image import ATTEMPTS, Committed, Image, Session
from .world import World

MAX_BATCH = 256

log = structlog.get_logger("committer")


@dataclass
class Done:
    """The answer to one edit: what the work answered, the edit's number (None without changes), its transaction."""

    answer: Any
    edit: int | None
    words: str
    committed: Committed


@dataclass
class Job:
    """One edit to make: `work` validates and writes, and answers (anything, changes, plain words).

    undo: it takes back the edit whose number it answers.
    """

    work: Callable[[World], tuple[Any, list[Change], str]]
    who: str
    undo: bool = False
    future: Future[Done] = field(default_factory=Future)


class Committer:
    """Owns the connection for live edits. Start it, submit from any thread, close it."""

    def __init__(self, image: Image) -> None:
        self._image = image
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._door = threading.Lock()
        self._closed = False
        self.aborts = 0
        self.commits = 0

    def start(self) -> None:
        """Begin to take edits."""
        self._thread.start()

    def submit(
        self, work: Callable[[World], tuple[Any, list[Change], str]], who: str, undo: bool = False
    ) -> Future[Done]:
        """Queue one edit; the future has its answer once it is durable, or why it was refused."""
        job = Job(work, who, undo)
        with self._door:
            if self._closed:
                job.future.set_exception(Refused("stopping", "The image is closing: this edit was not made."))
            else:
                self._queue.put(job)
        return job.future

    def close(self) -> None:
        """Commit what is queued and end."""
        with self._door:
            self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._image.session() as session:
            while True:
                batch = self._next_batch()
                if batch is None:
                    return
                self._commit(session, [job for job in batch if job.future.set_running_or_notify_cancel()])

    def _next_batch(self) -> list[Job] | None:
        """What is queued, at least one job; None when the committer is to end."""
        first = self._queue.get()
        if first is None:
            return None
        jobs = [first]
        while len(jobs) < MAX_BATCH:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._queue.put(None)
                break
            jobs.append(job)
        return jobs

    def _commit(self, session: Session, jobs: list[Job]) -> None:
        """Commit these edits in one transaction; one that is refused is taken out and the others are done again."""
        conflicts = 0
        while jobs:
            try:
                world = session.begin()
            except Exception as problem:  # noqa: BLE001 - the border: an image that cannot be read is said to whoever edits it
                _refuse_all(jobs, problem)
                return
            answers: list[tuple[Any, int | None, str]] = []
            refused: tuple[Job, Exception] | None = None
            for job in jobs:
                try:
                    answers.append(self._do(world, job))
                except Exception as problem:  # noqa: BLE001 - the border: one bad edit is answered, not the thread's end
                    refused = (job, problem)
                    break
            if refused is not None:
                session.abort()
                jobs = [job for job in jobs if job is not refused[0]]
                _refuse(*refused)
                continue
            who = jobs[0].who if len({job.who for job in jobs}) == 1 else "several people"
            try:
                committed = session.commit(who, "; ".join(words for _answer, _edit, words in answers))
            except ConflictError as problem:
                session.abort()
                self.aborts += 1
                conflicts += 1
                if conflicts < ATTEMPTS:
                    continue
                words = "Others kept changing the same slots; this edit was given up, nothing is changed."
                _refuse_all(jobs, Refused("conflict", words))
                log.warning("edit_conflict", problem=str(problem))
                return
            except ImageError as problem:
                _refuse_all(jobs, problem)
                return
            except Exception as problem:  # noqa: BLE001 - the border, as above: the edit that cannot be stored is found alone
                if len(jobs) == 1:
                    _refuse(jobs[0], problem)
                else:
                    for job in jobs:
                        self._commit(session, [job])
                return
            self.commits += 1
            for job, (answer, edit, words) in zip(jobs, answers, strict=True):
                job.future.set_result(Done(answer, edit, words, committed))
            return

    def _do(self, world: World, job: Job) -> tuple[Any, int | None, str]:
        answer, changes, words = job.work(world)
        if not changes:
            return answer, None, words
        number = self._image.next_number("edits")
        record(world, number, job.who, words, changes, answer if job.undo else None)
        return answer, number, words


def _refuse(job: Job, problem: Exception) -> None:
    if isinstance(problem, SlotError):
        problem = Refused("bad_slot", str(problem))
    if not isinstance(problem, (Refused, ImageError)):
        log.error("edit_failed", problem=type(problem).__name__, exc_info=problem)
    job.future.set_exception(problem)


def _refuse_all(jobs: list[Job], problem: Exception) -> None:
    for job in jobs:
        job.future.set_exception(problem)
