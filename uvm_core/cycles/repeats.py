"""Plain data of a trial after it was changed: each object described once, and none referred to that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

RECEIVER = "self"
_DEEPEST = 100


def original_objects(data: Any, known: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """The objects that are described in `data` by their keys; what `known` has besides (parents, replies) is kept."""
    known = known or {}
    found: dict[str, dict[str, Any]] = {key: dict(described) for key, described in known.items()}
    for described in _described(data, 0):
        key = str(described["key"])
        found[key] = {**known.get(key, {}), **described}
    return found


def settled(data: Any, known: Mapping[str, Any]) -> Any:
    """`data` anew: an object described twice is pointed at the second time, one pointed at but described nowhere is
    described from `known`."""
    return _settled(data, known, set(), 0)


def _described(data: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, Mapping):
        described = data.get("$obj")
        if isinstance(described, Mapping):
            if described.get("key") is not None:
                yield described
            data = described
        for part in data.values():
            yield from _described(part, depth + 1)
    elif isinstance(data, (list, tuple)):
        for part in data:
            yield from _described(part, depth + 1)


def _settled(data: Any, known: Mapping[str, Any], done: set[str], depth: int) -> Any:
    if depth > _DEEPEST:
        return data
    deeper = depth + 1
    if isinstance(data, Mapping):
        if "$same" in data or isinstance(data.get("$obj"), Mapping):
            return _object(data, known, done, deeper)
        return {key: _settled(part, known, done, deeper) for key, part in data.items()}
    if isinstance(data, list):
        return [_settled(part, known, done, deeper) for part in data]
    if isinstance(data, tuple):
        return tuple(_settled(part, known, done, deeper) for part in data)
    return data


def _object(data: Mapping[str, Any], known: Mapping[str, Any], done: set[str], depth: int) -> Any:
    described = data.get("$obj")
    key = data.get("$same") if described is None else described.get("key")
    if key is not None:
        key = str(key)
        if key == RECEIVER or key in done or (described is None and key not in known):
            return {"$same": key}
        done.add(key)
        described = known.get(key, described)
    assert described is not None
    return {"$obj": {name: _settled(part, known, done, depth) for name, part in described.items()}}
