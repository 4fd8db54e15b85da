"""Whether plans name what their missions need: tests/cognition/asked/plans.jsonl, planned by a model.

python tests/benchmarks/bench_plans.py [--model FOLDER] [--set held] [--out build/bench/plans.json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.cognition.asked.planned import Judged, Planned, judged, load  # noqa: E402
from uvm_core.cognition.asking.messages import FacetOffer  # noqa: E402
from uvm_core.cognition.asking.needs import FEWEST, MOST  # noqa: E402
from uvm_core.cognition.asking.planning import make_plan  # noqa: E402
from uvm_core.cognition.engines.engine import Engine, EngineUnavailable  # noqa: E402
from uvm_core.cognition.engines.transformers_engine import TransformersEngine  # noqa: E402
from uvm_core.cognition.models.packaged import converted_model  # noqa: E402
from uvm_core.kernel.genesis import ASKS, PERSONAS, STATE_BUDGET  # noqa: E402

OFFERS = [
    FacetOffer(name.removesuffix("_prototype_obj").upper(), facet, role, ASKS[name])
    for name, (role, facet) in PERSONAS.items()
]
PAIRS = {(one.persona, one.facet) for one in OFFERS}
Figure = dict[str, Any]


def engine_of(model: str) -> Engine:
    """The embedded engine with a folder's model, or with the one that is shipped."""
    folder = Path(model)
    if folder.is_dir():
        return TransformersEngine({one.name: one for one in folder.iterdir()}, folder.name)
    if model:
        raise SystemExit(f"{model} is no folder.")
    shipped = converted_model()
    return TransformersEngine(shipped.files, shipped.model_id)


def planned(engine: Engine, missions: Sequence[Planned], shown: bool) -> list[tuple[Judged | None, int, float]]:
    """(verdict, sub-queries, seconds) of every mission; None where no plan came."""
    warmth, budget = STATE_BUDGET["DECOMPOSING"]
    found: list[tuple[Judged | None, int, float]] = []
    for one in missions:
        begun = time.perf_counter()
        settings: dict[str, Any] = {"slots": one.slots, "passages": one.passages, "temperature": warmth}
        try:
            plan = make_plan(engine, one.brief, OFFERS, max_tokens=budget, **settings)
        except EngineUnavailable as problem:
            sys.stderr.write(f"{one.id}: {problem}\n")
            found.append((None, 0, time.perf_counter() - begun))
            continue
        verdict = judged(plan.facets, one, PAIRS)
        found.append((verdict, len(plan.facets), time.perf_counter() - begun))
        if shown:
            sys.stdout.write(f"{one.id} {'covered' if verdict.covered else 'NOT'} {sorted(verdict.met)}\n")
            sys.stdout.writelines(f"    {row['persona']}: {row['query']}\n" for row in plan.facets)
            sys.stdout.write(f"    until: {plan.done_when}\n")
    return found


def figures(name: str, rows: Sequence[tuple[Judged | None, int, float]]) -> list[Figure]:
    """The rows of one set; goals are bounds from below but that of seconds."""
    plans = [(one, count) for one, count, _seconds in rows if one is not None]
    counts = {
        "covered": (sum(one.covered for one, _count in plans), 0.8),
        "valid, two to five sub-queries": (sum(one.exists and FEWEST <= count <= MOST for one, count in plans), 1.0),
        "without an echo": (sum(not one.echoes for one, _count in plans), 1.0),
        "distinct": (sum(one.distinct for one, _count in plans), 1.0),
    }
    found = [
        {
            "name": f"{name}: {what}",
            "value": value,
            "unit": f"of {len(rows)}",
            "goal": goal * len(rows),
            "holds": value >= goal * len(rows),
        }
        for what, (value, goal) in counts.items()
    ]
    needs = statistics.mean(len(one.met) for one, _count in plans) if plans else 0.0
    seconds = statistics.median(seconds for _one, _count, seconds in rows)
    found.append(
        {"name": f"{name}: needs met", "value": round(needs, 2), "unit": "a plan", "goal": 2, "holds": needs >= 2}
    )
    found.append(
        {"name": f"{name}: a plan, median", "value": round(seconds, 2), "unit": "s", "goal": 6, "holds": seconds <= 6}
    )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="", help="a folder with a packed model; the shipped one without it")
    parser.add_argument("--set", choices=("dev", "held", "both"), default="both")
    parser.add_argument("--show", action="store_true", help="write every plan")
    parser.add_argument("--out", type=Path, default=Path("build/bench/plans.json"))
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    engine = engine_of(options.model)
    found: list[Figure] = []
    for name in ("dev", "held"):
        if options.set in (name, "both"):
            found += figures(name, planned(engine, load(name), options.show))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    for row in found:
        held = "holds" if row["holds"] else "MISSES"
        sys.stdout.write(f"{row['name']:48}{row['value']:>8} {row['unit']:8}{row['goal']:>8}  {held}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
