"""Commands that search the memory: what is found is listed, and lit up where it stands."""

from __future__ import annotations

from ..memory.library import Hit, hits_of
from ..memory.search_face import QUERY, WIDTH, Search, SearchFace
from ..model.link import Refusal, Reply
from .commands import Call, Command
from .desk import Desk
from .session import Session

LIMIT = 12
MARGIN = 16.0
TOP = 52.0  # below the status line


class SearchCommands:
    """The search panel and the light of what it found."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.search = Search()
        self.face: SearchFace | None = None

    def table(self) -> list[Command]:
        return [
            Command("search.open", "Search the memory", self.open, "Finds passages by what they mean and say",
                    ("ctrl+f",), menus=("world",), here="world"),
            Command("search.run", "Search", self.run),
            Command("search.go", "Go to the passage", self.go, "Opens its document at the chunk"),
            Command("search.page", "Further", self.page),
            Command("search.scroll", "Further", self.scroll),
            Command("search.next", "Next passage", self.down, "", ("down",), self.walks),
            Command("search.previous", "Passage before", self.up, "", ("up",), self.walks),
            Command("search.enter", "Go to the passage", self.enter, "", ("enter",), self.on_hit),
            Command("search.close", "Close the search", self.close, "What it lit up is dark again", ("escape",),
                    self.is_open),
        ]  # fmt: skip

    def is_open(self, desk: Desk) -> bool:
        del desk
        return self.face is not None

    def walks(self, desk: Desk) -> bool:
        """Whether the keyboard is with the list of hits."""
        return self.face is not None and bool(self.search.hits) and desk.panel_focused(self.face.ident)

    def on_hit(self, desk: Desk) -> bool:
        return self.walks(desk) and desk.glass.focus is not None and desk.glass.focus[1].startswith("hit:")

    # -- the panel

    def open(self, desk: Desk, call: Call) -> None:
        """Puts the panel on the glass, or the cursor back into its field."""
        del call
        desk.run("glass.dismiss")
        if self.face is None:
            self.face = SearchFace(desk.card_ident(), self.search)
            desk.glass.add(self.face)
            desk.covered = WIDTH + MARGIN
            self.place(desk)
        desk.edit_part(self.face.ident, QUERY)

    def place(self, desk: Desk) -> None:
        """Keeps the panel at the right of the glass, however large the window is."""
        face, camera = self.face, desk.glass.camera
        if face is None:
            return
        width, height = camera.width / camera.scale, camera.height / camera.scale
        if face.height != height - TOP - MARGIN:
            face.height = height - TOP - MARGIN
            face.touch()
        desk.glass.table.move_to(desk.glass.rows[face.ident], round(width - WIDTH - MARGIN), TOP)

    def close(self, desk: Desk, call: Call) -> None:
        del call
        if self.face is not None:
            if desk.editing is not None and desk.editing.ident == self.face.ident:
                desk.end_edit()
            desk.glass.remove(self.face.ident)
        self.face, desk.covered = None, 0.0
        desk.glass.focus = None
        self.search.hits, self.search.asked, self.search.chosen = (), "", None
        self.search.number += 1
        self.search.waiting, self.search.problem = False, ""
        self._light(desk, "", ())

    # -- searching

    def run(self, desk: Desk, call: Call) -> None:
        search = self.search
        query = search.query = call.text
        search.number += 1
        number = search.number
        if not query.strip():
            search.hits, search.asked = (), ""
            self._light(desk, "", ())
            self._touch()
            return
        search.waiting, search.problem = True, ""
        self._touch()

        def yes(reply: Reply) -> None:
            if number == search.number:
                search.waiting = False
                search.hits = tuple(hit for hit in hits_of(reply.get("result")) if hit.near)
                search.asked, search.first, search.chosen = query, 0, None
                self._light(desk, query, search.hits)
                self._touch()

        def no(refusal: Refusal) -> None:
            if number == search.number:
                search.waiting, search.problem = False, refusal.message
                self._touch()

        self.session.call("search", yes, no, query=query, limit=LIMIT)
        if self.face is not None:
            desk.glass.focus = (desk.glass.rows[self.face.ident], "")

    def _light(self, desk: Desk, query: str, hits: tuple[Hit, ...]) -> None:
        """What was found is lit in its documents; what was lit before is dark."""
        library = desk.library
        before = set(library.lit) | set(library.lit_chunks)
        library.light(query, hits)
        for ident in before | set(library.lit) | set(library.lit_chunks):
            desk.touch(ident)

    def _touch(self) -> None:
        if self.face is not None:
            self.face.touch()
            self.session.desk.wake()

    # -- the list

    def go(self, desk: Desk, call: Call) -> None:
        document, chunk, number = call.argument
        self.search.chosen = number
        self._touch()
        desk.run("passage.go", Call((document, chunk)))

    def enter(self, desk: Desk, call: Call) -> None:
        del call
        assert desk.glass.focus is not None
        number = int(desk.glass.focus[1].partition(":")[2])
        hit = self.search.hits[number]
        self.go(desk, Call((hit.document, hit.chunk, number)))

    def page(self, desk: Desk, call: Call) -> None:
        del desk
        self._move(int(call.argument) * (self.face.fitting if self.face else 1))

    def scroll(self, desk: Desk, call: Call) -> None:
        del desk
        self._move(round(call.amount))

    def _move(self, step: int) -> None:
        search = self.search
        if self.face is not None:
            last = max(0, len(search.hits) - self.face.fitting)
            search.first = max(0, min(last, search.first + step))
            self._touch()

    def down(self, desk: Desk, call: Call) -> None:
        del call
        self._walk(desk, 1)

    def up(self, desk: Desk, call: Call) -> None:
        del call
        self._walk(desk, -1)

    def _walk(self, desk: Desk, step: int) -> None:
        """The arrow keys go from passage to passage; Enter goes to the one that has the keyboard."""
        assert self.face is not None and desk.glass.focus is not None
        search, row = self.search, desk.glass.focus[0]
        name = desk.glass.focus[1].partition(":")[2]
        number = int(name) + step if name.isdigit() else (0 if step > 0 else len(search.hits) - 1)
        number = max(0, min(len(search.hits) - 1, number))
        if number < search.first:
            search.first = number
        elif number >= search.first + self.face.fitting:
            search.first = number - self.face.fitting + 1
        desk.glass.focus = (row, f"hit:{number}")
        self._touch()
