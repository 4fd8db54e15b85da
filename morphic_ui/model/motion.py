"""Animations by a clock value that is passed in: nothing here reads the time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .morphs import MorphTable, Rows
from .theme import CROSS_FADE


def ease(share: float) -> float:
    """Ease in and out (smoothstep), clamped to 0..1."""
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


@dataclass(slots=True)
class Tween:
    """One number on its way from `start` to `end`."""

    start: float
    end: float
    began: float
    lasts: float

    def at(self, now: float) -> float:
        if self.lasts <= 0 or now >= self.began + self.lasts:
            return self.end
        return self.start + (self.end - self.start) * ease((now - self.began) / self.lasts)

    def over(self, now: float) -> bool:
        return now >= self.began + self.lasts


@dataclass(slots=True)
class Glide:
    """Morphs on their way to other places, all of them as arrays."""

    rows: Rows
    start: NDArray[np.float64]  # (n, 2) centres
    end: NDArray[np.float64]
    began: float
    lasts: float


@dataclass
class Motion:
    """Every running tween by its key, and the glides of morphs; `still` is Reduce motion."""

    still: bool = False
    tweens: dict[object, Tween] = field(default_factory=dict)
    glides: list[Glide] = field(default_factory=list)

    def start(self, key: object, start: float, end: float, lasts: float, now: float, *, fade: bool = False) -> None:
        """Begins a tween; under Reduce motion it jumps, or cross-fades briefly if it is a fade."""
        if self.still:
            lasts = min(lasts, CROSS_FADE) if fade else 0.0
        self.tweens[key] = Tween(start, end, now, lasts)

    def value(self, key: object, now: float, rest: float = 0.0) -> float:
        """The tween's number now, or `rest` when there is none."""
        tween = self.tweens.get(key)
        return rest if tween is None else tween.at(now)

    def running(self, key: object) -> bool:
        return key in self.tweens

    def stop(self, key: object) -> None:
        self.tweens.pop(key, None)

    def glide(self, table: MorphTable, rows: Rows, end: NDArray[np.float64], lasts: float, now: float) -> None:
        """Sends the centres of `rows` to `end` (n, 2); a row already gliding takes the new way."""
        self.release(rows)
        if self.still or lasts <= 0:
            table.x[rows], table.y[rows] = end[:, 0], end[:, 1]
            return
        start = np.stack([table.x[rows], table.y[rows]], axis=1)
        self.glides.append(Glide(rows, start, end, now, lasts))

    def release(self, rows: Rows) -> None:
        """Takes rows out of every glide: a hand has picked them up, or they are gone."""
        kept = []
        for glide in self.glides:
            stay = ~np.isin(glide.rows, rows)
            if stay.all():
                kept.append(glide)
            elif stay.any():
                kept.append(Glide(glide.rows[stay], glide.start[stay], glide.end[stay], glide.began, glide.lasts))
        self.glides = kept

    def resting_place(self, row: int) -> tuple[float, float] | None:
        """Where a gliding morph's centre will come to rest."""
        for glide in self.glides:
            found = np.flatnonzero(glide.rows == row)
            if len(found):
                x, y = glide.end[found[0]]
                return float(x), float(y)
        return None

    def advance(self, table: MorphTable, now: float) -> bool:
        """Moves gliding morphs and forgets what is over. True while anything still moves."""
        for glide in self.glides:
            share = ease((now - glide.began) / glide.lasts)
            at = glide.start + (glide.end - glide.start) * share
            table.x[glide.rows], table.y[glide.rows] = at[:, 0], at[:, 1]
        self.glides = [glide for glide in self.glides if now < glide.began + glide.lasts]
        for key in [key for key, tween in self.tweens.items() if tween.over(now)]:
            del self.tweens[key]
        return bool(self.tweens or self.glides)
