"""Watching a cycle and deciding about a proposal, on a whole world without a window."""

from __future__ import annotations

import pytest

from morphic_ui.model.geometry import Rect
from morphic_ui.model.link import Refusal

from .worlds import FIRST_STATE, INVOICE, REMIND, STATES_OBJECT, Bench, bench, workshop


@pytest.fixture
def world() -> Bench:
    return bench()


def test_a_proposal_comes_beside_its_receiver_and_is_told_about(world: Bench) -> None:
    proposal = world.propose()
    card, ghost = world.rect(proposal.ident), world.rect(proposal.ghost)
    others = [world.rect(ident) for ident in world.desk.scene.rows if ident not in (proposal.ident, proposal.ghost)]
    assert not any(Rect(*card).overlaps(other, -0.01) for other in others)
    assert ghost.x > card.x
    assert world.outliner(INVOICE).waiting
    assert world.desk.notes.title == "workshop (1)"
    assert world.desk.board.focus.held
    assert world.outliner(INVOICE).asked[-1].text == "cycle 41: waiting for you"


@pytest.mark.parametrize("starts", [1, 2])
def test_a_proposal_that_waited_before_the_start_lies_on_nothing(starts: int) -> None:
    link = workshop()
    for _ in range(starts - 1):
        bench(link)
    link.propose_change(FIRST_STATE + 3, "temperature", 0.3)
    world = bench(link)
    (proposal,) = world.desk.proposals.values()
    card = world.rect(proposal.ident)
    assert not any(
        card.overlaps(world.rect(ident), -0.01) for ident in world.desk.scene.rows if ident != proposal.ident
    )
    assert world.desk.notes.waiting == 1


def test_nothing_is_amber_when_nothing_waits(world: Bench) -> None:
    assert world.desk.notes.title == "workshop"
    assert not world.outliner(INVOICE).waiting


def test_installing_sends_exactly_the_source_that_is_shown(world: Bench) -> None:
    proposal = world.propose()
    world.click(proposal.ident, "install")
    assert world.calls("approve") == [{"proposal": proposal.id, "sha256": proposal.sha256}]
    assert world.link.objects[INVOICE]["remind"] == ("method", REMIND)
    assert world.desk.notes.waiting == 0
    assert not world.outliner(INVOICE).waiting
    assert proposal.ghost not in world.desk.scene.rows
    assert world.desk.undo.undo_label == "Undo: Install remind"


def test_after_installing_the_original_message_is_sent_once(world: Bench) -> None:
    proposal = world.propose()
    world.link.methods[INVOICE, "remind"] = lambda days=0: days
    world.desk.show(proposal.ident)
    world.key("ctrl+enter")
    world.click(proposal.ident, "send")
    sent = [call for call in world.calls("dispatch_message") if call["kwargs"] == {"days": 14}]
    assert len(sent) == 3  # asked, the mission filed, and now the real one
    assert world.outliner(INVOICE).asked[-1].text == "14"
    assert not world.desk.proposals


def test_an_install_is_undone(world: Bench) -> None:
    proposal = world.propose()
    world.click(proposal.ident, "install")
    world.key("ctrl+z")
    assert "remind" not in world.link.objects[INVOICE]
    assert world.outliner(INVOICE).record.slot("remind") is None


def test_a_reason_is_sent_word_for_word(world: Bench) -> None:
    proposal = world.propose()
    world.click(proposal.ident, "reason")
    world.desk.type("Count the reminders, please: at most 3.")
    world.key("enter")
    assert world.calls("reject") == [
        {"proposal": proposal.id, "reason": "Count the reminders, please: at most 3.", "again": False}
    ]
    assert not world.desk.proposals
    assert world.desk.notes.waiting == 0


def test_rejecting_by_key_asks_for_the_reason_first(world: Bench) -> None:
    proposal = world.propose()
    world.desk.show(proposal.ident)
    world.key("r")
    assert world.desk.editing.part == "reason"
    assert not world.calls("reject")
    world.enter_text("")
    assert world.calls("reject")[0]["reason"] == ""


