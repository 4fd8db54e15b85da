"""One HTTP request and its reply, which can be stopped at any moment: while connecting, waiting or reading.

The request runs in a daemon thread, since neither the resolving of a name nor a read can be interrupted in the thread
that waits for it. Whoever asks takes what comes from a queue and looks at `cancel` meanwhile. Stopping shuts the socket
down, which ends a read in any thread and tells the server that nobody waits for the rest.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from uvm_core.cognition.engines.engine import Cancelled, EngineUnavailable
from uvm_core.cognition.engines.server_address import ServerAddress
from uvm_core.cognition.engines.server_keys import Key

BODY_BYTES = 4 << 20
_LOOK = 0.05  # seconds between two looks at `cancel`
_WAITING = 64  # pieces that may lie in the queue before the reading thread waits


@dataclass(frozen=True)
class Timeouts:
    """Seconds. `first`: until a server begins to answer, which may have to load its model; `idle`: silence in the
    middle of an answer; `quiet_end`: silence after the server has said why it ended; `longest_pause`: what a server
    may ask to wait for; `again`: before the second try after a fault of the server's."""

    connect: float = 5.0
    probe: float = 5.0
    first: float = 300.0
    idle: float = 60.0
    quiet_end: float = 2.0
    whole: float = 1800.0
    longest_pause: float = 10.0
    again: float = 0.3


@dataclass(frozen=True)
class _Head:
    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Ended:
    pass


