"""The scripted engine answers what its file says, in turn, and says that it is scripted."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from uvm_core.cognition.engines.engine import Ask, Cancelled, Engine, EngineUnavailable
from uvm_core.cognition.engines.scripted_engine import ScriptedEngine

ASK = [{"role": "user", "content": "please count the tea cups"}]
RULES: list[dict[str, Any]] = [
    {"task": "method", "match": "increment", "answers": ["first", "second try"]},
    {"task": "plan", "answer": {"facets": [], "done_when": "x"}},
    {"task": "facet", "match": "sage_facet_", "answer": {"unavailable": "The sage sleeps."}},
    {"match": "tea", "answer": "three cups"},
]


@pytest.fixture
def script(tmp_path: Path) -> ScriptedEngine:
    path = tmp_path / "script.jsonl"
    path.write_text("\n".join(json.dumps(rule) for rule in RULES))
    return ScriptedEngine(path)


def test_answers_come_in_turn_and_the_last_repeats(script: ScriptedEngine) -> None:
    texts = [script.generate(Ask(ASK, task="method:increment")).text for _ in range(3)]
    assert texts == ["first", "second try", "second try"]


def test_data_is_written_as_json(script: ScriptedEngine) -> None:
    assert json.loads(script.generate(Ask(ASK, task="plan:anything")).text) == {"facets": [], "done_when": "x"}


def test_a_rule_may_look_into_the_last_message(script: ScriptedEngine) -> None:
    pieces: list[str] = []
    answer = script.generate(Ask(ASK), on_text=pieces.append)
    assert answer.text == "".join(pieces) == "three cups"
    assert len(pieces) == 2


def test_what_no_rule_answers_is_named(script: ScriptedEngine) -> None:
    with pytest.raises(EngineUnavailable, match=r"script\.jsonl has no answer to this: method for 'frob'"):
        script.generate(Ask([{"role": "user", "content": "?"}], task="method:frob"))


def test_a_rule_may_be_unavailable(script: ScriptedEngine) -> None:
    with pytest.raises(EngineUnavailable, match=r"The sage sleeps\."):
        script.generate(Ask(ASK, task="facet:sage_facet_"))


def test_it_stops(script: ScriptedEngine) -> None:
    stop = threading.Event()
    with pytest.raises(Cancelled) as caught:
        script.generate(Ask(ASK), cancel=stop, on_text=lambda _piece: stop.set())
    assert caught.value.partial == "three"


def test_it_says_so(script: ScriptedEngine) -> None:
    assert isinstance(script, Engine)
    assert script.describe()["state"] == "scripted"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[{"answer": "x"', "not JSON"),
        ("[3]", "Rule 1"),
        ('[{"answers": []}]', "no answers"),
        ('[{"answer": "x", "tsk": "plan"}]', "tsk"),
        ('[{"answer": "x", "task": "dance"}]', "dance"),
    ],
)
def test_faulty_scripts_are_sentences(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "script.json"
    path.write_text(text)
    with pytest.raises(EngineUnavailable, match=says):
        ScriptedEngine(path)


def test_a_missing_script_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="cannot be read"):
        ScriptedEngine(tmp_path / "none.json")
