"""What the memory shows of itself: hits, documents, a document with its chunks, as rows that the bridge carries."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import numpy as np

from ..image.errors import Refused
from ..image.world import World
from ..objects import SendError, UvmObject, own_slots
from .keeping import is_there
from .ranking import Scored
from .tables import Tables, key_of, tables_of

CATALOGUE = "knowledge_catalog_obj"
MAX_ROWS = 5000
"""Chunks of a document that one answer lists."""
MAX_SHOWN = 2_000_000
"""Characters of a document's chunks that are carried whole; beyond, each chunk's text is cut."""
CUT_TEXT = 120


def catalogue_tables(world: World) -> Tables:
    """The tables of knowledge_catalog_obj; Refused where a person took them away."""
    try:
        return tables_of(world.resolve(CATALOGUE))
    except SendError as problem:
        raise Refused("no_catalogue", str(problem)) from problem


def hit_of(world: World, tables: Tables, scored: Scored) -> dict[str, Any] | None:
    """A hit's row; None for a chunk that is gone, or whose document was deleted."""
    chunk = tables.chunk(scored.number)
    if chunk is None:
        return None
    slots = own_slots(chunk)
    document = slots.get("document")
    if document is not None and not is_there(world, document):
        return None
    about = own_slots(document) if document is not None else {}
    metadata = slots.get("metadata") or {}
    return {
        "document": world.id_of(document) if document is not None else None,
        "document_id": slots.get("document_id"),
        "title": str(_title(about, metadata, slots)),
        "source": str(metadata.get("source") or about.get("source") or ""),
        "chunk": world.id_of(chunk),
        "key": key_of(chunk),
        "section": list(slots.get("section") or ()),
        "start": slots.get("start", 0),
        "end": slots.get("end", 0),
        "text": str(slots.get("text", "")),
        "score": scored.score,
        "parts": {"vector": scored.vector, "okapi": scored.okapi, "cosine": scored.cosine},
    }


def _title(about: dict[str, Any], metadata: Any, slots: dict[str, Any]) -> Any:
    if "passages" in about:
        return metadata.get("title") or slots.get("document_id")
    return about.get("title") or metadata.get("title") or slots.get("document_id")


def brief(hit: dict[str, Any]) -> dict[str, Any]:
    """A hit without its text, for many queries at once."""
    return {name: hit[name] for name in ("document", "document_id", "title", "chunk", "key", "score", "parts")}


def document_rows(world: World) -> list[dict[str, Any]]:
    """The documents of the memory that were not deleted."""
    rows = []
    for document in catalogue_tables(world).documents.values():
        if not is_there(world, document):
            continue
        slots = own_slots(document)
        metadata = slots.get("metadata") or {}
        rows.append(
            {
                "id": world.id_of(document),
                "title": str(slots.get("title", "")),
                "source": str(slots.get("source", "")),
                "document_id": slots.get("document_id"),
                "date": str(metadata.get("date") or ""),
                "length": slots.get("length"),
                "chunks": _count(slots),
            }
        )
    return rows


def count_of(document: UvmObject) -> int:
    """How many chunks a document has."""
    return _count(own_slots(document))


def _count(slots: dict[str, Any]) -> int:
    return len(slots["passages"]) if "passages" in slots else len(slots.get("chunks") or ())


def _chunks(slots: dict[str, Any]) -> Iterator[UvmObject]:
    return iter(slots["passages"].values() if "passages" in slots else slots.get("chunks") or ())


def document_row(world: World, document: UvmObject, first: int = 0) -> dict[str, Any]:
    """A document with its chunks from number `first` on: at most 5,000, of very long ones the beginnings alone.

    `more` is how many follow. A chunk's similarity is that with the one before it, listed here or not.
    """
    slots = own_slots(document)
    if "sha256" not in slots and "passages" not in slots:
        raise Refused("no_document", f"{world.label_of(document)} is no document of the memory.")
    first = min(first, _count(slots))
    before = min(first, 1)
    found = list(islice(_chunks(slots), first - before, first + MAX_ROWS))
    chunks = found[before:]
    whole = sum(len(chunk.text) for chunk in chunks) <= MAX_SHOWN
    rows = [_chunk_row(world, chunk, whole) for chunk in chunks]
    if "passages" not in slots:
        for row, similarity in zip(rows[1 - before :], _similarities(world, found), strict=True):
            row["similarity"] = similarity
    return {
        "id": world.id_of(document),
        "title": str(slots.get("title", "")),
        "source": str(slots.get("source", "")),
        "document_id": slots.get("document_id"),
        "length": slots.get("length"),
        "sections": _sections(rows) if "passages" not in slots else [],
        "first": first,
        "chunks": rows,
        "more": _count(slots) - first - len(rows),
    }


def _chunk_row(world: World, chunk: UvmObject, whole: bool) -> dict[str, Any]:
    slots = own_slots(chunk)
    text = str(slots.get("text", ""))
    return {
        "id": world.id_of(chunk),
        "key": key_of(chunk),
        "index": slots.get("chunk_index", 0),
        "section": list(slots.get("section") or ()),
        "start": slots.get("start", 0),
        "end": slots.get("end", 0),
        "text": text if whole else text[:CUT_TEXT],
        "cut": not whole and len(text) > CUT_TEXT,
        "sentences": [[slots["start"] + first, slots["start"] + last] for first, last in slots.get("sentences") or ()],
        "similarity": None,
        "taken": world.id_of(chunk) in world.record.objects,
    }


def _sections(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sections that chunks stand in, in order."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if found and found[-1]["path"] == row["section"]:
            found[-1]["end"] = row["end"]
        else:
            found.append({"path": row["section"], "start": row["start"], "end": row["end"]})
    return found


def _similarities(world: World, chunks: list[UvmObject]) -> list[float | None]:
    """The cosine of each chunk with the one before it; None where one of them has no vector."""
    store = catalogue_tables(world).store
    rows = store.rows([chunk.number for chunk in chunks]) if store is not None else {}
    found: list[float | None] = []
    for before, after in pairwise(chunks):
        one, two = rows.get(before.number), rows.get(after.number)
        found.append(None if one is None or two is None else round(float(np.dot(one, two)), 4))
    return found
