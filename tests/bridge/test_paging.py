"""Rows in pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from uvm_core.bridge.paging import pages
from uvm_core.bridge.protocol import MAX_PAGE
from uvm_core.bridge.values import pack


@given(st.lists(st.binary(max_size=3000), max_size=30), st.none() | st.integers(1, 5))
def test_no_row_is_lost_and_every_page_fits(rows: list[bytes], most: int | None) -> None:
    found = list(pages(rows, max_bytes=5000, max_rows=most))
    assert [row for page in found for row in page] == rows
    assert found
    assert all(len(pack(page)) <= 5000 and (most is None or len(page) <= most) for page in found)
    assert all(page for page in found) or rows == []


def test_pages_are_full() -> None:
    found = list(pages([b"x" * 1000] * 2000))
    assert [len(pack(page)) <= MAX_PAGE for page in found] == [True, True]


def test_a_row_larger_than_a_page_goes_alone() -> None:
    assert [len(page) for page in pages([b"a", b"x" * (2 * MAX_PAGE), b"b"])] == [1, 1, 1]
