"""Search: any text is a query, what is not there is not found, the order is always the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zope.index.text.lexicon import CaseNormalizer, Splitter, StopWordRemover

from tests.memory.memories import CLOCKS, Remembering, StemVectors, contents, remembering
from tests.objects.worlds import connected, database
from uvm_core.live import LiveServices
from uvm_core.memory.catalogue import (
    CATALOGUE_PRIMITIVES,
    MemoryServices,
    catalogue_upgrade,
    index_document,
    new_catalogue,
    search,
)
from uvm_core.memory.mirror import Mirror
from uvm_core.memory.ranking import CANDIDATES, rank
from uvm_core.memory.tables import NEW_SLOTS, new_text_index, tables_of
from uvm_core.objects import Primitive, SendError, Surroundings, UvmObject, copy_data, own_slots, running, send

WORDS = ["clock", "spring", "lamp", "oil", "cellar", "graz", "invoice", "東京"]


class Services:
    """The running system as the catalogue's messages see it."""

    def __init__(self) -> None:
        self.encoder = StemVectors()
        self.copy = Mirror()

    def embed(self, texts: Any) -> np.ndarray | None:
        return self.encoder.encode(texts)

    def mirror(self) -> Mirror:
        return self.copy

    def unhurried(self) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remembering]:
    with remembering(tmp_path_factory.mktemp("filled")) as here:
        here.take("clocks.md", CLOCKS, source="/clocks.md")
        here.take("twin.md", CLOCKS + "\nAn invoice for Graz.", source="/twin.md")
        here.memory.take_passages([{"id": f"p{n}", "text": f"passage {n} about oil"} for n in range(150)]).result(60)
        yield here


QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*WORDS, "AND", "OR", "NOT", '"', "(", ")", "*", "?", "-", "\0", "\ud800", "the"])).map(
        " ".join
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUERIES, st.integers(1, 200))
def test_any_text_is_a_query(filled: Remembering, query: str, limit: int) -> None:
    hits = filled.memory.search(query, limit)
    assert len(hits) <= min(limit, 100)
    assert (hits == []) == (not query.strip())
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    for hit in hits:
        assert 0 <= hit["score"] <= 1
        parts = hit["parts"]
        assert math.isclose(hit["score"], 0.7 * parts["vector"] + 0.3 * parts["okapi"], abs_tol=2e-5)
    assert hits == filled.memory.search(query, limit)
    assert [hit["key"] for hit in hits[:3]] == [hit["key"] for hit in filled.memory.search(query, 3)][: len(hits)]


@pytest.mark.parametrize("query", ["", "  ", "\n\t", "\u2003"])
def test_an_empty_query_finds_nothing(filled: Remembering, query: str) -> None:
    assert filled.memory.search(query) == []


@pytest.mark.parametrize("query", ["clock AND", "OR NOT clock", '"clock', "(clock", "clo* clock"])
def test_operators_are_words(filled: Remembering, query: str) -> None:
    assert "clock" in filled.found(query, 1)[0]


def test_a_book_as_a_query_is_read_to_a_limit(filled: Remembering) -> None:
    hits = filled.memory.search("the clock of the tower " * 50_000, 3)
    assert "clock" in hits[0]["text"]


def test_a_hit_says_where_it_stands(filled: Remembering) -> None:
    hit = next(hit for hit in filled.memory.search("oil from the cellar", 100) if hit["document_id"] == "/clocks.md")
    assert (hit["title"], hit["source"], hit["section"]) == ("clocks.md", "/clocks.md", ["Lamps"])
    assert CLOCKS[hit["start"] : hit["end"]] == hit["text"]
    assert hit["key"] == "/clocks.md::1"
    shown = filled.memory.document(hit["document"])
    assert hit["chunk"] in [chunk["id"] for chunk in shown["chunks"]]


def test_equal_chunks_come_in_the_order_in_which_they_were_taken_in(filled: Remembering) -> None:
    hits = filled.memory.search("springs drive the clock of the tower", 2)
    assert [hit["document_id"] for hit in hits] == ["/clocks.md", "/twin.md"]
    assert hits[0]["score"] == hits[1]["score"]


