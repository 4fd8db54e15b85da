"""Ready-made passages: each is one chunk under an id of its own, thousands of them in one object of the desktop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from BTrees.OOBTree import OOBTree

from ..image.edits import ABSENT, Change
from ..image.world import World
from ..objects import UvmObject, copy_data, parents_of
from .keeping import free_title, is_there
from .tables import Tables
from .vectors import next_number

MAX_ID = 500
MAX_PASSAGE = 100_000


@dataclass(frozen=True)
class Passage:
    """A text under its id, which is a text or a whole number and comes back as it was given."""

    id: str | int
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.id)


def passage_of(row: Any) -> Passage | str:
    """The passage in a row {"id", "text", "title"?, …}, or what is wrong with it."""
    if not isinstance(row, Mapping):
        return "A passage is a map with an id and a text."
    name, text = row.get("id"), row.get("text")
    if not isinstance(name, (str, int)) or isinstance(name, bool) or not 0 < len(str(name).strip()) <= MAX_ID:
        return f"A passage needs an id: a text of 1 to {MAX_ID} characters, or a whole number."
    if not isinstance(text, str) or not text.strip():
        return f"The passage {name} has no text."
    if len(text) > MAX_PASSAGE:
        return f"The passage {name} has {len(text):,} characters; at most {MAX_PASSAGE:,} are taken."
    metadata = {str(key): value for key, value in row.items() if key not in ("id", "text")}
    return Passage(name, text, metadata)


def is_kept(tables: Tables, world: World | None, passage: Passage) -> bool:
    """Whether the passage is there already, word for word."""
    numbers = tables.by_document.get(passage.name, ())
    chunk = tables.chunk(numbers[0]) if len(numbers) == 1 else None
    if chunk is None or chunk.text != passage.text or chunk.metadata != passage.metadata:
        return False
    return is_there(world, chunk.document)


def problem_of(tables: Tables, passage: Passage) -> str | None:
    """Why a passage cannot be kept."""
    if passage.name in tables.documents:
        return f"{passage.name} is the id of a document; a passage needs another."
    return None


def keep_passages(
    tables: Tables, world: World | None, passages: Sequence[Passage], vectors: np.ndarray | None
) -> list[Change]:
    """Keep passages in the caller's transaction; one of the same id is replaced. What of it is an edit.

    vectors: float32 (passages, width), or None where nothing can embed.
    """
    collection, changes = _collection(tables, world)
    ids = []
    for passage in passages:
        for number in tables.by_document.get(passage.name, ()):
            tables.take_out(number)
        chunk = UvmObject(
            {"parent*": parents_of(tables.catalog)},
            document=collection,
            document_id=passage.id,
            chunk_index=0,
            text=passage.text,
            metadata=copy_data(passage.metadata),
            start=0,
            end=len(passage.text),
            section=(),
            number=None,
        )
        number = tables.put_in(chunk)
        collection.passages[passage.name] = chunk
        tables.by_document[passage.name] = (number,)
        ids.append(number)
    if tables.store is not None:
        if vectors is None:
            tables.store.await_rows(ids)
        else:
            tables.store.add(ids, vectors)
    return changes


def _collection(tables: Tables, world: World | None) -> tuple[UvmObject, list[Change]]:
    """The object that holds the passages; a new one where there is none, or it was deleted."""
    latest = tables.counters.get("collection", 0)
    known: UvmObject | None = tables.documents.get(_key(latest))
    if known is not None and is_there(world, known):
        return known, []
    key = _key(next_number(tables.counters, "collection"))
    made = tables.documents[key] = UvmObject(
        {"parent*": parents_of(tables.catalog)},
        title="Passages",
        source="",
        document_id=key,
        metadata={},
        passages=OOBTree(),
    )
    if world is None:
        return made, []
    name = free_title(world, "Passages")
    world.add(made, name)
    return made, [Change(made, None, ABSENT, name)]


def _key(number: int) -> str:
    return f"passages:{number}"
