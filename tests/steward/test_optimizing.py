"""The changes that may answer a finding: bounded, real, still the task; the model chooses, the gate decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from uvm_core.cognition.asking.prompts import default_templates
from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.engines.scripted_engine import ScriptedEngine
from uvm_core.cycles.tuning import Option
from uvm_core.image.image import Image
from uvm_core.image.world import World
from uvm_core.steward.optimizing import BOUNDS, check, choose, options
from uvm_core.steward.templates import kind_of, problem_with, rendered, shorter_forms, with_sentence
from uvm_core.uvm import begin_image

KINDS = {name: name if name in ("method", "plan", "weave") else "facet" for name in default_templates()}
FINDINGS: list[dict[str, Any]] = [
    {"indicator": "psm_cycle_durations", "state": "SYNTHESIZING", "value": 6200.5, "limit": 5000},
    {"indicator": "psm_cycle_durations", "state": "DECOMPOSING", "value": 6200.5, "limit": 5000},
    {"indicator": "psm_cycle_durations", "state": "DELEGATING", "value": 1.9, "limit": 1.5, "about": "trend"},
    {"indicator": "guardian_violations", "value": 3, "limit": 0, "rules": {"IMP-001": 2, "COV-001": 1}},
    {"indicator": "lora_swap_latencies", "value": 1400.2, "limit": 1000, "experts": {"ALFRED": 1400.2}},
    {"indicator": "transaction_aborts", "value": 0.25, "limit": 0.05},
]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    made = Image(tmp_path_factory.mktemp("optimizing") / "image")
    begin_image(made)
    yield made
    made.close()


@pytest.fixture
def world(image: Image) -> Iterator[World]:
    with image.session() as session:
        yield session.begin()


@pytest.mark.parametrize("name", KINDS)
def test_every_shipped_prompt_has_shorter_forms_that_still_carry_the_task(name: str) -> None:
    template, kind = default_templates()[name], KINDS[name]
    forms = shorter_forms(template, kind)
    assert forms
    assert len({form.text for form in forms}) == len({form.words for form in forms}) == len(forms)
    whole = sum(map(len, rendered(template, kind)))
    for form in forms:
        assert sum(map(len, rendered(form.text, kind))) < whole
        assert problem_with(template, form.text, kind) is None
        # A form is itself a template with forms: the steward may come again.
        assert form.text not in {again.text for again in shorter_forms(form.text, kind)}


def test_a_template_that_fails_has_no_forms() -> None:
    assert shorter_forms("=== user\n{{ nothing }}", "plan") == []
    assert shorter_forms("{% for one in exemplars %}", "method") == []


def test_the_prompts_of_an_image_are_of_a_kind_and_other_texts_are_not() -> None:
    assert kind_of("SYNTHESIZING", "prompt") == "method"
    assert kind_of("SYNTHESIZING", "weave_prompt") == "weave"
    assert kind_of("DECOMPOSING", "prompt") == "plan"
    assert kind_of("robin_prototype_obj", "sage_facet_prompt") == "facet"
    assert kind_of("customer", "prompt") is None


def test_a_sentence_is_said_once_in_the_instructions() -> None:
    template = default_templates()["method"]
    said = with_sentence(template, "Import nothing.")
    assert with_sentence(said, "Import nothing.") == said
    for text in rendered(said, "method"):
        assert text.startswith("system: ")
        assert "Import nothing." in text.partition("user: ")[0]


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda row: f"{row['indicator']} {row.get('state', '')}")
def test_every_finding_has_options_that_pass_the_gate(finding: dict[str, Any], world: World) -> None:
    found = options(world, {"finding": finding})
    assert 1 <= len(found) <= 8
    assert len({option.words for option in found}) == len(found)
    for option in found:
        assert check(world, option) is None
        assert option.now != option.then
        bound = BOUNDS.get(option.slot)
        assert type(option.then) is str if bound is None else bound.low <= option.then <= bound.high
    threshold = found[-1]
    assert world.name_of(threshold.target) == "system_metrics_obj"
    assert threshold.then >= finding["value"]


def test_a_brief_with_a_prompt_alone_is_about_the_state_that_asks_with_it(world: World) -> None:
    prompt = world.resolve("DECOMPOSING").prompt
    labels = {world.label_of(option.target) for option in options(world, {"current_prompt": prompt})}
    assert labels == {"DECOMPOSING"}
    assert {world.label_of(option.target) for option in options(world, {})} == {"SYNTHESIZING"}
    assert options(world, {"finding": {"indicator": "weather", "value": 1}}) == []


def test_the_gate_refuses_what_is_out_of_bounds_stale_or_no_longer_the_task(world: World) -> None:
    synthesis, metrics = world.resolve("SYNTHESIZING"), world.resolve("system_metrics_obj")
    budget = Option(synthesis, "budget", synthesis.budget, 192, "")
    prompt = Option(synthesis, "prompt", synthesis.prompt, "", "")
    refused = {
        "between 32 and 1024": replace(budget, then=5000),
        "a whole number": replace(budget, then=192.5),
        "number and stays one": replace(budget, then="192"),
        "not what it was": replace(budget, now=1),
        "would stay as it is": replace(budget, then=budget.now),
        "not for the steward": Option(metrics, "window_hours", 24, 12, ""),
        "cannot be rendered": replace(prompt, then=synthesis.prompt + "{% endfor %}"),
        "no longer says what is wanted": replace(prompt, then="=== user\nWrite {{ request.selector }}."),
        "is a text": replace(prompt, then=7),
    }
    assert check(world, budget) is None
    for words, option in refused.items():
        assert words in str(check(world, option)), words
    share = Option(metrics, "abort_ratio_limit", 0.05, float("nan"), "")
    assert "number and stays one" in str(check(world, share))


def scripted(tmp_path: Path, answer: Any) -> ScriptedEngine:
    (tmp_path / "script.json").write_text(json.dumps([{"task": "choose", "answer": answer}]))
    return ScriptedEngine(tmp_path / "script.json")


def test_the_model_chooses_by_its_letter_and_says_why(tmp_path: Path, world: World) -> None:
    context = {"finding": {**FINDINGS[0], "words": "The slowest of twenty cycles took 6200 ms."}}
    found = options(world, context)
    engine = scripted(tmp_path, {"choice": "B", "because": "Examples cost the most."})
    said: list[str] = []
    chosen = choose(engine, context, found, seed=7, on_text=said.append)
    assert chosen.option is found[1]
    assert chosen.because == "Examples cost the most."
    assert json.loads("".join(said))["choice"] == "B"
    assert (chosen.record.ask.seed, chosen.record.expert) == (7, None)
    asked = chosen.record.ask.messages[-1]["content"]
    assert "The slowest of twenty cycles took 6200 ms." in asked
    assert all(option.words in asked for option in found)


@pytest.mark.parametrize("answer", ["not JSON", {"choice": "Z", "because": "It is last."}, {"choice": "A"}, ["A"]])
def test_a_choice_that_is_none_is_no_answer(answer: Any, tmp_path: Path, world: World) -> None:
    context = {"finding": FINDINGS[0]}
    with pytest.raises(EngineUnavailable, match="Try again"):
        choose(scripted(tmp_path, answer), context, options(world, context))
