"""What a server's refusal means, in a sentence: what happened and what to do."""

from __future__ import annotations

import re
import threading

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.engines.server_address import ServerAddress
from uvm_core.cognition.engines.server_dialect import Refusal
from uvm_core.cognition.engines.server_keys import Key
from uvm_core.cognition.engines.server_visit import key_refused, models_at, names
from uvm_core.cognition.engines.server_wire import Wire

_NO_MODEL = re.compile(r"model.{0,120}(not found|not exist|n't exist|unknown|invalid|pinned)|pinned to", re.IGNORECASE)


def refused(
    refusal: Refusal,
    wire: Wire,
    address: ServerAddress,
    key: Key,
    model: str,
    cancel: threading.Event | None,
) -> EngineUnavailable:
    """The exception for an answer that is none. Errors: Cancelled while the server is asked for its models."""
    status, who = refusal.status, wire.who
    said = f" It says: {refusal.words.rstrip('.')}." if refusal.words else ""
    if status in (401, 403):
        return EngineUnavailable(key_refused(wire, key, status))
    if 300 <= status < 400:
        to = f" to {refusal.words}" if refusal.words else ""
        return EngineUnavailable(f"{who} sends on{to}, which is not followed. Give the address that answers itself.")
    if status == 404 or (status in (400, 422) and _NO_MODEL.search(refusal.words)):
        return EngineUnavailable(_not_there(refusal, wire, address, model, cancel))
    if status == 429:
        return EngineUnavailable(f"{who} is asked too often and wants to be left alone for a while.{said} Try later.")
    if refusal.too_long:
        return EngineUnavailable(
            f"The prompt is too long for {model}.{said} Shorten the wish, the documents or the slots' values."
        )
    if status >= 500:
        return EngineUnavailable(f"{who} failed ({status}).{said} See what its own log says, and try again.")
    return EngineUnavailable(f"{who} refused the question ({status}).{said} See whether it can answer chats.")


def _not_there(refusal: Refusal, wire: Wire, address: ServerAddress, model: str, cancel: threading.Event | None) -> str:
    try:
        _, rows = models_at(wire, address, cancel)
    except EngineUnavailable:
        rows = []
    if rows and all(row["id"] != model for row in rows):
        return f"{wire.who} has no model {model}. It has {names(rows)}."
    if rows or _NO_MODEL.search(refusal.words):
        return f"{wire.who} does not answer for the model {model}: {refusal.words or refusal.status}. Load it there."
    return f"{wire.who} has nothing at {address.path}/chat/completions. The address usually ends in /v1."
