"""What passages tell about: kinds of things in invented places, what is said of them, and how people ask for it.

It stands in data/stories.toml. In a relation `{e}` is the thing and `{v}` the value; its `untold` goes behind "The
documents do not say". Held-out domains are never trained on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from uvm_core.training import files

_PIECE = re.compile(r"\{(\d+)-(\d+)\}|\{(\w+)\}|\[([^\]]*)\]")
_FEW = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Relation:
    """One thing that can be said and asked."""

    value: str
    says: tuple[str, ...]
    asks: tuple[str, ...]
    untold: str


@dataclass(frozen=True)
class Domain:
    """Things of one kind, `nouns` with a name in them, and what is said of them."""

    nouns: tuple[str, ...]
    relations: tuple[Relation, ...]
    asides: tuple[str, ...]


@cache
def _told() -> Mapping[str, Any]:
    return files.table("stories")


@cache
def domains(held_out: bool) -> tuple[Domain, ...]:
    """The kinds of things for training, or those for the held-out questions. Errors: KeyError (an unknown relation)."""
    rows: Mapping[str, Mapping[str, Any]] = _told()["relations"]
    relations = {
        name: Relation(row["value"], tuple(row["says"]), tuple(row["asks"]), row["untold"])
        for name, row in rows.items()
    }
    return tuple(
        Domain(tuple(row["nouns"]), tuple(relations[name] for name in row["relations"].split()), tuple(row["asides"]))
        for row in _told()["domains"]["held_out" if held_out else "trained"]
    )


@cache
def fillers() -> tuple[str, ...]:
    """Sentences that say nothing, without their full stops."""
    return tuple(_told()["fillers"]["sentences"])


@cache
def _names(part: str) -> list[str]:
    found: str = _told()["names"][part]
    return found.split()


def name(rng: random.Random, held_out: bool) -> str:
    """A name that nobody has."""
    return rng.choice(_names("held_out_starts" if held_out else "starts")) + rng.choice(_names("ends"))


def thing(rng: random.Random, domain: Domain, held_out: bool) -> str:
    """A thing of a domain, under a name of its own."""
    noun = rng.choice(domain.nouns)
    return noun.format(n=name(rng, held_out), s=rng.choice(_names("surnames")), k=rng.randint(2, 99))


def value(rng: random.Random, kind: str, held_out: bool) -> str:
    """What may be said where a relation wants a value of this kind. Errors: KeyError (no such kind)."""
    told = _told()
    if kind in told["words"]:
        return rng.choice(told["words"][kind].split())
    # Drawn for every other kind, wanted or not: the samples of a seed stay what they are.
    few = rng.choice(_FEW)
    if kind == "time":
        return rng.choice((f"{rng.randint(5, 22)}:{rng.randint(0, 11) * 5:02}", f"half past {few}", f"{few} o'clock"))
    if kind in told["pairs"]:
        return " and ".join(rng.sample(told["pairs"][kind], 2))

    def piece(match: re.Match[str]) -> str:
        low, high, named, words = match.groups()
        if low:
            return str(rng.randint(int(low), int(high)))
        if words is not None:
            return rng.choice(words.split("|"))
        return {"few": lambda: few, "name": lambda: name(rng, held_out), "surname": lambda: _surname(rng)}[named]()

    return _PIECE.sub(piece, told["values"][kind])


def _surname(rng: random.Random) -> str:
    return rng.choice(_names("surnames"))
