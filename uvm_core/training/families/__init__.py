"""The families of method tasks, a file for each kind of thing that people keep in objects."""

from __future__ import annotations

from uvm_core.training.families import (
    figures,
    formulas,
    lists,
    others,
    reckoning,
    records,
    states,
    tables,
    texts,
    unseen,
)
from uvm_core.training.tasks import Family

_ROOMS = (figures, formulas, reckoning, texts, lists, tables, records, states, others, unseen)
FAMILIES: tuple[Family, ...] = tuple(one for room in _ROOMS for one in room.FAMILIES)
