"""Keeping the indexes in step with edits: a document that was deleted, brought back, or set back to what it was.

A commit that touches a document is looked at before its author is answered; what it asks of the indexes is done by the
writer's thread. A search waits a moment for what comes back, so that who undoes a deletion finds the document again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from typing import Any

import structlog
from ZODB.POSException import POSKeyError
from ZODB.utils import p64

from ..image.errors import Refused
from ..image.image import Committed, Image
from ..image.world import World
from ..objects import UvmObject, own_slots
from .keeping import is_settled, is_there, settle
from .reading import catalogue_tables
from .tables import Tables

PATIENCE = 5.0
"""Seconds that a search waits for documents that come back."""

log = structlog.get_logger("memory")


class Tender:
    """Follows the image's commits. `submit` runs a function in the one thread that writes the catalogue."""

    def __init__(self, image: Image, submit: Callable[[Callable[[], None]], Future[None]]) -> None:
        self._image = image
        self._submit = submit
        self._lock = threading.Lock()
        self._known: set[int] = set()
        self._returning: set[Future[None]] = set()

    def look_over(self) -> None:
        """Settle what a UVM that was killed left to do; in the writer's thread."""
        for number in self._image.read(self._unsettled):
            self.settle(number)

    def add(self, document: int) -> None:
        """A document that is in step and is to be followed."""
        with self._lock:
            self._known.add(document)

    def heard(self, done: Committed) -> None:
        """A commit: in the thread of whoever made it, before they are answered."""
        touched = (done.objects & self._known) | (done.came_or_went - self._known)
        if not touched:
            return
        # Also where the indexes are in step now: what an edit before this one asked for may be under way.
        for number, alive in self._image.read(lambda world: self._documents(world, touched)):
            future = self._submit(lambda number=number: self.settle(number))  # type: ignore[misc]
            if alive:
                with self._lock:
                    self._returning.add(future)
                future.add_done_callback(self._returned)

    def wait_for_returning(self) -> None:
        """Wait until documents that come back are found again, for a moment at most."""
        with self._lock:
            waiting = list(self._returning)
        if waiting:
            wait(waiting, timeout=PATIENCE)

    def settle(self, number: int) -> None:
        """Bring the indexes into step with one document."""

        def work(world: World) -> str | None:
            tables = catalogue_tables(world)
            document = _document(world, tables, number)
            if document is None or _is_settled(tables, world, document):
                return None
            settle(tables, world, document)
            return str(own_slots(document).get("title"))

        try:
            title, _done = self._image.transact(work, "memory", "The memory follows an edit")
        except Exception:
            # The document as a person left it cannot be indexed; the search leaves it out, the rest goes on.
            log.exception("document_not_settled", document=number)
            return
        if title is not None:
            log.info("document_settled", document=number, title=title)

    def _returned(self, future: Future[None]) -> None:
        with self._lock:
            self._returning.discard(future)

    def _documents(self, world: World, numbers: Iterable[int]) -> list[tuple[int, bool]]:
        """(document, whether it is there) of those of these objects that are documents."""
        try:
            tables = catalogue_tables(world)
        except Refused:
            return []
        found: list[tuple[int, bool]] = []
        for number in numbers:
            document = _document(world, tables, number)
            if document is not None:
                self.add(number)
                found.append((number, is_there(world, document)))
        return found

    def _unsettled(self, world: World) -> list[int]:
        try:
            tables = catalogue_tables(world)
        except Refused:
            return []
        documents = list(tables.documents.values())
        for document in documents:
            self.add(world.id_of(document))
        return [world.id_of(document) for document in documents if not _is_settled(tables, world, document)]


def _is_settled(tables: Tables, world: World, document: UvmObject) -> bool:
    try:
        return is_settled(tables, world, document)
    except (AttributeError, TypeError):
        # A person took away or replaced one of the slots that the memory keeps in a document.
        log.warning("document_without_its_slots", document=world.id_of(document))
        return True


def _document(world: World, tables: Tables, number: int) -> UvmObject | None:
    """The catalogue's document of that id, deleted or not; None for any other object."""
    try:
        found: Any = world.connection.get(p64(number))
    except POSKeyError:
        return None
    if not isinstance(found, UvmObject):
        return None
    name = own_slots(found).get("document_id")
    return found if isinstance(name, str) and tables.documents.get(name) is found else None
