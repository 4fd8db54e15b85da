"""BRICK's data: missions and the plans they deserve, each held against the schema before it is used.

A plan asks one to three facets, in the order in which they are offered, something short that names the message, a
slot or the question's subject, and says what is true when the work is done.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from uvm_core.cognition.asking.messages import FacetOffer, plan_messages
from uvm_core.training import stories
from uvm_core.training.plan_checks import STOP_WORDS, PlanTask, plan_fault, words_in
from uvm_core.training.samples import Sample
from uvm_core.training.surroundings import an_order
from uvm_core.training.topics import Thing, topics
from uvm_core.training.weaving import Scene

LOGIC, SAGE, THRIFT = "BRICK", "ROBIN", "ALFRED"
OFFERS = (
    FacetOffer(LOGIC, "logical_facet_", asks="what must follow, step by step"),
    FacetOffer(SAGE, "sage_facet_", asks="what a person wants of it"),
    FacetOffer(THRIFT, "efficiency_facet_", asks="the simplest way"),
)
OTHER_ASKS = {
    LOGIC: ("logic and order", "which steps are needed", "what has to be true"),
    SAGE: ("the meaning for people", "what people care about", "plain words"),
    THRIFT: ("the least effort", "what saves work", "cost and economy"),
}


@dataclass(frozen=True)
class _Draft:
    """A mission and its plan before offers are chosen: (persona, query) rows, and when it is done."""

    brief: Mapping[str, str]
    slots: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    done_when: str
    difficulty: str
    family: str
    subject: str = ""


def plan_samples(seed: int, *, held_out: bool = False) -> Iterator[Sample]:
    """Missions with their plans, endless, the same for the same seed; only plans that the schema admits."""
    for task, plan in _checked(seed, held_out):
        messages = plan_messages(task.brief, task.offers, slots=task.slots, passages=task.passages, expert=True)
        yield Sample("plan", messages, json.dumps(plan), task.family, task.difficulty)


def held_out_plans(count: int, seed: int = 1) -> list[PlanTask]:
    """Missions whose verbs, slots and subjects are in no training sample."""
    found = _checked(seed, True)
    return [next(found)[0] for _ in range(count)]


def _checked(seed: int, held_out: bool) -> Iterator[tuple[PlanTask, dict[str, Any]]]:
    rng = random.Random(f"plans:{seed}:{held_out}")
    shelf = random.Random(f"plans' passages:{seed}:{held_out}")
    families = (_message, _message, _message, _wished, _guarded, _fact, _two_facts, _how, _why, _compare, _tune)
    while True:
        draft = rng.choice(families)(rng, held_out)
        offers = _offers(rng, draft)
        plan = _plan(draft, offers)
        task = _task(draft, offers)
        if plan_fault(plan, task) is None:
            yield replace(task, passages=_passages(shelf, draft, held_out)), plan


def _passages(rng: random.Random, draft: _Draft, held_out: bool) -> tuple[str, ...]:
    """What the memory found: for most questions something, about their subject or not; it may give orders. The plan
    is the same."""
    if rng.random() > (0.65 if draft.subject else 0.15):
        return ()
    made = []
    for _ in range(rng.randint(1, 2)):
        domain = rng.choice(stories.domains(held_out))
        scene = Scene(rng, held_out, domain)
        entity = draft.subject if draft.subject and rng.random() < 0.6 else scene.entities[0]
        order = an_order(rng, held_out)[0] if rng.random() < 0.15 else ""
        made.append(scene.passage(scene.facts(entity, rng.randint(1, 3)), order))
    return tuple(made)


def _offers(rng: random.Random, draft: _Draft) -> tuple[FacetOffer, ...]:
    """The shipped facets; now and then described otherwise or not at all, or one of them missing."""
    chance = rng.random()
    offers = list(OFFERS)
    if chance < 0.35:
        offers = [FacetOffer(one.persona, one.facet) for one in offers]
    elif chance < 0.5:
        offers = [FacetOffer(one.persona, one.facet, asks=rng.choice(OTHER_ASKS[one.persona])) for one in offers]
    if rng.random() < 0.12:
        kept = {persona for persona, _query in draft.rows[:1]}
        offers.remove(rng.choice([one for one in offers if one.persona not in kept]))
    return tuple(offers)


def _plan(draft: _Draft, offers: Sequence[FacetOffer]) -> dict[str, Any]:
    asked = dict(draft.rows)
    facets = [
        {"persona": one.persona, "facet": one.facet, "query": asked[one.persona]}
        for one in offers
        if one.persona in asked
    ]
    return {"facets": facets, "done_when": draft.done_when}


def _task(draft: _Draft, offers: tuple[FacetOffer, ...]) -> PlanTask:
    said = [draft.brief.get("selector", ""), draft.brief.get("question", ""), *draft.slots]
    keywords = frozenset(word for text in said for word in words_in(text) if word not in STOP_WORDS)
    there = {one.persona for one in offers}
    suits = SUITS[draft.family.partition(":")[0]]
    return PlanTask(
        draft.brief,
        draft.slots,
        offers,
        frozenset(suits[0]) & there,
        frozenset(suits[1]) & there,
        keywords,
        draft.difficulty,
        draft.family,
    )


SUITS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "change": ((LOGIC, THRIFT, SAGE), (LOGIC,)),
    "report": ((SAGE, LOGIC), (SAGE,)),
    "compute": ((LOGIC, THRIFT), (LOGIC,)),
    "wish": ((LOGIC, SAGE, THRIFT), (LOGIC, SAGE)),
    "guard": ((LOGIC, THRIFT), (LOGIC,)),
    "fact": ((LOGIC, SAGE), (LOGIC,)),
    "how": ((LOGIC, THRIFT), (LOGIC, THRIFT)),
    "why": ((LOGIC, SAGE), (LOGIC,)),
    "compare": ((LOGIC, SAGE, THRIFT), (LOGIC,)),
    "tune": ((LOGIC, THRIFT), (THRIFT,)),
}
"""Which personas may be asked in a family of missions, and of which one must be."""


def _a_thing(rng: random.Random, held_out: bool) -> Thing:
    return rng.choice(topics(held_out).things)


def _verb(rng: random.Random, kind: str, held_out: bool) -> str:
    return rng.choice(topics(held_out).verbs[kind])


def _shown(rng: random.Random, thing: Thing, slot: str) -> tuple[str, ...]:
    """The object's slots: the one it is about and some others, in no order."""
    others = [one for one in thing.slots if one != slot]
    shown = [slot, *rng.sample(others, rng.randint(1, min(4, len(others))))]
    rng.shuffle(shown)
    return tuple(shown)


