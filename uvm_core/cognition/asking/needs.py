"""What a mission needs to know, and what its plan may say: the needs, their facets, and the schema that holds both.

The needs are read off the mission, so that a small model spends its words on the questions and not on which of them to
ask. Each row of a plan is bound to one need: the schema gives it that need's ways to begin, a name of this mission
that it has to mention, and, where it asks for a limit or an edge, a word that says which one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uvm_core.cognition.asking.messages import FacetOffer
from uvm_core.cognition.language.expressions import lit
from uvm_core.cognition.language.words import content_words, intent_of, stem, words_of

FEWEST, MOST = 2, 5
"""Sub-queries of a plan."""
LONGEST_QUERY = 140
"""Characters of a sub-query."""
_MOST_NAMES = 8
_BETWEEN = 7
"""Words before, between and after those that a query has to say."""
_SPACE_NAME = "name"


@dataclass(frozen=True)
class Need:
    """One thing to find out. `meaning` tells the model; a facet whose description has a word that begins with `told`
    is asked for it; a query begins with one of `openings` and, where there are any, has one of the `marks` in it."""

    meaning: str
    told: str
    openings: str
    marks: str = ""


_LIMITS = "more|less|fewer|larger|smaller|above|below|over|under|negative|missing|unknown|not|already|zero|empty|exceeds"
NEEDS: Mapping[str, Need] = {
    "reads": Need("which slots and arguments are read, and how", "read", "Which|What|How|From which"),
    "changes": Need("what is different afterwards, and what stays", "chang", "How|By how much|Which|What|To what"),
    "refuses": Need(
        "which values must be refused",
        "refus",
        "When must|What if|What happens if|Is it refused if|Must it refuse when",
        _LIMITS,
    ),
    "edges": Need(
        "an edge: nothing, zero, the empty list, too much, twice",
        "edge",
        "What if|What happens if|What is answered if|What remains if",
        "zero|empty|nothing|none|twice|exactly|equal|negative|missing|only|already|no|0|1",
    ),
    "answer": Need("what is answered, in which form and words", "answer", "What|Which|In which form|How|Is the answer"),
    "sends": Need(
        "which other object gets which message, and what it answers", "object", "Which|What|To which object|What if"
    ),
    "documents": Need(
        "what the documents say, and what they leave out",
        "document",
        "What do the documents say|Which passage|Do the documents say|Where do the documents say|Do two passages differ",
    ),
    "proof": Need("how one would know that it is right", "right", "How would one|What shows|Which value shows"),
}
"""Need -> what it asks. The order is that in which a plan asks them."""

_BOUNDED = re.compile(
    r"\b(?:not|never|only|unless|most|least|more|less|fewer|enough|than|refuse|refused|error|raise|limit|maximum|minimum|"
    r"cannot|can't|without|until|below|above|over|under|already|invalid|allowed|except|negative|forbid\w*|must|if)\b"
)
_AUDIT = re.compile(
    r"\b(?:audit|threshold|indicator|metric|metrics|slow|slower|abort|aborts|latency|latencies|durations?)\b"
)
_SENDS = re.compile(r"\b(?:ask|asks|tell|tells|send|sends|notify|notifies|inform|informs|forward|forwards)\b")
_GENERIC = frozenset(
    stem(word)
    for word in """work do does mean happen say want wish need use get give make message method slot object question answer
    about step way simple simplest thing exactly should plan""".split()
)


def needs_of(
    brief: Mapping[str, Any],
    *,
    slots: Mapping[str, Any],
    arguments: Mapping[str, Any],
    passages: Sequence[str] = (),
) -> list[str]:
    """Which needs a mission has, `FEWEST` to `MOST` of them: those of a question, of an audit, of a method."""
    text = f"{brief.get('wish') or ''} {brief.get('question') or ''}".lower()
    audit = _AUDIT.search(text) or _AUDIT.search(str(brief.get("selector") or "").lower().replace("_", " "))
    if brief.get("question"):
        if audit:
            return ["reads", "refuses", "proof"]
        return ["documents", "answer", "proof"] if passages else ["reads", "answer", "proof"]
    if audit:
        return ["reads", "changes", "proof"]
    found = ["reads"] if slots else []
    intent = intent_of(str(brief.get("selector") or ""), str(brief.get("wish") or ""))
    tells = re.match(r"(?:tell|say|answer|give me|show|list|how|what|which|whether|is|are|return)\b", text.strip())
    tells = tells or re.search(r"\b(?:only tell|just tell|only answer)\b", text)
    found.append("answer" if tells or intent == "read" else "changes")
    if _SENDS.search(text) or any(isinstance(one, Mapping) and {"$ref", "$obj"} & set(one) for one in slots.values()):
        found.append("sends")
    if _BOUNDED.search(text):
        found.append("refuses")
    found.append("edges")
    if found[-3:-1] == ["changes", "refuses"] and len(text.split()) > 16:
        found.append("answer")
    return sorted(found, key=list(NEEDS).index)[:MOST]


def names_of(brief: Mapping[str, Any], slots: Iterable[str], arguments: Iterable[str]) -> list[str]:
    """The names that a query has to mention one of: parameters, the slots that the wish speaks of, else all slots; for
    a question its own words."""
    if brief.get("question"):
        words = re.findall(r"[A-Za-z][A-Za-z0-9_'-]{2,}", str(brief["question"]))
        return list(dict.fromkeys(one for one in words if content_words(one)))[:_MOST_NAMES]
    spoken = set(content_words(f"{brief.get('selector') or ''} {brief.get('wish') or ''}"))
    own = [str(name) for name in slots]
    meant = [name for name in own if spoken & set(content_words(name))]
    given = [str(name) for name in arguments]
    names = dict.fromkeys([*meant, *given, *(own if len(meant) < 2 else ())])
    return [name for name in names if name.isidentifier()][:_MOST_NAMES]


def facets_for(need: str, offers: Sequence[FacetOffer]) -> list[FacetOffer]:
    """The facets that say they are asked for a need; all where none does."""
    told = NEEDS[need].told
    found = [one for one in offers if any(word.startswith(told) for word in words_of(one.asks))]
    return found or list(offers)


def needs_grammar(needs: Sequence[str], offers: Sequence[FacetOffer], names: Sequence[str]) -> str:
    """EBNF of a plan with one sub-query for each need, in that order: {"facets": [{"need", "persona", "facet",
    "query"}], "done_when"}. Only facets that exist can be said. Errors: ValueError without a facet.

    A grammar, since the same as a schema's patterns takes minutes to compile: nothing is shared between those.
    """
    if not offers:
        raise ValueError("A plan needs at least one persona with a facet.")
    name = f' {_SPACE_NAME} (",")?' if names else ""
    rows, rules = [], []
    for place, need in enumerate(needs):
        ways = " | ".join(
            lit(f'"persona": {json.dumps(one.persona)}, "facet": {json.dumps(one.facet)}')
            for one in facets_for(need, offers)
        )
        asked = NEEDS[need]
        marked = f' {_any_of(asked.marks, " ")} (",")? w{{0,{_BETWEEN}}}' if asked.marks else ""
        query = f'{_any_of(asked.openings)} w{{0,{_BETWEEN}}}{name} w{{0,{_BETWEEN}}}{marked} "?"'
        begin, middle, end = lit(f'{{"need": {json.dumps(need)}, '), lit(', "query": "'), lit('"}')
        rules.append(f"row{place} ::= {begin} ({ways}) {middle} {query} {end}")
        rows.append(f"row{place}")
    listed = f" {lit(', ')} ".join(rows)
    done = f'[A-Z] [a-z]{{0,14}} w{{0,{_BETWEEN}}}{name} w{{0,{_BETWEEN}}} "."'
    head, close, end = lit('{"facets": ['), lit('], "done_when": "'), lit('"}')
    return "\n".join(
        [
            f"root ::= {head} {listed} {close} {done} {end}",
            *rules,
            *([f"{_SPACE_NAME} ::= {_any_of('|'.join(names), ' ')}"] if names else []),
            """w ::= " " [A-Za-z0-9_'] [A-Za-z0-9_'%.,-]{0,15}""",
        ]
    )


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


def _any_of(words: str, before: str = "") -> str:
    return f"({' | '.join(lit(before + word) for word in words.split('|'))})"


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
