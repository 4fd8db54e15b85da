"""Values as people read and type them. A value is neutral data: numbers, text, collections, and `Ref` for an object."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LONG = 60


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an object of the image."""

    id: int
    name: str | None = None

    @property
    def shown(self) -> str:
        return self.name or f"object {self.id}"


@dataclass(frozen=True, slots=True)
class MethodText:
    """The source of a method on its way into a slot."""

    source: str


class NotAValue(ValueError):
    """The typed text is no value; the message is a plain sentence."""


def show(value: Any, kind: str = "data") -> str:
    """A value on one line, as a row shows it."""
    if kind in ("method", "primitive"):
        return kind
    if kind == "blob":
        return _blob(value)
    if kind == "btree":
        return _btree(value)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, Ref):
        return value.shown
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, (list, tuple, set, frozenset, dict)):
        text = write(value)
        return text if len(text) <= LONG else f"{type(value).__name__} · {len(value)}"
    if isinstance(value, str):
        return repr(value if len(value) <= 300 else value[:300])
    return repr(value)


def _btree(value: Any) -> str:
    entries = value.get("entries") if isinstance(value, dict) else None
    if isinstance(value, dict) and isinstance(value.get("length"), int):
        return f"BTree · {value['length']}"
    if isinstance(value, dict) and isinstance(entries, (list, tuple)):
        # Counting a large tree would load all of it: the image only says that there is more.
        return f"BTree · {len(entries)}{' and more' if value.get('more') else ''}"
    return f"BTree · {len(value)}" if isinstance(value, (dict, list)) else "BTree"


def _blob(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("size"), int):
        return f"file · {value['size']:,} bytes"
    return "file"


def write(value: Any) -> str:
    """A value as text that `read` turns back into it, references by name."""
    if isinstance(value, Ref):
        return value.shown if value.name and value.name.isidentifier() else f"object({value.id})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{write(key)}: {write(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(write(item) for item in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(write(item) for item in value) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(write(item) for item in value)) + "}" if value else "set()"
    return repr(value)


def read(text: str, find: Callable[[str], Ref | None]) -> Any:
    """The value that a person typed: Python's literals, and objects by their name.

    `find` answers the object with a name. Raises NotAValue with a sentence that says what to type instead.
    """
    text = text.strip()
    if not text:
        raise NotAValue("Nothing is typed. None stands for no value, '' for empty text.")
    whole = find(text)
    if whole is not None:
        return whole
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise NotAValue(f"This is not a value. Text stands in quotes: {_quoted(text)}") from None
    return _evaluate(tree.body, text, find)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:30] + "…")


def _evaluate(node: ast.expr, text: str, find: Callable[[str], Ref | None]) -> Any:
    match node:
        case ast.Constant(value=constant) if constant is not Ellipsis and not isinstance(constant, complex):
            return constant
        case ast.Name(id=name):
            found = find(name)
            if found is None:
                raise NotAValue(f"No object is called {name}. Text stands in quotes: {_quoted(name)}")
            return found
        case ast.Call(func=ast.Name(id="object"), args=[ast.Constant(value=int() as number)], keywords=[]):
            return Ref(number)
        case ast.Call(func=ast.Name(id="set"), args=[], keywords=[]):
            return set()
        case ast.List(elts=items):
            return [_evaluate(item, text, find) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_evaluate(item, text, find) for item in items)
        case ast.Set(elts=items):
            return {_hashable(_evaluate(item, text, find)) for item in items}
        case ast.Dict(keys=keys, values=values):
            pairs = {}
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    raise NotAValue("A dict is written key: value.")
                pairs[_hashable(_evaluate(key, text, find))] = _evaluate(value, text, find)
            return pairs
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=ast.Constant(value=int() | float() as number)):
            return -number if isinstance(sign, ast.USub) else number
    raise NotAValue("Only values can stand here: numbers, text in quotes, True, False, None, lists, dicts, names.")


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        raise NotAValue("A list or dict cannot be a key or a member of a set.") from None
    return value


def same(first: Any, second: Any) -> bool:
    """Equal in type and value, recursively; NaN equals NaN, True does not equal 1."""
    if type(first) is not type(second):
        return False
    if isinstance(first, float):
        return first == second or (math.isnan(first) and math.isnan(second))
    if isinstance(first, (list, tuple)):
        return len(first) == len(second) and all(same(a, b) for a, b in zip(first, second, strict=True))
    if isinstance(first, dict):
        return list(first) == list(second) and all(same(value, second[key]) for key, value in first.items())
    if isinstance(first, Ref):
        return bool(first.id == second.id)
    return bool(first == second)
