"""What measuring costs: a cycle's measurements in CPU and bytes, a note in the thread that measures, an audit.

    python tests/benchmarks/bench_metrics.py [--out build/bench/metrics.json]

A cycle's measurements are those of a real one: its duration by state, how its transaction ended, four jobs of the
model, and the commits of its records. The rival writes each in a transaction of its own, where it is measured.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from uvm_core.image.image import IMAGE_FILE, Image  # noqa: E402
from uvm_core.image.world import World  # noqa: E402
from uvm_core.kernel import metrics  # noqa: E402
from uvm_core.kernel.primitives import KERNEL_PRIMITIVES  # noqa: E402
from uvm_core.objects import Surroundings, running, send  # noqa: E402
from uvm_core.steward.recorder import Recorder  # noqa: E402
from uvm_core.steward.shipped import AUDIT, AUDITOR, METRICS  # noqa: E402
from uvm_core.uvm import begin_image  # noqa: E402

CYCLES = 200
NOTES = 20_000
BUSY_DAY = 2_000
Note = Callable[..., Any]
Figure = dict[str, Any]


def figure(
    name: str, value: float, unit: str, goal: float, rival: str = "", rival_value: float | None = None
) -> Figure:
    """One row; every goal is a bound from above."""
    kept = None if rival_value is None else round(rival_value, 3)
    value = round(value, 3)
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "goal": goal,
        "holds": value <= goal,
        "rival": rival,
        "rival_value": kept,
    }


def a_cycle(number: int) -> Iterator[tuple[str, float, dict[str, Any]]]:
    """(indicator, value, labels) of what one cycle has measured."""
    states = {"IDLE": 1.0, "DECOMPOSING": 700.0 + number, "DELEGATING": 900.0, "SYNTHESIZING": 2100.5 + number}
    kind = "unhandled_message"
    more = {"outcome": "held", "mission_type": kind, "cycle": number}
    yield "psm_cycle_durations", round(sum(states.values()), 1), {"states": states, **more}
    yield "transaction_aborts", 0, {"who": "cycle", "mission_type": kind}
    for persona in ("BRICK", "ROBIN", "BRICK", "ALFRED"):
        yield "tokens_per_second", 20.0 + number % 17, {"persona": persona}
    for place in range(4):
        yield "commit_times", 3.0 + (number + place) % 9, {"who": "mission"}
        yield "transaction_aborts", 0, {"who": "mission"}


def cost_of(image: Image, note: Note, after: Callable[[], object]) -> tuple[float, float]:
    """(milliseconds of CPU, bytes of the file) of one cycle's measurements."""
    file = image.directory / IMAGE_FILE
    size, cpu = file.stat().st_size, time.process_time()
    for number in range(CYCLES):
        for indicator, value, labels in a_cycle(number):
            note(indicator, value, **labels)
        after()
    return (time.process_time() - cpu) * 1000 / CYCLES, (file.stat().st_size - size) / CYCLES


def cycles(directory: Path) -> list[Figure]:
    """A cycle's measurements, each cycle in a flush of its own as when they are seconds apart, and all in one."""
    image = Image(directory / "recorder")
    begin_image(image)
    recorder = Recorder(image, every=3600.0)
    recorder.start()
    apart = cost_of(image, recorder.note, recorder.flush)
    together = cost_of(image, recorder.note, lambda: None)
    begun = time.perf_counter()
    for number in range(NOTES):
        recorder.note("lora_swap_latencies", number % 100, expert="ALFRED")
    noted = (time.perf_counter() - begun) / NOTES * 1e6
    recorder.close()
    image.close()

    naive = Image(directory / "naive")
    begin_image(naive)

    def write(indicator: str, value: float, **labels: Any) -> None:
        def work(world: World) -> None:
            metrics.record(world.resolve(METRICS), indicator, value, **labels)

        naive.transact(work, "bench", "Metrics")

    each = cost_of(naive, write, lambda: None)
    naive.close()
    alone = "a transaction each"
    return [
        figure("a cycle's measurements, cycles apart", apart[0], "ms CPU", 10, alone, each[0]),
        figure("a cycle's measurements, cycles apart", apart[1] / 1024, "KiB", 12, alone, each[1] / 1024),
        figure("a cycle's measurements, noted within a second", together[0], "ms CPU", 2, alone, each[0]),
        figure("one note, in the thread that measures", noted, "µs", 50),
    ]


def audits(directory: Path) -> list[Figure]:
    """An audit of a day of two thousand cycles, and how much of the file such a day is."""
    image = Image(directory / "day")
    begin_image(image)
    file = image.directory / IMAGE_FILE
    size = file.stat().st_size
    recorder = Recorder(image, every=3600.0)
    recorder.start()
    for number in range(BUSY_DAY):
        for indicator, value, labels in a_cycle(number):
            recorder.note(indicator, value, **labels)
    recorder.close()
    grown = (file.stat().st_size - size) / 1024
    with image.session() as session, running(Surroundings(KERNEL_PRIMITIVES)):
        auditor = session.begin().resolve(AUDITOR)
        begun = time.perf_counter()
        send(auditor, AUDIT)
        taken = (time.perf_counter() - begun) * 1000
    image.close()
    return [
        figure("an audit of 2,000 cycles", taken, "ms", 500),
        figure("2,000 cycles' measurements, packed", grown, "KiB", 1024),
    ]


def table(figures: list[Figure]) -> str:
    lines = [f"{'figure':48}{'value':>10} {'unit':8}{'goal':>8}  {'':6} rival"]
    for row in figures:
        rival = f"{row['rival']}: {row['rival_value']:,}" if row["rival_value"] is not None else ""
        held = "holds" if row["holds"] else "MISSES"
        lines.append(f"{row['name']:48}{row['value']:>10,} {row['unit']:8}{row['goal']:>8,}  {held:6} {rival}")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/bench/metrics.json"))
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory(prefix="bench-metrics-") as name:
        figures = [*cycles(Path(name)), *audits(Path(name))]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=1) + "\n")
    sys.stdout.write(table(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
