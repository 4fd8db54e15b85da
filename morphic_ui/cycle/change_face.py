"""The card of a proposed slot change: before and after, why, and the ways to decide."""

from __future__ import annotations

from ..memory.evidence import draw_evidence
from ..model.face import Edit, Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import PROPOSAL
from ..model.pen import Pen
from ..model.text import BOLD, MONO, SANS, elide, wrap
from ..model.widgets import button, field, paper
from .change import DiffLine, SlotChange, difference
from .proposal import Proposal

WIDTH = 560.0
LEFT = 20.0
LINE = 20.0
MOST = 48  # lines of the difference, broken ones counted


class ChangeFace(Face):
    """The morph of a proposed slot change."""

    role = "proposal"

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(proposal.ident, PROPOSAL)
        self.proposal = proposal

    @property
    def change(self) -> SlotChange:
        change = self.proposal.change
        if change is None:
            raise ValueError("the proposal names no change")
        return change

    @property
    def name(self) -> str:
        return f"proposal {self.change.slot} of {self.change.target_name}"

    @property
    def value(self) -> str:
        return self.proposal.outcome or "waiting for you"

    def edit_typed(self, part: Part, text: str) -> None:
        if part.name == "reason":
            self.proposal.reason = text
        self.proposal.problem = ""
        self.touch()

    def edit_left(self, part: Part) -> None:
        del part
        self.touch()

    def layout(self, look: Look) -> Layout:
        palette, proposal, change = look.palette, self.proposal, self.change
        body = Pen()
        parts = [Part("title", Rect(0, 0, WIDTH, 46), "title", self.name, self.value, grips=True)]
        self._heading(body, look, change)
        with body.at_detail(2):
            if proposal.outcome:
                y = self._changed(body, look, change, parts)
            else:
                y = self._because(body, look, change, 48.0)
                y = self._difference(body, look, change, y + 6, parts)
                if proposal.evidence:
                    heading = "Passages of the memory that it was given"
                    y, more = draw_evidence(
                        body, look, proposal.evidence, LEFT, y + 6, WIDTH - 2 * LEFT, heading, "change"
                    )
                    parts += more
                y = self._decision(body, look, y + 12, parts)
        pen = Pen()
        paper(pen, look, WIDTH, y, bar=palette.green if proposal.outcome else palette.amber)
        return Layout(WIDTH, y, pen.joined(body.done()), tuple(parts))

    def _heading(self, pen: Pen, look: Look, change: SlotChange) -> None:
        m, palette, proposal = look.metrics, look.palette, self.proposal
        title = elide(look.measure, change.slot, BOLD, m.title + 2, WIDTH * 0.45)
        with pen.at_detail(1):
            pen.text(LEFT, 31, title, size=m.title + 2, colour=palette.ink, font=BOLD)
        x = LEFT + look.width(title, BOLD, m.title + 2) + 14
        state = proposal.outcome or "not changed"
        said = f"a slot of {change.target_name} · proposed by {proposal.author} · {state}"
        with pen.at_detail(2):
            pen.text(x, 31, elide(look.measure, said, SANS, m.small, WIDTH - x - 16), size=m.small,
                     colour=palette.second)  # fmt: skip

    def _because(self, pen: Pen, look: Look, change: SlotChange, y: float) -> float:
        m, palette = look.metrics, look.palette
        for line in wrap(look.measure, change.because, SANS, m.body, WIDTH - 2 * LEFT, most=5):
            pen.text(LEFT, y + 16, line, size=m.body, colour=palette.ink)
            y += 21
        return y

    def _difference(self, pen: Pen, look: Look, change: SlotChange, y: float, parts: list[Part]) -> float:
        """What goes and what comes, told by ground, sign and order."""
        m, palette = look.metrics, look.palette
        top = y
        drawn = broken_lines(look, difference(change.before, change.after), WIDTH - 2 * LEFT - 40)
        for line in drawn[:MOST]:
            ground = {"removed": palette.removed, "added": palette.added}.get(line.mark)
            if ground is not None:
                pen.box(LEFT - 4, y, WIDTH - 2 * LEFT + 8, LINE, fill=ground)
            if line.mark == "gap":
                pen.text(LEFT + 22, y + 14.5, line.text, size=m.tiny, colour=palette.second)
            else:
                sign, ink = {"removed": ("-", palette.red), "added": ("+", palette.green)}.get(
                    line.mark, ("", palette.second)
                )
                pen.text(LEFT + 8, y + 15, sign, size=m.code, colour=ink, font=MONO, align=0.5)
                colour = palette.second if line.mark == "same" else palette.ink
                pen.text(LEFT + 22, y + 15, line.text, size=m.tiny + 0.5, colour=colour, font=MONO)
            y += LINE
        if len(drawn) > MOST:
            said = f"{len(drawn) - MOST} more lines: the object's own slot shows all of it"
            pen.text(LEFT + 22, y + 15, said, size=m.tiny, colour=palette.second)
            y += LINE
        rect = Rect(LEFT - 4, top, WIDTH - 2 * LEFT + 8, max(1.0, y - top))
        parts.append(Part("change", rect, "text", "change", f"{change.before}\n{change.after}"))
        return y

    def _decision(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        m, palette, proposal = look.metrics, look.palette, self.proposal
        edit = Edit("proposal.reject", proposal.reason, font=SANS, size=m.body,
                    hint="Say why not, or what else (goes back to the model word for word)")  # fmt: skip
        rect = Rect(LEFT, y, WIDTH - 2 * LEFT, 34)
        parts.append(field(pen, look, rect, name="reason", label="reason", edit=edit, argument=proposal.id))
        y += 44
        said = proposal.problem or proposal.busy
        if said:
            ink = palette.red if proposal.problem else palette.second
            for line in wrap(look.measure, said, SANS, m.tiny, WIDTH - 2 * LEFT, most=3):
                pen.text(LEFT, y + 12, line, size=m.tiny, colour=ink)
                y += 17
            y += 6
        ready = not proposal.busy
        buttons = (
            ("Approve", "Ctrl Enter", "install", "proposal.install", True, 160.0),
            ("Reject", "R", "reject", "proposal.reject", False, 120.0),
            ("Try again", "T", "again", "proposal.again", False, 130.0),
        )
        x = LEFT
        for text, key, name, press, main, width in buttons:
            parts.append(
                button(pen, look, Rect(x, y, width, m.button), text, name=name, press=press, argument=proposal.id,
                       key=key, main=main, enabled=ready)
            )  # fmt: skip
            x += width + 10
        return y + m.button + 16

    def _changed(self, pen: Pen, look: Look, change: SlotChange, parts: list[Part]) -> float:
        m, palette, proposal = look.metrics, look.palette, self.proposal
        pen.icon("tick", LEFT, 50, 16, colour=palette.green, width=1.8)
        said = f"{change.slot} of {change.target_name} is changed. Ctrl+Z takes it back."
        said = elide(look.measure, said, SANS, m.small, WIDTH - 2 * LEFT - 24)
        pen.text(LEFT + 24, 63, said, size=m.small, colour=palette.ink)
        rect = Rect(LEFT, 80, 120, m.button)
        parts.append(
            button(pen, look, rect, "Done", name="done", press="proposal.done", argument=proposal.id, key="Esc")
        )
        return 80 + m.button + 16


def broken_lines(look: Look, lines: list[DiffLine], width: float) -> list[DiffLine]:
    """Lines broken where they are too wide; nothing of a change is cut off."""
    size = look.metrics.tiny + 0.5
    broken: list[DiffLine] = []
    for line in lines:
        if line.mark == "gap":
            broken.append(line)
        elif len(broken) <= MOST:
            broken += [
                DiffLine(line.mark, part) for part in wrap(look.measure, line.text, MONO, size, width, most=MOST)
            ]
        else:
            broken.append(line)
    return broken
