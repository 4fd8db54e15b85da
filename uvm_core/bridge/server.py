"""The UVM's end of the bridge: one thread, one ZeroMQ loop. It checks and routes; it never works and never waits.

Replies and events may come from any thread: they are packed there, put into a queue and the loop is woken.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import structlog
import zmq

from uvm_core.bridge import endpoint as places
from uvm_core.bridge.keys import Admission, ServerKeys
from uvm_core.bridge.line import monitor_events
from uvm_core.bridge.memory import Known, ReplyMemory
from uvm_core.bridge.outlet import Outlet, Route
from uvm_core.bridge.protocol import (
    MAX_MESSAGE,
    MAX_PART_BACKSTOP,
    MAX_PARTS,
    MAX_REPLY,
    BridgeError,
    Retry,
    check,
    error_reply,
    id_of,
)
from uvm_core.bridge.subscribers import Subscribers
from uvm_core.bridge.values import ValueRefused, pack, unpack

_NOBLOCK = int(zmq.NOBLOCK)
_MOST_PER_TURN = 256  # messages taken before replies of other threads get their turn
_HELD_TURN = 50  # milliseconds between two tries to reach a client whose queue is full
_EVENT_BYTES = 32 << 20  # of events that wait for the loop; what is more is lost, and said to be
_LOST = b""
_LAST_WORDS = 300  # milliseconds that closing may spend on replies already given, the one to `stop` among them


class Request:
    """One checked request. `reply` may be called later and from any thread, once."""

    __slots__ = ("_once", "_route", "_server", "client", "command", "fields", "id")

    def __init__(
        self, server: BridgeServer, route: Route, request_id: int | str | None, command: str, fields: dict[str, Any]
    ) -> None:
        self.client = route[0]
        self.id = request_id
        self.command = command
        self.fields = fields
        self._server = server
        self._route = route
        self._once = threading.Lock()

    def reply(self, reply: Mapping[str, Any]) -> None:
        """Answers with `{"status", …}`; the id is added here. Raises RuntimeError on a second answer."""
        if not self._once.acquire(blocking=False):
            raise RuntimeError(f"The request {self.command} has been answered already.")
        self._server._answer(self, self._route, reply)


class BridgeServer:
    """Serves `endpoint`; `handle` gets every checked request, on the bridge's thread.

    `on_last_left` is called on the bridge's thread when no client is connected any more. The image lock must be held
    before `start`: binding takes over whatever socket file lies there.
    """

    def __init__(
        self,
        endpoint: str,
        handle: Callable[[Request], None],
        *,
        curve: ServerKeys | None = None,
        on_last_left: Callable[[], None] | None = None,
    ) -> None:
        self.endpoint = places.checked_endpoint(endpoint)
        if places.is_tcp(self.endpoint) and curve is None:
            raise places.EndpointRefused(
                "A tcp endpoint is served with CURVE keys only: a plain one would take commands from anybody."
            )
        self._handle = handle
        self._curve = curve
        self._on_last_left = on_last_left
        self._log = structlog.get_logger("bridge")
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._outbox: deque[tuple[Route | None, bytes]] = deque()
        self._events_lock = threading.Lock()
        self._event_bytes = 0  # in the outbox
        self._events_lost = False
        self._outlet = Outlet(self._log)
        self._subscribers = Subscribers(self._outlet.try_send)
        self._memory = ReplyMemory()
        self._connections: set[int] = set()  # file numbers
        self._had_client = False
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._pipe_lock = threading.Lock()
        self._pipe_open = True
        self._woken = False
        self._stopping = False
        self._closed = False
        self._started = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="bridge", daemon=True)

    # ---- for the UVM, from any thread

    def start(self) -> None:
        """Binds and serves; `endpoint` is then the real one (a port `*` has become a number)."""
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def close(self) -> None:
        """Sends what has been answered, closes the socket and removes its file. May be called twice."""
        if self._closed:
            return
        self._stopping = True
        if self._thread.is_alive():
            self._wake()
            if threading.get_ident() != self._thread.ident:
                self._thread.join()
        self._closed = True

    @property
    def clients(self) -> int:
        """How many clients are connected."""
        return len(self._connections)

    def publish(self, event: Mapping[str, Any]) -> None:
        """Sends the event to every subscriber; never waits. Raises ValueRefused if it cannot travel."""
        if not self._subscribers:
            return
        data = pack(dict(event))
        if len(data) > MAX_REPLY:
            raise ValueRefused(f"An event of {len(data):,} bytes cannot be sent; at most {MAX_REPLY:,} can.")
        with self._events_lock:
            full = self._event_bytes + len(data) > _EVENT_BYTES
            if full and self._events_lost:
                return
            self._events_lost = full
            data = _LOST if full else data
            self._event_bytes += len(data)
            self._outbox.append((None, data))
        if not self._woken:
            self._wake()

    # ---- handing over

    def _answer(self, request: Request, route: Route, reply: Mapping[str, Any]) -> None:
        data = self._packed(request.id, request.command, reply)
        if request.id is not None:
            self._memory.answered((request.client, request.id), data)
        self._hand_over(route, data)

    def _packed(self, request_id: int | str | None, command: str, reply: Mapping[str, Any]) -> bytes:
        try:
            data = pack(_with_id(request_id, reply))
        except ValueRefused as refusal:
            self._log.error("reply_unsendable", command=command, reason=str(refusal))
            words = f"It was done, but the answer cannot travel: {refusal}"
            return pack(_with_id(request_id, error_reply("unsendable", words)))
        if len(data) <= MAX_REPLY:
            return data
        words = f"It was done, but the answer has {len(data):,} bytes; at most {MAX_REPLY:,} can be sent."
        return pack(_with_id(request_id, error_reply("too_large", words)))

    def _hand_over(self, route: Route, data: bytes) -> None:
        if threading.get_ident() == self._thread.ident:
            self._outlet.send(route, data)
            return
        self._outbox.append((route, data))
        if not self._woken:
            self._wake()

    def _wake(self) -> None:
        self._woken = True
        with self._pipe_lock:
            if self._pipe_open:
                with contextlib.suppress(BlockingIOError):  # a full pipe has woken the loop already
                    os.write(self._wake_write, b"w")

    def _close_pipe(self) -> None:
        """Under the lock: a late reply must never write into a file that has got the same number since."""
        with self._pipe_lock:
            self._pipe_open = False
            os.close(self._wake_read)
            os.close(self._wake_write)

    # ---- the loop

    def _run(self) -> None:
        router: zmq.Socket[bytes] = self._context.socket(zmq.ROUTER)
        admission: Admission | None = None
        monitor: zmq.Socket[bytes] | None = None
        try:
            try:
                admission = self._prepare(router)
                monitor = router.get_monitor_socket(
                    zmq.EVENT_ACCEPTED | zmq.EVENT_HANDSHAKE_SUCCEEDED | zmq.EVENT_DISCONNECTED
                )
                self._bind(router)
                self._outlet.socket = router
            except (zmq.ZMQError, places.EndpointRefused, OSError) as problem:
                self._failure = (
                    problem if not isinstance(problem, zmq.ZMQError) else _bind_refusal(self.endpoint, problem)
                )
                return
            finally:
                self._started.set()
            self._log.info("bridge_open", endpoint=self.endpoint, curve=self._curve is not None)
            self._serve(router, monitor, admission)
        finally:
            if monitor is not None:
                router.disable_monitor()
                monitor.close(0)
            router.close(_LAST_WORDS)
            if admission is not None:
                admission.close()
            self._context.term()
            self._close_pipe()
            self._remove_socket_file()

    def _prepare(self, router: zmq.Socket[bytes]) -> Admission | None:
        router.setsockopt(zmq.LINGER, 0)
        router.setsockopt(zmq.ROUTER_MANDATORY, 1)
        router.setsockopt(zmq.ROUTER_HANDOVER, 1)  # a client that reconnects keeps its name
        router.setsockopt(zmq.SNDHWM, 1000)
        router.setsockopt(zmq.RCVHWM, 1000)
        router.setsockopt(zmq.MAXMSGSIZE, MAX_PART_BACKSTOP)
        router.setsockopt(zmq.HANDSHAKE_IVL, 10_000)
        if self._curve is None:
            return None
        router.setsockopt(zmq.HEARTBEAT_IVL, 5_000)
        router.setsockopt(zmq.HEARTBEAT_TIMEOUT, 15_000)
        admission = Admission(self._context, self._curve, self._log)
        router.setsockopt(zmq.CURVE_SERVER, 1)
        router.setsockopt(zmq.CURVE_SECRETKEY, self._curve.secret)
        router.setsockopt(zmq.ZAP_DOMAIN, b"batos")
        return admission

    def _bind(self, router: zmq.Socket[bytes]) -> None:
        if places.is_tcp(self.endpoint):
            router.setsockopt(zmq.IPV6, int("[" in self.endpoint))
            router.bind(self.endpoint)
            self.endpoint = _text_of(router.getsockopt(zmq.LAST_ENDPOINT))
            return
        before = os.umask(0o077)
        try:
            router.bind(self.endpoint)
        finally:
            os.umask(before)

    def _remove_socket_file(self) -> None:
        if self._failure is None and not places.is_tcp(self.endpoint):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.endpoint.removeprefix("ipc://"))

    def _serve(self, router: zmq.Socket[bytes], monitor: zmq.Socket[bytes], admission: Admission | None) -> None:
        poller = zmq.Poller()
        poller.register(router, zmq.POLLIN)
        poller.register(monitor, zmq.POLLIN)
        poller.register(self._wake_read, zmq.POLLIN)
        if admission is not None:
            poller.register(admission.socket, zmq.POLLIN)
        while True:
            waiting = self._outlet.holds or self._subscribers.lagging
            ready = poller.poll(_HELD_TURN if waiting else None)
            for source, _ in ready:
                if source is router:
                    self._take(router)
                elif source is monitor:
                    self._count(monitor)
                elif source == self._wake_read:
                    self._drain_wakes()
                elif admission is not None:
                    admission.answer()
            self._drain_outbox()
            if waiting:
                self._outlet.send_held()
                self._subscribers.tell_lagging()
            if self._stopping:
                return

    def _take(self, router: zmq.Socket[bytes]) -> None:
        # Frames know whether more follows; asking the socket costs as much again as receiving.
        receive = router.recv
        for _ in range(_MOST_PER_TURN):
            try:
                client = receive(_NOBLOCK)
            except zmq.Again:
                return
            parts: list[bytes] = []
            count, size = 1, 0
            more = True
            while more:
                frame = receive(0, False)
                more = frame.more
                count += 1
                size += len(frame)
                if count <= MAX_PARTS and size <= MAX_MESSAGE:
                    parts.append(frame.bytes)
            self._receive(client, parts, count, size)

    def _receive(self, client: bytes, parts: list[bytes], count: int, size: int) -> None:
        envelope = bool(parts) and not parts[0] and count > 2
        route = (client, envelope)
        message: Any = None
        try:
            if size > MAX_MESSAGE:
                words = f"The message has {size:,} bytes; at most {MAX_MESSAGE:,} are taken."
                raise BridgeError("too_large", words)
            if count > MAX_PARTS:
                raise BridgeError("too_many_parts", f"The message has {count} parts; at most {MAX_PARTS} are taken.")
            if len(parts) != 1 + envelope:
                raise BridgeError("malformed", "A request is one message part.")
            try:
                message = unpack(parts[-1])
            except ValueRefused as refusal:
                raise BridgeError("malformed", str(refusal)) from None
            command, request_id, retry, fields = check(message)
            if command.once and request_id is not None and not self._first_time((client, request_id), route, retry):
                return
        except BridgeError as error:
            self._outlet.send(route, pack(_with_id(id_of(message), error.reply)))
            return
        self._act(Request(self, route, request_id, command.name, fields))

    def _first_time(self, key: tuple[bytes, int | str], route: Route, retry: Retry | None) -> bool:
        """Whether a command that must not be done twice is to be done now; else it is answered from memory."""
        known, data = self._memory.begin(key, retry)
        if known is Known.NEW:
            return True
        if known is Known.ANSWERED and data is not None:
            self._outlet.send(route, data)
        elif known is Known.FORGOTTEN:
            raise BridgeError(
                "unknown_outcome",
                "The UVM was restarted while this was under way, so it is not known whether it was done."
                " Look, and send it again if it was not.",
            )
        return False  # under way: the answer to the first request is the answer

    def _act(self, request: Request) -> None:
        if request.command == "ping":
            request.reply({"status": "ok", "instance": self._memory.instance})
        elif request.command == "subscribe":
            self._subscribers.add(request.client, request._route)
            request.reply({"status": "ok", "number": 0})
        elif request.command == "unsubscribe":
            self._subscribers.remove(request.client)
            request.reply({"status": "ok"})
        else:
            try:
                self._handle(request)
            except Exception:  # noqa: BLE001 -- the border: one bad request must not end the bridge
                self._log.exception("request_failed", command=request.command)
                with contextlib.suppress(RuntimeError):  # answered before it failed
                    request.reply(
                        error_reply("internal", f"{request.command} failed inside the UVM; its log says why.")
                    )

    # ---- sending

    def _drain_wakes(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while len(os.read(self._wake_read, 4096)) == 4096:
                pass
        # Only now, and before the outbox is looked at: a byte written after this is still in the pipe, and whoever saw
        # the mark and wrote none has put its message there before.
        self._woken = False

    def _drain_outbox(self) -> None:
        outbox = self._outbox
        for _ in range(len(outbox)):
            route, data = outbox.popleft()
            if route is None:
                with self._events_lock:
                    self._event_bytes -= len(data)
                self._subscribers.publish(data or None)
            else:
                self._outlet.send(route, data)

    # ---- who is there

    def _count(self, monitor: zmq.Socket[bytes]) -> None:
        for event, value in monitor_events(monitor):
            if event == zmq.EVENT_ACCEPTED:
                self._connections.add(value)
            elif event == zmq.EVENT_DISCONNECTED:
                self._connections.discard(value)
            else:
                self._had_client = True
        # Somebody who only looked whether the socket is open was no client.
        if self._had_client and not self._connections:
            self._had_client = False
            if self._on_last_left is not None:
                self._on_last_left()


def _with_id(request_id: int | str | None, reply: Mapping[str, Any]) -> dict[str, Any]:
    """The reply with the request's id. A reply that names an object by `id` keeps it under `object_id`."""
    if request_id is None:
        return dict(reply)
    return {**reply, "object_id": reply["id"], "id": request_id} if "id" in reply else {"id": request_id, **reply}


def _bind_refusal(endpoint: str, problem: Exception) -> places.EndpointRefused:
    if isinstance(problem, places.EndpointRefused):
        return problem
    words = getattr(problem, "strerror", None) or str(problem)
    return places.EndpointRefused(f"The endpoint {endpoint} cannot be opened: {words}.")


def _text_of(option: int | bytes) -> str:
    return option.rstrip(b"\0").decode() if isinstance(option, bytes) else str(option)
