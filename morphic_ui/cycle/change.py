"""A proposed change of one slot, and the lines in which before and after differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

CONTEXT = 2  # equal lines shown round a difference


@dataclass(frozen=True, slots=True)
class SlotChange:
    """From `before` to `after`, as text, and why."""

    target: int | None
    target_name: str
    slot: str
    before: str
    after: str
    because: str


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a difference: `same`, `removed`, `added`, or `gap` for equal lines that are left out."""

    mark: str
    text: str


def change_of(row: Mapping[str, Any]) -> SlotChange | None:
    """The change in a proposal's row."""
    change = row.get("change")
    if not isinstance(change, Mapping):
        return None
    target = change.get("target")
    ident = target if isinstance(target, int) else getattr(target, "id", None)
    name = str(change.get("target_name") or row.get("receiver_name") or f"object {ident}")
    return SlotChange(
        ident, name, str(change.get("slot") or ""), str(change.get("before", "")), str(change.get("after", "")),
        str(change.get("because") or ""),
    )  # fmt: skip


def difference(before: str, after: str) -> list[DiffLine]:
    """Both texts line by line: what goes, what comes, and a little of what stays."""
    old, new = before.splitlines() or [""], after.splitlines() or [""]
    lines: list[DiffLine] = []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, first, last, start, end) in enumerate(blocks):
        if tag == "equal":
            lines += _context(old[first:last], place > 0, place < len(blocks) - 1)
            continue
        lines += [DiffLine("removed", line) for line in old[first:last]]
        lines += [DiffLine("added", line) for line in new[start:end]]
    return lines


def _context(lines: list[str], after: bool, before: bool) -> list[DiffLine]:
    """The equal lines nearest to the differences, and how many are left out between them."""
    head, tail = (CONTEXT if after else 0), (CONTEXT if before else 0)
    if len(lines) <= head + tail + 1:
        return [DiffLine("same", line) for line in lines]
    left_out = len(lines) - head - tail
    gap = DiffLine("gap", f"{left_out} equal line{'' if left_out == 1 else 's'}")
    end = [DiffLine("same", line) for line in lines[len(lines) - tail :]] if tail else []
    return [*(DiffLine("same", line) for line in lines[:head]), gap, *end]