@dataclass
class _Talk:
    """What the two threads share."""

    stopped: threading.Event = field(default_factory=threading.Event)
    items: queue.Queue[_Head | bytes | _Ended | Exception] = field(default_factory=lambda: queue.Queue(_WAITING))
    lock: threading.Lock = field(default_factory=threading.Lock)
    sockets: list[socket.socket] = field(default_factory=list)

    def put(self, item: _Head | bytes | _Ended | Exception) -> None:
        while not self.stopped.is_set():
            with contextlib.suppress(queue.Full):
                self.items.put(item, timeout=_LOOK)
                return

    def heard(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx's trace: takes hold of the socket as soon as there is one."""
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        found = info["return_value"].get_extra_info("socket")
        with self.lock:
            self.sockets.append(found)
            late = self.stopped.is_set()
        if late:
            _shut(found)

    def stop(self) -> None:
        with self.lock:
            self.stopped.set()
            sockets = list(self.sockets)
        for one in sockets:
            _shut(one)


class Reply:
    """A reply whose head has come. `patience` is how many seconds its next piece may take."""

    def __init__(self, wire: Wire, talk: _Talk, cancel: threading.Event | None, patience: float) -> None:
        self._wire, self._talk, self._cancel = wire, talk, cancel
        self._until = time.monotonic() + wire.timeouts.whole
        self._begun = False
        self.patience = patience
        head = self._next()
        assert isinstance(head, _Head)
        self.status = head.status
        self.headers = head.headers
        self._begun = True
        self.patience = min(patience, wire.timeouts.idle)
        coding = self.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("", "identity"):
            raise EngineUnavailable(f"{wire.who} packs its answers ({coding[:20]!r}), though it was asked not to.")

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes. Errors: EngineUnavailable, Cancelled."""
        while isinstance(item := self._next(), bytes):
            yield item

    def body(self) -> str:
        """The whole body, undecodable bytes replaced. Errors: EngineUnavailable above BODY_BYTES, Cancelled."""
        found = bytearray()
        for piece in self.pieces():
            found += piece
            if len(found) > BODY_BYTES:
                raise EngineUnavailable(f"{self._wire.who} sent an answer of more than four megabytes. It was let go.")
        return found.decode("utf-8", "replace")

    def _next(self) -> _Head | bytes | _Ended:
        deadline = min(time.monotonic() + self.patience, self._until)
        while True:
            if self._cancel is not None and self._cancel.is_set():
                raise Cancelled
            left = deadline - time.monotonic()
            if left <= 0:
                raise EngineUnavailable(self._silence())
            try:
                item = self._talk.items.get(timeout=min(left, _LOOK))
            except queue.Empty:
                continue
            if isinstance(item, Exception):
                raise EngineUnavailable(self._wire.sentence(item, self._begun)) from item
            return item

    def _silence(self) -> str:
        if time.monotonic() >= self._until:
            return f"{self._wire.who} did not come to an end within {self._wire.timeouts.whole:g} seconds."
        if not self._begun:
            return f"{self._wire.who} did not answer within {self.patience:g} seconds. See whether it is busy or hangs."
        return f"{self._wire.who} went silent in the middle of its answer for {self.patience:g} seconds. Try again."


class Wire:
    """The way to one server. Requests share nothing, so that a stopped one cannot harm the next."""

    def __init__(self, address: ServerAddress, key: Key, timeouts: Timeouts) -> None:
        self.who = f"The server at {address.where}"
        self.timeouts = timeouts
        self._address = address
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "batos", **key.headers()}
        # A proxy is the way to the internet; it must not catch what is meant for this machine or the network at hand.
        self._by_proxy = not (address.loopback or address.private)
        self._tls: ssl.SSLContext | None = None

    @contextlib.contextmanager
    def request(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        cancel: threading.Event | None = None,
        patience: float | None = None,
    ) -> Iterator[Reply]:
        """Ask and give the reply once its head is there; the connection is closed at the block's end.

        `patience` seconds until the head comes, instead of the usual. Errors: EngineUnavailable, Cancelled.
        """
        if cancel is not None and cancel.is_set():
            raise Cancelled
        talk = _Talk()
        thread = threading.Thread(target=self._run, args=(talk, method, url, body), name="server", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise EngineUnavailable(f"{self.who} could not be asked: {error}.") from error
        try:
            yield Reply(self, talk, cancel, self.timeouts.first if patience is None else patience)
        finally:
            talk.stop()

    def _run(self, talk: _Talk, method: str, url: str, body: bytes | None) -> None:
        limits = self.timeouts
        longest = max(limits.first, limits.idle, limits.probe)
        timeout = httpx.Timeout(longest, connect=limits.connect)
        headers = self._headers if body is None else {**self._headers, "Content-Type": "application/json"}
        try:
            with (
                httpx.Client(verify=self._context(), trust_env=self._by_proxy, timeout=timeout) as client,
                client.stream(
                    method,
                    url,
                    content=body,
                    headers=headers,
                    follow_redirects=False,
                    extensions={"trace": talk.heard},
                ) as response,
            ):
                talk.put(_Head(response.status_code, response.headers))
                # Raw: unpacking could make gigabytes of a few kilobytes.
                for piece in response.iter_raw():
                    talk.put(piece)
                    if talk.stopped.is_set():
                        return
            talk.put(_Ended())
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits for the reply
            talk.put(error)

    def _context(self) -> ssl.SSLContext:
        if self._address.scheme != "https":
            # Never used, and reading the certificates of the world takes a while.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._tls is None:
            self._tls = httpx.create_ssl_context()
        return self._tls

    def sentence(self, error: Exception, begun: bool) -> str:
        """What went wrong on the way, and what to do. `begun`: a part of the answer had come."""
        chain = list(_chain(error))
        where, host = self._address.where, self._address.host
        if (tls := next((one for one in chain if isinstance(one, ssl.SSLError)), None)) is not None:
            return f"No encrypted connection to {where} could be made: {_reason(tls)}. See whether it speaks https."
        if any(isinstance(one, socket.gaierror) for one in chain):
            return f"The host {host} was not found. See whether its name is right and the network is there."
        if any(isinstance(one, ConnectionRefusedError) for one in chain):
            return f"Nobody listens at {where}. Start the server there, or give its right address."
        if isinstance(error, httpx.ConnectTimeout):
            return f"{host} could not be reached within {self.timeouts.connect:g} seconds. See whether it is on."
        if isinstance(error, httpx.TimeoutException):
            return f"{self.who} went silent. See whether it is busy or hangs."
        if isinstance(error, httpx.ConnectError | httpx.ProxyError):
            return f"{host} could not be reached: {_reason(chain[-1])}."
        if begun:
            return f"{self.who} broke off in the middle of its answer. See whether it still runs, and try again."
        if isinstance(error, httpx.RemoteProtocolError | httpx.NetworkError):
            return f"{self.who} hung up without an answer. See whether it is the right address and still runs."
        return f"{self.who} could not be asked ({type(error).__name__})."


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError, ValueError):
        one.shutdown(socket.SHUT_RDWR)


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    seen: set[int] = set()
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def _reason(error: BaseException) -> str:
    words = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or str(error) or type(error).__name__
    return " ".join(str(words).split())[:160].rstrip(".")
