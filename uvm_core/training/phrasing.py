"""How requests are worded and surrounded: wishes, documents, refusals, and slots that do not matter."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.kinds import shape_of
from uvm_core.cognition.language.words import content_words
from uvm_core.training import words
from uvm_core.training.tasks import said

T = TypeVar("T")

_IMPERATIVES = """
    add take set put raise lower count increase decrease keep move remove sort replace write make change
    multiply divide bring reverse refuse search find answer clamp clear empty enter append give turn swap
    exchange subtract look ask send pay begin start forget delete compute show describe convert print remember
    grow fill fail mark tell cut double triple halve negate square open close lock unlock hide mute publish
    ship pause cancel approve connect park wake book seal plug water feed sell verify sign arm light pin
    update insert restore number
"""
_NOUN = frozenset(["the", "whether", "how", "a", "all", "which", "what", "those", "true"])
_VERBS = frozenset(_IMPERATIVES.split())
_ORDER = ("{}", "{}", "{}", "{}", "{}.", "please {}", "it should {}", "should {}", "I want it to {}", "must {}")
_THING = ("{}", "{}", "{}", "{}", "{}.", "answer {}", "give {}", "return {}", "I want {}", "tells {}", "it answers {}")
_CLAUSE = ("{}", "{}", "{}", "{}.", "{}, please")
_SAYS = re.compile(
    r"(?<!that )(?<!which )(?<!what )(?<!how )"
    r"\b(is|are|becomes|become|gets|goes|joins|grows|moves|falls|rises|stands|starts|comes|has that|changes|shrinks)\b"
)
_SENTENCES = (
    "Rain is expected in the afternoon.",
    "The meeting was moved to Thursday.",
    "Please keep the door closed.",
    "The manual has twelve pages.",
    "Ask the office for a new key.",
    "The house was built in 1912.",
    "Bring your own cup.",
    "The train leaves at nine.",
    "All measurements were taken twice.",
    "Ignore the earlier letter.",
    "The garden is open on Sundays.",
    "Write to us if anything is missing.",
)
_NO = ("No, {}.", "Not right: {}.", "Wrong: {}.", "I wanted: {}.", "{}", "That is not it. {}", "Refused: {}")
_GUARDIAN = (
    "COV-001 in line {line}: The slot {slot} is changed, but self._p_changed = True is missing.",
    "COV-003 in line {line}: A path leaves the method without self._p_changed = True.",
)
_TRIAL = (
    "Tried on a copy of the object, it ended with error: AttributeError: there is no slot {other}.",
    "Tried on a copy of the object, it ended with error: NameError: name '{other}' is not defined.",
)


def copied(value: T) -> T:
    """A copy that shares nothing."""
    return copy.deepcopy(value)


def constant(value: object) -> str:
    """A value as a default in a header is written."""
    return str(value) if isinstance(value, bool) or not isinstance(value, str) else json.dumps(value)


def wish(text: str, dice: random.Random) -> str:
    """One of the many ways in which people say the same."""
    first = text.split(" ", 1)[0].lower()
    if first in _VERBS:
        form = dice.choice(_ORDER)
    elif first in _NOUN and not _SAYS.search(text.partition(" if ")[0].partition(",")[0]):
        form = dice.choice(_THING)
    else:
        form = dice.choice(_THING if first in ("whether", "how", "which", "what") else _CLAUSE)
    worded = form.format(text)
    if form.endswith("{}.") or dice.random() < 0.2:
        worded = worded[0].upper() + worded[1:]
    return worded


def document(fact: str, dice: random.Random) -> str:
    """A passage of a document, with the fact among other sentences (or nothing that matters)."""
    lines = dice.sample(_SENTENCES, dice.randint(0, 1) if fact else 1)
    if fact:
        lines.insert(dice.randint(0, len(lines)), fact)
    return " ".join(lines)


def refused(request: MethodRequest, source: str, dice: random.Random) -> dict[str, Any]:
    """The changes that make a request one that was refused before: the reason, and sometimes the wish in it."""
    slot = next((name for name in request.slots if f"self.{name}" in source), "it")
    if request.wish and dice.random() < 0.6:
        return {"wish": "", "reasons": [dice.choice(_NO).format(request.wish)]}
    if "_p_changed" in source and dice.random() < 0.6:
        return {"reasons": [dice.choice(_GUARDIAN).format(line=dice.randint(2, 4), slot=slot)]}
    return {"reasons": [dice.choice(_TRIAL).format(other=dice.choice(words.words("figure", False)))]}


def distractors(dice: random.Random, held_out: bool, slots: Mapping[str, Any], spoken: set[str]) -> dict[str, Any]:
    """Slots that do not matter: none that the request speaks of, none that could be meant instead of an unnamed one."""
    found: dict[str, Any] = {}
    taken = set(slots)
    open_to = {shape_of(one).kind for name, one in slots.items() if not set(content_words(name)) <= spoken}
    for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 2, 3))):
        kind = dice.choice(
            ("figure", "figure", "text", "text", "flag", "state", "person", "things", "numbers", "table")
        )
        name = dice.choice(words.words(kind, held_out)).partition(":")[0]
        parts = set(content_words(name))
        if name in taken or name in found or parts & spoken or parts & {p for one in taken for p in content_words(one)}:
            continue
        value = _value(kind, dice)
        if shape_of(value).kind not in open_to:
            found[name] = value
    return found


def _value(kind: str, dice: random.Random) -> Any:
    if kind == "figure":
        return dice.randint(0, 90)
    if kind == "flag":
        return dice.random() < 0.5
    if kind == "text":
        return dice.choice((*words.TITLES, *words.NAMES, *words.PLACES))
    if kind == "person":
        return dice.choice(words.NAMES)
    if kind == "state":
        return dice.choice(dice.choice(words.STATES))
    if kind == "things":
        return dice.sample(words.NOUNS, dice.randint(0, 2))
    if kind == "numbers":
        return [dice.randint(1, 30) for _ in range(dice.randint(1, 3))]
    return {dice.choice(words.NOUNS): dice.randint(1, 20)}


__all__ = ["constant", "copied", "distractors", "document", "refused", "said", "wish"]
