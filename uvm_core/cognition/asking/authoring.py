"""Asking an engine for what the cycle needs: a facet's answer, a method, a woven text; planning.py asks for the plan.

Each result carries the exact messages, the completion and the parameters, so that all of it can be kept with the
proposal that comes of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from uvm_core.cognition.asking.exemplars import Exemplar, Retrieval, nearest_by_words, shipped_exemplars
from uvm_core.cognition.asking.messages import (
    FacetOffer,
    facet_messages,
    method_messages,
    weave_messages,
)
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.engines.engine import Ask, Completion, Engine, Message
from uvm_core.cognition.language.doubts import doubts_about
from uvm_core.cognition.language.grammar import Profile, method_grammar

# In words, since one long run of letters takes seconds to compile.
ONE_SENTENCE = r"""root ::= [A-Z] [a-z]{0,14} (" " word){2,24} [.!]
word ::= [A-Za-z0-9_'(] [A-Za-z0-9,'_()-]{0,15}"""
TEMPERATURES = (0.0, 0.5, 0.8)
"""First try, second, third: a refused method is not asked for again in the same mood."""

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
class Draft:
    """A written method. `doubts` are plain sentences about it that need no trial, such as an unused parameter;
    `tokens` and `seconds` are those of all candidates."""

    source: str
    record: Record
    profile: Profile
    doubts: list[str] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0

    @property
    def completion(self) -> Completion:
        return self.record.completion

    @property
    def prompt(self) -> list[Message]:
        return list(self.record.ask.messages)


@dataclass(frozen=True)
class _Voice:
    """Who writes a method, asked how, held to which grammar."""

    expert: str | None
    messages: list[Message]
    profile: Profile
    grammar: str


@dataclass(frozen=True)
class TextAnswer:
    """A facet's or the weaver's text."""

    text: str
    record: Record


def write_method(
    engine: Engine,
    request: MethodRequest,
    *,
    seed: int = 0,
    attempt: int | None = None,
    temperature: float | None = None,
    expert: str | None = "ALFRED",
    profile: Profile | None = None,
    template: str | None = None,
    library: Sequence[Exemplar] | None = None,
    retrieve: Retrieval = nearest_by_words,
    exemplars: int | None = None,
    candidates: int = 3,
    max_tokens: int = 220,
    on_text: OnText | None = None,
    cancel: threading.Event | None = None,
) -> Draft:
    """One method for the request, held to its grammar; the first try is cool, later ones warmer.

    An expert that is there gets the short prompt and the wide grammar; without it the bare model gets examples and the
    narrow one, in which little can go wrong. `exemplars` and `profile` choose otherwise.

    Up to `candidates` are written, until one raises no doubt (see doubts_about); the least doubted is answered. Where
    an expert's is doubted the bare model writes the next: it knows less, and gets more of the plain requests right.
    `on_text` gets every candidate's text, each begins with its `def`. `attempt` counts from 0 and defaults to the
    number of reasons so far. Errors: EngineUnavailable, Cancelled, PromptError (an edited template), ValueError (no
    method can have that name).
    """
    number = len(request.reasons) if attempt is None else attempt
    warmth = TEMPERATURES[min(number, len(TEMPERATURES) - 1)] if temperature is None else temperature
    who = _adapter(engine, expert)

    def voice(who: str | None) -> _Voice:
        # The nearest of the shipped exemplars helped an expert as often as it misled it, and makes its prompt three
        # times as long.
        count = exemplars if exemplars is not None else 4 if who is None else 0
        near = retrieve(request, shipped_exemplars() if library is None else library, count) if count else []
        asked = method_messages(request, near, expert=who is not None, template=template)
        chosen: Profile = profile or ("narrow" if who is None else "wide")
        return _Voice(who, asked, chosen, method_grammar(request, chosen))

    voices = [voice(who)]
    drafts: list[Draft] = []
    for candidate in range(max(1, candidates)):
        if candidate == 1 and who is not None and profile is None:
            voices.append(voice(None))
        speaks = voices[candidate % len(voices)]
        # One who writes a second time writes warmer; the prompt is in the cache by then.
        heat = min(1.0, warmth + 0.4 * (candidate // len(voices)))
        luck = seed + 101 * number + candidate
        ask = Ask(
            speaks.messages,
            grammar=speaks.grammar,
            expert=speaks.expert,
            max_tokens=max_tokens,
            temperature=heat,
            seed=luck,
            task=f"method:{request.selector}",
        )
        record = answered(engine, ask, on_text=on_text, cancel=cancel)
        source = record.completion.text.rstrip() + "\n"
        drafts.append(Draft(source, record, speaks.profile, doubts_about(source, request)))
        if not drafts[-1].doubts:
            break
    best = min(drafts, key=lambda draft: len(draft.doubts))
    took = [draft.completion for draft in drafts]
    return replace(best, tokens=sum(one.tokens for one in took), seconds=sum(one.seconds for one in took))


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
