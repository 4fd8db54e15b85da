"""Who is there: which models a server has, which kind of server it is, how much its model can read at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.engines.server_address import FORM, ServerAddress
from uvm_core.cognition.engines.server_keys import HOW_TO_GIVE, Key
from uvm_core.cognition.engines.server_stream import Malformed, model_rows, parsed
from uvm_core.cognition.engines.server_wire import Wire

_SHOWN = 12
_CONTEXT = ("max_model_len", "loaded_context_length", "max_context_length", "context_length", "n_ctx")


@dataclass(frozen=True)
class Peer:
    """A server as it was met. `kind` is llama.cpp, vLLM or "" for others; `context` in tokens, None if not told."""

    model: str
    kind: str = ""
    context: int | None = None


def visit(wire: Wire, address: ServerAddress, key: Key, cancel: threading.Event | None) -> Peer:
    """Look which model is meant and which kind of server it is: three small requests at most.

    Errors: EngineUnavailable when nobody answers, the key is refused, or the address names no model and the server has
    not exactly one; Cancelled.
    """
    status, rows = models_at(wire, address, cancel)
    if status in (401, 403):
        raise EngineUnavailable(key_refused(wire, key, status))
    model = address.name or _only_one(wire, address, rows)
    row: dict[str, Any] = next((one for one in rows if one["id"] == model), {})
    kind, context = _kind(wire, address, cancel)
    meta = row.get("meta")
    for place in (row, meta if isinstance(meta, dict) else {}):
        context = context or next((number for name in _CONTEXT if (number := _count(place.get(name)))), None)
    return Peer(model, kind, context)


def models_at(wire: Wire, address: ServerAddress, cancel: threading.Event | None) -> tuple[int, list[dict[str, Any]]]:
    """The status of the server's list of models, and its rows; none where it has no list. Errors: EngineUnavailable
    when it does not answer, Cancelled."""
    with wire.request("GET", address.base + "/models", cancel=cancel, patience=wire.timeouts.probe) as reply:
        if reply.status != 200:
            return reply.status, []
        try:
            return reply.status, model_rows(reply.body())
        except Malformed:
            return reply.status, []


def names(rows: Sequence[dict[str, Any]]) -> str:
    """The models' names, the first dozen of them."""
    shown = [str(row["id"])[:80] for row in rows[:_SHOWN]]
    more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    return ", ".join("".join(letter for letter in name if letter.isprintable()) for name in shown) + more


def key_refused(wire: Wire, key: Key, status: int) -> str:
    """What to say when a server answers 401 or 403; nothing of its own words, which may repeat the key."""
    if key.secret:
        return f"{wire.who} refuses the key from {key.found_in} ({status}). {HOW_TO_GIVE}"
    return f"{wire.who} asks for a key ({status}), and there is none. {HOW_TO_GIVE}"


def _only_one(wire: Wire, address: ServerAddress, rows: Sequence[dict[str, Any]]) -> str:
    if len(rows) == 1:
        return str(rows[0]["id"])
    if not rows:
        raise EngineUnavailable(
            f"{wire.who} lists no model. Load one there, and name it in the address, as in {FORM}; see also whether "
            f"{address.path} is right."
        )
    raise EngineUnavailable(
        f"{wire.who} has several models: {names(rows)}. Say which, as in {address.base}#{names(rows[:1])}."
    )


def _kind(wire: Wire, address: ServerAddress, cancel: threading.Event | None) -> tuple[str, int | None]:
    """llama.cpp answers /props, vLLM /version; both lie beside the interface, at the server's root."""
    props = _asked(wire, address.root + "/props", cancel)
    settings = props.get("default_generation_settings")
    if isinstance(settings, dict):
        return "llama.cpp", _count(settings.get("n_ctx")) or _count(props.get("n_ctx"))
    if isinstance(_asked(wire, address.root + "/version", cancel).get("version"), str):
        return "vLLM", None
    return "", None


def _asked(wire: Wire, url: str, cancel: threading.Event | None) -> dict[str, Any]:
    """A JSON object from a path that the server may not have."""
    try:
        with wire.request("GET", url, cancel=cancel, patience=wire.timeouts.probe) as reply:
            found = parsed(reply.body()) if reply.status == 200 else None
    except (EngineUnavailable, Malformed):
        return {}
    return found if isinstance(found, dict) else {}


def _count(value: Any) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 40
    return value if known else None
