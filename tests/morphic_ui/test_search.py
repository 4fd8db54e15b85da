"""Searching lights up what is found; asking brings an answer with the passages it rests on."""

from __future__ import annotations

from typing import Any

import pytest

from morphic_ui.model.link import Refusal

from .worlds import GOOD_TRIAL, INVOICE, REMIND, Bench, bench, workshop

CLOCKS = "# Clocks\n\nA clock has a spring.\n\nIt is wound once a week.\n"
DEBTS = "# Debts\n\nWho pays late is reminded.\n\nAfter three reminders the matter goes to the court.\n"


@pytest.fixture
def world() -> Bench:
    link = workshop()
    link.make_document("clocks.md", CLOCKS, source="clocks.md")
    link.make_document("debts.md", DEBTS, source="debts.md")
    return bench(link)


def documents(world: Bench) -> tuple[int, int]:
    clocks, debts = sorted(world.link.documents)
    return clocks, debts


def panel(world: Bench) -> int:
    face = world.world.search.face
    assert face is not None
    return int(face.ident)


def search(world: Bench, text: str) -> Any:
    world.key("ctrl+f")
    world.enter_text(text)
    return world.world.search.search


def press(world: Bench, ident: int, part: str) -> None:
    """A press on a part of the glass."""
    x, y = world.point(ident, part)
    world.world.hand.press(x, y)
    world.world.hand.release(x, y)
    world.flush()


def ask(world: Bench, text: str) -> Any:
    world.key("ctrl+j")
    world.enter_text(text)
    return list(world.desk.questions.values())[-1]


def test_what_is_found_is_listed_and_lit_where_it_stands(world: Bench) -> None:
    _clocks, debts = documents(world)
    found = search(world, "three reminders")
    assert [hit.title for hit in found.hits] == ["debts.md"]
    assert found.hits[0].section == ("Debts",)
    assert world.desk.library.lit == {debts: {found.hits[0].chunk: found.hits[0].score}}
    layout = world.desk.scene.layout(world.desk.scene.rows[debts])
    assert "1 found" in [run.text for run in layout.drawn.runs]
    assert world.calls("search") == [{"query": "three reminders", "limit": 12}]


def test_escape_takes_the_panel_and_the_light_away(world: Bench) -> None:
    clocks, _debts = documents(world)
    search(world, "spring")
    world.click(clocks, "title")
    lit = world.texts(clocks)
    world.key("escape")
    assert world.world.search.face is None
    assert not world.desk.library.lit
    assert not world.desk.covered
    assert "1 found" in lit
    assert "1 found" not in world.texts(clocks)


def test_a_hit_brings_its_document_open_at_the_chunk_beside_the_panel(world: Bench) -> None:
    _clocks, debts = documents(world)
    found = search(world, "court")
    world.put_away(debts)
    press(world, panel(world), "hit:0")
    world.wait(1.0)
    document = world.desk.library.documents[debts]
    assert document.contents.chunks[document.shown].id == found.hits[0].chunk
    area, seen = world.rect(debts), world.desk.scene.camera.seen()
    assert seen.x <= area.x
    assert area.right <= seen.right - world.desk.covered
    reader = world.desk.scene.layout(world.desk.scene.rows[debts]).part("reader")
    assert reader.value.startswith("After three reminders")


def test_a_hit_in_a_document_that_was_taken_in_anew_is_found(world: Bench) -> None:
    _clocks, debts = documents(world)
    world.click(debts, "title")
    world.click(debts, "title")
    world.link.make_document("debts.md", DEBTS + "\nA last word.\n", source="debts.md", ident=debts)
    search(world, "last word")
    press(world, panel(world), "hit:0")
    assert world.desk.library.documents[debts].shown == 3


def test_passages_that_are_about_nothing_asked_are_not_lit(world: Bench) -> None:
    clocks, debts = documents(world)
    near, far = (world.link.hit(world.link.documents[ident]["chunks"][1]["id"]) for ident in (clocks, debts))
    near["parts"] = {"vector": 1.0, "okapi": 0.0, "cosine": 0.6}
    far["parts"] = {"vector": 0.0, "okapi": 0.0, "cosine": 0.1}
    world.link.found = [near, far]
    search(world, "winding")
    assert set(world.desk.library.lit) == {clocks}


