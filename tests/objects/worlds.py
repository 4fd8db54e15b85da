"""Small databases for tests of objects: a real FileStorage, opened, closed and opened again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import transaction
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

from uvm_core.image.allow_list import open_database
from uvm_core.objects import Callable_, UvmObject, own_slots


class Connected:
    """A connection with a transaction of its own."""

    def __init__(self, database: DB) -> None:
        self.manager = transaction.TransactionManager(explicit=True)
        self.connection = database.open(transaction_manager=self.manager)
        self.manager.begin()

    @property
    def root(self) -> Any:
        return self.connection.root()

    def begin(self) -> None:
        self.manager.abort()
        self.manager.begin()

    def commit(self) -> None:
        try:
            self.manager.commit()
        except BaseException:
            self.begin()
            raise
        self.manager.begin()

    def close(self) -> None:
        self.manager.abort()
        self.connection.close()


@contextmanager
def database(path: Path) -> Iterator[DB]:
    """An open database over the file at `path`."""
    opened = open_database(FileStorage(str(path), blob_dir=f"{path}.blob"), pool_size=40)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def connected(opened: DB) -> Iterator[Connected]:
    """One connection for a block."""
    session = Connected(opened)
    try:
        yield session
    finally:
        session.close()


def shape(value: Any, names: dict[int, str]) -> Any:
    """A value as something two openings of an image can be compared by: types kept, references by name."""
    if isinstance(value, UvmObject):
        return ("object", names.get(id(value), "?"))
    if isinstance(value, Callable_):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return (type(value).__name__.replace("ReadOnlyList", "list"), [shape(item, names) for item in value])
    if isinstance(value, dict):
        return ("dict", [(shape(key, names), shape(item, names)) for key, item in value.items()])
    if isinstance(value, (set, frozenset)):
        return ("set", sorted((shape(item, names) for item in value), key=repr))
    return (type(value).__name__, repr(value))


def picture(objects: dict[str, UvmObject]) -> dict[str, list[tuple[str, Any]]]:
    """All own slots of some objects, in slot order, without the objects themselves."""
    names = {id(found): name for name, found in objects.items()}
    return {
        name: [(slot, shape(value, names)) for slot, value in own_slots(found).items()]
        for name, found in objects.items()
    }
