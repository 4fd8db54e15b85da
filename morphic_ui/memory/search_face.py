"""The search panel: a field, and the passages that were found with their words marked."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.face import Edit, Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import CARD
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide, wrap
from ..model.widgets import button, field, icon_button, paper
from .library import Hit
from .passages import draw_lines, excerpt, lines_of, words_of

WIDTH = 400.0
PAD = 16.0
QUERY = "query"
TOP = 100.0  # of the first hit
FOOT = 50.0
HIT = 112.0  # height of one hit
CHARACTERS = 170  # of a passage
BAR = 54.0  # width of a full score bar


@dataclass(slots=True)
class Search:
    """What was asked and what was found."""

    query: str = ""  # as typed
    asked: str = ""  # as sent
    hits: tuple[Hit, ...] = ()
    number: int = 0  # of the last search: older answers come too late
    waiting: bool = False
    problem: str = ""
    first: int = 0  # the first hit that is seen
    chosen: int | None = None

    @property
    def words(self) -> str:
        """What became of it, in one line."""
        if self.problem:
            return self.problem
        if self.waiting:
            return "searching…"
        if not self.asked:
            return "Any words: what they mean counts, and the words themselves."
        if not self.hits:
            return "Nothing in the memory is near to that."
        documents = len({hit.document for hit in self.hits})
        passages = "1 passage" if len(self.hits) == 1 else f"{len(self.hits)} passages"
        return f"{passages} in {'1 document' if documents == 1 else f'{documents} documents'}"


class SearchFace(Face):
    """The morph of the search panel; it lies on the glass while the world moves below it."""

    role = "search"

    def __init__(self, ident: int, search: Search) -> None:
        super().__init__(ident, CARD)
        self.search = search
        self.height = 700.0  # at most

    @property
    def name(self) -> str:
        return "Search the memory"

    @property
    def value(self) -> str:
        return self.search.words

    @property
    def fitting(self) -> int:
        """How many hits are seen at once."""
        return max(1, int((self.height - TOP - FOOT) // HIT))

    def edit_typed(self, part: Part, text: str) -> None:
        if part.name == QUERY:
            self.search.query = text
        self.touch()

    def layout(self, look: Look) -> Layout:
        m, palette, search = look.metrics, look.palette, self.search
        body = Pen()
        parts = [self._field(body, look)]
        close = Rect(WIDTH - PAD - 24, 17, 28, 28)
        parts.append(
            icon_button(body, look, close, "cross", name="close", press="search.close", tip="Close  Esc", size=12)
        )
        ink = palette.red if search.problem else palette.second
        y = 54.0
        for line in wrap(look.measure, search.words, SANS, m.tiny, WIDTH - 2 * PAD, most=2):
            body.text(PAD, y + 18, line, size=m.tiny, colour=ink)
            y += 17
        shown = search.hits[search.first : search.first + self.fitting]
        y = 84.0
        words = words_of(search.asked)
        for number, hit in enumerate(shown, search.first):
            parts.append(self._hit(body, look, number, hit, words, y))
            y += HIT
        y = self._foot(body, look, parts, y)
        pen = Pen()
        paper(pen, look, WIDTH, y, ring=False)
        whole = Part("whole", Rect(0, 0, WIDTH, y), "text", self.name, wheel="search.scroll")
        return Layout(WIDTH, y, pen.joined(body.done()), (whole, *parts))

    def _field(self, pen: Pen, look: Look) -> Part:
        m = look.metrics
        edit = Edit("search.run", self.search.query, font=SANS, size=m.body, hint="Search the memory")
        rect = Rect(PAD, 14, WIDTH - 2 * PAD - 34, 34)
        return field(pen, look, rect, name=QUERY, label=self.name, edit=edit, prompt="search")

    def _hit(self, pen: Pen, look: Look, number: int, hit: Hit, words: tuple[str, ...], y: float) -> Part:
        m, palette = look.metrics, look.palette
        name = f"hit:{number}"
        rect = Rect(8, y + 2, WIDTH - 16, HIT - 4)
        if name in (look.hover, look.focus) or self.search.chosen == number:
            pen.area(rect, radius=m.small_radius, fill=palette.hover)
        if look.focus == name:
            pen.area(rect, radius=m.small_radius, border=palette.accent, width=1.5)
        pen.hair(PAD, y, WIDTH - PAD, y, palette.line)
        title = elide(look.measure, hit.title, BOLD, m.small, (WIDTH - 2 * PAD) * 0.55)
        pen.text(PAD, y + 20, title, size=m.small, colour=palette.ink, font=BOLD)
        left = PAD + look.width(title, BOLD, m.small) + 10
        section = elide(look.measure, " › ".join(hit.section), SANS, m.tiny, WIDTH - PAD - left)
        pen.text(left, y + 20, section, size=m.tiny, colour=palette.second)
        text = excerpt(hit.text, words, CHARACTERS)
        lines = lines_of(look.measure, text, words, WIDTH - 2 * PAD, m.small, most=3)
        draw_lines(pen, look, lines, PAD, y + 26, m.small, 18.5)
        x = PAD
        for label, share in (("meaning", hit.vector), ("words", hit.okapi)):
            if share is not None:
                pen.text(x, y + 101, label, size=m.tiny, colour=palette.second)
                x += look.width(label, SANS, m.tiny) + 7
                pen.box(x, y + 93, BAR, 6, radius=3, fill=palette.well, border=palette.line)
                if share > 0:
                    pen.box(x, y + 93, max(6.0, BAR * share), 6, radius=3, fill=palette.accent)
                x += BAR + 18
        argument = (hit.document, hit.chunk, number)
        return Part(name, rect, "button", hit.place, hit.text[:200], press="search.go", argument=argument,
                    wheel="search.scroll")  # fmt: skip

    def _foot(self, pen: Pen, look: Look, parts: list[Part], y: float) -> float:
        """What else can be done with the query: ask it instead, page on."""
        m, palette, search = look.metrics, look.palette, self.search
        if not search.query.strip() and not search.hits:
            return y + 6
        pen.hair(PAD, y, WIDTH - PAD, y, palette.line)
        rect = Rect(PAD, y + 9, 176, 32)
        parts.append(
            button(pen, look, rect, "Ask this instead", name="ask", press="search.ask",
                   tip="A question for the world: the answer names its passages", enabled=bool(search.query.strip()))
        )  # fmt: skip
        last = search.first + self.fitting
        if len(search.hits) > self.fitting:
            said = f"{search.first + 1} to {min(last, len(search.hits))} of {len(search.hits)}"
            pen.text(WIDTH - PAD - 66, y + 30, said, size=m.tiny, colour=palette.second, align=1)
            for place, (icon, step, tip, on) in enumerate(
                (("chevron_down", 1, "Further", last < len(search.hits)), ("chevron_up", -1, "Back", search.first > 0))
            ):
                if on:
                    box = Rect(WIDTH - PAD - 26 - place * 32, y + 11, 28, 28)
                    parts.append(
                        icon_button(pen, look, box, icon, name=f"page:{step}", press="search.page", argument=step,
                                    tip=tip, size=14)
                    )  # fmt: skip
        return y + FOOT
