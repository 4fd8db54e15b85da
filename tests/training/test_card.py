"""What is kept of a training: an adapter in peft's format that belongs to one base model, and a card that says all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

from tests.training import tiny
from uvm_core.training import card as cards
from uvm_core.training.batches import EXPERTS
from uvm_core.training.card import Base, load_start, make_card, read_card, save_adapter, with_scores, write_card
from uvm_core.training.train import Ended, Recipe, train, with_adapter

BASE = Base("somebody/some-model", "ab" * 32)
RECIPE = Recipe(steps=2, batch=4, rank=4, alpha=8)
SHIPPED = Path(__file__).resolve().parents[2] / "lora_adapters"
ROWS = {"right": {"right": 3, "of": 4}, "in form": {"right": 4, "of": 4}}
SCORES = {"held-out": {"what": "Tasks.", "tasks": 4, "bare": ROWS, "expert": ROWS}}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return train(tiny.model(), tiny.tokenizer(), tiny.stream, RECIPE, tmp_path_factory.mktemp("run"))


def saved(folder: Path, ended: Ended) -> dict[str, Any]:
    save_adapter(folder, "BRICK", BASE, RECIPE, ended.tensors)
    made = make_card(folder, "BRICK", BASE, RECIPE, ended.state, device="cpu", threads=1)
    write_card(folder, with_scores(made, SCORES))
    return read_card(folder)


def test_the_adapter_says_whose_it_is_and_is_small(tmp_path: Path, ended: Ended) -> None:
    saved(tmp_path, ended)
    with safe_open(tmp_path / cards.WEIGHTS, framework="pt") as opened:
        assert opened.metadata()["base_model_sha256"] == BASE.sha256
        assert opened.metadata()["expert"] == "BRICK"
        for name in opened.keys():  # noqa: SIM118 - it is no mapping
            assert opened.get_tensor(name).dtype == torch.bfloat16


def test_peft_loads_it_and_answers_as_the_trained_model_did(tmp_path: Path, ended: Ended) -> None:
    from peft import PeftModel

    saved(tmp_path, ended)
    loaded = PeftModel.from_pretrained(tiny.model(), str(tmp_path))
    ids = torch.arange(20)[None]
    before = with_adapter(tiny.model(), RECIPE, ended.tensors)
    torch.testing.assert_close(loaded(ids).logits, before(ids).logits, rtol=0.02, atol=0.02)
    assert not torch.equal(loaded(ids).logits, tiny.model()(ids).logits)


def test_the_card_is_complete(tmp_path: Path, ended: Ended) -> None:
    card = saved(tmp_path, ended)
    assert card["base_model_sha256"] == BASE.sha256
    assert card["adapter_sha256"] == cards.sha256_of(tmp_path / cards.WEIGHTS)
    assert card["data"]["samples"] == 2 * RECIPE.batch == sum(card["data"]["families"].values())
    assert card["training"]["steps"] == 2 and card["training"]["recipe"]["seed"] == 0
    assert card["training"]["tokens"] > card["training"]["answer_tokens"] > 0
    text = (tmp_path / cards.README).read_text("utf-8")
    for said in (BASE.model_id, BASE.sha256, "3 of 4", "uvm_core.training.plans", "8 samples", "rank 4", "Apache-2.0"):
        assert said in text
    assert BASE.model_id in (tmp_path / cards.LICENCE).read_text("utf-8")


def test_no_path_of_the_machine_is_in_the_files(tmp_path: Path, ended: Ended) -> None:
    saved(tmp_path, ended)
    for path in tmp_path.iterdir():
        assert str(tmp_path).encode() not in path.read_bytes()


def test_training_further_keeps_what_went_before(tmp_path: Path, ended: Ended) -> None:
    saved(tmp_path, ended)
    start = load_start(tmp_path, "BRICK", BASE)
    assert (start.rank, start.alpha) == (4, 8)
    made = make_card(tmp_path, "BRICK", BASE, RECIPE, ended.state, device="cpu", threads=1, start=start)
    assert made["earlier"][0]["data"]["samples"] == 2 * RECIPE.batch
    assert "| before that | 8 samples" in cards.readme({**made, "scores": {}})
    with pytest.raises(ValueError, match="not one of ROBIN"):
        load_start(tmp_path, "ROBIN", BASE)
    with pytest.raises(ValueError, match="cannot be read"):
        load_start(tmp_path / "nowhere", "BRICK", BASE)


@pytest.mark.parametrize("expert", EXPERTS)
def test_the_shipped_adapters_are_what_their_cards_say(expert: str) -> None:
    folder = SHIPPED / expert.lower()
    card = read_card(folder)
    assert card["expert"] == expert
    assert card["adapter_sha256"] == cards.sha256_of(folder / cards.WEIGHTS)
    config = json.loads((folder / cards.CONFIG).read_text("utf-8"))
    assert config["base_model_name_or_path"] == card["base_model"]
    assert config["r"] == card["training"]["recipe"]["rank"]
    with safe_open(folder / cards.WEIGHTS, framework="pt") as opened:
        assert opened.metadata()["base_model_sha256"] == card["base_model_sha256"]
        assert opened.metadata()["expert"] == expert
    scores = card["scores"]["held-out"]
    assert scores["expert"]["right"]["right"] > scores["bare"]["right"]["right"]
    assert scores["tasks"] == scores["expert"]["right"]["of"]
    assert (folder / cards.README).read_text("utf-8") == cards.readme(card)
    assert (folder / cards.LICENCE).is_file()


def test_the_shipped_adapters_belong_to_the_embedded_model() -> None:
    from uvm_core.cognition.models.packaged import converted_model, packaged_available

    if not packaged_available():
        pytest.skip("the embedded model is not installed")
    base = cards.base_of(converted_model())
    for expert in EXPERTS:
        assert read_card(SHIPPED / expert.lower())["base_model_sha256"] == base.sha256
