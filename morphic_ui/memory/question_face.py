"""The card of a question: on its way through the states, then its answer with the passages it rests on."""

from __future__ import annotations

from ..cycle.track import counter_of, tail_lines
from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import BOLD, MONO, SANS, wrap
from ..model.theme import mix
from ..model.widgets import button, icon_button, paper
from .evidence import draw_evidence
from .question import STEPS, Question

WIDTH = 560.0
PAD = 18.0
STEP = 20.5
TAIL = 4
MOST_LINES = 60
WORDS = {"DECOMPOSING": "plan", "DELEGATING": "ask", "SYNTHESIZING": "weave", "COMPLETE": "answer"}


class QuestionFace(Face):
    """The morph of a question."""

    role = "question"

    def __init__(self, question: Question) -> None:
        super().__init__(question.ident, CARD)
        self.question = question

    @property
    def name(self) -> str:
        return self.question.text

    @property
    def value(self) -> str:
        question = self.question
        return question.answer or question.problem or question.cycle.state.lower()

    def moving(self, now: float) -> bool:
        return self.question.cycle.gliding(now) and not self.question.answered

    def layout(self, look: Look) -> Layout:
        palette, question = look.palette, self.question
        body = Pen()
        parts: list[Part] = []
        y = self._heading(body, look, parts)
        with body.at_detail(2):
            if question.answered:
                y = self._answer(body, look, y, parts)
            elif question.problem:
                y = self._problem(body, look, y)
            else:
                y = self._going(body, look, y, parts)
        height = round(y + 14)
        pen = Pen()
        paper(pen, look, WIDTH, height, bar=palette.red if question.problem and not question.answered else None)
        title = Part("title", Rect(0, 0, WIDTH, height), "title", self.name, self.value, grips=True)
        return Layout(WIDTH, height, pen.joined(body.done()), (title, *parts))

    def _heading(self, pen: Pen, look: Look, parts: list[Part]) -> float:
        m, palette = look.metrics, look.palette
        y = 10.0
        with pen.at_detail(1):
            pen.icon("question", PAD - 4, y + 1, 20, colour=palette.accent, width=1.5)
            for line in wrap(look.measure, self.question.text, BOLD, m.title, WIDTH - 2 * PAD - 54, most=4):
                pen.text(PAD + 24, y + 17, line, size=m.title, colour=palette.ink, font=BOLD)
                y += 22
        with pen.at_detail(2):
            close = Rect(WIDTH - 40, 6, 28, 28)
            parts.append(
                icon_button(pen, look, close, "cross", name="away", press="question.away", argument=self.ident,
                            tip="Put away", size=12)
            )  # fmt: skip
        return y + 8

    def _going(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        """The states with the one it is in, how long it takes, and what is being written."""
        m, palette, cycle = look.metrics, look.palette, self.question.cycle
        x = PAD + 30
        for number, state in enumerate(STEPS):
            colour = palette.state(state)
            passed, current = state in cycle.passed, cycle.state == state
            if number:
                ink = palette.second if passed or current else palette.line
                pen.line(x - 66, y + 12, x - 16, y + 12, colour=ink, width=1.5)
            if passed:
                pen.circle(x, y + 12, 7, fill=colour)
                pen.icon("tick", x - 5, y + 7, 10, colour=palette.paper, width=1.7)
            elif current:
                pen.circle(x, y + 12, 6, fill=colour)
                pen.circle(x, y + 12, 10, border=colour, width=1.5)
            else:
                pen.circle(x, y + 12, 6.5, border=mix(colour, palette.second, 0.4), width=1.4)
            font = BOLD if current else SANS
            pen.text(x, y + 36, WORDS[state], size=m.tiny, colour=palette.second, align=0.5, font=font)
            x += 82
        said = counter_of(cycle, look.now) or "waits for its turn"
        pen.text(WIDTH - PAD - 32, y + 17, said, size=m.tiny, colour=palette.second, align=1)
        if cycle.mission and not cycle.over:
            rect = Rect(WIDTH - PAD - 26, y - 2, 28, 28)
            parts.append(
                icon_button(pen, look, rect, "stop", name="stop", press="cycle.stop", argument=cycle.mission,
                            tip="Stop", size=14)
            )  # fmt: skip
        y += 46
        for line in wrap(look.measure, cycle.reason, SANS, m.tiny, WIDTH - 2 * PAD, most=3) if cycle.reason else ():
            pen.text(PAD, y + 12, line, size=m.tiny, colour=palette.second)
            y += 17
        if cycle.text:
            box = Rect(PAD, y + 2, WIDTH - 2 * PAD, TAIL * 18 + 14)
            pen.area(box, radius=m.small_radius, fill=palette.well)
            for number, line in enumerate(tail_lines(look, cycle.text, box.w - 24)[-TAIL:]):
                ink = mix(palette.ink, palette.well, 0.15)
                pen.text(box.x + 10, box.y + 19 + number * 18, line, size=m.tiny, colour=ink, font=MONO)
            y = box.bottom + 4
        return y

    def _problem(self, pen: Pen, look: Look, y: float) -> float:
        m, palette = look.metrics, look.palette
        for line in wrap(look.measure, self.question.problem, SANS, m.small, WIDTH - 2 * PAD, most=6):
            pen.text(PAD, y + 15, line, size=m.small, colour=palette.red)
            y += 20
        return y

    def _answer(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        m, palette, question = look.metrics, look.palette, self.question
        pen.hair(PAD, y - 3, WIDTH - PAD, y - 3, palette.line)
        top = y
        lines = wrap(look.measure, question.answer, SANS, m.body, WIDTH - 2 * PAD, most=MOST_LINES)
        for line in lines:
            pen.text(PAD, y + 18, line, size=m.body, colour=palette.ink)
            y += STEP
        parts.append(Part("answer", Rect(PAD, top, WIDTH - 2 * PAD, y - top), "text", "answer", question.answer))
        y += 8
        if not question.evidence:
            said = "No passage of the memory was near to this question: it is the model's own answer."
            pen.text(PAD, y + 16, said, size=m.tiny, colour=palette.second)
            y += 24
        else:
            heading = "What it rests on"
            y, more = draw_evidence(pen, look, question.evidence, PAD, y, WIDTH - 2 * PAD, heading)
            parts += more
        rect = Rect(PAD, y + 6, 150, 32)
        parts.append(
            button(pen, look, rect, "Ask another", name="another", press="question.open", tip="Asks the world again")
        )
        return y + 38
