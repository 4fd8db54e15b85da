"""The window itself: real events in, real pixels out."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from morphic_ui.model.geometry import Point, Rect
from morphic_ui.model.link import LinkState
from morphic_ui.model.theme import DARK, LIGHT, contrast

from ..worlds import GOOD_TRIAL, INVOICE, INVOICES, REMIND, STATES_OBJECT


def inside(robot: Any, ident: int, x: float, y: float) -> Point:
    """A point of a morph, from its top left corner, on the screen."""
    area = robot.rect(ident)
    return Point(*robot.desk.scene.camera.to_screen(area.x + x, area.y + y))


def near(first: int, second: int) -> bool:
    """Equal to the eye: at most two steps in any channel."""
    return all(abs((first >> shift & 255) - (second >> shift & 255)) <= 2 for shift in (0, 8, 16))


def test_cards_lie_on_the_world(robot: Any) -> None:
    assert near(robot.colour(inside(robot, INVOICE, 150, 40)), LIGHT.paper)
    assert near(robot.colour(Point(640, 790)), LIGHT.world)


def test_text_is_crisp_ink(robot: Any) -> None:
    robot.key("ctrl+0")
    robot.rest()
    corner = inside(robot, INVOICE, 12, 8)
    colours = robot.colours(Rect(corner.x, corner.y, 60, 20))
    darkest = max(contrast(colour, LIGHT.paper) for colour in colours)
    assert darkest >= 9, "the strokes of a bold title reach nearly full ink"


def test_an_idle_world_draws_no_frames(robot: Any) -> None:
    robot.rest()
    before = robot.widget.frames
    for _ in range(120):
        robot.idle()
    assert robot.widget.frames == before


def test_a_card_is_dragged_and_the_pixels_follow(robot: Any) -> None:
    before = robot.rect(INVOICE)
    start = robot.point(INVOICE, "title")
    robot.drag(start, Point(start.x + 40, start.y + 330))
    robot.rest()
    after = robot.rect(INVOICE)
    scale = robot.desk.scene.camera.scale
    assert after.x == pytest.approx(before.x + 40 / scale, abs=1)
    assert near(robot.colour(inside(robot, INVOICE, 150, 40)), LIGHT.paper)
    robot.key("ctrl+z")
    robot.rest()
    assert robot.rect(INVOICE) == before


def test_a_carried_card_has_a_deeper_shadow_and_escape_puts_it_back(robot: Any) -> None:
    before = robot.rect(INVOICE)
    start = robot.point(INVOICE, "title")
    touch = robot.press(start)
    robot.move(touch, Point(start.x + 10, start.y + 10))
    robot.move(touch, Point(start.x + 420, start.y + 300))
    robot.rest()
    below = inside(robot, INVOICE, 150, robot.rect(INVOICE).h + 12)
    carried = contrast(robot.colour(below), 0xFFFFFF)
    robot.key("escape")
    robot.rest()
    assert robot.rect(INVOICE) == before
    robot.release(touch)
    assert robot.rect(INVOICE) == before
    below = inside(robot, INVOICE, 150, before.h + 12)
    assert carried > contrast(robot.colour(below), 0xFFFFFF)


def test_the_wheel_zooms_about_the_pointer_with_crisp_text(robot: Any) -> None:
    camera = robot.desk.scene.camera
    at = robot.point(INVOICE, "title")
    under = camera.to_world(*at)
    for _ in range(5):
        robot.wheel(at, up=True, ctrl=True)
    robot.rest()
    assert camera.zoom > 1.8
    there = camera.to_screen(*under)
    assert there.x == pytest.approx(at.x, abs=1)
    assert there.y == pytest.approx(at.y, abs=1)
    assert not robot.widget.layer.incomplete
    size = camera.scale * 16
    wanted = round(size * 8) / 8
    assert robot.widget.atlas.find("invoice", "bold", wanted) is not None


def test_far_away_only_blocks_are_left(robot: Any) -> None:
    camera = robot.desk.scene.camera
    camera.zoom = 0.2
    robot.desk.wake()
    robot.rest()
    assert robot.widget.blocks.statistics.quads == len(robot.desk.scene.table.visible(camera.seen(80)))
    assert robot.widget.layer.statistics.quads == 0
    assert near(robot.colour(inside(robot, INVOICE, 150, 100)), LIGHT.block)


def test_a_value_is_edited_in_place(robot: Any) -> None:
    robot.click(INVOICE, "value:paid")
    editor = robot.widget.overlay.widget
    assert editor is not None
    assert editor.focus
    assert editor.text == "False"
    robot.key("ctrl+a")
    robot.type("True")
    robot.key("enter")
    robot.rest()
    assert robot.link.objects[INVOICE]["paid"] is True
    assert robot.widget.overlay.widget is None


def test_the_editor_lies_over_its_row_and_follows_the_camera(robot: Any) -> None:
    robot.click(INVOICE, "value:paid")
    editor = robot.widget.overlay.widget
    for _ in range(2):
        rect = robot.desk.scene.part_rect(robot.desk.scene.rows[INVOICE], "value:paid")
        assert editor.x == pytest.approx(rect.x, abs=1)
        assert editor.height == pytest.approx(rect.h, abs=1)
        assert editor.top == pytest.approx(800 - rect.y, abs=1)
        robot.desk.scene.camera.pan(37, -21)
        robot.desk.wake()
        robot.rest()
    robot.key("escape")


def test_what_is_edited_can_be_read(robot: Any) -> None:
    robot.key("ctrl+0")
    robot.click(INVOICE, "value:customer")
    editor = robot.widget.overlay.widget
    area = Rect(editor.x, 800 - editor.top, editor.width, editor.height)
    assert max(contrast(colour, LIGHT.well) for colour in robot.colours(area)) > 4
    robot.key("escape")
    robot.rest()
    robot.click(INVOICES, "source:total")
    assert robot.desk.edit_part(INVOICES, "code:total")
    robot.rest()
    editor = robot.widget.overlay.widget
    first_line = Rect(editor.x, 800 - editor.top, editor.width, 30)
    colours = robot.colours(first_line)
    assert any(near(colour, LIGHT.keyword) for colour in colours), "coloured code, from its first line"
    robot.key("escape")


def test_a_bad_value_stays_with_its_reason(robot: Any) -> None:
    robot.click(INVOICE, "value:paid")
    robot.key("ctrl+a")
    robot.type("graz")
    robot.key("enter")
    robot.rest()
    assert "graz" in robot.desk.outliners[INVOICE].fields["paid"].reason
    robot.click(INVOICE, "value:paid")
    assert robot.widget.overlay.widget.text == "graz"
    robot.key("escape")


def test_from_an_unknown_message_to_an_installed_method(robot: Any) -> None:
    robot.click(INVOICE, "message:")
    robot.type("remind(days=14)")
    robot.key("enter")
    robot.rest()
    robot.type("Remind the customer once it is overdue.")
    robot.key("enter")
    robot.rest()
    (mission,) = robot.link.missions
    assert robot.link.missions[mission]["wish"] == "Remind the customer once it is overdue."
    for start, end in (("IDLE", "DECOMPOSING"), ("DECOMPOSING", "DELEGATING"), ("DELEGATING", "SYNTHESIZING")):
        robot.link.transition(mission, start, end)
        robot.until(lambda end=end: robot.desk.board.cycles[mission].state == end)
    robot.link.write(mission, "ALFRED", REMIND)
    robot.link.propose(mission, REMIND, trial=GOOD_TRIAL)
    robot.until(lambda: bool(robot.desk.proposals))
    (proposal,) = robot.desk.proposals.values()
    robot.key("escape")
    robot.key("w")
    robot.until(lambda: not robot.desk.scene.motion.tweens)
    install = robot.point(proposal.ident, "install")
    shown = Point(install.x - 50, install.y - 12)
    assert near(robot.colour(shown), LIGHT.accent)
    robot.key("ctrl+enter")
    robot.until(lambda: "remind" in robot.link.objects[INVOICE])
    assert robot.desk.notes.waiting == 0
    robot.key("ctrl+z")
    robot.until(lambda: "remind" not in robot.link.objects[INVOICE])


def test_keys_that_open_an_editor_do_not_type_into_it(robot: Any) -> None:
    robot.click(INVOICE, "name:paid")
    robot.key("e")
    robot.rest()
    assert robot.widget.overlay.widget.text == "False"
    robot.key("escape")


def test_amber_is_seen_only_while_a_person_is_needed(robot: Any) -> None:
    assert not any(near(colour, LIGHT.amber) for colour in robot.colours(Rect(0, 0, 1280, 800)))
    robot.click(INVOICE, "message:")
    robot.type("remind()")
    robot.key("enter")
    robot.rest()
    assert any(near(colour, LIGHT.amber) for colour in robot.colours(Rect(0, 0, 1280, 800)))
    robot.key("escape")


def test_light_and_dark(robot: Any) -> None:
    robot.key("ctrl+t")
    robot.rest()
    assert near(robot.colour(Point(640, 790)), DARK.world)
    assert near(robot.colour(inside(robot, INVOICE, 150, 40)), DARK.paper)


def test_when_the_image_dies_the_window_lives(robot: Any) -> None:
    robot.click(INVOICE, "message:")
    robot.type("half a mess")
    robot.link.die()
    robot.rest()
    assert robot.desk.notes.link is LinkState.DOWN
    assert robot.widget.overlay.widget.text == "half a mess"
    robot.type("age")
    robot.link.come_back()
    robot.until(lambda: robot.desk.notes.link is LinkState.UP)
    assert robot.widget.overlay.widget.text == "half a message"
    robot.key("escape")


def test_the_token_glides(robot: Any) -> None:
    robot.click(INVOICE, "message:")
    robot.type("remind()")
    robot.key("enter")
    robot.rest()
    robot.key("enter")
    (mission,) = robot.link.missions
    robot.link.transition(mission, "IDLE", "DECOMPOSING")
    places = []
    for _ in range(40):
        robot.idle()
        places.append(robot.desk.board.cycles[mission].place(robot.desk.now))
    assert places[-1] == 1.0
    assert any(0.05 < place < 0.95 for place in places)
    assert robot.desk.scene.rows[STATES_OBJECT] not in robot.desk.scene.faults


def test_the_title_counts_what_waits(robot: Any) -> None:
    assert robot.widget._title == "workshop"


def test_many_morphs_need_several_meshes(robot: Any) -> None:
    import numpy as np

    table = robot.desk.scene.table
    rows = table.add_many(np.arange(10**6, 10**6 + 20_000), np.zeros(20_000), np.zeros(20_000), 8, 8, 4, 0)
    table.x[rows] = (np.arange(20_000) % 200) * 32.0
    table.y[rows] = (np.arange(20_000) // 200) * 32.0
    robot.desk.scene.camera.fit(table.bounds())
    robot.desk.wake()
    robot.rest()
    assert robot.widget.blocks.statistics.meshes == 2
    assert robot.widget.blocks.statistics.quads >= 20_000


def test_a_closed_world_is_let_go(window: Any) -> None:
    from .robot import Robot

    one = Robot()
    one.click(INVOICE, "value:paid")
    one.key("escape")
    one.close()
    gone = weakref.ref(one.widget)
    del one
    from kivy.base import EventLoop

    for _ in range(3):
        EventLoop.idle()
    gc.collect()
    assert gone() is None
    assert window.children == []
