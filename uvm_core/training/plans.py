"""BRICK's data: missions and the plans they deserve, each held against the schema before it is used.

A plan asks one to three facets, in the order in which they are offered, something short that names the message, a
slot or the question's subject, and says what is true when the work is done.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uvm_core.cognition.grammar import plan_schema
from uvm_core.cognition.messages import FacetOffer, plan_messages
from uvm_core.training import topics
from uvm_core.training.samples import Sample

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
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an the of to is are was be and or in on at for from by with what which who when where why how much many
        does do did it its this that than then not no i me my you your please tell can could would should there have has
        know one""",
    )
)


@dataclass(frozen=True)
class PlanTask:
    """A mission to plan. `personas` may be asked and `needed` one of them must be; `keywords` say what it is about."""

    brief: Mapping[str, str]
    slots: tuple[str, ...]
    offers: tuple[FacetOffer, ...]
    personas: frozenset[str]
    needed: frozenset[str]
    keywords: frozenset[str]
    difficulty: str
    family: str


@dataclass(frozen=True)
class _Draft:
    """A mission and its plan before offers are chosen: (persona, query) rows, and when it is done."""

    brief: Mapping[str, str]
    slots: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    done_when: str
    difficulty: str
    family: str


def plan_samples(seed: int, *, held_out: bool = False) -> Iterator[Sample]:
    """Missions with their plans, endless, the same for the same seed; only plans that the schema admits."""
    for task, plan in _checked(seed, held_out):
        messages = plan_messages(task.brief, task.offers, slots=task.slots, expert=True)
        yield Sample("plan", messages, json.dumps(plan), task.family, task.difficulty)


def held_out_plans(count: int, seed: int = 1) -> list[PlanTask]:
    """Missions whose verbs, slots and subjects are in no training sample."""
    found = _checked(seed, True)
    return [next(found)[0] for _ in range(count)]


def _checked(seed: int, held_out: bool) -> Iterator[tuple[PlanTask, dict[str, Any]]]:
    rng = random.Random(f"plans:{seed}:{held_out}")
    families = (_message, _message, _message, _wished, _guarded, _fact, _two_facts, _how, _why, _compare, _tune)
    while True:
        draft = rng.choice(families)(rng, held_out)
        offers = _offers(rng, draft)
        plan = _plan(draft, offers)
        task = _task(draft, offers)
        if plan_fault(plan, task) is None:
            yield task, plan


def plan_fault(plan: Any, task: PlanTask) -> str | None:
    """What is wrong with a plan for this mission, as a sentence; None for a right one.

    Right means: admitted by the schema, no query twice, personas that fit the mission, every query names the message,
    a slot or the question's subject, and so does what is true at the end.
    """
    fault = schema_fault(plan, plan_schema((one.persona, one.facet) for one in task.offers))
    if fault is not None:
        return f"The plan is not valid: {fault}"
    queries = [" ".join(words_in(row["query"])) for row in plan["facets"]]
    if len(set(queries)) < len(queries):
        return "A query is asked twice."
    personas = {row["persona"] for row in plan["facets"]}
    if not personas <= task.personas or (task.needed and not personas & task.needed):
        return f"{', '.join(sorted(personas))} do not suit this mission."
    for row in plan["facets"]:
        if not about(row["query"], task):
            return f"The query {row['query']!r} is about something else."
    if not about(plan["done_when"], task):
        return f"{plan['done_when']!r} does not say when this is done."
    return None


def about(text: str, task: PlanTask) -> bool:
    """Whether a text names the mission's message, one of its slots or its subject."""
    return bool(task.keywords & set(words_in(text)))


def words_in(text: str) -> list[str]:
    """Lower-case words; names are kept whole and also in their parts."""
    found = re.findall(r"[a-z0-9_]+", text.lower())
    return found + [part for word in found if "_" in word for part in word.split("_") if len(part) > 2]


