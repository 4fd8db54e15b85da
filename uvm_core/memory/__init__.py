"""The memory: documents as chunks that can be searched, kept by knowledge_catalog_obj.

Importing this package loads neither the embedder nor the database: both come with the modules that need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .segmentation import Encoder


def segment(
    text: str, *, method: str = "dp", embedder: Encoder | None = None, percentile: float = 25
) -> list[tuple[int, int]]:
    """Cut a text into chunks of one subject each: spans in characters, in order, that joined are the text.

    `method` is "dp" (exact minimum-cost segmentation) or "adjacent_percentile" (a cut where neighbours are less alike
    than the `percentile`-th percentile of all neighbours in the document). Without an embedder the packaged
    one is taken. The empty text has no chunks.
    Errors: ValueError for an unknown method or a percentile outside 0 to 100, EmbedderUnavailable.
    """
    from .segmentation import plan_chunks

    plan = plan_chunks(text, embedder, method=method, percentile=percentile)
    return [(chunk.start, chunk.end) for chunk in plan.chunks]


__all__ = ["segment"]
