"""Shorter forms of a prompt's template, made of its own text, and whether a form still carries the task.

Nothing is written anew but single sentences that a table holds: a form takes away examples, or room for what only
helps. It counts only if it renders as the original does with sample data, shorter, and everything that says what is
wanted is still in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from ..cognition.asking.exemplars import Exemplar, shipped_exemplars
from ..cognition.asking.messages import FacetOffer, method_messages, plan_messages, weave_messages
from ..cognition.asking.prompts import PromptError, render
from ..cognition.asking.requests import MethodRequest
from ..cognition.engines.engine import Message

LEAST_SAVED = 0.03
"""The share of the rendered text that a shorter form saves at least: less is not worth a person's time."""
_LOOP = re.compile(r"(\{%-?\s*for\s+\w+\s+in\s+)(exemplars|passages)(?:\[(?::|-)(\d+):?\])?(\s*-?%\})")
_FEWER: Mapping[str, tuple[int, ...]] = MappingProxyType({"exemplars": (2, 1), "passages": (1,)})
_CITED = re.compile(r"cited\((\d+)\)")
_LEAST_CITED = 120
_SECTION = re.compile(r"^===[ \t]*(\w+)[ \t]*$", re.MULTILINE)
_BLOCK = re.compile(r"^\s*\{%.*%\}\s*$")
_WISH = "count the zebras by their stripes"


@dataclass(frozen=True)
class Form:
    """Another text of a template, and what is different about it, in words."""

    text: str
    words: str


def shorter_forms(template: str, kind: str) -> list[Form]:
    """The shorter forms of a template that still carry the task, the least changed first; none where it fails now."""
    try:
        before = _size(rendered(template, kind))
    except PromptError:
        return []
    found: list[Form] = []
    for form in (*_fewer_examples(template), *_without_an_example(template), *_shorter_citations(template)):
        if form.text == template or problem_with(template, form.text, kind) is not None:
            continue
        if _size(rendered(form.text, kind)) <= before * (1 - LEAST_SAVED):
            found.append(form)
    return found


def with_sentence(template: str, sentence: str) -> str:
    """The template with one more sentence at the end of its instructions; unchanged if it is there already."""
    if sentence in template:
        return template
    sections = list(_SECTION.finditer(template))
    system = next((one for one in sections if one.group(1) == "system"), None)
    if system is None:
        return template
    end = next((one.start() for one in sections if one.start() > system.start()), len(template))
    lines = template[system.end() : end].split("\n")
    said = [line if not _is_prose(line) else f"{line} {sentence}" for line in lines]
    return template[: system.end()] + "\n".join(said) + template[end:]


def problem_with(before: str, after: str, kind: str) -> str | None:
    """Why one text cannot stand in another's place, in a sentence; None when it can."""
    try:
        new = rendered(after, kind)
    except PromptError as problem:
        return f"The prompt cannot be rendered: {problem}"
    old = rendered(before, kind)
    for mark in TASKS[kind].marks:
        for then, now in zip(old, new, strict=True):
            if mark in then and mark not in now:
                return f"The prompt no longer says what is wanted: {mark!r} of the sample is missing."
    return None


def rendered(template: str, kind: str) -> list[str]:
    """A template's whole text for each of its samples. Errors: PromptError."""
    return ["\n".join(f"{one['role']}: {one['content']}" for one in messages) for messages in TASKS[kind].ask(template)]


def kind_of(name: str, slot: str) -> str | None:
    """What a prompt's slot asks for (method, plan, weave, facet), by the name of its holder; None for no prompt."""
    if slot.endswith("_facet_prompt"):
        return "facet"
    return {("SYNTHESIZING", "prompt"): "method", ("DECOMPOSING", "prompt"): "plan"}.get(
        (name, slot), "weave" if slot == "weave_prompt" else None
    )


# --- the forms --------------------------------------------------------------------------------------------------------


def _fewer_examples(template: str) -> Iterator[Form]:
    for loop in _LOOP.finditer(template):
        name, now = loop.group(2), int(loop.group(3) or 1000)
        for most in _FEWER[name]:
            if most < now:
                # Passages come best first, exemplars nearest last.
                part = f"[-{most}:]" if name == "exemplars" else f"[:{most}]"
                text = f"{template[: loop.start()]}{loop[1]}{name}{part}{loop[4]}{template[loop.end() :]}"
                yield Form(text, f"at most {most} of the {name} in the prompt")


