"""A document on its way into the memory: how far it is, and the card that shows it where it was dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide, wrap
from ..model.widgets import button, paper

WIDTH = 344.0
ENDED = ("done", "cancelled", "failed")


@dataclass(eq=False, slots=True)
class Intake:
    """One file on its way: read here, sent in parts, then cut, embedded and indexed by the image."""

    ident: int  # the card's morph
    title: str
    source: str = ""
    job: int | None = None
    state: str = "reading"  # reading, receiving, embedding, indexing, done, cancelled, failed
    done: int = 0
    of: int = 0
    note: str = ""  # what was odd about the file
    words_at_end: str = ""  # the image's own sentence about what became of it
    problem: str = ""
    cancelled: bool = False  # the person does not want it any more
    document: int | None = None
    edit: int | None = None  # what takes its arrival back

    @property
    def over(self) -> bool:
        return self.state in ENDED

    @property
    def share(self) -> float:
        """How far the present step is, 0 to 1."""
        return min(1.0, self.done / self.of) if self.of > 0 else 0.0

    @property
    def words(self) -> str:
        """What is being done, and how far it is where that can be counted."""
        if self.cancelled and not self.over:
            return "cancelling…"
        word = "reading" if self.state == "receiving" else self.state
        if not self.of or self.state not in ("receiving", "embedding", "indexing"):
            return f"{word}…"
        unit = "parts" if self.state == "receiving" else "sentences" if self.state == "embedding" else "chunks"
        return f"{word} · {self.done:,} of {self.of:,} {unit}"

    def heard(self, row: Mapping[str, Any]) -> None:
        """Takes the image's row of the job."""
        state = str(row.get("state") or self.state)
        if not self.over:
            self.state = state
        self.done, self.of = int(row.get("done") or 0), int(row.get("of") or 0)
        self.problem = str(row.get("words") or "") if state == "failed" else self.problem
        self.words_at_end = str(row.get("words") or "")
        edit, document = row.get("edit"), row.get("document")
        self.edit = edit if isinstance(edit, int) else None
        self.document = document if isinstance(document, int) else getattr(document, "id", self.document)

    def fail(self, problem: str) -> None:
        self.state, self.problem = "failed", problem


class IntakeFace(Face):
    """The card of a document that is being taken in."""

    role = "document"

    def __init__(self, intake: Intake) -> None:
        super().__init__(intake.ident, CARD)
        self.intake = intake

    @property
    def name(self) -> str:
        return self.intake.title

    @property
    def value(self) -> str:
        return self.intake.problem or self.intake.words

    def layout(self, look: Look) -> Layout:
        m, palette, intake = look.metrics, look.palette, self.intake
        body = Pen()
        with body.at_detail(1):
            body.icon("document", m.pad - 3, 10, 18, colour=palette.accent, width=1.4)
            title = elide(look.measure, intake.title, BOLD, m.title, WIDTH - 2 * m.pad - 24)
            body.text(m.pad + 22, 25, title, size=m.title, colour=palette.ink, font=BOLD)
        with body.at_detail(2):
            if intake.state == "failed":
                height, made = self._failed(body, look)
            else:
                height, made = self._going(body, look)
        pen = Pen()
        paper(pen, look, WIDTH, height, bar=palette.red if intake.state == "failed" else None)
        parts = (Part("title", Rect(0, 0, WIDTH, height), "title", self.name, self.value, grips=True), made)
        return Layout(WIDTH, height, pen.joined(body.done()), parts)

    def _going(self, pen: Pen, look: Look) -> tuple[float, Part]:
        m, palette, intake = look.metrics, look.palette, self.intake
        y = 40.0
        bar = Rect(m.pad, y + 4, WIDTH - 2 * m.pad, 7)
        pen.area(bar, radius=3.5, fill=palette.well, border=palette.line)
        if intake.share > 0:
            pen.area(Rect(bar.x, bar.y, max(7.0, bar.w * intake.share), bar.h), radius=3.5, fill=palette.accent)
        y += 20
        rect = Rect(WIDTH - m.pad - 76, y, 76, 28)
        text = elide(look.measure, intake.words, SANS, m.small, rect.x - m.pad - 8)
        pen.text(m.pad, y + 19, text, size=m.small, colour=palette.second)
        y += 28
        for line in wrap(look.measure, intake.note, SANS, m.tiny, WIDTH - 2 * m.pad, most=3) if intake.note else ():
            pen.text(m.pad, y + 15, line, size=m.tiny, colour=palette.second)
            y += 17
        part = button(pen, look, rect, "Cancel", name="cancel", press="intake.cancel", argument=intake.ident,
                      enabled=not intake.cancelled, tip="Nothing of it is kept")  # fmt: skip
        return y + 12, part

    def _failed(self, pen: Pen, look: Look) -> tuple[float, Part]:
        m, palette, intake = look.metrics, look.palette, self.intake
        y = 38.0
        for line in wrap(look.measure, intake.problem, SANS, m.small, WIDTH - 2 * m.pad, most=5):
            pen.text(m.pad, y + 16, line, size=m.small, colour=palette.red)
            y += 19
        y += 8
        rect = Rect(m.pad, y, 110, 30)
        part = button(pen, look, rect, "Put away", name="away", press="intake.away", argument=intake.ident)
        return y + 30 + 12, part
