"""Choosing in the window, by mouse and keys: another draft of a method, another model."""

from __future__ import annotations

from typing import Any

from morphic_ui.cycle.source_face import WIDE
from morphic_ui.model.geometry import Point
from morphic_ui.model.theme import LIGHT

from ..link_memory import MODELS
from ..outcome_rows import OTHER_SOURCE, OTHERS, PLAIN, TAKE
from ..worlds import MODEL, OTHER
from .test_window import near

CODER, HUGE = str(MODELS[2]["id"]), str(MODELS[4]["id"])


def offer(robot: Any) -> Any:
    """A proposal with outcomes and other drafts, its card in sight."""
    robot.click(OTHER, "message:")
    robot.type("take(5)")
    robot.key("enter")
    robot.rest()
    robot.key("enter")
    robot.until(lambda: bool(robot.link.missions))
    (mission,) = robot.link.missions
    robot.link.propose(mission, TAKE, outcomes=PLAIN, others=OTHERS, votes=2, drafts=5)
    robot.until(lambda: bool(robot.desk.proposals))
    (proposal,) = robot.desk.proposals.values()
    robot.key("escape")
    robot.key("w")
    settle(robot)
    return proposal


def settle(robot: Any) -> None:
    """Until nothing glides; the ring round what waits goes on for a while."""
    motion = robot.desk.scene.motion
    robot.until(lambda: not motion.tweens and not motion.glides)
    robot.idle()


def press(robot: Any, ident: int, part: str) -> None:
    robot.release(robot.press(robot.point(ident, part)))
    settle(robot)


def test_compare_and_take_this_one_with_the_mouse(robot: Any) -> None:
    proposal = offer(robot)
    press(robot, proposal.ident, "compare:0")
    assert robot.rect(proposal.ident).w == WIDE
    assert near(robot.colour(Point(*robot.point(proposal.ident, "other.heading"))), LIGHT.paper)
    assert proposal.compared.source == OTHER_SOURCE
    press(robot, proposal.ident, "take")
    robot.until(lambda: proposal.source == OTHER_SOURCE)
    assert robot.link.calls[-1][1].get("source") == OTHER_SOURCE
    press(robot, proposal.ident, "install")
    robot.until(lambda: "take" in robot.link.objects[OTHER])
    assert robot.link.objects[OTHER]["take"] == ("method", OTHER_SOURCE)


def test_compare_and_take_this_one_with_keys(robot: Any) -> None:
    proposal = offer(robot)
    robot.key("c")
    settle(robot)
    robot.key("escape")
    settle(robot)
    assert proposal.compared is None
    robot.key("c")
    robot.key("u")
    robot.until(lambda: proposal.source == OTHER_SOURCE)
    robot.key("ctrl+enter")
    robot.until(lambda: "take" in robot.link.objects[OTHER])


def test_a_row_that_is_pointed_at_says_all_of_it(robot: Any) -> None:
    proposal = offer(robot)
    robot.hover(robot.point(proposal.ident, "outcome:4"))
    robot.until(lambda: "not supported between instances" in str(robot.world.hand.tip))


def test_fetch_cancel_and_use_a_model(robot: Any) -> None:
    robot.link.models = [dict(row) for row in MODELS]
    robot.link.model = {"id": MODELS[0]["id"], "state": "awake", "words": "", "experts": []}
    robot.click(MODEL, "title")
    robot.desk.show(MODEL)
    settle(robot)
    press(robot, MODEL, f"choose:{CODER}")
    models = robot.desk.system.models
    robot.until(lambda: models.progress(CODER) is not None)
    robot.link.model_event(CODER, "fetching", share=0.6)
    robot.until(lambda: models.progress(CODER).share == 0.6)
    press(robot, MODEL, f"choose:{CODER}")
    robot.until(lambda: models.progress(CODER) is None)
    robot.link.models[2]["state"] = "on this machine"
    robot.link.model_event(CODER, "on this machine")
    robot.until(lambda: any(row.id == CODER and row.state == "on this machine" for row in models.rows))
    press(robot, MODEL, f"choose:{CODER}")
    robot.link.woken(CODER)
    robot.until(lambda: models.current == CODER)
    actions = [fields["action"] for name, fields in robot.link.calls if name == "model" and fields["action"] != "list"]
    assert actions == ["get", "cancel", "use"]
    press(robot, MODEL, f"choose:{HUGE}")
    robot.until(lambda: HUGE in models.refused)
    assert robot.desk.scene.rows[MODEL] not in robot.desk.scene.faults
