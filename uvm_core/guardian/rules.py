"""The rules that a look at the tree decides: structure, imports, names, attributes and exceptions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from uvm_core.objects.language import (
    ALLOWED_BUILTINS,
    ALLOWED_EXCEPTIONS,
    ALLOWED_MODULES,
    MAX_SELECTOR,
    is_public_selector,
    normal,
)

from .flow import is_mark_target
from .parse import Positions
from .report import Finding
from .scopes import Scopes, all_arguments
from .words import FORMATTERS, GETATTR_FAMILY, GROUPS, INSPECTION, UNCATCHABLE, words

_KNOWN = ALLOWED_BUILTINS | ALLOWED_EXCEPTIONS | ALLOWED_MODULES
_FORBIDDEN: dict[str, str] = {
    "AsyncFunctionDef": "An async function", "AsyncFor": "async for", "AsyncWith": "async with", "Await": "await",
    "Yield": "yield (a generator)", "YieldFrom": "yield from (a generator)", "ClassDef": "A class",
    "With": "with", "Global": "global", "Nonlocal": "nonlocal",
}  # fmt: skip
_ALLOWED_NODES: frozenset[str] = words(
    """FunctionDef Return Delete Assign AugAssign AnnAssign For While If Raise Try Assert Expr Pass Break Continue Match
    BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set ListComp SetComp DictComp GeneratorExp Compare Call
    FormattedValue JoinedStr Constant Attribute Subscript Starred Name List Tuple Slice Load Store Del And Or Add Sub
    Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv Invert Not UAdd USub Eq NotEq Lt LtE Gt GtE Is
    IsNot In NotIn comprehension ExceptHandler arguments arg keyword match_case MatchValue MatchSingleton MatchSequence
    MatchMapping MatchClass MatchStar MatchAs MatchOr"""
)
# Parts of what is forbidden itself.
_PARTS: frozenset[str] = words("withitem alias TypeVar ParamSpec TypeVarTuple")
# Names through which the machinery sends the messages of a method; binding one would put something else there.
_RESERVED = "names that begin and end with an underscore belong to the machinery"


def check_module(
    tree: ast.Module, method_name: str | None, positions: Positions
) -> tuple[ast.AST | None, list[Finding]]:
    """The one def of a source (None where there is no such thing to look at) and what is wrong around it."""
    found: list[Finding] = []
    definitions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    others = [node for node in tree.body if node not in definitions and node not in imports]
    for node in imports:
        found.append(positions.finding("IMP-001", node, "A method imports nothing; math is there already."))
    if others:
        found.append(positions.finding("STR-001", others[0], "A method is exactly one def and nothing beside it."))
    if len(definitions) > 1:
        found.append(positions.finding("STR-001", definitions[1], "A method is exactly one def; this is another one."))
    if not definitions:
        if not others:
            found.append(
                positions.finding("STR-001", None, "A method is exactly one def name(self, …); there is none.")
            )
        return None, found
    definition = definitions[0]
    found.extend(_check_name(definition, method_name, positions))
    return definition, found


def _check_name(
    node: ast.FunctionDef | ast.AsyncFunctionDef, method_name: str | None, positions: Positions
) -> Iterator[Finding]:
    name = normal(node.name)
    if name.startswith("_"):
        yield positions.finding("STR-003", node, f"{name} is a special name: a message begins with a letter.")
    elif not is_public_selector(name):
        yield positions.finding("STR-001", node, f"A message has at most {MAX_SELECTOR} characters.")
    elif method_name is not None and name != normal(str(method_name)):
        yield positions.finding("STR-001", node, f"The method is called {name}; the message is {method_name}.")


class Rules:
    """Every rule that needs only the tree and its scopes; `run` gives the findings."""

    def __init__(
        self,
        method: ast.FunctionDef | ast.AsyncFunctionDef,
        scopes: Scopes,
        positions: Positions,
        beside: frozenset[str] = frozenset(),
    ) -> None:
        # Names that statements beside the def bind: those statements are the defect, not the names.
        self._beside = beside
        self._method = method
        self._scopes = scopes
        self._positions = positions
        self._found: list[Finding] = []
        self._names: set[str] = set()
        self._has_self = False

    def run(self) -> list[Finding]:
        """The findings, in the order of the source."""
        self._check_self()
        # The method's own name is compared with the selector elsewhere.
        self._check_function(self._method, inner=False)
        self._visit(self._method, loops=0, final=None)
        return self._found

    def _add(self, rule: str, node: ast.AST, message: str) -> None:
        self._found.append(self._positions.finding(rule, node, message))

    # -- self

    def _check_self(self) -> None:
        arguments = self._method.args
        positional = [*arguments.posonlyargs, *arguments.args]
        if not positional or normal(positional[0].arg) != "self":
            self._add("STR-002", self._method, "The first parameter of a method is self.")
            return
        self._has_self = True
        if len(arguments.defaults) == len(positional):
            self._add("STR-002", positional[0], "self is the receiver and takes no default.")

    def _rebound(self, node: ast.AST, name: str | None) -> None:
        if name is not None and normal(name) == "self":
            self._add("STR-002", node, "self is the receiver and stays that: another name, please.")

    def _bound(self, node: ast.AST, name: str | None) -> None:
        if name is None:
            return
        self._rebound(node, name)
        plain = normal(name)
        if plain.startswith("__"):
            self._add("NAM-003", node, f"{plain}: names that begin with two underscores belong to Python.")
        elif len(plain) > 2 and plain.startswith("_") and plain.endswith("_"):
            self._add("NAM-001", node, f"{plain}: {_RESERVED}.")

    # -- the walk

    def _visit(self, node: ast.AST, *, loops: int, final: int | None) -> None:
        """`loops`: how many loops are around; `final`: how many were around the innermost finally block."""
        kind = type(node).__name__
        if kind not in _ALLOWED_NODES:
            self._check_forbidden(node, kind)
            if kind in ("Import", "ImportFrom", "Global", "Nonlocal"):
                return
        check = getattr(self, f"_on_{kind}", None)
        if check is not None:
            check(node)
        leaves = isinstance(node, ast.Return) or (isinstance(node, (ast.Break, ast.Continue)) and loops <= (final or 0))
        if final is not None and leaves:
            self._add("EXC-001", node, f"{kind.lower()} inside finally would swallow an exception.")
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            loops, final = 0, None
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            for name, part in _parts(node):
                self._visit(part, loops=loops + (name == "body"), final=final)
        elif isinstance(node, (ast.Try, ast.TryStar)):
            for name, part in _parts(node):
                self._visit(part, loops=loops, final=loops if name == "finalbody" else final)
        else:
            for _, part in _parts(node):
                self._visit(part, loops=loops, final=final)

    def _check_forbidden(self, node: ast.AST, kind: str) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._add("IMP-001", node, "A method imports nothing; math is there already.")
        elif isinstance(node, ast.TryStar):
            self._add("EXC-002", node, "except* and exception groups are not for methods.")
        elif kind in _FORBIDDEN:
            self._add("STR-003", node, f"{_FORBIDDEN[kind]} is not for methods.")
        elif kind not in _PARTS:
            self._add("STR-003", node, f"{kind} is not for methods.")

    def _on_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node is not self._method:
            self._bound(node, node.name)
            if normal(node.name).startswith("__"):
                return
            self._check_function(node, inner=True)

    def _on_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        if node is not self._method:
            self._check_function(node, inner=True)

    def _on_Lambda(self, node: ast.Lambda) -> None:
        self._check_function(node, inner=True)

    def _check_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, *, inner: bool) -> None:
        arguments = node.args
        for index, argument in enumerate(all_arguments(arguments)):
            if inner or (index and self._has_self):
                self._bound(argument, argument.arg)
            self._check_annotation(argument.annotation)
        defaults = [value for value in (*arguments.defaults, *arguments.kw_defaults) if value is not None]
        for default in defaults:
            if inner:
                self._add("STR-004", default, "Defaults are for the method itself, not for functions inside it.")
            elif not _is_constant(default, names=True):
                self._add("STR-004", default, "A default is a constant or a plain name; make lists and dicts inside.")
        if isinstance(node, ast.Lambda):
            return
        self._check_annotation(node.returns)
        if node.decorator_list:
            self._add("STR-003", node.decorator_list[0], "A decorator is not for methods.")
        if getattr(node, "type_params", None):
            self._add("STR-003", node, "Type parameters are not for methods.")

    def _check_annotation(self, node: ast.expr | None) -> None:
        if node is not None and not _is_constant(node, names=True):
            self._add("STR-004", node, "An annotation is a constant or a plain name.")

    def _on_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._check_annotation(node.annotation)

    # -- names

    def _on_Name(self, node: ast.Name) -> None:
        name = normal(node.id)
        if not isinstance(node.ctx, ast.Load):
            self._bound(node, name)
            return
        if name == "self":
            if self._has_self:
                self._add(
                    "COV-006", node, "self is written as self.name only: nobody else is handed the object itself."
                )
            return
        if self._scopes.variable_of(node) is not None or name in _KNOWN | self._names | self._beside:
            return
        self._names.add(name)
        if name in UNCATCHABLE:
            self._add("EXC-001", node, f"{name} is not for methods: such exceptions end a message from outside.")
        elif name in GROUPS:
            self._add("EXC-002", node, "Exception groups are not for methods.")
        elif name in GETATTR_FAMILY:
            self._names.discard(name)
            self._add("ATT-004", node, f"{name} can reach any attribute: write the attribute's name itself.")
        elif name.startswith("__"):
            self._add("NAM-003", node, f"{name}: names that begin with two underscores belong to Python.")
        elif hasattr(builtins, name):
            self._add("NAM-001", node, f"{name} is not on the list of names that a method may use.")
        else:
            self._add("NAM-002", node, f"{name} is nothing that this method knows.")

    def _on_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._bound(node, node.name)
        if node.type is None:
            self._add("EXC-001", node, "An except names what it catches; Exception at the widest.")
            return
        for kind in node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]:
            known = isinstance(kind, ast.Name) and self._scopes.variable_of(kind) is None
            if not known:
                self._add("EXC-001", kind, "An except names its exceptions; they are not computed.")

    def _on_MatchAs(self, node: ast.MatchAs) -> None:
        self._bound(node, node.name)

    def _on_MatchStar(self, node: ast.MatchStar) -> None:
        self._bound(node, node.name)

    def _on_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._bound(node, node.rest)

    def _on_keyword(self, node: ast.keyword) -> None:
        if node.arg is not None and normal(node.arg).startswith("__"):
            self._add("NAM-003", node, f"{node.arg}: names that begin with two underscores belong to Python.")

    # -- attributes

    def _on_Attribute(self, node: ast.Attribute) -> None:
        own = isinstance(node.value, ast.Name) and normal(node.value.id) == "self"
        stored_mark = is_mark_target(node) and not isinstance(node.ctx, ast.Load)
        if not stored_mark and not _looks_in_already(node.value):
            self._check_attribute(node, normal(node.attr), own=own)

    def _on_MatchClass(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            self._check_attribute(node, normal(name), own=False)

    def _check_attribute(self, node: ast.AST, name: str, *, own: bool) -> None:
        if name.startswith("_"):
            self._add("ATT-001", node, f"{name}: attributes that begin with an underscore are out of reach.")
        elif name in INSPECTION:
            self._add("ATT-002", node, f"{name} looks into running code.")
        elif name in FORMATTERS and not own:
            self._add("ATT-003", node, f"{name} can reach into what it formats: write an f-string.")


def names_beside(tree: ast.Module, method: ast.AST | None) -> frozenset[str]:
    """The names that other statements of the module bind."""
    found: set[str] = set()
    for statement in tree.body:
        if statement is method:
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                found.add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.add(node.name)
    return frozenset(map(normal, found))


def _looks_in_already(node: ast.expr) -> bool:
    """Whether an attribute further in is refused already: `().__class__.__bases__` is one defect."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            name = normal(node.attr)
            if name.startswith("_") or name in INSPECTION:
                return True
            node = node.value
        else:
            node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _parts(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The children of a node by field; what the rules look at in another way is left out."""
    for name, field in ast.iter_fields(node):
        for part in field if isinstance(field, list) else [field]:
            if not isinstance(part, ast.AST):
                continue
            # self.name is what self is for; a write to self[...] is ATT-005 and is found with the other writes.
            written = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
            if name == "decorator_list":
                continue
            if name == "value" and (isinstance(node, ast.Attribute) or written) and _is_self(part):
                continue
            yield name, part


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and normal(node.id) == "self"


def _is_constant(node: ast.expr, *, names: bool) -> bool:
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return names
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Tuple) and all(_is_constant(part, names=False) for part in node.elts)
