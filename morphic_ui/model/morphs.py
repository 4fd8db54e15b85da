"""The table of morphs: rows of numpy arrays, found and culled by masks.

A row number is stable while its morph lives and is used again afterwards. Positions are world units (dp).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .geometry import Rect

Rows = NDArray[np.intp]
OBJECT, TRACK, PROPOSAL, GHOST, CARD = range(5)


class MorphTable:
    """Centre, half size, stacking order, kind, block colour and flags of every morph."""

    def __init__(self, capacity: int = 256) -> None:
        self.count = 0
        self._free: list[int] = []
        self._top = 0
        self._allocate(max(16, capacity))

    def _allocate(self, capacity: int) -> None:
        self.x = np.zeros(capacity, np.float64)
        self.y = np.zeros(capacity, np.float64)
        self.hw = np.zeros(capacity, np.float64)
        self.hh = np.zeros(capacity, np.float64)
        self.z = np.zeros(capacity, np.int64)
        self.ident = np.zeros(capacity, np.int64)
        self.kind = np.zeros(capacity, np.uint8)
        self.colour = np.zeros(capacity, np.uint32)
        self.shown = np.zeros(capacity, bool)

    @property
    def capacity(self) -> int:
        return len(self.x)

    @property
    def used(self) -> int:
        """Rows beyond this one were never used; masks need not look at them."""
        return self.count + len(self._free)

    def _grow(self, capacity: int) -> None:
        for name in ("x", "y", "hw", "hh", "z", "ident", "kind", "colour", "shown"):
            old = getattr(self, name)
            new = np.zeros(capacity, old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)

    def add(self, ident: int, area: Rect, kind: int, colour: int = 0, z: int | None = None) -> int:
        """Adds a shown morph on top of the others, or at `z`, and answers its row."""
        if self._free:
            row = self._free.pop()
        else:
            row = self.count
            if row == self.capacity:
                self._grow(2 * self.capacity)
        self.count += 1
        self.ident[row], self.kind[row], self.colour[row], self.shown[row] = ident, kind, colour, True
        self.put(row, area)
        if z is None:
            self._top += 1
            z = self._top
        self.z[row] = z
        self._top = max(self._top, z)
        return row

    def add_many(
        self, idents: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64],
        w: float, h: float, kind: int, colour: int
    ) -> Rows:  # fmt: skip
        """Adds equal morphs at these centres in one go; they stack in the order given."""
        wanted = len(idents)
        start = self.used
        while start + wanted > self.capacity:
            self._grow(2 * self.capacity)
        rows = np.arange(start, start + wanted)
        self.ident[rows], self.x[rows], self.y[rows] = idents, x, y
        self.hw[rows], self.hh[rows], self.kind[rows], self.colour[rows] = w / 2, h / 2, kind, colour
        self.z[rows] = np.arange(self._top + 1, self._top + 1 + wanted)
        self.shown[rows] = True
        self._top += wanted
        self.count += wanted
        return rows

    def remove(self, row: int) -> None:
        if not self.ident[row] and not self.shown[row]:
            raise KeyError(f"row {row} holds no morph")
        self.shown[row] = False
        self.ident[row] = 0
        self.hw[row] = self.hh[row] = 0.0
        self._free.append(row)
        self.count -= 1

    def area(self, row: int) -> Rect:
        width, height = float(self.hw[row]) * 2, float(self.hh[row]) * 2
        return Rect(float(self.x[row]) - width / 2, float(self.y[row]) - height / 2, width, height)

    def put(self, row: int, area: Rect) -> None:
        self.x[row], self.y[row] = area.x + area.w / 2, area.y + area.h / 2
        self.hw[row], self.hh[row] = area.w / 2, area.h / 2

    def move_to(self, row: int, left: float, top: float) -> None:
        self.x[row], self.y[row] = left + self.hw[row], top + self.hh[row]

    def resize(self, row: int, width: float, height: float) -> None:
        """Changes the size; the top left corner stays."""
        area = self.area(row)
        self.put(row, Rect(area.x, area.y, width, height))

    def raise_(self, row: int) -> None:
        """Puts the morph on top of all others."""
        self._top += 1
        self.z[row] = self._top

    @property
    def top(self) -> int:
        return self._top

    def inside(self, area: Rect, gap: float = 0.0) -> NDArray[np.bool_]:
        """Mask over the used rows: shown morphs that touch `area` grown by `gap`."""
        n = self.used
        near_x = np.abs(self.x[:n] - (area.x + area.w / 2)) <= self.hw[:n] + (area.w / 2 + gap)
        near_y = np.abs(self.y[:n] - (area.y + area.h / 2)) <= self.hh[:n] + (area.h / 2 + gap)
        mask: NDArray[np.bool_] = self.shown[:n] & near_x & near_y
        return mask

    def visible(self, area: Rect) -> Rows:
        """The rows that touch `area`, lowest first."""
        rows = np.flatnonzero(self.inside(area))
        return rows[np.argsort(self.z[rows], kind="stable")]

    def hit(self, x: float, y: float) -> int | None:
        """The topmost morph under a point."""
        rows = np.flatnonzero(self.inside(Rect(x, y, 0, 0)))
        return int(rows[np.argmax(self.z[rows])]) if len(rows) else None

    def stack(self, x: float, y: float) -> list[int]:
        """Every morph under a point, topmost first."""
        rows = np.flatnonzero(self.inside(Rect(x, y, 0, 0)))
        return [int(row) for row in rows[np.argsort(-self.z[rows], kind="stable")]]

    def all(self) -> Rows:
        return np.flatnonzero(self.shown[: self.used])

    def bounds(self, rows: Rows | None = None) -> Rect | None:
        """The rectangle round these morphs, or round all of them."""
        rows = self.all() if rows is None else rows
        if not len(rows):
            return None
        left, top = (self.x[rows] - self.hw[rows]).min(), (self.y[rows] - self.hh[rows]).min()
        right, bottom = (self.x[rows] + self.hw[rows]).max(), (self.y[rows] + self.hh[rows]).max()
        return Rect(float(left), float(top), float(right - left), float(bottom - top))

    @property
    def bytes_a_morph(self) -> int:
        """Memory of one row in the arrays."""
        arrays = (self.x, self.y, self.hw, self.hh, self.z, self.ident, self.kind, self.colour, self.shown)
        return sum(array.itemsize for array in arrays)
