"""Texts cut into chunks of one subject each, by the embeddings of their sentences."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .embedding import packaged_embedder
from .sections import sections_of
from .sentences import sentence_spans

METHODS = ("dp", "adjacent_percentile")


class Encoder(Protocol):
    """What makes vectors of sentences: `embedding.Embedder`, or in tests something cheap."""

    def encode(
        self,
        texts: Sequence[str],
        *,
        cancel: threading.Event | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> np.ndarray:
        """float32 (n, dimensions), rows of length one."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document: text[start:end], never empty.

    `section` is the path of headings it stands under; `sentences` are the spans in the document that joined are the
    chunk; `first` is the row of the first of them in the plan's sentence vectors, the others follow it.
    """

    start: int
    end: int
    section: tuple[str, ...]
    sentences: tuple[tuple[int, int], ...]
    first: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A document's chunks, in order; joined they are its text.

    `vectors`: float32 (chunks, dimensions), rows of length one, for the search; `sentence_vectors`: the same of all
    sentences of the document, each of which was embedded once.
    """

    chunks: tuple[Chunk, ...]
    vectors: np.ndarray
    sentence_vectors: np.ndarray


def plan_chunks(
    text: str,
    embedder: Encoder | None = None,
    *,
    method: str = "dp",
    percentile: float = 25,
    cancel: threading.Event | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Everything the catalogue keeps of a text: its chunks with their sections, sentences and vectors.

    `on_progress(done, of)` counts sentences embedded.
    Errors: ValueError for an unknown method or a percentile outside 0 to 100, EmbedderUnavailable, EmbeddingCancelled.
    """
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r} to cut a text; there are {', '.join(METHODS)}.")
    if not 0 <= percentile <= 100:
        raise ValueError(f"A percentile lies between 0 and 100: {percentile} does not.")
    if not text:
        return Plan((), np.empty((0, 0), np.float32), np.empty((0, 0), np.float32))
    section = sections_of(text)[0]
    spans = sentence_spans(text)
    vectors = (embedder or packaged_embedder()).encode(
        [text[start:end].strip() for start, end in spans], cancel=cancel, on_progress=on_progress
    )
    groups = [spans[place : place + 8] for place in range(0, len(spans), 8)]
    chunks = tuple(
        Chunk(group[0][0], group[-1][1], section.path, tuple(group), 8 * row) for row, group in enumerate(groups)
    )
    return Plan(chunks, np.stack([_mean(vectors[c.first : c.first + len(c.sentences)]) for c in chunks]), vectors)


def _mean(vectors: np.ndarray) -> np.ndarray:
    mean = vectors.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)
