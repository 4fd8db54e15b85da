"""Methods for requests in people's words: how many the first draft, the chosen one and the best of a round get right.

    python tests/benchmarks/bench_methods.py [--model ID or DIR] [--set held|dev] [--every N] [--out FILE]

The requests are tests/cognition/asked; nothing was trained on them, and choices are made on `dev` alone. What is timed
is a round as a cycle makes it: the prompt, the drafts, the audits and the trials. The rival in the same run is the
first draft, taken as it is.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from uvm_core.cognition.engines.environment import prepare_environment  # noqa: E402

prepare_environment()

from tests.cognition.asked.reader import Asked, load, verdict  # noqa: E402
from uvm_core.cognition.asking.methods import write_methods  # noqa: E402
from uvm_core.cognition.asking.requests import MethodRequest  # noqa: E402
from uvm_core.cognition.engines.transformers_engine import TransformersEngine  # noqa: E402
from uvm_core.cognition.models import machine  # noqa: E402
from uvm_core.cognition.models.catalogue import CATALOGUE, DEFAULT  # noqa: E402
from uvm_core.cognition.models.folders import local_model  # noqa: E402
from uvm_core.cycles.drafting import try_drafts  # noqa: E402
from uvm_core.cycles.outcomes import trial_run  # noqa: E402
from uvm_core.cycles.proposing import judge  # noqa: E402
from uvm_core.guardian.trial import TrialHelper  # noqa: E402

GOALS = {"coder-0.5b": (60.0, 6.0), "coder-1.5b": (75.0, 15.0)}
"""Per cent right and seconds to the first card, median, that are to hold."""
LEVELS = ("easy", "medium", "hard")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=DEFAULT)
    parser.add_argument("--set", choices=("held", "dev"), default="held", dest="which")
    parser.add_argument("--every", type=int, default=1, help="only every Nth request")
    parser.add_argument("--drafts", type=int, default=4)
    parser.add_argument("--out", type=Path, default=ROOT / "build/bench/methods.json")
    given = parser.parse_args()
    # The helper is forked before the model is in memory.
    with TrialHelper() as helper:
        engine = _engine(given.model)
        asked = load(given.which)[:: given.every]
        rows = []
        for one in asked:
            rows.append(_measured(engine, helper, one, given.drafts))
            told = "right" if rows[-1]["chosen"] else "wrong"
            print(f"{one.id} {one.level} {told} {rows[-1]['seconds']:.1f} s", file=sys.stderr, flush=True)  # noqa: T201
    figures = _figures(rows, given.model, given.which)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(figures, indent=1), "utf-8")
    for one in figures:
        print(f"{one['name']:44} {one['value']:8} {one['unit']:4} goal {one['goal']}  first {one['rival_value']}")  # noqa: T201
    return 0


def _engine(model: str) -> TransformersEngine:
    found = machine.prepared(model, lambda _words, _share: None) if model in CATALOGUE else local_model(model)
    return TransformersEngine(found.files, model)


def _measured(engine: TransformersEngine, helper: TrialHelper, asked: Asked, drafts: int) -> dict[str, Any]:
    """What came of one request."""
    given = dict(zip(asked.params, asked.args, strict=True))
    request = MethodRequest(asked.selector, asked.params, asked.slots, wish=asked.wish, arguments=given)
    started = time.perf_counter()
    written = write_methods(engine, request, drafts=drafts)
    tried = try_drafts(written, request, trial_run(helper.trial, asked.slots, [], asked.selector), asked.args, {})
    seconds = time.perf_counter() - started
    verdicts = [judge(draft.source, asked.selector) for draft in written.all]
    right = [one.accepted and not verdict(one.source, asked) for one in verdicts]
    return {
        "level": asked.level,
        "first": right[0],
        "chosen": tried.verdict.accepted and not verdict(tried.verdict.source, asked),
        "best": any(right),
        "mean": sum(right) / len(right),
        "parsed": sum("STR-006" not in one.rules for one in verdicts) / len(verdicts),
        "accepted": sum(one.accepted for one in verdicts) / len(verdicts),
        "card": tried.passed,
        "seconds": seconds,
    }


def _figures(rows: list[dict[str, Any]], model: str, which: str) -> list[dict[str, Any]]:
    goal, slowest = GOALS.get(model, (None, None))
    found = []

    def add(name: str, value: float, unit: str, goal: float | None, rival_value: float | None, at_most: bool) -> None:
        holds = None if goal is None else value <= goal if at_most else value >= goal
        row = {"name": name, "value": round(value, 1), "unit": unit, "goal": goal, "holds": holds}
        rival = None if rival_value is None else round(rival_value, 1)
        found.append({**row, "rival": "the first draft", "rival_value": rival})

    def share(key: str, level: str | None = None) -> float:
        among = [row for row in rows if level in (None, row["level"])]
        return 100 * sum(row[key] for row in among) / len(among) if among else 0.0

    add(f"{which}, chosen right", share("chosen"), "%", goal, share("first"), False)
    for level in LEVELS:
        add(f"{which}, chosen right, {level}", share("chosen", level), "%", None, share("first", level), False)
    add(f"{which}, best of a round right", share("best"), "%", None, share("first"), False)
    add(f"{which}, one draft right in the mean", share("mean"), "%", None, share("first"), False)
    add(f"{which}, drafts that parse", share("parsed"), "%", 100.0, None, False)
    add(f"{which}, drafts accepted after repair", share("accepted"), "%", None, None, False)
    add(f"{which}, a card after the first round", share("card"), "%", None, None, False)
    add(f"{which}, round, median", statistics.median(row["seconds"] for row in rows), "s", slowest, None, True)
    counts = Counter(row["level"] for row in rows)
    for level in LEVELS:
        add(f"{which}, requests, {level}", counts[level], "", None, None, False)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
