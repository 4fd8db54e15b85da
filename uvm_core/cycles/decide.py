"""The decision about a proposal: one path for approving, before or after a restart, in one commit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from ..image.committer import Committer, Done
from ..image.edits import ABSENT, Change, put_slot, same_value
from ..image.errors import Refused
from ..image.image import Image
from ..image.neutral import from_neutral
from ..image.world import World
from ..objects import Method, SendError, SlotHolder, Surroundings, Transcript, UvmObject, find, own_slots, running, send
from .missions import forget_rejections, keep_rejection, mission_of
from .proposing import Trials, judge, new_slots, rested_slots, try_on_ghost
from .records import COMPLETE, MAX_ATTEMPTS, QUEUED, REJECTED, Mission, Proposal, change_text
from .trying import bench_of

NO_REASON = "Not executed; do not propose the same again."
MAX_REASON = 2000

log = structlog.get_logger("decision")


@dataclass(frozen=True)
class Installed:
    """What an approval did: the edit, its transaction and what was installed where. slot: the one that was changed,
    empty where a method was installed."""

    proposal: int
    mission: int
    edit: int
    tid: int
    receiver: int
    label: str
    selector: str
    slot: str

    @property
    def words(self) -> str:
        """What holds now, in a sentence."""
        if self.slot:
            return f"{self.slot!r} of {self.label} is changed now."
        return f"{self.label} understands {self.selector!r} now."


class Decisions:
    """Approves, rejects, edits and tries proposals, all on behalf of a person (or of `--approval auto`)."""

    def __init__(
        self,
        image: Image,
        committer: Committer,
        trials: Trials,
        primitives: Mapping[str, Callable[..., Any]],
        publish: Callable[[dict[str, Any]], None],
    ) -> None:
        self._image = image
        self._committer = committer
        self._trials = trials
        self._primitives = primitives
        self._publish = publish

    def approve(self, number: int, who: str, sha256: str | None = None) -> Installed:
        """Install exactly the bytes that were shown, in one commit; Refused says why nothing was installed."""

        def work(world: World) -> tuple[Any, list[Change], str]:
            proposal = waiting_proposal(world, number)
            mission = mission_of(world, proposal.mission)
            label = world.label_of(proposal.receiver)
            self._check(world, proposal, label, sha256)
            change = self._complete(proposal, who)
            proposal.state, proposal.decided_by = "approved", who
            mission.end(world, COMPLETE)
            mission.cycle_state = "COMPLETE"
            forget_rejections(world, mission.receiver, proposal.selector)
            words = proposal_words(proposal, label)
            known = (proposal.number, mission.number, world.id_of(proposal.receiver), world.id_of(proposal.cycle))
            slot = proposal.change["slot"] if proposal.change is not None else ""
            return (*known, label, proposal.selector, proposal.sha256, slot), [change], words

        done = self._committer.submit(work, who).result()
        return self._installed(done, who)

    def _check(self, world: World, proposal: Proposal, label: str, sha256: str | None) -> None:
        if sha256 is not None and sha256 != proposal.sha256:
            raise Refused(
                "sha256",
                f"Proposal {proposal.number} is not the one you saw (its sha256 is {proposal.sha256}): look again."
                " Nothing was installed.",
                sha256=proposal.sha256,
            )
        if world.id_of(proposal.receiver) in world.record.deleted:
            raise Refused("deleted", f"{label} was deleted meanwhile: undo that first, or reject the proposal.")
        if proposal.change is not None:
            _check_change(proposal.change, own_slots(proposal.receiver), label)
            return
        found = find(proposal.receiver, proposal.selector)
        if found is not None:
            now = found[1].source if isinstance(found[1], Method) else repr(found[1])
            raise Refused(
                "stale",
                f"{label} understands {proposal.selector!r} meanwhile. Nothing was installed: reject the proposal, or "
                "remove what is there first.",
                slot=proposal.selector,
                now=now,
                proposed=proposal.source,
            )
        now_kinds = rested_slots(proposal.receiver, proposal.source)
        for slot, kind in proposal.rested.items():
            if slot != proposal.selector and now_kinds.get(slot, "") != kind:
                before, after = kind or "not there", now_kinds.get(slot) or "not there"
                raise Refused(
                    "stale",
                    f"The method rests on slot {slot!r} of {label}, which has changed since it was written (it was "
                    f"{before}, now it is {after}). Nothing was installed: try again, or edit the proposal.",
                    slot=slot,
                    before=before,
                    now=after,
                )
        if not judge(proposal.source, proposal.selector).accepted:
            raise Refused(
                "guardian", "The guardian refuses this source now. Nothing was installed: edit it or try again."
            )

    def _complete(self, proposal: Proposal, who: str) -> Change:
        """Bring the cycle to where its journal left it and let its COMPLETE state install the method."""
        for slot, value in proposal.journal:
            setattr(proposal.cycle, slot, value)
        completion = _Completion(proposal, who)
        with running(Surroundings(self._primitives, Transcript(), completion)):
            send(proposal.cycle, "_process_synthesis_")
        assert completion.change is not None
        return completion.change

    def _installed(self, done: Done, who: str) -> Installed:
        number, mission, receiver, cycle, label, selector, sha256, change_slot = done.answer
        assert done.edit is not None
        bound = log.bind(mission=mission, tid=done.committed.tid)
        bound.info("proposal_approved", proposal=number, who=who, sha256=sha256)
        bound.info("psm_transition", cycle_oid=cycle, from_state="SYNTHESIZING", to_state="COMPLETE")
        installed = "slot_changed" if change_slot else "method_installed"
        bound.info(installed, selector=change_slot or selector, oid=receiver, edit=done.edit)
        bound.info("cycle_completed", cycle_oid=cycle)
        moved = {
            "at": time.time(),
            "mission": mission,
            "cycle": cycle,
            "from_state": "SYNTHESIZING",
            "to_state": "COMPLETE",
        }
        self._publish({"event": "psm_transition", **moved})
        self.tell(number, mission)
        return Installed(number, mission, done.edit, done.committed.tid, receiver, label, selector, change_slot)

    def reject(self, number: int, who: str, reason: str = "", again: bool = False) -> dict[str, Any]:
        """End the mission, or with `again` begin its next attempt, which gets the reason word for word."""
        kept = reason.strip()[:MAX_REASON] or NO_REASON

        def work(world: World) -> tuple[Any, list[Change], str]:
            proposal = waiting_proposal(world, number)
            mission = mission_of(world, proposal.mission)
            if again and mission.attempt >= MAX_ATTEMPTS:
                raise Refused(
                    "attempts", f"This was attempt {mission.attempt} of {MAX_ATTEMPTS}: reject it without --again."
                )
            proposal.state, proposal.decided_by, proposal.reason = "rejected", who, kept
            keep_rejection(world, mission.receiver, proposal.selector, _told(proposal, kept), _rejected(proposal))
            if again:
                mission.state, mission.attempt, mission.proposal, mission.cycle_state = (
                    QUEUED,
                    mission.attempt + 1,
                    None,
                    "IDLE",
                )
                _reset_cycle(world, mission.cycle)
            else:
                mission.end(world, REJECTED, kept)
            return mission.number, [], f"Reject {proposal.selector}"

        done = self._committer.submit(work, who).result()
        log.info("proposal_rejected", proposal=number, mission=done.answer, who=who, again=again)
        self.tell(number, done.answer)
        return {"mission": done.answer, "again": again, "tid": done.committed.tid}

    def edit(self, number: int, who: str, source: str) -> dict[str, Any]:
        """Put a person's source in the place of the written one, audited and tried again; its row."""
        with self._image.session() as session:
            world = session.begin()
            proposal = waiting_method(world, number)
            verdict = judge(source, proposal.selector)
            if not verdict.accepted:
                raise Refused("guardian", " ".join(verdict.reasons()), findings=verdict.findings)
            mission = mission_of(world, proposal.mission)
            trial = try_on_ghost(self._trials, world, proposal.receiver, verdict.source, mission.args, mission.kwargs)
            # What was there before stays to be gone back to, beside the drafts that did otherwise.
            known = {proposal.source: proposal.votes} | {str(one["source"]): one["votes"] for one in proposal.others}
            votes = known.pop(verdict.source, 0)
            outcomes, others = bench_of(self._trials, world, mission).compared(
                [verdict.source, *known], [votes, *known.values()]
            )

        def work(world: World) -> tuple[Any, list[Change], str]:
            proposal = waiting_proposal(world, number)
            proposal.source, proposal.sha256, proposal.edited_by = verdict.source, verdict.sha256, who
            proposal.findings, proposal.inserted, proposal.trial = verdict.findings, verdict.inserted, trial
            proposal.outcomes, proposal.others, proposal.votes = outcomes, others, votes
            proposal.rested = rested_slots(proposal.receiver, verdict.source)
            proposal.new_slots = new_slots(proposal.receiver, verdict.source)
            return proposal.row(world), [], f"Edit proposal {number}"

        done = self._committer.submit(work, who).result()
        log.info("proposal_edited", proposal=number, who=who, sha256=verdict.sha256)
        self._publish({"event": "proposal", **done.answer})
        return dict(done.answer)

    def attempt(self, number: int, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Run a proposal on the receiver's ghost again, with other arguments; nothing is written."""
        with self._image.session() as session:
            world = session.begin()
            proposal = waiting_method(world, number)
            given = [from_neutral(world, item) for item in args]
            named = {name: from_neutral(world, item) for name, item in kwargs.items()}
            return try_on_ghost(self._trials, world, proposal.receiver, proposal.source, given, named)

    def tell(self, proposal: int, mission: int) -> None:
        """Publish the rows of a proposal and its mission."""

        def rows(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
            return world.record.proposals[proposal].row(world), mission_of(world, mission).row(world)

        proposal_row, mission_row = self._image.read(rows)
        self._publish({"event": "proposal", **proposal_row})
        self._publish({"event": "mission", **mission_row})


class _Completion:
    """The services of a cycle that is being completed: COMPLETE is all it can still do."""

    def __init__(self, proposal: Proposal, who: str) -> None:
        self._proposal = proposal
        self._who = who
        self.change: Change | None = None

    def process_state(self, cycle: SlotHolder, state: str) -> None:
        """COMPLETE: install the method, or change the slot, and clear what the cycle kept for itself."""
        if state != "COMPLETE":
            raise SendError(f"A cycle that is being completed cannot do {state}.")
        proposal = self._proposal
        provenance = {
            "by": "person" if proposal.edited_by else proposal.expert,
            "approved_by": self._who,
            "mission": proposal.mission,
            "proposal": proposal.number,
        }
        world = World(proposal._p_jar)
        if proposal.change is not None:
            self.change = put_slot(world, proposal.receiver, proposal.change["slot"], proposal.change["after"])
        else:
            self.change = put_slot(world, proposal.receiver, proposal.selector, Method(proposal.source, provenance))
            self.change.before = ABSENT
        if "_tmp_synthesis_data" in own_slots(cycle):
            del cycle._tmp_synthesis_data


def _reset_cycle(world: World, cycle: UvmObject) -> None:
    setattr(cycle, "synthesis_state*", world.resolve("IDLE"))
    if "_tmp_synthesis_data" in own_slots(cycle):
        del cycle._tmp_synthesis_data


def _told(proposal: Proposal, reason: str) -> str:
    """A rejection as the next prompt says it: the person's words, and what they changed themselves."""
    return f"{reason} (The person changed it so: {proposal.source})" if proposal.edited_by else reason


def _rejected(proposal: Proposal) -> str:
    """What was rejected, as later attempts know it."""
    return change_text(proposal.change["slot"], proposal.change["after"]) if proposal.change else proposal.source


def _check_change(change: Mapping[str, Any], slots: Mapping[str, Any], label: str) -> None:
    slot, before = change["slot"], change["before"]
    now = slots.get(slot, ABSENT)
    if not same_value(now, before):
        raise Refused(
            "stale",
            f"Slot {slot!r} of {label} has been changed since this was proposed. Nothing was changed: look at it, then "
            "reject the proposal, or set the slot yourself.",
            slot=slot,
            before=repr(before),
            now=repr(now),
        )


def proposal_words(proposal: Proposal, label: str) -> str:
    """An approval as the history says it."""
    if proposal.change is not None:
        return f"Change {proposal.change['slot']} of {label}: {proposal.change['because']}"
    return f"Install {proposal.selector} in {label}"


def waiting_method(world: World, number: int) -> Proposal:
    """A waiting proposal of a method: only such a one can be edited, or tried on a ghost."""
    proposal = waiting_proposal(world, number)
    if proposal.change is not None:
        raise Refused(
            "no_method",
            f"Proposal {proposal.number} changes slot {proposal.change['slot']!r}: there is no method to edit or to "
            "try. Approve it, or reject it and set the slot yourself.",
        )
    return proposal


def waiting_proposal(world: World, number: int) -> Proposal:
    """A proposal that waits, by its number or by its mission's; Refused when there is none."""
    found: Proposal | None = world.record.proposals.get(number)
    if found is None:
        mission: Mission | None = world.record.missions.get(number)
        if mission is not None and mission.proposal is not None:
            found = world.record.proposals.get(mission.proposal)
    if found is None:
        raise Refused("unknown_proposal", f"There is no proposal {number}.")
    if found.state != "waiting":
        raise Refused("decided", f"Proposal {found.number} is {found.state} already.")
    return found
