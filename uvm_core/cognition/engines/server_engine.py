"""An engine that asks a server with the interface of OpenAI: Ollama, LM Studio, llama.cpp, vLLM, `transformers serve`.

A server is taken as it is. What it refuses (a schema, a seed, usage figures) is left out and remembered, and what
nothing held to a form is read with care: a schema's answer is looked for in the text and checked, once with a reminder.
Everything that goes wrong on the way is one sentence.
"""

from __future__ import annotations

import contextlib
import json
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from email.utils import parsedate_to_datetime
from typing import Any

import structlog

from uvm_core.cognition.engines.engine import (
    Abilities,
    Ask,
    Cancelled,
    Completion,
    EngineUnavailable,
    Message,
    one_by_one,
)
from uvm_core.cognition.engines.free_answers import Unfenced, fitting_json
from uvm_core.cognition.engines.server_address import (
    RemoteNotAllowed,
    check_allowed,
    is_server_address,
    parse_address,
)
from uvm_core.cognition.engines.server_dialect import Dialect, Refusal, encoded
from uvm_core.cognition.engines.server_keys import find_key
from uvm_core.cognition.engines.server_refusals import refused
from uvm_core.cognition.engines.server_stream import Events, Malformed, Reading, parsed, told
from uvm_core.cognition.engines.server_visit import Peer, visit
from uvm_core.cognition.engines.server_wire import Reply, Timeouts, Wire

__all__ = ["RemoteNotAllowed", "ServerEngine", "Timeouts", "is_server_address"]

_log = structlog.get_logger("cognition")

OnText = Callable[[str], None]

PAUSES = 2
"""How often a server that asks to wait is waited for."""
STREAM_BYTES = 64 << 20
"""Of a stream as it is sent: each piece of an answer comes in a wrapping of some hundred bytes."""
_SHOWN_SCHEMA = 4000  # letters of a schema that a reminder may repeat


