"""What candidates do in small cases, in words: run in the confined trial, compared, and the telling ones shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..guardian.trial import TrialResult
from ..objects import sha256_of
from .edge_cases import EdgeCase
from .repeats import original_objects, settled

Run = Callable[[str, EdgeCase], Mapping[str, Any]]
"""Runs a source on a case and answers the trial's row."""

MAX_OTHERS = 3
MAX_SHOWN_CHANGES = 3
MAX_VALUE = 60
MAX_MESSAGE = 160
LARGEST_WRITTEN = 10**40
LEAST_SHOWN = 3
_ENDS = frozenset({"timeout", "memory", "killed"})
"""After these, a source's further cases would most likely only cost as much again."""
_KIND = re.compile(r"^([A-Za-z_]\w*(?:Error|Exception|Iteration))(?:: (.*))?$", re.DOTALL)
_REFUSALS = frozenset(
    {"ValueError", "RuntimeError", "AssertionError", "Exception", "NotImplementedError", "PermissionError"}
)
_OF_PYTHON = re.compile(
    r"invalid literal for|could not convert|is an empty sequence|iterable argument is empty|not in list|is not in list"
    r"|values to unpack|math domain error|substring not found|empty separator|must not be zero|is not in (deque|tuple)"
    r"|not in tuple|dictionary changed size|Set changed size|expected at least|Unknown format code|Invalid format"
)
"""Messages of ValueError and its like that come from an operation rather than from a method's own refusal."""


@dataclass(frozen=True)
class Outcome:
    """What a method did in one case.

    status: as TrialResult has it. answer: None and has_answer False where it answers nothing. changes: the receiver's
    slots that differ, (before, after), none where it did not run to its end, as nothing is kept then; `added` and
    `removed` name those that came and went; `others` the keys of other objects that changed.
    """

    status: str
    answer: Any = None
    message: str = ""
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    has_answer: bool = False
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """A text that two outcomes share exactly when they are the same to a person.

        4 and 4.0 are the same, True and 1 are not, the order of a dict counts, a slot set to None is not one removed;
        an error is told by its kind, not by its message.
        """
        if self.status != "ok":
            return json.dumps([self.status, error_kind(self) if self.status == "error" else ""])
        changes = {name: _canonical(after) for name, (_before, after) in sorted(self.changes.items())}
        answer = _canonical(self.answer) if self.has_answer else None
        parts = [self.status, answer, changes, sorted(self.added), sorted(self.removed), sorted(self.others)]
        return json.dumps(parts)

    @property
    def kind(self) -> str:
        """What sort of outcome it is, for choosing a few that differ in sort."""
        if self.status != "ok":
            return self.signature
        return f"ok {bool(self.changes or self.others)} {self.has_answer} {self.answer in _BARE and repr(self.answer)}"

    @property
    def words(self) -> str:
        """The outcome in one line: "answers 3; count 5 > 0", "refuses: …", "fails: …", "changes nothing"."""
        if self.status != "ok":
            return _failure(self)
        said = [f"answers {value_words(self.answer)}"] if self.has_answer else []
        said += self._changed()
        return "; ".join(said) or "changes nothing"

    @property
    def refuses(self) -> bool:
        """Whether the method refused in words of its own, and did not fail by mistake."""
        return self.status == "error" and self.words.startswith(REFUSES)

    def _changed(self) -> list[str]:
        said: list[str] = []
        for name, (before, after) in self.changes.items():
            if name in self.added:
                said.append(f"new slot {name} {value_words(after)}")
            elif name in self.removed:
                said.append(f"slot {name} removed")
            else:
                said.append(f"{name} {value_words(before)} > {value_words(after)}")
        if len(said) > MAX_SHOWN_CHANGES:
            left = len(said) - MAX_SHOWN_CHANGES + 1
            said = [*said[: MAX_SHOWN_CHANGES - 1], f"{left} more slots change"]
        if self.others:
            count = len(self.others)
            said.append("another object changes" if count == 1 else f"{count} other objects change")
        return said


REFUSES = "refuses:"
_BARE: tuple[Any, ...] = (None, True, False, 0, "", [], {}, ())


def outcome_of(trial_row: Mapping[str, Any]) -> Outcome:
    """The outcome in the row of a trial, as TrialResult.to_dict has it."""
    status = str(trial_row["status"])
    message = str(trial_row.get("message") or "")
    if status != "ok":
        return Outcome(status, message=message)
    answer = trial_row.get("returns")
    changes = {name: (pair[0], pair[1]) for name, pair in (trial_row.get("changes") or {}).items()}
    added, removed, others = (tuple(trial_row.get(key) or ()) for key in ("added", "removed", "others"))
    return Outcome(status, answer, message, changes, answer is not None, added, removed, others)


