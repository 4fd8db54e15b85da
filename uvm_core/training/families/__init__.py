"""The families of method tasks, a file for each kind of thing that people keep in objects."""

from __future__ import annotations

from uvm_core.training.families import (
    bounds,
    figures,
    finding,
    formulas,
    ledgers,
    letters,
    lists,
    numbers,
    others,
    reckoning,
    record_changes,
    records,
    states,
    tables,
    texts,
    together,
    unseen,
    verdicts,
)
from uvm_core.training.tasks import Family

_ROOMS = (
    *(figures, bounds, formulas, reckoning, verdicts, texts, letters, lists, finding, numbers, together, tables),
    *(records, record_changes, ledgers, states, others, unseen),
)
FAMILIES: tuple[Family, ...] = tuple(one for room in _ROOMS for one in room.FAMILIES)
