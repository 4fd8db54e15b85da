"""Where a sequence of vectors is cut: by exact minimum-cost segmentation, or where neighbours are least alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

INSIDE, AT_BREAK = 1.8, 1.7
"""What a cut costs inside a paragraph and between two.

Chosen on one half of the sources of tests/benchmarks/passages.py for the least of the worst: passages of 3 to 5, of 3
to 15 and of 12 to 30 sentences have a WindowDiff of .18, .13 and .17; with 1.6 and 1.4 they have .11, .15 and .30.
On the other half: .13, .14 and .23 against .09, .18 and .35.
"""
STEADY = 8
"""Sentences of no subject that are counted into a document's mean: the mean of two or three is their subject itself."""
MAX_SENTENCES = 60


@dataclass(frozen=True, slots=True)
class Atom:
    """Neighbouring rows that stay together: rows[first:last], `size` characters; `cost` is that of a cut before it."""

    first: int
    last: int
    size: int
    cost: float


def topical(vectors: np.ndarray) -> np.ndarray:
    """What is particular to each sentence of a document: the mean is taken off, the rest has length one; float64."""
    rows = vectors.astype(np.float64)
    particular = rows - rows.sum(axis=0) / (len(rows) + STEADY)
    return np.asarray(particular / np.maximum(np.linalg.norm(particular, axis=1, keepdims=True), 1e-9))


def cheapest_cuts(rows: np.ndarray, atoms: Sequence[Atom], max_size: int) -> list[int]:
    """The atoms before which to cut so that the whole costs least; the first one is never among them.

    A segment of L rows y costs L - |sum y|^2 / L, the sum of their squared distances from their mean, and each cut its
    atom's cost. A segment has at most MAX_SENTENCES rows and `max_size` characters, or is one atom. The first of equal
    solutions is taken. Time is O(MAX_SENTENCES n).
    """
    count = len(atoms)
    ends = np.array([atom.last - atoms[0].first for atom in atoms])
    places = np.concatenate([[0], ends])
    sums = np.zeros((len(rows) + 1, rows.shape[1]))
    np.cumsum(rows, axis=0, out=sums[1:])
    sums = sums[places]
    sizes = np.concatenate([[0], np.cumsum([atom.size for atom in atoms])])
    costs = np.array([0.0, *(atom.cost for atom in atoms[1:])])
    best = np.zeros(count + 1)
    came_from = np.zeros(count + 1, dtype=np.int64)
    for end in range(1, count + 1):
        low = int(np.searchsorted(places, places[end] - MAX_SENTENCES))
        low = max(low, int(np.searchsorted(sizes, sizes[end] - max_size)))
        low = min(low, end - 1)
        lengths = places[end] - places[low:end]
        spread = np.square(sums[end] - sums[low:end]).sum(axis=1)
        total = best[low:end] + costs[low:end] + lengths - spread / lengths
        chosen = int(np.argmin(total))
        best[end] = total[chosen]
        came_from[end] = low + chosen
    cuts: list[int] = []
    place = int(came_from[count])
    while place > 0:
        cuts.append(place)
        place = int(came_from[place])
    return cuts[::-1]


def unlike_neighbours(vectors: np.ndarray, percentile: float) -> set[int]:
    """The rows that are less like the one before than the given percentile of all neighbours are; adjacent pairs only.

    This is the segmentation of the original text, with its percentiles 5 and 25.
    """
    if len(vectors) < 2:
        return set()
    likeness = np.einsum("ij,ij->i", vectors[1:], vectors[:-1])
    return {int(row) + 1 for row in np.flatnonzero(likeness < np.percentile(likeness, percentile))}
