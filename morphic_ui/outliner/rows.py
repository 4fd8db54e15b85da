"""The rows of an outliner: slots by kind, inherited groups, sources, the row that adds a slot."""

from __future__ import annotations

from ..model.face import Edit, Look, Part
from ..model.fields import FieldState
from ..model.geometry import Rect
from ..model.highlight import colour, highlight
from ..model.mirror import Slot
from ..model.pen import Pen
from ..model.text import MONO, SANS, elide, wrap
from ..model.theme import PULSE, mix
from ..model.values import NotAValue, Ref, read, show, write
from ..model.widgets import icon_button
from .outliner import Outliner

MOST_LINES = 40  # of a source that is unfolded in a row


class Rows:
    """Draws rows downwards from `y` and collects their parts."""

    def __init__(self, pen: Pen, look: Look, outliner: Outliner, width: float, y: float) -> None:
        self.pen, self.look, self.outliner, self.width, self.y = pen, look, outliner, width, y
        self.parts: list[Part] = []
        self.left = look.metrics.pad
        self.middle = round(look.metrics.pad + min(118.0, width * 0.37))
        self.right = width - look.metrics.pad

    def quiet(self, text: str, ink: int | None = None) -> None:
        """One line in the second ink."""
        m = self.look.metrics
        self.pen.text(self.left, self.y + 17, text, size=m.tiny, colour=ink or self.look.palette.second)
        self.y += m.row

    def sentence(self, text: str, ink: int, left: float | None = None) -> None:
        """A sentence below a field, on as many lines as it takes."""
        m = self.look.metrics
        left = self.left if left is None else left
        for line in wrap(self.look.measure, text, SANS, m.tiny, self.right - left, most=4):
            self.pen.text(left, self.y + 13, line, size=m.tiny, colour=ink)
            self.y += 17
        self.y += 3

    def fold(self, name: str, text: str, press: str) -> None:
        """A row that folds and unfolds others."""
        look, palette = self.look, self.look.palette
        part = f"fold:{name}"
        rect = Rect(6, self.y, self.width - 12, look.metrics.row)
        if look.hover == part:
            self.pen.area(rect, radius=look.metrics.small_radius, fill=palette.hover)
        icon = "chevron_down" if name in self.outliner.unfolded else "chevron"
        self.pen.icon(icon, self.left - 4, self.y + 7, 12, colour=palette.second)
        self.pen.text(self.left + 12, self.y + 17, text, size=look.metrics.tiny, colour=palette.second)
        argument = (self.outliner.ident, name)
        self.parts.append(Part(part, rect, "row", text, press=press, argument=argument))
        self.y += look.metrics.row

    def slot(self, slot: Slot, quiet: bool = False) -> None:
        """One slot: name, value, mark of its kind."""
        look, m, palette, pen = self.look, self.look.metrics, self.look.palette, self.pen
        outliner = self.outliner
        rect = Rect(6, self.y, self.width - 12, m.row)
        here = look.hover.endswith(f":{slot.name}")
        pulse = outliner.pulses.get(slot.name)
        if pulse is not None and not quiet and look.now < pulse + PULSE and not look.still:
            share = 1 - (look.now - pulse) / PULSE
            pen.area(rect, radius=m.small_radius, fill=mix(palette.paper, palette.accent, 0.22 * share))
        elif here:
            pen.area(rect, radius=m.small_radius, fill=palette.hover)
        ident = outliner.ident
        name_ink = palette.accent if slot.is_parent else palette.second
        shown = elide(look.measure, slot.name, SANS, m.body, self.middle - self.left - 8)
        alpha = 0.75 if quiet else 1.0
        if look.editing != f"name:{slot.name}":
            pen.text(self.left, self.y + 18, shown, size=m.small, colour=name_ink, alpha=alpha)
        name_rect = Rect(self.left - 4, self.y, self.middle - self.left, m.row)
        rename = None if quiet else Edit("slot.rename", slot.name, font=SANS, size=m.small, inset=4)
        self.parts.append(
            Part(f"row:{slot.name}", rect, "row", slot.name, press="slot.choose", argument=(ident, slot.name))
        )
        self.parts.append(
            Part(f"name:{slot.name}", name_rect, "name", slot.name, double="edit", argument=(ident, slot.name),
                 edit=rename, press="slot.choose")
        )  # fmt: skip
        self._value(slot, quiet, alpha)
        self.y += m.row
        self._below(slot)

    def _value(self, slot: Slot, quiet: bool, alpha: float) -> None:
        if slot.kind in ("method", "primitive"):
            self._method(slot, alpha)
        elif slot.refs:
            self._reference(slot, quiet, alpha)
        else:
            self._data(slot, quiet, alpha)

    def _method(self, slot: Slot, alpha: float) -> None:
        look, m, palette = self.look, self.look.metrics, self.look.palette
        ident = self.outliner.ident
        wanted = ", ".join(parameter.name for parameter in self.outliner.parameters_of(slot.name))
        text = f"method({wanted})" if wanted else "method"
        if slot.kind == "primitive":
            text = "primitive"
        text = elide(look.measure, text, MONO, m.code, self.right - self.middle - 56)
        self.pen.text(self.middle, self.y + 18, text, size=m.code, colour=palette.ink, font=MONO, alpha=alpha)
        if slot.kind == "method":
            box = Rect(self.right - 20, self.y + 1, 24, 24)
            tip = "Show the source" if f"method:{slot.name}" not in self.outliner.unfolded else "Hide the source"
            part = f"source:{slot.name}"
            self.pen.box(box.x + 5, box.y + 6, 15, 12, radius=3, border=palette.line, fill=palette.well)
            ink = palette.accent if look.hover == part else palette.second
            self.pen.icon("method", box.x + 4.5, box.y + 4, 16, colour=ink, width=1.2)
            self.parts.append(
                Part(part, box, "button", tip, press="object.unfold", argument=(ident, f"method:{slot.name}"), tip=tip)
            )
        if not slot.name.startswith("_"):
            box = Rect(self.right - 44, self.y + 1, 24, 24)
            self.parts.append(
                icon_button(self.pen, look, box, "play", name=f"send:{slot.name}", press="message.send_row",
                            argument=(ident, slot.name), tip=f"Send {slot.name}", size=13)
            )  # fmt: skip

    def _reference(self, slot: Slot, quiet: bool, alpha: float) -> None:
        look, m, palette = self.look, self.look.metrics, self.look.palette
        refs = slot.refs
        titles = [ref.name or self.outliner.mirror.title(ref.id) for ref in refs]
        self._text(slot, ", ".join(titles), SANS, m.body, quiet, alpha, room=24)
        box = Rect(self.right - 20, self.y + 1, 24, 24)
        part = f"dot:{slot.name}"
        here = look.hover == part
        self.pen.circle(
            box.centre.x, box.centre.y, 5 if here else 4, fill=palette.accent, border=palette.paper, width=0,
            alpha=alpha if not quiet else 0.6,
        )  # fmt: skip
        tip = f"Go to {titles[0]}"
        self.parts.append(Part(part, box, "button", tip, press="object.go", argument=refs[0].id, tip=tip))

    def _data(self, slot: Slot, quiet: bool, alpha: float) -> None:
        value = self.outliner.shown_value(slot)
        self._text(slot, show(value, slot.kind), MONO, self.look.metrics.code, quiet, alpha, room=24)
        palette = self.look.palette
        x, y = self.right - 13, self.y + 8.5
        if slot.kind in ("btree", "blob"):
            self.pen.circle(self.right - 8, self.y + 13, 4, border=palette.second, width=1.2)
        elif not quiet:
            self.pen.box(x, y, 10, 10, radius=3, border=palette.line, fill=palette.well)

    def _text(self, slot: Slot, text: str, font: str, size: float, quiet: bool, alpha: float, room: float) -> None:
        """The value's text, the frame round it while it is edited or refused, and the part that opens the editor."""
        look, m, palette = self.look, self.look.metrics, self.look.palette
        part = f"value:{slot.name}"
        known = self.outliner.fields.get(slot.name)
        state = FieldState.CLEAN if known is None or quiet else known.state
        rect = Rect(self.middle - 6, self.y + 1, self.right - self.middle - room + 6, m.row - 2)
        if state is FieldState.REFUSED or look.editing == part:
            edge = palette.red if state is FieldState.REFUSED else palette.accent
            self.pen.area(rect, radius=4, fill=palette.well, border=edge, width=1.2)
        saving = state is FieldState.SAVING
        if saving:
            self.pen.text(rect.right - 2, self.y + 17, "saving…", size=m.tiny, colour=palette.second, align=1)
        if look.editing != part:
            if state in (FieldState.REFUSED, FieldState.EDITING) and known is not None:
                text = known.text
            width = rect.w - 8 - (56 if saving else 0)
            text = elide(look.measure, text, font, size, width)
            self.pen.text(self.middle, self.y + 18, text, size=size, colour=palette.ink, font=font, alpha=alpha)
        argument = (self.outliner.ident, slot.name)
        self.parts.append(
            Part(part, rect, "value", slot.name, text, argument=argument, edit=self._edit(slot, quiet),
                 press="slot.choose")
        )  # fmt: skip

    def _edit(self, slot: Slot, quiet: bool) -> Edit | None:
        """How the value is edited; None for what has no text that can be read back."""
        if quiet or slot.kind not in ("data", "reference", "parent"):
            return None
        known = self.outliner.fields.get(slot.name)
        if known is not None and known.state is FieldState.REFUSED:
            return Edit("slot.set", known.text, inset=6)
        value = self.outliner.shown_value(slot)
        text = write(value)
        try:
            read(text, self._find_any)
        except NotAValue:
            return None
        return Edit("slot.set", text, inset=6)

    def _find_any(self, name: str) -> Ref | None:
        return self.outliner.mirror.find(name)

    def _below(self, slot: Slot) -> None:
        known = self.outliner.fields.get(slot.name)
        if slot.source is None and known is not None and known.state is FieldState.REFUSED and known.reason:
            self.sentence(known.reason, self.look.palette.red, self.middle)
        problem = self.outliner.problem.get(f"name:{slot.name}")
        if problem:
            self.sentence(problem, self.look.palette.red)
        if slot.kind == "method" and f"method:{slot.name}" in self.outliner.unfolded and isinstance(slot.value, str):
            self._source(slot)

    def _source(self, slot: Slot) -> None:
        """A method's source below its row; an own one is edited in place."""
        look, m, palette = self.look, self.look.metrics, self.look.palette
        part = f"code:{slot.name}"
        own = slot.source is None
        typed = self.outliner.typed.get(part)
        source = typed if typed is not None and own else str(slot.value)
        edit = Edit("slot.set_method", source, lines=True, inset=6) if own else None
        argument = (self.outliner.ident, slot.name)
        tip = "Double click to edit" if own else ""
        if look.editing == part and edit is not None:
            height = (max(5, min(MOST_LINES, source.count("\n") + 2))) * 22 + 12
            rect = Rect(self.left, self.y + 2, self.right - self.left, height)
            self.pen.area(rect, radius=5, fill=palette.well, border=palette.accent, width=1.2)
            self.parts.append(Part(part, rect.grown(-3), "field", slot.name, source, edit=edit, argument=argument))
            self.y += height + 6
            self._code_problem(part, "Ctrl Enter keeps it, Esc leaves it as it was")
            return
        lines = highlight(source.rstrip())
        shown = lines[:MOST_LINES]
        height = len(shown) * 19 + 14 + (19 if len(shown) < len(lines) else 0)
        self.pen.box(self.left, self.y + 2, self.right - self.left, height, radius=5, fill=palette.well)
        rect = Rect(self.left, self.y + 2, self.right - self.left, height)
        self.parts.append(
            Part(part, rect, "text", slot.name, source, edit=edit, argument=argument, tip=tip,
                 double="edit" if own else "", press="slot.choose")
        )  # fmt: skip
        y = self.y + 21
        for number, spans in enumerate(shown, 1):
            self.pen.text(
                self.left + 26, y, str(number), size=m.tiny, colour=palette.second, font=MONO, align=1, alpha=0.7
            )
            draw_spans(self.pen, look, self.left + 38, y, spans, m.code - 0.5, self.right - 8)
            y += 19
        if len(shown) < len(lines):
            self.pen.text(
                self.left + 38, y, f"{len(lines) - len(shown)} more lines", size=m.tiny, colour=palette.second
            )
        self.y += height + 6
        self._code_problem(part, "")

    def _code_problem(self, part: str, hint: str) -> None:
        problem = self.outliner.problem.get(part)
        if problem or hint:
            self.sentence(problem or hint, self.look.palette.red if problem else self.look.palette.second)

    def add_row(self) -> None:
        """The row with the plus: a click opens a field for `name = value`."""
        look, m, palette = self.look, self.look.metrics, self.look.palette
        part = "add:"
        rect = Rect(6, self.y, self.width - 12, m.row)
        editing = look.editing == part
        text = self.outliner.typed.get(part, "")
        if look.hover == part and not editing:
            self.pen.area(rect, radius=m.small_radius, fill=palette.hover)
        inner = Rect(self.left + 12, self.y + 1, self.right - self.left - 14, m.row - 2)
        if editing:
            self.pen.area(inner, radius=4, fill=palette.well, border=palette.accent, width=1.2)
        self.pen.icon("plus", self.left - 4, self.y + 7, 12, colour=palette.second)
        if not editing:
            self.pen.text(self.left + 12, self.y + 17, text or "slot", size=m.tiny, colour=palette.second, alpha=1.0)
        edit = Edit("slot.add", text, hint="name = value", inset=6)
        self.parts.append(
            Part(part, inner if editing else rect, "field", "new slot", text, edit=edit, argument=self.outliner.ident,
                 tip="Add a slot")
        )  # fmt: skip
        self.y += m.row
        if part in self.outliner.problem:
            self.sentence(self.outliner.problem[part], palette.red, self.left + 12)


def draw_spans(
    pen: Pen, look: Look, x: float, y: float, spans: tuple[tuple[str, str], ...], size: float, right: float
) -> None:
    """A line of coloured code; what does not fit is cut with an ellipsis."""
    one = look.width("0" * 40, MONO, size) / 40
    column = 0
    room = int((right - x) / one)
    for text, role in spans:
        if column + len(text) > room:
            text = text[: max(0, room - column - 1)] + "…"
        pen.text(x + column * one + leading(text) * one, y, text.strip(" "), size=size, font=MONO,
                 colour=colour(look.palette, role))  # fmt: skip
        column += len(text)
        if column >= room:
            return


def leading(text: str) -> int:
    return len(text) - len(text.lstrip(" "))
