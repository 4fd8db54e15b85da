"""Values on the wire and in JSON.

MessagePack (ormsgpack) with these extensions:

=====  ==========================================================================================
 code   meaning, payload
=====  ==========================================================================================
 1      `Ref`: 8 bytes id, big-endian and unsigned, then the name in UTF-8 (empty: no name)
 2      tuple: a packed array
 3      set: a packed array
 4      an integer outside 64 bits: two's complement, big-endian, at most 1,024 bytes
 5      frozenset: a packed array
 6      `MethodSource`: the source in UTF-8
 7      a map whose keys MessagePack does not know, or which reads like a reference: packed [k, v, k, v, …]
=====  ==========================================================================================

NaN, the infinities and maps with int, float, bool, None, bytes or tuple keys travel natively. For clients without
extensions the maps `{"$ref": id or name}` and `{"$method": source}` mean the same as codes 1 and 6; a plain map that
happens to look like one is packed with code 7, so that `unpack(pack(value))` is always `value`.

JSON: `{"$ref": id}` `{"$method": source}` `{"$tuple": […]}` `{"$set": […]}` `{"$frozenset": […]}`
`{"$bytes": base64}` `{"$float": "nan" | "inf" | "-inf"}` `{"$dict": [[key, value], …]}`; a map with a key that begins
with `$` is written with `$dict`.
"""

from __future__ import annotations

import base64
import binascii
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ormsgpack
from ormsgpack import Ext, packb, unpackb

from uvm_core.bridge.headers import excess

MAX_MESSAGE = 1 << 20
"""Bytes of one incoming message."""
MAX_DEPTH = 100
"""How deep an incoming value may nest."""
MAX_CONTAINERS = 100_000
"""How many lists, maps and sets an incoming message may hold: empty ones cost 50 bytes of memory per byte sent."""
MAX_BIG_INT = 1024
"""Bytes of one integer: larger ones cannot even be printed by Python's default limit of 4,300 digits."""

_REF, _TUPLE, _SET, _BIG_INT, _FROZENSET, _METHOD, _MAP = 1, 2, 3, 4, 5, 6, 7

_PACK = (
    ormsgpack.OPT_NON_STR_KEYS
    | ormsgpack.OPT_PASSTHROUGH_TUPLE
    | ormsgpack.OPT_PASSTHROUGH_BIG_INT
    | ormsgpack.OPT_PASSTHROUGH_DATACLASS
    | ormsgpack.OPT_PASSTHROUGH_DATETIME
    | ormsgpack.OPT_PASSTHROUGH_ENUM
    | ormsgpack.OPT_PASSTHROUGH_UUID
)
_UNPACK = ormsgpack.OPT_NON_STR_KEYS

# ormsgpack does not mind bytes after the value. A message is therefore read as the first of two elements, the second of
# which nobody outside this process can know: bytes too many or too few, and it is not there.
_END_VALUE = os.urandom(16)
_END = b"\xc4\x10" + _END_VALUE

_SURROGATES = "A text contains half of a surrogate pair and cannot be written as UTF-8."
_OPENING = bytes([*range(0x80, 0xA0), *range(0xC7, 0xCA), *range(0xD4, 0xD9), *range(0xDC, 0xE0)])
_NOT_OPENING = bytes(byte for byte in range(256) if byte not in _OPENING)


class ValueRefused(ValueError):
    """A value that cannot travel, or bytes that are no value; says why in a plain sentence."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an object of the image. `id` 0 means that only the name is known."""

    id: int
    name: str | None = None

    @property
    def target(self) -> int | str:
        """What a command's `target_oid` takes: the id, or the name where there is no id."""
        return self.id or self.name or 0


@dataclass(frozen=True, slots=True)
class MethodSource:
    """The source text of a method, on its way into or out of a slot."""

    source: str


class _Literal(dict[Any, Any]):
    """A map that came under code 7: already read, not to be taken for a reference."""


# ---- packing


