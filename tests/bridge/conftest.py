"""Servers on real sockets for the tests of the bridge."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ormsgpack
import pytest
import zmq

from uvm_core.bridge.client import Client
from uvm_core.bridge.server import BridgeServer, Request

WAIT = 10.0  # seconds: the bound of every wait in these tests, never reached when all is well


def answer(request: Request) -> None:
    """What the servers of these tests do: enough to see every way an answer can take."""
    match request.command:
        case "status":
            request.reply({"status": "ok", "result": "here"})
        case "dispatch_message":
            request.reply({"status": "ok", "result": request.fields["args"]})
        case "objects":
            threading.Thread(target=request.reply, args=({"status": "ok", "result": [1, 2]},)).start()
        case "new_object":
            request.reply({"status": "ok", "id": 77, "edit": 1})
        case "inspect":
            raise ValueError("a handler that fails")
        case _:
            request.reply({"status": "error", "code": "refused", "message": "Not here."})


class Doors:
    """Starts servers and clients, and closes them at the end."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._number = 0

    def server(self, handle: Callable[[Request], None] = answer, *, endpoint: str = "", **more: Any) -> BridgeServer:
        self._number += 1
        server = BridgeServer(endpoint or f"ipc://{self._folder}/{self._number}", handle, **more)
        server.start()
        self._stack.callback(server.close)
        return server

    def client(self, endpoint: str, **more: Any) -> Client:
        client = Client(endpoint, **{"timeout": WAIT, **more})
        self._stack.callback(client.close)
        return client

    def socket(self, kind: int, endpoint: str) -> Bare:
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        socket = context.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        self._stack.callback(context.term)
        self._stack.callback(socket.close)
        socket.connect(endpoint)
        return Bare(socket)


class Bare:
    """A socket as somebody else's program would use it: pyzmq and ormsgpack, nothing of the project."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.socket = socket

    def ask(self, message: Any) -> dict[str, Any]:
        return self.ask_bytes(ormsgpack.packb(message))

    def ask_bytes(self, *parts: bytes) -> dict[str, Any]:
        self.socket.send_multipart(parts)
        return self.answer()

    def answer(self) -> dict[str, Any]:
        assert self.socket.poll(int(WAIT * 1000)), "no answer"
        reply = ormsgpack.unpackb(self.socket.recv_multipart()[-1])
        assert isinstance(reply, dict)
        return reply


@pytest.fixture
def doors() -> Iterator[Doors]:
    with contextlib.ExitStack() as stack:
        # Not below pytest's own folders: a socket's path may have 107 bytes.
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-"))
        yield Doors(Path(folder), stack)


def until(condition: Callable[[], bool]) -> None:
    """Waits, bounded, until the condition holds."""
    wait = threading.Event()
    for _ in range(int(WAIT / 0.01)):
        if condition():
            return
        wait.wait(0.01)
    raise AssertionError("it did not become true")
