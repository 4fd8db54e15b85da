"""Ghosts: objects made from plain data for one trial, of the same machinery as the live ones, and plain data again.

In the data, {"$obj": {"slots": {…}, "replies": {message: value}, "parents": […], "key": k}} is another object, which
answers those messages; {"$same": k} is the object of that key once more ("self" is the receiver); {"$method": source}
a method; {"$primitive": name} a function of the kernel. {"$tuple": […]}, {"$set": […]}, {"$bytes": base64},
{"$float": "nan"} and {"$dict": [[key, value], …]} serve those who write JSON.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from uvm_core.objects import Method, Primitive, SendError, UvmObject, copy_data, own_slots, same
from uvm_core.objects.language import VOCABULARY

from .wire import TooMuch

RECEIVER = "self"
MAX_OBJECTS = 2000
MAX_PARTS = 50_000
MAX_SNAPSHOTS = 300_000
_PARENTS = "parent*"


class Wrong(Exception):
    """The data for a trial is not as it has to be; the message says how."""


class Jar:
    """Stands where an object's database would: it makes persistence notice changes, and keeps nothing."""

    def register(self, _changed: Any) -> None:
        """Persistence calls this at an object's first change; the object itself remembers it."""

    def readCurrent(self, _read: Any) -> None:
        """Persistence may ask to watch what was read; in a trial nobody else writes."""


