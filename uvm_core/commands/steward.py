"""What the system measured of itself, and the steward's audit."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from uvm_core.commands import text
from uvm_core.commands.context import Commands, Context, result_of

MOST_HOURS = 24 * 8
BARS = "▁▂▃▄▅▆▇█"
_CURVE = 24  # characters


def add(commands: Commands) -> None:
    parser = commands.add_parser("metrics", help="what the system measured of itself")
    parser.add_argument("--hours", metavar="N", type=_hours, default=24, help="how far back to look (24)")
    parser.set_defaults(run=metrics)
    parser = commands.add_parser("audit", help="have the steward look for what is wrong, now")
    parser.set_defaults(run=audit)


def _hours(word: str) -> int:
    hours = int(word)
    if not 1 <= hours <= MOST_HOURS:
        raise argparse.ArgumentTypeError(f"measurements are kept for {MOST_HOURS} hours; {word} is not within them")
    return hours


def metrics(context: Context, given: argparse.Namespace) -> int:
    rows = result_of(context.call("metrics", hours=given.hours))
    context.answer(rows, lambda: _metrics_text(rows, given.hours))
    return 0


_COLUMNS = ("indicator", "count", "mean", "p50", "p95", "unit", "lately", "most")


def _metrics_text(rows: list[dict[str, Any]], hours: int) -> str:
    if not any(row["count"] for row in rows):
        return f"Nothing was measured in the last {hours} hours."
    return text.table([_metric_row(row) for row in rows], _COLUMNS, none="")


def _metric_row(row: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: _number(row[name]) for name in ("mean", "p50", "p95")}
    most = next(iter(row["by"].items()), None)
    return {
        **row,
        **numbers,
        "lately": curve([float(value) for _at, value, _label in row["last"]]),
        "most": f"{most[0]} {_number(most[1])}" if most else "",
    }


def _number(value: Any) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def curve(values: Sequence[float], width: int = _CURVE) -> str:
    """Values as a row of bars, oldest left: from nothing to the largest."""
    if not values:
        return ""
    part = max(1, -(-len(values) // width))
    means = [sum(values[i : i + part]) / len(values[i : i + part]) for i in range(0, len(values), part)]
    top = max(means)
    if top <= 0:
        return BARS[0] * len(means)
    return "".join(BARS[min(len(BARS) - 1, int(max(0.0, mean) / top * len(BARS)))] for mean in means)


def audit(context: Context, _given: argparse.Namespace) -> int:
    reply = context.call("audit")
    rows = result_of(reply)
    context.answer(rows, lambda: _audit_text(rows, str(reply.get("words", ""))))
    return 0


def _audit_text(rows: list[dict[str, Any]], words: str) -> str:
    lines = []
    for row in rows:
        lines.append(str(row["words"]))
        filed = row.get("mission")
        lines.append(f"    mission {filed} was filed for it" if filed is not None else f"    {row.get('note', '')}")
    return "\n".join([*lines, words])
