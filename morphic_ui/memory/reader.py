"""The text of one chunk, exactly, a page of lines at a time."""

from __future__ import annotations

from ..model.face import Look, Part
from ..model.geometry import Rect
from ..model.pen import Pen
from ..model.text import SANS, elide
from ..model.widgets import icon_button
from .library import Chunk, Document
from .passages import Lines, draw_lines, lines_of, words_of

PAGE = 12  # lines of text seen at once
SPARE = 3  # lines more than a page that are shown without paging
STEP = 19.5
INSET = 12.0


class Pages:
    """Texts broken into lines, kept while neither they nor the marked words change."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._lines = Lines((), ())

    @property
    def drawn(self) -> Lines:
        """The lines that were asked for last."""
        return self._lines

    def lines(self, look: Look, text: str, query: str, width: float, size: float) -> Lines:
        key = (text, query, width, size, type(look.measure))
        if key != self._key:
            self._lines = lines_of(look.measure, text, words_of(query), width, size, SANS, most=4000)
            self._key = key
        return self._lines


def draw_reader(
    pen: Pen, look: Look, document: Document, chunk: Chunk, pages: Pages, query: str, x: float, y: float, width: float,
    out: bool,
) -> tuple[float, list[Part]]:  # fmt: skip
    """Draws the open chunk at (x, y); the y below it and its parts."""
    m, palette = look.metrics, look.palette
    text = document.text_of(chunk)
    # Blank lines at its end are part of it, and would only make the page look empty.
    lines = pages.lines(look, (text or "").rstrip(), query, width - 2 * INSET, m.body)
    paged = len(lines.lines) > PAGE + SPARE
    start = min(document.line, last_line(len(lines.lines)))
    shown = min(PAGE, len(lines.lines) - start) if paged else len(lines.lines)
    height = 34 + max(1, PAGE if paged else shown) * STEP + (30 if paged else 12)
    box = Rect(x, y, width, height)
    pen.area(box, radius=m.small_radius, fill=palette.paper, border=palette.line)
    pen.area(Rect(x + 0.5, y + 0.5, width - 1, 30), radius=m.small_radius, fill=palette.well)
    pen.hair(x + 1, y + 30, x + width - 1, y + 30, palette.line)
    parts = [Part("reader", box, "text", f"chunk {chunk.index + 1}", text or "", wheel="document.read",
                  argument=document.id, press="morph.choose")]  # fmt: skip
    parts += _bar(pen, look, document, chunk, x, y, width, out)
    top = y + 34
    if text is None:
        pen.text(x + INSET, top + 15, document.problem or "looking…", size=m.small, colour=palette.second)
    else:
        draw_lines(pen, look, lines, x + INSET, top, m.body, STEP, start=start, most=shown)
    if paged:
        said = f"lines {start + 1} to {start + shown} of {len(lines.lines)}"
        pen.text(x + INSET, box.bottom - 11, said, size=m.tiny, colour=palette.second)
        for place, (icon, step, tip, on) in enumerate(
            (("chevron_down", 1, "Further down  Page down", start + shown < len(lines.lines)),
             ("chevron_up", -1, "Back up  Page up", start > 0))
        ):  # fmt: skip
            if on:
                rect = Rect(box.right - 34 - place * 32, box.bottom - 29, 28, 26)
                parts.append(
                    icon_button(pen, look, rect, icon, name=f"read:{step}", press="document.read",
                                argument=(document.id, step), tip=tip, size=13)
                )  # fmt: skip
    return box.bottom, parts


def _bar(
    pen: Pen, look: Look, document: Document, chunk: Chunk, x: float, y: float, width: float, out: bool
) -> list[Part]:
    """The line above the text: which chunk it is and where it stands, and what can be done with it."""
    m, palette = look.metrics, look.palette
    assert document.contents is not None
    last = len(document.contents.chunks) - 1
    tip = "Show it on the desktop" if out else "Put it on the desktop, or drag its cell there"
    buttons: list[tuple[str, str, str, object, str]] = [
        ("cross", "close", "document.close", document.id, "Close it"),
        ("out", "take", "chunk.take", (document.id, chunk.index), tip),
    ]
    if chunk.index < last:
        buttons.append(("chevron", "next", "document.chunk", (document.id, chunk.index + 1), "The next chunk"))
    if chunk.index:
        buttons.append(("chevron_left", "before", "document.chunk", (document.id, chunk.index - 1), "The chunk before"))
    right = x + width - 2
    parts = []
    for icon, name, press, argument, tip in buttons:
        right -= 28
        rect = Rect(right, y + 1, 28, 28)
        parts.append(
            icon_button(pen, look, rect, icon, name=f"chunk.{name}", press=press, argument=argument, tip=tip, size=13)
        )
    said = f"chunk {chunk.index + 1}"
    pen.text(x + INSET, y + 20, said, size=m.small, colour=palette.ink)
    left = x + INSET + look.width(said, SANS, m.small) + 12
    place = " › ".join(chunk.section)
    span = f"characters {chunk.start:,} to {chunk.end:,}"
    text = f"{span} · {place}" if place else span
    text = elide(look.measure, text, SANS, m.tiny, right - left - 6)
    pen.text(left, y + 19.5, text, size=m.tiny, colour=palette.second)
    return parts


def last_line(lines: int) -> int:
    """The first line of the last page."""
    return lines - PAGE if lines > PAGE + SPARE else 0
