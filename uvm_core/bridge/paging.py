"""Rows in pages that fit into one message: snapshots and deltas go out in numbered pages of at most 1 MiB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from uvm_core.bridge.protocol import MAX_PAGE
from uvm_core.bridge.values import pack

Row = TypeVar("Row")

_ENVELOPE = 1024  # bytes for the fields around the rows


def pages(rows: Iterable[Row], *, max_bytes: int = MAX_PAGE, max_rows: int | None = None) -> Iterator[list[Row]]:
    """The rows in their order, as lists that are packed within `max_bytes`; at least one list, which may be empty.

    A row that is larger than a page goes into one of its own. Raises ValueRefused for a row that cannot travel.
    """
    page: list[Row] = []
    size = _ENVELOPE
    began = False
    for row in rows:
        length = len(pack(row))
        if page and (size + length > max_bytes or (max_rows is not None and len(page) >= max_rows)):
            yield page
            began = True
            page, size = [], _ENVELOPE
        page.append(row)
        size += length
    if page or not began:
        yield page
