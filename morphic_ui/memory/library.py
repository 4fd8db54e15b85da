"""What the world knows of the memory's documents, and which of their chunks a search has lit up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .contents import Chunk, Contents

NEAR = 0.25  # the least cosine of a passage that shares no word with the query


@dataclass(eq=False, slots=True)
class Document:
    """A document's morph: what is known of it, and which of its chunks is open."""

    id: int
    title: str = ""
    source: str = ""
    length: int | None = None  # characters
    count: int | None = None  # chunks
    contents: Contents | None = None
    loading: bool = False
    problem: str = ""
    shown: int | None = None  # the chunk whose text is open, by number
    line: int = 0  # the first line of it that is seen
    top: int = 0  # the first row of cells that is seen
    wanted: int | None = None  # a chunk object to open as soon as the contents are there
    texts: dict[int, str] = field(default_factory=dict)  # chunk object -> text that was asked for

    def text_of(self, chunk: Chunk) -> str | None:
        """A chunk's whole text; None while it is not here."""
        return self.texts.get(chunk.id) if chunk.cut else chunk.text

    @property
    def words(self) -> str:
        """How much it is: `37 chunks`."""
        if self.count is None:
            return ""
        return f"{self.count:,} chunk{'' if self.count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: where it stands, its text and the parts of its score, each 0 to 1."""

    document: int
    title: str
    source: str
    chunk: int
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    score: float
    vector: float | None
    okapi: float | None
    used_in: tuple[str, ...] = ()  # states of a cycle whose prompts had it
    cosine: float | None = None  # how near it is in meaning, not set against the other hits

    @property
    def near(self) -> bool:
        """Whether it says anything about what was looked for; the last of many hits often does not."""
        return bool(self.okapi) or self.cosine is None or self.cosine >= NEAR

    @property
    def place(self) -> str:
        """Where it stands: document and section."""
        return " › ".join((self.title, *self.section))


@dataclass
class Library:
    """The documents of the memory, and the light of the last search."""

    documents: dict[int, Document] = field(default_factory=dict)
    query: str = ""
    lit: dict[int, dict[int, float]] = field(default_factory=dict)  # document -> chunk object -> score
    lit_chunks: dict[int, float] = field(default_factory=dict)

    def document(self, ident: int) -> Document:
        found = self.documents.get(ident)
        if found is None:
            found = self.documents[ident] = Document(ident)
        return found

    def row(self, row: Mapping[str, Any]) -> Document | None:
        """Takes a row of `documents`, or an answer of `document`."""
        ident = ident_of(row.get("id"))
        if ident is None:
            return None
        one = self.document(ident)
        one.title = str(row.get("title") or one.title)
        one.source = str(row.get("source") or one.source)
        length, chunks = row.get("length"), row.get("chunks")
        one.length = length if isinstance(length, int) else one.length
        if isinstance(chunks, int):
            one.count = chunks
        elif isinstance(chunks, (list, tuple)):
            more, first = row.get("more"), row.get("first")
            known = one.contents.chunks if one.contents is not None else ()
            before = known if isinstance(first, int) and 0 < first == len(known) else ()
            listed = tuple(chunk_of(item, number) for number, item in enumerate(chunks, len(before)))
            one.contents = Contents((*before, *listed), more if isinstance(more, int) else 0)
            one.count, one.loading, one.problem = len(one.contents.chunks) + one.contents.more, False, ""
            if one.shown is not None and one.shown >= len(one.contents.chunks):
                one.shown = None
            if not before:
                one.top = 0
        return one

    def light(self, query: str, hits: Iterable[Hit]) -> None:
        """The chunks of these hits are lit, and no others."""
        self.query = query
        self.lit, self.lit_chunks = {}, {}
        for hit in hits:
            self.lit.setdefault(hit.document, {})[hit.chunk] = hit.score
            self.lit_chunks[hit.chunk] = hit.score

    def darken(self) -> None:
        self.light("", ())


def ident_of(value: Any) -> int | None:
    """An object's number, also where a reference stands for it."""
    found = getattr(value, "id", value)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def section_of(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(part) for part in value) if isinstance(value, (list, tuple)) else ()


def chunk_of(row: Mapping[str, Any], number: int) -> Chunk:
    similarity, text = row.get("similarity"), row.get("text")
    return Chunk(
        ident_of(row.get("id")) or 0, number, section_of(row.get("section")), int(row.get("start") or 0),
        int(row.get("end") or 0), text if isinstance(text, str) else "",
        float(similarity) if isinstance(similarity, (int, float)) else None,
        bool(row.get("cut")) or not isinstance(text, str),
    )  # fmt: skip


def hit_of(row: Any) -> Hit | None:
    """A hit as the image sends it; None for what is none."""
    if not isinstance(row, Mapping):
        return None
    document, chunk = ident_of(row.get("document")), ident_of(row.get("chunk"))
    if document is None or chunk is None:
        return None
    parts = row.get("parts")
    parts = parts if isinstance(parts, Mapping) else {}
    return Hit(
        document, str(row.get("title") or "a document"), str(row.get("source") or ""), chunk,
        section_of(row.get("section")), int(row.get("start") or 0), int(row.get("end") or 0),
        str(row.get("text") or ""), share(row.get("score")) or 0.0, share(parts.get("vector")),
        share(parts.get("okapi")), section_of(row.get("used_in")), share(parts.get("cosine")),
    )  # fmt: skip


def hits_of(rows: Any) -> tuple[Hit, ...]:
    if not isinstance(rows, (list, tuple)):
        return ()
    return tuple(hit for row in rows if (hit := hit_of(row)) is not None)


def share(value: Any) -> float | None:
    """A number as a share of one, cut to 0..1."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return min(1.0, max(0.0, float(value)))
