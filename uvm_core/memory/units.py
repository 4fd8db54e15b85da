"""A text as the smallest pieces that chunks are made of, and what stands between each two of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from .sections import Block, Section, sections_of
from .sentences import MAX_SENTENCE, language_of, sentence_spans, shorter

MAX_CHUNK = 6000
"""Characters of a chunk of prose; a list that is longer may be cut between its items."""
MAX_WHOLE = 24_000
"""Characters up to which code, a table and a heading with what it heads stay whole."""


class Gate(IntEnum):
    """What a cut before a unit means: at a sentence's end, at a paragraph's, always, or never."""

    SENTENCE = 0
    PARAGRAPH = 1
    OPEN = 2
    CLOSED = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """text[start:end]: a sentence, a heading, or some lines of code or of a table.

    `gate` is what a cut before it means; `section` is the path of the headings it stands under.
    """

    start: int
    end: int
    gate: Gate
    section: tuple[str, ...]
    heading: bool = False


def units_of(text: str) -> list[Unit]:
    """The units of a text, in order; joined they are the text.

    Errors: EmbedderUnavailable without the packages that find sentences.
    """
    language = language_of(text)
    found: list[Unit] = []
    before: tuple[Block, Section] | None = None
    for section in sections_of(text):
        for block in section.blocks:
            first = _gate(text, before, block, section)
            for place, (start, end, inner) in enumerate(_pieces(text, block, language)):
                gate = inner if place else first
                found.append(Unit(start, end, gate, section.path, block.kind == "heading"))
            before = block, section
    return found


def _gate(text: str, before: tuple[Block, Section] | None, block: Block, section: Section) -> Gate:
    """What a cut before a block means.

    Headings, code and lines that part are boundaries always. Lists and tables are only kept whole: to cut at each of
    their ends too made three chunks of most sections of real documents (Pk against the sections .22, so it is .14).
    """
    if before is None:
        return Gate.OPEN
    last, above = before
    if last.kind == "heading":
        # A heading stays with what it heads, be it a heading deeper down.
        return Gate.OPEN if block.kind == "heading" and section.level <= above.level else Gate.CLOSED
    if block.kind == "rule":
        return Gate.CLOSED
    if block.kind in ("code", "list", "table") and last.kind == "prose" and _announces(text, last):
        return Gate.CLOSED
    if block.kind in ("heading", "code") or last.kind in ("code", "rule"):
        return Gate.OPEN
    return Gate.PARAGRAPH


def _announces(text: str, block: Block) -> bool:
    """Whether a paragraph ends with a colon: alone it would say nothing."""
    return text[max(block.start, block.end - 200) : block.end].rstrip().endswith((":", "："))


def _pieces(text: str, block: Block, language: str) -> list[tuple[int, int, Gate]]:
    """A block's units with what a cut before each but the first of them means."""
    if block.kind == "prose":
        return [(a, b, Gate.SENTENCE) for a, b in sentence_spans(text, block.start, block.end, language=language)]
    if block.kind in ("heading", "rule"):
        return [(a, b, Gate.CLOSED) for a, b in shorter(text, block.start, block.end)]
    if block.kind != "list":
        return [(a, b, Gate.CLOSED) for a, b in _line_groups(text, block.start, block.end)]
    between = Gate.PARAGRAPH if block.end - block.start > MAX_CHUNK else Gate.CLOSED
    pieces: list[tuple[int, int, Gate]] = []
    for part in block.parts:
        if part.kind == "code":
            spans = _line_groups(text, part.start, part.end)
        else:
            spans = sentence_spans(text, part.start, part.end, language=language)
        pieces.extend((a, b, Gate.CLOSED if place else between) for place, (a, b) in enumerate(spans))
    return pieces


def _line_groups(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Whole lines together up to MAX_SENTENCE, longer lines cut."""
    groups: list[tuple[int, int]] = []
    while start < end:
        stop = min(start + MAX_SENTENCE, end)
        if stop < end:
            line = text.rfind("\n", start, stop) + 1
            stop = line if line > start else next(iter(shorter(text, start, end)))[1]
        groups.append((start, stop))
        start = stop
    return groups
