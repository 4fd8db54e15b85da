"""The sub-queries that may be asked about one mission, for each of its needs: the model says which of them.

A model of half a billion parameters asks well when it chooses among questions that are about this object: its slots by
what they hold, its parameters, the rules of the wish, the names and figures of the documents. Written freely, its
questions are those of the prompt's examples. An engine that takes no grammar writes freely.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from uvm_core.cognition.asking.subject import MOST_MEANT, STATES, Subject, kind_of
from uvm_core.cognition.language.words import answer_of, words_of

MOST_WAYS = 10
"""Sub-queries to choose among, for one need."""
LONGEST_QUERY = 140
"""Characters of a sub-query."""
_KINDS_OF_ANSWER = {
    "who": "a name",
    "whose": "a name",
    "when": "a date",
    "where": "a place",
    "why": "a reason",
    "many": "a number",
    "much": "an amount",
    "long": "a length of time",
    "often": "a number",
    "far": "a distance",
    "old": "an age",
}


def _keys(value: Any) -> list[str]:
    return [str(key) for one in value if isinstance(one, Mapping) for key in one][:4] if value else []


def reads(on: Subject) -> Iterator[str]:
    if on.question or on.audits or not on.slots:
        yield from _facts(on)
        return
    figures = on.meant("number", "value")
    figures = [*(figures if len(figures) > 1 else on.others("number", "value")), *on.given("number", "value")]
    for name in on.meant("records"):
        for key in _keys(on.slots[name])[:3]:
            for given in on.given()[:2]:
                yield f"Which entries of {name} count: those whose {key} equals the argument {given}, or all?"
            yield f"Which entries of {name} count, all or some, and is their {key} read?"
    for name in on.meant("list"):
        yield f"Are all entries of {name} looked at, and in which order?"
        for given in on.given()[:2]:
            yield f"Which entries of {name} are compared with the argument {given}?"
    for name in on.meant("map"):
        yield f"Which key of {name} is looked up{_with(on.given())}?"
    for name in on.meant("flag"):
        yield f"What may {on.selector} do while {name} is True, and what while it is False?"
    for first, second in itertools.pairwise(figures):
        yield f"How are {first} and {second} reckoned together or compared?"
    texts = on.others("text", "number") if on.tells else []
    if len(texts) > 1 and on.meant("text"):
        yield f"Are {', '.join(texts[:-1])} and {texts[-1]} all read as they stand, or is one changed or left out?"
    for name in on.meant("text"):
        if name in STATES:
            now = str(on.slots[name])[:20]
            yield f"What may {on.selector} do while {name} is '{now}', and what while it is not?"
        else:
            yield f"Which part of {name} is read, and do capitals and spaces count?"
    for name in on.meant("object"):
        yield f"What has to be known of {name} before it is asked?"
    for name in on.meant("number", "value") if len(figures) < 2 and not on.meant("flag", "text") else ():
        yield f"Which {name} is it before, and with what is {name} reckoned or compared?"


def _facts(on: Subject) -> Iterator[str]:
    phrases = on.phrases()
    for phrase in phrases:
        if on.audits:
            yield f"Which measured values of {phrase} are read, and over which hours?"
            continue
        if " or " in on.question:
            for other in phrases:
                if other != phrase:
                    yield f"What speaks for {phrase}, and what for {other}?"
        yield f"Which facts about {phrase} must be known first, and where do they stand?"
        yield f"On what does {phrase} depend most?"
    for name in list(on.slots)[:MOST_MEANT]:
        yield f"What does the slot {name} hold now, and since when?"


def changes(on: Subject) -> Iterator[str]:
    if on.audits:
        for phrase in on.phrases():
            for name in list(on.slots)[:3]:
                yield f"Does a larger or a smaller {name} bring {phrase} down, and what does that make worse?"
            yield f"Which setting lowers {phrase}, and what does that make worse?"
        return
    for name in on.moved("number", "value"):
        rest = next((one for one in on.others() if one != name), "")
        tail = f", and what happens to {rest}?" if rest else "?"
        for given in (one for one in on.given("number", "value") if one != name):
            yield f"Does {name} go up or down by {given}{tail}"
        yield f"By how much does {name} change{tail}"
        yield f"Which value does {name} have afterwards{tail}"
    for name in on.moved("list"):
        for given in on.given():
            yield f"Where in {name} does {given} come in or go out, and do the others keep their places?"
        yield f"Which entries of {name} are gone, new or moved afterwards?"
    for name in on.moved("records"):
        keys = " and ".join(_keys(on.slots[name])[:3])
        yield f"Which entry of {name} is new, gone or changed afterwards, and what are its {keys}?"
    for name in on.moved("map"):
        yield f"Which key of {name} gets a new value{_with(on.given())}, and do the other keys stay?"
    for name in on.moved("flag", "text"):
        rest = next((one for one in on.others() if one != name), "")
        tail = f", and does {rest} change with it?" if rest else ", and what stays as it is?"
        yield f"Which value does {name} have afterwards{tail}"
    if not on.slots:
        yield f"Which new slot does {on.selector} need, and what does it hold at first?"


def refuses(on: Subject) -> Iterator[str]:
    if on.question or on.audits:
        for phrase in on.phrases():
            yield f"Above which threshold is {phrase} too much, and how often may that happen?"
        return
    subject = next(iter([*on.given(), *on.meant()]), on.selector)
    for rule in on.rules():
        yield f"Is it an error or no change if {subject} breaks the rule '{rule}'?"
        for name in on.meant("number", "flag", "list", "records")[:2]:
            if name != subject:
                yield f"Is {subject} refused, and {name} kept, by the rule '{rule}'?"
    for given in on.given("number", "value"):
        for name in on.meant("number", "value"):
            yield f"Must {given} be refused when it is more than {name}?"
        yield f"Must {given} be refused when it is negative or not a number?"
    for given in on.given("text", "value"):
        for name in on.meant("list", "records", "map"):
            yield f"Must {given} be refused when it is not in {name}?"
            yield f"Must {given} be refused when it is already in {name}?"
    for name in on.meant("flag"):
        yield f"Must {on.selector} be refused while {name} is True, and is everything kept?"
        yield f"Must {on.selector} be refused while {name} is False, and is everything kept?"
    for first, second in itertools.pairwise(on.others("number")):
        yield f"Must {on.selector} be refused when {first} has reached {second}?"
    for name in on.meant("text"):
        yield f"In which {name} other than '{str(on.slots[name])[:20]}' must {on.selector} be refused?"
    for name in on.meant("number", "list", "records"):
        yield f"Must {on.selector} be refused when {name} is zero or empty already?"


def edges(on: Subject) -> Iterator[str]:
    if on.question or on.audits:
        for phrase in reversed(on.phrases()):
            if on.audits:
                yield f"What is told if there is no value of {phrase} yet, or only one?"
            elif on.passages:
                yield f"What is answered if the documents leave out {phrase} or contradict each other?"
            else:
                yield f"What if nothing is known about {phrase}, or it differs from case to case?"
        return
    subject = next(iter([*on.given("number"), *on.meant("number")]), "")
    for number in on.numbers() if subject else ():
        yield f"What happens if {subject} is exactly {number}, and what just beyond it?"
    for name in on.meant("list", "records"):
        yield f"What happens if {name} is the empty list?"
        yield f"What happens if {name} has only one entry, or two that are equal?"
        for given in on.given("text", "value"):
            yield f"What happens if {given} is in {name} twice or not at all?"
    for given in on.given("number", "value"):
        yield f"What happens if {given} is zero?"
        for name in on.meant("number"):
            yield f"What happens if {given} is exactly as much as {name}?"
    for given in on.given("text"):
        yield f"What happens if {given} is an empty text or written in other capitals?"
    for name in on.meant("map"):
        yield f"What happens if {name} has no such key, or is empty?"
    for name in on.meant("flag"):
        yield f"What happens if {on.selector} comes twice, and {name} is already as wanted?"
    for name in on.meant("text"):
        yield f"What happens if {name} is an empty text{' or already as wanted' if not on.tells else ''}?"
    for name in on.meant("number", "value"):
        yield f"What happens if {name} is zero when {on.selector} comes?"
    for name in on.meant("object"):
        yield f"What happens if {name} is nothing, or does not understand?"
    yield f"What happens if {on.selector} comes twice in a row?"


def answer(on: Subject) -> Iterator[str]:
    if on.question:
        for phrase in reversed(on.phrases()):
            yield f"Is {_form(on)} enough as the answer on {phrase}, or is a sentence with its reason wanted?"
        return
    kind = answer_of(on.selector, on.wish)
    if kind in ("text", "any"):
        for first, second in itertools.pairwise(on.others()):
            yield f"In which order, and with which signs between, do {first} and {second} stand in the answer?"
    for name in on.meant("list", "records", "map"):
        keys = _keys(on.slots[name]) if kind_of(name, on.slots[name]) == "records" else []
        only = f", or only the {keys[0]}" if keys else ""
        yield f"Is the answer an entry of {name}, a list of them or their number{only}?"
    for name in on.meant("number", "value"):
        yield f"Is the answer a number made of {name}, and is it rounded?"
        yield f"Is the answer True or False, and which {name} decides?"
    for name in on.meant("text", "flag"):
        yield f"Is the answer a part of {name}, a whole line with it, or True or False?"
    yield f"Is the answer of {on.selector} a number, a text, a list, or True or False?"


def sends(on: Subject) -> Iterator[str]:
    for name in on.meant("object") or [one for one in on.slots if kind_of(one, on.slots[one]) == "object"]:
        for given in on.given():
            yield f"Which message does {name} get with {given}, and what does its answer change?"
        yield f"Which message with which arguments does {name} get, and what comes back?"
        yield f"What if {name} does not understand the message or answers nothing?"


def documents(on: Subject) -> Iterator[str]:
    for phrase in on.phrases():
        yield f"Which passage gives {_form(on)} for {phrase}?"
        for cited in on.cited():
            yield f"What do the documents say about {cited} and {phrase}?"


def proof(on: Subject) -> Iterator[str]:
    for phrase in on.phrases():
        if on.passages:
            yield f"Which words of the documents prove {phrase}, and does any passage differ?"
        elif on.audits:
            yield f"Which later value of {phrase} would show that it has got better?"
        else:
            yield f"Which observation or figure would show that the answer on {phrase} is right?"


def _form(on: Subject) -> str:
    """What kind of answer a question wants, by its words."""
    words = words_of(on.question)
    if " or " in on.question:
        return "one of both"
    if words[:1] and words[0] in ("is", "are", "was", "do", "does", "did", "can", "should", "has", "have", "will"):
        return "yes or no"
    return next((_KINDS_OF_ANSWER[word] for word in words if word in _KINDS_OF_ANSWER), "a short fact")


def _with(names: Sequence[str]) -> str:
    return f" {names[0]}" if names else ""


WAYS = {
    "reads": reads,
    "changes": changes,
    "refuses": refuses,
    "edges": edges,
    "answer": answer,
    "sends": sends,
    "documents": documents,
    "proof": proof,
}
"""Need -> what may be asked for it, the likeliest first."""


def ways_to_ask(need: str, on: Subject) -> list[str]:
    """The sub-queries for a need of this mission; none where nothing of it can be named."""
    found = [" ".join(one.replace('"', "").replace("\\", "").split()) for one in WAYS[need](on)]
    return [one for one in dict.fromkeys(found) if len(one) <= LONGEST_QUERY][:MOST_WAYS]


def ends(on: Subject) -> list[str]:
    """What may be said of how one would know that the work is done."""
    if on.question:
        found = [f"The answer tells {phrase}, says where it is from and what stays unknown" for phrase in on.phrases()]
        return found or ["The answer rests on what was found and says what is missing"]
    sent = f"{on.selector}({', '.join(str(one) if one is not None else name for name, one in on.arguments.items())})"
    sent = " ".join(sent.replace('"', "").replace("\\", "").split())[:60]
    rest = next((name for name in on.slots if name not in on.meant()), "")
    still = f"{rest} is as before" if rest else "a second look finds nothing else changed"
    if on.tells:
        found = [f"{sent} answers by what {name}{_now(on, name)} holds, and no slot is changed" for name in on.meant()]
    else:
        found = [f"After {sent} {name} holds {_then(on, name)}, and {still}" for name in on.moved()]
    return [one for one in found if len(one) <= LONGEST_QUERY] or [f"After {sent} what was wished can be seen"]


def _then(on: Subject, name: str) -> str:
    now = _now(on, name)
    return f"the wished value instead of{now}" if now else "what was wished"


def _now(on: Subject, name: str) -> str:
    value = on.slots[name]
    return f" {value}" if isinstance(value, int | float) else ""
