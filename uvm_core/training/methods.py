"""The data of the expert that writes methods: requests with the method that fulfils them, every one executed.

`method_samples` is endless and the same for the same seed. Nothing is yielded that the guardian refuses, the grammar
cannot say or that fails one of its cases. Held-out tasks come from families, selectors and slot names of their own:
families are marked (`Family.held_out`), words are parted by their letters (`words.is_held_out`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import structlog

from uvm_core.cognition.asking.exemplars import Exemplar, nearest_by_words, shipped_exemplars
from uvm_core.cognition.asking.messages import method_messages
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.kinds import nameable, shown_slots
from uvm_core.cognition.language.words import content_words, words_of
from uvm_core.guardian.trial import trial
from uvm_core.training import phrasing
from uvm_core.training.checking import ANY, MARK, RAISES, Case, case_of, disagreements, is_accepted, is_sayable
from uvm_core.training.draws import Draw
from uvm_core.training.families import Family, families
from uvm_core.training.samples import Sample
from uvm_core.training.tasks import Task

log = structlog.get_logger("training")

_CASES = 4
_DRAWS = 12
_STYLES = ("arg", "arg", "arg", "named", "named", "keyword")
_WEIGHTS = {"easy": 2, "medium": 3, "hard": 3}


@dataclass(frozen=True)
class HeldOut:
    """A task that nothing was trained on."""

    request: MethodRequest
    cases: Sequence[Case]
    difficulty: str
    family: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Built:
    """A request with the method that fulfils it."""

    request: MethodRequest
    source: str
    cases: tuple[Case, ...]
    family: Family


class Unusable(Exception):
    """A draw that makes no good sample: it is drawn again."""


def method_samples(seed: int, *, held_out: bool = False) -> Iterator[Sample]:
    """Samples without end, deterministic by seed, families in a shuffled round so that none is rare."""
    parted = _families(held_out)
    dice = random.Random(f"methods {seed} {held_out}")
    number = 0
    while True:
        round_ = [one for one in parted for _ in range(_WEIGHTS[one.difficulty])]
        dice.shuffle(round_)
        for one in round_:
            number += 1
            try:
                yield sample_of(one, f"{seed}/{number}")
            except ValueError as fault:
                # One family's defect must not end a training of hours.
                log.warning("family_left_out", family=one.name, reason=str(fault))


def sample_of(family: Family, seed: str) -> Sample:
    """One sample of a family. Errors: ValueError if the family yields none (a defect of the family)."""
    built = built_of(family, seed)
    dice = random.Random(f"prompt {seed}")
    request, exemplars = _surrounded(built, dice, seed)
    return Sample(
        "method",
        method_messages(request, exemplars, expert=True),
        built.source.rstrip("\n"),
        family.name,
        family.difficulty,
    )


def held_out_tasks(count: int, seed: int) -> list[HeldOut]:
    """Tasks of the held-out families, all of them in turn."""
    kept = list(_families(True))
    dice = random.Random(f"held out {seed}")
    tasks: list[HeldOut] = []
    while len(tasks) < count:
        dice.shuffle(kept)
        for family in kept[: count - len(tasks)]:
            built = built_of(family, f"held out {seed}/{len(tasks)}")
            tasks.append(HeldOut(built.request, built.cases, family.difficulty, family.name, built.source))
    return tasks


def is_right(task: HeldOut, source: str) -> bool:
    """Whether a written method is accepted by the guardian and does in every case what is wanted.

    It runs confined, as on an object's ghost: what a model wrote may run forever.
    """
    if not is_accepted(source, task.request.selector):
        return False
    for case in task.cases:
        result = trial(source, dict(case.slots), list(case.args), selector=task.request.selector)
        if case.answer is RAISES:
            if result.status != "error" or "ValueError" not in result.message:
                return False
            continue
        if result.status != "ok" or (result.returns is None and case.answer not in (None, ANY)):
            return False
        if disagreements(case, result.returns, dict(result.slots_after or {})):
            return False
    return True


@cache
def _families(held_out: bool) -> tuple[Family, ...]:
    return tuple(one for one in families() if one.held_out == held_out)


def built_of(family: Family, seed: str) -> Built:
    """A task of a family with its method, checked. Errors: ValueError if a dozen draws give none."""
    faults: list[str] = []
    for attempt in range(_DRAWS):
        try:
            return _built(family, f"{family.name}/{seed}/{attempt}")
        except Unusable as reason:
            faults.append(str(reason))
    raise ValueError(f"The family {family.name} makes no sample: {faults[-1]}")


def _built(family: Family, seed: str) -> Built:
    shape = random.Random(f"shape {seed}")
    style = shape.choice(_STYLES)
    draws = [_draw(family, seed, style, number) for number in range(_CASES)]
    task, draw = draws[0]
    if any(other.body != task.body for other, _ in draws):
        raise Unusable("The method depends on the values.")
    names = [name for name, _ in draw.parameters]
    values = [value for _, value in draw.parameters]
    parameters = names
    if style == "keyword" and all(isinstance(one, bool | int | float | str) for one in values):
        parameters = [f"{name}={phrasing.constant(value)}" for name, value in draw.parameters]
    selector, wish, passages = _phrased(task, shape)
    if len(selector) > 40 or selector in names or selector in task.slots:
        raise Unusable("The selector is no good.")
    own, inherited = _placed(task, selector, wish, shape, family.held_out)
    arguments = dict(zip(names, values, strict=True))
    request = MethodRequest(
        selector,
        parameters,
        own,
        inherited,
        wish=wish,
        passages=passages,
        arguments=arguments if shape.random() < 0.8 or style == "keyword" else {},
        references=_known(own),
    )
    source = source_of(request.header, task.body)
    _check_names(source, request)
    try:
        cases = _cases(draws, source)
    except ValueError as fault:
        raise ValueError(f"The family {family.name} is wrong: {fault}\n{source}") from fault
    if not is_accepted(source, selector):
        raise Unusable(f"The guardian refuses it:\n{source}")
    if not is_sayable(source, request):
        raise Unusable(f"The grammar cannot say it:\n{source}")
    return Built(request, source, cases, family)


def _draw(family: Family, seed: str, style: str, number: int) -> tuple[Task, Draw]:
    draw = Draw(random.Random(f"what {seed}"), random.Random(f"values {seed} {number}"), family.held_out, style)
    return family.make(draw), draw


def source_of(header: str, body: str) -> str:
    """The whole method: the header, the body one step in, the marks in their places."""
    lines = [re.sub(r"^(\s*)@$", rf"\1{MARK}", line) for line in body.split("\n")]
    return "\n    ".join([header, *lines]) + "\n"


def _cases(draws: Sequence[tuple[Task, Draw]], source: str) -> tuple[Case, ...]:
    return tuple(case_of(source, task.slots, [value for _, value in draw.parameters]) for task, draw in draws)


def _phrased(task: Task, shape: random.Random) -> tuple[str, str, list[str]]:
    """Selector, wish and passages."""
    clear = [one for one in task.clear.split("|") if one]
    vague = [one for one in task.vague.split("|") if one]
    if clear and (shape.random() < 0.7 or not vague):
        selector = shape.choice(clear)
        wished = shape.random() < 0.3
    else:
        selector = shape.choice(vague)
        wished = True
    if not wished or not task.wishes:
        return selector, "", []
    if task.fact and shape.random() < 0.25:
        passage = phrasing.document(shape.choice(task.fact.split("|")), shape)
        return selector, phrasing.wish(shape.choice(task.asks.split("|")), shape), [passage]
    return selector, phrasing.wish(shape.choice(task.wishes.split("|")), shape), []


def _placed(
    task: Task, selector: str, wish: str, shape: random.Random, held_out: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The slots that the request has: the task's among others that do not matter, some inherited."""
    spoken = set(content_words(f"{selector} {wish}"))
    others = {} if task.alone else phrasing.distractors(shape, held_out, task.slots, spoken)
    mixed = [*task.slots.items(), *others.items()]
    if shape.random() < 0.5:
        shape.shuffle(mixed)
    own, inherited = dict(mixed), {}
    if task.inherits and shape.random() < 0.05:
        name = shape.choice(list(task.slots))
        if set(content_words(name)) & spoken:
            inherited[name] = own.pop(name)
    return own, inherited


