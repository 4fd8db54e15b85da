"""Small cases at the edges for a proposed method: chosen from its arguments and from the slots that it touches."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any

from ..cognition.asking.requests import MethodRequest
from ..objects import same
from .examples import Clues, default_of, example_of, holds_forms, is_form, texts_of
from .uses import Pair, Unknown, Uses, crossing, is_number, names_in, slot_of, uses_of

Place = tuple[Any, ...]
"""What is set otherwise: ("argument", name), ("slot", name) or ("slot", name, key, …) for a part of one."""

AS_IT_IS = "as it is"
TWICE = "sent twice"
UNKNOWN_TEXT = "unknown"
MAX_FIELDS = 4
MAX_SIZE = 8
MAX_TEXT = 80


@dataclass(frozen=True)
class EdgeCase:
    """A case in which a method is tried.

    args, kwargs: neutral plain data as a trial takes them. slots: those set otherwise than the receiver has them.
    twice: the message is sent again on what the first left.
    """

    words: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)
    twice: bool = False


class _Weight(IntEnum):
    """How telling a kind of case is, the most telling first: candidates differ most often right at a border."""

    AT = auto()
    OVER = auto()
    LACKING = auto()
    EMPTY = auto()
    FLIPPED = auto()
    ZERO = auto()
    TWICE = auto()
    NEGATIVE = auto()
    KNOWN = auto()
    NOTHING = auto()
    ONE = auto()
    AGAIN = auto()
    UNDER = auto()
    LOOSE = auto()
    LARGE = auto()


@dataclass(frozen=True)
class _Idea:
    """One thing set otherwise, how telling that is, and how it is said."""

    weight: _Weight
    place: Place
    value: Any
    words: str


def edge_cases(
    request: MethodRequest,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    sources: Sequence[str],
    *,
    most: int = 10,
) -> list[EdgeCase]:
    """At most `most` cases, "as it is" first and the others by how telling they are; the same for the same input.

    Parameters without an argument get that of the message that failed, else an example made up from how the sources
    use them. Slots are only set where they exist and are data; objects and methods are left alone.
    """
    if most < 1:
        return []
    scene = _Scene(request, args, kwargs, sources)
    base = scene.case(AS_IT_IS)
    cases, known, words = [base], {_identity(base)}, {AS_IT_IS}
    ideas = [(idea.weight, number, idea) for number, idea in enumerate(scene.ideas())]
    chosen: list[tuple[int, int, EdgeCase]] = [
        (weight, number, scene.with_idea(idea)) for weight, number, idea in ideas
    ]
    if any(uses.changes for uses in scene.uses):
        chosen.append((_Weight.TWICE, 0, scene.case(TWICE, twice=True)))
    for _weight, number, case in sorted(chosen, key=lambda item: item[:2]):
        if len(cases) >= most:
            break
        if _identity(case) in known:
            continue
        known.add(_identity(case))
        if case.words in words:
            case = scene.with_idea(ideas[number][2], plainly=True)
        words.add(case.words)
        cases.append(case)
    return cases


def _identity(case: EdgeCase) -> str:
    try:
        return repr((case.args, sorted(case.kwargs.items()), sorted(case.slots.items()), case.twice))
    except ValueError:
        # An integer of thousands of digits is not written out.
        return case.words


class _Scene:
    """The receiver's data and the arguments as they are, and what the sources do with them."""

    def __init__(
        self, request: MethodRequest, args: Sequence[Any], kwargs: Mapping[str, Any], sources: Sequence[str]
    ) -> None:
        self.uses: list[Uses] = [uses_of(source) for source in dict.fromkeys(sources)]
        self.slots: dict[str, Any] = {
            name: value
            for name, value in {**request.inherited, **request.slots}.items()
            if not name.startswith("_") and not name.endswith("*") and not is_form(value)
        }
        self._names = request.parameter_names
        self._args = tuple(args)
        self._kwargs = dict(kwargs)
        self.clues = [Clues(uses, self.slots) for uses in self.uses]
        self._make_up(request)
        self.arguments: dict[str, Any] = {**dict(zip(self._names, self._args, strict=False)), **self._kwargs}
        self.defaults = default_of(request.parameters)
        read: dict[str, None] = {}
        for uses in self.uses:
            read |= {name: None for name in uses.slots if name in uses.read and name in self.slots}
        self.read = list(read)
        self._crossed: set[str] = set()

    def _make_up(self, request: MethodRequest) -> None:
        """Arguments for the parameters that have none: as positions as long as none is left out, then by name."""
        defaults = default_of(request.parameters)
        for place, name in enumerate(self._names):
            if place < len(self._args) or name in self._kwargs:
                continue
            if name in request.arguments:
                value = request.arguments[name]
            elif name in defaults:
                continue
            else:
                value = example_of(name, self.clues, self.slots)
            if place == len(self._args):
                self._args = (*self._args, value)
            else:
                self._kwargs[name] = value

    def case(self, words: str, *, twice: bool = False) -> EdgeCase:
        """The case in which nothing is set otherwise."""
        return EdgeCase(words, deepcopy(self._args), deepcopy(self._kwargs), {}, twice)

    def with_idea(self, idea: _Idea, *, plainly: bool = False) -> EdgeCase:
        """The case of an idea; plainly: told by the value alone."""
        kind, name, *path = idea.place
        words = _set_words(idea.place, idea.value) if plainly else idea.words
        args, kwargs = list(deepcopy(self._args)), deepcopy(self._kwargs)
        if kind == "slot":
            return EdgeCase(words, tuple(args), kwargs, {name: _replaced(self.slots[name], path, idea.value)})
        if name in self._names[: len(args)]:
            args[self._names.index(name)] = idea.value
        else:
            kwargs[name] = idea.value
        return EdgeCase(words, tuple(args), kwargs)

    def ideas(self) -> Iterator[_Idea]:
        """Everything worth setting otherwise, parameters before slots."""
        values = {**self.defaults, **self.arguments}
        places: list[tuple[Place, Any]] = [(("argument", name), values[name]) for name in self._names if name in values]
        places += [(("slot", name), self.slots[name]) for name in self.read]
        for place, value in places:
            if is_form(value):
                continue
            for kind, of_kind in _OF_KIND:
                if kind(value):
                    yield from (idea for idea in of_kind(self, place, value) if not _same(idea.value, value))
                    break
        for place, value in self._fields():
            yield from (idea for idea in self.borders(place, value) if not _same(idea.value, value))

    def _fields(self) -> Iterator[tuple[Place, Any]]:
        """Numbers within slots that a comparison can rest on: of a list's first item, of a dict's entry."""
        texts = [value for value in self.arguments.values() if isinstance(value, str)]
        for name in self.read:
            value = self.slots[name]
            if isinstance(value, dict) and value:
                key = next((text for text in texts if text in value), next(iter(value)))
            elif isinstance(value, list) and value:
                key = 0
            else:
                continue
            part = value[key]
            if is_number(part):
                yield ("slot", name, key), part
            elif isinstance(part, dict) and not is_form(part):
                fields = [(inner, held) for inner, held in part.items() if is_number(held)]
                for inner, held in fields[:MAX_FIELDS]:
                    yield ("slot", name, key, inner), held

    def borders(self, place: Place, value: Any) -> Iterator[_Idea]:
        """The values at which a comparison or subtraction of a source turns, and one to each side."""
        for uses in self.uses:
            for pair in uses.pairs:
                difference = self._difference(uses, pair, place)
                at = next((found for near in (0, value) if (found := crossing(difference, near)) is not None), None)
                if at is not None:
                    yield from self._border(uses, pair, place, value, at)

    def _border(self, uses: Uses, pair: Pair, place: Place, value: Any, at: int | float) -> Iterator[_Idea]:
        whole = isinstance(at, int) or isinstance(value, float)
        other = _other_side(uses, pair, place)
        if other is not None and {**self.slots, **self.defaults, **self.arguments}.get(other) != at:
            # The method adds to it first, say: the border is elsewhere than at what the other one is now.
            other = None
        over, under = (at + 1, at - 1) if whole else (int(at // 1) + 1, int(at // 1))
        over, under = (round(number, 6) for number in (over, under))
        # One place is enough to find where a comparison turns; a slot below 0 that is not below 0 now is no likely one.
        told = pair.text in self._crossed or (place[0] == "slot" and (pair.loose or at < 0 <= value))
        if whole:
            if not told:
                self._crossed.add(pair.text)
            yield _Idea(_Weight.AGAIN if told else _Weight.AT, place, at, _border_words(place, at, "equal to", other))
        side = "above" if whole else "just above"
        yield _Idea(_Weight.AGAIN if told else _Weight.OVER, place, over, _border_words(place, over, side, other))
        yield _Idea(_Weight.UNDER, place, under, _border_words(place, under, "just below", other))

    def _difference(self, uses: Uses, pair: Pair, place: Place) -> Callable[[Any], Any]:
        kind, name, *path = place

        def difference(number: Any) -> Any:
            slots, arguments = self.slots, {**self.defaults, **self.arguments}
            if kind == "slot":
                slots = {**slots, name: _replaced(slots[name], path, number)}
            else:
                arguments[name] = number
            left, right = (uses.value(side, slots, arguments) for side in (pair.left, pair.right))
            return left - right if is_number(left) and is_number(right) else None

        return difference

    def number(self, place: Place, value: Any) -> Iterator[_Idea]:
        """0, a negative one, the borders, a large one."""
        yield from self.borders(place, value)
        yield _Idea(_Weight.ZERO, place, 0, _set_words(place, 0))
        if place[0] == "argument":
            yield _Idea(_Weight.NEGATIVE, place, -1, _set_words(place, -1))
            large = 1000
            numbers = [abs(held) for held in (*self.slots.values(), *self.arguments.values()) if is_number(held)]
            while numbers and large <= max(numbers):
                large *= 10
            yield _Idea(_Weight.LARGE, place, large, _set_words(place, large))

    def truth(self, place: Place, value: Any) -> Iterator[_Idea]:
        """The other truth value."""
        yield _Idea(_Weight.FLIPPED, place, not value, _set_words(place, not value))

    def text(self, place: Place, value: Any) -> Iterator[_Idea]:
        """None at all; for an argument, one that a slot knows, one that none knows, one with other case and spaces."""
        yield _Idea(_Weight.EMPTY if place[0] == "argument" else _Weight.NOTHING, place, "", _empty_words(place))
        yield from self._equal_texts(place)
        if place[0] == "slot":
            return
        name = place[1]
        keepers = list(dict.fromkeys(slot for clues in self.clues for slot in clues.keepers(name)))
        for slot in keepers:
            texts = texts_of(self.slots[slot])
            if UNKNOWN_TEXT not in texts:
                yield _Idea(_Weight.LACKING, place, UNKNOWN_TEXT, f"{name} not in {slot}")
            for text in [text for text in texts if text != value][:1]:
                yield _Idea(_Weight.KNOWN, place, text, _set_words(place, text))
        if any(clues.tidies for clues in self.clues):
            known = next((text for slot in keepers for text in texts_of(self.slots[slot])), value)
            loose = f" {known.upper() if known != known.upper() else known.lower()} "
            yield _Idea(_Weight.LOOSE, place, loose, _set_words(place, loose))

    def _equal_texts(self, place: Place) -> Iterator[_Idea]:
        """The texts that a source holds a text against."""
        for uses in self.uses:
            for pair in uses.pairs:
                for side, against in ((pair.left, pair.right), (pair.right, pair.left)):
                    if _plain_name(uses, side) != place[1]:
                        continue
                    try:
                        found = uses.value(against, self.slots, {**self.defaults, **self.arguments})
                    except Unknown:
                        continue
                    if isinstance(found, str) and len(found) <= MAX_TEXT:
                        words = _border_words(place, found, "equal to", _other_side(uses, pair, place))
                        yield _Idea(_Weight.OVER, place, found, words)

    def _sizes(self, place: Place, value: Any) -> Iterator[_Idea]:
        """As much in it as a source compares its length with."""
        for uses in self.uses:
            for pair in uses.pairs:
                difference = self._difference(uses, pair, place)
                for size in range(2, min(len(value), MAX_SIZE)):
                    part = _first(value, size)
                    try:
                        turns = difference(part) == 0
                    except Unknown:
                        break
                    if turns and "len(" in pair.text:
                        yield _Idea(_Weight.ONE, place, part, f"when {place[1]} has {size} entries")

    def many(self, place: Place, value: Any) -> Iterator[_Idea]:
        """Nothing in it, one in it."""
        if len(value) > 0:
            yield _Idea(_Weight.EMPTY, place, type(value)(), _empty_words(place))
        if len(value) > 1 and not isinstance(value, (set, frozenset)) and not holds_forms(value):
            yield from self._sizes(place, value)
            yield _Idea(_Weight.ONE, place, _first(value, 1), f"when {place[1]} has one entry")

    def nothing(self, place: Place, _value: Any) -> Iterator[_Idea]:
        """A value where there is none."""
        if place[0] == "slot":
            example = example_of(place[1], self.clues, {**self.slots, place[1]: None}, slot=True)
            yield _Idea(_Weight.NOTHING, place, example, _set_words(place, example))


_Of = Callable[[_Scene, Place, Any], Iterator[_Idea]]
_OF_KIND: tuple[tuple[Callable[[Any], bool], _Of], ...] = (
    (lambda value: value is None, _Scene.nothing),
    (lambda value: isinstance(value, bool), _Scene.truth),
    (is_number, _Scene.number),
    (lambda value: isinstance(value, str), _Scene.text),
    (lambda value: isinstance(value, (list, tuple, dict, set, frozenset)), _Scene.many),
)


def said(place: Place) -> str:
    """A place in words: "amount", "price of the first of lines", "stock['tea']"."""
    name, *path = place[1:]
    if path and path[0] == 0 and isinstance(path[0], int):
        return " of ".join([*(str(key) for key in reversed(path[1:])), f"the first of {name}"])
    return str(name) + "".join(f"[{key!r}]" for key in path)


def _set_words(place: Place, value: Any) -> str:
    return f"when {said(place)} is {value!r}" if place[0] == "slot" else f"with {said(place)} = {value!r}"


def _empty_words(place: Place) -> str:
    return f"when {place[1]} is empty" if place[0] == "slot" else f"with an empty {place[1]}"


def _border_words(place: Place, value: Any, side: str, other: str | None) -> str:
    if other is None or len(place) > 2:
        return _set_words(place, value)
    return f"when {place[1]} is {side} {other}" if place[0] == "slot" else f"{place[1]} {side} {other}"


def _other_side(uses: Uses, pair: Pair, place: Place) -> str | None:
    """The slot or parameter that a place is directly held against, None where more is reckoned with."""
    sides = [_plain_name(uses, side) for side in (pair.left, pair.right)]
    own = str(place[1])
    if None in sides or own not in sides or sides[0] == sides[1]:
        return None
    return sides[1] if sides[0] == own else sides[0]


def _plain_name(uses: Uses, node: ast.expr) -> str | None:
    slot = slot_of(node)
    if slot is not None:
        return slot
    if not isinstance(node, ast.Name):
        return None
    found = uses.local.get(node.id)
    return node.id if found is None or node.id in names_in(found) else slot_of(found)


def _first(value: Any, count: int) -> Any:
    """The first entries of a list, tuple or dict, copied."""
    return deepcopy(dict(list(value.items())[:count]) if isinstance(value, dict) else value[:count])


def _same(left: Any, right: Any) -> bool:
    return same(left, right) or (is_number(left) and is_number(right) and left == right)


def _replaced(value: Any, path: Sequence[Any], new: Any) -> Any:
    """A value with one part set otherwise; only what is on the way to the part is copied."""
    if not path:
        return new
    changed = copy(value)
    changed[path[0]] = _replaced(value[path[0]], path[1:], new)
    return changed