class Ghost(UvmObject):
    """An object of a trial. It remembers what it held when the covenant line last ran."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "_p_changed" and value is True:
            watch = self.__dict__.get("_v_watch")
            if watch is not None:
                watch.marked(self)


class Watch:
    """What the ghosts held before, and at their last mark."""

    def __init__(self) -> None:
        self._before: dict[int, dict[str, Any]] = {}
        self._marked: dict[int, dict[str, Any] | None] = {}
        self._left = MAX_SNAPSHOTS

    def begin(self, ghost: Ghost) -> None:
        """Remember what a ghost holds now and notice from now on what happens to it."""
        self._before[id(ghost)] = self._held(ghost)
        # Not a slot: no message can reach or set it, and no snapshot has it.
        ghost.__dict__["_v_watch"] = self

    def marked(self, ghost: Ghost) -> None:
        """The covenant line ran for a ghost. Beyond a bound of copying, every later change counts as marked."""
        self._marked[id(ghost)] = self._held(ghost) if self._left > 0 else None

    def before(self, ghost: Ghost) -> dict[str, Any]:
        """What the ghost held in the beginning."""
        return self._before[id(ghost)]

    def unmarked(self, ghost: Ghost) -> list[str]:
        """Slots that were changed in place while no covenant line came after it."""
        known = self._marked[id(ghost)] if id(ghost) in self._marked else self._before[id(ghost)]
        if known is None or (id(ghost) not in self._marked and ghost._p_changed):
            # Assigned slots are tracked by persistence itself: with an assignment, the whole record is written.
            return []
        now = own_slots(ghost)
        return [name for name, value in now.items() if name in known and not same(known[name], value)]

    def _held(self, ghost: Ghost) -> dict[str, Any]:
        held = {name: copy_data(value) for name, value in own_slots(ghost).items()}
        self._left -= sum(_size(value) for value in held.values())
        return held


def _size(value: Any) -> int:
    if isinstance(value, (list, tuple, set, frozenset)):
        return 1 + sum(map(_size, value))
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1


class Builder:
    """Makes the ghosts of one trial. Objects are made first and filled after, so that they may refer to each other."""

    def __init__(self) -> None:
        self.primitives: dict[str, Callable[..., Any]] = {"infer_": _no_model}
        self.keys: dict[int, str] = {}
        self.ghosts: list[Ghost] = []
        self._by_key: dict[str, Ghost] = {}
        self._by_data: dict[int, Ghost] = {}
        self._data: list[tuple[Ghost, Mapping[str, Any]]] = []
        self._traits = Ghost({name: Primitive(name) for name in VOCABULARY})
        self._jar = Jar()

    def build(
        self, slots: Mapping[str, Any], parents: Sequence[Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[Ghost, list[Any], dict[str, Any]]:
        """The receiver and the arguments; Wrong where the data is not as it has to be."""
        receiver = self._new(RECEIVER)
        for part in (slots, list(parents), list(args), kwargs):
            self._find_objects(part, 0)
        self._fill(receiver, slots, parents, {})
        for ghost, data in self._data:
            self._fill(
                ghost, _mapping(data.get("slots", {})), data.get("parents", ()), _mapping(data.get("replies", {}))
            )
        for number, ghost in enumerate([*self.ghosts, self._traits], 1):
            ghost._p_oid = number.to_bytes(8, "big")
            ghost._p_jar = self._jar
        return receiver, [self.value(arg) for arg in args], {name: self.value(arg) for name, arg in kwargs.items()}

    def _new(self, key: str) -> Ghost:
        if len(self.ghosts) >= MAX_OBJECTS:
            raise Wrong(f"A trial has at most {MAX_OBJECTS} objects.")
        if key in self._by_key:
            raise Wrong(f"Two objects of the trial have the key {key!r}.")
        ghost = Ghost()
        self.ghosts.append(ghost)
        self._by_key[key] = ghost
        self.keys[id(ghost)] = key
        return ghost

    def _find_objects(self, data: Any, depth: int) -> None:
        if depth > 200:
            raise Wrong("The data for the trial is nested too deeply.")
        if isinstance(data, Mapping):
            described = data.get("$obj")
            if described is not None:
                described = _mapping(described)
                key = described.get("key")
                ghost = self._new(f"#{len(self.ghosts)}" if key is None else str(key))
                self._by_data[id(data)] = ghost
                self._data.append((ghost, described))
                data = described
            for part in data.values():
                self._find_objects(part, depth + 1)
        elif isinstance(data, (list, tuple, set, frozenset)):
            for part in data:
                self._find_objects(part, depth + 1)

    def _fill(self, ghost: Ghost, slots: Mapping[str, Any], parents: Sequence[Any], replies: Mapping[str, Any]) -> None:
        inherited = [self._parent(parent) for parent in parents]
        given = slots.get(_PARENTS)
        if given is not None:
            own = self.value(given)
            inherited = [*(own if isinstance(own, (list, tuple)) else [own]), *inherited]
        inherited.append(self._traits)
        ghost.__setattr__(_PARENTS, tuple(inherited))
        for name, data in slots.items():
            if name != _PARENTS:
                setattr(ghost, name, self.value(data))
        for selector, data in replies.items():
            name = f"reply {len(self.primitives)}"
            self.primitives[name] = _Reply(self.value(data))
            setattr(ghost, selector, Primitive(name))

    def _parent(self, data: Any) -> Ghost:
        if isinstance(data, Mapping) and not data.keys() & {"$obj", "$same"}:
            ghost = self._new(f"#{len(self.ghosts)}")
            self._fill(ghost, data, (), {})
            return ghost
        found = self.value(data)
        if not isinstance(found, Ghost):
            raise Wrong("A parent of the trial is an object or a dict of slots.")
        return found

    def value(self, data: Any) -> Any:
        """A slot value or an argument out of plain data."""
        if isinstance(data, Mapping):
            special = next((key for key in data if isinstance(key, str) and key in _SPECIAL), None)
            if special is None:
                return {self.value(key): self.value(item) for key, item in data.items()}
            return self._special(special, data)
        if isinstance(data, list):
            return [self.value(item) for item in data]
        if isinstance(data, tuple):
            return tuple(self.value(item) for item in data)
        return data

    def _special(self, special: str, data: Mapping[str, Any]) -> Any:
        inside = data[special]
        if special == "$obj":
            return self._by_data[id(data)]
        if special == "$same":
            found = self._by_key.get(str(inside))
            if found is None:
                raise Wrong(f"No object of the trial has the key {inside!r}.")
            return found
        if special == "$method":
            return Method(str(inside))
        if special == "$primitive":
            return Primitive(str(inside))
        try:
            return _SPECIAL[special](self, inside)
        except (TypeError, ValueError) as error:
            raise Wrong(f"{special} of the trial's data cannot be read: {error}.") from error


def _mapping(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise Wrong("An object of the trial is described by a dict.")
    return data


_SPECIAL: dict[str, Callable[[Builder, Any], Any]] = {
    "$obj": lambda _builder, _data: None,
    "$same": lambda _builder, _data: None,
    "$method": lambda _builder, _data: None,
    "$primitive": lambda _builder, _data: None,
    "$tuple": lambda builder, data: tuple(builder.value(item) for item in data),
    "$set": lambda builder, data: {builder.value(item) for item in data},
    "$bytes": lambda _builder, data: base64.b64decode(data, validate=True),
    "$float": lambda _builder, data: float(data),
    "$dict": lambda builder, data: {builder.value(key): builder.value(item) for key, item in data},
}


class _Reply:
    """Answers a message as the data of the trial says, with a new copy each time."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __call__(self, _receiver: Any, *_args: Any, **_kwargs: Any) -> Any:
        return copy_data(self._value)


