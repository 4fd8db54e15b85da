"""Where the socket lies: private, short enough, one per image."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import pytest

from uvm_core.bridge import endpoint
from uvm_core.bridge.endpoint import (
    MAX_SOCKET_PATH,
    EndpointRefused,
    checked_endpoint,
    default_endpoint,
    read_endpoint,
    somebody_listens,
    write_endpoint,
)


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Path:
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def test_the_socket_lies_in_a_private_directory_of_the_session(runtime: Path, tmp_path: Path) -> None:
    where = default_endpoint(tmp_path / "image")
    path = Path(where.removeprefix("ipc://"))
    assert path.parent == runtime / "batos"
    assert len(path.name) == 16
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.usefixtures("runtime")
def test_an_image_has_one_endpoint_however_it_is_named(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.mkdir()
    link = tmp_path / "link"
    link.symlink_to(image)
    assert default_endpoint(image) == default_endpoint(link) == default_endpoint(tmp_path / "x" / ".." / "image")
    assert default_endpoint(image) != default_endpoint(tmp_path / "other")


def test_without_a_session_the_socket_lies_below_the_temporary_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    path = Path(default_endpoint(tmp_path).removeprefix("ipc://"))
    assert path.parent.name.startswith("batos-")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_path_that_is_too_long_for_a_socket_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    where = default_endpoint(tmp_path)
    assert len(where.removeprefix("ipc://")) <= MAX_SOCKET_PATH
    assert str(long) not in where
    monkeypatch.setattr(endpoint, "runtime_directories", lambda: [long / "batos"])
    with pytest.raises(EndpointRefused, match="short"):
        default_endpoint(tmp_path)


def test_a_directory_open_to_others_is_closed_and_a_link_is_refused(runtime: Path, tmp_path: Path) -> None:
    (runtime / "batos").mkdir(mode=0o755)
    default_endpoint(tmp_path)
    assert stat.S_IMODE((runtime / "batos").stat().st_mode) == 0o700
    (runtime / "batos").rmdir()
    (runtime / "batos").symlink_to(tmp_path)
    with pytest.raises(EndpointRefused, match="not a directory of yours"):
        default_endpoint(tmp_path)


@pytest.mark.parametrize(
    "good", ["tcp://127.0.0.1:5555", "tcp://*:*", "tcp://[::1]:80", "tcp://host.lan:1", "ipc:///a/b"]
)
def test_good_endpoints(good: str) -> None:
    assert checked_endpoint(good) == good


@pytest.mark.parametrize(
    "bad", ["tcp://127.0.0.1", "tcp://127.0.0.1:99999", "ipc://a", "ipc:///" + "x" * 108, "udp://a:1", " "]
)
def test_bad_endpoints(bad: str) -> None:
    with pytest.raises(EndpointRefused):
        checked_endpoint(bad)


def test_the_endpoint_is_written_whole_and_read_back(tmp_path: Path) -> None:
    assert read_endpoint(tmp_path) is None
    assert read_endpoint(tmp_path / "nowhere") is None
    write_endpoint(tmp_path, "ipc:///a")
    write_endpoint(tmp_path, "ipc:///b")
    assert read_endpoint(tmp_path) == "ipc:///b"
    assert [file.name for file in tmp_path.iterdir()] == ["endpoint"]
    (tmp_path / "endpoint").write_bytes(b"\xff\xfe")
    with pytest.raises(EndpointRefused):
        read_endpoint(tmp_path)


def test_nobody_listens_where_nobody_is(tmp_path: Path) -> None:
    assert not somebody_listens("ipc:///nowhere/at/all")
    assert not somebody_listens(f"ipc://{tmp_path}")
    assert not somebody_listens("tcp://127.0.0.1:1")
    assert not somebody_listens("nonsense")
