"""The window over a real UVM: a real image file, a real socket, an engine that answers from a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from morphic_ui.link import BridgeLink
from morphic_ui.model.geometry import Point
from morphic_ui.model.link import LinkState
from uvm_core.cognition.mind import MindOptions
from uvm_core.guardian.trial import TrialHelper
from uvm_core.uvm import Uvm

PLAN = {
    "facets": [{"persona": "ROBIN", "facet": "sage_facet_", "query": "What is wanted?"}],
    "done_when": "count is zero",
}
RESET = "def reset(self):\n    self.count = 0\n    self._p_changed = True\n    return self.count\n"
TO_ONE = RESET.replace("= 0", "= 1")
SCRIPT = [
    {"task": "plan", "answer": PLAN},
    {"task": "facet", "answer": "Set the count to nothing."},
    {"task": "method", "match": "reset", "answers": [TO_ONE, RESET]},
]


class LiveLink(BridgeLink):
    """The real link; the robot carries its news out while it steps the loop, and waits a moment for more."""

    def __init__(self, endpoint: str) -> None:
        self._news = threading.Event()
        super().__init__(endpoint, self._news.set)

    def flush(self) -> None:
        if self._news.wait(0.01):
            self._news.clear()
        self.drain()


class Live:
    """A UVM, and a robot at a window over it."""

    def __init__(self, directory: Path, script: Path, trials: TrialHelper) -> None:
        self._open = lambda: Uvm(directory, trials, mind=MindOptions(script=script))
        self.start()
        from .robot import Robot

        class Patient(Robot):
            """Its frames are paced by the news of a real process."""

            def until(self, condition: Callable[[], bool], frames: int = 6000) -> None:
                super().until(condition, frames)

        self.robot = Patient(LiveLink(self.uvm.server.endpoint))  # type: ignore[arg-type]
        self.robot.until(lambda: self.desk.notes.link is LinkState.UP and self.known("counter"))
        self.robot.rest()

    def start(self) -> None:
        self.uvm = self._open()
        self.uvm.start()

    @property
    def desk(self) -> Any:
        return self.robot.desk

    def known(self, name: str) -> bool:
        found = self.desk.mirror.find(name)
        outliner = self.desk.outliners.get(found.id) if found is not None else None
        return outliner is not None and outliner.record.slots is not None

    def ident(self, name: str) -> int:
        return int(self.desk.mirror.find(name).id)

    def slots(self, name: str) -> dict[str, Any]:
        from uvm_core.image.neutral import inspect_row

        rows = self.uvm.image.read(lambda world: inspect_row(world, world.resolve(name)))["slots"]
        return {row["name"]: row["value"] for row in rows}

    def say(self, name: str, text: str) -> None:
        self.robot.click(self.ident(name), "message:")
        self.robot.type(text)
        self.robot.key("enter")

    def close(self) -> None:
        self.robot.close()
        self.robot.link.close()
        self.uvm.close()


@pytest.fixture
def live(window: Any, tmp_path: Path) -> Iterator[Live]:
    del window
    script = tmp_path / "script.json"
    script.write_text(json.dumps(SCRIPT))
    with TrialHelper() as trials:
        one = Live(tmp_path / "image", script, trials)
        yield one
        one.close()


def test_a_place_is_kept_in_the_image_and_not_in_the_object(live: Live) -> None:
    ident = live.ident("greeter")
    before = live.uvm.image.read(lambda world: bytes(world.resolve("greeter")._p_serial))
    start = live.robot.point(ident, "title")
    live.robot.drag(start, Point(start.x + 60, start.y + 40))
    place = live.robot.rect(ident)
    live.robot.until(lambda: placed(live, ident) == (place.x, place.y))
    after = live.uvm.image.read(lambda world: bytes(world.resolve("greeter")._p_serial))
    assert after == before


def placed(live: Live, ident: int) -> tuple[float, float] | None:
    row = live.uvm.image.read(lambda world: world.record.placements.get(ident))
    return None if row is None else (row["x"], row["y"])


def test_a_value_edited_in_place_is_in_the_image(live: Live) -> None:
    live.robot.click(live.ident("counter"), "value:count")
    live.robot.key("ctrl+a")
    live.robot.type("41")
    live.robot.key("enter")
    live.robot.until(lambda: live.slots("counter")["count"] == 41)
    live.robot.rest()
    live.robot.key("ctrl+z")
    live.robot.until(lambda: live.slots("counter")["count"] == 0)


def test_a_message_is_answered_and_its_change_is_seen(live: Live) -> None:
    live.say("counter", "increment(by=5)")
    live.robot.until(lambda: live.slots("counter")["count"] == 5)
    counter = live.desk.outliners[live.ident("counter")]
    live.robot.until(lambda: any(slot.name == "count" and slot.value == 5 for slot in counter.record.slots))


def test_from_a_message_nobody_understands_over_a_rejection_to_an_installed_method(live: Live) -> None:
    live.say("counter", "reset()")
    live.robot.rest()
    live.robot.type("Back to nothing.")
    live.robot.key("enter")
    live.robot.until(lambda: bool(live.desk.proposals))
    assert live.desk.notes.waiting == 1
    (first,) = live.desk.proposals.values()
    assert "reset" not in live.slots("counter")
    live.robot.key("escape")
    live.robot.key("w")
    live.robot.rest()
    live.robot.click(first.ident, "reason")
    live.robot.type("It must be zero.")
    live.robot.key("escape")
    live.robot.click(first.ident, "again")
    live.robot.until(lambda: any(one.id != first.id for one in live.desk.proposals.values()))
    (second,) = [one for one in live.desk.proposals.values() if one.id != first.id]
    assert "It must be zero." in asked(live, second.id)
    live.robot.key("escape")
    live.robot.key("w")
    live.robot.until(lambda: not live.desk.scene.motion.tweens)
    live.robot.key("ctrl+enter")
    live.robot.until(lambda: "reset" in live.slots("counter"))
    assert live.slots("counter")["reset"] == RESET
    live.robot.until(lambda: live.desk.notes.waiting == 0)
    live.robot.key("escape")
    live.robot.key("ctrl+z")
    live.robot.until(lambda: "reset" not in live.slots("counter"))


def asked(live: Live, proposal: int) -> str:
    """The last prompt of a proposal."""
    steps = live.uvm.image.read(lambda world: world.record.proposals[proposal].steps)
    return str(steps[-1]["messages"][-1]["content"])


def test_the_window_outlives_its_uvm_with_half_typed_text(live: Live) -> None:
    live.robot.click(live.ident("counter"), "message:")
    live.robot.type("incre")
    live.uvm.close()
    live.robot.until(lambda: live.desk.notes.link is LinkState.DOWN)
    live.robot.type("ment")
    live.start()
    live.robot.until(lambda: live.desk.notes.link is LinkState.UP)
    assert live.robot.widget.overlay.widget.text == "increment"
    live.robot.type("()")
    live.robot.key("enter")
    live.robot.until(lambda: live.slots("counter")["count"] == 1)
