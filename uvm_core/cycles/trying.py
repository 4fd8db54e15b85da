"""Running methods on the ghost of a mission's receiver: what the runs need, as plain data, read off the image once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..cognition.asking.requests import MethodRequest
from ..image.world import World
from .edge_cases import edge_cases
from .ghost import GhostMaker
from .outcomes import Run, others, rows, run_cases, shown_cases, trial_run
from .proposing import Trials
from .records import Mission


@dataclass(frozen=True)
class Bench:
    """A receiver's slots and a message's arguments as plain data, and what runs a source on them."""

    request: MethodRequest
    args: list[Any]
    kwargs: dict[str, Any]
    run: Run

    def compared(
        self, sources: Sequence[str], votes: Sequence[int]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """(outcomes of the first source, what the others do otherwise), as a proposal's row has them."""
        cases = edge_cases(self.request, self.args, self.kwargs, sources)
        outcomes = run_cases(self.run, sources, cases)
        shown = shown_cases(cases, outcomes, 0)
        table = rows(cases, outcomes, 0, shown, self.request.parameter_names)
        return table, others(sources, votes, cases, outcomes, 0, shown)


def bench_of(trials: Trials, world: World, mission: Mission) -> Bench:
    """The bench of a mission. The image is only read."""
    ghost = GhostMaker(world, mission.receiver)
    slots, parents = ghost.slots(), ghost.parents()
    args = [ghost.value(item) for item in mission.args]
    kwargs = {name: ghost.value(item) for name, item in mission.kwargs.items()}
    inherited = {name: value for one in reversed(parents) for name, value in one.items() if name not in slots}
    request = MethodRequest(mission.selector, mission.parameters, slots, inherited, mission.wish)
    return Bench(request, args, kwargs, trial_run(trials.trial, slots, parents, mission.selector))
