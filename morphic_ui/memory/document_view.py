"""A document's morph: closed its title and how much it is, open its sections, its chunks and the text of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..model.face import Layout, Look, Part
from ..model.geometry import Rect
from ..model.pen import EMPTY, Drawn, Pen, join
from ..model.text import BOLD, SANS, elide, wrap
from ..model.theme import mix
from ..model.widgets import button, paper
from ..outliner.outliner import Outliner
from ..outliner.views import draw_title
from .contents import Contents, window
from .library import Document, Library
from .reader import Pages, draw_reader
from .strip import TALLEST, WIDTH, Strip, draw_pointed

PAD = 16.0
OPEN_WIDTH = WIDTH + 2 * PAD
CLOSED_LEAST, CLOSED_MOST = 200.0, 300.0
CLOSED_HEIGHT = 60.0
LONG_PLACE = 32  # characters of a path that are shown whole
BESIDE_TEXT = 232.0  # height of the strip while a chunk is open


@dataclass(frozen=True, slots=True)
class Ready:
    """A strip as it was drawn, and what that rested on."""

    key: tuple[object, ...]
    drawn: Drawn
    parts: tuple[Part, ...]
    bottom: float


class DocumentView:
    """Shows documents of the memory."""

    word = "document"

    def __init__(self, library: Library, ask: Callable[[int], None], on_desktop: Callable[[int], bool]) -> None:
        self.library = library
        self._ask = ask
        self._on_desktop = on_desktop
        self._pages: dict[int, Pages] = {}
        self._ready: dict[int, Ready] = {}

    def forget(self, ident: int) -> None:
        """The document is gone."""
        self._pages.pop(ident, None)
        self._ready.pop(ident, None)

    def shows(self, outliner: Outliner) -> bool:
        return is_document(outliner.record.slot_names) or outliner.ident in self.library.documents

    def look_into(self, ident: int) -> None:
        self._ask(ident)

    def title(self, outliner: Outliner) -> str:
        return self.library.document(outliner.ident).title or outliner.title

    def says(self, outliner: Outliner) -> str:
        document = self.library.document(outliner.ident)
        found = len(self.library.lit.get(outliner.ident, ()))
        lit = f", {found} found" if found else ""
        return f"document, {'open' if outliner.open else 'closed'}, {document.words}{lit}"

    def layout(self, outliner: Outliner, look: Look) -> Layout:
        document = self.library.document(outliner.ident)
        return self._opened(outliner, document, look) if outliner.open else self._closed(outliner, document, look)

    def _bar(self, outliner: Outliner, look: Look) -> int | None:
        if outliner.waiting:
            return look.palette.amber
        return look.palette.accent if outliner.ident in self.library.lit else None

    # -- closed

    def _closed(self, outliner: Outliner, document: Document, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        title = self.title(outliner)
        wanted = look.width(title, BOLD, m.title) + 2 * m.pad + 24
        width = round(min(CLOSED_MOST, max(CLOSED_LEAST, wanted)))
        pen = Pen()
        paper(pen, look, width, CLOSED_HEIGHT, bar=self._bar(outliner, look))
        parts = draw_title(pen, look, width, outliner, title, "", "document")
        whole = Rect(0, 0, width, CLOSED_HEIGHT)
        parts[0] = Part("title", whole, "title", title, press="object.toggle", argument=outliner.ident, grips=True)
        with pen.at_detail(2):
            right = width - m.pad
            found = len(self.library.lit.get(outliner.ident, ()))
            if found:
                right = _pill(pen, look, right, 47, f"{found} found")
            named = _place(document.source).rsplit("/", 1)[-1]
            parts_said = (document.words, _characters(document), named if named != title else "")
            said = " · ".join(part for part in parts_said if part) or "document"
            text = elide(look.measure, said, SANS, m.tiny, right - m.pad - 22)
            pen.text(m.pad + 22, 46, text, size=m.tiny, colour=palette.second)
        return Layout(width, CLOSED_HEIGHT, pen.done(), tuple(parts))

    # -- open

    def _opened(self, outliner: Outliner, document: Document, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        body = Pen()
        title = self.title(outliner)
        parts = draw_title(body, look, OPEN_WIDTH, outliner, title, document.words, "document")
        strip = EMPTY
        with body.at_detail(1):
            body.hair(0.5, m.header, OPEN_WIDTH - 0.5, m.header, palette.line)
        with body.at_detail(2):
            y = self._about(body, look, outliner, document, m.header + 4, parts)
            if document.contents is None:
                y = self._waiting(body, look, document, y)
            elif not document.contents.chunks:
                body.text(PAD, y + 18, "It has no text.", size=m.small, colour=palette.second)
                y += 30
            else:
                done = self._strip(look, document, document.contents, y)
                strip = done.drawn
                parts += done.parts
                draw_pointed(body, look, done.parts)
                y = self._reader(body, look, document, document.contents, done.bottom, parts)
        height = round(y + 12)
        pen = Pen()
        paper(pen, look, OPEN_WIDTH, height, bar=self._bar(outliner, look))
        drawn = join([(pen.done(), 0, 0), (strip, 0, 0), (body.done(), 0, 0)])
        return Layout(OPEN_WIDTH, height, drawn, tuple(parts))

    def _about(
        self, pen: Pen, look: Look, outliner: Outliner, document: Document, y: float, parts: list[Part]
    ) -> float:
        """Where it is from and how long it is; how much of it a search has found."""
        m, palette = look.metrics, look.palette
        right = OPEN_WIDTH - PAD
        found = len(self.library.lit.get(outliner.ident, ()))
        if found:
            right = _pill(pen, look, right, y + 15, f"{found} found")
        told = (_place(document.source), _sections(document), _characters(document))
        text = elide(look.measure, " · ".join(part for part in told if part), SANS, m.tiny, right - PAD)
        pen.text(PAD, y + 16, text, size=m.tiny, colour=palette.second)
        if document.source:
            rect = Rect(PAD, y, right - PAD, 24)
            parts.append(Part("source", rect, "text", "source", document.source, tip=document.source))
        return y + 28

    def _waiting(self, pen: Pen, look: Look, document: Document, y: float) -> float:
        m, palette = look.metrics, look.palette
        said = document.problem or "looking…"
        ink = palette.red if document.problem else palette.second
        for line in wrap(look.measure, said, SANS, m.small, OPEN_WIDTH - 2 * PAD, most=4):
            pen.text(PAD, y + 16, line, size=m.small, colour=ink)
            y += 20
        return y + 4

    def _strip(self, look: Look, document: Document, contents: Contents, y: float) -> Ready:
        """The strip of cells, drawn again only when something in it has changed: the pointer changes nothing."""
        lit = self.library.lit.get(document.id, {})
        first, end = window(contents.lines, document.top, tallest_of(document))
        seen = contents.chunks[contents.lines[first].first : contents.lines[end - 1].last]
        out = frozenset(chunk.id for chunk in seen if self._on_desktop(chunk.id))
        key = (contents, document.top, document.shown, lit, out, y, look.palette.name, type(look.measure))
        found = self._ready.get(document.id)
        if found is None or any(old is not new and old != new for old, new in zip(found.key, key, strict=True)):
            pen = Pen(detail=2)
            strip = Strip(pen, look, document, contents, lit, out)
            bottom = strip.draw(PAD, y, tallest_of(document))
            found = self._ready[document.id] = Ready(key, pen.done(), tuple(strip.parts), bottom)
        return found

    def _reader(
        self, pen: Pen, look: Look, document: Document, contents: Contents, y: float, parts: list[Part]
    ) -> float:
        """What the curve says, and the text of the open chunk."""
        m, palette = look.metrics, look.palette
        y += 4
        if contents.more:
            said = "looking…" if document.loading else f"List further chunks: {contents.more:,}"
            rect = Rect(PAD, y, round(look.width(said, SANS, m.small)) + 32, 26)
            parts.append(
                button(pen, look, rect, said, name="more", press="document.more", argument=document.id,
                       enabled=not document.loading)
            )  # fmt: skip
            y += 36
        if len(contents.chunks) > 1:
            said = "The curve: how alike neighbours are. A dip is a change of subject."
            pen.text(PAD, y + 12, said, size=m.tiny, colour=palette.second, alpha=0.85)
            y += 22
        if document.shown is not None:
            chunk = contents.chunks[document.shown]
            pages = self._pages.setdefault(document.id, Pages())
            query = self.library.query if chunk.id in self.library.lit_chunks else ""
            out = self._on_desktop(chunk.id)
            y, more = draw_reader(pen, look, document, chunk, pages, query, PAD, y + 6, OPEN_WIDTH - 2 * PAD, out)
            parts += more
        return y + 2

    def lines_in(self, document: Document) -> int:
        """How many lines the open chunk's text has, as it was last drawn."""
        pages = self._pages.get(document.id)
        return len(pages.drawn.lines) if pages is not None else 0


