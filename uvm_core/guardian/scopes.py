"""Which variable a name means: Python's scopes, computed from the tree.

(`symtable` would serve, but it takes a function named `top` for the module.) Names are compared in NFKC form.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from uvm_core.objects.language import normal

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(eq=False, slots=True)
class Scope:
    """A function, lambda or comprehension and the names that are bound in it."""

    node: ast.AST
    outer: Scope | None
    bound: set[str] = field(default_factory=set)

    @property
    def is_comprehension(self) -> bool:
        """Whether walrus targets pass through to the function around."""
        return isinstance(self.node, COMPREHENSIONS)

    def function(self) -> Scope:
        """The function whose body this scope is evaluated in."""
        scope = self
        while scope.is_comprehension and scope.outer is not None:
            scope = scope.outer
        return scope


@dataclass(frozen=True, slots=True)
class Variable:
    """A name in the scope that binds it."""

    scope: Scope
    name: str

    @property
    def function(self) -> Scope:
        """The function in whose frame the variable's value flows."""
        return self.scope.function()


class Scopes:
    """The variables of a method: `variable_of` answers None for a name that nothing in the method binds."""

    def __init__(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.uses: list[tuple[ast.Name, Scope]] = []
        self._variables: dict[int, Variable | None] = {}
        self._bindings: dict[tuple[int, str], Variable] = {}
        self.scope_of: dict[int, Scope] = {}
        self._binders: dict[int, Scope] = {}
        # Defaults, annotations and decorators of the method itself are evaluated outside of it.
        self.outside = Scope(ast.Module([], []), None)
        self.method = self._function(method, self.outside)
        for name, scope in self.uses:
            self._variables[id(name)] = self.lookup(normal(name.id), scope)

    def variable_of(self, name: ast.Name) -> Variable | None:
        """The variable that a name node means; None for a builtin or an unknown name."""
        return self._variables.get(id(name))

    def lookup(self, name: str, scope: Scope | None) -> Variable | None:
        """The variable that `name` means inside `scope`."""
        while scope is not None:
            if name in scope.bound:
                return self.binding(scope, name)
            scope = scope.outer
        return None

    def binding(self, scope: Scope, name: str) -> Variable:
        """The one Variable for a name of a scope."""
        key = (id(scope), name)
        found = self._bindings.get(key)
        if found is None:
            found = self._bindings[key] = Variable(scope, name)
        return found

    def bound_in(self, node: ast.AST, name: str) -> Variable:
        """The variable that a binding without a Name node (def, except, capture) makes in `node`'s scope."""
        return self.binding(self._binders[id(node)], normal(name))

    def _function(self, node: Function, outer: Scope) -> Scope:
        scope = Scope(node, outer)
        self.scope_of[id(node)] = scope
        arguments = node.args
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self._visit(default, outer)
        for argument in all_arguments(arguments):
            scope.bound.add(normal(argument.arg))
            if argument.annotation is not None:
                self._visit(argument.annotation, outer)
        if isinstance(node, ast.Lambda):
            self._visit(node.body, scope)
        else:
            for decorator in node.decorator_list:
                self._visit(decorator, outer)
            if node.returns is not None:
                self._visit(node.returns, outer)
            for statement in node.body:
                self._visit(statement, scope)
        return scope

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Name):
            self.uses.append((node, scope))
            if not isinstance(node.ctx, ast.Load):
                scope.bound.add(normal(node.id))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            scope.bound.add(normal(node.name))
            self._binders[id(node)] = scope
            self._function(node, scope)
        elif isinstance(node, ast.Lambda):
            self._function(node, scope)
        elif isinstance(node, COMPREHENSIONS):
            self._comprehension(node, scope)
        elif isinstance(node, ast.NamedExpr):
            self._visit(node.value, scope)
            self._visit(node.target, scope.function())
        else:
            self._bind(node, scope)
            for child in ast.iter_child_nodes(node):
                self._visit(child, scope)

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        name: str | None = None
        if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.ClassDef)):
            name = node.name
        elif isinstance(node, ast.MatchMapping):
            name = node.rest
        elif isinstance(node, ast.alias):
            name = (node.asname or node.name).partition(".")[0]
        if name is not None:
            scope.bound.add(normal(name))
            self._binders[id(node)] = scope

    def _comprehension(self, node: ast.expr, outer: Scope) -> None:
        scope = Scope(node, outer)
        self.scope_of[id(node)] = scope
        generators: list[ast.comprehension] = node.generators  # type: ignore[attr-defined]
        for index, generator in enumerate(generators):
            self._visit(generator.iter, scope if index else outer)
            self._visit(generator.target, scope)
            for condition in generator.ifs:
                self._visit(condition, scope)
        for part in comprehension_parts(node):
            self._visit(part, scope)


def comprehension_parts(node: ast.expr) -> list[ast.expr]:
    """What a comprehension evaluates for each item."""
    if isinstance(node, ast.DictComp):
        return [node.key, node.value]
    return [node.elt]  # type: ignore[attr-defined]


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter, in the order in which they are written."""
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg is not None:
        found.append(arguments.vararg)
    found.extend(arguments.kwonlyargs)
    if arguments.kwarg is not None:
        found.append(arguments.kwarg)
    return found
