"""The only file that talks to the bridge: the world's link over `uvm_core.bridge.client`.

The client has threads of its own; what they bring is put into a queue and carried out on the thread of the world, when
that calls `drain`.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from uvm_core.bridge import values as bridge_values
from uvm_core.bridge.client import BridgeError, Client
from uvm_core.bridge.endpoint import default_endpoint

from .model.link import Answer, LinkState, Listener, Refusal
from .model.values import MethodText, Ref

GONE = "The image's process is away; the world waits for it and goes on when it is back."
LIMIT = 60.0  # seconds that a call may take: a message may run long, and the model may be asked


class BridgeLink:
    """A link to the UVM at `endpoint`; `wake` asks the world's thread, from any thread, to call `drain`."""

    def __init__(self, endpoint: str, wake: Callable[[], None], limit: float = LIMIT) -> None:
        self.endpoint = endpoint
        self.wake = wake
        self.on_raise: Callable[[], None] = lambda: None
        self._client = Client(endpoint, timeout=limit)
        self._queue: deque[Callable[[], None]] = deque()
        self._open: set[Answer] = set()
        self._listener: Listener | None = None
        self._state = LinkState.CONNECTING
        self._closed = False
        self._thread = threading.get_ident()

    def open(self, listener: Listener) -> None:
        self._listener = listener
        self._thread = threading.get_ident()
        self._client.on_event(self._heard)

    def call(self, command: str, /, **fields: Any) -> Answer:
        answer = Answer()
        if self._closed or self._state is LinkState.DOWN:
            answer.settle(Refusal("link_down", GONE))
            return answer
        self._open.add(answer)
        try:
            future = self._client.submit(command, **{name: outward(value) for name, value in fields.items()})
        except (BridgeError, bridge_values.ValueRefused) as problem:
            self._settle(answer, Refusal(getattr(problem, "code", "unsendable"), str(problem)))
            return answer
        future.add_done_callback(lambda done: self._post(lambda: self._settle(answer, outcome_of(done))))
        return answer

    def drain(self) -> None:
        """Carries out what has come, on the thread of the world."""
        while self._queue:
            self._queue.popleft()()

    def close(self) -> None:
        self._closed = True
        self._client.close()
        self._queue.clear()
        self._lose()

    def _post(self, work: Callable[[], None]) -> None:
        self._queue.append(work)
        if not self._closed:
            self.wake()

    def _settle(self, answer: Answer, outcome: Mapping[str, Any] | Refusal) -> None:
        self._open.discard(answer)
        answer.settle(outcome)

    def _lose(self) -> None:
        for answer in list(self._open):
            self._settle(answer, Refusal("link_down", GONE))

    def _heard(self, event: dict[str, Any]) -> None:
        """An event, on the client's own thread."""
        self._post(lambda: self._event(event))

    def _event(self, event: dict[str, Any]) -> None:
        listener, kind = self._listener, event.get("event")
        if listener is None:
            return
        if kind == "connected":
            self._state = LinkState.UP
            listener.link_changed(LinkState.UP, "")
        elif kind == "disconnected":
            self._state = LinkState.DOWN
            self._lose()
            listener.link_changed(LinkState.DOWN, GONE)
        elif kind == "raise":
            self.on_raise()
        elif kind == "resync":
            listener.heard({"event": "gap"})
        elif kind != "closed":
            listener.heard(inward(event))


def ask_once(endpoint: str | None, image: Path, command: str) -> str | None:
    """Sends one command and waits for its answer; a sentence when that did not go well."""
    with Client(endpoint or endpoint_of(image), timeout=10.0) as client:
        try:
            client.call(command)
        except BridgeError as problem:
            return problem.message
    return None


def outcome_of(future: Future[dict[str, Any]]) -> Mapping[str, Any] | Refusal:
    """A finished call's reply, or why there is none."""
    problem = future.exception()
    if problem is None:
        reply: Mapping[str, Any] = inward(future.result())
        return reply
    if isinstance(problem, BridgeError):
        code = "link_down" if problem.code == "closed" else problem.code
        return Refusal(code, problem.message)
    return Refusal("broken", f"The answer could not be read: {problem}")


def inward(value: Any) -> Any:
    """A value of the bridge as the world's model has it."""
    if isinstance(value, bridge_values.Ref):
        return Ref(value.id, value.name)
    if isinstance(value, bridge_values.MethodSource):
        return value.source
    if isinstance(value, dict):
        return {inward(key): inward(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(inward(item) for item in value)
    return value


def outward(value: Any) -> Any:
    """A value of the world's model as the bridge carries it."""
    if isinstance(value, Ref):
        return bridge_values.Ref(value.id, value.name)
    if isinstance(value, MethodText):
        return bridge_values.MethodSource(value.source)
    if isinstance(value, dict):
        return {outward(key): outward(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(outward(item) for item in value)
    return value


def endpoint_of(image: Path) -> str:
    """Where the image's UVM listens: what it wrote down itself, else where it would."""
    written = image / "endpoint"
    try:
        text = written.read_text(encoding="utf-8").strip()
    except OSError:
        text = ""
    return text or default_endpoint(image)
