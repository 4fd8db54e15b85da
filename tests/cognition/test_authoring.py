"""What authors ask for and keep: with scripted answers for the rules, with the real model for what it can do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from uvm_core.cognition.asking.authoring import FacetOffer, ask_facet, weave
from uvm_core.cognition.asking.planning import make_plan
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.engines.scripted_engine import ScriptedEngine
from uvm_core.cognition.engines.transformers_engine import TransformersEngine
from uvm_core.cognition.language.doubts import doubts_about

OFFERS = [
    FacetOffer("robin", "sage_facet_", "guide", "what the person wants"),
    FacetOffer("brick", "logic_facet_", "analyst", "what must follow"),
    FacetOffer("alfred", "efficiency_facet_", "steward", "the simplest way"),
]
COUNT = MethodRequest("add_up", ["amount"], {"count": 3}, wish="add the amount")
RIGHT = "def add_up(self, amount):\n    self.count += amount\n    self._p_changed = True"
IDLE = "def add_up(self, amount):\n    self.count += 1\n    self._p_changed = True"


def scripted(tmp_path: Path, *rules: dict[str, Any]) -> ScriptedEngine:
    path = tmp_path / "script.json"
    path.write_text(json.dumps(list(rules)))
    return ScriptedEngine(path)


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        ("self.count = 3\n    return amount", None),
        ("return 1", "The parameter amount is not used."),
        ("return amount", "The slot count, which the message names, is not used."),
        ("return self.count * 77 + amount", "The value 77 comes from nowhere."),
        ("return self.count + self.count + amount", "self.count stands more than once in one reckoning."),
        ("return self.count > 33 and amount", "self.count is compared with what it happens to be now."),
        ("return (", "The method is not complete"),
    ],
)
def test_doubts(body: str, doubt: str | None) -> None:
    held = 33 if "33" in body else 3
    request = MethodRequest("count_more", ["amount"], {"count": held})
    found = doubts_about(f"def count_more(self, amount):\n    {body}\n", request)
    assert (found == []) if doubt is None else any(one.startswith(doubt) for one in found)


def test_a_refused_source_is_doubted() -> None:
    request = MethodRequest("add_up", ["amount"], {"count": 3}, rejected=[RIGHT + "\n"])
    assert doubts_about(RIGHT + "\n", request) == ["This very method has been refused before."]


def test_an_unfinished_plan_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="plan was not finished"):
        make_plan(scripted(tmp_path, {"task": "plan", "answer": '{"facets": ['}), {"selector": "x"}, OFFERS)


def test_repeated_queries_are_left_out(tmp_path: Path) -> None:
    row = {"persona": "robin", "facet": "sage_facet_", "query": "What?"}
    answer = {"facets": [row, {**row, "query": "what? "}], "done_when": "done"}
    plan = make_plan(scripted(tmp_path, {"task": "plan", "answer": answer}), {"selector": "x"}, OFFERS)
    assert plan.facets == [row]


def test_a_facets_text_that_was_cut_ends_with_its_last_sentence(engine: TransformersEngine) -> None:
    answer = weave(engine, {"question": "What is a bat? Tell me all."}, [], max_tokens=40)
    assert answer.record.completion.stopped_by != "length" or answer.text[-1:] in ".!?"


# with the real model


def test_a_plan_of_the_real_model_asks_existing_facets_different_things(engine: TransformersEngine) -> None:
    plan = make_plan(engine, {"selector": "display_yourself"}, OFFERS, slots=["parent*"])
    pairs = [(row["persona"], row["facet"]) for row in plan.facets]
    assert 2 <= len(pairs) <= 5
    assert len({row["query"] for row in plan.facets}) == len(pairs)
    assert set(pairs) <= {(offer.persona, offer.facet) for offer in OFFERS}
    assert plan.done_when
    answer = ask_facet(engine, OFFERS[0], plan.facets[0]["query"], {"selector": "display_yourself"}, slots=["parent*"])
    assert answer.text
    assert "\n" not in answer.text
    assert answer.record.expert is None
