"""The chunks' vectors in the image: float16 rows in segments, many rows to a blob.

A segment is never changed. New rows make a new one; where eight small ones stand together they become one, so that
10,000 documents of one chunk leave some ten segments and not 10,000 files. A row that is taken out is noted as removed
and goes when its segment is merged; until then it can be had back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from BTrees.LLBTree import LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent
from ZODB.blob import Blob

INLINE_ROWS = 64
"""Segments below this lie in the record itself: a file for one row of 768 bytes would be mostly directory."""
FAN = 8
"""So many segments of like size become one: a row is written log8(n) times."""
MAX_ROWS = 1 << 16

VECTOR_SLOTS = ("vectors", "vectors_removed", "vectors_missing")


class VectorSegment(Persistent):
    """Rows of vectors and whose they are; `rows` are little-endian float16 in a blob, or in the record if few."""

    def __init__(self, ids: np.ndarray, rows: np.ndarray) -> None:
        self.count, self.width = rows.shape
        self.ids = ids.astype("<i8").tobytes()
        packed = rows.astype("<f2").tobytes()
        self.rows: bytes | Blob = packed
        if self.count >= INLINE_ROWS:
            self.rows = Blob()
            with self.rows.open("w") as file:
                file.write(packed)

    def numbers(self) -> np.ndarray:
        """The ids of its rows, int64 (n,)."""
        return np.frombuffer(self.ids, "<i8")

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        """(ids as int64 (n,), rows as float16 (n, width))."""
        packed = self.rows
        if isinstance(packed, Blob):
            with packed.open("r") as file:
                packed = file.read()
        return self.numbers(), np.frombuffer(packed, "<f2").reshape(self.count, self.width)


def new_vectors() -> dict[str, Any]:
    """vectors: number -> segment; vectors_removed: ids whose rows no longer count; vectors_missing: ids that are to
    get one."""
    return {"vectors": LOBTree(), "vectors_removed": LLTreeSet(), "vectors_missing": LLTreeSet()}


@dataclass(frozen=True)
class VectorStore:
    """A catalogue's vectors, on one connection. `counters` gives numbers that no other segment ever had."""

    segments: LOBTree
    removed: LLTreeSet
    missing: LLTreeSet
    counters: OOBTree

    def add(self, ids: Sequence[int], vectors: np.ndarray) -> None:
        """Keep rows: float (n, width) of unit length, one for each id. An id has one row at most."""
        if not len(ids):
            return
        self._put(np.asarray(ids, np.int64), np.asarray(vectors))
        for number in ids:
            discard(self.missing, number)
        self._merge()

    def take_out(self, number: int) -> None:
        """The row of an id no longer counts."""
        if number in self.missing:
            self.missing.remove(number)
        else:
            self.removed.insert(number)

    def bring_back(self, number: int) -> None:
        """The row of an id counts again; one that is gone is noted as missing."""
        if number in self.removed:
            self.removed.remove(number)
        else:
            self.missing.insert(number)

    def await_rows(self, ids: Iterable[int]) -> None:
        """Note that ids are to get their rows later."""
        self.missing.update(ids)

    def rows(self, wanted: Sequence[int]) -> dict[int, np.ndarray]:
        """The rows of some ids, as float32; an id without one is not in it."""
        looked_for = np.asarray([number for number in wanted if number not in self.removed], np.int64)
        found: dict[int, np.ndarray] = {}
        for segment in self.segments.values():
            here = np.flatnonzero(np.isin(segment.numbers(), looked_for))
            if len(here):
                ids, rows = segment.read()
                found.update(zip(ids[here].tolist(), rows[here].astype(np.float32), strict=True))
        return found

    def _put(self, ids: np.ndarray, rows: np.ndarray) -> None:
        number = next_number(self.counters, "segment")
        self.segments[number] = VectorSegment(ids, rows)

    def _merge(self) -> None:
        while True:
            run = self._newest_alike()
            if len(run) < FAN:
                return
            read = [self.segments[number].read() for number in run]
            ids = np.concatenate([found[0] for found in read])
            rows = np.concatenate([found[1] for found in read])
            gone = [number for number in ids.tolist() if number in self.removed]
            for number in gone:
                self.removed.remove(number)
            for number in run:
                del self.segments[number]
            keep = ~np.isin(ids, np.asarray(gone, np.int64))
            if keep.any():
                self._put(ids[keep], rows[keep])

    def _newest_alike(self) -> list[int]:
        """The numbers of the newest segments, none of a larger size than the newest one, in order."""
        run: list[int] = []
        size, rows = 0, 0
        for number in reversed(self.segments.keys()):
            segment = self.segments[number]
            size = size or _size(segment.count)
            rows += segment.count
            if _size(segment.count) > size or rows > MAX_ROWS:
                break
            run.append(number)
        return run[::-1]


def _size(count: int) -> int:
    """1 for less than 8 rows, 2 for less than 64, and so on."""
    return (count.bit_length() - 1) // 3 + 1


def next_number(counters: OOBTree, name: str) -> int:
    """A number that this counter has not given yet, from 1; another transaction that takes one meets this one."""
    number: int = counters.get(name, 0) + 1
    counters[name] = number
    return number


def discard(numbers: LLTreeSet, number: int) -> None:
    if number in numbers:
        numbers.remove(number)


def store_of(slots: Mapping[str, Any]) -> VectorStore | None:
    """The vectors among a catalogue's slots; None for a catalogue of an image from before there were any."""
    found = [slots.get(name) for name in (*VECTOR_SLOTS, "counters")]
    return None if None in found else VectorStore(*found)
