"""What a slot can hold, and how such values are checked, copied, compared and shown read-only."""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable
from typing import Any, NoReturn

from persistent import Persistent

from .errors import SlotError

SCALARS: frozenset[type] = frozenset({int, float, str, bytes, bool, type(None)})
MAX_DEPTH = 64


class Callable_:
    """What a slot holds that answers a message by running: base of Method and Primitive."""

    __slots__ = ()


def storable(value: Any) -> Any:
    """`value` as a slot keeps it; SlotError with a sentence for what the image never holds.

    Scalars, methods, primitives and persistent objects (references, BTrees, blobs) pass; containers are looked
    through, and read-only views of inherited containers become plain ones.
    """
    kind = type(value)
    if kind in SCALARS or isinstance(value, (Persistent, Callable_)):
        return value
    return _storable(value, 0)


def _storable(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind in SCALARS or isinstance(value, (Persistent, Callable_)):
        return value
    if depth > MAX_DEPTH:
        raise SlotError(f"A slot's value may be nested {MAX_DEPTH} deep at most; this one goes deeper or round.")
    deeper = depth + 1
    if kind is list or kind is ReadOnlyList:
        for item in value:
            if type(item) not in SCALARS:
                _storable(item, deeper)
        return thaw(value) if _has_frozen(value) else value
    if kind is dict or kind is ReadOnlyDict:
        for key, item in value.items():
            if type(key) not in SCALARS:
                _storable(key, deeper)
            if type(item) not in SCALARS:
                _storable(item, deeper)
        return thaw(value) if _has_frozen(value) else value
    if kind in (tuple, set, frozenset) or kind is ReadOnlySet:
        for item in value:
            _storable(item, deeper)
        return thaw(value) if _has_frozen(value) else value
    raise SlotError(
        f"A slot cannot hold a {kind.__name__}: it holds numbers, text, bytes, lists, dicts, sets, tuples, methods "
        "and other objects of the image."
    )


def copy_data(value: Any) -> Any:
    """A copy of a slot's value: containers are copied to the bottom, persistent objects stay the same object."""
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind in (list, ReadOnlyList):
        return [copy_data(item) for item in value]
    if kind in (dict, ReadOnlyDict):
        return {copy_data(key): copy_data(item) for key, item in value.items()}
    if kind in (set, ReadOnlySet):
        return {copy_data(item) for item in value}
    if kind is tuple:
        return tuple(copy_data(item) for item in value)
    return value


thaw = copy_data


def is_mutable_container(value: Any) -> bool:
    """Whether a change in place of `value` would pass persistence by (a tuple counts if something in it does)."""
    kind = type(value)
    return kind in (list, dict, set) or (kind is tuple and any(is_mutable_container(item) for item in value))


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same to the last type: `True` is not `1`, references compare by identity."""
    return _same(left, right, 0)


def _same(left: Any, right: Any, depth: int) -> bool:
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right) or depth > MAX_DEPTH + 1:
        return False
    if kind is float:
        return struct.pack("d", left) == struct.pack("d", right)
    if kind in SCALARS:
        return bool(left == right)
    deeper = depth + 1
    if kind in (list, tuple):
        return len(left) == len(right) and all(_same(a, b, deeper) for a, b in zip(left, right, strict=True))
    if kind is dict:
        # Order counts: a dict's order is what its reader sees.
        return len(left) == len(right) and all(
            _same(ka, kb, deeper) and _same(left[ka], right[kb], deeper) for ka, kb in zip(left, right, strict=True)
        )
    if kind in (set, frozenset):
        return len(left) == len(right) and set(map(_mark, left)) == set(map(_mark, right))
    if isinstance(left, Callable_):
        return bool(left == right)
    if isinstance(left, Persistent):
        return False
    # ZODB's stand-ins for references, seen only while a conflict is resolved.
    oid = getattr(left, "oid", None)
    return oid is not None and oid == getattr(right, "oid", None)


def _mark(value: Any) -> Hashable:
    """A member of a set as something that is equal to what is the same, and to nothing else."""
    kind = type(value)
    if kind is float:
        return kind, struct.pack("d", value)
    if kind is tuple:
        return kind, tuple(map(_mark, value))
    if kind is frozenset:
        return kind, frozenset(map(_mark, value))
    if kind in SCALARS or isinstance(value, Callable_):
        return kind, value
    oid = None if isinstance(value, Persistent) else getattr(value, "oid", None)
    return ("reference", id(value) if oid is None else oid)


def _refuse(what: str) -> Callable[..., NoReturn]:
    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise SlotError(
            f"This {what} is inherited or another object's, and read-only here: assign a changed copy to the slot."
        )

    return refuse


class ReadOnlyList(list[Any]):
    """An inherited list as it is handed out where no method is running."""

    __slots__ = ()
    append = extend = insert = remove = pop = clear = sort = reverse = _refuse("list")
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse("list")


class ReadOnlyDict(dict[Any, Any]):
    """An inherited dict as it is handed out where no method is running."""

    __slots__ = ()
    pop = popitem = clear = update = setdefault = _refuse("dict")
    __setitem__ = __delitem__ = __ior__ = _refuse("dict")


class ReadOnlySet(set[Any]):
    """An inherited set as it is handed out where no method is running."""

    __slots__ = ()
    add = discard = remove = pop = clear = update = _refuse("set")
    difference_update = intersection_update = symmetric_difference_update = _refuse("set")
    __ior__ = __iand__ = __isub__ = __ixor__ = _refuse("set")


_FROZEN: frozenset[type] = frozenset({ReadOnlyList, ReadOnlyDict, ReadOnlySet})


def freeze(value: Any) -> Any:
    """A read-only copy of a container, to the bottom; every other value as it is."""
    kind = type(value)
    if kind is list:
        return ReadOnlyList(freeze(item) for item in value)
    if kind is dict:
        return ReadOnlyDict((key, freeze(item)) for key, item in value.items())
    if kind is set:
        return ReadOnlySet(value)
    if kind is tuple:
        return tuple(freeze(item) for item in value)
    return value


def _has_frozen(value: Any) -> bool:
    kind = type(value)
    if kind in _FROZEN:
        return True
    if kind in (list, tuple):
        return any(_has_frozen(item) for item in value)
    if kind is dict:
        return any(_has_frozen(item) for item in value.values())
    return False
