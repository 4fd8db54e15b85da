"""The line between a UVM and its supervisor: a socket on which the UVM says how it is, one JSON object a line.

`{"event": "waking" | "ready" | "beat" | "stopping" | "failed", "message"?, "endpoint"?}`. The supervisor says nothing;
when its end closes, the UVM knows that it is alone and ends.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable

BEAT = 1.0
"""Seconds between two beats."""


class ControlLine:
    """The UVM's end. Safe to use from any thread. Without a descriptor (no supervisor) it does nothing."""

    def __init__(self, descriptor: int | None) -> None:
        self._socket = None if descriptor is None else socket.socket(fileno=descriptor)
        if self._socket is not None:
            self._socket.set_inheritable(False)
            self._socket.settimeout(None)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._lost: Callable[[], None] | None = None

    def waking(self, message: str) -> None:
        """What takes its time before the UVM is ready, in words."""
        self._say({"event": "waking", "message": message})

    def ready(self, endpoint: str) -> None:
        self._say({"event": "ready", "endpoint": endpoint})

    def stopping(self) -> None:
        self._say({"event": "stopping"})

    def failed(self, message: str) -> None:
        """Why the UVM cannot serve the image, in a plain sentence; it ends after it."""
        self._say({"event": "failed", "message": message})

    def start_beating(self, on_alone: Callable[[], None], *, every: float = BEAT) -> None:
        """Beats from a Python thread, so that code that holds the interpreter silences it.

        `on_alone` is called once, from that thread, when the supervisor has gone.
        """
        if self._socket is None:
            return
        self._lost = on_alone
        threading.Thread(target=self._beat, args=(every,), name="heartbeat", daemon=True).start()

    def close(self) -> None:
        self._closing.set()
        if self._socket is not None:
            self._socket.close()

    def _beat(self, every: float) -> None:
        while not self._closing.wait(every):
            if not self._say({"event": "beat"}):
                if self._lost is not None and not self._closing.is_set():
                    self._lost()
                return

    def _say(self, words: dict[str, str]) -> bool:
        if self._socket is None:
            return False
        try:
            with self._lock:
                self._socket.sendall(json.dumps(words).encode() + b"\n")
        except OSError:  # the supervisor has gone, or this end is closed
            return False
        return True