def test_trying_again_carries_the_reason(world: Bench) -> None:
    proposal = world.propose()
    proposal.reason = "wrong slot"
    world.desk.show(proposal.ident)
    world.key("t")
    assert world.calls("reject")[0] == {"proposal": proposal.id, "reason": "wrong slot", "again": True}


def test_an_edit_is_the_new_truth(world: Bench) -> None:
    proposal = world.propose()
    world.desk.show(proposal.ident)
    world.key("e")
    assert world.desk.editing.edit.lines
    edited = REMIND.replace("+ 1", "+ 2")
    world.desk.type(edited)
    world.key("ctrl+enter")
    assert world.calls("edit_proposal") == [{"proposal": proposal.id, "source": edited}]
    assert proposal.source == edited
    assert proposal.author == "you"
    world.desk.show(proposal.ident)
    world.key("ctrl+enter")
    assert world.link.objects[INVOICE]["remind"] == ("method", edited)


def test_a_refused_edit_keeps_what_was_typed(world: Bench) -> None:
    proposal = world.propose()
    world.link.refuse["edit_proposal"] = Refusal("guardian", "No imports.")
    world.desk.show(proposal.ident)
    world.key("e")
    world.desk.type("import os")
    world.key("ctrl+enter")
    assert proposal.problem == "No imports."
    world.key("e")
    assert world.desk.editing.text == "import os"


def test_it_is_run_again_with_other_arguments(world: Bench) -> None:
    proposal = world.propose()
    world.click(proposal.ident, "arguments")
    world.enter_text("21, gentle=True")
    assert world.calls("try_proposal") == [{"proposal": proposal.id, "args": [21], "kwargs": {"gentle": True}}]
    assert proposal.trial["returns"] == [21]
    assert not world.calls("approve")


def test_bad_arguments_are_not_run(world: Bench) -> None:
    proposal = world.propose()
    world.click(proposal.ident, "arguments")
    world.enter_text("graz")
    assert not world.calls("try_proposal")
    assert "graz" in proposal.problem


def test_what_the_guardian_refuses_is_not_installed(world: Bench) -> None:
    proposal = world.propose()
    proposal.row = {**proposal.row, "findings": [{"rule": "IMP-001", "severity": "error", "line": 1, "message": "x"}]}
    world.desk.show(proposal.ident)
    world.key("ctrl+enter")
    assert not world.calls("approve")
    assert proposal.problem


def test_a_refused_install_says_why_and_the_card_stays(world: Bench) -> None:
    proposal = world.propose()
    world.link.refuse["approve"] = Refusal("conflict", "reminders has changed meanwhile.")
    world.click(proposal.ident, "install")
    assert proposal.problem == "reminders has changed meanwhile."
    assert proposal.waiting


def test_a_decision_made_elsewhere_takes_the_card_away(world: Bench) -> None:
    proposal = world.propose()
    row = {**proposal.row, "state": "rejected"}
    world.link.publish({"event": "proposal", **row})
    world.flush()
    assert not world.desk.proposals


def test_a_proposal_is_not_put_away(world: Bench) -> None:
    proposal = world.propose()
    world.desk.show(proposal.ident)
    world.key("delete")
    assert proposal.ident in world.desk.scene.rows


def test_proposals_are_there_again_after_a_restart(world: Bench) -> None:
    world.propose()
    again = bench(world.link)
    assert len(again.desk.proposals) == 1
    assert again.desk.notes.waiting == 1


def test_what_is_typed_survives_the_death_of_the_image(world: Bench) -> None:
    proposal = world.propose()
    world.click(proposal.ident, "reason")
    world.desk.type("half a rea")
    world.link.die()
    world.flush()
    world.link.come_back()
    world.flush()
    assert world.desk.proposals[proposal.id].reason == "half a rea"
    assert world.desk.editing.text == "half a rea"


# -- cycles


