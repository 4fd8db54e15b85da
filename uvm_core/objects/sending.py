"""Sending messages: finding what answers, running it, and keeping memory and disk the same whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import delegation, vocabulary
from .delegation import SlotHolder
from .errors import NotUnderstood, SendError
from .execution import PrimitiveFunction, current_frame, frame, surroundings
from .language import is_public_selector
from .method import READ_HOOK, SEND_HOOK, Compiled, Method, Primitive, compile_method
from .values import Callable_, copy_data, freeze, is_mutable_container, same

NOT_UNDERSTOOD = "_doesNotUnderstand_"


class BoundMethod:
    """A method or primitive together with the object that received it; it cannot be put in a slot."""

    __slots__ = ("holder", "receiver", "selector", "value")

    def __init__(self, receiver: SlotHolder, selector: str, holder: SlotHolder, value: Callable_) -> None:
        self.receiver, self.selector, self.holder, self.value = receiver, selector, holder, value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return answer(self.receiver, self.selector, self.holder, self.value, args, kwargs)

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
) -> Any:
    """Run a method or a primitive for a receiver; `holder` is the object that has it, for a resend."""
    if isinstance(value, Primitive):
        return _primitive(value)(receiver, *args, **kwargs)
    if not isinstance(value, Method):
        raise SendError(f"{selector!r} of {receiver!r} cannot be run.")
    compiled = compile_method(value.source, HOOKS)
    with frame(receiver, selector, holder, answer) as running:
        try:
            return compiled.function(receiver, *args, **kwargs)
        except TypeError as problem:
            raise _arguments_problem(problem, selector, compiled) from problem
        except BaseException:
            # What the method did so far stays in memory, so it has to count as a change: whoever commits stores it,
            # whoever aborts takes it back.
            if compiled.may_change:
                receiver._p_changed = True
            raise
        finally:
            _keep_borrowed(running.borrowed, receiver)


def _arguments_problem(problem: TypeError, selector: str, compiled: Compiled) -> TypeError:
    """A TypeError about the call itself, said of the message; any other as it is."""
    trace = problem.__traceback__
    inner = trace.tb_next if trace is not None else None
    if inner is None:
        text = str(problem).replace(f"{compiled.function.__name__}()", f"The message {selector!r}")
        return SendError(text + ".")
    return problem


def _primitive(value: Primitive) -> PrimitiveFunction:
    inside = surroundings()
    if inside is not None and value.name in inside.primitives:
        return inside.primitives[value.name]
    if value.name in vocabulary.PRIMITIVES:
        return vocabulary.PRIMITIVES[value.name]
    raise SendError(f"The primitive {value.name!r} is not to be had here.")


def _keep_borrowed(borrowed: dict[tuple[int, str], tuple[SlotHolder, Any, Any]], receiver: SlotHolder) -> None:
    """Make own slots of the inherited containers that the receiver's method changed."""
    for place, (owner, copied, original) in list(borrowed.items()):
        if owner is receiver and not same(copied, original):
            del borrowed[place]
            if delegation.own_key(owner, place[1]) is None:
                setattr(owner, place[1], copied)


# --- what compiled methods call -------------------------------------------------------------------------------------


def _send_from_method(target: Any, selector: str, /, *args: Any, **kwargs: Any) -> Any:
    """`target.selector(…)` in a method: a message when the target is an object, a plain call otherwise."""
    if not isinstance(target, SlotHolder):
        return getattr(target, selector)(*args, **kwargs)
    running = current_frame()
    if running is None or running.receiver is target:
        return send(target, selector, args, kwargs)
    # Another object's containers are its own: what passes between objects is a copy, as it is after a reload.
    given = tuple(copy_data(a) if is_mutable_container(a) else a for a in args)
    named = {name: copy_data(a) if is_mutable_container(a) else a for name, a in kwargs.items()}
    result = send(target, selector, given, named)
    return copy_data(result) if is_mutable_container(result) else result


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


HOOKS = ((SEND_HOOK, _send_from_method), (READ_HOOK, _read_from_method), ("print", _print_from_method))
