"""Commands about a proposal's outcomes: unfold one, put another candidate beside it, take that one instead."""

from __future__ import annotations

from ..cycle.outcomes_face import next_other
from ..cycle.proposal import Proposal
from .commands import Call, Command
from .cycles import CycleCommands, chosen_proposal
from .desk import Desk
from .session import Session


class CandidateCommands:
    """What can be done with what a proposal does at the edges."""

    def __init__(self, session: Session, cycles: CycleCommands) -> None:
        self.session = session
        self.cycles = cycles

    def table(self) -> list[Command]:
        return [
            Command("proposal.compare", "Compare", self.compare, "Puts a draft that does otherwise beside this one",
                    ("c",), has_others, ("card",), here="proposal"),
            Command("proposal.take", "Take this one", self.take, "The draft beside it becomes the proposal", ("u",),
                    comparing, ("card",), here="proposal"),
            Command("proposal.close_other", "Close the comparison", self.close, "", ("escape",), comparing),
            Command("outcome.unfold", "Outcomes in full", self.unfold, "All that a case did, in words", ("o",),
                    has_outcomes, ("card",), here="proposal"),
        ]  # fmt: skip

    def compare(self, desk: Desk, call: Call) -> None:
        """The candidate whose button was pressed, or the next one; after the last none."""
        proposal = chosen_proposal(desk, call)
        if proposal is None or (not proposal.others and not proposal.beside):
            return
        if isinstance(call.argument, tuple):
            sha256 = str(call.argument[1])
        else:
            following = next_other(proposal)
            sha256 = "" if following is None else following.sha256
        self._beside(desk, proposal, sha256)

    def close(self, desk: Desk, call: Call) -> None:
        proposal = chosen_proposal(desk, call)
        if proposal is not None:
            self._beside(desk, proposal, "")

    def _beside(self, desk: Desk, proposal: Proposal, sha256: str) -> None:
        if desk.editing is not None and desk.editing.ident == proposal.ident:
            desk.leave_edit()
        proposal.beside = sha256
        self.session.proposals.fit(proposal)
        desk.show(proposal.ident)

    def take(self, desk: Desk, call: Call) -> None:
        """The candidate beside it becomes the proposal, by the same way as a person's edit."""
        proposal = chosen_proposal(desk, call)
        other = proposal.compared if proposal is not None else None
        if proposal is not None and other is not None and not proposal.busy:
            self.cycles.replace_source(desk, proposal, "taking the other: it is audited and tried…", other.source)

    def unfold(self, desk: Desk, call: Call) -> None:
        """One case that was pressed; by key all of them, or none."""
        proposal = chosen_proposal(desk, call)
        if proposal is None:
            return
        if isinstance(call.argument, tuple):
            proposal.unfolded ^= {int(call.argument[1])}
        elif proposal.unfolded:
            proposal.unfolded.clear()
        else:
            proposal.unfolded = {one.index for one in proposal.outcomes}
        self.session.proposals.touch(proposal)


def has_others(desk: Desk) -> bool:
    proposal = chosen_proposal(desk, Call())
    return proposal is not None and bool(proposal.others)


def has_outcomes(desk: Desk) -> bool:
    proposal = chosen_proposal(desk, Call())
    return proposal is not None and bool(proposal.outcomes)


def comparing(desk: Desk) -> bool:
    proposal = chosen_proposal(desk, Call())
    return proposal is not None and proposal.compared is not None
