"""How sources use an object's slots and a message's arguments: what they touch, compare, subtract and look up."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..objects import MethodError, parse

MAX_STEPS = 40
"""How deep a value is followed through expressions and local names."""
LARGEST = 10**12

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}
_CALLS: dict[str, Callable[..., Any]] = {
    "len": len,
    "sum": sum,
    "min": min,
    "max": max,
    "abs": abs,
    "round": round,
    "set": set,
    "sorted": sorted,
    "enumerate": lambda many: list(enumerate(many)),
    "zip": lambda *many: list(zip(*many, strict=False)),
}
_CHANGING_WORDS = "append add extend insert remove discard pop popitem clear update setdefault sort reverse"
_CHANGING = frozenset(_CHANGING_WORDS.split())


class Unknown(Exception):
    """What an expression is worth cannot be said without running the method."""


@dataclass(frozen=True)
class Pair:
    """Two expressions of one source that meet in a comparison, a subtraction, min or max, or as index and length.

    loose: nothing says that the method turns on it, as for a subtraction.
    """

    left: ast.expr
    right: ast.expr
    loose: bool = False

    @property
    def text(self) -> str:
        """The pair as text, the same for the same expressions of two sources."""
        return f"{ast.unparse(self.left)} | {ast.unparse(self.right)}"


@dataclass
class Uses:
    """What one source does with the names it uses; an empty one for what is no method."""

    slots: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    changes: bool = False
    pairs: list[Pair] = field(default_factory=list)
    nodes: list[ast.AST] = field(default_factory=list)
    local: dict[str, ast.expr] = field(default_factory=dict)
    each: list[tuple[ast.expr, ast.expr]] = field(default_factory=list)
    grown: dict[str, ast.AugAssign] = field(default_factory=dict)
    """Slots that the method first of all adds to or takes from: later lines see the sum."""

    def value(self, node: ast.expr, slots: Mapping[str, Any], arguments: Mapping[str, Any]) -> Any:
        """What an expression is worth with these slots and arguments; loops stand at their first item. Unknown else."""
        return _Reader(self, slots, arguments).value(node, 0)


def uses_of(source: str) -> Uses:
    """The uses of one source."""
    try:
        tree = parse(source)
    except MethodError:
        return Uses()
    uses = Uses(nodes=list(ast.walk(tree)))
    for node in uses.nodes:
        uses.changes = uses.changes or _changes(node)
        uses.pairs += _pairs(node)
        slot = slot_of(node)
        if slot is not None and isinstance(node, ast.Attribute):
            if slot not in uses.slots:
                uses.slots.append(slot)
            if isinstance(node.ctx, ast.Load):
                uses.read.add(slot)
        if isinstance(node, (ast.For, ast.comprehension)):
            uses.each.append((node.target, node.iter))
        elif isinstance(node, ast.AugAssign):
            written = slot_of(node.target)
            if written is not None:
                uses.read.add(written)
    for statement in tree.body:
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, (ast.Add, ast.Sub)):
            uses.grown.setdefault(slot_of(statement.target) or "", statement)
    assignments = [node for node in uses.nodes if isinstance(node, ast.Assign) and len(node.targets) == 1]
    for assignment in sorted(assignments, key=lambda node: node.lineno):
        for name, value in _named_parts(assignment.targets[0], assignment.value):
            # A name with several values is followed to its first one, as a loop is to its first round.
            uses.local.setdefault(name, value)
    return uses


def slot_of(node: ast.AST) -> str | None:
    """The public name after `self.`, None for any other expression."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return None if node.attr.startswith("_") else node.attr
    return None


def names_in(node: ast.AST) -> set[str]:
    """The bare names in an expression."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def is_number(value: Any) -> bool:
    """A finite int or float of a readable size; True is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST


def crossing(of: Callable[[Any], Any], near: float = 0) -> int | float | None:
    """Where a linear function of one number is 0; None where it is not linear, or is known nowhere."""
    try:
        first, second, third = of(near), of(near + 1), of(near + 2)
    except (Unknown, ArithmeticError):
        return None
    if not all(map(is_number, (first, second, third))):
        return None
    slope = second - first
    if abs(slope) < 1e-9 or abs((third - second) - slope) > 1e-6:
        return None
    found = round(near - first / slope, 6)
    if not is_number(found):
        return None
    return int(found) if found == int(found) else found


