"""The vocabulary every object answers through traits_obj, as primitives: f(receiver, *args)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from . import delegation
from .cloning import clone
from .delegation import SlotHolder
from .errors import NotUnderstood, SendError
from .execution import Frame, current_frame
from .values import Callable_, copy_data


def print_string(receiver: SlotHolder) -> str:
    """Text that names the object and its own slots."""
    return repr(receiver)


def slot_names(receiver: SlotHolder) -> list[str]:
    """The names of the receiver's own slots, in slot order."""
    return [delegation.plain_name(key) for key in delegation.slot_keys(receiver)]


def slot_value(receiver: SlotHolder, name: str) -> Any:
    """A copy of the value of a slot, inherited ones included; AttributeError when there is none."""
    found = delegation.find(receiver, str(name))
    if found is None:
        raise AttributeError(f"{receiver!r} has no slot {name!r}, nor has a parent.")
    value = found[1]
    return value if isinstance(value, Callable_) else copy_data(value)


def understands(receiver: SlotHolder, name: str) -> bool:
    """Whether the receiver or a parent has that slot."""
    return delegation.find(receiver, str(name)) is not None


def parents(receiver: SlotHolder) -> list[SlotHolder]:
    """The receiver's direct parents, in lookup order."""
    return list(delegation.parents_of(receiver))


def resend(receiver: SlotHolder, selector: str, *args: Any, **kwargs: Any) -> Any:
    """What the next object after the one whose method is running answers; `self` stays the receiver."""
    running = _running(receiver, "resend")
    found = delegation.find_after(receiver, running.holder, selector, running.roots)
    return _answer(running, selector, found, args, kwargs, running.roots)


def resend_to(receiver: SlotHolder, parent_slot: str, selector: str, *args: Any, **kwargs: Any) -> Any:
    """What the parent in that slot of the method's holder answers; `self` stays the receiver."""
    running = _running(receiver, "resend_to")
    slots = delegation.record(running.holder)
    name = parent_slot if parent_slot.endswith("*") else parent_slot + "*"
    if name not in slots:
        raise SendError(f"{running.holder!r} has no parent slot {name!r} to resend {selector!r} to.")
    value = slots[name]
    roots = (value,) if isinstance(value, SlotHolder) else tuple(value or ())
    return _answer(running, selector, delegation.find_in(roots, selector), args, kwargs, roots)


def _running(receiver: SlotHolder, what: str) -> Frame:
    running = current_frame()
    if running is None or running.receiver is not receiver:
        raise SendError(f"{what} is for methods: it needs one that is running for this object.")
    return running


def _answer(
    running: Frame,
    selector: str,
    found: tuple[SlotHolder, Any] | None,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    roots: tuple[SlotHolder, ...] | None,
) -> Any:
    if found is None:
        raise NotUnderstood(running.receiver, selector, args, kwargs)
    holder, value = found
    if not isinstance(value, Callable_):
        if args or kwargs:
            raise SendError(f"{selector!r} is data there: it answers itself and takes no arguments.")
        return copy_data(value)
    return running.answer(running.receiver, selector, holder, value, args, kwargs, roots)


PRIMITIVES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "print_string": print_string,
        "slot_names": slot_names,
        "slot_value": slot_value,
        "understands": understands,
        "parents": parents,
        "clone": clone,
        "resend": resend,
        "resend_to": resend_to,
    }
)
