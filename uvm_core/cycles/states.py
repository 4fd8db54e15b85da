"""What the six states do. Their data (persona, prompt, temperature, budget, next) are slots that a person edits live;
the cycle reads them by delegation through its `synthesis_state*` slot."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import MappingProxyType
from typing import Any

import structlog

from ..cognition.asking.authoring import TextAnswer
from ..cognition.asking.methods import Drafts, write_methods
from ..cognition.asking.planning import Plan, make_plan
from ..cognition.asking.prompts import PromptError
from ..cognition.asking.requests import MethodRequest
from ..cognition.engines.engine import Cancelled, EngineUnavailable
from ..image.errors import Refused
from ..objects import NotUnderstood, SendError, find, own_slots, send
from .control import Stopped
from .drafting import try_drafts
from .missions import rejections
from .records import NEW_METHOD, SLOT_CHANGE, TEXT_RESPONSE, UNHANDLED
from .run import CycleRun, Outcome
from .steps import asking, expert_active, fail
from .trying import bench_of
from .weaving import synthesize_change, synthesize_text

MOST_TOLD = 120
"""Characters of a failure's reason in the log."""

log = structlog.get_logger("cycle")


def idle(run: CycleRun) -> None:
    """Note the start and keep the brief; end at once where the receiver has learned the message meanwhile."""
    mission = run.mission
    run.write("_tmp_synthesis_data", {"start_time": time.time(), "artifact_type": run.artifact_type})
    if mission.kind == UNHANDLED and find(mission.receiver, mission.selector) is not None:
        label = run.world.label_of(mission.receiver)
        run.outcome = Outcome("answered", f"{label} has learned {mission.selector!r} meanwhile.")
        return
    run.transition(run.cycle.next)


def decomposing(run: CycleRun) -> None:
    """BRICK's plan: which facets to ask what, held to its schema."""
    cycle, persona = run.cycle, str(run.cycle.persona)
    expert_active(run, persona)
    brief, offers = run.brief(), run.offers()
    own, _inherited = run.receiver_data()
    settings = {"slots": own, "expert": persona, "passages": run.passages(run.about()), **asking(run)}

    def work(engine: Any, cancel: Any, stream: Callable[[str], None]) -> Plan:
        return make_plan(engine, brief, offers, on_text=stream, cancel=cancel, **settings)

    plan = run.ask(f"{persona} plan", work)
    run.note_step(plan.record, persona=persona)
    run.keep(plan={"facets": plan.facets, "done_when": plan.done_when})
    run.transition(cycle.next)


def delegating(run: CycleRun) -> None:
    """Send every facet of the plan as a message to its persona, all at once, and keep every answer."""
    sent = []
    for facet in run.data["plan"]["facets"]:
        persona = run.world.resolve(f"{facet['persona'].lower()}_prototype_obj")
        sent.append((facet, send(persona, facet["facet"], (facet["query"],))))
    answers = []
    for facet, promise in sent:
        # A persona's own facet is a promise of the model's answer; one that a person wrote as a method is its answer.
        if isinstance(promise, Future):
            answer: TextAnswer = promise.result()
            run.note_step(answer.record, persona=facet["persona"], facet=facet["facet"])
            promise = answer.text
        answers.append({**facet, "text": str(promise)})
    run.keep(partial_responses=answers)
    run.transition(run.cycle.next)


def synthesizing(run: CycleRun) -> None:
    """Weave: ALFRED a method that passes audit and trial, or a change of a slot; ROBIN a text that says something."""
    SYNTHESES[run.data["artifact_type"]](run)


