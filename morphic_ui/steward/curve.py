"""A small curve of a few dozen values with its limit."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.face import Look
from ..model.geometry import Rect
from ..model.pen import Pen


def draw_curve(pen: Pen, look: Look, rect: Rect, values: Sequence[float], limit: float | None) -> None:
    """Draws values from left to right; the limit is a dashed line, what lies above it has dots."""
    palette = look.palette
    pen.area(rect, radius=4, fill=palette.well)
    if not values:
        return
    top = max([*values, limit or 0.0]) * 1.08 or 1.0
    left, width = rect.x + 6, rect.w - 12
    base, high = rect.bottom - 5, rect.h - 10

    def height(value: float) -> float:
        return base - high * value / top

    if limit:
        y = height(limit)
        pen.path([(left, y), (left + width, y)], colour=palette.second, width=1, alpha=0.75, dash=4, gap=3)
    step = width / max(1, len(values) - 1)
    points = [(left + place * step, height(value)) for place, value in enumerate(values)]
    if len(points) == 1:
        points = [(left + width, points[0][1])]
    pen.path(points, colour=palette.accent, width=1.4)
    over = [(x, y) for (x, y), value in zip(points, values, strict=True) if limit is not None and value > limit > 0]
    for x, y in over:
        pen.circle(x, y, 2, fill=palette.red)
    pen.circle(*points[-1], 2.6, fill=palette.accent)