def _no_model(_receiver: Any, *_args: Any, **_kwargs: Any) -> str:
    raise SendError("infer_ asks the language model, which is not asked in a trial.")


class Renderer:
    """Plain data out of the values of a trial. An object is described once; after that it is {"$same": key}."""

    def __init__(self, keys: Mapping[int, str]) -> None:
        self._keys = dict(keys)
        self._shown: set[int] = {identity for identity, key in keys.items() if key == RECEIVER}
        self._kept: list[Any] = []
        self._left = MAX_PARTS

    def plain(self, value: Any, depth: int = 0) -> Any:
        """`value` as plain data; what is neither data nor an object is {"$other": its kind}. TooMuch past a bound."""
        self._left -= 1
        if self._left < 0:
            raise TooMuch("The method leaves more parts than a trial carries.")
        deeper = depth + 1
        if depth > 64:
            return {"$other": "something nested too deeply"}
        kind = type(value)
        if value is None or kind in (bool, int, float, str, bytes, complex):
            return value
        if isinstance(value, list):
            return [self.plain(item, deeper) for item in value]
        if isinstance(value, dict):
            return {self._key(key): self.plain(item, deeper) for key, item in value.items()}
        if kind is tuple:
            return tuple(self.plain(item, deeper) for item in value)
        if isinstance(value, (set, frozenset)):
            items = [self.plain(item, deeper) for item in value]
            return {"$set": items} if any(isinstance(item, (dict, list)) for item in items) else kind(items)
        if isinstance(value, UvmObject):
            return self._object(value, deeper)
        if isinstance(value, Method):
            return {"$method": value.source}
        if isinstance(value, Primitive):
            return {"$primitive": value.name}
        return {"$other": kind.__name__}

    def slots(self, ghost: UvmObject, depth: int = 0) -> dict[str, Any]:
        """The own slots of an object but for its parents and what it only replies."""
        return {
            name: self.plain(value, depth + 1)
            for name, value in own_slots(ghost).items()
            if name != _PARENTS and not (isinstance(value, Primitive) and value.name.startswith("reply "))
        }

    def _object(self, value: UvmObject, depth: int) -> dict[str, Any]:
        key = self._keys.get(id(value))
        if key is None:
            # Kept alive, so that no later object gets the same identity.
            self._kept.append(value)
            key = self._keys[id(value)] = f"new {len(self._kept)}"
        if id(value) in self._shown:
            return {"$same": key}
        self._shown.add(id(value))
        return {"$obj": {"key": key, "slots": self.slots(value, depth)}}

    def _key(self, key: Any) -> Any:
        plain = self.plain(key)
        return plain if plain.__hash__ is not None else str(plain)