def test_the_arrow_keys_walk_the_hits_and_enter_goes(world: Bench) -> None:
    found = search(world, "a the is")
    assert len(found.hits) > 1
    world.key("down")
    world.key("down")
    assert world.desk.glass.focus[1] == "hit:1"
    world.key("up")
    world.key("enter")
    assert found.chosen == 0
    assert world.desk.library.documents[found.hits[0].document].shown is not None


def test_an_older_answer_never_takes_the_place_of_a_newer_one(world: Bench) -> None:
    world.key("ctrl+f")
    world.link.held = True
    world.desk.type("spring")
    world.world.keyboard.down("enter")
    first = world.link._queue.popleft()
    world.run("search.run", text="court")
    world.link.held = False
    world.flush()
    first()
    world.flush()
    assert [hit.title for hit in world.world.search.search.hits] == ["debts.md"]


def test_nothing_found_and_a_refusal_are_said_in_words(world: Bench) -> None:
    assert search(world, "zebra").words == "Nothing in the memory is near to that."
    world.link.refuse["search"] = Refusal("no_model", "The embedding model is not installed.")
    world.run("search.run", text="spring")
    assert world.world.search.search.words == "The embedding model is not installed."


def test_any_text_is_a_query(world: Bench) -> None:
    for text in ('AND OR "unclosed', "***", "a" * 5000, "§ 14 (2) — „was“?", "   "):
        world.run("search.run", text=text)
        world.run("search.open")
        assert panel(world) in world.desk.glass.rows
        assert world.desk.glass.rows[panel(world)] not in world.desk.glass.faults


def test_the_panel_keeps_to_the_window_and_pages_what_does_not_fit(world: Bench) -> None:
    clocks, _debts = documents(world)
    chunk = world.link.documents[clocks]["chunks"][1]["id"]
    world.link.found = [world.link.hit(chunk, 0.9 - number / 100) for number in range(12)]
    search(world, "spring")
    ident = panel(world)
    world.desk.resize(1000, 640, 1.0)
    world.flush()
    area = world.desk.glass.area(ident)
    assert area.right <= 1000
    assert area.bottom <= 640
    press(world, ident, "page:1")
    assert world.world.search.search.first > 0
    at = world.point(ident, "query")
    world.world.hand.wheel(at.x, at.y + 120, 0, 50, False, False)
    world.flush()
    assert world.world.search.search.first == 0


def test_a_chunk_on_the_desktop_is_lit_too(world: Bench) -> None:
    clocks, _debts = documents(world)
    world.click(clocks, "title")
    world.run("chunk.take", argument=(clocks, 1))
    chunk = world.link.documents[clocks]["chunks"][1]["id"]
    search(world, "spring")
    assert world.desk.library.lit_chunks.keys() == {chunk}
    assert world.desk.face_of(chunk).value.startswith("passage")


# -- questions


def test_a_question_goes_its_way_and_is_answered_with_its_passages(world: Bench) -> None:
    _clocks, debts = documents(world)
    question = ask(world, "When does the matter go to the court?")
    assert world.calls("initiate_cognitive_cycle") == [
        {"target_oid": "orchestrator_obj",
         "mission_brief": {"type": "question", "wish": "When does the matter go to the court?"}}
    ]  # fmt: skip
    mission = question.mission
    world.link.transition(mission, "IDLE", "DECOMPOSING")
    world.link.transition(mission, "DECOMPOSING", "SYNTHESIZING")
    world.link.write(mission, "ROBIN", "After three reminders it goes there.")
    world.wait(0.5)
    assert "weave" in world.texts(question.ident)
    assert any("three reminders" in text for text in world.texts(question.ident))
    assert "stop" in world.parts(question.ident)
    chunk = world.link.documents[debts]["chunks"][2]["id"]
    world.link.answer(mission, "After three reminders [1].", [{**world.link.hit(chunk), "used_in": ["SYNTHESIZING"]}])
    world.flush()
    assert "After three reminders [1]." in world.texts(question.ident)
    world.click(question.ident, "evidence:1")
    assert world.desk.library.documents[debts].contents.chunks[world.desk.library.documents[debts].shown].id == chunk


