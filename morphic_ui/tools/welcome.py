"""The card that tells a newcomer what to try: three sentences, and it can be put away."""

from __future__ import annotations

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import BOLD, SANS, wrap
from ..model.widgets import icon_button, paper

WIDTH = 600.0
SENTENCES = (
    "Drag a card by its title; click the title to open or close it, and click a value to change it.",
    "Type a message such as total() at the foot of an object and press Enter: the answer stands below it.",
    "Send a message it does not know, say what it should do, and watch the method being written: you decide about it.",
)


class WelcomeFace(Face):
    """Three things to try first."""

    role = "note"

    def __init__(self, ident: int) -> None:
        super().__init__(ident, CARD)

    @property
    def name(self) -> str:
        return "Three things to try"

    @property
    def value(self) -> str:
        return " ".join(SENTENCES)

    def layout(self, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        body = Pen()
        y = 40.0
        with body.at_detail(1):
            body.text(16, 27, self.name, size=m.title, colour=palette.ink, font=BOLD)
        with body.at_detail(2):
            for number, sentence in enumerate(SENTENCES, 1):
                body.circle(26, y + 13, 10, border=palette.accent, width=1.3)
                body.text(26, y + 17.5, str(number), size=m.tiny, colour=palette.accent, font=BOLD, align=0.5)
                for line in wrap(look.measure, sentence, SANS, m.body, WIDTH - 70):
                    body.text(48, y + 18, line, size=m.body, colour=palette.ink)
                    y += 20
                y += 10
        height = y + 8
        pen = Pen()
        paper(pen, look, WIDTH, height)
        parts = [Part("title", Rect(0, 0, WIDTH, height), "title", self.name, self.value, grips=True)]
        with body.at_detail(2):
            close = Rect(WIDTH - 38, 8, 28, 28)
            parts.append(
                icon_button(body, look, close, "cross", name="close", press="morph.put_away", argument=self.ident,
                            tip="Put away", size=12)
            )  # fmt: skip
        return Layout(WIDTH, height, pen.joined(body.done()), tuple(parts))
