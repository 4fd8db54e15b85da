"""Example values for parameters that nobody gave an argument for, from their names and from how sources use them."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from .uses import Uses, is_number, names_in, slot_of

NUMBER, TEXT = 2, "tea"
_TIDYING_WORDS = "strip lower upper title capitalize casefold lstrip rstrip"
_KEYED_WORDS = "get pop setdefault index remove count discard"
_TIDYING = frozenset(_TIDYING_WORDS.split())
_TEXT_CALLS = _TIDYING | {"split", "startswith", "endswith", "replace", "isdigit", "isalpha"}
_KEYED = frozenset(_KEYED_WORDS.split())
_ADDING = frozenset({"append", "add", "insert"})
_NUMBER_CALLS = frozenset({"abs", "round", "range", "divmod"})
_NUMBER_NAMES = re.compile(
    r"(^|_)(amount|count|number|n|by|index|price|size|limit|level|step|steps|times|quantity|minutes|seconds|hours|days"
    r"|years?|age|percent|rate|factor|points?|score|width|height|weight|length|total|x|y|delta|speed|cents|units)$"
)
_TRUTH_NAMES = re.compile(r"^(is|has|should|can)_|(^|_)(flag|on|enabled|force|reverse)$")
_MANY_NAMES = re.compile(r"(^|_)(items|values|list|numbers|entries|rows)$")
_TEXTS: tuple[tuple[str, str], ...] = (
    ("date|day", "2024-05-01"),
    ("text|sentence|message|line|words", "Hello there"),
    ("name|person|who|guest|player|friend|user", "Ann"),
)
_ARITHMETIC = (ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


class Clues:
    """What one source gives away about the values of the names it uses."""

    def __init__(self, uses: Uses, slots: Mapping[str, Any]) -> None:
        self._uses = uses
        self._slots = slots
        self.tidies = any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TIDYING
            for node in uses.nodes
        )

    def keepers(self, name: str) -> list[str]:
        """The slots in which the source looks a name up, or which it goes through, comparing."""
        found: dict[str, None] = {}
        for node in self._uses.nodes:
            for key, holder in _lookups(node):
                if name in names_in(key):
                    found |= dict.fromkeys(self._slots_behind(holder))
            if isinstance(node, ast.Compare) and any(isinstance(item, ast.Eq) for item in node.ops):
                sides = [node.left, *node.comparators]
                if any(self._is(side, name) for side in sides):
                    found |= dict.fromkeys(slot for side in sides for slot in self._slots_behind(side))
        return [slot for slot in found if texts_of(self._slots.get(slot))]

    def number(self, name: str, *, slot: bool = False) -> bool:
        """Whether the source does with a name what is done with numbers."""
        return any(self._numeric(node, name, slot) for node in self._uses.nodes)

    def text(self, name: str) -> bool:
        """Whether the source sends a name what texts understand."""
        return any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _TEXT_CALLS
            and self._is(node.func.value, name)
            for node in self._uses.nodes
        )

    def many(self, name: str) -> bool:
        """Whether the source goes through what a name holds."""
        return any(self._is(over, name) for _target, over in self._uses.each)

    def truth(self, name: str) -> bool:
        """Whether the source only asks if a name holds."""
        asked = used = 0
        for node in self._uses.nodes:
            if isinstance(node, (ast.If, ast.IfExp)):
                asked += self._is(node.test, name)
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                asked += self._is(node.operand, name)
            used += isinstance(node, ast.Name) and node.id == name
        return 0 < asked == used

    def like(self, name: str) -> Any:
        """A value that the name is set beside: a slot it is assigned to or compared with, a list it is put in."""
        for node in self._uses.nodes:
            if isinstance(node, ast.Assign) and self._is(node.value, name):
                held = [self._slots.get(slot) for target in node.targets if (slot := slot_of(target))]
            elif isinstance(node, ast.Compare) and self._is(node.left, name):
                held = [self._slots.get(slot) for side in node.comparators if (slot := slot_of(side))]
                held = [item for item in held if not isinstance(item, (list, dict))]
            elif _adds(node) and isinstance(node, ast.Call) and any(self._is(item, name) for item in node.args):
                assert isinstance(node.func, ast.Attribute)
                many = self._slots.get(slot_of(node.func.value) or "")
                held = [many[0]] if isinstance(many, list) and many else []
            else:
                continue
            for item in held:
                if isinstance(item, (bool, int, float, str, list, dict)) and not holds_forms(item):
                    return deepcopy(item)
        return None

    def _numeric(self, node: ast.AST, name: str, slot: bool) -> bool:
        sides: list[ast.expr] = []
        if isinstance(node, (ast.BinOp, ast.AugAssign)):
            sides = [node.left, node.right] if isinstance(node, ast.BinOp) else [node.target, node.value]
            if isinstance(node.op, ast.Add):
                if not any(self._holds_number(side) for side in sides):
                    return False
            elif not isinstance(node.op, _ARITHMETIC):
                return False
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            ordered = any(isinstance(item, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for item in node.ops)
            if not ordered and not any(self._holds_number(side) for side in sides):
                return False
            if any(isinstance(item, (ast.In, ast.NotIn)) for item in node.ops):
                return False
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NUMBER_CALLS:
            sides = list(node.args)
        elif isinstance(node, ast.Subscript):
            held = slot_of(node.value)
            if held is None or not isinstance(self._slots.get(held), (list, tuple)):
                return False
            sides = [part for part in (node.slice,) if not isinstance(part, ast.Slice)]
        # Only a side that is the name or reckons with it: in `self.stock[name] - 1`, name is no number.
        return any(_bears(side, name, slot) for side in sides)

    def _holds_number(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Constant):
            return is_number(node.value)
        return is_number(self._slots.get(slot_of(node) or ""))

    def _is(self, node: ast.AST, name: str) -> bool:
        """Whether an expression is the name, tidied at most: `name.strip().lower()` is still name."""
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TIDYING:
            node = node.func.value
        return isinstance(node, ast.Name) and node.id == name

    def _slots_behind(self, node: ast.AST, depth: int = 0) -> list[str]:
        """The slots that an expression comes from, through local names and loops."""
        found = [slot for inner in ast.walk(node) if (slot := slot_of(inner))]
        if depth < 4:
            for name in sorted(names_in(node) - {"self"}):
                behind = [over for target, over in self._uses.each if name in names_in(target)]
                if name in self._uses.local:
                    behind.append(self._uses.local[name])
                for expression in behind:
                    found += self._slots_behind(expression, depth + 1)
        return found


def example_of(name: str, clues: Sequence[Clues], slots: Mapping[str, Any], *, slot: bool = False) -> Any:
    """An example value for a parameter (or a slot that has None), the simplest that fits how it is used."""
    if slot:
        return NUMBER if any(clue.number(name, slot=True) for clue in clues) else TEXT
    if any(clue.number(name) for clue in clues):
        return NUMBER
    for clue in clues:
        for keeper in clue.keepers(name):
            return texts_of(slots[keeper])[0]
    for clue in clues:
        like = clue.like(name)
        if like is not None:
            return like
    if any(clue.text(name) for clue in clues):
        return _text(name)
    if any(clue.many(name) for clue in clues) or _MANY_NAMES.search(name):
        return [1, 2, 3]
    if any(clue.truth(name) for clue in clues) or _TRUTH_NAMES.search(name):
        return True
    return NUMBER if _NUMBER_NAMES.search(name) else _text(name)


def texts_of(value: Any) -> list[str]:
    """The texts by which something is found in a value: keys, elements, the texts of a record's first text field."""
    if isinstance(value, Mapping):
        return [key for key in value if isinstance(key, str) and not key.startswith("$")]
    if not isinstance(value, (list, tuple, set, frozenset)):
        return []
    items = sorted(map(str, value)) if isinstance(value, (set, frozenset)) else value
    found: list[str] = []
    for item in items:
        if isinstance(item, Mapping) and not is_form(item):
            item = next((part for part in item.values() if isinstance(part, str)), None)
        elif isinstance(item, (list, tuple)) and item:
            item = item[0]
        if isinstance(item, str):
            found.append(item)
    return found