class ServerEngine:
    """The model at an address such as `http://127.0.0.1:11434/v1#name`.

    Making one asks nobody yet; `meet` does, or the first question. `key` instead of the one in the environment or the
    keyring. Errors: EngineUnavailable for an address that cannot be used, RemoteNotAllowed for one on another machine
    without `allow_remote`. Not thread-safe but for describe and abilities: the model thread is its only caller.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        allow_remote: bool = False,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._address = parse_address(address)
        check_allowed(self._address, allow_remote)
        self._key = find_key(self._address.host, key)
        self._timeouts = timeouts or Timeouts()
        self._wire = Wire(self._address, self._key, self._timeouts)
        self._peer: Peer | None = None
        self._dialect = Dialect()
        self._holds_schema = False

    def __repr__(self) -> str:
        return f"<ServerEngine {self._id()}>"

    def meet(self, cancel: threading.Event | None = None) -> None:
        """See once who is there: which model, which kind of server. Errors: EngineUnavailable, Cancelled."""
        if self._peer is not None:
            return
        peer = visit(self._wire, self._address, self._key, cancel)
        self._peer = peer
        if peer.kind == "llama.cpp":
            self._dialect, self._holds_schema = replace(self._dialect, grammar="grammar"), True
        elif peer.kind == "vLLM":
            self._dialect, self._holds_schema = replace(self._dialect, grammar="structured_outputs"), True
        _log.info("server_met", server=self._address.where, model=peer.model, kind=peer.kind or "unknown")

    @property
    def abilities(self) -> Abilities:
        """What is known of the server by now; a schema or a grammar that it is not known to keep is none."""
        return Abilities(
            grammar=self._dialect.grammar != "",
            json_schema=self._holds_schema and self._dialect.schema == "json_schema",
            local=self._address.loopback,
        )

    def describe(self) -> dict[str, Any]:
        """See Engine.describe; `context` in tokens and `kind` where the server tells them."""
        peer, abilities = self._peer, self.abilities
        row: dict[str, Any] = {
            "id": self._id(),
            "engine": "server",
            "state": "awake",
            "device": self._address.host,
            "dtype": "unknown",
            "abilities": asdict(abilities),
            "encrypted": self._address.scheme == "https",
        }
        if peer is not None and peer.kind:
            row["kind"] = peer.kind
        if peer is not None and peer.context is not None:
            row["context"] = peer.context
        return row

    def has_expert(self, name: str) -> bool:
        """Adapters stay with the model in this process."""
        del name
        return False

    def activate(self, expert: str) -> bool:
        """There is none to activate."""
        return self.has_expert(expert)

    def generate_several(
        self, asks: Sequence[Ask], *, on_text: OnText | None = None, cancel: threading.Event | None = None
    ) -> list[Completion]:
        """The answers one after another."""
        return one_by_one(self, asks, on_text=on_text, cancel=cancel)

    def generate(self, ask: Ask, *, on_text: OnText | None = None, cancel: threading.Event | None = None) -> Completion:
        """See Engine.generate.

        The text of a schema's answer that nothing held to it is its JSON alone, and that of a method is
        the code without a fence around it. Errors besides: EngineUnavailable when a schema was missed twice.
        """
        started = time.perf_counter()
        self.meet(cancel)
        if ask.json_schema is not None:
            return self._in_form(ask, ask.json_schema, on_text, cancel, started)
        if ask.task.startswith("method:"):
            return self._unfenced(ask, on_text, cancel, started)
        return _completion(self._converse(ask, on_text, cancel), started)

    # --- answers that nothing held to a form ------------------------------------------------------------------------

    def _unfenced(self, ask: Ask, on_text: OnText | None, cancel: threading.Event | None, started: float) -> Completion:
        parts: list[str] = []

        def give(piece: str) -> None:
            parts.append(piece)
            if on_text is not None:
                on_text(piece)

        code = Unfenced(give)
        reading = self._converse(ask, code.feed, cancel)
        code.end()
        return replace(_completion(reading, started), text="".join(parts))

    def _in_form(
        self,
        ask: Ask,
        schema: Mapping[str, Any],
        on_text: OnText | None,
        cancel: threading.Event | None,
        started: float,
    ) -> Completion:
        """The JSON that was asked for. It is shown while it is written only by a server that is known to keep to it."""
        shown = on_text if self.abilities.json_schema else None
        reading, tokens, fault = Reading(), 0, ""
        for asked_again in (False, True):
            asked = _reminded(ask, schema, reading.text, fault) if asked_again else ask
            reading = self._converse(asked, shown, cancel)
            tokens += reading.count
            found, fault = fitting_json(reading.text, schema)
            if found is None and self._holds_schema and reading.stopped_by == "end":
                self._holds_schema = False
            if shown is not None or (found is None and reading.stopped_by == "length"):
                # What was shown is the answer; and the bound that cut one answer would cut the next.
                found = reading.text
            if found is not None:
                if on_text is not None and shown is None:
                    on_text(found)
                return replace(_completion(reading, started), text=found, tokens=tokens)
        raise EngineUnavailable(
            f"{self._id()} did not answer in the form that was asked for, twice: {fault} "
            "Try again, or use a model that follows instructions better."
        )

    # --- asking ------------------------------------------------------------------------------------------------------

    def _converse(self, ask: Ask, on_text: OnText | None, cancel: threading.Event | None) -> Reading:
        """One answer, however often it has to be asked for. Errors: EngineUnavailable, Cancelled with what had come."""
        dialect = self._dialect
        model = self._peer.model if self._peer is not None else self._address.name
        pauses = faults = 0
        while True:
            body = dialect.body(ask, model)
            answer = self._once(body, on_text, cancel)
            if isinstance(answer, Reading):
                # Only now it is known that what was left out was the reason for the refusal.
                self._dialect = dialect
                return answer
            if (poorer := dialect.after(answer, body)) is not None:
                dialect = poorer
                continue
            if answer.status == 429 and pauses < PAUSES:
                wanted = answer.retry_after if answer.retry_after is not None else 1.0 + pauses
                if wanted <= self._timeouts.longest_pause:
                    pauses += 1
                    _pause(wanted, cancel)
                    continue
            if answer.status >= 500 and answer.status != 501 and not faults:
                faults += 1
                _pause(self._timeouts.again, cancel)
                continue
            raise refused(answer, self._wire, self._address, self._key, model, cancel)

    def _once(self, body: dict[str, Any], on_text: OnText | None, cancel: threading.Event | None) -> Reading | Refusal:
        url = self._address.base + "/chat/completions"
        reading = Reading()
        try:
            with self._wire.request("POST", url, body=encoded(body), cancel=cancel) as reply:
                if reply.status != 200:
                    return self._refusal(reply)
                self._read(reply, reading, on_text or (lambda _piece: None))
        except Cancelled:
            raise Cancelled(reading.text) from None
        except Malformed as problem:
            words = self._key.redacted(str(problem))
            hint = "Its own log may say why; try again." if problem.midway else f"See whether {url} answers chats."
            raise EngineUnavailable(f"{self._wire.who} {words}. {hint}") from None
        return reading

    def _read(self, reply: Reply, reading: Reading, give: OnText) -> None:
        def show(piece: str) -> None:
            if piece:
                give(piece)

        if "json" in reply.headers.get("content-type", "").lower():
            show(reading.whole(reply.body()))
            return
        events = Events()
        size = 0
        try:
            for piece in reply.pieces():
                if (size := size + len(piece)) > STREAM_BYTES:
                    raise Malformed("sends and sends without coming to an end", midway=True)
                for data in events.feed(piece):
                    show(reading.event(data))
                if reading.done:
                    return
                if reading.ended:
                    reply.patience = min(reply.patience, self._timeouts.quiet_end)
        except EngineUnavailable:
            # The reason for its end had come, and with it all of the text: only the figures after it are missing.
            if not reading.ended:
                raise
            return
        for data in events.end():
            show(reading.event(data))
        if not reading.ended:
            if not reading.choices:
                raise Malformed("answered with nothing that is a chat")
            raise Malformed("broke off in the middle of its answer", midway=True)

    def _refusal(self, reply: Reply) -> Refusal:
        try:
            body = self._key.redacted(reply.body())
        except EngineUnavailable:
            body = ""
        words = told(_lenient(body)) or reply.headers.get("location", "")[:120]
        return Refusal(reply.status, words, body[:20_000], _seconds(reply.headers.get("retry-after")))

    def _id(self) -> str:
        name = self._peer.model if self._peer is not None else self._address.name
        return f"{name or 'a model'} at {self._address.where}"


def _completion(reading: Reading, started: float) -> Completion:
    return Completion(
        text=reading.text,
        tokens=reading.count,
        seconds=time.perf_counter() - started,
        stopped_by=reading.stopped_by,
        prompt_tokens=reading.prompt_tokens,
        reused_tokens=reading.reused_tokens,
    )


def _reminded(ask: Ask, schema: Mapping[str, Any], answer: str, fault: str) -> Ask:
    """The same question with the answer that missed the form and a reminder of it."""
    form = json.dumps(schema)
    fits = f" that fits this JSON schema: {form}" if len(form) <= _SHOWN_SCHEMA else " in the form described above."
    reminder = f"That was not in the right form: {fault} Answer again with one JSON value alone, no other words,{fits}"
    said: list[Message] = [{"role": "assistant", "content": answer}, {"role": "user", "content": reminder}]
    return ask.but(messages=[*ask.messages, *said])


def _pause(seconds: float, cancel: threading.Event | None) -> None:
    """Wait, unless it is stopped. Errors: Cancelled."""
    if cancel is None:
        time.sleep(seconds)
    elif cancel.wait(seconds):
        raise Cancelled


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; it is a number or a date (RFC 9110, section 10.2.3)."""
    if not retry_after:
        return None
    with contextlib.suppress(ValueError):
        seconds = float(retry_after)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    return None


def _lenient(body: str) -> Any:
    """A refusal's body: JSON, or a line of text, but no page made for people."""
    try:
        return parsed(body)
    except Malformed:
        return "" if body.lstrip().startswith("<") else body
