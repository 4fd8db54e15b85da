"""The recorder: everything is kept, nobody is met, and a full disk costs measurements alone."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.image.worlds import ROOT
from uvm_core.image.edits import put_slot
from uvm_core.image.image import Ended, Image
from uvm_core.image.world import World
from uvm_core.kernel import metrics
from uvm_core.steward import recorder as recorder_module
from uvm_core.steward.recorder import Recorder
from uvm_core.steward.shipped import METRICS

from .conftest import WAIT, Stewarded


def test_what_many_threads_note_is_all_there(stewarded: Stewarded) -> None:
    def note(number: int) -> None:
        for value in range(100):
            stewarded.recorder.note("lora_swap_latencies", value, expert=f"E{number}")

    threads = [threading.Thread(target=note, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stewarded.ask(metrics.total, "lora_swap_latencies") == 8 * sum(range(100))
    assert stewarded.ask(metrics.mean_by, "lora_swap_latencies", "expert") == {f"E{n}": 49.5 for n in range(8)}


def test_many_measurements_are_one_transaction(stewarded: Stewarded) -> None:
    stewarded.recorder.flush(WAIT)
    before = transactions(stewarded.image)
    for value in range(500):
        stewarded.recorder.note("tokens_per_second", value, persona="ALFRED")
    stewarded.recorder.flush(WAIT)
    assert transactions(stewarded.image) == before + 1
    stewarded.recorder.flush(WAIT)
    assert transactions(stewarded.image) == before + 1, "nothing to write, no transaction; its own commits do not count"


def transactions(image: Image) -> int:
    return len(list(image.storage.iterator()))


def test_equal_measurements_of_a_minute_are_one_entry_with_a_count(
    stewarded: Stewarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The middle of a minute, so that the next one does not begin meanwhile.
    moment = metrics.now() // recorder_module.MINUTE * recorder_module.MINUTE + recorder_module.MINUTE // 2
    monkeypatch.setattr(metrics, "now", lambda: moment)
    for _flush in range(3):
        for _time in range(5):
            stewarded.recorder.note("lora_swap_latencies", 12.34567, expert="ALFRED")
        stewarded.recorder.flush(WAIT)
    assert stewarded.entries("lora_swap_latencies") == [{"value": 12.35, "expert": "ALFRED", "count": 15}]


def test_edits_and_messages_never_meet_the_measurements(image_dir: Path) -> None:
    made = Stewarded(image_dir, every=0.0)
    attempts: list[Ended] = []
    made.image.timekeepers.append(attempts.append)
    try:
        done = threading.Event()

        def note() -> None:
            value = 0
            while not done.is_set():
                value += 1
                made.recorder.note("psm_cycle_durations", value, states={"IDLE": value})
                made.recorder.flush(WAIT)

        writers = [threading.Thread(target=note) for _ in range(3)]
        for writer in writers:
            writer.start()

        def count_up(world: World) -> Any:
            # It reads what is being written, and writes next to it.
            holder = world.resolve(METRICS)
            metrics.percentile(holder, "psm_cycle_durations")
            return None, [put_slot(world, holder, "window_hours", holder.window_hours + 1)], "Count"

        for _edit in range(60):
            made.committer.submit(count_up, "person").result(WAIT)
        done.set()
        for writer in writers:
            writer.join()
        written = [attempt for attempt in attempts if attempt.who == recorder_module.WHO]
        assert len(written) > 20
        assert [attempt for attempt in attempts if attempt.committed is None] == []
        assert made.image.read(lambda world: world.resolve(METRICS).window_hours) == 84
    finally:
        made.close()


def test_commits_are_timed_and_a_conflict_is_an_abort(stewarded: Stewarded) -> None:
    stewarded.set("window_hours", 12)
    with stewarded.image.session() as first:
        holder = first.begin().resolve(METRICS)
        holder.window_hours = 13
        stewarded.set("window_hours", 14)
        with pytest.raises(Exception, match="conflict"):
            first.commit("mission 7", "Late")
    assert stewarded.ask(metrics.total_by, "transaction_aborts", "who") == {"person": 0, "mission": 1}
    assert stewarded.ask(metrics.ratio, "transaction_aborts") == pytest.approx(1 / 3)
    assert sum(entry.get("count", 1) for entry in stewarded.entries("commit_times")) == 2
    assert all(entry["value"] > 0 for entry in stewarded.entries("commit_times"))


class FullDisk:
    """A file that takes nothing more."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_full_disk_costs_measurements_beyond_a_bound_and_says_how_many(
    stewarded: Stewarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "MOST_WAITING", 20)
    storage = stewarded.image.storage
    file, storage._file = storage._file, FullDisk(storage._file)
    with capture_logs() as lines:
        for value in range(50):
            stewarded.recorder.note("lora_swap_latencies", value, expert="BRICK")
        assert not stewarded.recorder.flush(WAIT)
        storage._file = file
        stewarded.recorder.note("lora_swap_latencies", 50, expert="BRICK")
        assert stewarded.recorder.flush(WAIT)
    assert stewarded.recorder.dropped == 31
    kept = sorted(entry["value"] for entry in stewarded.entries("lora_swap_latencies"))
    assert kept == list(range(31, 51)), "the oldest are given up"
    told = {line["event"]: line for line in lines if line["event"].startswith("metrics_")}
    assert "disk is full" in told["metrics_not_kept"]["problem"]
    assert told["metrics_kept_again"]["dropped"] == 31


