"""The server over real sockets: whoever speaks gets an answer, and nobody stops the loop."""

from __future__ import annotations

import os
import socket
import stat
import threading
from typing import Any

import ormsgpack
import pytest
import zmq

from uvm_core.bridge.endpoint import EndpointRefused
from uvm_core.bridge.protocol import COMMANDS, MAX_MESSAGE, MAX_PARTS, MAX_REPLY
from uvm_core.bridge.server import BridgeServer, Request

from .conftest import WAIT, Doors, answer, until

DISPLAY = {
    "command": "dispatch_message",
    "target_oid": "genesis_obj",
    "message_name": "display_yourself",
    "args": [],
    "kwargs": {},
}


@pytest.mark.parametrize("kind", [zmq.REQ, zmq.DEALER])
def test_a_bare_socket_is_answered_without_an_id(doors: Doors, kind: int) -> None:
    bare = doors.socket(kind, doors.server().endpoint)
    assert bare.ask(DISPLAY) == {"status": "ok", "result": []}
    assert bare.ask({**DISPLAY, "args": [1]}) == {"status": "ok", "result": [1]}


@pytest.mark.parametrize("request_id", [0, 7, -1, "seven", ""])
def test_the_id_comes_back_unchanged(doors: Doors, request_id: Any) -> None:
    bare = doors.socket(zmq.DEALER, doors.server().endpoint)
    assert bare.ask({**DISPLAY, "id": request_id}) == {"id": request_id, "status": "ok", "result": []}


def test_a_dealer_may_put_an_empty_frame_first(doors: Doors) -> None:
    bare = doors.socket(zmq.DEALER, doors.server().endpoint)
    bare.socket.send_multipart([b"", ormsgpack.packb(DISPLAY)])
    assert bare.socket.poll(int(WAIT * 1000))
    empty, reply = bare.socket.recv_multipart()
    assert empty == b""
    assert ormsgpack.unpackb(reply)["status"] == "ok"


def test_a_client_may_use_the_same_id_for_different_requests(doors: Doors) -> None:
    bare = doors.socket(zmq.DEALER, doors.server().endpoint)
    assert bare.ask({**DISPLAY, "id": 1, "args": ["a"]})["result"] == ["a"]
    assert bare.ask({**DISPLAY, "id": 1, "args": ["b"]})["result"] == ["b"]


def test_the_handler_gets_every_field_with_its_default(doors: Doors) -> None:
    seen: list[Request] = []

    def handle(request: Request) -> None:
        seen.append(request)
        request.reply({"status": "ok"})

    bare = doors.socket(zmq.DEALER, doors.server(handle).endpoint)
    bare.ask({"command": "dispatch_message", "target_oid": 4, "message_name": "m"})
    assert seen[0].command == "dispatch_message"
    assert seen[0].fields == {
        "target_oid": 4,
        "message_name": "m",
        "args": [],
        "kwargs": {},
        "wish": "",
        "ask": False,
    }


REFUSED: list[tuple[str, Any]] = [
    ("malformed", []),
    ("malformed", 1),
    ("malformed", "dispatch_message"),
    ("missing_field", {}),
    ("missing_field", {"id": 3}),
    ("unknown_command", {"command": "fly"}),
    ("unknown_command", {"command": "x" * 10_000}),
    ("wrong_type", {"command": 5}),
    ("wrong_type", {"command": None}),
    ("wrong_type", {"command": "status", "id": [1]}),
    ("wrong_type", {"command": "status", "id": True}),
    ("wrong_type", {"command": "status", "id": "x" * 1000}),
    ("wrong_type", {"command": "status", "retry": "soon"}),
    ("wrong_type", {"command": "status", "retry": float("nan")}),
    ("missing_field", {"command": "dispatch_message", "target_oid": "genesis_obj"}),
    ("missing_field", {"command": "set_slot", "target_oid": 1, "slot": "a"}),
    ("wrong_type", {**DISPLAY, "args": "no list"}),
    ("wrong_type", {**DISPLAY, "kwargs": []}),
    ("wrong_type", {**DISPLAY, "message_name": None}),
    ("wrong_type", {**DISPLAY, "target_oid": 1.5}),
    ("wrong_type", {**DISPLAY, "target_oid": True}),
    ("wrong_type", {**DISPLAY, "ask": 1}),
    ("wrong_type", {"command": "objects", "limit": 0}),
    ("wrong_type", {"command": "mission", "mission": -1}),
    ("wrong_type", {"command": "cycle", "mission": 1, "action": "explode"}),
    ("unexpected_field", {**DISPLAY, "argz": []}),
    ("unexpected_field", {"command": "status", 5: 6}),
]


