"""The families of method tasks: the TOML files of data/families, one for each kind of thing that objects hold.

A family is a table of a file:

    [toggle]
    difficulty = "easy"
    draw = '''
    s = name('flag')
    slots = {s: yes()}
    '''
    body = '''
    self.<s> = not self.<s>
    @'''
    clear = "toggle|toggle_<s>|flip_<s>"
    vague = "press|click"
    wishes = ["turn <s> into its opposite", "<s> changes sides"]

`draw` says what the task is and what the object holds, in lines over the generators of `draws.Draw` (templates.py has
the notation); the other entries are those of `tasks.Task`. A table `[toggle.when."condition"]` has entries that stand
in place of the family's where the condition holds, the last that does. What is drawn under the name of an entry that
is not there is the entry. In what people say the underscores of a name are spaces; `<str(s)>` keeps them. At a file's
head `about` says what it is about, `held_out` whether all its families are kept for the held-out tasks, and `[lists]`
has lists that its lines may pick from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from uvm_core.training import files, templates
from uvm_core.training.draws import Draw
from uvm_core.training.tasks import Task

_TEXTS = ("body", "clear", "vague", "wishes", "fact", "asks")
_SPOKEN = ("wishes", "fact", "asks")
_SWITCHES = ("inherits", "alone")
_HEAD = ("about", "held_out", "lists")
_DEFECTS = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)

Entry = str | list[str]


@dataclass(frozen=True)
class Family:
    """A template of tasks. `held_out` ones are never trained on. `whens` are (condition, entries) in their order."""

    name: str
    difficulty: str
    draw: str
    texts: Mapping[str, Entry]
    whens: tuple[tuple[str, Mapping[str, Entry]], ...] = ()
    switches: Mapping[str, bool] = field(default_factory=dict)
    lists: Mapping[str, Any] = field(default_factory=dict)
    held_out: bool = False

    def make(self, draw: Draw) -> Task:
        """A task. Errors: ValueError if the family's lines or texts are wrong."""
        given = {**draw.vocabulary(), **self.lists}
        names = dict(given)
        try:
            templates.draw(self.draw, names)
            if clash := [name for name in given if names[name] is not given[name]]:
                raise ValueError(f"{', '.join(clash)} cannot be drawn: it is the name of a generator or a list")
            texts = dict(self.texts)
            for condition, entries in self.whens:
                if templates.holds(condition, names):
                    texts |= entries
            found = {kind: names[kind] for kind in _TEXTS if kind in names}
            found |= {kind: _text(entry, kind, names) for kind, entry in texts.items()}
            inherits, alone = self.switches.get("inherits", True), self.switches.get("alone", False)
            return Task(slots=names["slots"], inherits=inherits, alone=alone, **found)
        except _DEFECTS as fault:
            raise ValueError(f"The family {self.name} cannot be drawn: {fault}") from fault


def _text(entry: Entry, kind: str, names: dict[str, Any]) -> str:
    if isinstance(entry, str):
        return templates.fill(entry, names, spoken=kind in _SPOKEN)
    return "|".join(templates.fill(one, names, spoken=kind in _SPOKEN) for one in entry)


@cache
def families() -> tuple[Family, ...]:
    """All families, in the order of the files and their tables. Errors: ValueError (an entry that is none, a name that
    stands twice)."""
    found: dict[str, Family] = {}
    for file, content in files.tables("families").items():
        for name, entries in content.items():
            if name in _HEAD:
                continue
            if name in found:
                raise ValueError(f"The family {name} of the file {file} is there already: give it another name.")
            found[name] = family(name, entries, content.get("lists", {}), held_out=content.get("held_out", False))
    return tuple(found.values())


def family(name: str, entries: Mapping[str, Any], lists: Mapping[str, Any], *, held_out: bool) -> Family:
    """The family of a table. Errors: ValueError (an entry is missing or is none)."""
    whens = entries.get("when", {})
    unknown = set(entries) - {"difficulty", "draw", "when", *_TEXTS, *_SWITCHES}
    unknown |= {kind for one in whens.values() for kind in one} - set(_TEXTS)
    if unknown or not {"difficulty", "draw"} <= set(entries):
        raise ValueError(f"The family {name} has no difficulty or draw, or entries that are none: {sorted(unknown)}.")
    return Family(
        name,
        entries["difficulty"],
        entries["draw"],
        {kind: entries[kind] for kind in _TEXTS if kind in entries},
        tuple(whens.items()),
        {kind: entries[kind] for kind in _SWITCHES if kind in entries},
        lists,
        held_out,
    )
