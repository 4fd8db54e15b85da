"""The steward: a heartbeat that has the system audited, and files missions for what the audit finds.

The audit is a message to alfred_prototype_obj like any other: a person may edit the method that answers it, the
watchdog ends one that does not end, and a deleted one is learned again by a mission.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from ZODB.POSException import ConflictError

from ..cycles.missions import Brief, MissionBook
from ..cycles.records import UNHANDLED
from ..image.errors import ImageError, Refused
from ..image.image import Committed, Image
from ..image.senders import Answered, Message, Unanswered
from ..image.world import World
from ..objects import own_slots
from .findings import WHO, answer_to, brief_for, filed_lately, read_findings, why_not
from .recorder import Recorder
from .rows import anything_measured
from .shipped import AUDIT, AUDIT_WISH, AUDITOR, METRICS, SETTINGS

SHORTEST_BEAT, LONGEST_BEAT = 1.0, 30 * 86_400.0
"""Seconds: what heartbeat_seconds and first_beat_seconds below or above are taken for."""

log = structlog.get_logger("steward")


class Clock:
    """The time, and waiting for it."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def steady(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    def wait(self, changed: threading.Condition, seconds: float | None) -> None:
        """Until somebody notifies, or so many seconds have passed."""
        changed.wait(seconds)


class Senders(Protocol):
    """Who sends live messages."""

    def submit(self, message: Message) -> Future[Answered | Unanswered]:
        """Queue a message."""


@dataclass(frozen=True)
class Settings:
    """The steward's slots of system_metrics_obj as they stand."""

    first: float
    beat: float
    window: float
    paused: bool
    most_a_day: int


@dataclass
class Audit:
    """What one audit found. findings: rows with `mission` (filed for it, or None) and `note` (why none was filed);
    missions: the numbers of those it filed; problem: what was wrong with the audit itself, or nothing; measured:
    whether there was anything to look at."""

    at: float
    measured: bool = True
    findings: list[dict[str, Any]] = field(default_factory=list)
    missions: list[int] = field(default_factory=list)
    problem: str = ""

    @property
    def words(self) -> str:
        """The audit in a sentence or two."""
        if self.problem and not self.findings:
            return self.problem
        if not self.findings:
            passed = "The audit found nothing that passes a threshold."
            return passed if self.measured else "Nothing was measured lately: there is nothing to judge yet."
        many = f"{len(self.findings)} finding{'s' if len(self.findings) > 1 else ''}"
        filed = f"mission {', '.join(map(str, self.missions))} filed" if self.missions else "no mission filed"
        return f"{many}, {filed}.{' ' + self.problem if self.problem else ''}"


