"""Vectors in the image: what was added and not taken out is there, in few segments, whatever came in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from BTrees.OOBTree import OOBTree
from hypothesis import given
from hypothesis import strategies as st
from ZODB.blob import Blob

from tests.objects.worlds import connected, database
from uvm_core.memory.vectors import INLINE_ROWS, VectorStore, new_vectors, store_of


def new_store() -> VectorStore:
    made = store_of({**new_vectors(), "counters": OOBTree()})
    assert made is not None
    return made


def rows_of(ids: list[int]) -> np.ndarray:
    """Rows that float16 keeps exactly."""
    return np.array([[number % 97, number // 97, 0.5, 1.0] for number in ids], np.float32)


STEPS = st.lists(
    st.one_of(
        st.integers(1, 90).map(lambda count: ("add", count)),
        st.integers(0, 400).map(lambda place: ("take_out", place)),
        st.integers(0, 400).map(lambda place: ("bring_back", place)),
    ),
    max_size=60,
)


@given(STEPS)
def test_the_store_holds_what_a_dict_would(steps: list[tuple[str, int]]) -> None:
    store = new_store()
    inside: set[int] = set()
    outside: set[int] = set()
    last = 0
    for step, number in steps:
        if step == "add":
            ids = list(range(last + 1, last + number + 1))
            last += number
            store.add(ids, rows_of(ids))
            inside.update(ids)
        elif step == "take_out" and inside:
            chosen = sorted(inside)[number % len(inside)]
            store.take_out(chosen)
            inside.remove(chosen)
            outside.add(chosen)
        elif step == "bring_back" and outside:
            chosen = sorted(outside)[number % len(outside)]
            store.bring_back(chosen)
            outside.remove(chosen)
            inside.add(chosen)
    found = store.rows(range(1, last + 1))
    assert set(found) | set(store.missing) == inside
    assert not set(found) & set(store.missing)
    for number, row in found.items():
        assert row.tolist() == rows_of([number])[0].tolist()


def test_many_single_rows_make_few_segments_and_files(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        slots: dict[str, Any] = {**new_vectors(), "counters": OOBTree()}
        here.root.update(slots)
        store = store_of(slots)
        assert store is not None
        for number in range(1, 1001):
            store.add([number], rows_of([number]))
            if number % 50 == 0:
                here.commit()
    files = list((tmp_path / "x.fs.blob").rglob("*.blob"))
    assert len(files) < 25
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        store = store_of(here.root)
        assert store is not None
        assert len(store.segments) < 40
        assert len(store.rows(range(1, 1001))) == 1000


def test_large_segments_lie_in_blobs_and_small_ones_do_not() -> None:
    store = new_store()
    store.add(range(1, INLINE_ROWS), rows_of(list(range(1, INLINE_ROWS))))
    store.add([1000], rows_of([1000]))
    assert [type(segment.rows) for segment in store.segments.values()] == [bytes, bytes]
    store.add(range(2000, 2200), rows_of(list(range(2000, 2200))))
    assert isinstance(list(store.segments.values())[-1].rows, Blob)


def test_rows_taken_out_are_gone_for_good_once_their_segments_are_merged() -> None:
    store = new_store()
    for number in range(1, 8):
        store.add([number], rows_of([number]))
    store.take_out(3)
    store.add([8], rows_of([8]))
    assert len(store.segments) == 1
    assert not list(store.removed)
    store.bring_back(3)
    assert list(store.missing) == [3]
    store.add([3], rows_of([3]))
    assert not list(store.missing)
    assert sorted(store.rows(range(10))) == list(range(1, 9))
