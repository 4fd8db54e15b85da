"""BRICK's data: the same for the same seed, each plan admitted by the schema, held-out missions unknown to training."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest

from uvm_core.cognition.language.schemas import plan_schema
from uvm_core.training.plan_checks import PlanTask, plan_fault, schema_fault, words_in
from uvm_core.training.plans import held_out_plans, plan_samples, suits
from uvm_core.training.samples import Sample
from uvm_core.training.topics import topics

COUNT = 250


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(itertools.islice(plan_samples(5), COUNT))


def test_the_same_seed_gives_the_same_samples_and_another_seed_others(samples: list[Sample]) -> None:
    assert list(itertools.islice(plan_samples(5), 20)) == samples[:20]
    assert list(itertools.islice(plan_samples(6), 20)) != samples[:20]


def test_every_plan_is_admitted_by_the_schema_of_the_facets_in_its_prompt(samples: list[Sample]) -> None:
    for sample in samples:
        offered = [line.split(":")[0].split() for line in sample.messages[0]["content"].splitlines()[1:] if line]
        plan = json.loads(sample.answer)
        assert schema_fault(plan, plan_schema((persona, facet) for persona, facet in offered)) is None
        queries = [row["query"] for row in plan["facets"]]
        assert 1 <= len(queries) == len(set(queries)) <= 3


def test_the_prompt_is_the_short_one_of_an_expert(samples: list[Sample]) -> None:
    assert all([one["role"] for one in sample.messages] == ["system", "user"] for sample in samples)


def test_there_are_missions_of_every_kind_and_difficulty(samples: list[Sample]) -> None:
    assert {one.family.partition(":")[0] for one in samples} == set(suits())
    assert {one.difficulty for one in samples} == {"easy", "medium", "hard"}


def test_held_out_missions_have_words_of_their_own(samples: list[Sample]) -> None:
    known = {word for one in samples for word in words_in(one.messages[-1]["content"])}
    slots = {slot for thing in topics(True).things for slot in thing.slots}
    trained = {slot for thing in topics(False).things for slot in thing.slots}
    for task in held_out_plans(60):
        if task.slots and not task.family.startswith("tune"):
            assert set(task.slots) <= slots
    assert len(slots & trained) <= 3  # words such as `label`, that every object may have
    assert not known & {"lighthouse", "mushrooms", "wingspan", "tally"}


@pytest.fixture
def task() -> PlanTask:
    return next(one for one in held_out_plans(80) if one.family.startswith("change") and len(one.offers) == 3)


def plan(task: PlanTask, *rows: tuple[int, str], done: str | None = None) -> dict[str, Any]:
    facets = [
        {"persona": task.offers[which].persona, "facet": task.offers[which].facet, "query": query}
        for which, query in rows
    ]
    return {"facets": facets, "done_when": done or f"{task.slots[0]} is as wanted"}


def test_a_plan_is_right_or_is_told_what_is_wrong(task: PlanTask) -> None:
    slot = task.slots[0]
    assert plan_fault(plan(task, (0, f"What is done to {slot}?")), task) is None
    wrong = {
        "not valid": plan(task, (1, f"What of {slot}?"), (0, f"How is {slot}?")),
        "asked twice": plan(task, (0, f"What of {slot}?"), (1, f"What  of {slot}?")),
        "do not suit": plan(task, (1, f"What of {slot}?")),
        "something else": plan(task, (0, "What is the weather like?")),
        "does not say when": plan(task, (0, f"What of {slot}?"), done="all is well"),
    }
    for reason, made in wrong.items():
        assert reason in (plan_fault(made, task) or "")


def test_the_schema_check_refuses_what_is_not_a_plan(task: PlanTask) -> None:
    schema = plan_schema((one.persona, one.facet) for one in task.offers)
    good = plan(task, (0, "What is to be done?"))
    assert schema_fault(good, schema) is None
    for broken in (
        None,
        [],
        {},
        {**good, "more": 1},
        {**good, "done_when": "x"},
        {**good, "facets": []},
        {**good, "facets": "none"},
        {**good, "facets": [{**good["facets"][0], "query": 'says "no"'}]},
    ):
        assert schema_fault(broken, schema) is not None


def test_a_persona_that_is_not_offered_cannot_be_needed(task: PlanTask) -> None:
    alone = replace(task, offers=task.offers[1:], personas=frozenset({"ROBIN"}), needed=frozenset())
    made = {
        "facets": [{"persona": "ROBIN", "facet": "sage_facet_", "query": f"What of {task.slots[0]}?"}],
        "done_when": f"{task.slots[0]} is as wanted",
    }
    assert plan_fault(made, alone) is None
