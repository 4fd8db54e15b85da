"""The JSON schemas that answers which are not code are held to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

_SENTENCE = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9 ,.?!_()-]{4,64}$"}
_MOST_CHOSEN_AMONG = 6


def plan_schema(facets: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """JSON schema of a plan over the given (persona, facet) pairs: one to three facets and when the work is done.

    Only pairs that exist can be said, none of them twice, in the order given. Queries are bounded by a pattern
    (a maxLength takes seconds to compile). Errors: ValueError without a pair.
    """
    pairs = list(dict.fromkeys(facets))
    if not pairs:
        raise ValueError("A plan needs at least one persona with a facet.")
    rows = [
        {
            "type": "object",
            "properties": {"persona": {"const": persona}, "facet": {"const": facet}, "query": _SENTENCE},
            "required": ["persona", "facet", "query"],
            "additionalProperties": False,
        }
        for persona, facet in pairs
    ]
    if len(rows) <= _MOST_CHOSEN_AMONG:
        choices = [
            {"type": "array", "prefixItems": list(some), "items": False, "minItems": count, "maxItems": count}
            for count in range(1, min(3, len(rows)) + 1)
            for some in itertools.combinations(rows, count)
        ]
        chosen: dict[str, Any] = {"anyOf": choices}
    else:
        # So many combinations would make the schema slow; repeats are then left out after the fact.
        chosen = {"type": "array", "minItems": 1, "maxItems": 3, "items": {"anyOf": rows}}
    return {
        "type": "object",
        "properties": {"facets": chosen, "done_when": _SENTENCE},
        "required": ["facets", "done_when"],
        "additionalProperties": False,
    }
