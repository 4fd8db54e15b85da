"""The change feed: one delta per transaction to every client that subscribed, numbered by the transaction's id."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import structlog

from .bridge.paging import pages
from .bridge.values import ValueRefused
from .image.image import Committed, Image
from .image.neutral import inspect_row
from .image.world import World

log = structlog.get_logger("feed")


class ChangeFeed:
    """Makes the deltas in a thread of its own, so that no commit waits for them."""

    def __init__(self, image: Image, publish: Callable[[dict[str, Any]], None]) -> None:
        self._image = image
        self._publish = publish
        self._queue: queue.SimpleQueue[Committed | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
        image.listeners.append(self._queue.put)

    def start(self) -> None:
        """Begin to publish."""
        self._thread.start()

    def close(self) -> None:
        """Publish what is queued and end."""
        self._image.listeners.remove(self._queue.put)
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._image.session() as session:
            while True:
                done = self._queue.get()
                if done is None:
                    return
                if not done.objects:
                    continue
                world = session.begin()
                try:
                    for part in deltas(world, done):
                        self._publish(part)
                except ValueRefused as problem:
                    # A slot that cannot travel whole: the client reads the object itself, page by page.
                    log.warning("delta_refused", problem=str(problem), tid=done.tid)
                    self._publish({"event": "delta", "tid": done.tid, "objects": [], "removed": [], "resync": True})
                session.abort()


def deltas(world: World, done: Committed) -> Iterator[dict[str, Any]]:
    """What a transaction changed, in parts of at most 1 MiB with the same tid.

    Each has rows like those of `inspect`; the first also has the ids of objects taken out of the image.
    """
    # Cycles and other inner objects are shown by their owners, which hear of them by events of their own.
    found = ((number, world.record.objects.get(number)) for number in sorted(done.objects))
    removed = [number for number in sorted(done.objects) if number in world.record.deleted]
    for rows in pages(inspect_row(world, holder) for _number, holder in found if holder is not None):
        if rows or removed:
            about = {"tid": done.tid, "who": done.who, "words": done.words}
            yield {"event": "delta", **about, "objects": rows, "removed": removed}
            removed = []
