"""The parts of a running UVM that handlers work with, and how a handler's errors become replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from ZODB.POSException import ConflictError

from ..bridge.server import Request
from ..bridge.values import ValueRefused
from ..cognition.engines.engine import Cancelled, EngineUnavailable
from ..cognition.mind import Mind
from ..cycles.decide import Decisions
from ..cycles.missions import MissionBook
from ..cycles.proposing import Trials
from ..cycles.runner import CycleRunner
from ..image.committer import Committer
from ..image.errors import ImageError, Refused
from ..image.image import Image
from ..image.senders import SenderPool
from ..memory.service import Memory
from ..steward.recorder import Recorder
from ..steward.steward import Steward

log = structlog.get_logger("uvm")

PERSON = "person"
Reply = dict[str, Any]


@dataclass
class Parts:
    """Everything that runs in a UVM."""

    image: Image
    committer: Committer
    senders: SenderPool
    book: MissionBook
    runner: CycleRunner
    decisions: Decisions
    mind: Mind
    trials: Trials
    stop: Callable[[], None]
    publish: Callable[[dict[str, Any]], None]
    directory: Path
    recorder: Recorder
    steward: Steward
    memory: Memory
    endpoint: str = ""
    notes: list[str] = field(default_factory=list)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="handler"))


Handler = Callable[[Parts, Mapping[str, Any]], "Reply | Future[Reply]"]
"""f(parts, fields): the reply, or a future of it. Handlers run on a worker thread and may wait a little."""


def error_of(problem: BaseException) -> Reply:
    """An error as a reply: a plain sentence and a code. What nobody foresaw is logged whole and said briefly."""
    if isinstance(problem, Refused):
        return {"status": "error", "code": problem.code, "message": str(problem), **problem.more}
    if isinstance(problem, ImageError):
        return {"status": "error", "code": "image", "message": str(problem)}
    if isinstance(problem, EngineUnavailable):
        return {"status": "error", "code": "no_model", "message": str(problem)}
    if isinstance(problem, Cancelled):
        return {"status": "error", "code": "stopped", "message": str(problem)}
    if isinstance(problem, ValueRefused):
        return {"status": "error", "code": "value", "message": str(problem)}
    if isinstance(problem, ConflictError):
        message = "Others kept changing the same slot: nothing of this was kept. Look at it again and repeat it."
        return {"status": "error", "code": "conflict", "message": message}
    log.error("handler_failed", problem=type(problem).__name__, exc_info=problem)
    message = f"The UVM met an error it did not expect ({type(problem).__name__}); nothing was changed. The log has it."
    return {"status": "error", "code": "internal", "message": message}


def answer_with(request: Request, work: Callable[[], Any]) -> None:
    """Reply to a request with what `work` gives, or with its error."""
    try:
        outcome = work()
    except Exception as problem:  # noqa: BLE001 - the border: every request gets an answer
        request.reply(error_of(problem))
        return
    if not isinstance(outcome, Future):
        request.reply(outcome)
        return

    def done(future: Future[Reply]) -> None:
        problem = future.exception()
        request.reply(future.result() if problem is None else error_of(problem))

    outcome.add_done_callback(done)


def then(future: Future[Any], make: Callable[[Any], Reply]) -> Future[Reply]:
    """A future of the reply that `make` makes of another future's result."""
    made: Future[Reply] = Future()

    def done(finished: Future[Any]) -> None:
        try:
            made.set_result(make(finished.result()))
        except Exception as problem:  # noqa: BLE001 - it is handed on
            made.set_exception(problem)

    future.add_done_callback(done)
    return made
