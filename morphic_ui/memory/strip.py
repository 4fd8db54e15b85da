"""A document's chunks as a strip of cells under the curve of their similarities, section by section.

Only a window of the strip is drawn, however long the document is; above it an overview shows the whole of a long one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..model.face import Look, Part
from ..model.geometry import Rect
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide
from ..model.theme import mix
from ..model.widgets import icon_button
from .contents import CELLS, SHORT_SECTION, Chunk, Contents, Line, window
from .library import Document

CELL, GAP = 21.0, 3.0
WIDTH = CELLS * (CELL + GAP) - GAP
BAND = 20.0  # height of the curve over a row of cells
BESIDE = WIDTH - SHORT_SECTION * (CELL + GAP) + GAP  # where cells stand beside their heading
TALLEST = 322.0  # of the part that is drawn
OVERVIEW = 34.0
MOST_MARKS = 60  # sections whose beginnings the overview marks
PRESSES = 40  # places of the overview that can be pressed
TIP = 70  # characters of a chunk in the tip


class Strip:
    """Draws a document's strip and collects its parts."""

    def __init__(
        self, pen: Pen, look: Look, document: Document, contents: Contents, lit: Mapping[int, float],
        out: frozenset[int], width: float = WIDTH,
    ) -> None:  # fmt: skip
        self.pen, self.look, self.document, self.contents = pen, look, document, contents
        self.lit, self.out, self.width = lit, out, width
        self.parts: list[Part] = []

    def draw(self, x: float, y: float, tallest: float = TALLEST) -> float:
        """Draws the window at (x, y); the y below it."""
        lines, whole = self.contents.lines, self.contents.height
        top, end = window(lines, self.document.top, tallest)
        area_top = y
        if len(self.contents.chunks) > CELLS or len(self.contents.groups) > 1:
            y = self._overview(x, y, lines[top].first, lines[end - 1].last)
        for line in lines[top:end]:
            if line.titled:
                self._heading(x, y if line.heading else y + BAND - 2, line)
            if not line.heading:
                self._row(x + (BESIDE if line.titled else 0.0), y, line)
            y += line.height
        area = Rect(x, area_top, self.width, y - area_top)
        ident = self.document.id
        self.parts.insert(0, Part("strip", area, "row", "chunks", wheel="document.scroll", argument=ident))
        if whole > tallest:
            y = self._paging(x, y, lines, top, end)
        return y

    def _heading(self, x: float, y: float, line: Line) -> None:
        """A section's heading with how many chunks it has; beside few of them it has less room."""
        look, m, palette, group = self.look, self.look.metrics, self.look.palette, line.group
        depth = max(0, len(group.section) - 1)
        left = x + min(depth, 4) * 12
        right = x + (self.width if line.heading else BESIDE - 14)
        count = f"{group.count:,}" if line.heading else ""
        text = group.section[-1] if group.section else "before the first heading"
        room = right - left - look.width(count, SANS, m.tiny) - 12
        ink = palette.ink if group.section else palette.second
        font = BOLD if group.section and depth == 0 else SANS
        self.pen.text(left, y + 17, elide(look.measure, text, font, m.small, room), size=m.small, colour=ink, font=font)
        self.pen.text(right, y + 17, count, size=m.tiny, colour=palette.second, align=1)

    def _row(self, x: float, y: float, line: Line) -> None:
        chunks = self.contents.chunks[line.first : line.last]
        self._curve(x, y, chunks)
        for place, chunk in enumerate(chunks):
            self._cell(Rect(x + place * (CELL + GAP), y + BAND, CELL, CELL), chunk)

    def _curve(self, x: float, y: float, chunks: Sequence[Chunk]) -> None:
        """How alike neighbours are, a point over each cut between two cells; a dip is a change of subject."""
        palette = self.look.palette
        base, high = y + BAND - 4, BAND - 7
        points = []
        for place, chunk in enumerate(chunks):
            if chunk.similarity is not None and (place or chunk.index):
                at = x + place * (CELL + GAP) - GAP / 2 if place else x
                points.append((at, base - high * self.contents.scaled(chunk.similarity)))
        self.pen.hair(x, base + 1, x + len(chunks) * (CELL + GAP) - GAP, base + 1, palette.line, alpha=0.7)
        if len(points) > 1:
            self.pen.path(points, colour=palette.accent, width=1.2, alpha=0.75)
        for at, height in points:
            # The deeper the dip, the longer the cut that hangs from it.
            self.pen.box(at - 0.5, height, 1, base - height + 5, fill=palette.accent, alpha=0.22)
            self.pen.circle(at, height, 1.7, fill=palette.accent)

    def _cell(self, rect: Rect, chunk: Chunk) -> None:
        palette = self.look.palette
        name = f"chunk:{chunk.index}"
        score = self.lit.get(chunk.id)
        shown = self.document.shown == chunk.index
        fill = palette.well
        border = palette.line
        if score is not None:
            fill = mix(palette.paper, palette.accent, 0.45 + 0.5 * score)
            border = palette.accent
        if chunk.id in self.out:
            # It lies on the desktop: its place here is kept open.
            self.pen.frame(
                rect.x + 1, rect.y + 1, rect.w - 2, rect.h - 2, colour=palette.second, width=1, dash=3, gap=2.5
            )
            fill = palette.paper if score is None else fill
        else:
            self.pen.area(rect, radius=4, fill=fill, border=border)
        if score is not None:
            self.pen.icon("tick", rect.centre.x - 6, rect.centre.y - 6, 12, colour=palette.on_accent, width=1.8)
        if shown:
            self.pen.area(rect.grown(1.5), radius=5, border=palette.accent, width=1.6)
        text = chunk.text
        said = " ".join(text[: 2 * TIP].split())
        # The open one needs no tip: its text stands below.
        tip = "" if shown else f"{chunk.index + 1}  {said[:TIP]}{'…' if len(said) > TIP else ''}"
        self.parts.append(
            Part(name, rect.grown(1.5), "button", f"chunk {chunk.index + 1}", text[:200], press="document.chunk",
                 argument=(self.document.id, chunk.index), lifts="chunk.lift", tip=tip)
        )  # fmt: skip

    def _overview(self, x: float, y: float, first: int, last: int) -> float:
        """The whole document on one line: its curve, what is lit, and which part the cells below show."""
        palette, count = self.look.palette, len(self.contents.chunks)
        box = Rect(x, y + 2, self.width, OVERVIEW - 10)
        self.pen.area(box, radius=4, fill=palette.well, border=palette.line)
        step = box.w / count
        left, right = box.x + first * step, box.x + last * step
        if last - first < count:
            view = Rect(left, box.y, max(6.0, right - left), box.h)
            self.pen.area(view, radius=4, fill=palette.paper, border=palette.accent)
        lows = self.contents.lows
        points = [
            (box.x + 3 + place * (box.w - 6) / max(1, len(lows) - 1), box.bottom - 3 - low * (box.h - 6))
            for place, low in enumerate(lows)
        ]
        for group in self.contents.groups[1:] if len(self.contents.groups) <= MOST_MARKS else ():
            self.pen.hair(
                box.x + group.first * step, box.y + 3, box.x + group.first * step, box.bottom - 3, palette.line
            )
        self.pen.path(points, colour=palette.accent, width=1.1, alpha=0.75)
        for chunk in self.lit:
            number = self.contents.numbers.get(chunk)
            if number is not None:
                at = box.x + (number + 0.5) * step
                self.pen.box(min(at, box.right - 3) - 1.5, box.y - 1, 3, box.h + 2, radius=1.5, fill=palette.accent)
        presses = min(PRESSES, count)
        for place in range(presses):
            number = place * count // presses
            rect = Rect(box.x + place * box.w / presses, box.y, box.w / presses, box.h)
            self.parts.append(
                Part(f"jump:{place}", rect, "button", f"from chunk {number + 1}", press="document.jump",
                     argument=(self.document.id, number), wheel="document.scroll", tip=f"From chunk {number + 1:,}")
            )  # fmt: skip
        return y + OVERVIEW

    def _paging(self, x: float, y: float, lines: Sequence[Line], top: int, end: int) -> float:
        look, m, palette = replace(self.look, hover="", focus=""), self.look.metrics, self.look.palette
        first, last = lines[top].first, lines[end - 1].last
        text = f"chunks {first + 1:,} to {last:,} of {len(self.contents.chunks):,}"
        self.pen.text(x, y + 18, text, size=m.tiny, colour=palette.second)
        right = x + self.width
        for place, (icon, name, tip, on) in enumerate(
            (("chevron_down", "on", "Further on", end < len(lines)), ("chevron_up", "back", "Back", top > 0))
        ):
            if on:
                rect = Rect(right - 28 - place * 32, y, 28, 28)
                argument = (self.document.id, end if name == "on" else -1)
                self.parts.append(
                    icon_button(self.pen, look, rect, icon, name=f"page:{name}", press="document.page",
                                argument=argument, tip=tip, size=14)
                )  # fmt: skip
        return y + 30


def draw_pointed(pen: Pen, look: Look, parts: Iterable[Part]) -> None:
    """Marks the part of a strip that the pointer or the keyboard is on."""
    if not look.hover and not look.focus:
        return
    palette = look.palette
    for part in parts:
        if part.name == look.focus and part.name != "strip":
            pen.area(part.rect, radius=5, border=palette.accent, width=1.5)
        elif part.name == look.hover and part.name.startswith(("chunk:", "page:")):
            pen.area(part.rect, radius=5, fill=palette.accent, alpha=0.12, border=palette.accent, border_alpha=0.7)
