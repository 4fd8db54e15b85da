"""What methods of a live message reach of the system: the model, missions, personas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from .cognition.asking.authoring import TextAnswer, ask_facet
from .cognition.engines.engine import Ask, Cancelled, Completion, EngineUnavailable
from .cognition.mind import Mind
from .cycles.missions import MissionBook, brief_of
from .cycles.run import facet_settings
from .image.errors import Refused
from .image.image import Session
from .image.watchdog import Watchdog
from .image.world import World
from .memory.mirror import Mirror
from .memory.service import Memory
from .objects import SendError, SlotHolder

MAX_PROMPT = 20_000
MAX_TOKENS = 1024


class LiveServices:
    """The services of one live message; made anew for each, on its own session."""

    def __init__(
        self,
        session: Session,
        mind: Mind,
        watchdog: Watchdog,
        book: MissionBook,
        begin: Callable[[int], None],
        memory: Memory,
    ) -> None:
        self._session = session
        self._mind = mind
        self._watchdog = watchdog
        self._book = book
        self._begin = begin
        self._memory = memory

    def infer(self, prompt: str, *, expert: str | None, max_tokens: int, temperature: float, top_p: float) -> str:
        """The model's answer to a prompt. The time for it does not count against the message."""
        if len(prompt) > MAX_PROMPT:
            raise SendError(f"A prompt has at most {MAX_PROMPT:,} characters.")

        def work(engine: Any, cancel: Any) -> Completion:
            ask = Ask(
                [{"role": "user", "content": prompt}],
                expert=expert,
                max_tokens=max(1, min(max_tokens, MAX_TOKENS)),
                temperature=temperature,
                top_p=top_p,
                task="text",
            )
            completion: Completion = engine.generate(ask, cancel=cancel)
            return completion

        text: str = self._wait(work, "infer_").text
        return text

    def ask_facet(self, persona: SlotHolder, facet: str, query: str) -> str:
        """A persona's answer to one question, asked by hand."""
        offer, settings = facet_settings(World(self._session.connection), persona, facet)
        brief = {"selector": "", "wish": "", "question": query}

        def work(engine: Any, cancel: Any) -> TextAnswer:
            return ask_facet(engine, offer, query, brief, cancel=cancel, **settings)

        text: str = self._wait(work, f"{offer.persona} {facet}").text
        return text

    def activate_expert(self, name: str) -> bool:
        """Make an expert hot when it is the model's turn; whether there is an adapter of that name. The time for it
        does not count against the message."""
        with self._watchdog.paused():
            try:
                return self._mind.activate(name) == "hot"
            except (EngineUnavailable, Cancelled) as problem:
                raise Refused("no_model", str(problem)) from problem

    def embed(self, texts: Sequence[str]) -> Any:
        """Unit vectors of texts, or None where nothing can embed. Its time does not count against the message."""
        with self._watchdog.paused():
            return self._memory.embed(texts)

    def mirror(self) -> Mirror:
        """The copy of the catalogue's vectors and words in RAM."""
        return self._memory.mirror

    def unhurried(self) -> AbstractContextManager[None]:
        """A block whose time does not count against the message: a kernel's own work of bounded length."""
        return self._watchdog.paused()

    def start_cycle(self, brief: dict[str, Any], target: Any) -> int:
        """File a mission in a transaction of its own."""
        if isinstance(target, SlotHolder):
            target = World(self._session.connection).id_of(target)
        filed = self._book.file(brief_of(brief, target, "person"))
        if not filed.joined:
            self._begin(filed.number)
        return filed.number

    def active_cycles(self) -> list[SlotHolder]:
        """The objects of the cycles that are not ended."""
        world = World(self._session.connection)
        return [mission.cycle for mission in world.record.open_missions.values()]

    def process_state(self, _cycle: SlotHolder, state: str) -> Any:
        """Only a running cycle does what a state does."""
        raise SendError(f"{state} is done by a running cycle, not by a message.")

    def _wait(self, work: Callable[[Any, Any], Any], words: str) -> Any:
        with self._watchdog.paused():
            try:
                return self._mind.submit(work, words=words).future.result()
            except (EngineUnavailable, Cancelled) as problem:
                raise Refused("no_model", str(problem)) from problem
