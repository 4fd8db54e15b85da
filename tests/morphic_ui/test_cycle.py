"""The board plays cycles from events; the proposal says plainly what was checked."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from morphic_ui.cycle.board import MOST_TEXT, Board
from morphic_ui.cycle.proposal import Proposal
from morphic_ui.cycle.track import TAIL_LINES, TrackFace, tail_lines
from morphic_ui.model.face import Look
from morphic_ui.model.text import FixedMeasurer
from morphic_ui.model.theme import LIGHT, STATE_MOVE, STATES

PATH = ("IDLE", "DECOMPOSING", "DELEGATING", "SYNTHESIZING", "COMPLETE")


def look(now: float = 0.0) -> Look:
    return Look(LIGHT, FixedMeasurer(), now=now)


def move(board: Board, mission: int, start: str, end: str, now: float) -> None:
    board.heard_transition({"mission": mission, "cycle": 9000, "from_state": start, "to_state": end}, now)


def test_a_cycle_goes_through_the_states_and_ticks_them() -> None:
    board = Board()
    for number in range(4):
        move(board, 41, PATH[number], PATH[number + 1], float(number))
    one = board.cycles[41]
    assert one.passed == list(PATH[:4])
    assert (one.state, one.status) == ("COMPLETE", "done")
    assert one.seconds(99) == 3.0


@given(st.floats(0, 2 * STATE_MOVE))
def test_the_token_glides_between_two_states(after: float) -> None:
    board = Board()
    move(board, 41, "IDLE", "DECOMPOSING", 10.0)
    place = board.cycles[41].place(10.0 + after)
    assert 0 <= place <= 1
    assert (place == 1) == (after >= STATE_MOVE) or after > 0.9 * STATE_MOVE
    assert board.cycles[41].place(10.0, still=True) == 1


def test_rewinding_takes_ticks_away() -> None:
    board = Board()
    for number in range(3):
        move(board, 41, PATH[number], PATH[number + 1], float(number))
    move(board, 41, "SYNTHESIZING", "DECOMPOSING", 5.0)
    assert board.cycles[41].passed == ["IDLE"]


@given(st.lists(st.text(max_size=200), max_size=60))
def test_streamed_text_is_kept_as_a_bounded_tail(pieces: list[str]) -> None:
    board = Board()
    for number, piece in enumerate(pieces):
        board.heard_text({"mission": 1, "persona": "ALFRED", "text": piece}, float(number))
    whole = "".join(pieces)
    text = board.cycles[1].text if pieces else ""
    assert whole.endswith(text)
    assert len(text) == min(len(whole), MOST_TEXT)


def test_another_persona_begins_a_new_text() -> None:
    board = Board()
    board.heard_text({"mission": 1, "persona": "BRICK", "text": "a plan", "tokens": 2}, 0.0)
    board.heard_text({"mission": 1, "persona": "ALFRED", "text": "def", "tokens": 1}, 1.0)
    assert (board.cycles[1].text, board.cycles[1].tokens) == ("def", 1)


def test_the_tail_costs_the_same_for_a_long_text() -> None:
    lines = tail_lines(look(), "word " * 100_000, 500)
    assert len(lines) == TAIL_LINES


EVENTS = st.one_of(
    st.fixed_dictionaries({"mission": st.integers(1, 3), "from_state": st.sampled_from(STATES),
                           "to_state": st.sampled_from(STATES)}),
    st.fixed_dictionaries({"mission": st.integers(1, 3), "persona": st.sampled_from(["BRICK", "ALFRED"]),
                           "text": st.text(max_size=30)}),
    st.fixed_dictionaries({"id": st.integers(1, 3), "state": st.sampled_from(
        ["queued", "waiting", "running", "held", "complete", "failed", "rejected", "answered", "stopped", "odd"]),
        "cycle_state": st.sampled_from([*STATES, "ODD"]), "reason": st.text(max_size=20), "paused": st.booleans()}),
)  # fmt: skip


@given(st.lists(EVENTS, max_size=25))
def test_whatever_events_come_the_track_can_be_drawn(events: list[dict[str, Any]]) -> None:
    board = Board()
    for number, event in enumerate(events):
        now = number * 0.1
        if "to_state" in event:
            board.heard_transition(event, now)
        elif "text" in event:
            board.heard_text(event, now)
        else:
            board.heard_mission(event, now)
    for one in board.cycles.values():
        assert one.state in STATES
        assert one.state not in one.passed
        assert len(set(one.passed)) == len(one.passed)
    layout = TrackFace(-5, board).layout(look(3.0))
    assert layout.height > 100
    assert all(part.rect.right <= layout.width and part.rect.bottom <= layout.height for part in layout.parts)


def test_ended_missions_of_the_past_do_not_fill_the_track() -> None:
    board = Board()
    board.heard_mission({"id": 3, "state": "complete", "cycle_state": "COMPLETE"}, 0.0)
    assert not board.cycles


def test_waiting_for_the_model_is_not_waiting_for_a_person() -> None:
    board = Board()
    board.heard_mission({"id": 3, "state": "waiting", "cycle_state": "IDLE", "reason": "no model"}, 0.0)
    assert not board.cycles[3].held
    board.heard_mission({"id": 3, "state": "held", "cycle_state": "SYNTHESIZING"}, 1.0)
    assert board.cycles[3].held
    assert board.cycles[3].ringing(2.0)
    assert not board.cycles[3].ringing(20.0)


def row(**more: Any) -> dict[str, Any]:
    return {
        "id": 1, "mission": 41, "receiver": 31, "receiver_name": "invoice", "selector": "remind", "attempt": 2,
        "state": "waiting", "source": "def remind(self):\n    return 1\n", "sha256": "x", "findings": [],
        "inserted": [], "new_slots": [], "trial": {"status": "ok", "seconds": 0.002, "changes": {"n": [0, 1]}}, **more,
    }  # fmt: skip


def texts(proposal: Proposal) -> list[str]:
    return [check.text for check in proposal.checks]


def test_a_good_proposal_says_what_was_checked() -> None:
    proposal = Proposal(1, row(new_slots=["n"]))
    assert proposal.accepted
    assert "ran on the ghost in 2 ms" in texts(proposal)
    assert "slot n is new: it will be added to invoice" in texts(proposal)
    assert proposal.changes[0].new


def test_a_refused_source_cannot_be_installed() -> None:
    finding = {"rule": "IMP-001", "severity": "error", "line": 2, "message": "no imports"}
    proposal = Proposal(1, row(findings=[finding]))
    assert not proposal.accepted
    assert any("refuses 1 thing" in text for text in texts(proposal))


def test_a_failed_trial_says_how() -> None:
    proposal = Proposal(1, row(trial={"status": "timeout", "message": "after 3 s"}))
    assert "it took too long on the ghost and was stopped: after 3 s" in texts(proposal)


def test_the_original_message_is_written_out() -> None:
    assert Proposal(1, row(), args=(14,), kwargs={"gentle": True}).original == "remind(14, gentle=True)"


@given(st.dictionaries(st.sampled_from(list(row())), st.none() | st.integers() | st.text() | st.lists(st.integers())))
def test_odd_rows_do_not_break_the_card(odd: dict[str, Any]) -> None:
    proposal = Proposal(1, row(**odd))
    assert isinstance(proposal.checks, tuple)
    assert isinstance(proposal.selector, str)


def test_tokens_are_counted_over_all_texts_and_timed_by_the_image() -> None:
    board = Board()
    for number in range(3):
        move(board, 41, PATH[number], PATH[number + 1], 0.0)
    board.heard_text({"mission": 41, "persona": "ALFRED", "text": "def ", "tokens": 4}, 1.0)
    one = board.heard_text({"mission": 41, "persona": "ALFRED", "text": "reset", "tokens": 10}, 2.0)
    assert one is not None
    assert (one.tokens, one.rate()) == (10, 10.0)
    board.heard_text({"mission": 41, "persona": "ALFRED", "text": "", "tokens": 24, "seconds": 2.0}, 3.0)
    assert (one.tokens, one.rate()) == (24, 12.0)
    board.heard_text({"mission": 41, "persona": "ALFRED", "text": "again", "tokens": 6}, 4.0)
    assert one.tokens == 30


def test_the_image_knows_how_long_a_cycle_took() -> None:
    board = Board()
    event = {"mission": 41, "from_state": "IDLE", "to_state": "DECOMPOSING"}
    board.heard_transition({**event, "at": 1000.0}, 5.0)
    one = board.heard_transition({"mission": 41, "from_state": "DECOMPOSING", "to_state": "FAILED", "at": 1007.5}, 5.0)
    assert one is not None
    assert one.seconds(99.0) == 7.5


def test_a_cycle_that_is_stepped_holds_again_after_the_state() -> None:
    board = Board()
    move(board, 41, "IDLE", "DECOMPOSING", 0.0)
    one = board.cycles[41]
    board.steered(one, "pause")
    assert one.status == "paused"
    board.steered(one, "step")
    assert one.status == "running"
    move(board, 41, "DECOMPOSING", "DELEGATING", 1.0)
    assert one.status == "paused"
    board.steered(one, "resume")
    move(board, 41, "DELEGATING", "SYNTHESIZING", 2.0)
    assert one.status == "running"
