"""An image after genesis, with its recorder, its senders and a steward whose clock a test moves."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cycles.conftest import start, trials
from uvm_core.cycles.missions import MissionBook
from uvm_core.image.committer import Committer
from uvm_core.image.edits import put_slot, remove_slot
from uvm_core.image.image import Image, Session
from uvm_core.image.senders import SenderPool
from uvm_core.image.watchdog import Watchdog
from uvm_core.image.world import World
from uvm_core.kernel import metrics
from uvm_core.kernel.primitives import KERNEL_PRIMITIVES
from uvm_core.objects import Method, Surroundings, Transcript
from uvm_core.steward.recorder import Recorder
from uvm_core.steward.shipped import AUDITOR, METRICS
from uvm_core.steward.steward import Clock, Steward
from uvm_core.uvm import begin_image

__all__ = ["start", "trials"]
WAIT = 30
SOFT_SECONDS = 0.3


class HandClock(Clock):
    """A clock that stands still until a test moves it; `waits` has what the steward last waited for."""

    def __init__(self) -> None:
        self.moment = time.time()
        self.waits: queue.Queue[float | None] = queue.Queue()
        self._changed: threading.Condition | None = None

    def now(self) -> float:
        return self.moment

    steady = now

    def wait(self, changed: threading.Condition, seconds: float | None) -> None:
        self._changed = changed
        self.waits.put(None if seconds is None else round(seconds, 3))
        changed.wait()

    def move(self, seconds: float) -> None:
        self.moment += seconds
        assert self._changed is not None
        with self._changed:
            self._changed.notify_all()


class Stewarded:
    """An image with everything that an audit needs, and no model."""

    def __init__(self, directory: Path, *, unfinished: tuple[str, ...] = (), every: float = 60.0) -> None:
        self.image = Image(directory)
        begin_image(self.image)
        self.recorder = Recorder(self.image, every=every)
        self.watchdog = Watchdog(directory, soft=SOFT_SECONDS, hard=30.0)
        self.committer = Committer(self.image)
        self.senders = SenderPool(self.image, self.watchdog, self._surroundings)
        self.book = MissionBook(self.image)
        self.clock = HandClock()
        self.begun: list[int] = []
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.steward = Steward(
            self.image,
            self.recorder,
            self.senders,
            self.book,
            self.begun.append,
            self.events.put,
            unfinished=unfinished,
            clock=self.clock,
        )
        self.recorder.start()
        self.watchdog.start()
        self.committer.start()

    @staticmethod
    def _surroundings(_session: Session, transcript: Transcript) -> Surroundings:
        return Surroundings(KERNEL_PRIMITIVES, transcript)

    def set(self, slot: str, value: Any, target: str = METRICS) -> None:
        """Edit a slot, as a person does."""

        def work(world: World) -> Any:
            return None, [put_slot(world, world.resolve(target), slot, value)], "Set"

        self.committer.submit(work, "person").result(WAIT)

    def unset(self, slot: str, target: str) -> None:
        def work(world: World) -> Any:
            return None, [remove_slot(world, world.resolve(target), slot)], "Unset"

        self.committer.submit(work, "person").result(WAIT)

    def method(self, source: str) -> None:
        """Edit alfred's audit."""
        self.set("perform_efficiency_audit_", Method(source), AUDITOR)

    def missions(self) -> list[dict[str, Any]]:
        return self.image.read(lambda world: [one.row(world) for one in world.record.missions.values()])

    def end_mission(self, number: int, state: str = "rejected") -> None:
        self.book.change(number, "End", lambda world, mission: mission.end(world, state))

    def ask(self, query: Callable[..., Any], *args: Any) -> Any:
        """A query of system_metrics_obj, over what was noted up to now."""
        assert self.recorder.flush(WAIT)
        return self.image.read(lambda world: query(world.resolve(METRICS), *args))

    def entries(self, indicator: str) -> list[dict[str, Any]]:
        return list(self.ask(lambda holder: list(metrics.recent(holder, indicator, 24))))

    def close(self) -> None:
        self.steward.close()
        self.senders.close()
        self.committer.close()
        self.watchdog.close()
        self.recorder.close()
        self.image.close()


@pytest.fixture
def stewarded(image_dir: Path) -> Iterator[Stewarded]:
    made = Stewarded(image_dir)
    yield made
    if made.image.is_open:
        made.close()
