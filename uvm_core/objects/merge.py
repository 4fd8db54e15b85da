"""The slot-wise merge: two transactions that changed different slots of one object both hold."""

from __future__ import annotations

from typing import Any

from ZODB.POSException import ConflictError

from .delegation import plain_name
from .values import same


def merge_slots(old: dict[str, Any], saved: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The state that carries the changes of both; ConflictError where both changed one slot differently.

    old: the state both began with; saved: what is committed; new: what is about to be. The order of slots is kept
    (lookup depends on it): the committed one's, then what is added in the order it was added.
    """
    before, theirs, ours = _by_name(old), _by_name(saved), _by_name(new)
    merged = dict(theirs)
    for name in {**before, **ours}:
        was, mine, his = before.get(name), ours.get(name), theirs.get(name)
        if _equal(was, mine) or _equal(mine, his):
            continue
        if not _equal(was, his):
            raise ConflictError(f"Two changes of the slot {name!r} met.")
        if mine is None:
            del merged[name]
        else:
            merged[name] = mine
    return dict(merged.values())


def _by_name(state: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Slot name -> (key in the record, value): data and a method of one name are one slot."""
    return {plain_name(key): (key, value) for key, value in state.items()}


def _equal(left: tuple[str, Any] | None, right: tuple[str, Any] | None) -> bool:
    if left is None or right is None:
        return left is right
    return left[0] == right[0] and same(left[1], right[1])