@pytest.mark.parametrize(("code", "message"), REFUSED)
def test_a_request_that_is_wrong_gets_a_sentence_and_a_code(doors: Doors, code: str, message: Any) -> None:
    bare = doors.socket(zmq.REQ, doors.server().endpoint)
    bare.socket.send(ormsgpack.packb(message, option=ormsgpack.OPT_NON_STR_KEYS))
    reply = bare.answer()
    assert (reply["status"], reply["code"]) == ("error", code)
    assert reply["message"].endswith(".")
    assert len(reply["message"]) < 300
    assert bare.ask(DISPLAY)["status"] == "ok"


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("malformed", [b""]),
        ("malformed", [b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n"]),
        ("malformed", [ormsgpack.packb(DISPLAY) + b"\xc0"]),
        ("malformed", [ormsgpack.packb(DISPLAY)[:-3]]),
        ("malformed", [b"\x91" * 5000 + b"\xc0"]),
        ("malformed", [b"\xdd" + (1_000_000).to_bytes(4, "big") + b"\x90" * 1_000_000]),
        ("malformed", [ormsgpack.packb(DISPLAY), b"more"]),
        ("too_many_parts", [b"x"] * MAX_PARTS),
        ("too_many_parts", [b""] * 20_000),
        ("too_large", [b"x" * (MAX_MESSAGE + 1)]),
        ("too_large", [b"x" * (10 << 20)]),
        ("too_large", [b"x" * (1 << 19)] * 3),
    ],
)
def test_hostile_bytes_get_an_answer_and_the_next_request_too(doors: Doors, code: str, parts: list[bytes]) -> None:
    bare = doors.socket(zmq.DEALER, doors.server().endpoint)
    reply = bare.ask_bytes(*parts)
    assert (reply["status"], reply["code"]) == ("error", code)
    assert bare.ask(DISPLAY)["status"] == "ok"


def test_a_part_above_the_backstop_cuts_only_that_client_off(doors: Doors) -> None:
    server = doors.server()
    doors.socket(zmq.DEALER, server.endpoint).socket.send(b"x" * (17 << 20))
    assert doors.socket(zmq.DEALER, server.endpoint).ask(DISPLAY)["status"] == "ok"


def test_every_command_of_the_table_reaches_the_handler_or_is_answered(doors: Doors) -> None:
    bare = doors.socket(zmq.DEALER, doors.server(lambda request: request.reply({"status": "ok"})).endpoint)
    examples: dict[type, Any] = {str: "x", int: 1, dict: {}, list: [], bool: True}
    for command in COMMANDS.values():
        message: dict[str, Any] = {"command": command.name}
        for field in command.fields:
            message[field.name] = field.one_of[0] if field.one_of else examples[(field.types or (str,))[0]]
        assert bare.ask(message)["status"] == "ok", command.name


def test_a_handler_that_fails_is_answered_for(doors: Doors) -> None:
    bare = doors.socket(zmq.DEALER, doors.server().endpoint)
    reply = bare.ask({"command": "inspect", "target_oid": 1})
    assert (reply["status"], reply["code"]) == ("error", "internal")
    assert bare.ask(DISPLAY)["status"] == "ok"


def test_a_reply_from_another_thread_arrives(doors: Doors) -> None:
    bare = doors.socket(zmq.DEALER, doors.server().endpoint)
    assert bare.ask({"command": "objects"}) == {"status": "ok", "result": [1, 2]}


def test_a_second_reply_is_a_mistake(doors: Doors) -> None:
    seen: list[Request] = []
    bare = doors.socket(zmq.DEALER, doors.server(seen.append).endpoint)
    bare.socket.send(ormsgpack.packb(DISPLAY))
    until(lambda: bool(seen))
    seen[0].reply({"status": "ok", "result": 1})
    with pytest.raises(RuntimeError):
        seen[0].reply({"status": "ok", "result": 2})
    assert bare.answer()["result"] == 1


@pytest.mark.parametrize(
    ("code", "value"), [("unsendable", object()), ("unsendable", "\ud800"), ("too_large", b"x" * (MAX_REPLY + 1))]
)
def test_an_answer_that_cannot_travel_says_so(doors: Doors, code: str, value: Any) -> None:
    server = doors.server(lambda request: request.reply({"status": "ok", "result": value}))
    reply = doors.socket(zmq.DEALER, server.endpoint).ask(DISPLAY)
    assert (reply["status"], reply["code"]) == ("error", code)


