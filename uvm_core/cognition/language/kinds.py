"""What kind of thing a slot holds, read off its example value, so that a grammar can offer what fits."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.words import content_words

Kind = Literal["number", "text", "bool", "list", "dict", "reference", "method", "other"]

MOST_SHOWN = 16
MOST_INHERITED_SHOWN = 6
MOST_NAMES = 40
"""Slots, keys or names offered of one thing; an object with hundreds would make the grammar slow to compile."""


@dataclass(frozen=True)
class Shape:
    """A kind; for lists and dicts the shape of an element, for records (dicts with text keys) one shape per key."""

    kind: Kind
    element: Shape | None = None
    keys: Mapping[str, Shape] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()


OTHER = Shape("other")


def shape_of(value: Any, depth: int = 0) -> Shape:
    """The shape of an example value; what is not known is `other`."""
    if isinstance(value, bool):
        return Shape("bool")
    if isinstance(value, int | float):
        return Shape("number")
    if isinstance(value, str):
        return Shape("text")
    if depth > 3:
        return OTHER
    if isinstance(value, list | tuple | set | frozenset):
        return Shape("list", _common(shape_of(item, depth + 1) for item in list(value)[:MOST_NAMES]))
    if isinstance(value, Mapping):
        return _shape_of_mapping(value, depth)
    return OTHER


def _shape_of_mapping(value: Mapping[Any, Any], depth: int) -> Shape:
    if "$method" in value:
        return Shape("method")
    if "$ref" in value:
        return Shape("reference")
    if "$obj" in value:
        inside = value["$obj"] if isinstance(value["$obj"], Mapping) else {}
        slots, replies = inside.get("slots", {}), inside.get("replies", {})
        named = {name: shape_of(one, depth + 1) for name, one in _first(slots).items() if is_plain(name)}
        return Shape("reference", keys=named, replies=tuple(name for name in _first(replies) if is_plain(name)))
    keys = {key: shape_of(one, depth + 1) for key, one in _first(value).items() if isinstance(key, str)}
    usable = {key: one for key, one in keys.items() if key and key.isprintable() and not set(key) & set("\"'\\{}")}
    return Shape("dict", _common(shape_of(one, depth + 1) for one in value.values()), usable)


def _first(mapping: Mapping[Any, Any]) -> dict[Any, Any]:
    return dict(list(mapping.items())[:MOST_NAMES])


def _common(shapes: Iterable[Shape]) -> Shape | None:
    found = list(shapes)
    if not found:
        return None
    kinds = {shape.kind for shape in found}
    if len(kinds) > 1:
        return OTHER
    if kinds == {"dict"}:
        keys: dict[str, Shape] = {}
        for shape in found:
            keys.update({key: one for key, one in shape.keys.items() if key not in keys})
        return Shape("dict", found[0].element, keys)
    return found[0]


def is_plain(name: str) -> bool:
    """Whether `self.name` may be written in a method."""
    return (
        isinstance(name, str)
        and name.isidentifier()
        and name.isascii()
        and not (keyword.iskeyword(name) or name.startswith("_"))
    )


def shown_slots(request: MethodRequest) -> dict[str, Any]:
    """The slots a prompt shows: own ones, then inherited ones that the selector or the wish speaks of."""
    words = set(content_words(f"{request.selector} {request.wish}"))
    own = nameable(request.slots)
    named = [name for name in own if set(content_words(name)) & words]
    chosen = set((named + [name for name in own if name not in named])[:MOST_SHOWN])
    shown = {name: value for name, value in own.items() if name in chosen}
    spoken = [n for n in nameable(request.inherited) if n not in shown and set(content_words(n)) & words]
    return shown | {name: request.inherited[name] for name in spoken[:MOST_INHERITED_SHOWN]}


def nameable(slots: Mapping[str, Any]) -> dict[str, Any]:
    """The slots that a method can name: no parents, nothing private."""
    return {name: value for name, value in slots.items() if is_plain(name)}


def slot_shapes(request: MethodRequest, shown_only: bool = False) -> dict[str, Shape]:
    """Own slots first, then inherited ones that no own slot hides; parents and private names left out.

    `shown_only` keeps to what the prompt shows of an object with many slots.
    """
    shapes: dict[str, Shape] = {}
    for slots in [shown_slots(request)] if shown_only else [request.slots, request.inherited]:
        for name, value in slots.items():
            if not is_plain(name) or name in shapes or len(shapes) >= 2 * MOST_NAMES:
                continue
            shape = shape_of(value)
            known = list(request.references.get(name, ()))[:MOST_NAMES]
            if known:
                # "name" is a slot of the other object, "name()" a message it understands.
                plain = tuple(one for one in known if is_plain(one))
                messages = tuple(one[:-2] for one in known if one.endswith("()") and is_plain(one[:-2]))
                shape = Shape("reference", None, shape.keys, plain, (*shape.replies, *messages))
            shapes[name] = shape
    return shapes


def parameter_shapes(request: MethodRequest) -> dict[str, Shape | None]:
    """Per parameter the shape of its example argument or default; None where nothing is known."""
    shapes: dict[str, Shape | None] = {}
    for parameter, name in zip(request.parameters, request.parameter_names, strict=True):
        if name in request.arguments:
            shapes[name] = shape_of(request.arguments[name])
            continue
        default = parameter.partition("=")[2].strip()
        shapes[name] = _shape_of_constant(default) if default else None
    return shapes


def _shape_of_constant(text: str) -> Shape | None:
    if text in ("True", "False"):
        return Shape("bool")
    if text[:1] in "\"'":
        return Shape("text")
    return Shape("number") if text.lstrip("-")[:1].isdigit() else None
