"""Values and rows as text for people: aligned, calm, one line each."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from typing import Any

from uvm_core.bridge.values import MethodSource, Ref, to_json

_LONGEST = 100


def value_text(value: Any, longest: int = _LONGEST) -> str:
    """A value in one line."""
    if isinstance(value, Ref):
        text = ref_text(value)
    elif isinstance(value, MethodSource):
        text = "method " + _first_line(value.source)
    elif isinstance(value, (list, tuple)) and any(isinstance(item, Ref) for item in value):
        text = ", ".join(value_text(item) for item in value)
    else:
        text = json.dumps(to_json(value), ensure_ascii=False)
    return shortened(text, longest)


def ref_text(ref: Any) -> str:
    """`name (#id)`, `#id` or the name alone; also for a bare id or name."""
    if isinstance(ref, Ref):
        if ref.name and ref.id:
            return f"{ref.name} (#{ref.id})"
        return ref.name or f"#{ref.id}"
    return f"#{ref}" if isinstance(ref, int) else str(ref)


def shortened(text: str, longest: int = _LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def cell(value: Any) -> str:
    """A value in a table: texts as they are, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return shortened(value, 400)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(ref_text(item) if isinstance(item, (Ref, int, str)) else value_text(item) for item in value)
    return value_text(value)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, none: str) -> str:
    """The rows under their columns' names; `none` where there are no rows. Numbers stand right."""
    if not rows:
        return none
    cells = [[cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(column), *(len(line[i]) for line in cells)) for i, column in enumerate(columns)]
    room = max(shutil.get_terminal_size((100, 24)).columns, 60)
    widths[-1] = max(8, min(widths[-1], room - sum(widths[:-1]) - 2 * (len(widths) - 1)))
    right = [
        all(isinstance(row.get(column), int | float) and not isinstance(row.get(column), bool) for row in rows)
        for column in columns
    ]
    lines = [_line(list(columns), widths, right), *(_line(line, widths, right) for line in cells)]
    return "\n".join(lines)


def pairs(rows: Sequence[tuple[str, str]]) -> str:
    """Names and what they are, aligned."""
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name:<{width}}  {text}".rstrip() for name, text in rows)


def _line(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    placed: list[str] = []
    for text, width, is_right in zip(texts, widths, right, strict=True):
        short = shortened(text, width)
        placed.append(f"{short:>{width}}" if is_right else f"{short:<{width}}")
    return "  ".join(placed).rstrip()


def _first_line(source: str) -> str:
    return next((line.strip() for line in source.splitlines() if line.strip()), "")


def moment(value: Any) -> str:
    """A time (seconds since 1970) as people of this place write it."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return cell(value)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(value))
