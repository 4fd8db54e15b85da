"""The whole program in a real window: the front door over a new image, on a screen that belongs to the test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from morphic_ui.model.theme import LIGHT
from uvm_core.bridge.lock import holder_of

from .screen import LIMIT, Screen, why_not

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def screen() -> Iterator[Screen]:
    problem = why_not()
    if problem is not None:
        pytest.skip(f"no real window here: {problem}")
    one = Screen()
    yield one
    one.close()


def test_the_world_opens_over_a_real_image_and_closing_ends_what_it_started(screen: Screen, tmp_path: Path) -> None:
    image = tmp_path / "workshop"
    env = {**os.environ, "DISPLAY": screen.name, "SDL_VIDEODRIVER": "x11", "KIVY_HOME": str(tmp_path / "kivy")}
    env.pop("WAYLAND_DISPLAY", None)
    command = [sys.executable, str(ROOT / "main.py"), "--image", str(image), "world", "--no-model"]
    said = tmp_path / "said"
    with said.open("wb") as out:
        world = subprocess.Popen(command, env=env, stdout=out, stderr=out)
    try:
        screen.until(lambda: "workshop" in screen.titles() or world.poll() is not None, "the window")
        assert world.poll() is None, said.read_text()
        # A card's paper lies on the world: the image has answered and the first world stands.
        screen.until(lambda: {LIGHT.world, LIGHT.paper} <= screen.colours(60, 120, 200, 40), "the first frame")
        served_by = holder_of(image)
        assert served_by is not None
        screen.press_cross(screen.titles()["workshop"])
        assert world.wait(LIMIT) == 0
        screen.until(lambda: holder_of(image) is None, "the end of the image's process")
        assert not screen.titles()
    finally:
        world.kill()
        world.wait()
        left = holder_of(image)
        if left is not None:
            assert left.pid is not None
            os.kill(left.pid, signal.SIGTERM)
