"""The memory in the window over a real UVM: real jobs, a real catalogue, vectors that cost nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.memory.word_vectors import WordVectors
from uvm_core.guardian.trial import TrialHelper

TEXT = """# Clocks

The spring drives the clock of the tower. It is wound once a week.

# Debts

A customer who pays late is reminded kindly. After three reminders the matter goes to the court.
"""
PLAN = {
    "facets": [{"persona": "ROBIN", "facet": "sage_facet_", "query": "When does the matter go to the court?"}],
    "done_when": "answered",
}
SCRIPT = [
    {"task": "plan", "answer": PLAN},
    {"task": "facet", "answer": "After three reminders."},
    {"task": "weave", "answer": "It goes to the court after three reminders."},
    {"task": "choose", "answer": {"choice": "A", "because": "It is the slow part."}},
]


@pytest.fixture
def live(window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    del window
    from .live import Live

    monkeypatch.setattr("uvm_core.uvm.packaged_embedder", WordVectors)
    script = tmp_path / "script.json"
    script.write_text(json.dumps(SCRIPT))
    with TrialHelper() as trials:
        one = Live(tmp_path / "image", script, trials)
        yield one
        one.close()


def drop(live: Any, path: Path) -> int:
    """A file dropped on the window, up to its document; its object."""
    from kivy.core.window import Window

    Window.dispatch("on_drop_file", str(path).encode(), 60, 720)
    (intake,) = live.desk.intakes.values()
    live.robot.until(lambda: intake.ident not in live.desk.intakes or intake.state == "failed")
    assert intake.document is not None, intake.problem
    live.robot.until(lambda: intake.document in live.desk.scene.rows)
    return int(intake.document)


def test_a_file_is_dropped_found_opened_pulled_apart_and_asked_about(live: Any, tmp_path: Path) -> None:
    robot, desk, library = live.robot, live.desk, live.desk.library
    path = tmp_path / "notes.md"
    path.write_text(TEXT, encoding="utf-8")
    ident = drop(live, path)
    robot.until(lambda: library.documents[ident].count == 2)
    robot.key("ctrl+f")
    robot.rest()
    robot.type("three reminders")
    robot.key("enter")
    search = robot.world.search.search
    robot.until(lambda: bool(search.hits))
    assert search.hits[0].section == ("Debts",)
    assert library.lit[ident][search.hits[0].chunk] == search.hits[0].score
    robot.rest()
    robot.click(robot.world.search.face.ident, "hit:0")
    robot.until(lambda: library.documents[ident].shown == 1)
    contents = library.documents[ident].contents
    assert "".join(chunk.text for chunk in contents.chunks) == TEXT
    robot.rest()
    robot.click(ident, "chunk.take")
    chunk = contents.chunks[1].id
    robot.until(lambda: chunk in desk.scene.rows)
    assert live.uvm.image.read(lambda world: chunk in world.record.objects)
    robot.key("escape")
    robot.key("ctrl+z")
    robot.until(lambda: chunk not in desk.scene.rows)
    assert live.uvm.memory.search("three reminders")[0]["chunk"] == chunk, "it is still in its document"
    robot.key("ctrl+j")
    robot.rest()
    robot.type("When does the matter go to the court?")
    robot.key("enter")
    robot.until(lambda: any(one.answered or one.problem for one in desk.questions.values()))
    (question,) = desk.questions.values()
    assert question.answer == "It goes to the court after three reminders."
    assert chunk in [hit.chunk for hit in question.evidence]


def test_a_document_is_one_morph_however_often_it_is_dropped_and_deleting_it_is_undone(
    live: Any, tmp_path: Path
) -> None:
    path = tmp_path / "notes.md"
    path.write_text(TEXT, encoding="utf-8")
    ident = drop(live, path)
    path.write_text(TEXT + "\n# Ends\n\nEverything ends.\n", encoding="utf-8")
    assert drop(live, path) == ident
    live.robot.until(lambda: live.desk.library.documents[ident].count == 3)
    live.robot.rest()
    live.desk.show(ident)
    live.robot.key("shift+delete")
    live.robot.until(lambda: ident not in live.desk.scene.rows)
    live.robot.key("ctrl+z")
    live.robot.until(lambda: ident in live.desk.scene.rows and live.desk.library.document(ident).contents is not None)
    assert live.uvm.memory.search("everything ends")[0]["document"] == ident


def test_the_steward_is_paused_and_what_its_audit_leads_to_is_approved_and_undone(live: Any) -> None:
    robot, system, desk = live.robot, live.desk.system, live.desk
    ident = live.ident("system_metrics_obj")
    desk.run("steward.show")
    robot.until(lambda: system.known and system.steward is not None)
    robot.rest()
    robot.click(ident, "switch")
    robot.until(lambda: system.steward.paused)
    assert live.slots("system_metrics_obj")["steward_paused"] is True
    robot.click(ident, "switch")
    robot.until(lambda: not system.steward.paused)
    for _ in range(20):
        live.uvm.recorder.note("psm_cycle_durations", 9000.0, states={"SYNTHESIZING": 8000.0})
    robot.click(ident, "audit")
    robot.until(lambda: bool(desk.proposals))
    (proposal,) = desk.proposals.values()
    assert proposal.change.because == "It is the slow part."
    before = live.slots(proposal.change.target_name)[proposal.change.slot]
    robot.key("w")
    robot.until(lambda: not desk.scene.motion.tweens)
    robot.key("ctrl+enter")
    robot.until(lambda: live.slots(proposal.change.target_name)[proposal.change.slot] != before)
    robot.until(lambda: proposal.outcome == "changed")
    robot.key("escape")
    robot.key("ctrl+z")
    robot.until(lambda: live.slots(proposal.change.target_name)[proposal.change.slot] == before)
