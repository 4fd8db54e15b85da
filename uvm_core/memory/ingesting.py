"""Documents on their way in: received in parts, cut and embedded outside of any transaction, kept in one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import structlog

from ..bridge.documents import MAX_BYTES, NotADocument, checked_text
from ..image import edits
from ..image.errors import ImageError, Refused
from ..image.image import Image
from ..image.world import World
from ..objects import SlotError, storable
from .embedding import EmbeddingCancelled
from .encoding import SharedEncoder
from .jobs import CANCELLED, DONE, EMBEDDING, FAILED, INDEXING, RECEIVING, Cancelled, Job, Publish
from .keeping import Incoming, Kept, found_same, keep_document
from .pieces import Cut, cut_text
from .reading import catalogue_tables, count_of
from .tending import Tender
from .workers import Workers

WHO = "person"
MAX_RECEIVING = 64
MAX_ID = 4096
KEPT_JOBS = 200
STALE_SECONDS = 600.0

Note = Callable[..., None]

log = structlog.get_logger("memory")


class Ingestions:
    """The jobs of this start. note: f(indicator, value, **labels) keeps a measurement."""

    def __init__(
        self, image: Image, workers: Workers, encoder: SharedEncoder, tender: Tender, publish: Publish, note: Note
    ) -> None:
        self._image = image
        self._workers = workers
        self._encoder = encoder
        self._tender = tender
        self._publish = publish
        self._note = note
        self._lock = threading.Lock()
        self._jobs: dict[int, Job] = {}
        self._number = 0

    # --- what a client does

    def begin(self, title: str, source: str, document_id: str | None, metadata: dict[str, Any]) -> Job:
        """A job for a document whose text follows in parts."""
        title = " ".join(title.split())[:200]
        if not title:
            raise Refused("bad_document", "A document needs a title: some text.")
        if document_id is not None and not 0 < len(document_id.strip()) <= MAX_ID:
            raise Refused("bad_document", f"A document's id is some text of at most {MAX_ID:,} characters.")
        try:
            about = {**storable(metadata), "title": title, "source": source[:MAX_ID]}
        except SlotError as problem:
            raise Refused("bad_document", f"That metadata cannot be kept: {problem}") from None
        with self._lock:
            self._drop_old()
            if sum(job.state == RECEIVING for job in self._jobs.values()) >= MAX_RECEIVING:
                raise Refused("too_many", f"{MAX_RECEIVING} documents are being received; finish or cancel one first.")
            self._number += 1
            job = Job(self._number, title, source[:MAX_ID], document_id, about, self._publish)
            self._jobs[job.number] = job
        job.advance()
        return job

    def part(self, number: int, text: str) -> Job:
        """The next part of a job's text."""
        job = self._receiving(number)
        job.size += len(text)
        job.touched = time.monotonic()
        if job.size > MAX_BYTES:
            job.advance(state=FAILED, words=f"{job.title} is larger than {MAX_BYTES >> 20} MiB; nothing was kept.")
            raise Refused("too_large", job.words)
        job.parts.append(text)
        return job

    def go(self, number: int) -> Job:
        """The text is whole."""
        job = self._receiving(number)
        job.advance(state=EMBEDDING)
        self._workers.task(lambda: self._ingest(job))
        return job

    def cancel(self, number: int) -> Job:
        """End a job; what is not committed yet is not kept. One that has ended stays as it is."""
        job = self.job(number)
        job.cancel.set()
        if job.state == RECEIVING:
            job.advance(state=CANCELLED, words="Cancelled; nothing was kept.")
        return job

    def cancel_all(self) -> None:
        """End every job."""
        for job in self.jobs():
            job.cancel.set()

    def job(self, number: int) -> Job:
        """One job; Refused for a number that nobody has."""
        found = self._jobs.get(number)
        if found is None:
            raise Refused("unknown_job", f"There is no ingestion {number}.")
        return found

    def jobs(self) -> list[Job]:
        """Every job that is remembered, newest first."""
        with self._lock:
            return list(reversed(self._jobs.values()))

    @property
    def receiving(self) -> bool:
        """Whether a document's text is on its way."""
        return any(job.state == RECEIVING for job in self.jobs())

    def _receiving(self, number: int) -> Job:
        job = self.job(number)
        if job.state != RECEIVING:
            raise Refused("not_receiving", f"Ingestion {number} takes no more text: it is {job.state}. {job.words}")
        return job

    def _drop_old(self) -> None:
        now = time.monotonic()
        for job in list(self._jobs.values()):
            if job.state == RECEIVING and now - job.touched > STALE_SECONDS:
                job.advance(state=CANCELLED, words="Its text never came whole; nothing was kept.")
        ended = [number for number, job in self._jobs.items() if job.ended.is_set()]
        for number in ended[: max(0, len(ended) - KEPT_JOBS)]:
            del self._jobs[number]

    # --- a document's way, in the memory's thread

    def _ingest(self, job: Job) -> None:
        try:
            job.check()
            text = "".join(job.parts)
            checked_text(text, job.title)
            words = self._ingested(job, text)
            job.advance(state=DONE, words=words)
        except (Cancelled, EmbeddingCancelled):
            job.advance(state=CANCELLED, words="Cancelled; nothing was kept.")
        except (NotADocument, Refused, ImageError, SlotError) as problem:
            job.advance(state=FAILED, words=str(problem))
        except Exception as problem:
            # The border: one document that cannot be taken in does not end the thread that takes the others.
            log.exception("ingestion_failed", title=job.title)
            words = f"{job.title} met an error nobody expected ({type(problem).__name__}); nothing was kept."
            job.advance(state=FAILED, words=words)

    def _ingested(self, job: Job, text: str) -> str:
        """Take in a job's document; in words what became of it."""
        incoming = Incoming(job.document_id or job.source or job.title, text, job.metadata)
        known = self._image.read(lambda world: _known(world, incoming, job.document_id is None))
        if known is not None:
            job.advance(document=known[0], chunks=known[1])
            return f"It is in the memory already, as {known[2]}; nothing was written."
        started = time.monotonic()
        cut = cut_text(text, self._encoder.get(), cancel=job.cancel, on_progress=job.count)
        job.check()
        job.advance(state=INDEXING, done=0, of=len(cut.pieces))
        number, kept, edit = self._workers.write(lambda: self._keep(job, incoming, cut)).result()
        self._tender.add(number)
        sentences = sum(len(piece.sentences) for piece in cut.pieces)
        self._note("ingest_rates", sentences / max(time.monotonic() - started, 1e-6), kind="document")
        count = len(cut.pieces)
        job.advance(document=number, chunks=count, edit=edit, done=count, of=count)
        if kept.stayed or kept.removed:
            return f"New chunks: {kept.added}; unchanged: {kept.stayed}; gone: {kept.removed}."
        return f"Chunks: {kept.added}."

    def _keep(self, job: Job, incoming: Incoming, cut: Cut) -> tuple[int, Kept, int | None]:
        """The one transaction of a document; its object, what became of it, and the edit that takes it back."""
        note = f"Take {incoming.title} into the memory"

        def work(world: World) -> tuple[int, Kept, int | None]:
            kept = keep_document(catalogue_tables(world), world, incoming, cut, job.count)
            edit = self._image.next_number("edits") if kept.changes else None
            if edit is not None:
                edits.record(world, edit, WHO, note, kept.changes)
            return world.id_of(kept.document), kept, edit

        return self._image.transact(work, WHO, note)[0]


def _known(world: World, incoming: Incoming, anywhere: bool) -> tuple[int, int, str] | None:
    """The document that has this text already: its object, how many chunks, its title."""
    found = found_same(catalogue_tables(world), world, incoming, anywhere=anywhere)
    return None if found is None else (world.id_of(found), count_of(found), str(found.title))
