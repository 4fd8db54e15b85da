"""The engine asks a server that is not of this project: `transformers serve` with the embedded model."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from uvm_core.cognition.engines.engine import Ask, Cancelled
from uvm_core.cognition.engines.server_engine import ServerEngine
from uvm_core.cognition.models.packaged import ConvertedModel

NEEDED = ("fastapi", "openai", "uvicorn")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
# Its own start looks for a newer version on the net first.
PROGRAM = "from transformers.cli.transformers import app; app()"
QUESTION = [{"role": "user", "content": "Which animal hangs upside down in a cave? One word."}]

pytestmark = [
    pytest.mark.usefixtures("no_keys"),
    pytest.mark.skipif(bool(MISSING), reason=f"`transformers serve` needs {', '.join(MISSING)}, not installed here"),
]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            try:
                code = process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"transformers serve ended with {code}: {log.read_text()[-2000:]}")
        else:
            return


@pytest.fixture(scope="module")
def peer(model_files: ConvertedModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that has the embedded model."""
    port = free_port()
    home = tmp_path_factory.mktemp("peer")
    log = home / "log"
    command = [sys.executable, "-c", PROGRAM, "serve", str(model_files.dir), "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--device", "cpu"], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment
        )
    try:
        wait_until_it_listens(process, port, log)
        yield f"http://127.0.0.1:{port}/v1#{model_files.dir}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_it_answers_in_pieces(peer: str) -> None:
    engine = ServerEngine(peer)
    pieces: list[str] = []
    answer = engine.generate(Ask(QUESTION, max_tokens=12, temperature=0.0), on_text=pieces.append)
    assert answer.text.strip()
    assert "".join(pieces) == answer.text and len(pieces) > 1
    assert 0 < answer.tokens <= 12 and answer.prompt_tokens > 0
    again = engine.generate(Ask(QUESTION, max_tokens=12, temperature=0.0))
    assert again.text == answer.text


def test_a_bound_is_kept_and_told(peer: str) -> None:
    answer = ServerEngine(peer).generate(Ask([{"role": "user", "content": "Tell a long story."}], max_tokens=5))
    assert (answer.stopped_by, answer.tokens) == ("length", 5)


def test_it_can_be_stopped_and_answers_the_next(peer: str) -> None:
    engine, cancel = ServerEngine(peer), threading.Event()
    with pytest.raises(Cancelled) as caught:
        engine.generate(Ask(QUESTION, max_tokens=2000), on_text=lambda _piece: cancel.set(), cancel=cancel)
    assert caught.value.partial
    assert engine.generate(Ask(QUESTION, max_tokens=3)).text
