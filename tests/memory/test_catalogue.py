"""The catalogue: documents in, chunks out, replaced whole, and any text is a query."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.objects.worlds import connected, database
from uvm_core.memory.catalogue import (
    CATALOGUE_PRIMITIVES,
    MAX_DOCUMENT,
    index_document,
    new_catalogue,
    search,
)
from uvm_core.memory.pieces import paragraphs
from uvm_core.objects import Primitive, SendError, Surroundings, UvmObject, running, send

TEXT = "Springs drive the clock.\n\nThe customer brought a clock from Graz.\n\n\nInvoices are paid in May."


def catalogue() -> UvmObject:
    traits = UvmObject()
    primitives = {name: Primitive(name) for name in CATALOGUE_PRIMITIVES}
    return UvmObject({"parent*": traits, **primitives, **new_catalogue()})


def words(found: list[UvmObject]) -> list[str]:
    return [chunk.text.strip() for chunk in found]


def test_a_document_becomes_chunks_with_their_places_and_metadata() -> None:
    made = catalogue()
    meta = {"title": "Clocks", "tags": ["a"]}
    with running(Surroundings(CATALOGUE_PRIMITIVES)):
        ids = send(made, "index_document_", ("doc", TEXT, meta))
        assert len(ids) == len(set(ids)) == 3
        found = send(made, "search_", ("customer",))
    assert words(found) == ["The customer brought a clock from Graz."]
    chunk = found[0]
    assert (chunk.document_id, chunk.chunk_index) == ("doc", 1)
    assert TEXT[chunk.start : chunk.end] == chunk.text
    meta["tags"].append("b")
    assert chunk.metadata == {"title": "Clocks", "tags": ["a"]}
    assert made.chunk_storage["doc::1"] is chunk
    assert list(made.metadata_index["doc"]) == ids


def test_search_ranks_limits_and_joins_words_by_or() -> None:
    made = catalogue()
    index_document(made, "doc", TEXT)
    assert words(search(made, "clock springs"))[0] == "Springs drive the clock."
    assert len(search(made, "clock springs customer invoices", limit=2)) == 2
    assert len(search(made, "clock invoices", limit=0)) == 1
    assert len(search(made, "clock invoices", limit=10**9)) == 3
    assert search(made, "CLOCK nobody-has-this-word") != []


def test_the_same_document_again_replaces_it_whole(tmp_path: Path) -> None:
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = catalogue()
        index_document(made, "doc", TEXT)
        index_document(made, "other", "A clock of another document.")
        here.commit()
        index_document(made, "doc", "Only lamps now.")
        here.commit()
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"]
        assert words(search(made, "clock customer invoices springs")) == ["A clock of another document."]
        assert words(search(made, "lamps")) == ["Only lamps now."]
        assert sorted(made.chunk_storage) == ["doc::0", "other::0"]
        index_document(made, "doc", "")
        assert search(made, "lamps") == []


@pytest.mark.parametrize(
    "query",
    ["", " ", "AND", "clock AND", "OR NOT", '"clock', "(clock", "clo*", "*", "?", "not clock", "\0", "größe", "名前"],
)
def test_operators_and_quotes_are_words_like_others(query: str) -> None:
    made = catalogue()
    assert search(made, query) == []
    index_document(made, "doc", TEXT)
    found = search(made, query)
    assert (words(found) != []) == ("clock" in query)


@given(st.text(max_size=40), st.text(max_size=200))
def test_any_text_is_a_query_and_any_text_is_a_document(query: str, text: str) -> None:
    made = catalogue()
    index_document(made, "doc", text)
    for chunk in search(made, query):
        assert chunk.document_id == "doc"


@given(st.text(alphabet="ab \n\t", max_size=3000))
def test_joined_chunks_are_the_text(text: str) -> None:
    spans = paragraphs(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(0 < end - start <= 1200 for start, end in spans)


BAD_DOCUMENTS = [("", "x"), ("  ", "x"), (3, "x"), ("d", 5), ("d", "x" * (MAX_DOCUMENT + 1))]


@pytest.mark.parametrize(("doc_id", "text"), BAD_DOCUMENTS)
def test_what_cannot_be_indexed_is_refused_with_a_sentence_and_changes_nothing(doc_id: str, text: str) -> None:
    made = catalogue()
    index_document(made, "d", "clock")
    with pytest.raises(SendError, match=r"\.$"):
        index_document(made, doc_id, text)
    assert words(search(made, "clock")) == ["clock"]


def test_a_child_of_the_catalogue_searches_the_same_and_another_object_is_told() -> None:
    made = catalogue()
    index_document(UvmObject({"parent*": made}), "doc", TEXT)
    assert len(search(UvmObject({"parent*": made}), "clock")) == 2
    with pytest.raises(SendError, match="has no index to search"):
        search(UvmObject(), "clock")
