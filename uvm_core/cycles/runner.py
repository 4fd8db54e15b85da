"""Running missions: a thread per running cycle, in order, as soon as there is a model to think with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from ZODB.POSException import ConflictError

from .. import logs
from ..cognition.engines.engine import Cancelled, EngineUnavailable
from ..image.errors import ImageError, Refused
from ..image.world import World
from .control import Control, Stopped
from .decide import Decisions
from .holding import hold_change, hold_method
from .missions import MissionBook, mission_of
from .records import ANSWERED, COMPLETE, FAILED, HELD, QUEUED, RUNNING, STOPPED, UNHURRIED, WAITING, Mission
from .run import CycleRun, Outcome, Workshop

MAX_RUNNING = 4

log = structlog.get_logger("cycle")


class CycleRunner:
    """Takes missions by their numbers. `approval` is "ask" or "auto" (then a script, not a person, approves)."""

    def __init__(self, shop: Workshop, book: MissionBook, decisions: Decisions, *, approval: str = "ask") -> None:
        self._shop = shop
        self._book = book
        self._decisions = decisions
        self._approval = approval
        self._lock = threading.Condition()
        self._pending: list[int] = []
        self._running: dict[int, Control] = {}
        self._prepared: dict[int, Control] = {}
        self._next_attempts: list[int] = []
        self._unhurried: set[int] = set()
        self._threads: set[threading.Thread] = set()
        self._no_model: str | None = "The model is not awake yet."
        self._closing = False

    def resume_open(self) -> None:
        """At the start: every mission that was queued or running goes on, in order."""
        states = self._shop.image.read(
            lambda world: [(number, mission.state) for number, mission in world.record.open_missions.items()]
        )
        for number, state in states:
            if state != HELD:
                self.submit(number)

    def submit(self, number: int) -> None:
        """Queue a mission; it begins when its turn comes and the model is awake."""
        unhurried = self._shop.image.read(lambda world: mission_of(world, number).kind) in UNHURRIED
        with self._lock:
            if unhurried:
                self._unhurried.add(number)
            if self._closing or number in self._pending:
                return
            if number in self._running:
                # Its last attempt is proposed and decided on, its thread about to end: the next one follows that.
                self._next_attempts.append(number)
                return
            self._pending.append(number)
        self._dispatch()

    def model_state(self, problem: str | None) -> None:
        """Told by the mind: None when the model is awake, else why it is not. Missions wait and say so."""
        with self._lock:
            self._no_model = problem
        self._dispatch()

    def control(self, number: int, action: str) -> str:
        """Pause, resume, step or stop the cycle of a mission; what holds now, in words."""
        with self._lock:
            control = self._running.get(number)
            if control is not None and control.over:
                control = None
            elif control is None and number in self._pending:
                # Not begun yet: it will begin paused, or not at all.
                control = self._prepared.setdefault(number, Control())
        if control is None:
            state = self._shop.image.read(lambda world: mission_of(world, number).state)
            raise Refused("not_running", f"Mission {number} is {state}: there is no cycle to {action}.")
        control.act(action)
        if control.cancel.is_set() and self._withdraw(number):
            self._end(number, STOPPED, "Stopped by the person before it began.")
        return {"pause": "pausing at the next state", "resume": "running", "step": "one state", "stop": "stopping"}[
            action
        ]

    def _withdraw(self, number: int) -> bool:
        """Take a mission out of the queue; False when it has begun or ended."""
        with self._lock:
            self._prepared.pop(number, None)
            if number not in self._pending:
                return False
            self._pending.remove(number)
            return True

    @property
    def no_model(self) -> str | None:
        """Why missions wait for a model, in a sentence; None when they do not."""
        with self._lock:
            return self._no_model

    @property
    def busy(self) -> bool:
        """Whether a cycle runs, or will as soon as it is its turn; missions that wait for a model do not count."""
        with self._lock:
            return bool(self._running or (self._pending and self._no_model is None))

    def live(self, number: int) -> tuple[str | None, bool]:
        """(the state a mission's cycle is in, whether it is paused); (None, False) when no cycle runs for it."""
        with self._lock:
            control = self._running.get(number) or self._prepared.get(number)
        return (None, False) if control is None else (control.state, control.paused)

    def close(self) -> None:
        """Stop every cycle; their missions stay open and go on at the next start."""
        with self._lock:
            self._closing = True
            controls, threads = list(self._running.values()), list(self._threads)
        for control in controls:
            control.close()
        for thread in threads:
            thread.join()

    # --- the threads ------------------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        waiting: list[int] = []
        with self._lock:
            reason = self._no_model
            if reason is not None:
                waiting = list(self._pending)
            while reason is None and not self._closing and (number := self._next()) is not None:
                self._pending.remove(number)
                control = self._running[number] = self._prepared.pop(number, Control())
                thread = threading.Thread(target=self._run, args=(number, control), name=f"cycle-{number}", daemon=True)
                self._threads.add(thread)
                thread.start()
        for number in waiting:
            self._note(number, WAITING, f"Waits for the model: {reason}")

    def _next(self) -> int | None:
        """The mission that begins next, the lock held: people's in order, the unhurried when nothing else runs."""
        if len(self._running) >= MAX_RUNNING:
            return None
        hurried = [number for number in self._pending if number not in self._unhurried]
        if hurried or self._running:
            return hurried[0] if hurried else None
        return self._pending[0] if self._pending else None

    def _run(self, number: int, control: Control) -> None:
        try:
            with logs.bound(mission=number):
                self._work(number, control)
        finally:
            with self._lock:
                del self._running[number]
                if number in self._next_attempts:
                    self._next_attempts.remove(number)
                    self._pending.append(number)
                self._threads.discard(threading.current_thread())
            self._dispatch()

    def _work(self, number: int, control: Control) -> None:
        started = time.monotonic()
        try:
            with self._shop.image.session() as session:
                self._note(number, RUNNING, "")
                run = CycleRun.begin(self._shop, number, control, session)
                outcome = run.go()
                control.over = True
                # From here on nothing of the cycle's own transaction is needed; it is never committed.
                session.abort()
            # Measured first: once a proposal is seen to wait, its cycle writes nothing any more.
            self._measure(run, outcome)
            self._finish(run, outcome)
        except (Stopped, Cancelled):
            if control.closing:
                self._note(number, QUEUED, "")
            else:
                self._end(number, STOPPED, "Stopped by the person; nothing was changed.")
        except EngineUnavailable as problem:
            self._note(number, WAITING, f"Waits for the model: {problem}")
            with self._lock:
                self._pending.insert(0, number)
                # Asked anew: it may have woken since. The dispatch that follows this run then begins again.
                self._no_model = self._shop.mind.problem()
        except (Refused, ImageError, ConflictError, OSError) as problem:
            log.error("cycle_broke", mission=number, problem=type(problem).__name__, exc_info=problem)
            self._end(number, FAILED, str(problem))
        log.debug("cycle_ended", mission=number, seconds=round(time.monotonic() - started, 3))

    def _finish(self, run: CycleRun, outcome: Outcome) -> None:
        if outcome.kind == "held":
            self._hold(run, partial(hold_method, run, *outcome.content))
        elif outcome.kind == "change":
            self._hold(run, partial(hold_change, run, *outcome.content))
        elif outcome.kind == "text":
            self._deliver(run, outcome.content)
        elif outcome.kind == "answered":
            self._end(run.number, ANSWERED, outcome.reason)
        else:
            self._end(run.number, FAILED, outcome.reason)

    def _hold(self, run: CycleRun, fill: Callable[[World, Mission, int], str]) -> None:
        """Keep what the cycle made as a proposal that waits for a person."""
        number = self._shop.image.next_number("missions", "proposals")
        sha256 = self._book.change(run.number, "A proposal waits", lambda world, mission: fill(world, mission, number))
        log.info("proposal_waiting", mission=run.number, proposal=number, sha256=sha256)
        self._decisions.tell(number, run.number)
        if self._approval == "auto":
            log.warning("approved_without_a_person", proposal=number, mission=run.number)
            try:
                self._decisions.approve(number, "auto", sha256)
            except Refused as problem:
                log.warning("auto_approval_refused", proposal=number, code=problem.code)

    def _deliver(self, run: CycleRun, content: dict[str, Any]) -> None:
        def keep(world: World, mission: Mission) -> None:
            mission.result = content
            mission.cycle_state = "COMPLETE"
            mission.end(world, COMPLETE)

        self._book.change(run.number, "Answered", keep)
        log.info("cycle_completed", mission=run.number)
        self._tell(run.number)

    def _end(self, number: int, state: str, reason: str) -> None:
        def end(world: World, mission: Mission) -> None:
            if state == FAILED:
                mission.cycle_state = "FAILED"
            mission.end(world, state, reason)

        self._book.change(number, f"Mission {state}", end)
        self._tell(number)

    def _note(self, number: int, state: str, reason: str) -> None:
        """Keep a passing state of a mission, where it is another than before."""

        def known(world: World) -> tuple[str, str]:
            mission = mission_of(world, number)
            return mission.state, mission.reason

        if self._shop.image.read(known) != (state, reason):

            def note(_world: World, mission: Mission) -> None:
                mission.state, mission.reason = state, reason

            self._book.change(number, f"Mission {state}", note)
            self._tell(number)

    def _tell(self, number: int) -> None:
        row = self._shop.image.read(lambda world: mission_of(world, number).row(world))
        self._shop.publish({"event": "mission", **row})

    def _measure(self, run: CycleRun, outcome: Outcome) -> None:
        """Note how long the states took, what the guardian refused, and whether the cycle's transaction was doomed."""
        note, kind = self._shop.note, run.kind
        worked = {state: round(seconds * 1000, 1) for state, seconds in run.seconds.items()}
        labels = {"outcome": outcome.kind, "mission_type": kind, "cycle": run.number}
        note("psm_cycle_durations", round(sum(worked.values()), 1), states=worked, **labels)
        for rule in run.refused_rules:
            note("guardian_violations", 1, rule=rule, cycle=run.number)
        note("transaction_aborts", int(outcome.kind == "failed"), who="cycle", mission_type=kind)
