"""Proposal cards and their ghosts: they come, are decided about, and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..cycle.change_face import ChangeFace
from ..cycle.ghost import GhostFace
from ..cycle.outcomes import without_old_outcomes
from ..cycle.proposal import Proposal
from ..cycle.proposal_face import ProposalFace
from ..model.geometry import Point, Rect
from ..model.layout import free_place
from .desk import Desk
from .stage import Stage

WAITING = ("waiting", "open", "held", "")


class Proposals:
    """Keeps a card in the world for every proposal that waits."""

    def __init__(self, desk: Desk, stage: Stage) -> None:
        self.desk = desk
        self.stage = stage

    def only(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """The whole list as the image has it: cards of proposals that are gone go, too."""
        known = {ident_of(row) for row in rows}
        for proposal in list(self.desk.proposals.values()):
            if proposal.id not in known and not proposal.outcome:
                self.remove(proposal)
        for row in rows:
            self.heard(row)

    def heard(self, row: Mapping[str, Any]) -> None:
        """A proposal has come or has changed."""
        ident = ident_of(row)
        if ident is None:
            return
        desk = self.desk
        proposal = desk.proposals.get(ident)
        waiting = str(row.get("state") or "") in WAITING
        if proposal is None:
            if waiting:
                self._arrive(Proposal(ident, row, came_at=desk.now))
        else:
            wide = proposal.compared is not None
            proposal.replace(without_old_outcomes(proposal.row, row))
            if not waiting and not proposal.outcome:
                self._decided(proposal, str(row.get("state")))
            self.touch(proposal)
            if wide and proposal.compared is None:
                self.fit(proposal)
        if proposal is not None and proposal.waiting and proposal.mission in desk.board.cycles:
            cycle = desk.board.cycles[proposal.mission]
            proposal.args, proposal.kwargs = tuple(cycle.args), dict(cycle.kwargs)
        self.count()

    def _arrive(self, proposal: Proposal) -> None:
        desk = self.desk
        for other in [one for one in desk.proposals.values() if one.mission == proposal.mission]:
            if other.mission is not None:
                self.remove(other)
        desk.proposals[proposal.id] = proposal
        proposal.ident, proposal.ghost = desk.card_ident(), desk.card_ident()
        if proposal.mission is not None:
            cycle = desk.board.cycle(proposal.mission)
            proposal.args, proposal.kwargs = tuple(cycle.args), dict(cycle.kwargs)
            cycle.selector = cycle.selector or proposal.selector
            cycle.receiver_name = cycle.receiver_name or proposal.receiver_name
            desk.board.waits(proposal.mission, desk.now)
            self.stage.cycle_changed(desk.board.cycle(proposal.mission))
        if proposal.change is not None:
            # A slot's change has no ghost: before and after stand on its card.
            row = desk.scene.add(ChangeFace(proposal))
            area = desk.scene.table.area(row)
            at = self._place(proposal, area.w, area.h)
            desk.scene.table.move_to(row, at.x, at.y)
        else:
            self._with_ghost(proposal)
        self.mark(proposal, True)
        desk.say(proposal.offer)
        desk.wake()

    def _with_ghost(self, proposal: Proposal) -> None:
        """The ghost stands to the right of its card: room is sought for both together."""
        desk = self.desk
        row = desk.scene.add(ProposalFace(proposal, desk.mirror))
        area = desk.scene.table.area(row)
        ghost_row = desk.scene.add(GhostFace(proposal, desk.mirror))
        ghost_area = desk.scene.table.area(ghost_row)
        at = self._place(proposal, area.w + 48 + ghost_area.w, max(area.h, ghost_area.h + 60))
        desk.scene.table.move_to(row, at.x, at.y)
        desk.scene.table.move_to(ghost_row, at.x + area.w + 48, at.y + 40)

    def _place(self, proposal: Proposal, width: float, height: float) -> Point:
        """The free place beside its receiver where both are seen largest together."""
        desk, receiver = self.desk, proposal.receiver
        taken = desk.taken(but=(proposal.ident, proposal.ghost))
        if receiver is None or receiver not in desk.scene.rows:
            centre = desk.scene.camera.seen().centre
            return free_place(width, height, Point(round(centre.x - width / 2), round(centre.y - height / 2)), taken)
        area = desk.resting_area(receiver)
        beside = (
            Point(area.right + 56, area.y), Point(area.right + 56, area.bottom - height),
            Point(area.x, area.bottom + 56), Point(area.right - width, area.bottom + 56),
            Point(area.x - 56 - width, area.y), Point(area.x, area.y - 56 - height),
        )  # fmt: skip
        places = [free_place(width, height, Point(round(at.x), round(at.y)), taken) for at in beside]
        camera = desk.scene.camera

        def both(at: Point) -> float:
            return camera.framing(area.joined(Rect(at.x, at.y, width, height)))[2]

        # Of places that show both equally large, the first: to the right, as one reads.
        return max(places, key=both)

    def mark(self, proposal: Proposal, waiting: bool) -> None:
        """Amber at the receiver while a person is needed there."""
        receiver = proposal.receiver
        outliner = self.desk.outliners.get(receiver) if receiver is not None else None
        if outliner is not None:
            others = [one for one in self.desk.proposals.values() if one is not proposal and one.waiting]
            outliner.waiting = waiting or any(one.receiver == receiver for one in others)
            self.desk.touch(outliner.ident)

    def _decided(self, proposal: Proposal, state: str) -> None:
        """Somebody else has decided, or the card's own decision has been carried out."""
        if state in ("approved", "installed", "complete", "done"):
            self.installed(proposal)
        else:
            self.remove(proposal)

    def installed(self, proposal: Proposal) -> None:
        """The method is in: the ghost goes, the card offers to send the original message."""
        proposal.outcome, proposal.busy = "installed" if proposal.change is None else "changed", ""
        if proposal.ghost in self.desk.scene.rows:
            self.desk.scene.remove(proposal.ghost)
        self.mark(proposal, False)
        self.touch(proposal)
        self.count()

    def remove(self, proposal: Proposal) -> None:
        desk = self.desk
        if desk.editing is not None and desk.editing.ident == proposal.ident:
            desk.end_edit()
        for ident in (proposal.ident, proposal.ghost):
            if ident in desk.scene.rows:
                desk.scene.remove(ident)
        desk.proposals.pop(proposal.id, None)
        self.mark(proposal, False)
        self.count()
        desk.wake()

    def touch(self, proposal: Proposal) -> None:
        for ident in (proposal.ident, proposal.ghost):
            self.desk.touch(ident)

    def count(self) -> None:
        """How many decisions wait: the window's title says so."""
        self.desk.notes.waiting = sum(one.waiting for one in self.desk.proposals.values())

    def fit(self, proposal: Proposal) -> None:
        """Lays the card out at its new width; its ghost steps aside.

        A comparison passes: like a sheet of paper the card lies over what is beside it, and nothing is pushed away.
        """
        scene = self.desk.scene
        row = scene.row_of(proposal.ident)
        if row is not None:
            self.desk.touch(proposal.ident)
            scene.expected.add(row)
            scene.layout(row)
            scene.expected.discard(row)
            self.keep_ghost_beside(proposal)

    def keep_ghost_beside(self, proposal: Proposal) -> None:
        """The ghost follows its card when that has become wider or narrower."""
        desk = self.desk
        card, ghost = desk.scene.area(proposal.ident), desk.scene.rows.get(proposal.ghost)
        if card is not None and ghost is not None:
            end = np.array([[card.right + 48, card.y + 40]])
            end += np.array([[desk.scene.table.hw[ghost], desk.scene.table.hh[ghost]]])
            desk.scene.motion.glide(desk.scene.table, np.array([ghost]), end, 0.2, desk.now)


def ident_of(row: Mapping[str, Any]) -> int | None:
    """A proposal's number."""
    value = row.get("proposal", row.get("id"))
    return value if isinstance(value, int) else None
