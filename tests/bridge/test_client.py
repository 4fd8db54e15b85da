"""The client: answers, refusals, time limits, asking again, events, servers that come and go."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from uvm_core.bridge.client import BridgeError, Client
from uvm_core.bridge.protocol import MAX_MESSAGE
from uvm_core.bridge.server import Request
from uvm_core.bridge.values import Ref

from .conftest import WAIT, Doors, until


def send(client: Client, *args: Any) -> dict[str, Any]:
    return client.call("dispatch_message", target_oid="o", message_name="m", args=list(args))


def test_an_answer_is_the_handlers_reply(doors: Doors) -> None:
    client = doors.client(doors.server().endpoint)
    assert send(client, 1, (2,), {3}, Ref(4, "x"), b"5", None) == {
        "status": "ok",
        "result": [1, (2,), {3}, Ref(4, "x"), b"5", None],
    }


def test_the_id_of_a_new_object_is_not_mistaken_for_the_requests(doors: Doors) -> None:
    client = doors.client(doors.server().endpoint)
    assert client.call("new_object") == {"status": "ok", "id": 77, "edit": 1}
    assert client.submit("new_object").result(WAIT) == {"status": "ok", "id": 77, "edit": 1}


def test_a_refusal_is_raised_with_code_and_sentence(doors: Doors) -> None:
    client = doors.client(doors.server().endpoint)
    with pytest.raises(BridgeError, match="Not here") as refused:
        client.call("undo")
    assert refused.value.code == "refused"
    assert refused.value.reply["status"] == "error"


def test_many_threads_use_one_client(doors: Doors) -> None:
    client = doors.client(doors.server().endpoint)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: send(client, number)["result"], range(400)))
    assert results == [[number] for number in range(400)]


def test_submitted_requests_are_done_in_order(doors: Doors) -> None:
    done: list[Any] = []

    def handle(request: Request) -> None:
        done.append(request.fields["args"][0])
        request.reply({"status": "ok", "result": request.fields["args"]})

    client = doors.client(doors.server(handle).endpoint)
    futures = [
        client.submit("dispatch_message", target_oid="o", message_name="m", args=[number]) for number in range(200)
    ]
    assert [future.result(WAIT)["result"] for future in futures] == [[number] for number in range(200)]
    assert done == list(range(200))


def test_what_cannot_be_sent_is_refused_here(doors: Doors) -> None:
    client = doors.client(doors.server().endpoint)
    with pytest.raises(BridgeError) as refused:
        send(client, object())
    assert refused.value.code == "unsendable"
    with pytest.raises(BridgeError) as refused:
        send(client, "x" * MAX_MESSAGE)
    assert refused.value.code == "too_large"
    with pytest.raises(BridgeError):
        client.submit("inspect", target_oid=object()).result(WAIT)
    assert send(client, 1)["result"] == [1]


def test_nobody_there_is_an_error_after_the_time_limit(doors: Doors) -> None:
    client = doors.client("ipc:///nowhere/at/all", timeout=0.2)
    with pytest.raises(BridgeError, match=r"0\.2 seconds") as refused:
        client.call("status")
    assert refused.value.code == "no_answer"
    with pytest.raises(BridgeError):
        client.submit("status").result(WAIT)


def test_a_request_given_up_is_not_done_later(doors: Doors) -> None:
    seen: list[Any] = []
    server = doors.server(lambda request: seen.append(request.fields.get("args")))
    endpoint = server.endpoint
    server.close()
    client = doors.client(endpoint, timeout=0.2)
    with pytest.raises(BridgeError):
        send(client, "lost")

    def handle(request: Request) -> None:
        seen.append(request.fields.get("args"))
        request.reply({"status": "ok"})

    doors.server(handle, endpoint=endpoint)
    client.call_within(WAIT, "dispatch_message", target_oid="o", message_name="m", args=["later"])
    assert seen == [["later"]]


def test_a_client_finds_the_server_that_comes_after_it(doors: Doors) -> None:
    first = doors.server()
    endpoint = first.endpoint
    client = doors.client(endpoint)
    assert client.call("status")["result"] == "here"
    first.close()
    waiting = client.submit("status")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.call, "status")
        doors.server(endpoint=endpoint)
        assert asked.result(WAIT)["result"] == "here"
    assert waiting.result(WAIT)["result"] == "here"


class Forgetful:
    """A server whose handler does not answer the first time it is asked."""

    def __init__(self) -> None:
        self.seen: list[Request] = []

    def __call__(self, request: Request) -> None:
        self.seen.append(request)


@pytest.fixture
def quick_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvm_core.bridge.line.ASK_AGAIN", 0.05)
    monkeypatch.setattr("uvm_core.bridge.channel.ASK_AGAIN", 0.05)


@pytest.mark.usefixtures("quick_retry")
def test_an_edit_that_is_asked_for_again_is_done_once(doors: Doors) -> None:
    forgetful = Forgetful()
    server = doors.server(forgetful)
    client = doors.client(server.endpoint)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.call, "clone_object", target_oid="o")
        until(lambda: server._memory.retries >= 2)
        assert len(forgetful.seen) == 1
        forgetful.seen[0].reply({"status": "ok", "id": 5})
        assert asked.result(WAIT) == {"status": "ok", "id": 5}
    assert len(forgetful.seen) == 1


@pytest.mark.usefixtures("quick_retry")
def test_a_look_that_is_asked_for_again_is_done_again(doors: Doors) -> None:
    forgetful = Forgetful()
    client = doors.client(doors.server(forgetful).endpoint)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.call, "status")
        until(lambda: len(forgetful.seen) >= 2)
        forgetful.seen[-1].reply({"status": "ok"})
        assert asked.result(WAIT) == {"status": "ok"}


@pytest.mark.usefixtures("quick_retry")
@pytest.mark.parametrize("how", ["call", "submit"])
def test_after_a_restart_nobody_pretends_to_know_whether_an_edit_was_done(doors: Doors, how: str) -> None:
    forgetful = Forgetful()
    server = doors.server(forgetful)
    endpoint = server.endpoint
    client = doors.client(endpoint)
    with ThreadPoolExecutor(1) as pool:
        if how == "call":
            asked = pool.submit(client.call, "clone_object", target_oid="o")
        else:
            asked = client.submit("clone_object", target_oid="o")
        until(lambda: bool(forgetful.seen))
        server.close()
        after = Forgetful()
        doors.server(after, endpoint=endpoint)
        with pytest.raises(BridgeError, match="not known whether") as refused:
            asked.result(WAIT)
    assert refused.value.code == "unknown_outcome"
    assert not after.seen


def test_closing_fails_what_waits(doors: Doors) -> None:
    client = doors.client(doors.server(Forgetful()).endpoint)
    waiting = client.submit("status")
    client.close()
    client.close()
    with pytest.raises(BridgeError) as refused:
        waiting.result(WAIT)
    assert refused.value.code == "closed"
    with pytest.raises(BridgeError):
        client.call("status")


def test_events_arrive_in_order_and_numbered(doors: Doors) -> None:
    server = doors.server()
    events: list[dict[str, Any]] = []
    client = doors.client(server.endpoint, on_event=events.append)
    until(lambda: len(server._subscribers) == 1)
    for number in range(100):
        server.publish({"event": "tick", "n": number})
    until(lambda: len([e for e in events if e["event"] == "tick"]) == 100)
    assert [event["n"] for event in events if event["event"] == "tick"] == list(range(100))
    assert {event["event"] for event in events} == {"connected", "tick"}
    assert client.call("status")["result"] == "here"


def test_events_are_an_iterator_too(doors: Doors) -> None:
    server = doors.server()
    client = doors.client(server.endpoint)
    seen: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: seen.extend(client.events()))
    thread.start()
    until(lambda: len(server._subscribers) == 1)
    server.publish({"event": "tick"})
    until(lambda: any(event["event"] == "tick" for event in seen))
    client.close()
    thread.join(WAIT)
    assert not thread.is_alive()


def test_events_from_many_threads_have_no_hole(doors: Doors) -> None:
    server = doors.server()
    events: list[dict[str, Any]] = []
    doors.client(server.endpoint, on_event=events.append)
    until(lambda: len(server._subscribers) == 1)
    with ThreadPoolExecutor(4) as pool:
        for done in range(1, 31):
            list(pool.map(lambda number: server.publish({"event": "tick", "n": number}), range(50)))
            until(lambda done=done: sum(event["event"] == "tick" for event in events) == 50 * done)  # type: ignore[misc]
    assert not [event for event in events if event["event"] == "resync"]


def test_a_subscriber_finds_the_next_server_and_is_told_to_resync(doors: Doors) -> None:
    server = doors.server()
    endpoint = server.endpoint
    events: list[dict[str, Any]] = []
    doors.client(endpoint, on_event=events.append)
    until(lambda: len(server._subscribers) == 1)
    server.close()
    until(lambda: {"event": "disconnected"} in events)
    again = doors.server(endpoint=endpoint)
    until(lambda: len(again._subscribers) == 1)
    again.publish({"event": "tick"})
    until(lambda: {"event": "tick"} in events)
    assert {"event": "resync"} in events


def test_a_subscriber_that_has_gone_is_forgotten(doors: Doors) -> None:
    server = doors.server()
    client = doors.client(server.endpoint, on_event=lambda _: None)
    until(lambda: len(server._subscribers) == 1)
    client.close()
    until(lambda: server.clients == 0)
    server.publish({"event": "tick"})
    until(lambda: len(server._subscribers) == 0)


class Slow:
    """Listens, and does not go on after the first event until the gate is open."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: dict[str, Any]) -> None:
        if event["event"] == "tick":
            self.gate.wait(WAIT)
        self.events.append(event)


