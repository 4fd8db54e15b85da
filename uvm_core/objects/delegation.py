"""Delegation: in which object a slot is found.

The order is the receiver itself, then its parent slots in slot order, each parent followed by its own parents, depth
first, every object once: a cycle in the graph ends there. The first holder wins. A slot that is a method or a
primitive lies in the record under `name()`, so that reading an attribute never hands out an unbound one.

Finding is cached per *tuple of parents* (siblings share it) under one version counter. The version moves when a slot
is added or removed, when a parent slot is written and when the state of an object that others delegate to is loaded
again, which is how changes of other connections and rolled-back savepoints arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import WeakValueDictionary

from persistent import Persistent

from .language import PARENT_MARK

CALL_MARK = "()"


class SlotHolder(Persistent):
    """What can stand in a path of delegation; UvmObject is the one kind there is."""


class Structure:
    """The version of who delegates to whom, and the shared chains that rest on it."""

    def __init__(self) -> None:
        self.version = 0
        self.ancestors: set[bytes] = set()
        self.chains: WeakValueDictionary[tuple[int, ...], Chain] = WeakValueDictionary()

    def changed(self) -> None:
        """Forget every cached holder: somebody's slots or parents are others now."""
        self.version += 1


structure = Structure()


class Chain:
    """What objects with the same parents inherit: slot name -> (holder, key in its record)."""

    __slots__ = ("__weakref__", "holders", "parents", "version")

    def __init__(self, parents: tuple[SlotHolder, ...]) -> None:
        self.parents = parents
        self.version = structure.version
        self.holders: dict[str, tuple[SlotHolder, str] | None] = {}

    def find(self, name: str) -> tuple[SlotHolder, str] | None:
        """The holder of an inherited slot and the key under which its record has it."""
        if self.version != structure.version:
            self.version = structure.version
            self.holders = {}
        try:
            return self.holders[name]
        except KeyError:
            found = self._search(name)
            # Looking may have loaded objects, which moves the version; then this finding is not kept.
            if self.version == structure.version:
                self.holders[name] = found
            return found

    def _search(self, name: str) -> tuple[SlotHolder, str] | None:
        for holder in walk(self.parents):
            key = own_key(holder, name)
            if key is not None:
                return holder, key
        return None


def record(holder: SlotHolder) -> dict[str, Any]:
    """The slots of an object as its record has them, loaded. Read it; write through the object."""
    holder._p_activate()
    return holder.__dict__


def own_key(holder: SlotHolder, name: str) -> str | None:
    """The key under which `holder` itself has the slot, or None."""
    slots = record(holder)
    if name in slots:
        return name
    called = name + CALL_MARK
    return called if called in slots else None


def plain_name(key: str) -> str:
    """The slot name of a key of a record."""
    return key[:-2] if key.endswith(CALL_MARK) else key


def slot_keys(holder: SlotHolder) -> list[str]:
    """The keys of an object's own slots, in slot order."""
    return [key for key in record(holder) if not key.startswith(("_v_", "_p_"))]


def parents_of(holder: SlotHolder) -> tuple[SlotHolder, ...]:
    """An object's direct parents, in lookup order."""
    found: list[SlotHolder] = []
    for key, value in record(holder).items():
        if key.endswith(PARENT_MARK):
            if isinstance(value, SlotHolder):
                found.append(value)
            elif value is not None:
                found.extend(parent for parent in value if isinstance(parent, SlotHolder))
    return tuple(found)


def walk(roots: tuple[SlotHolder, ...]) -> Iterator[SlotHolder]:
    """The objects of a path in lookup order, each once."""
    seen: set[int] = set()
    waiting = list(reversed(roots))
    while waiting:
        holder = waiting.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        oid = holder._p_oid
        if oid is not None:
            structure.ancestors.add(oid)
        yield holder
        waiting.extend(reversed(parents_of(holder)))


def chain_of(holder: SlotHolder) -> Chain:
    """The chain that an object shares with everything that has the same parents."""
    chain: Chain | None = record(holder).get("_v_chain")
    if chain is None:
        parents = parents_of(holder)
        identity = tuple(id(parent) for parent in parents)
        chain = structure.chains.get(identity)
        if chain is None:
            chain = structure.chains[identity] = Chain(parents)
        holder._v_chain = chain
    return chain


def find(receiver: SlotHolder, name: str) -> tuple[SlotHolder, Any] | None:
    """(holder, value) of a slot found by delegation, the receiver's own first; None when nobody has it."""
    key = own_key(receiver, name)
    if key is not None:
        return receiver, receiver.__dict__[key]
    while True:
        found = chain_of(receiver).find(name)
        if found is None:
            return None
        holder, key = found
        slots = record(holder)
        if key in slots:
            # A receiver that delegates to itself through a cycle was looked at first already.
            return holder, slots[key]
        structure.changed()


def find_after(receiver: SlotHolder, holder: SlotHolder, name: str) -> tuple[SlotHolder, Any] | None:
    """The next (holder, value) after `holder` on the receiver's path: what a resend reaches."""
    passed = False
    for candidate in walk((receiver,)):
        if passed:
            key = own_key(candidate, name)
            if key is not None:
                return candidate, candidate.__dict__[key]
        elif candidate is holder:
            passed = True
    return None


def find_in(roots: tuple[SlotHolder, ...], name: str) -> tuple[SlotHolder, Any] | None:
    """The first (holder, value) on the paths that begin at `roots`: what a directed resend reaches."""
    for candidate in walk(roots):
        key = own_key(candidate, name)
        if key is not None:
            return candidate, candidate.__dict__[key]
    return None
