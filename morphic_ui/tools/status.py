"""The status line at the top: how the image is, what was said last, where help is."""

from __future__ import annotations

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.link import LinkState
from ..model.morphs import CARD
from ..model.notes import Notes
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide
from ..model.theme import mix

HEIGHT = 44.0


class StatusFace(Face):
    """One line over the world; it lets presses through but for its words at the right."""

    role = "status"
    lets_through = True

    def __init__(self, ident: int, notes: Notes) -> None:
        super().__init__(ident, CARD)
        self.notes = notes
        self.width = 1280.0

    @property
    def name(self) -> str:
        return "status"

    @property
    def value(self) -> str:
        return self.notes.state

    def layout(self, look: Look) -> Layout:
        m, palette, notes = look.metrics, look.palette, self.notes
        pen = Pen()
        note = notes.current(look.now)
        good = {LinkState.UP: palette.green, LinkState.CONNECTING: palette.second, LinkState.DOWN: palette.red}
        room = self.width - 360
        words = elide(look.measure, notes.state, SANS, m.small, room * 0.6)
        x = 42 + look.width(words, SANS, m.small)
        text = ""
        if note is not None:
            text = elide(look.measure, note.text, SANS, m.small, self.width - 300 - x)
        # What lies below the line must not be read through it.
        end = x + (22 + look.width(text, SANS, m.small) if text else 0)
        pen.box(14, 14, end + 16 - 14, 28, radius=14, fill=palette.world, alpha=0.9)
        pen.circle(28, 28, 5, fill=good[notes.link])
        if notes.link is LinkState.DOWN:
            pen.circle(28, 28, 2.5, fill=palette.world)
        pen.text(42, 32.5, words, size=m.small, colour=palette.second)
        if note is not None:
            ink = palette.red if note.trouble else mix(palette.ink, palette.world, 0.1)
            pen.text(x + 22, 32.5, text, size=m.small, colour=ink)
        parts = []
        right = self.width - 24
        rect = Rect(right - 62, 16, 66, 26)
        pen.area(rect, radius=13, fill=palette.hover if look.hover == "keys" else palette.world, alpha=0.9)
        pen.text(right, 32.5, "?  keys", size=m.small, colour=palette.second, align=1)
        parts.append(Part("keys", rect, "button", "keys", press="help.keys", tip="The keys that work here"))
        if notes.waiting:
            text = f"{notes.waiting} waiting for you"
            width = look.width(text, BOLD, m.small) + 20
            rect = Rect(rect.x - width - 10, 16, width, 26)
            pen.area(rect, radius=13, fill=palette.amber)
            ink = 0xFFFFFF if palette.name == "light" else palette.on_accent
            pen.text(rect.centre.x, 33, text, size=m.small, colour=ink, align=0.5, font=BOLD)
            parts.append(Part("waiting", rect, "button", text, press="proposal.next", tip="Go to what waits  W"))
        return Layout(self.width, HEIGHT, pen.done(), tuple(parts))
