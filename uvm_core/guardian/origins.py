"""Where a value may come from: the abstract values of the alias analysis.

A value is a set of origins; the empty set is a value that shares nothing with anybody (numbers, text, new things whose
parts are such). Containers that the method makes itself are origins of their own, one for each place in the source
that makes one, and remember what may lie in them, by constant key where there is one.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["list", "dict", "tuple", "set", "iterator", "function", "method"]


@dataclass(eq=False, slots=True)
class Origin:
    """A kind of thing that a value may be."""

    name: str

    def __repr__(self) -> str:
        return self.name


@dataclass(eq=False, slots=True, repr=False)
class Made(Origin):
    """A container, function or bound method that the method made at one place of its source."""

    kind: Kind = "list"
    node: ast.AST | None = None
    fields: dict[Hashable, Value] = field(default_factory=dict)


Value = frozenset[Origin]

STATE = Origin("state of the receiver")
ARGUMENT = Origin("an argument, or what lies in one")
OTHER = Origin("a slot of another object")
REPLY = Origin("answer to an own message")
FOREIGN_REPLY = Origin("answer to a message to another object")
CLONE = Origin("a new clone")
CLONED = Origin("a slot of a new clone")
DOES = Origin("something whose use changes the state of the receiver")
ERROR = Origin("a caught exception")
BUILTIN = Origin("a builtin or the math module")

PLAIN: Value = frozenset()
ANY: Hashable = ("any key",)
_SHARED = frozenset({STATE, ARGUMENT, OTHER, REPLY, FOREIGN_REPLY, CLONED})


def just(*origins: Origin) -> Value:
    """The value that is one of these."""
    return frozenset(origins)


def union(values: Iterable[Value]) -> Value:
    """A value that is any of these."""
    return PLAIN.union(*values)


def constant_key(node: ast.expr) -> Hashable:
    """The key under which a constant subscript files; ANY for every other one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int, bytes)):
        return node.value
    return ANY


class Heap:
    """Everything the method makes, and what may lie in it. It only grows: `version` says when it did."""

    def __init__(self) -> None:
        self.version = 0
        self._made: dict[tuple[int, str], Made] = {}
        self._nodes: list[ast.AST] = []

    def make(self, node: ast.AST, kind: Kind, role: str = "") -> Made:
        """The thing made at `node`; `role` tells several at one node apart."""
        key = (id(node), role)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Made(f"new {kind}", kind, node)
        return found

    def put(self, made: Made, value: Value, key: Hashable = ANY) -> None:
        """Note that `value` may lie in `made`."""
        if not value:
            return
        before = made.fields.get(key, PLAIN)
        after = before | value
        if len(after) != len(before):
            made.fields[key] = after
            self.version += 1

    def within(self, value: Value, key: Hashable = ANY) -> Value:
        """What may lie in `value`: under a constant `key`, or anywhere."""
        found: set[Origin] = set()
        for origin in value:
            if isinstance(origin, Made):
                if key is ANY or not _is_keyed(origin, key):
                    found.update(*origin.fields.values())
                else:
                    found.update(origin.fields.get(key, PLAIN), origin.fields.get(ANY, PLAIN))
            elif origin in _SHARED:
                found.add(origin)
            elif origin is CLONE:
                found.add(OTHER)
        return frozenset(found)

    def reach(self, value: Value) -> frozenset[Made]:
        """Everything made by the method that can be reached from `value`."""
        found: set[Made] = set()
        waiting = [origin for origin in value if isinstance(origin, Made)]
        while waiting:
            made = waiting.pop()
            if made not in found:
                found.add(made)
                for inside in made.fields.values():
                    waiting.extend(origin for origin in inside if isinstance(origin, Made))
        return frozenset(found)

    def spread(self, made: Made, origin: Origin) -> None:
        """Wherever `made` may lie, `origin` may lie as well."""
        for other in self._made.values():
            for key, inside in other.fields.items():
                if made in inside and origin not in inside:
                    other.fields[key] = inside | {origin}
                    self.version += 1


def _is_keyed(made: Made, key: Hashable) -> bool:
    if made.kind == "tuple":
        return type(key) is int and key >= 0
    return made.kind == "dict"
