"""What a person sees of pip, and what it says when it fails."""

from __future__ import annotations

import io
import os
import sys

import pytest

from pip_steps import CommandFailed, PipFailed, failure_advice, last_lines, run_pip, run_told, summary


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("  Downloading numpy-2.4.6-cp311-cp311-linux_x86_64.whl (16.8 MB)\n", "downloading numpy 2.4.6 (16.8 MB)"),
        ("  Downloading https://index/a/ZODB-6.4-py3-none-any.whl (400 kB)\n", "downloading ZODB 6.4 (400 kB)"),
        ("  Using cached torch-2.13.0-cp311-linux_x86_64.whl (191.8 MB)\n", "already here torch 2.13.0 (191.8 MB)"),
        ("Processing /nowhere/rich-15.0.0-py3-none-any.whl (from typer)\n", "already here rich 15.0.0"),
        ("Installing collected packages: a, b, c\n", "unpacking 3 packages"),
        ("  Downloading numpy-2.4.6-cp311-cp311-linux_x86_64.whl.metadata (62 kB)\n", None),
        ("Requirement already satisfied: numpy in ./.venv\n", None),
    ],
)
def test_one_line_of_pip_in_words(line: str, words: str | None) -> None:
    assert summary(line) == words


@pytest.mark.parametrize(
    ("log", "sign"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError: Temporary failure in name resolution", "could not be reached"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no build for this machine"),
        ("something else", "the log says more"),
    ],
)
def test_a_failure_says_what_to_do(log: str, sign: str) -> None:
    assert sign in failure_advice(log)


def test_the_last_lines_leave_small_talk_out() -> None:
    log = "Collecting a\nWARNING: slow\nProgress 1 of 2\nERROR: no such thing\n\n"
    assert last_lines(log) == ["ERROR: no such thing"]


def run(program: str) -> tuple[list[str], str]:
    said: list[str] = []
    log = io.StringIO()
    run_pip([sys.executable, "-c", program], os.environ, log, said.append, lambda: "")
    return said, log.getvalue()


def test_the_log_gets_everything_and_the_person_a_line_per_package() -> None:
    said, log = run("print('Collecting a'); print('  Downloading a-1-py3-none-any.whl (2 kB)')")
    assert said == ["downloading a 1 (2 kB)"]
    assert "Collecting a" in log


def test_a_failing_pip_is_an_error_that_holds_its_output() -> None:
    with pytest.raises(PipFailed) as failure:
        run("print('ERROR: no'); raise SystemExit(1)")
    assert "ERROR: no" in failure.value.output


def told(program: str) -> list[str]:
    said: list[str] = []
    run_told([sys.executable, "-c", program], io.StringIO(), said.append)
    return said


def test_what_a_command_says_is_said() -> None:
    assert told("print('half'); print(); print('done')") == ["half", "done"]


def test_the_last_line_of_a_command_that_fails_is_its_reason() -> None:
    with pytest.raises(CommandFailed, match="no network"):
        told("print('half'); print('no network'); raise SystemExit(1)")
    with pytest.raises(CommandFailed, match="No such file"):
        run_told(["/nowhere/batos"], io.StringIO(), print)
