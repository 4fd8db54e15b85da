"""Keeping what a cycle made as a proposal: its record, with all that it rests on, in the mission's transaction."""

from __future__ import annotations

from typing import Any

from ZODB.utils import u64

from ..image.world import World
from ..objects import sha256_of
from .drafting import Tried
from .proposing import new_slots, rested_slots
from .records import HELD, SLOT_CHANGE, Mission, Proposal, change_text
from .run import CycleRun
from .tuning import Chosen


def hold_method(run: CycleRun, tried: Tried, refusals: list[str], world: World, mission: Mission, number: int) -> str:
    """Keep a method that guardian and trial accepted; its sha256."""
    verdict = tried.verdict
    proposal = Proposal(number, mission, verdict.source, verdict.sha256)
    proposal.inserted, proposal.trial = verdict.inserted, verdict.trial
    proposal.refusals = [*refusals]
    proposal.findings = [*verdict.findings, *(_doubt(text) for text in tried.draft.doubts)]
    proposal.outcomes, proposal.others = tried.outcomes, tried.others
    proposal.votes, proposal.drafts = tried.votes, tried.drafts
    proposal.rested = rested_slots(mission.receiver, verdict.source)
    proposal.new_slots = new_slots(mission.receiver, verdict.source)
    return _keep(run, proposal, world, mission)


def hold_change(run: CycleRun, chosen: Chosen, problems: list[str], world: World, mission: Mission, number: int) -> str:
    """Keep a slot's change; the sha256 of it."""
    option = chosen.option
    proposal = Proposal(number, mission, "", sha256_of(change_text(option.slot, option.then)))
    # The option's object belongs to the cycle's connection, this transaction has its own.
    proposal.receiver = world.resolve(u64(option.target._p_oid))
    proposal.artifact_type = SLOT_CHANGE
    proposal.change = {"slot": option.slot, "before": option.now, "after": option.then, "because": chosen.because}
    proposal.refusals = [*problems]
    return _keep(run, proposal, world, mission)


def _keep(run: CycleRun, proposal: Proposal, world: World, mission: Mission) -> str:
    proposal.steps, proposal.expert = run.steps, str(run.steps[-1].get("persona", ""))
    proposal.evidence = run.evidence.rows()
    proposal.journal = [
        *((slot, value) for slot, value in _last_writes(run) if slot != "synthesis_state*"),
        ("synthesis_state*", world.resolve("COMPLETE")),
    ]
    for slot, value in proposal.journal[:-1]:
        setattr(mission.cycle, slot, value)
    setattr(mission.cycle, "synthesis_state*", world.resolve("SYNTHESIZING"))
    mission.state, mission.reason, mission.cycle_state = HELD, "", "SYNTHESIZING"
    mission.proposal = proposal.number
    world.connection.add(proposal)
    world.record.proposals[proposal.number] = proposal
    return proposal.sha256


def _doubt(text: str) -> dict[str, Any]:
    return {"rule": "DOUBT", "severity": "info", "line": 1, "message": text}


def _last_writes(run: CycleRun) -> list[tuple[str, Any]]:
    """The journal with only the last value of each slot: what replaying it leaves."""
    return list(dict(run.journal).items())
