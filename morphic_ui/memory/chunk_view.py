"""A chunk on the desktop: an object of its own that shows its text and where it comes from."""

from __future__ import annotations

from collections.abc import Callable

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import SANS, elide
from ..model.theme import mix
from ..model.widgets import paper
from ..outliner.outliner import Outliner
from ..outliner.views import draw_title
from .contents import Chunk
from .library import Document, Library
from .passages import draw_lines, excerpt, lines_of, words_of

WIDTH = 340.0
MOST_LINES = 22
STEP = 19.5


class ChunkView:
    """Shows chunks that were taken out of their documents."""

    word = "passage"

    def __init__(self, library: Library, look_into: Callable[[int], None]) -> None:
        self.library = library
        self._look_into = look_into

    def shows(self, outliner: Outliner) -> bool:
        names = outliner.record.slot_names
        return "chunk_index" in names and "document_id" in names and "text" in names

    def look_into(self, ident: int) -> None:
        self._look_into(ident)

    def title(self, outliner: Outliner) -> str:
        """The title of the document it comes from."""
        metadata = slot_of(outliner, "metadata")
        title = metadata.get("title") if isinstance(metadata, dict) else None
        return str(title or slot_of(outliner, "title") or outliner.title)

    def says(self, outliner: Outliner) -> str:
        return f"passage, {'open' if outliner.open else 'closed'}"

    def layout(self, outliner: Outliner, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        score = self.library.lit_chunks.get(outliner.ident)
        bar = palette.amber if outliner.waiting else palette.accent if score is not None else None
        title, aside = self.title(outliner), f"chunk {number_of(outliner)}"
        body = Pen()
        parts = draw_title(body, look, WIDTH, outliner, title, aside)
        height = m.header
        if outliner.open:
            with body.at_detail(1):
                body.hair(0.5, m.header, WIDTH - 0.5, m.header, palette.line)
            with body.at_detail(2):
                height = self._text(body, look, outliner, parts, score is not None)
        pen = Pen()
        paper(pen, look, WIDTH, height, bar=bar)
        return Layout(WIDTH, height, pen.joined(body.done()), tuple(parts))

    def _text(self, pen: Pen, look: Look, outliner: Outliner, parts: list[Part], lit: bool) -> float:
        m, palette = look.metrics, look.palette
        text = slot_of(outliner, "text")
        y = m.header + 8
        if outliner.record.slots is None:
            pen.text(m.pad, y + 16, "looking…", size=m.small, colour=palette.second)
            return y + 32
        words = words_of(self.library.query) if lit else ()
        lines = lines_of(look.measure, str(text or "").rstrip(), words, WIDTH - 2 * m.pad, m.body)
        top = y
        y = draw_lines(pen, look, lines, m.pad, y, m.body, STEP, most=MOST_LINES)
        if len(lines.lines) > MOST_LINES:
            said = f"{len(lines.lines) - MOST_LINES} more lines: open it in its document"
            pen.text(m.pad, y + 15, said, size=m.tiny, colour=palette.second)
            y += 22
        parts.append(Part("text", Rect(m.pad, top, WIDTH - 2 * m.pad, y - top), "text", "text", str(text or "")))
        start, end = slot_of(outliner, "start"), slot_of(outliner, "end")
        if isinstance(start, int) and isinstance(end, int):
            pen.text(m.pad, y + 17, f"characters {start:,} to {end:,}", size=m.tiny, colour=palette.second)
            y += 24
        return round(y + 10)


class LooseFace(Face):
    """A chunk in the hand, before it is an object of its own."""

    role = "passage"

    def __init__(self, ident: int, document: Document, chunk: Chunk) -> None:
        super().__init__(ident, CARD)
        self.document, self.chunk = document, chunk
        self.busy = False

    @property
    def name(self) -> str:
        return f"chunk {self.chunk.index + 1} of {self.document.title}"

    def layout(self, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        height = 88.0
        pen = Pen()
        paper(pen, look, WIDTH, height, ring=False)
        title = elide(look.measure, self.name, SANS, m.small, WIDTH - 2 * m.pad)
        pen.text(m.pad, 24, title, size=m.small, colour=palette.second)
        text = excerpt(self.chunk.text, (), 130)
        lines = lines_of(look.measure, text, (), WIDTH - 2 * m.pad, m.body, most=2)
        ink = mix(palette.ink, palette.paper, 0.5) if self.busy else palette.ink
        draw_lines(pen, look, lines, m.pad, 32, m.body, STEP, ink=ink)
        parts = (Part("title", Rect(0, 0, WIDTH, height), "title", self.name, grips=True),)
        return Layout(WIDTH, height, pen.done(), parts)


def slot_of(outliner: Outliner, name: str) -> object:
    slot = outliner.record.slot(name)
    return slot.value if slot is not None else None


def number_of(outliner: Outliner) -> str:
    index = slot_of(outliner, "chunk_index")
    return str(index + 1) if isinstance(index, int) else ""
