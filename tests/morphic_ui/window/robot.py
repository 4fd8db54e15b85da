"""A robot at the window: it dispatches what SDL would and steps Kivy's own loop; it never sleeps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Any

import numpy as np
from kivy.base import EventLoop
from kivy.core.window import Keyboard, Window
from kivy.input.motionevent import MotionEvent

from morphic_ui.desk.build import World, build
from morphic_ui.model.geometry import Point, Rect
from morphic_ui.view.fonts import FontMeasurer
from morphic_ui.view.picture import pixels
from morphic_ui.view.widget import WorldWidget

from ..memory_link import MemoryLink
from ..worlds import workshop

_serial = count(1)
KEYS = Keyboard.keycodes
WORDS = {"question": "/", "plus": "="}


class Robot:
    """Mouse, keys and text for one world in the shared window."""

    def __init__(self, link: MemoryLink | None = None, **options: Any) -> None:
        self.link = link or workshop()
        self.world: World = build(self.link, FontMeasurer(), **options)
        self.widget = WorldWidget(self.world)
        Window.add_widget(self.widget)
        self.world.open()
        self.until(lambda: self.world.session.stands)
        self.rest()

    def close(self) -> None:
        self.world.desk.end_edit()
        self.widget.overlay.follow()
        self.widget.detach()
        Window.remove_widget(self.widget)
        Window.children.clear()

    @property
    def desk(self) -> Any:
        return self.world.desk

    # -- time

    def idle(self) -> None:
        self.desk.now = monotonic()
        self.link.flush()
        EventLoop.idle()

    def until(self, condition: Callable[[], bool], frames: int = 600) -> None:
        """Steps the loop until something holds."""
        for _ in range(frames):
            if condition():
                return
            self.idle()
        raise AssertionError("it did not come about")

    def rest(self, frames: int = 600) -> None:
        """Steps the loop until the world draws nothing more by itself."""
        quiet = 0
        for _ in range(frames):
            before = self.widget.frames
            self.idle()
            quiet = quiet + 1 if self.widget.frames == before else 0
            if quiet >= 14:
                return
        raise AssertionError("the world does not come to rest")

    # -- the mouse; points are device pixels from the top left

    def _touch(self, at: Point, button: str) -> Any:
        touch = _Mouse("robot", next(_serial), (*_share(at), button))
        touch.scale_for_screen(Window.width, Window.height)
        return touch

    def hover(self, at: Point) -> None:
        Window.mouse_pos = (at.x, Window.height - at.y)
        self.idle()

    def press(self, at: Point, button: str = "left") -> Any:
        Window.mouse_pos = (at.x, Window.height - at.y)
        touch = self._touch(at, button)
        EventLoop.post_dispatch_input("begin", touch)
        self.idle()
        return touch

    def move(self, touch: Any, at: Point) -> None:
        touch.move((*_share(at), touch.button))
        touch.scale_for_screen(Window.width, Window.height)
        EventLoop.post_dispatch_input("update", touch)
        self.idle()

    def release(self, touch: Any) -> None:
        EventLoop.post_dispatch_input("end", touch)
        self.idle()

    def click(self, ident: int, part: str) -> None:
        self.release(self.press(self.point(ident, part)))
        self.rest()

    def drag(self, start: Point, end: Point, button: str = "left", steps: int = 4) -> None:
        touch = self.press(start, button)
        for number in range(1, steps + 1):
            share = number / steps
            self.move(touch, Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share))
        self.release(touch)

    def wheel(self, at: Point, up: bool, ctrl: bool = False) -> None:
        """One notch; Kivy names the direction in which the contents go."""
        Window._modifiers = ["ctrl"] if ctrl else []
        self.release(self.press(at, "scrolldown" if up else "scrollup"))
        Window._modifiers = []

    # -- keys and text

    def key(self, name: str) -> None:
        """`ctrl+z`, `escape`, `question`, `e`, as SDL reports it: key down, text if the key writes one, key up."""
        *modifiers, last = name.split("+") if name != "+" else ["+"]
        code = KEYS[WORDS.get(last, last)]
        text = {"question": "?", "space": " "}.get(last, last if len(last) == 1 else None)
        Window._modifiers = modifiers
        Window.dispatch("on_key_down", code, 0, text, modifiers)
        if text and not modifiers:
            Window.dispatch("on_textinput", text)
        Window.dispatch("on_key_up", code, 0)
        Window._modifiers = []
        self.idle()

    def type(self, text: str) -> None:
        """Text as an input method sends it, letter by letter."""
        for letter in text:
            Window.dispatch("on_textinput", letter)
            self.idle()

    # -- seeing

    def point(self, ident: int, part: str) -> Point:
        """The middle of a part on the screen."""
        for scene in (self.desk.scene, self.desk.glass):
            row = scene.row_of(ident)
            if row is not None:
                rect = scene.part_rect(row, part)
                assert rect is not None, [one.name for one in scene.layout(row).parts]
                return Rect(*rect).centre
        raise AssertionError(f"{ident} is not in the world")

    def rect(self, ident: int) -> Rect:
        found = self.desk.scene.area(ident)
        assert found is not None
        return Rect(*found)

    def screen(self) -> Any:
        """The window's pixels (height, width, 3) as they are now."""
        Window.dispatch("on_draw")
        return pixels(int(Window.width), int(Window.height))

    def colour(self, at: Point) -> int:
        red, green, blue = (int(value) for value in self.screen()[round(at.y), round(at.x)])
        return red << 16 | green << 8 | blue

    def colours(self, area: Rect) -> set[int]:
        """Every colour in a part of the screen."""
        part = self.screen()[round(area.y) : round(area.bottom), round(area.x) : round(area.right)].astype(np.int64)
        return {int(value) for value in np.unique(part[..., 0] << 16 | part[..., 1] << 8 | part[..., 2])}


def _share(at: Point) -> tuple[float, float]:
    """The point as Kivy's shares of the window: its last pixel is 1, and y points up."""
    return at.x / (Window.width - 1), (Window.height - at.y) / (Window.height - 1)


class _Mouse(MotionEvent):  # type: ignore[misc]
    """A touch as Kivy's mouse provider makes it."""

    def __init__(self, device: str, serial: int, args: tuple[float, float, str]) -> None:
        super().__init__(device, serial, args, is_touch=True, type_id="touch")
        self.profile = ["pos", "button"]

    def depack(self, args: tuple[float, float, str]) -> None:
        self.sx, self.sy, self.button = args
        super().depack(args)