class Steward:
    """Audits at each beat of its heart. Start it, close it; `audit_now` from any thread.

    begin: is given the number of each mission that was filed. unfinished: what the last UVM ended in the middle of; an
    audit that ended it is not tried again by itself.
    """

    def __init__(
        self,
        image: Image,
        recorder: Recorder,
        senders: Senders,
        book: MissionBook,
        begin: Callable[[int], None],
        publish: Callable[[dict[str, Any]], None],
        *,
        unfinished: Sequence[str] = (),
        clock: Clock | None = None,
    ) -> None:
        self._image = image
        self._recorder = recorder
        self._senders = senders
        self._book = book
        self._begin = begin
        self._publish = publish
        self._clock = clock or Clock()
        self._changed = threading.Condition()
        self._auditing = threading.Lock()
        self._woken = False
        self._closing = False
        self._started = self._clock.steady()
        self._last_steady: float | None = None
        self._last: Audit | None = None
        self._metrics = self._auditor = 0
        self._held = ""
        if any(AUDIT in words for words in unfinished):
            self._held = f"The last audit ended the UVM: mend {AUDIT} of {AUDITOR}; until then there is no heartbeat."
        self._thread = threading.Thread(target=self._run, name="steward", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._started = self._clock.steady()
        self._metrics, self._auditor = self._image.read(
            lambda world: (world.id_of(world.resolve(METRICS)), world.id_of(world.resolve(AUDITOR)))
        )
        self._image.listeners.append(self._heard)
        self._thread.start()

    def close(self) -> None:
        """Beat no more; an audit that runs is waited for."""
        if self._heard in self._image.listeners:
            self._image.listeners.remove(self._heard)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def status(self) -> dict[str, Any]:
        """How the steward is, as the world shows it."""
        now = self._clock.now()
        settings, today = self._image.read(lambda world: (_settings(world), filed_lately(world, now)))
        due = self._due(settings)
        last = self._last
        return {
            "paused": settings.paused,
            "last_beat": last.at if last is not None else None,
            "next_beat": None if due is None else now + max(0.0, due - self._clock.steady()),
            "findings": last.findings if last is not None else [],
            "missions_today": today,
            "most_a_day": settings.most_a_day,
            "problem": self._held or (last.problem if last is not None else ""),
        }

    def audit_now(self) -> Audit:
        """Have the system audited and file missions for what is found, unless the steward is paused."""
        with self._auditing:
            # What was measured up to now counts.
            self._recorder.flush()
            made = self._audited()
            self._held = ""
            self._last, self._last_steady = made, self._clock.steady()
        log.info("audited", findings=len(made.findings), missions=made.missions, problem=made.problem)
        self._publish({"event": "steward", **self.status()})
        return made

    # --- the heartbeat ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            try:
                due = self._due(self._image.read(_settings))
            except ImageError as problem:
                log.error("steward_cannot_read", problem=str(problem))
                due = None
            with self._changed:
                left = None if due is None else due - self._clock.steady()
                if not self._woken and not self._closing and (left is None or left > 0):
                    self._clock.wait(self._changed, left)
                if self._closing:
                    return
                woken, self._woken = self._woken, False
            try:
                if woken:
                    self._publish({"event": "steward", **self.status()})
                elif due is not None and due <= self._clock.steady():
                    self.audit_now()
            except Exception:
                # The border: whatever an audit meets, the next beat comes.
                log.exception("beat_failed")
                self._last_steady = self._clock.steady()

    def _due(self, settings: Settings) -> float | None:
        """When the next beat is, by the steady clock; None while there is none."""
        if settings.paused or self._held:
            return None
        if self._last_steady is None:
            return self._started + settings.first
        return self._last_steady + settings.beat

    def _heard(self, done: Committed) -> None:
        """A slot of what the steward goes by was changed: it looks again at once."""
        if done.objects.isdisjoint((self._metrics, self._auditor)):
            return
        with self._changed:
            self._woken = True
            if self._held and self._auditor in done.objects:
                self._held = ""
            self._changed.notify_all()

    # --- one audit --------------------------------------------------------------------------------------------------

    def _audited(self) -> Audit:
        made = Audit(self._clock.now())
        try:
            outcome = self._sent()
            settings = self._image.read(_settings)
            made.measured = self._image.read(lambda world: anything_measured(world, settings.window))
            if isinstance(outcome, Unanswered):
                made.problem = self._learn(outcome, settings, made)
                return made
            found, made.problem = read_findings(outcome.result)
            for finding in found:
                number, note = self._answered(finding, settings)
                made.findings.append({**finding, "mission": number, "note": note})
                if number is not None:
                    made.missions.append(number)
        except (Refused, ImageError, ConflictError) as problem:
            # An audit that a person edited may raise, or not end: nothing was changed, the next beat comes.
            made.problem = str(problem)
        return made

    def _sent(self) -> Answered | Unanswered:
        try:
            return self._senders.submit(Message(AUDITOR, AUDIT, who=WHO)).result()
        except (RuntimeError, CancelledError) as problem:
            raise Refused("stopping", "The UVM is closing: nothing was audited.") from problem

    def _answered(self, finding: Mapping[str, Any], settings: Settings) -> tuple[int | None, str]:
        """(the mission that was filed for a finding or None, why not)."""
        now, answer = self._clock.now(), answer_to(finding)
        if answer is None:
            return None, "No change is known that answers this."
        if settings.paused:
            return None, "The steward is paused."

        def look(world: World) -> tuple[str | None, Brief]:
            return self._no_more(world, settings, now) or why_not(world, finding, now), brief_for(
                world, finding, answer, settings.window
            )

        reason, brief = self._image.read(look)
        return (None, reason) if reason is not None else (self._file(brief), "")

    def _learn(self, missing: Unanswered, settings: Settings, made: Audit) -> str:
        """The audit, or what it sends, was not understood: a mission, like for any message."""
        words = f"{missing.label} does not understand {missing.selector!r}"
        if settings.paused:
            return f"{words}; the steward is paused."
        now = self._clock.now()

        def look(world: World) -> str | None:
            if filed_lately(world, now, missing.selector):
                return "a mission for it was filed today."
            return self._no_more(world, settings, now)

        reason = self._image.read(look)
        if reason is not None:
            return f"{words}; {reason}"
        wish = AUDIT_WISH if missing.selector == AUDIT else ""
        number = self._file(
            Brief(UNHANDLED, missing.receiver, missing.selector, missing.args, missing.kwargs, wish, WHO)
        )
        made.missions.append(number)
        return f"{words}: mission {number} began."

    def _file(self, brief: Brief) -> int:
        filed = self._book.file(brief)
        if not filed.joined:
            self._begin(filed.number)
        return filed.number

    @staticmethod
    def _no_more(world: World, settings: Settings, now: float) -> str | None:
        filed = filed_lately(world, now)
        if filed >= settings.most_a_day:
            return f"The steward files at most {settings.most_a_day} missions a day, and has filed {filed}."
        return None


def _settings(world: World) -> Settings:
    """The slots as they stand; one that is gone, or holds no number, counts as shipped."""
    slots = own_slots(world.resolve(METRICS))

    def number(name: str) -> float:
        value = slots.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        return float(SETTINGS[name])

    return Settings(
        min(max(SHORTEST_BEAT, number("first_beat_seconds")), LONGEST_BEAT),
        min(max(SHORTEST_BEAT, number("heartbeat_seconds")), LONGEST_BEAT),
        number("window_hours"),
        slots.get("steward_paused") is True,
        max(0, int(number("missions_a_day"))),
    )
