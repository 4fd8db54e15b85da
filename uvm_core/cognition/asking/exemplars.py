"""Finished methods that go into the prompt as examples: the nearest ones to what is wanted.

The shipped library lies in exemplars.jsonl; a person's approved methods have the same form and can be given beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.kinds import shape_of
from uvm_core.cognition.language.words import answer_of, content_words, intent_of, stem, words_of


@dataclass(frozen=True)
class Exemplar:
    """A method that is right for its object. `cases` are {args, returns | raises, slots_after}."""

    selector: str
    parameters: tuple[str, ...]
    slots: Mapping[str, Any]
    source: str
    wish: str = ""
    about: str = ""
    cases: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)

    @staticmethod
    def from_row(row: Mapping[str, Any]) -> Exemplar:
        """From a row of the library. Errors: KeyError where selector, slots or source is missing."""
        return Exemplar(
            row["selector"],
            tuple(row.get("parameters", ())),
            row["slots"],
            row["source"],
            row.get("wish", ""),
            row.get("about", ""),
            tuple(row.get("cases", ())),
        )


LONGER = 0.8
"""What each line costs an exemplar by which it is longer than the wish calls for."""

Retrieval = Callable[[MethodRequest, Sequence[Exemplar], int], list[Exemplar]]
"""Chooses `count` exemplars for a request, the nearest last (small models copy most from what stands last)."""

_ALIKE = (
    "increment increase raise grow advance climb rise add plus step next up win earn gain bump extend louder faster",
    "decrement decrease lower reduce shrink drop fall back down spend lose minus subtract shorten cut slower quieter",
    "reset restart clear empty zero begin wipe forget",
    "rename retitle name title call change rebrand",
    "set change assign put update adjust choose move place replace select",
    "double triple halve twice multiply scale half quadruple",
    "toggle flip switch turn invert",
    "open unlock enable activate start begin on unmute resume light",
    "close lock disable deactivate stop end off mute pause",
    "finish complete done mark close pay accept approve archive send ship settle",
    "describe display show print introduce present tell report explain inspect yourself itself who",
    "slot slots field property know",
    "greet greeting hello welcome salute say speak goodbye wave address",
    "label caption title summary summarize headline text format line card row badge",
    "is has can",
    "has contain include member know in own stock offer",
    "total sum whole cost value price all amount worth bill",
    "average mean typical",
    "count number many length size",
    "append add push insert record log register enlist enroll hire invite put row line task item entry book note join",
    "remove delete discard drop dismiss cancel forget fire unregister leave cross",
    "large largest max maximum high highest best long longest top most record",
    "small smallest min minimum low lowest least short shortest cheap cheapest worst",
    "area perimeter volume width height surface circumference",
    "percent percentage ratio share rate discount tax interest vat",
    "withdraw spend pay charge buy transfer take use consume",
    "deposit earn receive refund fill collect save credit income",
    "remaining left rest free available missing",
    "shout upper loud capital",
    "take pop last newest serve next undo",
    "first oldest head begin",
    "grade level rating class status word category mood",
    "owner customer author friend of parent teacher",
    "restock gather supply stock refill store harvest count vote tally",
    "above over more exceed hot expensive heavy old big rich",
    "below under less cold cheap light young poor overdue late",
)


@cache
def shipped_exemplars() -> tuple[Exemplar, ...]:
    """The library that comes with the program."""
    text = resources.files("uvm_core.cognition.asking").joinpath("exemplars.jsonl").read_text("utf-8")
    return tuple(Exemplar.from_row(json.loads(line)) for line in text.splitlines() if line.strip())


def nearest_by_words(request: MethodRequest, library: Sequence[Exemplar], count: int) -> list[Exemplar]:
    """Lexical retrieval: words of selector and wish with their kin, kinds of slots, parameters, probable intent."""
    called_for = 4 + len(request.wish) // 40
    wanted = _features(request.selector, request.parameter_names, request.slots, request.wish, called_for)
    scored = []
    for order, one in enumerate(library):
        if one.selector == request.selector and one.slots == request.slots:
            continue
        scored.append((_likeness(wanted, _features_of(one)), -order, one))
    scored.sort(key=lambda row: row[:2], reverse=True)
    return [one for _, _, one in scored[:count]][::-1]


@dataclass(frozen=True)
class _Features:
    verb: str
    words: frozenset[str]
    kin: frozenset[int]
    verb_kin: frozenset[int]
    kinds: frozenset[str]
    named_kinds: frozenset[str]
    parameters: int
    intent: str
    answer: str
    lines: int
    """Of an exemplar's source; of a request about as many as its wish calls for."""


@cache
def _groups() -> Mapping[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(_ALIKE):
        for word in line.split():
            groups.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in groups.items()}


def _kin(words: Iterable[str]) -> frozenset[int]:
    groups = _groups()
    return frozenset(number for word in words for number in groups.get(word, ()))


def _features(selector: str, parameters: Sequence[str], slots: Mapping[str, Any], wish: str, lines: int) -> _Features:
    verb = stem((words_of(selector) or [""])[0])
    # "yourself" says that the object speaks of itself, so it counts though it is no noun.
    words = [stem(word) for word in words_of(selector)] + content_words(wish)
    kinds = {name: _kind_word(value) for name, value in slots.items() if not name.endswith("*")}
    named = {kind for name, kind in kinds.items() if set(content_words(name)) & set(words)}
    return _Features(
        verb,
        frozenset(words),
        _kin(words),
        _kin([verb]),
        frozenset(kinds.values()),
        frozenset(named),
        len(parameters),
        intent_of(selector, wish),
        answer_of(selector, wish),
        lines,
    )


@cache
def _shipped_features() -> dict[str, _Features]:
    return {one.selector: _features_of_source(one) for one in shipped_exemplars()}


def _features_of(one: Exemplar) -> _Features:
    known = _shipped_features().get(one.selector) if one in shipped_exemplars() else None
    return known or _features_of_source(one)


def _features_of_source(one: Exemplar) -> _Features:
    lines = one.source.strip().count("\n") + 1
    return _features(one.selector, one.parameters, one.slots, one.wish, lines)


def _kind_word(value: Any) -> str:
    shape = shape_of(value)
    return f"list of {shape.element.kind}" if shape.kind == "list" and shape.element is not None else shape.kind


def _likeness(a: _Features, b: _Features) -> float:
    both = a.kinds | b.kinds
    likeness = 3.0 * (a.verb == b.verb) + 2.5 * bool(a.verb_kin & b.verb_kin)
    likeness += 1.0 * min(3, len(a.words & b.words)) + 0.6 * min(4, len(a.kin & b.kin))
    likeness += 1.5 * (len(a.kinds & b.kinds) / len(both) if both else 1.0)
    likeness += 1.0 * bool(a.named_kinds & (b.named_kinds or b.kinds))
    likeness += 1.5 * (a.parameters == b.parameters) - 0.7 * abs(a.parameters - b.parameters)
    likeness += 1.0 * (a.intent == b.intent) + 0.7 * (a.answer == b.answer)
    # One that is longer than the wish calls for leads a small model to write more than was asked.
    return likeness - LONGER * max(0, b.lines - a.lines)
