"""`batos train`, with a model so small that a training takes a second."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.training import tiny
from uvm_core import cli
from uvm_core.cognition.models import packaged
from uvm_core.cognition.models.copies import ConvertedModel, sha256_of


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConvertedModel:
    folder = tmp_path / "model"
    tiny.model().save_pretrained(str(folder))
    tiny.tokenizer().save_pretrained(str(folder))
    rows = [{"name": p.name, "size": p.stat().st_size, "sha256": sha256_of(p)} for p in sorted(folder.iterdir())]
    model = ConvertedModel(folder, rows, "somebody/tiny")
    monkeypatch.setattr(packaged, "converted_model", lambda _progress=None: model)
    return model


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    """The one JSON value on standard output."""
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("small")
def test_it_trains_and_answers_with_the_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "brick"
    words = ["--json", "train", "brick", "--steps", "2", "--batch", "2", "--held-out", "0", "--out", str(out)]
    assert cli.main(words) == 0
    captured = capsys.readouterr()
    card = json.loads(captured.out)
    assert card["expert"] == "BRICK" and card["training"]["steps"] == 2 and card["base_model"] == "somebody/tiny"
    assert "step 2" in captured.err
    assert "checkpoint" not in captured.out
    assert sorted(p.name for p in out.iterdir()) == [
        "LICENSE",
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "card.json",
    ]
    assert cli.main([*words[:-1], str(tmp_path / "more"), "--from", str(out)]) == 0
    assert answer(capsys)["earlier"][0]["data"]["samples"] == 4


@pytest.mark.usefixtures("small")
def test_stopped_it_says_how_to_go_on_and_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from uvm_core.commands import train as command

    tell = command._tell_progress

    def stop_at_one(done: Any) -> None:
        tell(done)
        if done.step == 1:
            os.kill(os.getpid(), 15)

    words = ["train", "BRICK", "--steps", "3", "--batch", "2", "--held-out", "0", "--out", str(tmp_path / "brick")]
    monkeypatch.setattr(command, "_tell_progress", stop_at_one)
    assert cli.main(words) == 130
    said = capsys.readouterr().out
    assert f"batos train BRICK --steps 3 --batch 2 --out {tmp_path / 'brick'} --resume" in " ".join(said.split())
    monkeypatch.setattr(command, "_tell_progress", tell)
    assert cli.main(["--json", *words, "--resume"]) == 0
    assert answer(capsys)["training"]["steps"] == 3


@pytest.mark.parametrize(
    "words", [["--steps", "0"], ["--minutes", "-1"], ["--batch", "0"], ["--rate", "2"], ["--held-out", "-1"]]
)
def test_numbers_that_make_no_sense_are_refused(words: list[str], tmp_path: Path) -> None:
    assert cli.main(["train", "BRICK", "--out", str(tmp_path), *words]) == 2


def test_an_expert_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["train", "JOKER"])
    assert ended.value.code == 2


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("words", "code"), [(["--score"], "no_adapter"), (["--steps", "1", "--resume"], "not_trained")]
)
def test_what_cannot_be_done_is_a_plain_sentence(
    words: list[str], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--json", "train", "ROBIN", "--out", str(tmp_path / "x"), *words]) == 1
    refused = answer(capsys)
    assert refused["code"] == code
    assert refused["message"].endswith(".")
