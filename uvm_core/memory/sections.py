"""The outline of a text: sections under their headings, and in them blocks that are never cut inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "prose", "list", "table", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a section: text[start:end], whole lines with the blank ones that follow.

    heading: the heading's own lines; prose: one paragraph; list: one item; table, code: a whole one, fences included.
    """

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it until the next heading, or what stands before the first.

    text[start:end]; `path` is the headings from the outermost to its own, () before the first; its blocks joined are
    the section.
    """

    start: int
    end: int
    path: tuple[str, ...]
    blocks: tuple[Block, ...]


def sections_of(text: str) -> list[Section]:
    """The sections of a Markdown, reStructuredText or plain text, in order; joined they are the text. "" has none."""
    if not text:
        return []
    return [Section(0, len(text), (), (Block(0, len(text), "prose"),))]
