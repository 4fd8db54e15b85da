"""SYNTHESIZING where the artifact is no method: ROBIN's text, the audit's report, a change of one slot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from ..cognition.asking.authoring import TextAnswer, weave
from ..image.errors import Refused
from ..image.world import World
from .missions import rejections
from .records import SELF_AUDIT, change_text
from .run import CycleRun, Outcome
from .steps import asking, expert_active, fail
from .tuning import Chosen, Option

SHORTEST_TEXT, LONGEST_TEXT = 2, 8000
NOTHING_FOUND = "The audit found nothing that passes a threshold."

log = structlog.get_logger("cycle")


def synthesize_text(run: CycleRun) -> None:
    """ROBIN's answer out of the facets' answers and the passages; an audit's report says what was found."""
    if run.mission.kind == SELF_AUDIT:
        found = run.shop.audit()
        deliver(run, " ".join(str(one.get("words", one)) for one in found) or NOTHING_FOUND)
        return
    expert_active(run, "ROBIN")
    brief, answers = run.brief(), run.data["partial_responses"]
    settings = {**asking(run), "template": run.cycle.weave_prompt, "passages": run.passages(run.about())}

    def work(engine: Any, cancel: Any, stream: Callable[[str], None]) -> TextAnswer:
        return weave(engine, brief, answers, on_text=stream, cancel=cancel, **settings)

    answer = run.ask("ROBIN weave", work)
    run.note_step(answer.record, persona="ROBIN")
    deliver(run, answer.text.strip())


def deliver(run: CycleRun, text: str) -> None:
    """The quality gate of a text: it says something, it is bounded, and what it rests on exists."""
    if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT:
        fail(run, "The answer was empty or longer than an answer may be.")
        return
    gone = run.shop.image.read(lambda world: _gone(world, run))
    if gone is not None:
        fail(run, f"The passage {gone} that the answer rests on was taken out of the memory meanwhile. Ask again.")
        return
    run.keep(final_artifact=text)
    run.transition(run.cycle.next)


def _gone(world: World, run: CycleRun) -> str | None:
    for hit in run.evidence.rows():
        try:
            world.resolve(hit["chunk"])
        except Refused:
            return str(hit["key"])
    return None


def synthesize_change(run: CycleRun) -> None:
    """ALFRED's choice among the slot changes that may answer the steward's finding; each passes its own gate."""
    mission, tuning = run.mission, run.shop.tuning
    expert_active(run, str(run.cycle.persona))
    refused = {source for _reason, source in rejections(run.world, mission.receiver, mission.selector)}
    options = [
        one
        for one in tuning.options(run.world, dict(mission.context))
        if change_text(one.slot, one.then) not in refused
    ]
    problems: list[str] = []
    for attempt in range(int(run.cycle.tries)):
        if not options:
            break
        chosen = run.ask(f"{run.cycle.persona} {mission.selector}", choosing(run, options, attempt))
        run.note_step(chosen.record, persona=str(run.cycle.persona), attempt=attempt + 1)
        problem = tuning.check(run.world, chosen.option)
        if problem is None:
            run.keep(final_artifact=chosen.option.words)
            run.outcome = Outcome("change", content=(chosen, problems))
            return
        log.info("change_refused", mission=run.number, slot=chosen.option.slot, problem=problem)
        problems.append(problem)
        options.remove(chosen.option)
    fail(run, " ".join(problems[-2:]) or "There is no slot left whose change could answer this finding.")


def choosing(run: CycleRun, options: list[Option], attempt: int) -> Callable[[Any, Any, Callable[[str], None]], Chosen]:
    """The job of choosing one change."""
    tuning, context, seed = run.shop.tuning, dict(run.mission.context), run.mission.attempt * 100 + attempt
    offered = tuple(options)

    def work(engine: Any, cancel: Any, stream: Callable[[str], None]) -> Chosen:
        return tuning.choose(engine, context, offered, seed=seed, on_text=stream, cancel=cancel)

    return work