def _selector(rng: random.Random, verb: str, slot: str) -> str:
    chance = rng.random()
    if chance < 0.7 or verb.count("_"):
        return f"{verb}_{slot}"
    return verb if chance < 0.8 else f"{slot}_{verb}" if chance < 0.9 else f"{verb}_the_{slot}"


DONE = {
    "up": "{slot} is larger after {selector}",
    "down": "{slot} is smaller after {selector}",
    "set": "{slot} holds the new value after {selector}",
    "reset": "{slot} is back at its start after {selector}",
    "flip": "{slot} is the opposite after {selector}",
    "collect": "{slot} holds the new entry after {selector}",
    "drop": "{slot} no longer holds the entry after {selector}",
    "report": "{selector} answers one line with {slot}",
    "compute": "{selector} answers a number made from {slot}",
    "test": "{selector} answers True or False from {slot}",
}
_SLOT_OF = {"up": "numbers", "down": "numbers", "set": "texts", "flip": "flags", "collect": "lists", "drop": "lists"}


def _message(rng: random.Random, held_out: bool) -> _Draft:
    """A message without a wish: what it does is read off its name and the slots."""
    kind = rng.choice(list(topics(False).verbs))
    thing = _a_thing(rng, held_out)
    slot = rng.choice(getattr(thing, _SLOT_OF.get(kind, "slots")))
    selector = _selector(rng, _verb(rng, kind, held_out), slot)
    slots = _shown(rng, thing, slot)
    if slot not in selector:
        # A bare verb must leave no doubt about the slot it means.
        slots = tuple(one for one in slots if one == slot or one not in getattr(thing, _SLOT_OF.get(kind, "slots")))
    names = {"slot": slot, "selector": selector}
    if kind == "report":
        rows: tuple[tuple[str, str], ...] = (
            (SAGE, "What should {selector} tell about {slot}?"),
            (LOGIC, "Which slots belong into {selector}?"),
        )
        family = "report"
    elif kind in ("compute", "test"):
        rows = (
            (LOGIC, "How does {slot} lead to {selector}?"),
            (THRIFT, "What is the simplest way to work out {selector}?"),
        )
        rows = rows if kind == "compute" else rows[:1]
        family = "compute"
    else:
        rows = ((LOGIC, "What must {selector} do to {slot}?"),)
        family = "change"
    return _Draft(
        {"selector": selector},
        slots,
        tuple((persona, query.format(**names)) for persona, query in rows),
        DONE[kind].format(**names),
        "easy" if len(rows) == 1 else "medium",
        f"{family}:{kind}",
    )


