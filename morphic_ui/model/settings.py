"""What the window keeps over a restart: where one looked, how large, light or dark. It is no part of the image."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(slots=True)
class Settings:
    """One window's view of one image."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 0.0  # 0: nobody has looked yet
    width: int = 1280
    height: int = 800
    dark: bool = False
    still: bool = False
    welcome: bool = False  # the card with three things to try has not been put away
    welcome_x: float = 0.0
    welcome_y: float = 0.0


def load(file: Path) -> Settings:
    """What was kept; the defaults where there is nothing that can be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(found, dict):
        return Settings()
    start = Settings()
    for field in fields(Settings):
        value, default = found.get(field.name), getattr(start, field.name)
        if isinstance(default, bool):
            good = isinstance(value, bool)
        else:
            good = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
        if good:
            setattr(start, field.name, type(default)(value))
    start.width, start.height = max(320, start.width), max(240, start.height)
    return start


def save(file: Path, settings: Settings) -> bool:
    """Keeps it, whole or not at all; False when the place cannot be written."""
    beside = file.with_suffix(f".{os.getpid()}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(asdict(settings)), encoding="utf-8")
        beside.replace(file)
    except OSError:
        return False
    return True
