"""What a task is: a request with one state, and the method that fulfils it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

State = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """One request with one state. Phrases are alternatives, separated by `|`.

    `clear` are selectors that say alone what is wanted, `vague` ones need a wish. `body` is the method's body; a line
    `@` stands for the covenant's mark. What the body does is what is wanted: the cases of a task are taken from it.
    `fact` says in a document's words what `asks`, a shorter wish, leaves open. `alone`: no slots that do not matter.
    """

    slots: State
    body: str
    clear: str = ""
    vague: str = ""
    wishes: str = ""
    fact: str = ""
    asks: str = ""
    inherits: bool = True
    alone: bool = False


def said(name: object) -> str:
    """A name (or a number) as a person says it."""
    return str(name).replace("_", " ")
