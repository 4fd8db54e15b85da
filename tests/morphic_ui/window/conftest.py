"""One window for all tests of this folder; without a display or offscreen driver they are skipped with a word."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

# Mesa's software renderer and triton, which the model's libraries load, each bring an LLVM. Triton's ends the process
# when it is loaded after Mesa's; the world never loads it, but tests of the model follow these in one process.
with contextlib.suppress(ImportError):
    import triton  # noqa: F401


@pytest.fixture(scope="session")
def window() -> Any:
    from morphic_ui.view.environment import configure

    configure(1280, 800)
    from kivy.base import EventLoop
    from kivy.core.window import Window

    if Window is None:
        pytest.skip("no window can be opened here: the graphics driver is missing")
    EventLoop.start()
    return Window


@pytest.fixture
def robot(window: Any) -> Iterator[Any]:
    del window
    from .robot import Robot

    one = Robot()
    yield one
    one.close()
