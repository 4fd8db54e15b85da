"""The world as the image keeps it: which objects there are, their names, and the records beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent
from ZODB.Connection import Connection
from ZODB.POSException import POSKeyError
from ZODB.utils import p64, u64

from ..bridge.values import Ref
from ..objects import SlotHolder, UvmObject, own_slots, walk
from .errors import Refused

ROOT_KEY = "world"
MAX_NAME = 64


class WorldRecord(Persistent):
    """The tables of an image, each a BTree so that two additions do not meet.

    objects: id -> every object that genesis or a person made; names and labels: name -> object and id -> name;
    cycles: id -> a cycle's object; deleted: id -> the name of an object taken out of the image;
    edits, missions, proposals: number -> record; open_missions: the numbers of those not ended; reasons: "id:selector"
    -> (reason, source) of the methods rejected for it; placements: id -> where it lies.
    """

    def __init__(self) -> None:
        self.version = 1
        self.objects = LOBTree()
        self.names = OOBTree()
        self.labels = LOBTree()
        self.cycles = LOBTree()
        self.edits = LOBTree()
        self.missions = LOBTree()
        self.open_missions = LOBTree()
        self.proposals = LOBTree()
        self.reasons = OOBTree()
        self.placements = LOBTree()
        self.settings = OOBTree()
        self.deleted = LOBTree()


class World:
    """One connection's view of the world. Never hand it, or what it answers, to another thread."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.root = connection.root()
        self.record: WorldRecord = self.root[ROOT_KEY]
        self.came_or_went: set[int] = set()

    def resolve(self, target: Any) -> UvmObject:
        """The object that a root name, an id, an id as text or a reference names; Refused when there is none."""
        if isinstance(target, Ref):
            target = target.id if target.id else target.name
        if isinstance(target, str):
            named = self.record.names.get(target)
            if named is not None:
                return named
            if not target.isdecimal():
                raise Refused("unknown_object", f"There is no object {target!r} in this image.")
            target = int(target)
        if not isinstance(target, int) or isinstance(target, bool) or not 0 < target < 1 << 63:
            raise Refused("unknown_object", f"There is no object {target!r} in this image.")
        found = self.record.objects.get(target)
        if found is None:
            found = self.record.cycles.get(target)
        if found is None:
            found = self._inner(target)
        if found is None:
            raise Refused("unknown_object", f"There is no object {target} in this image.")
        return found

    def _inner(self, number: int) -> UvmObject | None:
        """An object inside others (an adapter's proxy, a chunk): reached by a reference, not on the desktop."""
        try:
            found = self.connection.get(p64(number))
        except POSKeyError:
            return None
        if not isinstance(found, UvmObject) or (number in self.record.deleted and not self._back_inside(found)):
            return None
        return found

    def _back_inside(self, holder: UvmObject) -> bool:
        """Whether an object that was taken off the desktop is inside another again: a chunk in its document."""
        document = own_slots(holder).get("document")
        return isinstance(document, UvmObject) and self.id_of(document) not in self.record.deleted

    def id_of(self, holder: SlotHolder) -> int:
        """An object's id: its oid as a number. A new object gets one."""
        if holder._p_oid is None:
            self.connection.add(holder)
        return u64(holder._p_oid)

    def name_of(self, holder: SlotHolder) -> str | None:
        """An object's name, or None."""
        return None if holder._p_oid is None else self.record.labels.get(u64(holder._p_oid))

    def label_of(self, holder: SlotHolder) -> str:
        """How a sentence calls an object: its name, else `object 12`."""
        return self.name_of(holder) or f"object {self.id_of(holder)}"

    def ref(self, holder: SlotHolder) -> Ref:
        """A reference to an object as the bridge carries it."""
        return Ref(self.id_of(holder), self.name_of(holder))

    def all(self) -> Iterator[tuple[int, UvmObject]]:
        """Every object on the desktop with its id, in order of id."""
        yield from self.record.objects.items()

    def add(self, holder: SlotHolder, name: str | None = None) -> int:
        """Put an object on the desktop, under a name if one is given; its id."""
        number = self.id_of(holder)
        if name is not None:
            problem = self.name_problem(name)
            if problem is not None:
                raise Refused("bad_name", problem)
            self.record.names[name] = holder
            self.record.labels[number] = name
        self.record.objects[number] = holder
        self.came_or_went.add(number)
        if number in self.record.deleted:
            del self.record.deleted[number]
        return number

    def remove(self, holder: SlotHolder) -> None:
        """Take an object off the desktop and out of the names; references to it keep working."""
        number = u64(holder._p_oid)
        name = self.record.labels.get(number)
        if name is not None:
            del self.record.labels[number]
            del self.record.names[name]
        del self.record.objects[number]
        self.record.deleted[number] = name or ""
        self.came_or_went.add(number)

    def name_problem(self, name: str) -> str | None:
        """Why an object cannot have that name; None when it can."""
        if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            return f"A name is 1 to {MAX_NAME} printable characters."
        if name != name.strip() or name.isdecimal():
            return "A name does not begin or end with a space, and is no number: numbers are ids."
        if name in self.record.names:
            return f"There is already an object named {name!r}."
        return None

    def free_name(self, base: str) -> str:
        """`base`, or base_2, base_3, …: the first that nobody has."""
        stem, _, tail = base.rpartition("_")
        stem = stem if stem and tail.isdecimal() else base
        stem = stem[: MAX_NAME - 8]
        if stem not in self.record.names:
            return stem
        number = 2
        while f"{stem}_{number}" in self.record.names:
            number += 1
        return f"{stem}_{number}"

    def delegates_to(self, holder: SlotHolder, target: SlotHolder) -> bool:
        """Whether `target` is on the path of `holder`."""
        return any(candidate is target for candidate in walk((holder,)))
