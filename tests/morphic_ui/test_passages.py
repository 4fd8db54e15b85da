"""Passages as people read them: marked words, excerpts, and windows into very long documents."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from morphic_ui.memory.contents import Chunk, Contents, bring, window
from morphic_ui.memory.library import hits_of
from morphic_ui.memory.passages import excerpt, lines_of, marked, words_of
from morphic_ui.model.text import FixedMeasurer

TALL = 240.0


def contents(counts: list[int]) -> Contents:
    """So many chunks in each section."""
    chunks = []
    for section, count in enumerate(counts):
        for _ in range(count):
            number = len(chunks)
            chunks.append(Chunk(number, number, (f"section {section}",), number, number + 1, "x", 0.5))
    return Contents(tuple(chunks))


def test_words_are_marked_in_their_forms_and_not_inside_others() -> None:
    text = "Springs of a spring; an offspring sprints."
    assert [text[start:end] for start, end in marked(text, words_of("the spring"))] == ["Springs", "spring"]


def test_small_words_are_marked_only_where_there_are_no_others() -> None:
    assert words_of("where is the blob of it") == ("where", "blob")
    assert words_of("to be or") == ("to", "be", "or")


@settings(max_examples=40)
@given(st.text(max_size=400), st.text(max_size=40), st.integers(20, 120))
def test_an_excerpt_is_a_piece_of_the_text_on_one_line(text: str, query: str, most: int) -> None:
    found = excerpt(text, words_of(query), most)
    assert "\n" not in found
    assert len(found) <= most + 2
    assert found.strip("…").strip() in " ".join(text.split())


@settings(max_examples=40)
@given(st.text(max_size=300), st.text(max_size=20), st.integers(60, 400))
def test_marks_lie_in_their_lines(text: str, query: str, width: int) -> None:
    lines = lines_of(FixedMeasurer(), text, words_of(query), width, 14)
    for line, marks in zip(lines.lines, lines.marks, strict=True):
        assert all(0 <= start < end <= len(line) for start, end in marks)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=40), st.integers(0, 200))
def test_a_window_fits_and_is_never_empty(counts: list[int], top: int) -> None:
    lines = contents(counts).lines
    first, end = window(lines, top, TALL)
    assert first < end
    assert sum(line.height for line in lines[first:end]) <= TALL
    if end < len(lines):
        assert not lines[end - 1].heading or end - first == 1


@settings(max_examples=40)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=40), st.data())
def test_every_chunk_can_be_brought_into_the_window(counts: list[int], data: st.DataObject) -> None:
    made = contents(counts)
    chunk = data.draw(st.integers(0, len(made.chunks) - 1))
    top = bring(made.lines, data.draw(st.integers(0, 100)), chunk, TALL)
    first, end = window(made.lines, top, TALL)
    assert any(line.first <= chunk < line.last for line in made.lines[first:end])


@settings(max_examples=40)
@given(st.lists(st.one_of(st.none(), st.floats(-1, 1)), min_size=1, max_size=900))
def test_the_overview_is_bounded_and_within_its_height(similarities: list[float | None]) -> None:
    chunks = tuple(Chunk(n, n, (), n, n + 1, "", value) for n, value in enumerate(similarities))
    lows = Contents(chunks).lows
    assert len(lows) <= 160
    assert all(0 <= low <= 1 for low in lows)


hostile = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({}))
rows = st.fixed_dictionaries({"document": hostile, "chunk": hostile, "score": hostile, "parts": hostile})


@settings(max_examples=60)
@given(st.lists(st.one_of(hostile, rows), max_size=6))
def test_rows_that_are_no_hits_are_left_out(rows: list[object]) -> None:
    assert all(isinstance(hit.document, int) and 0 <= hit.score <= 1 for hit in hits_of(rows))