def _known(slots: Mapping[str, Any]) -> dict[str, list[str]]:
    """What other objects are known to have and to understand."""
    known: dict[str, list[str]] = {}
    for name, value in slots.items():
        if isinstance(value, dict) and "$obj" in value:
            inside = value["$obj"]
            known[name] = [*inside.get("slots", {}), *(f"{one}()" for one in inside.get("replies", {}))]
    return known


def _check_names(source: str, request: MethodRequest) -> None:
    """Every slot that the method names is shown to its author, or a new one that the selector names."""
    shown = set(shown_slots(request)) | set(words_of(request.selector)) | {"_p_changed"}
    shown |= {"print_string", "slot_names", "slot_value", "understands", request.selector.partition("_")[2]}
    missing = set(re.findall(r"self\.(\w+)", source)) - shown
    if missing:
        raise Unusable(f"The prompt does not show {', '.join(sorted(missing))}.")
    if set(request.parameter_names) & set(nameable(request.slots)):
        raise Unusable("A parameter is called like a slot.")


def _surrounded(built: Built, dice: random.Random, seed: str) -> tuple[MethodRequest, list[Exemplar]]:
    """The request as it comes in a longer history: after refusals, with documents, with a method that is near."""
    request = built.request
    chance = dice.random()
    exemplars: list[Exemplar] = []
    if chance < 0.07:
        request = replace(request, **phrasing.refused(request, built.source, dice))
    elif chance < 0.11 and not request.passages:
        request = replace(request, passages=[phrasing.document("", dice)])
    elif chance < 0.16:
        exemplars = [_sibling(built, seed)]
    elif chance < 0.19:
        exemplars = nearest_by_words(request, shipped_exemplars(), 1)
    return request, exemplars


def _sibling(built: Built, seed: str) -> Exemplar:
    other = built_of(built.family, f"{seed} sibling").request, built_of(built.family, f"{seed} sibling").source
    request, source = other
    slots = {name: one for name, one in request.slots.items() if f"self.{name}" in source}
    return Exemplar(request.selector, tuple(request.parameters), slots, source, request.wish)
