"""Passages as lines of text with the words that were looked for marked in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..model.face import Look
from ..model.pen import Pen
from ..model.text import SANS, Measurer, wrap
from ..model.theme import mix

WORD = re.compile(r"\w+", re.UNICODE)
SHORTEST_STEM = 5  # letters that two words must share at their beginning to count as forms of one
BEFORE = 60  # characters of an excerpt before its first marked word
TAB = "    "

Span = tuple[int, int]


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query that are worth marking, in small letters."""
    found = [word.casefold() for word in WORD.findall(query)]
    # Articles and prepositions stand everywhere; a query of nothing else is marked as it is.
    telling = [word for word in found if len(word) > 3] or [word for word in found if len(word) > 2]
    return tuple(dict.fromkeys(telling or found))


def marked(text: str, words: Sequence[str]) -> list[Span]:
    """Where words of the query stand in a text, also in other forms."""
    if not words:
        return []
    return [match.span() for match in WORD.finditer(text) if any(same(match[0].casefold(), word) for word in words)]


def same(word: str, wanted: str) -> bool:
    """The same word, or another form of it: spring and springs, but not in and inside."""
    if word == wanted:
        return True
    short, long = sorted((word, wanted), key=len)
    stem = short[:-1] if short[-1] in "ey" else short  # invoice and invoicing, query and queries
    return len(short) >= SHORTEST_STEM and len(long) - len(short) <= 3 and long.startswith(stem)


def excerpt(text: str, words: Sequence[str], most: int) -> str:
    """At most `most` characters of a text on one line, round the first marked word."""
    flat = " ".join(text.split())
    spans = marked(flat, words)
    start = max(0, spans[0][0] - BEFORE) if spans and len(flat) > most else 0
    if start:
        space = flat.find(" ", start)
        start = space + 1 if 0 <= space < spans[0][0] else start
    end = min(len(flat), start + most)
    if end < len(flat):
        space = flat.rfind(" ", start, end)
        end = space if space > start else end
    return ("…" if start else "") + flat[start:end].strip() + ("…" if end < len(flat) else "")


@dataclass(frozen=True, slots=True)
class Lines:
    """A text broken into lines at one width, with the spans of each that are marked."""

    lines: tuple[str, ...]
    marks: tuple[tuple[Span, ...], ...]


def lines_of(
    measure: Measurer, text: str, words: Sequence[str], width: float, size: float, font: str = SANS, most: int = 200
) -> Lines:
    lines = tuple(wrap(measure, text.replace("\t", TAB).replace("\r", ""), font, size, width, most=most))
    return Lines(lines, tuple(tuple(marked(line, words)) for line in lines))


def draw_lines(
    pen: Pen, look: Look, lines: Lines, x: float, y: float, size: float, step: float, *, ink: int | None = None,
    font: str = SANS, start: int = 0, most: int | None = None,
) -> float:  # fmt: skip
    """Draws lines downwards from `y`, their marked words on a quiet ground of the accent."""
    palette = look.palette
    ground = mix(palette.paper, palette.accent, 0.26)
    end = len(lines.lines) if most is None else min(len(lines.lines), start + most)
    for number in range(start, end):
        line = lines.lines[number]
        for first, last in lines.marks[number]:
            left = x + look.width(line[:first], font, size)
            right = x + look.width(line[:last], font, size)
            pen.box(left - 1.5, y + step - 5 - size, right - left + 3, size + 4.5, radius=3, fill=ground)
        pen.text(x, y + step - 5, line, size=size, colour=palette.ink if ink is None else ink, font=font)
        y += step
    return y
