"""The list of models on pLLM_obj's morph: each with its figures and the one thing that can be done with it."""

from __future__ import annotations

from ..model.face import Look, Part
from ..model.geometry import Rect
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide, wrap
from ..model.widgets import button
from .models import CANCEL, FETCH, USE, ModelRow, Models, megabytes

ROW, UNDER_WAY = 42.0, 50.0
MARK = 22.0  # for the sign of its state
BUTTON = Rect(0, 0, 68, 28)
PART = "choose:"
WORDS = {FETCH: "Fetch", USE: "Use", CANCEL: "Cancel"}
PRESS = {FETCH: "model.fetch", USE: "model.use", CANCEL: "model.cancel"}


def draw_models(pen: Pen, look: Look, models: Models, here: Rect, parts: list[Part]) -> float:
    """Draws the list at `here`; the y below it."""
    m, palette, y = look.metrics, look.palette, here.y
    if models.problem:
        for line in wrap(look.measure, models.problem, SANS, m.tiny, here.w, most=3):
            pen.text(here.x, y + 14, line, size=m.tiny, colour=palette.second)
            y += 17
        return y + 4
    if not models.worth_showing:
        return y
    pen.hair(here.x, y + 6, here.right, y + 6, palette.line)
    pen.text(here.x, y + 26, "Models", size=m.tiny, colour=palette.second)
    y += 34
    for row in models.rows:
        y = _row(pen, look, models, row, Rect(here.x, y, here.w, ROW), parts)
    return y


def _row(pen: Pen, look: Look, models: Models, row: ModelRow, rect: Rect, parts: list[Part]) -> float:
    m, palette = look.metrics, look.palette
    progress, step = models.progress(row.id), models.step(row)
    if progress is not None and progress.share is not None:
        rect = Rect(rect.x, rect.y, rect.w, UNDER_WAY)
    _mark(pen, look, row, rect.x + 7, rect.y + 15)
    x, right = rect.x + MARK, rect.right
    if step:
        right -= BUTTON.w + 12
    title = elide(look.measure, row.title, BOLD, m.small, right - x)
    pen.text(x, rect.y + 19, title, size=m.small, colour=palette.ink, font=BOLD)
    said = models.asked.get(row.id) or (progress.words if progress is not None else "")
    if progress is not None and progress.share is not None:
        said = _bar(pen, look, progress.share, said, Rect(x, rect.y + 42, right - x, 5))
    shown = elide(look.measure, said, SANS, m.tiny, right - x) if said else _figures(look, row, right - x)
    pen.text(x, rect.y + 35, shown, size=m.tiny, colour=palette.second)
    tip = f"{said}. {row.told}" if said else row.told
    parts.append(Part(f"model:{row.id}", rect, "row", row.title, said or row.told, tip=tip))
    if step:
        place = Rect(rect.right - BUTTON.w, rect.y + 6, BUTTON.w, BUTTON.h)
        parts.append(
            button(pen, look, place, WORDS[step], name=f"{PART}{row.id}", press=PRESS[step], argument=row.id,
                   enabled=row.id not in models.asked, tip=_tip(step, row))
        )  # fmt: skip
    y = rect.bottom
    refused = models.refused.get(row.id)
    if refused:
        top = y - 2
        for line in wrap(look.measure, refused, SANS, m.tiny, rect.right - x, most=5):
            pen.text(x, top + 12, line, size=m.tiny, colour=palette.red)
            top += 17
        parts.append(Part(f"refused:{row.id}", Rect(x, y, rect.right - x, top - y), "text", row.title, refused))
        y = top + 6
    return y


def _mark(pen: Pen, look: Look, row: ModelRow, x: float, y: float) -> None:
    """At work a disc, at hand a ring with a point, elsewhere an empty ring; its line says it in words."""
    palette = look.palette
    if row.current:
        pen.circle(x, y, 6.5, fill=palette.accent)
        return
    here = row.state in ("in the image", "on this machine", "awake")
    pen.circle(x, y, 6, border=palette.accent if here else palette.second, width=1.4)
    if here:
        pen.circle(x, y, 2.6, fill=palette.accent)


def _figures(look: Look, row: ModelRow, room: float) -> str:
    """As many of its figures as fit whole; the state first, the rest stands in its tip."""
    parts = list(row.figures)
    while len(parts) > 1 and look.width(" · ".join(parts), SANS, look.metrics.tiny) > room:
        parts.pop()
    return elide(look.measure, " · ".join(parts), SANS, look.metrics.tiny, room)


def _bar(pen: Pen, look: Look, share: float, said: str, bar: Rect) -> str:
    """The part that is done as a bar; the words with it as a figure."""
    palette = look.palette
    pen.area(bar, radius=2.5, fill=palette.well, border=palette.line)
    pen.area(Rect(bar.x, bar.y, max(5.0, bar.w * share), bar.h), radius=2.5, fill=palette.accent)
    percent = f"{share * 100:.0f} %"
    return said if percent in said else f"{percent} · {said}"


def _tip(step: str, row: ModelRow) -> str:
    if step == FETCH:
        size = megabytes(row.size)
        return f"Fetches {size} to this machine" if size else "Fetches it to this machine"
    return "It thinks here from then on" if step == USE else "Ends it; what was fetched before stays"
