"""The guardian's figures, each against its rival in the same run: `python tests/benchmarks/bench_guardian.py`.

The rival of the audit is the one of the original text: a top-level assignment to self means that the method changes
state, and then its last statement must be the covenant line; nothing else is looked at. RestrictedPython is measured
as well where it is installed. The rival of a trial is a new interpreter for each.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.guardian.cases import Case, bad, innocent  # noqa: E402
from uvm_core.guardian import TrialHelper, audit  # noqa: E402

TRIALS = 60
METHOD = "def add(self, x):\n    self.items.append(x)\n    self._p_changed = True\n    return len(self.items)\n"
BOMBS = {
    "time": "while True:\n        pass",
    "memory": "x = 'a'\n    while True:\n        x += x",
    "recursion": "return self.f()",
    "output": "while True:\n        print('x')",
}


def naive_audit(source: str) -> bool:
    """Whether the audit of the original text accepts a method."""
    try:
        (method,) = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    if not isinstance(method, ast.FunctionDef):
        return False
    targets: list[ast.expr] = []
    for statement in method.body:
        if isinstance(statement, ast.Assign):
            targets += statement.targets
        elif isinstance(statement, ast.AugAssign):
            targets.append(statement.target)
    changes = any(
        isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
        for target in targets
    )
    return not changes or ast.unparse(method.body[-1]) == "self._p_changed = True"


def restricted_python() -> Callable[[str], bool] | None:
    """RestrictedPython's verdict as a function, None where it is not installed."""
    try:
        from RestrictedPython import compile_restricted_exec
    except ImportError:
        return None
    return lambda source: not compile_restricted_exec(source).errors


def rates(verdict: Callable[[str], bool], good: list[Case], wrong: list[Case]) -> tuple[float, float]:
    """Percent of the bad cases refused and of the innocent ones accepted."""
    refused = sum(not verdict(case.source) for case in wrong)
    accepted = sum(verdict(case.source) for case in good)
    return 100 * refused / len(wrong), 100 * accepted / len(good)


def median_ms(action: Callable[[], object], times: int) -> float:
    """The median of some runs, in milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def measure() -> list[dict[str, Any]]:
    """All figures as rows of name, value, unit, goal, holds, rival, rival_value."""
    good = innocent()
    wrong = [case for case in bad() if case.name is None]
    rows: list[dict[str, Any]] = []

    def row(
        name: str, value: float, unit: str, goal: str, holds: bool, rival: str = "", rival_value: Any = None
    ) -> None:
        rows.append(
            {
                "name": name,
                "value": round(value, 3),
                "unit": unit,
                "goal": goal,
                "holds": holds,
                "rival": rival,
                "rival_value": None if rival_value is None else round(rival_value, 3),
            }
        )

    ours = rates(lambda source: audit(source).accepted, good, wrong)
    naive = rates(naive_audit, good, wrong)
    row(f"audit: refused of {len(wrong)} bad", ours[0], "%", "100", ours[0] == 100, "original text", naive[0])
    row(f"audit: accepted of {len(good)} innocent", ours[1], "%", ">= 99", ours[1] >= 99, "original text", naive[1])
    restricted = restricted_python()
    if restricted is not None:
        theirs = rates(restricted, good, wrong)
        row(
            "audit: refused, against RestrictedPython",
            ours[0],
            "%",
            "100",
            ours[0] == 100,
            "RestrictedPython",
            theirs[0],
        )
        row(
            "audit: accepted, against RestrictedPython",
            ours[1],
            "%",
            ">= 99",
            ours[1] >= 99,
            "RestrictedPython",
            theirs[1],
        )
    sources = [case.source for case in [*good, *wrong]]
    taken = [median_ms(lambda source=source: audit(source), 1) for source in sources]  # type: ignore[misc]
    simple = [median_ms(lambda source=source: naive_audit(source), 1) for source in sources]  # type: ignore[misc]
    row("audit: median", statistics.median(taken), "ms", "<= 5", statistics.median(taken) <= 5, "original text",
        statistics.median(simple))  # fmt: skip
    row("audit: slowest of the corpus", max(taken), "ms", "<= 100", max(taken) <= 100, "original text", max(simple))
    with TrialHelper() as helper:
        helper.trial(METHOD, {"items": []}, [1])
        ms = median_ms(lambda: helper.trial(METHOD, {"items": []}, [1]), TRIALS)
        started = median_ms(lambda: subprocess.run([sys.executable, "-I", "-c", "import persistent"], check=True), 5)
        row("trial: median", ms, "ms", "<= 50", ms <= 50, "a new interpreter", started)
        for name, body in BOMBS.items():
            began = time.perf_counter()
            result = helper.trial(f"def f(self):\n    {body}\n", {})
            seconds = time.perf_counter() - began
            held = seconds <= 3.5 and result.max_rss_mb <= 256
            row(f"bomb of {name}: {result.status} after", seconds, "s", "<= 3.5", held)
            row(f"bomb of {name}: resident", result.max_rss_mb, "MB", "<= 256", held)
    return rows


def main() -> int:
    """Print the table, keep it as JSON; 1 if a figure does not hold."""
    parser = argparse.ArgumentParser(description="Measure the guardian.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench" / "guardian.json")
    out: Path = parser.parse_args().out
    rows = measure()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    for one in rows:
        rival = f"{one['rival']}: {one['rival_value']}" if one["rival"] else ""
        sys.stdout.write(
            f"{one['name']:<45}{one['value']:>10} {one['unit']:<4}{one['goal']:>8}  "
            f"{'holds' if one['holds'] else 'MISSED':<8}{rival}\n"
        )
    return 0 if all(one["holds"] for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
