"""UvmObject: a prototype object of the living image, one persistent record whose state is its slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from persistent import Persistent

from . import delegation
from .delegation import CALL_MARK, CHAIN, SlotHolder, dict_of, structure
from .errors import SlotError
from .execution import current_frame
from .language import MAX_SLOT_NAME, is_parent_slot, slot_name_problem
from .merge import merge_slots
from .sending import BoundMethod
from .values import SCALARS, Callable_, copy_data, freeze, is_mutable_container, storable

_MISSING = object()
# What persistence itself sets on an object; every other name of that kind would be a slot that is never stored.
_PERSISTENCE = frozenset({"_p_changed", "_p_jar", "_p_oid", "_p_serial", "_p_estimated_size"})


class UvmObject(SlotHolder):
    """An object whose attributes are slots; what it has not itself it finds in its parents.

    A slot whose name ends in `*` holds a parent or a sequence of them. Assigning makes or changes the receiver's own
    slot, never a parent's. Slots of the class itself do not exist: everything an object knows is in the image.

        point = UvmObject({"parent*": traits}, x=3, y=4)
    """

    def __init__(self, slots: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        for name, value in {**(slots or {}), **more}.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        slots = dict_of(self)
        chain = slots.get(CHAIN)
        # The common case, kept free of calls: inherited, found before, and nobody's structure has changed since (a
        # holder that has let go of its state would have changed it).
        if chain is not None and chain.version is structure.version:
            known = chain.holders.get(name)
            if known is not None and known[2] not in slots:
                value = dict_of(known[0]).get(known[1], _MISSING)
                if type(value) in SCALARS:
                    return value
        return self._found(name)

    def _found(self, name: str) -> Any:
        if name.startswith(("__", "_p_", "_v_")):
            raise AttributeError(name)
        found = delegation.find(self, name)
        if found is None:
            raise AttributeError(f"{self!r} has no slot {name!r}, nor has a parent.", name=name, obj=self)
        holder, value = found
        if isinstance(value, Callable_):
            return BoundMethod(self, name, holder, value)
        if holder is not self and is_mutable_container(value):
            return _inherited(self, name, value)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _PERSISTENCE:
            Persistent.__setattr__(self, name, value)
            return
        problem = slot_problem(name)
        if problem is not None:
            raise SlotError(problem)
        value = parents_value(value) if is_parent_slot(name) else storable(value)
        if type(value) not in SCALARS and is_mutable_container(value):
            running = current_frame()
            if running is not None and running.receiver is not self:
                # Set from another object's method, which may keep it: after a reload the two would be two as well.
                value = copy_data(value)
        key, other = (name + CALL_MARK, name) if isinstance(value, Callable_) else (name, name + CALL_MARK)
        slots = delegation.record(self)
        known = key in slots
        if other in slots:
            _replace_key(self, other, key, value)
            return
        Persistent.__setattr__(self, key, value)
        if is_parent_slot(name):
            delegation.parents_changed(self)
        elif not known:
            delegation.slots_changed(self)

    def __delattr__(self, name: str) -> None:
        if name.startswith(("_p_", "_v_")):
            Persistent.__delattr__(self, name)
            return
        key = delegation.own_key(self, name)
        if key is None:
            raise AttributeError(f"{self!r} has no slot {name!r} of its own.", name=name, obj=self)
        Persistent.__delattr__(self, key)
        delegation.parents_changed(self)
        running = current_frame()
        if running is not None:
            running.shared.borrowed.pop((id(self), name), None)

    def __getstate__(self) -> Any:
        """The slots as they are stored. SlotError for one that got something in place which no slot may hold."""
        state = super().__getstate__()
        for key, value in state.items():
            if type(value) not in SCALARS:
                try:
                    kept = storable(value)
                except SlotError as problem:
                    raise SlotError(f"The slot {delegation.plain_name(key)!r} cannot be kept: {problem}") from None
                if kept is not value:
                    state[key] = self.__dict__[key] = kept
        return state

    def _p_resolveConflict(self, old: dict[str, Any], saved: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        return merge_slots(old, saved, new)

    def __repr__(self) -> str:
        oid = self._p_oid
        number = int.from_bytes(oid, "big") if oid is not None else None
        return f"<UvmObject oid={number} slots={slot_names(self)}>"


def slot_problem(name: object) -> str | None:
    """Why no object can have a slot of that name, in a sentence; None when it can."""
    if isinstance(name, str) and len(name) <= MAX_SLOT_NAME:
        return _problem_of(name)
    return slot_name_problem(name)


@lru_cache(maxsize=4096)
def _problem_of(name: str) -> str | None:
    problem = slot_name_problem(name)
    if problem is None and hasattr(UvmObject, name):
        problem = f"{name!r} cannot be a slot: that name belongs to Python."
    return problem


def slot_names(holder: SlotHolder) -> list[str]:
    """The names of an object's own slots, in slot order."""
    return [delegation.plain_name(key) for key in delegation.slot_keys(holder)]


def own_slots(holder: SlotHolder) -> dict[str, Any]:
    """An object's own slots by name, in slot order; the containers are the record's own: read them, no more."""
    slots = delegation.record(holder)
    return {delegation.plain_name(key): slots[key] for key in delegation.slot_keys(holder)}


def parents_value(value: Any) -> Any:
    """What a parent slot keeps: None, one object, or a tuple of objects made from any sequence of them."""
    if value is None or isinstance(value, SlotHolder):
        return value
    parents = tuple(value) if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else (None,)
    if not all(isinstance(parent, SlotHolder) for parent in parents):
        raise SlotError("A parent slot holds an object, or a sequence of objects.")
    return parents


def put_slot_at(holder: SlotHolder, name: str, value: Any, position: int) -> None:
    """Write a slot and give it its place among the others again: the order of parents is the order of lookup."""
    setattr(holder, name, value)
    slots = delegation.record(holder)
    keys = delegation.slot_keys(holder)
    key = delegation.own_key(holder, name)
    assert key is not None
    keys.remove(key)
    keys.insert(position, key)
    _reorder(holder, [(key, slots[key]) for key in keys])


def _reorder(holder: SlotHolder, items: list[tuple[str, Any]]) -> None:
    slots = delegation.record(holder)
    holder._p_changed = True
    for key in delegation.slot_keys(holder):
        del slots[key]
    slots.update(items)
    delegation.parents_changed(holder)


def _replace_key(holder: SlotHolder, old: str, new: str, value: Any) -> None:
    """Put `value` under `new` at the place where `old` stood: a slot that becomes a method keeps its place."""
    slots = delegation.record(holder)
    items = [(new, value) if key == old else (key, slots[key]) for key in delegation.slot_keys(holder)]
    _reorder(holder, items)


def _inherited(receiver: SlotHolder, name: str, value: Any) -> Any:
    """An inherited container: inside a method of the receiver a copy that becomes its own slot if it is changed,
    elsewhere a read-only one. Never does a change reach the parent or a sibling."""
    running = current_frame()
    if running is None or running.receiver is not receiver:
        return freeze(value)
    return running.shared.borrow(receiver, name, value)
