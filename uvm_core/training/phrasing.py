"""How requests are worded and surrounded: wishes, documents, refusals, and slots that do not matter."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.kinds import shape_of
from uvm_core.cognition.language.words import content_words
from uvm_core.training import files, words

T = TypeVar("T")

_SAYS = re.compile(
    r"(?<!that )(?<!which )(?<!what )(?<!how )"
    r"\b(is|are|becomes|become|gets|goes|joins|grows|moves|falls|rises|stands|starts|comes|has that|changes|shrinks)\b"
)


@cache
def _told(section: str, name: str) -> tuple[str, ...]:
    """A list of data/phrasing.toml; what stands there as one text are words."""
    found: str | list[str] = files.table("phrasing")[section][name]
    return tuple(found.split() if isinstance(found, str) else found)


def copied(value: T) -> T:
    """A copy that shares nothing."""
    return copy.deepcopy(value)


def constant(value: object) -> str:
    """A value as a default in a header is written."""
    return str(value) if isinstance(value, bool) or not isinstance(value, str) else json.dumps(value)


def wish(text: str, dice: random.Random) -> str:
    """One of the many ways in which people say the same."""
    first = text.split(" ", 1)[0].lower()
    if first in _told("first", "verbs"):
        form = dice.choice(_told("forms", "order"))
    elif first in _told("first", "nouns") and not _SAYS.search(text.partition(" if ")[0].partition(",")[0]):
        form = dice.choice(_told("forms", "thing"))
    else:
        form = dice.choice(_told("forms", "thing" if first in ("whether", "how", "which", "what") else "clause"))
    worded = form.format(text)
    if form.endswith("{}.") or dice.random() < 0.2:
        worded = worded[0].upper() + worded[1:]
    return worded


def document(fact: str, dice: random.Random) -> str:
    """A passage of a document, with the fact among other sentences (or nothing that matters)."""
    lines = dice.sample(_told("document", "sentences"), dice.randint(0, 1) if fact else 1)
    if fact:
        lines.insert(dice.randint(0, len(lines)), fact)
    return " ".join(lines)


def refused(request: MethodRequest, source: str, dice: random.Random) -> dict[str, Any]:
    """The changes that make a request one that was refused before: the reason, and sometimes the wish in it."""
    slot = next((name for name in request.slots if f"self.{name}" in source), "it")
    if request.wish and dice.random() < 0.6:
        return {"wish": "", "reasons": [dice.choice(_told("refusals", "person")).format(request.wish)]}
    if "_p_changed" in source and dice.random() < 0.6:
        return {"reasons": [dice.choice(_told("refusals", "guardian")).format(line=dice.randint(2, 4), slot=slot)]}
    return {
        "reasons": [dice.choice(_told("refusals", "trial")).format(other=dice.choice(words.words("figure", False)))]
    }


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
        return dice.choice(tuple(one for pool in ("titles", "names", "places") for one in words.examples(pool)))
    if kind == "person":
        return dice.choice(words.examples("names"))
    if kind == "state":
        return dice.choice(dice.choice(words.states()))
    if kind == "things":
        return dice.sample(words.examples("nouns"), dice.randint(0, 2))
    if kind == "numbers":
        return [dice.randint(1, 30) for _ in range(dice.randint(1, 3))]
    return {dice.choice(words.examples("nouns")): dice.randint(1, 20)}
