"""The choice of Python, without starting any but this one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from interpreters import Interpreter, ask, choose, refusal, search


def an_interpreter(*version: int) -> Interpreter:
    return Interpreter(f"python{version[0]}.{version[1]}", f"/usr/bin/python{version[0]}.{version[1]}", version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 13, 9)])
def test_a_python_of_the_supported_range_fits(version: tuple[int, ...]) -> None:
    assert an_interpreter(*version).fits


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
def test_a_python_outside_the_range_does_not_fit(version: tuple[int, ...]) -> None:
    assert not an_interpreter(*version).fits


def test_the_first_that_fits_is_chosen() -> None:
    old, newer, newest = an_interpreter(3, 9, 6), an_interpreter(3, 12, 1), an_interpreter(3, 11, 2)
    assert choose([old, newer, newest]) is newer


def test_nothing_is_chosen_where_nothing_fits() -> None:
    assert choose([an_interpreter(3, 9, 6), an_interpreter(3, 14, 0)]) is None


def test_a_running_python_answers_with_its_version() -> None:
    answer = ask(sys.executable)
    assert answer is not None
    assert answer.version == tuple(sys.version_info[:3])


def test_a_name_that_starts_no_python_is_left_out(tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'no such version'; exit 127\n")
    shim.chmod(0o755)
    assert ask(str(shim)) is None
    assert search(None, [str(shim), sys.executable, str(tmp_path / "absent")]) == [ask(sys.executable)]


def test_a_wanted_python_is_the_only_one_looked_at() -> None:
    assert search("/nowhere/python3.12", [sys.executable]) == []


def test_the_refusal_names_what_was_found_and_what_to_install() -> None:
    words = refusal([an_interpreter(3, 9, 6)], None)
    assert "3.9.6" in words
    assert "apt-get install" in words
    assert "brew install" in words


def test_the_refusal_of_a_wanted_python_names_it() -> None:
    assert "does not start" in refusal([], "python9")
    assert "3.14.0" in refusal([an_interpreter(3, 14, 0)], "python3.14")
