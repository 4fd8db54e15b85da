"""A UVM over a real image and a real socket, its engine a script, and a robot at a window over it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from morphic_ui.link import BridgeLink
from morphic_ui.model.link import LinkState
from tests.cycles.conftest import StillClock
from uvm_core.cognition.mind import MindOptions
from uvm_core.guardian.trial import TrialHelper
from uvm_core.image.neutral import inspect_row
from uvm_core.uvm import Uvm

from .robot import Robot


class LiveLink(BridgeLink):
    """The real link; the robot carries its news out while it steps the loop, and waits a moment for more."""

    def __init__(self, endpoint: str) -> None:
        self._news = threading.Event()
        super().__init__(endpoint, self._news.set)

    def flush(self) -> None:
        if self._news.wait(0.01):
            self._news.clear()
        self.drain()


class Patient(Robot):
    """A robot whose frames are paced by the news of a real process."""

    def until(self, condition: Callable[[], bool], frames: int = 6000) -> None:
        super().until(condition, frames)

    def rest(self, frames: int = 6000) -> None:
        # The ring round a waiting state swings for ten seconds, which is as many frames as the machine makes of them.
        super().rest(frames)


class Live:
    """A UVM, and a robot at a window over it."""

    def __init__(self, directory: Path, script: Path, trials: TrialHelper) -> None:
        self._open = lambda: Uvm(directory, trials, mind=MindOptions(script=script), clock=StillClock())
        self.start()
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
