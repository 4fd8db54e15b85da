"""The table of morphs against a list that does the same slowly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphic_ui.model.geometry import Point, Rect
from morphic_ui.model.morphs import OBJECT, MorphTable

RECTS = st.builds(Rect, st.integers(-500, 500), st.integers(-500, 500), st.integers(1, 300), st.integers(1, 300)).map(
    lambda one: Rect(*(float(value) for value in one))
)
MANY = st.lists(RECTS, min_size=1, max_size=40)


def table_of(rects: list[Rect]) -> MorphTable:
    table = MorphTable(16)
    for number, rect in enumerate(rects, 1):
        table.add(number, rect, OBJECT)
    return table


@given(MANY, st.integers(-600, 900), st.integers(-600, 900))
def test_the_topmost_morph_is_hit(rects: list[Rect], x: int, y: int) -> None:
    table = table_of(rects)
    under = [number for number, rect in enumerate(rects) if rect.contains(x, y)]
    assert table.hit(x, y) == (under[-1] if under else None)
    assert table.stack(x, y) == under[::-1]


@given(MANY, st.data())
def test_raising_makes_topmost_and_keeps_the_others_in_order(rects: list[Rect], data: st.DataObject) -> None:
    table = table_of(rects)
    chosen = data.draw(st.integers(0, len(rects) - 1))
    table.raise_(chosen)
    everywhere = Rect(-1000, -1000, 3000, 3000)
    order = [int(row) for row in table.visible(everywhere)]
    assert order == [row for row in range(len(rects)) if row != chosen] + [chosen]


@given(MANY, RECTS)
def test_culling_finds_exactly_what_touches_the_view(rects: list[Rect], view: Rect) -> None:
    table = table_of(rects)
    touching = {
        number
        for number, rect in enumerate(rects)
        if rect.x <= view.right and view.x <= rect.right and rect.y <= view.bottom and view.y <= rect.bottom
    }
    assert set(table.visible(view)) == touching


@given(MANY, st.data())
def test_a_removed_row_is_never_found_and_is_used_again(rects: list[Rect], data: st.DataObject) -> None:
    table = table_of(rects)
    gone = data.draw(st.integers(0, len(rects) - 1))
    table.remove(gone)
    assert gone not in table.visible(Rect(-1000, -1000, 3000, 3000))
    assert table.count == len(rects) - 1
    assert table.add(99, Rect(0, 0, 10, 10), OBJECT) == gone
    assert table.hit(5, 5) == gone


@given(MANY)
def test_bounds_hold_every_morph(rects: list[Rect]) -> None:
    bounds = table_of(rects).bounds()
    assert bounds is not None
    for rect in rects:
        assert bounds.x <= rect.x
        assert bounds.y <= rect.y
        assert rect.right <= bounds.right
        assert rect.bottom <= bounds.bottom


def test_resizing_keeps_the_corner() -> None:
    table = table_of([Rect(10, 20, 100, 50)])
    table.resize(0, 300, 200)
    assert table.area(0) == Rect(10, 20, 300, 200)


def test_moving_puts_the_corner_there() -> None:
    table = table_of([Rect(10, 20, 100, 50)])
    table.move_to(0, 7, 9)
    assert Point(*table.area(0)[:2]) == Point(7, 9)


def test_many_are_added_at_once() -> None:
    table = table_of([Rect(0, 0, 10, 10)])
    rows = table.add_many(np.arange(5, 1005), np.arange(1000.0), np.zeros(1000), 20, 20, OBJECT, 0)
    assert table.count == 1001
    assert table.hit(999, 0) == rows[-1]


def test_an_empty_table_has_no_bounds_and_hits_nothing() -> None:
    table = MorphTable()
    assert table.bounds() is None
    assert table.hit(0, 0) is None


def test_removing_twice_is_an_error() -> None:
    table = table_of([Rect(0, 0, 10, 10)])
    table.remove(0)
    with pytest.raises(KeyError):
        table.remove(0)
