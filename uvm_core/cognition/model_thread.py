"""The one model thread: everything that asks the model waits in its queue and can be stopped."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from uvm_core.cognition.engines.engine import Cancelled, Completion, Engine, EngineUnavailable

_log = structlog.get_logger("cognition")

Result = TypeVar("Result")
Work = Callable[[Engine, threading.Event], Any]
"""What a job does with the engine; it passes the event on as `cancel`."""

REMEMBERED = 200


@dataclass
class Job:
    """A queued or running piece of work. `future` ends with its result, or with Cancelled, or with its error."""

    number: int
    label: str
    work: Work
    yields: bool = False
    """Whether it lets every other job go before it, and is begun anew after one that came meanwhile."""
    stopped: bool = False
    """Whether somebody wants it to end."""
    future: Future[Any] = field(default_factory=Future)
    cancel_event: threading.Event = field(default_factory=threading.Event)
    queued_at: float = field(default_factory=time.perf_counter)
    waited: float | None = None
    """Seconds until it was the model's turn."""
    ran: float | None = None
    """Seconds it ran."""
    context: Context = field(default_factory=copy_context)
    """Of whoever asked: the log's ids are in it."""


@dataclass(frozen=True)
class Timing:
    """One finished job, for the metrics."""

    label: str
    waited: float
    ran: float
    tokens: int
    tokens_per_second: float
    outcome: str


OnJob = Callable[[Timing], None]
"""Told of every job that has ended, in the model thread."""


