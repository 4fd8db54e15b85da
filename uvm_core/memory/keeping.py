"""Documents in the catalogue: kept, replaced, and brought back into step with what edits and undo do to their objects.

A document's object lists its chunks. The indexes follow from that list: `settle` takes out what is not on it (nothing
is, where the object was deleted) and brings in what is, so that undoing a deletion or a second ingestion needs no
record of its own. A document's text is not kept twice: its chunks joined are the text.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from ..image.edits import ABSENT, Change, put_slot
from ..image.world import World
from ..objects import UvmObject, copy_data, own_slots, parents_of
from .pieces import Cut, Piece
from .tables import Tables, numbers_of

SAVEPOINT_CHUNKS = 1000
"""Chunks after which what a transaction has written so far leaves the RAM."""

Step = Callable[[int, int], None]
"""f(chunks done, of): called before each chunk; what it raises ends the transaction."""


@dataclass(frozen=True)
class Incoming:
    """A document as it comes. metadata: title, source, date, tags and whatever else, copied for each chunk."""

    document_id: str
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.metadata.get("title") or self.document_id)

    @property
    def fingerprint(self) -> str:
        """The hash of the text."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Kept:
    """What became of a document: its object, what of it is an edit, how many chunks are new, stayed and went."""

    document: UvmObject
    changes: list[Change]
    added: int
    stayed: int
    removed: int


def is_there(world: World | None, document: UvmObject) -> bool:
    """Whether a document's object has not been deleted."""
    return world is None or document._p_oid is None or world.id_of(document) not in world.record.deleted


def found_same(tables: Tables, world: World | None, incoming: Incoming, *, anywhere: bool) -> UvmObject | None:
    """The document that has this text already: under its id with its title, or `anywhere`."""
    known = tables.documents.get(incoming.document_id)
    if known is not None and is_there(world, known) and known.sha256 == incoming.fingerprint:
        return known if known.title == incoming.title or anywhere else None
    if not anywhere:
        return None
    other = tables.documents.get(tables.fingerprints.get(incoming.fingerprint, ""))
    same = other is not None and is_there(world, other) and other.sha256 == incoming.fingerprint
    return other if same else None


def keep_document(tables: Tables, world: World | None, incoming: Incoming, cut: Cut, step: Step | None = None) -> Kept:
    """Keep a document in the caller's transaction; one of the same id is replaced.

    Chunks whose text and section stayed keep their ids, objects and vectors. world: None for a catalogue outside an
    image; then the document has an object all the same, and nothing is on the desktop.
    """
    known: UvmObject | None = tables.documents.get(incoming.document_id)
    changes: list[Change] = []
    document = known
    if document is None:
        document = UvmObject({"parent*": parents_of(tables.catalog)}, document_id=incoming.document_id)
    before = list(document.chunks) if known is not None else []
    pool: dict[tuple[str, tuple[str, ...]], list[UvmObject]] = defaultdict(list)
    for chunk in reversed(before):
        pool[chunk.text, chunk.section].append(chunk)
    chunks: list[UvmObject] = []
    fresh: list[int] = []
    same_metadata = known is not None and known.metadata == incoming.metadata
    for place, piece in enumerate(cut.pieces):
        waiting = pool.get((incoming.text[piece.start : piece.end], piece.section))
        if waiting:
            chunk = waiting.pop()
            if not same_metadata:
                chunk.metadata = copy_data(incoming.metadata)
        else:
            chunk = _new_chunk(tables, document, incoming, piece, place)
            fresh.append(place)
        chunks.append(chunk)
    # The number comes with the first listing, so that the document can name its chunks by it.
    _write(world, document, known is None, _slots(incoming, chunks), changes)
    removed = _settle_document(tables, document, True, world, step)
    ids = numbers_of(chunks)
    _write(world, document, known is None, {"chunk_ids": ids}, changes)
    tables.by_document[incoming.document_id] = ids
    tables.documents[incoming.document_id] = document
    _keep_vectors(tables, [ids[place] for place in fresh], None if cut.vectors is None else cut.vectors[fresh])
    _keep_fingerprint(tables, incoming)
    if world is not None and world.id_of(document) not in world.record.objects:
        name = free_title(world, incoming.title)
        world.add(document, name)
        changes.insert(0, Change(document, None, ABSENT, name))
    return Kept(document, changes, len(fresh), len(chunks) - len(fresh), removed)


def _slots(incoming: Incoming, chunks: list[UvmObject]) -> dict[str, Any]:
    return {
        "title": incoming.title,
        "source": str(incoming.metadata.get("source") or ""),
        "metadata": copy_data(incoming.metadata),
        "length": len(incoming.text),
        "sha256": incoming.fingerprint,
        "chunks": tuple(chunks),
    }


