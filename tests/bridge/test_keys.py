"""tcp: only with CURVE, only for known keys, and nothing else gets in."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path

import ormsgpack
import pytest
import zmq

from uvm_core.bridge.client import BridgeError
from uvm_core.bridge.keys import KeysRefused, client_keys, server_keys
from uvm_core.bridge.server import Request

from .conftest import WAIT, Doors

LOOPBACK = "tcp://127.0.0.1:*"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_this_users_client_gets_in(doors: Doors, keys: Path) -> None:
    server = doors.server(endpoint=LOOPBACK, curve=server_keys(keys))
    assert not server.endpoint.endswith("*")
    client = doors.client(server.endpoint, keys=client_keys(keys, server.endpoint))
    assert client.call("status")["result"] == "here"


def test_a_client_whose_key_is_not_known_stays_outside(doors: Doors, keys: Path, tmp_path: Path) -> None:
    server = doors.server(endpoint=LOOPBACK, curve=server_keys(keys))
    other = tmp_path / "other"
    (other / "servers").mkdir(parents=True)
    public = (keys / "server.key").read_text().split()[0]
    known = other / "servers" / (server.endpoint.removeprefix("tcp://") + ".key")
    known.write_text(public + "\n")
    stranger = client_keys(other, server.endpoint)
    with pytest.raises(BridgeError):
        doors.client(server.endpoint, keys=stranger, timeout=0.5).call("status")
    assert server.clients == 0 or not server._had_client
    (keys / "clients" / "friend.key").write_bytes(stranger.public + b"\n")
    assert doors.client(server.endpoint, keys=stranger).call("status")["result"] == "here"


def test_a_client_without_keys_stays_outside(doors: Doors, keys: Path) -> None:
    server = doors.server(endpoint=LOOPBACK, curve=server_keys(keys))
    with pytest.raises(BridgeError):
        doors.client(server.endpoint, timeout=0.5).call("status")


STOP = ormsgpack.packb({"command": "stop"})


@pytest.mark.parametrize(
    "data",
    [
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n\x81\xa1a",
        # As a ZMTP/1.0 peer would send it: an empty identity, then one frame with a command.
        b"\x01\x00" + bytes([1 + len(STOP)]) + b"\x00" + STOP,
        b"\xff" * 64,
        b"\x00" * 4096,
    ],
)
def test_what_a_web_page_or_a_stranger_writes_to_the_port_reaches_nobody(doors: Doors, keys: Path, data: bytes) -> None:
    seen: list[str] = []

    def handle(request: Request) -> None:
        seen.append(request.command)
        request.reply({"status": "ok"})

    server = doors.server(handle, endpoint=LOOPBACK, curve=server_keys(keys))
    port = int(server.endpoint.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), WAIT) as web:
        web.sendall(data)
        client = doors.client(server.endpoint, keys=client_keys(keys, server.endpoint))
        for _ in range(10):
            assert client.call("status")["status"] == "ok"
    assert set(seen) == {"status"}


def test_an_http_post_to_the_private_socket_is_no_command(doors: Doors) -> None:
    server = doors.server()
    with socket.socket(socket.AF_UNIX) as web:
        web.connect(server.endpoint.removeprefix("ipc://"))
        web.sendall(b"POST / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\n" + b"x" * 1000)
    assert doors.client(server.endpoint).call("status")["result"] == "here"


def test_keys_are_made_once_and_for_their_owner_alone(keys: Path) -> None:
    first = server_keys(keys)
    assert server_keys(keys) == first
    for file in [keys / "server.key", keys / "client.key"]:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert client_keys(keys, "tcp://127.0.0.1:1").public in first.admitted()


def test_keys_that_others_can_read_are_refused(keys: Path) -> None:
    server_keys(keys)
    (keys / "server.key").chmod(0o644)
    with pytest.raises(KeysRefused, match="chmod 600"):
        server_keys(keys)


def test_damaged_keys_are_refused(keys: Path) -> None:
    server_keys(keys)
    (keys / "server.key").write_text(json.dumps("no key"))
    with pytest.raises(KeysRefused, match="remove it"):
        server_keys(keys)


def test_a_server_that_is_not_known_here_is_said_to_be(keys: Path) -> None:
    with pytest.raises(KeysRefused, match="not known here"):
        client_keys(keys, "tcp://elsewhere:5555")


def test_curve_is_there() -> None:
    assert zmq.has("curve")
