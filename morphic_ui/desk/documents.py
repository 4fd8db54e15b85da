"""Commands about documents: opened into their chunks, read, and chunks taken out onto the desktop."""

from __future__ import annotations

from ..memory.chunk_view import ChunkView, LooseFace
from ..memory.contents import Chunk, bring
from ..memory.document_view import DocumentView, tallest_of
from ..memory.library import Document
from ..memory.reader import PAGE, last_line
from ..model.geometry import Point
from ..model.link import Refusal, Reply
from .commands import Call, Command
from .desk import Desk
from .edits import send_edit
from .objects import chosen
from .pointer import HELD_AT
from .session import Session
from .stage import Promise

NOTCH_LINES = 3  # of text that a notch of the wheel moves on


class DocumentCommands:
    """What people do with documents of the memory."""

    def __init__(self, session: Session) -> None:
        self.session = session
        desk = session.desk
        self.view = DocumentView(desk.library, self.look_into, lambda ident: ident in desk.scene.rows)
        desk.views += [self.view, ChunkView(desk.library, session.read_object)]
        session.refreshes.append(self.refresh)
        session.forgets.append(self._forgotten)
        self._loose: dict[int, tuple[Document, Chunk]] = {}  # what a hand has pulled out, by morph

    def table(self) -> list[Command]:
        return [
            Command("document.chunk", "Show the chunk", self.chunk, "Its text, exactly as it stands in the source"),
            Command("document.close", "Close the chunk", self.close),
            Command("document.jump", "Go there", self.jump),
            Command("document.page", "Further on", self.page),
            Command("document.more", "List further chunks", self.more),
            Command("document.scroll", "Scroll", self.scroll),
            Command("document.read", "Read on", self.read),
            Command("document.further", "Read on", self.further, "The next page, then the next chunk", ("pagedown",),
                    is_read, here="object"),
            Command("document.back", "Read back", self.back, "", ("pageup",), is_read, here="object"),
            Command("memory.refresh", "Look again", lambda _desk, _call: self.refresh(), "Which documents there are"),
            Command("passage.go", "Go to the passage", self.go, "Opens its document at the chunk"),
            Command("chunk.lift", "Pull it out", self.lift),
            Command("chunk.drop", "Put it here", self.drop),
            Command("chunk.leave", "Leave it", self.leave),
            Command("chunk.take", "Put the chunk on the desktop", self.take, "As an object of its own"),
        ]  # fmt: skip

    # -- what is there

    def refresh(self) -> None:
        """Asks which documents there are; an image without a memory has none."""
        self.session.call("documents", self._documents, lambda _refusal: None)

    def _documents(self, reply: Reply) -> None:
        desk = self.session.desk
        for row in reply.get("result") or ():
            document = desk.library.row(row)
            if document is not None:
                self._named(document)

    def _named(self, document: Document) -> None:
        desk = self.session.desk
        record = desk.mirror.get(document.id)
        if record is not None and document.title:
            record.called = document.title
        desk.touch(document.id)

    def _forgotten(self, ident: int) -> None:
        self.session.desk.library.documents.pop(ident, None)
        self.view.forget(ident)

    def look_into(self, ident: int, first: int = 0) -> None:
        """Asks for a document's chunks, from the one numbered `first` on."""
        desk = self.session.desk
        document = desk.library.document(ident)
        if document.loading:
            return
        document.loading = True
        desk.touch(ident)

        def yes(reply: Reply) -> None:
            document.loading = False
            desk.library.row({**(reply.get("result") or reply), "id": ident})
            self._named(document)
            wanted, document.wanted = document.wanted, None
            if wanted is not None:
                self._open_at(document, wanted)
            elif not first and (outliner := chosen(desk)) is not None and outliner.ident == ident and outliner.open:
                # Somebody has just opened it: all of it is shown.
                desk.show(ident)
            desk.wake()

        def no(refusal: Refusal) -> None:
            document.loading = False
            document.problem = refusal.message
            desk.touch(ident)

        self.session.call("document", yes, no, document=ident, first=first)

    def more(self, desk: Desk, call: Call) -> None:
        """The next page of a document with very many chunks."""
        document = desk.library.document(int(call.argument))
        if document.contents is not None and document.contents.more:
            self.look_into(document.id, len(document.contents.chunks))

    # -- reading

    def chunk(self, desk: Desk, call: Call) -> None:
        ident, number = call.argument
        document = desk.library.document(ident)
        again = document.shown == number and call.part.startswith("chunk:")
        self._show(document, None if again else number)
        if not again:
            desk.show(ident)

    def _show(self, document: Document, number: int | None) -> None:
        """Opens a chunk, or closes the open one."""
        desk, contents = self.session.desk, document.contents
        if contents is None:
            return
        document.shown, document.line = number, 0
        if number is not None:
            document.top = bring(contents.lines, document.top, number, tallest_of(document))
            chunk = contents.chunks[number]
            if document.text_of(chunk) is None:
                self._ask_text(document, chunk)
        desk.touch(document.id)

    def _ask_text(self, document: Document, chunk: Chunk) -> None:
        """The text of a chunk of a document that is too large to come whole."""
        desk = self.session.desk

        def yes(reply: Reply) -> None:
            row = reply.get("result") or reply
            for slot in row.get("slots") or ():
                if slot.get("name") == "text":
                    document.texts[chunk.id] = str(slot.get("value"))
            desk.touch(document.id)
            desk.wake()

        def no(refusal: Refusal) -> None:
            document.problem = refusal.message
            desk.touch(document.id)

        self.session.call("inspect", yes, no, target_oid=chunk.id)

    def close(self, desk: Desk, call: Call) -> None:
        self._show(desk.library.document(int(call.argument)), None)

    def jump(self, desk: Desk, call: Call) -> None:
        ident, number = call.argument
        document = desk.library.document(ident)
        if document.contents is not None:
            lines = document.contents.lines
            at = next((place for place, line in enumerate(lines) if line.first <= number < line.last), 0)
            document.top = max(0, at - 1) if at and lines[at - 1].heading else at
            desk.touch(ident)

    def page(self, desk: Desk, call: Call) -> None:
        """On to the line given, or a page back."""
        ident, top = call.argument
        document = desk.library.document(ident)
        if top < 0:
            top, height = document.top, tallest_of(document)
            lines = document.contents.lines if document.contents is not None else ()
            while top > 0 and height >= lines[top - 1].height:
                top -= 1
                height -= lines[top].height
        document.top = top
        desk.touch(ident)

    def scroll(self, desk: Desk, call: Call) -> None:
        ident = call.argument[0] if isinstance(call.argument, tuple) else int(call.argument)
        document = desk.library.document(ident)
        if document.contents is not None:
            most = len(document.contents.lines) - 1
            document.top = max(0, min(most, document.top + round(call.amount)))
            desk.touch(ident)

    def read(self, desk: Desk, call: Call) -> None:
        """On by a page, or by what the wheel says."""
        if isinstance(call.argument, tuple):
            ident, step = call.argument[0], call.argument[1] * PAGE
        else:
            ident, step = int(call.argument), round(call.amount * NOTCH_LINES)
        self._read(desk.library.document(ident), step)

    def _read(self, document: Document, step: int) -> bool:
        """Moves the text; False where it ends."""
        before = document.line
        document.line = max(0, min(last_line(self.view.lines_in(document)), before + step))
        self.session.desk.touch(document.id)
        return document.line != before

    def further(self, desk: Desk, call: Call) -> None:
        del call
        self._turn(desk, 1)

    def back(self, desk: Desk, call: Call) -> None:
        del call
        self._turn(desk, -1)

    def _turn(self, desk: Desk, step: int) -> None:
        outliner = chosen(desk)
        document = desk.library.documents.get(outliner.ident) if outliner is not None else None
        if document is None or document.contents is None or not document.contents.chunks:
            return
        if document.shown is None:
            self._show(document, 0 if step > 0 else len(document.contents.chunks) - 1)
        elif not self._read(document, step * PAGE):
            number = document.shown + step
            if 0 <= number < len(document.contents.chunks):
                self._show(document, number)

    def go(self, desk: Desk, call: Call) -> None:
        """To a passage, from wherever it is named: its document comes into view, open at the chunk."""
        ident, chunk = call.argument
        record = desk.mirror.get(ident)
        if record is None:
            desk.say("That document is not in the image any more.", trouble=True)
            return
        document = desk.library.document(ident)
        document.wanted = chunk
        if ident not in desk.scene.rows:
            desk.away.discard(ident)
            self.session.arrive(record, desk.scene.camera.seen(margin=-80).centre, open_=True)
        outliner = desk.outliners[ident]
        was_open, outliner.open, outliner.plain = outliner.open, True, False
        if not was_open:
            self.session.stage.save((ident,))
        desk.touch(ident)
        if document.contents is None or chunk not in document.contents.numbers:
            # It was taken in anew since it was last looked at, or never looked at.
            self.look_into(ident)
        else:
            document.wanted = None
            self._open_at(document, chunk)
        desk.show(ident)

    def _open_at(self, document: Document, chunk: int | None) -> None:
        desk, contents = self.session.desk, document.contents
        number = contents.numbers.get(chunk) if contents is not None and chunk is not None else None
        if number is None and contents is not None and contents.more:
            # It lies further on: the pages before it are listed first.
            document.wanted = chunk
            self.look_into(document.id, len(contents.chunks))
            return
        if number is None:
            desk.say("That passage is not in the document any more: it was taken in anew.", trouble=True)
            return
        self._show(document, number)
        desk.show(document.id)

    # -- taking chunks out

    def lift(self, desk: Desk, call: Call) -> None:
        """A hand pulls a chunk out of its document; one that lies on the desktop already comes into the hand."""
        ident, number = call.argument
        document = desk.library.document(ident)
        if document.contents is None:
            return
        chunk = document.contents.chunks[number]
        if chunk.id in desk.scene.rows:
            desk.lifted = chunk.id
            return
        face = LooseFace(desk.card_ident(), document, chunk)
        desk.scene.add(face)
        self._loose[face.ident] = (document, chunk)
        desk.lifted = face.ident

    def leave(self, desk: Desk, call: Call) -> None:
        """It goes back to its document."""
        if call.ident is not None and self._loose.pop(call.ident, None) is not None:
            desk.scene.remove(call.ident)

    def drop(self, desk: Desk, call: Call) -> None:
        assert call.ident is not None
        document, chunk = self._loose[call.ident]
        home, hand = desk.scene.area(document.id), desk.scene.area(call.ident)
        if home is None or hand is None or home.contains(hand.x + HELD_AT.x, hand.y + HELD_AT.y):
            self.leave(desk, call)
            return
        face = desk.face_of(call.ident)
        if isinstance(face, LooseFace):
            face.busy = True
        desk.touch(call.ident)
        self._take(document, chunk, Promise(Point(hand.x, hand.y), True, exact=True), call.ident)

    def take(self, desk: Desk, call: Call) -> None:
        ident, number = call.argument
        document = desk.library.document(ident)
        if document.contents is None:
            return
        chunk = document.contents.chunks[number]
        if chunk.id in desk.scene.rows:
            desk.show(chunk.id)
            return
        area = desk.scene.area(ident)
        at = Point(area.right + 40, area.y) if area is not None else desk.scene.camera.seen().centre
        self._take(document, chunk, Promise(at, True), None)

    def _take(self, document: Document, chunk: Chunk, promise: Promise, loose: int | None) -> None:
        session, desk = self.session, self.session.desk
        session.stage.promised[chunk.id] = promise
        if chunk.id in desk.away:
            # It lies on the desktop already, put away.
            self._gone(loose)
            desk.away.discard(chunk.id)
            session.come(chunk.id)
            desk.touch(document.id)
            return
        label = f"Take chunk {chunk.index + 1} out of {document.title}"

        def yes(_reply: Reply) -> None:
            self._gone(loose)
            if chunk.id not in desk.scene.rows:
                session.bring_again(chunk.id)
            desk.touch(document.id)

        def no(refusal: Refusal) -> None:
            session.stage.promised.pop(chunk.id, None)
            self._gone(loose)
            desk.say(f"{label}: {refusal.message}", trouble=True)

        send_edit(session, label, "take_chunk", yes, no, chunk=chunk.id)

    def _gone(self, loose: int | None) -> None:
        """The real morph takes the place of the one from the hand."""
        if loose is not None and self._loose.pop(loose, None) is not None:
            self.session.desk.scene.remove(loose)


def is_read(desk: Desk) -> bool:
    """Whether an open document has the keyboard."""
    outliner = chosen(desk)
    return outliner is not None and outliner.open and outliner.ident in desk.library.documents
