"""Adapters from anybody: what peft writes is taken, everything else is refused with a sentence, in good time."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cognition.conftest import MadeAdapters
from tests.cognition.making_adapters import LINEAR, base_of, change_json, change_tensors, copy_of, files_of
from uvm_core.cognition.engines.low_rank import load_tensors
from uvm_core.cognition.models.adapters import CARD, CONFIG, WEIGHTS, AdapterRefused, BaseModel, base_sha256, judged
from uvm_core.cognition.models.copies import ConvertedModel
from uvm_core.cognition.models.experts import VARIABLE, staged_experts, staging_folders

FIRST = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"


@pytest.fixture(scope="module")
def base(model_files: ConvertedModel) -> BaseModel:
    return base_of(model_files)


@pytest.fixture
def place(made_adapters: MadeAdapters, tmp_path: Path) -> Path:
    """A copy of an adapter, to be broken."""
    return copy_of(made_adapters.folder / "alfred", tmp_path, "alfred")


def test_what_peft_writes_is_taken(place: Path, base: BaseModel) -> None:
    taken = judged("ALFRED", "f" * 64, files_of(place), base)
    assert (taken.settings.rank, taken.settings.scale) == (4, 1.0)
    assert set(taken.settings.targets) == set(LINEAR)
    assert len(taken.modules) == 30 * len(LINEAR)


def test_the_model_itself_says_which_layers_it_has(base: BaseModel, model_files: ConvertedModel) -> None:
    assert base.linears["model.layers.29.mlp.down_proj"] == (576, 1536)
    assert not any("embed" in module or "norm" in module for module in base.linears)
    rows = {row["name"]: row["sha256"] for row in model_files.manifest}
    assert base.sha256 == rows["model.safetensors"]


def test_a_model_of_several_files_has_a_hash_too() -> None:
    rows = [{"name": f"m-{n}.safetensors", "sha256": f"{n}" * 64} for n in (1, 2)]
    assert base_sha256(rows) == base_sha256(rows[::-1])
    assert base_sha256(rows) != base_sha256([rows[0], {**rows[1], "sha256": "3" * 64}])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"peft_type": "IA3"}, "not of the type LORA"),
        ({"r": 65}, "rank is 65"),
        ({"r": True}, "rank is True"),
        ({"r": 8}, r"is \[4, \d+\], this model needs \[8, \d+\]"),
        ({"lora_alpha": 0}, "lora_alpha"),
        ({"lora_alpha": "much"}, "lora_alpha"),
        ({"target_modules": ["q_proj", "moth"]}, "name moth"),
        ({"target_modules": ["q_proj", "embed_tokens"]}, "name embed_tokens"),
        ({"target_modules": "all-linear"}, "not a list"),
        ({"target_modules": LINEAR[:-1]}, "has no place"),
        ({"modules_to_save": ["lm_head"]}, "asks for modules_to_save"),
        ({"auto_mapping": {"base_model_class": "M", "parent_library": "os"}}, "asks for auto_mapping"),
        ({"use_dora": True}, "asks for use_dora"),
        ({"rank_pattern": {"q_proj": 2}}, "asks for rank_pattern"),
        ({"layers_to_transform": [0]}, "asks for layers_to_transform"),
        ({"something_new": 1}, "asks for something_new"),
        ({"bias": "all"}, "biases"),
        ({"task_type": "SEQ_CLS"}, "language model"),
        ({"init_lora_weights": "pissa"}, "changed model"),
        ({"use_rslora": "yes"}, "use_rslora"),
    ],
    ids=str,
)
def test_a_config_that_asks_for_more_is_refused(
    place: Path, base: BaseModel, changes: dict[str, Any], says: str
) -> None:
    change_json(place / CONFIG, changes)
    with pytest.raises(AdapterRefused, match=says):
        judged("ALFRED", "f" * 64, files_of(place), base)


def _renamed(tensors: dict[str, Any]) -> None:
    tensors["base_model.model.model.embed_tokens.lora_A.weight"] = tensors.pop(FIRST)


def _reshaped(tensors: dict[str, Any]) -> None:
    tensors[FIRST] = tensors[FIRST].reshape(576, 4).contiguous()


def _integers(tensors: dict[str, Any]) -> None:
    tensors[FIRST] = tensors[FIRST].int()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tensors: tensors.pop(FIRST), "lacks the tensor .*layers.0.self_attn.q_proj"),
        (_renamed, "embed_tokens.*no place"),
        (_reshaped, r"is \[576, 4\]"),
        (_integers, "I32"),
    ],
)
def test_tensors_that_do_not_fit_are_refused_before_they_are_read(
    place: Path, base: BaseModel, change: Callable[[Any], Any], says: str
) -> None:
    change_tensors(place / WEIGHTS, change)
    with pytest.raises(AdapterRefused, match=says):
        judged("ALFRED", "f" * 64, files_of(place), base)


def test_numbers_that_are_none_are_refused_when_they_are_read(place: Path, base: BaseModel) -> None:
    change_tensors(place / WEIGHTS, lambda tensors: tensors[FIRST].fill_(float("nan")))
    taken = judged("ALFRED", "f" * 64, files_of(place), base)
    with pytest.raises(AdapterRefused, match="not finite"):
        load_tensors(taken)


@pytest.mark.parametrize(
    "junk", [b"", b"PK\x03\x04 a pickle in a zip", struct.pack("<Q", 1 << 60) + b"{}", b"\x80\x04K."]
)
def test_a_file_that_is_no_safetensors_is_refused(place: Path, base: BaseModel, junk: bytes) -> None:
    (place / WEIGHTS).write_bytes(junk)
    with pytest.raises(AdapterRefused, match="no whole safetensors file"):
        judged("ALFRED", "f" * 64, files_of(place), base)


def test_a_cut_file_is_refused(place: Path, base: BaseModel) -> None:
    whole = (place / WEIGHTS).read_bytes()
    (place / WEIGHTS).write_bytes(whole[:-100])
    with pytest.raises(AdapterRefused, match="no whole safetensors file"):
        judged("ALFRED", "f" * 64, files_of(place), base)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "x" * 300_000])
def test_a_config_that_is_none_is_refused(place: Path, base: BaseModel, text: str) -> None:
    (place / CONFIG).write_text(text)
    with pytest.raises(AdapterRefused, match=r"adapter_config\.json"):
        judged("ALFRED", "f" * 64, files_of(place), base)


def test_an_adapter_of_another_model_is_refused(place: Path, base: BaseModel) -> None:
    change_json(place / CARD, {"base_model_sha256": "0" * 64})
    with pytest.raises(AdapterRefused, match="another model"):
        judged("ALFRED", "f" * 64, files_of(place), base)


def test_card_and_tensors_must_both_name_this_model_and_one_of_them_must(place: Path, base: BaseModel) -> None:
    change_tensors(place / WEIGHTS, lambda _tensors: None, {"base_model_sha256": "0" * 64})
    with pytest.raises(AdapterRefused, match="another model"):
        judged("ALFRED", "f" * 64, files_of(place), base)
    change_tensors(place / WEIGHTS, lambda _tensors: None, {"base_model_sha256": base.sha256})
    (place / CARD).unlink()
    assert judged("ALFRED", "f" * 64, files_of(place), base).name == "ALFRED"
    change_tensors(place / WEIGHTS, lambda _tensors: None)
    with pytest.raises(AdapterRefused, match="does not say which model"):
        judged("ALFRED", "f" * 64, files_of(place), base)


# the staging folders


def test_pickles_are_not_even_opened(place: Path, tmp_path: Path) -> None:
    (place / "adapter_model.bin").write_bytes(b"\x80\x04cos\nsystem\n")
    found, refused = staged_experts([tmp_path])
    assert found == {}
    assert "adapter_model.bin, which can run code" in refused["ALFRED"]


def test_a_folder_without_an_adapter_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / CONFIG).write_text("{}")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "file").write_text("")
    assert staged_experts([tmp_path, tmp_path / "nowhere"]) == ({}, {})


def test_the_first_folder_of_a_name_counts(tmp_path: Path) -> None:
    for folder, content in (("own", b"mine"), ("shipped", b"yours")):
        (tmp_path / folder / "Sage").mkdir(parents=True)
        (tmp_path / folder / "Sage" / WEIGHTS).write_bytes(content)
    found, refused = staged_experts([tmp_path / "own", tmp_path / "shipped"])
    assert refused == {}
    assert found["SAGE"].files[WEIGHTS].read_bytes() == b"mine"
    assert found["SAGE"].size == 4
    assert not found["SAGE"].same_files(staged_experts([tmp_path / "shipped"])[0]["SAGE"])


def test_a_person_names_a_folder_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = staging_folders()
    assert [folder.name for folder in shipped] == ["lora_adapters"]
    assert (shipped[0].parent / "uvm_core").is_dir()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert staging_folders() == (tmp_path, *shipped)


def test_the_card_may_say_anything_that_is_json(place: Path, base: BaseModel) -> None:
    card = json.loads((place / CARD).read_text())
    change_json(place / CARD, {**card, "scores": {"easy": {"right": 3}}, "notes": ["anything", None, 1.5]})
    assert judged("ALFRED", "f" * 64, files_of(place), base).name == "ALFRED"
