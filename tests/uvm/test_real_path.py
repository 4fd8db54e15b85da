"""The whole path as people go it: `batos serve`, a bare client, the embedded model, a decision, kill -9, and again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from uvm_core.bridge.client import Client
from uvm_core.cognition.models.packaged import packaged_available

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "display_yourself.py"
MODEL_SECONDS = 240


class Served:
    """`batos serve` in a process of its own."""

    def __init__(self, image: Path, *more: str) -> None:
        self.image = image
        self.environment = {**os.environ, "BATOS_IMAGE": str(image)}
        command = [sys.executable, str(ROOT / "main.py"), "serve", *more]
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.lines: list[str] = []
        self.ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self.ready.wait(120), "".join(self.lines)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if '"uvm_ready"' in line or "is served at" in line:
                self.ready.set()

    def batos(self, *words: str) -> Any:
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "--json", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=MODEL_SECONDS,
            cwd=ROOT,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def example(self) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, str(EXAMPLE)], env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return dict(json.loads(done.stdout))

    def kill_uvm(self) -> None:
        """kill -9 of the UVM itself; the supervisor starts another."""
        self.ready.clear()
        os.kill(self.batos("status")["pid"], signal.SIGKILL)
        assert self.ready.wait(120)

    def wait_for(self, event: str, mission: int) -> None:
        """Until the bridge tells of a mission in that state."""
        endpoint = (self.image / "endpoint").read_text().strip()
        told = threading.Event()
        with Client(endpoint) as client:

            def heard(row: dict[str, Any]) -> None:
                if row.get("event") == "mission" and row.get("id") == mission and row.get("state") == event:
                    told.set()

            client.on_event(heard)
            if client.call("mission", mission=mission)["result"]["state"] != event:
                assert told.wait(MODEL_SECONDS), "".join(self.lines)[-6000:]

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return tmp_path / "image"


@pytest.fixture
def serve(image: Path) -> Iterator[Any]:
    started: list[Served] = []

    def start(*more: str) -> Served:
        served = Served(image, *more)
        started.append(served)
        return served

    yield start
    for served in started:
        if served.process.poll() is None:
            served.end()


def told(served: Served) -> list[str]:
    return [json.loads(line)["event"] for line in served.lines if line.startswith("{")]


@pytest.mark.skipif(not packaged_available(), reason="the embedded model is not installed")
@pytest.mark.timeout(600)
def test_a_bare_client_teaches_genesis_obj_to_display_itself(serve: Any) -> None:
    served = serve()
    first = served.example()
    assert first["status"] == "dispatched"
    served.wait_for("held", first["mission"])
    (proposal,) = served.batos("proposals")
    approved = served.batos("approve", str(proposal["id"]), "--sha256", proposal["sha256"])
    assert approved["status"] == "ok"
    second = served.example()
    assert second["status"] == "ok"
    assert "parent*" in second["result"]
    served.kill_uvm()
    assert served.example() == second
    assert served.end() == 0
    trace = [event for event in told(served) if event in TRACE]
    assert trace == TRACE


TRACE = [
    "does_not_understand",
    "mission_filed",
    "cycle_started",
    "psm_transition",
    "expert_active",
    "psm_transition",
    "psm_transition",
    "expert_active",
    "guardian_passed",
    "trial_passed",
    "proposal_waiting",
    "proposal_approved",
    "psm_transition",
    "method_installed",
    "cycle_completed",
]


@pytest.mark.timeout(300)
def test_a_mission_that_was_running_goes_on_after_kill(serve: Any, tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(
        json.dumps(
            [
                {"task": "plan", "answer": PLAN},
                {"task": "facet", "answer": "Set it to nothing."},
                {"task": "method", "answer": "def reset(self):\n    self.count = 0\n    self._p_changed = True\n"},
            ]
        )
    )
    served = serve("--no-model")
    number = served.batos("send", "counter", "reset")["mission"]
    served.kill_uvm()
    assert served.batos("missions")[0]["id"] == number
    assert served.end() == 0
    again = serve("--engine", f"scripted:{script}", "--approval", "auto")
    again.wait_for("complete", number)
    assert again.batos("send", "counter", "reset")["status"] == "ok"


PLAN = {
    "facets": [{"persona": "ROBIN", "facet": "sage_facet_", "query": "What is wanted?"}],
    "done_when": "count is nothing",
}


@pytest.mark.timeout(120)
def test_a_method_that_starves_every_thread_ends_the_uvm_and_nothing_is_lost(serve: Any) -> None:
    served = serve("--no-model")
    served.batos("set", "counter", "count", "7")
    source = "def starve(self):\n    self.count = sum(range(10 ** 12))\n    self._p_changed = True\n"
    served.batos("set", "counter", "starve", json.dumps({"$method": source}))
    served.ready.clear()
    served_by = served.batos("status")["pid"]
    subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "--json", "send", "counter", "starve"],
        env=served.environment,
        capture_output=True,
        timeout=100,
        check=False,
        cwd=ROOT,
    )
    assert served.ready.wait(60)
    status = served.batos("status")
    assert status["pid"] != served_by
    assert any("starve" in note for note in status["notes"])
    slots = {row["name"]: row["value"] for row in served.batos("inspect", "counter")["slots"]}
    assert slots["count"] == 7
