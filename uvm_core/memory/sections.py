"""The outline of a text: sections under their headings, and in them blocks that are never cut inside.

One scanner over lines reads Markdown, reStructuredText and plain text alike; it asks for no format and knows no error:
what is nothing else is prose. Only what matters for cutting is read. Offsets are those of the text as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from .lines import ADORNMENT, FENCE, MARKER, Lines

Kind = Literal["heading", "prose", "list", "table", "code", "rule"]

MAX_TITLE = 200
"""Characters: a longer line is no heading, whatever stands under it."""

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$", re.DOTALL)
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_PIPES = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_GRID = re.compile(r"[ \t]*\+(?:[-=]+\+)+[ \t]*$")
_COLUMNS = re.compile(r"[ \t]*={2,}(?:[ \t]+={2,})+[ \t]*$")
_CODE_DIRECTIVE = re.compile(r"[ \t]*\.\.[ \t]+(?:code(?:-block)?|sourcecode|parsed-literal|math|highlight)::")
_SYMBOLS = re.compile(r"[][{}()<>=_;/\\|$#@*+&%~^`]")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a section: text[start:end], whole lines with the blank ones that follow.

    heading: its own lines; prose: a paragraph; list, table, code: the whole of it, fences included; rule: a line that
    parts. `parts` are the items of a list and the code blocks in it, joined the list: where it may be cut if it is too
    long to stay whole.
    """

    start: int
    end: int
    kind: Kind
    parts: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it until the next heading, or what stands before the first.

    text[start:end]; `path` is the headings from the outermost to its own, () before the first; `level` is 1 for the
    outermost, 0 before the first; its blocks joined are the section.
    """

    start: int
    end: int
    path: tuple[str, ...]
    level: int
    blocks: tuple[Block, ...]


def sections_of(text: str) -> list[Section]:
    """The sections of a Markdown, reStructuredText or plain text, in order; joined they are the text. "" has none."""
    if not text:
        return []
    scan = _Scan(text)
    scan.run()
    return _outline(text, scan.found)


@dataclass(frozen=True, slots=True)
class _Found:
    """A block as it is met: the line it begins at; of a heading its title and what it is marked with."""

    line: int
    start: int
    kind: Kind
    title: str = ""
    mark: str = ""
    parts: tuple[tuple[int, Kind], ...] = ()


class _Scan:
    """Goes down the lines once; each `_…` reader takes what begins at the line and answers the line after it, or 0."""

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.found: list[_Found] = []

    def run(self) -> None:
        lines, at = self.lines, 0
        readers = (
            self._fence,
            self._literal,
            self._overlined,
            self._atx,
            self._table,
            self._underlined,
            self._rule,
            self._list,
            self._indented,
            self._paragraph,
        )
        at = self._front_matter()
        while at < len(lines):
            if lines.blank(at):
                at += 1
                continue
            # The last reader takes any line that is not blank.
            at = next(after for reader in readers if (after := reader(at)))

    def _add(self, line: int, kind: Kind, title: str = "", mark: str = "") -> None:
        self.found.append(_Found(line, self.lines.start(line), kind, title.strip(), mark))

    def _front_matter(self) -> int:
        lines = self.lines
        if len(lines) < 3 or lines.text(0).rstrip() != "---" or lines.blank(1):
            return 0
        for at in range(1, min(len(lines), 200)):
            if lines.text(at).rstrip() in ("---", "..."):
                self._add(0, "code")
                return at + 1
        return 0

    def _fence(self, at: int) -> int:
        after = self.lines.fence_end(at)
        if after:
            self._add(at, "code")
        return after

    def _atx(self, at: int) -> int:
        match = _ATX.match(self.lines.text(at))
        if match is None or not 0 < len(match[2] or "") <= MAX_TITLE:
            return 0
        mark = match[1]
        if self._comment(at, mark):
            return 0
        self._add(at, "heading", match[2], mark)
        return at + 1

    def _comment(self, at: int, mark: str) -> bool:
        """Whether the line is one of three or more that begin alike: a comment's lines, not headings."""
        same = [
            0 <= line < len(self.lines) and self.lines.text(line).lstrip(" ").startswith(mark + " ")
            for line in range(at - 2, at + 3)
        ]
        return any(all(same[first : first + 3]) for first in range(3))

    def _table(self, at: int) -> int:
        lines = self.lines
        line = lines.text(at)
        if "|" in line and at + 1 < len(lines) and "|" in lines.text(at + 1) and _PIPES.match(lines.text(at + 1)):
            after = at + 2
            while after < len(lines) and "|" in lines.text(after):
                after += 1
        elif _GRID.match(line):
            after = at + 1
            while after < len(lines) and lines.text(after).lstrip().startswith(("|", "+")):
                after += 1
        elif _COLUMNS.match(line):
            after = self._columns_end(at)
        else:
            return 0
        if after:
            self._add(at, "table")
        return after

    def _columns_end(self, at: int) -> int:
        """A table between lines of `===  ===` ends with the second or third of them that a blank line follows."""
        lines = self.lines
        for after in range(at + 1, min(len(lines), at + 2000)):
            if _COLUMNS.match(lines.text(after)) and (after + 1 == len(lines) or lines.blank(after + 1)):
                return after + 1
        return 0

    def _overlined(self, at: int) -> int:
        lines = self.lines
        over = ADORNMENT.match(lines.text(at))
        if over is None or at + 2 >= len(lines) or lines.blank(at + 1) or ADORNMENT.match(lines.text(at + 1)):
            return 0
        title = lines.text(at + 1).strip()
        if lines.text(at + 2).rstrip() != lines.text(at).rstrip() or not 0 < len(title) <= MAX_TITLE:
            return 0
        self._add(at, "heading", title, "over " + over[1])
        return at + 3

    def _underlined(self, at: int) -> int:
        lines = self.lines
        if at + 1 >= len(lines) or lines.follows_text(at) or lines.indent(at) > 3 or MARKER.match(lines.text(at)):
            return 0
        under = ADORNMENT.match(lines.text(at + 1))
        title = lines.text(at).strip()
        if under is None or len(title) > MAX_TITLE or ADORNMENT.match(lines.text(at)):
            return 0
        # Markdown asks for no length and knows two marks; reStructuredText wants the others as long as the title.
        if under[1] not in "=-" and len(lines.text(at + 1).rstrip()) < len(title):
            return 0
        self._add(at, "heading", title, "under " + under[1])
        return at + 2

    def _rule(self, at: int) -> int:
        line = self.lines.text(at).rstrip()
        if not (_RULE.match(line) or ADORNMENT.match(line)):
            return 0
        self._add(at, "rule")
        return at + 1

    def _list(self, at: int) -> int:
        if not MARKER.match(self.lines.text(at)):
            return 0
        after, parts = self.lines.list_end(at)
        pieces: list[tuple[int, Kind]] = [(self.lines.start(line), "code" if code else "list") for line, code in parts]
        self.found.append(_Found(at, self.lines.start(at), "list", parts=tuple(pieces)))
        return after

    def _literal(self, at: int) -> int:
        """What a directive or a paragraph's closing `::` announces as code, and interpreter sessions."""
        lines = self.lines
        line = lines.text(at)
        if _CODE_DIRECTIVE.match(line):
            after = lines.deeper_end(at + 1, lines.indent(at))
        elif line.lstrip().startswith(">>> "):
            after = at + 1
            while after < len(lines) and not lines.blank(after):
                after += 1
        else:
            previous = lines.text_before(at)
            if previous is None or not lines.text(previous).rstrip().endswith("::"):
                return 0
            if lines.indent(at) <= lines.indent(previous):
                return 0
            after = lines.deeper_end(at, lines.indent(previous))
        self._add(at, "code")
        return after

    def _indented(self, at: int) -> int:
        lines = self.lines
        if lines.indent(at) < 4 or lines.follows_text(at):
            return 0
        sample = range(at, min(at + 40, len(lines)))
        deep = takewhile(lambda line: lines.blank(line) or lines.indent(line) > 3, sample)
        if reads_as_prose("\n".join(lines.text(line) for line in deep)):
            # Plain texts indent their paragraphs; they are cut like others.
            return 0
        self._add(at, "code")
        return lines.deeper_end(at, 3)

    def _paragraph(self, at: int) -> int:
        lines = self.lines
        after = at + 1
        while after < len(lines) and not lines.blank(after) and not self._interrupts(after):
            after += 1
        self._add(at, "prose")
        return after

    def _interrupts(self, at: int) -> bool:
        """Whether a line without a blank one before it begins something else than more of the paragraph."""
        line = self.lines.text(at)
        marker = MARKER.match(line)
        if marker is not None and self.lines.indent(at) < 4:
            # A number that opens a line of a paragraph is a list's only if it is the first (CommonMark 5.2).
            return not marker[1][0].isdigit() or marker[1][:-1] == "1"
        if FENCE.match(line) is not None:
            return True
        heading = _ATX.match(line)
        return heading is not None and not self._comment(at, heading[1])


