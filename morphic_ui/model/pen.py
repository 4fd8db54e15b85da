"""The display list: what a morph looks like, as quads in drawing order.

A pen writes boxes, circles, lines, curves, icons and runs of text in the morph's own coordinates (dp, origin at its top
left, y down). The result is one numpy array of quads plus the runs of text; the view turns both into vertices.

A quad is `COLUMNS` floats: four corners (8), four local points (8), half size (2), three shape numbers, kind, fill,
stroke, alphas. Colours are 24-bit integers, exact in a float; the two alphas are packed as fill + 256 * stroke.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import hypot

import numpy as np
from numpy.typing import NDArray

from .geometry import Point, Rect
from .icons import ICONS
from .text import SANS

COLUMNS = 25
HALF, SHAPE, KIND, FILL, STROKE, ALPHAS = 16, 18, 21, 22, 23, 24
BOX, SHADOW, TEXT, STRIP, DOTS = range(5)
# Zoom below which a quad of this detail is left out: 0 always, 1 titles and states, 2 everything else.
DETAIL_ZOOM = (0.0, 0.25, 0.5)
HAIR = -1.0  # a border of one device pixel at every zoom

Quads = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text: anchored at its baseline, left (0), centred (0.5) or right (1) of the point."""

    quad: int
    text: str
    font: str
    size: float
    align: float


@dataclass(slots=True, eq=False)
class Drawn:
    """A finished display list. Identity is its version: a changed morph has a new one."""

    quads: Quads
    runs: tuple[Run, ...]
    details: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.quads)


EMPTY = Drawn(np.zeros((0, COLUMNS), np.float32), (), np.zeros(0, np.uint8))


