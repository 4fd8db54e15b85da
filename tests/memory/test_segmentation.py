"""Segmentation: no character is lost, what belongs together stays together, and subjects come apart."""

from __future__ import annotations

import subprocess
import sys
import threading
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import uvm_core.memory
from tests.memory.word_vectors import WordVectors
from uvm_core.memory import segment
from uvm_core.memory.boundaries import Atom, cheapest_cuts, topical, unlike_neighbours
from uvm_core.memory.embedding import EmbeddingCancelled, packaged_embedder
from uvm_core.memory.segmentation import Plan, plan_chunks
from uvm_core.memory.units import MAX_CHUNK, MAX_WHOLE

METHODS: list[dict[str, Any]] = [
    {"method": "dp"},
    {"method": "adjacent_percentile", "percentile": 5},
    {"method": "adjacent_percentile", "percentile": 25},
]

# Scraps of every construct that the scanner knows, so that random texts meet them halfway.
SCRAPS = st.sampled_from(
    [
        "# Title\n", "## Sub ##\n", "Title\n=====\n", "-----\n", "Sub\n~~~\n", "- item\n", "  - inner\n",
        "1. one\n", "```\n", "~~~py\n", "    code()\n", "\tcode()\n", "| a | b |\n", "|---|---|\n", "+--+--+\n",
        "== ==\n", "::\n\n", "---\n", ">>> x\n", ".. code::\n", "One sentence. Two! ", "Dr. No went home. ",
        "你好。再见！", "\r\n", "\r", "\n", "\n\n", " ", "\t", "\0", "\f", "🙂", "👩\u200d👧", "e\u0301", "\u2028",
        "\ud7ff", "x" * 1500,
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.one_of(SCRAPS, st.text(max_size=12)), max_size=40).map("".join))


