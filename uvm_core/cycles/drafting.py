"""Choosing among drafts of a method: each is judged, tried at the edges on ghosts, and the behaviour that most drafts
share is taken. Where none passes, the reasons go into the next round.

A cycle does this with its own states and events; `write_and_try` does it for a task that is given whole.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..cognition.asking.methods import Draft, Drafts, write_methods
from ..cognition.asking.requests import MethodRequest
from ..cognition.engines.engine import Engine
from .edge_cases import edge_cases
from .outcomes import Outcome, Run, others, outcome_of, rows, run_cases, shown_cases
from .proposing import Verdict, judge

TRIES = 3
FIRST = 1.5
"""What the cool first draft weighs against one of the warmer ones."""
CRASH = 0.4
"""What a case counts against a method in which it fails by mistake, as with a KeyError, and does not refuse."""
DOUBT = 0.25
LIKELY = 4.0
"""What a nat of a token's mean log-chance counts: of drafts with as many votes the surer one is taken."""


@dataclass(frozen=True)
class Tried:
    """The draft that was chosen, what guardian and trial said of it, and how it came to be chosen.

    votes of drafts: how many of how many do what this one does. outcomes and others: see outcomes.py. candidates: a row
    for every draft, {sha256, source, accepted, chosen, votes, temperature, seed, likelihood, tokens, doubts}.
    """

    draft: Draft
    verdict: Verdict
    votes: int = 0
    drafts: int = 1
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether a person could be asked about it."""
        return self.verdict.accepted and (self.verdict.trial.get("status") == "ok" or refuses(self.verdict.trial))

    def reasons(self) -> list[str]:
        """Why it did not pass, as sentences for the next round."""
        return self.verdict.reasons()


@dataclass
class _Kind:
    """Drafts that behave alike."""

    source: str
    verdict: Verdict
    outcomes: list[Outcome]
    members: list[int] = field(default_factory=list)
    weight: float = 0.0


def try_drafts(
    drafts: Drafts, request: MethodRequest, run: Run, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Tried:
    """Judge and try the drafts, and choose one.

    `run` runs a source on a case; args and kwargs are the message's, as plain data.
    """
    verdicts = [judge(draft.source, request.selector) for draft in drafts.all]
    passed = [place for place, verdict in enumerate(verdicts) if verdict.accepted]
    if not passed:
        return Tried(drafts.all[0], verdicts[0], 0, len(verdicts), candidates=_rows(drafts, verdicts, None, []))
    sources = list(dict.fromkeys(verdicts[place].source for place in passed))
    cases = edge_cases(request, args, kwargs, sources)
    outcomes = dict(zip(sources, run_cases(run, sources, cases), strict=True))
    kinds = _kinds(drafts, verdicts, passed, outcomes)
    # The first of equals: a cool draft stands before a warm one.
    best = max(kinds, key=lambda kind: kind.weight)
    place = best.members[0]
    verdict = verdicts[place]
    verdict.trial = dict(run(verdict.source, cases[0]))
    ordered = [kind.source for kind in kinds]
    table = [kind.outcomes for kind in kinds]
    chosen = kinds.index(best)
    shown = shown_cases(cases, table, chosen)
    return Tried(
        drafts.all[place],
        verdict,
        len(best.members),
        len(verdicts),
        rows(cases, table, chosen, shown, request.parameter_names),
        others(ordered, [len(kind.members) for kind in kinds], cases, table, chosen, shown),
        _rows(drafts, verdicts, best, kinds),
    )


def _kinds(
    drafts: Drafts,
    verdicts: Sequence[Verdict],
    passed: Sequence[int],
    outcomes: Mapping[str, list[Outcome]],
) -> list[_Kind]:
    """The drafts by what they do, with what speaks for each."""
    found: dict[tuple[str, ...], _Kind] = {}
    for place in passed:
        source = verdicts[place].source
        behaviour = tuple(outcome.signature for outcome in outcomes[source])
        kind = found.setdefault(behaviour, _Kind(source, verdicts[place], outcomes[source]))
        kind.members.append(place)
        kind.weight += FIRST if place == 0 else 1.0
    for kind in found.values():
        kind.weight -= CRASH * sum(_crashed(outcome) for outcome in kind.outcomes[1:])
        # One that fails with the very message that was sent is no answer to it.
        kind.weight -= len(verdicts) * (kind.outcomes[0].status != "ok") * (1 + _crashed(kind.outcomes[0]))
        kind.weight += LIKELY * max(drafts.all[place].completion.likelihood or 0.0 for place in kind.members)
        kind.weight -= DOUBT * min(len(drafts.all[place].doubts) for place in kind.members)
    return list(found.values())


def _crashed(outcome: Outcome) -> bool:
    return outcome.status != "ok" and not outcome.refuses


def refuses(trial: Mapping[str, Any]) -> bool:
    """Whether a trial ended with the method's own refusal."""
    return "status" in trial and outcome_of(trial).refuses


def _rows(
    drafts: Drafts, verdicts: Sequence[Verdict], best: _Kind | None, kinds: Sequence[_Kind]
) -> list[dict[str, Any]]:
    votes = {place: len(kind.members) for kind in kinds for place in kind.members}
    found = []
    for place, (draft, verdict) in enumerate(zip(drafts.all, verdicts, strict=True)):
        ask, completion = draft.record.ask, draft.completion
        found.append(
            {
                "sha256": verdict.sha256,
                "source": verdict.source,
                "accepted": verdict.accepted,
                "rules": list(verdict.rules),
                "chosen": best is not None and place == best.members[0],
                "votes": votes.get(place, 0),
                "temperature": ask.temperature,
                "seed": ask.seed,
                "likelihood": completion.likelihood,
                "tokens": completion.tokens,
                "doubts": list(draft.doubts),
            }
        )
    return found


@dataclass(frozen=True)
class Written:
    """The last round of a task, and what all rounds cost."""

    tried: Tried
    rounds: int
    tokens: int
    seconds: float


def write_and_try(
    engine: Engine,
    request: MethodRequest,
    run: Run,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    tries: int = TRIES,
    cancel: threading.Event | None = None,
    **settings: Any,
) -> Written:
    """Up to `tries` rounds of drafts, until one passes. Errors: those of write_methods."""
    reasons, refused = list(request.reasons), list(request.rejected)
    tokens, seconds, number = 0, 0.0, 0
    while True:
        asked = replace(request, reasons=reasons, rejected=refused)
        drafts = write_methods(engine, asked, attempt=number, seed=100 * number, cancel=cancel, **settings)
        number += 1
        tokens += drafts.record.completion.tokens
        seconds += drafts.record.completion.seconds
        tried = try_drafts(drafts, request, run, args, kwargs)
        if tried.passed or number >= tries:
            return Written(tried, number, tokens, seconds)
        reasons += tried.reasons()
        refused.append(tried.draft.source)
