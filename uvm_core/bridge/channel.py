"""A client's second connection: requests answered by futures, and the events of the image.

One thread sends in the order of the calls and receives everything. A hole in the numbers of the events, and every
reconnection, come to `on_event` as `{"event": "resync"}`; so do `{"event": "disconnected"}` and `{"event":
"connected"}`.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import zmq

from uvm_core.bridge.line import ASK_AGAIN, Line, checked, closed, monitor_events, no_answer, request_bytes
from uvm_core.bridge.protocol import BridgeError

OnEvent = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class _Asked:
    future: Future[dict[str, Any]]
    command: str
    fields: Mapping[str, Any]
    begun: float
    seconds: float
    again: float
    pause: float
    instance: str | None = None  # of the server that it was first sent to


class Channel:
    def __init__(self, make_line: Callable[[], Line], on_event: OnEvent) -> None:
        self._make_line = make_line
        self._on_event = on_event
        self._outbox: deque[_Asked] = deque()
        self._asked: dict[int, _Asked] = {}
        self._subscribed = False
        self._wanted = False
        self._number = 0
        self._ping_id: int | None = None
        self._instance: str | None = None
        self._connected_before = False
        self._stopping = False
        self._lock = threading.Lock()
        self._pipe_open = True
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._thread = threading.Thread(target=self._run, name="bridge client", daemon=True)
        self._thread.start()

    def submit(self, command: str, fields: Mapping[str, Any], seconds: float) -> Future[dict[str, Any]]:
        now = time.monotonic()
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            if self._stopping:
                raise closed()
            self._outbox.append(_Asked(future, command, fields, now, seconds, now + ASK_AGAIN, ASK_AGAIN))
        self._wake()
        return future

    def subscribe(self) -> None:
        self._wanted = True
        self._wake()

    def close(self) -> None:
        with self._lock:
            self._stopping = True
        self._wake()
        if threading.get_ident() != self._thread.ident:
            self._thread.join()

    def _wake(self) -> None:
        with self._lock:
            if self._pipe_open:
                with contextlib.suppress(BlockingIOError):  # a full pipe has woken the thread already
                    os.write(self._wake_write, b"w")

    # ---- the thread

    def _run(self) -> None:
        line = self._make_line()
        monitor = line.socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED)
        line.connect()
        poller = zmq.Poller()
        poller.register(line.socket, zmq.POLLIN)
        poller.register(monitor, zmq.POLLIN)
        poller.register(self._wake_read, zmq.POLLIN)
        try:
            while not self._stopping:
                poller.poll(self._patience())
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
                self._notice(line, monitor)
                if self._wanted and not self._subscribed:
                    self._ask_for_events(line)
                self._send_all(line)
                self._receive_all(line)
                self._ask_again(line)
        finally:
            line.socket.disable_monitor()
            monitor.close(0)
            line.close()
            with self._lock:
                self._stopping = True
                self._pipe_open = False
                os.close(self._wake_read)
                os.close(self._wake_write)
                left = [*self._asked.values(), *self._outbox]
            for asked in left:
                _fail(asked.future, closed())

    def _patience(self) -> int | None:
        times = [min(asked.again, asked.begun + asked.seconds) for asked in self._asked.values()]
        times += [asked.begun + asked.seconds for asked in self._outbox]
        if not times:
            return None
        next_time = min(times)
        return max(1, int((next_time - time.monotonic()) * 1000))

    def _notice(self, line: Line, monitor: zmq.Socket[bytes]) -> None:
        for event, _ in monitor_events(monitor):
            if event == zmq.EVENT_DISCONNECTED:
                self._on_event({"event": "disconnected"})
                continue
            self._ping_id = line.next_id()
            line.send(request_bytes("ping", self._ping_id, {}))
            self._on_event({"event": "connected"})
            if self._connected_before and self._wanted:
                self._ask_for_events(line)
                self._on_event({"event": "resync"})
            self._connected_before = True

    def _ask_for_events(self, line: Line) -> None:
        self._number = 0
        self._subscribed = line.send(request_bytes("subscribe", line.next_id(), {}))

    def _send_all(self, line: Line) -> None:
        # Whom one speaks with must be known before: after a restart nobody could tell whether a request was lost.
        if self._instance is None:
            self._give_up_waiting()
            return
        while self._outbox:
            asked = self._outbox.popleft()
            if not asked.future.set_running_or_notify_cancel():
                continue
            number = line.next_id()
            try:
                data = request_bytes(asked.command, number, asked.fields)
            except BridgeError as error:
                _fail(asked.future, error)
                continue
            asked.instance = self._instance
            self._asked[number] = asked
            line.send(data)

    def _give_up_waiting(self) -> None:
        """Nobody has been reached yet: what has waited long enough fails."""
        now = time.monotonic()
        for asked in list(self._outbox):
            if now >= asked.begun + asked.seconds:
                self._outbox.remove(asked)
                _fail(asked.future, no_answer(asked.seconds))

    def _receive_all(self, line: Line) -> None:
        while (message := line.receive()) is not None:
            if message.get("status") == "event":
                self._event(message)
                continue
            number = message.get("id", 0)
            if number == self._ping_id:
                self._instance = str(message["instance"])
                self._send_all(line)
                continue
            asked = self._asked.pop(number, None)
            if asked is None:
                continue
            try:
                asked.future.set_result(checked(message))
            except BridgeError as error:
                _fail(asked.future, error)

    def _event(self, message: dict[str, Any]) -> None:
        number = message["number"]
        if number != self._number + 1 and message["event"].get("event") != "resync":
            self._on_event({"event": "resync", "lost": number - self._number - 1})
        self._number = number
        self._on_event(message["event"])

    def _ask_again(self, line: Line) -> None:
        now = time.monotonic()
        for number, asked in list(self._asked.items()):
            if now >= asked.begun + asked.seconds:
                del self._asked[number]
                _fail(asked.future, no_answer(asked.seconds))
            elif now >= asked.again:
                asked.pause *= 2
                asked.again = now + asked.pause
                age = now - asked.begun
                line.send(request_bytes(asked.command, number, asked.fields, age=age, instance=asked.instance))


def _fail(future: Future[dict[str, Any]], error: BridgeError) -> None:
    if not future.done():
        future.set_exception(error)
