"""Which classes an image may name: a pickle can name anything, so anything else is refused before it is imported."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

import ZODB.ConflictResolution
from ZODB.Connection import Connection
from ZODB.DB import DB
from ZODB.POSException import StateLoadError
from ZODB.utils import u64

from .errors import ImageError

_ALLOWED: frozenset[tuple[str, str]] = frozenset(
    {
        ("BTrees", "_family64"),
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("builtins", "bytes"),
        ("_codecs", "encode"),
        ("copyreg", "__newobj__"),
        ("copyreg", "_reconstructor"),
        ("copy_reg", "_reconstructor"),
        ("builtins", "object"),
        ("persistent.mapping", "PersistentMapping"),
        ("persistent.list", "PersistentList"),
        ("ZODB.blob", "Blob"),
        ("uvm_core.objects.uvm_object", "UvmObject"),
        ("uvm_core.objects.method", "Method"),
        ("uvm_core.objects.method", "Primitive"),
        ("uvm_core.image.world", "WorldRecord"),
        ("uvm_core.image.edits", "Edit"),
        ("uvm_core.image.edits", "Change"),
        ("uvm_core.image.edits", "Absent"),
        ("zope.index.text.textindex", "TextIndex"),
        ("zope.index.text.okapiindex", "OkapiIndex"),
        ("zope.index.text.lexicon", "Lexicon"),
        ("zope.index.text.lexicon", "Splitter"),
        ("zope.index.text.lexicon", "CaseNormalizer"),
        ("zope.index.text.lexicon", "StopWordRemover"),
        ("uvm_core.memory.words", "Words"),
        ("uvm_core.memory.vectors", "VectorSegment"),
        ("uvm_core.cycles.records", "Mission"),
        ("uvm_core.cycles.records", "Proposal"),
    }
)
_BTREE_FAMILIES = frozenset({"OO", "LO", "LL", "OL", "LF", "IO", "OI", "II"})


def allowed(module: str, name: str) -> bool:
    """Whether an image may name this class."""
    if (module, name) in _ALLOWED or (module, name) == ("BTrees.Length", "Length"):
        return True
    if module.startswith("BTrees.") and module.count(".") == 1:
        family = module.removeprefix("BTrees.").removesuffix("BTree")
        return family in _BTREE_FAMILIES and name.removesuffix("Py") in {
            f"{family}{kind}" for kind in ("BTree", "Bucket", "TreeSet", "Set")
        }
    return False


@lru_cache(maxsize=1024)
def find_class(module: str, name: str) -> Any:
    """The class an image names; ImageError for one that is not on the list."""
    if not allowed(module, name):
        raise ImageError(
            f"The image names {module}.{name}, which no image of BAT OS holds. Nothing of it was run; the image was "
            "made by something else or is damaged."
        )
    return getattr(importlib.import_module(module), name)


def class_factory(connection: Any, module: str, name: str) -> Any:  # noqa: ARG001 - ZODB's signature
    """The `class_factory` of the database: the first door through which pickles come."""
    return find_class(module, name)


class _Connection(Connection):
    """A connection that says in a sentence why the state of an object cannot be had."""

    def setstate(self, obj: Any) -> None:
        """Load the state of a ghost; ImageError when it names what no image holds, or cannot be read."""
        try:
            super().setstate(obj)
        except StateLoadError as problem:
            if isinstance(problem.__cause__, ImageError):
                raise problem.__cause__ from None
            raise ImageError(
                f"Object {u64(obj._p_oid)} of the image cannot be read ({problem.__cause__!r}): its record is damaged. "
                "The other objects serve; an older state of it may be found in a backup."
            ) from problem


class _Database(DB):
    klass = _Connection


def guard_conflict_resolution() -> None:
    """Close the second door: resolving a conflict loads old states with a finder of its own."""
    ZODB.ConflictResolution.find_global = lambda module, name, *_rest: find_class(module, name)


def open_database(storage: Any, *, pool_size: int) -> DB:
    """The database over `storage`, with the known doors closed to classes that are not on the list."""
    guard_conflict_resolution()
    return _Database(storage, pool_size=pool_size, large_record_size=1 << 26, class_factory=class_factory)
