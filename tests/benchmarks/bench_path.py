"""The whole path with the embedded model: starting, waking, five messages nobody understands, idling.

    python tests/benchmarks/bench_path.py [--out build/bench/path.json] [--idle 15]

Every figure is taken over the real command, socket and image file. The rival of a cycle is the same model without
grammar, exemplars and prefix cache: transformers' own `generate` asked once for the same method, in a process of its
own, with as many tokens as the cycle's method had.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from uvm_core.bridge.client import Client  # noqa: E402

MESSAGES: list[tuple[str, str, list[Any], str]] = [
    ("genesis_obj", "display_yourself", [], ""),
    ("counter", "reset", [], ""),
    ("counter", "decrement", [1], ""),
    ("greeter", "shout", [], "greet in capital letters"),
    ("invoice", "count_lines", [], ""),
]
RIVAL = """
import json, sys, time
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
torch.set_num_threads(int(sys.argv[3]))
started = time.perf_counter()
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.bfloat16).eval()
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
woken = time.perf_counter() - started
asked = json.loads(sys.argv[2])
how = {"add_generation_prompt": True, "return_tensors": "pt", "return_dict": True}
ids = tokenizer.apply_chat_template(asked["messages"], **how)
started = time.perf_counter()
with torch.inference_mode():
    made = model.generate(**ids, max_new_tokens=asked["tokens"], min_new_tokens=asked["tokens"], do_sample=False)
seconds = time.perf_counter() - started
print(json.dumps({"woken": woken, "seconds": seconds, "tokens": int(made.shape[1] - ids["input_ids"].shape[1])}))
"""


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


@contextmanager
def served(image: Path) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """`batos serve` over an image, and how many seconds it took until it could be asked."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "--image", str(image), "serve"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "is served at" in line:
            break
    try:
        yield process, time.perf_counter() - started
    finally:
        process.terminate()
        process.communicate(timeout=30)


class Watcher:
    """A client that keeps every event with the time it came."""

    def __init__(self, image: Path) -> None:
        self.client = Client((image / "endpoint").read_text().strip(), timeout=60)
        self.news: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        self.client.on_event(lambda event: self.news.put((time.perf_counter(), event)))

    def model_awake(self) -> dict[str, Any]:
        while (row := self.client.call("status")["result"]["model"])["state"] != "awake":
            assert row["state"] not in ("missing", "failed"), row
            self.news.get(timeout=300)
        return dict(row)

    def mission(
        self, target: str, selector: str, args: list[Any], wish: str
    ) -> tuple[dict[str, float], dict[str, Any]]:
        """(seconds from the message to each state and to the card, the proposal or the failed mission)."""
        started = time.perf_counter()
        reply = self.client.call("dispatch_message", target_oid=target, message_name=selector, args=args, wish=wish)
        times: dict[str, float] = {}
        while True:
            at, event = self.news.get(timeout=300)
            if event.get("mission") != reply["mission"] and event.get("id") != reply["mission"]:
                continue
            if event["event"] == "psm_transition":
                times[event["to_state"]] = at - started
            elif event["event"] == "mission" and event["state"] in ("held", "failed"):
                times["card"] = at - started
                break
        if event["state"] == "failed":
            return times, event
        return times, self.client.call("proposal", proposal=event["proposal"])["result"]


def quiet(client: Client) -> None:
    """Wait until nothing is under way; the steward, whose first audit falls into this minute, begins nothing new."""
    client.call("steward", action="pause")
    while any(row["state"] in ("queued", "waiting", "running") for row in client.call("missions")["result"]):
        time.sleep(0.2)


def idle(process: subprocess.Popen[str], seconds: float) -> list[tuple[str, float, float]]:
    """(process, % of one CPU over a while in which nobody asks anything, resident MB)."""
    found = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    before = [sum(one.cpu_times()[:2]) for one in found]
    time.sleep(seconds)
    rows = []
    for one, spent in zip(found, before, strict=True):
        words = " ".join(one.cmdline())
        name = "UVM" if "uvm_core.uvm" in words else "supervisor" if "serve" in words else "trial helper"
        cpu = (sum(one.cpu_times()[:2]) - spent) / seconds * 100
        rows.append((name, cpu, one.memory_info().rss / 1e6))
    return rows


