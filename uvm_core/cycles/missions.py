"""Filing missions and keeping their records: small durable transactions of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from ..image.errors import Refused
from ..image.image import Image
from ..image.neutral import from_neutral
from ..image.world import World
from ..objects import UvmObject, find, storable
from ..objects.language import is_public_selector
from .records import MISSION_TYPES, OPTIMIZATION, QUESTION, UNHANDLED, Mission

MAX_WISH = 500
MAX_REASONS = 12
MAX_CONTEXT = 64_000

log = structlog.get_logger("missions")


@dataclass(frozen=True)
class Brief:
    """What a mission is to do, as it came: arguments in neutral form."""

    kind: str
    target: Any
    selector: str
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    wish: str = ""
    who: str = "person"
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Filed:
    """A mission that is on its way; joined: it was open already for this receiver and selector."""

    number: int
    receiver: int
    label: str
    joined: bool
    state: str


class MissionBook:
    """Files missions into an image."""

    def __init__(self, image: Image) -> None:
        self._image = image
        self._filing = threading.Lock()

    def file(self, brief: Brief) -> Filed:
        """File a mission, or join the open one for the same receiver and selector; durable when this returns."""
        problem = brief_problem(brief)
        if problem is not None:
            raise Refused("bad_mission", problem)
        # One at a time: two that ask the same at the same moment are to find one another.
        with self._filing:
            filed, _done = self._image.transact(
                self._filer(brief), brief.who, f"Mission: {brief.selector or brief.kind}"
            )
        if not filed.joined:
            log.info(
                "mission_filed", type=brief.kind, mission=filed.number, selector=brief.selector, oid=filed.receiver
            )
        return filed

    def _filer(self, brief: Brief) -> Callable[[World], Filed]:
        return lambda world: _file(world, lambda: self._image.next_number("missions", "proposals"), brief)

    def change(self, number: int, words: str, work: Callable[[World, Mission], Any]) -> Any:
        """Change a mission's record in a transaction of its own; what `work` answers."""

        def do(world: World) -> Any:
            return work(world, mission_of(world, number))

        return self._image.transact(do, f"mission {number}", words)[0]

    def open_numbers(self) -> list[int]:
        """The missions that are not ended, oldest first."""
        return self._image.read(lambda world: list(world.record.open_missions.keys()))


def brief_problem(brief: Brief) -> str | None:
    """Why this cannot be a mission, in a sentence; None when it can."""
    if brief.kind not in MISSION_TYPES:
        return f"There is no mission of type {brief.kind!r}; there are {', '.join(MISSION_TYPES)}."
    if brief.kind == UNHANDLED and not is_public_selector(brief.selector):
        return f"{brief.selector!r} cannot be a message: a name of at most 64 characters that begins with a letter."
    if len(brief.wish) > MAX_WISH:
        return f"A wish is one sentence of at most {MAX_WISH} characters."
    if brief.kind == QUESTION and not brief.wish.strip():
        return "A question needs its text."
    if brief.kind == OPTIMIZATION and not is_public_selector(brief.selector):
        return "A system_optimization needs a selector that says what is to be optimised."
    if len(repr(brief.context)) > MAX_CONTEXT:
        return f"A mission's context is plain data of at most {MAX_CONTEXT:,} characters."
    bad = [name for name in brief.kwargs if not is_public_selector(name) or name == "self"]
    if bad:
        return f"{bad[0]!r} cannot be a parameter's name."
    return None


def _file(world: World, next_number: Callable[[], int], brief: Brief) -> Filed:
    receiver = world.resolve(brief.target)
    label = world.label_of(receiver)
    oid = world.id_of(receiver)
    if brief.kind in (UNHANDLED, OPTIMIZATION):
        for mission in world.record.open_missions.values():
            if mission.receiver is receiver and (mission.selector, mission.kind) == (brief.selector, brief.kind):
                return Filed(mission.number, oid, label, True, mission.state)
    if brief.kind == UNHANDLED and find(receiver, brief.selector) is not None:
        raise Refused("understood", f"{label} understands {brief.selector!r} already: send it.")
    args = [storable(from_neutral(world, item)) for item in brief.args]
    kwargs = {name: storable(from_neutral(world, item)) for name, item in brief.kwargs.items()}
    number, cycle = next_number(), _new_cycle(world, brief, oid)
    context = storable(from_neutral(world, brief.context))
    mission = Mission(number, brief.kind, receiver, brief.selector, args, kwargs, brief.wish, brief.who, cycle, context)
    world.connection.add(mission)
    world.record.missions[number] = mission
    world.record.open_missions[number] = mission
    return Filed(number, oid, label, False, mission.state)


def _new_cycle(world: World, brief: Brief, oid: int) -> UvmObject:
    cycle = UvmObject(
        {
            "synthesis_state*": world.resolve("IDLE"),
            "parent*": world.resolve("traits_obj"),
            "mission_brief": {
                "type": brief.kind,
                "selector": brief.selector,
                "args": [from_neutral(world, item) for item in brief.args],
                "kwargs": {name: from_neutral(world, item) for name, item in brief.kwargs.items()},
                "wish": brief.wish,
            },
            "target_oid": oid,
        }
    )
    world.record.cycles[world.id_of(cycle)] = cycle
    return cycle


def mission_of(world: World, number: int) -> Mission:
    """A mission by its number; Refused when there is none."""
    found: Mission | None = world.record.missions.get(number)
    if found is None:
        raise Refused("unknown_mission", f"There is no mission {number}.")
    return found


def mission_rows(world: World) -> list[dict[str, Any]]:
    """Every mission, newest first."""
    return [mission.row(world) for mission in reversed(world.record.missions.values())]


def rejections(world: World, receiver: UvmObject, selector: str) -> list[tuple[str, str]]:
    """(reason, source) of the methods for this receiver and selector that were rejected, oldest first."""
    return list(world.record.reasons.get(_reason_key(world, receiver, selector), ()))


def keep_rejection(world: World, receiver: UvmObject, selector: str, reason: str, source: str) -> None:
    """Keep a rejected source and its reason for later attempts."""
    key = _reason_key(world, receiver, selector)
    world.record.reasons[key] = (*world.record.reasons.get(key, ()), (reason, source))[-MAX_REASONS:]


def forget_rejections(world: World, receiver: UvmObject, selector: str) -> None:
    """An approved method answers the reasons there were."""
    world.record.reasons.pop(_reason_key(world, receiver, selector), None)


def _reason_key(world: World, receiver: UvmObject, selector: str) -> str:
    return f"{world.id_of(receiver)}:{selector}"


def brief_of(fields: Mapping[str, Any], target: Any, who: str) -> Brief:
    """The brief in a `mission_brief` of the protocol."""
    kind = str(fields.get("type", UNHANDLED))
    wish = str(fields.get("wish") or fields.get("question") or fields.get("text") or "")
    args, kwargs, context = fields.get("args") or [], fields.get("kwargs") or {}, fields.get("context") or {}
    if not isinstance(args, list) or not isinstance(kwargs, dict) or not isinstance(context, dict):
        raise Refused("bad_mission", "A mission's args are a list, its kwargs and its context maps.")
    if "audit_type" in fields:
        context = {**context, "audit_type": str(fields["audit_type"])}
    return Brief(kind, target, str(fields.get("selector") or ""), args, kwargs, wish, who, context)
