"""The commands of the bridge as one table, and the check that every request passes before anybody acts on it.

A request is a MessagePack map `{"command", "id"?, …fields}`; a reply is `{"id"?, "status", …}` whose status
is `ok`, `error` (`code` and a plain `message`) or `dispatched` (a `mission` answers later). Subscribers also get
`{"status": "event", "number", "event"}`; the numbers of one client have no holes unless events were lost.

`id` is chosen by the client and comes back unchanged; without one the reply has none (where a reply itself names a new
object by `id` and the request had one, the object's stands under `object_id`).

A request that is sent once more because no answer came has the same id, its age in seconds as `retry`, and as
`instance` what a `ping` had answered before it: a command marked `once` is then not done a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uvm_core.bridge.values import MAX_MESSAGE, Ref

__all__ = [
    "COMMANDS",
    "MAX_ID",
    "MAX_MESSAGE",
    "MAX_PAGE",
    "MAX_PARTS",
    "MAX_PART_BACKSTOP",
    "MAX_REPLY",
    "REMEMBERED_SECONDS",
    "BridgeError",
    "Command",
    "Field",
    "check",
    "error_reply",
]

MAX_PARTS = 8
"""Parts of one message, routing frames included."""
MAX_PART_BACKSTOP = 16 << 20
"""Bytes of one part; ZeroMQ cuts the connection above it without a word, so it is only a backstop."""
MAX_REPLY = 8 << 20
"""Bytes of one reply; rows are paged at MAX_PAGE long before."""
MAX_PAGE = 1 << 20
MAX_ID = 128
REMEMBERED_SECONDS = 60.0
"""How long the reply to a `once` command is kept for a client that asks again."""


class BridgeError(Exception):
    """A request that was refused or got no answer: `code` for programs, `message` for people."""

    def __init__(self, code: str, message: str, reply: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reply = dict(reply) if reply is not None else error_reply(code, message)


def error_reply(code: str, message: str) -> dict[str, Any]:
    return {"status": "error", "code": code, "message": message}


class _Required:
    """The default of a field that has none."""


REQUIRED = _Required()


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    types: tuple[type, ...]  # empty: any value
    says: str  # what it must be, in words
    default: Any = REQUIRED
    lowest: int | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    doc: str
    fields: tuple[Field, ...] = ()
    once: bool = False  # must not be done twice when a client asks again


_NONE = type(None)
_OBJECT = "the root name or the id of an object"


def _object(name: str = "target_oid", *, optional: bool = False) -> Field:
    if optional:
        return Field(name, (str, int, Ref, _NONE), _OBJECT, None)
    return Field(name, (str, int, Ref), _OBJECT)


def _text(name: str, default: Any = REQUIRED, *, one_of: tuple[str, ...] = ()) -> Field:
    types = (str, _NONE) if default is None else (str,)
    return Field(name, types, "one of " + ", ".join(one_of) if one_of else "a text", default, one_of=one_of)


def _whole(name: str, default: Any = REQUIRED, *, lowest: int = 0) -> Field:
    types = (int, _NONE) if default is None else (int,)
    return Field(name, types, f"a whole number from {lowest}", default, lowest=lowest)


def _map(name: str, default: Any = REQUIRED) -> Field:
    return Field(name, (dict,), "a map", default)


def _list(name: str, default: Any = REQUIRED) -> Field:
    return Field(name, (list, tuple), "a list", default)


def _flag(name: str) -> Field:
    return Field(name, (bool,), "true or false", False)


def _any(name: str) -> Field:
    return Field(name, (), "a value")


_ROWS: tuple[Command, ...] = (
    Command(
        "dispatch_message",
        "Sends a message to an object; what nobody understands becomes a mission.",
        (
            _object(),
            _text("message_name"),
            _list("args", ()),
            _map("kwargs", {}),
            _text("wish", ""),
            _flag("ask"),
        ),
        once=True,
    ),
    Command(
        "initiate_cognitive_cycle",
        "Files a mission for an object.",
        (_object(), _map("mission_brief")),
        once=True,
    ),
    Command("ping", "Answers at once, with the `instance` of this server."),
    Command("status", "The UVM, its image, its model and what waits."),
    Command("stop", "Closes the image and ends the UVM."),
    Command("objects", "Every object, a page at a time.", (_whole("after", 0), _whole("limit", 1000, lowest=1))),
    Command("inspect", "The slots of an object.", (_object(),)),
    Command("snapshot", "The world as it is, a page at a time.", (_whole("after", 0), _whole("limit", 1000, lowest=1))),
    Command("set_slot", "Gives a slot a value.", (_object(), _text("slot"), _any("value")), once=True),
    Command("unset_slot", "Removes a slot.", (_object(), _text("slot")), once=True),
    Command("rename_slot", "Gives a slot another name.", (_object(), _text("slot"), _text("to")), once=True),
    Command(
        "new_object",
        "Makes an object.",
        (_object("parent", optional=True), _text("name", None), _map("slots", {})),
        once=True,
    ),
    Command("clone_object", "Makes a copy that shares the parents.", (_object(),), once=True),
    Command("child_of", "Makes an object whose parent is another.", (_object(), _text("name", None)), once=True),
    Command("delete_object", "Takes an object out of the image.", (_object(),), once=True),
    Command("undo", "Takes back an edit, the last one if none is named.", (_whole("edit", None),), once=True),
    Command("redo", "Does again what was taken back.", (), once=True),
    Command("history", "Edits, newest first.", (_object(optional=True), _whole("limit", 100, lowest=1))),
    Command("missions", "Every mission."),
    Command("mission", "One mission.", (_whole("mission"),)),
    Command("proposals", "What waits for a decision."),
    Command("proposal", "One proposal, with its source.", (_whole("proposal"),)),
    Command(
        "approve",
        "Installs what a proposal holds.",
        (_whole("proposal"), _text("sha256", None), _text("source", None)),
        once=True,
    ),
    Command("reject", "Refuses a proposal.", (_whole("proposal"), _text("reason", ""), _flag("again")), once=True),
    Command("edit_proposal", "Changes the source of a proposal.", (_whole("proposal"), _text("source")), once=True),
    Command(
        "try_proposal",
        "Runs a proposal on a ghost.",
        (_whole("proposal"), _list("args", ()), _map("kwargs", {})),
    ),
    Command(
        "cycle",
        "Steers the cycle of a mission.",
        (_whole("mission"), _text("action", one_of=("pause", "resume", "step", "stop"))),
        once=True,
    ),
    Command("propose", "Writes a method for a task that is given whole.", (_map("task"),), once=True),
    Command("plan", "Makes the plan for a task that is given whole.", (_map("task"),), once=True),
    Command(
        "ingest_begin",
        "Begins a document: its text follows in parts.",
        (_text("title"), _text("source", ""), _text("document_id", None), _map("metadata", {})),
        once=True,
    ),
    Command("ingest_part", "A part of a document's text, in order.", (_whole("job"), _text("text")), once=True),
    Command("ingest_go", "The text is whole: it is cut, embedded and indexed.", (_whole("job"),), once=True),
    Command("ingest_passages", "Indexes ready-made passages: {id, text}.", (_list("rows"),), once=True),
    Command("ingestions", "What is being taken into the memory, and what was since the start."),
    Command("ingestion", "One ingestion: how far it is.", (_whole("job"),)),
    Command("ingestion_cancel", "Ends an ingestion; nothing of it is kept.", (_whole("job"),), once=True),
    Command("search", "Passages of the memory for any text.", (_text("query"), _whole("limit", 5, lowest=1))),
    Command("search_many", "The same for a list of texts.", (_list("queries"), _whole("limit", 10, lowest=1))),
    Command("documents", "The documents of the memory."),
    Command("document", "One document with its chunks, a page of them.", (_object("document"), _whole("first", 0))),
    Command("take_chunk", "Puts a chunk on the desktop as an object of its own.", (_object("chunk"),), once=True),
    Command("metrics", "What the system measured of itself.", (_whole("hours", 24, lowest=1),)),
    Command("audit", "The steward's audit, now.", (), once=True),
    Command(
        "steward",
        "How the steward is; pauses it or lets it go on.",
        (_text("action", "status", one_of=("status", "pause", "resume")),),
        once=True,
    ),
    Command(
        "model",
        "Lists the models, wakes the one there is, changes to another, or ends such a change.",
        (
            _text("action", "list", one_of=("list", "use", "cancel", "wake")),
            _text("model_id", None),
            _flag("remote"),
        ),
        once=True,
    ),
    Command("doctor", "What the UVM finds out about itself."),
    Command("guardian", "Audits the source of a method.", (_text("source"), _text("method_name", None))),
    Command("raise_window", "Brings the world's window to the front."),
    Command("subscribe", "Events to this client from now on."),
    Command("unsubscribe", "No more events to this client."),
    Command("place", "Where morphs lie.", (_list("placements"),)),
    Command("placements", "Where every morph lies."),
)

COMMANDS: Mapping[str, Command] = {command.name: command for command in _ROWS}

_FIELDS: Mapping[str, Mapping[str, Field]] = {
    command.name: {field.name: field for field in command.fields} for command in _ROWS
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    command.name: tuple(field.name for field in command.fields if field.default is REQUIRED) for command in _ROWS
}
_ENVELOPE = frozenset({"command", "id", "retry", "instance"})


@dataclass(frozen=True, slots=True)
class Retry:
    """A request is sent once more: how old it is in seconds, and the server that it was first meant for, if known."""

    age: float
    instance: str | None


def check(message: Any) -> tuple[Command, int | str | None, Retry | None, dict[str, Any]]:
    """(command, id, whether it is sent once more, every field of the command with its value or default).

    Raises BridgeError with one of the codes malformed, missing_field, unknown_command, unexpected_field, wrong_type.
    """
    if type(message) is not dict:
        raise BridgeError("malformed", f"A request is a map with a command, not {_kind_of(message)}.")
    name = message.get("command")
    if type(name) is not str:
        if "command" in message:
            raise BridgeError("wrong_type", f"The command must be a text, not {_kind_of(name)}.")
        raise BridgeError("missing_field", "The request names no command.")
    command = COMMANDS.get(name)
    if command is None:
        raise BridgeError("unknown_command", f"There is no command {_shown(name)}.")
    request_id = message.get("id")
    if request_id is not None and not _good_id(request_id):
        raise BridgeError("wrong_type", f"The id must be a whole number or a text of at most {MAX_ID} characters.")
    retry = _retry(message) if "retry" in message else None
    specs = _FIELDS[name]
    fields: dict[str, Any] = {}
    for key, value in message.items():
        spec = specs.get(key) if type(key) is str else None
        if spec is not None:
            if spec.types and type(value) not in spec.types:
                raise BridgeError("wrong_type", f"{key} of {name} must be {spec.says}, not {_kind_of(value)}.")
            if spec.lowest is not None and value is not None and value < spec.lowest:
                raise BridgeError("wrong_type", f"{key} of {name} must be {spec.says}, not {value}.")
            if spec.one_of and value not in spec.one_of:
                raise BridgeError("wrong_type", f"{key} of {name} must be {spec.says}, not {_shown(value)}.")
            fields[key] = value
        elif key not in _ENVELOPE:
            raise BridgeError("unexpected_field", f"{name} has no field {_shown(key)}.")
    for needed in _NEEDED[name]:
        if needed not in fields:
            raise BridgeError("missing_field", f"{name} needs the field {needed}: {specs[needed].says}.")
    if len(fields) < len(specs):
        for field in command.fields:
            if field.name not in fields:
                fields[field.name] = _fresh(field.default)
    return command, request_id, retry, fields


def _retry(message: dict[Any, Any]) -> Retry:
    age, instance = message["retry"], message.get("instance")
    if type(age) not in (int, float) or not age >= 0:
        raise BridgeError("wrong_type", "retry must be the age of the request in seconds.")
    if instance is not None and type(instance) is not str:
        raise BridgeError("wrong_type", "instance must be the text that a ping answered.")
    return Retry(float(age), instance)


def id_of(message: Any) -> int | str | None:
    """The id to answer with, even where the request is refused."""
    if type(message) is dict:
        request_id = message.get("id")
        if _good_id(request_id):
            return request_id
    return None


def _good_id(value: Any) -> bool:
    return type(value) is int or (type(value) is str and len(value) <= MAX_ID)


def _fresh(default: Any) -> Any:
    """Handlers may keep and change what they get; the table must not change with it."""
    if type(default) is dict:
        return {}
    return [] if default == () else default


_KINDS: Mapping[type, str] = {
    _NONE: "nothing",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    bytes: "bytes",
    list: "a list",
    tuple: "a tuple",
    dict: "a map",
    set: "a set",
    Ref: "a reference",
}


def _kind_of(value: Any) -> str:
    return _KINDS.get(type(value), f"a {type(value).__name__}")


def _shown(value: Any) -> str:
    text = value if type(value) is str else repr(value)
    return f"“{text}”" if len(text) <= 60 else f"“{text[:60]}…”"
