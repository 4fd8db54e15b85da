"""What kind of answer a written method gives, as far as that can be read off its source."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from uvm_core.cognition.language.words import Answer

_FUNCTIONS: Mapping[str, Answer] = MappingProxyType(
    {
        **dict.fromkeys(("len", "sum", "round", "abs", "int", "float"), "number"),
        **dict.fromkeys(("any", "all", "bool", "isinstance"), "bool"),
        **dict.fromkeys(("sorted", "list"), "list"),
        "str": "text",
    }
)
_METHODS: Mapping[str, Answer] = MappingProxyType(
    {
        **dict.fromkeys(("upper", "lower", "title", "capitalize", "strip", "replace", "join", "print_string"), "text"),
        **dict.fromkeys(("startswith", "endswith", "isdigit", "isupper", "islower", "understands"), "bool"),
        **dict.fromkeys(("count", "index", "find"), "number"),
        **dict.fromkeys(("split", "keys", "values", "items", "slot_names"), "list"),
    }
)
_KINDS: tuple[tuple[type, Answer], ...] = ((bool, "bool"), (int | float, "number"), (str, "text"), (list, "list"))  # type: ignore[assignment]


def answers_in(tree: ast.AST, slots: Mapping[str, Any]) -> set[Answer]:
    """The kinds of what a method returns; `any` for an answer that may be of several."""
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value is not None]
    return {kind_of(one, slots) for one in found}


def kind_of(node: ast.expr, slots: Mapping[str, Any]) -> Answer:
    """The kind of one expression; `slots` say what the object holds."""
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return "bool"
        case ast.Constant(value=value):
            return _kind_of_value(value)
        case ast.JoinedStr():
            return "text"
        case ast.List() | ast.ListComp():
            return "list"
        case ast.UnaryOp(op=ast.USub()):
            return "number"
        case ast.BoolOp(values=values):
            return _same(kind_of(one, slots) for one in values)
        case ast.IfExp(body=body, orelse=other):
            return _same((kind_of(body, slots), kind_of(other, slots)))
        case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
            return _same((kind_of(left, slots), kind_of(right, slots)))
        case ast.BinOp(op=ast.Sub() | ast.Div() | ast.FloorDiv() | ast.Pow()):
            return "number"
        case ast.Call(func=ast.Name(id=name)):
            return _FUNCTIONS.get(name, "any")
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, default]):
            return kind_of(default, slots)
        case ast.Call(func=ast.Attribute(attr=name)):
            return _METHODS.get(name, "any")
        case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in slots:
            return _kind_of_value(slots[name])
    return "any"


def _kind_of_value(value: Any) -> Answer:
    return next((kind for of, kind in _KINDS if isinstance(value, of)), "any")


def _same(kinds: Iterable[Answer]) -> Answer:
    found = set(kinds)
    return found.pop() if len(found) == 1 else "any"
