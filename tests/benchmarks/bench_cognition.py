"""Figures of the embedded model: waking, speed, methods written by hand-made requests, a cycle's parts, stopping; and
of the experts: swapping, speed, what a cycle with them takes.

    python tests/benchmarks/bench_cognition.py [--requests N] [--experts] [--out build/bench/cognition.json]

The rival in the same run is transformers' own `generate` on the same messages, without grammar, prefix cache or the
lean forward pass; for a swap it is peft's, and merging into the weights. `--experts` measures the experts alone.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from uvm_core.cognition.engines.environment import prepare_environment  # noqa: E402

prepare_environment()

import torch  # noqa: E402

from tests.cognition.handwritten import HARDER, WANTED, Wanted, is_right  # noqa: E402
from uvm_core.cognition.asking.authoring import FacetOffer, ask_facet  # noqa: E402
from uvm_core.cognition.asking.methods import write_methods  # noqa: E402
from uvm_core.cognition.asking.planning import make_plan  # noqa: E402
from uvm_core.cognition.engines.engine import Ask, Cancelled, Message  # noqa: E402
from uvm_core.cognition.engines.transformers_engine import TransformersEngine  # noqa: E402
from uvm_core.cognition.models.adapters import Adapter, base_model, judged  # noqa: E402
from uvm_core.cognition.models.experts import staged_experts, staging_folders  # noqa: E402
from uvm_core.cognition.models.packaged import converted_model  # noqa: E402
from uvm_core.guardian import audit  # noqa: E402

OFFERS = [
    FacetOffer("robin", "sage_facet_", "guide", "what the person wants"),
    FacetOffer("brick", "logic_facet_", "analyst", "what must follow logically"),
    FacetOffer("alfred", "efficiency_facet_", "steward", "the simplest way"),
]
TALK: list[Message] = [
    {"role": "system", "content": "You are a patient guide who explains how things in a desktop world work. " * 8},
    {"role": "user", "content": "Tell me at length how a bat finds its way at night."},
]


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
    options.add_argument("--requests", type=int, default=20, help="how many of the easy requests")
    options.add_argument("--rivals", type=int, default=4, help="how many of them the rival writes too")
    options.add_argument("--experts", action="store_true", help="the experts alone")
    options.add_argument("--out", type=Path, default=ROOT / "build" / "bench" / "cognition.json")
    chosen = options.parse_args()
    figures: list[Figure] = []
    if not chosen.experts:
        engine = waking(figures)
        plain = _rival_model()
        decoding(engine, plain, figures)
        synthesizing(engine, plain, figures, chosen.requests, chosen.rivals)
        cycle(engine, figures, "")
        stopping(engine, figures)
    adapters = _adapters()
    if adapters:
        experts(adapters, figures, chosen.requests)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), "utf-8")
    _say(f"\nthreads {torch.get_num_threads()}")
    for f in figures:
        mark = {True: "holds", False: "MISSED", None: ""}[f.holds]
        rival = f"{f.rival}: {f.rival_value:.2f}" if f.rival_value is not None else ""
        _say(f"{f.name:<48}{f.value:>9.2f} {f.unit:<8}{f.goal:<10}{mark:<8}{rival}")


def waking(figures: list[Figure]) -> TransformersEngine:
    """Wake twice: the first time pays for imports, the second is what a wake-up costs."""
    model = converted_model()
    TransformersEngine(model.files, model.model_id)
    engine = TransformersEngine(model.files, model.model_id)
    ids = torch.tensor([[1, 520, 9531, 198, 2683, 702, 260]])
    hub = TransformersEngine(model.files, model.model_id, lean=False)
    with torch.inference_mode():
        equal = torch.equal(hub.model(ids).logits, _rival_model()(ids).logits)
    figures.append(Figure("wake-up from files", engine.wake_seconds, "s", "<= 3", engine.wake_seconds <= 3))
    figures.append(Figure("logits bit-equal to from_pretrained", float(equal), "", "1", equal))
    return engine


def decoding(engine: TransformersEngine, plain: Any, figures: list[Figure]) -> None:
    """Free text, 64 tokens, prompt in the prefix cache; reading speed without it."""
    cold = _timed(lambda: engine.generate(Ask(TALK, max_tokens=1)))
    engine.generate(Ask(TALK, max_tokens=4))
    answers = [engine.generate(Ask(TALK, max_tokens=64, temperature=0)) for _ in range(3)]
    speed = statistics.median(answer.tokens / answer.seconds for answer in answers)
    ids = torch.tensor([[token for part in engine._segments(TALK) for token in part]])
    read = _timed(lambda: _plain_generate(plain, ids, 1))
    whole = _timed(lambda: _plain_generate(plain, ids, 65))
    figures.append(Figure("decode, bf16, free text", speed, "tok/s", ">= 15", speed >= 15, "hf", 64 / (whole - read)))
    count = ids.shape[1]
    figures.append(Figure("read a prompt", count / cold, "tok/s", rival="hf", rival_value=count / read))


def synthesizing(engine: TransformersEngine, plain: Any, figures: list[Figure], count: int, rivals: int) -> None:
    """Methods for requests written by hand, run against their cases."""
    seconds, right, lawful = _write_all(engine, WANTED[:count])
    harder_seconds, harder_right, harder_lawful = _write_all(engine, HARDER)
    median = statistics.median(seconds)
    rival_seconds, rival_right = _rival_writes(engine, plain, WANTED[:rivals])
    figures.append(Figure("a method, median", median, "s", "<= 4", median <= 4, "hf", statistics.median(rival_seconds)))
    figures.append(Figure("a method, slowest", max(seconds), "s"))
    figures.append(Figure("a harder method, median", statistics.median(harder_seconds), "s"))
    kept = (lawful + harder_lawful) / (len(seconds) + len(harder_seconds))
    figures.append(Figure("parse and covenant", 100 * kept, "%", "100", kept == 1))
    figures.append(
        Figure(f"right, easy, of {len(seconds)}", right, "", rival=f"hf, of {rivals}", rival_value=rival_right)
    )
    figures.append(Figure(f"right, harder, of {len(harder_seconds)}", harder_right, ""))


def _write_all(engine: TransformersEngine, wanted: list[Wanted]) -> tuple[list[float], int, int]:
    seconds, right, lawful = [], 0, 0
    for one in wanted:
        started = time.perf_counter()
        draft = write_methods(engine, one.request).all[0]
        seconds.append(time.perf_counter() - started)
        good = is_right(one, draft.source)
        right += good
        lawful += audit(draft.source, one.name).accepted
        shown = " / ".join(line.strip() for line in draft.source.splitlines()[1:])
        _say(f"{'right' if good else 'WRONG':<6}{seconds[-1]:6.2f} s  {one.name}: {shown}")
    return seconds, right, lawful


def _rival_writes(engine: TransformersEngine, plain: Any, wanted: list[Wanted]) -> tuple[list[float], int]:
    seconds, right = [], 0
    for one in wanted:
        messages = write_methods(engine, one.request, drafts=1).all[0].prompt
        ids = torch.tensor([[token for part in engine._segments(messages) for token in part]])
        started = time.perf_counter()
        made = _plain_generate(plain, ids, 60)
        seconds.append(time.perf_counter() - started)
        source = engine.tokenizer.decode(made, skip_special_tokens=True)
        right += _parses(source) and is_right(one, source)
    return seconds, right


def cycle(engine: TransformersEngine, figures: list[Figure], with_whom: str) -> None:
    """Plan, every facet of the plan, the method: what a cycle asks of the model."""
    plans, answers, wholes = [], [], []
    make_plan(engine, {"selector": "warm_up"}, OFFERS, slots=["x"])
    for one in WANTED[:5]:
        started = time.perf_counter()
        slots = list(one.request.slots)
        plan = make_plan(engine, {"selector": one.name}, OFFERS, slots=slots)
        plans.append(time.perf_counter() - started)
        for row in plan.facets:
            offer = next(offer for offer in OFFERS if offer.facet == row["facet"])
            answers.append(
                _timed(lambda o=offer, r=row: ask_facet(engine, o, r["query"], {"selector": one.name}, slots=slots))  # noqa: B023
            )
        write_methods(engine, one.request)
        wholes.append(time.perf_counter() - started)
    whole = statistics.median(wholes)
    figures.append(Figure(f"a plan{with_whom}, median", statistics.median(plans), "s"))
    figures.append(Figure(f"a facet{with_whom}, median", statistics.median(answers), "s"))
    figures.append(Figure(f"the cycle's model time{with_whom}, median", whole, "s", "<= 15", whole <= 15))


def experts(adapters: list[Adapter], figures: list[Figure], count: int) -> None:
    """Swaps from the request to the first token's reader; decoding bare and with an expert by turns; whole cycles."""
    model = converted_model()
    before = _resident()
    bare = TransformersEngine(model.files, model.model_id)
    bare.generate(Ask(TALK, max_tokens=1))
    alone = _resident()
    for adapter in adapters:
        bare._shelf.add(adapter)
    loading = _timed(bare._shelf.warm_up)
    figures.append(Figure(f"bring {len(adapters)} experts into memory", 1000 * loading, "ms"))
    figures.append(
        Figure(f"memory of {len(adapters)} experts", _resident() - alone, "MB", "", None, "the model", alone - before)
    )
    swaps = _swaps(bare, adapters, 300)
    by_peft = TransformersEngine(model.files, model.model_id, lean=False, adapters=adapters)
    rival = statistics.median(_swaps(by_peft, adapters, 12))
    del by_peft
    median, worst = statistics.median(swaps), max(swaps)
    figures.append(Figure("expert swap, median", median, "ms", "<= 100", median <= 100, "peft", rival))
    figures.append(Figure("expert swap, worst", worst, "ms", "<= 250", worst <= 250, "merging", _merging(bare)))
    speeds: dict[str | None, list[float]] = {None: [], adapters[0].name: []}
    for _ in range(3):
        for who, found in speeds.items():
            bare.generate(Ask(TALK, expert=who, max_tokens=2))
            answer = bare.generate(Ask(TALK, expert=who, max_tokens=64, temperature=0))
            found.append(answer.tokens / answer.seconds)
    speed = statistics.median(speeds[adapters[0].name])
    plain = statistics.median(speeds[None])
    figures.append(Figure("decode with an expert, free text", speed, "tok/s", ">= 15", speed >= 15, "bare", plain))
    seconds, right, lawful = _write_all(bare, WANTED[:count])
    method = statistics.median(seconds)
    figures.append(Figure("a method by ALFRED, median", method, "s", "<= 4", method <= 4))
    figures.append(Figure(f"right by ALFRED, easy, of {len(seconds)}", right, ""))
    figures.append(
        Figure("parse and covenant, ALFRED", 100 * lawful / len(seconds), "%", "100", lawful == len(seconds))
    )
    cycle(bare, figures, " with experts")


