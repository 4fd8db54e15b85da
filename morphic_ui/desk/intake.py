"""Commands that take files into the memory: dropped on the window, or named by their path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uvm_core.bridge.documents import NotADocument, TextFile, parts, read_text_file

from ..memory.document_view import is_document
from ..memory.intake import Intake, IntakeFace
from ..model.geometry import Point
from ..model.layout import free_place
from ..model.link import Refusal, Reply
from ..model.mirror import ObjectRecord
from ..model.theme import STATE_MOVE
from ..model.undo import EditStep
from ..tools.entry import EntryFace
from .commands import Call, Command
from .desk import Desk
from .session import Session
from .stage import Promise

AWAY = "The image's process went away; nothing of this document was kept. Drop it again."


class IntakeCommands:
    """Files on their way into the memory, each with a card of its own."""

    def __init__(self, session: Session) -> None:
        self.session = session
        session.hears["ingestion"] = self.heard
        session.claims.append(self._claim)
        session.refreshes.append(self._ask_again)
        session.lost.append(self._lost)

    def table(self) -> list[Command]:
        return [
            Command("memory.take_in", "Take in a document…", self.take_in, "A text or Markdown file, by its path",
                    ("ctrl+o",), menus=("world",), here="world"),
            Command("memory.path", "Take it in", self.path),
            Command("memory.drop", "Take it in", self.drop, "A file that was dropped on the window"),
            Command("intake.cancel", "Cancel", self.cancel, "Nothing of it is kept"),
            Command("intake.away", "Put away", self.away),
        ]  # fmt: skip

    # -- where files come from

    def take_in(self, desk: Desk, call: Call) -> None:
        """Asks for the path, at the top of the glass."""
        face = EntryFace(
            desk.card_ident(), "Take in a document", "memory.path", hint="path of a text or Markdown file",
            says="Or drop the file on the window.", argument=call.argument,
        )  # fmt: skip
        desk.run("glass.show", Call(face))

    def path(self, desk: Desk, call: Call) -> None:
        text = call.text.strip().strip("'\"")
        desk.run("glass.dismiss")
        if text:
            self._begin(desk, Path(text.removeprefix("file://")).expanduser(), call.argument)

    def drop(self, desk: Desk, call: Call) -> None:
        path, at = call.argument
        self._begin(desk, path, at)

    def _begin(self, desk: Desk, path: Path, at: Point | None) -> None:
        """The card stands at once; the file is read elsewhere."""
        intake = Intake(desk.card_ident(), path.name or str(path), str(path))
        desk.intakes[intake.ident] = intake
        row = desk.scene.add(IntakeFace(intake))
        area = desk.scene.table.area(row)
        centre = desk.scene.camera.seen().centre
        at = at if at is not None else Point(centre.x - area.w / 2, centre.y - area.h / 2)
        near = Point(round(at.x), round(at.y))
        place = free_place(area.w, area.h, near, desk.taken(but=(intake.ident,)))
        desk.scene.table.move_to(row, place.x, place.y)
        desk.wake()

        def read(outcome: TextFile | Exception) -> None:
            if intake.cancelled:
                self._end(desk, intake)
            elif isinstance(outcome, TextFile):
                self._send(desk, intake, outcome)
            else:
                known = isinstance(outcome, NotADocument)
                self._fail(desk, intake, str(outcome) if known else f"{intake.title} could not be read: {outcome}")

        desk.errands.send(lambda: read_text_file(path.absolute()), read)

    # -- to the image

    def _send(self, desk: Desk, intake: Intake, file: TextFile) -> None:
        """Begins the job and sends the text a part at a time, the next when the last has arrived."""
        pieces = list(parts(file.text))
        intake.state, intake.done, intake.of, intake.source = "receiving", 0, len(pieces), file.source
        intake.note = file.note
        desk.touch(intake.ident)

        def no(refusal: Refusal) -> None:
            self._fail(desk, intake, AWAY if refusal.code == "link_down" else refusal.message)

        def begun(reply: Reply) -> None:
            row = reply.get("result")
            job = (row if isinstance(row, Mapping) else reply).get("job", row)
            if not isinstance(job, int):
                self._fail(desk, intake, "The image gave no number for this document; nothing was sent.")
                return
            intake.job = job
            if intake.cancelled:
                self._cancel(desk, intake)
            else:
                part(0)

        def part(number: int) -> None:
            if intake.over or intake.cancelled:
                return
            if number == len(pieces):
                self.session.call("ingest_go", lambda _reply: None, no, job=intake.job)
                return

            def arrived(_reply: Reply) -> None:
                intake.done = number + 1
                desk.touch(intake.ident)
                part(number + 1)

            self.session.call("ingest_part", arrived, no, job=intake.job, text=pieces[number])

        self.session.call("ingest_begin", begun, no, title=file.title, source=file.source,
                          metadata={"date": file.date})  # fmt: skip

    # -- what the image says

    def heard(self, row: Mapping[str, Any]) -> None:
        desk = self.session.desk
        intake = next((one for one in desk.intakes.values() if one.job == row.get("job")), None)
        if intake is None:
            if row.get("state") == "done":
                # Somebody else has taken it in; its morph comes by itself.
                desk.run("memory.refresh")
            return
        if row.get("state") == "receiving":
            return  # the parts are counted here
        intake.heard(row)
        desk.touch(intake.ident)
        if intake.document is not None:
            desk.library.row({**row, "id": intake.document})
        if intake.state == "done":
            self._done(desk, intake)
        elif intake.state == "cancelled":
            self._end(desk, intake)
        elif intake.state == "failed":
            self._fail(desk, intake, intake.problem or "It was not taken in; nothing of it was kept.")

    def _claim(self, record: ObjectRecord) -> Promise | None:
        """A new document belongs where its file was dropped."""
        if not is_document(record.slot_names):
            return None
        desk = self.session.desk
        title, source = (slot.value if (slot := record.slot(name)) else None for name in ("title", "source"))
        for intake in desk.intakes.values():
            if not intake.over and (intake.title, intake.source) == (title, source):
                return self._give_way(desk, intake)
        return None

    def _give_way(self, desk: Desk, intake: Intake) -> Promise | None:
        """The card makes room for the document itself; where that was."""
        area = desk.scene.area(intake.ident)
        if area is None:
            return None
        desk.scene.remove(intake.ident)
        return Promise(Point(area.x, area.y), False, exact=True)

    def _done(self, desk: Desk, intake: Intake) -> None:
        """The document stands where its card stood."""
        promise = self._give_way(desk, intake)
        desk.intakes.pop(intake.ident, None)
        ident = intake.document
        if intake.edit is not None:
            desk.undo.did(EditStep(f"Take in {intake.title}", intake.edit))
        said = intake.words_at_end or "It is in the memory."
        desk.say(f"{intake.title}: {said} {intake.note}".strip())
        if ident is not None and promise is not None:
            if ident in desk.scene.rows:
                # It was in the memory before, and has been taken in anew: there is one morph for it.
                desk.glide({ident: promise.at}, STATE_MOVE)
                self.session.stage.save((ident,))
            else:
                desk.away.discard(ident)
                self.session.stage.promised[ident] = promise
                self.session.come(ident)
        desk.run("memory.refresh")

    def _fail(self, desk: Desk, intake: Intake, problem: str) -> None:
        """The card stays, with what happened."""
        intake.fail(problem)
        desk.say(problem, trouble=True)
        desk.touch(intake.ident)
        desk.wake()

    def _end(self, desk: Desk, intake: Intake) -> None:
        intake.state = "cancelled"
        self._remove(desk, intake)
        desk.say(f"{intake.title} was not taken in; nothing of it is kept.")

    def _remove(self, desk: Desk, intake: Intake) -> None:
        desk.intakes.pop(intake.ident, None)
        if intake.ident in desk.scene.rows:
            desk.scene.remove(intake.ident)
        desk.wake()

    # -- what people say

    def cancel(self, desk: Desk, call: Call) -> None:
        intake = desk.intakes.get(int(call.argument))
        if intake is None or intake.cancelled:
            return
        intake.cancelled = True
        desk.touch(intake.ident)
        if intake.job is not None:
            self._cancel(desk, intake)

    def _cancel(self, desk: Desk, intake: Intake) -> None:
        def yes(reply: Reply) -> None:
            # It ends when the job says so: it may have been done already.
            row = reply.get("result")
            if isinstance(row, Mapping):
                self.heard(row)

        def no(refusal: Refusal) -> None:
            intake.cancelled = False
            desk.say(f"{intake.title}: {refusal.message}", trouble=True)
            desk.touch(intake.ident)

        self.session.call("ingestion_cancel", yes, no, job=intake.job)

    def away(self, desk: Desk, call: Call) -> None:
        intake = desk.intakes.get(int(call.argument))
        if intake is not None:
            self._remove(desk, intake)

    # -- when the image's process goes and comes back

    def _lost(self) -> None:
        """What was still being sent has to be sent anew."""
        desk = self.session.desk
        for intake in list(desk.intakes.values()):
            if intake.state == "receiving":
                self._fail(desk, intake, AWAY)

    def _ask_again(self) -> None:
        """The connection is new: jobs that the image knows go on, the others went with its process."""
        desk = self.session.desk
        going = [one for one in desk.intakes.values() if one.job is not None and not one.over]
        if not going:
            return

        def yes(reply: Reply) -> None:
            rows = {row.get("job"): row for row in reply.get("result") or ()}
            for intake in going:
                row = rows.get(intake.job)
                if row is None or row.get("source") != intake.source:
                    self._fail(desk, intake, AWAY)
                else:
                    self.heard(row)

        self.session.call("ingestions", yes, lambda _refusal: None)