def _write(
    world: World | None, document: UvmObject, is_new: bool, slots: Mapping[str, Any], changes: list[Change]
) -> None:
    """Write a document's slots; what changed of one that was there before is part of the edit."""
    for slot, value in slots.items():
        if world is None or is_new:
            setattr(document, slot, value)
        elif own_slots(document).get(slot) != value:
            changes.append(put_slot(world, document, slot, value))


def _new_chunk(tables: Tables, document: UvmObject, incoming: Incoming, piece: Piece, place: int) -> UvmObject:
    return UvmObject(
        {"parent*": parents_of(tables.catalog)},
        document=document,
        document_id=incoming.document_id,
        chunk_index=place,
        text=incoming.text[piece.start : piece.end],
        metadata=copy_data(incoming.metadata),
        start=piece.start,
        end=piece.end,
        section=piece.section,
        sentences=piece.sentences,
        number=None,
    )


def _keep_vectors(tables: Tables, ids: list[int], vectors: Any) -> None:
    if tables.store is None:
        return
    if vectors is None:
        tables.store.await_rows(ids)
    else:
        tables.store.add(ids, vectors)


def _keep_fingerprint(tables: Tables, incoming: Incoming) -> None:
    tables.fingerprints[incoming.fingerprint] = incoming.document_id


def free_title(world: World, title: str) -> str:
    """A root name for a document: its title as far as a name can be that."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in title).split())[:48].strip()
    if not plain or plain.isdecimal():
        plain = f"document {plain}".strip()
    return world.free_name(plain)


# --- following edits ------------------------------------------------------------------------------------------------


def settle(tables: Tables, world: World, document: UvmObject, step: Step | None = None) -> None:
    """Bring the indexes into step with a document's object as it stands now."""
    alive = is_there(world, document)
    if "passages" in own_slots(document):
        _settle_passages(tables, document, alive, world, step)
        return
    _settle_document(tables, document, alive, world, step)
    if alive:
        tables.by_document[document.document_id] = document.chunk_ids
        tables.fingerprints[document.sha256] = document.document_id
    else:
        tables.by_document.pop(document.document_id, None)


def is_settled(tables: Tables, world: World, document: UvmObject) -> bool:
    """Whether the indexes are in step with a document's object."""
    alive = is_there(world, document)
    if "passages" in own_slots(document):
        return not document.passages or alive == (document.passages.minKey() in tables.by_document)
    wanted = tuple(document.chunk_ids) if alive else None
    return wanted == tables.by_document.get(document.document_id)


def _settle_document(tables: Tables, document: UvmObject, alive: bool, world: World | None, step: Step | None) -> int:
    """How many chunks left the indexes."""
    chunks = tuple(document.chunks) if alive else ()
    listed = {chunk.number for chunk in chunks}
    gone = [number for number in tables.by_document.get(document.document_id, ()) if number not in listed]
    steps = _Steps(world, step, len(gone) + len(chunks))
    for number in gone:
        steps.take()
        if number in tables.keys:
            tables.take_out(number)
    starts = accumulate((len(chunk.text) for chunk in chunks), initial=0)
    for place, (chunk, start) in enumerate(zip(chunks, starts, strict=False)):
        steps.take()
        if (chunk.chunk_index, chunk.start) != (place, start):
            chunk.chunk_index, chunk.start, chunk.end = place, start, start + len(chunk.text)
        if chunk.number is not None and chunk.number in tables.keys:
            tables.rekey(chunk)
        else:
            tables.put_in(chunk)
    return len(gone)


def _settle_passages(tables: Tables, collection: UvmObject, alive: bool, world: World, step: Step | None) -> None:
    steps = _Steps(world, step, len(collection.passages))
    for name, chunk in collection.passages.items():
        steps.take()
        inside = chunk.number in tables.keys
        if inside and not alive:
            tables.take_out(chunk.number)
            del tables.by_document[name]
        elif alive and not inside and name not in tables.by_document:
            tables.put_in(chunk)
            tables.by_document[name] = (chunk.number,)


class _Steps:
    """Counts chunks: each is a chance to stop, and after every thousandth what is written leaves the RAM."""

    def __init__(self, world: World | None, step: Step | None, of: int) -> None:
        self._world, self._step, self._of, self._done = world, step, of, 0

    def take(self) -> None:
        if self._step is not None:
            self._step(self._done, self._of)
        self._done += 1
        if self._world is not None and self._done % SAVEPOINT_CHUNKS == 0:
            self._world.connection.transaction_manager.savepoint(optimistic=True)
