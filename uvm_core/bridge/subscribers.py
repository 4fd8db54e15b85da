"""Who gets the events. Events are numbered per client; one that does not keep up sees a hole and must resync."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from uvm_core.bridge.outlet import Route
from uvm_core.bridge.values import pack

# `{"status": "event", "number": n, "event": …}` is put together from parts: the event is packed once for everybody.
_HEAD = b"\x83" + pack("status") + pack("event") + pack("number")
_EVENT = pack("event")


@dataclass(slots=True)
class _Subscriber:
    route: Route
    number: int = 0
    lost: int = 0


class Subscribers:
    """`send(route, data)` answers True (sent), False (the client's queue is full) or None (it has gone)."""

    def __init__(self, send: Callable[[Route, bytes], bool | None]) -> None:
        self._send = send
        self._by_client: dict[bytes, _Subscriber] = {}
        self.lagging = False

    def __len__(self) -> int:
        return len(self._by_client)

    def add(self, client: bytes, route: Route) -> None:
        """Begins at number 1, also for a client that had subscribed before."""
        self._by_client[client] = _Subscriber(route)

    def remove(self, client: bytes) -> None:
        self._by_client.pop(client, None)

    def publish(self, packed_event: bytes | None) -> None:
        """Sends the event under each client's next number; None: events were lost before they came here."""
        for client, subscriber in list(self._by_client.items()):
            subscriber.number += 1
            if subscriber.lost:
                subscriber.lost += 1  # nothing before it knows that it must resync
                continue
            if packed_event is None:
                subscriber.lost = 1
                self.lagging = True
                continue
            sent = self._send(subscriber.route, _HEAD + pack(subscriber.number) + _EVENT + packed_event)
            if sent is None:
                self.remove(client)
            elif not sent:
                subscriber.lost = 1
                self.lagging = True

    def tell_lagging(self) -> None:
        """Tells those that lost events to resync, as soon as their queues have room."""
        self.lagging = False
        for client, subscriber in list(self._by_client.items()):
            if not subscriber.lost:
                continue
            notice = pack({"event": "resync", "lost": subscriber.lost})
            sent = self._send(subscriber.route, _HEAD + pack(subscriber.number + 1) + _EVENT + notice)
            if sent:
                subscriber.number += 1
                subscriber.lost = 0
            elif sent is None:
                self.remove(client)
            else:
                self.lagging = True
