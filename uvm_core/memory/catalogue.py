"""knowledge_catalog_obj: documents cut into chunks, found again by what they mean and by their words.

Its two messages and what genesis and upgrades give it. What runs beside messages (files, progress, cancelling) is in
service.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from types import MappingProxyType
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np
import structlog

from ..image.world import ROOT_KEY, World
from ..objects import SendError, SlotError, SlotHolder, UvmObject, own_slots, storable, surroundings
from .keeping import Incoming, is_there, keep_document
from .mirror import Mirror
from .pieces import cut_text
from .ranking import rank, read_query
from .segmentation import Encoder
from .tables import NEW_SLOTS, Tables, new_tables, new_text_index, tables_of
from .words import Words

MAX_DOCUMENT = 1 << 20
MAX_LIMIT = 100

log = structlog.get_logger("memory")

new_catalogue = new_tables


@runtime_checkable
class MemoryServices(Protocol):
    """What the two messages reach of the running system. Without one they go by words alone."""

    def embed(self, texts: Sequence[str]) -> np.ndarray | None:
        """Unit vectors, float32 (texts, width); None where nothing can embed."""

    def mirror(self) -> Mirror:
        """The copy of the catalogue's vectors and words in RAM."""

    def unhurried(self) -> AbstractContextManager[None]:
        """A block whose time does not count against the message."""


class _ServedEncoder:
    """An encoder over the system's; raises _Without where nothing can embed."""

    def __init__(self, services: MemoryServices) -> None:
        self._services = services

    def encode(self, texts: Sequence[str], **_options: Any) -> np.ndarray:
        found = self._services.embed(texts)
        if found is None:
            raise _Without
        return found


class _Without(Exception):
    """Nothing can embed here."""


def index_document(
    catalog: SlotHolder, doc_id: str, doc_text: str, metadata: Mapping[str, Any] | None = None
) -> list[int]:
    """Cut a document into chunks and index them; the same doc_id again replaces it. The ids of the chunks, in order.

    Raises SendError for an id, text or metadata that cannot be kept; then nothing is changed.
    """
    if not isinstance(doc_id, str) or not doc_id.strip() or len(doc_id) > 4096:
        raise SendError("A document needs an id: some text.")
    if not isinstance(doc_text, str) or len(doc_text) > MAX_DOCUMENT:
        raise SendError(f"A document is text of at most {MAX_DOCUMENT:,} characters.")
    try:
        kept = dict(storable(dict(metadata or {})))
    except (SlotError, TypeError, ValueError) as problem:
        raise SendError(f"That metadata cannot be kept: {problem}") from None
    tables = tables_of(catalog)
    if "passages" in own_slots_of(tables.documents.get(doc_id)):
        raise SendError(f"{doc_id!r} is the id of a collection of passages.")
    services = _services()
    with services.unhurried() if services is not None else nullcontext():
        cut = None
        if services is not None:
            try:
                cut = cut_text(doc_text, cast(Encoder, _ServedEncoder(services)))
            except _Without:
                log.info("indexed_by_words_alone", document=doc_id)
        cut = cut or cut_text(doc_text, None)
        document = keep_document(tables, _world_of(catalog), Incoming(doc_id, doc_text, kept), cut).document
    return list(document.chunk_ids)


def search(catalog: SlotHolder, query: str, limit: int = 5) -> list[UvmObject]:
    """The chunks nearest to a query, best first, at most `limit` (1 to 100); any text is a query, "" finds nothing."""
    tables = tables_of(catalog)
    text = read_query(query)
    if not text or not tables.keys:
        return []
    services = _services()
    limit = max(1, min(int(limit), MAX_LIMIT))
    with services.unhurried() if services is not None else nullcontext():
        vectors = services.embed([text]) if services is not None and tables.store is not None else None
        mirror = services.mirror() if services is not None and _is_committed(catalog) else Mirror()
        with mirror.lock:
            mirror.follow(tables)
            scored = rank(mirror, tables, [text], vectors, limit)[0]
    world = _world_of(catalog)
    found = (tables.chunk(hit.number) for hit in scored)
    return list(islice((chunk for chunk in found if chunk is not None and is_found(world, chunk)), limit))


