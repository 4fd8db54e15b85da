"""The README's pictures: `make pictures` drives a real world over a real image and keeps what the window shows.

    python tests/pictures.py [--out docs/pictures]

The engine answers from a script, so that the same pictures come out every time; everything else is as people have it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from tests.morphic_ui.window.live import Live

SIZE = (1600, 1000)
REMIND = '''def remind(self, days=14):
    """Ask for payment once it is overdue."""
    if self.paid:
        return 0
    self.reminders = self.reminders + 1
    self._p_changed = True
    return self.reminders
'''
SCRIPT = [
    {
        "task": "plan",
        "answer": {
            "facets": [
                {"persona": "ROBIN", "facet": "sage_facet_", "query": "What does a person want of a reminder?"},
                {"persona": "BRICK", "facet": "logical_facet_", "query": "When must remind do nothing?"},
            ],
            "done_when": "remind counts the reminders of an unpaid invoice",
        },
    },
    {"task": "facet", "match": "sage_facet_", "answer": "To be reminded kindly, and never of what is paid."},
    {"task": "facet", "answer": "If paid is true, nothing happens; else reminders grows by one."},
    {"task": "method", "answer": REMIND},
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/pictures")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="batos-") as home:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            os.environ[name] = str(Path(home) / name[4:8].lower())
            Path(os.environ[name]).mkdir(mode=0o700)
        take_all(Path(home), given.out)
    return 0


def take_all(home: Path, out: Path) -> None:
    """One session of a newcomer, with a picture at each place worth seeing."""
    from morphic_ui.view.environment import configure, prepare

    prepare(offscreen=True)
    configure(*SIZE)
    structlog.configure(logger_factory=structlog.WriteLoggerFactory((home / "log").open("w")))
    from kivy.base import EventLoop

    from tests.morphic_ui.window.live import Live
    from uvm_core.guardian.trial import TrialHelper

    EventLoop.start()
    script = home / "script.json"
    script.write_text(json.dumps(SCRIPT))
    with TrialHelper() as trials:
        live = Live(home / "image", script, trials)
        try:
            tour(live, out)
        finally:
            live.close()


def tour(live: Live, out: Path) -> None:
    robot = live.robot
    robot.rest()
    keep(live, out / "first-world.png")
    live.say("invoice", "total()")
    robot.until(lambda: "111" in str(live.desk.outliners[live.ident("invoice")].answers("")))
    robot.rest()
    robot.click(live.ident("counter"), "value:count")
    keep(live, out / "outliner.png")
    robot.key("escape")
    live.uvm.runner.model_state("held for the picture")
    live.say("invoice", "remind(days=14)")
    robot.rest()
    robot.type("Remind the customer once, unless it is paid.")
    robot.key("enter")
    robot.until(lambda: bool(live.desk.board.cycles))
    (mission,) = live.desk.board.cycles
    live.uvm.runner.control(mission, "pause")
    live.uvm.runner.model_state(None)
    for state in ("DECOMPOSING", "DELEGATING", "SYNTHESIZING"):
        live.uvm.runner.control(mission, "step")
        robot.until(lambda state=state: live.desk.board.cycles[mission].state == state)
    robot.key("escape")
    robot.rest()
    keep(live, out / "cycle.png")
    live.uvm.runner.control(mission, "resume")
    robot.until(lambda: bool(live.desk.proposals))
    robot.key("escape")
    robot.key("w")
    robot.rest()
    keep(live, out / "proposal.png")
    robot.key("ctrl+t")
    robot.rest()
    keep(live, out / "dark.png")


def keep(live: Live, file: Path) -> None:
    """What the window shows now, in a file."""
    from morphic_ui.view.picture import write_png

    live.robot.hover(type(live.robot.point(live.ident("counter"), "title"))(SIZE[0] - 5, SIZE[1] - 5))
    live.robot.idle()
    write_png(file, live.robot.screen())
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    raise SystemExit(main())
