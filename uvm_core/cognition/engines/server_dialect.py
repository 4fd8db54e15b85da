"""What a server takes of what it can be asked: the body of a request, and what a refusal teaches about the next."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from uvm_core.cognition.engines.engine import Ask

_LOWER: dict[str, Literal["json_object", "none"]] = {"json_schema": "json_object", "json_object": "none"}
_REFUSALS = (400, 415, 422, 501)
_TOO_LONG = re.compile(r"context.{0,20}(length|size|window)|too (long|many tokens)|maximum.{0,20}tokens", re.IGNORECASE)
# Field of the body -> how a refusal may name it.
_NAMED = {
    "response_format": r"response_format|json_schema|json_object|structured.?output|\bschema\b",
    "grammar": r"grammar",
    "structured_outputs": r"structured_outputs|grammar|guided",
    "stream_options": r"stream_options|include_usage",
    "seed": r"\bseed\b",
    "top_p": r"\btop_?p\b",
    "temperature": r"\btemperature\b",
    "max_tokens": r"max_completion_tokens",
}
_FIRST_SUSPECTS = ("response_format", "grammar", "structured_outputs", "stream_options")


@dataclass(frozen=True)
class Refusal:
    """An answer that is none: its status, the server's words in one line, its body, Retry-After in seconds."""

    status: int
    words: str
    body: str
    retry_after: float | None = None

    @property
    def too_long(self) -> bool:
        return self.status == 413 or (self.status in _REFUSALS and _TOO_LONG.search(self.words) is not None)


@dataclass(frozen=True)
class Dialect:
    """How a server is asked. `grammar` is the field that a grammar goes into, "" where the server is not known to take
    one; `left_out` are fields that it refused."""

    schema: Literal["json_schema", "json_object", "none"] = "json_schema"
    grammar: Literal["grammar", "structured_outputs", ""] = ""
    left_out: frozenset[str] = frozenset()
    bound: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"

    def body(self, ask: Ask, model: str) -> dict[str, Any]:
        """The request for an ask, without what the server is known to refuse."""
        found: dict[str, Any] = {
            "model": model,
            "messages": [{"role": one["role"], "content": one["content"]} for one in ask.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": ask.temperature,
            "top_p": ask.top_p,
            "seed": ask.seed,
            self.bound: ask.max_tokens,
        }
        if ask.json_schema is not None and self.schema == "json_schema":
            schema = {"name": "answer", "schema": dict(ask.json_schema), "strict": True}
            found["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif ask.json_schema is not None and self.schema == "json_object":
            found["response_format"] = {"type": "json_object"}
        if ask.grammar is not None and self.grammar == "grammar":
            found["grammar"] = ask.grammar
        elif ask.grammar is not None and self.grammar == "structured_outputs":
            found["structured_outputs"] = {"grammar": ask.grammar}
        return {name: value for name, value in found.items() if name not in self.left_out}

    def after(self, refusal: Refusal, body: dict[str, Any]) -> Dialect | None:
        """How to ask next, one field poorer: one that the refusal names, else the likeliest. None: it was not that."""
        if refusal.status not in _REFUSALS or refusal.too_long:
            return None
        sent = [field for field in _NAMED if field in body]
        named = [field for field in sent if re.search(_NAMED[field], refusal.body, re.IGNORECASE)]
        suspects = named or [field for field in sent if field in _FIRST_SUSPECTS]
        return self._without(suspects[0]) if suspects else None

    def _without(self, field: str) -> Dialect:
        if field == "response_format":
            return replace(self, schema=_LOWER[self.schema])
        if field in ("grammar", "structured_outputs"):
            return replace(self, grammar="")
        if field == "max_tokens":
            return replace(self, bound="max_completion_tokens")
        return replace(self, left_out=self.left_out | {field})


def encoded(body: dict[str, Any]) -> bytes:
    """The bytes of a request. Errors: ValueError for a schema that JSON cannot say."""
    try:
        # Escaped to ASCII: a text may hold half a surrogate pair, which no other encoding takes.
        return json.dumps(body, allow_nan=False).encode("ascii")
    except (TypeError, RecursionError) as error:
        raise ValueError(f"The request cannot be written as JSON: {error}.") from error
