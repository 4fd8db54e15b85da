"""The example speaks the original protocol with pyzmq and ormsgpack alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

from .conftest import ROOT, Batos

EXAMPLE = ROOT / "examples" / "display_yourself.py"


def run(batos: Batos, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BATOS_IMAGE": str(batos.image)}
    # From somewhere else and without the project on the path: it must not need it.
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-I", str(EXAMPLE), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/", env=environment)


def test_the_message_is_dispatched_and_later_answered(batos: Batos) -> None:
    batos.serve()
    done = run(batos)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "dispatched"
    batos.json("set", "genesis_obj", "display_yourself", '{"$method": "def display_yourself(self): ..."}')
    done = run(batos, batos.json("status")["endpoint"])
    assert (done.returncode, json.loads(done.stdout)) == (
        0,
        {"status": "ok", "result": "display_yourself of genesis_obj"},
    )


def test_without_a_uvm_it_says_how_to_start_one(batos: Batos) -> None:
    done = run(batos)
    assert done.returncode == 1
    assert "serve" in done.stderr


def test_it_imports_nothing_of_the_project() -> None:
    assert not re.search(r"^\s*(from|import) (uvm_core|morphic_ui)", EXAMPLE.read_text(), re.MULTILINE)
