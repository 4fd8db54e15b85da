"""The data files of the training: texts, tables and templates lie in the folder data beside this file."""

from __future__ import annotations

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

_DATA = resources.files(__package__) / "data"


def table(name: str) -> dict[str, Any]:
    """A TOML file of the folder by its name without the ending. Errors: ValueError (the file and what is wrong)."""
    return _table(_DATA / f"{name}.toml")


def tables(folder: str) -> dict[str, dict[str, Any]]:
    """The TOML files of a folder in the order of their names, by name without the ending. Errors: ValueError."""
    return {name: _table(file) for name, file in _sorted(folder, ".toml")}


def texts(folder: str) -> dict[str, str]:
    """The Markdown files of a folder in the order of their names, by name without the ending."""
    return {name: file.read_text(encoding="utf-8") for name, file in _sorted(folder, ".md")}


def _sorted(folder: str, ending: str) -> list[tuple[str, Traversable]]:
    files = sorted((_DATA / folder).iterdir(), key=lambda one: one.name)
    return [(one.name.removesuffix(ending), one) for one in files if one.name.endswith(ending)]


def _table(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise ValueError(f"The training's data file {file.name} is no TOML: {fault}") from fault
