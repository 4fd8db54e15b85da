"""What every engine answers, whoever runs the model behind it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypedDict, runtime_checkable

_LEFT_EDGE = re.compile(r"\n(?=\S)")

StoppedBy = Literal["end", "length", "cancel"]


class Message(TypedDict):
    """One turn of a conversation; `role` is system, user or assistant."""

    role: str
    content: str


class EngineUnavailable(Exception):
    """No answer can be given; the text is one or two plain sentences: what is missing and what to do."""


class Cancelled(Exception):
    """The run was stopped on request; `partial` is what had been written until then."""

    def __init__(self, partial: str = "") -> None:
        super().__init__("The model was stopped before it had finished.")
        self.partial = partial


@dataclass(frozen=True)
class Completion:
    """An answer. `tokens` counts what was written, `seconds` is the engine's own running time.

    `prompt_tokens`, `reused_tokens` (taken from the prefix cache) and `forced_tokens` (written without asking the
    model, because the grammar allowed nothing else) explain the time.
    """

    text: str
    tokens: int
    seconds: float
    stopped_by: StoppedBy
    prompt_tokens: int = 0
    reused_tokens: int = 0
    forced_tokens: int = 0
    likelihood: float | None = None
    """The mean of the log-chances that the model itself gave to what it wrote; None where that is not known."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for the record kept with a proposal."""
        return {
            "text": self.text,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 4),
            "stopped_by": self.stopped_by,
            "prompt_tokens": self.prompt_tokens,
            "reused_tokens": self.reused_tokens,
            "forced_tokens": self.forced_tokens,
            "likelihood": None if self.likelihood is None else round(self.likelihood, 4),
        }


@dataclass(frozen=True)
class Ask:
    """How something is asked, as one value; it is kept with what comes of it.

    At most one of `grammar` (EBNF as xgrammar reads it, root rule `root`) and `json_schema` may be given; an engine
    without that ability answers freely, and whoever asked checks what came. `expert` names the adapter that answers;
    without one, or where there is none of that name, the bare model does. `task` names what is asked for
    ("plan:increment", "facet:sage_facet_", "method:increment", "weave"); engines that think for themselves ignore it.
    `begin` is the text with which the answer begins, where the engine can be told so (Abilities.begin); the completion
    has it in front then. It cannot be given with a grammar or a schema, which say how to begin themselves. `block` says
    that what follows `begin` is one indented block, and ends the answer before the first line at the left edge.
    `prefer` are names that exist behind `self.`: an engine that can be told so writes others only where it is sure.
    """

    messages: Sequence[Message]
    grammar: str | None = None
    json_schema: Mapping[str, Any] | None = None
    expert: str | None = None
    max_tokens: int = 256
    temperature: float = 0.6
    top_p: float = 0.9
    seed: int = 0
    task: str = ""
    begin: str = ""
    block: bool = False
    prefer: frozenset[str] = frozenset()

    def but(self, **changes: Any) -> Ask:
        """The same with other settings."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Abilities:
    """What an engine can do beyond continuing a conversation.

    begin: an answer continues a given text. seed: the same seed gives the same answer. together: several answers to
    one prompt cost little more than one. local: nothing of what is asked leaves this machine.
    """

    grammar: bool = False
    json_schema: bool = False
    adapters: bool = False
    begin: bool = False
    seed: bool = False
    together: bool = False
    local: bool = True


@runtime_checkable
class Engine(Protocol):
    """Whoever can continue a conversation.

    Errors of both ways of asking: EngineUnavailable when no answer can be given, Cancelled when `cancel` was set,
    ValueError for a grammar or schema that cannot be read.
    """

    @property
    def abilities(self) -> Abilities: ...

    def generate(
        self,
        ask: Ask,
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Completion:
        """Continue the conversation; `on_text` gets the pieces in order and together they are the text."""
        ...

    def generate_several(
        self,
        asks: Sequence[Ask],
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> list[Completion]:
        """The answers to asks that share their messages and grammar and differ in temperature and seed, in their
        order; `on_text` gets the first one's pieces."""
        ...

    def has_expert(self, name: str) -> bool:
        """Whether an adapter of that name (in any case) can answer; asked in the thread that generates."""
        ...

    def activate(self, expert: str) -> bool:
        """Make an expert the hot one, before anything is asked of it; False where there is none of that name."""
        ...

    def describe(self) -> dict[str, Any]:
        """`id`, `state` (bare, awake, asleep, scripted, ...), `device`, `dtype` and whatever else is true; `experts` is
        a list of rows {name, state (cold, warm, hot), sha256, …}."""
        ...


def block_end(text: str, begun: str) -> int | None:
    """Where the indented block after `begun` ends, at its first line at the left edge; None while it goes on."""
    found = _LEFT_EDGE.search(text, max(0, len(begun) - 1))
    return found.end() if found is not None else None


def one_by_one(
    engine: Engine,
    asks: Sequence[Ask],
    *,
    on_text: Callable[[str], None] | None = None,
    cancel: threading.Event | None = None,
) -> list[Completion]:
    """generate_several for an engine that answers one at a time."""
    return [engine.generate(ask, on_text=None if place else on_text, cancel=cancel) for place, ask in enumerate(asks)]
