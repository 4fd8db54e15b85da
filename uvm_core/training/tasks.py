"""What a family of tasks is: a way to draw a request, the method that fulfils it, and what that method must do.

A task is drawn from two streams of chance. The first decides what it is (names, constants, phrases), the second only
what the object holds and what is sent. Drawn again with another second stream, the same task comes with other values:
those are its cases. The oracle of a family works on the plain slots, beside the method and not through it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from uvm_core.training import words as vocabulary

T = TypeVar("T")
State = dict[str, Any]
Oracle = Callable[..., Any]


@dataclass(frozen=True)
class Task:
    """One request with one state. Phrases are alternatives, separated by `|`.

    `clear` are selectors that say alone what is wanted, `vague` ones need a wish. `body` is the method's body; a line
    `@` stands for the covenant's mark. `oracle(slots, *args)` changes the plain slots and gives the answer.
    `fact` says in a document's words what `asks`, a shorter wish, leaves open. `alone`: no slots that do not matter.
    """

    slots: State
    body: str
    oracle: Oracle
    clear: str = ""
    vague: str = ""
    wishes: str = ""
    fact: str = ""
    asks: str = ""
    inherits: bool = True
    alone: bool = False


@dataclass
class Draw:
    """The chance of one task: `pick` and the names belong to what it is, the values to what it holds."""

    shape: random.Random
    values: random.Random
    held_out: bool = False
    style: str = "arg"
    parameters: list[tuple[str, Any]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    # what the task is

    def pick(self, options: str | Sequence[T]) -> Any:
        """One of the alternatives (`a|b|c`, or any sequence)."""
        return self.shape.choice(options.split("|") if isinstance(options, str) else list(options))

    def const(self, low: int, high: int) -> int:
        """A constant of the task."""
        return self.shape.randint(low, high)

    def chance(self, share: float) -> bool:
        return self.shape.random() < share

    def name(self, kind: str) -> str:
        """A slot's name (or a key) of a kind of words.py, not used in this task so far."""
        names = [one for one in vocabulary.words(kind, self.held_out) if one.partition(":")[0] not in self.taken]
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
        return self.shape.choice(
            (vocabulary.NAMES, vocabulary.NOUNS, vocabulary.NOUNS, vocabulary.PLACES, vocabulary.COLORS)
        )

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

    def word(self, pool: Sequence[T]) -> T:
        return self.values.choice(pool)

    def some(self, pool: Sequence[T], low: int = 2, high: int = 4) -> list[T]:
        """Different ones of a pool."""
        return self.values.sample(list(pool), min(self.values.randint(low, high), len(pool)))

    def numbers(self, low: int = 2, high: int = 5, least: int = 1, most: int = 60) -> list[int]:
        return [self.values.randint(least, most) for _ in range(self.values.randint(low, high))]

    def table(self, pool: Sequence[str], low: int = 2, high: int = 3, least: int = 1, most: int = 30) -> dict[str, int]:
        return {key: self.values.randint(least, most) for key in self.some(pool, low, high)}


@dataclass(frozen=True)
class Family:
    """A template of tasks. `held_out` ones are never trained on."""

    name: str
    difficulty: str
    make: Callable[[Draw], Task]
    held_out: bool = False


def family(difficulty: str, *, held_out: bool = False) -> Callable[[Callable[[Draw], Task]], Family]:
    """Makes a family of the function that draws its tasks."""

    def made(make: Callable[[Draw], Task]) -> Family:
        return Family(make.__name__, difficulty, make, held_out)

    return made


def families_in(module: Mapping[str, Any]) -> tuple[Family, ...]:
    """The families that a module defines."""
    return tuple(one for one in module.values() if isinstance(one, Family))


def put(state: State, changes: Mapping[str, Any], answer: T | None = None) -> T | None:
    """For oracles: the slots changed, and the answer."""
    state.update(changes)
    return answer


def said(name: str) -> str:
    """A name as a person says it."""
    return name.replace("_", " ")


def refuse(when: object) -> bool:
    """For oracles: what a method must refuse; False otherwise."""
    if when:
        raise ValueError("refused")
    return False


def peer(**slots: Any) -> dict[str, Any]:
    """Another object with these slots, as plain data."""
    return {"$obj": {"slots": slots}}


def records(draw: Draw, count: tuple[int, int], row: Callable[[], State]) -> list[State]:
    """Several rows, drawn one after another."""
    return [row() for _ in range(draw.values.randint(*count))]


def unlike(pool: Sequence[T], taken: Iterable[T]) -> list[T]:
    """What of a pool is not taken."""
    gone = list(taken)
    return [one for one in pool if one not in gone]
