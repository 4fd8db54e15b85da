"""The Persistence Covenant over the graph: on every path the mark runs after the last change and before the exit."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from .flow import Graph, Step, TooComplex
from .machine import Change, Event

MAX_WORK = 2_000_000

# A change that waits for the mark, and whether a mark had run before it on that path.
Pending = frozenset[tuple[Change, bool]]


@dataclass(frozen=True, slots=True)
class Breach:
    """An exit that can be reached with changes unmarked; `exit` is its return, None for the end of the method."""

    exit: ast.Return | None
    changes: tuple[tuple[Change, bool], ...]


@dataclass(frozen=True, slots=True)
class _State:
    pending: Pending
    marked: frozenset[bool]

    def join(self, other: _State) -> _State:
        return _State(self.pending | other.pending, self.marked | other.marked)


def breaches(graph: Graph, events: Mapping[Step, list[Event]], marked_at: Iterable[Step] = ()) -> list[Breach]:
    """The exits that break the covenant, in source order; `marked_at` are anchors where a mark is supposed."""
    supposed = set(marked_at)
    begin = _State(frozenset(), frozenset({False}))
    arriving: dict[int, _State] = {graph.start.index: begin}
    waiting = [graph.start.index]
    queued = {graph.start.index}
    work = 0
    while waiting:
        step = graph.steps[heappop(waiting)]
        queued.discard(step.index)
        state = arriving[step.index]
        work += 1 + len(state.pending)
        if work > MAX_WORK:
            raise TooComplex
        if step.action == "mark" or step in supposed:
            state = _State(frozenset(), frozenset({True}))
        state, raised = _pass(state, events.get(step, []))
        ways = [(following, state) for following in step.next]
        if step.raises is not None and raised is not None:
            ways.append((step.raises, raised))
        for following, leaving in ways:
            known = arriving.get(following.index)
            joined = leaving if known is None else known.join(leaving)
            if joined != known:
                arriving[following.index] = joined
                if following.index not in queued:
                    queued.add(following.index)
                    heappush(waiting, following.index)
    found: dict[int, Breach] = {}
    for step in graph.exits:
        arrived = arriving.get(step.index)
        if arrived is None or not arrived.pending:
            continue
        node = step.node if isinstance(step.node, ast.Return) else None
        before = found.get(id(node))
        changes = set(arrived.pending) | set(before.changes if before else ())
        found[id(node)] = Breach(node, tuple(sorted(changes, key=_place)))
    return sorted(found.values(), key=lambda breach: getattr(breach.exit, "lineno", 1 << 30))


def _pass(state: _State, events: list[Event]) -> tuple[_State, _State | None]:
    """The state after a step, and the one in which an exception may leave it."""
    raised: _State | None = None
    for event in events:
        if event is None:
            raised = state if raised is None else raised.join(state)
        else:
            state = _State(state.pending | {(event, marked) for marked in state.marked}, state.marked)
    return state, raised


def _place(pending: tuple[Change, bool]) -> tuple[int, int, bool]:
    node = pending[0].node
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0), pending[1]