def pack(value: Any) -> bytes:
    """The value as MessagePack. Raises ValueRefused for what cannot travel (and says what it is)."""
    return _pack(value, 0)


def _pack(value: Any, depth: int) -> bytes:
    if depth > MAX_DEPTH:
        raise ValueRefused("The value nests too deeply, or contains itself.")
    packer = _Packer(depth)
    try:
        data = packb(value, packer.default, _PACK)
    except (TypeError, RecursionError):
        if packer.refusal is not None:
            raise packer.refusal from None
        # Most often a map with unusual keys; if not, the second try says what it is.
        return _pack_plain(_spelled_out(value, depth), depth)
    if b"$ref" in data or b"$method" in data:
        return _pack_plain(_spelled_out(value, depth), depth)
    return data


def _pack_plain(value: Any, depth: int) -> bytes:
    packer = _Packer(depth)
    try:
        return packb(value, packer.default, _PACK)
    except (TypeError, RecursionError) as problem:
        if packer.refusal is not None:
            raise packer.refusal from None
        text = str(problem)
        if "ecursion" in text:
            raise ValueRefused("The value nests too deeply, or contains itself.") from None
        if "surrogates" in text:
            raise ValueRefused(_SURROGATES) from None
        raise ValueRefused(f"The value cannot travel: {text}.") from None


class _Packer:
    """What ormsgpack asks about values it does not know. It forgets the errors raised here, so they are kept."""

    __slots__ = ("depth", "refusal")

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.refusal: ValueRefused | None = None

    def default(self, value: Any) -> Any:
        try:
            return self._extension(value)
        except ValueRefused as refusal:
            self.refusal = refusal
            raise

    def _extension(self, value: Any) -> Any:
        kind = type(value)
        if kind is Ref:
            return Ext(_REF, _ref_bytes(value))
        if kind is MethodSource:
            return Ext(_METHOD, _text_bytes(value.source))
        if isinstance(value, tuple):
            return Ext(_TUPLE, _pack(list(value), self.depth + 1))
        if isinstance(value, set):
            return Ext(_SET, _pack(list(value), self.depth + 1))
        if isinstance(value, frozenset):
            return Ext(_FROZENSET, _pack(list(value), self.depth + 1))
        if isinstance(value, int) and kind is not bool:
            return Ext(_BIG_INT, _big_int_bytes(value))
        raise ValueRefused(f"A value of the type {kind.__name__} cannot travel.")


def _ref_bytes(ref: Ref) -> bytes:
    if not 0 <= ref.id < 1 << 64:
        raise ValueRefused(f"{ref.id} is not the id of an object.")
    return ref.id.to_bytes(8, "big") + _text_bytes(ref.name or "")


def _text_bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueRefused(_SURROGATES) from None


def _big_int_bytes(number: int) -> bytes:
    size = number.bit_length() // 8 + 1
    if size > MAX_BIG_INT:
        raise ValueRefused(f"An integer of {number.bit_length():,} bits is too large to travel.")
    return number.to_bytes(size, "big", signed=True)


def _spelled_out(value: Any, depth: int) -> Any:
    """The same value with the maps that MessagePack cannot say, or that read like a reference, under code 7.

    Tuples and sets are left alone: each is packed by a call of its own.
    """
    if depth > MAX_DEPTH:
        raise ValueRefused("The value nests too deeply, or contains itself.")
    if isinstance(value, list):
        return [_spelled_out(item, depth + 1) for item in value]
    if isinstance(value, dict):
        if _reads_like_a_reference(value) or any(not _plain_key(key) for key in value):
            return Ext(_MAP, _pack([part for pair in value.items() for part in pair], depth + 1))
        return {key: _spelled_out(item, depth + 1) for key, item in value.items()}
    return value


def _reads_like_a_reference(value: dict[Any, Any]) -> bool:
    return len(value) == 1 and ("$ref" in value or "$method" in value)