def _without_an_example(template: str) -> Iterator[Form]:
    """Each pair of a user's and an assistant's message that stands in the text itself, before the question."""
    sections = list(_SECTION.finditer(template))
    ends = [*(one.start() for one in sections[1:]), len(template)]
    number = 0
    for place, (first, second) in enumerate(pairwise(sections)):
        if (first.group(1), second.group(1)) != ("user", "assistant"):
            continue
        cut = template[first.start() : ends[place + 1]]
        blocks = [line for line in cut.split("\n") if _BLOCK.match(line)]
        if any("for" in line for line in blocks):
            # Not one example, but what repeats for every one.
            continue
        kept = "".join(line + "\n" for line in blocks)
        number += 1
        words = f"without example {number} of those in the prompt"
        yield Form(template[: first.start()] + kept + template[ends[place + 1] :], words)


def _shorter_citations(template: str) -> Iterator[Form]:
    def halved(match: re.Match[str]) -> str:
        return f"cited({max(_LEAST_CITED, int(match[1]) // 2)})"

    yield Form(_CITED.sub(halved, template), "documents and earlier refusals cited at half the length")


def _is_prose(line: str) -> bool:
    return bool(line.strip()) and "{%" not in line and "{{" not in line and line.rstrip().endswith(".")


def _size(texts: list[str]) -> int:
    return sum(map(len, texts))


# --- the samples ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """What a kind of prompt is rendered with, and which words of that have to be in it."""

    ask: Callable[[str], list[list[Message]]]
    marks: tuple[str, ...]


@cache
def _exemplars() -> tuple[Exemplar, ...]:
    return tuple(shipped_exemplars()[:4])


def _method(template: str) -> list[list[Message]]:
    request = MethodRequest(
        "gather_zebras",
        ["arg1"],
        slots={"zebra_count": 3, "herd": ["Zoe"]},
        wish=_WISH,
        reasons=["STR-009 zebra refusal"],
        passages=["A zebra has stripes. " * 30, "Herds are large. " * 30],
        arguments={"arg1": 7},
    )
    return [method_messages(request, _exemplars(), expert=hot, template=template) for hot in (False, True)]


def _plan(template: str) -> list[list[Message]]:
    offers = [FacetOffer("ROBIN", "sage_facet_", asks="what a person wants"), FacetOffer("BRICK", "logical_facet_")]
    briefs = [
        {"selector": "gather_zebras", "wish": _WISH},
        {"question": "Where do the zebras live?"},
    ]
    given = {"slots": ["zebra_count", "herd"], "passages": ["A zebra has stripes. " * 30] * 2, "template": template}
    return [plan_messages(brief, offers, expert=hot, **given) for brief in briefs for hot in (False, True)]  # type: ignore[arg-type]


def _weave(template: str) -> list[list[Message]]:
    answers = [{"persona": "ROBIN", "facet": "sage_facet_", "query": "Where?", "text": "zebra notes: on the plain."}]
    passages = ["A zebra has stripes. " * 30] * 3
    brief = {"question": "Where do the zebras live?"}
    return [weave_messages(brief, answers, passages=passages, expert=hot, template=template) for hot in (False, True)]


def _facet(template: str) -> list[list[Message]]:
    whole = {"selector": "", "wish": "", "question": ""}
    briefs = [
        {**whole, "selector": "gather_zebras", "wish": _WISH},
        {**whole, "question": "Where do the zebras live?"},
    ]
    given = {"facet": "sage_facet_", "query": "Which zebras are meant?", "role": "guide", "slots": ["zebra_count"]}
    more = {"passages": ["A zebra has stripes. " * 30] * 2}
    return [render(template, brief=brief, expert=hot, **given, **more) for brief in briefs for hot in (False, True)]


_ASKED = ("gather_zebras", _WISH, "zebra_count")
TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "method": Task(_method, (*_ASKED, "herd", "arg1", "zebra refusal")),
        "plan": Task(_plan, (*_ASKED, "herd", "Where do the zebras live?", "sage_facet_", "logical_facet_")),
        "weave": Task(_weave, ("Where do the zebras live?", "zebra notes: on the plain.")),
        "facet": Task(_facet, (*_ASKED, "Where do the zebras live?", "Which zebras are meant?")),
    }
)
