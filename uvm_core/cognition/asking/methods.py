"""Asking for a method: several drafts at once, each kept with exactly how it was asked."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from uvm_core.cognition.asking.authoring import OnText, Record, recorded
from uvm_core.cognition.asking.exemplars import Exemplar, Retrieval, nearest_by_words, shipped_exemplars
from uvm_core.cognition.asking.messages import method_messages
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.engines.engine import Ask, Completion, Engine, Message
from uvm_core.cognition.language.doubts import doubts_about
from uvm_core.cognition.language.kinds import is_plain
from uvm_core.cognition.language.whole import OPENING, language_grammar
from uvm_core.objects.language import VOCABULARY

WARM = 0.7
"""Temperature of the drafts beside the first, which is cool on the first try."""
DRAFTS = 4
EXEMPLARS = 4
MAX_TOKENS = 240
MARK = "_p_changed"
_FENCE = re.compile(r"```[a-zA-Z]*\n(.*?)(?:```|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Draft:
    """A written method. `doubts` are plain sentences about it that need no trial, such as an unused parameter."""

    source: str
    record: Record
    doubts: list[str] = field(default_factory=list)

    @property
    def completion(self) -> Completion:
        return self.record.completion

    @property
    def prompt(self) -> list[Message]:
        return list(self.record.ask.messages)


@dataclass(frozen=True)
class Drafts:
    """What one asking gave; the first draft is the cool one."""

    all: list[Draft]

    @property
    def record(self) -> Record:
        """The first one's record, with the tokens and the seconds of all."""
        took = [one.completion for one in self.all]
        first = self.all[0].record
        spent = replace(
            first.completion, tokens=sum(one.tokens for one in took), seconds=sum(one.seconds for one in took)
        )
        return replace(first, completion=spent)


def write_methods(
    engine: Engine,
    request: MethodRequest,
    *,
    seed: int = 0,
    attempt: int = 0,
    temperature: float = 0.0,
    expert: str | None = "ALFRED",
    template: str | None = None,
    library: Sequence[Exemplar] | None = None,
    retrieve: Retrieval = nearest_by_words,
    exemplars: int | None = None,
    drafts: int = DRAFTS,
    max_tokens: int = MAX_TOKENS,
    on_text: OnText | None = None,
    cancel: threading.Event | None = None,
) -> Drafts:
    """Drafts of one method: the first at `temperature`, the others warmer, each with its own seed.

    An expert that is there gets the short prompt, the bare model the nearest of the library as examples. An engine that
    can continue a text is given the method's first line; a further `attempt` (from 0) is held to the grammar of the
    language where the engine can be, since what was written before may not have been Python. `on_text` gets the first
    draft's text. Errors: EngineUnavailable, Cancelled, PromptError (an edited template), ValueError (no method can
    have that name).
    """
    problems = request.problems()
    if problems:
        raise ValueError(" ".join(problems))
    who = expert.upper() if expert is not None and engine.has_expert(expert) else None
    count = exemplars if exemplars is not None else EXEMPLARS if who is None else 0
    near = retrieve(request, shipped_exemplars() if library is None else library, count) if count else []
    able = engine.abilities
    held = able.grammar and (attempt > 0 or not able.begin)
    first = Ask(
        method_messages(request, near, expert=who is not None, template=template),
        grammar=language_grammar(request) if held else None,
        expert=who,
        max_tokens=max_tokens,
        temperature=temperature,
        seed=seed,
        task=f"method:{request.selector}",
        # The body's first spaces but one stand there too: tokenizers join the last one to the word behind it.
        begin=request.header + OPENING if able.begin and not held else "",
        block=able.begin and not held,
        prefer=known_names(request),
    )
    warm = max(WARM, temperature)
    asks = [first, *(first.but(temperature=warm, seed=seed + number) for number in range(1, max(1, drafts)))]
    completions = engine.generate_several(asks, on_text=on_text, cancel=cancel)
    found = []
    for ask, completion in zip(asks, completions, strict=True):
        source = method_in(completion.text)
        found.append(Draft(source, recorded(engine, ask, completion), doubts_about(source, request)))
    return Drafts(found)


def known_names(request: MethodRequest) -> frozenset[str]:
    """What exists behind `self.`: the slots, own and inherited, and the messages that every object understands."""
    slots = [name for name in [*request.slots, *request.inherited] if is_plain(name)]
    return frozenset([*slots, *VOCABULARY, MARK])


def method_in(text: str) -> str:
    """The method in an answer, which may stand in a fence or among words."""
    fenced = _FENCE.search(text)
    if fenced is not None:
        text = fenced.group(1)
    start = re.search(r"^def ", text, re.MULTILINE)
    if start is not None:
        text = text[start.start() :]
        end = re.search(r"\n(?=\S)", text)
        text = text[: end.start()] if end is not None else text
    return text.rstrip() + "\n"
