"""Search from any thread, on one connection of the memory's own whose cache keeps what searching reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..image.image import Image, Session
from ..image.world import World
from .mirror import Mirror
from .ranking import rank, read_query
from .reading import catalogue_tables, hit_of

MAX_HITS = 100
QUERIES_AT_ONCE = 64
CACHED_OBJECTS = 50_000
"""Of the image: the lists of words of some 100,000 chunks."""

Hit = dict[str, Any]
Embed = Callable[[Sequence[str]], "np.ndarray | None"]


class Searcher:
    """embed: f(texts) -> vectors or None. ready: waits until documents that come back are found again."""

    def __init__(self, image: Image, embed: Embed, ready: Callable[[], None]) -> None:
        self.mirror = Mirror()
        self._image = image
        self._embed = embed
        self._ready = ready
        self._session: Session | None = None
        self._lock = threading.Lock()
        self._filled = False

    def search(self, queries: Sequence[str], limit: int) -> list[list[Hit]]:
        """For each of several texts the passages nearest to it, best first."""
        texts = [read_query(query) for query in queries]
        limit = max(1, min(limit, MAX_HITS))
        asked = [text for text in dict.fromkeys(texts) if text]
        if not asked or not self._has_chunks():
            return [[] for _ in texts]
        self._ready()
        found: dict[str, list[Hit]] = {"": []}
        for start in range(0, len(asked), QUERIES_AT_ONCE):
            some = asked[start : start + QUERIES_AT_ONCE]
            found.update(zip(some, self._found(some, self._embed(some), limit), strict=True))
        return [found[text] for text in texts]

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None

    def _found(self, texts: list[str], vectors: np.ndarray | None, limit: int) -> list[list[Hit]]:
        with self._lock:
            world = self._view()
            tables = catalogue_tables(world)
            with self.mirror.lock:
                self.mirror.follow(tables)
                ranked = rank(self.mirror, tables, texts, vectors if tables.store is not None else None, limit)
            answers: list[list[Hit]] = []
            for scored in ranked:
                hits: list[Hit] = []
                for one in scored:
                    hit = hit_of(world, tables, one)
                    if hit is not None:
                        hits.append(hit)
                    if len(hits) == limit:
                        break
                answers.append(hits)
            return answers

    def _has_chunks(self) -> bool:
        """Whether there is anything to find: an empty memory answers at once and wakes no embedder."""
        if not self._filled:
            with self._lock:
                self._filled = bool(catalogue_tables(self._view()).keys)
        return self._filled

    def _view(self) -> World:
        if self._session is None:
            self._session = Session(self._image)
            self._session.connection._cache.cache_size = CACHED_OBJECTS
        return self._session.begin()
