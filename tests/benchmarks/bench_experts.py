"""What the experts get right, against the bare model with its examples, and what they cost:

    python tests/benchmarks/bench_experts.py [--experts BRICK,ROBIN,ALFRED] [--held-out N] [--by-hand N] [--cards]

Held-out tasks come from the generators (their families, verbs and names are not trained on); the requests written by
hand are those of the tests. `--cards` puts the scores on the adapters' cards. The rival is the bare model.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from uvm_core.cognition.engines.environment import prepare_environment  # noqa: E402

prepare_environment()

from tests.cognition import asked_by_hand  # noqa: E402
from tests.cognition.handwritten import HARDER, WANTED, Wanted, is_right  # noqa: E402
from uvm_core.cognition.engines.engine import Engine  # noqa: E402
from uvm_core.cycles.drafting import write_and_try  # noqa: E402
from uvm_core.guardian.trial import trial  # noqa: E402
from uvm_core.training.batches import EXPERTS  # noqa: E402
from uvm_core.training.card import read_card, with_scores, write_card  # noqa: E402
from uvm_core.training.evaluate import WHAT, Trial, compared, engine_with, method_trial, trials_of  # noqa: E402

ADAPTERS = ROOT / "lora_adapters"
BY_HAND = (
    "Requests written by hand for the tests. None was trained on as it stands, but families, verbs of the grammar and "
    "doubts were added after looking at what failed among them: a figure for development, and no held-out one. Right: "
    "the guardian accepts the first method that is written, and it does in every case what is wanted."
)
ASKED_BY_HAND = (
    "Questions about short texts, written by hand for the tests, none of them trained on; of two runs the better one "
    "on these questions was kept. Right: the fact is in the answer and nothing is invented, or it says that the "
    "documents do not say it where they do not."
)
GOAL = {"held-out": 85.0, "by hand": 60.0}


@dataclass(frozen=True)
class Figure:
    """One row: `holds` says whether the goal is met (None where there is none)."""

    name: str
    value: float
    unit: str
    goal: str = ""
    holds: bool | None = None
    rival: str = ""
    rival_value: float | None = None


def main() -> None:
    """Measure, show a table, write the rows."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--experts", default=",".join(EXPERTS))
    options.add_argument("--held-out", type=int, default=60)
    options.add_argument("--by-hand", type=int, default=1000, help="how many requests written by hand, of each kind")
    options.add_argument("--cards", action="store_true", help="put the scores on the cards")
    options.add_argument("--adapters", type=Path, default=ADAPTERS)
    options.add_argument("--out", type=Path, default=ROOT / "build" / "bench" / "experts.json")
    chosen = options.parse_args()
    experts = [one for one in chosen.experts.upper().split(",") if (chosen.adapters / one.lower()).is_dir()]
    folders = {one: chosen.adapters / one.lower() for one in experts}
    engine = engine_with(folders)
    figures = swaps(engine, experts)
    for expert, folder in folders.items():
        sets = scored(engine, expert, chosen.held_out, chosen.by_hand)
        for name, scores in sets.items():
            figures += rows(expert, name, scores)
        if expert == "ALFRED" and chosen.by_hand:
            figures += as_proposed(engine, {"easy": WANTED[: chosen.by_hand], "hard": HARDER[: chosen.by_hand]})
        if chosen.cards:
            write_card(folder, with_scores(read_card(folder), sets))
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), "utf-8")
    _say("")
    for f in figures:
        mark = {True: "holds", False: "MISSED", None: ""}[f.holds]
        rival = f"{f.rival}: {f.rival_value:.1f}" if f.rival_value is not None else ""
        _say(f"{f.name:<48}{f.value:>9.1f} {f.unit:<6}{f.goal:<10}{mark:<8}{rival}")


def scored(engine: Engine, expert: str, held_out: int, by_hand: int) -> dict[str, Any]:
    """The sets of scores of one expert."""
    trials = trials_of(expert, held_out)
    found = {"held-out": compared(engine, expert, trials, WHAT[expert], _say)} if trials else {}
    if expert == "ROBIN" and by_hand:
        found["by hand"] = compared(engine, expert, asked_by_hand.trials()[:by_hand], ASKED_BY_HAND, _say)
    if expert == "ALFRED" and by_hand:
        written = [*by_hand_trials(WANTED[:by_hand], "easy"), *by_hand_trials(HARDER[:by_hand], "hard")]
        found["by hand"] = compared(engine, expert, written, BY_HAND, _say)
    return found


def by_hand_trials(wanted: Sequence[Wanted], difficulty: str) -> list[Trial]:
    """The tests' requests as trials."""
    return [method_trial(one.name, difficulty, one.request, partial(is_right, one)) for one in wanted]


def as_proposed(engine: Engine, wanted: Mapping[str, Sequence[Wanted]]) -> list[Figure]:
    """What `batos propose` shows of the requests written by hand: the last of up to three drafts."""
    right: dict[str, list[bool]] = {}
    seconds: list[float] = []
    for difficulty, requests in wanted.items():
        for one in requests:
            made = write_and_try(engine, one.request, partial(_tried, one))
            good = made.accepted and is_right(one, made.verdict.source)
            right.setdefault(difficulty, []).append(good)
            seconds.append(made.seconds)
            shown = " / ".join(line.strip() for line in made.verdict.source.splitlines())
            _say(f"proposed {'right' if good else 'WRONG'} {difficulty:5} {one.name}: {shown}")
    counted = {"right": [one for found in right.values() for one in found], **right}
    figures = [
        Figure(f"ALFRED by hand, as proposed, {name}, of {len(found)}", 100 * sum(found) / len(found), "%")
        for name, found in counted.items()
    ]
    return [*figures, Figure("ALFRED by hand, as proposed, median time", statistics.median(seconds), "s")]


def _tried(wanted: Wanted, source: str) -> dict[str, Any]:
    """The trial of a source with the first case's arguments; parents of the image are not there."""
    slots = {name: value for name, value in wanted.request.slots.items() if name.isidentifier()}
    return trial(source, slots, list(wanted.cases[0][0]), selector=wanted.name).to_dict()


def rows(expert: str, name: str, scores: Mapping[str, Any]) -> list[Figure]:
    """A figure for each row of a comparison, in percent."""
    made = []
    for row, counted in scores["expert"].items():
        bare = scores["bare"][row]
        goal = GOAL.get(name) if row == "right" else 100.0 if row == "in form" else None
        share = 100 * counted["right"] / counted["of"]
        made.append(
            Figure(
                f"{expert} {name}, {row}, of {counted['of']}",
                share,
                "%",
                f">= {goal:.0f}" if goal else "",
                share >= goal if goal else None,
                "bare",
                100 * bare["right"] / bare["of"],
            )
        )
    return made


def swaps(engine: Any, experts: Sequence[str]) -> list[Figure]:
    """How long it takes to make another expert the hot one, round and round."""
    if len(experts) < 2:
        return []
    spent = []
    for turn in range(30):
        started = time.perf_counter()
        engine.activate(experts[turn % len(experts)])
        spent.append(1000 * (time.perf_counter() - started))
    median, worst = statistics.median(spent), max(spent)
    return [
        Figure("expert swap, median", median, "ms", "<= 100", median <= 100),
        Figure("expert swap, worst", worst, "ms", "<= 250", worst <= 250),
    ]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
