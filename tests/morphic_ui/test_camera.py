"""Laws of the camera."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphic_ui.model.camera import FARTHEST, NEAREST, Camera
from morphic_ui.model.geometry import Rect

POINTS = st.floats(-50_000, 50_000)
SCREEN = st.floats(0, 4000)
ZOOMS = st.floats(0.01, 20)


def camera(x: float, y: float, zoom: float, density: float = 1.0) -> Camera:
    one = Camera(1280, 800, density)
    one.x, one.y, one.zoom = x, y, min(NEAREST, max(FARTHEST, zoom))
    return one


@given(POINTS, POINTS, ZOOMS, SCREEN, SCREEN, ZOOMS, st.sampled_from([1.0, 1.25, 1.5, 2.0]))
def test_zooming_keeps_the_point_under_the_pointer(
    x: float, y: float, zoom: float, px: float, py: float, to: float, density: float
) -> None:
    one = camera(x, y, zoom, density)
    before = one.to_world(px, py)
    one.zoom_about(px, py, to)
    after = one.to_screen(*before)
    assert after.x == pytest.approx(px, abs=1e-3)
    assert after.y == pytest.approx(py, abs=1e-3)


@given(ZOOMS)
def test_the_zoom_has_limits(to: float) -> None:
    one = camera(0, 0, 1)
    one.zoom_about(100, 100, to)
    assert FARTHEST <= one.zoom <= NEAREST


@given(POINTS, POINTS, ZOOMS, POINTS, POINTS)
def test_world_and_screen_are_inverse(x: float, y: float, zoom: float, px: float, py: float) -> None:
    one = camera(x, y, zoom)
    back = one.to_world(*one.to_screen(px, py))
    assert back.x == pytest.approx(px, abs=1e-4)
    assert back.y == pytest.approx(py, abs=1e-4)


@given(POINTS, POINTS, st.floats(10, 5000), st.floats(10, 4000))
def test_fitting_shows_the_whole_area(x: float, y: float, w: float, h: float) -> None:
    one = Camera(1280, 800)
    area = Rect(x, y, w, h)
    one.fit(area)
    seen = one.seen()
    assert one.zoom <= 1.0
    slack = 2 / one.scale
    assert seen.x <= area.x + slack
    assert seen.y <= area.y + slack
    assert area.right <= seen.right + slack
    assert area.bottom <= seen.bottom + slack


@given(POINTS, POINTS)
def test_a_settled_camera_stands_on_whole_pixels(x: float, y: float) -> None:
    one = camera(x, y, 1)
    one.settle()
    assert one.x == int(one.x)
    assert one.y == int(one.y)


def test_from_farther_than_the_limit_one_can_only_come_nearer() -> None:
    one = Camera(1280, 800)
    one.fit(Rect(0, 0, 40_000, 30_000))
    assert one.zoom < FARTHEST
    far = one.zoom
    one.zoom_about(0, 0, far / 2)
    assert one.zoom == far
    one.zoom_about(0, 0, far * 2)
    assert one.zoom == pytest.approx(far * 2)
