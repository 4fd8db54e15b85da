"""Where the UVM of an image is reached.

By default a socket file in a directory that only its owner may enter: a port on the loopback interface would take
commands from every local user, and from a web page's HTTP POST. `tcp://…` is there with CURVE (see `keys`).
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import tempfile
from pathlib import Path

MAX_SOCKET_PATH = 107
"""A socket's path with its closing zero byte must fit into 108 bytes."""


class EndpointRefused(ValueError):
    """An endpoint that cannot or must not be used; says why in a plain sentence."""


def default_endpoint(image: Path) -> str:
    """`ipc://…` for the image, in `$XDG_RUNTIME_DIR/batos`, else in a private directory for temporary files."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(image))).hexdigest()[:16]
    too_long: list[str] = []
    for directory in runtime_directories():
        path = directory / name
        if len(os.fsencode(path)) > MAX_SOCKET_PATH:
            too_long.append(str(directory))
            continue
        make_private(directory)
        return f"ipc://{path}"
    raise EndpointRefused(
        f"No directory for the socket has a path short enough ({', '.join(too_long)}). Set XDG_RUNTIME_DIR or TMPDIR to"
        " a shorter one."
    )


def runtime_directories() -> list[Path]:
    """The directories that may hold the socket, best first."""
    found: list[Path] = []
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and os.path.isdir(runtime) and os.access(runtime, os.W_OK | os.X_OK):
        found.append(Path(runtime) / "batos")
    found.append(Path(tempfile.gettempdir()) / f"batos-{os.getuid()}")
    if found[-1].parent != Path("/tmp"):
        found.append(Path("/tmp") / f"batos-{os.getuid()}")
    return found


def make_private(directory: Path) -> None:
    """Makes the directory, or makes sure that it is ours, a real directory and closed to others."""
    try:
        directory.mkdir(mode=0o700, parents=False, exist_ok=True)
        found = directory.lstat()
    except OSError as problem:
        raise EndpointRefused(f"The directory {directory} cannot be made: {problem.strerror}.") from None
    if not directory.is_dir() or directory.is_symlink() or found.st_uid != os.getuid():
        raise EndpointRefused(f"{directory} is not a directory of yours; the socket cannot lie there.")
    if found.st_mode & 0o077:
        try:
            directory.chmod(0o700)
        except OSError as problem:
            raise EndpointRefused(f"{directory} cannot be closed to others: {problem.strerror}.") from None


_TCP = re.compile(r"tcp://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.*-]+):(\d+|\*)")


def checked_endpoint(text: str) -> str:
    """The endpoint if it is one that the UVM can serve at; raises EndpointRefused."""
    match = _TCP.fullmatch(text)
    if match is not None:
        port = match.group(2)
        if port != "*" and int(port) > 65535:
            raise EndpointRefused(f"{port} is not a port: ports end at 65535.")
        return text
    if text.startswith("ipc:///"):
        if len(os.fsencode(text)) - len("ipc://") > MAX_SOCKET_PATH:
            raise EndpointRefused(f"The path of a socket may have {MAX_SOCKET_PATH} bytes; {text} is longer.")
        return text
    raise EndpointRefused(f"{text} is not an endpoint. Write tcp://127.0.0.1:5555, or ipc:// and an absolute path.")


def is_tcp(endpoint: str) -> bool:
    return endpoint.startswith("tcp://")


def endpoint_file(image: Path) -> Path:
    return image / "endpoint"


def write_endpoint(image: Path, endpoint: str) -> None:
    """Tells clients where to go; whole or not at all."""
    target = endpoint_file(image)
    beside = target.with_name(f".endpoint.{os.getpid()}")
    beside.write_text(endpoint + "\n", encoding="utf-8")
    os.replace(beside, target)


def read_endpoint(image: Path) -> str | None:
    """The endpoint that the image's last UVM wrote, or None. That it answers is another question."""
    try:
        text = endpoint_file(image).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise EndpointRefused(f"{endpoint_file(image)} cannot be read: {problem}.") from None
    return text or None


def remove_endpoint(image: Path) -> None:
    endpoint_file(image).unlink(missing_ok=True)


def somebody_listens(endpoint: str, seconds: float = 1.0) -> bool:
    """Whether a process has the socket open at all. False is certain; True does not say that it answers."""
    try:
        if is_tcp(endpoint):
            host, _, port = endpoint.removeprefix("tcp://").rpartition(":")
            host = host.strip("[]")
            with socket.create_connection(("127.0.0.1" if host in ("*", "0.0.0.0") else host, int(port)), seconds):
                return True
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(seconds)
            probe.connect(endpoint.removeprefix("ipc://"))
            return True
    except TimeoutError:
        return True  # a full backlog: somebody is there and busy
    except (OSError, ValueError):
        return False
