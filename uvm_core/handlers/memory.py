"""Commands about the memory: documents in, passages found. What takes long is a job, or answered when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from ..image.edits import ABSENT, Change
from ..image.errors import Refused
from ..image.neutral import from_neutral
from ..image.world import World
from ..memory.keeping import free_title
from ..objects import UvmObject, own_slots
from .parts import PERSON, Handler, Parts, Reply, then

MAX_QUERIES = 500


def ingest_begin(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Begin a document: the number of its job."""
    metadata = parts.image.read(lambda world: from_neutral(world, fields["metadata"]))
    if not all(isinstance(name, str) for name in metadata):
        raise Refused("bad_document", "The names in metadata are texts.")
    job = parts.memory.ingestions.begin(fields["title"], fields["source"], fields["document_id"], metadata)
    return {"status": "ok", "job": job.number, "result": job.row()}


def ingest_part(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """The next part of a document's text."""
    return {"status": "ok", "result": parts.memory.ingestions.part(fields["job"], fields["text"]).row()}


def ingest_go(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """The text is whole."""
    return {"status": "ok", "result": parts.memory.ingestions.go(fields["job"]).row()}


def ingest_passages(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Ready-made passages, answered once they are durable."""
    future = parts.memory.take_passages(list(fields["rows"]))
    return then(future, lambda result: {"status": "ok", "result": result})


def ingestions(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """Every job since the start, newest first."""
    return {"status": "ok", "result": [job.row() for job in parts.memory.ingestions.jobs()]}


def ingestion(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """One job."""
    return {"status": "ok", "result": parts.memory.ingestions.job(fields["job"]).row()}


def ingestion_cancel(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """End a job; nothing of it is kept."""
    return {"status": "ok", "result": parts.memory.ingestions.cancel(fields["job"]).row()}


def search(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Passages for any text, best first."""
    return {"status": "ok", "result": parts.memory.search(fields["query"], fields["limit"])}


def search_many(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """The same for a list of texts; these hits are without their texts."""
    queries = list(fields["queries"])
    if len(queries) > MAX_QUERIES or not all(isinstance(query, str) for query in queries):
        raise Refused("bad_queries", f"At most {MAX_QUERIES} queries at once, each a text.")
    return {"status": "ok", "result": parts.memory.search_many(queries, fields["limit"])}


def documents(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """The documents of the memory."""
    return {"status": "ok", "result": parts.memory.documents()}


def document(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """One document with its chunks, a page of them."""
    return {"status": "ok", "result": parts.memory.document(fields["document"], fields["first"])}


def take_chunk(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Put a chunk on the desktop; it stays a chunk of its document. An edit like any other."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        chunk = world.resolve(fields["chunk"])
        slots = own_slots(chunk)
        document = slots.get("document")
        if not isinstance(document, UvmObject) or "chunk_index" not in slots:
            raise Refused("no_chunk", f"{world.label_of(chunk)} is no chunk of a document.")
        number = world.id_of(chunk)
        if number in world.record.objects:
            raise Refused("taken", f"{world.label_of(chunk)} lies on the desktop already.")
        title = str(own_slots(document).get("title", "chunk"))
        name = free_title(world, f"{title} {slots['chunk_index'] + 1}")
        world.add(chunk, name)
        return (number, name), [Change(chunk, None, ABSENT, name)], f"Take {name} out of its document"

    def reply(done: Any) -> Reply:
        number, name = done.answer
        return {
            "status": "ok",
            "id": number,
            "name": name,
            "edit": done.edit,
            "words": done.words,
            "tid": done.committed.tid,
        }

    return then(parts.committer.submit(work, PERSON), reply)


HANDLERS: Mapping[str, Handler] = {
    "ingest_begin": ingest_begin,
    "ingest_part": ingest_part,
    "ingest_go": ingest_go,
    "ingest_passages": ingest_passages,
    "ingestions": ingestions,
    "ingestion": ingestion,
    "ingestion_cancel": ingestion_cancel,
    "search": search,
    "search_many": search_many,
    "documents": documents,
    "document": document,
    "take_chunk": take_chunk,
}
