"""Commands about the system itself: its state, its model, its guardian, where morphs lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import structlog

from ..guardian import audit
from ..image.errors import Refused
from ..image.world import World
from .parts import Handler, Parts, Reply

MAX_PLACEMENTS = 10_000

log = structlog.get_logger("uvm")


def status(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """The UVM, its image, its model and how much waits."""

    def read(world: World) -> tuple[int, int]:
        waiting = sum(1 for mission in world.record.open_missions.values() if mission.proposal is not None)
        return len(world.record.open_missions), waiting

    missions, proposals = parts.image.read(read)
    row = {
        "image": str(parts.directory),
        "endpoint": parts.endpoint,
        "pid": os.getpid(),
        "model": parts.mind.describe(),
        "missions": missions,
        "proposals": proposals,
        "tid": parts.image.tid,
        "notes": [*parts.notes, *parts.mind.notes()],
    }
    return {"status": "ok", "result": row}


def stop(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """Close the image and end."""
    parts.stop()
    return {"status": "ok", "result": "The UVM is closing its image."}


def model(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """The models that there are. `use` begins a change and answers at once, events tell how far it is, `cancel` ends
    it. `wake` looks for the model again, after it was fetched or mended."""
    mind, action = parts.mind, fields["action"]
    if action == "list":
        return {"status": "ok", "result": mind.models()}
    if action == "wake":
        mind.wake()
        return {"status": "ok", "result": [mind.describe()]}
    if action == "cancel":
        return {"status": "ok", "result": [mind.cancel()]}
    if not fields["model_id"]:
        raise Refused("no_id", "Which model? `batos model list` names them.")
    return {"status": "ok", "result": [mind.use(fields["model_id"], remote=fields["remote"])]}


def guardian(_parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """The audit of a source."""
    report = audit(fields["source"], fields["method_name"])
    return {
        "status": "ok",
        "result": {
            "accepted": report.accepted,
            "sha256": report.sha256,
            "findings": [finding.to_dict() for finding in report.findings],
            "repaired_source": report.repaired_source,
        },
    }


def doctor(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """What the running UVM knows of its own health."""
    described = parts.mind.describe()
    awake = described["state"] in ("awake", "scripted")
    rows = [
        {"check": "uvm", "ok": True, "remedy": ""},
        {"check": "model awake", "ok": awake, "remedy": "" if awake else described["words"]},
    ]
    return {"status": "ok", "result": rows}


def place(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Keep where morphs lie, in records of their own: {"id", "x", "y", "w", "h", "z", "open"}, any of them."""
    rows = fields["placements"]
    if len(rows) > MAX_PLACEMENTS:
        raise Refused("too_many", f"At most {MAX_PLACEMENTS:,} placements at once.")

    def work(world: World) -> int:
        for row in rows:
            if not isinstance(row, dict) or not isinstance(row.get("id"), int):
                raise Refused("bad_placement", "A placement is a map with the id of an object.")
            numbers = {key: row[key] for key in ("x", "y", "w", "h", "z") if key in row}
            if not all(isinstance(value, (int, float)) for value in numbers.values()):
                raise Refused("bad_placement", "Places and sizes are numbers.")
            kept = dict(world.record.placements.get(row["id"], {}))
            more = {"open": bool(row["open"])} if "open" in row else {}
            world.record.placements[row["id"]] = {**kept, **numbers, **more}
        return len(rows)

    count, done = parts.image.transact(work, "person", "Move")
    # Other windows of this image follow.
    parts.publish({"event": "delta", "tid": done.tid, "objects": [], "removed": [], "placements": rows})
    return {"status": "ok", "result": count, "tid": done.tid}


def placements(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """Where every morph lies."""

    def read(world: World) -> list[dict[str, Any]]:
        return [{"id": number, **row} for number, row in world.record.placements.items()]

    return {"status": "ok", "result": parts.image.read(read)}


def raise_window(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """Ask the window that is open to come to the front: somebody opened the world a second time."""
    parts.publish({"event": "raise"})
    return {"status": "ok"}


HANDLERS: Mapping[str, Handler] = {
    "status": status,
    "stop": stop,
    "model": model,
    "guardian": guardian,
    "doctor": doctor,
    "place": place,
    "placements": placements,
    "raise_window": raise_window,
}
