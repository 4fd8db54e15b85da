"""Which Python runs the project: the rule, the search, and the sentence for a person who has none that fits.

Written for Python 3.9 and newer, like everything in this folder: it has to tell somebody with an old Python what to do.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OLDEST = (3, 11)
NEWEST = (3, 13)  # Kivy 2.3.1 has no wheels for 3.14
ORDINARY_NAMES = ("python3", "python3.13", "python3.12", "python3.11", "python")

_QUESTION = "import json, sys; print(json.dumps([sys.executable, list(sys.version_info[:3])]))"


@dataclass(frozen=True)
class Interpreter:
    """A Python that starts: the command that names it, its executable, its version."""

    command: str
    executable: str
    version: tuple[int, ...]

    @property
    def fits(self) -> bool:
        return OLDEST <= self.version[:2] <= NEWEST

    @property
    def number(self) -> str:
        return ".".join(map(str, self.version))


def ask(command: str) -> Interpreter | None:
    """What `command` is, or None if it does not start (version managers leave names that only print a message)."""
    try:
        answer = subprocess.run([command, "-c", _QUESTION], capture_output=True, text=True, timeout=60, check=True)
        executable, version = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Interpreter(command, executable, tuple(version))


def choose(found: Iterable[Interpreter]) -> Interpreter | None:
    """The first that fits, in the order they were found."""
    return next((interpreter for interpreter in found if interpreter.fits), None)


def search(wanted: str | None, names: Sequence[str] = ORDINARY_NAMES) -> list[Interpreter]:
    """Every Python that starts: only the wanted one, or the ordinary names outside any virtual environment."""
    if wanted:
        answer = ask(os.path.expanduser(wanted))
        return [answer] if answer else []
    return [interpreter for interpreter in map(ask, names) if interpreter is not None]


def range_text() -> str:
    return "{}.{} to {}.{}".format(*OLDEST, *NEWEST)


def refusal(found: Sequence[Interpreter], wanted: str | None) -> str:
    """Why none of `found` serves, and what to do about it."""
    if wanted and not found:
        return f"PYTHON={wanted} does not start a Python. Give the path or the name of a Python {range_text()}."
    if wanted:
        return f"PYTHON={wanted} is Python {found[0].number}; BAT OS needs {range_text()}."
    seen = ", ".join(sorted({interpreter.number for interpreter in found})) or "none"
    return (
        f"BAT OS needs Python {range_text()}; found here: {seen}.\n"
        "  Debian, Ubuntu:  sudo apt-get install -y python3 python3-venv\n"
        "  macOS:           brew install python@3.13\n"
        "Another Python can be named:  make run PYTHON=/path/to/python3.12"
    )
