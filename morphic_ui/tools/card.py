"""A card that asks: a sentence and two or three ways on. It is never modal: the world goes on behind it."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import BOLD, SANS, wrap
from ..model.widgets import button, paper

WIDTH = 420.0


@dataclass(frozen=True, slots=True)
class Choice:
    text: str
    press: str
    main: bool = False


class AskFace(Face):
    """A question with its answers."""

    role = "question"

    def __init__(self, ident: int, title: str, text: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(ident, CARD)
        self.title, self.text, self.choices = title, text, choices

    @property
    def name(self) -> str:
        return self.title

    @property
    def value(self) -> str:
        return self.text

    def layout(self, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        body = Pen()
        body.text(20, 32, self.title, size=m.title, colour=palette.ink, font=BOLD)
        y = 46.0
        for line in wrap(look.measure, self.text, SANS, m.body, WIDTH - 40):
            body.text(20, y + 16, line, size=m.body, colour=palette.second)
            y += 21
        y += 12
        parts = []
        for number, choice in enumerate(self.choices):
            rect = Rect(20, y, WIDTH - 40, m.button)
            parts.append(
                button(body, look, rect, choice.text, name=f"choice:{number}", press=choice.press, main=choice.main)
            )
            y += m.button + 8
        height = y + 10
        pen = Pen()
        paper(pen, look, WIDTH, height, ring=False)
        whole = Part("whole", Rect(0, 0, WIDTH, height), "text", self.title, self.text)
        return Layout(WIDTH, height, pen.joined(body.done()), (whole, *parts))
