"""Reads the corpus: blocks of source, each under a line `=== TITLE`; in bad ones the title begins with the rule."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Case:
    """One method: `rule` is what a bad one breaks, `name` the selector it is audited for where that matters."""

    title: str
    source: str
    rule: str | None = None
    name: str | None = None


def innocent() -> list[Case]:
    """Methods that must be accepted."""
    return [Case(title, source) for title, source in _blocks("innocent_*.txt")]


def bad() -> list[Case]:
    """Methods that must be refused, each by its rule."""
    found = []
    for title, source in _blocks("bad_*.txt"):
        words, _, name = title.partition("|")
        found.append(Case(words, source, words.split()[0], name or None))
    return found


def _blocks(pattern: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in sorted(HERE.glob(pattern)):
        for block in ("\n" + path.read_text("utf-8")).split("\n=== ")[1:]:
            title, _, source = block.partition("\n")
            found.append((title.strip(), source.rstrip("\n") + "\n"))
    return found
