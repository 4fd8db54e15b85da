"""The commands' contract: JSON, exit codes, sentences."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from uvm_core import cli, places
from uvm_core.bridge.lock import holder_of

from .conftest import ROOT, Batos, until


@pytest.fixture
def served(batos: Batos) -> Batos:
    batos.serve()
    return batos


def test_status_and_stop_start_nobody(batos: Batos) -> None:
    for command in ("status", "stop"):
        done = batos.run(command)
        assert (done.code, done.out) == (1, "")
        assert "No UVM serves the image" in done.err
        done = batos.run(command, "--json")
        assert (done.code, done.json["status"], done.json["code"]) == (1, "error", "not_there")
    assert batos.pids() == []


def test_a_command_starts_the_uvm_which_ends_when_its_last_client_has_left(batos: Batos) -> None:
    done = batos.run("objects", "--json")
    assert (done.code, [row["id"] for row in done.json]) == (0, [4, 9])
    assert "Looking for the objects." in done.err
    until(lambda: batos.closed() == batos.pids())
    until(lambda: holder_of(batos.image) is None)
    assert len(batos.pids()) == 1


def test_what_keeps_the_uvm_from_starting_is_said(batos: Batos) -> None:
    batos.image.mkdir()
    (batos.image / "fail").write_text("The image is damaged beyond repair.")
    done = batos.run("objects", "--json")
    assert (done.code, done.json["code"], done.json["message"]) == (
        1,
        "not_started",
        "The image is damaged beyond repair.",
    )
    (batos.image / "fail").unlink()
    (batos.image / "crash").write_text("100")
    done = batos.run("objects")
    assert done.code == 1
    assert "the disk is on fire" in done.err


def test_two_commands_at_once_start_one_uvm(batos: Batos) -> None:
    both = [subprocess.Popen(batos.command("objects", "--json"), stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
    for process in both:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert [row["id"] for row in json.loads(out)] == [4, 9]
    until(lambda: holder_of(batos.image) is None)
    assert batos.closed() == batos.pids()


def test_stop_waits_until_the_uvm_has_gone(served: Batos) -> None:
    done = served.run("stop", "--json")
    assert (done.code, done.json) == (0, {"status": "ok"})
    assert holder_of(served.image) is None
    assert served.closed() == served.pids()
    assert served.run("status").code == 1


def test_the_rows_of_status_objects_and_inspect(served: Batos) -> None:
    status = served.json("status")
    assert {"image", "endpoint", "pid", "model", "missions", "proposals", "tid"} <= status.keys()
    assert status["image"] == str(served.image)
    assert served.json("objects")[0] == {"id": 4, "name": "genesis_obj", "parents": [], "slots": []}
    row = served.json("inspect", "counter")
    assert row["slots"][1] == {"name": "parent*", "kind": "reference", "value": {"$ref": 4}}
    assert served.json("inspect", "9") == row
    for command in (
        ["status"],
        ["objects"],
        ["inspect", "counter"],
        ["missions"],
        ["proposals"],
        ["history"],
        ["logs"],
    ):
        text = served.run(*command)
        assert (text.code, text.err) == (0, "")
        assert text.out.strip()


VALUES = [
    "5",
    "-5",
    '"text"',
    "null",
    "[1, 2.5, true]",
    '{"a": {"b": []}}',
    '{"$ref": 4}',
    '{"$method": "def m(self): ..."}',
    '{"$tuple": [1, {"$set": [2]}]}',
    '{"$bytes": "aGk="}',
    '{"$dict": [[1, 2]]}',
    "123456789012345678901234567890",
]


def test_every_kind_of_value_goes_into_a_slot_and_comes_out(served: Batos) -> None:
    for number, value in enumerate(VALUES, 1):
        assert served.json("set", "counter", f"x{number}", value)["edit"] == number
    slots = {slot["name"]: slot["value"] for slot in served.json("inspect", "counter")["slots"]}
    for number, value in enumerate(VALUES, 1):
        assert slots[f"x{number}"] == json.loads(value)


def test_edits(served: Batos) -> None:
    made = served.json("new", "--parent", "counter", "--name", "mine", '{"a": [1], "b": {"$ref": 4}}')
    assert made["id"] == 10
    assert made["edit"] == 1
    assert served.json("inspect", "mine")["slots"][1]["value"] == {"$ref": 4}
    assert served.json("unset", "mine", "a")["edit"] == 2
    assert served.json("clone", "10")["id"] == 11
    assert served.json("delete", "11")["edit"] == 4
    assert served.run("inspect", "11").code == 1
    assert served.json("undo")["words"] == "Undo: None"
    assert served.json("undo", "3")["words"] == "Undo: 3"
    assert served.json("history", "counter", "--limit", "2")[0]["words"] == "counter"
    assert "edit 7" in served.run("set", "mine", "a", "1").out


def test_a_message_and_its_answer(served: Batos) -> None:
    reply = served.json("send", "counter", "echo", "1", '"two"', '{"$ref": 4}', "--kwargs", '{"by": [3]}')
    assert reply == {"status": "ok", "result": [[1, "two", {"$ref": 4}], {"by": [3]}]}
    assert json.loads(served.run("send", "9", "echo", "-1").out) == [[-1], {}]


def test_a_message_nobody_understands_is_dispatched(served: Batos) -> None:
    reply = served.json("send", "counter", "greet", "--wish", "say hello")
    assert (reply["status"], reply["mission"]) == ("dispatched", 1)
    assert served.json("missions")[0]["wish"] == "say hello"
    done = served.run("send", "counter", "greet")
    assert (done.code, done.out) == (0, "Nobody understands it.\n")


def test_waiting_for_a_mission_prints_the_answer_of_the_message(served: Batos) -> None:
    done = served.run("send", "counter", "greet", "--wait", "20", "--json")
    assert (done.code, done.json) == (0, {"status": "ok", "result": "greet of counter"})
    assert "batos approve 1" in done.err


@pytest.mark.parametrize(("selector", "state"), [("doomed", "failed"), ("refused", "rejected")])
def test_waiting_for_a_mission_that_ends_badly(served: Batos, selector: str, state: str) -> None:
    done = served.run("send", "counter", selector, "--wait", "20", "--json")
    assert (done.code, done.json["code"], done.json["mission"]) == (1, f"mission_{state}", 1)
    assert f"ended as {state}" in done.err


def test_waiting_ends_when_the_time_is_over(served: Batos) -> None:
    done = served.run("send", "counter", "endless", "--wait", "0.1", "--json")
    assert (done.code, done.json["status"], done.json["mission"]) == (1, "dispatched", 1)
    assert "has not ended after 0.1 seconds" in done.err


def test_decisions(served: Batos) -> None:
    assert served.json("proposals")[0]["sha256"] == "ab"
    assert "def m(): 1" in served.run("proposals").out
    assert served.json("approve", "1", "--sha256", "ab")["edit"] == 5
    assert served.run("approve", "1", "--sha256", "cd").code == 1
    rejected = served.json("reject", "1", "--reason", "wrong slot", "--again")
    assert (rejected["reason"], rejected["again"]) == ("wrong slot", True)
    for action in ("pause", "resume", "step", "stop"):
        assert served.json("cycle", "1", action)["result"]["action"] == action


def test_a_refusal_is_one_json_value_a_sentence_and_exit_1(served: Batos) -> None:
    done = served.run("inspect", "nobody", "--json")
    assert done.code == 1
    assert (done.json["status"], done.json["code"]) == ("error", "unknown_object")
    assert done.err == "There is no object 'nobody'.\n"
    assert served.run("inspect", "nobody").out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["set", "counter"],
        ["set", "counter", "x", "hello"],
        ["set", "counter", "x", "{"],
        ["set", "counter", "x", '{"$ref": []}'],
        ["set", "counter", "x", "[" * 5000],
        ["send", "counter", "m", "hello"],
        ["send", "counter", "m", "--kwargs", "[1]"],
        ["send", "counter", "m", "--wait", "soon"],
        ["new", "[1]"],
        ["approve", "one"],
        ["reject", "1"],
        ["cycle", "1", "explode"],
        ["model"],
        ["propose"],
        ["status", "--nonsense"],
    ],
)
def test_what_is_not_understood_is_exit_2_and_starts_nobody(
    batos: Batos, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = cli.main(["--image", str(batos.image), *words])
    except SystemExit as ended:
        code = int(ended.code or 0)
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert captured.err
    assert batos.pids() == []


def test_a_text_without_quotes_is_told_how_to_write_it(batos: Batos) -> None:
    assert """A text is written with quotes: '"hello"'.""" in batos.run("set", "counter", "x", "hello").err


def test_global_options_stand_before_or_after_the_command(served: Batos) -> None:
    image = str(served.image)
    for words in (
        ["--image", image, "--json", "status"],
        ["status", "--image", image, "--json"],
        ["--json", "status", "--image", image],
    ):
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *words], capture_output=True, text=True, timeout=30, check=True
        )
        assert json.loads(done.stdout)["image"] == image
    done = subprocess.run(
        [sys.executable, "-m", "uvm_core.cli", "status", "--json"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd=ROOT,
        env={**os.environ, "BATOS_IMAGE": image},
    )
    assert json.loads(done.stdout)["image"] == image


@pytest.mark.parametrize(("command", "good"), [("propose", "accepted"), ("plan", "valid")])
def test_results_for_tasks_stream_and_a_bad_line_is_a_row_with_its_error(
    batos: Batos, tmp_path: Path, command: str, good: str
) -> None:
    tasks, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    tasks.write_bytes(b'{"id": 1}\nbroken {\n\n[1]\n{"id": 2, "bad": true}\n\xff\n{"id": 3}\n')
    done = batos.run(command, "--tasks", str(tasks), "--out", str(out), "--json")
    assert (done.code, done.json) == (0, {"status": "ok", "tasks": 3, "refused": 1, "bad_lines": 3})
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in rows] == [1, None, None, 2, None, 3]
    assert [row["error"]["code"] for row in rows if "error" in row] == ["bad_line", "bad_line", "bad_task", "bad_line"]
    assert rows[-1][good] is True
    for words in ("Line 2: The line is not JSON", "Line 4: A task is", "The task has no selector", f"Line 7: {good}"):
        assert words in done.err
    done = batos.run(command, "--tasks", "-", "--out", "-", stdin='{"id": 9}\n')
    assert (done.code, done.json["id"]) == (0, 9)


def test_proposing_from_a_file_that_is_not_there(batos: Batos) -> None:
    done = batos.run("propose", "--tasks", "/nowhere", "--out", "-", "--json")
    assert (done.code, done.json["code"]) == (1, "no_file")


def test_the_doctor_looks_and_starts_nobody(batos: Batos) -> None:
    done = batos.run("doctor", "--json")
    assert done.code == 0, done.out
    assert all(row.keys() == {"check", "ok", "remedy"} for row in done.json)
    checks = " ".join(row["check"] for row in done.json)
    for word in (
        "python",
        "package ZODB",
        "model coder-0.5b",
        "model smollm2",
        "image",
        "disk space",
        "socket directory",
        "uvm",
    ):
        assert word in checks
    assert all(row["ok"] or row["remedy"] for row in done.json)
    assert batos.pids() == []


def test_the_doctor_asks_the_uvm_that_runs(served: Batos) -> None:
    rows = served.json("doctor")
    assert {"check": "uvm", "ok": True, "remedy": ""} in rows


def test_the_doctor_fails_where_the_image_cannot_be(batos: Batos, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = batos.run("doctor", "--json", "--image", str(tmp_path / "file" / "image"))
    assert done.code == 1
    assert any(not row["ok"] and "--image" in row["remedy"] for row in done.json)


def test_the_guardian_audits_a_file_without_a_uvm(batos: Batos, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text("def total(self):\n    return 1\n")
    bad.write_text("def total(self):\n    import os\n    return os\n")
    assert batos.json("guardian", str(good))["accepted"] is True
    refused = batos.run("guardian", str(bad), "--json")
    assert (refused.code, refused.json["accepted"]) == (1, False)
    assert refused.json["findings"][0]["line"] == 2
    assert batos.run("guardian", str(tmp_path / "none.py")).code == 1
    assert batos.run("guardian", "-", "--json", stdin=good.read_text()).json["accepted"] is True
    assert batos.pids() == []


def test_ctrl_c_in_a_command_is_quiet(served: Batos) -> None:
    waiting = served.start("send", "counter", "endless", "--wait", "60")
    waiting.until("Nobody understands it.")
    waiting.signal(signal.SIGINT)
    assert waiting.wait() == 130
    assert "Traceback" not in waiting.err


def test_a_reader_that_leaves_early_is_no_error(served: Batos) -> None:
    process = subprocess.Popen(served.command("objects"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.wait(30)
    process.stderr.close()


def test_without_a_screen_the_world_says_so_in_one_sentence_and_starts_nothing(batos: Batos) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SCREENS}
    command = [sys.executable, str(ROOT / "main.py"), "--image", str(batos.image)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert "no screen" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not batos.image.exists()


SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")


def test_the_window_is_opened_with_a_uvm_that_lives_as_long(batos: Batos, monkeypatch: pytest.MonkeyPatch) -> None:
    window = batos.image.parent / "window.py"
    window.write_text(
        "import sys\nfrom uvm_core.bridge.client import Client\n"
        "words = sys.argv[1:]\n"
        "with Client(words[words.index('--endpoint') + 1]) as client:\n"
        "    client.call('set_slot', target_oid='counter', slot='seen', value=words[-1])\n"
        "sys.exit(7)\n"
    )
    (batos.image.parent / "batos_window.py").write_text(window.read_text())
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(batos.image.parent), str(ROOT)]))
    monkeypatch.setattr("uvm_core.commands.window.no_screen", lambda: None)
    monkeypatch.setattr("uvm_core.commands.window._WORLD", (sys.executable, "-m", "batos_window"))
    tiny = (sys.executable, str(ROOT / "tests/cli/tiny_uvm.py"))
    assert cli.main(["--image", str(batos.image), "--safe"], uvm=tiny) == 7
    until(lambda: batos.closed() == batos.pids())
    assert batos.json("inspect", "counter")["slots"][-1]["value"] == "--safe"


def test_a_status_needs_neither_the_database_nor_torch() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import uvm_core.cli"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=ROOT,
    )
    modules = set(re.findall(r"\|\s+(\S+)$", done.stderr, re.MULTILINE))
    assert "uvm_core.bridge.client" in modules
    heavy = {"ZODB", "BTrees", "persistent", "transaction", "torch", "transformers", "numpy", "structlog", "kivy"}
    assert not modules & heavy
    rooms = ("uvm_core.image", "uvm_core.objects", "uvm_core.cognition", "uvm_core.guardian")
    assert not {name for name in modules if name.startswith(rooms)}


def test_the_default_image_lies_with_the_users_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert places.image_directory() == tmp_path / "batos" / "image"
    monkeypatch.setenv("BATOS_IMAGE", str(tmp_path / "other"))
    assert places.image_directory() == tmp_path / "other"
    assert places.image_directory("x") == Path.cwd() / "x"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert places.cache_directory().is_absolute()
