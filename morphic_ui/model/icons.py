"""Icons as strokes on a 24 x 24 grid: polylines; a single point is a dot."""

from __future__ import annotations

from math import cos, pi, sin

Stroke = tuple[tuple[float, float], ...]


def _arc(x: float, y: float, r: float, start: float, end: float, steps: int = 14) -> Stroke:
    """An arc round (x, y); angles in turns, clockwise from the right."""
    turns = [start + (end - start) * number / steps for number in range(steps + 1)]
    return tuple((x + r * cos(2 * pi * turn), y + r * sin(2 * pi * turn)) for turn in turns)


ICONS: dict[str, tuple[Stroke, ...]] = {
    "tick": (((5.5, 12.5), (10, 17), (18.5, 7.5)),),
    "cross": (((6, 6), (18, 18)), ((18, 6), (6, 18))),
    "alert": (((12, 5), (12, 13.5)), ((12, 18.4),)),
    "play": (((8, 5.5), (18.5, 12), (8, 18.5), (8, 5.5)),),
    "pause": (((8.5, 6), (8.5, 18)), ((15.5, 6), (15.5, 18))),
    "step": (((6.5, 6), (14, 12), (6.5, 18), (6.5, 6)), ((17.5, 6), (17.5, 18))),
    "stop": (((7, 7), (17, 7), (17, 17), (7, 17), (7, 7)),),
    "plus": (((12, 5.5), (12, 18.5)), ((5.5, 12), (18.5, 12))),
    "minus": (((5.5, 12), (18.5, 12)),),
    "chevron": (((9, 6), (15, 12), (9, 18)),),
    "chevron_down": (((6, 9), (12, 15), (18, 9)),),
    "menu": (((5, 7.5), (19, 7.5)), ((5, 12), (19, 12)), ((5, 16.5), (19, 16.5))),
    "more": (((6, 12),), ((12, 12),), ((18, 12),)),
    "send": (((4, 12), (19, 12)), ((13, 6), (19, 12), (13, 18))),
    "undo": (((5, 9), (14, 9)), ((9, 5), (5, 9), (9, 13)), _arc(14, 14, 5, -0.25, 0.30), ((14, 19), (9, 19))),
    "clock": (_arc(12, 12, 8, 0, 1, 24), ((12, 7.5), (12, 12), (15.5, 14))),
    "method": (((6.5, 9.3), (17.5, 9.3)), ((6.5, 14.3), (13.5, 14.3))),
}