def _wished(rng: random.Random, held_out: bool) -> _Draft:
    """A message whose name says little; the wish says what is meant."""
    kind = rng.choice(("up", "down", "set", "collect", "report", "reset"))
    thing = _a_thing(rng, held_out)
    slot = rng.choice(getattr(thing, _SLOT_OF.get(kind, "slots")))
    verb = _verb(rng, kind, held_out).replace("_", " ")
    said = slot.replace("_", " ")
    name = rng.choice(("do_it", "go", "work", "next", "handle", "act", "apply", "press", "run", "touch"))
    selector = rng.choice((name, f"{name}_now", f"{name}_{rng.choice(thing.texts)}"))
    wish = rng.choice(
        (
            f"{verb} the {said}",
            f"it should {verb} the {said}",
            f"please {verb} the {said} for me",
            f"I want it to {verb} its {said}",
        )
    )
    sage = kind == "report"
    rows: tuple[tuple[str, str], ...] = (
        (SAGE if sage else LOGIC, f"What should {selector} say about {slot}?" if sage else f"How is {slot} to change?"),
    )
    if not sage and rng.random() < 0.5:
        rows += ((SAGE, f"What does a person expect of {selector}?"),)
        wish += rng.choice((" so that people notice", ", as a person would", " in a friendly way"))
    done = DONE[kind].format(slot=slot, selector=selector)
    return _Draft({"selector": selector, "wish": wish}, _shown(rng, thing, slot), rows, done, "medium", f"wish:{kind}")


def _guarded(rng: random.Random, held_out: bool) -> _Draft:
    """A change that a condition may forbid."""
    kind = rng.choice(("up", "down", "collect", "drop"))
    thing = _a_thing(rng, held_out)
    slot, flag = rng.choice(getattr(thing, _SLOT_OF[kind])), rng.choice(thing.flags)
    selector = f"{_verb(rng, kind, held_out)}_{slot}"
    limit = rng.choice(thing.numbers)
    wish = rng.choice(
        (
            f"refuse when {flag} is true",
            f"not while {flag}",
            f"only if {limit} is above zero",
            f"raise an error when {limit} is too small",
            f"but never when {flag} is set",
        )
    )
    named = flag if flag in wish else limit
    rows = (
        (LOGIC, f"When must {selector} refuse, going by {named}?"),
        (THRIFT, f"What is the simplest check before {slot} changes?"),
    )
    done = f"{selector} changes {slot} unless {named} forbids it"
    slots = tuple(dict.fromkeys((*_shown(rng, thing, slot), named)))
    return _Draft({"selector": selector, "wish": wish}, slots, rows, done, "hard", f"guard:{kind}")


def _subject(rng: random.Random, held_out: bool) -> str:
    return rng.choice(topics(held_out).subjects)


def _attribute(rng: random.Random, held_out: bool) -> str:
    return rng.choice(topics(held_out).attributes)


def _asked(rng: random.Random, question: str) -> str:
    """The question as people put it."""
    lower = question[0].lower() + question[1:]
    return rng.choice(
        (question, question, question, lower.rstrip("?"), f"Please tell me: {lower}", f"Do you know {lower}")
    )


