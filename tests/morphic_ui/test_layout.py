"""Nothing is ever laid on anything else."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from morphic_ui.model.geometry import Point, Rect
from morphic_ui.model.layout import GAP, Item, families, flow, free_place, pushed_down, tidy

SIZES = st.tuples(st.floats(20, 600), st.floats(20, 500))


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    found = []
    for ident in range(1, draw(st.integers(1, 25)) + 1):
        width, height = draw(SIZES)
        parents = (draw(st.integers(1, ident - 1)),) if ident > 1 and draw(st.booleans()) else ()
        found.append(Item(ident, width, height, parents, draw(st.booleans())))
    return found


def areas(things: list[Item], places: dict[int, Point]) -> list[Rect]:
    return [Rect(*places[one.ident], one.width, one.height) for one in things]


def no_overlap(rects: list[Rect]) -> bool:
    return not any(first.overlaps(second, -0.01) for first, second in combinations(rects, 2))


@given(items())
def test_a_tidy_world_has_no_overlaps_and_everything_in_it(things: list[Item]) -> None:
    places = tidy(things, Point(48, 76))
    assert set(places) == {one.ident for one in things}
    assert no_overlap(areas(things, places))
    assert all(at.x >= 48 and at.y >= 76 for at in places.values())


@given(items(), st.floats(200, 2000))
def test_a_shelf_has_no_overlaps(things: list[Item], width: float) -> None:
    assert no_overlap(areas(things, flow(things, 0, 0, width)))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(-600, 600), st.integers(-600, 600), SIZES), max_size=12), SIZES)
def test_a_new_thing_finds_a_free_place(
    taken: list[tuple[int, int, tuple[float, float]]], size: tuple[float, float]
) -> None:
    rects = [Rect(x, y, *other) for x, y, other in taken]
    at = free_place(*size, Point(0, 0), rects)
    assert not any(Rect(*at, *size).overlaps(rect, GAP - 0.01) for rect in rects)


def test_a_free_wish_is_granted() -> None:
    assert free_place(100, 100, Point(5, 6), [Rect(500, 500, 10, 10)]) == Point(5, 6)


@given(items())
def test_families_keep_parents_before_children(things: list[Item]) -> None:
    order = [one.ident for group in families(things) for one in group]
    assert sorted(order) == [one.ident for one in things]
    for one in things:
        for parent in one.parents:
            assert order.index(parent) < order.index(one.ident)


@settings(max_examples=300)
@given(items(), st.data(), st.floats(0, 400), st.floats(0, 400))
def test_growing_pushes_others_clear_and_moves_nothing_up_or_sideways(
    things: list[Item], data: st.DataObject, wider: float, taller: float
) -> None:
    places = tidy(things, Point(0, 0))
    before = {one.ident: Rect(*places[one.ident], one.width, one.height) for one in things}
    grown = data.draw(st.sampled_from(things)).ident
    old = before[grown]
    areas = {**before, grown: Rect(old.x, old.y, old.w + wider, old.h + taller)}
    moved = pushed_down(grown, old, areas)
    after = {ident: area._replace(y=moved[ident].y) if ident in moved else area for ident, area in areas.items()}
    assert grown not in moved
    for ident, at in moved.items():
        assert at.x == before[ident].x
        assert at.y >= before[ident].y
    below = [ident for ident in after if ident != grown and before[ident].y >= old.y]
    assert not any(after[ident].overlaps(areas[grown], -0.6) for ident in below)
    assert no_overlap([after[ident]._replace(h=after[ident].h - 1) for ident in moved])
