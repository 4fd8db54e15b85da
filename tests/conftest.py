"""What every test stands on: folders of its own, no screen, no network, repeatable Hypothesis runs."""

from __future__ import annotations

import faulthandler
import os
import shutil
import tempfile
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

# XDG_CACHE_HOME is missing on purpose: it holds the converted model, which takes 30 s to make and is checked by its
# hashes before each use, so that tests may share the user's.
PRIVATE_FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
HEADLESS = {
    "SDL_VIDEODRIVER": "offscreen",
    "SDL_AUDIODRIVER": "dummy",
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_CLIPBOARD": "dummy",
    "HF_HUB_OFFLINE": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}

_home = pytest.StashKey[Path]()

settings.register_profile("batos", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("batos"), derandomize=True)


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment before any test module, and with it Kivy or platformdirs, is imported."""
    faulthandler.enable()
    # Short, because the path of a socket below it may have 107 bytes at most.
    home = Path(tempfile.mkdtemp(prefix="batos-"))
    config.stash[_home] = home
    # Threads of a UVM log also between two tests, where nothing captures it: pytest's own lines stay readable.
    structlog.configure(logger_factory=structlog.WriteLoggerFactory((home / "log").open("w", buffering=1)))
    for name in PRIVATE_FOLDERS:
        folder = home / name.split("_")[1].lower()
        folder.mkdir(mode=0o700)
        os.environ[name] = str(folder)
    os.environ.update(HEADLESS)
    os.environ["KIVY_HOME"] = str(home / "kivy")
    os.environ.pop("BATOS_IMAGE", None)
    settings.load_profile("ci" if os.environ.get("CI") else "batos")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_home], ignore_errors=True)


@pytest.fixture
def image_dir(tmp_path: Path) -> Path:
    """Where a test's image goes; nothing is there yet."""
    return tmp_path / "image"
