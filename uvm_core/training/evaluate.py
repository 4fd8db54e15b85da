"""Held-out scores: what the bare model with its examples, and the expert, get right of tasks nobody was trained on.

Everything runs the way a cycle runs it: the same engine, the same prompts, the same grammars, the first answer of each,
without chance (temperature 0).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from uvm_core.cognition.asking.authoring import weave
from uvm_core.cognition.asking.methods import write_methods
from uvm_core.cognition.asking.planning import make_plan
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.engines.engine import Engine, EngineUnavailable
from uvm_core.cognition.models.adapters import CARD, CONFIG, WEIGHTS, base_model, judged
from uvm_core.cognition.models.packaged import converted_model
from uvm_core.guardian import audit
from uvm_core.training.card import sha256_of
from uvm_core.training.plan_checks import PlanTask, plan_fault
from uvm_core.training.plans import held_out_plans
from uvm_core.training.weave_checks import WeaveTask, weave_fault
from uvm_core.training.weaving import held_out_weavings

SEED = 1
DIFFICULTIES = ("easy", "medium", "hard")
WHAT = {
    "BRICK": "Missions with verbs, slots and subjects of their own. Right: admitted by the schema, no query twice, "
    "personas that fit the mission, every query names the message, a slot or the question's subject, and so does what "
    "is true at the end.",
    "ROBIN": "Questions about other kinds of things, under other names, with other orders in the passages. Right: the "
    "facts asked for are in the answer, no figure or name that the material does not have, nothing of another thing, "
    "no order of a passage followed, plain words where no document has it, at most three sentences.",
    "ALFRED": "Requests of families, verbs and slots of their own. Right: the guardian accepts the first method that "
    "is written, and it does in every case what is wanted.",
}


@dataclass(frozen=True)
class Verdict:
    """How an answer was found: `right`, and whether it keeps its form (`lawful`: schema, bounds, covenant)."""

    right: bool
    lawful: bool
    text: str
    why: str = ""


@dataclass(frozen=True)
class Trial:
    """One task: `ask` has an engine answer it, with an expert or bare."""

    name: str
    difficulty: str
    ask: Callable[[Engine, str | None], Verdict]


def trials_of(expert: str, count: int) -> list[Trial]:
    """An expert's held-out tasks."""
    if expert == "BRICK":
        return [Trial(one.family, one.difficulty, partial(_planned, one)) for one in held_out_plans(count, SEED)]
    if expert == "ROBIN":
        return [Trial(one.family, one.difficulty, partial(woven, one)) for one in held_out_weavings(count, SEED)]
    from uvm_core.training.methods import held_out_tasks, is_right

    return [
        method_trial(one.family, one.difficulty, one.request, partial(is_right, one))
        for one in held_out_tasks(count, SEED)
    ]


def method_trial(name: str, difficulty: str, request: MethodRequest, is_right: Callable[[str], bool]) -> Trial:
    """A request for a method, and who says whether one is right."""
    return Trial(name, difficulty, partial(_written, request, is_right))


def engine_with(folders: Mapping[str, Path]) -> Engine:
    """The embedded model with the adapters of these folders, by expert, each judged as a stranger's."""
    from uvm_core.cognition.engines.transformers_engine import TransformersEngine

    model = converted_model()
    base = base_model(model.files, model.manifest)
    adapters = []
    for expert, folder in folders.items():
        files = {name: folder / name for name in (WEIGHTS, CONFIG, CARD)}
        adapters.append(judged(expert, sha256_of(files[WEIGHTS]), files, base))
    return TransformersEngine(model.files, model.model_id, adapters=adapters)


def scores_of(expert: str, folder: Path, count: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """The card's scores of the adapter in `folder`: bare and expert on the same `count` held-out tasks."""
    engine, trials = engine_with({expert: folder}), trials_of(expert, count)
    return {"held-out": compared(engine, expert, trials, WHAT[expert], tell)}


def compared(
    engine: Engine, expert: str, trials: Sequence[Trial], what: str, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Bare and expert on the same tasks: rows by difficulty, each {right, of}."""
    return {
        "what": what,
        "tasks": len(trials),
        "bare": tally(trials, run(engine, None, trials, tell)),
        "expert": tally(trials, run(engine, expert, trials, tell)),
    }


def run(engine: Engine, expert: str | None, trials: Sequence[Trial], tell: Callable[[str], None]) -> list[Verdict]:
    """The verdicts of all tasks, told one by one."""
    verdicts = []
    for number, trial in enumerate(trials, 1):
        verdicts.append(trial.ask(engine, expert))
        last = verdicts[-1]
        mark = "right" if last.right else "WRONG"
        shown = " / ".join(line.strip() for line in last.text.splitlines())
        tell(f"{number:3} {expert or 'bare'} {mark} {trial.difficulty:7} {trial.name}: {shown}  {last.why}".rstrip())
    return verdicts


def tally(trials: Sequence[Trial], verdicts: Sequence[Verdict]) -> dict[str, dict[str, int]]:
    """Counts: all, by difficulty, and how many kept their form."""
    rows = {"right": [one.right for one in verdicts]}
    for difficulty in DIFFICULTIES:
        found = [v.right for t, v in zip(trials, verdicts, strict=True) if t.difficulty == difficulty]
        if found:
            rows[difficulty] = found
    rows["in form"] = [one.lawful for one in verdicts]
    return {name: {"right": sum(found), "of": len(found)} for name, found in rows.items()}


def _planned(task: PlanTask, engine: Engine, expert: str | None) -> Verdict:
    try:
        plan = make_plan(
            engine, task.brief, task.offers, slots=task.slots, passages=task.passages, temperature=0.0, expert=expert
        )
    except EngineUnavailable as problem:
        return Verdict(False, False, "", str(problem))
    # The answer itself, for a cycle leaves repeated queries out.
    text = plan.record.completion.text
    fault = plan_fault(json.loads(text), task)
    return Verdict(fault is None, fault is None or not fault.startswith("The plan is not valid"), text, fault or "")


def woven(task: WeaveTask, engine: Engine, expert: str | None) -> Verdict:
    """An answer woven of a task's material, and how it was found."""
    brief = {"question": task.question}
    answer = weave(engine, brief, task.answers, passages=task.passages, temperature=0.0, expert=expert)
    fault = weave_fault(answer.text, task)
    bounded = fault is None or not fault.startswith("The answer is empty")
    return Verdict(fault is None, bounded, answer.text, fault or "")


def _written(request: MethodRequest, is_right: Callable[[str], bool], engine: Engine, expert: str | None) -> Verdict:
    draft = write_methods(engine, request, expert=expert, drafts=1).all[0]
    accepted = audit(draft.source, request.selector).accepted
    return Verdict(accepted and is_right(draft.source), accepted, draft.source)
