"""The supervisor with real processes: what dies or hangs is started again, what is asked to end ends."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from uvm_core import logs, places
from uvm_core.bridge.client import BridgeError, Client
from uvm_core.bridge.endpoint import read_endpoint
from uvm_core.bridge.lock import holder_of

from .conftest import Batos, until


def client_of(batos: Batos) -> Client:
    endpoint = read_endpoint(batos.image)
    assert endpoint is not None
    return Client(endpoint, timeout=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_the_image_and_ends_with_zero(batos: Batos, number: int) -> None:
    serve = batos.serve()
    serve.signal(number)
    assert serve.wait(10) == 0
    assert batos.closed() == batos.pids()
    assert holder_of(batos.image) is None
    assert read_endpoint(batos.image) is None


@pytest.mark.parametrize("how", ["crash", "kill"])
def test_a_uvm_that_died_is_started_again(batos: Batos, how: str) -> None:
    serve = batos.serve()
    batos.json("set", "counter", "count", "41")
    with client_of(batos) as client:
        with pytest.raises(BridgeError) as refused:
            client.call("dispatch_message", target_oid="counter", message_name=how)
        assert refused.value.code == "unknown_outcome"
        serve.until("is served at", 2)
        slots = client.call("inspect", target_oid="counter")["result"]["slots"]
    assert slots[0]["value"] == 41
    assert len(batos.pids()) == 2
    words = {"crash": "with the code 3. Its last error: broken reason=it was told to", "kill": "by SIGKILL"}[how]
    serve.until(words)
    serve.signal(signal.SIGTERM)
    assert serve.wait() == 0


def test_a_uvm_that_hangs_is_killed_and_started_again(batos: Batos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATOS_IMAGE", str(batos.image))
    serve = batos.serve()
    with client_of(batos) as client:
        asked = client.submit("dispatch_message", target_oid="counter", message_name="hang")
        serve.until("gave no sign of life for 8 seconds")
        serve.until("is served at", 2)
        assert client.call("status")["result"]["pid"] == batos.pids()[1]
        with pytest.raises(BridgeError):
            asked.result(30)


def test_a_uvm_that_keeps_dying_is_given_up_with_its_last_error(batos: Batos) -> None:
    batos.image.mkdir()
    (batos.image / "crash").write_text("100")
    done = batos.run("serve", "--json")
    assert done.code == 1
    assert len(batos.pids()) == 5
    sentence = done.err.splitlines()[-1]
    assert "5 times" in sentence
    assert "the disk is on fire" in sentence
    assert done.json["code"] == "not_started"
    assert holder_of(batos.image) is None


def test_a_uvm_that_died_twice_at_the_start_comes_up(batos: Batos) -> None:
    batos.image.mkdir()
    (batos.image / "crash").write_text("2")
    batos.serve()
    assert len(batos.pids()) == 3
    assert batos.json("status")["pid"] == batos.pids()[2]


def test_a_uvm_that_says_why_it_cannot_is_not_tried_again(batos: Batos) -> None:
    batos.image.mkdir()
    (batos.image / "fail").write_text("The image is damaged beyond repair.")
    done = batos.run("serve")
    assert (done.code, done.err.splitlines()[-1]) == (1, "The image is damaged beyond repair.")
    assert len(batos.pids()) == 1


def test_a_second_serve_says_who_holds_the_image(batos: Batos) -> None:
    serve = batos.serve()
    done = batos.run("serve", "--json")
    assert done.code == 1
    assert str(serve.process.pid) in done.err
    assert batos.json("status")["endpoint"] in done.err
    assert done.json["code"] == "locked"
    assert len(batos.pids()) == 1


def test_a_uvm_whose_supervisor_was_killed_closes_its_image(batos: Batos) -> None:
    serve = batos.serve()
    serve.process.kill()
    serve.wait()
    until(lambda: batos.closed() == batos.pids())
    until(lambda: holder_of(batos.image) is None)
    batos.serve()


def test_a_signal_while_it_wakes_ends_it(batos: Batos) -> None:
    batos.image.mkdir()
    (batos.image / "mute").touch()
    serve = batos.start("serve")
    serve.until("Looking for the objects")
    serve.signal(signal.SIGTERM)
    assert serve.wait() == 0
    assert holder_of(batos.image) is None


def test_everything_killed_at_once_leaves_an_image_that_opens(batos: Batos) -> None:
    serve = batos.serve()
    batos.json("set", "counter", "count", "5")
    os.kill(batos.pids()[0], signal.SIGSTOP)
    serve.process.kill()
    os.kill(batos.pids()[0], signal.SIGKILL)
    serve.wait()
    until(lambda: holder_of(batos.image) is None)
    assert Path(read_endpoint(batos.image).removeprefix("ipc://")).exists()  # type: ignore[union-attr]
    assert batos.run("status").code == 1
    batos.serve()
    assert batos.json("inspect", "counter")["slots"][0]["value"] == 5


def test_options_reach_the_uvm_and_serve_keeps_it(batos: Batos, tmp_path: Path) -> None:
    batos.serve("--approval", "auto", "--engine", f"scripted:{tmp_path}/x")
    assert batos.json("status")["options"] == {"approval": "auto", "engine": f"scripted:{tmp_path}/x", "keep": True}


def test_serve_on_tcp_asks_for_keys_and_the_commands_have_them(batos: Batos) -> None:
    batos.serve("--endpoint", "tcp://127.0.0.1:*")
    assert batos.json("status")["endpoint"].startswith("tcp://127.0.0.1:")
    assert [row["id"] for row in batos.json("objects")] == [4, 9]


def test_what_happens_is_in_the_log(batos: Batos) -> None:
    serve = batos.serve()
    serve.signal(signal.SIGTERM)
    serve.wait()
    entries = list(logs.entries(logs.tail(places.log_file(batos.image))))
    events = [entry["event"] for entry in entries]
    assert events == ["uvm_started", "bridge_open", "uvm_stopped"]
    assert all({"timestamp", "level", "logger"} <= entry.keys() for entry in entries)
    assert [entry["event"] for entry in batos.json("logs")] == events
    assert "uvm_started" in batos.run("logs").out


def test_logs_can_be_followed(batos: Batos) -> None:
    follow = batos.start("logs", "--follow", "--json")
    batos.serve()
    assert follow.process.stdout is not None
    assert json.loads(follow.process.stdout.readline())["event"] == "uvm_started"
    follow.signal(signal.SIGINT)
    assert follow.wait() == 130
    assert follow.err == ""
