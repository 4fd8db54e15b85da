"""Asking an engine for a facet's answer and a woven text; planning.py asks for a plan, methods.py for a method.

Each result carries the exact messages, the completion and the parameters, so that all of it can be kept with the
proposal that comes of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uvm_core.cognition.asking.messages import FacetOffer, facet_messages, weave_messages
from uvm_core.cognition.engines.engine import Ask, Completion, Engine

# In words, since one long run of letters takes seconds to compile.
ONE_SENTENCE = r"""root ::= [A-Z] [a-z]{0,14} (" " word){2,24} [.!]
word ::= [A-Za-z0-9_'(] [A-Za-z0-9,'_()-]{0,15}"""

OnText = Callable[[str], None]


@dataclass(frozen=True)
class Record:
    """What was asked, how, and what came back. `adapter` (the hash of its tensors) names the adapter that answered;
    None where the bare model did. `weights` is the hash of the model's files, "" where the engine cannot say."""

    ask: Ask
    completion: Completion
    model: str
    adapter: str | None = None
    weights: str = ""

    @property
    def expert(self) -> str | None:
        return self.ask.expert

    def to_dict(self) -> dict[str, Any]:
        """Plain data, to be kept."""
        ask = self.ask
        return {
            "messages": [dict(message) for message in ask.messages],
            "completion": self.completion.to_dict(),
            "temperature": ask.temperature,
            "top_p": ask.top_p,
            "max_tokens": ask.max_tokens,
            "seed": ask.seed,
            "expert": ask.expert,
            "adapter": self.adapter,
            "model": self.model,
            "weights": self.weights,
        }


@dataclass(frozen=True)
class TextAnswer:
    """A facet's or the weaver's text."""

    text: str
    record: Record


def ask_facet(
    engine: Engine,
    offer: FacetOffer,
    query: str,
    brief: Mapping[str, Any],
    *,
    slots: Sequence[str] = (),
    passages: Sequence[str] = (),
    seed: int = 0,
    temperature: float = 0.3,
    template: str | None = None,
    max_tokens: int = 40,
    on_text: OnText | None = None,
    cancel: threading.Event | None = None,
) -> TextAnswer:
    """One persona's answer to one sub-query, by the bare model: the experts learned plans, methods and weaving."""
    messages = facet_messages(offer, query, brief, slots=slots, passages=passages, template=template)
    ask = Ask(
        messages,
        grammar=ONE_SENTENCE,
        max_tokens=max_tokens,
        temperature=temperature,
        seed=seed,
        task=f"facet:{offer.facet}",
    )
    record = answered(engine, ask, on_text=on_text, cancel=cancel)
    return TextAnswer(_whole_sentences(record.completion), record)


def weave(
    engine: Engine,
    brief: Mapping[str, Any],
    answers: Sequence[Mapping[str, str]],
    *,
    passages: Sequence[str] = (),
    seed: int = 0,
    temperature: float = 0.3,
    expert: str | None = "ROBIN",
    template: str | None = None,
    max_tokens: int = 120,
    on_text: OnText | None = None,
    cancel: threading.Event | None = None,
) -> TextAnswer:
    """One answer out of several: `answers` are {persona, facet, query, text}."""
    who = _adapter(engine, expert)
    messages = weave_messages(brief, answers, passages=passages, expert=who is not None, template=template)
    ask = Ask(
        messages,
        expert=who,
        max_tokens=max_tokens,
        temperature=temperature,
        seed=seed,
        task=f"weave:{_about(brief)}",
    )
    record = answered(engine, ask, on_text=on_text, cancel=cancel)
    return TextAnswer(_whole_sentences(record.completion), record)


def _adapter(engine: Engine, expert: str | None) -> str | None:
    """The expert, if the engine has an adapter of that name; else None, for the bare model."""
    return expert.upper() if expert is not None and engine.has_expert(expert) else None


def _whole_sentences(completion: Completion) -> str:
    """The text; if the bound cut it, up to its last whole sentence."""
    text = completion.text.strip()
    if completion.stopped_by != "length":
        return text
    end = max(text.rfind(mark) for mark in (". ", ".\n", "! ", "? "))
    return text[: end + 1] if end > 0 else text


def _about(brief: Mapping[str, Any]) -> str:
    return str(brief.get("selector") or brief.get("question") or "")


def answered(
    engine: Engine, ask: Ask, *, on_text: OnText | None = None, cancel: threading.Event | None = None
) -> Record:
    """Ask, and what is kept of it. Errors: those of Engine.generate."""
    return recorded(engine, ask, engine.generate(ask, on_text=on_text, cancel=cancel))


def recorded(engine: Engine, ask: Ask, completion: Completion) -> Record:
    """What is kept of an answer: with it the model's and the adapter's hash."""
    described = engine.describe()
    rows = {str(row.get("name")): row for row in described.get("experts", ())}
    adapter = rows.get(ask.expert or "", {}).get("sha256")
    return Record(ask, completion, str(described.get("id", "")), adapter, str(described.get("sha256", "")))
