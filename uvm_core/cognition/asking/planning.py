"""Asking an engine for a plan: which facets to ask what, and how one would know that the work is done.

An expert plans as it has learned to. The bare model gets the needs of the mission (see needs.py), one sub-query each;
what only repeats the mission or itself is dropped, and asked for once more where too little remains.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from uvm_core.cognition.asking.authoring import OnText, Record, answered
from uvm_core.cognition.asking.messages import FacetOffer, plan_messages
from uvm_core.cognition.asking.needs import FEWEST, MOST, needs_grammar, needs_of, needs_schema, sound_queries
from uvm_core.cognition.asking.subject import Subject
from uvm_core.cognition.engines.engine import Ask, Engine, EngineUnavailable
from uvm_core.cognition.language.schemas import plan_schema

_WARMER = 0.4
"""A plan that is asked for once more is asked for in another mood."""


@dataclass(frozen=True)
class Plan:
    """Facets to ask, each {persona, facet, query} and, of a bare model, {need}; and when the work is done. `record` is
    of the last asking, its tokens and seconds those of all."""

    facets: list[dict[str, str]]
    done_when: str
    record: Record


def make_plan(
    engine: Engine,
    brief: Mapping[str, Any],
    facets: Sequence[FacetOffer],
    *,
    slots: Sequence[str] | Mapping[str, Any] = (),
    passages: Sequence[str] = (),
    seed: int = 0,
    temperature: float = 0.3,
    expert: str | None = "BRICK",
    template: str | None = None,
    max_tokens: int = 320,
    on_text: OnText | None = None,
    cancel: threading.Event | None = None,
) -> Plan:
    """A plan over the facets that exist: two to five sub-queries of different need, none twice, none an echo.

    `brief` has selector, wish or question, and may have `arguments` (name -> value of the message, None where only the
    name is known); `slots` are names, or names with example values. Errors: EngineUnavailable (also for a plan that was
    not finished), Cancelled, PromptError (an edited template), ValueError (no facet).
    """
    who = expert.upper() if expert is not None and engine.has_expert(expert) else None
    values = slots if isinstance(slots, Mapping) else dict.fromkeys(slots)
    on = Subject(
        selector=str(brief.get("selector") or ""),
        wish=str(brief.get("wish") or ""),
        question=str(brief.get("question") or ""),
        slots=values,
        arguments=brief.get("arguments") or {},
        passages=passages,
    )

    def ask(
        wanted: Sequence[str], warmth: float, luck: int, said: Sequence[str] = ()
    ) -> tuple[list[dict[str, str]], str, Record]:
        messages = plan_messages(
            brief, facets, slots=slots, passages=passages, needs=wanted, expert=who is not None, template=template
        )
        grammar, schema = None, None
        if who is not None:
            schema = plan_schema((one.persona, one.facet) for one in facets)
        elif engine.abilities.grammar:
            grammar = needs_grammar(wanted, facets, on, said)
        else:
            schema = needs_schema(wanted, facets)
        asked = Ask(
            messages,
            grammar=grammar,
            json_schema=schema,
            expert=who,
            max_tokens=max_tokens,
            temperature=warmth,
            seed=luck,
            task=f"plan:{on.selector or on.question}",
        )
        record = answered(engine, asked, on_text=on_text, cancel=cancel)
        return *_read(record.completion.text), record

    if who is not None:
        rows, done, record = ask((), temperature, seed)
        return Plan(_without_repeats(rows), done, record)
    needs = needs_of(on)
    rows, done, record = ask(needs, temperature, seed)
    kept = sound_queries(rows, brief)
    if len(kept) < FEWEST:
        met = {row.get("need") for row in kept}
        missing = [need for need in needs if need not in met] or needs
        more, later, second = ask(missing, min(1.0, temperature + _WARMER), seed + 1, [row["query"] for row in kept])
        kept = sound_queries([*kept, *more], brief)
        rows, done, record = [*rows, *more], done or later, _together(record, second)
    # Where nothing better came, what came: the facets can still say something.
    return Plan((kept or _without_repeats(rows))[:MOST], done, record)


def _read(text: str) -> tuple[list[dict[str, str]], str]:
    """The rows and the end of a plan as it was written."""
    try:
        answer = json.loads(text)
        rows = [
            {key: str(row[key]) for key in ("persona", "facet", "query", "need") if key != "need" or key in row}
            for row in answer["facets"]
        ]
        return rows, str(answer["done_when"])
    except (ValueError, KeyError, TypeError) as error:
        raise EngineUnavailable("The plan was not finished within its bound. Try again.") from error


def _together(first: Record, second: Record) -> Record:
    one, two = first.completion, second.completion
    return replace(second, completion=replace(two, tokens=one.tokens + two.tokens, seconds=one.seconds + two.seconds))


def _without_repeats(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for row in rows:
        found.setdefault((row["persona"], row["facet"], " ".join(row["query"].lower().split())), row)
    return list(found.values())