def error_kind(outcome: Outcome) -> str:
    """The kind of an error ("ValueError"); "NotUnderstood" or "" where the trial names none."""
    found = _KIND.match(outcome.message)
    if found:
        return found.group(1)
    return "NotUnderstood" if "does not understand" in outcome.message else ""


def value_words(value: Any, longest: int = MAX_VALUE) -> str:
    """A value in one short piece; objects and methods by what they are."""
    return _short(_text(value, 0), longest)


def run_cases(run: Run, sources: Sequence[str], cases: Sequence[EdgeCase]) -> list[list[Outcome]]:
    """The outcomes per source, per case. A source that ran out of time or memory is not run on further cases."""
    known: dict[str, list[Outcome]] = {}
    for source in sources:
        if source not in known:
            known[source] = list(_outcomes(run, source, cases))
    return [list(known[source]) for source in sources]


def _outcomes(run: Run, source: str, cases: Sequence[EdgeCase]) -> Iterator[Outcome]:
    ended: Outcome | None = None
    for case in cases:
        found = outcome_of(run(source, case)) if ended is None else ended
        if found.status in _ENDS:
            ended = found
        yield found


def trial_run(
    trial: Callable[..., TrialResult], slots: Mapping[str, Any], parents: Sequence[Any], selector: str | None
) -> Run:
    """A Run by TrialHelper.trial on a ghost with these slots and parents, in the form that GhostMaker gives them.

    A case's slots go over the receiver's. Objects that are then described no more, but still referred to, are described
    where they are referred to. For a case that is sent twice, the second trial has what the first left.
    """
    slots, parents = dict(slots), list(parents)

    def once(source: str, held: Mapping[str, Any], case: EdgeCase, known: Mapping[str, Any]) -> dict[str, Any]:
        ready = settled([dict(held), parents, list(case.args), dict(case.kwargs)], known)
        result = trial(source, ready[0], ready[2], kwargs=ready[3], parents=ready[1], selector=selector)
        return result.to_dict()

    def run(source: str, case: EdgeCase) -> Mapping[str, Any]:
        held = {**slots, **case.slots}
        known = original_objects([slots, parents, list(case.args), dict(case.kwargs)])
        row = once(source, held, case, known)
        if not case.twice or row["status"] != "ok":
            return row
        left = row["slots_after"]
        return once(source, left, case, original_objects([left], known))

    return run


def shown_cases(
    cases: Sequence[EdgeCase], outcomes: Sequence[Sequence[Outcome]], chosen: int, *, most: int = 5
) -> list[int]:
    """Which cases a person sees, most telling first; at least three where there are three and `most` allows it.

    "As it is" comes first. Then come cases that tell further candidates apart, from the chosen one first; then those
    in which the chosen one fares in another manner than in those before.
    """
    if not cases or most < 1:
        return []
    signatures = [[outcome.signature for outcome in row] for row in outcomes]
    shown: list[int] = []
    apart: set[int] = set()
    told: set[tuple[int, ...]] = {(0,) * len(outcomes)}
    kinds: set[str] = set()

    def show(case: int) -> None:
        shown.append(case)
        apart.update(_apart(signatures, case, chosen))
        told.add(_split(signatures, case))
        kinds.add(outcomes[chosen][case].kind)

    show(0)
    reasons: list[Callable[[int], bool]] = [
        lambda case: bool(_apart(signatures, case, chosen) - apart),
        lambda case: _split(signatures, case) not in told,
        lambda case: outcomes[chosen][case].kind not in kinds,
        lambda case: len(shown) < LEAST_SHOWN and len(set(_split(signatures, case))) > 1,
        lambda _case: len(shown) < LEAST_SHOWN,
    ]
    for reason in reasons:
        for case in range(1, len(cases)):
            if len(shown) < most and case not in shown and reason(case):
                show(case)
    return shown


def _apart(signatures: Sequence[Sequence[str]], case: int, chosen: int) -> set[int]:
    """The candidates that do otherwise than the chosen one in a case."""
    return {number for number, row in enumerate(signatures) if row[case] != signatures[chosen][case]}


def _split(signatures: Sequence[Sequence[str]], case: int) -> tuple[int, ...]:
    """How a case groups the candidates: the same number for the same outcome."""
    numbers: dict[str, int] = {}
    return tuple(numbers.setdefault(row[case], len(numbers)) for row in signatures)


def rows(
    cases: Sequence[EdgeCase],
    outcomes: Sequence[Sequence[Outcome]],
    chosen: int,
    shown: Sequence[int],
    parameters: Sequence[str],
) -> list[dict[str, Any]]:
    """The shown cases as a person reads them; `parameters` are the method's, to name the arguments by.

    "answer" is there only where the method answers something; "differs" says whether candidates do not agree.
    """
    return [_row(cases[case], [row[case] for row in outcomes], chosen, parameters) for case in shown]