@dataclass
class Pen:
    """Collects quads; later ones lie on top of earlier ones."""

    alpha: float = 1.0
    detail: int = 0
    _quads: list[tuple[float, ...]] = field(default_factory=list)
    _details: list[int] = field(default_factory=list)
    _runs: list[Run] = field(default_factory=list)
    _dx: float = 0.0
    _dy: float = 0.0

    def done(self) -> Drawn:
        if not self._quads:
            return EMPTY
        quads = np.array(self._quads, np.float32)
        return Drawn(quads, tuple(self._runs), np.array(self._details, np.uint8))

    def joined(self, above: Drawn) -> Drawn:
        """What this pen has drawn with another display list on top."""
        return join([(self.done(), 0, 0), (above, 0, 0)])

    @contextmanager
    def at_detail(self, detail: int) -> Iterator[None]:
        """Quads drawn inside are left out below DETAIL_ZOOM[detail]."""
        before, self.detail = self.detail, detail
        try:
            yield
        finally:
            self.detail = before

    @contextmanager
    def moved(self, dx: float, dy: float) -> Iterator[None]:
        """Quads drawn inside have their origin moved."""
        self._dx += dx
        self._dy += dy
        try:
            yield
        finally:
            self._dx -= dx
            self._dy -= dy

    @contextmanager
    def faded(self, alpha: float) -> Iterator[None]:
        """Quads drawn inside are this much more transparent."""
        before, self.alpha = self.alpha, self.alpha * alpha
        try:
            yield
        finally:
            self.alpha = before

    def _alphas(self, fill: float, stroke: float) -> float:
        low, high = fill * self.alpha, stroke * self.alpha
        return round(min(1.0, max(0.0, low)) * 255) + 256 * round(min(1.0, max(0.0, high)) * 255)

    def _add(self, corners: Sequence[float], local: Sequence[float], rest: Sequence[float]) -> None:
        x, y = self._dx, self._dy
        if x or y:
            corners = (
                corners[0] + x, corners[1] + y, corners[2] + x, corners[3] + y,
                corners[4] + x, corners[5] + y, corners[6] + x, corners[7] + y,
            )  # fmt: skip
        self._quads.append((*corners, *local, *rest))
        self._details.append(self.detail)

    def box(
        self, x: float, y: float, w: float, h: float, *, radius: float = 0.0, fill: int | None = None,
        border: int | None = None, width: float = HAIR, alpha: float = 1.0, border_alpha: float = 1.0,
    ) -> None:  # fmt: skip
        """A rounded box, filled, bordered (inside its edge) or both."""
        if border is None:
            border, width, border_alpha = fill or 0, 0.0, 0.0
        if fill is None:
            fill, alpha = border, 0.0
        grow = 1.0
        left, top, right, bottom = x - grow, y - grow, x + w + grow, y + h + grow
        hw, hh = w / 2, h / 2
        self._add(
            (left, top, right, top, right, bottom, left, bottom),
            (-hw - grow, -hh - grow, hw + grow, -hh - grow, hw + grow, hh + grow, -hw - grow, hh + grow),
            (hw, hh, min(radius, hw, hh), width, 0.0, BOX, fill, border, self._alphas(alpha, border_alpha)),
        )

    def area(self, rect: Rect, **style: float | int | None) -> None:
        """A box given as a rectangle."""
        self.box(*rect, **style)  # type: ignore[arg-type]

    def circle(
        self, x: float, y: float, r: float, *, fill: int | None = None, border: int | None = None,
        width: float = HAIR, alpha: float = 1.0, border_alpha: float = 1.0,
    ) -> None:  # fmt: skip
        self.box(
            x - r, y - r, 2 * r, 2 * r, radius=r, fill=fill, border=border, width=width, alpha=alpha,
            border_alpha=border_alpha,
        )  # fmt: skip

    def shadow(
        self, x: float, y: float, w: float, h: float, *, radius: float, blur: float, colour: int, alpha: float,
        drop: float = 0.0,
    ) -> None:  # fmt: skip
        """A soft shadow of a rounded box: full under it, gone `blur` outside its edge."""
        y += drop
        hw, hh = w / 2, h / 2
        self._add(
            (x - blur, y - blur, x + w + blur, y - blur, x + w + blur, y + h + blur, x - blur, y + h + blur),
            (-hw - blur, -hh - blur, hw + blur, -hh - blur, hw + blur, hh + blur, -hw - blur, hh + blur),
            (hw, hh, radius, 0.0, blur, SHADOW, colour, colour, self._alphas(alpha, 0.0)),
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, colour: int, width: float = 1.4, alpha: float = 1.0
    ) -> None:
        """A straight stroke with round ends."""
        length = hypot(x2 - x1, y2 - y1)
        ux, uy = ((x2 - x1) / length, (y2 - y1) / length) if length else (1.0, 0.0)
        hl, hw = length / 2 + width / 2, width / 2
        el, ew = hl + 1.0, hw + 1.0
        mx, my = (x1 + x2) / 2, (y1 + y2) / 2
        lx, ly, wx, wy = ux * el, uy * el, -uy * ew, ux * ew
        self._add(
            (mx - lx - wx, my - ly - wy, mx + lx - wx, my + ly - wy,
             mx + lx + wx, my + ly + wy, mx - lx + wx, my - ly + wy),
            (-el, -ew, el, -ew, el, ew, -el, ew),
            (hl, hw, hw, 0.0, 0.0, BOX, colour, colour, self._alphas(alpha, 0.0)),
        )  # fmt: skip

    def hair(self, x1: float, y1: float, x2: float, y2: float, colour: int, alpha: float = 1.0) -> None:
        """An upright or level line of one dp."""
        if x1 == x2:
            self.box(x1, min(y1, y2), 1, abs(y2 - y1), fill=colour, alpha=alpha)
        else:
            self.box(min(x1, x2), y1, abs(x2 - x1), 1, fill=colour, alpha=alpha)

    def path(
        self, points: Sequence[tuple[float, float]], *, colour: int, width: float = 1.4, alpha: float = 1.0,
        dash: float = 0.0, gap: float = 0.0,
    ) -> None:  # fmt: skip
        """A stroke through points with mitred joints, so that a faint one shows no overlaps; dashed if asked."""
        if len(points) < 2:
            return
        half = width / 2
        reach = half + 1.0
        sides = _mitres(points)
        run = 0.0
        for (a, b), (na, nb) in zip(itertools.pairwise(points), itertools.pairwise(sides), strict=True):
            length = hypot(b[0] - a[0], b[1] - a[1])
            self._add(
                (a[0] - na.x * reach, a[1] - na.y * reach, b[0] - nb.x * reach, b[1] - nb.y * reach,
                 b[0] + nb.x * reach, b[1] + nb.y * reach, a[0] + na.x * reach, a[1] + na.y * reach),
                (run, -reach, run + length, -reach, run + length, reach, run, reach),
                (length, half, dash, gap, 0.0, STRIP, colour, colour, self._alphas(alpha, 0.0)),
            )  # fmt: skip
            run += length

    def curve(
        self, start: Point, first: Point, second: Point, end: Point, *, colour: int, width: float = 1.4,
        alpha: float = 1.0, steps: int = 28,
    ) -> None:  # fmt: skip
        """A cubic curve."""
        self.path(bezier(start, first, second, end, steps), colour=colour, width=width, alpha=alpha)

    def frame(self, x: float, y: float, w: float, h: float, *, colour: int, width: float = 1.2,
              dash: float = 5.0, gap: float = 4.0, alpha: float = 1.0) -> None:  # fmt: skip
        """A dashed rectangle."""
        corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)]
        for a, b in itertools.pairwise(corners):
            self.path([a, b], colour=colour, width=width, alpha=alpha, dash=dash, gap=gap)

    def text(
        self, x: float, baseline: float, text: str, *, size: float, colour: int, font: str = SANS,
        align: float = 0.0, alpha: float = 1.0,
    ) -> None:  # fmt: skip
        """A run of text on one line, its baseline at `baseline`."""
        if not text or text.isspace():
            return
        self._runs.append(Run(len(self._quads), text, font, size, align))
        self._add(
            (x, baseline) * 4, (0.0,) * 8, (0.0, 0.0, 1.0, 0.0, 0.0, TEXT, colour, colour, self._alphas(alpha, 0.0))
        )

    def icon(
        self, name: str, x: float, y: float, size: float, *, colour: int, width: float = 1.5, alpha: float = 1.0
    ) -> None:
        """An icon of strokes inside the square at (x, y)."""
        unit = size / 24
        for stroke in ICONS[name]:
            points = [(x + px * unit, y + py * unit) for px, py in stroke]
            if len(points) == 1:
                self.circle(*points[0], width * 0.8, fill=colour, alpha=alpha)
            for a, b in itertools.pairwise(points):
                self.line(*a, *b, colour=colour, width=width, alpha=alpha)


