"""One running cycle: its own connection, its states reached by delegation, its slot writes in a journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from .. import logs
from ..cognition.asking.authoring import FacetOffer, Record, TextAnswer, ask_facet
from ..cognition.mind import Mind
from ..cognition.model_thread import Job
from ..image.errors import Refused
from ..image.image import Image, Session
from ..image.world import World
from ..objects import SendError, SlotHolder, Surroundings, Transcript, UvmObject, own_slots, running, send
from .control import Control
from .ghost import GhostMaker
from .missions import mission_of
from .proposing import Trials
from .recalling import Evidence, Recall
from .records import ARTIFACTS, QUESTION, SELF_AUDIT, UNHURRIED, Mission
from .tuning import Tuning

Result = TypeVar("Result")
TEXT_EVERY = 0.1

log = structlog.get_logger("cycle")


@dataclass(frozen=True)
class Workshop:
    """What every cycle works with."""

    image: Image
    mind: Mind
    trials: Trials
    primitives: Mapping[str, Callable[..., Any]]
    publish: Callable[[dict[str, Any]], None]
    # What each state does, by name: the behaviours sit in a file above this one.
    behaviours: Mapping[str, Callable[[CycleRun], None]]
    # The memory's passages for a text; where a measurement goes; the steward's audit and the changes it can think of.
    recall: Recall
    note: Callable[..., None]
    audit: Callable[[], list[dict[str, Any]]]
    tuning: Tuning


@dataclass
class Outcome:
    """How a cycle's run ended. kind: held (a method), change (of a slot), answered, text or failed."""

    kind: str
    reason: str = ""
    content: Any = None


