"""Waking from committed files: exact, and with a plain sentence when a file is not what it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.engines.transformers_engine import TransformersEngine
from uvm_core.cognition.models.copies import ConvertedModel


@pytest.fixture
def blobs(model_files: ConvertedModel, tmp_path: Path) -> dict[str, Path]:
    """The files under names that say nothing, as a database keeps its blobs."""
    named: dict[str, Path] = {}
    for number, (name, path) in enumerate(model_files.files.items()):
        named[name] = tmp_path / f"0x{number:016x}.blob"
        named[name].symlink_to(path)
    return named


def test_logits_equal_those_of_from_pretrained_bit_for_bit(blobs: dict[str, Path], model_files: ConvertedModel) -> None:
    from transformers import AutoModelForCausalLM

    woken = TransformersEngine(blobs, model_files.model_id, lean=False)
    plain = AutoModelForCausalLM.from_pretrained(str(model_files.dir), dtype=torch.bfloat16).eval()
    ids = torch.tensor([[1, 520, 9531, 198, 2683, 702, 260]])
    with torch.inference_mode():
        assert torch.equal(woken.model(ids).logits, plain(ids).logits)
    assert not woken.model.training
    assert woken.model.lm_head.weight.data_ptr() == woken.model.model.embed_tokens.weight.data_ptr()


def test_the_lean_model_multiplies_with_the_very_numbers_of_the_file(
    engine: TransformersEngine, model_files: ConvertedModel
) -> None:
    from safetensors.torch import load_file

    tensors = load_file(model_files.files["model.safetensors"])
    lean = engine._lean
    assert lean is not None
    parts = [tensors[f"model.layers.4.self_attn.{one}_proj.weight"] for one in "qkv"]
    rows = torch.arange(sum(part.shape[0] for part in parts))
    assert torch.equal(lean.layers[4].qkv.rows(rows), torch.cat(parts).float())
    assert lean.head is lean.embedding
    assert lean.parameters == sum(one.numel() for name, one in tensors.items() if one.dim() == 2)


def test_it_says_what_it_is_and_that_no_expert_is_loaded(engine: TransformersEngine) -> None:
    described = engine.describe()
    assert described["id"] == "HuggingFaceTB/SmolLM2-135M-Instruct"
    assert (described["state"], described["device"], described["dtype"]) == ("awake", "cpu", "bfloat16")
    assert described["expert"] is None
    assert described["experts"] == []
    assert not engine.has_expert("ALFRED")
    assert not engine.activate("ALFRED")


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_cut_file_is_named_in_a_sentence(blobs: dict[str, Path], tmp_path: Path, name: str) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(blobs[name].read_bytes()[:100])
    with pytest.raises(EngineUnavailable, match=name.partition(".")[0]):
        TransformersEngine({**blobs, name: damaged}, "m")


def test_a_missing_file_is_named_in_a_sentence(blobs: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"tokenizer\.json is missing"):
        TransformersEngine({**blobs, "tokenizer.json": tmp_path / "nowhere"}, "m")
    with pytest.raises(EngineUnavailable, match=r"model\.safetensors is missing"):
        TransformersEngine({name: path for name, path in blobs.items() if name != "model.safetensors"}, "m")


def test_weights_that_lack_a_tensor_are_refused(blobs: dict[str, Path], tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(blobs["model.safetensors"])
    tensors.pop("model.layers.3.mlp.up_proj.weight")
    short = tmp_path / "short"
    save_file(tensors, short, metadata={"format": "pt"})
    with pytest.raises(EngineUnavailable, match=r"model\.safetensors"):
        TransformersEngine({**blobs, "model.safetensors": short}, "m")


def test_a_name_that_leaves_the_folder_is_refused(blobs: dict[str, Path]) -> None:
    with pytest.raises(EngineUnavailable, match="plain file name"):
        TransformersEngine({**blobs, "../evil.json": blobs["config.json"]}, "m")


def test_waking_leaves_no_folder_behind(
    blobs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with pytest.raises(EngineUnavailable):
        TransformersEngine({**blobs, "config.json": blobs["chat_template.jinja"]}, "m")
    assert list(scratch.iterdir()) == []
    shutil.rmtree(scratch)
