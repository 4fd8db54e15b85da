"""Views of objects that are more than their slots: a document, a passage, what the system measures, the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..model.face import Layout, Look, Part
from ..model.geometry import Rect
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide
from ..model.widgets import icon_button
from .outliner import Outliner


class View(Protocol):
    """Another look of some objects; their slots stay one command away."""

    word: str  # for the menu: Show the `word`

    def shows(self, outliner: Outliner) -> bool:
        """Whether this object is one of those."""

    def look_into(self, ident: int) -> None:
        """The object is opened, or may have changed: what the view shows is asked for."""

    def title(self, outliner: Outliner) -> str:
        """What people call it."""

    def says(self, outliner: Outliner) -> str:
        """One line about its present state, for readers of the screen."""

    def layout(self, outliner: Outliner, look: Look) -> Layout: ...


def view_of(outliner: Outliner, views: Sequence[View]) -> View | None:
    if outliner.plain:
        return None
    return next((view for view in views if view.shows(outliner)), None)


def draw_title(
    pen: Pen, look: Look, width: float, outliner: Outliner, title: str, aside: str, icon: str = ""
) -> list[Part]:
    """A view's header: icon, title, a quiet word, and the menu while the pointer is near. Its parts."""
    m, palette, ident = look.metrics, look.palette, outliner.ident
    parts = [Part("title", Rect(0, 0, width, m.header), "title", title, press="object.toggle", argument=ident,
                  grips=True)]  # fmt: skip
    left = m.pad
    if icon:
        with pen.at_detail(1):
            pen.icon(icon, left - 3, 9, 18, colour=palette.accent, width=1.4)
        left += 22
    right = width - m.pad
    if outliner.open and (look.hover or look.focused):
        right = width - 40
        with pen.at_detail(2):
            box = Rect(width - 34, 5, 26, 26)
            parts.append(
                icon_button(pen, look, box, "more", name="menu", press="object.menu", argument=ident, tip="Menu")
            )
    aside_width = min(look.width(aside, SANS, m.tiny), (right - left) * 0.5) if aside else 0.0
    with pen.at_detail(1):
        shown = elide(look.measure, title, BOLD, m.title, right - left - aside_width - (12 if aside else 0))
        pen.text(left, 24, shown, size=m.title, colour=palette.ink, font=BOLD)
    if aside:
        with pen.at_detail(2):
            text = elide(look.measure, aside, SANS, m.tiny, aside_width + 1)
            pen.text(right, 23.5, text, size=m.tiny, colour=palette.second, align=1)
    return parts