def _plain_key(key: Any) -> bool:
    if type(key) is int:
        return -(1 << 63) <= key < 1 << 64
    return key is None or type(key) in (str, bool, float, bytes)


# ---- unpacking


def unpack(data: bytes, *, max_bytes: int | None = MAX_MESSAGE, max_depth: int | None = MAX_DEPTH) -> Any:
    """The value in `data`, all of it. Raises ValueRefused.

    What comes from outside is bounded in bytes, depth and number of containers before any of it is built. A client
    that reads what its own UVM sends passes `max_bytes=None, max_depth=None`.
    """
    if max_bytes is not None and len(data) > max_bytes:
        raise ValueRefused(f"The message has {len(data):,} bytes; at most {max_bytes:,} are taken.")
    # Counting the bytes that could open a container costs nothing and settles nearly every message.
    if max_depth is not None and len(data) > max_depth and len(data.translate(None, _NOT_OPENING)) > max_depth:
        reason = excess(data, max_depth=max_depth, max_containers=MAX_CONTAINERS)
        if reason is not None:
            raise ValueRefused(reason)
    return _unpack(data, 0)


def _unpack(data: bytes, depth: int) -> Any:
    reader = _Reader(depth)
    try:
        both = unpackb(b"\x92" + data + _END, ext_hook=reader.hook, option=_UNPACK)
    except (ValueError, TypeError, RecursionError) as problem:
        if reader.refusal is not None:
            raise reader.refusal from None
        text = str(problem) or type(problem).__name__
        if "ecursion" in text:
            raise ValueRefused("The value nests too deeply.") from None
        raise ValueRefused(f"The message is not valid MessagePack ({text}).") from None
    if both[1] != _END_VALUE:
        raise ValueRefused("The message has bytes after its end, or ends too early.")
    value = both[0]
    if b"$ref" in data or b"$method" in data:
        try:
            return _with_references(value)
        except RecursionError:
            raise ValueRefused("The value nests too deeply.") from None
    return value


class _Reader:
    """What ormsgpack asks about extensions. It forgets the errors raised here, so they are kept."""

    __slots__ = ("depth", "refusal")

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.refusal: ValueRefused | None = None

    def hook(self, code: int, data: bytes) -> Any:
        try:
            return self._value(code, data)
        except ValueRefused as refusal:
            self.refusal = refusal
            raise

    def _value(self, code: int, data: bytes) -> Any:
        if code == _REF:
            return _read_ref(data)
        if code == _METHOD:
            return MethodSource(_read_text(data))
        if code == _BIG_INT:
            if not 0 < len(data) <= MAX_BIG_INT:
                raise ValueRefused(f"An integer of {len(data):,} bytes is not taken.")
            return int.from_bytes(data, "big", signed=True)
        if code not in (_TUPLE, _SET, _FROZENSET, _MAP):
            raise ValueRefused(f"The extension type {code} is not known.")
        if self.depth >= MAX_DEPTH:
            raise ValueRefused("The value nests too deeply.")
        items = _unpack(data, self.depth + 1)
        if type(items) is not list:
            raise ValueRefused(f"The extension type {code} must hold an array.")
        try:
            if code == _TUPLE:
                return tuple(items)
            if code == _SET:
                return set(items)
            if code == _FROZENSET:
                return frozenset(items)
            if len(items) % 2:
                raise ValueRefused("A map must hold as many values as keys.")
            pairs = zip(items[::2], items[1::2], strict=True)
            return _Literal(pairs) if b"$ref" in data or b"$method" in data else dict(pairs)
        except TypeError:
            raise ValueRefused("A list, a map or a set cannot be a key or the element of a set.") from None


def _read_ref(data: bytes) -> Ref:
    if len(data) < 8:
        raise ValueRefused("A reference must hold an id of 8 bytes.")
    return Ref(int.from_bytes(data[:8], "big"), _read_text(data[8:]) or None)


def _read_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ValueRefused("A text is not valid UTF-8.") from None


