"""A document's chunks in order, grouped by section, and laid out as the lines of a strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

CELLS = 18  # chunks side by side in one line of the strip
SHORT_SECTION = 6  # chunks that stand beside their heading; more stand below it
HEAD, ROW = 25.0, 44.0  # heights of its lines: a heading, a row of cells with the curve over it
LEAST_RANGE = 0.1  # of similarities that is drawn over the whole height
SHORT = 4  # chunks in a stretch of the overview of which the lowest counts
POINTS = 160  # of the curve that shows a whole document


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of a document: characters `start` to `end` of its text, and how like it is to the one before."""

    id: int
    index: int
    section: tuple[str, ...]
    start: int
    end: int
    text: str  # whole, or its beginning alone
    similarity: float | None
    cut: bool = False  # its text was not brought along whole: to be asked for


@dataclass(frozen=True, slots=True)
class Group:
    """Consecutive chunks of one section: the first one's number and how many."""

    section: tuple[str, ...]
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the strip: a section's heading, its chunks `first` to `last`, or both beside each other."""

    group: Group
    first: int
    last: int
    titled: bool = False  # the heading stands in this line

    @property
    def heading(self) -> bool:
        """A heading alone."""
        return self.first == self.last

    @property
    def height(self) -> float:
        return HEAD if self.heading else ROW


@dataclass(frozen=True, eq=False)
class Contents:
    """A document's chunks; what is made of them is made once."""

    chunks: tuple[Chunk, ...]
    more: int = 0  # chunks that are not listed yet

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        groups: list[Group] = []
        for number, chunk in enumerate(self.chunks):
            if groups and groups[-1].section == chunk.section:
                last = groups[-1]
                groups[-1] = Group(last.section, last.first, last.count + 1)
            else:
                groups.append(Group(chunk.section, number, 1))
        return tuple(groups)

    @cached_property
    def numbers(self) -> dict[int, int]:
        """Chunk object -> its number here."""
        return {chunk.id: number for number, chunk in enumerate(self.chunks)}

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The strip's lines; a document without sections has no headings."""
        lines: list[Line] = []
        for group in self.groups:
            titled, end = bool(group.section) or len(self.groups) > 1, group.first + group.count
            if titled and group.count <= SHORT_SECTION:
                lines.append(Line(group, group.first, end, True))
                continue
            if titled:
                lines.append(Line(group, group.first, group.first, True))
            lines.extend(Line(group, first, min(end, first + CELLS)) for first in range(group.first, end, CELLS))
        return tuple(lines)

    @cached_property
    def height(self) -> float:
        return sum(line.height for line in self.lines)

    @cached_property
    def range(self) -> tuple[float, float]:
        """The least and the largest similarity here: the curve uses its whole height for what there is."""
        values = [chunk.similarity for chunk in self.chunks if chunk.similarity is not None]
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        return (low, high) if high - low >= LEAST_RANGE else (low - LEAST_RANGE / 2, low + LEAST_RANGE / 2)

    def scaled(self, similarity: float) -> float:
        """A similarity as a share of the curve's height."""
        low, high = self.range
        return min(1.0, max(0.0, (similarity - low) / (high - low)))

    @cached_property
    def lows(self) -> tuple[float, ...]:
        """The curve in few points: each the lowest of its stretch while that is short, so that no cut is smoothed away,
        and the mean of a long one, which always has some cut.
        """
        values = [self.scaled(chunk.similarity) if chunk.similarity is not None else 1.0 for chunk in self.chunks]
        count = min(POINTS, len(values))
        cuts = [place * len(values) // count for place in range(count + 1)]
        stretches = [values[start:end] for start, end in pairwise(cuts)]
        return tuple(min(one) if len(one) <= SHORT else sum(one) / len(one) for one in stretches)


def window(lines: Sequence[Line], top: int, tallest: float) -> tuple[int, int]:
    """The lines from `top` on that fit into a height, and as many before it as there is room for at the end."""
    if not lines:
        return 0, 0
    top = max(0, min(top, len(lines) - 1))
    end, height = top, 0.0
    while end < len(lines) and height + lines[end].height <= tallest:
        height += lines[end].height
        end += 1
    while end == len(lines) and top > 0 and height + lines[top - 1].height <= tallest:
        top -= 1
        height += lines[top].height
    # A heading alone at the end would promise cells that are not seen.
    return top, end - 1 if end - 1 > top and lines[end - 1].heading else end


def bring(lines: Sequence[Line], top: int, chunk: int, tallest: float) -> int:
    """Where the window must begin so that a chunk's cell is seen."""
    first, end = window(lines, top, tallest)
    if any(line.first <= chunk < line.last for line in lines[first:end]):
        return first
    at = next((number for number, line in enumerate(lines) if line.first <= chunk < line.last), 0)
    return max(0, at - 2)
