"""What is drawn over everything for a moment: the rectangle of a selection, the name of what is pointed at."""

from __future__ import annotations

from ..model.geometry import Point, Rect
from ..model.pen import EMPTY, Drawn, Pen
from ..model.text import SANS, Measurer, wrap
from ..model.theme import METRICS, Palette

TIP_AFTER = 0.25  # seconds of hovering
TIP_WIDTH = 460.0  # of a line


def draw_marquee(palette: Palette, area: Rect) -> Drawn:
    """The rectangle being drawn on the background, in dp of the glass."""
    pen = Pen()
    pen.area(area, radius=2, fill=palette.accent, alpha=0.08, border=palette.accent, border_alpha=0.8)
    return pen.done()


def draw_tip(palette: Palette, measure: Measurer, text: str, at: Point, width: float, height: float) -> Drawn:
    """A small dark label beside the pointer, kept inside the glass."""
    if not text:
        return EMPTY
    pen = Pen()
    size, line = METRICS.small, 18.0
    lines = wrap(measure, text, SANS, size, min(TIP_WIDTH, width - 34), most=6)
    w = max(measure.width(one, SANS, size) for one in lines) + 22
    h = 27.0 + line * (len(lines) - 1)
    x = min(max(6.0, at.x - w / 2), max(6.0, width - w - 6))
    y = at.y + 22 if at.y + 22 + h < height else at.y - h - 12
    pen.shadow(x, y, w, h, radius=5, blur=8, colour=palette.shadow, alpha=palette.shadow_alpha, drop=2)
    pen.box(round(x), round(y), w, h, radius=5, fill=palette.tip)
    for number, one in enumerate(lines):
        pen.text(round(x) + 11, round(y + line * number) + 18, one, size=size, colour=palette.on_tip)
    return pen.done()
