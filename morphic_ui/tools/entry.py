"""A card on the glass with one field: a path, a question. Enter carries it out, Escape takes it away."""

from __future__ import annotations

from typing import Any

from ..model.face import Edit, Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide, wrap
from ..model.widgets import field, paper
from .menu import MenuRow

WIDTH = 520.0
FIELD = "entry"
ROW = 28.0


class EntryFace(Face):
    """Asks for one line of text; below it rows with what was entered before."""

    role = "question"

    def __init__(
        self, ident: int, title: str, command: str, *, hint: str = "", says: str = "", argument: Any = None,
        rows: tuple[MenuRow, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(ident, CARD)
        self.title, self.command, self.hint, self.says = title, command, hint, says
        self.argument, self.rows = argument, rows
        self.text = ""

    @property
    def name(self) -> str:
        return self.title

    @property
    def value(self) -> str:
        return self.text

    def edit_typed(self, part: Part, text: str) -> None:
        if part.name == FIELD:
            self.text = text
        self.touch()

    def layout(self, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        body = Pen()
        body.text(18, 30, self.title, size=m.title, colour=palette.ink, font=BOLD)
        y = 44.0
        edit = Edit(self.command, self.text, font=SANS, size=m.body, hint=self.hint)
        parts = [
            field(body, look, Rect(18, y, WIDTH - 36, 34), name=FIELD, label=self.title, edit=edit,
                  argument=self.argument)
        ]  # fmt: skip
        y += 44
        for line in wrap(look.measure, self.says, SANS, m.tiny, WIDTH - 36, most=3) if self.says else ():
            body.text(18, y + 11, line, size=m.tiny, colour=palette.second)
            y += 17
        if self.rows:
            y += 8
            body.hair(12, y, WIDTH - 12, y, palette.line)
            y += 6
        for number, row in enumerate(self.rows):
            rect = Rect(8, y, WIDTH - 16, ROW)
            name = f"row:{number}"
            if name in (look.hover, look.focus):
                body.area(rect, radius=m.small_radius, fill=palette.hover)
            text = elide(look.measure, row.title, SANS, m.small, WIDTH - 60)
            body.text(18, y + 19, text, size=m.small, colour=palette.ink)
            parts.append(Part(name, rect, "button", row.title, press="menu.run", argument=row))
            y += ROW
        height = round(y + 12)
        pen = Pen()
        paper(pen, look, WIDTH, height, ring=False)
        whole = Part("whole", Rect(0, 0, WIDTH, height), "text", self.title)
        return Layout(WIDTH, height, pen.joined(body.done()), (whole, *parts))
