"""Edits: what a person, a cycle or the steward changed, as records that can be undone.

An edit, not a transaction, is the unit of undo: a transaction may carry many people's edits. Each change keeps what
stood before and after, so undoing is writing `before` back, in a new transaction, where `after` still stands.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from persistent import Persistent

from ..objects import (
    Method,
    MethodError,
    Primitive,
    SlotError,
    SlotHolder,
    UvmObject,
    clone,
    copy_data,
    own_slots,
    parents_value,
    put_slot_at,
    same,
    slot_problem,
)
from .errors import Refused
from .world import World

KERNEL = "kernel"


class Absent:
    """What stands in an edit for a slot, or an object, that was not there."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Absent)

    def __hash__(self) -> int:
        return hash(Absent)

    def __repr__(self) -> str:
        return "(nothing)"


ABSENT = Absent()


class Change:
    """One slot's change. slot None stands for the object itself: put into the image or taken out of it.

    position: where a removed slot stood among the others, since the order of parents is the order of lookup.
    """

    __slots__ = ("after", "before", "position", "slot", "target")

    def __init__(
        self, target: UvmObject, slot: str | None, before: Any, after: Any, position: int | None = None
    ) -> None:
        self.target, self.slot, self.before, self.after, self.position = target, slot, before, after, position

    def __getstate__(self) -> tuple[Any, ...]:
        return self.target, self.slot, self.before, self.after, self.position

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.target, self.slot, self.before, self.after, self.position = state


class Edit(Persistent):
    """One thing somebody did, in plain words, with the changes it consists of."""

    def __init__(
        self, number: int, who: str, words: str, changes: tuple[Change, ...], undoes: int | None = None
    ) -> None:
        self.number = number
        self.who = who
        self.words = words
        self.changes = changes
        self.at = time.time()
        self.undoes = undoes
        self.undone_by: int | None = None


def current(world: World, change: Change) -> Any:
    """What stands now where a change was made."""
    if change.slot is None:
        number = world.id_of(change.target)
        return (world.name_of(change.target) or "") if number in world.record.objects else ABSENT
    return own_slots(change.target).get(change.slot, ABSENT)


def record(world: World, number: int, who: str, words: str, changes: list[Change], undoes: int | None = None) -> Edit:
    """Keep an edit in the image."""
    edit = Edit(number, who, words, tuple(changes), undoes)
    world.connection.add(edit)
    world.record.edits[number] = edit
    if undoes is not None:
        taken_back = world.record.edits[undoes]
        taken_back.undone_by = number
        if taken_back.undoes is not None:
            # An undo that is undone itself: what it took back stands again.
            world.record.edits[taken_back.undoes].undone_by = None
    return edit


# --- the edits people make: each validates first, then writes, so that a refused one has changed nothing --------------


def put_slot(world: World, target: UvmObject, slot: str, value: Any) -> Change:
    """Write one slot; Refused with a sentence for a name or value that cannot be."""
    before = own_slots(target).get(slot, ABSENT)
    if isinstance(before, Primitive):
        raise Refused(
            "primitive", f"{slot!r} of {world.label_of(target)} belongs to the kernel: it is shown, not edited."
        )
    before = _kept(before)
    try:
        if isinstance(value, Method):
            _refuse_misnamed(value, slot)
        if isinstance(slot, str) and slot.endswith("*"):
            value = parents_value(value)
            _refuse_loop(world, target, slot, value)
        setattr(target, slot, value)
    except (SlotError, MethodError) as problem:
        raise Refused("bad_slot", str(problem)) from problem
    return Change(target, slot, before, _kept(own_slots(target)[slot]))


def _refuse_misnamed(method: Method, slot: str) -> None:
    if method.name != slot:
        raise MethodError(f"The source defines {method.name!r}: in the slot {slot!r} it would never be found.")


def _refuse_loop(world: World, target: UvmObject, slot: str, value: Any) -> None:
    for parent in (value,) if isinstance(value, SlotHolder) else value or ():
        if world.delegates_to(parent, target):
            raise Refused(
                "loop",
                f"{world.label_of(parent)} already delegates to {world.label_of(target)}: as its {slot} it would make "
                "a loop. Nothing was changed.",
            )


def remove_slot(world: World, target: UvmObject, slot: str) -> Change:
    """Remove one own slot."""
    before = own_slots(target).get(slot, ABSENT)
    if before is ABSENT:
        raise Refused("no_slot", f"{world.label_of(target)} has no slot {slot!r} of its own.")
    if isinstance(before, Primitive):
        raise Refused("primitive", f"{slot!r} of {world.label_of(target)} belongs to the kernel and stays.")
    return _take_out(target, slot)


def _take_out(target: UvmObject, slot: str) -> Change:
    slots = own_slots(target)
    before, position = _kept(slots[slot]), list(slots).index(slot)
    delattr(target, slot)
    return Change(target, slot, before, ABSENT, position)


