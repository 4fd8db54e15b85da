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
from math import sin
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
    {
        "task": "weave",
        "answer": "Two weeks after the second reminder, unless the customer has asked for more time: then the workshop "
        "waits as long as was agreed, and asks once more before it writes to the court.",
    },
    {
        "task": "choose",
        "answer": {
            "choice": "A",
            "because": "The synthesis takes most of the time, and this makes its prompt shorter.",
        },
    },
]
HANDBOOK = """# The workshop's handbook

The workshop repairs clocks of every kind and size. This handbook says how we do it.

## Taking in a clock

Write down whose clock it is, what is wrong with it, and what was promised. A clock without a name is a clock without an
owner.

Look at the spring before anything else. Most clocks that stand still have a broken or a tired spring.

## Invoices

An invoice names every part and every hour. It is sent on the day the clock leaves the workshop.

A customer who has not paid after fourteen days is reminded kindly. Nobody is reminded of what is paid.

The second reminder follows after another fourteen days. It names the sum and the day.

Two weeks after the second reminder the matter goes to the court, unless the customer has asked for more time. Then we
wait as long as was agreed, and ask once more before we write to the court.

## The shop

The shop opens at eight. On Saturdays it closes at noon.
"""
CLOCKS = """# Springs and wheels

A mainspring stores what a hand has wound into it. It gives that back through the wheels, evenly, for eight days.

The escapement lets one tooth pass at a time. That is the ticking.

# Oil

Old oil is the most common fault of all. It turns to resin and holds the wheels.

Clean the pivots, then give each one small drop and no more.
"""


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
    robot.key("ctrl+t")
    robot.key("ctrl+enter")
    robot.until(lambda: not live.desk.notes.waiting)
    robot.key("escape")
    memory(live, out)
    steward(live, out)


def memory(live: Live, out: Path) -> None:
    """Two documents are dropped, one passage is found, a question is asked."""
    from kivy.core.window import Window

    robot, desk = live.robot, live.desk
    folder = live.uvm.image.directory.parent / "workshop"
    folder.mkdir()
    desk.run("world.full_size")
    bottom = max(desk.scene.table.area(int(row)).bottom for row in desk.scene.table.all())
    desk.look_to(0, 120 - bottom, 1.0, 0)
    robot.rest()
    for name, text, x in (("handbook.md", HANDBOOK, 60), ("clocks.md", CLOCKS, 640)):
        (folder / name).write_text(text, encoding="utf-8")
        Window.dispatch("on_drop_file", str(folder / name).encode(), x, 180)
    robot.until(lambda: len(desk.library.documents) == 2 and not desk.intakes)
    robot.until(lambda: all(one.count for one in desk.library.documents.values()))
    robot.rest()
    robot.key("ctrl+f")
    robot.rest()
    robot.type("when is a late customer reminded")
    robot.key("enter")
    search = robot.world.search
    robot.until(lambda: bool(search.search.hits))
    robot.rest()
    robot.click(search.face.ident, "hit:0")
    robot.until(lambda: any(one.shown is not None for one in desk.library.documents.values()))
    robot.rest()
    keep(live, out / "memory.png")
    robot.key("escape")
    robot.key("ctrl+j")
    robot.rest()
    robot.type("When does an unpaid invoice go to the court?")
    robot.key("enter")
    robot.until(lambda: any(one.answered for one in desk.questions.values()))
    robot.rest()
    keep(live, out / "answer.png")


def steward(live: Live, out: Path) -> None:
    """The measurements of a busy day, what the audit makes of them, and the model's card."""
    robot, desk = live.robot, live.desk
    for number in range(40):
        slow = 1400 + 5200 * abs(sin(number / 5)) ** 3
        live.uvm.recorder.note("psm_cycle_durations", slow, states={"DECOMPOSING": slow / 5, "SYNTHESIZING": slow / 2})
        live.uvm.recorder.note("lora_swap_latencies", 3 + number % 4, expert=("ALFRED", "BRICK", "ROBIN")[number % 3])
        live.uvm.recorder.note("tokens_per_second", 16 + number % 7, persona="ALFRED")
    desk.run("steward.show")
    robot.until(lambda: desk.system.known)
    ident = live.ident("system_metrics_obj")
    robot.rest()
    robot.click(ident, "audit")
    robot.until(lambda: bool(desk.proposals))
    robot.key("escape")
    robot.key("ctrl+l")
    robot.until(lambda: not desk.scene.motion.glides)
    desk.run("world.fit")
    robot.rest()
    keep(live, out / "steward.png")
    robot.key("ctrl+t")
    robot.rest()
    keep(live, out / "steward-dark.png")


def keep(live: Live, file: Path) -> None:
    """What the window shows now, in a file."""
    from morphic_ui.view.picture import write_png

    live.robot.hover(type(live.robot.point(live.ident("counter"), "title"))(SIZE[0] - 5, SIZE[1] - 5))
    live.robot.idle()
    write_png(file, live.robot.screen())
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    raise SystemExit(main())