def _adapters() -> list[Adapter]:
    model = converted_model()
    base = base_model(model.files, model.manifest)
    staged, refused = staged_experts(staging_folders())
    for name, why in refused.items():
        _say(f"{name} is left out: {why}")
    return [judged(one.name, one.sha256, one.files, base) for one in staged.values()]


def _swaps(engine: TransformersEngine, adapters: list[Adapter], count: int) -> list[float]:
    """Milliseconds of swaps in a random order, each to another expert than before."""
    order = random.Random(5)
    found = []
    for _ in range(count):
        name = order.choice([one.name for one in adapters if one.name != engine.describe()["expert"]])
        found.append(1000 * _timed(lambda who=name: engine.activate(who)))
    return found


def _merging(engine: TransformersEngine) -> float:
    """Milliseconds to merge one adapter into copies of all the lean runner's weights: what a swap would cost."""
    name = engine.describe()["expert"]
    layers = engine._shelf.loaded(name)

    def merge() -> None:
        with torch.inference_mode():
            assert engine._lean is not None
            for layer, low_ranks in zip(engine._lean.layers, layers, strict=True):
                products = (layer.qkv, layer.out, layer.gate_up, layer.down)
                for product, low in zip(products, low_ranks, strict=True):
                    every = torch.arange(product.shape[0])
                    torch.addmm(product.rows(every), low.up.T, low.down).to(torch.bfloat16)

    return 1000 * min(_timed(merge) for _ in range(3))