def test_cycles_are_paused_stepped_and_stopped(world: Bench) -> None:
    world.ask(INVOICE, "remind()")
    world.enter_text("")
    (mission,) = world.link.missions
    world.link.transition(mission, "IDLE", "DECOMPOSING")
    world.flush()
    world.key("escape")
    world.key("p")
    assert world.desk.board.cycles[mission].status == "paused"
    world.key("p")
    world.key("n")
    world.key("ctrl+.")
    assert [call["action"] for call in world.calls("cycle")] == ["pause", "resume", "step", "stop"]
    assert world.desk.board.cycles[mission].over


def test_a_refused_pause_is_taken_back(world: Bench) -> None:
    world.ask(INVOICE, "remind()")
    world.enter_text("")
    (mission,) = world.link.missions
    world.link.transition(mission, "IDLE", "DECOMPOSING")
    world.flush()
    world.link.refuse["cycle"] = Refusal("too_late", "The cycle has ended.")
    world.click(STATES_OBJECT, f"cycle.pause:{mission}")
    assert world.desk.board.cycles[mission].status == "running"


def test_streamed_text_asks_for_few_frames(world: Bench) -> None:
    world.ask(INVOICE, "remind()")
    world.enter_text("")
    (mission,) = world.link.missions
    for start, end in (("IDLE", "DECOMPOSING"), ("DECOMPOSING", "DELEGATING"), ("DELEGATING", "SYNTHESIZING")):
        world.link.transition(mission, start, end)
    world.wait(1.0)
    layouts: list[float] = []
    face = world.desk.face_of(STATES_OBJECT)
    whole = face.layout
    face.layout = lambda look: layouts.append(look.now) or whole(look)
    began = world.now
    for _ in range(400):
        world.link.write(mission, "ALFRED", "word")
        world.now += 0.0025
        world.flush()
        world.desk.picture()
    assert len(layouts) <= (world.now - began) / 0.1 + 3
    assert world.desk.board.cycles[mission].text.count("word") == 400


def test_closing_while_a_cycle_runs_asks(world: Bench) -> None:
    closed: list[bool] = []
    world.desk.quit = lambda: closed.append(True)
    world.run("world.quit")
    assert closed == [True]
    world.ask(INVOICE, "remind()")
    world.enter_text("")
    (mission,) = world.link.missions
    world.link.transition(mission, "IDLE", "DECOMPOSING")
    world.flush()
    world.run("world.quit")
    assert closed == [True]
    world.key("down")
    world.key("down")
    world.key("enter")
    assert closed == [True, True]
    assert world.calls("cycle") == [{"mission": mission, "action": "stop"}]


def test_what_waits_is_shown_with_its_receiver_and_its_ghost(world: Bench) -> None:
    proposal = world.propose()
    camera = world.desk.scene.camera
    camera.x, camera.y, camera.zoom = 5000.0, 3000.0, 0.5
    world.click(world.world.glass.status.ident, "waiting")
    world.wait(0.5)
    assert 0.7 <= camera.zoom <= 1.0
    seen = Rect(*camera.seen())
    for ident in (INVOICE, proposal.ident, proposal.ghost):
        area = world.rect(ident)
        assert seen.x <= area.x and area.right <= seen.right and seen.y <= area.y and area.bottom <= seen.bottom


def test_a_receiver_far_away_does_not_make_the_card_unreadable(world: Bench) -> None:
    proposal = world.propose()
    table = world.desk.scene.table
    table.move_to(world.desk.scene.rows[INVOICE], -9000, -9000)
    world.key("w")
    world.wait(0.5)
    assert world.desk.scene.camera.zoom >= 0.7
    assert Rect(*world.desk.scene.camera.seen()).contains(*world.rect(proposal.ident).centre)


def test_remarks_are_plain_words(world: Bench) -> None:
    proposal = world.propose()
    proposal.replace({**proposal.row, "findings": [{"rule": "DOUBT", "severity": "warning", "line": 1,
                                                    "message": "The parameter days is not used."}]})  # fmt: skip
    assert [one.words for one in proposal.findings] == ["doubt: The parameter days is not used."]