def test_evidence_has_an_arrow_to_its_document(world: Bench) -> None:
    clocks, debts = documents(world)
    question = ask(world, "Why?")
    hits = [world.link.hit(world.link.documents[ident]["chunks"][1]["id"]) for ident in (debts, clocks)]
    before = len(world.desk.arrows.drawn())
    world.link.answer(question.mission, "Because.", hits)
    world.flush()
    assert len(world.desk.arrows.drawn()) > before
    lit = world.desk.arrows._evidence({world.desk.scene.rows[question.ident]})
    assert [alone for *_, alone in lit] == [True, True]
    row = world.desk.scene.rows[question.ident]
    world.desk.scene.hover = (row, "evidence:2")
    assert [alone for *_, alone in world.desk.arrows._evidence({row})] == [False, True]


def test_an_answer_without_passages_says_so(world: Bench) -> None:
    question = ask(world, "Why?")
    world.link.answer(question.mission, "Nobody knows.")
    world.flush()
    said = "No passage of the memory was near to this question: it is the model's own answer."
    assert said in world.texts(question.ident)


def test_a_question_that_fails_keeps_its_reason(world: Bench) -> None:
    question = ask(world, "Why?")
    world.link.tell(question.mission, state="failed", cycle_state="FAILED", reason="The answer was empty.")
    world.flush()
    assert question.problem == "The answer was empty."
    world.click(question.ident, "away")
    assert question.ident not in world.desk.scene.rows


def test_a_question_can_be_stopped_from_its_card(world: Bench) -> None:
    question = ask(world, "Why?")
    world.link.transition(question.mission, "IDLE", "DECOMPOSING")
    world.flush()
    world.click(question.ident, "stop")
    assert world.calls("cycle") == [{"mission": question.mission, "action": "stop"}]
    assert "stopped" in question.problem


def test_what_was_put_away_or_asked_elsewhere_is_found_again(world: Bench) -> None:
    question = ask(world, "Why?")
    world.link.answer(question.mission, "Because.")
    world.flush()
    world.click(question.ident, "away")
    world.click(world.world.session.stage.track.ident, f"question.show:{question.mission}")
    (again,) = world.desk.questions.values()
    assert again.answer == "Because."
    world.key("ctrl+j")
    face = world.desk.glass.faces[world.desk.glass.rows[world.desk.passing]]
    assert [row.title for row in face.rows] == ["Why?"]


def test_the_query_can_be_asked_instead(world: Bench) -> None:
    search(world, "who pays late")
    press(world, panel(world), "ask")
    assert world.calls("initiate_cognitive_cycle")[0]["mission_brief"]["wish"] == "who pays late"


def test_a_question_that_is_too_long_or_refused_is_not_lost_without_a_word(world: Bench) -> None:
    world.run("question.ask", text="x" * 501)
    assert "500" in world.desk.notes.current(world.now).text
    world.link.refuse["initiate_cognitive_cycle"] = Refusal("bad_mission", "Not now.")
    world.run("question.ask", text="Why?")
    card = next(one for one in world.desk.scene.rows if world.desk.face_of(one).role == "question")
    assert world.desk.face_of(card).question.problem == "It was not asked: Not now."


def test_a_proposal_shows_the_passages_it_was_given(world: Bench) -> None:
    _clocks, debts = documents(world)
    chunk = world.link.documents[debts]["chunks"][1]["id"]
    world.ask(INVOICE, "remind()")
    world.enter_text("remind")
    (mission,) = world.link.missions
    evidence = [{**world.link.hit(chunk), "used_in": ["SYNTHESIZING"]}]
    world.link.propose(mission, REMIND, trial=GOOD_TRIAL, evidence=evidence)
    world.flush()
    (proposal,) = world.desk.proposals.values()
    assert "for the method" in world.texts(proposal.ident)
    world.click(proposal.ident, "evidence:1")
    assert world.outliner(debts).open
