"""The window's life: it opens, follows the link, keeps its settings, closes; or it draws one picture."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Protocol

from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window

from ..desk.build import World, build
from ..model.link import Link, LinkState
from ..model.settings import Settings, load, save
from ..model.theme import DARK
from .fonts import FontMeasurer
from .picture import pixels, write_png
from .widget import WorldWidget

PICTURE_LIMIT = 30.0  # seconds until the world must stand


class Drained(Link, Protocol):
    """A link whose news is carried out when the world's thread asks for it."""

    on_raise: Callable[[], None]

    def drain(self) -> None: ...


class App:
    """One window over one link."""

    def __init__(
        self, make_link: Callable[[Callable[[], None]], Drained], *, dark: bool | None, state_file: Path | None,
        title: str,
    ) -> None:  # fmt: skip
        self._drain = Clock.create_trigger(self._drain_now, 0)
        self.link = make_link(self._drain)
        self.state_file = state_file
        self.settings = load(state_file) if state_file is not None else Settings()
        wants_dark = self.settings.dark if dark is None else dark
        self.world: World = build(self.link, FontMeasurer(), dark=wants_dark)
        self.world.desk.notes.image = title
        self.world.desk.quit = self.close
        self.world.session.stage.remembered = self.settings
        self.world.desk.scene.motion.still = self.world.desk.glass.motion.still = self.settings.still
        self.widget = WorldWidget(self.world)
        Window.add_widget(self.widget)
        Window.raise_window()
        self.link.on_raise = self._raise

    def _raise(self) -> None:
        """Somebody opened this world a second time: here it is."""
        Window.restore()
        Window.raise_window()

    def _drain_now(self, _dt: float) -> None:
        # News is dated when it comes: the last frame may be long ago.
        self.world.desk.now = monotonic()
        self.link.drain()

    def run(self) -> None:
        """Until the window is closed."""
        self.world.open()
        try:
            runTouchApp()
        finally:
            self._keep()
            self.widget.detach()
            self.link.close()

    def close(self) -> None:
        stopTouchApp()

    def _keep(self) -> None:
        """Keeps where one looked for the next time."""
        if self.state_file is None:
            return
        camera, desk = self.world.desk.scene.camera, self.world.desk
        width, height = Window.size
        welcome = self.world.session.stage.welcome_at
        at = welcome or (0.0, 0.0)
        kept = Settings(
            camera.x, camera.y, camera.zoom, int(width), int(height), desk.palette is DARK, desk.scene.motion.still,
            welcome is not None, *at,
        )  # fmt: skip
        save(self.state_file, kept)

    # -- pictures

    def until(self, condition: Callable[[], bool], limit: float) -> bool:
        """Runs the window until something holds; False when it takes longer than `limit` seconds."""
        end = monotonic() + limit
        while not condition():
            if monotonic() > end:
                return False
            EventLoop.idle()
        return True

    def picture(self, file: Path) -> int:
        """Draws the world into a file; the exit status of the program."""
        EventLoop.start()
        self.world.open()
        desk = self.world.desk
        if not self.until(lambda: desk.notes.link is LinkState.UP and self.world.session.stands, PICTURE_LIMIT):
            sys.stderr.write("The image did not answer in time; no picture was drawn.\n")
            return 1
        bounds = desk.scene.table.bounds()
        if bounds is not None:
            desk.scene.camera.fit(bounds, margin=48)
        desk.wake()
        self.widget.settle()
        EventLoop.idle()
        width, height = Window.size
        Window.dispatch("on_draw")
        write_png(file, pixels(int(width), int(height)))
        self.link.close()
        return 0
