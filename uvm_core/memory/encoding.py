"""The encoder as a running system has it: woken at the first need, looked for again later where it cannot be had."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
import structlog

from .embedding import EmbedderUnavailable
from .segmentation import Encoder

AGAIN_SECONDS = 60.0

log = structlog.get_logger("memory")


class SharedEncoder:
    """wake: gives the encoder, or raises EmbedderUnavailable. woken: called once it is there. From any thread."""

    def __init__(self, wake: Callable[[], Encoder], woken: Callable[[], None]) -> None:
        self._wake = wake
        self._woken = woken
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._look_again = 0.0

    def get(self) -> Encoder | None:
        """The encoder; None where it cannot be had: then words alone are used."""
        if self._encoder is not None:
            return self._encoder
        with self._lock:
            if self._encoder is not None or time.monotonic() < self._look_again:
                return self._encoder
            try:
                self._encoder = self._wake()
            except EmbedderUnavailable as problem:
                self._look_again = time.monotonic() + AGAIN_SECONDS
                log.warning("words_alone", reason=str(problem))
                return None
        self._woken()
        return self._encoder

    def embed(self, texts: Sequence[str]) -> np.ndarray | None:
        """Unit vectors, float32 (texts, width); None where nothing can embed."""
        encoder = self.get()
        return None if encoder is None else encoder.encode(texts)
