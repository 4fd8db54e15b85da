"""What kernel primitives need of the running system; the UVM supplies it, a bare image has none of it."""

from __future__ import annotations

from typing import Any, Protocol

from ..objects import SendError, SlotHolder, surroundings


class Services(Protocol):
    """The system as primitives see it. Every method raises an error with a sentence where it cannot serve."""

    def infer(self, prompt: str, *, expert: str | None, max_tokens: int, temperature: float, top_p: float) -> str:
        """The model's answer to a prompt; waits for its turn."""

    def activate_expert(self, name: str) -> bool:
        """Make an expert hot; False when the image has no such expert."""

    def ask_facet(self, persona: SlotHolder, facet: str, query: str) -> str:
        """A persona's answer to one sub-query."""

    def start_cycle(self, brief: dict[str, Any], target: Any) -> int:
        """File a mission; its number."""

    def active_cycles(self) -> list[SlotHolder]:
        """The objects of the cycles that are not ended."""

    def process_state(self, cycle: SlotHolder, state: str) -> Any:
        """Do what a state does for a cycle."""


def services() -> Services:
    """The services of the running system; SendError where methods run without one (a ghost, a bare image)."""
    inside = surroundings()
    if inside is None or inside.services is None:
        raise SendError("This message needs the running system (its model, its missions), which is not to be had here.")
    found: Services = inside.services
    return found
