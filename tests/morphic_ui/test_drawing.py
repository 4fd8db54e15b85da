"""Display lists: order, joining, motion, and source as coloured spans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphic_ui.model.geometry import Point, Rect
from morphic_ui.model.highlight import highlight
from morphic_ui.model.icons import ICONS
from morphic_ui.model.morphs import OBJECT, MorphTable
from morphic_ui.model.motion import Motion, ease
from morphic_ui.model.pen import BOX, FILL, KIND, SHADOW, STRIP, TEXT, Pen, bezier, join
from morphic_ui.model.undo import EditStep, MoveStep, UndoStack

STEPS = st.lists(st.sampled_from(["box", "text", "line", "shadow", "circle", "path"]), max_size=30)


def drawn_by(steps: list[str], pen: Pen) -> list[int]:
    """Draws each step in its own colour; the colours in the order they must lie on each other."""
    colours = []
    for colour, step in enumerate(steps, 1):
        colours.append(colour)
        if step == "box":
            pen.box(0, 0, 10, 10, radius=2, fill=colour)
        elif step == "text":
            pen.text(1, 2, "abc", size=14, colour=colour)
        elif step == "line":
            pen.line(0, 0, 5, 5, colour=colour)
        elif step == "shadow":
            pen.shadow(0, 0, 10, 10, radius=2, blur=4, colour=colour, alpha=0.5)
        elif step == "circle":
            pen.circle(5, 5, 3, fill=colour)
        else:
            pen.path([(0, 0), (5, 5), (9, 2)], colour=colour)
    return colours


@given(STEPS)
def test_what_is_drawn_later_lies_on_top(steps: list[str]) -> None:
    pen = Pen()
    colours = drawn_by(steps, pen)
    drawn = pen.done()
    seen = list(dict.fromkeys(int(colour) for colour in drawn.quads[:, FILL]))
    assert seen == colours
    for run in drawn.runs:
        assert drawn.quads[run.quad, KIND] == TEXT


@given(STEPS, STEPS, st.floats(-100, 100), st.floats(-100, 100))
def test_joined_lists_keep_order_and_runs(first: list[str], second: list[str], dx: float, dy: float) -> None:
    one, two = Pen(), Pen()
    drawn_by(first, one)
    drawn_by(second, two)
    a, b = one.done(), two.done()
    both = join([(a, 0, 0), (b, dx, dy)])
    assert len(both) == len(a) + len(b)
    assert [run.text for run in both.runs] == [run.text for run in (*a.runs, *b.runs)]
    assert all(both.quads[run.quad, KIND] == TEXT for run in both.runs)
    np.testing.assert_allclose(both.quads[len(a) :, 0:8:2], b.quads[:, 0:8:2] + np.float32(dx), atol=1e-3)


def test_fading_and_moving_hold_only_inside() -> None:
    pen = Pen()
    with pen.faded(0.5), pen.moved(100, 0), pen.at_detail(2):
        pen.box(0, 0, 10, 10, fill=1)
    pen.box(0, 0, 10, 10, fill=1)
    drawn = pen.done()
    assert drawn.quads[0, 0] == drawn.quads[1, 0] + 100
    assert [round(alpha % 256) for alpha in drawn.quads[:, 24]] == [128, 255]
    assert list(drawn.details) == [2, 0]


def test_blank_text_draws_nothing() -> None:
    pen = Pen()
    pen.text(0, 0, "   ", size=14, colour=0)
    assert len(pen.done()) == 0


def test_kinds_are_told_apart() -> None:
    pen = Pen()
    drawn_by(["box", "shadow", "text", "path"], pen)
    assert set(pen.done().quads[:, KIND]) == {BOX, SHADOW, TEXT, STRIP}


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_stay_inside_their_square(name: str) -> None:
    for stroke in ICONS[name]:
        assert all(3 <= x <= 21 and 3 <= y <= 21 for x, y in stroke)


@given(st.integers(2, 40))
def test_a_curve_begins_and_ends_where_it_should(steps: int) -> None:
    points = bezier(Point(0, 0), Point(10, 0), Point(10, 20), Point(30, 20), steps)
    assert len(points) == steps + 1
    assert points[0] == (0, 0)
    assert points[-1] == pytest.approx((30, 20))


@given(st.floats(0, 1), st.floats(0, 1))
def test_easing_never_goes_back(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert ease(low) <= ease(high)
    assert (ease(0), ease(1)) == (0, 1)


@given(st.floats(0, 1000), st.floats(-1, 3))
def test_a_glide_ends_exactly_at_its_goal(start: float, late: float) -> None:
    table = MorphTable()
    row = table.add(1, Rect(start, 0, 10, 10), OBJECT)
    motion = Motion()
    motion.glide(table, np.array([row]), np.array([[77.0, 88.0]]), 0.4, 10.0)
    moving = motion.advance(table, 10.4 + late)
    if late >= 0:
        assert (table.x[row], table.y[row]) == (77.0, 88.0)
        assert not moving
    assert motion.resting_place(row) == ((77.0, 88.0) if moving else None)


def test_a_hand_takes_a_gliding_morph() -> None:
    table = MorphTable()
    rows = [table.add(number, Rect(0, 0, 10, 10), OBJECT) for number in (1, 2)]
    motion = Motion()
    motion.glide(table, np.array(rows), np.array([[50.0, 0], [90.0, 0]]), 1.0, 0.0)
    motion.release(np.array(rows[:1]))
    motion.advance(table, 2.0)
    assert (table.x[rows[0]], table.x[rows[1]]) == (5.0, 90.0)


def test_reduced_motion_jumps() -> None:
    table = MorphTable()
    row = table.add(1, Rect(0, 0, 10, 10), OBJECT)
    motion = Motion(still=True)
    motion.glide(table, np.array([row]), np.array([[50.0, 60.0]]), 1.0, 0.0)
    assert (table.x[row], table.y[row]) == (50.0, 60.0)
    motion.start("fade", 0, 1, 5.0, 0.0, fade=True)
    assert motion.value("fade", 0.1) == 1
    assert not motion.advance(table, 0.1)


@given(st.text(max_size=300))
def test_highlighting_loses_nothing(source: str) -> None:
    lines = highlight(source)
    back = "\n".join("".join(text for text, _ in line) for line in lines)
    wanted = source.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    assert back.rstrip("\n") == wanted.rstrip("\n")


def test_highlighting_tells_roles() -> None:
    (line,) = highlight("def total(self): return 1  # sum")
    roles = {text.strip(): role for text, role in line}
    assert roles["def"] == "keyword"
    assert roles["total"] == "name"
    assert roles["1"] == "number"
    assert roles["# sum"] == "comment"


MOVES = st.lists(st.integers(0, 9), max_size=12)


@given(MOVES, st.integers(0, 12))
def test_undo_and_redo_walk_the_same_way(moves: list[int], back: int) -> None:
    stack = UndoStack()
    steps = [MoveStep(f"Move {number}", {1: Point(number, 0)}, {1: Point(number + 1, 0)}) for number in moves]
    for step in steps:
        stack.did(step)
    undone = [stack.undo() for _ in range(min(back, len(steps)))]
    assert undone == steps[::-1][: len(undone)]
    again = [stack.redo() for _ in undone]
    assert again == undone[::-1]
    assert stack.redo() is None


def test_undo_is_named() -> None:
    stack = UndoStack()
    assert stack.undo_label == "Nothing to undo"
    stack.did(EditStep("paid = False", 3))
    assert stack.undo_label == "Undo: paid = False"
    stack.did(MoveStep("Move invoice 7", {}, {}))
    stack.undo()
    assert stack.redo_label == "Redo: Move invoice 7"
    stack.did(EditStep("x = 1", 4))
    assert stack.redo_label == "Nothing to redo"


def test_a_refused_undo_stays() -> None:
    stack = UndoStack()
    stack.did(EditStep("paid = False", 3))
    step = stack.undo()
    assert step is not None
    stack.keep(step)
    assert stack.undo_label == "Undo: paid = False"
    assert stack.redo() is None
