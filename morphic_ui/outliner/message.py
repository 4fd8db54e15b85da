"""Messages as people type them, and what became of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ..model.values import NotAValue, Ref, read, write

MOST_SELECTOR = 64


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    default: str | None = None  # as written; None when it must be given


@dataclass(frozen=True, slots=True)
class Message:
    """A message that can be sent: selector and arguments as values."""

    selector: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        parts = [write(value) for value in self.args]
        parts += [f"{name}={write(value)}" for name, value in self.kwargs.items()]
        return f"{self.selector}({', '.join(parts)})"


class AnswerState(Enum):
    SENT = "sent"
    ANSWERED = "answered"
    FAILED = "failed"
    UNKNOWN = "not understood"
    MISSION = "mission"


@dataclass(slots=True)
class Asked:
    """A message that was sent from a place in an outliner, and its answer."""

    message: Message
    place: str  # the slot row it was sent from, "" for the message field
    number: int
    state: AnswerState = AnswerState.SENT
    text: str = ""
    value: Any = None
    wish: str = ""
    mission: int | None = None
    at: float = 0.0


def parse(text: str, find: Callable[[str], Ref | None]) -> Message:
    """`total`, `remind(14)`, `self.remind(days=14)` as a message. Raises NotAValue with a plain sentence."""
    text = text.strip().removeprefix("self.")
    if text.isidentifier():
        return _checked(Message(text))
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise NotAValue("A message is written like total() or remind(days=14).") from None
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        raise NotAValue("A message is a name and its arguments: total() or remind(days=14).")
    args, kwargs = [], {}
    for node in tree.args:
        args.append(read(ast.unparse(node), find))
    for keyword in tree.keywords:
        if keyword.arg is None:
            raise NotAValue("Arguments are written one by one, without **.")
        kwargs[keyword.arg] = read(ast.unparse(keyword.value), find)
    return _checked(Message(tree.func.id, tuple(args), kwargs))


def _checked(message: Message) -> Message:
    if message.selector.startswith("_"):
        raise NotAValue("A message's name does not begin with an underscore.")
    if len(message.selector) > MOST_SELECTOR:
        raise NotAValue(f"A message's name has at most {MOST_SELECTOR} letters.")
    return message


def parse_arguments(text: str, find: Callable[[str], Ref | None]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """`14, gentle=True` as arguments; nothing typed is no argument."""
    if not text.strip():
        return (), {}
    message = parse(f"run({text})", find)
    return message.args, message.kwargs


def parameters(source: Any) -> tuple[Parameter, ...]:
    """The parameters a method's source asks for, without self; none when it cannot be read."""
    if not isinstance(source, str):
        return ()
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ()
    if not body or not isinstance(body[0], ast.FunctionDef):
        return ()
    spec = body[0].args
    names = [*spec.posonlyargs, *spec.args]
    defaults: list[ast.expr | None] = [*([None] * (len(names) - len(spec.defaults))), *spec.defaults]
    found = [
        Parameter(arg.arg, None if default is None else ast.unparse(default))
        for arg, default in zip(names, defaults, strict=True)
    ][1:]
    found += [
        Parameter(arg.arg, None if default is None else ast.unparse(default))
        for arg, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
    ]
    return tuple(found)


def from_fields(
    selector: str, wanted: Sequence[Parameter], typed: dict[str, str], find: Callable[[str], Ref | None]
) -> Message:
    """A message from parameter fields; a field left empty takes the default, or is missed by name."""
    kwargs = {}
    for parameter in wanted:
        text = typed.get(parameter.name, parameter.default or "").strip()
        if not text:
            raise NotAValue(f"{parameter.name} needs a value.")
        try:
            kwargs[parameter.name] = read(text, find)
        except NotAValue as problem:
            raise NotAValue(f"{parameter.name}: {problem}") from None
    return Message(selector, (), kwargs)
