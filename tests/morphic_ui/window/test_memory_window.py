"""The memory in the window itself: files dropped by the desktop, fields on the glass, light in pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from morphic_ui.model.geometry import Rect
from morphic_ui.model.theme import LIGHT, contrast

from .test_window import near

TEXT = "# Clocks\n\nA clock has a spring.\n\n# Debts\n\nWho pays late is reminded.\n"


def dropped(path: Path, x: float, y: float) -> None:
    """What Kivy's window tells of a file that the desktop drops on it."""
    # Kivy opens its window with this import: the fixture says how large first.
    from kivy.core.window import Window

    Window.dispatch("on_drop_begin", x, y)
    Window.dispatch("on_drop_file", str(path).encode(), x, y)
    Window.dispatch("on_drop_end", x, y)


def test_a_file_dropped_on_the_window_is_read_elsewhere_and_becomes_a_document(robot: Any, tmp_path: Path) -> None:
    path = tmp_path / "notes – Uhr.md"
    path.write_text(TEXT, encoding="utf-8")
    dropped(path, 60, 700)
    (intake,) = robot.desk.intakes.values()
    place = robot.rect(intake.ident)
    assert robot.desk.scene.camera.to_screen(place.x, place.y) == pytest.approx((60, 700), abs=1)
    robot.until(lambda: bool(robot.link.jobs) and robot.link.jobs[1]["state"] == "embedding")
    ident = robot.link.finish(1)
    robot.until(lambda: ident in robot.desk.scene.rows)
    robot.rest()
    assert robot.rect(ident)[:2] == place[:2]
    assert robot.desk.face_of(ident).name == "notes – Uhr.md"


def test_two_files_dropped_together_come_both(robot: Any, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"Text of {name}.")
        dropped(tmp_path / name, 60, 700)
    robot.until(lambda: len(robot.link.jobs) == 2)
    robot.rest()
    first, second = (robot.rect(ident) for ident in robot.desk.intakes)
    assert not first.overlaps(second)


def test_what_is_typed_on_the_glass_can_be_read(robot: Any) -> None:
    robot.key("ctrl+f")
    robot.rest()
    robot.type("spring")
    robot.rest()
    editor = robot.widget.overlay.widget
    area = Rect(editor.x, robot.widget.height - editor.top, editor.width, editor.height)
    assert max(contrast(colour, LIGHT.well) for colour in robot.colours(area)) > 6
    robot.key("escape")
    robot.rest()
    robot.click(31, "value:paid")
    editor = robot.widget.overlay.widget
    area = Rect(editor.x, robot.widget.height - editor.top, editor.width, editor.height)
    assert max(contrast(colour, LIGHT.well) for colour in robot.colours(area)) > 4, "and over the world as before"
    robot.key("escape")


def test_a_search_lights_up_the_very_chunk_and_escape_puts_the_light_out(robot: Any) -> None:
    ident = robot.link.make_document("notes.md", TEXT)
    robot.link.committed(ident)
    robot.until(lambda: ident in robot.desk.scene.rows)
    robot.rest()
    robot.click(ident, "title")
    robot.until(lambda: robot.desk.library.document(ident).contents is not None)
    robot.key("ctrl+f")
    robot.rest()
    robot.type("spring")
    robot.key("enter")
    robot.rest()
    panel = robot.world.search.face.ident
    robot.click(panel, "hit:0")
    corner = robot.desk.scene.part_rect(robot.desk.scene.rows[ident], "chunk:1")
    inside = type(robot.point(ident, "chunk:1"))(corner.x + 5, corner.y + 6)
    other = robot.desk.scene.part_rect(robot.desk.scene.rows[ident], "chunk:0")
    dark = type(inside)(other.x + 5, other.y + 6)
    assert contrast(robot.colour(inside), LIGHT.paper) > 2
    assert near(robot.colour(dark), LIGHT.well)
    robot.key("escape")
    robot.rest()
    assert near(robot.colour(inside), LIGHT.well)


def test_an_idle_world_with_everything_open_draws_no_frames(robot: Any) -> None:
    ident = robot.link.make_document("notes.md", TEXT)
    robot.link.committed(ident)
    robot.until(lambda: ident in robot.desk.scene.rows)
    for one in (ident, 10, 2):
        robot.rest()
        robot.click(one, "title")
    robot.rest()
    before = robot.widget.frames
    for _ in range(120):
        robot.idle()
    assert robot.widget.frames == before