def test_a_clean_end_loses_nothing_and_the_next_start_has_it(image_dir: Path) -> None:
    made = Stewarded(image_dir)
    made.recorder.note("ingest_rates", 250.0, kind="text")
    made.close()
    again = Stewarded(image_dir)
    try:
        assert again.entries("ingest_rates") == [{"value": 250.0, "kind": "text"}]
    finally:
        again.close()


def test_a_killed_process_leaves_what_was_written(image_dir: Path) -> None:
    Stewarded(image_dir).close()
    script = f"""
import sys
from pathlib import Path
from uvm_core.image.image import Image
from uvm_core.steward.recorder import Recorder
import structlog
structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))
image = Image(Path({str(image_dir)!r}))
recorder = Recorder(image)
recorder.start()
recorder.note("lora_swap_latencies", 1500, expert="ROBIN")
recorder.flush()
print("written", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        os.kill(process.pid, signal.SIGKILL)
    made = Stewarded(image_dir)
    try:
        assert made.ask(metrics.mean_by, "lora_swap_latencies", "expert") == {"ROBIN": 1500}
    finally:
        made.close()


def test_old_entries_age_out_a_few_at_a_time(stewarded: Stewarded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "PRUNED_AT_ONCE", 3)
    old = time.time_ns() // 1000 - 9 * 24 * metrics.HOUR
    young = time.time_ns() // 1000 - 7 * 24 * metrics.HOUR

    def begin(world: World) -> None:
        for at in (*range(old, old + 5), young):
            metrics.record(world.resolve(METRICS), "lora_swap_latencies", 1, at=at, expert="BRICK")

    stewarded.image.transact(begin, "test", "Old")

    def keys() -> list[int]:
        return stewarded.image.read(
            lambda world: list(metrics.tree_of(world.resolve(METRICS), "lora_swap_latencies").keys())
        )

    for left in (2, 0, 0):
        stewarded.recorder.note("lora_swap_latencies", 2, expert="BRICK")
        stewarded.recorder.flush(WAIT)
        assert sum(key < young for key in keys()) == left
    assert young in keys()


def test_an_indicator_that_a_person_took_out_is_not_measured_and_the_others_are(stewarded: Stewarded) -> None:
    stewarded.unset("ingest_rates", METRICS)
    stewarded.recorder.note("ingest_rates", 3, kind="text")
    stewarded.recorder.note("lora_swap_latencies", 7, expert="BRICK")
    assert stewarded.entries("lora_swap_latencies") == [{"value": 7, "expert": "BRICK"}]


def test_labels_are_bounded_and_what_is_no_number_is_no_measurement(stewarded: Stewarded) -> None:
    stewarded.recorder.note("lora_swap_latencies", float("nan"), expert="BRICK")
    stewarded.recorder.note("lora_swap_latencies", 1, expert="x" * 1000, more=[1, 2])
    assert stewarded.entries("lora_swap_latencies") == [{"value": 1, "expert": "x" * 64, "more": "[1, 2]"}]
    with pytest.raises(ValueError, match="no indicator 'weather'"):
        stewarded.recorder.note("weather", 1)


def test_a_recorder_that_was_never_started_keeps_nothing_back(stewarded: Stewarded) -> None:
    idle = Recorder(stewarded.image)
    assert idle.flush()
    idle.note("ingest_rates", 1)
    assert not idle.flush()
    idle.close()
