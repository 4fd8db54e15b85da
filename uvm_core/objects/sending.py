"""Sending messages: finding what answers, running it, and keeping memory and disk the same whatever happens."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from . import delegation, vocabulary
from .delegation import SlotHolder
from .errors import MethodTimeout, NotUnderstood, SendError
from .execution import PrimitiveFunction, Shared, current_frame, frame, surroundings
from .language import is_public_selector
from .method import CATCH_HOOK, READ_HOOK, SEND_HOOK, Method, Primitive, compile_method
from .values import Callable_, copy_data, freeze, is_mutable_container

NOT_UNDERSTOOD = "_doesNotUnderstand_"


class BoundMethod:
    """A method or primitive together with the object that received it; it cannot be put in a slot."""

    __slots__ = ("holder", "receiver", "selector", "value")

    def __init__(self, receiver: SlotHolder, selector: str, holder: SlotHolder, value: Callable_) -> None:
        self.receiver, self.selector, self.holder, self.value = receiver, selector, holder, value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        def run(given: tuple[Any, ...], named: dict[str, Any]) -> Any:
            return answer(self.receiver, self.selector, self.holder, self.value, given, named)

        return _across(self.receiver, run, args, kwargs)

    def __repr__(self) -> str:
        return f"<{self.selector} of {self.receiver!r}>"


def send(
    receiver: SlotHolder, selector: str, args: tuple[Any, ...] | list[Any] = (), kwargs: Mapping[str, Any] | None = None
) -> Any:
    """What `receiver` answers to a message.

    Data answers itself when the message has no arguments. A message that nobody on the path understands goes to
    `_doesNotUnderstand_`, itself found by delegation; where that is missing too, NotUnderstood is raised.
    """
    found = delegation.find(receiver, selector)
    arguments, keywords = tuple(args), dict(kwargs or {})
    if found is None:
        return _not_understood(receiver, selector, arguments, keywords)
    holder, value = found
    if isinstance(value, Callable_):
        return answer(receiver, selector, holder, value, arguments, keywords)
    return _data(receiver, selector, arguments, keywords)


def _not_understood(receiver: SlotHolder, selector: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    handler = delegation.find(receiver, NOT_UNDERSTOOD)
    if handler is None or not isinstance(handler[1], Callable_) or not is_public_selector(selector):
        raise NotUnderstood(receiver, selector, args, kwargs)
    return answer(receiver, NOT_UNDERSTOOD, handler[0], handler[1], (selector, args, kwargs), {})


def _data(receiver: SlotHolder, selector: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if args or kwargs:
        raise SendError(f"{selector!r} of {receiver!r} is data: it answers itself and takes no arguments.")
    return getattr(receiver, selector)


def answer(
    receiver: SlotHolder,
    selector: str,
    holder: SlotHolder,
    value: Callable_,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    roots: tuple[SlotHolder, ...] | None = None,
) -> Any:
    """Run a method or a primitive for a receiver; `holder` is the object that has it, for a resend.

    roots: where the path begins on which it was found, if that is not the receiver's own.
    """
    if isinstance(value, Primitive):
        function = _primitive(value)
        try:
            return function(receiver, *args, **kwargs)
        except TypeError as problem:
            if _was_entered(problem):
                raise
            raise SendError(_arguments_words(problem, selector)) from problem
    if not isinstance(value, Method):
        raise SendError(f"{selector!r} of {receiver!r} cannot be run.")
    compiled = compile_method(value.source, HOOKS)
    with frame(receiver, selector, holder, answer, roots) as running:
        try:
            result = compiled.fresh()(receiver, *args, **kwargs)
        except BaseException as problem:
            # What the method did so far stays in memory, so it has to count as a change: whoever commits stores it,
            # whoever aborts takes it back.
            if compiled.may_change:
                receiver._p_changed = True
            if isinstance(problem, TypeError) and not _was_entered(problem):
                raise SendError(_arguments_words(problem, selector)) from problem
            raise
        finally:
            _keep_borrowed(running.shared, receiver)
        if running.shared.signal is not None:
            # A `finally` that returns has swallowed it; the sender is told all the same.
            raise running.shared.signal
        return result


def _was_entered(problem: TypeError) -> bool:
    """Whether an error comes from inside the function that was called, not from how it was called."""
    trace = problem.__traceback__
    return trace is not None and trace.tb_next is not None


_TAKES = re.compile(r"\(\) takes (?:from (\d+) to )?(\d+) positional arguments? but (\d+)")
_LACKS = re.compile(r"\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.*)")
_NAMED = re.compile(r"\(\) got an unexpected keyword argument '(.*)'")
_TWICE = re.compile(r"\(\) got multiple values for argument '(.*)'")


def _arguments_words(problem: TypeError, selector: str) -> str:
    """Python's complaint about the arguments of a call, said of the message: the receiver does not count as one."""
    text = str(problem)
    if found := _TAKES.search(text):
        most, given = int(found[2]) - 1, int(found[3]) - 1
        least = f"{int(found[1]) - 1} to " if found[1] else ""
        return f"{selector!r} takes {least}{most} argument{'' if most == 1 else 's'}; it was sent with {given}."
    if found := _LACKS.search(text):
        return f"{selector!r} was sent without {found[1]}."
    if found := _NAMED.search(text):
        return f"{selector!r} has no parameter {found[1]!r}."
    if found := _TWICE.search(text):
        return f"{selector!r} was sent with {found[1]!r} twice."
    return f"{selector!r} cannot be sent that way: {text}."