def _named_parts(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for inner, part in zip(target.elts, value.elts, strict=True):
            yield from _named_parts(inner, part)


def _changes(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return True
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return any(map(slot_of, ast.walk(node.value)))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
        return any(map(slot_of, ast.walk(node.func.value)))
    return False


def _pairs(node: ast.AST) -> Iterator[Pair]:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        for place, operator in enumerate(node.ops):
            if isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)):
                yield Pair(sides[place], sides[place + 1])
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        yield Pair(node.left, node.right, loose=True)
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
        yield Pair(node.target, node.value, loose=True)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in ("min", "max") and len(node.args) == 2:
            yield Pair(node.args[0], node.args[1])
    elif isinstance(node, ast.Subscript) and not isinstance(node.slice, (ast.Slice, ast.Constant)):
        length = ast.Call(ast.Name("len", ast.Load()), [node.value], [])
        yield Pair(node.slice, length, loose=True)


class _Reader:
    """Reads an expression's value off plain data; nothing of the method runs."""

    def __init__(self, uses: Uses, slots: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
        self._uses = uses
        self._slots = slots
        self._arguments = arguments

    def value(self, node: ast.expr, depth: int) -> Any:
        if depth > MAX_STEPS:
            raise Unknown
        deeper = depth + 1
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self._named(node.id, deeper)
        slot = slot_of(node)
        if slot is not None:
            return self._slot(slot, node.lineno, deeper)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._number(node.operand, deeper)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            return self._arithmetic(node, deeper)
        if isinstance(node, ast.Subscript):
            if isinstance(node.slice, ast.Slice):
                return self._part(self.value(node.value, deeper), self._slice(node.slice, deeper))
            return self._part(self.value(node.value, deeper), self.value(node.slice, deeper))
        if isinstance(node, ast.Call) and not node.keywords:
            return self._call(node, deeper)
        raise Unknown

    def _slot(self, name: str, line: int, depth: int) -> Any:
        held = self._part(self._slots, name)
        grown = self._uses.grown.get(name)
        if grown is None or line <= grown.lineno or not is_number(held):
            return held
        by = self._number(grown.value, depth)
        return held + by if isinstance(grown.op, ast.Add) else held - by

    def _slice(self, node: ast.Slice, depth: int) -> slice:
        return slice(*(part and self.value(part, depth) for part in (node.lower, node.upper, node.step)))

    def _named(self, name: str, depth: int) -> Any:
        # `amount = round(amount)` is about the argument of that name.
        if name in self._arguments:
            return self._arguments[name]
        if name in self._uses.local and name not in names_in(self._uses.local[name]):
            return self.value(self._uses.local[name], depth)
        for target, over in self._uses.each:
            if name in names_in(target) and name not in names_in(over):
                return self._first(name, target, self.value(over, depth))
        raise Unknown

    def _first(self, name: str, target: ast.expr, many: Any) -> Any:
        """What a loop's name stands for in its first round."""
        if not isinstance(many, (list, tuple, dict)) or not many:
            raise Unknown
        item = next(iter(many))
        if isinstance(target, ast.Name):
            return item
        if isinstance(target, ast.Tuple) and isinstance(item, (list, tuple)) and len(item) == len(target.elts):
            for part, inner in zip(target.elts, item, strict=True):
                if isinstance(part, ast.Name) and part.id == name:
                    return inner
        raise Unknown

    def _number(self, node: ast.expr, depth: int) -> Any:
        found = self.value(node, depth)
        if not is_number(found):
            raise Unknown
        return found

    def _arithmetic(self, node: ast.BinOp, depth: int) -> Any:
        left, right = self._number(node.left, depth), self._number(node.right, depth)
        try:
            return _ARITHMETIC[type(node.op)](left, right)
        except ArithmeticError as error:
            raise Unknown from error

    @staticmethod
    def _part(many: Any, key: Any) -> Any:
        try:
            return many[key]
        except (LookupError, TypeError, ValueError) as error:
            raise Unknown from error

    def _call(self, node: ast.Call, depth: int) -> Any:
        function = node.func
        arguments: Sequence[Any] = [self.value(item, depth) for item in node.args]
        try:
            if isinstance(function, ast.Name) and function.id in _CALLS:
                return _CALLS[function.id](*arguments)
            if isinstance(function, ast.Attribute):
                held = self.value(function.value, depth)
                if isinstance(held, Mapping) and function.attr == "get":
                    return held.get(*arguments)
                if isinstance(held, Mapping) and function.attr in ("items", "keys", "values"):
                    return list(getattr(held, function.attr)())
        except (TypeError, ValueError, ArithmeticError) as error:
            raise Unknown from error
        raise Unknown
