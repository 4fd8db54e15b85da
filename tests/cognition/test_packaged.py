"""The packaged model's copy: made once, checked at each use, remade when damaged; other models from folders."""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.models import copies, packaged
from uvm_core.cognition.models.copies import ConvertedModel, full_fault
from uvm_core.cognition.models.folders import local_model
from uvm_core.cognition.models.packaged import converted_model


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, a small packaged file, and a conversion that writes small files."""
    source = tmp_path / "small.gguf"
    source.write_bytes(b"weights")
    digest = urlsafe_b64encode(hashlib.sha256(b"weights").digest()).rstrip(b"=").decode()

    def small_model(_gguf: Path, work: Path, _tell: object) -> None:
        for name in (*copies.NEEDED, "model.safetensors"):
            (work / name).write_text(f"content of {name}")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(packaged, "_packaged_source", lambda: packaged._Source(source, 7, digest))
    monkeypatch.setattr(packaged, "_write_model", small_model)
    return tmp_path


def test_it_is_made_once_with_a_manifest_of_every_file(workshop: Path) -> None:
    told: list[tuple[str, float]] = []
    model = converted_model(lambda stage, part: told.append((stage, part)))
    assert model.dir == workshop / "cache" / "batos" / "models" / packaged.MODEL_NAME
    assert {row["name"] for row in model.manifest} == {*copies.NEEDED, "model.safetensors"}
    for row in model.manifest:
        content = (model.dir / row["name"]).read_bytes()
        assert (row["size"], row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert [part for _, part in told] == sorted(part for _, part in told)
    assert told[-1][1] == 1.0
    told.clear()
    assert converted_model(lambda stage, part: told.append((stage, part))) == model
    assert told == [("The model's copy is in place.", 1.0)]
    assert not [path for path in model.dir.parent.iterdir() if path.name.startswith(".")]


@pytest.mark.usefixtures("workshop")
@pytest.mark.parametrize("harm", ["cut", "changed", "lost", "no manifest"])
def test_a_damaged_copy_is_noticed_and_made_again(harm: str) -> None:
    model = converted_model()
    weights = model.dir / "model.safetensors"
    whole = weights.read_bytes()
    if harm == "cut":
        weights.write_bytes(whole[:4])
    elif harm == "changed":
        weights.write_bytes(b"X" + whole[1:])
    elif harm == "lost":
        weights.unlink()
    else:
        (model.dir / "manifest.json").write_text("{")
    told: list[str] = []
    assert converted_model(lambda stage, _part: told.append(stage)).manifest == model.manifest
    assert "It is made again." in told[0]
    assert weights.read_bytes() == whole


@pytest.mark.usefixtures("workshop")
def test_a_touched_but_whole_copy_is_kept() -> None:
    model = converted_model()
    os.utime(model.dir / "model.safetensors", (1, 1))
    told: list[str] = []
    converted_model(lambda stage, _part: told.append(stage))
    assert told == ["The model's copy is in place."]


@pytest.mark.usefixtures("workshop")
def test_the_full_check_names_the_damaged_file() -> None:
    model = converted_model()
    assert full_fault(model.dir) is None
    (model.dir / "config.json").write_text("other")
    assert "config.json" in str(full_fault(model.dir))


def test_a_newer_packaged_file_is_converted_again(workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted_model()
    newer = workshop / "newer.gguf"
    newer.write_bytes(b"new")
    monkeypatch.setattr(packaged, "_packaged_source", lambda: packaged._Source(newer, 3, None))
    told: list[str] = []
    converted_model(lambda stage, _part: told.append(stage))
    assert told[0] == "Checking the packaged model."


def test_a_damaged_packaged_file_is_a_sentence(workshop: Path) -> None:
    (workshop / "small.gguf").write_bytes(b"weightz")
    with pytest.raises(EngineUnavailable, match=r"small\.gguf is damaged.*batos model get"):
        converted_model()


@pytest.mark.usefixtures("workshop")
def test_a_conversion_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_gguf: Path, work: Path, _tell: object) -> None:
        (work / "half").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packaged, "_write_model", full_disk)
    with pytest.raises(EngineUnavailable, match="No space left on device"):
        converted_model()
    assert [path.name for path in copies.models_folder().iterdir() if path.is_dir()] == []


def test_without_the_distribution_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "DISTRIBUTION", "no-such-distribution-of-batos")
    assert not packaged.packaged_available()
    with pytest.raises(EngineUnavailable, match="batos model get"):
        converted_model()


def test_the_real_copy_is_whole(model_files: ConvertedModel) -> None:
    assert packaged.packaged_available()
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= set(model_files.files)
    assert '"rms_norm_eps": 1e-05' in (model_files.dir / "config.json").read_text()
    assert "quantization_config" not in (model_files.dir / "config.json").read_text()


def test_any_folder_with_a_model_serves(model_files: ConvertedModel) -> None:
    found = local_model(str(model_files.dir))
    assert found.files["model.safetensors"] == model_files.dir / "model.safetensors"
    assert {row["name"]: row["sha256"] for row in model_files.manifest}.items() <= {
        row["name"]: row["sha256"] for row in found.manifest
    }.items()


def test_folders_that_are_no_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"config\.json"):
        local_model(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(EngineUnavailable, match=r"safetensors"):
        local_model(str(tmp_path))
    with pytest.raises(EngineUnavailable, match="There is no folder"):
        local_model(str(tmp_path / "nowhere"))


def test_a_hub_id_is_not_fetched_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EngineUnavailable, match="Downloading was not asked for"):
        local_model("nobody-of-batos/no-such-model")
