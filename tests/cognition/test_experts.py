"""Experts at work: adapters by peft in both runners, swapped to and fro, the bare model untouched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import torch

from tests.cognition.conftest import MadeAdapters
from tests.cognition.making_adapters import NAMES, base_of, files_of
from uvm_core.cognition.engines.engine import Ask, Cancelled, Engine
from uvm_core.cognition.engines.shelf import ExpertShelf
from uvm_core.cognition.engines.transformers_engine import TransformersEngine
from uvm_core.cognition.models.adapters import Adapter, AdapterRefused, Settings, judged
from uvm_core.cognition.models.copies import ConvertedModel

Talk = list[dict[str, str]]
TEXT = "A bat sleeps all day in a dark cave, and at night it hunts."


class Swapping:
    """An engine with three experts, and the swaps it told of."""

    def __init__(self, model: ConvertedModel, made: MadeAdapters, lean: bool) -> None:
        base = base_of(model)
        adapters = [judged(name, f"hash of {name}", files_of(made.folder / name.lower()), base) for name in NAMES]
        self.swaps: list[tuple[str, float]] = []
        self.engine = TransformersEngine(
            model.files, "m", lean=lean, adapters=adapters, on_swap=lambda *swap: self.swaps.append(swap)
        )

    def logits(self, expert: str | None) -> torch.Tensor:
        """Of the token after TEXT, all of them."""
        engine = self.engine
        assert expert is None or engine.activate(expert)
        runner = engine._fresh_runner(expert)
        with engine._answering(expert):
            state = runner.extend(engine.tokenizer.encode(TEXT), lambda: None)
            ids, scores = runner.scores(state, torch.arange(1000))
        assert ids.tolist() == list(range(1000))
        return scores.detach().clone()


@pytest.fixture(scope="module")
def lean(model_files: ConvertedModel, made_adapters: MadeAdapters) -> Swapping:
    return Swapping(model_files, made_adapters, lean=True)


@pytest.fixture(scope="module")
def hub(model_files: ConvertedModel, made_adapters: MadeAdapters) -> Swapping:
    return Swapping(model_files, made_adapters, lean=False)


def alike(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(torch.corrcoef(torch.stack((a, b)))[0, 1])


def peft_logits(made: MadeAdapters, engine: TransformersEngine, expert: str) -> torch.Tensor:
    made.by_peft.set_adapter(expert)
    with torch.inference_mode():
        return made.by_peft(torch.tensor([engine.tokenizer.encode(TEXT)])).logits[0, -1, :1000].float()


@pytest.mark.parametrize("expert", NAMES)
def test_both_ways_of_running_an_expert_agree_with_peft(
    lean: Swapping, hub: Swapping, made_adapters: MadeAdapters, expert: str
) -> None:
    wanted = peft_logits(made_adapters, lean.engine, expert)
    assert alike(hub.logits(expert), wanted) > 0.9999
    assert alike(lean.logits(expert), wanted) > 0.999
    assert alike(lean.logits(expert), lean.logits(None)) < 0.99


@pytest.mark.parametrize("which", ["lean", "hub"])
def test_the_bare_model_is_bit_for_bit_what_it_was_after_swapping(request: pytest.FixtureRequest, which: str) -> None:
    swapping: Swapping = request.getfixturevalue(which)
    before = swapping.logits(None)
    first = swapping.logits("BRICK")
    for expert in ("ALFRED", "ROBIN"):
        swapping.logits(expert)
    assert torch.equal(swapping.logits(None), before)
    assert torch.equal(swapping.logits("BRICK"), first)
    if which == "hub":
        assert not any(parameter.requires_grad for parameter in swapping.engine.model.parameters())


def test_the_bare_model_answers_as_an_engine_without_experts(
    lean: Swapping, engine: TransformersEngine, talk: Talk
) -> None:
    lean.engine.activate("BRICK")
    bare = lean.engine.generate(Ask(talk, max_tokens=12, seed=5))
    assert bare.text == engine.generate(Ask(talk, max_tokens=12, seed=5)).text
    assert lean.engine.describe()["expert"] == "BRICK"


def test_each_expert_answers_by_itself_and_again_the_same(lean: Swapping) -> None:
    talk = [{"role": "user", "content": "Tell a story about the moon."}]
    texts = {e: lean.engine.generate(Ask(talk, expert=e, max_tokens=10, temperature=0.8, seed=3)).text for e in NAMES}
    texts[""] = lean.engine.generate(Ask(talk, max_tokens=10, temperature=0.8, seed=3)).text
    assert len(set(texts.values())) == 4
    for expert in reversed(NAMES):
        again = lean.engine.generate(Ask(talk, expert=expert, max_tokens=10, temperature=0.8, seed=3))
        assert again.text == texts[expert]


def test_what_one_expert_has_read_is_not_taken_for_another(lean: Swapping) -> None:
    talk = [{"role": "user", "content": "Only here: the lake, the reeds, the moths."}]
    assert lean.engine.generate(Ask(talk, expert="ALFRED", max_tokens=2)).reused_tokens == 0
    assert lean.engine.generate(Ask(talk, expert="BRICK", max_tokens=2)).reused_tokens == 0
    assert lean.engine.generate(Ask(talk, max_tokens=2)).reused_tokens == 0
    assert lean.engine.generate(Ask(talk, expert="ALFRED", max_tokens=2)).reused_tokens > 0


def test_all_are_warm_from_the_beginning_and_a_swap_is_told_once(
    model_files: ConvertedModel, made_adapters: MadeAdapters, talk: Talk
) -> None:
    fresh = Swapping(model_files, made_adapters, lean=True)
    assert isinstance(fresh.engine, Engine)
    assert [row["state"] for row in fresh.engine.describe()["experts"]] == ["warm"] * 3
    assert fresh.engine.activate("alfred")
    assert fresh.engine.activate("ALFRED")
    fresh.engine.generate(Ask(talk, expert="Robin", max_tokens=2))
    assert [name for name, _ in fresh.swaps] == ["ALFRED", "ROBIN"]
    rows = {row["name"]: row for row in fresh.engine.describe()["experts"]}
    assert {name: row["state"] for name, row in rows.items()} == {"ALFRED": "warm", "BRICK": "warm", "ROBIN": "hot"}
    assert (rows["ROBIN"]["swaps"], rows["BRICK"]["swaps"], rows["BRICK"]["mean_ms"]) == (1, 0, None)
    assert rows["ROBIN"]["mean_ms"] == pytest.approx(fresh.swaps[-1][1], abs=0.001)


def test_an_unknown_expert_is_the_bare_model(lean: Swapping, talk: Talk) -> None:
    assert not lean.engine.has_expert("SPOCK")
    assert not lean.engine.activate("SPOCK")
    asked = lean.engine.generate(Ask(talk, expert="SPOCK", max_tokens=6, seed=2))
    assert asked.text == lean.engine.generate(Ask(talk, max_tokens=6, seed=2)).text


def test_a_run_that_is_stopped_before_it_begins_swaps_and_stops(lean: Swapping, talk: Talk) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        lean.engine.generate(Ask(talk, expert="BRICK"), cancel=stop)
    assert lean.engine.generate(Ask(talk, expert="BRICK", max_tokens=2)).tokens == 2


# the shelf, without tensors


def adapter(name: str) -> Adapter:
    return Adapter(name, "f" * 64, {}, Settings(4, 8, ("q_proj",)), ())


def shelf(load: Callable[[Adapter], Any], count: int = 10) -> tuple[ExpertShelf, list[Any]]:
    switched: list[Any] = []
    made = ExpertShelf(load, switched.append)
    for number in range(count):
        made.add(adapter(f"E{number}"))
    return made, switched


def states(made: ExpertShelf) -> dict[str, str]:
    return {row["name"]: row["state"] for row in made.rows()}


def test_only_so_many_are_warm_at_first_and_a_cold_one_becomes_hot_when_asked() -> None:
    made, switched = shelf(lambda one: one.name.lower())
    made.warm_up()
    assert list(states(made).values()) == ["warm"] * 8 + ["cold"] * 2
    assert made.activate("e9")
    assert switched == ["e9"]
    assert states(made)["E9"] == "hot"
    assert made.activate("E0")
    assert states(made)["E9"] == "warm"


def test_one_that_cannot_be_loaded_is_put_away_with_its_reason() -> None:
    def load(one: Adapter) -> str:
        if one.name == "E1":
            raise AdapterRefused("Its tensors are moths.")
        return one.name

    made, switched = shelf(load, 3)
    made.warm_up()
    assert not made.has("E1")
    assert not made.activate("E1")
    assert made.activate("E2")
    assert switched == ["E2"]
    assert {"name": "E1", "state": "refused", "problem": "Its tensors are moths."} in made.rows()


def test_whoever_measures_cannot_keep_an_expert_from_answering() -> None:
    def broken(_expert: str, _milliseconds: float) -> None:
        raise RuntimeError("no paper left")

    made = ExpertShelf(lambda one: one.name, lambda _loaded: None, broken)
    made.add(adapter("E"))
    assert made.activate("E")
    assert made.hot == "E"