def _with_references(value: Any) -> Any:
    """Replaces the maps that mean a reference or a method, in place."""
    kind = type(value)
    if kind is list:
        for index, item in enumerate(value):
            if type(item) in (list, dict, _Literal):
                value[index] = _with_references(item)
    elif kind is _Literal:
        return dict(value)
    elif kind is dict:
        if _reads_like_a_reference(value):
            return _reference_from(value)
        for key, item in value.items():
            if type(item) in (list, dict, _Literal):
                value[key] = _with_references(item)
    return value


def _reference_from(value: dict[str, Any]) -> Ref | MethodSource:
    if "$method" in value:
        if not isinstance(value["$method"], str):
            raise ValueRefused('A method is {"$method": its source as text}.')
        return MethodSource(value["$method"])
    target = value["$ref"]
    if isinstance(target, str) and target.isdecimal() and target.isascii():
        target = int(target) if len(target) <= 20 else -1
    if type(target) is int and 0 < target < 1 << 64:
        return Ref(target)
    if isinstance(target, str) and target:
        return Ref(0, target)
    raise ValueRefused('A reference is {"$ref": the id or the root name of an object}.')


# ---- JSON


def to_json(value: Any) -> Any:
    """The value in terms that `json.dumps` writes as strict JSON; see the head of this file for the mapping."""
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": str(value)}
    if kind is list:
        return [to_json(item) for item in value]
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: to_json(item) for key, item in value.items()}
        return {"$dict": [[to_json(key), to_json(item)] for key, item in value.items()]}
    if kind is Ref:
        return {"$ref": value.target}
    if kind is MethodSource:
        return {"$method": value.source}
    if isinstance(value, tuple):
        return {"$tuple": [to_json(item) for item in value]}
    if isinstance(value, (set, frozenset)):
        name = "$set" if isinstance(value, set) else "$frozenset"
        return {name: [to_json(item) for item in sorted(value, key=lambda item: (type(item).__name__, repr(item)))]}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    raise ValueRefused(f"A value of the type {kind.__name__} has no JSON form.")


def from_json(value: Any) -> Any:
    """The value meant by parsed JSON; the inverse of `to_json`. Raises ValueRefused."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or not next(iter(value)).startswith("$"):
        return {key: from_json(item) for key, item in value.items()}
    ((name, content),) = value.items()
    if name in ("$ref", "$method"):
        return _reference_from(value)
    reader = _JSON_READERS.get(name)
    if reader is None:
        return {name: from_json(content)}
    try:
        return reader(content)
    except (TypeError, ValueError, binascii.Error) as problem:
        if isinstance(problem, ValueRefused):
            raise
        raise ValueRefused(f"{name} cannot hold this: {problem}.") from None


def _json_items(content: Any) -> list[Any]:
    if not isinstance(content, list):
        raise ValueRefused("A tuple, a set or a map is written as a list.")
    return [from_json(item) for item in content]


def _json_pairs(content: Any) -> dict[Any, Any]:
    if not isinstance(content, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in content):
        raise ValueRefused('A map with other keys than text is {"$dict": [[key, value], …]}.')
    return {from_json(key): from_json(item) for key, item in content}


def _json_float(content: Any) -> float:
    if content not in ("nan", "inf", "-inf"):
        raise ValueRefused('{"$float": …} takes "nan", "inf" or "-inf".')
    return float(content)


def _json_bytes(content: Any) -> bytes:
    if not isinstance(content, str):
        raise ValueRefused('Bytes are {"$bytes": base64 as text}.')
    return base64.b64decode(content, validate=True)


_JSON_READERS: dict[str, Callable[[Any], Any]] = {
    "$tuple": lambda content: tuple(_json_items(content)),
    "$set": lambda content: set(_json_items(content)),
    "$frozenset": lambda content: frozenset(_json_items(content)),
    "$dict": _json_pairs,
    "$float": _json_float,
    "$bytes": _json_bytes,
}
