"""The other end of the bridge, for the window and the commands. Imports neither the database nor torch."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, Self

from uvm_core.bridge.channel import Channel
from uvm_core.bridge.keys import ClientKeys
from uvm_core.bridge.line import Line, Lines, checked, closed, exchange
from uvm_core.bridge.protocol import BridgeError

__all__ = ["BridgeError", "Client"]


class Client:
    """Talks to the UVM at `endpoint`; for tcp with `keys`. Every method may be called from any thread.

    A request that gets no answer is sent again, with its age, until `timeout` seconds are over; the server does not do
    it twice. Connections come back by themselves when a UVM is started again.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        timeout: float = 10.0,
        keys: ClientKeys | None = None,
        on_event: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.timeout = timeout
        self._keys = keys
        self._lines = Lines(endpoint, keys)
        self._listeners: list[Callable[[dict[str, Any]], None]] = []
        self._channel: Channel | None = None
        self._lock = threading.Lock()
        self._closed = False
        if on_event is not None:
            self.on_event(on_event)

    def call(self, command: str, /, **fields: Any) -> dict[str, Any]:
        """The reply with status ok or dispatched. Raises BridgeError: refused, or no answer in time."""
        return self.call_within(self.timeout, command, **fields)

    def call_within(self, seconds: float, command: str, /, **fields: Any) -> dict[str, Any]:
        """As `call`, with a time limit of its own."""
        line = self._lines.take()
        try:
            reply = exchange(line, command, fields, seconds)
        except BaseException:
            line.close()  # what has not been sent is dropped: nothing is done behind the back of who gave up
            raise
        self._lines.give_back(line)
        return checked(reply)

    def submit(self, command: str, /, **fields: Any) -> Future[dict[str, Any]]:
        """As `call`, but answered later; requests go out in the order of the calls.

        The future's callbacks run on the client's own thread and must be short.
        """
        return self._open_channel().submit(command, fields, self.timeout)

    def on_event(self, listener: Callable[[dict[str, Any]], None]) -> None:
        """Subscribes; `listener` gets every event on the client's own thread and must be short.

        Besides the image's own events: `connected`, `disconnected`, and `resync` when events may be missing.
        """
        # Before the channel is opened: it may connect at once, and that is the first thing a listener is to hear.
        with self._lock:
            self._listeners = [*self._listeners, listener]
        self._open_channel().subscribe()

    def events(self) -> Iterator[dict[str, Any]]:
        """Subscribes and yields events until the client is closed."""
        waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.on_event(waiting.put)
        while True:
            event = waiting.get()
            if event.get("event") == "closed":
                return
            yield event

    def close(self) -> None:
        """Ends the connections; requests that wait fail with the code `closed`. May be called twice."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            channel = self._channel
        if channel is not None:
            channel.close()
        self._lines.close()
        self._tell({"event": "closed"})
        self._lines.context.destroy(linger=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_channel(self) -> Channel:
        with self._lock:
            if self._closed:
                raise closed()
            if self._channel is None:
                self._channel = Channel(self._new_line, self._tell)
            return self._channel

    def _new_line(self) -> Line:
        return Line(self._lines.context, self.endpoint, self._keys)

    def _tell(self, event: dict[str, Any]) -> None:
        for listener in self._listeners:
            listener(event)
