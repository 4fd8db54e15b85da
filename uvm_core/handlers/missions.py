"""Commands about messages, missions, cycles and proposals."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import structlog

from ..bridge.values import Ref
from ..cycles.missions import Brief, Filed, brief_of, mission_of, mission_rows
from ..cycles.records import UNHANDLED, Proposal
from ..image.errors import Refused
from ..image.senders import Answered, Message, Unanswered
from ..image.world import World
from .parts import PERSON, Handler, Parts, Reply, then

log = structlog.get_logger("uvm")


def dispatch_message(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Send a message; what nobody understands becomes a mission, or with `ask` an error that says so."""
    message = Message(
        fields["target_oid"], fields["message_name"], list(fields["args"]), dict(fields["kwargs"]), PERSON
    )

    def reply(outcome: Answered | Unanswered) -> Reply:
        if isinstance(outcome, Answered):
            row: Reply = {"status": "ok", "result": outcome.result}
            if outcome.transcript:
                row["transcript"] = outcome.transcript
            if outcome.committed is not None:
                row["tid"] = outcome.committed.tid
            return row
        return _not_understood(parts, outcome, fields)

    return then(parts.senders.submit(message), reply)


def _not_understood(parts: Parts, missing: Unanswered, fields: Mapping[str, Any]) -> Reply:
    log.info("does_not_understand", selector=missing.selector, oid=missing.receiver)
    inside = ""
    if missing.nested_in is not None:
        inside = f"{missing.nested_in} was running and was taken back, nothing is changed: "
    if fields["ask"]:
        return {
            "status": "error",
            "code": "not_understood",
            "message": f"{inside}{missing.label} does not understand {missing.selector!r}.",
            "receiver": Ref(missing.receiver, missing.label),
            "selector": missing.selector,
        }
    wish = str(fields["wish"])
    brief = Brief(UNHANDLED, missing.receiver, missing.selector, missing.args, missing.kwargs, wish, PERSON)
    return _dispatched(parts, parts.book.file(brief), missing.selector, inside)


def _dispatched(parts: Parts, filed: Filed, selector: str, inside: str = "") -> Reply:
    if not filed.joined:
        parts.runner.submit(filed.number)
    how = f"mission {filed.number} is open for that already" if filed.joined else f"mission {filed.number} began"
    what = f"{filed.label} does not understand {selector!r}: " if selector else ""
    return {"status": "dispatched", "mission": filed.number, "result": f"{inside}{what}{how}."}


def initiate_cognitive_cycle(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """File a mission for an object."""
    brief = brief_of(fields["mission_brief"], fields["target_oid"], PERSON)
    filed = parts.book.file(brief)
    return _dispatched(parts, filed, brief.selector if brief.kind == UNHANDLED else "")


def missions(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """Every mission, newest first."""
    return {"status": "ok", "result": [_live(parts, row) for row in parts.image.read(mission_rows)]}


def _live(parts: Parts, row: dict[str, Any]) -> dict[str, Any]:
    """A mission's row with what is known of its running cycle, which the image does not have."""
    state, paused = parts.runner.live(row["id"])
    return {**row, "cycle_state": state or row["cycle_state"], "paused": paused}


def mission(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """One mission."""
    row = parts.image.read(lambda world: mission_of(world, fields["mission"]).row(world))
    return {"status": "ok", "result": _live(parts, row)}


def proposals(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """What waits for a decision, oldest first."""

    def read(world: World) -> list[dict[str, Any]]:
        return [row.row(world) for row in world.record.proposals.values() if row.state == "waiting"]

    return {"status": "ok", "result": parts.image.read(read)}


def proposal(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """One proposal whole, decided or not, with the exact prompts and answers it came of."""

    def read(world: World) -> dict[str, Any]:
        found: Proposal | None = world.record.proposals.get(fields["proposal"])
        if found is None:
            raise Refused("unknown_proposal", f"There is no proposal {fields['proposal']}.")
        return found.row(world, whole=True)

    return {"status": "ok", "result": parts.image.read(read)}


def approve(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Install a proposal; with a source, that one, audited and tried like any other."""
    sha256 = fields["sha256"]
    if fields["source"] is not None:
        edited = parts.decisions.edit(fields["proposal"], PERSON, fields["source"])
        sha256 = edited["sha256"]
    done = parts.decisions.approve(fields["proposal"], PERSON, sha256)
    return {
        "status": "ok",
        "proposal": done.proposal,
        "mission": done.mission,
        "edit": done.edit,
        "tid": done.tid,
        "receiver": done.receiver,
        "selector": done.selector,
        "result": done.words,
    }


def reject(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Reject a proposal, or with `again` have another attempt made that knows the reason."""
    row = parts.decisions.reject(fields["proposal"], PERSON, fields["reason"], fields["again"])
    if row["again"]:
        parts.runner.submit(row["mission"])
    return {"status": "ok", **row}


def edit_proposal(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Put a person's source in a proposal, audited and tried again."""
    return {"status": "ok", "result": parts.decisions.edit(fields["proposal"], PERSON, fields["source"])}


def try_proposal(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Run a proposal on the receiver's ghost with other arguments."""
    row = parts.decisions.attempt(fields["proposal"], list(fields["args"]), dict(fields["kwargs"]))
    return {"status": "ok", "result": row}


def cycle(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Steer the cycle of a mission."""
    return {"status": "ok", "result": parts.runner.control(fields["mission"], fields["action"])}


HANDLERS: Mapping[str, Handler] = {
    "dispatch_message": dispatch_message,
    "initiate_cognitive_cycle": initiate_cognitive_cycle,
    "missions": missions,
    "mission": mission,
    "proposals": proposals,
    "proposal": proposal,
    "approve": approve,
    "reject": reject,
    "edit_proposal": edit_proposal,
    "try_proposal": try_proposal,
    "cycle": cycle,
}
