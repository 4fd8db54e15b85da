"""The set-up's decisions: is it done, is there room, what did an interrupted one leave."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from bootstrap import GIGABYTE, Console, Setup, disk_refusal, pip_environment, stamp_of, sweep_halves

VERSION = (3, 11, 7)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "constraints.txt").write_text("torch==2.13.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def test_the_stamp_stays_while_nothing_changes(project: Path) -> None:
    assert stamp_of(project, VERSION) == stamp_of(project, VERSION)


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_the_stamp_changes_with_either_file(project: Path, name: str) -> None:
    before = stamp_of(project, VERSION)
    (project / name).write_text("something else\n")
    assert stamp_of(project, VERSION) != before


def test_the_stamp_changes_with_python_and_with_a_new_package(project: Path) -> None:
    before = stamp_of(project, VERSION)
    assert stamp_of(project, (3, 12, 1)) != before
    (project / "morphic_ui").mkdir()
    (project / "morphic_ui" / "__init__.py").touch()
    assert stamp_of(project, VERSION) != before


def test_little_room_is_refused_with_both_figures() -> None:
    words = disk_refusal(2 * GIGABYTE, 0, "/here")
    assert words is not None
    assert "6.5 GB" in words
    assert "2.0 GB" in words


def test_room_for_what_is_still_missing_is_enough() -> None:
    assert disk_refusal(7 * GIGABYTE, 0, "/here") is None
    assert disk_refusal(4 * GIGABYTE, 3 * GIGABYTE, "/here") is None
    assert disk_refusal(0.1 * GIGABYTE, 9 * GIGABYTE, "/here") is not None


def test_halves_of_an_interrupted_installation_are_removed(tmp_path: Path) -> None:
    whole, half, aside = tmp_path / "a-1.dist-info", tmp_path / "b-2.dist-info", tmp_path / "~orch"
    for folder in (whole, half, aside):
        folder.mkdir()
    (whole / "RECORD").touch()
    (half / "METADATA").touch()
    assert sorted(sweep_halves(tmp_path)) == ["b-2.dist-info", "~orch"]
    assert [path.name for path in tmp_path.iterdir()] == ["a-1.dist-info"]


def test_pip_is_not_led_elsewhere(tmp_path: Path) -> None:
    environment = pip_environment({"PIP_TARGET": "/else", "PYTHONPATH": "/else", "HTTPS_PROXY": "p"}, tmp_path)
    assert "/else" not in environment.values()
    assert environment["HTTPS_PROXY"] == "p"
    assert environment["TMPDIR"] == str(tmp_path)


def a_setup(project: Path, python: str | None = None) -> Setup:
    return Setup(project, Console(io.StringIO(), 1), python, None)


def with_venv(project: Path) -> Setup:
    """A project whose `.venv` holds this Python and a stamp that fits."""
    setup = a_setup(project)
    setup.venv_python.parent.mkdir(parents=True)
    setup.venv_python.symlink_to(sys.executable)
    setup.stamp.write_text(json.dumps({"setup": stamp_of(project, sys.version_info[:3])}))
    return setup


def test_a_set_up_is_done_when_its_stamp_fits(project: Path) -> None:
    assert with_venv(project).is_done()


def test_a_set_up_is_not_done_without_a_stamp_or_with_a_torn_one(project: Path) -> None:
    assert not a_setup(project).is_done()
    setup = with_venv(project)
    setup.stamp.write_text('{"setup": "12')
    assert not setup.is_done()


def test_a_set_up_is_not_done_when_the_constraints_have_changed(project: Path) -> None:
    setup = with_venv(project)
    (project / "constraints.txt").write_text("torch==9\n")
    assert not setup.is_done()


def test_a_set_up_is_not_done_when_its_python_is_gone(project: Path) -> None:
    setup = with_venv(project)
    setup.venv_python.unlink()
    assert not setup.is_done()


def test_a_wanted_python_that_does_not_start_is_not_what_is_there(project: Path) -> None:
    with_venv(project)
    assert not a_setup(project, python="/nowhere/python3").is_done()


def test_steps_are_numbered() -> None:
    out = io.StringIO()
    console = Console(out, 2)
    console.step("one")
    console.say("two\nlines")
    console.step("two")
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("[1/2]")
    assert lines[3].startswith("[2/2]")
    assert len(lines) == 4


def with_command(setup: Setup, program: str, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have this program stand for the command that fetches the model; how often it ran."""
    ran: list[int] = []

    def command() -> list[str]:
        ran.append(1)
        return [sys.executable, "-c", program]

    monkeypatch.setattr(setup, "model_command", command)
    monkeypatch.setattr(setup, "debian_packages", lambda _log: None)
    return ran


def said(setup: Setup) -> str:
    out = setup.console._out
    assert isinstance(out, io.StringIO)
    return out.getvalue()


def test_a_set_up_without_its_model_is_done_and_goes_on_when_asked(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = with_venv(project)
    (project / "build").mkdir()
    ran = with_command(setup, "print('50 %'); print('nobody answers'); raise SystemExit(1)", monkeypatch)
    setup.check()
    assert setup.is_done()
    assert not setup.has_model()
    assert "50 %" in said(setup)
    assert "coder-0.5b could not be fetched: nobody answers" in said(setup)
    assert "smollm2" in said(setup)
    with_command(setup, "print('100 %')", monkeypatch)
    setup.check()
    assert setup.has_model()
    assert setup.is_done()
    assert said(setup).endswith("Everything is in place.\n")
    again = with_command(setup, "", monkeypatch)
    setup.check()
    assert (len(ran), again) == (1, [])


def test_what_fetches_the_model_is_batos_itself(project: Path) -> None:
    command = a_setup(project).model_command()
    assert command[1:] == [str(project / "main.py"), "model", "get", "coder-0.5b"]
