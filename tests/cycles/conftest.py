"""A whole UVM in the test's process, over a real image and a real socket, with an engine that answers from a script."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from uvm_core.bridge.client import Client
from uvm_core.cognition.mind import MindOptions
from uvm_core.guardian.trial import TrialHelper
from uvm_core.steward.steward import Clock
from uvm_core.uvm import Uvm

PLAN = {
    "facets": [
        {"persona": "ROBIN", "facet": "sage_facet_", "query": "What does a person want of it?"},
        {"persona": "BRICK", "facet": "logical_facet_", "query": "What has to happen, step by step?"},
    ],
    "done_when": "it answers",
}
GENERAL = [
    {"task": "plan", "answer": PLAN},
    {"task": "facet", "match": "sage_facet_", "answer": "A person wants it to work."},
    {"task": "facet", "answer": "First this, then that."},
]
SETTLED = frozenset({"held", "complete", "failed", "rejected", "answered", "stopped"})
LONGEST_WAIT = 60


class StillClock(Clock):
    """A clock by which no beat of the steward ever comes: a slow test is not audited by itself."""

    def steady(self) -> float:
        return 0.0

    def wait(self, changed: threading.Condition, seconds: float | None) -> None:
        del seconds
        changed.wait()


class RunningUvm:
    """A UVM and one client of it."""

    def __init__(self, directory: Path, trials: TrialHelper, mind: MindOptions, approval: str) -> None:
        self.directory = directory
        self.uvm = Uvm(directory, trials, mind=mind, approval=approval, clock=StillClock())
        self.client = Client(self.uvm.start())
        self.events: list[dict[str, Any]] = []
        self._news: queue.Queue[dict[str, Any]] = queue.Queue()
        self.client.on_event(self._heard)
        # Requests of one connection are taken in their order: after this answer the subscription holds.
        self.client.submit("ping").result(LONGEST_WAIT)

    def _heard(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        self._news.put(event)

    def call(self, command: str, **fields: Any) -> dict[str, Any]:
        return self.client.call(command, **fields)

    def rows(self, command: str, **fields: Any) -> Any:
        return self.call(command, **fields)["result"]

    def send(self, target: Any, selector: str, *args: Any, wish: str = "", **kwargs: Any) -> dict[str, Any]:
        return self.call(
            "dispatch_message", target_oid=target, message_name=selector, args=list(args), kwargs=kwargs, wish=wish
        )

    def until(self, holds: Callable[[], Any]) -> Any:
        """What `holds` gives once it is true; it is asked again at every event."""
        while not (found := holds()):
            self._news.get(timeout=LONGEST_WAIT)
        return found

    def settled(self, mission: int) -> dict[str, Any]:
        """A mission's row once it waits for nobody but a person, or has ended."""

        def look() -> Any:
            row = self.rows("mission", mission=mission)
            return row if row["state"] in SETTLED else None

        return dict(self.until(look))

    def mission(self, target: Any, selector: str, *args: Any, wish: str = "", **kwargs: Any) -> dict[str, Any]:
        """Send a message nobody understands and wait until its mission is settled."""
        reply = self.send(target, selector, *args, wish=wish, **kwargs)
        assert reply["status"] == "dispatched", reply
        return self.settled(reply["mission"])

    def slot(self, target: Any, name: str) -> Any:
        found = {row["name"]: row["value"] for row in self.rows("inspect", target_oid=target)["slots"]}
        return found.get(name)

    def close(self) -> None:
        self.client.close()
        self.uvm.close()


@pytest.fixture(scope="session")
def trials() -> Iterator[TrialHelper]:
    helper = TrialHelper()
    helper.start()
    yield helper
    helper.close()


@pytest.fixture
def start(image_dir: Path, tmp_path: Path, trials: TrialHelper) -> Iterator[Callable[..., RunningUvm]]:
    """start(rules, …) -> a RunningUvm over the test's image; the last one is closed with the test."""
    opened: list[RunningUvm] = []

    def start_one(
        rules: list[dict[str, Any]] | None = None, *, approval: str = "ask", no_model: bool = False
    ) -> RunningUvm:
        script = tmp_path / "script.json"
        script.write_text(json.dumps([*(rules or []), *GENERAL]))
        mind = MindOptions(no_model=True) if no_model else MindOptions(script=script)
        running = RunningUvm(image_dir, trials, mind, approval)
        opened.append(running)
        return running

    yield start_one
    for running in opened:
        if running.uvm.image.is_open:
            running.close()


def method(selector: str, *answers: str) -> dict[str, Any]:
    """A rule: the sources that are written for a selector, in turn."""
    return {"task": "method", "match": selector, "answers": list(answers)}
