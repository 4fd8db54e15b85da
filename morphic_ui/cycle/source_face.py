"""The source on a proposal's card: its remarks, its editor, and another candidate's source beside it."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.face import Edit, Look, Part
from ..model.geometry import Rect
from ..model.highlight import Span, highlight
from ..model.pen import Pen
from ..model.text import MONO, SANS, wrap
from ..model.widgets import button
from ..outliner.rows import draw_spans
from .outcomes import Other, side_by_side
from .proposal import Finding, Proposal

CARD_WIDTH = 600.0
LEFT = 20.0
MOST_LINES = 60
# The other candidate stands in a second half of the card.
BESIDE_WIDTH = 560.0
BESIDE = CARD_WIDTH + LEFT
WIDE = CARD_WIDTH + BESIDE_WIDTH
HEADING = 24.0

Line = tuple[Span, ...]


def draw_source(pen: Pen, look: Look, proposal: Proposal, y: float, parts: list[Part]) -> float:
    """The source, or the editor's place; beside it the one that it is compared with. The y below both."""
    other = proposal.compared
    if other is not None:
        y = _headings(pen, look, proposal, other, y, parts)
    m, palette, top = look.metrics, look.palette, y
    source = proposal.edited if proposal.edited is not None else proposal.source
    edit = Edit("proposal.audit", source, lines=True, inset=6)
    mine = highlight(source.rstrip("\n"))
    theirs = highlight(other.source.rstrip("\n")) if other is not None else ()
    if look.editing == "source":
        height = max(6, min(MOST_LINES, source.count("\n") + 2)) * m.code_line + 12
        rect = Rect(LEFT - 4, y, CARD_WIDTH - 2 * LEFT + 8, height)
        pen.area(rect, radius=m.small_radius, fill=palette.well, border=palette.accent)
        parts.append(Part("source", rect.grown(-3), "field", "source", source, edit=edit))
        rows = [(y + number * m.code_line, number, True) for number in range(len(theirs))]
        return max(y + height, _beside(pen, look, other, theirs, rows, y, parts))
    pairs: list[tuple[int | None, int | None, bool]] = [(number, None, True) for number in range(len(mine))]
    if other is not None:
        pairs = side_by_side(["".join(text for text, _ in line) for line in mine],
                             ["".join(text for text, _ in line) for line in theirs])  # fmt: skip
    remarks: dict[int, list[Finding]] = {}
    for finding in proposal.findings:
        if finding.line:
            remarks.setdefault(finding.line, []).append(finding)
    beside: list[tuple[float, int, bool]] = []
    for left, right, equal in pairs[:MOST_LINES]:
        if right is not None:
            beside.append((y, right, equal))
        below = y + m.code_line
        if left is not None:
            here, line = remarks.get(left + 1, []), mine[left]
            inserted = left + 1 in proposal.inserted and not here
            fill = _ground(look, here, inserted) or (None if equal else palette.hover)
            _line(pen, look, LEFT, y, left + 1, line, CARD_WIDTH - LEFT, fill=fill, mark=not equal)
            if inserted:
                pen.text(LEFT + 31, y + 16, "+", size=m.tiny, colour=palette.green, font=MONO, align=0.5)
            below = _remarks(pen, look, here, below, "".join(text for text, _ in line))
        y = below
    if len(pairs) > MOST_LINES:
        left_out = len(pairs) - MOST_LINES
        pen.text(LEFT + 40, y + 16, f"{left_out} more lines", size=m.tiny, colour=palette.second)
        y += m.code_line
    _beside(pen, look, other, theirs, beside, top, parts)
    rect = Rect(LEFT - 4, top, CARD_WIDTH - 2 * LEFT + 8, y - top)
    parts.append(
        Part("source", rect, "text", "source", proposal.source, edit=edit, double="edit", press="morph.choose")
    )
    return y


