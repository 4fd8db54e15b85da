"""How an object looks: a title card when it is closed, an outliner of rows when it is open."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.face import Edit, Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import OBJECT
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide
from ..model.widgets import header, icon_button, paper
from .body import draw_body
from .outliner import Outliner
from .rows import Rows
from .views import View, view_of

OPEN_WIDTH = 304.0
CODE_WIDTH = 470.0
LEAST, MOST = 132.0, 280.0


class ObjectFace(Face):
    """The morph of an object of the image."""

    role = "object"

    def __init__(self, outliner: Outliner, views: Sequence[View] = ()) -> None:
        super().__init__(outliner.ident, OBJECT)
        self.outliner = outliner
        self.views = views

    @property
    def name(self) -> str:
        view = view_of(self.outliner, self.views)
        return self.outliner.title if view is None else view.title(self.outliner)

    @property
    def value(self) -> str:
        outliner = self.outliner
        view = view_of(outliner, self.views)
        if view is not None:
            return view.says(outliner)
        return f"{'open' if outliner.open else 'closed'}, {outliner.record.slot_count} slots, of {outliner.aside}"

    def moving(self, now: float) -> bool:
        return self.outliner.pulsing(now)

    def edit_typed(self, part: Part, text: str) -> None:
        outliner = self.outliner
        kind, _, rest = part.name.partition(":")
        if kind == "value":
            outliner.field(rest).type(text)
        elif kind == "wish" and outliner.wish is not None:
            outliner.wish.text = text
        else:
            outliner.typed[part.name] = text
        outliner.problem.pop(part.name, None)
        self.touch()

    def edit_left(self, part: Part) -> None:
        outliner = self.outliner
        kind, _, rest = part.name.partition(":")
        if kind == "value" and rest in outliner.fields:
            outliner.fields[rest].cancel()
        elif kind in ("add", "rename", "code"):
            outliner.typed.pop(part.name, None)
            outliner.adding = outliner.renaming = False
        outliner.problem.pop(part.name, None)
        self.touch()

    def layout(self, look: Look) -> Layout:
        view = view_of(self.outliner, self.views)
        if view is not None:
            return view.layout(self.outliner, look)
        return self._opened(look) if self.outliner.open else self._closed(look)

    def _closed(self, look: Look) -> Layout:
        m, outliner = look.metrics, self.outliner
        title = look.width(outliner.title, BOLD, m.title)
        aside = look.width(outliner.aside, SANS, m.tiny)
        mark = 18.0 if outliner.waiting else 0.0
        width = round(min(MOST, max(LEAST, title + aside + 2 * m.pad + 22 + mark)))
        pen = Pen()
        paper(pen, look, width, m.header, bar=look.palette.amber if outliner.waiting else None)
        header(pen, look, width, outliner.title, outliner.aside)
        return Layout(width, m.header, pen.done(), (self._title(look, width),))

    def _title(self, look: Look, width: float) -> Part:
        return Part(
            "title", Rect(0, 0, width, look.metrics.header), "title", self.name, press="object.toggle",
            argument=self.ident, grips=True,
        )  # fmt: skip

    def _opened(self, look: Look) -> Layout:
        m, outliner, palette = look.metrics, self.outliner, look.palette
        width = CODE_WIDTH if any(name.startswith("method:") for name in outliner.unfolded) else OPEN_WIDTH
        body = Pen()
        rows = Rows(body, look, outliner, width, m.header + 7)
        with body.at_detail(2):
            draw_body(rows)
        height = round(rows.y + 10)
        pen = Pen()
        paper(pen, look, width, height, bar=palette.amber if outliner.waiting else None)
        parts = [self._title(look, width)]
        parts.extend(self._header(pen, look, width))
        with pen.at_detail(1):
            pen.hair(0.5, m.header, width - 0.5, m.header, palette.line)
        from_body = body.done()
        return Layout(width, height, pen.joined(from_body), (*parts, *rows.parts))

    def _header(self, pen: Pen, look: Look, width: float) -> list[Part]:
        outliner, m = self.outliner, look.metrics
        parts = []
        right = width - m.pad
        if look.hover or look.focused:
            with pen.at_detail(2):
                box = Rect(width - 34, 5, 26, 26)
                parts.append(
                    icon_button(pen, look, box, "more", name="menu", press="object.menu", argument=self.ident,
                                tip="Menu")
                )  # fmt: skip
            right = width - 40
        if look.editing == "rename:":
            rect = Rect(m.pad - 2, 5, right - m.pad, 26)
            edit = Edit(
                "object.rename", outliner.typed.get("rename:", outliner.title), font=BOLD, size=m.title, inset=2
            )
            return [*parts, Part("rename:", rect, "field", "name", edit=edit, argument=self.ident)]
        aside = elide(look.measure, outliner.aside, SANS, m.tiny, 120)
        header(pen, look, right + m.pad, outliner.title, aside)
        return parts
