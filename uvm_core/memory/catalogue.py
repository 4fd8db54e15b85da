"""knowledge_catalog_obj: documents cut into chunks, found again by their words.

Chunks are objects with the document's metadata. The text index is zope.index's Okapi over 64-bit ids of our own; a
query's words are OR-ed and never read as operators, so that any text is a valid query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import BTrees
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from zope.index.text.lexicon import CaseNormalizer, Lexicon, Splitter, StopWordRemover
from zope.index.text.okapiindex import OkapiIndex
from zope.index.text.textindex import TextIndex

from ..objects import SendError, SlotHolder, UvmObject, copy_data, find, parents_of

MAX_CHUNK = 1200
MAX_DOCUMENT = 1 << 20
MAX_LIMIT = 100

CATALOGUE_SLOTS = ("text_index", "metadata_index", "chunk_storage", "chunk_keys")

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


def new_catalogue() -> dict[str, Any]:
    """The data slots of an empty catalogue.

    text_index: Okapi over a lexicon of lower-case words without stop words, 64-bit ids; metadata_index: document id ->
    ids of its chunks; chunk_storage: "doc_id::index" -> chunk; chunk_keys: a chunk's id -> its key there.
    """
    lexicon = Lexicon(Splitter(), CaseNormalizer(), StopWordRemover())
    index = TextIndex(lexicon, OkapiIndex(lexicon, family=BTrees.family64))
    return {"text_index": index, "metadata_index": OOBTree(), "chunk_storage": OOBTree(), "chunk_keys": LOBTree()}


def index_document(
    catalog: SlotHolder, doc_id: str, doc_text: str, metadata: Mapping[str, Any] | None = None
) -> list[int]:
    """Cut a document into chunks and index them; the same doc_id again replaces it. The ids of the chunks.

    Raises SendError for an id or text that cannot be kept; then nothing is changed.
    """
    if not isinstance(doc_id, str) or not doc_id.strip():
        raise SendError("A document needs an id: some text.")
    if not isinstance(doc_text, str) or len(doc_text) > MAX_DOCUMENT:
        raise SendError(f"A document is text of at most {MAX_DOCUMENT:,} characters.")
    index, documents, chunks, keys = _tables(catalog)
    _forget(index, documents, chunks, keys, doc_id)
    number = (keys.maxKey() if keys else 0) + 1
    made: list[int] = []
    for position, (start, end) in enumerate(paragraphs(doc_text)):
        key = f"{doc_id}::{position}"
        chunks[key] = UvmObject(
            {"parent*": parents_of(catalog)},
            document_id=doc_id,
            chunk_index=position,
            text=doc_text[start:end],
            start=start,
            end=end,
            metadata=copy_data(dict(metadata or {})),
        )
        keys[number + position] = key
        index.index_doc(number + position, doc_text[start:end])
        made.append(number + position)
    documents[doc_id] = made
    return made


def search(catalog: SlotHolder, query: str, limit: int = 5) -> list[UvmObject]:
    """The chunks that share words with the query, best first, at most `limit` (1 to 100); any text is a query."""
    index, _documents, chunks, keys = _tables(catalog)
    found = index.index.search(str(query)) if keys else None
    if not found:
        return []
    best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[: max(1, min(int(limit), MAX_LIMIT))]
    return [chunks[keys[number]] for number, _score in best]


def _tables(catalog: SlotHolder) -> tuple[Any, ...]:
    """The tables of a catalogue, found by delegation: a child of it searches and fills the same."""
    found = [find(catalog, name) for name in CATALOGUE_SLOTS]
    if None in found:
        raise SendError(f"{catalog!r} has no index to search: it is no catalogue, nor is a parent.")
    return tuple(slot[1] for slot in found if slot is not None)


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The spans of a text's paragraphs; joined they are the text, and none is longer than 1,200 characters."""
    cuts = [0, *(match.end() for match in _PARAGRAPH.finditer(text)), len(text)]
    spans: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        spans.extend((place, min(place + MAX_CHUNK, end)) for place in range(start, end, MAX_CHUNK))
    return spans


def _forget(index: TextIndex, documents: Any, chunks: Any, keys: Any, doc_id: str) -> None:
    """Take a document's chunks out of the index and the tables."""
    for number in documents.pop(doc_id, ()):
        index.unindex_doc(number)
        del chunks[keys.pop(number)]


CATALOGUE_PRIMITIVES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"index_document_": index_document, "search_": search}
)
