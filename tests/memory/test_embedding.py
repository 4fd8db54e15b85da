"""Embeddings: the packaged model, its 8-bit graph and its reference; made once, checked, stopped between batches."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from uvm_core.memory import embedding, minilm_graph, onnx_backend
from uvm_core.memory.embedding import (
    BATCH,
    DIMENSIONS,
    FAST,
    REFERENCE,
    Embedder,
    EmbedderUnavailable,
    EmbeddingCancelled,
    model_folder,
    packaged_embedder,
)
from uvm_core.memory.onnx_backend import Unsuited, onnx_run

SENTENCES = [
    "A cat sat on the mat.",
    "The kitten was lying on a rug.",
    "Invoices must be paid within thirty days.",
    "Payment of the bill is due in a month.",
    "The spring drives the escapement of the clock.",
    "Photosynthesis turns light into sugar.",
    "Das Haus steht am Waldrand.",
    "def add(self, x): return self.total + x",
]


def counting(calls: list[list[str]]) -> Embedder:
    """An embedder whose model notes its batches; a vector points to the first letter's dimension."""

    def run(texts: list[str]) -> np.ndarray:
        calls.append(texts)
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        rows[np.arange(len(texts)), [ord(text[0]) - 97 for text in texts]] = 1
        return rows

    return Embedder("counting", run)


def test_near_sentences_are_nearer_than_far_ones() -> None:
    vectors = packaged_embedder().encode(SENTENCES)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(SENTENCES), DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    likeness = vectors @ vectors.T - 2 * np.eye(len(SENTENCES))
    assert [int(row.argmax()) for row in likeness[:4]] == [1, 0, 3, 2]


def test_the_same_text_has_the_same_vector_in_whatever_company() -> None:
    embedder = packaged_embedder()
    together = embedder.encode(SENTENCES)
    alone = np.concatenate([embedder.encode([text]) for text in SENTENCES])
    # The numbers of a batch are rounded to 8 bits together, so that its company changes the last of them.
    assert (together * alone).sum(axis=1).min() > 0.98
    assert np.array_equal(together, embedder.encode(SENTENCES))


def test_the_fast_backend_is_near_the_reference() -> None:
    fast, reference = packaged_embedder(FAST), packaged_embedder(REFERENCE)
    assert fast.describe() == {"id": "sentence-transformers/all-MiniLM-L6-v2", "backend": FAST}
    assert reference.describe()["backend"] == REFERENCE
    likeness = (fast.encode(SENTENCES) * reference.encode(SENTENCES)).sum(axis=1)
    assert likeness.mean() > 0.98
    assert likeness.min() > 0.95


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "🙂" * 50, "a" * 100_000, "word " * 5000, "你好" * 600])
def test_any_text_has_a_vector(text: str) -> None:
    (vector,) = packaged_embedder().encode([text])
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_no_texts_have_no_vectors_and_wake_nothing() -> None:
    calls: list[list[str]] = []
    assert counting(calls).encode([]).shape == (0, DIMENSIONS)
    assert calls == []


def test_batches_are_small_and_of_like_length_and_rows_keep_their_order() -> None:
    calls: list[list[str]] = []
    texts = [chr(97 + number % 26) * (1 + number * 7 % 40) for number in range(3 * BATCH + 1)]
    progress: list[tuple[int, int]] = []
    vectors = counting(calls).encode(texts, on_progress=lambda done, of: progress.append((done, of)))
    assert [int(row.argmax()) for row in vectors] == [ord(text[0]) - 97 for text in texts]
    lengths = [len(text) for batch in calls for text in batch]
    assert lengths == sorted(lengths, reverse=True)
    assert max(map(len, calls)) == BATCH
    assert progress == [(8, 25), (16, 25), (24, 25), (25, 25)]


def test_cancelling_stops_before_the_next_batch() -> None:
    calls: list[list[str]] = []
    cancel = threading.Event()
    with pytest.raises(EmbeddingCancelled):
        counting(calls).encode(["abc"] * 100, cancel=cancel, on_progress=lambda _done, _of: cancel.set())
    assert len(calls) == 1


