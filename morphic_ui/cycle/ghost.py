"""The ghost: a faint copy of the receiver on which the proposed method has run."""

from __future__ import annotations

from typing import Any

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.mirror import Mirror
from ..model.morphs import GHOST
from ..model.pen import HAIR, Pen
from ..model.text import BOLD, MONO, SANS, elide
from ..model.theme import mix
from ..model.values import show, write
from .proposal import Change, Proposal

WIDTH = 300.0
MOST_ROWS = 12


class GhostFace(Face):
    """The morph of a proposal's ghost."""

    role = "ghost"

    def __init__(self, proposal: Proposal, mirror: Mirror) -> None:
        super().__init__(proposal.ghost, GHOST)
        self.proposal = proposal
        self.mirror = mirror

    @property
    def name(self) -> str:
        return f"{self.proposal.receiver_name} (ghost)"

    @property
    def value(self) -> str:
        changed = [f"{one.slot} {show(one.before)} > {show(one.after)}" for one in self.proposal.changes]
        return ", ".join(changed) or "nothing changed"

    def layout(self, look: Look) -> Layout:
        m, palette, proposal = look.metrics, look.palette, self.proposal
        changes = {change.slot: change for change in proposal.changes}
        rows = self._rows(changes)
        height = m.header + 8 + len(rows) * m.row + 8 + m.field + 12
        pen = Pen()
        faint = mix(palette.paper, palette.world, 0.35)
        edge = palette.amber if proposal.waiting else palette.line
        pen.frame(0.5, 0.5, WIDTH - 1, height - 1, colour=edge, width=1.2, alpha=0.8)
        pen.box(5, 5, WIDTH - 10, height - 10, radius=m.radius - 2, fill=faint, border=palette.line, width=HAIR)
        with pen.at_detail(1):
            title = elide(look.measure, self.name, BOLD, m.title, WIDTH - 36)
            pen.text(18, 28, title, size=m.title, colour=mix(palette.ink, faint, 0.35), font=BOLD)
        parts = [Part("title", Rect(0, 0, WIDTH, m.header + 4), "title", self.name, self.value, grips=True)]
        with pen.at_detail(2):
            pen.hair(6, m.header + 4, WIDTH - 6, m.header + 4, palette.line)
            y = m.header + 10
            for slot, text, change in rows:
                self._row(pen, look, slot, text, change, y, faint)
                parts.append(Part(f"slot:{slot}", Rect(6, y, WIDTH - 12, m.row), "text", slot, text))
                y += m.row
            self._result(pen, look, Rect(13, y + 4, WIDTH - 26, m.field))
            said = "nothing here is stored until you install it"
            pen.text(4, height + 16, said, size=m.tiny, colour=palette.second)
        return Layout(WIDTH, height, pen.done(), tuple(parts))

    def _rows(self, changes: dict[str, Change]) -> list[tuple[str, str, Change | None]]:
        """Slots as the ghost has them; changed ones are never cut off."""
        proposal = self.proposal
        before: dict[str, Any] = {}
        if proposal.receiver is not None:
            record = self.mirror.get(proposal.receiver)
            before = {slot.name: slot for slot in (record.slots if record and record.slots else ())}
        rows: list[tuple[str, str, Change | None]] = [
            (name, show(slot.value, slot.kind), None) for name, slot in before.items() if name not in changes
        ]
        rows = rows[: max(0, MOST_ROWS - len(changes) - 1)]
        for slot, change in changes.items():
            text = f"new: {show(change.after)}" if change.new else f"{show(change.before)} > {show(change.after)}"
            rows.append((slot, text, change))
        return rows

    def _row(self, pen: Pen, look: Look, slot: str, text: str, change: Change | None, y: float, faint: int) -> None:
        m, palette = look.metrics, look.palette
        if change is not None:
            pen.box(13, y + 1, WIDTH - 26, m.row - 2, radius=4, fill=mix(palette.amber_soft, faint, 0.15))
        name_ink = palette.accent if slot.endswith("*") else palette.second
        ink = palette.ink if change is not None else mix(palette.ink, faint, 0.3)
        pen.text(18, y + 18, elide(look.measure, slot, SANS, m.small, 100), size=m.small, colour=name_ink, alpha=0.9)
        shown = elide(look.measure, text, MONO, m.code, WIDTH - 126 - 18)
        pen.text(126, y + 18, shown, size=m.code, colour=ink, font=MONO)

    def _result(self, pen: Pen, look: Look, rect: Rect) -> None:
        """The message that was run on the ghost, and what it returned."""
        m, palette, trial = look.metrics, look.palette, self.proposal.trial
        pen.area(rect, radius=m.small_radius, fill=palette.well, border=palette.line)
        pen.icon("chevron", rect.x + 6, rect.centre.y - 6, 12, colour=palette.second)
        proposal = self.proposal
        asked = proposal.original if proposal.tried is None else f"{proposal.selector}({proposal.tried})"
        status = str(trial.get("status") or "")
        if status == "ok":
            result, ink = write(trial.get("returns")), palette.ink
        else:
            result, ink = (status or "not run"), palette.red if status else palette.second
        result = elide(look.measure, result, MONO, m.code, rect.w * 0.45)
        result_width = look.width(result, MONO, m.code)
        asked = elide(look.measure, asked, MONO, m.code, rect.w - 44 - result_width)
        pen.text(rect.x + 22, rect.centre.y + 4.5, asked, size=m.code, colour=palette.second, font=MONO)
        pen.text(rect.right - 10, rect.centre.y + 4.5, result, size=m.code, colour=ink, font=MONO, align=1)