def synthesize_method(run: CycleRun) -> None:
    """ALFRED's method: written, audited, tried on the ghost; a refusal goes back with its findings."""
    mission, persona = run.mission, str(run.cycle.persona)
    expert_active(run, persona)
    own, inherited = run.receiver_data()
    before = rejections(run.world, mission.receiver, mission.selector)
    passages = run.passages(run.about())
    refusals: list[str] = []
    refused: list[str] = []
    facets = [answer["text"] for answer in run.data["partial_responses"]]
    settings = asking(run)
    settings.pop("temperature")
    base = float(run.cycle.temperature)
    bench = bench_of(run.shop.trials, run.world, mission)
    for attempt in range(int(run.cycle.tries)):
        request = MethodRequest(
            selector=mission.selector,
            parameters=parameters_of(run),
            slots=own,
            inherited=inherited,
            wish=mission.wish,
            passages=passages,
            reasons=[*(reason for reason, _source in before), *refusals],
            rejected=[*(source for _reason, source in before), *refused],
            facets=facets,
            arguments=run.named_arguments(),
            object_name=run.world.label_of(mission.receiver),
        )
        warmth = min(1.0, base + 0.3 * (attempt + mission.attempt - 1))
        seed = mission.attempt * 100 + attempt
        drafts = run.ask(
            f"{persona} {mission.selector}", writing(request, persona, warmth, seed, {**settings, "attempt": attempt})
        )
        tried = try_drafts(drafts, request, bench.run, bench.args, bench.kwargs)
        run.note_step(drafts.record, persona=persona, attempt=attempt + 1, candidates=tried.candidates)
        refused.append(tried.draft.source)
        verdict = tried.verdict
        if not verdict.accepted:
            log.info("guardian_refused", mission=run.number, rules=verdict.rules)
            run.refused_rules.extend(verdict.rules)
            refusals += verdict.reasons()
            continue
        log.info("guardian_passed", mission=run.number, sha256=verdict.sha256, votes=tried.votes, drafts=tried.drafts)
        if verdict.trial["status"] != "ok":
            log.info("trial_failed", mission=run.number, status=verdict.trial["status"])
            refusals += verdict.reasons()
            if not tried.passed or attempt + 1 < int(run.cycle.tries):
                continue
        log.info("trial_passed", mission=run.number, seconds=verdict.trial["seconds"])
        run.keep(final_artifact=verdict.source)
        run.outcome = Outcome("held", content=(tried, refusals))
        return
    fail(run, f"After {run.cycle.tries} tries no method passed: " + " ".join(refusals[-2:]))


def writing(
    request: MethodRequest, persona: str, warmth: float, seed: int, settings: Mapping[str, Any]
) -> Callable[[Any, Any, Callable[[str], None]], Drafts]:
    """The job of writing a round of drafts."""

    def work(engine: Any, cancel: Any, stream: Callable[[str], None]) -> Drafts:
        return write_methods(
            engine,
            request,
            expert=persona,
            temperature=warmth,
            seed=seed,
            on_text=stream,
            cancel=cancel,
            **settings,
        )

    return work


def parameters_of(run: CycleRun) -> list[str]:
    """The method's parameters: arg1, arg2… are needed, keyword arguments have the sent value as their default where
    that is a constant."""
    mission = run.mission
    named = [f"arg{place}" for place in range(1, len(mission.args) + 1)]
    for name, value in mission.kwargs.items():
        constant = value is None or type(value) in (bool, int, float, str)
        named.append(f"{name}={value!r}" if constant and len(repr(value)) <= 40 else f"{name}=None")
    return named


def complete(run: CycleRun) -> None:
    """Deliver a text. A method, or a slot's change, is completed by the decision about it, on its own connection."""
    run.outcome = Outcome("text", content={"text": run.data["final_artifact"], "evidence": run.evidence.rows()})


def failed(run: CycleRun) -> None:
    """Log what happened and doom the transaction: every record stays as it was."""
    reason = str(run.data.get("error", "unknown")) if "_tmp_synthesis_data" in own_slots(run.cycle) else "unknown"
    # The record has it whole; after a colon may stand what a slot or a prompt held, which is not for a log.
    told = reason.partition(":")[0][:MOST_TOLD]
    log.warning("cycle_failed", mission=run.number, state=run.data.get("failed_in", ""), reason=told)
    run.session.manager.get().doom()
    run.outcome = Outcome("failed", reason)


def guarded(behaviour: Callable[[CycleRun], None]) -> Callable[[CycleRun], None]:
    """A state whose errors lead to FAILED, with a sentence; a stop, and a model that is gone, are no failures."""

    def guarded_behaviour(run: CycleRun) -> None:
        try:
            behaviour(run)
        except (Stopped, Cancelled):
            raise
        except EngineUnavailable as problem:
            # A model that is awake could not do just this (a prompt too long, say); one that is gone is waited for.
            if run.shop.mind.problem() is not None:
                raise
            fail(run, str(problem))
        except (Refused, SendError, PromptError, ValueError, TypeError, KeyError, AttributeError) as problem:
            fail(run, str(problem) or type(problem).__name__)
        except NotUnderstood as problem:
            fail(run, str(problem))

    return guarded_behaviour


SYNTHESES: Mapping[str, Callable[[CycleRun], None]] = MappingProxyType(
    {NEW_METHOD: synthesize_method, TEXT_RESPONSE: synthesize_text, SLOT_CHANGE: synthesize_change}
)

BEHAVIOURS: Mapping[str, Callable[[CycleRun], None]] = MappingProxyType(
    {
        "IDLE": guarded(idle),
        "DECOMPOSING": guarded(decomposing),
        "DELEGATING": guarded(delegating),
        "SYNTHESIZING": guarded(synthesizing),
        "COMPLETE": complete,
        "FAILED": failed,
    }
)