def test_a_reply_to_a_client_that_has_gone_does_not_stop_the_loop(doors: Doors) -> None:
    seen: list[Request] = []

    def handle(request: Request) -> None:
        if request.fields["args"]:
            seen.append(request)
        else:
            answer(request)

    server = doors.server(handle)
    gone = doors.socket(zmq.DEALER, server.endpoint)
    gone.socket.send(ormsgpack.packb({**DISPLAY, "args": [1]}))
    until(lambda: bool(seen))
    gone.socket.close()
    until(lambda: server.clients == 0)
    seen[0].reply({"status": "ok"})
    assert doors.socket(zmq.DEALER, server.endpoint).ask(DISPLAY)["status"] == "ok"


def test_many_requests_in_flight_from_many_clients_are_all_answered(doors: Doors) -> None:
    server = doors.server()
    sockets = [doors.socket(zmq.DEALER, server.endpoint) for _ in range(5)]
    for number in range(100):
        for bare in sockets:
            bare.socket.send(ormsgpack.packb({**DISPLAY, "id": number, "args": [number]}))
    for bare in sockets:
        replies = [bare.answer() for _ in range(100)]
        assert [(reply["id"], reply["result"]) for reply in replies] == [(n, [n]) for n in range(100)]


def test_a_client_that_does_not_read_gets_its_replies_when_it_reads(doors: Doors) -> None:
    server = doors.server()
    slow = doors.socket(zmq.DEALER, server.endpoint)
    slow.socket.setsockopt(zmq.RCVHWM, 10)
    payload = "x" * 10_000
    for number in range(1100):
        slow.socket.send(ormsgpack.packb({**DISPLAY, "id": number, "args": [payload]}))
    assert doors.socket(zmq.DEALER, server.endpoint).ask(DISPLAY)["status"] == "ok"
    assert [slow.answer()["id"] for _ in range(1100)] == list(range(1100))


def test_when_the_last_client_leaves_the_owner_is_told(doors: Doors) -> None:
    left = threading.Event()
    server = doors.server(on_last_left=left.set)
    one, two = (doors.socket(zmq.DEALER, server.endpoint) for _ in range(2))
    assert one.ask(DISPLAY)["status"] == two.ask(DISPLAY)["status"] == "ok"
    until(lambda: server.clients == 2)
    one.socket.close()
    until(lambda: server.clients == 1)
    assert not left.is_set()
    two.socket.close()
    assert left.wait(WAIT)
    assert server.clients == 0


def test_the_socket_is_for_its_owner_alone_and_gone_after_closing(doors: Doors) -> None:
    server = doors.server()
    path = server.endpoint.removeprefix("ipc://")
    assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0
    server.close()
    server.close()
    assert not os.path.exists(path)


def test_the_answer_to_the_request_that_ends_the_server_still_goes_out(doors: Doors) -> None:
    servers: list[BridgeServer] = []

    def handle(request: Request) -> None:
        request.reply({"status": "ok", "result": "closing"})
        threading.Thread(target=servers[0].close).start()

    servers.append(doors.server(handle))
    assert doors.socket(zmq.DEALER, servers[0].endpoint).ask({"command": "stop"})["result"] == "closing"


def test_a_socket_file_left_behind_is_taken_over(doors: Doors) -> None:
    path = doors.server().endpoint.removeprefix("ipc://") + "-left"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(path)
    assert os.path.exists(path)
    server = doors.server(endpoint=f"ipc://{path}")
    assert doors.socket(zmq.DEALER, server.endpoint).ask(DISPLAY)["status"] == "ok"


@pytest.mark.parametrize(
    "endpoint", ["tcp://127.0.0.1:5555", "tcp://*:*", "ipc://relative", "http://x", "", "inproc://a"]
)
def test_an_endpoint_that_must_not_be_served_is_refused(endpoint: str) -> None:
    with pytest.raises(EndpointRefused):
        BridgeServer(endpoint, answer)


def test_an_endpoint_that_cannot_be_opened_says_why() -> None:
    server = BridgeServer("ipc:///nowhere/at/all", answer)
    with pytest.raises(EndpointRefused, match="nowhere"):
        server.start()
    server.close()


def test_replies_after_closing_are_dropped_quietly(doors: Doors) -> None:
    seen: list[Request] = []
    server = doors.server(seen.append)
    doors.socket(zmq.DEALER, server.endpoint).socket.send(ormsgpack.packb(DISPLAY))
    until(lambda: bool(seen))
    server.close()
    seen[0].reply({"status": "ok"})
    server.publish({"event": "late"})
