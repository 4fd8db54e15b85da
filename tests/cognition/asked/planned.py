"""Missions to plan, `plans.jsonl`, each with the needs it has, and how a plan for one is judged.

A need is met by a query in which one of its ways occurs; a way is a beginning of words, `+` between those that must
stand in one query. A plan covers its mission when it meets two needs or more, each of another kind, and every query is
distinct, no echo, and asked of a facet that exists. The lines of the set `held` are never developed against.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from uvm_core.cognition.asking.needs import is_echo


@dataclass(frozen=True)
class Planned:
    """A mission or a question, and its needs: name -> ways in which a query may meet it."""

    id: str
    set: Literal["dev", "held"]
    kind: str
    needs: Mapping[str, Sequence[str]]
    selector: str = ""
    params: Sequence[str] = ()
    args: Sequence[Any] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    wish: str = ""
    question: str = ""
    passages: Sequence[str] = ()

    @property
    def brief(self) -> dict[str, Any]:
        given = dict(zip(self.params, self.args, strict=True))
        return {"selector": self.selector, "wish": self.wish, "question": self.question, "arguments": given}


@dataclass(frozen=True)
class Judged:
    """What is true of a plan; `met` are the needs that a query names."""

    met: frozenset[str]
    distinct: bool
    echoes: int
    exists: bool

    @property
    def covered(self) -> bool:
        return len(self.met) >= 2 and self.distinct and not self.echoes and self.exists


def load(name: Literal["dev", "held"]) -> list[Planned]:
    """The missions of a set, in the order of the file."""
    lines = Path(__file__).with_name("plans.jsonl").read_text("utf-8").splitlines()
    return [one for one in (Planned(**json.loads(line)) for line in lines) if one.set == name]


def judged(rows: Sequence[Mapping[str, str]], mission: Planned, pairs: set[tuple[str, str]]) -> Judged:
    """Judge a plan's rows; `pairs` are the (persona, facet) that exist. One query meets one need at most."""
    queries = [" ".join(row["query"].lower().split()) for row in rows]
    met: set[str] = set()
    for query in queries:
        found = [need for need, ways in mission.needs.items() if need not in met and _meets(query, ways)]
        met.update(found[:1])
    return Judged(
        frozenset(met),
        len(set(queries)) == len(queries) > 0,
        sum(is_echo(row["query"], mission.brief) for row in rows),
        {(row["persona"], row["facet"]) for row in rows} <= pairs,
    )


def _meets(query: str, ways: Sequence[str]) -> bool:
    return any(all(part.lower() in query for part in way.split("+")) for way in ways)