def schema_fault(value: Any, schema: Mapping[str, Any]) -> str | None:
    """The first thing in which a value differs from a plan's schema (the part of JSON Schema that it uses)."""
    if "anyOf" in schema:
        faults = [schema_fault(value, one) for one in schema["anyOf"]]
        return None if None in faults else f"{json.dumps(value)[:80]} fits none of {len(faults)} ways."
    if "const" in schema:
        return None if value == schema["const"] else f"{value!r} is not {schema['const']!r}."
    if schema["type"] == "string":
        good = isinstance(value, str) and re.fullmatch(schema["pattern"].strip("^$"), value)
        return None if good else f"{str(value)[:80]!r} is no short plain sentence."
    if schema["type"] == "array":
        return _array_fault(value, schema)
    if not isinstance(value, dict) or set(value) != set(schema["required"]):
        return f"{json.dumps(value)[:80]} does not have exactly {', '.join(schema['required'])}."
    return next((f for k, one in schema["properties"].items() if (f := schema_fault(value[k], one))), None)


def _array_fault(value: Any, schema: Mapping[str, Any]) -> str | None:
    if not isinstance(value, list) or not schema["minItems"] <= len(value) <= schema["maxItems"]:
        return "It has too few or too many facets."
    each = schema.get("prefixItems") or [schema["items"]] * len(value)
    return next((f for one, of in zip(value, each, strict=True) if (f := schema_fault(one, of))), None)


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


def _a_thing(rng: random.Random, held_out: bool) -> topics.Thing:
    return rng.choice(topics.HELD_OUT_THINGS if held_out else topics.THINGS)


def _verb(rng: random.Random, kind: str, held_out: bool) -> str:
    return rng.choice((topics.HELD_OUT_VERBS if held_out else topics.VERBS)[kind])


def _shown(rng: random.Random, thing: topics.Thing, slot: str) -> tuple[str, ...]:
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
    kind = rng.choice(list(topics.VERBS))
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
    return rng.choice(topics.HELD_OUT_SUBJECTS if held_out else topics.SUBJECTS)


def _attribute(rng: random.Random, held_out: bool) -> str:
    return rng.choice(topics.HELD_OUT_ATTRIBUTES if held_out else topics.ATTRIBUTES)


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
    return _Draft({"question": _asked(rng, question)}, (), rows, done, "easy", "fact:one")


def _two_facts(rng: random.Random, held_out: bool) -> _Draft:
    subject = _subject(rng, held_out)
    one, other = rng.sample(topics.HELD_OUT_ATTRIBUTES if held_out else topics.ATTRIBUTES, 2)
    question = rng.choice(
        (f"What are the {one} and the {other} of {subject}?", f"Tell me the {other} and {one} of {subject}.")
    )
    rows = (
        (LOGIC, f"What are the {one} and {other} of {subject}?"),
        (SAGE, f"What should a person know about {subject}?"),
    )
    done = f"the answer says {one} and {other} of {subject}"
    return _Draft({"question": _asked(rng, question)}, (), rows, done, "medium", "fact:two")


def _how(rng: random.Random, held_out: bool) -> _Draft:
    deed = rng.choice(topics.HELD_OUT_DEEDS if held_out else topics.DEEDS)
    question = rng.choice(
        (f"How do I {deed}?", f"How can I {deed}?", f"What is a good way to {deed}?", f"How does one {deed}?")
    )
    rows = ((LOGIC, f"Which steps does it take to {deed}?"), (THRIFT, f"What is the simplest way to {deed}?"))
    done = f"the answer says how to {deed}"
    return _Draft({"question": _asked(rng, question)}, (), rows, done, "easy", "how")


def _why(rng: random.Random, held_out: bool) -> _Draft:
    fact = rng.choice(topics.HELD_OUT_FACTS if held_out else topics.FACTS)
    question = rng.choice((f"Why is it that {fact}?", f"What is the reason that {fact}?", f"How come {fact}?"))
    rows = ((LOGIC, f"What is the cause that {fact}?"), (SAGE, f"How is it said in plain words why {fact}?"))
    return _Draft({"question": _asked(rng, question)}, (), rows, f"the answer says why {fact}", "medium", "why")


def _compare(rng: random.Random, held_out: bool) -> _Draft:
    one, other = rng.sample(topics.HELD_OUT_SUBJECTS if held_out else topics.SUBJECTS, 2)
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
    return _Draft({"question": _asked(rng, question)}, (), rows, done, "hard", "compare")


def _tune(rng: random.Random, held_out: bool) -> _Draft:
    """A finding of the steward: which slot of the object it names may better an indicator."""
    indicator, _target, names = rng.choice(topics.HELD_OUT_INDICATORS if held_out else topics.INDICATORS)
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
