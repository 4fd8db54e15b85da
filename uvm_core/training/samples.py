"""One sample an expert learns from."""

from __future__ import annotations

from dataclasses import dataclass

from uvm_core.cognition.engines.engine import Message


@dataclass(frozen=True)
class Sample:
    """A prompt as the cycles would send it and the answer that was found right.

    `task` is "method", "plan" or "weave"; `family` names the template it came from (held-out scores and sampling are
    by family); `difficulty` is "easy", "medium" or "hard".
    """

    task: str
    messages: list[Message]
    answer: str
    family: str
    difficulty: str