def is_found(world: World | None, chunk: UvmObject) -> bool:
    """Whether the chunk's document was not deleted since the indexes were brought into step."""
    document = own_slots(chunk).get("document")
    return document is None or is_there(world, document)


def own_slots_of(holder: SlotHolder | None) -> Mapping[str, Any]:
    return {} if holder is None else own_slots(holder)


def _services() -> MemoryServices | None:
    inside = surroundings()
    found = inside.services if inside is not None else None
    return found if isinstance(found, MemoryServices) else None


def _world_of(catalog: SlotHolder) -> World | None:
    """The world of the catalogue's image; None for a catalogue outside one."""
    connection = catalog._p_jar
    return World(connection) if connection is not None and ROOT_KEY in connection.root() else None


def _is_committed(catalog: SlotHolder) -> bool:
    """Whether the transaction has changed nothing yet: what it sees is what everybody sees."""
    connection = catalog._p_jar
    return connection is not None and not (
        connection._registered_objects or connection._added or connection._savepoint_storage
    )


def catalogue_upgrade(catalog: UvmObject) -> dict[str, Any]:
    """Bring the catalogue of an older image up in the caller's transaction; the slots it lacks, for the caller to add.

    Its words are indexed anew as stems, its chunks get documents of their own and are noted to get vectors: the service
    embeds them when it has an embedder. Nothing to do: no slots.
    """
    own = own_slots(catalog)
    missing = {name: value for name, value in new_tables().items() if name in NEW_SLOTS and name not in own}
    if not missing:
        return {}
    tables = tables_of(catalog)
    text = None
    if not any(isinstance(element, Words) for element in tables.text.lexicon._pipeline):
        text = catalog.text_index = new_text_index()
    for doc_id, numbers in tables.by_document.items():
        chunks = [chunk for number in numbers if (chunk := tables.chunk(number)) is not None]
        _bring_up(catalog, doc_id, chunks, list(numbers), missing)
        if text is not None:
            for number, chunk in zip(numbers, chunks, strict=False):
                text.index_doc(number, chunk.text)
        missing["vectors_missing"].update(numbers)
    missing["counters"]["chunk"] = tables.keys.maxKey() if tables.keys else 0
    return missing


def _bring_up(
    catalog: UvmObject, doc_id: str, chunks: list[UvmObject], numbers: list[int], missing: Mapping[str, Any]
) -> None:
    """Give the chunks of an older image's document the object and the slots that they have today."""
    incoming = Incoming(doc_id, "".join(chunk.text for chunk in chunks), dict(chunks[0].metadata) if chunks else {})
    document = UvmObject(
        {"parent*": own_slots(catalog).get("parent*")},
        document_id=doc_id,
        title=incoming.title,
        source=str(incoming.metadata.get("source") or ""),
        metadata=incoming.metadata,
        length=len(incoming.text),
        sha256=incoming.fingerprint,
        chunks=tuple(chunks),
        chunk_ids=tuple(numbers),
    )
    for number, chunk in zip(numbers, chunks, strict=False):
        chunk.document, chunk.section, chunk.sentences = document, (), ((0, len(chunk.text)),)
        chunk.number = number
    missing["documents"][doc_id] = document
    missing["fingerprints"][incoming.fingerprint] = doc_id
    world = _world_of(catalog)
    if world is not None:
        world.add(document)


CATALOGUE_PRIMITIVES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"index_document_": index_document, "search_": search}
)

__all__ = [
    "CATALOGUE_PRIMITIVES",
    "MAX_DOCUMENT",
    "MAX_LIMIT",
    "MemoryServices",
    "Tables",
    "catalogue_upgrade",
    "index_document",
    "is_found",
    "new_catalogue",
    "search",
]
