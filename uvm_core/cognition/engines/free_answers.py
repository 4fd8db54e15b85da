"""What is taken out of an answer that nothing held to a form: the code inside a fence, the first fitting JSON value."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_FENCE = "```"
_OPENING = re.compile(r"^[ \t]*```[^\n`]*\n", re.MULTILINE)
_CODE = re.compile(r"\s*(?:def |async def |@)")
_MOST_VALUES = 200
_DEEPEST = 60
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}


class Unfenced:
    """Passes on the code inside the first code fence of an answer while it is written; without a fence, all of it.

    Text is held back only where it might have to go: words before a fence, and a line that begins like a fence.
    """

    def __init__(self, give: Callable[[str], None]) -> None:
        self._give = give
        self._held = ""
        self._line_begins = True
        self._take = self._before

    def feed(self, piece: str) -> None:
        """Take the next piece of the answer."""
        self._held += piece
        self._take()

    def end(self) -> None:
        """The answer is whole: what was held back is given, unless it is the fence that ends the code."""
        if self._take == self._before or not self._held.lstrip().startswith(_FENCE):
            self._pass_on()
        self._held = ""

    def _before(self) -> None:
        if _CODE.match(self._held):
            self._take = self._pass_on
        elif opening := _OPENING.search(self._held):
            self._held = self._held[opening.end() :]
            self._take = self._inside
        else:
            return
        self._take()

    def _inside(self) -> None:
        while self._held:
            line, newline, rest = self._held.partition("\n")
            if self._line_begins:
                begun = line.lstrip()
                if begun.startswith(_FENCE):
                    self._take = self._drop
                    self._take()
                    return
                if not newline and _FENCE.startswith(begun):
                    return
            self._give(line + newline)
            self._held, self._line_begins = rest, bool(newline)

    def _pass_on(self) -> None:
        if self._held:
            self._give(self._held)
        self._held = ""

    def _drop(self) -> None:
        self._held = ""


def fitting_json(text: str, schema: Mapping[str, Any]) -> tuple[str | None, str]:
    """The first JSON value in a text that fits the schema, as it stands there, and "".

    Without one: None and in words what is wrong with the first value, or that there is none.
    """
    fault = "There is no JSON in it."
    for number, (found, value) in enumerate(_values(text)):
        wrong = fault_in(value, schema)
        if wrong is None:
            return found, ""
        if number == 0:
            fault = wrong
    return None, fault


def fault_in(value: Any, schema: Any, where: str = "the answer") -> str | None:
    """What of a value does not fit a JSON schema, in a sentence, or None.

    Knows the words that schemas of this project use (type, const, enum, properties, required, additionalProperties,
    items, prefixItems, minItems, maxItems, minLength, maxLength, minimum, maximum, pattern, anyOf, oneOf, allOf, $ref
    within the schema) and passes over others.
    """
    return _fault(value, schema, where, schema, 0)


def _fault(value: Any, schema: Any, where: str, whole: Any, depth: int) -> str | None:
    if depth > _DEEPEST:
        return f"{where} is nested too deeply."
    if schema is False:
        return f"{where} must not be there."
    if not isinstance(schema, Mapping):
        return None

    def inside(part: Any, schema: Any, where: str) -> str | None:
        return _fault(part, schema, where, whole, depth + 1)

    if "$ref" in schema:
        return inside(value, _resolved(str(schema["$ref"]), whole), where)
    if "const" in schema and value != schema["const"]:
        return f"{where} must be {json.dumps(schema['const'])}."
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} must be one of {json.dumps(schema['enum'])[:200]}."
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_TYPES[kind](value) for kind in kinds if kind in _TYPES):
        return f"{where} must be of the type {' or '.join(kinds)}."
    for part in schema.get("allOf", ()):
        if fault := inside(value, part, where):
            return fault
    for word in ("anyOf", "oneOf"):
        faults = [inside(value, part, where) for part in schema.get(word, ())]
        if faults and None not in faults:
            return faults[0]
    if isinstance(value, str):
        return _text_fault(value, schema, where)
    if isinstance(value, list):
        return _list_fault(value, schema, where, inside)
    if isinstance(value, dict):
        return _object_fault(value, schema, where, inside)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _range_fault(value, schema, "minimum", "maximum", where)
    return None


def _text_fault(value: str, schema: Mapping[str, Any], where: str) -> str | None:
    pattern = schema.get("pattern")
    # The patterns of JSON schemas are JavaScript's; one that cannot be read here holds nobody to anything.
    with contextlib.suppress(re.error):
        if pattern is not None and re.search(pattern, value) is None:
            return f"{where} must match {pattern}."
    return _range_fault(len(value), schema, "minLength", "maxLength", f"the length of {where}")


def _list_fault(
    value: list[Any], schema: Mapping[str, Any], where: str, inside: Callable[[Any, Any, str], str | None]
) -> str | None:
    first = schema.get("prefixItems", [])
    for place, part in enumerate(value):
        wanted = first[place] if place < len(first) else schema.get("items", True)
        if fault := inside(part, wanted, f"{where}[{place}]"):
            return fault
    return _range_fault(len(value), schema, "minItems", "maxItems", f"the length of {where}")


def _object_fault(
    value: dict[str, Any], schema: Mapping[str, Any], where: str, inside: Callable[[Any, Any, str], str | None]
) -> str | None:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            return f"{where} lacks {name!r}."
    for name, part in value.items():
        wanted = known[name] if name in known else schema.get("additionalProperties", True)
        if fault := inside(part, wanted, f"{where}.{name[:40]}"):
            return fault
    return None


def _range_fault(size: float, schema: Mapping[str, Any], least: str, most: str, where: str) -> str | None:
    if least in schema and size < schema[least]:
        return f"{where} must be at least {schema[least]}."
    if most in schema and size > schema[most]:
        return f"{where} must be at most {schema[most]}."
    return None


def _resolved(reference: str, whole: Any) -> Any:
    found = whole
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part:
            found = found.get(part, True) if isinstance(found, Mapping) else True
    return found


def _values(text: str) -> Iterator[tuple[str, Any]]:
    """The JSON values in a text from left to right: all of it, or the objects and lists that begin somewhere in it."""
    whole = text.strip()
    try:
        value = json.loads(whole)
    except (ValueError, RecursionError):
        pass
    else:
        yield whole, value
        return
    decoder = json.JSONDecoder()
    place = 0
    for _ in range(_MOST_VALUES):
        opening = re.compile(r"[\[{]").search(text, place)
        if opening is None:
            return
        try:
            value, place = decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            place = opening.end()
        else:
            yield text[opening.start() : place], value