class ModelThread:
    """Runs jobs one after another on the engine that `wake` gives (in this thread, so that waking blocks nobody).

    Until the engine is there jobs wait; if waking fails they end with its EngineUnavailable, and so do later ones until
    `wake` is called again.
    """

    def __init__(self, engine: Engine | None = None, *, on_job: OnJob | None = None) -> None:
        self._job_heard = on_job
        self._condition = threading.Condition()
        self._queue: deque[Job] = deque()
        self._running: Job | None = None
        self._engine = engine
        self._fault: EngineUnavailable | None = None
        self._waker: Callable[[], Engine] | None = None
        self._closed = False
        self._numbers = itertools.count(1)
        self._timings: deque[Timing] = deque(maxlen=REMEMBERED)
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    def wake(self, make: Callable[[], Engine]) -> None:
        """Make the engine in the model thread, before any further job; replaces the one there is.

        The job that runs ends first; one that yields is ended here and begun anew on the new engine.
        """
        with self._condition:
            self._waker = make
            if self._running is not None and self._running.yields:
                self._running.cancel_event.set()
            self._condition.notify_all()

    def submit(self, work: Work, *, label: str = "", yields: bool = False) -> Job:
        """Queue a job; see Job. Errors: EngineUnavailable once closed."""
        with self._condition:
            if self._closed:
                raise EngineUnavailable("The model thread has been closed.")
            job = Job(next(self._numbers), label, work, yields)
            self._queue.append(job)
            if self._running is not None and self._running.yields and not yields:
                # It is ended here and begun anew: whoever asks now waits for a moment and not for all of it.
                self._running.cancel_event.set()
            self._condition.notify_all()
        return job

    def ask(
        self, work: Callable[[Engine, threading.Event], Result], *, label: str = "", timeout: float | None = None
    ) -> Result:
        """Queue a job and wait for its result, which it raises if it is an error."""
        result: Result = self.submit(work, label=label).future.result(timeout)
        return result

    def stop(self, job: Job) -> bool:
        """Stop a job, queued or running; False if it had ended. A running one ends within 300 ms."""
        with self._condition:
            job.stopped = True
            job.cancel_event.set()
            if job in self._queue:
                self._queue.remove(job)
            else:
                return job is self._running
        job.future.set_exception(Cancelled())
        return True

    def stop_all(self) -> int:
        """Stop everything queued and running; how many jobs that were."""
        with self._condition:
            jobs = [*self._queue, *([self._running] if self._running else [])]
        return sum(self.stop(job) for job in jobs)

    def refuse_queued(self, problem: EngineUnavailable) -> None:
        """End every job that waits with this error: no engine will come for them."""
        with self._condition:
            jobs = list(self._queue)
            self._queue.clear()
        for job in jobs:
            job.future.set_exception(problem)

    def close(self, timeout: float = 2.0) -> bool:
        """Stop everything and end the thread; False if it did not end in time."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        self.stop_all()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def describe(self) -> dict[str, Any]:
        """The engine's description with `queued`, `running`; state asleep, waking or unavailable without an engine."""
        with self._condition:
            engine, fault, waking = self._engine, self._fault, self._waker is not None
            queued, running = len(self._queue), self._running.label if self._running else None
        if engine is not None and not waking:
            described = dict(engine.describe())
        elif fault is not None and not waking:
            described = {"id": None, "state": "unavailable", "reason": str(fault)}
        else:
            described = {"id": None, "state": "waking" if waking else "asleep"}
        return {**described, "queued": queued, "running": running}

    def timings(self) -> list[Timing]:
        """The last jobs that ran, oldest first."""
        with self._condition:
            return list(self._timings)

    def _run(self) -> None:
        while True:
            with self._condition:
                while not (self._closed or self._waker or (self._queue and (self._engine or self._fault))):
                    self._condition.wait()
                if self._closed:
                    return
                make, job = self._waker, None
                if make is None:
                    job = self._running = next((one for one in self._queue if not one.yields), self._queue[0])
                    self._queue.remove(job)
            if make is not None:
                self._wake_now(make)
            elif job is not None:
                self._do(job)

    def _wake_now(self, make: Callable[[], Engine]) -> None:
        engine: Engine | None = None
        fault: EngineUnavailable | None = None
        try:
            engine = make()
        except EngineUnavailable as error:
            fault = error
            _log.warning("model_unavailable", reason=str(error))
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever a library raises
            fault = EngineUnavailable(f"The model could not be woken: {error}")
            _log.exception("model_unavailable")
        with self._condition:
            self._engine, self._fault = engine, fault
            if self._waker is make:
                self._waker = None

    def _do(self, job: Job) -> None:
        started = time.perf_counter()
        job.waited = started - job.queued_at
        result: Any = None
        error: BaseException | None = None
        try:
            if self._engine is None:
                raise self._fault or EngineUnavailable("No model is awake.")
            if job.cancel_event.is_set():
                raise Cancelled
            result = job.work(self._engine, job.cancel_event)
        except Exception as raised:  # noqa: BLE001 - it is handed to whoever waits for the job
            error = raised
        job.ran = time.perf_counter() - started
        self._note(job, result, error)
        with self._condition:
            self._running = None
            if isinstance(error, Cancelled) and job.yields and not job.stopped:
                job.cancel_event = threading.Event()
                self._queue.appendleft(job)
                return
        if error is not None:
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    def _note(self, job: Job, result: Any, error: BaseException | None) -> None:
        completion = result if isinstance(result, Completion) else getattr(result, "completion", None)
        if completion is None:
            completion = getattr(getattr(result, "record", None), "completion", None)
        tokens = completion.tokens if isinstance(completion, Completion) else 0
        ran = job.ran or 0.0
        outcome = "done" if error is None else "stopped" if isinstance(error, Cancelled) else "failed"
        timing = Timing(job.label, job.waited or 0.0, ran, tokens, tokens / ran if ran else 0.0, outcome)
        with self._condition:
            self._timings.append(timing)
        if self._job_heard is not None:
            try:
                self._job_heard(timing)
            except Exception:  # noqa: BLE001 - whoever measures must not end the thread that everybody waits for
                _log.exception("job_not_measured", label=job.label)
        job.context.run(
            _log.info,
            "model_job",
            label=job.label,
            outcome=outcome,
            waited=round(timing.waited, 3),
            ran=round(ran, 3),
            tokens=tokens,
        )
