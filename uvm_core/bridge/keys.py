"""CURVE keys for tcp, in `$XDG_CONFIG_HOME/batos/keys`: never in the image, which may be copied and shared.

`server.key` and `client.key` hold this user's two pairs (public and secret, one line each), readable by the owner only.
`clients/NAME.key` holds the public key of every client that is let in, this user's own among them; for another machine
its public key is put there, and this server's public key into its `servers/HOST:PORT.key`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zmq
from zmq.utils import z85

if TYPE_CHECKING:
    from collections.abc import Mapping

ZAP_ENDPOINT = "inproc://zeromq.zap.01"


class KeysRefused(ValueError):
    """Keys that are missing, damaged or open to others; says which in a plain sentence."""


@dataclass(frozen=True)
class KeyPair:
    public: bytes  # Z85 text, 40 bytes
    secret: bytes


@dataclass(frozen=True)
class ServerKeys:
    public: bytes
    secret: bytes
    clients: Path  # the directory with the public keys that are let in

    def admitted(self) -> frozenset[bytes]:
        """The public keys that are let in now: a file that is added or removed counts from the next connection on."""
        return frozenset(_public_in(path) for path in sorted(self.clients.glob("*.key")))


@dataclass(frozen=True)
class ClientKeys:
    public: bytes
    secret: bytes
    server: bytes


def server_keys(directory: Path) -> ServerKeys:
    """The server's keys, made when they are needed for the first time; this user's own client is let in."""
    _private_directory(directory)
    clients = directory / "clients"
    _private_directory(clients)
    pair = _pair(directory / "server.key")
    own = clients / "this-user.key"
    if not own.exists():
        _write(own, _pair(directory / "client.key").public + b"\n")
    return ServerKeys(pair.public, pair.secret, clients)


def client_keys(directory: Path, endpoint: str) -> ClientKeys:
    """This user's client keys and the public key of the server at `endpoint`. Raises KeysRefused."""
    own = directory / "client.key"
    known = directory / "servers" / (endpoint.removeprefix("tcp://") + ".key")
    server = directory / "server.key"
    if known.exists():
        public = _public_in(known)
    elif server.exists():
        public = _read_pair(server).public
    else:
        raise KeysRefused(f"The server at {endpoint} is not known here: put its public key into {known}.")
    _private_directory(directory)
    pair = _pair(own)
    return ClientKeys(pair.public, pair.secret, public)


def _pair(path: Path) -> KeyPair:
    if path.exists():
        return _read_pair(path)
    public, secret = zmq.curve_keypair()
    _write(path, public + b"\n" + secret + b"\n")
    return _read_pair(path)


def _read_pair(path: Path) -> KeyPair:
    try:
        if path.stat().st_mode & 0o077:
            raise KeysRefused(f"{path} can be read by others; run chmod 600 on it, or remove it to get new keys.")
        lines = path.read_bytes().split()
    except OSError as problem:
        raise KeysRefused(f"{path} cannot be read: {problem.strerror}.") from None
    if len(lines) != 2 or not all(_is_key(line) for line in lines):
        raise KeysRefused(f"{path} does not hold a pair of keys; remove it to get new ones.")
    return KeyPair(lines[0], lines[1])


def _public_in(path: Path) -> bytes:
    try:
        lines = path.read_bytes().split()
    except OSError as problem:
        raise KeysRefused(f"{path} cannot be read: {problem.strerror}.") from None
    if not lines or not _is_key(lines[0]):
        raise KeysRefused(f"{path} does not hold a public key.")
    return lines[0]


def _is_key(line: bytes) -> bool:
    try:
        return len(line) == 40 and len(z85.decode(line)) == 32
    except (KeyError, ValueError):
        return False


def _write(path: Path, content: bytes) -> None:
    """Another process may make the same file at the same moment: the first one counts."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        os.link(beside, path)
    except FileExistsError:
        return
    finally:
        beside.unlink()


def _private_directory(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if directory.stat().st_mode & 0o077:
            directory.chmod(0o700)
    except OSError as problem:
        raise KeysRefused(f"The directory {directory} for keys cannot be made: {problem.strerror}.") from None


class Admission:
    """Answers ZeroMQ's question who may connect (ZAP, rfc.zeromq.org/spec/27) on the bridge's own loop."""

    def __init__(self, context: zmq.Context[Any], keys: ServerKeys, log: Any) -> None:
        self._keys = keys
        self._log = log
        self.socket: zmq.Socket[bytes] = context.socket(zmq.ROUTER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.bind(ZAP_ENDPOINT)

    def answer(self) -> None:
        """Reads one question and answers it."""
        try:
            frames = self.socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return
        if b"" not in frames:
            return
        body = frames[frames.index(b"") + 1 :]
        route = frames[: frames.index(b"") + 1]
        if len(body) < 6:
            return
        version, number, _domain, address, _identity, mechanism = body[:6]
        reason = self._refusal(mechanism, body[6:])
        if reason is None:
            tail: Mapping[str, bytes] = {"code": b"200", "text": b"OK", "user": b"client"}
        else:
            tail = {"code": b"400", "text": reason.encode(), "user": b""}
            self._log.warning("client_refused", address=address.decode(errors="replace"), reason=reason)
        self.socket.send_multipart([*route, version, number, *tail.values(), b""], zmq.NOBLOCK)

    def _refusal(self, mechanism: bytes, credentials: list[bytes]) -> str | None:
        if mechanism != b"CURVE" or len(credentials) != 1 or len(credentials[0]) != 32:
            return "no CURVE key"
        try:
            known = z85.encode(credentials[0]) in self._keys.admitted()
        except KeysRefused as refusal:
            return str(refusal)
        return None if known else "an unknown key"

    def close(self) -> None:
        self.socket.close()
