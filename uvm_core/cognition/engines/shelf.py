"""The experts of an engine: cold (files), warm (tensors in memory), hot (the one that answers)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from uvm_core.cognition.models.adapters import Adapter, AdapterRefused

State = Literal["cold", "warm", "hot"]
OnSwap = Callable[[str, float], None]
"""Told of every swap: the expert that is hot now, and the milliseconds it took."""

MOST_WARM = 8
"""Experts that are brought into memory before anybody asks for them."""

_log = structlog.get_logger("cognition")


@dataclass
class _Place:
    adapter: Adapter
    loaded: Any = None
    swaps: int = 0
    total_ms: float = 0.0


class ExpertShelf:
    """Every expert by its name in capitals. Used in the thread that generates; `rows` may be asked from any.

    `load` brings an adapter into memory and answers what `switch` then takes to make it the one that answers.
    """

    def __init__(
        self, load: Callable[[Adapter], Any], switch: Callable[[Any], None], on_swap: OnSwap | None = None
    ) -> None:
        self._load = load
        self._switch = switch
        self._on_swap = on_swap
        self._places: dict[str, _Place] = {}
        self._refused: dict[str, str] = {}
        self.hot: str | None = None

    def add(self, adapter: Adapter) -> None:
        """Put an adapter there, cold."""
        self._places[adapter.name.upper()] = _Place(adapter)

    def warm_up(self) -> None:
        """Bring the first experts into memory, so that no swap reads a file."""
        for name in list(self._places)[:MOST_WARM]:
            self.has(name)

    def has(self, name: str) -> bool:
        """Whether an expert can answer; one that is cold becomes warm. A damaged one is put away, with a warning."""
        place = self._places.get(name.upper())
        if place is None:
            return False
        if place.loaded is None:
            try:
                place.loaded = self._load(place.adapter)
            except (AdapterRefused, OSError, ValueError) as problem:
                del self._places[name.upper()]
                self._refused[name.upper()] = str(problem)
                _log.warning("expert_refused", expert=name.upper(), problem=str(problem))
                return False
        return True

    def activate(self, name: str) -> bool:
        """Make an expert hot; False when there is none of that name. A swap is measured from here, loading included."""
        started = time.perf_counter()
        name = name.upper()
        if name == self.hot:
            return True
        if not self.has(name):
            return False
        place = self._places[name]
        self._switch(place.loaded)
        self.hot = name
        taken = (time.perf_counter() - started) * 1000
        place.swaps += 1
        place.total_ms += taken
        if self._on_swap is not None:
            try:
                self._on_swap(name, taken)
            except Exception:  # noqa: BLE001 - whoever measures must not keep the expert from answering
                _log.exception("swap_not_measured", expert=name)
        return True

    def loaded(self, name: str) -> Any:
        """What `load` answered for an expert that is in memory."""
        return self._places[name.upper()].loaded

    def mark(self, name: str) -> str:
        """A name for what this expert has read: another adapter under the same name has another."""
        return f"{name.upper()}:{self._places[name.upper()].adapter.sha256}"

    def rows(self) -> list[dict[str, Any]]:
        """{name, state, sha256, swaps, mean_ms} of each, in the order in which they were added; what was put away
        has the state refused and a `problem`."""
        found: list[dict[str, Any]] = []
        for name, place in list(self._places.items()):
            state: State = "hot" if name == self.hot else "cold" if place.loaded is None else "warm"
            mean = round(place.total_ms / place.swaps, 3) if place.swaps else None
            row = {"name": name, "state": state, "sha256": place.adapter.sha256}
            found.append({**row, "swaps": place.swaps, "mean_ms": mean})
        for name, problem in list(self._refused.items()):
            found.append({"name": name, "state": "refused", "problem": problem})
        return found
