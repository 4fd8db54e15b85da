"""Documents on the desktop: taken in where they were dropped, opened into chunks, read, chunks pulled out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from morphic_ui.model.geometry import Point, Rect
from morphic_ui.model.link import Refusal

from .memory_link import MemoryLink
from .worlds import INVOICE, Bench, bench, workshop

FREE = Point(80, 760)  # below everything in the world of these tests
TEXT = """# Clocks

A clock has a spring. The spring drives the wheels.

It is wound once a week.

# Debts

Who pays late is reminded kindly.

After three reminders the matter goes to the court.
"""


@pytest.fixture
def world() -> Bench:
    return bench()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def shelf(text: str = TEXT, **options: Any) -> tuple[Bench, int]:
    """A world with one document in its memory, open."""
    link = workshop()
    ident = link.make_document("notes.md", text, source="/home/you/notes.md", **options)
    world = bench(link)
    world.click(ident, "title")
    return world, ident


def drop(world: Bench, path: Path, at: Point = FREE) -> Any:
    before = set(world.desk.intakes)
    world.run("memory.drop", argument=(path, at))
    (ident,) = set(world.desk.intakes) - before
    return world.desk.intakes[ident]


def test_a_dropped_file_has_its_card_at_once_where_it_was_dropped(world: Bench, file: Path) -> None:
    world.link.held = True
    intake = drop(world, file)
    assert world.rect(intake.ident)[:2] == (80, 760)
    assert intake.words.startswith("reading")
    assert not world.link.documents


def test_a_file_is_sent_whole_in_parts(world: Bench, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("Ein Satz über Uhren. " * 40_000, encoding="utf-8")
    drop(world, path)
    parts = [call["text"] for call in world.calls("ingest_part")]
    assert len(parts) > 1
    assert "".join(parts) == path.read_text(encoding="utf-8")
    (begun,) = world.calls("ingest_begin")
    assert (begun["title"], begun["source"]) == ("long.txt", str(path.resolve()))
    assert world.calls("ingest_go") == [{"job": 1}]


def test_the_card_counts_sentences_and_becomes_the_document(world: Bench, file: Path) -> None:
    intake = drop(world, file)
    world.link.progress(1, "embedding", 312, 1200)
    world.flush()
    assert intake.words == "embedding · 312 of 1,200 sentences"
    assert intake.share == pytest.approx(0.26)
    world.link.progress(1, "indexing", 0, 0)
    world.flush()
    assert intake.words == "indexing…"
    place = world.rect(intake.ident)
    ident = world.link.finish(1)
    world.flush()
    assert intake.ident not in world.desk.scene.rows
    assert world.rect(ident)[:2] == place[:2]
    assert world.desk.face_of(ident).name == "notes.md"
    assert world.link.places[ident]["x"] == place.x


def test_taking_a_document_in_is_undone_like_any_edit(world: Bench, file: Path) -> None:
    drop(world, file)
    ident = world.link.finish(1)
    world.flush()
    assert world.desk.undo.undo_label == "Undo: Take in notes.md"
    world.run("world.undo")
    world.flush()
    assert world.calls("undo") == [{"edit": world.link.jobs[1]["edit"]}]
    assert ident not in world.desk.scene.rows


def test_several_files_at_one_place_lie_beside_each_other(world: Bench, tmp_path: Path) -> None:
    intakes = []
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(f"Text of {name}.")
        intakes.append(drop(world, tmp_path / name))
    rects = world.rects()
    assert not any(a.overlaps(b, -0.01) for n, a in enumerate(rects) for b in rects[n + 1 :])
    for job in (3, 1, 2):
        world.link.finish(job)
    world.flush()
    titles = {world.desk.face_of(ident).name for ident in world.link.documents}
    assert titles == {"a.txt", "b.txt", "c.txt"}
    assert not world.desk.intakes


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "empty"), (b"\x89PNG\x00\x01\x02", "binary"), (b"\x00" * 400, "binary")]
)
def test_what_is_no_text_stays_as_a_card_with_a_sentence(world: Bench, tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "odd.txt"
    path.write_bytes(data)
    intake = drop(world, path)
    assert said in intake.problem
    assert not world.calls("ingest_begin")
    assert world.desk.notes.current(world.now).trouble
    world.click(intake.ident, "away")
    assert intake.ident not in world.desk.scene.rows


def test_a_missing_file_and_a_folder_are_refused(world: Bench, tmp_path: Path) -> None:
    assert "cannot be read" in drop(world, tmp_path / "none.txt").problem
    assert "folder" in drop(world, tmp_path, Point(500, 760)).problem


def test_the_image_s_refusal_stays_on_the_card(world: Bench, file: Path) -> None:
    world.link.refuse["ingest_part"] = Refusal("too_large", "notes.md is larger than 16 MiB; nothing was kept.")
    assert drop(world, file).problem == "notes.md is larger than 16 MiB; nothing was kept."


def test_a_job_that_fails_stays_with_its_sentence(world: Bench, file: Path) -> None:
    intake = drop(world, file)
    world.link.progress(1, "failed", 0, 0, words="The embedding model is not installed.")
    world.flush()
    assert intake.problem == "The embedding model is not installed."
    assert "away" in world.parts(intake.ident)


def test_cancelling_ends_the_job_and_takes_the_card_away(world: Bench, file: Path) -> None:
    intake = drop(world, file)
    world.link.progress(1, "embedding", 3, 12)
    world.flush()
    world.click(intake.ident, "cancel")
    assert world.calls("ingestion_cancel") == [{"job": 1}]
    assert intake.ident not in world.desk.scene.rows
    assert not world.link.documents


def test_cancelling_before_the_image_knows_it_sends_nothing_more(world: Bench, file: Path) -> None:
    world.link.held = True
    intake = drop(world, file)
    world.run("intake.cancel", argument=intake.ident)
    world.link.held = False
    world.flush()
    assert not world.calls("ingest_part")
    assert world.calls("ingestion_cancel") == [{"job": 1}]
    assert intake.ident not in world.desk.scene.rows


def test_cancelling_too_late_says_what_is_true(world: Bench, file: Path) -> None:
    intake = drop(world, file)
    world.link.held = True
    ident = world.link.finish(1)
    world.run("intake.cancel", argument=intake.ident)
    world.link.held = False
    world.flush()
    assert ident in world.desk.scene.rows
    assert "not taken in" not in world.desk.notes.current(world.now).text


def test_a_document_taken_in_again_keeps_its_one_morph(world: Bench, file: Path) -> None:
    drop(world, file)
    ident = world.link.finish(1)
    world.flush()
    drop(world, file, Point(900, 760))
    assert world.link.finish(2) == ident
    world.flush()
    world.wait(1.0)
    assert world.rect(ident)[:2] == (900, 760)
    assert sum(world.desk.face_of(one).role == "object" for one in world.desk.scene.rows if one == ident) == 1


def test_when_the_image_dies_while_text_is_sent_the_card_says_so(world: Bench, file: Path) -> None:
    world.link.held = True
    intake = drop(world, file)
    world.link.die()
    assert "went away" in intake.problem


def test_a_job_that_the_new_process_does_not_know_has_failed(world: Bench, file: Path) -> None:
    intake = drop(world, file)
    world.link.progress(1, "embedding", 3, 12)
    world.flush()
    world.link.die()
    world.link.jobs.clear()
    world.link.come_back()
    world.flush()
    assert "went away" in intake.problem


def test_the_path_can_be_typed(world: Bench, file: Path) -> None:
    world.key("ctrl+o")
    assert world.desk.editing.part == "entry"
    world.enter_text(f"  '{file}' ")
    assert world.calls("ingest_begin")[0]["title"] == "notes.md"
    assert world.desk.passing is None


def test_a_document_opens_into_its_sections_and_chunks() -> None:
    world, ident = shelf()
    parts = world.parts(ident)
    assert [name for name in parts if name.startswith("chunk:")] == [f"chunk:{number}" for number in range(6)]
    document = world.desk.library.documents[ident]
    assert [(group.section, group.count) for group in document.contents.groups] == [(("Clocks",), 3), (("Debts",), 3)]


def test_a_long_document_lists_its_chunks_a_page_at_a_time() -> None:
    link = workshop()
    link.page = 2
    ident = link.make_document("notes.md", TEXT)
    world = bench(link)
    world.click(ident, "title")
    document = world.desk.library.documents[ident]
    for listed in (2, 4, 6):
        assert [chunk.index for chunk in document.contents.chunks] == list(range(listed))
        assert document.words == "6 chunks"
        assert ("more" in world.parts(ident)) == (listed < 6)
        if listed < 6:
            world.click(ident, "more")
    assert [call["first"] for call in world.calls("document")] == [0, 2, 4]


def test_a_passage_far_back_in_a_long_document_is_listed_up_to() -> None:
    link = workshop()
    link.page = 2
    ident = link.make_document("notes.md", TEXT)
    world = bench(link)
    world.run("passage.go", argument=(ident, link.documents[ident]["chunks"][5]["id"]))
    world.flush()
    assert world.desk.library.documents[ident].shown == 5


def test_a_chunk_s_text_is_shown_exactly() -> None:
    world, ident = shelf()
    world.click(ident, "chunk:1")
    layout = world.desk.scene.layout(world.desk.scene.rows[ident])
    assert layout.part("reader").value == "A clock has a spring. The spring drives the wheels.\n\n"
    world.click(ident, "chunk.next")
    layout = world.desk.scene.layout(world.desk.scene.rows[ident])
    assert layout.part("reader").value == "It is wound once a week.\n\n"
    world.click(ident, "chunk.close")
    assert "reader" not in world.parts(ident)


def test_a_document_is_read_with_the_keyboard_alone() -> None:
    world, ident = shelf()
    world.desk.show(ident)
    for number in range(6):
        world.key("pagedown")
        assert world.desk.library.documents[ident].shown == number
    world.key("pagedown")
    world.key("pageup")
    assert world.desk.library.documents[ident].shown == 4


def test_the_text_of_a_chunk_that_came_cut_is_asked_for() -> None:
    world, ident = shelf(texts=False)
    world.click(ident, "chunk:1")
    document = world.desk.library.documents[ident]
    assert document.text_of(document.contents.chunks[1]) == "A clock has a spring. The spring drives the wheels.\n\n"


def test_long_text_is_paged_and_the_wheel_turns_it_while_the_card_has_the_keyboard() -> None:
    world, ident = shelf("# One\n\n" + "\n".join(f"line {number}" for number in range(60)))
    world.click(ident, "chunk:1")
    document = world.desk.library.documents[ident]
    at = world.point(ident, "reader")
    world.world.hand.wheel(*at, 0, -2, False, False)
    world.flush()
    assert document.line == 6
    world.key("pagedown")
    assert document.line == 18
    for _ in range(9):
        world.key("pagedown")
    assert document.line == 48
    world.key("pageup")
    assert document.line == 36
    before = world.desk.scene.camera.y
    world.desk.scene.focus = None
    world.world.hand.wheel(*at, 0, -2, False, False)
    assert world.desk.scene.camera.y != before
    assert document.line == 36


def test_a_very_long_document_draws_a_window_of_its_chunks() -> None:
    text = "\n\n".join((f"# Part {n // 40}\n\n" if n % 40 == 0 else "") + f"Paragraph {n}." for n in range(9_750))
    world, ident = shelf(text)
    document = world.desk.library.documents[ident]
    assert document.count == 9_994
    assert len([name for name in world.parts(ident) if name.startswith("chunk:")]) < 160
    assert len(world.desk.scene.layout(world.desk.scene.rows[ident]).drawn) < 2_000
    assert world.rect(ident).h < 560
    world.click(ident, "jump:20")
    seen = [int(name[6:]) for name in world.parts(ident) if name.startswith("chunk:")]
    assert 4_900 < seen[0] < 5_100
    world.click(ident, "page:on")
    assert int(next(name for name in world.parts(ident) if name.startswith("chunk:"))[6:]) > seen[-1]
    world.click(ident, "page:back")
    assert int(next(name for name in world.parts(ident) if name.startswith("chunk:"))[6:]) <= seen[0]


def test_a_chunk_is_pulled_out_onto_the_desktop_and_undone() -> None:
    world, ident = shelf()
    chunk = world.desk.library.documents[ident].contents.chunks[3].id
    place = world.rect(ident)
    start = world.point(ident, "chunk:3")
    world.drag(start, Point(start.x + 20, start.y + 20), Point(1350, 640))
    assert world.rect(ident) == place
    assert world.calls("take_chunk") == [{"chunk": chunk}]
    area = world.rect(chunk)
    assert area.contains(*world.desk.scene.camera.to_world(1350, 640))
    assert world.desk.face_of(chunk).name == "notes.md"
    assert not [one for one in world.desk.scene.rows if world.desk.face_of(one).role == "passage"], (
        "the loose one is gone"
    )
    world.key("ctrl+z")
    assert chunk not in world.desk.scene.rows


def test_a_chunk_dropped_on_its_own_document_or_let_go_stays_there() -> None:
    world, ident = shelf()
    start = world.point(ident, "chunk:3")
    world.drag(start, Point(start.x + 9, start.y + 9), Point(start.x + 30, start.y + 20))
    count = len(world.desk.scene.rows)
    world.drag(start, Point(start.x + 9, start.y + 9), Point(1350, 640), drop=False)
    assert len(world.desk.scene.rows) == count + 1
    world.key("escape")
    assert len(world.desk.scene.rows) == count
    assert not world.calls("take_chunk")


def test_a_chunk_that_lies_on_the_desktop_is_carried_itself() -> None:
    world, ident = shelf()
    chunk = world.desk.library.documents[ident].contents.chunks[3].id
    world.click(ident, "chunk:3")
    world.click(ident, "chunk.take")
    assert chunk in world.desk.scene.rows
    world.desk.show(ident)
    start = world.point(ident, "chunk:3")
    world.drag(start, Point(start.x + 9, start.y + 9), Point(1300, 620))
    assert len(world.calls("take_chunk")) == 1
    assert world.rect(chunk).contains(*world.desk.scene.camera.to_world(1300, 620))


def test_a_chunk_that_was_put_away_comes_back_without_the_image() -> None:
    world, ident = shelf()
    chunk = world.desk.library.documents[ident].contents.chunks[3].id
    world.click(ident, "chunk:3")
    world.click(ident, "chunk.take")
    world.put_away(chunk)
    world.desk.show(ident)
    world.flush()
    world.click(ident, "chunk.take")
    assert chunk in world.desk.scene.rows
    assert len(world.calls("take_chunk")) == 1


def test_a_refused_chunk_goes_back() -> None:
    world, ident = shelf()
    world.link.refuse["take_chunk"] = Refusal("no_chunk", "It is gone.")
    count = len(world.desk.scene.rows)
    start = world.point(ident, "chunk:3")
    world.drag(start, Point(start.x + 9, start.y + 9), Point(1350, 640))
    assert len(world.desk.scene.rows) == count
    assert "It is gone." in world.desk.notes.current(world.now).text
    assert world.desk.undo.undo_label == "Nothing to undo"


def test_the_slots_are_one_key_away() -> None:
    world, ident = shelf()
    world.desk.show(ident)
    world.key("v")
    assert "value:title" in world.parts(ident)
    world.key("v")
    assert "chunk:0" in world.parts(ident)
    world.key("m")
    assert world.desk.editing.part == "message:"


def test_a_deleted_document_is_forgotten() -> None:
    world, ident = shelf()
    world.link.committed(removed=(ident,))
    world.flush()
    assert ident not in world.desk.scene.rows
    assert ident not in world.desk.library.documents


def test_documents_do_not_open_by_themselves_in_a_first_world() -> None:
    link = workshop()
    ident = link.make_document("notes.md", TEXT)
    world = bench(link)
    assert not world.outliner(ident).open
    assert world.outliner(INVOICE).open
    assert isinstance(link, MemoryLink)
    assert Rect(*world.rect(ident)).h == 60
