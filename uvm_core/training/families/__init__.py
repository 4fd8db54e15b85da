"""The families of method tasks, a file for each kind of thing that people keep in objects."""

from __future__ import annotations

from uvm_core.training.families import figures, lists, reckoning, texts
from uvm_core.training.tasks import Family

FAMILIES: tuple[Family, ...] = (*figures.FAMILIES, *reckoning.FAMILIES, *texts.FAMILIES, *lists.FAMILIES)