def default_of(parameters: Sequence[str]) -> dict[str, Any]:
    """The constants of `name=constant` parameters, by their names."""
    found: dict[str, Any] = {}
    for parameter in parameters:
        name, equals, constant = parameter.partition("=")
        if equals:
            try:
                found[name.strip()] = ast.literal_eval(constant.strip())
            except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                found[name.strip()] = None
    return found


def _text(name: str) -> str:
    return next((example for pattern, example in _TEXTS if re.search(rf"(^|_)({pattern})$", name)), TEXT)


def _lookups(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """What is looked up in what."""
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        return [(node.slice, node.value)]
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        return [(node.left, node.comparators[0])]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEYED and node.args:
        return [(node.args[0], node.func.value)]
    return []


def _adds(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ADDING


def _bears(node: ast.expr, name: str, slot: bool) -> bool:
    if isinstance(node, ast.BinOp):
        return _bears(node.left, name, slot) or _bears(node.right, name, slot)
    if isinstance(node, ast.UnaryOp):
        return _bears(node.operand, name, slot)
    return slot_of(node) == name if slot else isinstance(node, ast.Name) and node.id == name


def is_form(value: Any) -> bool:
    """Whether a value stands for an object or a method rather than for data."""
    return isinstance(value, Mapping) and any(isinstance(key, str) and key.startswith("$") for key in value)


def holds_forms(value: Any, depth: int = 0) -> bool:
    """Whether an object or a method is anywhere in a value."""
    if depth > 20 or is_form(value):
        return True
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return any(holds_forms(part, depth + 1) for part in parts)
