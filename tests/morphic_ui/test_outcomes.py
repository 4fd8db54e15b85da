"""What a proposal does at the edges, and other drafts that do otherwise: read, drawn, compared, taken."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from morphic_ui.cycle.outcomes import others_of, outcomes_of, side_by_side
from morphic_ui.cycle.outcomes_face import shared_out, told_apart
from morphic_ui.cycle.source_face import CARD_WIDTH, WIDE
from morphic_ui.model.geometry import Rect
from morphic_ui.model.link import Refusal
from morphic_ui.model.theme import LIGHT

from .outcome_rows import LONG, OTHER_SOURCE, OTHERS, PLAIN, TAKE, THIRD_SOURCE, outcome
from .worlds import OTHER, Bench, bench


@pytest.fixture
def world() -> Bench:
    return bench()


def offer(world: Bench, **more: Any) -> Any:
    """A proposal for the counter that waits, its card with the keyboard."""
    given = {"outcomes": PLAIN, "others": OTHERS, "votes": 2, "drafts": 5, **more}
    world.ask(OTHER, "take(5)")
    world.enter_text("")
    world.link.propose(list(world.link.missions)[-1], TAKE, **given)
    world.flush()
    proposal = list(world.desk.proposals.values())[-1]
    world.desk.show(proposal.ident)
    world.wait(0.5)
    return proposal


def part(world: Bench, proposal: Any, name: str) -> Any:
    found = world.desk.scene.layout(world.desk.scene.rows[proposal.ident]).part(name)
    assert found is not None, world.parts(proposal.ident)
    return found


def ink(world: Bench, proposal: Any, start: str) -> int:
    """The colour of the run that begins like this."""
    drawn = world.desk.scene.layout(world.desk.scene.rows[proposal.ident]).drawn
    run = next(run for run in drawn.runs if run.text.startswith(start))
    return int(drawn.quads[run.quad, 22])


# -- the table


def test_the_table_shows_case_arguments_answer_and_changes(world: Bench) -> None:
    proposal = offer(world)
    words = world.texts(proposal.ident)
    assert {"Case", "Arguments", "Answers", "Changes", "as it is", "amount=5", "3", "count", "8"} <= set(words)
    assert "amount=5, with count = 0" in words, "what a case sets stands with its arguments"
    assert "2 of 5 drafts do this." in words


def test_a_refusal_is_neutral_and_an_accident_is_red(world: Bench) -> None:
    proposal = offer(world)
    assert ink(world, proposal, "refuses: amount must") == LIGHT.second
    assert ink(world, proposal, "fails: TypeError") == LIGHT.red


@pytest.mark.parametrize(
    ("status", "said"),
    [("timeout", "takes too long"), ("memory", "uses too much memory"), ("recursion", "calls itself without end"),
     ("output", "writes too much"), ("killed", "was stopped"), ("melted", "ends with melted"), ("error", "fails")],
)  # fmt: skip
def test_every_failure_has_words(status: str, said: str) -> None:
    (one,) = outcomes_of([outcome("as it is", "", status=status)])
    assert (one.failure, one.refuses, one.words) == (said, False, said)


@pytest.mark.parametrize("more", [{"outcomes": [], "others": []}, {"outcomes": None, "others": None}])
def test_without_outcomes_nothing_is_drawn(world: Bench, more: dict[str, Any]) -> None:
    proposal = offer(world, **more, votes=None, drafts=None)
    assert not [name for name in world.parts(proposal.ident) if name.startswith(("outcome", "other", "compare"))]
    assert "Case" not in world.texts(proposal.ident)
    for key in ("c", "u", "o"):
        world.key(key)
    assert not world.calls("edit_proposal")


def test_rows_that_make_no_sense_do_no_harm(world: Bench) -> None:
    bad = [
        "x",
        None,
        {},
        {"case": 3, "arguments": 4, "changes": [1], "slots": None, "status": None, "answer": {"a": 1}},
    ]
    proposal = offer(world, outcomes=bad, others=["x", {}, {"source": "def f(self): pass", "votes": "two"}], drafts="9")
    assert world.desk.scene.rows[proposal.ident] not in world.desk.scene.faults
    assert [one.index for one in proposal.outcomes] == [2, 3]
    assert len(proposal.others) == 1


def test_a_row_is_one_line_and_its_whole_words_are_its_tip_and_its_value(world: Bench) -> None:
    proposal = offer(world, outcomes=LONG)
    for number in range(len(LONG)):
        row = part(world, proposal, f"outcome:{number}")
        assert row.rect.h == 24
        assert LONG[number]["words"] in row.value
        assert row.tip == row.value


def test_nothing_is_drawn_beyond_the_card_or_over_another_column(world: Bench) -> None:
    proposal = offer(world, outcomes=LONG)
    drawn = world.desk.scene.layout(world.desk.scene.rows[proposal.ident]).drawn
    measure = world.desk.measure
    for number in range(len(LONG)):
        rect = part(world, proposal, f"outcome:{number}").rect
        runs = [run for run in drawn.runs if rect.contains(rect.x + 1, float(drawn.quads[run.quad, 1]))]
        ends = sorted((float(drawn.quads[run.quad, 0]), measure.width(run.text, run.font, run.size)) for run in runs)
        assert ends
        for (x, width), (following, _) in pairwise(ends):
            assert x + width <= following
        assert ends[-1][0] + ends[-1][1] <= CARD_WIDTH - 19


def test_a_pressed_row_unfolds_and_a_key_unfolds_all(world: Bench) -> None:
    proposal = offer(world, outcomes=LONG)
    height = world.rect(proposal.ident).h
    world.click(proposal.ident, "outcome:2")
    assert "answers 'This is a sentence that nobody" in " ".join(world.texts(proposal.ident))
    assert "history: [1, 2, 3] > [1, 2, 3, 4]" in world.texts(proposal.ident)
    assert world.rect(proposal.ident).h > height
    world.key("o")
    assert world.rect(proposal.ident).h == height
    world.key("o")
    assert proposal.unfolded == set(range(len(LONG)))


def test_rows_that_other_drafts_do_otherwise_are_marked_by_more_than_colour(world: Bench) -> None:
    proposal = offer(world)
    assert part(world, proposal, "outcome:1").value.endswith("(other drafts do otherwise)")
    assert "otherwise" not in part(world, proposal, "outcome:0").value


def test_what_differs_is_seen_where_there_is_little_room() -> None:
    before, after = told_apart("['a', 'b', 'c']", "['a', 'b', 'd']")
    assert (before, after) == ("…'c']", "…'d']")
    assert told_apart("5", "0") == ("5", "0")


def test_room_is_shared_so_that_short_columns_are_whole() -> None:
    assert shared_out([10, 500, 30, 400], 240) == [10, 100, 30, 100]
    assert shared_out([10, 20], 100) == [10, 20]
    assert shared_out([100, 100], 90, (1, 2)) == [30, 60]


def test_sources_are_aligned_line_by_line() -> None:
    assert side_by_side(["a", "b", "c"], ["a", "x", "y", "c"]) == [
        (0, 0, True), (1, 1, False), (None, 2, False), (2, 3, True),
    ]  # fmt: skip


# -- other drafts


def test_other_drafts_are_counted_in_plain_words() -> None:
    one, two = others_of(OTHERS)
    assert one.said(5).startswith("2 of 5 drafts do otherwise: where there is not enough")
    assert two.share(5) == "1 of 5 drafts does otherwise"
    assert two.share(0) == "Another draft does otherwise"
    assert one.share(0) == "2 other drafts do otherwise"


def test_compare_puts_the_other_beside_this_one(world: Bench) -> None:
    proposal = offer(world)
    assert world.rect(proposal.ident).w == CARD_WIDTH
    world.click(proposal.ident, "compare:0")
    assert world.rect(proposal.ident).w == WIDE
    assert part(world, proposal, "other.source").value == OTHER_SOURCE
    assert part(world, proposal, "other.outcome:1").value == "answers 0; count stays"
    assert part(world, proposal, "other.outcome:0").value == "the same"
    words = world.texts(proposal.ident)
    assert "answers 0; count stays" in words
    assert words.count("the same") == 4
    assert "compare:0" not in world.parts(proposal.ident)
    assert "compare:1" in world.parts(proposal.ident)


def test_the_key_goes_from_one_to_the_next_and_escape_ends_it(world: Bench) -> None:
    proposal = offer(world)
    world.key("c")
    assert proposal.compared.source == OTHER_SOURCE
    world.key("c")
    assert proposal.compared.source == THIRD_SOURCE
    world.key("c")
    assert proposal.compared is None
    world.key("c")
    world.key("escape")
    assert proposal.compared is None
    assert world.rect(proposal.ident).w == CARD_WIDTH
    assert world.desk.scene.focus == (world.desk.scene.rows[proposal.ident], ""), "the card keeps the keyboard"


def test_the_ghost_steps_aside_and_nothing_else_is_pushed_away(world: Bench) -> None:
    proposal = offer(world)

    def others() -> dict[int, Rect]:
        both = (proposal.ident, proposal.ghost)
        return {ident: world.rect(ident) for ident in world.desk.scene.rows if ident not in both}

    before, ghost = others(), world.rect(proposal.ghost)
    world.key("c")
    world.wait(0.5)
    assert not world.rect(proposal.ident).overlaps(world.rect(proposal.ghost))
    assert others() == before
    world.key("escape")
    world.wait(0.5)
    assert world.rect(proposal.ghost).x == ghost.x


@pytest.mark.parametrize("by", ["key", "press"])
def test_taking_the_other_is_an_edit_with_its_source(world: Bench, by: str) -> None:
    proposal = offer(world)
    assert "take" not in world.parts(proposal.ident), "nobody takes what is not shown"
    world.click(proposal.ident, "compare:0")
    if by == "key":
        world.key("u")
    else:
        world.click(proposal.ident, "take")
    assert world.calls("edit_proposal") == [{"proposal": proposal.id, "source": OTHER_SOURCE}]
    assert proposal.source == OTHER_SOURCE
    assert proposal.compared is None
    assert world.rect(proposal.ident).w == CARD_WIDTH
    world.key("ctrl+enter")
    assert world.link.objects[OTHER]["take"] == ("method", OTHER_SOURCE)


def test_the_outcomes_of_a_source_that_is_gone_do_not_stay(world: Bench) -> None:
    proposal = offer(world)
    world.key("c")
    world.key("u")
    assert not proposal.outcomes
    assert not proposal.others


def test_a_refused_taking_leaves_everything_as_it_is(world: Bench) -> None:
    proposal = offer(world)
    world.link.refuse["edit_proposal"] = Refusal("guardian", "Line 3 is refused.")
    world.key("c")
    world.key("u")
    assert proposal.problem == "Line 3 is refused."
    assert proposal.source == TAKE
    assert proposal.edited is None, "the card shows what Install would install"
    assert proposal.compared is not None


def test_comparing_while_editing_shows_the_editor_and_the_other(world: Bench) -> None:
    proposal = offer(world)
    world.key("c")
    world.key("e")
    assert world.desk.editing.part == "source"
    assert part(world, proposal, "other.source").value == OTHER_SOURCE
    world.key("escape")
    assert proposal.compared is not None, "Escape leaves the editor first"
    world.key("escape")
    assert proposal.compared is None