def bezier(start: Point, first: Point, second: Point, end: Point, steps: int) -> list[tuple[float, float]]:
    """`steps` + 1 points along a cubic curve."""
    points = []
    for number in range(steps + 1):
        t = number / steps
        s = 1 - t
        a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
        x = a * start.x + b * first.x + c * second.x + d * end.x
        y = a * start.y + b * first.y + c * second.y + d * end.y
        points.append((x, y))
    return points


def _mitres(points: Sequence[tuple[float, float]]) -> list[Point]:
    """For each point the sideways vector that joins its two segments without a gap."""
    normals = []
    for a, b in itertools.pairwise(points):
        length = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
        normals.append(Point(-(b[1] - a[1]) / length, (b[0] - a[0]) / length))
    sides = [normals[0]]
    for before, after in itertools.pairwise(normals):
        x, y = before.x + after.x, before.y + after.y
        size = x * x + y * y
        # A turn back on itself has no mitre; two units long is the most a joint may stick out.
        sides.append(Point(2 * x / size, 2 * y / size) if size > 1.0 else after)
    return [*sides, normals[-1]]


def join(parts: Sequence[tuple[Drawn, float, float]]) -> Drawn:
    """Several display lists as one, each moved by its offset, in the order given."""
    if not parts:
        return EMPTY
    quads: list[Quads] = []
    details: list[NDArray[np.uint8]] = []
    runs: list[Run] = []
    start = 0
    for drawn, dx, dy in parts:
        moved = drawn.quads.copy()
        moved[:, 0:8:2] += dx
        moved[:, 1:8:2] += dy
        quads.append(moved)
        details.append(drawn.details)
        runs.extend(Run(run.quad + start, run.text, run.font, run.size, run.align) for run in drawn.runs)
        start += len(drawn)
    return Drawn(np.concatenate(quads), tuple(runs), np.concatenate(details))
