"""Measuring, shortening and wrapping text with a measurer that is handed in.

The model never asks a font library: the window hands in one that measures with the real fonts, tests one with
fixed widths.
"""

from __future__ import annotations

from typing import Protocol

SANS, BOLD, MONO = "sans", "bold", "mono"
ELLIPSIS = "…"


class Measurer(Protocol):
    """How wide a run of text is, in dp at zoom 1."""

    def width(self, text: str, font: str, size: float) -> float: ...


class FixedMeasurer:
    """Every character has the same width: for tests and for machines without fonts."""

    def __init__(self, share: float = 0.52) -> None:
        self.share = share

    def width(self, text: str, font: str, size: float) -> float:
        return len(text) * size * (0.6 if font == MONO else self.share)


def elide(measure: Measurer, text: str, font: str, size: float, width: float) -> str:
    """`text` on one line, shortened with an ellipsis so that it is at most `width` wide."""
    text = " ".join(text[:400].split()) if "\n" in text or "\t" in text else text[:400]
    if measure.width(text, font, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure.width(text[:middle].rstrip() + ELLIPSIS, font, size) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS if low or measure.width(ELLIPSIS, font, size) <= width else ""


def wrap(measure: Measurer, text: str, font: str, size: float, width: float, most: int = 200) -> list[str]:
    """`text` broken into at most `most` lines no wider than `width`; a long word is broken anywhere."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if len(lines) >= most:
            break
        lines.extend(_wrap_paragraph(measure, paragraph, font, size, width, most - len(lines)))
    return lines[:most]


def _wrap_paragraph(measure: Measurer, text: str, font: str, size: float, width: float, most: int) -> list[str]:
    if measure.width(text, font, size) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure.width(longer, font, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while measure.width(word, font, size) > width and len(word) > 1 and len(lines) < most:
            cut = _fitting(measure, word, font, size, width)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
        if len(lines) >= most:
            return lines
    return [*lines, line]


def _fitting(measure: Measurer, word: str, font: str, size: float, width: float) -> int:
    """How many characters of `word` fit, at least one."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if measure.width(word[:middle], font, size) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def tail(text: str, characters: int) -> str:
    """The end of a long text, so that drawing it costs the same however much has streamed in."""
    return text if len(text) <= characters else text[-characters:]
