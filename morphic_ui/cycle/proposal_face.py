"""The proposal card: the method with its findings, what was checked, and the four ways to decide."""

from __future__ import annotations

from collections.abc import Iterable

from ..memory.evidence import draw_evidence
from ..model.face import Edit, Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.mirror import Mirror
from ..model.morphs import PROPOSAL
from ..model.pen import Pen
from ..model.text import BOLD, MONO, SANS, elide, wrap
from ..model.widgets import button, field, paper
from .outcomes_face import draw_outcomes
from .proposal import Check, Proposal
from .source_face import BESIDE, BESIDE_WIDTH, CARD_WIDTH, LEFT, WIDE, draw_source, draw_taking


class ProposalFace(Face):
    """The morph of a proposal."""

    role = "proposal"

    def __init__(self, proposal: Proposal, mirror: Mirror) -> None:
        super().__init__(proposal.ident, PROPOSAL)
        self.proposal = proposal
        self.mirror = mirror

    @property
    def name(self) -> str:
        return f"proposal {self.proposal.selector} for {self.proposal.receiver_name}"

    @property
    def value(self) -> str:
        return self.proposal.outcome or "waiting for you"

    def edit_typed(self, part: Part, text: str) -> None:
        proposal = self.proposal
        if part.name == "reason":
            proposal.reason = text
        elif part.name == "arguments":
            proposal.arguments = text
        elif part.name == "source":
            proposal.edited = text
        proposal.problem = ""
        self.touch()

    def edit_left(self, part: Part) -> None:
        if part.name == "source":
            self.proposal.edited = None
        self.touch()

    def layout(self, look: Look) -> Layout:
        proposal = self.proposal
        width = CARD_WIDTH if proposal.compared is None or proposal.outcome else WIDE
        body = Pen()
        parts = [Part("title", Rect(0, 0, width, 46), "title", self.name, self.value, grips=True)]
        self._heading(body, look)
        if proposal.outcome:
            y = self._installed(body, look, parts)
        else:
            with body.at_detail(2):
                y = draw_source(body, look, proposal, 58.0, parts)
                y = self._checks(body, look, y + 12)
                y = self._outcomes(body, look, y, parts)
                y = self._evidence(body, look, y, parts)
                y = self._again(body, look, y + 8, parts)
                y = self._decision(body, look, y + 10, parts)
                if width == WIDE:
                    parts += draw_taking(body, look, proposal, y - 16 - look.metrics.button)
                    body.hair(CARD_WIDTH, 58, CARD_WIDTH, y - 16, look.palette.line)
        pen = Pen()
        palette = look.palette
        paper(pen, look, width, y, bar=palette.green if proposal.outcome else palette.amber)
        return Layout(width, y, pen.joined(body.done()), tuple(parts))

    def _heading(self, pen: Pen, look: Look) -> None:
        m, palette, proposal = look.metrics, look.palette, self.proposal
        title = elide(look.measure, proposal.selector, BOLD, m.title + 2, CARD_WIDTH * 0.5)
        with pen.at_detail(1):
            pen.text(LEFT, 31, title, size=m.title + 2, colour=palette.ink, font=BOLD)
        x = LEFT + look.width(title, BOLD, m.title + 2) + 16
        state = proposal.outcome or "not installed"
        said = f"written by {proposal.author} for {proposal.receiver_name} · attempt {proposal.attempt} · {state}"
        with pen.at_detail(2):
            text = elide(look.measure, said, SANS, m.small, CARD_WIDTH - x - 16)
            pen.text(x, 31, text, size=m.small, colour=palette.second)

    def _checks(self, pen: Pen, look: Look, y: float) -> float:
        return draw_checks(pen, look, self.proposal.checks, LEFT, y, CARD_WIDTH - 2 * LEFT)

    def _outcomes(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        """What it does at the edges, and which drafts do otherwise."""
        here, beside = Rect(LEFT, y, CARD_WIDTH - 2 * LEFT, 0), Rect(BESIDE, y, BESIDE_WIDTH - 2 * LEFT, 0)
        return draw_outcomes(pen, look, self.proposal, here, beside, parts)

    def _evidence(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        """The passages of the memory that were in its prompts."""
        hits = self.proposal.evidence
        if not hits:
            return y
        heading = "Passages of the memory that it was given"
        y, more = draw_evidence(pen, look, hits, LEFT, y + 6, CARD_WIDTH - 2 * LEFT, heading, "method")
        parts += more
        return y

    def _again(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        """Run it on the ghost with other arguments."""
        m, palette, proposal = look.metrics, look.palette, self.proposal
        pen.text(LEFT, y + 20, f"{proposal.selector}(", size=m.code, colour=palette.second, font=MONO)
        x = LEFT + look.width(f"{proposal.selector}(", MONO, m.code) + 4
        x = min(x, CARD_WIDTH * 0.45)
        edit = Edit("proposal.run", proposal.arguments, hint="other arguments, for instance 14")
        run = Rect(CARD_WIDTH - LEFT - 128, y, 128, 30)
        rect = Rect(x, y, run.x - x - 24, 30)
        parts.append(field(pen, look, rect, name="arguments", label="arguments", edit=edit))
        pen.text(rect.right + 5, y + 20, ")", size=m.code, colour=palette.second, font=MONO)
        parts.append(
            button(pen, look, run, "Run again", name="run", press="proposal.run", argument=proposal.id,
                   tip="Runs it on the ghost; nothing is stored", enabled=not proposal.busy)
        )  # fmt: skip
        return y + 30

    def _decision(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        m, palette, proposal = look.metrics, look.palette, self.proposal
        edit = Edit(
            "proposal.reject", proposal.reason, font=SANS, size=m.body,
            hint="Say why, or what to change (goes back to the model word for word)",
        )  # fmt: skip
        rect = Rect(LEFT, y, CARD_WIDTH - 2 * LEFT, 34)
        parts.append(field(pen, look, rect, name="reason", label="reason", edit=edit, argument=proposal.id))
        y += 44
        said = proposal.problem or proposal.busy
        if said:
            ink = palette.red if proposal.problem else palette.second
            for line in wrap(look.measure, said, SANS, m.tiny, CARD_WIDTH - 2 * LEFT, most=3):
                pen.text(LEFT, y + 12, line, size=m.tiny, colour=ink)
                y += 17
            y += 6
        width, gap = 132.0, 10.67
        ready = not proposal.busy
        editing = look.editing == "source"
        buttons = (
            [("Audit again", "Ctrl Enter", "audit", "proposal.audit_typed", True, True),
             ("Leave it", "Esc", "unedit", "proposal.unedit", False, True)]
            if editing
            else [("Install", "Ctrl Enter", "install", "proposal.install", True, ready and proposal.accepted),
                  ("Edit", "E", "edit", "proposal.edit", False, ready),
                  ("Reject", "R", "reject", "proposal.reject", False, ready),
                  ("Try again", "T", "again", "proposal.again", False, ready)]
        )  # fmt: skip
        for number, (text, key, name, press, main, enabled) in enumerate(buttons):
            rect = Rect(LEFT + number * (width + gap), y, width, m.button)
            parts.append(
                button(pen, look, rect, text, name=name, press=press, argument=proposal.id, key=key, main=main,
                       enabled=enabled)
            )  # fmt: skip
        return y + m.button + 16

    def _installed(self, pen: Pen, look: Look, parts: list[Part]) -> float:
        """After Install: the original message can be sent, once and visibly."""
        m, palette, proposal = look.metrics, look.palette, self.proposal
        with pen.at_detail(2):
            pen.icon("tick", LEFT, 52, 16, colour=palette.green, width=1.8)
            said = f"{proposal.receiver_name} understands {proposal.selector} from now on. Ctrl+Z takes it back."
            pen.text(LEFT + 24, 65, said, size=m.small, colour=palette.ink)
            text = elide(look.measure, f"Send {self.proposal.original}", SANS, m.body, 250)
            parts.append(
                button(pen, look, Rect(LEFT, 84, 300, m.button), text, name="send", press="proposal.send",
                       argument=proposal.id, key="Enter", main=True)
            )  # fmt: skip
            parts.append(
                button(pen, look, Rect(LEFT + 312, 84, 132, m.button), "Done", name="done", press="proposal.done",
                       argument=proposal.id, key="Esc")
            )  # fmt: skip
        return 84 + m.button + 16


def draw_checks(pen: Pen, look: Look, checks: Iterable[Check], x: float, y: float, width: float) -> float:
    """One line for each check: its mark says the same as its colour."""
    m, palette = look.metrics, look.palette
    ink = {"good": palette.green, "warn": palette.amber, "bad": palette.red, "note": palette.second}
    icon = {"good": "tick", "warn": "alert", "bad": "cross", "note": "minus"}
    for check in checks:
        pen.icon(icon[check.mood], x, y + 3, 14, colour=ink[check.mood], width=1.7)
        for line in wrap(look.measure, check.text, SANS, m.small, width - 24, most=3):
            pen.text(x + 22, y + 15, line, size=m.small, colour=ink[check.mood])
            y += 21
    return y
