"""Plans of the bare model: needs read off the mission, sub-queries about this object, no echo, asked once more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cognition.asked.planned import judged, load
from uvm_core.cognition.asking.messages import FacetOffer, plan_messages
from uvm_core.cognition.asking.needs import (
    FEWEST,
    MOST,
    NEEDS,
    facets_for,
    is_echo,
    needs_grammar,
    needs_of,
    needs_schema,
    sound_queries,
)
from uvm_core.cognition.asking.planning import make_plan
from uvm_core.cognition.asking.queries import LONGEST_QUERY, ends, ways_to_ask
from uvm_core.cognition.asking.subject import Subject
from uvm_core.cognition.engines.scripted_engine import ScriptedEngine
from uvm_core.kernel.genesis import ASKS, PERSONAS

OFFERS = [
    FacetOffer(name.removesuffix("_prototype_obj").upper(), facet, role, ASKS[name])
    for name, (role, facet) in PERSONAS.items()
]
PAIRS = {(one.persona, one.facet) for one in OFFERS}
TANK = Subject(
    "fill_up",
    "Put the litres into the tank, never more than the capacity.",
    slots={"tank": 30, "capacity": 60, "plate": "ZG 12"},
    arguments={"litres": 20},
)
BRIEF = {"selector": TANK.selector, "wish": TANK.wish, "arguments": TANK.arguments}


def row(need: str, query: str) -> dict[str, str]:
    return {"need": need, "persona": "BRICK", "facet": "logical_facet_", "query": query}


def scripted(folder: Path, *answers: Mapping[str, Any]) -> ScriptedEngine:
    script = folder / "script.json"
    script.write_text(json.dumps([{"task": "plan", "answers": [json.dumps(one) for one in answers]}]))
    return ScriptedEngine(script)


@pytest.mark.parametrize(
    ("subject", "needs"),
    [
        (TANK, ["reads", "changes", "refuses", "edges"]),
        (Subject("total", slots={"prices": [1]}), ["reads", "edges", "answer"]),
        (Subject(question="Who built it?", passages=["Ida built the mill in 1911."]), []),
        (Subject(question="Who built the mill?", passages=["Ida."]), ["documents", "edges", "answer"]),
        (Subject(question="Why do bats hang upside down?"), ["reads", "edges", "answer"]),
        (Subject(question="Audit the commit times."), ["reads", "refuses", "edges", "proof"]),
        (Subject("call", "Ask the friend", slots={"friend": {"$ref": 3}}), ["reads", "sends", "edges"]),
    ],
)
def test_needs_are_read_off_the_mission(subject: Subject, needs: list[str]) -> None:
    found = needs_of(subject)
    assert FEWEST <= len(found) <= MOST
    assert set(needs) <= set(found)
    assert found == sorted(set(found), key=list(NEEDS).index)


@pytest.mark.parametrize("one", [*load("dev"), *load("held")], ids=lambda one: one.id)
def test_every_need_of_a_mission_can_be_asked_for_within_the_bounds(one: Any) -> None:
    subject = Subject(one.selector, one.wish, one.question, one.slots, one.brief["arguments"], one.passages)
    for need in needs_of(subject):
        ways = ways_to_ask(need, subject)
        assert ways
        assert all(len(way) <= LONGEST_QUERY and way.endswith("?") and not is_echo(way, one.brief) for way in ways)
    assert ends(subject)
    assert needs_grammar(needs_of(subject), OFFERS, subject).startswith("root ::= ")


def test_what_is_asked_names_the_objects_slots_and_the_rule_of_the_wish() -> None:
    assert any("litres" in way and "never more than the capacity" in way for way in ways_to_ask("refuses", TANK))
    assert all("plate" not in way for need in ("reads", "changes", "edges") for way in ways_to_ask(need, TANK))
    only_names = Subject("reset", slots={"count": None, "entries": None})
    assert ways_to_ask("edges", only_names)[0] == "What happens if entries is the empty list?"


def test_a_bound_is_not_what_changes_and_a_state_is() -> None:
    warm = Subject("turn_up", "Above the highest is an error.", slots={"degrees": 19, "highest": 24, "room": "Study"})
    assert all(way.split(" change")[0].endswith("degrees") for way in ways_to_ask("changes", warm) if "By how" in way)
    door = Subject("open_door", "A locked door stays closed.", slots={"state": "closed", "locked": False})
    assert any(way.startswith("Which value does state have") for way in ways_to_ask("changes", door))


def test_a_need_goes_to_the_facet_that_says_so_and_to_any_where_none_does() -> None:
    assert [one.persona for one in facets_for("refuses", OFFERS)] == ["BRICK"]
    assert [one.persona for one in facets_for("documents", OFFERS)] == ["ROBIN"]
    untold = [FacetOffer(one.persona, one.facet) for one in OFFERS]
    assert facets_for("edges", untold) == untold
    mine = FacetOffer("MOTH", "night_facet_", asks="edges of the night")
    assert mine in facets_for("edges", [*OFFERS, mine])


def test_no_plan_without_a_facet() -> None:
    with pytest.raises(ValueError, match="at least one persona"):
        needs_grammar(["reads"], [], TANK)
    with pytest.raises(ValueError, match="at least one persona"):
        needs_schema(["reads"], [])


@pytest.mark.parametrize(
    ("query", "echo"),
    [
        ("How should fill_up put the litres into the tank?", True),
        ("What does fill_up do?", True),
        ("What happens if litres is zero?", False),
        ("Must litres be refused above capacity?", False),
    ],
)
def test_what_an_echo_is(query: str, echo: bool) -> None:
    assert is_echo(query, BRIEF) is echo


def test_echoes_repeats_and_endless_queries_are_dropped() -> None:
    good = row("edges", "What happens if litres is zero?")
    rows = [row("reads", "What does fill_up do?"), good, row("refuses", "what happens, if litres is zero"), good]
    assert sound_queries([*rows, row("edges", "Is zero " + "so " * 60 + "?")], BRIEF) == [good]


def test_too_little_is_asked_for_once_more_with_what_is_missing(tmp_path: Path) -> None:
    good = row("edges", "What happens if litres is zero?")
    later = row("refuses", "Must litres be refused when it is negative?")
    first = {"facets": [row("reads", "What does fill_up do?"), good], "done_when": "The tank is full."}
    second = {"facets": [later], "done_when": "Nothing else."}
    plan = make_plan(scripted(tmp_path, first, second), BRIEF, OFFERS, slots=TANK.slots)
    assert (plan.facets, plan.done_when) == ([good, later], "The tank is full.")
    assert "Needs: reads, changes, refuses\n" in plan.record.ask.messages[-1]["content"] + "\n"


def test_where_nothing_better_comes_the_plan_is_what_came(tmp_path: Path) -> None:
    echo = {"facets": [row("reads", "What does fill_up do?")], "done_when": "Done."}
    plan = make_plan(scripted(tmp_path, echo), BRIEF, OFFERS, slots=TANK.slots)
    assert plan.facets == echo["facets"]


def test_the_prompt_shows_values_and_arguments_to_a_bare_model_and_its_old_form_to_an_expert() -> None:
    bare = plan_messages(BRIEF, OFFERS, slots=TANK.slots, needs=["reads", "edges"])[-1]["content"]
    assert "tank = 30" in bare
    assert "fill_up(litres=20)" in bare
    assert bare.endswith("Needs: reads, edges")
    taught = plan_messages(BRIEF, OFFERS, slots=list(TANK.slots), expert=True)[-1]["content"]
    assert taught.startswith('Message: "fill_up"\nSlots: "tank, capacity, plate"\nWish: ')
    assert plan_messages(BRIEF, OFFERS, slots=TANK.slots, expert=True)[-1]["content"] == taught


def test_a_plan_is_judged_by_the_needs_its_queries_name() -> None:
    mission = load("dev")[0]
    good = [row("changes", "Does tank go up by litres?"), row("refuses", "Is litres refused when more than capacity?")]
    assert judged(good, mission, PAIRS).covered
    assert not judged(good[:1], mission, PAIRS).covered
    assert not judged([*good, good[0]], mission, PAIRS).covered
    assert not judged([*good, row("reads", "What does fill_up do?")], mission, PAIRS).covered
    assert not judged(
        [*good, {**good[0], "facet": "moth_facet_", "query": "Is the tank zero?"}], mission, PAIRS
    ).covered
