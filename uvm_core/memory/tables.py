"""What knowledge_catalog_obj keeps, and the one place where a chunk comes into its indexes or leaves them.

text_index      Okapi over the words of the chunks that are searched, under 64-bit ids of our own
metadata_index  document id -> ids of its chunks, in order
chunk_storage   "doc_id::index" -> chunk
chunk_keys      a chunk's id -> its key there
documents       document id -> the document's object; also each collection of ready-made passages
fingerprints    hash of a text -> document id: a duplicate is recognised
counters        numbers that are given once: chunk, segment, removals
vectors, vectors_removed, vectors_missing: see vectors.py
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import BTrees
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from zope.index.text.lexicon import Lexicon
from zope.index.text.okapiindex import OkapiIndex
from zope.index.text.textindex import TextIndex

from ..objects import SendError, SlotHolder, UvmObject, find
from .vectors import VECTOR_SLOTS, VectorStore, new_vectors, next_number, store_of
from .words import Words

OLD_SLOTS = ("text_index", "metadata_index", "chunk_storage", "chunk_keys")
NEW_SLOTS = ("documents", "fingerprints", "counters", *VECTOR_SLOTS)
"""What a catalogue of before the vectors lacks; `catalogue_upgrade` adds it."""


def new_text_index() -> TextIndex:
    """An empty index over stems, with 64-bit ids."""
    lexicon = Lexicon(Words())
    return TextIndex(lexicon, OkapiIndex(lexicon, family=BTrees.family64))


def new_tables() -> dict[str, Any]:
    """The data slots of an empty catalogue."""
    return {
        "text_index": new_text_index(),
        "metadata_index": OOBTree(),
        "chunk_storage": OOBTree(),
        "chunk_keys": LOBTree(),
        "documents": OOBTree(),
        "fingerprints": OOBTree(),
        "counters": OOBTree(),
        **new_vectors(),
    }


@dataclass(frozen=True)
class Tables:
    """A catalogue's tables on one connection.

    Where an image from before the vectors has not been brought up, the newer ones are empty stand-ins and `store` is
    None: what is put into those is not kept, and everything else works.
    """

    catalog: SlotHolder
    text: TextIndex
    by_document: OOBTree
    chunks: OOBTree
    keys: LOBTree
    documents: OOBTree
    fingerprints: OOBTree
    counters: OOBTree
    store: VectorStore | None

    def put_in(self, chunk: UvmObject) -> int:
        """Bring a chunk, with its key's parts in its slots, into the tables; its id. Its row comes by `store`."""
        number: int | None = chunk.number
        if number is None:
            number = chunk.number = self._next_chunk()
        elif self.store is not None:
            self.store.bring_back(number)
            self._noted_removal()
        key = key_of(chunk)
        self.chunks[key] = chunk
        self.keys[number] = key
        self.text.index_doc(number, chunk.text)
        return number

    def take_out(self, number: int) -> None:
        """Take a chunk out of the tables; it stays with whoever refers to it."""
        self.text.unindex_doc(number)
        self.chunks.pop(self.keys.pop(number), None)
        if self.store is not None:
            self.store.take_out(number)
            self._noted_removal()

    def rekey(self, chunk: UvmObject) -> None:
        """A chunk that is in the tables may stand at another place of its document now."""
        old, key = self.keys[chunk.number], key_of(chunk)
        if key != old:
            # Another that moved before may have taken the place already.
            if self.chunks.get(old) is chunk:
                del self.chunks[old]
            self.keys[chunk.number] = key
        if self.chunks.get(key) is not chunk:
            self.chunks[key] = chunk

    def chunk(self, number: int) -> UvmObject | None:
        """The chunk of an id; None for one that is not here (any more)."""
        key = self.keys.get(number)
        return None if key is None else self.chunks.get(key)

    def _next_chunk(self) -> int:
        if self.store is None:
            return (self.keys.maxKey() if self.keys else 0) + 1
        return next_number(self.counters, "chunk")

    def _noted_removal(self) -> None:
        """Whoever keeps a copy of the index in RAM sees by this that more has changed than new ids at the end."""
        self.counters["removals"] = self.counters.get("removals", 0) + 1


def tables_of(catalog: SlotHolder) -> Tables:
    """The tables of a catalogue, found by delegation: a child of it searches and fills the same.

    Raises SendError for an object that is no catalogue.
    """
    old = [find(catalog, name) for name in OLD_SLOTS]
    if None in old:
        raise SendError(f"{catalog!r} has no index to search: it is no catalogue, nor is a parent.")
    newer = {name: found[1] for name in NEW_SLOTS if (found := find(catalog, name)) is not None}
    store = store_of(newer)
    documents, fingerprints, counters = (
        newer.get(name, OOBTree()) for name in ("documents", "fingerprints", "counters")
    )
    text, by_document, chunks, keys = (found[1] for found in old if found is not None)
    return Tables(catalog, text, by_document, chunks, keys, documents, fingerprints, counters, store)


def key_of(chunk: UvmObject) -> str:
    """Where a chunk lies in chunk_storage."""
    return f"{chunk.document_id}::{chunk.chunk_index}"


def numbers_of(chunks: Iterable[UvmObject]) -> tuple[int, ...]:
    """The ids of chunks, in order."""
    return tuple(chunk.number for chunk in chunks)
