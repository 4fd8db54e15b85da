"""Cloning: a new object with copies of the receiver's own slots and the same parents."""

from __future__ import annotations

import shutil
from typing import Any

from BTrees.check import classify
from persistent import Persistent
from ZODB.blob import Blob

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
    if isinstance(value, Blob):
        return _copy_blob(value)
    if isinstance(value, Persistent) and not isinstance(value, SlotHolder):
        return _copy_btree(value)
    return copy_data(value)


def _copy_blob(value: Blob) -> Blob:
    copied = Blob()
    with value.open("r") as source, copied.open("w") as target:
        shutil.copyfileobj(source, target)
    return copied


def _copy_btree(value: Persistent) -> Persistent:
    """A BTree of the same kind with the same entries; any other persistent container is shared."""
    try:
        classify(value)
    except (KeyError, AttributeError):
        return value
    copied = type(value)()
    copied.update(value)
    return copied
