"""The body of an open outliner: which rows stand in it, in which order."""

from __future__ import annotations

from .outliner import FIRST_ROWS
from .rows import Rows
from .talk import draw_answers, draw_message_row, draw_parameters


def draw_body(rows: Rows) -> None:
    """Own slots, what was asked at them, inherited groups, the row that adds a slot, the message field."""
    outliner = rows.outliner
    if outliner.record.slots is None:
        rows.quiet("looking…" if outliner.loading else "not looked at yet")
    else:
        _slots(rows)
    draw_message_row(rows)


def _slots(rows: Rows) -> None:
    outliner = rows.outliner
    slots = outliner.own_slots()
    shown = slots if "all" in outliner.unfolded else slots[:FIRST_ROWS]
    for slot in shown:
        rows.slot(slot)
        _asked_at(rows, slot.name)
    if len(shown) < len(slots):
        rows.fold("all", f"{len(slots) - len(shown)} more slots", "object.unfold")
    for origin, inherited in outliner.inherited_groups():
        rows.fold(f"from:{origin}", f"from {origin} · {len(inherited)}", "object.unfold")
        if f"from:{origin}" in outliner.unfolded:
            for slot in inherited:
                rows.slot(slot, quiet=True)
                _asked_at(rows, slot.name)
    rows.add_row()


def _asked_at(rows: Rows, name: str) -> None:
    if rows.outliner.calling == name:
        draw_parameters(rows, name)
    draw_answers(rows, name)
