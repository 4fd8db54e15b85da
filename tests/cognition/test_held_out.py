"""What a card says of the tasks an expert was never trained on, as the world shows it beside the expert."""

from __future__ import annotations

import pytest

from uvm_core.cognition.models.incarnation import held_out

SCORES = {"what": "tasks", "bare": {"right": {"right": 3, "of": 40}}, "expert": {"right": {"right": 31, "of": 40}}}


def test_the_card_s_scores_are_counts_of_both() -> None:
    assert held_out({"scores": {"held-out": SCORES}}) == {"right": 31, "of": 40, "bare": 3}


@pytest.mark.parametrize("card", [{}, {"scores": {}}, {"scores": {"held-out": {"expert": 4}}}, {"scores": None}])
def test_a_card_without_scores_says_nothing(card: dict[str, object]) -> None:
    assert held_out(card) is None