def rename_slot(world: World, target: UvmObject, slot: str, to: str) -> list[Change]:
    """Give one own slot another name; it keeps its place among the others."""
    slots = own_slots(target)
    if to in slots:
        raise Refused("bad_slot", f"{world.label_of(target)} already has a slot {to!r}.")
    if slot.endswith("*") != to.endswith("*"):
        raise Refused("bad_slot", "A parent slot keeps its star when it is renamed, and another slot gets none.")
    value = slots.get(slot, ABSENT)
    if isinstance(value, Method):
        raise Refused("bad_slot", "A method is renamed by editing its source: its name is part of it.")
    if (problem := slot_problem(to)) is not None:
        raise Refused("bad_slot", problem)
    removed = remove_slot(world, target, slot)
    assert removed.position is not None
    put_slot_at(target, to, value, removed.position)
    return [removed, Change(target, to, ABSENT, _kept(value))]


def new_object(world: World, parent: UvmObject, name: str | None, slots: Mapping[str, Any]) -> tuple[UvmObject, Change]:
    """Make an object with a parent and slots of its own and put it on the desktop."""
    if name is not None and (problem := world.name_problem(name)):
        raise Refused("bad_name", problem)
    made = UvmObject()
    try:
        for slot, value in {"parent*": parent, **slots}.items():
            if isinstance(value, Method):
                _refuse_misnamed(value, slot)
            setattr(made, slot, value)
    except (SlotError, MethodError) as problem:
        raise Refused("bad_slot", str(problem)) from problem
    world.add(made, name)
    return made, Change(made, None, ABSENT, name or "")


def clone_object(world: World, target: UvmObject, name: str | None = None) -> tuple[UvmObject, Change]:
    """Clone an object under a free name of its own and put the clone on the desktop."""
    if name is not None and (problem := world.name_problem(name)):
        raise Refused("bad_name", problem)
    named = name or world.free_name(world.name_of(target) or "object")
    copied = clone(target)
    assert isinstance(copied, UvmObject)
    world.add(copied, named)
    return copied, Change(copied, None, ABSENT, named)


def delete_object(world: World, target: UvmObject) -> Change:
    """Take an object out of the image; what refers to it keeps it until then, and undo brings it back."""
    number = world.id_of(target)
    label = world.label_of(target)
    if number not in world.record.objects:
        raise Refused("unknown_object", f"{label} is not an object of the desktop.")
    if number in world.record.settings.get(KERNEL, ()):
        raise Refused("kernel", f"{label} belongs to the kernel: the living system rests on it, so it stays.")
    children = [world.label_of(other) for _id, other in world.all() if other is not target and target in parents(other)]
    if children:
        shown = ", ".join(children[:3]) + (" and others" if len(children) > 3 else "")
        raise Refused("has_children", f"{label} is the parent of {shown}: give them another parent first.")
    before = world.name_of(target) or ""
    world.remove(target)
    return Change(target, None, before, ABSENT)


def parents(holder: SlotHolder) -> list[SlotHolder]:
    """An object's direct parents."""
    found: list[SlotHolder] = []
    for name, value in own_slots(holder).items():
        if name.endswith("*") and value is not None:
            found.extend((value,) if isinstance(value, SlotHolder) else value)
    return found


def undo(world: World, edit: Edit, force: bool = False) -> list[Change]:
    """Write back what stood before an edit; Refused where something else was written there since."""
    if edit.undone_by is not None:
        raise Refused("undone", f"Edit {edit.number} ({edit.words}) is undone already.")
    for change in edit.changes:
        now = current(world, change)
        if not same_value(now, change.after) and not force:
            what = f"slot {change.slot!r} of " if change.slot else ""
            raise Refused(
                "touched",
                f"{what}{world.label_of(change.target)} was changed after edit {edit.number} ({edit.words}): undoing "
                "it would lose that. Nothing was changed.",
            )
    return [_write_back(world, change) for change in reversed(edit.changes)]


def _write_back(world: World, change: Change) -> Change:
    target, slot = change.target, change.slot
    if slot is None:
        if change.before == ABSENT:
            return delete_object(world, target)
        name = change.before or None
        if name is not None and world.name_problem(name):
            name = world.free_name(name)
        world.add(target, name)
        return Change(target, None, ABSENT, name or "")
    if change.before == ABSENT:
        return _take_out(target, slot)
    if slot.endswith("*"):
        _refuse_loop(world, target, slot, change.before)
    position = change.position if change.position is not None else len(own_slots(target))
    if slot in own_slots(target):
        setattr(target, slot, _kept(change.before))
    else:
        put_slot_at(target, slot, _kept(change.before), position)
    return Change(target, slot, change.after, change.before)


def same_value(left: Any, right: Any) -> bool:
    """Whether two values of a change are the same."""
    return left == right if isinstance(left, Absent) or isinstance(right, Absent) else same(left, right)


def _kept(value: Any) -> Any:
    """A value as an edit keeps it: a copy, since the slot's own may be changed in place."""
    return value if isinstance(value, Absent) else copy_data(value)