def _row(case: EdgeCase, outcomes: Sequence[Outcome], chosen: int, parameters: Sequence[str]) -> dict[str, Any]:
    outcome = outcomes[chosen]
    row: dict[str, Any] = {
        "case": case.words,
        "arguments": arguments_of(case, parameters),
        "slots": dict(case.slots),
        "status": outcome.status,
        "message": outcome.message,
        "changes": {name: list(pair) for name, pair in outcome.changes.items()},
        "words": outcome.words,
        "differs": len({found.signature for found in outcomes}) > 1,
    }
    if outcome.has_answer:
        row["answer"] = outcome.answer
    return row


def arguments_of(case: EdgeCase, parameters: Sequence[str]) -> dict[str, Any]:
    """A case's arguments by their parameters' names; one beyond the parameters by its number."""
    names = [*parameters, *(f"argument {number + 1}" for number in range(len(parameters), len(case.args)))]
    return {**dict(zip(names, case.args, strict=False)), **case.kwargs}


def others(
    sources: Sequence[str],
    votes: Sequence[int],
    cases: Sequence[EdgeCase],
    outcomes: Sequence[Sequence[Outcome]],
    chosen: int,
    shown: Sequence[int],
) -> list[dict[str, Any]]:
    """Up to three behaviours other than the chosen one's, most votes first.

    Candidates that do the same in every case are one behaviour: their votes add up, the one with most votes stands for
    it. "words" tell the first case in which it does otherwise; "differs" has all of those that are shown.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(outcomes):
        groups.setdefault(tuple(outcome.signature for outcome in row), []).append(number)
    own = tuple(outcome.signature for outcome in outcomes[chosen])
    found = [(sum(votes[number] for number in group), group, key) for key, group in groups.items() if key != own]
    found.sort(key=lambda item: (-item[0], item[1][0]))
    rows_of_others: list[dict[str, Any]] = []
    for count, group, key in found[:MAX_OTHERS]:
        stands = max(group, key=lambda number: (votes[number], -number))
        apart = [case for case in range(len(cases)) if key[case] != own[case]]
        seen = [(place, case) for place, case in enumerate(shown) if case in apart]
        first = seen[0][1] if seen else apart[0]
        rows_of_others.append(
            {
                "sha256": sha256_of(sources[stands]),
                "source": sources[stands],
                "votes": count,
                "words": f"{cases[first].words}: {outcomes[stands][first].words}",
                "differs": [{"case": place, "words": outcomes[stands][case].words} for place, case in seen],
            }
        )
    return rows_of_others


def _failure(outcome: Outcome) -> str:
    found = _KIND.match(outcome.message) if outcome.status == "error" else None
    said = found.group(2) if found else None
    if found and said and found.group(1) in _REFUSALS and not _OF_PYTHON.search(said):
        return f"{REFUSES} {_short(said, MAX_MESSAGE)}"
    return f"fails: {_short(outcome.message or outcome.status, MAX_MESSAGE)}"


def _short(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _text(value: Any, depth: int) -> str:
    if isinstance(value, float):
        return _digits(value)
    if isinstance(value, int) and abs(value) > LARGEST_WRITTEN:
        return "a very large number"
    if depth > 8:
        return "…"
    if isinstance(value, Mapping):
        if value.get("$same") == "self":
            return "itself"
        for form, words in _FORMS.items():
            if form in value:
                return words
        return (
            "{" + ", ".join(f"{_text(key, depth + 1)}: {_text(part, depth + 1)}" for key, part in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_text(part, depth + 1) for part in value) + "]"
    return repr(value)


_FORMS = {
    "$obj": "an object",
    "$same": "the same object",
    "$ref": "an object",
    "$method": "a method",
    "$primitive": "a method",
    "$other": "something that is no data",
}


def _digits(value: float) -> str:
    """A float as it is read: without what rounding leaves behind."""
    return repr(float(f"{value:.12g}"))


def _canonical(value: Any) -> Any:
    """JSON data that is the same for values that are the same to a person."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float) and not value.is_integer():
        return {"number": f"{value:.12g}"}
    if isinstance(value, (int, float)):
        return {"number": _whole(int(value))}
    if isinstance(value, Mapping):
        return {"dict": [[_canonical(key), _canonical(part)] for key, part in value.items()]}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [_canonical(part) for part in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(json.dumps(_canonical(part)) for part in value)}
    return {type(value).__name__: repr(value)}


def _whole(value: int) -> str:
    return f"{value:.12g}" if abs(value) < 10**12 else hex(value)
