"""Commands about what the system measures of itself, its audit, and the steward's heartbeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..image.edits import Change, put_slot
from ..image.world import World
from ..objects import own_slots
from ..steward.rows import metric_rows
from ..steward.shipped import METRICS
from .parts import PERSON, Handler, Parts, Reply

PAUSED = "steward_paused"


def metrics(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """A row for each indicator over the last hours, with what was measured up to now."""
    parts.recorder.flush()
    return {"status": "ok", "result": parts.image.read(lambda world: metric_rows(world, fields["hours"]))}


def audit(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """The audit, now: what it found, and the missions that it filed."""
    made = parts.steward.audit_now()
    return {"status": "ok", "result": made.findings, "missions": made.missions, "words": made.words}


def steward(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """How the steward is; pausing is an edit of a slot like any other, and can be undone."""
    action = fields["action"]
    if action != "status":
        wanted = action == "pause"

        def work(world: World) -> tuple[Any, list[Change], str]:
            holder = world.resolve(METRICS)
            if own_slots(holder).get(PAUSED) is wanted:
                return None, [], ""
            words = "Pause the steward" if wanted else "Let the steward go on"
            return None, [put_slot(world, holder, PAUSED, wanted)], words

        parts.committer.submit(work, PERSON).result()
    return {"status": "ok", "result": parts.steward.status()}


HANDLERS: Mapping[str, Handler] = {"metrics": metrics, "audit": audit, "steward": steward}
