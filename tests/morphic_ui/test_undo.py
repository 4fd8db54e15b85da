"""Ctrl+Z takes back what was done last, however long the image takes to acknowledge it."""

from __future__ import annotations

import pytest

from morphic_ui.model.geometry import Point
from morphic_ui.model.link import Refusal

from .worlds import CUSTOMER, INVOICE, Bench, bench


@pytest.fixture
def world() -> Bench:
    return bench()


def edit_while_held(world: Bench) -> None:
    world.click(INVOICE, "value:reminders")
    world.link.held = True
    world.enter_text("5")


def let_go(world: Bench) -> None:
    world.link.held = False
    world.flush()


def test_an_edit_that_is_still_saving_is_undone_after_its_acknowledgement(world: Bench) -> None:
    edit_while_held(world)
    assert world.desk.undo.undo_label == "Undo: reminders = 5"
    world.key("ctrl+z")
    assert not world.calls("undo")
    assert world.desk.undo.undo_label == "Nothing to undo"
    let_go(world)
    assert [call["edit"] for call in world.calls("undo")] == [1]
    assert world.link.objects[INVOICE]["reminders"] == 0
    assert world.desk.undo.undo_label == "Nothing to undo"


def test_a_move_made_while_an_edit_is_saving_is_undone_before_it(world: Bench) -> None:
    edit_while_held(world)
    before = world.rect(CUSTOMER)
    start = world.point(CUSTOMER, "title")
    world.drag(start, Point(start.x + 40, start.y + 30))
    let_go(world)
    assert world.desk.undo.undo_label == "Undo: Move customer"
    world.key("ctrl+z")
    world.wait(0.5)
    assert world.rect(CUSTOMER) == before
    assert world.link.objects[INVOICE]["reminders"] == 5
    world.key("ctrl+z")
    assert world.link.objects[INVOICE]["reminders"] == 0


def test_a_refused_edit_leaves_nothing_to_undo(world: Bench) -> None:
    world.link.refuse["set_slot"] = Refusal("guardian", "The guardian says no.")
    edit_while_held(world)
    world.key("ctrl+z")
    let_go(world)
    assert not world.calls("undo")
    assert world.desk.undo.undo_label == "Nothing to undo"


def test_everything_that_is_on_its_way_says_saving(world: Bench) -> None:
    world.link.held = True
    world.key("ctrl+n")
    assert "saving" in world.desk.notes.state
    let_go(world)
    world.wait(0.1)
    assert "saving" not in world.desk.notes.state


def test_a_deleted_object_comes_back_where_it_lay(world: Bench) -> None:
    before = world.rect(CUSTOMER)
    world.desk.show(CUSTOMER)
    world.key("shift+delete")
    assert CUSTOMER not in world.desk.scene.rows
    world.key("ctrl+z")
    assert world.rect(CUSTOMER)[:2] == before[:2]
    assert world.outliner(CUSTOMER).open
