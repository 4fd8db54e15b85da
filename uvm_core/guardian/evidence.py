"""What a method's text says about whether a name is a number or text, so that `n += step` is no change in place.

`x = self.count; x += 1` makes a new number; `x = self.items; x += more` changes the slot's list. Where the operand
does not tell, other uses of the names in the same method do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .scopes import Scopes, Variable, all_arguments
from .words import MESSAGE_LIKE, MUTATORS, NUMBER_BUILTINS, PLAIN_ANSWERS, PLAIN_BUILTINS, PLAIN_WORDS

Key = Variable | str
_NUMERIC = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift)
_ORDERINGS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
IN_PLACE = (ast.Add, ast.Mult, ast.BitOr, ast.BitAnd, ast.BitXor, ast.Sub)


class Evidence:
    """`is_plain(expression)`: whether it is evidently a number or text; `is_container(name)`: evidently neither."""

    def __init__(self, method: ast.FunctionDef, scopes: Scopes) -> None:
        self._scopes = scopes
        self._plain: set[Key] = set()
        self._containers: set[Key] = set()
        self._data: set[Key] = set()
        self._taken_from: dict[Key, set[str]] = {}
        # Twice: what a name is may rest on what another one is.
        for _ in range(2):
            for node in ast.walk(method):
                self._learn(node)

    def is_plain(self, node: ast.expr) -> bool:
        """Whether an expression is evidently a number or text."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, (int, float, complex, str, bytes))
        if isinstance(node, (ast.JoinedStr, ast.Compare)):
            return True
        if isinstance(node, ast.UnaryOp):
            return True
        if isinstance(node, ast.BinOp):
            return self._plain_operation(node)
        if isinstance(node, ast.IfExp):
            return self.is_plain(node.body) and self.is_plain(node.orelse)
        if isinstance(node, ast.BoolOp):
            return all(self.is_plain(value) for value in node.values)
        if isinstance(node, ast.NamedExpr):
            return self.is_plain(node.value)
        if isinstance(node, ast.Call):
            return self._plain_call(node)
        key = self.key(node)
        return key is not None and key in self._plain and key not in self._containers

    def is_container(self, node: ast.expr) -> bool:
        """Whether an expression is evidently a list, dict or set."""
        if isinstance(node, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Tuple)):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id in {"list", "dict", "set", "sorted", "tuple", "reversed"}
        key = self.key(node)
        return key is not None and key in self._containers

    def is_data(self, node: ast.expr) -> bool:
        """Whether an expression is used as data (indexed, gone through, counted), not as an object with messages."""
        key = self.key(node)
        return self.is_container(node) if key is None else key in self._data

    def is_number_step(self, node: ast.AugAssign) -> bool:
        """Whether `target op= value` makes a new number or text and changes nothing in place."""
        target, value = node.target, node.value
        if not isinstance(node.op, IN_PLACE):
            return True
        if self.is_container(value):
            return False
        # A list takes no number or text by + or -; repeating one by a number is a change in place.
        if isinstance(node.op, ast.Mult):
            return self.is_plain(target) or not self._may_be_many(target)
        if isinstance(value, ast.Constant) and isinstance(value.value, (str, bytes)) and self.is_container(target):
            return False
        return self.is_plain(value) or self.is_plain(target) or self._words_agree(target, value)

    def _words_agree(self, target: ast.expr, value: ast.expr) -> bool:
        # `rows += value` may well be a list; `left -= fee` is none.
        return not self._may_be_many(target) and (self.reads_like_plain(target) or self.reads_like_plain(value))

    def _may_be_many(self, target: ast.expr) -> bool:
        """Whether a name, or a slot that it is taken from, is evidently a container or is called like one."""
        key = self.key(target)
        names = {_name_of(target), *(self._taken_from.get(key, ()) if key is not None else ())}
        return self.is_container(target) or any(_is_plural(name) for name in names)

    def reads_like_plain(self, node: ast.expr) -> bool:
        """Whether the name alone says number or text; the weakest evidence, for when there is no other."""
        return _name_of(node).rpartition("_")[2] in PLAIN_WORDS and not self.is_container(node)

    def key(self, node: ast.expr) -> Key | None:
        """What evidence about an expression is filed under: a variable, or the name of a slot of self."""
        if isinstance(node, ast.Name):
            return self._scopes.variable_of(node)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            return node.attr
        return None

    def _plain_operation(self, node: ast.BinOp) -> bool:
        if isinstance(node.op, _NUMERIC):
            return True
        if isinstance(node.op, ast.Mult):
            return not (self.is_container(node.left) or self.is_container(node.right))
        if isinstance(node.op, ast.Add):
            return self.is_plain(node.left) or self.is_plain(node.right)
        return self.is_plain(node.left) and self.is_plain(node.right)

    def _plain_call(self, node: ast.Call) -> bool:
        function = node.func
        if isinstance(function, ast.Name):
            if self._scopes.variable_of(function) is not None:
                return False
            return function.id in PLAIN_BUILTINS or (function.id == "sum" and len(node.args) == 1)
        if isinstance(function, ast.Attribute):
            return function.attr in PLAIN_ANSWERS or self._is_math(function)
        return False

    def _is_math(self, node: ast.Attribute) -> bool:
        base = node.value
        return isinstance(base, ast.Name) and base.id == "math" and self._scopes.variable_of(base) is None

    def _learn(self, node: ast.AST) -> None:
        for plain in self._plain_parts(node):
            key = self.key(plain)
            if key is not None:
                self._plain.add(key)
        for part in _data_parts(node):
            key = self.key(part)
            if key is not None:
                self._data.add(key)
        if isinstance(node, ast.Attribute) and node.attr in MUTATORS:
            key = self.key(node.value)
            if key is not None:
                self._containers.add(key)
        elif isinstance(node, ast.Assign) and self.is_container(node.value) and self.key(node.value) is None:
            self._containers.update(key for key in map(self.key, node.targets) if key is not None)
        elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
            self._learn_parameters(node)
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Attribute, ast.Name, ast.Subscript)):
            for key in map(self.key, node.targets):
                if key is not None:
                    self._taken_from.setdefault(key, set()).add(_name_of(node.value))

    def _plain_parts(self, node: ast.AST) -> Iterator[ast.expr]:
        if isinstance(node, ast.Assign) and self.is_plain(node.value):
            yield from node.targets
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.op, _NUMERIC[1:]) or self._tells(node.value, node.op):
                yield node.target
        elif isinstance(node, ast.BinOp):
            if isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Pow)):
                yield node.left
                yield node.right
            elif self._tells(node.left, node.op):
                yield node.right
            elif self._tells(node.right, node.op):
                yield node.left
        elif isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
            yield node.operand
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            equal = any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops)
            if all(isinstance(op, _ORDERINGS) for op in node.ops) and (
                not equal or any(self.is_plain(side) for side in sides)
            ):
                yield from sides
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            yield node.value
        elif isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                if self._is_math(function):
                    yield from node.args
                elif function.attr in PLAIN_ANSWERS - {"index", "count"}:
                    yield function.value
            elif isinstance(function, ast.Name) and function.id in NUMBER_BUILTINS:
                yield from node.args

    def _tells(self, operand: ast.expr, operator: ast.operator) -> bool:
        """Whether an operand of + - * says that the other one is a number or text."""
        if isinstance(operator, (ast.Add, ast.Sub)):
            return self.is_plain(operand)
        return isinstance(operator, ast.Mult) and isinstance(operand, ast.Constant) and isinstance(operand.value, float)

    def _learn_parameters(self, node: ast.FunctionDef | ast.Lambda) -> None:
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = list(zip(reversed(positional), reversed(arguments.defaults), strict=False))
        pairs += [(arg, value) for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
        plain = {arg.arg for arg, value in pairs if self.is_plain(value)}
        for argument in all_arguments(arguments):
            note = argument.annotation
            if isinstance(note, ast.Name) and note.id in {"int", "float", "str", "bool"}:
                plain.add(argument.arg)
        for name in plain:
            variable = self._scopes.lookup(name, self._scopes.scope_of.get(id(node)))
            if variable is not None:
                self._plain.add(variable)


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value).lower()
    return (node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else "").lower()


def _is_plural(name: str) -> bool:
    return name.endswith("s") and not name.endswith(("ss", "us", "is")) and name not in PLAIN_WORDS


def _data_parts(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Subscript):
        yield node.value
    elif isinstance(node, (ast.For, ast.comprehension)):
        yield node.iter
    elif isinstance(node, ast.Compare):
        yield from (
            side for op, side in zip(node.ops, node.comparators, strict=True) if isinstance(op, (ast.In, ast.NotIn))
        )
    elif isinstance(node, ast.Attribute) and node.attr in MUTATORS - MESSAGE_LIKE:
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"len", "sorted", "list"}:
        yield from node.args
