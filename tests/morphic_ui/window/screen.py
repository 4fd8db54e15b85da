"""A screen of its own for one test: Xvfb on a free display, and what its windows are called and show, by libX11."""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import subprocess
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from ctypes.util import find_library
from time import monotonic

LIMIT = 25.0  # seconds after which something that does not come about is given up
Z_PIXMAP, ALL_PLANES, CLIENT_MESSAGE = 2, ctypes.c_ulong(-1).value, 33


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent, as long as an XEvent."""

    _fields_ = (
        ("type", c_int), ("serial", c_ulong), ("send_event", c_int), ("display", c_void_p), ("window", c_ulong),
        ("message_type", c_ulong), ("format", c_int), ("data", c_long * 5), ("rest", c_long * 24),
    )  # fmt: skip


class TextProperty(ctypes.Structure):
    """XTextProperty: a window's title in whatever encoding it was set."""

    _fields_ = (("value", c_char_p), ("encoding", c_ulong), ("format", c_int), ("length", c_ulong))


def why_not() -> str | None:
    """Why no screen can be made here; None when one can."""
    if shutil.which("Xvfb") is None:
        return "Xvfb is not installed"
    return None if find_library("X11") else "libX11 is not installed"


class Screen:
    """An X server that belongs to this test."""

    def __init__(self, width: int = 1280, height: int = 800) -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as said:
            # The server itself chooses a display that is free, and says which.
            self.name = f":{said.readline().strip()}"
        library = find_library("X11")
        assert library is not None
        self._x = x = ctypes.CDLL(library)
        for name, result in (("XOpenDisplay", c_void_p), ("XDefaultRootWindow", c_ulong), ("XInternAtom", c_ulong),
                             ("XGetImage", c_void_p), ("XGetPixel", c_ulong)):  # fmt: skip
            getattr(x, name).restype = result
        self._display = c_void_p(x.XOpenDisplay(self.name.encode()))
        assert self._display, "the screen does not answer"
        self._root = c_ulong(x.XDefaultRootWindow(self._display))

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)
        self._server.terminate()
        self._server.wait()

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Looks again and again until something holds."""
        end = monotonic() + LIMIT
        while not condition():
            assert monotonic() < end, f"{what} did not come about"
            select.select([self._x.XConnectionNumber(self._display)], [], [], 0.05)

    def titles(self) -> dict[str, int]:
        """The titles of the windows, and the windows."""
        root, parent, children, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
        self._x.XQueryTree(self._display, self._root, byref(root), byref(parent), byref(children), byref(count))
        found = {}
        for number in range(count.value):
            name = TextProperty()
            if self._x.XGetWMName(self._display, c_ulong(children[number]), byref(name)) and name.value:
                found[name.value.decode()] = int(children[number])
        return found

    def colours(self, x: int, y: int, width: int, height: int) -> set[int]:
        """The colours on a part of the screen."""
        image = c_void_p(
            self._x.XGetImage(self._display, self._root, x, y, width, height, c_ulong(ALL_PLANES), Z_PIXMAP)
        )
        points = ((column, row) for row in range(height) for column in range(width))
        found = {int(self._x.XGetPixel(image, *point)) & 0xFFFFFF for point in points}
        self._x.XDestroyImage(image)
        return found

    def press_cross(self, window: int) -> None:
        """What a window manager sends when its cross is pressed."""
        message = ClientMessage(type=CLIENT_MESSAGE, window=window, format=32)
        message.message_type = self._x.XInternAtom(self._display, b"WM_PROTOCOLS", 0)
        message.data[0] = self._x.XInternAtom(self._display, b"WM_DELETE_WINDOW", 0)
        self._x.XSendEvent(self._display, c_ulong(window), 0, c_long(0), byref(message))
        self._x.XFlush(self._display)
