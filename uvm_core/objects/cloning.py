"""Cloning: a new object with copies of the receiver's own slots and the same parents."""

from __future__ import annotations

import pickle
import shutil
from io import BytesIO
from typing import Any

from BTrees.check import classify
from persistent import Persistent
from ZODB.blob import Blob
from ZODB.interfaces import BlobError

from . import delegation
from .delegation import SlotHolder
from .values import copy_data


def clone(receiver: SlotHolder) -> SlotHolder:
    """A copy of an object: its own data to the bottom, its references and parents shared, blobs with their bytes.

    A naive deep copy would clone the traits and leave every blob empty.
    """
    copied: SlotHolder = type(receiver)()
    for key in delegation.slot_keys(receiver):
        setattr(copied, delegation.plain_name(key), _copy(delegation.record(receiver)[key]))
    return copied


def _copy(value: Any) -> Any:
    """A value of a clone's slot: only other objects of the image are shared."""
    if isinstance(value, SlotHolder) or not isinstance(value, Persistent):
        return copy_data(value)
    return _Parts().copy(value)


class _Parts:
    """Copies a persistent container (a BTree, a list, an index of several) with the containers it is made of."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}
        self._parts: list[tuple[Any, Any]] = []

    def copy(self, value: Any) -> Any:
        """The copy of one container or blob; the same one again for the same value."""
        if isinstance(value, Blob):
            return _copy_blob(value)
        if _is_btree(value):
            copied = type(value)()
            copied.update(
                {key: self._entry(item) for key, item in value.items()} if hasattr(value, "items") else list(value)
            )
            return copied
        written = BytesIO()
        pickler = _Pickler(written, self)
        pickler.dump(value)
        written.seek(0)
        return _Unpickler(written, self).load()

    def number(self, value: Any, whole: Any) -> int | None:
        """Under which number a part that is not copied by pickling is kept; None for what is."""
        if not isinstance(value, Persistent) or value is whole:
            return None
        if not isinstance(value, (SlotHolder, Blob)) and not _is_btree(value):
            return None
        number = self._known.get(id(value))
        if number is None:
            number = self._known[id(value)] = len(self._parts)
            self._parts.append((value, value if isinstance(value, SlotHolder) else self.copy(value)))
        return number

    def part(self, number: int) -> Any:
        """The part of that number."""
        return self._parts[number][1]

    def _entry(self, item: Any) -> Any:
        return self.copy(item) if isinstance(item, Persistent) and not isinstance(item, SlotHolder) else copy_data(item)


class _Pickler(pickle.Pickler):
    def __init__(self, file: BytesIO, parts: _Parts) -> None:
        super().__init__(file, 4)
        self._given = parts
        self._whole: Any = None

    def dump(self, obj: Any) -> None:
        self._whole = obj
        super().dump(obj)

    def persistent_id(self, obj: Any) -> int | None:
        return self._given.number(obj, self._whole)


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: BytesIO, parts: _Parts) -> None:
        super().__init__(file)
        self._given = parts

    def persistent_load(self, pid: Any) -> Any:
        return self._given.part(pid)


def _is_btree(value: Any) -> bool:
    try:
        classify(value)
    except (KeyError, AttributeError):
        return False
    return True


def _copy_blob(value: Blob) -> Blob:
    copied = Blob()
    try:
        source = value.open("r")
    except BlobError:
        # A blob that nothing was written to yet has no file.
        return copied
    with source, copied.open("w") as target:
        shutil.copyfileobj(source, target)
    return copied