def reads_as_prose(text: str) -> bool:
    """Whether an indented block is words rather than code: at least eight, and hardly a sign that code is made of."""
    words = text.split()
    return len(words) >= 8 and len(_SYMBOLS.findall(text)) <= 0.02 * len(text)


def _outline(text: str, found: list[_Found]) -> list[Section]:
    if not found:
        return [Section(0, len(text), (), 0, (Block(0, len(text), "prose"),))]
    # What is blank before the first block belongs to it.
    starts = [0, *(one.start for one in found[1:]), len(text)]
    levels = _levels(found)
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    blocks: list[Block] = []

    def close() -> None:
        if blocks:
            titles = tuple(title for _, title in path)
            sections.append(Section(blocks[0].start, blocks[-1].end, titles, len(path), tuple(blocks)))
            blocks.clear()

    for place, one in enumerate(found):
        if one.kind == "heading":
            close()
            level = levels[one.mark]
            while path and path[-1][0] >= level:
                path.pop()
            path.append((level, one.title))
        start, end = starts[place], starts[place + 1]
        blocks.append(Block(start, end, one.kind, _parts(one, start, end)))
    close()
    return sections


def _parts(found: _Found, start: int, end: int) -> tuple[Block, ...]:
    ends = [*(place for place, _ in found.parts[1:]), end]
    return tuple(
        Block(start if index == 0 else place, ends[index], kind) for index, (place, kind) in enumerate(found.parts)
    )


def _levels(found: list[_Found]) -> dict[str, int]:
    """How deep each kind of heading lies: by its number signs, else by the order in which the marks are first met."""
    marks = list(dict.fromkeys(one.mark for one in found if one.kind == "heading"))
    if any(mark.startswith("#") for mark in marks):
        underlines = {"=": 1, "-": 2}
        return {mark: len(mark) if mark.startswith("#") else underlines.get(mark[-1], 3) for mark in marks}
    return {mark: level for level, mark in enumerate(marks, 1)}
