"""Slot values in the neutral form of the bridge, and back: references become Ref, methods their source."""

from __future__ import annotations

from collections.abc import ItemsView, KeysView, ValuesView
from typing import Any

from persistent import Persistent
from ZODB.blob import Blob

from ..bridge.values import MethodSource, Ref
from ..objects import SCALARS, Method, MethodError, Primitive, SlotHolder, own_slots, walk
from .errors import Refused
from .world import World

METHOD_KEY = "$method"
REF_KEY = "$ref"
MAX_DEPTH = 64
MAX_BTREE_SHOWN = 50


def kind_of(name: str, value: Any) -> str:
    """The kind of a slot: parent, method, primitive, reference, blob, btree or data."""
    if name.endswith("*"):
        return "parent"
    if isinstance(value, Method):
        return "method"
    if isinstance(value, Primitive):
        return "primitive"
    if isinstance(value, SlotHolder):
        return "reference"
    if isinstance(value, Blob):
        return "blob"
    return "btree" if isinstance(value, Persistent) else "data"


def to_neutral(world: World, value: Any) -> Any:
    """A slot's value as the bridge carries it. Blobs and BTrees are described, not carried."""
    if isinstance(value, SlotHolder):
        return world.ref(value)
    if isinstance(value, Method):
        return value.source
    if isinstance(value, Primitive):
        return value.name
    if isinstance(value, Blob):
        return {"$blob": value._p_oid.hex() if value._p_oid else ""}
    if isinstance(value, Persistent):
        return _shown_btree(world, value)
    if isinstance(value, (list, tuple, set, frozenset)):
        plain = set if isinstance(value, set) else list if isinstance(value, list) else type(value)
        return plain(to_neutral(world, item) for item in value)
    if isinstance(value, dict):
        return {to_neutral(world, key): to_neutral(world, item) for key, item in value.items()}
    if isinstance(value, (KeysView, ValuesView, ItemsView)):
        return [to_neutral(world, item) for item in value]
    # What a method may answer and no slot may hold (an iterator, a range, a bound method) is named.
    return value if type(value) in SCALARS else repr(value)


def _shown_btree(world: World, value: Any) -> Any:
    """The first entries of a BTree; counting a large one would load all of it."""
    entries: list[list[Any]] = []
    for key, item in value.items() if hasattr(value, "items") else ((key, None) for key in value):
        if len(entries) == MAX_BTREE_SHOWN:
            break
        entries.append([to_neutral(world, key), to_neutral(world, item)])
    return {"$btree": type(value).__name__, "entries": entries, "more": len(entries) == MAX_BTREE_SHOWN}


def from_neutral(world: World, value: Any, depth: int = 0) -> Any:
    """What a slot or a message gets for a value of the bridge; Refused for a reference to nobody."""
    if depth > MAX_DEPTH:
        raise Refused("bad_value", f"A value may be nested {MAX_DEPTH} deep at most.")
    if isinstance(value, Ref):
        return world.resolve(value)
    if isinstance(value, MethodSource):
        return Method(value.source)
    if isinstance(value, dict):
        if len(value) == 1 and REF_KEY in value:
            return world.resolve(value[REF_KEY])
        if len(value) == 1 and METHOD_KEY in value:
            return Method(str(value[METHOD_KEY]))
        return {from_neutral(world, k, depth + 1): from_neutral(world, v, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(from_neutral(world, item, depth + 1) for item in value)
    return value


def slot_row(world: World, name: str, value: Any) -> dict[str, Any]:
    """A slot as `inspect` shows it."""
    row: dict[str, Any] = {"name": name, "kind": kind_of(name, value), "value": to_neutral(world, value)}
    if isinstance(value, Method):
        row["sha256"] = value.sha256
        row["provenance"] = to_neutral(world, value.provenance)
        try:
            row["parameters"] = value.parameters
        except MethodError:
            row["parameters"] = []
    return row


def object_row(world: World, number: int, holder: SlotHolder) -> dict[str, Any]:
    """An object as `objects` lists it."""
    slots = own_slots(holder)
    parents: list[Any] = []
    for name, value in slots.items():
        if name.endswith("*"):
            for parent in (value,) if isinstance(value, SlotHolder) else value or ():
                parents.append(world.name_of(parent) or world.id_of(parent))
    return {"id": number, "name": world.name_of(holder), "parents": parents, "slots": list(slots)}


def inspect_row(world: World, holder: SlotHolder) -> dict[str, Any]:
    """An object whole, with what it inherits, as `inspect` shows it."""
    slots = own_slots(holder)
    seen = set(slots)
    inherited: list[dict[str, Any]] = []
    for ancestor in list(walk((holder,)))[1:]:
        for name, value in own_slots(ancestor).items():
            if name not in seen and not name.endswith("*"):
                seen.add(name)
                row = slot_row(world, name, value)
                inherited.append({**row, "from": world.name_of(ancestor) or world.id_of(ancestor)})
    return {
        "id": world.id_of(holder),
        "name": world.name_of(holder),
        "slots": [slot_row(world, name, value) for name, value in slots.items()],
        "inherited": inherited,
    }
