"""The one widget of the world: it draws the desk's picture and hands input to the desk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import Metrics
from kivy.uix.widget import Widget

from ..desk.build import World
from ..desk.commands import Call
from ..model.scene import Frame, Scene
from ..model.theme import METRICS
from .atlas import LabelAtlas
from .keys import key_name
from .overlay import Overlay, rgba
from .renderer import Backdrop, Blocks, Layer, detail_of

TEXT_RESTS = 0.15  # seconds after the last change of zoom before text is made at its new size


NOTHING = np.zeros(0, np.intp)


class WorldWidget(Widget):
    """Draws when something has changed, and only then."""

    def __init__(self, world: World, **options: Any) -> None:
        super().__init__(**options)
        self.world = world
        self.atlas = LabelAtlas(4096 if max(Window.size) > 2200 else 2048)
        self.backdrop = Backdrop()
        self.blocks = Blocks()
        self.layer = Layer(self.atlas)
        self.glass = Layer(self.atlas)
        self.canvas.add(self.backdrop.canvas)
        self.canvas.add(self.blocks.canvas)
        self.canvas.add(self.layer.canvas)
        # The glass is a widget of its own: the editor lies below it over the world, above it over the glass itself.
        self.pane = Widget()
        self.pane.canvas.add(self.glass.canvas)
        self.add_widget(self.pane)
        self.overlay = Overlay(self, world.desk)
        self.frames = 0  # how often the world was drawn: an idle world does not count on
        self._trigger = Clock.create_trigger(self._frame, 0)
        self._due = None
        self._text_scale = 0.0
        self._zoomed_at = 0.0
        self._swallow = False
        self._title = ""
        self.after_first_frame: Callable[[], None] | None = None
        world.desk.wake = self._trigger
        Window.bind(
            on_key_down=self._key_down, on_key_up=self._key_up, on_textinput=self._text, mouse_pos=self._hover,
            on_resize=self._resized, on_request_close=self._closing, on_cursor_leave=self._left,
            on_drop_file=self._dropped,
        )  # fmt: skip
        self._resized()

    def detach(self) -> None:
        """Lets go of the window."""
        Window.unbind(
            on_key_down=self._key_down, on_key_up=self._key_up, on_textinput=self._text, mouse_pos=self._hover,
            on_resize=self._resized, on_request_close=self._closing, on_cursor_leave=self._left,
            on_drop_file=self._dropped,
        )  # fmt: skip
        self._trigger.cancel()
        if self._due is not None:
            self._due.cancel()

    # -- drawing

    def _resized(self, *_: Any) -> None:
        self.size = Window.size
        width, height = Window.size
        self.world.desk.resize(width, height, Metrics.density)
        self._trigger()

    def _frame(self, _dt: float = 0.0) -> None:
        self.draw(monotonic())

    def draw(self, now: float) -> None:
        """One frame at this time."""
        world = self.world
        moving = world.advance(now)
        picture = world.desk.picture()
        self.frames += 1
        self._dress()
        camera = world.desk.scene.camera
        self.backdrop.show(camera, world.desk.palette.dot, METRICS.dot_gap)
        if camera.scale != self._text_scale and not moving and now < self._zoomed_at + TEXT_RESTS:
            moving = True
        self._show(self.layer, world.desk.scene, picture.world, self._settle_text(camera.scale, now))
        self._show(self.glass, world.desk.glass, picture.glass, world.desk.glass.camera.scale)
        self.overlay.follow()
        if moving or self.layer.incomplete or self.glass.incomplete or self._unsettled(camera.scale):
            self._trigger()
        self._schedule(world.due(), now)
        if self.after_first_frame is not None and Clock.frames_displayed > 0:
            done, self.after_first_frame = self.after_first_frame, None
            done()
        elif self.after_first_frame is not None:
            self._trigger()

    def settle(self) -> None:
        """Draws until every text stands at its right size, for a picture."""
        self._text_scale = self.world.desk.scene.camera.scale
        self._seen_scale = self._text_scale
        self.draw(monotonic())
        while self.layer.incomplete or self.glass.incomplete:
            self.draw(monotonic())

    def _settle_text(self, scale: float, now: float) -> float:
        """The scale that text is made for: it follows the zoom once that rests."""
        if self._text_scale == 0.0:
            self._text_scale = scale
        elif scale != self._seen_scale:
            self._zoomed_at = now
        elif scale != self._text_scale and now >= self._zoomed_at + TEXT_RESTS:
            self._text_scale = scale
        self._seen_scale = scale
        return self._text_scale

    _seen_scale = 0.0

    def _unsettled(self, scale: float) -> bool:
        return scale != self._text_scale

    def _show(self, layer: Layer, scene: Scene, frame: Frame, text_scale: float) -> None:
        camera = scene.camera
        layer.look(camera.x, camera.y, camera.scale, camera.density, camera.width, camera.height)
        if scene is self.world.desk.scene:
            table, rows = scene.table, frame.blocks if frame.blocks is not None else NOTHING
            self.blocks.look(camera, scene.palette.block)
            self.blocks.show(table.x[rows], table.y[rows], table.hw[rows], table.hh[rows])
        layer.show(frame.drawn, frame.places, detail_of(camera.zoom), text_scale)

    def _dress(self) -> None:
        """The window's own colour and title."""
        desk = self.world.desk
        colour = list(rgba(desk.palette.world))
        if list(Window.clearcolor) != colour:
            Window.clearcolor = colour
        if desk.notes.title != self._title:
            self._title = desk.notes.title
            Window.set_title(self._title)

    def _schedule(self, due: float | None, now: float) -> None:
        """A frame later on, for what changes by itself."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if due is not None:
            self._due = Clock.schedule_once(self._frame, max(0.0, due - now))

    # -- pointing

    def _down(self, y: float) -> float:
        return float(self.height - y)

    def on_touch_down(self, touch: Any) -> bool:
        editor = self.overlay.widget
        world = self.world
        x, y = touch.x, self._down(touch.y)
        modifiers = Window.modifiers
        button = getattr(touch, "button", None) if "button" in touch.profile else None
        if button in ("scrollup", "scrolldown", "scrollleft", "scrollright"):
            notches = {"scrolldown": (0, 1), "scrollup": (0, -1), "scrollleft": (-1, 0), "scrollright": (1, 0)}[button]
            world.hand.wheel(x, y, *notches, ctrl="ctrl" in modifiers, shift="shift" in modifiers)
            return True
        if editor is not None and button == "left" and editor.collide_point(*touch.pos):
            return bool(super().on_touch_down(touch))
        touch.grab(self)
        world.desk.now = monotonic()
        if button is None:
            world.hand.finger_down(touch.uid, x, y)
        else:
            world.hand.press(x, y, button, shift="shift" in modifiers, alt="alt" in modifiers)
        touch.ud["world"] = button or "finger"
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch)) if touch.ud.get("world") is None else True
        x, y = touch.x, self._down(touch.y)
        if touch.ud.get("world") == "finger":
            self.world.hand.finger_move(touch.uid, x, y)
        else:
            self.world.hand.move(x, y, alt="alt" in Window.modifiers)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch)) if touch.ud.get("world") is None else True
        touch.ungrab(self)
        x, y = touch.x, self._down(touch.y)
        self.world.desk.now = monotonic()
        if touch.ud.get("world") == "finger":
            self.world.hand.finger_up(touch.uid, x, y)
        else:
            self.world.hand.release(x, y, shift="shift" in Window.modifiers)
        return True

    def _hover(self, _window: Any, position: tuple[float, float]) -> None:
        hand = self.world.hand
        if hand.mode.value == "idle":
            self.world.desk.now = monotonic()
            before = hand.tip
            hand.hover(position[0], self._down(position[1]))
            if before != hand.tip or (hand.tip and hand.due() is None):
                self._trigger()

    def _left(self, *_: Any) -> None:
        desk = self.world.desk
        if desk.scene.hover or desk.glass.hover:
            desk.scene.hover = desk.glass.hover = None
            self._trigger()

    def _dropped(self, _window: Any, file: bytes | str, x: float, y: float, *_: Any) -> bool:
        """A file was dropped on the window; its place is counted from the top left."""
        world = self.world
        world.desk.now = monotonic()
        at = world.desk.scene.camera.to_world(x * Metrics.density, y * Metrics.density)
        world.desk.run("memory.drop", Call((Path(os.fsdecode(file)), at)))
        return True  # else the window goes on to an event of this name that Kivy has given up

    # -- typing

    def _key_down(self, _window: Any, code: int, _scan: int, text: str | None, modifiers: list[str]) -> bool:
        self._swallow = False
        name = key_name(code, text, modifiers)
        if name is None:
            return False
        self.world.desk.now = monotonic()
        used = self.world.keyboard.down(name)
        # The key's text must not land in an editor that the key itself has opened.
        self._swallow = used
        self._trigger()
        return used or self.world.desk.editing is None

    def _key_up(self, _window: Any, code: int, *_: Any) -> bool:
        self._swallow = False
        name = key_name(code, None, ())
        if name is not None:
            self.world.keyboard.up(name)
        return False

    def _text(self, _window: Any, _text: str) -> bool:
        swallow, self._swallow = self._swallow, False
        return swallow

    def _closing(self, *_: Any, **__: Any) -> bool:
        """The window's cross: the desk decides, and quits when nothing speaks against it."""
        self.world.desk.run("world.quit")
        return True
