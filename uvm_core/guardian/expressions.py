"""What an expression may be, and what happens while it is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable

from .calls import Calls
from .machine import Arguments
from .origins import (
    ANY,
    ARGUMENT,
    BUILTIN,
    CLONE,
    CLONED,
    DOES,
    ERROR,
    FOREIGN_REPLY,
    OTHER,
    PLAIN,
    REPLY,
    STATE,
    Kind,
    Made,
    Value,
    constant_key,
    just,
    union,
)
from .scopes import COMPREHENSIONS, comprehension_parts
from .words import EAGER_BUILTINS, MUTATORS

_OBJECTS = frozenset({STATE, ARGUMENT, OTHER, REPLY, FOREIGN_REPLY, CLONED})


class Expressions(Calls):
    """Evaluates expressions to values; unknown kinds of nodes are evaluated part by part."""

    def value(self, node: ast.expr | None) -> Value:
        """What `node` may be; its changes and its exceptions become events."""
        if node is None:
            return PLAIN
        evaluate = _EVALUATE.get(type(node))
        if evaluate is not None:
            return evaluate(self, node)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
        self.may_raise()
        return PLAIN

    def doubtfully(self, node: ast.expr | None) -> Value:
        """The value of an expression that may not be evaluated at all."""
        self.doubtful += 1
        value = self.value(node)
        self.doubtful -= 1
        return value

    def name(self, node: ast.Name) -> Value:
        if self.is_self(node):
            return PLAIN
        variable = self.scopes.variable_of(node)
        if variable is None:
            return just(BUILTIN)
        return self.used(self.read(variable), node)

    def constant(self, _node: ast.Constant) -> Value:
        return PLAIN

    def attribute(self, node: ast.Attribute) -> Value:
        if self.is_self(node.value):
            self.may_raise()
            return just(STATE)
        base = self.value(node.value)
        self.may_raise()
        if node.attr in MUTATORS:
            return self.mention(node, base)
        if ERROR in base and node.attr == "obj":
            self.report("ATT-002", node, "The attribute obj of an exception looks into another object.")
        if CLONE in base and len(base) == 1:
            return just(CLONED)
        return just(OTHER) if base & _OBJECTS or CLONE in base else PLAIN

    def mention(self, node: ast.Attribute, base: Value) -> Value:
        """A mutator that is named and not called: whoever has it can change what it belongs to."""
        found: list[Value] = []
        if BUILTIN in base or STATE in base or not self.published_in(base).isdisjoint(base):
            self.change("mention", node, f"{ast.unparse(node)[:60]} is handed on, which can change a slot later")
            found.append(just(DOES))
        if base & {OTHER, ARGUMENT, FOREIGN_REPLY}:
            self.report("COV-005", node, f"{ast.unparse(node)[:60]} can change what belongs to another object.")
        owners = frozenset(one for one in base if isinstance(one, Made))
        if owners:
            made = self.heap.make(node, "method")
            self.heap.put(made, owners)
            found.append(just(made))
        return union(found)

    def subscript(self, node: ast.Subscript) -> Value:
        base = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            for part in (node.slice.lower, node.slice.upper, node.slice.step):
                self.value(part)
            self.may_raise()
            return self.holding(node, "list", self.heap.within(base))
        self.value(node.slice)
        self.may_raise()
        return self.used(self.heap.within(base, constant_key(node.slice)), node)

    def conditional(self, node: ast.IfExp) -> Value:
        self.value(node.test)
        return self.doubtfully(node.body) | self.doubtfully(node.orelse)

    def boolean(self, node: ast.BoolOp) -> Value:
        return self.value(node.values[0]) | union([self.doubtfully(value) for value in node.values[1:]])

    def walrus(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        variable = self.scopes.variable_of(node.target)
        if variable is not None:
            self.bind(variable, value)
        return value

    def operation(self, node: ast.BinOp) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        self.may_raise()
        if self.evidence.is_plain(node):
            return PLAIN
        inside = self.heap.within(left | right)
        return self.holding(node, "list", inside) if inside else PLAIN

    def plain_parts(self, node: ast.expr) -> Value:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
        self.may_raise()
        return PLAIN

    def compare(self, node: ast.Compare) -> Value:
        self.value(node.left)
        for side in node.comparators:
            self.value(side)
        if not all(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops):
            self.may_raise()
        return PLAIN

    def display(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        values = [(item, self.starred(item)) for item in node.elts]
        kind: Kind = "tuple" if isinstance(node, ast.Tuple) else "set" if isinstance(node, ast.Set) else "list"
        made = self.make(node, kind)
        keyed = kind == "tuple" and not any(isinstance(item, ast.Starred) for item in node.elts)
        for index, (_, value) in enumerate(values):
            self.heap.put(made, value, index if keyed else ANY)
        return just(made)

    def starred(self, node: ast.expr) -> Value:
        """What an element adds to a display or a call: with `*`, what lies in it."""
        if isinstance(node, ast.Starred):
            value = self.value(node.value)
            self.may_raise()
            return self.heap.within(value)
        return self.value(node)

    def dictionary(self, node: ast.Dict) -> Value:
        pairs: list[tuple[Hashable, Value]] = []
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                pairs.append((ANY, self.heap.within(self.value(item))))
                self.may_raise()
            else:
                self.value(key)
                pairs.append((constant_key(key), self.value(item)))
                if not isinstance(key, ast.Constant):
                    self.may_raise()
        made = self.make(node, "dict")
        for name, value in pairs:
            self.heap.put(made, value, name)
        return just(made)

    def lambda_(self, node: ast.Lambda) -> Value:
        return self.function(node)

    def comprehension(self, node: ast.expr) -> Value:
        """A comprehension is run here and now; a generator expression that is not, is something that does."""
        before = len(self.events)
        generators: list[ast.comprehension] = node.generators  # type: ignore[attr-defined]
        self.doubtful += 1
        for generator in generators:
            source = self.value(generator.iter)
            self.may_raise()
            self.assign(generator.target, self.heap.within(source), None)
            for condition in generator.ifs:
                self.value(condition)
        values = [self.value(part) for part in comprehension_parts(node)]
        self.doubtful -= 1
        kind: Kind = "dict" if isinstance(node, ast.DictComp) else "list"
        if isinstance(node, ast.GeneratorExp):
            kind = "iterator"
        made = self.make(node, kind)
        self.heap.put(made, values[-1])
        result = just(made)
        if isinstance(node, ast.GeneratorExp) and any(self.events[before:]):
            result |= {DOES}
        return result

    def call(self, node: ast.Call) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute):
            if self.is_self(function.value):
                given = self.arguments(node)
                self.may_raise()
                return self.own_message(node, function.attr, given)
            base = self.value(function.value)
            self.may_raise()
            given = self.arguments(node, eager=function.attr in MUTATORS or function.attr == "join")
            self.may_raise()
            return self.method_call(node, function, base, given)
        if isinstance(function, ast.Name) and self.scopes.variable_of(function) is None:
            given = self.arguments(node, eager=function.id in EAGER_BUILTINS)
            self.may_raise()
            return self.builtin_call(node, function.id, given)
        called = self.value(function)
        given = self.arguments(node)
        self.may_raise()
        return self.unknown_call(node, called, given)

    def arguments(self, node: ast.Call, *, eager: bool = False) -> Arguments:
        """The values that a call hands over."""
        given = Arguments()
        for index, item in enumerate(node.args):
            if isinstance(item, ast.Starred):
                given.more |= self.starred(item)
            elif eager and index == 0 and isinstance(item, ast.GeneratorExp):
                given.values.append(self.comprehension(item) - {DOES})
            else:
                given.values.append(self.value(item))
        for keyword in node.keywords:
            value = self.value(keyword.value)
            if keyword.arg is None:
                given.more |= self.heap.within(value)
            else:
                given.named[keyword.arg] = value
        return given

    def assign(self, target: ast.expr, value: Value, source: ast.expr | None) -> None:
        """A store into a target; Steps defines it."""
        raise NotImplementedError


_EVALUATE: dict[type[ast.AST], Callable[..., Value]] = {
    ast.Name: Expressions.name,
    ast.Constant: Expressions.constant,
    ast.Attribute: Expressions.attribute,
    ast.Subscript: Expressions.subscript,
    ast.IfExp: Expressions.conditional,
    ast.BoolOp: Expressions.boolean,
    ast.NamedExpr: Expressions.walrus,
    ast.BinOp: Expressions.operation,
    ast.Compare: Expressions.compare,
    ast.List: Expressions.display,
    ast.Tuple: Expressions.display,
    ast.Set: Expressions.display,
    ast.Dict: Expressions.dictionary,
    ast.Starred: Expressions.starred,
    ast.Lambda: Expressions.lambda_,
    ast.Call: Expressions.call,
    ast.JoinedStr: Expressions.plain_parts,
    ast.FormattedValue: Expressions.plain_parts,
    ast.UnaryOp: Expressions.plain_parts,
    **dict.fromkeys(COMPREHENSIONS, Expressions.comprehension),
}
