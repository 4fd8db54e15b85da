"""A text on its way into the catalogue: cut into pieces, with a vector for each where something can embed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .sections import sections_of
from .segmentation import Encoder, plan_chunks

MAX_PIECE = 1200
"""Characters of a piece where no embeddings say where one subject ends."""

_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """text[start:end] of a document, the headings it stands under, and its sentences as spans of the piece."""

    start: int
    end: int
    section: tuple[str, ...]
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A document's pieces, which joined are its text; vectors: float32 (pieces, width), or None."""

    pieces: tuple[Piece, ...]
    vectors: np.ndarray | None


def cut_text(
    text: str,
    encoder: Encoder | None,
    *,
    cancel: threading.Event | None = None,
    on_progress: Progress | None = None,
) -> Cut:
    """Cut a text by its subjects, or by sections and paragraphs alone where there is no encoder.

    Errors: EmbeddingCancelled.
    """
    if encoder is None or not text:
        return Cut(tuple(_plain_pieces(text)), None)
    plan = plan_chunks(text, encoder, cancel=cancel, on_progress=on_progress)
    pieces = tuple(
        Piece(
            chunk.start,
            chunk.end,
            chunk.section,
            tuple((start - chunk.start, end - chunk.start) for start, end in chunk.sentences),
        )
        for chunk in plan.chunks
    )
    return Cut(pieces, plan.vectors)


def _plain_pieces(text: str) -> list[Piece]:
    return [
        Piece(section.start + start, section.start + end, section.path, ((0, end - start),))
        for section in sections_of(text)
        for start, end in paragraphs(text[section.start : section.end])
    ]


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The spans of a text's paragraphs; joined they are the text, and none is longer than 1,200 characters."""
    cuts = [0, *(match.end() for match in _PARAGRAPH.finditer(text)), len(text)]
    spans: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        spans.extend((place, min(place + MAX_PIECE, end)) for place in range(start, end, MAX_PIECE))
    return spans
