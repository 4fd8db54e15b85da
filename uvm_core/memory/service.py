"""The memory of a running system: documents come in as jobs, passages in bulk, and any thread searches.

Nothing half-indexed is ever in the image: what is cancelled, fails or dies with the process before its one commit was
never there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import numpy as np

from ..image.image import Image
from .bulk import Bulk
from .encoding import SharedEncoder
from .ingesting import Ingestions
from .jobs import Publish
from .mirror import Mirror
from .reading import brief, document_row, document_rows
from .searching import Hit, Searcher
from .segmentation import Encoder
from .tending import Tender
from .workers import Workers


class Memory:
    """Start it, use it from any thread, close it.

    publish: gets the events {"event": "ingestion", …}. wake: gives the encoder, or raises EmbedderUnavailable. note:
    f(indicator, value, **labels) keeps a measurement.
    """

    def __init__(
        self,
        image: Image,
        publish: Publish,
        wake: Callable[[], Encoder],
        note: Callable[..., None] = lambda *_measured, **_labels: None,
    ) -> None:
        self._image = image
        self._workers = Workers()
        self._tender = Tender(image, self._workers.write)
        self._encoder = SharedEncoder(wake, lambda: self._workers.task(self._bulk.fill))
        self._bulk = Bulk(image, self._workers, self._encoder, self._tender, note)
        self._searcher = Searcher(image, self._encoder.embed, self._tender.wait_for_returning)
        self.ingestions = Ingestions(image, self._workers, self._encoder, self._tender, publish, note)

    def start(self) -> None:
        """Begin to take documents and to follow edits."""
        self._image.listeners.append(self._tender.heard)
        self._workers.start()
        self._workers.write(self._tender.look_over)
        self._workers.task(self._bulk.fill)

    def close(self) -> None:
        """Cancel what is under way and end; nothing of it is kept."""
        self.ingestions.cancel_all()
        if self._tender.heard in self._image.listeners:
            self._image.listeners.remove(self._tender.heard)
        self._workers.close()
        self._searcher.close()

    @property
    def busy(self) -> bool:
        """Whether something is being taken in."""
        return self._workers.busy or self.ingestions.receiving

    @property
    def mirror(self) -> Mirror:
        """The copy of the catalogue's vectors and words in RAM."""
        return self._searcher.mirror

    def embed(self, texts: Sequence[str]) -> np.ndarray | None:
        """Unit vectors, float32 (texts, width); None where nothing can embed."""
        return self._encoder.embed(texts)

    def search(self, query: str, limit: int = 5) -> list[Hit]:
        """The passages nearest to any text, best first; [] for an empty text or an empty memory."""
        return self._searcher.search([query], limit)[0]

    def search_many(self, queries: Sequence[str], limit: int = 10) -> list[list[Hit]]:
        """The same for several texts; these hits are without their texts."""
        return [[brief(hit) for hit in hits] for hits in self._searcher.search(queries, limit)]

    def take_passages(self, rows: Sequence[Any]) -> Future[dict[str, Any]]:
        """Keep passages {"id", "text", …}, one chunk each; see Bulk.take."""
        return self._bulk.take(rows)

    def documents(self) -> list[dict[str, Any]]:
        """The documents of the memory."""
        return self._image.read(document_rows)

    def document(self, target: Any, first: int = 0) -> dict[str, Any]:
        """One document with its chunks from number `first` on; Refused for another object."""
        return self._image.read(lambda world: document_row(world, world.resolve(target), first))
