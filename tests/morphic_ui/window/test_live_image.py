"""The window over a real UVM: a real image file, a real socket, an engine that answers from a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from morphic_ui.model.geometry import Point
from morphic_ui.model.link import LinkState
from uvm_core.guardian.trial import TrialHelper

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


@pytest.fixture
def live(window: Any, tmp_path: Path) -> Iterator[Any]:
    del window
    from .live import Live

    script = tmp_path / "script.json"
    script.write_text(json.dumps(SCRIPT))
    with TrialHelper() as trials:
        one = Live(tmp_path / "image", script, trials)
        yield one
        one.close()


def test_a_place_is_kept_in_the_image_and_not_in_the_object(live: Any) -> None:
    ident = live.ident("greeter")
    before = live.uvm.image.read(lambda world: bytes(world.resolve("greeter")._p_serial))
    start = live.robot.point(ident, "title")
    live.robot.drag(start, Point(start.x + 60, start.y + 40))
    place = live.robot.rect(ident)
    live.robot.until(lambda: placed(live, ident) == (place.x, place.y))
    after = live.uvm.image.read(lambda world: bytes(world.resolve("greeter")._p_serial))
    assert after == before


def test_two_windows_over_one_image_agree(live: Any) -> None:
    from morphic_ui.desk.build import build
    from morphic_ui.model.text import FixedMeasurer

    from .live import LiveLink

    link = LiveLink(live.uvm.server.endpoint)
    other = build(link, FixedMeasurer())
    other.open()

    def both(condition: Any) -> None:
        def met() -> bool:
            link.flush()
            other.advance(live.desk.now)
            return bool(condition())

        live.robot.until(met, frames=600)

    try:
        both(lambda: other.session.stands)
        ident = live.ident("greeter")
        start = live.robot.point(ident, "title")
        live.robot.drag(start, Point(start.x + 60, start.y + 40))
        place = live.robot.rect(ident)
        both(lambda: other.desk.scene.area(ident)[:2] == place[:2])
        other.desk.show(ident)
        other.desk.run("morph.put_away")
        both(lambda: ident not in live.desk.scene.rows)
        other.desk.run("world.bring_back")
        both(lambda: ident in live.desk.scene.rows)
        there = other.desk.resting_corner(ident)
        both(lambda: live.desk.corner(ident) == there)
    finally:
        link.close()


def placed(live: Any, ident: int) -> tuple[float, float] | None:
    row = live.uvm.image.read(lambda world: world.record.placements.get(ident))
    return None if row is None else (row["x"], row["y"])


def test_a_value_edited_in_place_is_in_the_image(live: Any) -> None:
    live.robot.click(live.ident("counter"), "value:count")
    live.robot.key("ctrl+a")
    live.robot.type("41")
    live.robot.key("enter")
    live.robot.until(lambda: live.slots("counter")["count"] == 41)
    live.robot.rest()
    live.robot.key("ctrl+z")
    live.robot.until(lambda: live.slots("counter")["count"] == 0)


def test_a_message_is_answered_and_its_change_is_seen(live: Any) -> None:
    live.say("counter", "increment(by=5)")
    live.robot.until(lambda: live.slots("counter")["count"] == 5)
    counter = live.desk.outliners[live.ident("counter")]
    live.robot.until(lambda: any(slot.name == "count" and slot.value == 5 for slot in counter.record.slots))


def test_from_a_message_nobody_understands_over_a_rejection_to_an_installed_method(live: Any) -> None:
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


def asked(live: Any, proposal: int) -> str:
    """The last prompt of a proposal."""
    steps = live.uvm.image.read(lambda world: world.record.proposals[proposal].steps)
    return str(steps[-1]["messages"][-1]["content"])


def test_the_window_outlives_its_uvm_with_half_typed_text(live: Any) -> None:
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