def cut(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def holding(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one span holds the whole of a piece."""
    return any(first <= start and end <= last for first, last in spans)


@given(TEXTS)
@example("")
@example(" \r\n\t")
@example("no end of line")
@example("\0")
@example("🙂" * 3000)
@example("word " * 3000)
@example("```\n" + "x = 1\n" * 9000)
@settings(max_examples=120)
@pytest.mark.parametrize("how", METHODS)
def test_spans_joined_are_the_text_whatever_it_is(how: dict[str, Any], text: str) -> None:
    spans = segment(text, embedder=WordVectors(), **how)
    assert "".join(cut(text, spans)) == text
    assert all(start < end for start, end in spans)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert all(end - start <= MAX_WHOLE for start, end in spans)
    assert spans == segment(text, embedder=WordVectors(), **how)


@given(TEXTS)
@settings(max_examples=60)
def test_a_plan_holds_every_sentence_once_with_its_vector(text: str) -> None:
    embedder = WordVectors()
    plan = plan_chunks(text, embedder)
    sentences = [span for chunk in plan.chunks for span in chunk.sentences]
    assert "".join(cut(text, sentences)) == text
    assert embedder.asked == len(sentences) == len(plan.sentence_vectors)
    assert len(plan.vectors) == len(plan.chunks)
    assert np.allclose(np.linalg.norm(plan.vectors, axis=1), 1, atol=1e-4)
    row = 0
    for chunk in plan.chunks:
        assert (chunk.start, chunk.end) == (chunk.sentences[0][0], chunk.sentences[-1][1])
        assert chunk.first == row
        row += len(chunk.sentences)


@given(st.lists(st.sampled_from(["Springs drive it. ", "Invoices are paid.\n\n", "x" * 700 + ". "]), max_size=80))
@settings(max_examples=30)
@pytest.mark.parametrize("how", METHODS)
def test_prose_is_never_longer_than_a_chunk_may_be(how: dict[str, Any], pieces: list[str]) -> None:
    spans = segment("".join(pieces), embedder=WordVectors(), **how)
    assert all(end - start <= MAX_CHUNK for start, end in spans)


def test_a_heading_begins_a_chunk_and_stays_with_what_it_heads() -> None:
    text = "Before.\n\n# Clocks\n\n## Springs\nThey drive.\n\n## Escapements\nThey tick.\n\nTools\n=====\nFiles.\n"
    plan = plan_chunks(text, WordVectors())
    pieces = [text[chunk.start : chunk.end] for chunk in plan.chunks]
    assert pieces == [
        "Before.\n\n",
        "# Clocks\n\n## Springs\nThey drive.\n\n",
        "## Escapements\nThey tick.\n\n",
        "Tools\n=====\nFiles.\n",
    ]
    assert [chunk.section for chunk in plan.chunks] == [
        (),
        ("Clocks", "Springs"),
        ("Clocks", "Escapements"),
        ("Tools",),
    ]


@pytest.mark.parametrize("how", METHODS)
def test_code_tables_and_lists_are_never_cut_inside(how: dict[str, Any]) -> None:
    code = "```python\n# not a heading\n\nx = 1\n\n\ndef f():\n    return x\n```\n"
    table = "| clock | price |\n|---|---|\n| one | 3 |\n| two | 4 |\n"
    items = "- Springs drive it. They are wound.\n- Invoices. Paid in May.\n\n  ```\n  # x\n  ```\n- last\n"
    text = f"# One\n\nWords here. More words.\n\n{code}\nOther words.\n\n{table}\n{items}\nThe end. Of it.\n"
    spans = segment(text, embedder=WordVectors(), **how)
    for piece in (code, table, items):
        start = text.index(piece)
        assert holding(spans, start, start + len(piece.rstrip()))


def test_code_is_a_chunk_of_its_own_unless_a_colon_announces_it() -> None:
    text = "Springs drive it.\n\n```\nx = 1\n```\nSprings again.\n\nIt is wound so:\n\n    wind(clock);\n\nSprings.\n"
    assert cut(text, segment(text, embedder=WordVectors())) == [
        "Springs drive it.\n\n",
        "```\nx = 1\n```\n",
        "Springs again.\n\nIt is wound so:\n\n    wind(clock);\n\n",
        "Springs.\n",
    ]


def test_a_list_too_long_for_a_chunk_is_cut_between_its_items() -> None:
    items = [f"- Item {number} tells of springs and wheels. It goes on for a while.\n" for number in range(300)]
    text = "".join(items)
    spans = segment(text, embedder=WordVectors())
    assert len(spans) > 1
    assert all(piece.startswith("- Item") for piece in cut(text, spans))


def test_two_subjects_come_apart_where_they_meet() -> None:
    clocks = "The spring drives the wheels. " * 6
    money = "An invoice lists every payment. " * 6
    for joint in ("", "\n\n"):
        text = clocks + joint + money
        assert cut(text, segment(text, embedder=WordVectors())) == [clocks + joint, money]
    even = clocks * 2
    assert cut(even, segment(even, embedder=WordVectors())) == [even]


def test_the_percentile_is_that_of_neighbours_alone() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0.6, 0.8]], dtype=np.float32)
    # Likeness of neighbours: 1, 0, 1, 0.8.
    assert unlike_neighbours(vectors, 25) == {2}
    assert unlike_neighbours(vectors, 50) == {2, 4}
    assert unlike_neighbours(vectors, 0) == set()
    assert unlike_neighbours(vectors[:1], 25) == set()


def test_no_other_cuts_cost_less() -> None:
    random_one = np.random.default_rng(3)
    rows = topical(random_one.normal(size=(9, 5)).astype(np.float32))
    atoms = [Atom(row, row + 1, 10, cost) for row, cost in enumerate([0, 0.3, 0.1, 0.5, 0.2, 0.4, 0.1, 0.3, 0.2])]

    def price(cuts: list[int]) -> float:
        total = sum(atoms[cut].cost for cut in cuts)
        for first, last in pairwise([0, *cuts, len(rows)]):
            part = rows[first:last]
            total += len(part) - float(np.square(part.sum(axis=0)).sum()) / len(part)
        return total

    every = [[place for place in range(1, 9) if mask >> (place - 1) & 1] for mask in range(256)]
    found = cheapest_cuts(rows, atoms, 1000)
    assert price(found) == pytest.approx(min(price(cuts) for cuts in every))
    held = cheapest_cuts(rows, atoms, 30)
    small = [cuts for cuts in every if all(b - a <= 3 for a, b in pairwise([0, *cuts, 9]))]
    assert price(held) == pytest.approx(min(price(cuts) for cuts in small))


def test_a_method_or_percentile_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="dp, adjacent_percentile"):
        segment("One.", method="cosine", embedder=WordVectors())
    with pytest.raises(ValueError, match="between 0 and 100"):
        segment("One.", method="adjacent_percentile", percentile=101, embedder=WordVectors())


def test_a_cancelled_plan_leaves_nothing_behind() -> None:
    cancel = threading.Event()
    seen: list[int] = []

    def stop(done: int, _of: int) -> None:
        seen.append(done)
        cancel.set()

    text = "The spring drives the clock. " * 40
    with pytest.raises(EmbeddingCancelled):
        plan_chunks(text, packaged_embedder(), cancel=cancel, on_progress=stop)
    assert len(seen) == 1
    assert seen[0] < 40


def test_the_packaged_embedder_parts_real_subjects() -> None:
    bread = (
        "Flour, water and salt are all that a loaf needs. Knead the dough until it is smooth, then let it rise "
        "overnight. Bake it in a hot oven until the crust is dark. A stone keeps the heat even. "
    )
    law = (
        "The tenant shall pay the rent on the first day of each month. Late payment entitles the landlord to interest. "
        "Either party may end this agreement with three months' notice. Disputes are settled by the court in Graz. "
    )
    stars = (
        "A neutron star packs the mass of the sun into a sphere twenty kilometres wide. Its magnetic field sweeps "
        "radio waves across the sky. We see the pulsar blink each time the beam passes the earth. Its rotation slows "
        "by nanoseconds a year. "
    )
    text = bread + law + stars
    assert cut(text, segment(text)) == [bread, law, stars]
    for how in METHODS:
        assert "".join(cut(text, uvm_core.memory.segment(text, **how))) == text
    assert segment("") == []
    assert segment("One.") == [(0, 4)]


def test_a_plan_of_nothing_is_empty() -> None:
    plan = plan_chunks("", WordVectors())
    assert isinstance(plan, Plan)
    assert plan.chunks == ()
    assert len(plan.vectors) == len(plan.sentence_vectors) == 0


def test_importing_the_memory_loads_neither_a_model_nor_the_database() -> None:
    program = (
        "import sys, uvm_core.memory, uvm_core.memory.segmentation; "
        "heavy = {'torch', 'nltk', 'onnxruntime', 'sentence_transformers', 'ZODB', 'persistent'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