def _fact(rng: random.Random, held_out: bool) -> _Draft:
    subject, what = _subject(rng, held_out), _attribute(rng, held_out)
    question = rng.choice(
        (f"What is the {what} of {subject}?", f"Which {what} does {subject} have?", f"What {what} has {subject}?")
    )
    rows = ((LOGIC, f"What is the {what} of {subject}?"),)
    done = f"the answer says the {what} of {subject}"
    return _Draft({"question": _asked(rng, question)}, (), rows, done, "easy", "fact:one", subject)


def _two_facts(rng: random.Random, held_out: bool) -> _Draft:
    subject = _subject(rng, held_out)
    one, other = rng.sample(topics(held_out).attributes, 2)
    question = rng.choice(
        (f"What are the {one} and the {other} of {subject}?", f"Tell me the {other} and {one} of {subject}.")
    )
    rows = (
        (LOGIC, f"What are the {one} and {other} of {subject}?"),
        (SAGE, f"What should a person know about {subject}?"),
    )
    done = f"the answer says {one} and {other} of {subject}"
    return _Draft({"question": _asked(rng, question)}, (), rows, done, "medium", "fact:two", subject)


def _how(rng: random.Random, held_out: bool) -> _Draft:
    deed = rng.choice(topics(held_out).deeds)
    question = rng.choice(
        (f"How do I {deed}?", f"How can I {deed}?", f"What is a good way to {deed}?", f"How does one {deed}?")
    )
    rows = ((LOGIC, f"Which steps does it take to {deed}?"), (THRIFT, f"What is the simplest way to {deed}?"))
    done = f"the answer says how to {deed}"
    return _Draft({"question": _asked(rng, question)}, (), rows, done, "easy", "how", f"who wants to {deed}")


def _why(rng: random.Random, held_out: bool) -> _Draft:
    fact = rng.choice(topics(held_out).facts)
    question = rng.choice((f"Why is it that {fact}?", f"What is the reason that {fact}?", f"How come {fact}?"))
    rows = ((LOGIC, f"What is the cause that {fact}?"), (SAGE, f"How is it said in plain words why {fact}?"))
    return _Draft({"question": _asked(rng, question)}, (), rows, f"the answer says why {fact}", "medium", "why", fact)


def _compare(rng: random.Random, held_out: bool) -> _Draft:
    one, other = rng.sample(topics(held_out).subjects, 2)
    what = _attribute(rng, held_out)
    question = rng.choice(
        (
            f"How do {one} and {other} differ in {what}?",
            f"Which has the greater {what}, {one} or {other}?",
            f"Compare {one} and {other} by {what}.",
        )
    )
    rows = (
        (LOGIC, f"Which {what} do {one} and {other} have?"),
        (SAGE, f"What does a person want to know about the {what}?"),
        (THRIFT, f"What is the simplest way to compare the {what}?"),
    )
    done = f"the answer compares the {what} of both"
    return _Draft({"question": _asked(rng, question)}, (), rows, done, "hard", "compare", one)


def _tune(rng: random.Random, held_out: bool) -> _Draft:
    """A finding of the steward: which slot of the object it names may better an indicator."""
    indicator, _target, names = rng.choice(topics(held_out).indicators)
    slots = tuple(names.split())
    slot = rng.choice(slots)
    selector = rng.choice((f"refactor_{slot}_for_efficiency", f"tune_{slot}_for_{indicator}", f"lower_{indicator}"))
    above, limit = rng.randint(51, 99) * 100, rng.choice((1000, 2000, 5000))
    wish = rng.choice(
        (
            f"{indicator} is {above}, the threshold is {limit}",
            f"the audit found {indicator} at {above}, above {limit}",
            f"bring {indicator} below {limit}, it is {above}",
        )
    )
    rows = (
        (LOGIC, f"Why is {indicator} above {limit}?"),
        (THRIFT, f"Which slot lowers {indicator} with the least change?"),
    )
    done = f"{indicator} is below {limit}"
    return _Draft({"selector": selector, "wish": wish}, slots, rows, done, "hard", "tune")
