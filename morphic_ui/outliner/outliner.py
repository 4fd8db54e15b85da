"""An object's outliner: which rows it has, which are folded, what is being edited, asked and answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..model.fields import Field, FieldState
from ..model.mirror import Mirror, ObjectRecord, Slot
from ..model.theme import PULSE
from .message import Asked, Parameter, parameters

MOST_ANSWERS = 3  # under one place; older ones go
FIRST_ROWS = 24  # own slots shown before "show all"


@dataclass(slots=True)
class Wish:
    """The wish for a message that was not understood, while it is typed."""

    asked: Asked
    text: str = ""
    sending: bool = False


@dataclass
class Outliner:
    """The state of one object's view; the values themselves live in the mirror."""

    record: ObjectRecord
    mirror: Mirror
    open: bool = False
    plain: bool = False  # its slots are shown although it has a view of its own
    fields: dict[str, Field] = field(default_factory=dict)
    unfolded: set[str] = field(default_factory=set)  # parents' names, "method:x", "all"
    calling: str | None = None  # the method whose parameters are shown as fields
    typed: dict[str, str] = field(default_factory=dict)  # parameter fields, message field, new slot
    problem: dict[str, str] = field(default_factory=dict)  # a sentence below a field
    asked: list[Asked] = field(default_factory=list)
    wish: Wish | None = None
    pulses: dict[str, float] = field(default_factory=dict)  # slot -> when it changed
    waiting: bool = False  # a proposal waits for a person at this object
    adding: bool = False
    loading: bool = False
    renaming: bool = False

    @property
    def ident(self) -> int:
        return self.record.id

    @property
    def title(self) -> str:
        return self.record.title

    @property
    def aside(self) -> str:
        """The quiet word in the header: whose child this is."""
        parents = [self.mirror.title(parent) for parent in self.record.parents]
        if not parents:
            return "root"
        return parents[0] if len(parents) == 1 else f"{parents[0]} +{len(parents) - 1}"

    def own_slots(self) -> tuple[Slot, ...]:
        """Own slots in the order lookup sees them, parents first for the eye."""
        slots = self.record.slots or ()
        return tuple(sorted(slots, key=lambda slot: not slot.is_parent))

    def inherited_groups(self) -> list[tuple[str, list[Slot]]]:
        """Inherited slots by the object they come from, nearest first."""
        groups: dict[str, list[Slot]] = {}
        for slot in self.record.inherited:
            origin = slot.source.shown if slot.source else "inherited"
            groups.setdefault(origin, []).append(slot)
        return list(groups.items())

    def find_slot(self, name: str) -> Slot | None:
        """An own slot, else an inherited one."""
        own = self.record.slot(name)
        return own or next((slot for slot in self.record.inherited if slot.name == name), None)

    def field(self, slot: str) -> Field:
        """The edit state of a slot, made when it is first needed."""
        found = self.fields.get(slot)
        if found is None:
            known = self.record.slot(slot)
            found = self.fields[slot] = Field(base=known.value if known else None, tid=self.record.tid)
        return found

    def refuses(self, part: str) -> bool:
        """Whether what was typed into a part is not accepted."""
        kind, _, slot = part.partition(":")
        known = self.fields.get(slot) if kind == "value" else None
        return part in self.problem or (known is not None and known.state is FieldState.REFUSED)

    def shown_value(self, slot: Slot) -> Any:
        found = self.fields.get(slot.name)
        return slot.value if found is None or slot.source is not None else found.shown

    def arrived(self, tid: int, now: float, before: tuple[Slot, ...] | None) -> None:
        """The record has new slots: fields take their values, changed rows pulse once."""
        self.loading = False
        old = {slot.name: slot for slot in before or ()}
        for slot in self.record.slots or ():
            known = self.fields.get(slot.name)
            if known is not None:
                known.arrive(slot.value, tid)
            if before is not None and (slot.name not in old or old[slot.name] != slot):
                self.pulses[slot.name] = now
        names = {slot.name for slot in self.record.slots or ()}
        for name in [name for name, known in self.fields.items() if name not in names]:
            if self.fields[name].state in (FieldState.CLEAN, FieldState.SAVING):
                del self.fields[name]

    def pulsing(self, now: float) -> bool:
        self.pulses = {name: at for name, at in self.pulses.items() if now < at + PULSE}
        return bool(self.pulses)

    def parameters_of(self, selector: str) -> tuple[Parameter, ...]:
        slot = self.find_slot(selector)
        return parameters(slot.value) if slot and slot.kind == "method" else ()

    def ask(self, asked: Asked) -> None:
        """Keeps a message that was just sent, and drops the oldest answers of the same place."""
        self.asked.append(asked)
        same = [one for one in self.asked if one.place == asked.place]
        for old in same[:-MOST_ANSWERS]:
            self.asked.remove(old)

    def answers(self, place: str) -> list[Asked]:
        return [one for one in self.asked if one.place == place]

    def toggle(self, name: str) -> None:
        self.unfolded ^= {name}