def test_threads_share_one_model_and_one_batch_runs_at_a_time() -> None:
    running: list[int] = []
    most: list[int] = []

    def run(texts: list[str]) -> np.ndarray:
        running.append(1)
        most.append(len(running))
        running.pop()
        return np.zeros((len(texts), DIMENSIONS), dtype=np.float32)

    embedder = Embedder("one", run)
    threads = [threading.Thread(target=embedder.encode, args=(["x"] * 80,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    found: list[Embedder] = []
    threads = [threading.Thread(target=lambda: found.append(packaged_embedder())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(map(id, found))) == 1


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own; the graph made in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_the_graph_is_made_once_and_again_when_it_is_damaged(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []
    checks: list[int] = []
    make = onnx_backend._make

    def once(*given: Any) -> bytes:
        made.append(made[0] if made else make(*given))
        return made[0]

    monkeypatch.setattr(onnx_backend, "_make", once)
    folder = model_folder()
    first = onnx_run(folder, lambda: checks.append(1))(["The spring drives the clock."])
    assert np.array_equal(onnx_run(folder, lambda: checks.append(1))(["The spring drives the clock."]), first)
    assert len(made) == 1
    (graph,) = cache.rglob("*.onnx")
    assert {path.name for path in graph.parent.iterdir()} == {graph.name, graph.name + ".lock", graph.stem + ".json"}
    data = bytearray(graph.read_bytes())
    data[len(data) // 2] ^= 255
    graph.write_bytes(data)
    assert np.array_equal(onnx_run(folder, lambda: checks.append(1))(["The spring drives the clock."]), first)
    assert len(made) == 2
    note = graph.with_suffix(".json")
    note.write_text(json.dumps({**json.loads(note.read_text()), "origin": {"maker": 0}}))
    onnx_run(folder, lambda: checks.append(1))
    assert len(made) == len(checks) == 3


def test_a_graph_too_far_from_the_model_is_not_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_backend, "LIKENESS", 1.1)
    monkeypatch.setattr(minilm_graph, "encoder_graph", lambda *_given, **_more: b"a graph")
    monkeypatch.setattr(onnx_backend, "_session", lambda graph: graph)
    monkeypatch.setattr(onnx_backend, "_runner", lambda *_given: lambda texts: np.ones((len(texts), 1)))
    with pytest.raises(Unsuited, match="cosine"):
        onnx_run(model_folder(), lambda: None)
    assert not list(cache.rglob("*.onnx"))


@pytest.mark.usefixtures("cache")
def test_without_onnx_runtime_the_reference_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setattr(embedding, "_sentence_transformers", lambda _folder: lambda texts: np.ones((len(texts), 1)))
    woken = embedding._woken.__wrapped__(None)
    assert woken.describe()["backend"] == REFERENCE
    with pytest.raises(EmbedderUnavailable, match="cannot be made here"):
        embedding._woken.__wrapped__(FAST)


def test_what_is_missing_is_said_in_a_plain_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="onnx-int8, sentence-transformers"):
        packaged_embedder("abacus")
    monkeypatch.setattr(embedding, "DISTRIBUTION", "no-such-distribution")
    with pytest.raises(EmbedderUnavailable, match=r"^The embedding model \(no-such-distribution\) is not installed"):
        model_folder()
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbedderUnavailable, match="sentence-transformers is not installed"):
        embedding._woken.__wrapped__(REFERENCE)
    real = importlib.metadata.distribution(embedding.DISTRIBUTION)
    monkeypatch.setattr(type(real), "locate_file", lambda _self, path: tmp_path / path)
    with pytest.raises(EmbedderUnavailable, match="files are not there"):
        model_folder()


def test_damaged_weights_are_told_before_anything_is_made_of_them(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder(), folder, ignore=lambda _folder, names: [n for n in names if n.endswith("tensors")])
    (folder / "model.safetensors").write_bytes(b"damaged")
    recorded = embedding._weights()[1]
    assert recorded
    monkeypatch.setattr(embedding, "_weights", lambda: (folder / "model.safetensors", recorded))
    for backend in (FAST, REFERENCE):
        with pytest.raises(EmbedderUnavailable, match=r"model\.safetensors is damaged"):
            embedding._woken.__wrapped__(backend)
    assert not list(cache.rglob("*.onnx"))
