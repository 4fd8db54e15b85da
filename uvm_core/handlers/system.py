"""Commands about the system itself: its state, its model, its guardian, where morphs lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import structlog

from ..cognition.authoring import Draft, write_method
from ..cognition.requests import MethodRequest
from ..cycles.proposing import judge
from ..guardian import audit
from ..image.errors import Refused
from ..image.world import World
from ..objects.language import is_public_selector
from .parts import Handler, Parts, Reply, then

TRIES = 3
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
        "notes": list(parts.notes),
    }
    return {"status": "ok", "result": row}


def stop(parts: Parts, _fields: Mapping[str, Any]) -> Reply:
    """Close the image and end."""
    parts.stop()
    return {"status": "ok", "result": "The UVM is closing its image."}


def model(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """The model's state; `wake` looks for it again, after it was fetched or mended."""
    if fields["action"] == "wake":
        parts.mind.wake()
    elif fields["action"] == "use":
        raise Refused("not_here", "Another model is chosen when the UVM starts: `batos serve --model ID-or-FOLDER`.")
    return {"status": "ok", "result": [parts.mind.describe()]}


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


def propose(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Write a method for a task that is given whole, audited and tried; the image is not touched."""
    request, args, kwargs = task_request(fields["task"])
    parts_of_task = fields["task"]
    slots, inherited = dict(request.slots), dict(request.inherited)

    def work(engine: Any, cancel: Any) -> Reply:
        reasons = list(request.reasons)
        tokens, seconds = 0, 0.0
        row: dict[str, Any] = {}
        for attempt in range(TRIES):
            draft: Draft = write_method(
                engine, replace(request, reasons=reasons), attempt=attempt, seed=attempt, cancel=cancel
            )
            tokens += draft.completion.tokens
            seconds += draft.completion.seconds
            verdict = judge(draft.source, request.selector)
            if verdict.accepted:
                result = parts.trials.trial(
                    verdict.source, slots, args, kwargs=kwargs, parents=[inherited] if inherited else []
                )
                verdict.trial = result.to_dict()
            row = {
                "id": parts_of_task.get("id"),
                "selector": request.selector,
                "source": verdict.source,
                "sha256": verdict.sha256,
                "accepted": verdict.accepted and verdict.trial.get("status") == "ok",
                "findings": verdict.findings,
                "trial": verdict.trial,
                "doubts": draft.doubts,
                "attempts": attempt + 1,
                "tokens": tokens,
                "seconds": round(seconds, 3),
            }
            if row["accepted"]:
                break
            reasons += verdict.reasons()
        return {"status": "ok", "result": row}

    return then(parts.mind.submit(work, words=f"propose {request.selector}").future, lambda reply: reply)


def task_request(task: Mapping[str, Any]) -> tuple[MethodRequest, list[Any], dict[str, Any]]:
    """The request in a task {"selector", "slots", "inherited"?, "args"?, "kwargs"?, "parameters"?, "wish"?, "reasons"?,
    "passages"?}, with the arguments to try it with; Refused for one that cannot be."""
    selector = task.get("selector") or task.get("message_name")
    if not is_public_selector(selector):
        raise Refused("bad_task", "A task needs a selector: a name of at most 64 characters that begins with a letter.")
    slots, inherited = task.get("slots") or {}, task.get("inherited") or {}
    args, kwargs = task.get("args") or [], task.get("kwargs") or {}
    if not (
        isinstance(slots, dict) and isinstance(inherited, dict) and isinstance(args, list) and isinstance(kwargs, dict)
    ):
        raise Refused("bad_task", "A task's slots, inherited and kwargs are maps and its args a list.")
    parameters = task.get("parameters") or task.get("params")
    if parameters is None:
        parameters = [f"arg{place}" for place in range(1, len(args) + 1)] + list(kwargs)
    names = [str(one).partition("=")[0].strip() for one in parameters]
    given = dict(zip(names, [*args, *kwargs.values()], strict=False))
    request = MethodRequest(
        selector=str(selector),
        parameters=[str(one) for one in parameters],
        slots=slots,
        inherited=inherited,
        wish=str(task.get("wish") or "")[:500],
        reasons=[str(one) for one in task.get("reasons") or task.get("rejections") or ()],
        passages=[str(one) for one in task.get("passages") or ()],
        arguments={**given, **kwargs},
    )
    problems = request.problems()
    if problems:
        raise Refused("bad_task", " ".join(problems))
    return request, args, kwargs


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
    "propose": propose,
    "place": place,
    "placements": placements,
    "raise_window": raise_window,
}
