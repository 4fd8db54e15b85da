"""The ghost of a live object: a bounded closure of plain data, which is all that a trial ever gets."""

from __future__ import annotations

from itertools import islice
from typing import Any

from persistent import Persistent

from ..image.world import World
from ..kernel.metrics import NO_DATA
from ..objects import Method, Primitive, SlotHolder, own_slots, walk

MAX_OBJECTS = 64
MAX_ENTRIES = 200
MAX_INNER_ENTRIES = 20
"""Entries of a BTree that belongs to another object: metrics and indexes are larger than any method needs."""
MAX_DEPTH = 12


class GhostMaker:
    """Makes the plain data of one trial; an object met twice is sent once and pointed back at."""

    def __init__(self, world: World, receiver: SlotHolder) -> None:
        self._world = world
        self._receiver = receiver
        self._seen: set[int] = set()

    def slots(self) -> dict[str, Any]:
        """The receiver's own slots, its parents left out."""
        return self._slots_of(self._receiver, 0)

    def parents(self) -> list[dict[str, Any]]:
        """What it inherits: the slots of each object on its path, in lookup order."""
        path = list(walk((self._receiver,)))[1:]
        return [self._slots_of(holder, 0) for holder in path]

    def value(self, value: Any, depth: int = 0) -> Any:
        """A slot's value or an argument as plain data."""
        if isinstance(value, Method):
            return {"$method": value.source}
        if isinstance(value, SlotHolder):
            return self._object(value, depth)
        if isinstance(value, Persistent):
            return self._entries(value, depth)
        if depth > MAX_DEPTH:
            return None
        if isinstance(value, dict):
            return {self.value(k, depth + 1): self.value(item, depth + 1) for k, item in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return type(value)(self.value(item, depth + 1) for item in value)
        return value

    def _slots_of(self, holder: SlotHolder, depth: int) -> dict[str, Any]:
        return {
            name: self.value(value, depth + 1)
            for name, value in own_slots(holder).items()
            if not name.endswith("*") and not isinstance(value, Primitive)
        }

    def _object(self, holder: SlotHolder, depth: int) -> dict[str, Any]:
        key = self._world.id_of(holder)
        if holder is self._receiver:
            return {"$same": "self"}
        if key in self._seen:
            return {"$same": key}
        if len(self._seen) >= MAX_OBJECTS or depth > MAX_DEPTH:
            return {"$obj": {"slots": {}}}
        self._seen.add(key)
        path = list(walk((holder,)))
        inherited = [self._slots_of(parent, depth + 1) for parent in path[1:]]
        ghost = {"key": key, "slots": self._slots_of(holder, depth + 1), "parents": inherited}
        return {"$obj": {**ghost, "replies": _replies(holder)}}

    def _entries(self, tree: Any, depth: int) -> Any:
        """A BTree as a dict of its first entries; a blob as nothing."""
        if not hasattr(tree, "items"):
            return None
        most = MAX_ENTRIES if depth <= 1 else MAX_INNER_ENTRIES
        return {key: self.value(item, depth + 1) for key, item in islice(tree.items(), most)}


def _replies(holder: SlotHolder) -> dict[str, Any]:
    """What another object of a trial answers by primitives: queries of measurements answer as where there are none."""
    slots = own_slots(holder).items()
    return {name: NO_DATA[name] for name, value in slots if name in NO_DATA and isinstance(value, Primitive)}
