"""Ready-made passages: one chunk each under their own ids, replaced by id, deleted and brought back together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.memory.memories import CLOCKS, HeldVectors, Remembering, contents, nothing_embeds, remembering
from uvm_core.image import edits
from uvm_core.image.errors import Refused
from uvm_core.image.world import World
from uvm_core.memory.keeping import settle
from uvm_core.memory.reading import catalogue_tables


@pytest.fixture
def here(image_dir: Path) -> Iterator[Remembering]:
    with remembering(image_dir) as made:
        yield made


def take(here: Remembering, *rows: Any) -> dict[str, Any]:
    return here.memory.take_passages(rows).result(60)


ROWS = [
    {"id": "a", "text": "A clock strikes."},
    {"id": 7, "text": "The lamp burns oil."},
    {"id": "c d", "text": "東京"},
]


def edit(here: Remembering, work: Any, *, undo: bool = False) -> Any:
    return here.committer.submit(work, "person", undo=undo).result(30)


def delete_collection(here: Remembering) -> int:
    number: int = next(row["id"] for row in here.memory.documents() if row["title"] == "Passages")
    edit(here, lambda world: (None, [edits.delete_object(world, world.resolve(number))], "Delete"))
    return number


def undo_last(here: Remembering) -> None:
    def work(world: World) -> Any:
        last = max(number for number, one in world.record.edits.items() if one.undone_by is None)
        return last, edits.undo(world, world.record.edits[last]), "Undo"

    edit(here, work, undo=True)


def test_a_passage_is_found_under_its_own_id(here: Remembering) -> None:
    assert take(here, *ROWS) == {"indexed": 3, "unchanged": 0, "refused": []}
    hit = here.memory.search("lamp oil", 1)[0]
    assert (hit["document_id"], hit["key"], hit["text"]) == (7, "7::0", "The lamp burns oil.")
    assert here.memory.search("東京", 1)[0]["document_id"] == "c d"
    rows = here.memory.documents()
    assert [(row["title"], row["chunks"]) for row in rows] == [("Passages", 3)]
    assert hit["document"] == rows[0]["id"]
    assert [chunk["text"] for chunk in here.memory.document(rows[0]["id"])["chunks"]] == [
        "The lamp burns oil.",
        "A clock strikes.",
        "東京",
    ]


def test_the_same_passages_again_write_nothing_and_changed_ones_replace(here: Remembering) -> None:
    take(here, *ROWS)
    tid = here.image.tid
    assert take(here, *ROWS) == {"indexed": 0, "unchanged": 3, "refused": []}
    assert here.image.tid == tid
    assert take(here, {"id": "a", "text": "A bell rings."}, ROWS[1])["indexed"] == 1
    assert here.tables(lambda tables: len(tables.keys)) == 3
    assert "A clock strikes." not in here.found("clock", 10)
    here.tables(contents)


def test_the_last_of_an_id_in_one_call_counts(here: Remembering) -> None:
    assert take(here, ROWS[0], {"id": "a", "text": "Later."})["indexed"] == 1
    assert here.found("clock later", 10) == ["Later."]


def test_bad_rows_are_refused_and_the_others_taken(here: Remembering) -> None:
    here.take("doc", CLOCKS, document_id="doc")
    bad = [5, {"id": "x"}, {"id": "", "text": "t"}, {"id": True, "text": "t"}, {"id": "y", "text": " "}]
    answer = take(here, *bad, {"id": "z" * 501, "text": "t"}, {"id": "doc", "text": "t"}, *ROWS)
    assert answer["indexed"] == 3
    assert len(answer["refused"]) == 7
    assert all(row["message"].endswith(".") for row in answer["refused"])


def test_deleting_the_collection_takes_its_passages_out_and_undo_brings_them_back(here: Remembering) -> None:
    take(here, *ROWS)
    full = here.tables(contents)
    delete_collection(here)
    assert here.memory.search("lamp oil") == []
    here.settle()
    assert here.tables(lambda tables: len(tables.keys)) == 0
    undo_last(here)
    # A search waits for what comes back only for a moment; on a busy machine that may take longer.
    here.settle()
    assert here.found("lamp oil", 1) == ["The lamp burns oil."]
    assert here.tables(contents) == full


def test_after_a_collection_was_deleted_new_passages_begin_another(here: Remembering) -> None:
    take(here, *ROWS)
    old = delete_collection(here)
    take(here, {"id": "a", "text": "A bell rings."})
    assert here.found("clock lamp bell", 10) == ["A bell rings."]
    assert here.memory.documents()[0]["id"] != old


def test_without_an_embedder_passages_are_found_by_words(image_dir: Path) -> None:
    with remembering(image_dir, nothing_embeds) as here:
        take(here, *ROWS)
        assert here.found("oil") == ["The lamp burns oil."]
    with remembering(image_dir) as here:
        here.settle()
        assert here.memory.search("oil", 1)[0]["parts"]["cosine"] > 0


def test_what_a_killed_process_left_to_settle_is_settled_at_the_next_start(image_dir: Path) -> None:
    with remembering(image_dir) as here:
        row = here.take("clocks.md", CLOCKS)
        # The edit alone, as it stands in the image when the process dies before the memory has followed it.
        here.image.listeners.clear()
        edit(here, lambda world: (None, [edits.delete_object(world, world.resolve(row["document"]))], "Delete"))
        assert here.tables(lambda tables: len(tables.keys)) > 0
    with remembering(image_dir) as here:
        here.settle()
        assert here.tables(lambda tables: len(tables.keys)) == 0


def test_settling_what_is_settled_changes_nothing(here: Remembering) -> None:
    take(here, *ROWS)
    here.take("clocks.md", CLOCKS)
    before = here.tables(contents)

    def work(world: World) -> None:
        tables = catalogue_tables(world)
        for document in tables.documents.values():
            settle(tables, world, document)

    here.image.transact(work, "test", "Settle")
    assert here.tables(contents) == before


def test_closing_refuses_what_waits(image_dir: Path) -> None:
    held = HeldVectors()
    with remembering(image_dir, lambda: held) as here:
        future = here.memory.take_passages(ROWS)
        assert held.reached.wait(60)
        assert here.memory.busy
    assert future.exception(60) is not None
    with remembering(image_dir) as here:
        assert here.memory.documents() == []


def test_without_its_catalogue_the_memory_says_so_and_goes_on(here: Remembering) -> None:
    take(here, *ROWS)

    def work(world: World) -> Any:
        return None, [edits.remove_slot(world, world.resolve("knowledge_catalog_obj"), "text_index")], "Remove"

    edit(here, work)
    with pytest.raises(Refused, match="no index to search"):
        here.memory.search("clock")
    assert "no index to search" in here.take("clocks.md", CLOCKS)["words"]
    undo_last(here)
    assert here.found("clock strikes", 1) == ["A clock strikes."]