def draw_taking(pen: Pen, look: Look, proposal: Proposal, y: float) -> list[Part]:
    """What can be done with the candidate beside this one, in line with the ways to decide."""
    m = look.metrics
    ready = not proposal.busy and look.editing != "source"
    take = Rect(BESIDE, y, 168, m.button)
    return [
        button(pen, look, take, "Take this one", name="take", press="proposal.take", argument=proposal.id, key="U",
               enabled=ready, tip="It becomes the proposal, audited and tried like an edit of yours"),
        button(pen, look, Rect(take.right + 10, y, 110, m.button), "Close", name="close",
               press="proposal.close_other", argument=proposal.id, key="Esc"),
    ]  # fmt: skip


def _headings(pen: Pen, look: Look, proposal: Proposal, other: Other, y: float, parts: list[Part]) -> float:
    """Whose source is whose."""
    m, palette, drafts = look.metrics, look.palette, proposal.drafts
    count = f" · {proposal.votes} of {drafts} drafts" if drafts and proposal.votes else ""
    pen.text(LEFT, y + 12, f"This one{count}", size=m.tiny, colour=palette.second)
    theirs = f" · {other.votes} of {drafts} drafts" if drafts else ""
    pen.text(BESIDE, y + 12, f"The other{theirs}", size=m.tiny, colour=palette.accent)
    rect = Rect(BESIDE, y, BESIDE_WIDTH - 2 * LEFT, HEADING - 4)
    parts.append(Part("other.heading", rect, "text", "the other draft", other.said(drafts)))
    return y + HEADING


def _beside(
    pen: Pen, look: Look, other: Other | None, lines: tuple[Line, ...], rows: list[tuple[float, int, bool]], y: float,
    parts: list[Part],
) -> float:  # fmt: skip
    """The other candidate's lines from y on, each at its own; the y below them."""
    below = y
    for top, number, equal in rows[:MOST_LINES]:
        fill = None if equal else look.palette.hover
        _line(pen, look, BESIDE, top, number + 1, lines[number], WIDE - LEFT, fill=fill, mark=not equal)
        below = top + look.metrics.code_line
    if other is not None:
        rect = Rect(BESIDE - 4, y, BESIDE_WIDTH - 2 * LEFT + 8, below - y)
        parts.append(Part("other.source", rect, "text", "the other source", other.source))
    return below


def _ground(look: Look, here: list[Finding], inserted: bool) -> int | None:
    """The ground of a line that the guardian has a word about, or has put in."""
    palette = look.palette
    if here:
        return palette.removed if any(finding.severity == "error" for finding in here) else palette.amber_soft
    return palette.added if inserted else None


def _line(
    pen: Pen, look: Look, x: float, y: float, number: int, spans: Line, right: float, *, fill: int | None, mark: bool
) -> None:
    """A numbered line; `mark` says that the source beside it has it otherwise, by more than its ground."""
    m, palette = look.metrics, look.palette
    if fill is not None:
        pen.box(x - 4, y, right - x + 8, m.code_line, radius=3, fill=fill)
    if mark:
        pen.box(x - 4, y + 3, 2.5, m.code_line - 6, radius=1, fill=palette.accent)
    pen.text(x + 22, y + 16, str(number), size=m.tiny, colour=palette.second, font=MONO, align=1)
    draw_spans(pen, look, x + 40, y + 16, spans, m.code, right)


def _remarks(pen: Pen, look: Look, findings: Iterable[Finding], y: float, line: str) -> float:
    """Remarks beside their line where they fit, else below it."""
    m, palette = look.metrics, look.palette
    first = True
    for finding in findings:
        ink = palette.red if finding.severity == "error" else palette.amber
        text = finding.words
        code_right = LEFT + 48 + look.width(line, MONO, m.code)
        room = CARD_WIDTH - LEFT - code_right - 24
        if first and look.width(text, SANS, m.tiny) <= room:
            pen.text(CARD_WIDTH - LEFT - 4, y - 6, text, size=m.tiny, colour=ink, align=1)
        else:
            for part in wrap(look.measure, text, SANS, m.tiny, CARD_WIDTH - LEFT - 62 - LEFT, most=3):
                pen.text(LEFT + 40, y + 13, part, size=m.tiny, colour=ink)
                y += 18
            y += 2
        first = False
    return y
