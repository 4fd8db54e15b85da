"""Commands that have a task done which is given whole, with the image's own prompts; nothing of the image changes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Future
from itertools import zip_longest
from typing import Any

from ..cognition.asking.messages import FacetOffer
from ..cognition.asking.planning import Plan, make_plan
from ..cognition.asking.prompts import PromptError
from ..cognition.asking.requests import MethodRequest
from ..cognition.engines.engine import EngineUnavailable
from ..cycles.drafting import write_and_try
from ..cycles.outcomes import trial_run
from ..cycles.run import offers_of
from ..image.errors import Refused
from ..image.world import World
from ..objects import own_slots
from ..objects.language import is_public_selector
from .parts import Handler, Parts, Reply, then

MAX_WORDS = 500


def propose(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Write a method for a task, audited and tried on a ghost: {"id", "selector", "source", "accepted", …}."""
    task = fields["task"]
    request, args, kwargs = method_task(task)
    slots, inherited = dict(request.slots), dict(request.inherited)
    settings = _asking(parts, "SYNTHESIZING")
    settings.pop("temperature", None)

    run = trial_run(parts.trials.trial, slots, [inherited] if inherited else [], request.selector)

    def work(engine: Any, cancel: Any) -> Reply:
        made = write_and_try(engine, request, run, args, kwargs, cancel=cancel, **settings)
        tried = made.tried
        draft, verdict = tried.draft, tried.verdict
        row = {
            "id": task.get("id"),
            "selector": request.selector,
            "source": verdict.source,
            "sha256": verdict.sha256,
            "accepted": tried.passed,
            "findings": verdict.findings,
            "trial": verdict.trial,
            "doubts": draft.doubts,
            "expert": draft.record.expert,
            "outcomes": tried.outcomes,
            "others": tried.others,
            "votes": tried.votes,
            "candidates": tried.candidates,
            "attempts": made.rounds,
            "tokens": made.tokens,
            "seconds": round(made.seconds, 3),
        }
        return {"status": "ok", "result": row}

    return _ask(parts, work, f"propose {request.selector}")


