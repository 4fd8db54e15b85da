"""What an author is told about a method that is wanted: plain data, no object of the image."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class MethodRequest:
    """A message that was not understood, and the object that should understand it.

    `slots` and `inherited` map slot names to example values in plain data; `{"$obj": {"slots": …, "replies": …}}` or
    `{"$ref": id}` stands for another object, `{"$method": source}` for a method. `parameters` are names, or
    `name=constant` for keyword arguments; `arguments` maps names to the values of the message that failed.
    `references` adds, per reference slot, the slots (`name`) and messages (`name()`) the other object is known to have.
    `reasons` are the refusals so far, word for word, `rejected` the refused sources; `facets` the answers of the
    personas asked before; `passages` documents' texts.
    """

    selector: str
    parameters: Sequence[str] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    inherited: Mapping[str, Any] = field(default_factory=dict)
    wish: str = ""
    reasons: Sequence[str] = ()
    passages: Sequence[str] = ()
    facets: Sequence[str] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rejected: Sequence[str] = ()
    object_name: str = ""

    @property
    def header(self) -> str:
        """The method's first line."""
        return f"def {self.selector}({', '.join(['self', *self.parameters])}):"

    @property
    def parameter_names(self) -> list[str]:
        """The parameters without their defaults."""
        return [parameter.partition("=")[0].strip() for parameter in self.parameters]

    def problems(self) -> list[str]:
        """Why no method can be written for this, as plain sentences; empty if one can."""
        faults: list[str] = []
        if not _plain(self.selector):
            faults.append(f"{self.selector!r} cannot be a method's name.")
        names = self.parameter_names
        faults += [f"{name!r} cannot be a parameter's name." for name in names if not _plain(name) or name == "self"]
        if len(set(names)) != len(names):
            faults.append("Two parameters have the same name.")
        return faults


def _plain(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_") and len(name) <= 64
