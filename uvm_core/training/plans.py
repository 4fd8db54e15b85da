"""BRICK's data: missions and the plans they deserve, each held against the schema before it is used.

A plan asks one to three facets, in the order in which they are offered, something short that names the message, a
slot or the question's subject, and says what is true when the work is done. What they say stands in data/plans.toml.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from uvm_core.cognition.asking.messages import FacetOffer, plan_messages
from uvm_core.training import files, stories
from uvm_core.training.plan_checks import STOP_WORDS, PlanTask, plan_fault, words_in
from uvm_core.training.samples import Sample
from uvm_core.training.surroundings import an_order
from uvm_core.training.topics import Thing, topics
from uvm_core.training.weaving import Scene

OFFERS = (
    FacetOffer("BRICK", "logical_facet_", asks="what must follow, step by step"),
    FacetOffer("ROBIN", "sage_facet_", asks="what a person wants of it"),
    FacetOffer("ALFRED", "efficiency_facet_", asks="the simplest way"),
)
Rows = tuple[tuple[str, str], ...]


@cache
def _told() -> Mapping[str, Any]:
    return files.table("plans")


@cache
def suits() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Which personas may be asked in a family of missions, and of which one must be."""
    rows = _told()["suits"].items()
    return {family: (frozenset(one["may"].split()), frozenset(one["must"].split())) for family, one in rows}


@dataclass(frozen=True)
class _Draft:
    """A mission and its plan before offers are chosen: (persona, query) rows, and when it is done."""

    brief: Mapping[str, str]
    slots: tuple[str, ...]
    rows: Rows
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
    asked = [partial(_question, row) for row in _told()["questions"]]
    families: tuple[Callable[[random.Random, bool], _Draft], ...]
    families = (_message, _message, _message, _wished, _guarded, *asked, _tune)
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
        offers = [FacetOffer(one.persona, one.facet, asks=rng.choice(_told()["offers"][one.persona])) for one in offers]
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
    may, must = suits()[draft.family.partition(":")[0]]
    return PlanTask(
        draft.brief,
        draft.slots,
        offers,
        may & there,
        must & there,
        keywords,
        draft.difficulty,
        draft.family,
    )


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


def _slots_of(thing: Thing, kind: str) -> tuple[str, ...]:
    """The slots that a verb of a kind may be about."""
    found: tuple[str, ...] = getattr(thing, _told()["slot_of"].get(kind, "slots"))
    return found


def _rows(asks: Sequence[Sequence[str]], names: Mapping[str, Any]) -> Rows:
    return tuple((persona, query.format(**names)) for persona, query in asks)


def _message(rng: random.Random, held_out: bool) -> _Draft:
    """A message without a wish: what it does is read off its name and the slots."""
    kind = rng.choice(list(topics(False).verbs))
    thing = _a_thing(rng, held_out)
    slot = rng.choice(_slots_of(thing, kind))
    selector = _selector(rng, _verb(rng, kind, held_out), slot)
    slots = _shown(rng, thing, slot)
    if slot not in selector:
        # A bare verb must leave no doubt about the slot it means.
        slots = tuple(one for one in slots if one == slot or one not in _slots_of(thing, kind))
    names = {"slot": slot, "selector": selector}
    told = _told()["messages"].get(kind) or _told()["messages"]["change"]
    rows = _rows(told["asks"], names)
    done, difficulty = _told()["done"][kind].format(**names), "easy" if len(rows) == 1 else "medium"
    return _Draft({"selector": selector}, slots, rows, done, difficulty, f"{told['family']}:{kind}")


def _wished(rng: random.Random, held_out: bool) -> _Draft:
    """A message whose name says little; the wish says what is meant."""
    told = _told()["wished"]
    kind = rng.choice(told["kinds"].split())
    thing = _a_thing(rng, held_out)
    slot = rng.choice(_slots_of(thing, kind))
    verb = _verb(rng, kind, held_out).replace("_", " ")
    name = rng.choice(told["names"].split())
    selector = rng.choice((name, f"{name}_now", f"{name}_{rng.choice(thing.texts)}"))
    wish = rng.choice(told["wishes"]).format(verb=verb, said=slot.replace("_", " "))
    reports = kind == "report"
    asks = [told["report" if reports else "change"]]
    if not reports and rng.random() < 0.5:
        asks.append(told["for_people"])
        wish += rng.choice(told["manners"])
    names = {"slot": slot, "selector": selector}
    done = _told()["done"][kind].format(**names)
    slots = _shown(rng, thing, slot)
    return _Draft({"selector": selector, "wish": wish}, slots, _rows(asks, names), done, "medium", f"wish:{kind}")


def _guarded(rng: random.Random, held_out: bool) -> _Draft:
    """A change that a condition may forbid."""
    told = _told()["guarded"]
    kind = rng.choice(told["kinds"].split())
    thing = _a_thing(rng, held_out)
    slot, flag = rng.choice(_slots_of(thing, kind)), rng.choice(thing.flags)
    selector = f"{_verb(rng, kind, held_out)}_{slot}"
    limit = rng.choice(thing.numbers)
    wish = rng.choice(told["wishes"]).format(flag=flag, limit=limit)
    named = flag if flag in wish else limit
    names = {"slot": slot, "selector": selector, "named": named}
    slots = tuple(dict.fromkeys((*_shown(rng, thing, slot), named)))
    rows, done = _rows(told["asks"], names), told["done"].format(**names)
    return _Draft({"selector": selector, "wish": wish}, slots, rows, done, "hard", f"guard:{kind}")


def _asked(rng: random.Random, question: str) -> str:
    """The question as people put it."""
    lower = question[0].lower() + question[1:]
    return rng.choice(
        (question, question, question, lower.rstrip("?"), f"Please tell me: {lower}", f"Do you know {lower}")
    )


def _question(told: Mapping[str, Any], rng: random.Random, held_out: bool) -> _Draft:
    """A question of one of the families in plans.toml; several names of a draw are different ones."""
    names: dict[str, str] = {}
    for wanted, topic in told["draws"]:
        drawn, pool = wanted.split(), getattr(topics(held_out), topic)
        found = [rng.choice(pool)] if len(drawn) == 1 else rng.sample(pool, len(drawn))
        names |= zip(drawn, found, strict=True)
    question = _asked(rng, rng.choice(told["questions"]).format(**names))
    rows, done, about = _rows(told["asks"], names), told["done"].format(**names), told["about"].format(**names)
    return _Draft({"question": question}, (), rows, done, told["difficulty"], told["family"], about)


def _tune(rng: random.Random, held_out: bool) -> _Draft:
    """A finding of the steward: which slot of the object it names may better an indicator."""
    told = _told()["tune"]
    indicator, _target, of_it = rng.choice(topics(held_out).indicators)
    slots = tuple(of_it.split())
    names: dict[str, Any] = {"indicator": indicator, "slot": rng.choice(slots)}
    selector = rng.choice(told["selectors"]).format(**names)
    names |= {"above": rng.randint(51, 99) * 100, "limit": rng.choice((1000, 2000, 5000))}
    wish = rng.choice(told["wishes"]).format(**names)
    rows, done = _rows(told["asks"], names), told["done"].format(**names)
    return _Draft({"selector": selector, "wish": wish}, slots, rows, done, "hard", "tune")