def _primitive(value: Primitive) -> PrimitiveFunction:
    inside = surroundings()
    if inside is not None and value.name in inside.primitives:
        return inside.primitives[value.name]
    if value.name in vocabulary.PRIMITIVES:
        return vocabulary.PRIMITIVES[value.name]
    raise SendError(f"The primitive {value.name!r} is not to be had here.")


def _keep_borrowed(shared: Shared, receiver: SlotHolder) -> None:
    """Make own slots of the inherited containers that the receiver's method changed."""
    for place, held in list(shared.borrowed.items()):
        if held.receiver is receiver and held.is_changed():
            del shared.borrowed[place]
            if delegation.own_key(receiver, place[1]) is None:
                setattr(receiver, place[1], held.copied)


# --- what compiled methods call -------------------------------------------------------------------------------------


def _send_from_method(target: Any, selector: str, /, *args: Any, **kwargs: Any) -> Any:
    """`target.selector(…)` in a method: a message when the target is an object, a plain call otherwise."""
    if not isinstance(target, SlotHolder):
        return getattr(target, selector)(*args, **kwargs)
    return _across(target, lambda given, named: send(target, selector, given, named), args, kwargs)


def _across(
    target: SlotHolder,
    run: Callable[[tuple[Any, ...], dict[str, Any]], Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """Run a message to another object than the one whose method is running: what passes between them is a copy.

    A container is one object's own. Two that shared one would be two after a reload, and a change of the one would
    show in the other until then.
    """
    running = current_frame()
    if running is None:
        return run(args, kwargs)
    try:
        if running.receiver is target:
            return run(args, kwargs)
        return _own(run(tuple(map(_own, args)), {name: _own(value) for name, value in kwargs.items()}))
    except (NotUnderstood, MethodTimeout) as signal:
        running.shared.signal = signal
        raise
    except Exception as problem:
        if running.receiver is not target and any(map(is_mutable_container, problem.args)):
            problem.args = tuple(map(_own, problem.args))
        raise


def _own(value: Any) -> Any:
    return copy_data(value) if is_mutable_container(value) else value


def _read_from_method(target: Any, name: str, /) -> Any:
    """`target.name` in a method, for any target but self: containers of another object are handed out as copies."""
    value = getattr(target, name)
    running = current_frame()
    if isinstance(target, SlotHolder) and is_mutable_container(value):
        return value if running is not None and running.receiver is target else freeze(value)
    return value


def _print_from_method(*values: Any, sep: str = " ", end: str = "\n") -> None:
    """`print` in a method: a line of the transcript."""
    inside = surroundings()
    if inside is not None:
        inside.transcript.add(str(sep).join(str(value) for value in values) + ("" if end == "\n" else str(end)))


HOOKS = (
    (SEND_HOOK, _send_from_method),
    (READ_HOOK, _read_from_method),
    (CATCH_HOOK, Exception),
    ("print", _print_from_method),
)
