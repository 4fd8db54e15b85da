"""What a mission needs to know, and what its plan may say: the needs, their facets, and the schema that holds both.

The needs are read off the mission, so that a small model spends its words on the questions and not on which of them to
ask. Each row of a plan is bound to one need, to the facets that are asked for it, and to questions about this mission.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from uvm_core.cognition.asking.messages import FacetOffer
from uvm_core.cognition.asking.queries import LONGEST_QUERY, ends, ways_to_ask
from uvm_core.cognition.asking.subject import Subject, kind_of
from uvm_core.cognition.language.ebnf import lit
from uvm_core.cognition.language.words import content_words, stem, words_of

FEWEST, MOST = 2, 5
"""Sub-queries of a plan."""


NEEDS: Mapping[str, str] = {
    "documents": "document",
    "reads": "read",
    "changes": "chang",
    "sends": "object",
    "refuses": "refus",
    "edges": "edge",
    "answer": "answer",
    "proof": "right",
}
"""Need -> how a word begins by which a facet's description says that it is asked for it. The order is a plan's."""

_SENDS = re.compile(r"\b(?:ask|asks|tell|tells|send|sends|notify|notifies|inform|informs|forward|forwards)\b")
_GENERIC = frozenset(
    map(
        stem,
        re.findall(
            r"\w+",
            """work do does mean happen say want wish need use get give make message method slot object question answer
            about step way simple simplest thing exactly should plan""",
        ),
    )
)


def needs_of(on: Subject) -> list[str]:
    """Which needs a mission has, `FEWEST` to `MOST` of them: those of a question, of an audit, of a method."""
    if on.question:
        if on.audits:
            return ["reads", "refuses", "edges", "proof"]
        found = {"documents" if on.passages else "reads", "answer", "edges"}
    elif on.audits:
        found = {"reads", "changes", "refuses", "proof"}
    else:
        found = {"edges", "reads", "answer" if on.tells else "changes"}
        linked = any(kind_of(name, value) == "object" for name, value in on.slots.items())
        if linked and (_SENDS.search(on.wish.lower()) or on.meant("object")):
            found.add("sends")
        if on.rules() or (not on.tells and (on.given("number") or on.meant("flag"))):
            found.add("refuses")
    able = [need for need in NEEDS if need in found and ways_to_ask(need, on)]
    return able[:MOST] if len(able) >= FEWEST else ["edges", "proof"]


def facets_for(need: str, offers: Sequence[FacetOffer]) -> list[FacetOffer]:
    """The facets that say they are asked for a need; all where none does."""
    begins = NEEDS[need]
    found = [one for one in offers if any(word.startswith(begins) for word in words_of(one.asks))]
    return found or list(offers)


def needs_grammar(needs: Sequence[str], offers: Sequence[FacetOffer], on: Subject, said: Iterable[str] = ()) -> str:
    """EBNF of a plan with one sub-query for each need, in that order: {"facets": [{"need", "persona", "facet",
    "query"}], "done_when"}. Only facets that exist and queries that are about this mission can be said, none of those
    `said` already. Errors: ValueError without a facet or a need."""
    if not offers or not needs:
        raise ValueError("A plan needs at least one persona with a facet, and something to ask about.")
    rules, before = [], set(said)
    for place, need in enumerate(needs):
        who = [
            lit(f'"persona": {json.dumps(one.persona)}, "facet": {json.dumps(one.facet)}')
            for one in facets_for(need, offers)
        ]
        ways = [lit(json.dumps(one)) for one in ways_to_ask(need, on) if one not in before]
        begin = lit(f'{{"need": {json.dumps(need)}, ')
        asks = lit(', "query": ')
        rules.append(f"row{place} ::= {begin} ({' | '.join(who)}) {asks} ({' | '.join(ways)}) {lit('}')}")
    rows = f" {lit(', ')} ".join(f"row{place}" for place in range(len(needs)))
    done = " | ".join(lit(json.dumps(f"{one}.")) for one in ends(on))
    head, close = lit('{"facets": ['), lit('], "done_when": ')
    return "\n".join([f"root ::= {head} {rows} {close} ({done}) {lit('}')}", *rules])


def needs_schema(needs: Sequence[str], offers: Sequence[FacetOffer]) -> dict[str, Any]:
    """The form alone as JSON schema, for engines that take no grammar."""
    if not offers:
        raise ValueError("A plan needs at least one persona with a facet.")
    said = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9 _',.%?-]*$"}

    def row(need: str, one: FacetOffer) -> dict[str, Any]:
        fixed = {"need": {"const": need}, "persona": {"const": one.persona}, "facet": {"const": one.facet}}
        return _object({**fixed, "query": said})

    rows = [{"anyOf": [row(need, one) for one in facets_for(need, offers)]} for need in needs]
    count = len(rows)
    listed = {"type": "array", "prefixItems": rows, "items": False, "minItems": count, "maxItems": count}
    return _object({"facets": listed, "done_when": said})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def is_echo(query: str, brief: Mapping[str, Any]) -> bool:
    """Whether a query only repeats the mission: no word that carries meaning but those of the message and the wish."""
    mission = " ".join(str(brief.get(key) or "") for key in ("selector", "wish", "question"))
    return set(content_words(query)) - _GENERIC <= set(content_words(mission))


def sound_queries(rows: Iterable[Mapping[str, str]], brief: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows whose query says something: no echo of the mission, none twice, none beyond the bound."""
    seen: set[str] = set()
    kept: list[dict[str, str]] = []
    for row in rows:
        words = " ".join(words_of(row["query"]))
        if words and words not in seen and len(row["query"]) <= LONGEST_QUERY and not is_echo(row["query"], brief):
            seen.add(words)
            kept.append(dict(row))
    return kept
