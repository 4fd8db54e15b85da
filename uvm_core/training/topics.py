"""The words that plans are made of: things with their slots, verbs with what they bring about, questions' subjects.

They stand in data/topics.toml, in a part for training and one that is never trained on, for the held-out scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from uvm_core.training import files


@dataclass(frozen=True)
class Thing:
    """A kind of object: its slots by what they hold."""

    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    lists: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def slots(self) -> tuple[str, ...]:
        """All of them."""
        return self.numbers + self.texts + self.lists + self.flags


@dataclass(frozen=True)
class Topics:
    """One part. Verbs are by what they bring about; an indicator is (name, whose slots may better it, these)."""

    things: tuple[Thing, ...]
    verbs: Mapping[str, tuple[str, ...]]
    attributes: tuple[str, ...]
    subjects: tuple[str, ...]
    deeds: tuple[str, ...]
    facts: tuple[str, ...]
    indicators: tuple[tuple[str, str, str], ...]


@cache
def topics(held_out: bool) -> Topics:
    """The part for training, or the one that is kept. Errors: KeyError, TypeError (an entry is missing or unknown)."""
    part: Mapping[str, Any] = files.table("topics")["held_out" if held_out else "trained"]
    return Topics(
        tuple(Thing(**{kind: tuple(slots.split()) for kind, slots in one.items()}) for one in part["things"]),
        {kind: tuple(verbs.split()) for kind, verbs in part["verbs"].items()},
        tuple(part["attributes"]),
        tuple(part["subjects"]),
        tuple(part["deeds"]),
        tuple(part["facts"]),
        tuple((name, target, slots) for name, target, slots in part["indicators"]),
    )
