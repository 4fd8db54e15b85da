"""What Kivy must be told before it is imported, and whether there is a screen at all."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

NO_SCREEN = (
    "There is no screen to open the world on. `batos serve` keeps the image at work without one,"
    " `batos picture FILE.png` draws the world into a file."
)


def has_screen(environment: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """True when a window can be opened here, as far as that can be known beforehand."""
    env = os.environ if environment is None else environment
    if env.get("SDL_VIDEODRIVER") == "offscreen":
        return True
    if not platform.startswith("linux"):
        return True
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def prepare(offscreen: bool = False) -> None:
    """Sets Kivy's environment: its own directory below ours, no files in the home, our arguments left alone."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    os.environ.setdefault("KIVY_HOME", str(Path(cache) / "batos" / "kivy"))
    os.environ.setdefault("KIVY_NO_ARGS", "1")
    os.environ.setdefault("KIVY_NO_FILELOG", "1")
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    Path(os.environ["KIVY_HOME"]).mkdir(parents=True, exist_ok=True)
    if offscreen:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
        os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
        os.environ.setdefault("KIVY_CLIPBOARD", "dummy")


def configure(width: int, height: int) -> None:
    """Kivy's own settings; must come before its window is imported."""
    from kivy.config import Config

    # Two samples, the default, double the cost of every shape; the shader smooths its edges itself.
    Config.set("graphics", "multisamples", "0")
    Config.set("graphics", "width", str(width))
    Config.set("graphics", "height", str(height))
    Config.set("graphics", "minimum_width", "480")
    Config.set("graphics", "minimum_height", "320")
    Config.set("input", "mouse", "mouse,disable_multitouch")
    Config.set("kivy", "exit_on_escape", "0")