def _resident() -> float:
    """Megabytes of this process in memory (0 where that is not told)."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096 / 1e6
    except OSError:
        return 0.0


def stopping(engine: TransformersEngine, figures: list[Figure]) -> None:
    """From the stop to the engine's return, while it writes and while it reads."""
    long: list[Message] = [{"role": "user", "content": "one two three four five six seven eight " * 120}]
    for name, messages in (("decode", TALK), ("prefill", long)):
        delays = [_stop_after(engine, messages, 0.4 + 0.15 * n) for n in range(4)]
        worst = 1000 * max(delays)
        figures.append(Figure(f"stop during {name}, worst", worst, "ms", "<= 300", worst <= 300))


def _stop_after(engine: TransformersEngine, messages: list[Message], seconds: float) -> float:
    stop = threading.Event()
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.perf_counter())
        stop.set()

    timer = threading.Timer(seconds, press)
    timer.start()
    try:
        engine.generate(Ask(messages, max_tokens=400, seed=1), cancel=stop)
    except Cancelled:
        return time.perf_counter() - pressed[0]
    timer.cancel()
    raise SystemExit("The run ended before it was stopped.")


def _rival_model() -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(str(converted_model().dir), dtype=torch.bfloat16).eval()


def _plain_generate(model: Any, ids: torch.Tensor, tokens: int) -> list[int]:
    with torch.inference_mode():
        mask = torch.ones_like(ids)
        made = model.generate(ids, attention_mask=mask, max_new_tokens=tokens, do_sample=False, pad_token_id=2)
    found: list[int] = made[0, ids.shape[1] :].tolist()
    return found


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
