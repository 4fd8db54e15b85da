"""Words of selectors, slots and wishes: cut apart, brought to a common form, and read for what is probably meant."""

from __future__ import annotations

import re
from typing import Literal

Answer = Literal["bool", "number", "text", "list", "any"]
Intent = Literal["read", "change", "either"]


def _table(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STOP = _table(
    "a an the of to for in on at by with from is are be it its this that and or not if as my me i you your self "
    "please should would can could will shall must which what who when where how there their them they he she his her "
    "method object value values slot slots"
)
_PREDICATES = (
    "is",
    "has",
    "have",
    "can",
    "was",
    "are",
    "should",
    "contains",
    "includes",
    "knows",
    "owns",
    "needs",
    "in",
    "any",
)
_CHANGES = _table(
    "set add remove delete clear reset increment decrement increase decrease raise lower grow shrink double triple "
    "halve scale append insert push pop put take drop rename toggle flip switch turn open close start stop begin end "
    "finish complete mark unmark enable disable activate deactivate lock unlock pay charge refund deposit withdraw "
    "transfer spend earn fill empty load unload move advance rewind retreat update change replace swap sort shuffle "
    "reverse record log note store save register unregister enroll join leave assign unassign cancel approve reject "
    "accept decline archive restore promote demote heat cool warm eat drink feed heal hurt damage level buy sell order "
    "ship return restock reserve release apply discount extend shorten trim merge rise fall accelerate brake bump "
    "subscribe unsubscribe borrow lend renew check tick score award penalize vote like learn forget attach detach "
    "tag untag mute unmute pause resume step undo redo use consume adjust increment_by"
)
_TEXTS = _table(
    "describe display show print introduce report explain summarize summary greet greeting hello say tell announce "
    "label title format render caption headline describe_yourself speak welcome salute state status full initials"
)
_NUMBERS = _table(
    "count total sum average mean number amount price cost area perimeter volume size length balance age remaining "
    "percentage percent ratio difference distance speed rate tax net gross maximum minimum largest smallest highest "
    "lowest score how_many quantity weight height width radius diameter profit fee interest value"
)
_LISTS = _table("list names all sorted unique items keys filter select titles")
# Verbs and the operators that a method of that name reckons with, if it reckons at all.
_RECKONING: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (_table("decrement decrease lower reduce shrink subtract withdraw spend lose deduct cool"), ("-",)),
    (_table("increment increase raise grow add deposit earn gain restock replenish heat warm"), ("+",)),
    (_table("double triple quadruple multiply"), ("*",)),
    (_table("halve divide"), ("/", "*")),
)
_FORMS = {"ies": "y", "sses": "ss", "ches": "ch", "shes": "sh", "xes": "x"}


def words_of(text: str) -> list[str]:
    """Lower-case words, snake_case and camelCase cut apart, in order."""
    cut = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return [word.lower() for word in re.findall(r"[A-Za-z]+|\d+", cut)]


def stem(word: str) -> str:
    """A crude common form: lines -> line, added -> add."""
    for ending, instead in _FORMS.items():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + instead
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            short = word[: -len(ending)]
            return short[:-1] if short[-1:] == short[-2:-1] and short[-1] not in "ls" else short
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def content_words(text: str) -> list[str]:
    """Stems of the words that carry meaning."""
    return [stem(word) for word in words_of(text) if word not in _STOP]


def operators_of(selector: str) -> tuple[str, ...]:
    """The operators that a message of this name probably reckons with, the likeliest first; none if nothing says so."""
    verb = next(iter(words_of(selector)), "")
    return next((operators for verbs, operators in _RECKONING if verb in verbs), ())


def intent_of(selector: str, wish: str = "") -> Intent:
    """Whether a message of this name probably changes the object or only answers; `either` when nothing says so."""
    if answer_of_wish(wish) != "any":
        return "read"
    words = words_of(selector)
    if not words:
        return "either"
    if words[0] in _PREDICATES or words[0] in _TEXTS or words[0] in _NUMBERS:
        return "read"
    if words[0] in _CHANGES:
        return "change"
    return "either"


def answer_of_wish(wish: str) -> Answer:
    """What a wish that begins like a question asks for; `any` for one that does not."""
    words = words_of(wish)
    if not words:
        return "any"
    first, second = words[0], words[1] if len(words) > 1 else ""
    if first == "whether" or first in ("is", "are", "has", "does", "can"):
        return "bool"
    if first == "how" or (first in ("the", "what") and second in _NUMBERS):
        return "number"
    if first in ("the", "which") and stem(second) != second and second not in _NUMBERS:
        return "list"
    return "any"


def answer_of(selector: str, wish: str = "") -> Answer:
    """What kind of answer a message of this name probably gives; `any` when nothing says so."""
    wished = answer_of_wish(wish)
    if wished != "any":
        return wished
    words = words_of(selector)
    if not words:
        return "any"
    first = words[0]
    if first in _PREDICATES:
        return "bool"
    if first in _TEXTS:
        return "text"
    if first in _NUMBERS or (len(words) > 1 and words[-1] in _NUMBERS):
        return "number"
    return "list" if first in _LISTS else "any"
