"""What people do with objects, on a whole world without a window."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morphic_ui.model.fields import FieldState
from morphic_ui.model.geometry import Point
from morphic_ui.model.link import LinkState, Refusal
from morphic_ui.model.theme import DARK, LIGHT

from .worlds import CUSTOMER, FIRST_STATE, INVOICE, INVOICES, OTHER, STATES_OBJECT, TRAITS, Bench, bench, workshop


@pytest.fixture
def world() -> Bench:
    return bench()


# -- the first world


def test_a_first_world_is_laid_out_without_overlaps(world: Bench) -> None:
    assert not any(first.overlaps(second, -0.01) for first, second in combinations(world.rects(), 2))


def test_every_object_is_a_morph_and_the_states_stand_on_the_track(world: Bench) -> None:
    shown = set(world.desk.scene.rows)
    states = set(range(FIRST_STATE, FIRST_STATE + 6))
    assert set(world.link.objects) - states <= shown
    assert not states & shown
    assert set(world.desk.board.prototypes.values()) == states
    assert world.desk.scene.faces[world.desk.scene.rows[STATES_OBJECT]].name == "states"


def test_peoples_objects_stand_open_and_the_kernel_is_closed(world: Bench) -> None:
    assert world.outliner(INVOICE).open
    assert world.outliner(INVOICE).record.slots is not None
    assert not world.outliner(TRAITS).open


def test_a_newcomer_is_told_three_things_to_try(world: Bench) -> None:
    faces = [face.name for face in world.desk.scene.faces.values()]
    assert "Three things to try" in faces


def test_places_are_kept_and_come_back(world: Bench) -> None:
    before = {ident: world.rect(ident) for ident in (INVOICE, TRAITS, CUSTOMER)}
    again = bench(world.link)
    assert {ident: again.rect(ident) for ident in before} == before
    assert again.outliner(INVOICE).open
    assert "Three things to try" not in [face.name for face in again.desk.scene.faces.values()]


# -- the hand


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(-400, 400), st.integers(-300, 300)), min_size=1, max_size=6))
def test_escape_while_carrying_puts_everything_back(world: Bench, moves: list[tuple[int, int]]) -> None:
    before = world.rect(INVOICE)
    start = world.point(INVOICE, "title")
    stops = [Point(start.x + dx, start.y + dy) for dx, dy in moves]
    world.drag(start, Point(start.x + 50, start.y), *stops, drop=False)
    assert world.desk.scene.carried
    saved = len(world.calls("place"))
    world.key("escape")
    world.wait(0.5)
    assert world.rect(INVOICE) == before
    assert not world.desk.scene.carried
    assert len(world.calls("place")) == saved
    world.world.hand.release(*stops[-1])
    assert world.rect(INVOICE) == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(-400, 400), st.integers(-300, 300), st.sampled_from([0.5, 1.0, 2.0]))
def test_a_dropped_morph_lies_where_the_hand_let_go(world: Bench, dx: int, dy: int, zoom: float) -> None:
    camera = world.desk.scene.camera
    camera.zoom_about(800, 500, zoom)
    camera.settle()
    before = world.rect(INVOICE)
    start = world.point(INVOICE, "title")
    world.drag(start, Point(start.x + dx, start.y + dy))
    after = world.rect(INVOICE)
    far = (dx * dx + dy * dy) ** 0.5 > 4
    assert after.x == pytest.approx(before.x + dx / zoom if far else before.x, abs=0.51)
    assert after.y == pytest.approx(before.y + dy / zoom if far else before.y, abs=0.51)
    if far:
        assert world.link.places[INVOICE]["x"] == after.x
        world.key("ctrl+z")
        world.wait(1.0)
        assert world.rect(INVOICE) == before
        assert world.link.places[INVOICE]["x"] == before.x
    camera.zoom_about(800, 500, 1.0)


def test_a_small_tremble_is_a_click(world: Bench) -> None:
    before = world.rect(INVOICE)
    start = world.point(INVOICE, "title")
    world.drag(start, Point(start.x + 2, start.y + 1))
    assert (world.rect(INVOICE).x, world.rect(INVOICE).y) == (before.x, before.y)
    assert not world.outliner(INVOICE).open


def test_the_whole_selection_is_carried_as_one_step(world: Bench) -> None:
    rows = {world.desk.scene.rows[ident] for ident in (INVOICE, CUSTOMER)}
    world.desk.scene.selected = set(rows)
    before = {ident: world.rect(ident) for ident in (INVOICE, CUSTOMER)}
    start = world.point(INVOICE, "title")
    world.drag(start, Point(start.x + 30, start.y + 40))
    assert world.rect(CUSTOMER).x == before[CUSTOMER].x + 30
    assert world.desk.undo.undo_label == "Undo: Move 2 things"
    world.key("ctrl+z")
    world.wait(1.0)
    assert {ident: world.rect(ident) for ident in before} == before


def test_dragging_the_background_selects(world: Bench) -> None:
    area = world.rect(INVOICE)
    camera = world.desk.scene.camera
    corner = camera.to_screen(area.x - 6, area.y - 6)
    world.drag(corner, camera.to_screen(area.x + 20, area.y + 20))
    assert world.desk.scene.selected == {world.desk.scene.rows[INVOICE]}
    world.key("escape")
    assert not world.desk.scene.selected


@pytest.mark.parametrize("button", ["middle", "left"])
def test_the_world_is_dragged_with_the_middle_button_or_space(world: Bench, button: str) -> None:
    camera = world.desk.scene.camera
    before = camera.x, camera.y
    if button == "left":
        world.world.keyboard.down("space")
    world.world.hand.press(500, 500, button)
    world.world.hand.move(560, 470)
    world.world.hand.release(560, 470)
    world.world.keyboard.up("space")
    assert (camera.x, camera.y) == (before[0] + 60, before[1] - 30)


def test_the_wheel_zooms_about_the_pointer(world: Bench) -> None:
    camera = world.desk.scene.camera
    under = camera.to_world(700, 300)
    for _ in range(5):
        world.world.hand.wheel(700, 300, 0, 1, ctrl=True, shift=False)
    assert camera.zoom > 2
    at = camera.to_screen(*under)
    assert at.x == pytest.approx(700, abs=1)
    assert at.y == pytest.approx(300, abs=1)


def test_the_wheel_alone_pans(world: Bench) -> None:
    camera = world.desk.scene.camera
    y = camera.y
    world.world.hand.wheel(700, 300, 0, -1, ctrl=False, shift=False)
    assert camera.y < y


def test_two_fingers_zoom_and_pan(world: Bench) -> None:
    hand, camera = world.world.hand, world.desk.scene.camera
    zoom = camera.zoom
    hand.finger_down(1, 700, 990)
    hand.finger_down(2, 800, 990)
    under = camera.to_world(750, 990)
    hand.finger_move(1, 650, 990)
    hand.finger_move(2, 850, 990)
    assert camera.zoom == pytest.approx(zoom * 2, rel=0.01)
    at = camera.to_screen(*under)
    assert at.x == pytest.approx(750, abs=1)
    hand.finger_up(1, 650, 990)
    hand.finger_up(2, 850, 990)
    assert hand.mode.value == "idle"


# -- values


def test_a_value_is_saved_and_says_so_meanwhile(world: Bench) -> None:
    world.click(INVOICE, "value:paid")
    world.link.held = True
    world.enter_text("True")
    field = world.outliner(INVOICE).fields["paid"]
    assert (field.state, field.shown) == (FieldState.SAVING, True)
    assert "saving" in world.desk.notes.state
    world.link.held = False
    world.flush()
    assert field.state is FieldState.CLEAN
    assert world.link.objects[INVOICE]["paid"] is True
    assert world.desk.undo.undo_label == "Undo: paid = True"
    world.key("ctrl+z")
    assert world.link.objects[INVOICE]["paid"] is False
    assert world.outliner(INVOICE).shown_value(world.outliner(INVOICE).record.slot("paid")) is False


def test_escape_restores_the_value(world: Bench) -> None:
    world.click(INVOICE, "value:paid")
    world.desk.type("Tru")
    world.key("escape")
    assert world.desk.editing is None
    assert world.outliner(INVOICE).fields["paid"].state is FieldState.CLEAN
    assert not world.calls("set_slot")


def test_a_bad_value_says_why_and_stays(world: Bench) -> None:
    world.click(INVOICE, "value:paid")
    world.enter_text("perhaps")
    field = world.outliner(INVOICE).fields["paid"]
    assert field.state is FieldState.REFUSED
    assert "perhaps" in field.reason
    assert not world.calls("set_slot")
    assert world.desk.editing.text == "perhaps"
    world.enter_text("True")
    assert world.link.objects[INVOICE]["paid"] is True


def test_a_refused_value_says_why_and_stays(world: Bench) -> None:
    world.link.refuse["set_slot"] = Refusal("guardian", "The guardian says no.")
    world.click(INVOICE, "value:reminders")
    world.enter_text("5")
    field = world.outliner(INVOICE).fields["reminders"]
    assert (field.state, field.reason, field.text, field.shown) == (FieldState.REFUSED, "The guardian says no.", "5", 0)


def test_going_elsewhere_commits_a_changed_value(world: Bench) -> None:
    world.click(INVOICE, "value:reminders")
    world.desk.type("3")
    world.click(CUSTOMER, "title")
    assert world.link.objects[INVOICE]["reminders"] == 3


def test_a_change_from_elsewhere_is_seen_but_not_over_what_is_typed(world: Bench) -> None:
    world.click(INVOICE, "value:reminders")
    world.desk.type("77")
    world.link.objects[INVOICE].update(reminders=9, paid=True)
    world.link.committed(INVOICE)
    world.flush()
    assert world.desk.editing.text == "77"
    assert world.outliner(INVOICE).record.slot("paid").value is True
    assert "paid" in world.outliner(INVOICE).pulses
    world.key("escape")
    assert world.outliner(INVOICE).field("reminders").shown == 9


def test_a_reference_is_typed_by_name(world: Bench) -> None:
    world.click(INVOICE, "value:customer")
    world.enter_text("counter")
    assert world.link.objects[INVOICE]["customer"].id == OTHER


def test_slots_are_added_renamed_and_removed(world: Bench) -> None:
    world.click(INVOICE, "add:")
    world.enter_text("due = 14")
    assert world.link.objects[INVOICE]["due"] == 14
    world.wait(0.5)
    world.click(INVOICE, "name:due", times=2)
    world.enter_text("days")
    assert "days" in world.link.objects[INVOICE]
    world.wait(0.5)
    world.click(INVOICE, "name:days")
    world.key("ctrl+delete")
    assert "days" not in world.link.objects[INVOICE]
    for _ in range(3):
        world.key("ctrl+z")
    assert "due" not in world.link.objects[INVOICE]


def test_a_bad_slot_says_why_and_keeps_the_text(world: Bench) -> None:
    world.click(INVOICE, "add:")
    world.enter_text("two words = 1")
    assert "one word" in world.outliner(INVOICE).problem["add:"]
    assert world.outliner(INVOICE).typed["add:"] == "two words = 1"


def test_an_own_method_is_edited_in_place_and_audited(world: Bench) -> None:
    world.click(INVOICES, "source:total")
    world.wait(1.0)
    world.desk.show(INVOICES)
    world.wait(1.0)
    assert world.desk.edit_part(INVOICES, "code:total")
    world.desk.type("def total(self):\n    import os\n")
    world.key("ctrl+enter")
    assert "IMP-001" in world.outliner(INVOICES).problem["code:total"]
    assert "import os" in world.outliner(INVOICES).typed["code:total"]
    world.desk.edit_part(INVOICES, "code:total")
    assert "import os" in world.desk.editing.text
    world.desk.type("def total(self):\n    return 1\n")
    world.key("ctrl+enter")
    assert world.link.objects[INVOICES]["total"] == ("method", "def total(self):\n    return 1\n")
    assert world.desk.undo.undo_label == "Undo: Edit total"


# -- objects


def test_a_new_object_is_made_cloned_put_away_and_deleted(world: Bench) -> None:
    world.key("ctrl+n")
    made = max(world.link.objects)
    assert made in world.desk.scene.rows
    assert world.outliner(made).open
    assert world.desk.scene.focus[0] == world.desk.scene.rows[made]
    world.key("ctrl+d")
    copy = max(world.link.objects)
    assert copy != made
    assert world.rects()
    world.key("delete")
    assert copy not in world.desk.scene.rows
    assert copy in world.link.objects
    world.run("world.bring_back")
    assert copy in world.desk.scene.rows
    world.desk.show(copy)
    world.key("shift+delete")
    assert copy not in world.link.objects
    assert copy not in world.desk.scene.rows
    world.key("ctrl+z")
    assert copy in world.link.objects


def test_a_child_delegates_to_the_object(world: Bench) -> None:
    world.desk.show(INVOICE)
    world.key("ctrl+shift+d")
    child = max(world.link.objects)
    assert world.link.objects[child]["parent*"].id == INVOICE
    assert next(group for group, _ in world.outliner(child).inherited_groups()) == "invoice"


def test_a_put_away_object_stays_away_after_a_restart(world: Bench) -> None:
    world.desk.show(OTHER)
    world.key("delete")
    again = bench(world.link)
    assert OTHER not in again.desk.scene.rows
    assert OTHER in again.desk.away


def test_going_to_a_reference_shows_its_object(world: Bench) -> None:
    world.desk.scene.camera.pan(5000, 0)
    world.desk.run("object.go", type("C", (), {"argument": CUSTOMER})())
    world.wait(1.0)
    seen = world.desk.scene.camera.seen()
    assert seen.overlaps(world.rect(CUSTOMER))


def test_a_state_is_opened_from_the_track(world: Bench) -> None:
    world.click(STATES_OBJECT, "state:SYNTHESIZING")
    assert world.outliner(FIRST_STATE + 3).open
    assert world.outliner(FIRST_STATE + 3).title == "SYNTHESIZING"


def test_inherited_slots_are_folded_and_unfold(world: Bench) -> None:
    assert "name:tax_rate" not in world.parts(INVOICE)
    world.click(INVOICE, "fold:from:invoice_traits")
    assert "name:tax_rate" in world.parts(INVOICE)


def test_an_object_that_grows_makes_room(world: Bench) -> None:
    world.ask(INVOICE, "forget()")
    world.wait(1.0)
    own = world.rect(INVOICE)
    others = [world.rect(ident) for ident in world.desk.scene.rows if ident != INVOICE]
    assert not any(own.overlaps(other, -0.01) for other in others)


# -- messages


def test_an_answer_stands_where_it_was_asked(world: Bench) -> None:
    asked = world.ask(INVOICE, "total(tax=False)")
    assert (asked.place, asked.text) == ("", "200.0")
    assert f"answer:{asked.number}" in world.parts(INVOICE)


def test_a_row_with_parameters_asks_for_them(world: Bench) -> None:
    world.click(INVOICES, "send:total")
    assert world.desk.editing.part == "param:total:tax"
    world.enter_text("False")
    asked = world.outliner(INVOICES).asked[-1]
    assert (asked.place, asked.text) == ("total", "200.0")


def test_a_row_without_parameters_is_sent_at_once(world: Bench) -> None:
    world.click(INVOICE, "fold:from:traits_obj")
    world.click(INVOICE, "send:describe")
    assert world.outliner(INVOICE).asked[-1].text == "'an object'"


def test_what_is_no_message_says_how_one_is_written(world: Bench) -> None:
    world.click(INVOICE, "message:")
    world.enter_text("1 + ")
    assert "written like" in world.outliner(INVOICE).problem["message:"]
    assert world.outliner(INVOICE).typed["message:"] == "1 + "


def test_a_message_not_understood_is_asked_about_first(world: Bench) -> None:
    asked = world.ask(INVOICE, "remind(days=14)")
    assert asked.state.value == "not understood"
    assert not world.link.missions
    assert world.desk.editing.part == f"wish:{asked.number}"
    world.enter_text("Remind the customer once it is overdue.")
    (mission,) = world.link.missions.values()
    assert mission["wish"] == "Remind the customer once it is overdue."
    assert mission["kwargs"] == {"days": 14}
    assert asked.mission == mission["id"]


def test_leaving_the_wish_starts_nothing(world: Bench) -> None:
    asked = world.ask(INVOICE, "remind()")
    world.click(INVOICE, f"dismiss:{asked.number}")
    assert not world.link.missions
    assert not world.outliner(INVOICE).asked


# -- the link


def test_when_the_image_dies_nothing_typed_is_lost(world: Bench) -> None:
    world.click(INVOICE, "value:paid")
    world.link.held = True
    world.enter_text("True")
    world.click(INVOICE, "message:")
    world.desk.type("remind(")
    world.link.die()
    world.flush()
    assert world.desk.notes.link is LinkState.DOWN
    assert "ended" in world.desk.notes.state
    assert world.desk.editing.text == "remind("
    field = world.outliner(INVOICE).fields["paid"]
    assert (field.state, field.text) == (FieldState.REFUSED, "True")
    world.link.held = False
    world.link.come_back()
    world.flush()
    assert world.desk.notes.link is LinkState.UP
    assert world.desk.editing.text == "remind("
    assert field.text == "True"


def test_moving_while_the_image_is_away_works(world: Bench) -> None:
    world.link.die()
    before = world.rect(INVOICE)
    start = world.point(INVOICE, "title")
    world.drag(start, Point(start.x + 100, start.y))
    assert world.rect(INVOICE).x == before.x + 100


def test_the_world_waits_for_an_image_that_is_not_there_yet() -> None:
    link = workshop()
    world = bench(link)
    link.come_back()
    world.flush()
    assert len(world.desk.scene.rows) == len(set(world.desk.scene.rows))


# -- the world


def test_tidying_is_one_step(world: Bench) -> None:
    start = world.point(INVOICE, "title")
    world.drag(start, Point(start.x + 300, start.y + 200))
    before = {ident: world.rect(ident) for ident in world.desk.scene.rows}
    world.key("ctrl+l")
    world.wait(1.0)
    rects = world.rects()
    assert not any(first.overlaps(second, -0.01) for first, second in combinations(rects, 2))
    assert world.desk.undo.undo_label == "Undo: Clean up"
    world.key("ctrl+z")
    world.wait(1.0)
    assert {ident: world.rect(ident) for ident in world.desk.scene.rows} == before


def test_light_and_dark(world: Bench) -> None:
    world.key("ctrl+t")
    assert world.desk.palette is DARK
    world.key("ctrl+t")
    assert world.desk.palette is LIGHT


def test_the_menu_names_what_undo_will_do(world: Bench) -> None:
    world.click(INVOICE, "value:paid")
    world.enter_text("True")
    world.key("escape")
    world.key("f10")
    glass = world.desk.glass
    menu = glass.faces[glass.focus[0]]
    assert "Undo: paid = True" in [row.title for row in menu.rows]
    world.key("escape")
    assert glass.focus is None


def test_the_menu_is_walked_and_run_by_keys(world: Bench) -> None:
    world.key("f10")
    menu = world.desk.glass.faces[world.desk.glass.focus[0]]
    at = [row.title for row in menu.rows].index("New object")
    for _ in range(at + 1):
        world.key("down")
    before = len(world.link.objects)
    world.key("enter")
    assert len(world.link.objects) == before + 1


def test_the_keys_are_shown_and_go_away(world: Bench) -> None:
    world.key("question")
    assert world.desk.glass.focus is not None
    world.key("question")
    assert world.desk.glass.focus is None


def test_the_keyboard_alone_reaches_a_value(world: Bench) -> None:
    world.desk.show(INVOICE)
    world.click(INVOICE, "row:paid")
    world.key("e")
    assert world.desk.editing.part == "value:paid"
    world.enter_text("True")
    assert world.link.objects[INVOICE]["paid"] is True


def test_arrows_nudge_what_has_the_attention(world: Bench) -> None:
    world.desk.show(OTHER)
    x = world.rect(OTHER).x
    world.key("right")
    world.key("shift+right")
    assert world.rect(OTHER).x == x + 11


def test_no_two_commands_share_a_key_where_both_hold(world: Bench) -> None:
    world.desk.show(INVOICE)
    seen: dict[str, str] = {}
    for command in world.desk.commands.commands.values():
        if command.when(world.desk):
            for key in command.keys:
                assert key not in seen, f"{key}: {seen.get(key)} and {command.name}"
                seen[key] = command.name


def test_a_broken_face_does_not_break_the_world(world: Bench) -> None:
    face = world.desk.face_of(INVOICE)

    def broken(_look: object) -> None:
        raise RuntimeError("a slot that cannot be drawn")

    whole = type(face).layout
    face.layout = broken
    world.desk.touch(INVOICE)
    frame = world.desk.picture().world
    assert len(frame.drawn) > 5
    row = world.desk.scene.rows[INVOICE]
    assert "cannot be drawn" in world.desk.scene.faults[row]
    del face.layout
    assert type(face).layout is whole
    world.desk.scene.focus = (row, "")
    world.run("morph.retry")
    world.desk.picture()
    assert row not in world.desk.scene.faults


def test_every_part_says_what_it_is(world: Bench) -> None:
    for row, face in world.desk.scene.faces.items():
        assert face.name
        assert face.role
        for part in world.desk.scene.layout(row).parts:
            assert part.role
            assert part.label or part.role in ("text", "row"), part.name
