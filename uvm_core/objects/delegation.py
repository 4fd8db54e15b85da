"""Delegation: in which object a slot is found.

The order is the receiver itself, then its parent slots in slot order, each parent followed by its own parents, depth
first, every object once: a cycle in the graph ends there. The first holder wins. A slot that is a method or a
primitive lies in the record under `name()`, so that reading an attribute never hands out an unbound one.

Finding is cached per *tuple of parents* (siblings share it) under one version. The version moves when an object that
a search has passed gets or loses a slot, or other parents, and when it lets go of its state: that is how changes of
other connections, aborts and rolled-back savepoints arrive. Such objects carry a mark among their volatile attributes,
which goes when the state goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakValueDictionary

from persistent import Persistent

from .language import PARENT_MARK

CALL_MARK = "()"
PASSED = "_v_passed"
CHAIN = "_v_chain"


class SlotHolder(Persistent):
    """What can stand in a path of delegation; UvmObject is the one kind there is."""


# The dict of a holder, empty while it is a ghost. Asking the holder for it is three times slower: an attribute of an
# object that has a `__getattr__` is looked for in all its classes first.
dict_of: Callable[[SlotHolder], dict[str, Any]] = SlotHolder.__dict__["__dict__"].__get__


class Structure:
    """The version of who delegates to whom, and the shared chains that rest on it."""

    def __init__(self) -> None:
        # A fresh object for each version: two threads that change it at once never bring an old one back.
        self.version = object()
        self.chains: WeakValueDictionary[tuple[int, ...], Chain] = WeakValueDictionary()

    def changed(self) -> None:
        """Forget every cached holder: somebody's slots or parents are others now."""
        self.version = object()


structure = Structure()


class Passed:
    """The mark of an object that a search has passed. It goes with the object's state, and tells."""

    __slots__ = ()

    def __del__(self, structure: Structure = structure) -> None:
        structure.changed()


# The holder of a slot, the key under which its record has it, and the key of a method of that name.
Place = tuple[SlotHolder, str, str]


class Chain:
    """What objects with the same parents inherit: slot name -> its place."""

    __slots__ = ("__weakref__", "holders", "parents", "version")

    def __init__(self, parents: tuple[SlotHolder, ...]) -> None:
        self.parents = parents
        self.version = structure.version
        self.holders: dict[str, Place | None] = {}

    def find(self, receiver: SlotHolder, name: str) -> Place | None:
        """Where a slot is that `receiver` inherits."""
        if self.version is not structure.version:
            self.version = structure.version
            self.holders = {}
        try:
            return self.holders[name]
        except KeyError:
            found, looped = self._search(name)
        if looped:
            # Where the path leads back to the receiver, its own parents must not come twice: nothing to share.
            return _search_from(receiver, name)
        # Looking may have loaded objects and let others go, which moves the version; then this finding is not kept.
        if self.version is structure.version:
            self.holders[name] = found
        return found

    def _search(self, name: str) -> tuple[Place | None, bool]:
        """What the parents have, and whether an object with these same parents was passed before it was found."""
        looped = False
        for holder in walk(self.parents):
            # Not for its state alone: it counts as used now, so that the cache of the connection keeps it.
            holder._p_activate()
            slots = record(holder)
            if PASSED not in slots:
                slots[PASSED] = Passed()
            looped = looped or parents_of(holder) == self.parents
            key = own_key(holder, name)
            if key is not None:
                return (holder, key, name + CALL_MARK), looped
        return None, looped


def _search_from(receiver: SlotHolder, name: str) -> Place | None:
    for holder in walk((receiver,)):
        key = own_key(holder, name)
        if key is not None:
            return holder, key, name + CALL_MARK
    return None


def record(holder: SlotHolder) -> dict[str, Any]:
    """The slots of an object as its record has them, loaded. Read it; write through the object."""
    slots = dict_of(holder)
    if slots:
        return slots
    holder._p_activate()
    return dict_of(holder)


def own_key(holder: SlotHolder, name: str) -> str | None:
    """The key under which `holder` itself has the slot, or None."""
    slots = record(holder)
    if name in slots:
        return None if name.startswith(("_v_", "_p_")) or name.endswith(CALL_MARK) else name
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
        yield holder
        waiting.extend(reversed(parents_of(holder)))


def slots_changed(holder: SlotHolder) -> None:
    """Tell that an object has got or lost a slot: findings that passed it hold no longer."""
    if PASSED in dict_of(holder):
        structure.changed()


def parents_changed(holder: SlotHolder) -> None:
    """Tell that an object has other parents."""
    dict_of(holder).pop(CHAIN, None)
    slots_changed(holder)


def chain_of(holder: SlotHolder) -> Chain:
    """The chain that an object shares with everything that has the same parents."""
    slots = record(holder)
    chain: Chain | None = slots.get(CHAIN)
    if chain is None:
        parents = parents_of(holder)
        identity = tuple(id(parent) for parent in parents)
        chain = structure.chains.get(identity)
        if chain is None:
            chain = structure.chains[identity] = Chain(parents)
        slots[CHAIN] = chain
    return chain


def find(receiver: SlotHolder, name: str) -> tuple[SlotHolder, Any] | None:
    """(holder, value) of a slot found by delegation, the receiver's own first; None when nobody has it."""
    key = own_key(receiver, name)
    if key is not None:
        return receiver, dict_of(receiver)[key]
    found = chain_of(receiver).find(receiver, name)
    return (found[0], record(found[0])[found[1]]) if found is not None else None


def find_after(
    receiver: SlotHolder, holder: SlotHolder, name: str, roots: tuple[SlotHolder, ...] | None = None
) -> tuple[SlotHolder, Any] | None:
    """The next (holder, value) after `holder`: what a resend reaches.

    The path is the receiver's, or the one that begins at `roots` where a directed resend has led into that.
    """
    passed = False
    for candidate in walk(roots or (receiver,)):
        if passed:
            key = own_key(candidate, name)
            if key is not None:
                return candidate, dict_of(candidate)[key]
        elif candidate is holder:
            passed = True
    return None


def find_in(roots: tuple[SlotHolder, ...], name: str) -> tuple[SlotHolder, Any] | None:
    """The first (holder, value) on the paths that begin at `roots`: what a directed resend reaches."""
    for candidate in walk(roots):
        key = own_key(candidate, name)
        if key is not None:
            return candidate, dict_of(candidate)[key]
    return None
