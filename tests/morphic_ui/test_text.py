"""Shortened and wrapped text fits, and nothing of a wrapped text is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from morphic_ui.model.text import ELLIPSIS, MONO, SANS, FixedMeasurer, elide, tail, wrap

MEASURE = FixedMeasurer()
WORDS = st.text(alphabet=st.sampled_from("abcdefgh    _é漢"), max_size=120)


@given(WORDS, st.floats(0, 400))
def test_shortened_text_fits_or_is_empty(text: str, width: float) -> None:
    shown = elide(MEASURE, text, SANS, 14, width)
    assert shown == "" or MEASURE.width(shown, SANS, 14) <= width


@given(WORDS)
def test_text_with_room_is_not_shortened(text: str) -> None:
    assert elide(MEASURE, text, SANS, 14, 10_000) == text


@given(WORDS, st.floats(20, 300))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: float) -> None:
    lines = wrap(MEASURE, text, MONO, 14, width, most=10_000)
    assert all(MEASURE.width(line, MONO, 14) <= width or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(WORDS, st.floats(20, 300), st.integers(1, 5))
def test_wrapping_stops_at_the_most_lines(text: str, width: float, most: int) -> None:
    assert len(wrap(MEASURE, text * 3, SANS, 14, width, most)) <= most


def test_line_breaks_become_blanks_when_shortened() -> None:
    assert elide(MEASURE, "a\nb\tc", SANS, 14, 1000) == "a b c"


def test_an_ellipsis_says_that_something_is_missing() -> None:
    assert elide(MEASURE, "a long text that does not fit", SANS, 14, 100).endswith(ELLIPSIS)


@given(st.text(max_size=500), st.integers(1, 100))
def test_a_tail_is_the_end(text: str, most: int) -> None:
    assert text.endswith(tail(text, most))
    assert len(tail(text, most)) == min(len(text), most)
