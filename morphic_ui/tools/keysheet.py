"""The sheet of keys that work here."""

from __future__ import annotations

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide
from ..model.widgets import paper

Group = tuple[str, list[tuple[str, str]]]  # a heading, and keys with what they do
COLUMN = 330.0


class KeySheetFace(Face):
    """Keys by where they work."""

    role = "note"

    def __init__(self, ident: int, groups: list[Group]) -> None:
        super().__init__(ident, CARD)
        self.groups = groups

    @property
    def name(self) -> str:
        return "Keys"

    def layout(self, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        body = Pen()
        body.text(20, 31, "Keys", size=m.title, colour=palette.ink, font=BOLD)
        bottom = 0.0
        columns = self._columns()
        for number, groups in enumerate(columns):
            x, y = 20 + number * COLUMN, 48.0
            for heading, rows in groups:
                body.text(x, y + 17, heading, size=m.small, colour=palette.accent, font=BOLD)
                y += 27
                for key, words in rows:
                    width = look.width(key, SANS, m.tiny) + 14
                    body.box(x, y + 1, width, 20, radius=4, fill=palette.well, border=palette.line)
                    body.text(x + 7, y + 15, key, size=m.tiny, colour=palette.ink)
                    text = elide(look.measure, words, SANS, m.small, COLUMN - 150)
                    body.text(x + 126, y + 15.5, text, size=m.small, colour=palette.second)
                    y += 25
                y += 8
            bottom = max(bottom, y)
        width = 20 + len(columns) * COLUMN
        pen = Pen()
        paper(pen, look, width, bottom + 12, ring=False)
        whole = Part("whole", Rect(0, 0, width, bottom + 12), "text", "Keys", press="glass.dismiss")
        return Layout(width, bottom + 12, pen.joined(body.done()), (whole,))

    def _columns(self) -> list[list[Group]]:
        """Groups in two columns, split where they come out most equal."""
        lengths = [len(rows) + 1.4 for _, rows in self.groups]
        cut = min(range(1, len(lengths) + 1), key=lambda one: max(sum(lengths[:one]), sum(lengths[one:])))
        return [column for column in (self.groups[:cut], self.groups[cut:]) if column]
