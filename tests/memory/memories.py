"""A memory over a real image for tests: the catalogue alone, an encoder that costs nothing, jobs that can be held."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from uvm_core.image.committer import Committer
from uvm_core.image.image import Image
from uvm_core.image.world import ROOT_KEY, World, WorldRecord
from uvm_core.memory.catalogue import CATALOGUE_PRIMITIVES, new_catalogue
from uvm_core.memory.embedding import EmbedderUnavailable, EmbeddingCancelled
from uvm_core.memory.reading import catalogue_tables
from uvm_core.memory.segmentation import Encoder
from uvm_core.memory.service import Memory
from uvm_core.memory.tables import Tables
from uvm_core.memory.words import words_of
from uvm_core.objects import Primitive, UvmObject, own_slots

WAIT = 60.0

CLOCKS = """# Clocks

Springs drive the clock of the tower. The customer brought a clock from Graz.

# Lamps

The lamp burns oil from the cellar. Nobody paid for the oil.
"""


def _place(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()) % 384


class StemVectors:
    """Texts that share stems are near: each stem counts in one of 384 dimensions."""

    def encode(
        self,
        texts: Sequence[str],
        *,
        cancel: threading.Event | None = None,  # noqa: ARG002
        on_progress: Callable[[int, int], None] | None = None,
    ) -> np.ndarray:
        """float32 (n, 384), rows of length one."""
        rows = np.full((len(texts), 384), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words_of(text):
                rows[row, _place(word)] += 1
        if on_progress is not None:
            on_progress(len(texts), len(texts))
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class HeldVectors(StemVectors):
    """Waits in `encode` until it is let go, or until the job is cancelled."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()

    def encode(
        self,
        texts: Sequence[str],
        *,
        cancel: threading.Event | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> np.ndarray:
        if on_progress is not None:
            on_progress(0, len(texts))
        self.reached.set()
        while not self.let_go.wait(0.005):
            if cancel is not None and cancel.is_set():
                raise EmbeddingCancelled
        return super().encode(texts, cancel=cancel, on_progress=on_progress)


def nothing_embeds() -> Encoder:
    """What wakes where no embedder is installed."""
    raise EmbedderUnavailable("There is no embedder in this test.")


def begin(image: Image) -> None:
    """A world that has traits_obj and the catalogue."""
    with image.session() as session:
        session.begin_bare()
        root = session.connection.root()
        root[ROOT_KEY] = WorldRecord()
        session.connection.add(root[ROOT_KEY])
        world = World(session.connection)
        traits = UvmObject(kind="traits")
        world.add(traits, "traits_obj")
        primitives = {name: Primitive(name) for name in CATALOGUE_PRIMITIVES}
        world.add(UvmObject({"parent*": traits, **primitives, **new_catalogue()}), "knowledge_catalog_obj")
        session.commit("test", "Begin")


class Remembering:
    """An open image with its memory and its committer."""

    def __init__(self, image: Image, wake: Callable[[], Encoder]) -> None:
        self.image = image
        self.events: list[dict[str, Any]] = []
        self.memory = Memory(image, self.events.append, wake)
        self.committer = Committer(image)
        self.memory.start()
        self.committer.start()

    def close(self) -> None:
        self.committer.close()
        self.memory.close()

    def begin(self, title: str, text: str, **more: Any) -> int:
        """A job whose text is there and that is under way."""
        jobs = self.memory.ingestions
        job = jobs.begin(title, more.get("source", ""), more.get("document_id"), more.get("metadata", {}))
        jobs.part(job.number, text)
        return jobs.go(job.number).number

    def ended(self, number: int) -> dict[str, Any]:
        """A job's row once it has ended."""
        job = self.memory.ingestions.job(number)
        assert job.ended.wait(WAIT), job.row()
        return job.row()

    def take(self, title: str, text: str, **more: Any) -> dict[str, Any]:
        """Take a document in; its row."""
        return self.ended(self.begin(title, text, **more))

    def found(self, query: str, limit: int = 5) -> list[str]:
        """The texts of the hits."""
        return [hit["text"] for hit in self.memory.search(query, limit)]

    def tables(self, work: Callable[[Tables], Any]) -> Any:
        """What `work` answers about the catalogue's tables."""
        return self.image.read(lambda world: work(catalogue_tables(world)))

    def settle(self) -> None:
        """Until the indexes are in step with every edit, and what lacks vectors has them."""
        done = threading.Event()
        self.memory._workers.write(lambda: None).result(WAIT)
        self.memory._workers.task(done.set)
        assert done.wait(WAIT)


@contextmanager
def remembering(directory: Path, wake: Callable[[], Encoder] = StemVectors) -> Iterator[Remembering]:
    """A memory over the image in a directory; one that is new gets its catalogue."""
    image = Image(directory)
    try:
        if image.is_new():
            begin(image)
        made = Remembering(image, wake)
        try:
            yield made
        finally:
            made.close()
    finally:
        image.close()


def contents(tables: Tables) -> dict[str, Any]:
    """Everything the indexes hold, in terms that two catalogues can be compared by: without ids."""
    store = tables.store
    assert store is not None
    numbers = list(tables.keys)
    assert sorted(tables.text.index._docwords) == numbers
    assert sorted(tables.chunks) == sorted(tables.keys.values())
    assert sorted(number for ids in tables.by_document.values() for number in ids) == numbers
    rows = store.rows(numbers)
    assert sorted(rows) + sorted(store.missing) == numbers or sorted({*rows, *store.missing}) == numbers
    lexicon = tables.text.lexicon
    words = {
        lexicon.get_word(wid): sorted((tables.keys[number], times) for number, times in entries.items())
        for wid, entries in tables.text.index._wordinfo.items()
    }
    chunks = {
        key: (chunk.text, chunk.start, chunk.end, chunk.chunk_index, chunk.section, own_slots(chunk).get("sentences"))
        for key, chunk in tables.chunks.items()
    }
    vectors = {tables.keys[number]: rows[number].round(3).tolist() for number in rows}
    return {"words": words, "chunks": chunks, "vectors": vectors, "total": tables.text.index._totaldoclen()}
