"""Sending to clients that may be slow, or gone: never waits, never fails."""

from __future__ import annotations

from collections import deque
from typing import Any

import zmq

Route = tuple[bytes, bool]
"""A client's routing id, and whether it puts an empty frame before its message (REQ sockets do)."""

_HELD_REPLIES = 256  # kept for a client that does not read them
# Plain numbers: combining pyzmq's flags makes a new object every time.
_NOBLOCK = int(zmq.NOBLOCK)
_NOBLOCK_MORE = int(zmq.NOBLOCK | zmq.SNDMORE)


class Outlet:
    """The sending side of the router; used by the bridge's thread alone."""

    def __init__(self, log: Any) -> None:
        self.socket: zmq.Socket[bytes] | None = None
        self._log = log
        self._held: dict[bytes, deque[tuple[Route, bytes]]] = {}

    @property
    def holds(self) -> bool:
        """Whether replies wait for clients whose queues are full."""
        return bool(self._held)

    def send(self, route: Route, data: bytes) -> None:
        """Sends a reply, or keeps it until the client's queue has room, in the order of the replies."""
        held = self._held.get(route[0])
        if held is None:
            if self.try_send(route, data) is not False:
                return
            held = self._held[route[0]] = deque()
        if len(held) >= _HELD_REPLIES:
            held.popleft()
            self._log.warning("reply_lost", reason="the client does not read its replies")
        held.append((route, data))

    def try_send(self, route: Route, data: bytes) -> bool | None:
        """True: sent. False: the client's queue is full. None: the client has gone."""
        socket = self.socket
        if socket is None:
            return None
        try:
            socket.send(route[0], _NOBLOCK_MORE)
            if route[1]:
                socket.send(b"", _NOBLOCK_MORE)
            socket.send(data, _NOBLOCK)
        except zmq.Again:
            return False
        except zmq.ZMQError as problem:
            if problem.errno not in (zmq.EHOSTUNREACH, zmq.ETERM):
                self._log.warning("reply_lost", reason=str(problem))
            return None
        return True

    def send_held(self) -> None:
        """Tries again."""
        for client, held in list(self._held.items()):
            while held and self.try_send(*held[0]) is not False:
                held.popleft()
            if not held:
                del self._held[client]