def plan(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Make the plan for a message or a question, over the facets of the image's personas:
    {"id", "plan": {"facets", "done_when"}, "valid", "expert", "tokens", "seconds"}; without a plan, "problem"."""
    task = fields["task"]
    brief, slots, passages = plan_task(task)
    offers = parts.image.read(offers_of)
    if not offers:
        raise Refused("no_facets", "No persona of this image has a facet, so nothing can be planned.")
    settings = _asking(parts, "DECOMPOSING")

    def work(engine: Any, cancel: Any) -> Reply:
        started = time.perf_counter()
        row: dict[str, Any] = {"id": task.get("id"), "plan": None, "valid": False, "expert": None, "tokens": 0}
        try:
            made = make_plan(engine, brief, offers, slots=slots, passages=passages, cancel=cancel, **settings)
        except EngineUnavailable as problem:
            # The model is awake, since it is asked: this plan is what it could not do.
            row["problem"] = str(problem)
        else:
            row |= {
                "plan": {"facets": made.facets, "done_when": made.done_when},
                "valid": is_valid(made, offers),
                "expert": made.record.expert,
                "tokens": made.record.completion.tokens,
            }
        return {"status": "ok", "result": {**row, "seconds": round(time.perf_counter() - started, 3)}}

    return _ask(parts, work, f"plan {brief['selector'] or 'a question'}")


def is_valid(made: Plan, offers: list[FacetOffer]) -> bool:
    """Whether a plan asks something of facets that there are, no facet the same twice, and says when it is done."""
    there = {(one.persona, one.facet) for one in offers}
    asked = [(row["persona"], row["facet"]) for row in made.facets]
    queries = [" ".join(row["query"].lower().split()) for row in made.facets]
    return bool(
        asked
        and set(asked) <= there
        and all(queries)
        and len(set(zip(asked, queries, strict=True))) == len(asked)
        and made.done_when.strip()
    )


def _asking(parts: Parts, state: str) -> dict[str, Any]:
    """How a state of this image asks: the prompt, temperature and budget that stand in its slots, where they do."""

    def read(world: World) -> dict[str, Any]:
        slots = own_slots(world.resolve(state))
        prompt, warmth, budget = slots.get("prompt"), slots.get("temperature"), slots.get("budget")
        found: dict[str, Any] = {}
        if isinstance(prompt, str):
            found["template"] = prompt
        if isinstance(warmth, int | float):
            found["temperature"] = float(warmth)
        if isinstance(budget, int):
            found["max_tokens"] = budget
        return found

    return parts.image.read(read)


def _ask(parts: Parts, work: Any, words: str) -> Future[Reply]:
    def guarded(engine: Any, cancel: Any) -> Reply:
        try:
            reply: Reply = work(engine, cancel)
        except PromptError as problem:
            raise Refused("bad_prompt", str(problem)) from problem
        return reply

    return then(parts.mind.submit(guarded, words=words).future, lambda reply: reply)


def method_task(task: Mapping[str, Any]) -> tuple[MethodRequest, list[Any], dict[str, Any]]:
    """The request in a task {"selector", "slots", "inherited"?, "args"?, "kwargs"?, "parameters"?, "wish"?, "reasons"?,
    "passages"?}, with the arguments to try it with; Refused for one that cannot be."""
    selector = _selector(task)
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
        selector=selector,
        parameters=[str(one) for one in parameters],
        slots=slots,
        inherited=inherited,
        wish=str(task.get("wish") or "")[:MAX_WORDS],
        reasons=[str(one) for one in task.get("reasons") or task.get("rejections") or ()],
        passages=_passages(task),
        arguments={**given, **kwargs},
    )
    problems = request.problems()
    if problems:
        raise Refused("bad_task", " ".join(problems))
    return request, args, kwargs


def plan_task(task: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """(brief, slots with their values, passages) of a task {"selector", "slots", "wish"?, "parameters"?, "args"?,
    "kwargs"?} or {"question"}, either with "passages"; a slot or parameter of which only the name is given has None.
    Refused for one that cannot be."""
    question = str(task.get("question") or "").strip()[:MAX_WORDS]
    selector = "" if question else _selector(task)
    slots = task.get("slots") or []
    if not isinstance(slots, list | dict):
        raise Refused("bad_task", "A task's slots are a map, or a list of names.")
    values = slots if isinstance(slots, dict) else dict.fromkeys(map(str, slots))
    own = {str(name): value for name, value in values.items() if not str(name).endswith("*")}
    wish = "" if question else str(task.get("wish") or "")[:MAX_WORDS]
    brief = {"selector": selector, "wish": wish, "question": question, "arguments": {} if question else _given(task)}
    return brief, own, _passages(task)


def _given(task: Mapping[str, Any]) -> dict[str, Any]:
    """Parameter -> the value that is sent, None where there is none."""
    args, kwargs = task.get("args") or [], task.get("kwargs") or {}
    if not (isinstance(args, list) and isinstance(kwargs, dict)):
        raise Refused("bad_task", "A task's args are a list and its kwargs a map.")
    parameters = task.get("parameters") or task.get("params") or [f"arg{place}" for place in range(1, len(args) + 1)]
    names = [str(one).partition("=")[0].strip() for one in parameters]
    return {**dict(zip_longest(names, args[: len(names)])), **kwargs}


def _selector(task: Mapping[str, Any]) -> str:
    selector = task.get("selector") or task.get("message_name")
    if not is_public_selector(selector):
        raise Refused("bad_task", "A task needs a selector: a name of at most 64 characters that begins with a letter.")
    return str(selector)


def _passages(task: Mapping[str, Any]) -> list[str]:
    passages = task.get("passages") or ()
    if not isinstance(passages, list | tuple):
        raise Refused("bad_task", "A task's passages are a list of texts.")
    return [str(one.get("text", "")) if isinstance(one, dict) else str(one) for one in passages]


HANDLERS: Mapping[str, Handler] = {"propose": propose, "plan": plan}
