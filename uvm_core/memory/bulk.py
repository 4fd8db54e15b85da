"""Passages by the hundred, and vectors for what was indexed by words alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import structlog

from ..image import edits
from ..image.image import Image
from ..image.world import World
from .embedding import EmbeddingCancelled
from .encoding import SharedEncoder
from .passages import Passage, is_kept, keep_passages, passage_of, problem_of
from .reading import catalogue_tables
from .tending import Tender
from .workers import Workers

WHO = "person"
FILL = 256
"""Chunks that get their vectors in one transaction."""

log = structlog.get_logger("memory")


class Bulk:
    """note: f(indicator, value, **labels) keeps a measurement."""

    def __init__(
        self, image: Image, workers: Workers, encoder: SharedEncoder, tender: Tender, note: Callable[..., None]
    ) -> None:
        self._image = image
        self._workers = workers
        self._encoder = encoder
        self._tender = tender
        self._note = note

    def take(self, rows: Sequence[Any]) -> Future[dict[str, Any]]:
        """Keep passages {"id", "text", …}, one chunk each, in one transaction; one of the same id is replaced.

        The future has {"indexed", "unchanged", "refused": [{"id", "message"}]}. While one call is written the next is
        embedded.
        """
        answer: Future[dict[str, Any]] = Future()
        self._workers.task(lambda: self._take(list(rows), answer))
        return answer

    def _take(self, rows: list[Any], answer: Future[dict[str, Any]]) -> None:
        try:
            passages, refused = _read(rows)
            fresh, problems = self._image.read(lambda world: _fresh(world, passages))
            result = {
                "indexed": len(fresh),
                "unchanged": len(passages) - len(fresh) - len(problems),
                "refused": refused + problems,
            }
            if not fresh:
                answer.set_result(result)
                return
            started = time.monotonic()
            encoder = self._encoder.get()
            texts = [passage.text for passage in fresh]
            vectors = None if encoder is None else encoder.encode(texts, cancel=self._workers.closing)
        except Exception as problem:  # noqa: BLE001 - the border: whoever waits for the answer gets it
            answer.set_exception(problem)
            return

        def written(done: Future[None]) -> None:
            problem = done.exception()
            if problem is not None:
                answer.set_exception(problem)
                return
            self._note("ingest_rates", len(fresh) / max(time.monotonic() - started, 1e-6), kind="passages")
            answer.set_result(result)

        self._workers.write(lambda: self._keep(fresh, vectors)).add_done_callback(written)

    def _keep(self, passages: list[Passage], vectors: Any) -> None:
        note = f"Take {len(passages)} passages into the memory"

        def work(world: World) -> None:
            changes = keep_passages(catalogue_tables(world), world, passages, vectors)
            if changes:
                edits.record(world, self._image.next_number("edits"), WHO, "Take passages into the memory", changes)
                self._tender.add(world.id_of(changes[0].target))

        self._image.transact(work, WHO, note)

    def fill(self) -> None:
        """Embed what has no vectors yet, some chunks at a time so that documents come in between."""
        waiting = self._image.read(_missing)
        if waiting is None:
            return
        # Where there is something to find the encoder is woken now, before somebody waits for it.
        encoder = self._encoder.get()
        if encoder is None or not waiting:
            return
        try:
            vectors = encoder.encode([text for _number, text in waiting], cancel=self._workers.closing)
        except EmbeddingCancelled:
            return

        def work(world: World) -> None:
            store = catalogue_tables(world).store
            assert store is not None
            here = [place for place, (number, _text) in enumerate(waiting) if number in store.missing]
            store.add([waiting[place][0] for place in here], vectors[here])

        self._workers.write(lambda: self._image.transact(work, "memory", "The memory embeds older chunks")).result()
        log.info("vectors_filled", chunks=len(waiting))
        self._workers.task(self.fill)


def _read(rows: list[Any]) -> tuple[list[Passage], list[dict[str, Any]]]:
    """The passages in rows, the last of each id, and what is wrong with the others."""
    found: dict[str, Passage] = {}
    refused: list[dict[str, Any]] = []
    for row in rows:
        passage = passage_of(row)
        if isinstance(passage, str):
            refused.append({"id": row.get("id") if isinstance(row, dict) else None, "message": passage})
        else:
            found[passage.name] = passage
    return list(found.values()), refused


def _fresh(world: World, passages: list[Passage]) -> tuple[list[Passage], list[dict[str, Any]]]:
    """The passages that are not there already, word for word, and those that cannot be kept."""
    tables = catalogue_tables(world)
    fresh: list[Passage] = []
    refused: list[dict[str, Any]] = []
    for passage in passages:
        problem = problem_of(tables, passage)
        if problem is not None:
            refused.append({"id": passage.id, "message": problem})
        elif not is_kept(tables, world, passage):
            fresh.append(passage)
    return fresh, refused


def _missing(world: World) -> list[tuple[int, str]] | None:
    """Chunks without vectors, with their texts; None where the memory is empty or keeps no vectors."""
    tables = catalogue_tables(world)
    if tables.store is None or not tables.keys:
        return None
    found: list[tuple[int, str]] = []
    for number in tables.store.missing:
        chunk = tables.chunk(number)
        if chunk is not None:
            found.append((number, chunk.text))
        if len(found) == FILL:
            break
    return found
