"""Whether a plan is right for its mission: held against the schema, and against what the mission is about."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uvm_core.cognition.asking.messages import FacetOffer
from uvm_core.cognition.language.schemas import plan_schema

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """a an the of to is are was be and or in on at for from by with what which who when where why how much many
        does do did it its this that than then not no i me my you your please tell can could would should there have has
        know one""",
    )
)


@dataclass(frozen=True)
class PlanTask:
    """A mission to plan. `personas` may be asked and `needed` one of them must be; `keywords` say what it is about,
    `passages` are what the memory found for it."""

    brief: Mapping[str, str]
    slots: tuple[str, ...]
    offers: tuple[FacetOffer, ...]
    personas: frozenset[str]
    needed: frozenset[str]
    keywords: frozenset[str]
    difficulty: str
    family: str
    passages: tuple[str, ...] = ()


def plan_fault(plan: Any, task: PlanTask) -> str | None:
    """What is wrong with a plan for this mission, as a sentence; None for a right one.

    Right means: admitted by the schema, no query twice, personas that fit the mission, every query names the message,
    a slot or the question's subject, and so does what is true at the end.
    """
    fault = schema_fault(plan, plan_schema((one.persona, one.facet) for one in task.offers))
    if fault is not None:
        return f"The plan is not valid: {fault}"
    queries = [" ".join(words_in(row["query"])) for row in plan["facets"]]
    if len(set(queries)) < len(queries):
        return "A query is asked twice."
    personas = {row["persona"] for row in plan["facets"]}
    if not personas <= task.personas or (task.needed and not personas & task.needed):
        return f"{', '.join(sorted(personas))} do not suit this mission."
    for row in plan["facets"]:
        if not about(row["query"], task):
            return f"The query {row['query']!r} is about something else."
    if not about(plan["done_when"], task):
        return f"{plan['done_when']!r} does not say when this is done."
    return None


def about(text: str, task: PlanTask) -> bool:
    """Whether a text names the mission's message, one of its slots or its subject."""
    return bool(task.keywords & set(words_in(text)))


def words_in(text: str) -> list[str]:
    """Lower-case words; names are kept whole and also in their parts."""
    found = re.findall(r"[a-z0-9_]+", text.lower())
    return found + [part for word in found if "_" in word for part in word.split("_") if len(part) > 2]


def schema_fault(value: Any, schema: Mapping[str, Any]) -> str | None:
    """The first thing in which a value differs from a plan's schema (the part of JSON Schema that it uses)."""
    if "anyOf" in schema:
        faults = [schema_fault(value, one) for one in schema["anyOf"]]
        return None if None in faults else f"{json.dumps(value)[:80]} fits none of {len(faults)} ways."
    if "const" in schema:
        return None if value == schema["const"] else f"{value!r} is not {schema['const']!r}."
    if schema["type"] == "string":
        good = isinstance(value, str) and re.fullmatch(schema["pattern"].strip("^$"), value)
        return None if good else f"{str(value)[:80]!r} is no short plain sentence."
    if schema["type"] == "array":
        return _array_fault(value, schema)
    if not isinstance(value, dict) or set(value) != set(schema["required"]):
        return f"{json.dumps(value)[:80]} does not have exactly {', '.join(schema['required'])}."
    return next((f for k, one in schema["properties"].items() if (f := schema_fault(value[k], one))), None)


def _array_fault(value: Any, schema: Mapping[str, Any]) -> str | None:
    if not isinstance(value, list) or not schema["minItems"] <= len(value) <= schema["maxItems"]:
        return "It has too few or too many facets."
    each = schema.get("prefixItems") or [schema["items"]] * len(value)
    return next((f for one, of in zip(value, each, strict=True) if (f := schema_fault(one, of))), None)
