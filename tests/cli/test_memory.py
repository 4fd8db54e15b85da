"""The memory's commands and handlers over the real bridge: files in, hits out, nothing of what was cancelled."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.memory.memories import CLOCKS, HeldVectors, Remembering, StemVectors, begin
from uvm_core.bridge import endpoint as endpoints
from uvm_core.bridge.client import BridgeError, Client
from uvm_core.bridge.documents import parts
from uvm_core.bridge.server import BridgeServer, Request
from uvm_core.cli import main
from uvm_core.handlers.memory import HANDLERS
from uvm_core.handlers.objects import HANDLERS as OBJECT_HANDLERS
from uvm_core.handlers.parts import Parts, answer_with
from uvm_core.image.image import Image
from uvm_core.memory.segmentation import Encoder


class Served(Remembering):
    """The memory of an image, served at its endpoint; `batos` runs commands of this process against it."""

    def __init__(self, image: Image, wake: Callable[[], Encoder], output: pytest.CaptureFixture[str]) -> None:
        super().__init__(image, wake)
        self._output = output
        self._parts = cast(Parts, SimpleNamespace(image=image, committer=self.committer, memory=self.memory))
        self.server = BridgeServer(endpoints.default_endpoint(image.directory), self._handle)
        self.server.start()
        endpoints.write_endpoint(image.directory, self.server.endpoint)

    def _handle(self, request: Request) -> None:
        handler = {**OBJECT_HANDLERS, **HANDLERS}[request.command]
        threading.Thread(target=answer_with, args=(request, lambda: handler(self._parts, request.fields))).start()

    def batos(self, *words: str | Path) -> tuple[int, str, str]:
        """(exit status, standard output, standard error) of a command."""
        code = main(["--image", str(self.image.directory), *map(str, words)])
        said = self._output.readouterr()
        return code, said.out, said.err

    def json(self, *words: str | Path, code: int = 0) -> Any:
        found, out, err = self.batos(*words, "--json")
        assert found == code, (out, err)
        return json.loads(out)

    def close(self) -> None:
        self.server.close()
        super().close()


@contextlib.contextmanager
def serving(directory: Path, output: pytest.CaptureFixture[str], wake: Callable[[], Encoder]) -> Iterator[Served]:
    image = Image(directory)
    begin(image)
    try:
        made = Served(image, wake, output)
        try:
            yield made
        finally:
            made.close()
    finally:
        image.close()


@pytest.fixture
def served(image_dir: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Served]:
    with serving(image_dir, capsys, StemVectors) as made:
        yield made


def lines(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def read_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_files_become_documents_that_are_found(served: Served, tmp_path: Path) -> None:
    (tmp_path / "clocks.md").write_text(CLOCKS)
    (tmp_path / "old.txt").write_bytes("Die Größe der Uhr.".encode("cp1252"))
    code, out, err = served.batos("ingest", tmp_path / "clocks.md", tmp_path / "old.txt")
    assert code == 0
    assert "clocks.md" in out
    assert "Windows-1252" in err
    hits = served.json("search", "oil from the cellar", "--limit", "1")
    assert [(hit["title"], hit["section"]) for hit in hits] == [("clocks.md", ["Lamps"])]
    assert "clocks.md › Lamps" in served.batos("search", "oil from the cellar")[1]
    assert {row["title"] for row in served.json("documents")} == {"clocks.md", "old.txt"}


def test_a_file_that_fails_does_not_stop_the_others(served: Served, tmp_path: Path) -> None:
    (tmp_path / "bad.bin").write_bytes(b"\0\1\2")
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "good.md").write_text(CLOCKS)
    names = ["bad.bin", "missing.md", "empty.md", "good.md"]
    rows = served.json("ingest", *(tmp_path / name for name in names), code=1)
    assert [(row["title"], row["state"]) for row in rows] == [
        ("bad.bin", "failed"),
        ("missing.md", "failed"),
        ("empty.md", "failed"),
        ("good.md", "done"),
    ]
    assert all(row["words"].endswith(".") for row in rows)
    assert served.found("clock", 1)


def test_a_large_text_comes_in_parts_and_can_be_cancelled_until_the_end(served: Served) -> None:
    text = CLOCKS + "".join(f"## Part {number}\n\nThe ship {number} sails.\n\n" for number in range(20_000))
    assert len(text) > 500_000
    with Client(served.server.endpoint, timeout=60) as client:
        job = client.call("ingest_begin", title="big.md")["job"]
        for part in parts(text):
            client.call("ingest_part", job=job, text=part)
        assert "".join(served.memory.ingestions.job(job).parts) == text
        assert client.call("ingestion_cancel", job=job)["result"]["state"] == "cancelled"
        with pytest.raises(BridgeError, match="takes no more text"):
            client.call("ingest_go", job=job)
        assert client.call("ingestions")["result"][0]["job"] == job


def test_an_interrupt_cancels_the_document_under_way(
    image_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clocks.md").write_text(CLOCKS)
    held = HeldVectors()
    with serving(image_dir, capsys, lambda: held) as served:

        def interrupt(_seconds: float) -> None:
            assert held.reached.wait(60)
            raise KeyboardInterrupt

        monkeypatch.setattr("uvm_core.commands.memory.time.sleep", interrupt)
        code, _out, err = served.batos("ingest", tmp_path / "clocks.md")
        assert code == 130
        assert "cancelled" in err
        assert served.ended(1)["state"] == "cancelled"
        assert served.memory.documents() == []


def test_passages_and_queries_in_bulk(served: Served, tmp_path: Path) -> None:
    rows: list[Any] = [{"id": f"p{number}", "text": f"passage number{number} of many"} for number in range(1200)]
    passages = lines(tmp_path / "passages.jsonl", rows)
    summary = served.json("ingest", "--passages", passages)
    assert (summary["indexed"], summary["unchanged"], summary["refused"]) == (1200, 0, [])
    assert served.json("ingest", "--passages", passages)["unchanged"] == 1200
    queries = [{"id": f"q{number}", "query": f"number{number}"} for number in range(0, 1200, 5)]
    out = tmp_path / "hits.jsonl"
    assert served.json("search", "--queries", lines(tmp_path / "q.jsonl", queries), "--out", out)["queries"] == 240
    found = read_lines(out)
    assert [row["id"] for row in found] == [row["id"] for row in queries]
    assert all(len(row["hits"]) == 10 for row in found)
    right = sum(row["hits"][0]["id"] == "p" + row["id"][1:] for row in found)
    assert right == 240
    scores = [hit["score"] for hit in found[0]["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_lines_that_cannot_be_taken_are_told_and_left_out(served: Served, tmp_path: Path) -> None:
    path = lines(tmp_path / "p.jsonl", [{"id": "a", "text": "A clock."}, 5, {"id": "b"}])
    path.write_text(path.read_text() + "{broken\n\n")
    summary = served.json("ingest", "--passages", path, code=1)
    assert (summary["indexed"], summary["left_out"], len(summary["refused"])) == (1, 2, 1)
    queries = lines(tmp_path / "q.jsonl", [{"id": 1, "query": "clock"}, {"id": 2}, {"id": 3, "query": ""}])
    out = tmp_path / "out.jsonl"
    assert served.json("search", "--queries", queries, "--out", out, code=1)["left_out"] == 1
    assert read_lines(out) == [{"id": 1, "hits": [{"id": "a", "score": 1.0}]}, {"id": 3, "hits": []}]


def test_one_id_stands_once_among_the_hits_of_a_query(served: Served, tmp_path: Path) -> None:
    served.take("clocks.md", CLOCKS, document_id="clocks")
    queries = lines(tmp_path / "q.jsonl", [{"id": "q", "query": "clock lamp oil"}])
    served.json("search", "--queries", queries, "--out", tmp_path / "out.jsonl")
    assert [hit["id"] for hit in read_lines(tmp_path / "out.jsonl")[0]["hits"]] == ["clocks"]


@pytest.mark.parametrize(
    "words", [["ingest"], ["search"], ["search", "--queries", "x"], ["ingest", "a", "--passages", "b"]]
)
def test_half_a_command_is_not_understood(served: Served, words: list[str]) -> None:
    code, _out, err = served.batos(*words)
    assert code == 2
    assert err.startswith("batos: ")


def test_an_empty_memory_says_so(served: Served) -> None:
    assert served.json("search", "anything") == []
    assert "Nothing was found." in served.batos("search", "anything")[1]
    assert "The memory is empty." in served.batos("documents")[1]


@pytest.mark.parametrize("query", ["", "AND", '"', "-x OR (", "*", "a" * 3000])
def test_any_text_can_be_searched_for(served: Served, query: str) -> None:
    served.take("clocks.md", CLOCKS)
    with Client(served.server.endpoint) as client:
        reply = client.call("search", query=query)
    assert reply["status"] == "ok"
    assert (reply["result"] == []) == (query == "")


def test_a_chunk_is_taken_out_and_put_back_by_undo(served: Served) -> None:
    row = served.take("clocks.md", CLOCKS)
    with Client(served.server.endpoint) as client:
        shown = client.call("document", document=row["document"])["result"]
        chunk = shown["chunks"][1]["id"]
        taken = client.call("take_chunk", chunk=chunk)
        assert (taken["id"], taken["name"]) == (chunk, "clocks.md 2")
        assert client.call("document", document=row["document"])["result"]["chunks"][1]["taken"]
        with pytest.raises(BridgeError, match="already"):
            client.call("take_chunk", chunk=chunk)
        client.call("undo", edit=taken["edit"])
        assert chunk in [hit["chunk"] for hit in served.memory.search("oil cellar")]
        assert client.call("inspect", target_oid=chunk)["result"]["name"] is None
        assert client.call("take_chunk", chunk=chunk)["id"] == chunk
        client.call("delete_object", target_oid=chunk)
        assert not client.call("document", document=row["document"])["result"]["chunks"][1]["taken"]
        with pytest.raises(BridgeError, match="no chunk"):
            client.call("take_chunk", chunk=row["document"])
        with pytest.raises(BridgeError, match="no document"):
            client.call("document", document="traits_obj")


def test_too_many_queries_and_bad_ones_are_refused(served: Served) -> None:
    with Client(served.server.endpoint) as client:
        for queries in (["x"] * 501, [5]):
            with pytest.raises(BridgeError, match="queries"):
                client.call("search_many", queries=queries)
