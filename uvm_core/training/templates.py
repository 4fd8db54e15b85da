"""Texts with gaps, as the families of tasks are written in, and the lines that draw what fills the gaps.

In a text `<s>` is what s is, `<n - 1>` any expression, `<on?lit|dark>` one of two texts and `<on?, lit>` a text or
nothing; the texts may have gaps again. A `<` before a space and a `>` between spaces (or before ` =`) are signs. Lines
that draw are assignments in Python's syntax, `s = name('flag')`, over the names that are given and no others; their
strings are such texts. Both come with this package: nothing that a person or a model wrote is read here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from types import CodeType
from typing import Any

_OPENS = re.compile(r"<(?=[A-Za-z'(0-9])")
_SHOWN = 60


def fill(text: str, names: dict[str, Any], *, spoken: bool = False) -> str:
    """A text with its gaps filled; spoken, a name in a gap goes through `said` of `names`. Errors: ValueError (a gap
    that is not closed or has no expression), what an expression raises."""
    return str(eval(_text(text, spoken), names))


def holds(condition: str, names: dict[str, Any]) -> bool:
    """Whether an expression is true. Errors: ValueError (it is none), what it raises."""
    return bool(eval(_condition(condition), names))


def draw(lines: str, names: dict[str, Any]) -> None:
    """Run lines that draw; what they assign is added to `names`. Errors: ValueError (a line that is no assignment of
    an expression), what an expression raises."""
    exec(_lines(lines), names)


@cache
def _text(text: str, spoken: bool) -> CodeType:
    return _compiled(ast.Expression(_joined(text, spoken)), "eval")


@cache
def _condition(text: str) -> CodeType:
    return _compiled(ast.Expression(_expression(text, False)), "eval")


@cache
def _lines(text: str) -> CodeType:
    try:
        tree = ast.parse(text)
    except SyntaxError as fault:
        raise ValueError(f"line {fault.lineno} of what is drawn is no Python: {(fault.text or '').strip()}") from fault
    for line in tree.body:
        if not isinstance(line, ast.Assign | ast.Expr):
            raise ValueError(f"this line is no assignment: {ast.unparse(line)[:_SHOWN]}")
    return _compiled(_Texts().visit(tree), "exec")


def _compiled(tree: ast.Module | ast.Expression, mode: str) -> CodeType:
    return compile(ast.fix_missing_locations(tree), "<family>", mode)


class _Texts(ast.NodeTransformer):
    """Strings with gaps are filled where they stand."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        has_gaps = isinstance(node.value, str) and _OPENS.search(node.value)
        return _joined(str(node.value), False) if has_gaps else node


def _joined(text: str, spoken: bool) -> ast.JoinedStr:
    """A text as the f-string that it is."""
    values: list[ast.expr] = []
    at = 0
    while opening := _OPENS.search(text, at):
        end = _closing(text, opening.start())
        values += [ast.Constant(text[at : opening.start()]), _gap(text[opening.end() : end], spoken)]
        at = end + 1
    return ast.JoinedStr([*values, ast.Constant(text[at:])])


def _gap(text: str, spoken: bool) -> ast.FormattedValue:
    condition, asks, rest = text.partition("?")
    value = _expression(condition, spoken and not asks)
    if asks:
        cut = next((at for at, depth in _depths(rest, 0) if not depth and rest[at] == "|"), len(rest))
        value = ast.IfExp(value, _joined(rest[:cut], spoken), _joined(rest[cut + 1 :], spoken))
    return ast.FormattedValue(value, -1)


def _expression(text: str, spoken: bool) -> ast.expr:
    try:
        found = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as fault:
        raise ValueError(f"this is no expression: {text[:_SHOWN]}") from fault
    plain = spoken and isinstance(found, ast.Name)
    return ast.Call(ast.Name("said", ast.Load()), [found], []) if plain else found


def _closing(text: str, start: int) -> int:
    for at, depth in _depths(text, start):
        if not depth:
            return at
    raise ValueError(f"a gap is not closed: {text[start : start + _SHOWN]}")


def _depths(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Each place of a text from `start` on, and how many gaps are open after it."""
    depth = 0
    for at in range(start, len(text)):
        if _OPENS.match(text, at):
            depth += 1
        elif text[at] == ">" and depth and not (text[at - 1] == " " and text[at + 1 : at + 2] in (" ", "=")):
            depth -= 1
        yield at, depth