def rival(folder: Path, messages: list[dict[str, str]], tokens: int) -> dict[str, float]:
    threads = max(1, (os.cpu_count() or 2) - 1)
    done = subprocess.run(
        [sys.executable, "-c", RIVAL, str(folder), json.dumps({"messages": messages, "tokens": tokens}), str(threads)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "PASSIVE"},
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build/bench/path.json")
    parser.add_argument("--idle", type=float, default=15.0)
    given = parser.parse_args()
    from uvm_core.cognition.models.packaged import converted_model

    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="batos-bench-") as home:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            os.environ[name] = str(Path(home) / name[4:8].lower())
            Path(os.environ[name]).mkdir(mode=0o700)
        image = Path(home) / "image"
        with served(image) as (process, seconds):
            figures.append(Figure("first start until ready (new image)", seconds, "s"))
            begun = time.perf_counter()
            watcher = Watcher(image)
            watcher.model_awake()
            figures.append(Figure("model brought in and woken, from ready", time.perf_counter() - begun, "s"))
            watcher.client.close()
        with served(image) as (process, seconds):
            figures.append(Figure("second start until ready", seconds, "s"))
            begun = time.perf_counter()
            watcher = Watcher(image)
            watcher.model_awake()
            waking = time.perf_counter() - begun
            synthesising, whole, written = [], [], []
            first: dict[str, Any] | None = None
            for target, selector, args, wish in MESSAGES:
                times, row = watcher.mission(target, selector, args, wish)
                source = row.get("source", f"# failed: {row.get('reason')}")
                written.append((target, selector, wish, source))
                whole.append(times["card"])
                synthesising.append(times["card"] - times["SYNTHESIZING"])
                label = f"{target} {selector}"
                figures.append(
                    Figure(f"{label}: SYNTHESIZING to card", synthesising[-1], "s", "<= 4", synthesising[-1] <= 4)
                )
                figures.append(Figure(f"{label}: whole cycle", whole[-1], "s", "<= 15", whole[-1] <= 15))
                if first is None and "steps" in row:
                    first = row
            rate = watcher.client.call("status")["result"]["model"]["tokens_per_second"] or 0.0
            quiet(watcher.client)
            watcher.client.close()
            rows = idle(process, given.idle)
        assert first is not None
        step = first["steps"][-1]
        other = rival(converted_model().dir, step["messages"], step["completion"]["tokens"])
    theirs = "from_pretrained (imports not counted)"
    figures.append(
        Figure("model awake, from ready of a second start", waking, "s", "<= 3", waking <= 3, theirs, other["woken"])
    )
    median = statistics.median(synthesising)
    plain = "plain generate, the same prompt and number of tokens"
    figures.append(Figure("SYNTHESIZING to card, median", median, "s", "<= 4", median <= 4, plain, other["seconds"]))
    median = statistics.median(whole)
    figures.append(Figure("whole cycle, median", median, "s", "<= 15", median <= 15))
    figures.append(
        Figure(
            "tokens a second while cycles run",
            rate,
            "tok/s",
            ">= 15",
            rate >= 15,
            plain,
            other["tokens"] / other["seconds"],
        )
    )
    for name, cpu, memory in rows:
        figures.append(Figure(f"{name}: idle CPU", cpu, "% of one core", "<= 3", cpu <= 3))
        figures.append(Figure(f"{name}: memory", memory, "MB"))
    report(figures, given.out)
    for target, selector, wish, source in written:
        sys.stdout.write(f"\n{target} {selector}{f' ({wish})' if wish else ''}\n{source}")
    return 0


def report(figures: list[Figure], out: Path) -> None:
    """The table on standard output, the list in a file."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([asdict(figure) for figure in figures], indent=1))
    for one in figures:
        held = "" if one.holds is None else "holds" if one.holds else "FALLS SHORT"
        other = f"{one.rival_value:.2f} ({one.rival})" if one.rival_value is not None else ""
        sys.stdout.write(f"{one.name:52} {one.value:9.2f} {one.unit:14} {one.goal:7} {held:12} {other}\n")


if __name__ == "__main__":
    raise SystemExit(main())
