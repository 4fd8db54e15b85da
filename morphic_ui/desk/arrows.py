"""Arrows from reference slots to the objects they point to: faint, until one of the two has the attention."""

from __future__ import annotations

from math import hypot

from ..cycle.proposal import Proposal
from ..memory.evidence import PART
from ..memory.library import Hit, Library
from ..memory.question import Question
from ..model.geometry import Point, Rect
from ..model.pen import EMPTY, Drawn, Pen, bezier
from ..model.scene import Scene
from ..outliner.outliner import Outliner

FAINT = 0.15
MOST = 80  # arrows in one frame
END = 18.0  # dp below the top of what an arrow points to


class Arrows:
    """The arrows of every open outliner in the scene."""

    def __init__(
        self, scene: Scene, outliners: dict[int, Outliner], proposals: dict[int, Proposal],
        questions: dict[int, Question], library: Library,
    ) -> None:  # fmt: skip
        self.scene = scene
        self.outliners = outliners
        self.proposals = proposals
        self.questions = questions
        self.library = library
        self._key: tuple[object, ...] = ()
        self._drawn: Drawn = EMPTY

    def forget(self) -> None:
        self._key = ()

    def drawn(self) -> Drawn:
        """Every arrow, for below the cards: those of the morph that has the attention in full ink, never over text."""
        self._refresh()
        return self._drawn

    def _refresh(self) -> None:
        scene = self.scene
        ends = []
        for ident, outliner in self.outliners.items():
            row = scene.rows.get(ident)
            if row is None or not outliner.open or outliner.record.slots is None:
                continue
            area = scene.table.area(row)
            layout = scene.layout(row)
            for slot in outliner.own_slots():
                refs = slot.refs
                if not refs or refs[0].id == ident:
                    continue
                target = scene.rows.get(refs[0].id)
                dot = layout.part(f"dot:{slot.name}") if target is not None else None
                if dot is not None and target is not None:
                    start = dot.rect.centre
                    ends.append(
                        (row, target, Point(area.x + start.x, area.y + start.y), scene.table.area(target), area)
                    )
        ends = ends[:MOST]
        awake = {scene.hover[0]} if scene.hover else set()
        if scene.focus:
            awake.add(scene.focus[0])
        awake.update(scene.carried)
        links, evidence = self._links(), self._evidence(awake)
        key = (tuple(ends), tuple(links), tuple(evidence), frozenset(awake), scene.palette.name)
        if key == self._key:
            return
        self._key = key
        pen = Pen(detail=2)
        for row, target, start, area, own in ends:
            lit = row in awake or target in awake
            draw_arrow(pen, start, own, area, scene.palette.accent, 1.0 if lit else FAINT)
        for start, own, area, lit in evidence:
            draw_arrow(pen, start, own, area, scene.palette.accent, 1.0 if lit else FAINT)
        for own, area in links:
            start = Point(own.right, own.y + min(own.h * 0.4, 160.0))
            draw_arrow(pen, start, own, area, scene.palette.amber, 1.0)
        self._drawn = pen.done()

    def _links(self) -> list[tuple[Rect, Rect]]:
        """From a proposal's card to its ghost."""
        found = []
        for proposal in self.proposals.values():
            card, ghost = self.scene.area(proposal.ident), self.scene.area(proposal.ghost)
            if card is not None and ghost is not None:
                found.append((card, ghost))
        return found

    def _evidence(self, awake: set[int]) -> list[tuple[Point, Rect, Rect, bool]]:
        """From each passage that an answer or a proposal names to its document, and to its cell where that is seen."""
        scene = self.scene
        named = [(one.ident, one.evidence) for one in self.questions.values()]
        named += [(one.ident, one.evidence) for one in self.proposals.values() if not one.outcome]
        found = []
        for ident, hits in named:
            row = scene.rows.get(ident)
            if row is None or not hits:
                continue
            area, layout = scene.table.area(row), scene.layout(row)
            pointed = scene.hover[1] if scene.hover and scene.hover[0] == row else ""
            for number, hit in enumerate(hits, 1):
                part, target = layout.part(f"{PART}{number}"), scene.rows.get(hit.document)
                if part is None or target is None:
                    continue
                start = Point(area.x + part.rect.right - 10, area.y + part.rect.y + 15)
                own = pointed == part.name if pointed.startswith(PART) else row in awake
                found.append((start, area, self._cell(target, hit), own or target in awake))
        return found[:MOST]

    def _cell(self, row: int, hit: Hit) -> Rect:
        """Where the arrow ends: beside the chunk's cell, or at the document's title."""
        area = self.scene.table.area(row)
        document = self.library.documents.get(hit.document)
        number = document.contents.numbers.get(hit.chunk) if document and document.contents else None
        part = self.scene.layout(row).part(f"chunk:{number}") if number is not None else None
        if part is None:
            return area
        return Rect(area.x, area.y + part.rect.centre.y - END, area.w, 2 * END)


def draw_arrow(pen: Pen, start: Point, own: Rect, target: Rect, colour: int, alpha: float) -> None:
    """A cubic arrow from a dot to the near edge of a card, without crossing the card it starts in more than it must."""
    aim = target.centre
    if target.x < own.right and own.x < target.right:
        # One above the other: out to the right of both and back, in the gap beside them.
        end, out = Point(target.right + 2, target.y + END), max(own.right, target.right) + 44
        start = Point(start.x + 4, start.y)
        first, second = Point(out, start.y), Point(out, end.y)
    else:
        leave = 1.0 if aim.x >= own.centre.x else -1.0
        start = Point(start.x + 4, start.y) if leave > 0 else Point(own.x, start.y)
        end = Point(target.x - 2 if leave > 0 else target.right + 2, target.y + END)
        reach = min(max(30.0, hypot(end.x - start.x, end.y - start.y) * 0.45), 150.0)
        first, second = Point(start.x + leave * reach, start.y), Point(end.x - leave * reach, end.y)
    points = bezier(start, first, second, end, 24)
    pen.path(points, colour=colour, width=1.4, alpha=alpha)
    head = 7.0
    back = Point(*points[-3])
    length = hypot(end.x - back.x, end.y - back.y) or 1.0
    ux, uy = (end.x - back.x) / length, (end.y - back.y) / length
    for side in (0.5, -0.5):
        x, y = end.x - head * (ux + side * -uy), end.y - head * (uy + side * ux)
        pen.line(end.x, end.y, x, y, colour=colour, width=1.4, alpha=alpha)