@dataclass
class CycleRun:
    """The services of a cycle while its states run, and the loop that runs them."""

    shop: Workshop
    number: int
    control: Control
    session: Session
    world: World
    mission: Mission
    # The mission's type: asked for when the cycle's connection is closed already.
    kind: str
    journal: list[tuple[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    refused_rules: list[str] = field(default_factory=list)
    outcome: Outcome | None = None
    evidence: Evidence = field(init=False)

    def __post_init__(self) -> None:
        self.evidence = Evidence(self.shop.recall)

    @classmethod
    def begin(cls, shop: Workshop, number: int, control: Control, session: Session) -> CycleRun:
        """A snapshot of the image, and the mission in it."""
        world = session.begin()
        mission = mission_of(world, number)
        return cls(shop, number, control, session, world, mission, mission.kind)

    @property
    def cycle(self) -> UvmObject:
        """The cycle's object."""
        return self.mission.cycle

    @property
    def data(self) -> dict[str, Any]:
        """What the cycle keeps for itself while it runs."""
        found: dict[str, Any] = own_slots(self.cycle)["_tmp_synthesis_data"]
        return found

    def go(self) -> Outcome:
        """Send `_process_synthesis_` until the cycle is held or ended. Stopped when the person says so."""
        cycle = self.world.id_of(self.cycle)
        surroundings = Surroundings(self.shop.primitives, Transcript(), self)
        with logs.bound(cycle_oid=cycle), running(surroundings):
            log.info("cycle_started", mission=self.number, cycle_oid=cycle, attempt=self.mission.attempt)
            while self.outcome is None:
                self.control.gate()
                state, asked, started = str(self.cycle.name), len(self.jobs), time.monotonic()
                send(self.cycle, "_process_synthesis_")
                elapsed = time.monotonic() - started - _waited(self.jobs[asked:])
                self.seconds[state] = self.seconds.get(state, 0.0) + max(0.0, elapsed)
        return self.outcome

    # --- what states do -------------------------------------------------------------------------------------------

    def process_state(self, cycle: SlotHolder, state: str) -> None:
        """The primitive behind every state's `_process_synthesis_`."""
        if cycle is not self.cycle:
            raise SendError("A state works for the cycle that is running.")
        self.shop.behaviours[state](self)

    def write(self, slot: str, value: Any) -> None:
        """Write a slot of the cycle, and note it in the journal."""
        setattr(self.cycle, slot, value)
        self.journal.append((slot, value))

    def keep(self, **entries: Any) -> None:
        """Add to the cycle's own data."""
        self.write("_tmp_synthesis_data", {**self.data, **entries})

    def transition(self, to_state: str) -> None:
        """Point the cycle at another state, with a savepoint, and tell the world."""
        from_state = str(self.cycle.name)
        self.write("synthesis_state*", self.world.resolve(to_state))
        self.session.manager.savepoint()
        self.control.state = to_state
        cycle = self.world.id_of(self.cycle)
        log.info(
            "psm_transition",
            mission=self.number,
            cycle_oid=cycle,
            from_state=from_state,
            to_state=to_state,
        )
        self.shop.publish(
            {
                "event": "psm_transition",
                "mission": self.number,
                "cycle": cycle,
                "from_state": from_state,
                "to_state": to_state,
                "at": time.time(),
            }
        )

    def ask(self, words: str, work: Callable[[Any, Any, Callable[[str], None]], Result]) -> Result:
        """Have the model do something in its turn; its text streams to the world meanwhile."""
        return self.ask_later(words, work).result()

    def ask_later(self, words: str, work: Callable[[Any, Any, Callable[[str], None]], Result]) -> Future[Result]:
        """The same, without waiting: several sub-queries are queued together."""
        self.control.check()
        stream = self._stream(words)

        def job(engine: Any, cancel: Any) -> Result:
            spent: dict[str, Any] = {}
            try:
                result = work(engine, cancel, stream)
                record = getattr(result, "record", None)
                if record is not None:
                    spent = {"tokens": record.completion.tokens, "seconds": round(record.completion.seconds, 3)}
                return result
            finally:
                stream("", last=True, **spent)

        queued = self.shop.mind.submit(job, words=words, yields=self.kind in UNHURRIED)
        self.jobs.append(queued)
        self.control.on_stop(lambda: self.shop.mind.stop(queued))
        return queued.future

    def _stream(self, words: str) -> Callable[..., None]:
        """Publishes text in batches; the last of a job says what it took: `tokens` and `seconds`."""
        pieces: list[str] = []
        state, last_sent = str(self.cycle.name), [0.0]

        def stream(piece: str, *, last: bool = False, **spent: Any) -> None:
            pieces.append(piece)
            now = time.monotonic()
            if last or (any(pieces) and now - last_sent[0] >= TEXT_EVERY):
                last_sent[0] = now
                event = {"event": "text", "mission": self.number, "state": state, "persona": words}
                self.shop.publish({**event, "text": "".join(pieces), **spent})
                pieces.clear()

        return stream

    def note_step(self, record: Record, **more: Any) -> None:
        """Keep the exact prompt, answer and parameters of a step with what will be proposed."""
        self.steps.append({"state": str(self.cycle.name), **record.to_dict(), **more})

    # --- the receiver as plain data ---------------------------------------------------------------------------------

    def receiver_data(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """(own slots, inherited ones) of the receiver, as the prompt and the grammar take them."""
        ghost = GhostMaker(self.world, self.mission.receiver)
        own = ghost.slots()
        inherited: dict[str, Any] = {}
        for slots in ghost.parents():
            inherited.update({name: value for name, value in slots.items() if name not in inherited})
        return own, {name: value for name, value in inherited.items() if name not in own}

    def about(self) -> str:
        """What the mission is about, as one text to look for in the memory."""
        mission = self.mission
        return f"{mission.selector.replace('_', ' ')} {mission.wish}".strip()

    def passages(self, text: str) -> list[str]:
        """The memory's passages near to a text, which the current state is about to use."""
        return self.evidence.passages(text, str(self.cycle.name))

    @property
    def artifact_type(self) -> str:
        """What the cycle makes: new_method, text_response or slot_change."""
        return ARTIFACTS[self.kind]

    def brief(self) -> dict[str, Any]:
        """The mission as the prompts take it."""
        mission = self.mission
        question = mission.wish if mission.kind in (QUESTION, SELF_AUDIT) else ""
        wish = "" if question else mission.wish
        return {
            "selector": mission.selector,
            "wish": wish,
            "question": question,
            "arguments": dict(self.named_arguments()),
        }

    def named_arguments(self) -> dict[str, Any]:
        """The message's arguments under the names of the parameters that the method will have."""
        mission = self.mission
        ghost = GhostMaker(self.world, mission.receiver)
        values = [*mission.args, *mission.kwargs.values()]
        return {name: ghost.value(value) for name, value in zip(mission.parameters, values, strict=True)}

    def offers(self) -> list[FacetOffer]:
        """The facets that a plan may use, read off the persona objects."""
        return offers_of(self.world)

    # --- services that messages inside a cycle reach ---------------------------------------------------------------

    def ask_facet(self, persona: SlotHolder, facet: str, query: str) -> Any:
        """Queue one sub-query; the state that sent the message waits for all of them together."""
        offer, settings = facet_settings(self.world, persona, facet)
        brief, own = self.brief(), list(own_slots(self.mission.receiver))
        slots = [name for name in own if not name.endswith("*")]
        given = {"slots": slots, "passages": self.passages(query), **settings}

        def work(engine: Any, cancel: Any, stream: Callable[[str], None]) -> TextAnswer:
            return ask_facet(engine, offer, query, brief, on_text=stream, cancel=cancel, **given)

        return self.ask_later(f"{offer.persona} {facet}", work)

    def infer(self, _prompt: str, **_settings: Any) -> str:
        """The model's answer to a prompt, within a cycle."""
        raise SendError("A method does not ask the model while a cycle runs.")

    def activate_expert(self, name: str) -> bool:
        """Whether there is an adapter of that name."""
        return self.shop.mind.activate(name) != "bare"

    def start_cycle(self, _brief: dict[str, Any], _target: Any) -> int:
        """Cycles do not begin others."""
        raise SendError("A cycle cannot begin another one.")

    def active_cycles(self) -> list[SlotHolder]:
        """The objects of the cycles that are not ended."""
        return [mission.cycle for mission in self.world.record.open_missions.values()]


def _waited(jobs: list[Job]) -> float:
    """How long a state's jobs waited for the model's turn, the time in which the state's own others ran left out."""
    waited, until = 0.0, 0.0
    for job in jobs:
        begun = job.queued_at + (job.waited or 0.0)
        waited += max(0.0, begun - max(job.queued_at, until))
        until = begun + (job.ran or 0.0)
    return waited


def offers_of(world: World) -> list[FacetOffer]:
    """The facets that the image's personas have."""
    found = []
    for _number, candidate in world.all():
        slots = own_slots(candidate)
        label = world.name_of(candidate) or ""
        if "role" in slots and label.endswith("_prototype_obj"):
            persona = label.removesuffix("_prototype_obj").upper()
            found += [
                FacetOffer(persona, name, str(slots["role"]), str(slots.get(f"{name}asks", "")))
                for name in slots
                if name.endswith("_facet_")
            ]
    return found


def facet_settings(world: World, persona: SlotHolder, facet: str) -> tuple[FacetOffer, dict[str, Any]]:
    """How a persona is asked: its offer, and the settings that stand in its own slots, where a person edits them."""
    slots = own_slots(persona)
    label = world.name_of(persona) or ""
    offer = FacetOffer(label.removesuffix("_prototype_obj").upper(), facet, str(slots.get("role", "")))
    template = slots.get(f"{facet}prompt")
    if not isinstance(template, str):
        raise Refused("no_prompt", f"{label} has no {facet}prompt: the text with which it is asked.")
    settings = {
        "template": template,
        "temperature": float(slots.get("temperature", 0.4)),
        "max_tokens": int(slots.get("budget", 48)),
    }
    return offer, settings
