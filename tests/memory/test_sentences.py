"""Sentences: found by Punkt's packaged parameters, covering every character, never endless."""

from __future__ import annotations

import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.memory.test_segmentation import TEXTS
from uvm_core.memory import sentences
from uvm_core.memory.embedding import EmbedderUnavailable
from uvm_core.memory.sentences import MAX_SENTENCE, language_of, sentence_spans


def split(text: str, language: str = "english") -> list[str]:
    return [text[start:end].strip() for start, end in sentence_spans(text, language=language)]


@given(TEXTS, st.integers(0, 50), st.integers(0, 50))
def test_sentences_cover_any_piece_of_any_text(text: str, before: int, after: int) -> None:
    start, end = min(before, len(text)), max(len(text) - after, 0)
    spans = sentence_spans(text, start, end)
    assert "".join(text[a:b] for a, b in spans) == text[start:end]
    assert all(0 < b - a <= MAX_SENTENCE for a, b in spans)
    assert all(one[1] == two[0] for one, two in pairwise(spans))


def test_abbreviations_numbers_and_initials_end_no_sentence() -> None:
    text = (
        "Dr. Smith of Springs Ltd. paid $3.50 on Jan. 5. He lives in Washington D.C. near J. S. Bach. "
        "Some tools, e.g. files, are in Fig. 3 and No. 12. Is it so? It is!"
    )
    assert split(text) == [
        "Dr. Smith of Springs Ltd. paid $3.50 on Jan. 5.",
        "He lives in Washington D.C. near J. S. Bach.",
        "Some tools, e.g. files, are in Fig. 3 and No. 12.",
        "Is it so?",
        "It is!",
    ]
    assert split("There is no. Absolutely not.") == ["There is no.", "Absolutely not."]


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not() -> None:
    assert split("One line\nand its second\r\n\r\nNext") == ["One line\nand its second", "Next"]
    assert split("A\r\nb") == ["A\r\nb"]


def test_white_space_belongs_to_the_sentence_before_it() -> None:
    text = "  One.  \n\n Two.\t"
    assert [text[a:b] for a, b in sentence_spans(text)] == ["  One.  \n\n ", "Two.\t"]
    assert sentence_spans(" \n\n ") == [(0, 4)]
    assert sentence_spans("abc", 1, 1) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天天气很好。我们去公园吧！“好的。”他说。", ["今天天气很好。", "我们去公园吧！", "“好的。”", "他说。"]),
        ("「行こう。」と彼は言った。本当？うん", ["「行こう。」", "と彼は言った。", "本当？", "うん"]),
        ("यह एक वाक्य है। यह दूसरा है।", ["यह एक वाक्य है।", "यह दूसरा है।"]),
        ("هل هذا صحيح؟ نعم", ["هل هذا صحيح؟", "نعم"]),
    ],
)
def test_scripts_with_full_stops_of_their_own_are_split_at_them(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_the_language_is_that_of_the_commonest_words() -> None:
    german = "Das ist z.B. ein Satz, der auf die Nr. 5 zeigt. Und das ist nicht der letzte."
    assert language_of(german) == "german"
    assert len(split(german, language_of(german))) == 2
    assert language_of("The spring of the clock is wound by hand.") == "english"
    assert language_of("") == language_of("1234 5678") == "english"


def test_a_sentence_without_end_is_cut_at_clauses() -> None:
    clause = "and then the wheel drives the next one in the train of the clock"
    text = (f"{clause}; " * 300)[:15_000]
    parts = [text[a:b] for a, b in sentence_spans(text)]
    assert all(part.endswith("; ") for part in parts[:-1])
    assert len(parts) < 35
    words = "wheel " * 2500
    assert all(words[a:b].endswith(" ") for a, b in sentence_spans(words))


def test_a_word_without_end_is_cut_but_not_between_a_sign_and_its_mark() -> None:
    text = "e\u0301" * 4000
    assert all(text[a] == "e" for a, _ in sentence_spans(text))


def test_without_its_package_a_plain_sentence_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences._punkt.cache_clear()
    monkeypatch.setitem(sys.modules, "punkt.data", None)
    with pytest.raises(EmbedderUnavailable, match=r"punkt.* is not installed"):
        sentence_spans("One. Two.")
    monkeypatch.undo()
    assert len(sentence_spans("One. Two.")) == 2
