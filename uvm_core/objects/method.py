"""Methods and primitives as values of slots: source text with its hash, or the name of a kernel function."""

from __future__ import annotations

import ast
import builtins
import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from textwrap import dedent
from types import FunctionType
from typing import Any

from .errors import MethodError
from .language import ALLOWED_BUILTINS, ALLOWED_EXCEPTIONS, normal
from .values import Callable_, copy_data, is_mutable_container

SEND_HOOK = "_send_"
READ_HOOK = "_read_"
CATCH_HOOK = "_caught_"


def sha256_of(source: str) -> str:
    """The hash by which a method is approved, in hex: of its UTF-8 bytes exactly as they are."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


class Method(Callable_):
    """A method as a slot holds it: source text, its sha256 and where it came from.

    Two methods are equal when their sources are; nothing compiled is ever put in the image.
    """

    __slots__ = ("provenance", "sha256", "source")

    def __init__(self, source: str, provenance: Mapping[str, Any] | None = None) -> None:
        if not isinstance(source, str):
            raise MethodError("A method is source text.")
        self.source = source
        self.sha256 = sha256_of(source)
        self.provenance = dict(provenance or {})

    @property
    def name(self) -> str:
        """The selector its source defines; MethodError when the source is no method."""
        return parse(self.source).name

    @property
    def parameters(self) -> list[str]:
        """The names of its parameters after `self`, a star before the one that takes the rest."""
        arguments = parse(self.source).args
        named = [a.arg for a in (*arguments.posonlyargs, *arguments.args)][1:]
        rest = [f"*{arguments.vararg.arg}"] if arguments.vararg else []
        keywords = [a.arg for a in arguments.kwonlyargs]
        more = [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
        return named + rest + keywords + more

    def __getstate__(self) -> tuple[str, str, dict[str, Any]]:
        return self.source, self.sha256, self.provenance

    def __setstate__(self, state: tuple[str, str, dict[str, Any]]) -> None:
        # The hash is what a person approved: it is made of the source, never taken from a file.
        self.source, _stored, self.provenance = state
        self.sha256 = sha256_of(self.source)

    def __eq__(self, other: object) -> bool:
        return self.source == other.source if isinstance(other, Method) else NotImplemented

    def __hash__(self) -> int:
        return hash((Method, self.sha256))

    def __repr__(self) -> str:
        return f"<Method {self.sha256[:12]}>"


class Primitive(Callable_):
    """The name of a function of the kernel: it can be sent and shown, not edited."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __getstate__(self) -> str:
        return self.name

    def __setstate__(self, state: str) -> None:
        self.name = state

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Primitive) else NotImplemented

    def __hash__(self) -> int:
        return hash((Primitive, self.name))

    def __repr__(self) -> str:
        return f"<Primitive {self.name}>"


@dataclass(frozen=True)
class Compiled:
    """A method ready to run: the function, and whether its source can change slots at all."""

    function: FunctionType
    may_change: bool
    filename: str

    def fresh(self) -> Callable[..., Any]:
        """The function with defaults of its own: a list as a default would else be one for all objects and sends."""
        made = self.function
        if any(map(is_mutable_container, (made.__defaults__ or (), *(made.__kwdefaults__ or {}).values()))):
            code, names = made.__code__, made.__globals__
            made = FunctionType(code, names, made.__name__, copy_data(made.__defaults__), made.__closure__)
            made.__kwdefaults__ = copy_data(self.function.__kwdefaults__)
        return made


class _MathProxy:
    """The functions and constants of `math`, without the module's way to everything else."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "math"


for _name in dir(math):
    if not _name.startswith("_"):
        _value = getattr(math, _name)
        setattr(_MathProxy, _name, staticmethod(_value) if callable(_value) else _value)


def parse(source: str) -> ast.FunctionDef:
    """The one function definition of a method's source; MethodError with a sentence otherwise."""
    try:
        tree = ast.parse(dedent(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        line = getattr(problem, "lineno", None)
        where = f" (line {line})" if line else ""
        text = getattr(problem, "msg", None) or str(problem) or type(problem).__name__
        raise MethodError(f"The source is not Python: {text}{where}.") from problem
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        raise MethodError("A method's source is exactly one `def name(self, …)`.")
    definition = tree.body[0]
    first = _first(definition)
    if first is None or first.arg != "self":
        raise MethodError("A method's first parameter is `self`.")
    return definition


def _first(definition: ast.FunctionDef) -> ast.arg | None:
    return next(iter([*definition.args.posonlyargs, *definition.args.args]), None)


class _MessageSends(ast.NodeTransformer):
    """Turns `x.name(…)` into a message send and `x.name` of anything but `self` into a read that hands out copies.

    The send is what lets an object answer a message that no Python attribute stands for, and what makes a message
    not understood different from a slot that is not there.
    """

    def __init__(self, definition: ast.FunctionDef) -> None:
        # Where `self` is given another value it may be any object, and is read like any other.
        rebound = any(
            (isinstance(node, ast.Name) and node.id == "self" and not isinstance(node.ctx, ast.Load))
            or (isinstance(node, ast.arg) and node.arg == "self" and node is not _first(definition))
            for node in ast.walk(definition)
        )
        self.plain = frozenset() if rebound else frozenset({"self"})

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        if not isinstance(function, ast.Attribute):
            return self.generic_visit(node)
        receiver = self.visit(function.value)
        hook = ast.Name(SEND_HOOK, ast.Load())
        arguments = [receiver, ast.Constant(function.attr), *(self.visit(a) for a in node.args)]
        sent = ast.Call(hook, arguments, [self.visit(k) for k in node.keywords])
        return ast.fix_missing_locations(ast.copy_location(sent, node))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        if node.type is None:
            # A bare `except` would keep from the sender that a message was not understood, or took too long.
            node.type = ast.Name(CATCH_HOOK, ast.Load())
        return ast.fix_missing_locations(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or (isinstance(node.value, ast.Name) and node.value.id in self.plain):
            return node
        read = ast.Call(ast.Name(READ_HOOK, ast.Load()), [node.value, ast.Constant(node.attr)], [])
        return ast.fix_missing_locations(ast.copy_location(read, node))


@lru_cache(maxsize=4096)
def compile_method(source: str, hooks: tuple[tuple[str, Callable[..., Any]], ...]) -> Compiled:
    """The function of a method, compiled once per source.

    `hooks` are the names the machinery puts beside the allowed ones: how to send, to read and to print.
    """
    definition = parse(source)
    filename = f"<{definition.name} {sha256_of(source)[:12]}>"
    tree = ast.Module([ast.fix_missing_locations(_MessageSends(definition).visit(definition))], [])
    allowed: dict[str, Any] = {
        name: getattr(builtins, name) for name in ALLOWED_BUILTINS | ALLOWED_EXCEPTIONS if name != "print"
    }
    names: dict[str, Any] = {"__builtins__": allowed, "math": _MathProxy(), **dict(hooks)}
    try:
        code = compile(tree, filename, "exec", dont_inherit=True)
        exec(code, names)
    except Exception as problem:
        raise MethodError(f"The source does not compile: {problem}.") from problem
    function = names[definition.name]
    if not isinstance(function, FunctionType):
        raise MethodError("The source does not compile: what it defines is no function.")
    # Python reads names in their NFKC form, so a mark in wide letters is a mark.
    return Compiled(function, "_p_changed" in normal(source), filename)
