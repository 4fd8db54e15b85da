"""Kivy's environment for every test of the world: an offscreen window, nothing in the home directory."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("KIVY_CLIPBOARD", "dummy")
os.environ.setdefault("KIVY_NO_ARGS", "1")
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_HOME", os.path.join(tempfile.gettempdir(), f"batos-kivy-{os.getuid()}"))
os.makedirs(os.environ["KIVY_HOME"], exist_ok=True)
