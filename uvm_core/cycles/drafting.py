"""Writing a method until one passes: each draft is judged, tried on a ghost, and a refused one's reasons go into the
next. A cycle does the same with its own states and events; this is for tasks that are given whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..cognition.asking.authoring import Draft, write_method
from ..cognition.asking.requests import MethodRequest
from ..cognition.engines.engine import Engine
from .proposing import Verdict, judge

TRIES = 3


@dataclass(frozen=True)
class Written:
    """The last draft, what guardian and trial said of it, and what all drafts cost."""

    draft: Draft
    verdict: Verdict
    attempts: int
    tokens: int
    seconds: float

    @property
    def accepted(self) -> bool:
        """Whether a person could be asked about it."""
        return self.verdict.accepted and self.verdict.trial.get("status") == "ok"


def write_and_try(
    engine: Engine,
    request: MethodRequest,
    try_: Callable[[str], dict[str, Any]],
    *,
    tries: int = TRIES,
    cancel: threading.Event | None = None,
    **settings: Any,
) -> Written:
    """Up to `tries` drafts, until the guardian accepts one and its trial ends well.

    `try_` runs a source on a ghost and answers the trial's row. Errors: those of write_method.
    """
    reasons, refused = list(request.reasons), list(request.rejected)
    tokens, seconds, attempt = 0, 0.0, 0
    while True:
        asked = replace(request, reasons=reasons, rejected=refused)
        draft = write_method(engine, asked, attempt=attempt, seed=attempt, cancel=cancel, **settings)
        attempt += 1
        tokens += draft.tokens
        seconds += draft.seconds
        verdict = judge(draft.source, request.selector)
        if verdict.accepted:
            verdict.trial = try_(verdict.source)
        written = Written(draft, verdict, attempt, tokens, seconds)
        if written.accepted or attempt >= tries:
            return written
        reasons += verdict.reasons()
        refused.append(draft.source)
