"""The table on a proposal's card of what it does at the edges, and the drafts that do otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.face import Look, Part
from ..model.geometry import Rect
from ..model.pen import Pen
from ..model.text import ELLIPSIS, MONO, SANS, elide, wrap
from ..model.widgets import button
from .outcomes import NOTHING, Other, Outcome, SlotMove, shared
from .proposal import Proposal

ROW = 24.0
GUTTER = 20.0  # for the mark of a row that other drafts do otherwise
GAP = 14.0  # between columns
MOST_ROWS = 12
LEAST = (60.0, 64.0, 52.0, 92.0)  # of the columns: what makes their heading and a short value readable
HEADINGS = ("Case", "Arguments", "Answers", "Changes")
SMALL = Rect(0, 0, 92, 28)  # the button beside an other candidate
WEIGHTS = (1.1, 1.0, 1.0, 1.7)  # who gets how much where there is not enough
ARROW, VALUE = 18.0, 44.0  # of a change: the room of its arrow, the least of a value


def draw_outcomes(
    pen: Pen, look: Look, proposal: Proposal, here: Rect, beside: Rect, parts: list[Part]
) -> float:  # fmt: skip
    """Draws the table at `here`, what a compared candidate does at `beside`; the y below. Nothing for no outcomes."""
    y = here.y
    if proposal.outcomes:
        y = _table(pen, look, proposal, here, beside, parts)
    if proposal.drafts > 1 and proposal.votes and (proposal.outcomes or proposal.others):
        m, votes = look.metrics, proposal.votes
        said = f"{votes} of {proposal.drafts} drafts {'does' if votes == 1 else 'do'} this."
        pen.text(here.x + GUTTER, y + 18, said, size=m.tiny, colour=look.palette.second)
        y += 22
    if proposal.others:
        y = _others(pen, look, proposal, Rect(here.x, y + 6, here.w, 0), parts)
    return y


def _table(pen: Pen, look: Look, proposal: Proposal, here: Rect, beside: Rect, parts: list[Part]) -> float:
    m, palette = look.metrics, look.palette
    outcomes, other = proposal.outcomes[:MOST_ROWS], proposal.compared
    widths = _columns(look, outcomes, here.w - GUTTER)
    places = [here.x + GUTTER + sum(widths[:column]) + GAP * column for column in range(len(widths))]
    y = here.y + 12
    for x, heading in zip(places, HEADINGS, strict=True):
        pen.text(x, y + 13, heading, size=m.tiny, colour=palette.second)
    if other is not None:
        pen.text(beside.x, y + 13, "The other", size=m.tiny, colour=palette.accent)
    y += 20
    pen.hair(here.x, y, beside.right if other is not None else here.right, y, palette.line)
    y += 2
    for outcome in outcomes:
        top = y
        y = _row(pen, look, proposal, outcome, here, y, places, widths, parts)
        if other is not None:
            y = max(y, _other_cell(pen, look, outcome, other, Rect(beside.x, top, beside.w, ROW), parts,
                                   outcome.index in proposal.unfolded))  # fmt: skip
    left_out = len(proposal.outcomes) - len(outcomes)
    if left_out:
        pen.text(here.x + GUTTER, y + 16, f"{left_out} more cases", size=m.tiny, colour=palette.second)
        y += ROW
    return y


def _row(
    pen: Pen, look: Look, proposal: Proposal, outcome: Outcome, here: Rect, y: float, places: Sequence[float],
    widths: Sequence[float], parts: list[Part],
) -> float:  # fmt: skip
    """One case on one line, its whole words below it where they were asked for."""
    m, palette = look.metrics, look.palette
    name, unfolded = f"outcome:{outcome.index}", outcome.index in proposal.unfolded
    rect = Rect(here.x - 4, y, here.w + 8, ROW)
    if name in (look.hover, look.focus):
        pen.area(rect, radius=3, fill=palette.hover)
    if outcome.differs:
        pen.icon("unequal", here.x, y + 5, 14, colour=palette.accent, width=1.6)
    base = y + 16.5
    case = elide(look.measure, outcome.case, SANS, m.small, widths[0])
    pen.text(places[0], base, case, size=m.small, colour=palette.ink)
    called = elide(look.measure, outcome.called or "none", MONO if outcome.called else SANS, m.tiny, widths[1])
    pen.text(places[1], base, called, size=m.tiny, colour=palette.ink if outcome.called else palette.second,
             font=MONO if outcome.called else SANS)  # fmt: skip
    if outcome.failure:
        # A failure takes the place of answer and changes: nothing of it is kept.
        room = here.right - places[2]
        text = elide(look.measure, outcome.failure, SANS, m.small, room)
        pen.text(places[2], base, text, size=m.small, colour=palette.second if outcome.refuses else palette.red)
    else:
        nothing = outcome.answer == NOTHING
        text = elide(look.measure, outcome.answer, SANS if nothing else MONO, m.tiny, widths[2])
        pen.text(places[2], base, text, size=m.tiny, colour=palette.second if nothing else palette.ink,
                 font=SANS if nothing else MONO)  # fmt: skip
        _moves(pen, look, outcome.moves, places[3], base, widths[3])
    parts.append(
        Part(name, rect, "row", outcome.case, outcome.told, press="outcome.unfold",
             argument=(proposal.id, outcome.index), tip="" if unfolded else outcome.told)
    )  # fmt: skip
    y += ROW
    if unfolded:
        for text in outcome.full:
            y = _words(pen, look, text, places[0], y, here.right - places[0])
        y += 5
    return y


def _other_cell(
    pen: Pen, look: Look, outcome: Outcome, other: Other, rect: Rect, parts: list[Part], unfolded: bool
) -> float:
    """What the compared candidate does in the same case, where it does otherwise."""
    m, palette = look.metrics, look.palette
    name = f"other.outcome:{outcome.index}"
    said = other.differs.get(outcome.index)
    if said is None:
        pen.text(rect.x, rect.y + 16.5, "the same", size=m.tiny, colour=palette.second)
        parts.append(Part(name, rect, "text", f"the other, {outcome.case}", "the same"))
        return rect.bottom
    said = said or "otherwise"
    shown = elide(look.measure, said, SANS, m.small, rect.w)
    pen.text(rect.x, rect.y + 16.5, shown, size=m.small, colour=palette.ink)
    parts.append(Part(name, rect, "text", f"the other, {outcome.case}", said, tip=said if shown != said else ""))
    return _words(pen, look, said, rect.x, rect.bottom, rect.w) if unfolded and shown != said else rect.bottom


def _words(pen: Pen, look: Look, text: str, x: float, y: float, width: float) -> float:
    """A whole sentence under its row."""
    m, palette = look.metrics, look.palette
    for line in wrap(look.measure, text, SANS, m.tiny, width, most=8):
        pen.text(x, y + 12, line, size=m.tiny, colour=palette.second)
        y += 17
    return y


def _others(pen: Pen, look: Look, proposal: Proposal, here: Rect, parts: list[Part]) -> float:
    """One line for each candidate that does otherwise, with the way to look at it."""
    m, palette, y = look.metrics, look.palette, here.y
    beside = proposal.compared
    following = next_other(proposal)
    for number, other in enumerate(proposal.others):
        rect = Rect(here.right - SMALL.w, y, SMALL.w, SMALL.h)
        said = other.said(proposal.drafts)
        lines = wrap(look.measure, said, SANS, m.small, rect.x - here.x - GUTTER - GAP)
        shown = lines[:2]
        if len(lines) > 2:
            shown[1] = elide(look.measure, f"{shown[1]} {lines[2]}", SANS, m.small, rect.x - here.x - GUTTER - GAP)
        pen.icon("unequal", here.x, y + 7, 14, colour=palette.accent, width=1.6)
        base = y + 19
        for line in shown:
            pen.text(here.x + GUTTER, base, line, size=m.small, colour=palette.ink)
            base += 18
        area = Rect(here.x, y, rect.x - here.x - GAP, max(SMALL.h, base - y - 12))
        parts.append(
            Part(f"other:{number}", area, "text", other.share(proposal.drafts), other.words,
                 tip=said if len(lines) > 2 else "")
        )  # fmt: skip
        if other is beside:
            pen.text(rect.right, y + 19, "beside it", size=m.tiny, colour=palette.second, align=1)
        else:
            parts.append(
                button(pen, look, rect, "Compare", name=f"compare:{number}", press="proposal.compare",
                       argument=(proposal.id, other.sha256), key="C" if other is following else "",
                       tip="Puts its source beside this one, and what it does otherwise")
            )  # fmt: skip
        y += max(SMALL.h + 4, base - y - 8)
    return y + 2


def next_other(proposal: Proposal) -> Other | None:
    """The candidate that the key compares with: the first, then the one after; None after the last."""
    others, beside = proposal.others, proposal.compared
    place = others.index(beside) + 1 if beside is not None else 0
    return others[place] if place < len(others) else None


# -- columns and cells


def _columns(look: Look, outcomes: Sequence[Outcome], room: float) -> list[float]:
    """Widths of the four columns: what they need if there is room, else short ones whole and long ones alike."""
    m = look.metrics
    wanted = list(LEAST)
    for outcome in outcomes:
        cells = (
            look.width(outcome.case, SANS, m.small), look.width(outcome.called, MONO, m.tiny),
            0.0 if outcome.failure else look.width(outcome.answer, MONO, m.tiny),
            0.0 if outcome.failure else _moves_width(look, outcome.moves),
        )  # fmt: skip
        wanted = [max(pair) for pair in zip(wanted, cells, strict=True)]
    room -= GAP * (len(wanted) - 1)
    widths = shared_out(wanted, room, WEIGHTS)
    widths[-1] += max(0.0, room - sum(widths))
    return widths


def shared_out(wanted: Sequence[float], room: float, weights: Sequence[float] = ()) -> list[float]:
    """Everybody's wish where there is room; else small wishes are met and the rest is shared by weight."""
    shares = weights or [1.0] * len(wanted)
    widths, left = [0.0] * len(wanted), max(0.0, room)
    waiting = sorted(range(len(wanted)), key=lambda one: wanted[one] / shares[one])
    while waiting:
        whole = sum(shares[one] for one in waiting)
        one = waiting.pop(0)
        widths[one] = min(wanted[one], left * shares[one] / whole)
        left -= widths[one]
    return widths


