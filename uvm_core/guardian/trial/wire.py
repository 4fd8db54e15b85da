"""Plain data as JSON and back, without loss: tuples, sets, bytes, numbers that JSON lacks, keys that are no text.

One letter tags what JSON cannot say; a plain list or dict of plain text keys goes as it is. Used between the UVM, the
trial helper and its children, where neither side may unpickle anything of the other.
"""

from __future__ import annotations

import base64
import json
import math
from typing import Any

MAX_DEPTH = 80
_TAG = "\x00"
_TAG_OF: dict[type, str] = {tuple: "t", set: "s", frozenset: "z"}


class TooMuch(Exception):
    """The data is larger or deeper than its bound."""


class Packer:
    """Turns plain data into JSON-able data, counting parts and characters against a bound."""

    def __init__(self, max_size: int) -> None:
        self._left = max_size

    def pack(self, value: Any, depth: int = 0) -> Any:
        """JSON-able data for `value`; TooMuch when the bound is passed, TypeError for what is not plain data."""
        self._spend(8)
        if value is None or value is True or value is False:
            return value
        if depth > MAX_DEPTH:
            raise TooMuch(f"The data is nested more than {MAX_DEPTH} deep.")
        kind = type(value)
        deeper = depth + 1
        if kind is str:
            self._spend(len(value))
            return value
        if kind is int:
            self._spend(value.bit_length() // 4)
            return value if abs(value) < 1 << 53 else {_TAG: "i", "v": hex(value)}
        if kind is float:
            return value if math.isfinite(value) else {_TAG: "f", "v": repr(value)}
        if kind is list:
            return [self.pack(item, deeper) for item in value]
        if kind is dict:
            if all(type(key) is str and not key.startswith(_TAG) for key in value):
                self._spend(sum(map(len, value)))
                return {key: self.pack(item, deeper) for key, item in value.items()}
            return {_TAG: "d", "v": [[self.pack(key, deeper), self.pack(item, deeper)] for key, item in value.items()]}
        if kind in _TAG_OF:
            return {_TAG: _TAG_OF[kind], "v": [self.pack(item, deeper) for item in value]}
        if kind is bytes:
            self._spend(len(value))
            return {_TAG: "b", "v": base64.b64encode(value).decode("ascii")}
        if kind is complex:
            return {_TAG: "c", "v": [repr(value.real), repr(value.imag)]}
        raise TypeError(f"a {kind.__name__} is no plain data")

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooMuch("There is more data than a trial carries.")


def unpack(data: Any) -> Any:
    """The plain data that `Packer.pack` made; ValueError for anything else."""
    if isinstance(data, list):
        return [unpack(item) for item in data]
    if not isinstance(data, dict):
        return data
    if _TAG not in data:
        return {key: unpack(item) for key, item in data.items()}
    tag = data[_TAG]
    value: Any = data.get("v")
    if tag == "i":
        return int(value, 16)
    if tag == "f":
        return float(value)
    if tag == "d":
        return {unpack(key): unpack(item) for key, item in value}
    if tag == "t":
        return tuple(unpack(item) for item in value)
    if tag == "s":
        return {unpack(item) for item in value}
    if tag == "z":
        return frozenset(unpack(item) for item in value)
    if tag == "b":
        return base64.b64decode(value)
    if tag == "c":
        return complex(float(value[0]), float(value[1]))
    raise ValueError("unknown tag in trial data")


def dumps(value: Any, max_size: int) -> bytes:
    """`value` as bytes; TooMuch, TypeError as Packer.pack."""
    return json.dumps(Packer(max_size).pack(value), separators=(",", ":")).encode("utf-8", "surrogatepass")


def loads(data: bytes) -> Any:
    """The value of `dumps`; ValueError for damaged bytes."""
    try:
        return unpack(json.loads(data.decode("utf-8", "surrogatepass")))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("damaged trial data") from error