def test_many_queries_are_answered_like_each_alone(filled: Remembering) -> None:
    queries = ["oil", "", "clock graz", "oil", "nothing of this"]
    found = filled.memory.search_many(queries, 4)
    for query, hits in zip(queries, found, strict=True):
        alone = filled.memory.search(query, 4)
        assert [(hit["key"], hit["score"]) for hit in hits] == [(hit["key"], hit["score"]) for hit in alone]
        assert all("text" not in hit for hit in hits)


def test_an_empty_memory_answers_without_waking_an_encoder(image_dir: Path) -> None:
    def wake() -> StemVectors:
        raise AssertionError("woken")

    with remembering(image_dir, wake) as here:
        assert here.memory.search("anything") == []


# --- the law of the index


DOCUMENTS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    min_size=1,
)


@settings(max_examples=40)
@given(DOCUMENTS, st.sampled_from(["a", "b", "c"]))
def test_indexing_and_emptying_a_document_leaves_nothing_of_it(documents: dict[str, str], gone: str) -> None:
    one, other = (UvmObject(new_catalogue()) for _ in range(2))
    services = Services()
    with running(Surroundings(CATALOGUE_PRIMITIVES, services=services)):
        index_document(one, gone, "東京 clocks that nobody keeps")
        for name, text in documents.items():
            index_document(one, name, text)
            if name != gone:
                index_document(other, name, text)
        index_document(one, gone, "")
        assert contents(tables_of(one)) == contents(tables_of(other))
        for query in WORDS:
            assert [c.text for c in search(one, query, 50)] == [c.text for c in search(other, query, 50)]


def test_okapi_scores_are_those_of_the_index() -> None:
    made = UvmObject(new_catalogue())
    for number, text in enumerate(["clock clock lamp", "lamp oil", "clock oil oil oil", "graz", "clocks " * 30]):
        index_document(made, f"d{number}", text)
    tables = tables_of(made)
    mirror = Mirror()
    mirror.follow(tables)
    for query in ("clock", "clock oil", "lamp graz oil clock", "nothing"):
        wids = [wid for wid in tables.text.lexicon.termToWordIds(query) if wid]
        ours = mirror.word_scores(tables, wids)
        theirs = dict(tables.text.index.search(query) or {})
        assert {number: round(float(ours[number]), 4) for number in np.flatnonzero(ours).tolist()} == {
            number: round(score, 4) for number, score in theirs.items()
        }


def test_a_mirror_that_follows_is_like_a_new_one() -> None:
    made = UvmObject(new_catalogue())
    mirror = Mirror()
    with running(Surroundings(CATALOGUE_PRIMITIVES, services=Services())):
        for number in range(30):
            index_document(made, f"d{number % 11}", f"{WORDS[number % 7]} {WORDS[number % 5]} {number}")
            tables = tables_of(made)
            mirror.follow(tables)
            fresh = Mirror()
            fresh.follow(tables)
            query = StemVectors().encode(["clock oil"])
            ours, theirs = (rank(one, tables, ["clock oil"], query, 9)[0] for one in (mirror, fresh))
            assert list(ours) == list(theirs)


def test_no_more_than_the_candidates_of_both_lists_are_ranked(filled: Remembering) -> None:
    def work(tables: Any) -> int:
        mirror = Mirror()
        mirror.follow(tables)
        return len(list(rank(mirror, tables, ["oil"], StemVectors().encode(["oil"]), 5)[0]))

    assert CANDIDATES <= filled.tables(work) <= 2 * CANDIDATES


# --- the two messages


def catalogue() -> UvmObject:
    primitives = {name: Primitive(name) for name in CATALOGUE_PRIMITIVES}
    return UvmObject({**primitives, **new_catalogue()})


