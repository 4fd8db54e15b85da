"""The slot-wise merge: two transactions that changed different slots of one object both hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ZODB.POSException import ConflictError

from .delegation import plain_name
from .values import same


def merge_slots(old: dict[str, Any], saved: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The state that carries the changes of both; ConflictError where both changed one slot.

    Also when both made it the same: two that counted on from 1 have both written 2, and one of them is lost.

    old: the state both began with; saved: what is committed; new: what is about to be. The order of slots is the order
    of lookup: it is the committed one's, or the new one's where only that has put slots in another order. A slot that
    is added keeps its place before the slot that follows it; at the end it comes after those that are there.
    """
    before, theirs, ours = _by_name(old), _by_name(saved), _by_name(new)
    merged = dict(theirs)
    for name in {**before, **ours}:
        was, mine, his = before.get(name), ours.get(name), theirs.get(name)
        if _equal(was, mine):
            continue
        if not _equal(was, his):
            raise ConflictError(f"Two changes of the slot {name!r} met.")
        if mine is None:
            del merged[name]
        else:
            merged[name] = mine
    return dict(merged[name] for name in _order(list(before), list(theirs), list(ours), merged))


def _order(before: list[str], theirs: list[str], ours: list[str], wanted: Iterable[str]) -> list[str]:
    """The wanted names in the order that both orders allow."""
    kept = set(before) & set(theirs) & set(ours)
    was, his, mine = ([name for name in names if name in kept] for names in (before, theirs, ours))
    if was not in (his, mine) and his != mine:
        raise ConflictError("Two changes of the order of slots met.")
    first, second = (theirs, ours) if mine == was else (ours, theirs)
    present = set(wanted)
    order = [name for name in first if name in present]
    for place, name in enumerate(second):
        if name in present and name not in order:
            following = next((later for later in second[place + 1 :] if later in order), None)
            order.insert(len(order) if following is None else order.index(following), name)
    return order


def _by_name(state: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Slot name -> (key in the record, value): data and a method of one name are one slot."""
    return {plain_name(key): (key, value) for key, value in state.items()}


def _equal(left: tuple[str, Any] | None, right: tuple[str, Any] | None) -> bool:
    if left is None or right is None:
        return left is right
    return left[0] == right[0] and same(left[1], right[1])
