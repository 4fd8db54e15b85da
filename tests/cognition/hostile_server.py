"""A server on loopback that answers chats as a test wants it to: well, badly, or not at all."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from uvm_core.cognition.engines.engine import Ask, EngineUnavailable
from uvm_core.cognition.engines.server_engine import ServerEngine, Timeouts

HELLO = Ask([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}])
SCHEMA = {
    "type": "object",
    "properties": {"count": {"type": "integer"}},
    "required": ["count"],
    "additionalProperties": False,
}
COUNT = HELLO.but(json_schema=SCHEMA)
QUICK = Timeouts(first=0.3, idle=0.3, probe=5.0, quiet_end=0.1, again=0.0)
PATIENT = Timeouts(first=1000.0, idle=1000.0, again=0.0)

MODELS = {"object": "list", "data": [{"id": "tiny", "object": "model"}]}
DONE = b"data: [DONE]\n\n"


class Call(BaseHTTPRequestHandler):
    """One request, and the ways to answer it."""

    protocol_version = "HTTP/1.1"
    server: Hostile
    sent: dict[str, Any]

    def log_message(self, format: str, *args: Any) -> None:
        del format, args

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        # One answer a connection: its end is the end of a stream.
        self.close_connection = True
        length = int(self.headers.get("content-length") or 0)
        self.sent = json.loads(self.rfile.read(length)) if length else {}
        path = self.path.partition("?")[0]
        self.server.calls.append(self)
        answer = self.server.routes.get(path)
        with contextlib.suppress(ConnectionError):
            if answer is None:
                self.reply({"error": "not found"}, status=404)
            elif isinstance(answer, Mapping):
                self.reply(answer)
            else:
                answer(self)

    def reply(self, body: Any, *, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """A whole answer; a body of bytes goes as it is."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.head(status=status, kind=kind, **{"Content-Length": str(len(data))}, **headers)
        self.wfile.write(data)

    def head(self, *, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        """The head of an answer whose body ends with the connection."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.flush()

    def stream(self, *pieces: bytes) -> None:
        self.head()
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()

    def wait_for_hanging_up(self) -> None:
        """Say nothing more until whoever asked is gone."""
        self.server.waiting.set()
        with contextlib.suppress(OSError):
            while self.connection.recv(64):
                pass
        self.server.hung_up.set()


Answer = Callable[[Call], None] | Mapping[str, Any]


class Hostile(ThreadingHTTPServer):
    """`routes` maps a path to what answers it; a path without one is a 404."""

    daemon_threads = True

    def __init__(self, chat: Answer | None = None, **routes: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.calls: list[Call] = []
        self.waiting, self.hung_up = threading.Event(), threading.Event()
        self.routes: dict[str, Answer] = {"/v1/models": MODELS}
        if chat is not None:
            self.routes["/v1/chat/completions"] = chat
        self.routes |= {"/" + name.replace("_", "/"): answer for name, answer in routes.items()}
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies of the questions that came."""
        return [call.sent for call in self.calls if call.path == "/v1/chat/completions"]

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


Serve = Callable[..., Hostile]


def engine_of(server: Hostile, timeouts: Timeouts = PATIENT, **more: Any) -> ServerEngine:
    return ServerEngine(server.address, timeouts=timeouts, **more)


def problem_of(server: Hostile, ask: Ask = HELLO, timeouts: Timeouts = PATIENT, **more: Any) -> str:
    """The sentence with which an ask fails."""
    with pytest.raises(EngineUnavailable) as caught:
        engine_of(server, timeouts, **more).generate(ask)
    words = str(caught.value)
    assert words.endswith(".")
    return words


def event(row: Any) -> bytes:
    return b"data: " + json.dumps(row).encode() + b"\n\n"


def piece(text: Any, finish: str | None = None, **more: Any) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}], **more})


def ending(finish: str = "stop") -> bytes:
    return event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})


def says(*texts: str, finish: str = "stop") -> Callable[[Call], None]:
    """Streams the texts."""
    return lambda call: call.stream(*map(piece, texts), ending(finish), DONE)


def whole(text: Any, finish: str = "stop", **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "message": {"content": text}, "finish_reason": finish}], **more}


def in_turn(*answers: Answer) -> Callable[[Call], None]:
    """Each answer once, the last one ever after."""
    given = iter(range(10**6))

    def answer(call: Call) -> None:
        chosen = answers[min(next(given), len(answers) - 1)]
        if isinstance(chosen, Mapping):
            call.reply(chosen)
        else:
            chosen(call)

    return answer


def refuses(status: int, body: Any = None, **headers: str) -> Callable[[Call], None]:
    return lambda call: call.reply({"error": {"message": "no"}} if body is None else body, status=status, **headers)