def test_live_messages_reach_the_memory() -> None:
    mirror = Mirror()
    memory = SimpleNamespace(mirror=mirror, embed=StemVectors().encode)
    watchdog = SimpleNamespace(paused=nullcontext)
    unused: Any = None
    services = LiveServices(unused, unused, cast(Any, watchdog), unused, unused, cast(Any, memory))
    assert isinstance(services, MemoryServices)
    made = catalogue()
    with running(Surroundings(CATALOGUE_PRIMITIVES, services=services)):
        send(made, "index_document_", ("doc", CLOCKS, {}))
        assert send(made, "search_", ("oil", 1))[0].section == ("Lamps",)


def test_messages_go_by_meaning_and_words_where_a_system_runs() -> None:
    made, services = catalogue(), Services()
    assert isinstance(services, MemoryServices)
    with running(Surroundings(CATALOGUE_PRIMITIVES, services=services)):
        ids = send(made, "index_document_", ("doc", CLOCKS, {"title": "Clocks", "tags": ["a"]}))
        found = send(made, "search_", ("oil in the cellar", 1))
    assert len(ids) == len(made.chunk_storage) == 2
    assert found[0].section == ("Lamps",)
    assert found[0].metadata == {"title": "Clocks", "tags": ["a"]}
    assert sorted(tables_of(made).store.rows(ids)) == ids  # type: ignore[union-attr]
    assert made.documents["doc"].title == "Clocks"


def test_messages_of_one_transaction_see_what_it_has_not_committed(tmp_path: Path) -> None:
    services = Services()
    with database(tmp_path / "x.fs") as opened, connected(opened) as here:
        made = here.root["made"] = catalogue()
        here.commit()
        with running(Surroundings(CATALOGUE_PRIMITIVES, services=services)):
            index_document(made, "doc", CLOCKS)
            assert search(made, "oil", 1)[0].section == ("Lamps",)
            here.begin()
            assert search(made, "oil") == []
            index_document(made, "other", "An oil of another kind.")
            here.commit()
            assert [chunk.document_id for chunk in search(made, "oil")] == ["other"]


def test_metadata_that_no_slot_holds_is_refused_and_nothing_is_changed() -> None:
    made = catalogue()
    with pytest.raises(SendError, match="metadata"):
        index_document(made, "doc", CLOCKS, {"x": object()})
    assert not list(made.chunk_storage)


# --- older images


def older(text: str) -> UvmObject:
    """A catalogue as images had it before there were vectors."""
    slots = {name: value for name, value in new_catalogue().items() if name not in NEW_SLOTS}
    index = slots["text_index"] = new_text_index()
    index.lexicon._pipeline = (Splitter(), CaseNormalizer(), StopWordRemover())
    made = UvmObject({"parent*": UvmObject(), **slots})
    for place, part in enumerate(text.split("\n\n")):
        chunk = UvmObject(document_id="old", chunk_index=place, text=part, start=0, end=len(part), metadata={"t": 1})
        made.chunk_storage[f"old::{place}"] = chunk
        made.chunk_keys[place + 1] = f"old::{place}"
        index.index_doc(place + 1, part)
    made.metadata_index["old"] = list(made.chunk_keys)
    return made


def test_a_catalogue_from_before_the_vectors_works_as_it_is() -> None:
    made = older(CLOCKS)
    with running(Surroundings(CATALOGUE_PRIMITIVES, services=Services())):
        assert "Springs" in search(made, "clock tower", 1)[0].text
        index_document(made, "new", "Ships sail.")
        assert search(made, "ships", 1)[0].text == "Ships sail."
        index_document(made, "new", "")
        assert search(made, "ships") == []


def test_an_older_catalogue_is_brought_up_once() -> None:
    made = older(CLOCKS)
    for name, value in catalogue_upgrade(made).items():
        setattr(made, name, value)
    assert catalogue_upgrade(made) == {}
    tables = tables_of(made)
    assert list(tables.store.missing) == list(made.chunk_keys)  # type: ignore[union-attr]
    assert [chunk.number for chunk in made.documents["old"].chunks] == list(made.chunk_keys)
    assert copy_data(own_slots(made.documents["old"])["metadata"]) == {"t": 1}
    assert "Springs" in search(made, "springs drive clocks", 1)[0].text
    index_document(made, "old", "Nothing is left.")
    assert sorted(made.chunk_storage) == ["old::0"]
