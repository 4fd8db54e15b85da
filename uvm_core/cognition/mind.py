"""The model of an image: its files brought in as blobs, woken from them in the background, and what state it is in."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from ..image.errors import ImageError, Refused
from ..image.image import Image
from .engines.engine import Engine, EngineUnavailable
from .engines.scripted_engine import ScriptedEngine
from .engines.shelf import OnSwap
from .model_thread import Job, ModelThread, OnJob, Work
from .models.blobs import blob_fault, store_model, stored_model
from .models.experts import staging_folders
from .models.incarnation import Roster, incarnate, known_experts
from .models.packaged import ConvertedModel, converted_model, local_model, packaged_available

log = structlog.get_logger("mind")

NO_MODEL = "This UVM was started without a model (--no-model)."
NOT_INSTALLED = "The packaged model is not installed: `batos model get` fetches it. Missions wait until then."
CLOSING_SECONDS = 3.0
AWAKE = ("awake", "scripted")


@dataclass(frozen=True)
class MindOptions:
    """Which model: none; a script (scripted:FILE); a folder or id given by --model; else the packaged one.

    adapters: the folders in which new experts are looked for, instead of the usual ones.
    """

    no_model: bool = False
    script: Path | None = None
    model: str | None = None
    adapters: tuple[Path, ...] | None = None


class Mind:
    """The model thread and everything that gets an engine into it.

    on_swap(expert, milliseconds) hears of every swap of experts, on_job of every job that ran; both in the model
    thread.
    """

    def __init__(
        self,
        image: Image,
        options: MindOptions,
        on_state: Callable[[str | None], None],
        publish: Callable[[dict[str, Any]], None],
        *,
        on_swap: OnSwap | None = None,
        on_job: OnJob | None = None,
    ) -> None:
        self._image = image
        self._options = options
        self._on_state = on_state
        self._publish = publish
        self._swap_heard = on_swap
        self._roster = Roster()
        self._thread = ModelThread(on_job=on_job)
        self._lock = threading.Lock()
        self._state = "asleep"
        self._words = ""
        self._share: float | None = None
        self._model_id = ""
        self._waking = False
        self._closed = threading.Event()
        self._bringer: threading.Thread | None = None
        self._converter: subprocess.Popen[str] | None = None

    # --- for whoever asks the model -----------------------------------------------------------------------------

    def submit(self, work: Work, *, words: str = "", yields: bool = False) -> Job:
        """Queue work(engine, cancel) for the model thread; see Job."""
        with self._lock:
            if self._state in ("none", "missing", "failed"):
                raise EngineUnavailable(self._words)
        return self._thread.submit(work, label=words, yields=yields)

    def stop(self, job: Job) -> None:
        """Stop a job, queued or running, within 300 ms."""
        self._thread.stop(job)

    def activate(self, expert: str) -> str:
        """Make an expert hot, in the model's turn, which this waits for: "hot", or "bare" where the image has no such
        adapter. Errors: EngineUnavailable without a model, Cancelled when it is stopped."""
        name = expert.upper()
        with self._lock:
            known = any(row["name"] == name for row in self._roster.rows)
            if not known and self._state not in ("asleep", "converting", "storing", "waking"):
                return "bare"
        job = self.submit(lambda engine, _cancel: engine.activate(name), words=f"activate {name}")
        if not job.future.result():
            return "bare"
        log.info("expert_active", expert=name, adapter="hot")
        return "hot"

    def expert_state(self, expert: str) -> str:
        """How an expert is there, at once: "cold", "warm" or "hot", or "bare" where the bare model answers for it."""
        name = expert.upper()
        states = [row["state"] for row in self.describe()["experts"] if row["name"] == name]
        return states[0] if states and states[0] != "refused" else "bare"

    def notes(self) -> list[str]:
        """What a person should know: the experts that were refused, each in a sentence."""
        refused = [row for row in self._expert_rows() if row["problem"]]
        return [
            f"The expert {row['name']} is not used. {row['problem']}"
            if row["state"] == "refused"
            else f"A new {row['name']} was refused, the one before it is kept. {row['problem']}"
            for row in refused
        ]

    def problem(self) -> str | None:
        """Why nothing can be asked now, in a sentence; None when the model is awake."""
        with self._lock:
            if self._state in AWAKE:
                return None
            return self._words or f"The model is {self._state}."

    def describe(self) -> dict[str, Any]:
        """{"id", "state", "words", …}: none, missing, converting, storing, waking, awake, scripted or failed."""
        with self._lock:
            row: dict[str, Any] = {
                "id": self._model_id,
                "state": self._state,
                "words": self._words,
                "share": self._share,
            }
        if row["state"] in AWAKE:
            known = self._thread.describe()
            row |= {key: known[key] for key in ("device", "dtype", "engine", "queued", "running") if key in known}
            rates = [timing.tokens_per_second for timing in self._thread.timings() if timing.tokens]
            row["tokens_per_second"] = round(sum(rates[-5:]) / len(rates[-5:]), 1) if rates else None
        row["experts"] = self._expert_rows()
        return row

    def _expert_rows(self) -> list[dict[str, Any]]:
        """{name, state (cold, warm, hot, refused), sha256, size, swaps, mean_ms, problem} of each expert."""
        with self._lock:
            roster, awake = self._roster, self._state in AWAKE
        working = {row["name"]: row for row in self._thread.describe().get("experts", ())} if awake else {}
        usable = {adapter.name for adapter in roster.adapters}
        rows = []
        for known in roster.rows:
            state = "refused" if known["problem"] and known["name"] not in usable else "cold"
            rows.append({"state": state, "swaps": 0, "mean_ms": None, **known, **working.get(known["name"], {})})
        return rows

    def _swapped(self, expert: str, milliseconds: float) -> None:
        log.info("expert_swapped", expert=expert, ms=round(milliseconds, 3))
        if self._swap_heard is not None:
            self._swap_heard(expert, milliseconds)
        self._publish({"event": "status", "model": self.describe()})

    # --- waking -----------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Begin to wake the model in the background, if it is neither awake nor on its way."""
        with self._lock:
            if self._waking or self._state in AWAKE or self._closed.is_set():
                return
            self._waking = True
            self._bringer = threading.Thread(target=self._bring, name="mind", daemon=True)
            self._bringer.start()

    def close(self) -> None:
        """Stop what the model does, and its conversion if that is under way."""
        self._closed.set()
        with self._lock:
            converter = self._converter
        if converter is not None and converter.poll() is None:
            converter.terminate()
        self._thread.close()
        if self._bringer is not None:
            # It may be reading or writing the image, which is closed after this.
            self._bringer.join(CLOSING_SECONDS)

    def _bring(self) -> None:
        try:
            self._bring_engine()
        except (EngineUnavailable, ImageError, Refused, OSError) as problem:
            if not self._closed.is_set():
                log.warning("model_unavailable", problem=str(problem))
                self._set("failed", str(problem))
        finally:
            with self._lock:
                self._waking = False

    def _bring_engine(self) -> None:
        options = self._options
        with self._lock:
            self._roster = known_experts(self._image)
        if options.no_model:
            self._set("none", NO_MODEL)
            return
        if options.script is not None:
            path = options.script
            self._install(lambda: ScriptedEngine(path), f"scripted:{path.name}", "scripted")
            return
        model_id, paths, manifest = stored_model(self._image)
        wanted = options.model
        if manifest and wanted in (None, model_id):
            self._set("waking", f"{model_id} is waking.")
            fault = blob_fault(paths, manifest)
            if fault is None:
                self._wake_from(model_id, paths, manifest)
                return
            log.warning("model_blobs_damaged", problem=fault)
            self._set("storing", f"{fault} It is brought in again.")
        if wanted is None and not packaged_available():
            self._set("missing", NOT_INSTALLED)
            return
        found = local_model(wanted) if wanted else self._converted()
        self._set("storing", "The model's files are being put into the image.", 0.0)
        store_model(self._image, found.files, found.manifest, found.model_id, self._stored)
        model_id, paths, manifest = stored_model(self._image)
        self._wake_from(model_id, paths, manifest)

    def _stored(self, share: float) -> None:
        if self._closed.is_set():
            raise EngineUnavailable("The UVM is closing.")
        self._set("storing", "The model's files are being put into the image.", share)

    def _converted(self) -> ConvertedModel:
        """The user's copy of the packaged model, made in a process of its own if there is none yet."""
        self._set("converting", "The packaged model is being prepared, once for this user.", 0.0)
        command = [sys.executable, "-m", "uvm_core.cognition.models.convert"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            with self._lock:
                self._converter = process
            problem = "The packaged model could not be prepared: the process that does it ended early."
            assert process.stdout is not None
            for line in process.stdout:
                row = json.loads(line)
                if "problem" in row:
                    problem = row["problem"]
                elif "stage" in row:
                    self._set("converting", row["stage"], row["share"])
            if process.wait() != 0:
                raise EngineUnavailable(problem)
        return converted_model()

    def _wake_from(self, model_id: str, paths: dict[str, Path], manifest: list[dict[str, Any]]) -> None:
        from .engines.transformers_engine import TransformersEngine

        self._set("waking", f"{model_id} is waking.")
        folders = self._options.adapters
        roster = incarnate(self._image, staging_folders() if folders is None else folders, paths, manifest)
        with self._lock:
            self._roster = roster

        def make() -> TransformersEngine:
            return TransformersEngine(paths, model_id, adapters=roster.adapters, on_swap=self._swapped)

        self._install(make, model_id, "awake")

    def _install(self, make: Callable[[], Engine], model_id: str, state: str) -> None:
        """Have the model thread make the engine, and wait until it has."""
        done = threading.Event()
        fault: list[Exception] = []

        def make_and_tell() -> Engine:
            try:
                return make()
            except Exception as problem:
                fault.append(problem)
                raise
            finally:
                done.set()

        self._thread.wake(make_and_tell)
        while not done.wait(0.5):
            if self._closed.is_set():
                return
        if fault:
            raise EngineUnavailable(str(fault[0])) from fault[0]
        with self._lock:
            self._model_id = model_id
        self._set(state, "")

    def _set(self, state: str, words: str, share: float | None = None) -> None:
        with self._lock:
            changed = state != self._state
            self._state, self._words, self._share = state, words, share
        if changed:
            log.info("model_state", state=state, words=words)
        if changed:
            self._on_state(self.problem())
        # Told last: whoever hears of it finds the missions on their way.
        self._publish({"event": "status", "model": self.describe()})