def _move_slot(look: Look, move: SlotMove) -> tuple[str, float]:
    slot = elide(look.measure, move.slot, SANS, look.metrics.tiny, 90)
    return slot, look.width(slot, SANS, look.metrics.tiny) + 6


def _moves_width(look: Look, moves: Sequence[SlotMove]) -> float:
    tiny = look.metrics.tiny
    values = sum(look.width(one.before, MONO, tiny) + look.width(one.after, MONO, tiny) + ARROW for one in moves)
    return values + sum(_move_slot(look, one)[1] for one in moves) + 12.0 * max(0, len(moves) - 1)


def _moves(pen: Pen, look: Look, moves: Sequence[SlotMove], x: float, base: float, width: float) -> None:
    """Slots from before to after, as many as can be read; how many more there are."""
    m, palette = look.metrics, look.palette
    if not moves:
        pen.text(x, base, NOTHING, size=m.tiny, colour=palette.second)
        return
    count = len(moves)
    while True:
        tail = f"+{len(moves) - count}" if count < len(moves) else ""
        shown = moves[:count]
        fixed = sum(_move_slot(look, one)[1] + ARROW for one in shown) + 12.0 * (count - 1)
        room = width - fixed - (look.width(tail, SANS, m.tiny) + 8 if tail else 0.0)
        pairs = [(one.before, one.after) for one in shown]
        wanted = [look.width(text, MONO, m.tiny) for pair in pairs for text in pair]
        if sum(wanted) > room:
            pairs = [told_apart(*pair) for pair in pairs]
            wanted = [look.width(text, MONO, m.tiny) for pair in pairs for text in pair]
        if count == 1 or room >= sum(min(wish, VALUE) for wish in wanted):
            break
        count -= 1
    widths = iter(shared_out(wanted, room))
    for move, pair in zip(shown, pairs, strict=True):
        slot, slot_width = _move_slot(look, move)
        pen.text(x, base, slot, size=m.tiny, colour=palette.second)
        x += slot_width
        before, after = (elide(look.measure, text, MONO, m.tiny, next(widths)) for text in pair)
        pen.text(x, base, before, size=m.tiny, colour=palette.ink, font=MONO)
        x += look.width(before, MONO, m.tiny) + 3
        pen.icon("send", x, base - 10, ARROW - 6, colour=palette.second, width=1.2)
        x += ARROW - 3
        pen.text(x, base, after, size=m.tiny, colour=palette.ink, font=MONO)
        x += look.width(after, MONO, m.tiny) + 12
    if tail:
        pen.text(x - 4, base, tail, size=m.tiny, colour=palette.second)


def told_apart(before: str, after: str) -> tuple[str, str]:
    """Both values without what they begin with alike, so that the difference is seen where there is little room."""
    same = shared(before, after)
    if same < 4 or same >= max(len(before), len(after)):
        return before, after
    # The last brackets and quotes stay: they say where in the value one is.
    return ELLIPSIS + before[same - 1 :], ELLIPSIS + after[same - 1 :]
