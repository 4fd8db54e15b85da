"""Talking to an object: the message field, parameters as fields, answers, and what was not understood."""

from __future__ import annotations

from ..model.face import Edit, Part
from ..model.geometry import Rect
from ..model.text import MONO, SANS, elide, wrap
from ..model.widgets import button, field, icon_button
from .message import AnswerState, Asked
from .rows import Rows


def draw_message_row(rows: Rows) -> None:
    """The field at the foot of an outliner, with the answers to what was asked in it."""
    outliner, m = rows.outliner, rows.look.metrics
    rows.y += 4
    rect = Rect(8, rows.y, rows.width - 16, m.field)
    edit = Edit("message.send", outliner.typed.get("message:", ""), hint="message")
    part = field(
        rows.pen, rows.look, rect, name="message:", label="message", edit=edit, argument=outliner.ident,
        prompt="chevron",
    )  # fmt: skip
    rows.parts.append(part)
    rows.y += m.field + 4
    if "message:" in outliner.problem:
        rows.sentence(outliner.problem["message:"], rows.look.palette.red)
    draw_answers(rows, "")


def draw_parameters(rows: Rows, selector: str) -> None:
    """A method's parameters as fields; Enter in the last one sends."""
    outliner, look, m, palette = rows.outliner, rows.look, rows.look.metrics, rows.look.palette
    for parameter in outliner.parameters_of(selector):
        name = f"param:{selector}:{parameter.name}"
        rows.pen.text(rows.left + 14, rows.y + 19, parameter.name, size=m.small, colour=palette.second)
        text = outliner.typed.get(name, parameter.default or "")
        edit = Edit("message.parameter", text, hint="a value")
        rect = Rect(rows.middle - 10, rows.y, rows.right - rows.middle + 10, 28)
        argument = (outliner.ident, selector, parameter.name)
        rows.parts.append(field(rows.pen, look, rect, name=name, label=parameter.name, edit=edit, argument=argument))
        rows.y += 32
    problem = outliner.problem.get(f"call:{selector}")
    if problem:
        rows.sentence(problem, palette.red, rows.left + 14)
    width = 92.0
    rect = Rect(rows.right - width, rows.y, width, 30)
    rows.parts.append(
        button(rows.pen, look, rect, "Send", name=f"call:{selector}", press="message.send_fields",
               argument=(outliner.ident, selector), key="Enter", main=True)
    )  # fmt: skip
    rect = Rect(rows.right - 2 * width - 8, rows.y, width, 30)
    rows.parts.append(
        button(rows.pen, look, rect, "Cancel", name=f"uncall:{selector}", press="message.cancel",
               argument=(outliner.ident, selector), key="Esc")
    )  # fmt: skip
    rows.y += 38


def draw_answers(rows: Rows, place: str) -> None:
    for asked in rows.outliner.answers(place):
        if asked.state is AnswerState.UNKNOWN:
            _unknown(rows, asked)
        else:
            _answer(rows, asked)


def _answer(rows: Rows, asked: Asked) -> None:
    """One answer: what was asked, then what came back, with a way to dismiss it."""
    look, m, palette = rows.look, rows.look.metrics, rows.look.palette
    left = rows.left + 2
    close = Rect(rows.right - 16, rows.y + 1, 22, 22)
    room = close.x - left - 14
    head = elide(look.measure, asked.message.shown, MONO, m.tiny, room * 0.6)
    head_width = look.width(head, MONO, m.tiny)
    ink = palette.red if asked.state is AnswerState.FAILED else palette.ink
    if asked.state is AnswerState.SENT:
        text, ink, font = "sent…", palette.second, SANS
    elif asked.state is AnswerState.MISSION:
        text, ink, font = asked.text, palette.second, SANS
    else:
        text, font = asked.text, SANS if asked.state is AnswerState.FAILED else MONO
    rows.pen.text(left, rows.y + 16, head, size=m.tiny, colour=palette.second, font=MONO)
    size = m.code if font == MONO else m.tiny
    name = f"answer:{asked.number}"
    argument = (rows.outliner.ident, asked.number)
    rows.parts.append(
        icon_button(rows.pen, look, close, "cross", name=f"dismiss:{asked.number}", press="message.dismiss",
                    argument=argument, tip="Dismiss", size=10)
    )  # fmt: skip
    start = rows.y
    if look.width(text, font, size) <= room - head_width - 10:
        rows.pen.text(left + head_width + 12, rows.y + 16, text, size=size, colour=ink, font=font)
        rows.y += 24
    else:
        rows.y += 22
        for line in wrap(look.measure, text, font, size, rows.right - left - 12, most=8):
            rows.pen.text(left + 12, rows.y + 14, line, size=size, colour=ink, font=font)
            rows.y += 18
        rows.y += 4
    rect = Rect(left, start, room, rows.y - start)
    rows.parts.append(Part(name, rect, "text", asked.message.shown, asked.text))


def _unknown(rows: Rows, asked: Asked) -> None:
    """Not understood: amber, a field for the wish, and two ways on."""
    look, m, palette = rows.look, rows.look.metrics, rows.look.palette
    wish = rows.outliner.wish
    mine = wish is not None and wish.asked is asked
    top = rows.y + 2
    left, right = rows.left - 4, rows.right + 4
    height = 106.0
    rows.pen.box(left, top, right - left, height, radius=6, fill=palette.amber_soft, border=palette.amber)
    rows.pen.icon("alert", left + 8, top + 6, 16, colour=palette.amber, width=1.8)
    text = elide(look.measure, f"{asked.message.selector} is not understood", SANS, m.small, right - left - 40)
    rows.pen.text(left + 28, top + 19, text, size=m.small, colour=palette.amber)
    edit = Edit(
        "message.start_mission", wish.text if mine and wish else asked.wish, font=SANS, size=m.small,
        hint="What should it do? One sentence",
    )  # fmt: skip
    argument = (rows.outliner.ident, asked.number)
    rect = Rect(left + 8, top + 29, right - left - 16, m.field)
    rows.parts.append(
        field(rows.pen, look, rect, name=f"wish:{asked.number}", label="wish", edit=edit, argument=argument,
              border=palette.amber if look.editing == f"wish:{asked.number}" else None)
    )  # fmt: skip
    half = (right - left - 16 - 8) / 2
    rows.parts.append(
        button(rows.pen, look, Rect(left + 8, top + 67, half + 22, 30), "Start mission", name=f"mission:{asked.number}",
               press="message.start_mission", argument=argument, key="Enter", loud=True)
    )  # fmt: skip
    rows.parts.append(
        button(rows.pen, look, Rect(left + 38 + half, top + 67, half - 22, 30), "Leave it",
               name=f"dismiss:{asked.number}", press="message.dismiss", argument=argument)
    )  # fmt: skip
    rows.y += height + 8
