"""The words that tasks are told in: slot names by what they hold, things, verbs, and example values.

They stand in data/words.toml. Names must never decide the logic, so they are many, and each list of names is cut in
two: a word serves training or the held-out tasks, never both.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from uvm_core.training import files

HELD_OUT_SHARE = 6
"""One word in so many is kept for the held-out tasks."""
_LAST = 3


@cache
def _lists() -> Mapping[str, Any]:
    return files.table("words")


@cache
def examples(kind: str) -> tuple[str, ...]:
    """Values that texts have in examples: names, nouns, places, colors or titles. Errors: KeyError."""
    return tuple(_lists()["examples"][kind].split())


@cache
def states() -> tuple[tuple[str, ...], ...]:
    """What the words of a state can be, in their order."""
    return tuple(tuple(one) for one in _lists()["examples"]["states"])


@cache
def kinds() -> tuple[str, ...]:
    """What names there are for."""
    return tuple(_lists()["names"])


@cache
def _common() -> frozenset[str]:
    return frozenset(_lists()["common"]["words"].split())


def is_held_out(word: str) -> bool:
    """Whether a word is kept for the held-out tasks; by its letters alone, so that it never changes sides."""
    return word not in _common() and zlib.crc32(word.encode()) % HELD_OUT_SHARE == _LAST


@cache
def words(kind: str, held_out: bool) -> tuple[str, ...]:
    """The words of a kind for training, or those for the held-out tasks. Errors: KeyError, ValueError (none left)."""
    given: str = _lists()["names"][kind]
    found = tuple(one for one in dict.fromkeys(given.split()) if is_held_out(one.partition(":")[0]) == held_out)
    if not found:
        raise ValueError(f"No word of the kind {kind} is left for {'held-out tasks' if held_out else 'training'}.")
    return found
