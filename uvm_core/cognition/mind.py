"""The model of an image: what woke or wakes, how it is changed while it answers, and what state it is in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from ..image.errors import ImageError, Refused
from ..image.image import Image
from .bringing import Bringing, Brought, Makers
from .choosing import Choice, choice_of, first_choices, stand_in_words
from .engines.engine import Cancelled, Engine, EngineUnavailable
from .engines.scripted_engine import ScriptedEngine
from .engines.shelf import OnSwap
from .listing import AWAKE, model_rows
from .model_thread import Job, ModelThread, OnJob, Work
from .models.adapters import FOR_ANOTHER
from .models.catalogue import DEFAULT
from .models.chosen import chosen_model, mark_chosen, unstage
from .models.incarnation import Roster, known_experts
from .room import available_megabytes, fitting, give_back, too_little

log = structlog.get_logger("mind")

NO_MODEL = "This UVM was started without a model (--no-model)."
NOTHING_HERE = f"No model is on this machine: `batos model get` fetches {DEFAULT}. Missions wait until then."
CLOSING_SECONDS = 3.0
ENDED = (*AWAKE, "none", "missing", "failed")
"""States in which no model is on its way."""


@dataclass(frozen=True)
class MindOptions:
    """Which model: none; a script (scripted:FILE); what --model names; else the image's, else the usual one.

    adapters: the folders in which new experts are looked for, instead of the usual ones.
    """

    no_model: bool = False
    script: Path | None = None
    model: str | None = None
    adapters: tuple[Path, ...] | None = None


class Mind:
    """The model thread and everything that gets an engine into it.

    on_swap(expert, milliseconds) hears of every swap of experts, on_job of every job that ran; both in the model
    thread. available: MB of memory that could still be taken, or None where nobody knows.
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
        makers: Makers | None = None,
        available: Callable[[], float | None] = available_megabytes,
    ) -> None:
        self._image = image
        self._options = options
        self._on_state = on_state
        self._publish = publish
        self._makers = makers or Makers()
        self._available = available
        self._swap_heard = on_swap
        self._roster = Roster()
        self._thread = ModelThread(on_job=on_job)
        self._lock = threading.Lock()
        self._state = "asleep"
        self._words = ""
        self._share: float | None = None
        self._choice: Choice | None = None
        self._model_id = ""
        self._change: dict[str, Any] | None = None
        self._note = ""
        self._waking = False
        self._used = False
        self._closed = threading.Event()
        self._bringer: threading.Thread | None = None
        self._bringing: Bringing | None = None

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
        """What a person should know, each in a sentence: which model stands in for which, the experts refused."""
        # One that is for another model is nothing to tell of: the list of models shows it.
        rows = self._expert_rows()
        refused = [row for row in rows if row["problem"] and not row["problem"].startswith(FOR_ANOTHER)]
        with self._lock:
            choice, said = self._choice, [self._note] if self._note else []
        standing_in = stand_in_words(choice) if choice is not None else None
        return [*said, *([standing_in] if standing_in else [])] + [
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
        """{"id", "state", "words", "share", "change", …}: none, missing, converting, storing, waking, awake, scripted
        or failed. change: {"id", "state", "words", "share"} of a model that is to follow while this one answers, or did
        not: failed, cancelled."""
        with self._lock:
            change = dict(self._change) if self._change else None
            row: dict[str, Any] = {
                "id": self._model_id,
                "state": self._state,
                "words": self._words or (change or {}).get("words", ""),
                "share": (change or {}).get("share") if self._state in AWAKE else self._share,
                "change": change,
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
            self._waking, self._used = True, False
        self._begin(self._bring_first)

    def use(self, text: str, *, remote: bool = False) -> dict[str, Any]:
        """Begin to change to another model, which the one that is awake outlives until the other is; the description.

        Nothing is fetched. Errors: Refused where it is not known, not on this machine, does not fit into the memory,
        or another change is under way.
        """
        try:
            choice = choice_of(text, remote=remote)
            choice.check()
            if choice.kind == "server":
                # Asks nobody yet, and refuses an address that cannot be used or was not allowed before it is kept.
                self._makers.server(choice.name, remote)
        except EngineUnavailable as problem:
            raise Refused("not_here", str(problem)) from None
        if self._options.no_model:
            raise Refused("no_model", NO_MODEL)
        if self._is_there(choice):
            return self.describe()
        needed, available = choice.memory(), self._available()
        narrow = too_little(choice.name, needed, available)
        if narrow is not None:
            raise Refused("no_room", narrow, needed=round(needed), available=round(available or 0))
        words = f"{choice.name} is being made ready." + (fitting(needed, available) if needed else "")
        with self._lock:
            self._may_change()
            self._note = ""
            if self._state in AWAKE:
                self._change = {"id": choice.name, "state": "preparing", "words": words, "share": None}
            else:
                self._change, self._model_id = None, choice.name
                self._state, self._words, self._share = "converting", words, None
            self._waking, self._used = True, True
        row = self.describe()
        self._publish({"event": "status", "model": row})
        self._begin(lambda: self._bring(choice))
        return row

    def cancel(self) -> dict[str, Any]:
        """End a change that is under way; the description. Errors: Refused where there is none."""
        with self._lock:
            bringing = self._bringing if self._waking else None
        if bringing is None:
            raise Refused("no_change", "No change of the model is under way.")
        bringing.cancel()
        return self.describe()

    @property
    def busy(self) -> bool:
        """Whether a change that somebody asked for is under way."""
        with self._lock:
            return self._waking and self._used

    def models(self) -> list[dict[str, Any]]:
        """The rows of `batos model list`; see listing."""
        return model_rows(self.describe(), chosen_model(self._image).model_id)

    def close(self) -> None:
        """Stop what the model does, and its conversion if that is under way."""
        self._closed.set()
        with self._lock:
            bringing = self._bringing
        if bringing is not None:
            bringing.cancel()
        self._thread.close()
        if self._bringer is not None:
            # It may be reading or writing the image, which is closed after this.
            self._bringer.join(CLOSING_SECONDS)

    def _is_there(self, choice: Choice) -> bool:
        """Whether a choice is awake already; that a person wants it is kept."""
        with self._lock:
            now = self._choice
            if self._waking or now is None or self._state not in AWAKE:
                return False
            if (now.name, now.remote) != (choice.name, choice.remote):
                return False
            self._choice, self._change = choice, None
        if not now.by_person:
            mark_chosen(self._image)
        return True

    def _may_change(self) -> None:
        if self._closed.is_set():
            raise Refused("stopping", "The UVM is closing its image.")
        if self._waking:
            coming = (self._change or {}).get("id") or self._model_id or "A model"
            raise Refused("busy", f"{coming} is on its way; wait until it is awake, or end that: `batos model cancel`.")

    def _begin(self, work: Callable[[], None]) -> None:
        """Run `work` in a bringing thread; whoever calls has set that a model is on its way."""
        bringer = threading.Thread(target=self._guarded, args=(work,), name="mind", daemon=True)
        self._bringer = bringer
        bringer.start()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Cancelled:
            self._not_brought("cancelled", "It was cancelled.")
        except (EngineUnavailable, ImageError, Refused, OSError) as problem:
            self._not_brought("failed", str(problem))
        except Exception as problem:
            log.exception("model_not_brought")
            self._not_brought("failed", f"It could not be woken: {problem}")
        finally:
            with self._lock:
                # Whoever heard of the end may have begun anew meanwhile.
                if self._bringer is threading.current_thread():
                    self._waking, self._bringing = False, None

    def _not_brought(self, state: str, problem: str) -> None:
        """Say that a model did not come, and that the one before stays where there is one."""
        if self._closed.is_set():
            return
        log.warning("model_unavailable", state=state, problem=problem)
        with self._lock:
            change = self._change
            if change is not None:
                words = f"{change['id']} is not used: {problem} {self._model_id} stays."
                self._change = {"id": change["id"], "state": state, "words": words, "share": None}
                self._waking, self._bringing = False, None
        if change is not None:
            self._publish({"event": "status", "model": self.describe()})
            return
        self._set("failed", problem)
        # Whoever waits for the model hears of it.
        self._thread.refuse_queued(EngineUnavailable(problem))

    def _bring_first(self) -> None:
        """The model of a start: of the options, of the image, or the usual one."""
        options = self._options
        with self._lock:
            self._roster = known_experts(self._image)
        if options.no_model:
            self._set("none", NO_MODEL)
            return
        if options.script is not None:
            engine = ScriptedEngine(options.script)
            name = f"scripted:{options.script.name}"
            self._hand_over(Brought(Choice(name, "files"), engine, self._roster), "scripted")
            return
        # Of a change that the end of the last UVM cut short.
        unstage(self._image)
        choices = first_choices(options.model, chosen_model(self._image))
        if not choices:
            self._set("missing", NOTHING_HERE)
        for number, choice in enumerate(choices, 1):
            try:
                self._bring(choice)
                return
            except (EngineUnavailable, OSError) as problem:
                if number == len(choices):
                    raise
                log.warning("model_unavailable", model=choice.name, problem=str(problem))
                with self._lock:
                    self._note = f"{choice.name} could not be woken, so another stands in: {problem}"

    def _bring(self, choice: Choice) -> None:
        """Have a model awake and the image's own, or leave everything as it was."""
        with self._lock:
            if self._change is None:
                self._model_id = choice.name
        bringing = Bringing(self._image, choice, self._progress, self._makers, self._options.adapters, self._swapped)
        with self._lock:
            self._bringing = bringing
        if self._closed.is_set():
            bringing.cancel()
        try:
            brought = bringing.run()
            bringing.adopt()
        except BaseException:
            bringing.undo()
            raise
        self._hand_over(brought, "awake")

    def _progress(self, state: str, words: str, share: float | None) -> None:
        with self._lock:
            live = self._change is not None
            if self._change is not None:
                self._change = {**self._change, "state": state, "words": words, "share": share}
        if live:
            self._publish({"event": "status", "model": self.describe()})
        else:
            self._set(state, words, share)

    def _hand_over(self, brought: Brought, state: str) -> None:
        """Give the engine to the model thread, which takes it between two jobs, and free the one before."""
        taken = threading.Event()
        engine = brought.engine
        with self._lock:
            live = self._change is not None
        if live:
            words = f"{brought.choice.name} is awake and takes over as soon as what the model does now has ended."
            self._progress("waiting", words, None)

        def take() -> Engine:
            taken.set()
            return engine

        self._thread.wake(take)
        while not taken.wait(0.1):
            if self._closed.is_set():
                return
        with self._lock:
            self._choice, self._roster = brought.choice, brought.roster
            self._model_id, self._change = brought.choice.name, None
            self._waking, self._bringing = False, None
        self._set(state, "")
        # What refers to itself in the engine before would hold its memory until some later time.
        give_back()

    def _set(self, state: str, words: str, share: float | None = None) -> None:
        with self._lock:
            changed = state != self._state
            self._state, self._words, self._share = state, words, share
            if state in ENDED:
                # Whoever hears that it has ended may begin the next at once.
                self._waking, self._bringing = False, None
        if changed:
            log.info("model_state", state=state, words=words)
        if changed:
            self._on_state(self.problem())
        # Told last: whoever hears of it finds the missions on their way.
        self._publish({"event": "status", "model": self.describe()})