def is_document(slots: tuple[str, ...]) -> bool:
    """Whether these are the slots of a document of the memory."""
    return "passages" in slots or ("document_id" in slots and "chunks" in slots)


def tallest_of(document: Document) -> float:
    """How high the strip may be: lower while the text of a chunk stands below it."""
    return TALLEST if document.shown is None else BESIDE_TEXT


def _place(source: str) -> str:
    """Where it is from, a long path by its folder and name alone."""
    if len(source) <= LONG_PLACE or "/" not in source:
        return source
    return "/".join(source.rstrip("/").rsplit("/", 2)[-2:])


def _characters(document: Document) -> str:
    return f"{document.length:,} characters" if document.length is not None else ""


def _sections(document: Document) -> str:
    if document.contents is None:
        return ""
    count = sum(bool(group.section) for group in document.contents.groups)
    return f"{count:,} section{'' if count == 1 else 's'}" if count else ""


def _pill(pen: Pen, look: Look, right: float, y: float, text: str) -> float:
    """A small word on a ground of the accent, its right end at `right`; its left edge."""
    m, palette = look.metrics, look.palette
    width = look.width(text, SANS, m.tiny) + 14
    pen.box(right - width, y - 10, width, 18, radius=9, fill=mix(palette.paper, palette.accent, 0.2))
    pen.text(right - width / 2, y + 3.2, text, size=m.tiny, colour=palette.ink, align=0.5)
    return right - width - 8
