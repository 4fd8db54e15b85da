"""The palette can be read: contrasts as the design measured them, and the WCAG minimum everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphic_ui.model.theme import DARK, LIGHT, METRICS, STATES, Palette, channels, contrast, mix

COLOURS = st.integers(0, 0xFFFFFF)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda one: one.name)
@pytest.mark.parametrize("ink", ["ink", "second", "accent", "amber", "green", "red", "keyword", "string", "number"])
@pytest.mark.parametrize("ground", ["paper", "well"])
def test_text_can_be_read_on_cards_and_in_fields(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda one: one.name)
def test_the_status_line_can_be_read_on_the_world(palette: Palette) -> None:
    assert contrast(palette.second, palette.world) >= 4.5
    assert contrast(palette.red, palette.world) >= 4.5
    assert contrast(palette.on_tip, palette.tip) >= 7


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda one: one.name)
def test_words_on_loud_buttons_can_be_read(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.amber, palette.amber_soft) >= 4.0


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda one: one.name)
def test_states_stand_out_from_paper(palette: Palette) -> None:
    assert all(contrast(palette.state(state), palette.paper) >= 3 for state in STATES)


def test_measured_contrasts_of_the_design() -> None:
    assert contrast(LIGHT.ink, LIGHT.paper) == pytest.approx(13.8, abs=0.1)
    assert contrast(LIGHT.second, LIGHT.paper) == pytest.approx(5.5, abs=0.1)
    assert contrast(DARK.ink, DARK.paper) == pytest.approx(11.0, abs=0.1)


def test_no_text_is_smaller_than_twelve() -> None:
    sizes = (METRICS.title, METRICS.body, METRICS.small, METRICS.tiny, METRICS.code)
    assert min(sizes) >= 12


@given(COLOURS, COLOURS)
def test_contrast_has_no_direction(first: int, second: int) -> None:
    assert contrast(first, second) == contrast(second, first)
    assert 1 <= contrast(first, second) <= 21.01


@given(COLOURS, COLOURS, st.floats(0, 1))
def test_a_mix_lies_between_its_colours(first: int, second: int, share: float) -> None:
    for a, b, mixed in zip(channels(first), channels(second), channels(mix(first, second, share)), strict=True):
        assert min(a, b) <= mixed <= max(a, b)
