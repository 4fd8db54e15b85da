"""What the image keeps of missions and proposals: small records beside the objects, and their rows for people."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from persistent import Persistent

from ..image.neutral import to_neutral
from ..image.world import World
from ..objects import UvmObject

QUEUED, WAITING, RUNNING, HELD = "queued", "waiting", "running", "held"
COMPLETE, FAILED, REJECTED, ANSWERED, STOPPED = "complete", "failed", "rejected", "answered", "stopped"
OPEN = frozenset({QUEUED, WAITING, RUNNING, HELD})
MAX_ATTEMPTS = 3

UNHANDLED, QUESTION = "unhandled_message", "question"
SELF_AUDIT, OPTIMIZATION = "self_audit", "system_optimization"
MISSION_TYPES = (UNHANDLED, QUESTION, SELF_AUDIT, OPTIMIZATION)
UNHURRIED = frozenset({OPTIMIZATION})
"""Missions that nobody waits for: they begin when no other runs, and let every other ask the model first."""

NEW_METHOD, TEXT_RESPONSE, SLOT_CHANGE = "new_method", "text_response", "slot_change"
ARTIFACTS = {UNHANDLED: NEW_METHOD, QUESTION: TEXT_RESPONSE, SELF_AUDIT: TEXT_RESPONSE, OPTIMIZATION: SLOT_CHANGE}
"""What a cycle makes for each type of mission."""


class Mission(Persistent):
    """What somebody wants an object to learn, or to be answered.

    state: queued, waiting (for the model; `reason` says why), running, held (a proposal waits for a person), complete,
    failed, rejected, answered (the receiver learned it meanwhile), stopped. cycle_state: where its cycle stands.
    context: what a steward's mission was filed with, plain data (`finding`, `current_prompt`, `performance_data`).
    """

    # Missions of older images have none of their own.
    context: Mapping[str, Any] = MappingProxyType({})

    def __init__(
        self,
        number: int,
        kind: str,
        receiver: UvmObject,
        selector: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        wish: str,
        who: str,
        cycle: UvmObject,
        context: Mapping[str, Any],
    ) -> None:
        self.number = number
        self.kind = kind
        self.receiver = receiver
        self.selector = selector
        self.args = list(args)
        self.kwargs = dict(kwargs)
        self.wish = wish
        self.who = who
        self.cycle = cycle
        self.context = dict(context)
        self.created = time.time()
        self.ended: float | None = None
        self.state = QUEUED
        self.cycle_state = "IDLE"
        self.reason = ""
        self.attempt = 1
        self.proposal: int | None = None
        self.result: Any = None

    @property
    def parameters(self) -> list[str]:
        """The parameters of the method that is wanted: arg1, arg2, … and the names of the keyword arguments."""
        return [f"arg{place}" for place in range(1, len(self.args) + 1)] + list(self.kwargs)

    def end(self, world: World, state: str, reason: str = "") -> None:
        """Close the mission; it leaves the open ones."""
        self.state, self.reason, self.ended = state, reason, time.time()
        if self.number in world.record.open_missions:
            del world.record.open_missions[self.number]

    def row(self, world: World) -> dict[str, Any]:
        """The mission as `missions` lists it."""
        return {
            "id": self.number,
            "type": self.kind,
            "receiver": world.id_of(self.receiver),
            "receiver_name": world.name_of(self.receiver),
            "selector": self.selector,
            "args": to_neutral(world, self.args),
            "kwargs": to_neutral(world, self.kwargs),
            "wish": self.wish,
            "context": dict(self.context),
            "who": self.who,
            "cycle": world.id_of(self.cycle),
            "state": self.state,
            "cycle_state": self.cycle_state,
            "reason": self.reason,
            "attempt": self.attempt,
            "proposal": self.proposal,
            "result": to_neutral(world, self.result),
            "created": self.created,
            "ended": self.ended,
        }


class Proposal(Persistent):
    """What a cycle proposes, with everything it rests on; it waits for a person as long as that takes.

    state: waiting, approved, rejected or superseded. rested: slots the source names -> their kinds when it was
    written. steps: each step's exact prompt, answer, parameters, seed and expert. journal: the cycle's slot writes.
    evidence: the passages of the memory that were in its prompts. outcomes: what it does at the edges, others: the
    drafts that do otherwise, votes of drafts: how many of how many do what this one does (outcomes.py). A slot_change
    has no source but a `change`: {slot, before, after, because} of the receiver's slot.
    """

    # Proposals of older images are all of methods.
    artifact_type = NEW_METHOD
    change: Mapping[str, Any] | None = None
    # Nor did they keep what a method does at the edges.
    outcomes: Sequence[Mapping[str, Any]] = ()
    others: Sequence[Mapping[str, Any]] = ()
    votes = 0
    drafts = 0

    def __init__(self, number: int, mission: Mission, source: str, sha256: str) -> None:
        self.number = number
        self.mission = mission.number
        self.receiver = mission.receiver
        self.selector = mission.selector
        self.cycle = mission.cycle
        self.attempt = mission.attempt
        self.created = time.time()
        self.state = "waiting"
        self.source = source
        self.sha256 = sha256
        self.written = source
        self.findings: list[dict[str, Any]] = []
        self.inserted: list[int] = []
        self.trial: dict[str, Any] = {}
        self.rested: dict[str, str] = {}
        self.new_slots: list[str] = []
        self.steps: list[dict[str, Any]] = []
        self.journal: list[tuple[str, Any]] = []
        self.refusals: list[str] = []
        self.evidence: list[Any] = []
        self.expert = ""
        self.edited_by: str | None = None
        self.decided_by: str | None = None
        self.reason = ""

    def row(self, world: World, *, whole: bool = False) -> dict[str, Any]:
        """The proposal as `proposals` lists it; whole: with its prompts and answers."""
        row = {
            "id": self.number,
            "mission": self.mission,
            "cycle": world.id_of(self.cycle),
            "receiver": world.id_of(self.receiver),
            "receiver_name": world.name_of(self.receiver),
            "selector": self.selector,
            "artifact_type": self.artifact_type,
            "change": self._change_row(world),
            "attempt": self.attempt,
            "state": self.state,
            "source": self.source,
            "sha256": self.sha256,
            "findings": self.findings,
            "inserted": self.inserted,
            "trial": self.trial,
            "outcomes": [dict(row) for row in self.outcomes],
            "others": [dict(row) for row in self.others],
            "votes": self.votes,
            "drafts": self.drafts,
            "new_slots": self.new_slots,
            "refusals": self.refusals,
            "evidence": self.evidence,
            "expert": self.expert,
            "edited_by": self.edited_by,
            "decided_by": self.decided_by,
            "reason": self.reason,
            "created": self.created,
        }
        return {**row, "steps": self.steps, "written": self.written} if whole else row

    def _change_row(self, world: World) -> dict[str, Any] | None:
        """The change of a slot as people read it."""
        if self.change is None:
            return None
        return {
            "target": world.id_of(self.receiver),
            "target_name": world.label_of(self.receiver),
            "slot": self.change["slot"],
            "before": _as_text(self.change["before"]),
            "after": _as_text(self.change["after"]),
            "because": self.change["because"],
        }


def change_text(slot: str, after: Any) -> str:
    """A slot's change as one text: what its hash is made of, and by which a rejected one is known again."""
    return f"{slot} = {after!r}"


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)
