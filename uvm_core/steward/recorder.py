"""The recorder: measurements from every thread, many in one transaction of its own.

Whoever measures only puts a number into memory. A thread writes what has come together once a second at most, into
the indicators' BTrees, which nobody else writes: no edit, message or cycle ever meets it. Equal measurements of the
same minute are one entry with a count, so that a busy day stays small.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any

import structlog
from ZODB.POSException import ConflictError

from ..image.errors import ImageError, Refused
from ..image.image import Ended, Image, Session
from ..image.world import World
from ..kernel import metrics
from ..objects import SendError

EVERY_SECONDS = 1.0
LONGEST_PAUSE = 60.0
"""Seconds between two tries while the disk takes nothing."""
MOST_WAITING = 10_000
KEPT_DAYS = 8
PRUNED_AT_ONCE = 200
DIGITS: Mapping[str, int] = MappingProxyType({"commit_times": 2})
"""Significant digits of a value, four where nothing else is said: the fewer, the more measurements are equal."""
MINUTE = 60 * 1_000_000
WHO = "metrics"

log = structlog.get_logger("metrics")


@dataclass
class Noted:
    """One measurement that is not in the image yet, or several equal ones of the same minute."""

    indicator: str
    at: int
    value: float
    labels: dict[str, Any]
    count: int = 1


@dataclass(frozen=True)
class Place:
    """Where equal measurements of this minute lie in the image, and how many."""

    at: int
    count: int


class Recorder:
    """Keeps measurements. `note` from any thread, `start` once there is an image with a system_metrics_obj, `close`.

    dropped: how many measurements were given up because the disk took nothing for too long.
    """

    def __init__(self, image: Image, *, every: float = EVERY_SECONDS) -> None:
        self._image = image
        self._every = every
        self._changed = threading.Condition()
        self._waiting: dict[Hashable, Noted] = {}
        self._written: dict[Hashable, Place] = {}
        self._unlike = count()
        self._asked = self._answered = 0
        self._failures = 0
        self._closing = False
        self.dropped = 0
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        """Begin to write, and to time the image's commits."""
        self._image.timekeepers.append(self._ended)
        self._thread.start()

    def note(self, indicator: str, value: float, **labels: Any) -> None:
        """Keep one measurement. It waits for nothing; ValueError for an indicator that there is not."""
        if indicator not in metrics.INDICATORS:
            raise ValueError(f"There is no indicator {indicator!r}.")
        if not math.isfinite(value):
            return
        plain = {name: _plain(label) for name, label in labels.items()}
        noted = Noted(indicator, metrics.now(), _rounded(value, DIGITS.get(indicator, 4)), plain)
        key = self._key(noted)
        with self._changed:
            first = not self._waiting
            self._add(key, noted)
            if first:
                self._changed.notify_all()

    def flush(self, timeout: float | None = None) -> bool:
        """Write what was noted before this call; False when that could not be (it is kept and tried again)."""
        with self._changed:
            if not self._thread.is_alive():
                return not self._waiting
            self._asked += 1
            mine = self._asked
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._answered >= mine, timeout)
            return self._answered >= mine and not self._failures

    def close(self) -> None:
        """Write what waits and end."""
        if self._ended in self._image.timekeepers:
            self._image.timekeepers.remove(self._ended)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def _ended(self, attempt: Ended) -> None:
        """Every commit of the image, but for the recorder's own."""
        who = attempt.who.partition(" ")[0]
        if who == WHO:
            return
        if attempt.committed is not None:
            self.note("commit_times", attempt.seconds * 1000, who=who)
        self.note("transaction_aborts", int(attempt.committed is None), who=who)

    # --- what waits -------------------------------------------------------------------------------------------------

    def _key(self, noted: Noted) -> Hashable:
        """Equal measurements of one minute have the same key."""
        key = (noted.indicator, noted.at // MINUTE, noted.value, *sorted(noted.labels.items()))
        try:
            hash(key)
        except TypeError:
            return next(self._unlike)
        return key

    def _add(self, key: Hashable, noted: Noted) -> None:
        known = self._waiting.get(key)
        if known is not None:
            known.count += noted.count
            return
        self._waiting[key] = noted
        while len(self._waiting) > MOST_WAITING:
            self.dropped += self._waiting.pop(next(iter(self._waiting))).count

    # --- the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        closing = False
        with self._image.session() as session:
            while not closing:
                with self._changed:
                    self._changed.wait_for(lambda: self._waiting or self._closing or self._asked > self._answered)
                    # What comes within a moment goes into the same transaction.
                    pause = min(self._every * 2**self._failures, LONGEST_PAUSE)
                    self._changed.wait_for(lambda: self._closing or self._asked > self._answered, pause)
                    asked, closing = self._asked, self._closing
                    batch, self._waiting = self._waiting, {}
                kept = not batch or self._keep(session, batch)
                with self._changed:
                    if not kept:
                        later, self._waiting = self._waiting, batch
                        for key, noted in later.items():
                            self._add(key, noted)
                    self._answered = asked
                    self._changed.notify_all()
        if self._waiting:
            log.warning("metrics_lost", count=sum(noted.count for noted in self._waiting.values()))

    def _keep(self, session: Session, batch: dict[Hashable, Noted]) -> bool:
        """Write a batch in one transaction; False when it could not be."""
        try:
            places = self._write(session.begin(), batch)
            session.commit(WHO, "Metrics")
        except (ImageError, Refused, SendError, ConflictError, OSError) as problem:
            session.abort()
            self._failures += 1
            if self._failures == 1:
                log.warning("metrics_not_kept", problem=str(problem), waiting=len(batch))
            return False
        minute = metrics.now() // MINUTE
        kept = {**self._written, **places}
        self._written = {key: place for key, place in kept.items() if place.at // MINUTE == minute}
        if self._failures:
            log.warning("metrics_kept_again", tries=self._failures, dropped=self.dropped)
        self._failures = 0
        return True

    def _write(self, world: World, batch: dict[Hashable, Noted]) -> dict[Hashable, Place]:
        target = world.resolve("system_metrics_obj")
        places: dict[Hashable, Place] = {}
        touched = set()
        for key, noted in batch.items():
            try:
                tree = metrics.tree_of(target, noted.indicator)
            except SendError:
                # A person has taken the indicator out: nobody wants to know.
                continue
            touched.add(noted.indicator)
            known = self._written.get(key)
            if known is not None and known.at in tree:
                total = known.count + noted.count
                tree[known.at] = {"value": noted.value, **noted.labels, "count": total}
                places[key] = Place(known.at, total)
            else:
                at = metrics.record(
                    target, noted.indicator, noted.value, at=noted.at, count=noted.count, **noted.labels
                )
                places[key] = Place(at, noted.count)
        for indicator in touched:
            metrics.prune(target, indicator, KEPT_DAYS * metrics.DAY, PRUNED_AT_ONCE)
        return places


def _rounded(value: float, digits: int) -> float:
    """A value with so many significant digits; a whole number stays one."""
    return value if isinstance(value, int) else float(f"{value:.{digits}g}")


def _plain(label: Any) -> Any:
    """A label as an entry keeps it: short text, a number, or a dict of numbers."""
    if label is None or isinstance(label, (bool, int, float)):
        return label
    if isinstance(label, Mapping):
        return {str(name)[:64]: number for name, number in list(label.items())[:12]}
    return str(label)[:64]
