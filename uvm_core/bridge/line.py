"""One connection of a client: a DEALER socket with a name of its own, and the rules for asking again."""

from __future__ import annotations

import itertools
import os
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import zmq

from uvm_core.bridge.endpoint import is_tcp
from uvm_core.bridge.keys import ClientKeys
from uvm_core.bridge.protocol import MAX_MESSAGE, MAX_PART_BACKSTOP, BridgeError
from uvm_core.bridge.values import ValueRefused, pack, unpack

_LONGEST_WAIT = 250  # milliseconds of one wait; one number, since setting it costs as much as receiving
_NOBLOCK = int(zmq.NOBLOCK)
_EVENT = struct.Struct("=Hi")
ASK_AGAIN = 2.0
"""Seconds without an answer after which a request is sent once more; the pause doubles each time."""


class Line:
    """Used by one thread at a time. Closing it drops what has not been sent."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], endpoint: str, keys: ClientKeys | None) -> None:
        self.socket: zmq.Socket[bytes] = context.socket(zmq.DEALER)
        # The name outlives a reconnection, so that the server can tell a request asked again from a new one. The first
        # byte must not be zero: such names are ZeroMQ's own.
        self._name = b"b" + os.urandom(11)
        self._numbers = itertools.count(1)
        socket = self.socket
        socket.setsockopt(zmq.ROUTING_ID, self._name)
        socket.setsockopt(zmq.LINGER, 0)
        socket.setsockopt(zmq.SNDHWM, 1000)
        socket.setsockopt(zmq.RCVHWM, 1000)
        socket.setsockopt(zmq.MAXMSGSIZE, MAX_PART_BACKSTOP)
        socket.setsockopt(zmq.RECONNECT_IVL, 50)
        socket.setsockopt(zmq.RECONNECT_IVL_MAX, 500)
        if is_tcp(endpoint):
            socket.setsockopt(zmq.IPV6, int("[" in endpoint))
            socket.setsockopt(zmq.HEARTBEAT_IVL, 5_000)
            socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, 15_000)
        if keys is not None:
            socket.setsockopt(zmq.CURVE_SERVERKEY, keys.server)
            socket.setsockopt(zmq.CURVE_PUBLICKEY, keys.public)
            socket.setsockopt(zmq.CURVE_SECRETKEY, keys.secret)
        self._endpoint = endpoint
        self._waits = -1
        self.instance: str | None = None  # of the server that answered a ping here

    def connect(self) -> None:
        self.socket.connect(self._endpoint)

    def next_id(self) -> int:
        return next(self._numbers)

    def send(self, data: bytes) -> bool:
        """False: the queue is full, because nobody takes anything at the other end."""
        try:
            self.socket.send(data, _NOBLOCK)
        except zmq.Again:
            return False
        return True

    def receive(self) -> dict[str, Any] | None:
        """The next message that has come, or None."""
        return self._receive(_NOBLOCK)

    def wait(self, seconds: float) -> dict[str, Any] | None:
        """The next message, or None if none comes in that time (or a little sooner)."""
        milliseconds = max(1, min(int(seconds * 1000), _LONGEST_WAIT))
        if milliseconds != self._waits:
            self.socket.setsockopt(zmq.RCVTIMEO, milliseconds)
            self._waits = milliseconds
        return self._receive(0)

    def _receive(self, flags: int) -> dict[str, Any] | None:
        try:
            frame = self.socket.recv(flags, False)
        except zmq.Again:
            return None
        while frame.more:  # an empty frame before the message
            frame = self.socket.recv(flags, False)
        message = unpack(frame.bytes, max_bytes=None, max_depth=None)
        return message if type(message) is dict else {}

    def close(self) -> None:
        self.socket.close(0)


def request_bytes(
    command: str,
    request_id: int,
    fields: Mapping[str, Any],
    *,
    age: float | None = None,
    instance: str | None = None,
) -> bytes:
    """The packed request; with its age when it is sent once more. Raises BridgeError for what cannot be sent."""
    message: dict[str, Any] = {"command": command, "id": request_id, **fields}
    if age is not None:
        message["retry"] = age
        message["instance"] = instance
    try:
        data = pack(message)
    except ValueRefused as refusal:
        raise BridgeError("unsendable", str(refusal)) from None
    if len(data) > MAX_MESSAGE:
        words = f"The message would have {len(data):,} bytes; at most {MAX_MESSAGE:,} can be sent."
        raise BridgeError("too_large", words)
    return data


def checked(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply as the UVM's handler gave it, unless it is a refusal: then a BridgeError."""
    del reply["id"]
    if "object_id" in reply:
        reply["id"] = reply.pop("object_id")
    if reply.get("status") == "error":
        raise BridgeError(str(reply.get("code", "error")), str(reply.get("message", "")), reply)
    return reply


def no_answer(seconds: float) -> BridgeError:
    return BridgeError("no_answer", f"The UVM did not answer within {seconds:g} seconds.")


def closed() -> BridgeError:
    return BridgeError("closed", "The connection to the UVM has been closed.")


def monitor_events(monitor: zmq.Socket[bytes]) -> Iterator[tuple[int, int]]:
    """What a socket's monitor has to tell now: (event, value), in libzmq's own format of 2 and 4 bytes.

    pyzmq's reader of these does the same and imports asyncio, which takes longer than all the rest here.
    """
    while True:
        try:
            parts = monitor.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return
        yield _EVENT.unpack(parts[0])


class Lines:
    """The idle lines of a client; each call takes one and gives it back."""

    def __init__(self, endpoint: str, keys: ClientKeys | None) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._endpoint = endpoint
        self._keys = keys
        self._idle: list[Line] = []
        self._lock = threading.Lock()
        self._closed = False

    def take(self) -> Line:
        with self._lock:
            if self._closed:
                raise closed()
            if self._idle:
                return self._idle.pop()
        line = Line(self.context, self._endpoint, self._keys)
        line.connect()
        return line

    def give_back(self, line: Line) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(line)
                return
        line.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()


def exchange(line: Line, command: str, fields: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Sends a request and waits for its reply, asking again while there is time. Raises BridgeError."""
    begun = time.monotonic()
    if line.instance is None:
        # Whom one speaks with must be known before: after a restart nobody could tell whether a request was lost.
        line.instance = str(_asked(line, "ping", {}, begun, seconds)["instance"])
    reply = _asked(line, command, fields, begun, seconds)
    if reply.get("code") == "unknown_outcome":
        line.instance = None
    return reply


def _asked(line: Line, command: str, fields: Mapping[str, Any], begun: float, seconds: float) -> dict[str, Any]:
    request_id = line.next_id()
    pause = ASK_AGAIN
    sent = line.send(request_bytes(command, request_id, fields))
    again = time.monotonic() + pause
    while True:
        now = time.monotonic()
        if now >= begun + seconds:
            raise no_answer(seconds)
        if now >= again:
            age = now - begun if sent else None
            sent = line.send(request_bytes(command, request_id, fields, age=age, instance=line.instance)) or sent
            pause *= 2
            again = now + pause
        message = line.wait(min(begun + seconds, again) - now)
        if message is not None and message.get("id") == request_id:
            return message  # any other is the late answer to something given up