@pytest.fixture
def slow() -> Iterator[Slow]:
    slow = Slow()
    yield slow
    slow.gate.set()


def test_a_slow_subscriber_loses_events_sees_the_hole_and_stops_nobody(slow: Slow, doors: Doors) -> None:
    server = doors.server()
    doors.client(server.endpoint, on_event=slow)
    until(lambda: len(server._subscribers) == 1)
    for number in range(6000):  # more than the queues of both ends hold
        server.publish({"event": "tick", "n": number, "payload": "x" * 10_000})
    quick = doors.client(server.endpoint)
    assert quick.call("status")["result"] == "here"
    slow.gate.set()
    until(lambda: any(event["event"] == "resync" for event in slow.events))
    server.publish({"event": "after"})
    until(lambda: {"event": "after"} in slow.events)
    ticks = sum(event["event"] == "tick" for event in slow.events)
    assert ticks < 6000
    assert holes(slow.events) == []


def holes(events: list[dict[str, Any]]) -> list[int]:
    """The ticks before which others are missing although nobody was told to resync."""
    found: list[int] = []
    expected = 0
    for event in events:
        if event["event"] == "resync":
            expected = -1
        elif event["event"] == "tick":
            if expected not in (-1, event["n"]):
                found.append(event["n"])
            expected = event["n"] + 1
    return found


def test_events_that_come_faster_than_they_can_be_sent_are_lost_and_said_to_be(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvm_core.bridge.server._EVENT_BYTES", 100)
    server = doors.server()
    events: list[dict[str, Any]] = []
    doors.client(server.endpoint, on_event=events.append)
    until(lambda: len(server._subscribers) == 1)
    server.publish({"event": "tick", "payload": "x" * 200})
    until(lambda: any(event["event"] == "resync" for event in events))
    assert not any(event["event"] == "tick" for event in events)
    server.publish({"event": "after"})
    until(lambda: {"event": "after"} in events)
    assert server._event_bytes == 0


def test_a_server_that_closes_does_not_wait_for_a_slow_client(slow: Slow, doors: Doors) -> None:
    server = doors.server()
    doors.client(server.endpoint, on_event=slow)
    until(lambda: len(server._subscribers) == 1)
    for _ in range(500):
        server.publish({"event": "tick", "payload": "x" * 10_000})
    server.close()
    assert not slow.gate.is_set()
    slow.gate.set()
