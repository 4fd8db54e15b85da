"""What can be doubted about a written method without running it: cheap reasons to write another candidate.

A doubt is no refusal. The audit and the trial decide; doubts only choose between candidates.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.answer_kinds import answers_in
from uvm_core.cognition.language.kinds import nameable
from uvm_core.cognition.language.words import answer_of, content_words, operators_of, words_of

MARK_SLOT = "_p_changed"
_OPERATORS: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_SAID: Mapping[str, str] = {"bool": "yes or no", "number": "a number", "text": "a text", "list": "a list"}
_SQUARES = frozenset({"area", "square", "squared", "power", "variance", "surface"})
_COMMON_NUMBERS = frozenset({0, 1, 2, 10, 100})


def doubts_about(source: str, request: MethodRequest) -> list[str]:
    """Plain sentences, empty if nothing is odd."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        return [f"The method is not complete: {error}."]
    doubts = [f"The parameter {name} is not used." for name in _unused(tree, request)]
    doubts += [f"The slot {name}, which the message names, is not used." for name in _unspoken(tree, request)]
    doubts += [f"The value {value!r} comes from nowhere." for value in _unfounded(tree, request)]
    doubts += [f"The slot {name} is set to what it holds already." for name in _idle(tree, request)]
    doubts += [f"{text} stands more than once in one reckoning." for text in _repeated(tree, request)]
    doubts += [
        f"It reckons with {found}, where {request.selector} sounds like {meant}."
        for found, meant in _against(tree, request)
    ]
    doubts += [
        f"It answers {found}, where {request.selector} sounds like {wanted}."
        for found, wanted in _of_another_kind(tree, request)
    ]
    doubts += [f"The number {number} of the wish is not used." for number in _unheeded(tree, request)]
    doubts += [f"{text} is compared with what it happens to be now." for text in _accidental(tree, request)]
    if not _touched(tree) - {MARK_SLOT} and not request.parameter_names and nameable(request.slots):
        doubts.append("The answer does not depend on the object.")
    if source in request.rejected:
        doubts.append("This very method has been refused before.")
    return doubts


def _unused(tree: ast.AST, request: MethodRequest) -> list[str]:
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return [name for name in request.parameter_names if name not in read]


def _touched(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _unspoken(tree: ast.AST, request: MethodRequest) -> Iterator[str]:
    touched = _touched(tree)
    if touched & {"print_string", "slot_names", "slot_value"}:
        return
    words = set(content_words(f"{request.selector} {request.wish}"))
    for name in nameable(request.slots):
        # All words of the slot's name must be said: "name" in rename, "first name" not in name.
        parts = set(content_words(name))
        if parts and parts <= words and name not in touched:
            yield name


def _unfounded(tree: ast.AST, request: MethodRequest) -> Iterator[Any]:
    known = _known_values(request)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.BinOp | ast.AugAssign | ast.Dict):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.Constant) and child.value is not None and not isinstance(child.value, bool):
                    value = child.value
                    is_key = isinstance(node, ast.Dict) and child in node.keys
                    is_text_piece = isinstance(value, str) and not isinstance(node, ast.Compare | ast.Dict)
                    if value not in known and not is_key and not is_text_piece:
                        yield value


def _known_values(request: MethodRequest) -> set[Any]:
    known: set[Any] = set(_COMMON_NUMBERS) | {""}
    known |= set(_scalars(request.slots)) | set(_scalars(request.inherited)) | set(_scalars(request.arguments))
    for word in [*words_of(request.wish), *words_of(request.selector)]:
        known.add(word)
        if word.isdigit():
            known.add(int(word))
    return known


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if isinstance(key, str | int | float):
                yield key
            yield from _scalars(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _scalars(one)
    elif isinstance(value, str | int | float):
        yield value


def _idle(tree: ast.AST, request: MethodRequest) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Attribute):
            continue
        name = node.targets[0].attr
        held = request.slots.get(name)
        is_same = isinstance(node.value, ast.Constant) and type(node.value.value) is type(held)
        # A number set to what it happens to be now (a reset before anything was counted) is fine.
        if is_same and isinstance(node.value, ast.Constant) and node.value.value == held and isinstance(held, str):
            yield name


def _repeated(tree: ast.AST, request: MethodRequest) -> Iterator[str]:
    """Operands that are reckoned with themselves, unless a square is meant, or that a text or product names three
    times."""
    squares = bool(_SQUARES & set(words_of(f"{request.selector} {request.wish}")))
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Div | ast.Mult):
            if squares and isinstance(node.op, ast.Mult):
                continue
            left = node.left.right if isinstance(node.left, ast.BinOp) else node.left
            if isinstance(node.right, ast.Call | ast.Attribute) and ast.dump(left) == ast.dump(node.right):
                yield ast.unparse(node.right)
        elif isinstance(node, ast.JoinedStr | ast.BinOp):
            parts = [ast.unparse(part) for part in ast.walk(node) if isinstance(part, ast.Attribute)]
            most = 1 if isinstance(node, ast.JoinedStr) else 2
            yield from sorted({part for part in parts if parts.count(part) > most})


def _against(tree: ast.AST, request: MethodRequest) -> Iterator[tuple[str, str]]:
    """Reckoning that goes against the message's verb: a decrement that only adds, a double that does not multiply."""
    meant = operators_of(request.selector)
    found = {
        _OPERATORS[type(node.op)]
        for node in ast.walk(tree)
        if isinstance(node, ast.AugAssign | ast.BinOp) and type(node.op) in _OPERATORS
    }
    if meant and found and not found & set(meant):
        yield " and ".join(sorted(found)), meant[0]


def _of_another_kind(tree: ast.AST, request: MethodRequest) -> Iterator[tuple[str, str]]:
    """Answers that are no yes or no, or no number, where the message asks for one."""
    wanted = answer_of(request.selector, request.wish)
    if request.selector.startswith("in_") and not request.parameters and not request.wish:
        return  # in_capitals is no question, in_stock(name) is one
    if wanted in ("bool", "number"):
        for found in sorted(answers_in(tree, request.slots) - {"any", wanted}):
            yield _SAID[found], _SAID[wanted]


def _unheeded(tree: ast.AST, request: MethodRequest) -> Iterator[int]:
    used = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    for word in words_of(request.wish):
        if word.isdigit() and int(word) not in used:
            yield int(word)


def _accidental(tree: ast.AST, request: MethodRequest) -> Iterator[str]:
    wished = set(words_of(request.wish))
    listed = set(_scalars([value for value in request.slots.values() if isinstance(value, list)]))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        texts = [one.value for one in node.comparators if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        yield from (ast.unparse(node.left) for text in texts if text in listed and not set(words_of(text)) & wished)
        if not isinstance(node.left, ast.Attribute):
            continue
        held = request.slots.get(node.left.attr)
        right = node.comparators[0]
        if (
            isinstance(right, ast.Constant)
            and isinstance(held, int | float)
            and not isinstance(held, bool)
            and right.value == held
            and right.value not in _COMMON_NUMBERS
            and str(right.value) not in wished
        ):
            yield ast.unparse(node.left)
