"""Words as the index has them: any text gives some, forms of one word are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uvm_core.memory.stemming import stem
from uvm_core.memory.words import MAX_WORD, Words, words_of

# From the paper, a word for each rule, and words that no rule may touch.
_TEXT = """
caresses caress ponies poni ties ti caress caress cats cat feed feed agreed agre plastered plaster bled bled motoring
motor sing sing conflated conflat troubled troubl sized size hopping hop tanned tan falling fall hissing hiss fizzed
fizz failing fail filing file happy happi sky sky relational relat conditional condit rational ration valenci valenc
hesitanci hesit digitizer digit conformabli conform radicalli radic differentli differ vileli vile analogousli analog
vietnamization vietnam predication predic operator oper feudalism feudal decisiveness decis hopefulness hope callousness
callous formaliti formal sensitiviti sensit sensibiliti sensibl triplicate triplic formative form formalize formal
electriciti electr electrical electr hopeful hope goodness good revival reviv allowance allow inference infer airliner
airlin gyroscopic gyroscop adjustable adjust defensible defens irritant irrit replacement replac adjustment adjust
dependent depend adoption adopt homologou homolog communism commun activate activ angulariti angular homologous homolog
effective effect bowdlerize bowdler probate probat rate rate cease ceas controll control roll roll
"""
STEMS = _TEXT.split()


@pytest.mark.parametrize(("word", "stemmed"), list(zip(STEMS[::2], STEMS[1::2], strict=True)))
def test_stems_are_those_of_the_paper(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


@pytest.mark.parametrize("word", ["größe", "x86", "名前", "snake_case", "is", ""])
def test_other_words_pass_unchanged(word: str) -> None:
    assert stem(word) == word


def test_forms_of_a_word_are_one_and_stop_words_none() -> None:
    assert list(words_of("The CLOCKS are running, and a clock runs.")) == ["clock", "run", "clock", "run"]
    assert list(words_of("How do I do what it is?")) == []


def test_letters_are_compared_as_people_read_them() -> None:
    assert list(words_of("STRASSE")) == list(words_of("straße"))
    assert list(words_of("ﬁne ①")) == ["fine", "1"]


def test_scripts_without_spaces_are_pairs_of_letters() -> None:
    assert list(words_of("東京都 tower")) == ["東京", "京都", "tower"]
    assert list(words_of("駅")) == ["駅"]
    assert "京都" in list(words_of("今日は京都です"))


@given(st.text(max_size=200))
def test_any_text_gives_words_of_bounded_length(text: str) -> None:
    found = Words().process([text, text])
    assert found == [*words_of(text), *words_of(text)]
    assert all(0 < len(word) <= MAX_WORD for word in found)
