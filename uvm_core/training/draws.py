"""The chance of one task: the generators that the lines of a family draw with.

A task is drawn from two streams of chance. The first decides what it is (names, constants, phrases), the second only
what the object holds and what is sent. Drawn again with another second stream, the same task comes with other values:
those are its cases.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from uvm_core.training import words
from uvm_core.training.tasks import State, said

T = TypeVar("T")
_PLAIN = (
    bool,
    dict,
    float,
    int,
    isinstance,
    len,
    list,
    map,
    max,
    min,
    range,
    reversed,
    set,
    sorted,
    str,
    sum,
    tuple,
    zip,
)
_SHAPE = ("pick", "kinds", "const", "chance", "name", "figure", "things", "pool", "param", "take")
_VALUES = ("whole", "decimal", "number", "yes", "likely", "word", "some", "sample", "numbers", "table", "clock", "date")
_MADE = ("peer", "rows", "anything")


@dataclass
class Draw:
    """`pick`, the names and what else a task is come from `shape`, what it holds from `values`."""

    shape: random.Random
    values: random.Random
    held_out: bool = False
    style: str = "arg"
    parameters: list[tuple[str, Any]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def vocabulary(self) -> dict[str, Any]:
        """What the lines of a family may name: the generators, some pools of words, and a few of Python's functions."""
        pools = {pool.upper(): words.examples(pool) for pool in ("names", "nouns", "places", "colors", "titles")}
        return {
            "__builtins__": {one.__name__: one for one in _PLAIN},
            **{name: getattr(self, name) for name in (*_SHAPE, *_VALUES, *_MADE)},
            **pools,
            "WORDS": (*pools["NOUNS"], *pools["PLACES"]),
            "STATES": words.states(),
            "examples": words.examples,
            "said": said,
            "unlike": unlike,
        }

    # what the task is

    def pick(self, options: str | Sequence[T]) -> Any:
        """One of the alternatives (`a|b|c`, or any sequence)."""
        return self.shape.choice(options.split("|") if isinstance(options, str) else list(options))

    def kinds(self, options: Sequence[T], count: int) -> list[T]:
        """So many of the alternatives."""
        return self.shape.sample(options, count)

    def const(self, low: int, high: int) -> int:
        """A constant of the task."""
        return self.shape.randint(low, high)

    def chance(self, share: float) -> bool:
        return self.shape.random() < share

    def take(self, *names: str) -> None:
        """Names that the task has of its own: no other part of it is called so."""
        self.taken.update(names)

    def name(self, kind: str) -> str:
        """A slot's name (or a key) of a kind of words.toml, not used in this task so far."""
        names = [one for one in words.words(kind, self.held_out) if one.partition(":")[0] not in self.taken]
        found = self.shape.choice(names)
        self.taken.update(found.split(":"))
        return found

    def figure(self) -> str:
        return self.name("figure")

    def things(self) -> tuple[str, str]:
        """A list's name and what one element of it is called."""
        plural, _, one = self.name("things").partition(":")
        return plural, one

    def pool(self) -> tuple[str, ...]:
        """Words that texts of this task are made of."""
        return words.examples(self.shape.choice(("names", "nouns", "nouns", "places", "colors")))

    def param(self, names: str, value: Any) -> str:
        """A parameter and the value that is sent for it; its name follows the task's style."""
        free = [one for one in names.split("|") if one not in self.taken]
        wanted = self.shape.choice(free) if free else ""
        name = wanted if wanted and self.style != "arg" else f"arg{len(self.parameters) + 1}"
        self.taken.add(name)
        self.parameters.append((name, value))
        return name

    # what it holds

    def whole(self, low: int = 1, high: int = 40) -> int:
        return self.values.randint(low, high)

    def decimal(self) -> float:
        return self.values.randint(1, 400) / self.values.choice((2, 4, 10))

    def number(self, low: int = 1, high: int = 60) -> int | float:
        """Mostly whole, sometimes not; which of the two belongs to the value."""
        return self.decimal() if self.values.random() < 0.15 else self.whole(low, high)

    def yes(self) -> bool:
        return self.values.random() < 0.5

    def likely(self, share: float) -> bool:
        """As `chance`, for a value."""
        return self.values.random() < share

    def word(self, pool: Sequence[T]) -> T:
        return self.values.choice(pool)

    def sample(self, pool: Sequence[T], count: int) -> list[T]:
        """So many different ones of a pool."""
        return self.values.sample(pool, count)

    def some(self, pool: Sequence[T], low: int = 2, high: int = 4) -> list[T]:
        """Different ones of a pool."""
        return self.values.sample(list(pool), min(self.values.randint(low, high), len(pool)))

    def numbers(self, low: int = 2, high: int = 5, least: int = 1, most: int = 60) -> list[int]:
        return [self.values.randint(least, most) for _ in range(self.values.randint(low, high))]

    def table(self, pool: Sequence[str], low: int = 2, high: int = 3, least: int = 1, most: int = 30) -> dict[str, int]:
        return {key: self.values.randint(least, most) for key in self.some(pool, low, high)}

    def clock(self) -> str:
        """A time of day, as 09:30."""
        return f"{self.whole(0, 23):02d}:{self.whole(0, 59):02d}"

    def date(self, first: int, last: int) -> str:
        """A day of these years, as 2024-05-09."""
        year = first if first == last else self.whole(first, last)
        return f"{year}-{self.whole(1, 12):02d}-{self.whole(1, 28):02d}"

    # what is made of several

    def rows(self, low: int, high: int, columns: Mapping[str, str]) -> list[State]:
        """Rows with different texts; a column is text, number or flag."""
        count = self.values.randint(low, high)
        nouns = words.examples("nouns")
        texts = {key: self.values.sample(nouns, count) for key, kind in columns.items() if kind == "text"}
        return [
            {
                key: texts[key][place] if kind == "text" else self.whole(1, 30) if kind == "number" else self.yes()
                for key, kind in columns.items()
            }
            for place in range(count)
        ]

    def peer(self, slots: Mapping[str, Any]) -> State:
        """Another object: what is asked for, and sometimes more."""
        names, places = words.examples("names"), words.examples("places")
        extra = {"name": self.word(names), "city": self.word(places), "age": self.whole(18, 80)}
        kept = [(name, value) for name, value in extra.items() if name not in slots][: self.shape.randint(0, 2)]
        return {"$obj": {"slots": {**slots, **dict(kept)}}}

    def anything(self) -> State:
        """Slots of any kind, or none: what is asked of the whole object does not depend on them."""
        nouns = words.examples("nouns")
        kinds: dict[str, Callable[[], Any]] = {
            "text": lambda: self.word(words.examples("titles")),
            "figure": self.whole,
            "flag": self.yes,
            "things": lambda: self.some(nouns, 0, 3),
            "numbers": self.numbers,
            "table": lambda: self.table(nouns),
        }
        chosen = self.kinds(list(kinds), self.const(0, 3))
        return {self.name(kind).partition(":")[0]: kinds[kind]() for kind in chosen}


def unlike(pool: Sequence[T], taken: Iterable[T]) -> list[T]:
    """What of a pool is not taken."""
    gone = list(taken)
    return [one for one in pool if one not in gone]
