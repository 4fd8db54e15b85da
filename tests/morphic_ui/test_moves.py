"""Two windows over one image: both show the same places, and no echo pulls anything back."""

from __future__ import annotations

from morphic_ui.desk.moves import Moves
from morphic_ui.model.geometry import Point

from .worlds import INVOICE, Bench, bench


def elsewhere(world: Bench, tid: int, x: float, y: float, w: float = 100.0) -> None:
    """Another window has moved the invoice."""
    placement = {"id": INVOICE, "x": x, "y": y, "w": w, "h": 40.0, "z": 1, "open": True}
    world.link.publish({"event": "delta", "tid": tid, "objects": [], "removed": [], "placements": [placement]})
    world.flush()


def test_a_move_elsewhere_is_followed() -> None:
    world = bench()
    elsewhere(world, 900, 700.0, 500.0)
    world.wait(0.5)
    assert world.rect(INVOICE)[:2] == (700.0, 500.0)


def test_what_is_in_the_hand_stays_in_the_hand() -> None:
    world = bench()
    start = world.point(INVOICE, "title")
    world.drag(start, Point(start.x + 60, start.y), drop=False)
    held = world.rect(INVOICE)
    elsewhere(world, 900, 700.0, 500.0)
    world.wait(0.5)
    assert world.rect(INVOICE) == held


def test_what_is_put_away_elsewhere_is_put_away_here_and_comes_back() -> None:
    world = bench()
    elsewhere(world, 900, 0.0, 0.0, w=0.0)
    assert INVOICE not in world.desk.scene.rows
    elsewhere(world, 901, 300.0, 200.0)
    assert world.rect(INVOICE)[:2] == (300.0, 200.0)


def test_an_own_echo_changes_nothing() -> None:
    moves = Moves()
    moves.sent([7])
    moves.sent([7])
    first, second = {"id": 7, "x": 1.0}, {"id": 7, "x": 2.0}
    assert not moves.news(first, 10)
    assert moves.kept([7], 10) == []
    assert not moves.news(second, 11)
    assert moves.kept([7], 11) == []
    assert not moves.news(second, 11)
    assert moves.news({"id": 7, "x": 3.0}, 12)


def test_a_move_that_came_after_the_own_one_is_followed_once_that_is_known() -> None:
    moves = Moves()
    moves.sent([7])
    other = {"id": 7, "x": 5.0}
    assert not moves.news(other, 21)
    assert moves.kept([7], 20) == [other]


def test_a_refused_place_gives_way_to_what_was_heard_meanwhile() -> None:
    moves = Moves()
    moves.sent([7])
    other = {"id": 7, "x": 5.0}
    moves.news(other, 21)
    assert moves.kept([7], 0) == [other]
