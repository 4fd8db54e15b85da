"""What the world knows of the image's objects: one record each, kept up by snapshots and changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .values import Ref


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot as the image describes it; `source` is the object that an inherited one comes from."""

    name: str
    kind: str
    value: Any
    source: Ref | None = None

    @property
    def is_parent(self) -> bool:
        return self.kind == "parent" or self.name.endswith("*")

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The objects this slot points to directly."""
        if isinstance(self.value, Ref):
            return (self.value,)
        if self.is_parent and isinstance(self.value, (list, tuple)):
            return tuple(item for item in self.value if isinstance(item, Ref))
        return ()


@dataclass(slots=True)
class ObjectRecord:
    """One object: its name, its parents, and its slots once they have been asked for."""

    id: int
    name: str | None = None
    parents: tuple[int, ...] = ()
    slot_count: int = 0
    slot_names: tuple[str, ...] = ()  # own slots by name: known before their values are
    called: str = ""  # what people call it, where that is known otherwise than by its slots
    slots: tuple[Slot, ...] | None = None
    inherited: tuple[Slot, ...] = ()
    tid: int = 0

    @property
    def title(self) -> str:
        """Its own `name`, as people call it, or its title; else the name it has in the image; else its number."""
        for slot in self.slots or ():
            if slot.name == "name" and isinstance(slot.value, str) and slot.value:
                return slot.value
        return self.called or self.name or f"object {self.id}"

    def slot(self, name: str) -> Slot | None:
        return next((slot for slot in self.slots or () if slot.name == name), None)


def read_slot(row: Mapping[str, Any]) -> Slot:
    """A slot row of an `inspect` answer."""
    origin = row.get("from")
    source = origin if isinstance(origin, Ref) else Ref(origin) if isinstance(origin, int) else None
    if isinstance(origin, str):
        source = Ref(0, origin)
    return Slot(str(row["name"]), str(row.get("kind", "data")), row.get("value"), source)


@dataclass
class Mirror:
    """Every object of the image by its id, and by its name."""

    objects: dict[int, ObjectRecord] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    tid: int = 0

    def __contains__(self, ident: int) -> bool:
        return ident in self.objects

    def get(self, ident: int) -> ObjectRecord | None:
        return self.objects.get(ident)

    def find(self, name: str) -> Ref | None:
        """The object with exactly this name."""
        ident = self.names.get(name)
        return None if ident is None else Ref(ident, name)

    def title(self, ident: int) -> str:
        record = self.objects.get(ident)
        return record.title if record else f"object {ident}"

    def _record(self, ident: int) -> ObjectRecord:
        record = self.objects.get(ident)
        if record is None:
            record = self.objects[ident] = ObjectRecord(ident)
        return record

    def _name(self, record: ObjectRecord, name: str | None) -> None:
        if record.name == name:
            return
        if record.name is not None and self.names.get(record.name) == record.id:
            del self.names[record.name]
        record.name = name
        if name is not None:
            self.names[name] = record.id

    def list_row(self, row: Mapping[str, Any]) -> ObjectRecord:
        """Takes a row of `objects`: id, name, parents, slots (their names, or how many)."""
        record = self._record(int(row["id"]))
        self._name(record, row.get("name"))
        record.parents = self._parents(row.get("parents") or ())
        slots = row.get("slots") or ()
        if isinstance(slots, int):
            record.slot_count = slots
        else:
            record.slot_count, record.slot_names = len(slots), tuple(str(slot) for slot in slots)
        return record

    def _parents(self, rows: Iterable[Any]) -> tuple[int, ...]:
        found = []
        for parent in rows:
            if isinstance(parent, Ref):
                found.append(parent.id)
            elif isinstance(parent, int):
                found.append(parent)
            elif isinstance(parent, str) and parent in self.names:
                found.append(self.names[parent])
        return tuple(found)

    def inspect_row(self, row: Mapping[str, Any], tid: int = 0) -> ObjectRecord | None:
        """Takes an answer of `inspect`, or an object of a change. None when a newer one is known already."""
        record = self._record(int(row["id"]))
        if tid and tid < record.tid:
            return None
        record.tid = max(record.tid, tid)
        if "name" in row:
            self._name(record, row["name"])
        record.slots = tuple(read_slot(slot) for slot in row.get("slots") or ())
        if "inherited" in row:
            record.inherited = tuple(read_slot(slot) for slot in row["inherited"] or ())
        record.slot_count = len(record.slots)
        record.slot_names = tuple(slot.name for slot in record.slots)
        parents = [ref.id for slot in record.slots if slot.is_parent for ref in slot.refs]
        record.parents = tuple(dict.fromkeys(parents))
        return record

    def remove(self, ident: int) -> None:
        record = self.objects.pop(ident, None)
        if record is not None and record.name is not None and self.names.get(record.name) == ident:
            del self.names[record.name]

    def children(self, ident: int) -> list[int]:
        return [other.id for other in self.objects.values() if ident in other.parents]
