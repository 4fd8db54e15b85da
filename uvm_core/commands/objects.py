"""Objects: look at them, edit them, take edits back."""

from __future__ import annotations

import argparse
from typing import Any

from uvm_core.commands import text
from uvm_core.commands.context import Commands, Context, json_map, json_value, result_of, target


def add(commands: Commands) -> None:
    parser = commands.add_parser("objects", help="every object")
    parser.set_defaults(run=objects)
    parser = commands.add_parser("inspect", help="the slots of an object")
    parser.add_argument("object", metavar="OBJ")
    parser.set_defaults(run=inspect)
    parser = commands.add_parser("set", help="give a slot a value")
    parser.add_argument("object", metavar="OBJ")
    parser.add_argument("slot", metavar="SLOT")
    parser.add_argument("value", metavar="JSON", help='a value; {"$ref": id}, {"$method": source}')
    parser.set_defaults(run=set_slot)
    parser = commands.add_parser("unset", help="remove a slot")
    parser.add_argument("object", metavar="OBJ")
    parser.add_argument("slot", metavar="SLOT")
    parser.set_defaults(run=unset_slot)
    parser = commands.add_parser("new", help="make an object")
    parser.add_argument("--parent", metavar="OBJ")
    parser.add_argument("--name", metavar="N")
    parser.add_argument("slots", metavar="JSON", nargs="?", default="{}", help="its slots as a JSON object")
    parser.set_defaults(run=new)
    parser = commands.add_parser("clone", help="copy an object; the copy shares the parents")
    parser.add_argument("object", metavar="OBJ")
    parser.set_defaults(run=clone)
    parser = commands.add_parser("delete", help="take an object out of the image")
    parser.add_argument("object", metavar="OBJ")
    parser.set_defaults(run=delete)
    parser = commands.add_parser("undo", help="take back an edit, the last one if none is named")
    parser.add_argument("edit", metavar="EDIT", nargs="?", type=int)
    parser.set_defaults(run=undo)
    parser = commands.add_parser("history", help="edits, newest first")
    parser.add_argument("object", metavar="OBJ", nargs="?")
    parser.add_argument("--limit", type=int, default=100, metavar="N")
    parser.set_defaults(run=history)


def objects(context: Context, _given: argparse.Namespace) -> int:
    rows: list[dict[str, Any]] = []
    with context.client() as client:
        after: int | None = 0
        while after is not None:
            reply = client.call("objects", after=after)
            rows += reply["result"]
            after = reply.get("next")
    context.answer(rows, lambda: text.table([_object_row(row) for row in rows], _COLUMNS, none="There is no object."))
    return 0


_COLUMNS = ("id", "name", "parents", "slots")


def _object_row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "parents": _listed(row.get("parents")), "slots": _listed(row.get("slots"))}


def _listed(value: Any) -> str:
    return " ".join(text.ref_text(item) for item in value) if isinstance(value, (list, tuple)) else text.cell(value)


def inspect(context: Context, given: argparse.Namespace) -> int:
    row = result_of(context.call("inspect", target_oid=target(given.object)))
    context.answer(row, lambda: _inspected(row))
    return 0


def _inspected(row: dict[str, Any]) -> str:
    lines = [f"{row.get('name') or 'an object'} (#{row.get('id')})"]
    rows = [(str(slot["name"]), _slot_text(slot)) for slot in row.get("slots", [])]
    lines += ["", text.pairs(rows)] if rows else ["", "It has no slots of its own."]
    inherited = row.get("inherited") or []
    if inherited:
        lines += ["", "inherited:", text.pairs([_inherited(slot) for slot in inherited])]
    return "\n".join(lines)


def _slot_text(slot: dict[str, Any]) -> str:
    value = slot.get("value")
    if slot.get("kind") == "method" and isinstance(value, str):
        value = value.strip("\n")
        return value if "\n" not in value else "method\n    " + "\n    ".join(value.splitlines())
    return f"{slot.get('kind', '')}  {text.value_text(value)}"


def _inherited(slot: Any) -> tuple[str, str]:
    if not isinstance(slot, dict):
        return "", text.cell(slot)
    name = str(slot.get("name", ""))
    holder = slot.get("from") or slot.get("holder")
    rest = {key: value for key, value in slot.items() if key not in ("name", "from", "holder", "value")}
    words = " ".join(text.cell(value) for value in rest.values())
    return name, f"{words}  from {text.ref_text(holder)}" if holder else words


def set_slot(context: Context, given: argparse.Namespace) -> int:
    value = json_value(given.value)
    reply = context.call("set_slot", target_oid=target(given.object), slot=given.slot, value=value)
    return _edited(context, reply, f"{given.slot} of {given.object} is set.")


def unset_slot(context: Context, given: argparse.Namespace) -> int:
    reply = context.call("unset_slot", target_oid=target(given.object), slot=given.slot)
    return _edited(context, reply, f"{given.slot} of {given.object} is removed.")


def new(context: Context, given: argparse.Namespace) -> int:
    fields: dict[str, Any] = {"slots": json_map(given.slots, "Slots")}
    if given.parent is not None:
        fields["parent"] = target(given.parent)
    if given.name is not None:
        fields["name"] = given.name
    reply = context.call("new_object", **fields)
    return _edited(context, reply, f"{given.name or 'An object'} is made.")


def clone(context: Context, given: argparse.Namespace) -> int:
    reply = context.call("clone_object", target_oid=target(given.object))
    return _edited(context, reply, f"{given.object} is cloned.")


def delete(context: Context, given: argparse.Namespace) -> int:
    reply = context.call("delete_object", target_oid=target(given.object))
    return _edited(context, reply, f"{given.object} is deleted.")


def undo(context: Context, given: argparse.Namespace) -> int:
    fields = {} if given.edit is None else {"edit": given.edit}
    reply = context.call("undo", **fields)
    return _edited(context, reply, str(reply.get("words", "Taken back.")))


def _edited(context: Context, reply: dict[str, Any], sentence: str) -> int:
    more = [f"id {reply['id']}"] if "id" in reply else []
    more += [f"edit {reply['edit']}"] if reply.get("edit") is not None else []
    context.answer(reply, f"{sentence} ({', '.join(more)})" if more else sentence)
    return 0


def history(context: Context, given: argparse.Namespace) -> int:
    fields: dict[str, Any] = {"limit": given.limit}
    if given.object is not None:
        fields["target_oid"] = target(given.object)
    rows = result_of(context.call("history", **fields))
    context.answer(rows, lambda: text.table([_edit_row(row) for row in rows], _EDITS, none="There is no edit yet."))
    return 0


_EDITS = ("edit", "at", "who", "undone", "words")


def _edit_row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "edit": row.get("id"), "at": text.moment(row.get("at"))}
