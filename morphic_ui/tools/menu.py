"""A menu: rows of commands with their keys, on the glass before the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import BOLD, SANS
from ..model.widgets import paper

ROW = 30.0


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One row: the command it runs and the words it shows. No command: a line between groups."""

    command: str = ""
    title: str = ""
    key: str = ""
    argument: Any = None


class MenuFace(Face):
    """A menu with a title."""

    role = "menu"

    def __init__(self, ident: int, title: str, rows: list[MenuRow]) -> None:
        super().__init__(ident, CARD)
        self.title, self.rows = title, rows

    @property
    def name(self) -> str:
        return self.title

    def layout(self, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        widest = max(
            (look.width(row.title, SANS, m.body) + look.width(row.key, SANS, m.tiny) for row in self.rows), default=80.0
        )
        width = round(max(190.0, widest + 64, look.width(self.title, BOLD, m.small) + 40))
        body = Pen()
        parts = []
        y = 8.0
        if self.title:
            body.text(16, y + 17, self.title, size=m.small, colour=palette.second, font=BOLD)
            y += 28
        for number, row in enumerate(self.rows):
            if not row.command:
                body.hair(12, y + 4, width - 12, y + 4, palette.line)
                y += 9
                continue
            rect = Rect(5, y, width - 10, ROW)
            name = f"row:{number}"
            if name in (look.hover, look.focus):
                body.area(rect, radius=m.small_radius, fill=palette.hover)
            body.text(16, y + 20, row.title, size=m.body, colour=palette.ink)
            body.text(width - 16, y + 20, row.key, size=m.tiny, colour=palette.second, align=1)
            parts.append(Part(name, rect, "button", row.title, press="menu.run", argument=row))
            y += ROW
        height = y + 8
        pen = Pen()
        paper(pen, look, width, height, ring=False)
        return Layout(width, height, pen.joined(body.done()), tuple(parts))
