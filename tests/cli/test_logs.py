"""The log: JSON lines, ids, and nothing that people or models wrote."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from uvm_core import logs, places
from uvm_core.bridge.lock import holder_of

from .conftest import ROOT, Batos, until


def logged(tmp_path: Path, program: str, *, code: int = 0) -> list[dict[str, Any]]:
    """What a process of its own logs with this program, so that no other test's logging is changed."""
    file = tmp_path / "state" / "image.log"
    head = "import logging, structlog, threading\nfrom pathlib import Path\nfrom uvm_core import logs\n"
    head += f"file = Path({str(file)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(program)], capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert done.returncode == code, done.stderr
    assert file.stat().st_mode & 0o077 == 0
    for line in done.stderr.splitlines():
        json.loads(line)
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_an_event_is_a_line_with_its_ids(tmp_path: Path) -> None:
    (entry,) = logged(
        tmp_path,
        """
        logs.configure(file)
        with logs.bound(cycle=5, mission=6):
            structlog.get_logger("cycles").info("psm_transition", from_state="IDLE")
        """,
    )
    assert entry["event"] == "psm_transition"
    assert (entry["cycle"], entry["mission"], entry["from_state"]) == (5, 6, "IDLE")
    assert (entry["level"], entry["logger"]) == ("info", "batos.cycles")
    assert entry["timestamp"].endswith("Z")


def test_what_people_and_models_wrote_is_not_logged(tmp_path: Path) -> None:
    entries = logged(
        tmp_path,
        """
        logs.configure(file)
        log = structlog.get_logger("x")
        log.info("asked", prompt="SECRET", value="SECRET", source="SECRET", wish="SECRET", args=["SECRET"])
        slot = "SECRET"
        try:
            raise ValueError("plain")
        except ValueError:
            log.exception("failed")
        """,
    )
    assert "SECRET" not in json.dumps(entries[0])
    assert "ValueError: plain" in entries[1]["exception"]
    assert "locals" not in entries[1]["exception"]


def test_libraries_log_warnings_into_the_same_file(tmp_path: Path) -> None:
    entries = logged(
        tmp_path,
        """
        logs.configure(file)
        logging.getLogger("ZODB").info("chatter")
        logging.getLogger("ZODB").warning("odd %s", "thing")
        """,
    )
    assert [(entry["event"], entry["logger"]) for entry in entries] == [("odd thing", "ZODB")]


def test_what_ends_a_process_or_a_thread_is_in_the_log(tmp_path: Path) -> None:
    entries = logged(
        tmp_path,
        """
        logs.configure(file)
        thread = threading.Thread(target=lambda: 1 / 0, name="worker")
        thread.start()
        thread.join()
        raise RuntimeError("the end")
        """,
        code=1,
    )
    assert [entry["problem"] for entry in entries] == ["ZeroDivisionError: division by zero", "RuntimeError: the end"]
    assert entries[0]["thread"] == "worker"


def test_the_file_is_rotated_and_the_other_process_follows(tmp_path: Path) -> None:
    entries = logged(
        tmp_path,
        """
        logs.MAX_BYTES = 2000
        logs.configure(file, stderr=False)
        log = structlog.get_logger("x")
        for number in range(100):
            log.info("line", number=number)
        logs.configure(file, rotate=False, stderr=False)
        structlog.get_logger("y").info("after")
        file.rename(file.with_suffix(".moved"))
        structlog.get_logger("y").info("again")
        file.chmod(0o600)
        """,
    )
    assert [entry["event"] for entry in entries] == ["again"]
    assert len(list((tmp_path / "state").iterdir())) == 1 + 1 + logs.KEPT_FILES


def test_a_uvm_without_a_terminal_does_not_log_twice(batos: Batos) -> None:
    assert batos.run("objects").code == 0
    until(lambda: holder_of(batos.image) is None)
    assert places.output_file(batos.image).read_text() == ""
    events = [entry["event"] for entry in logs.entries(logs.tail(places.log_file(batos.image)))]
    assert events == ["uvm_started", "bridge_open", "uvm_ended"]


def test_the_last_error_is_found_and_torn_lines_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "log"
    assert logs.last_error(file) is None
    rows = [
        {"event": "old", "level": "error", "timestamp": "2026-01-01T00:00:00Z"},
        {
            "event": "uncaught",
            "level": "critical",
            "timestamp": "2026-01-02T00:00:00Z",
            "exception": "a\nValueError: b",
        },
        {"event": "fine", "level": "info", "timestamp": "2026-01-03T00:00:00Z"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"event": "to')
    assert logs.last_error(file) == "uncaught ValueError: b"
    assert logs.last_error(file, since="2026-01-02T12:00:00") is None


def test_a_long_log_is_read_from_its_end(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("".join(json.dumps({"event": str(n)}) + "\n" for n in range(100_000)))
    entries = list(logs.entries(logs.tail(file, 4096)))
    assert entries[-1]["event"] == "99999"
    assert len(entries) < 1000


def test_following_a_log_gives_every_line_once_also_when_it_is_rotated_or_not_there_yet(tmp_path: Path) -> None:
    file = tmp_path / "log"

    def write(text: str) -> None:
        with file.open("a", encoding="utf-8") as log:
            log.write(text)

    def rotate() -> None:
        write("before the turn\n")
        file.rename(tmp_path / "log.1")
        write("after the turn\n")

    steps = iter(
        [
            lambda: write("begun\n"),
            lambda: write("half a "),
            lambda: write("line ü\nand one\n"),
            rotate,
            lambda: write("the end\n"),
        ]
    )
    lines = logs.follow(file, lambda: next(steps)())
    said = [next(lines) for _line in range(6)]
    assert said == ["begun", "half a line ü", "and one", "before the turn", "after the turn", "the end"]


def test_only_what_is_added_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text("old\n")
    lines = logs.follow(file, lambda: file.open("a").write("new\n"))
    assert next(lines) == "new"
