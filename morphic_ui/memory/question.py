"""A question to the world: its mission, and the answer with the passages it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..cycle.board import Cycle
from .library import Hit, hits_of

LONGEST = 500  # characters of a question
STEPS = ("DECOMPOSING", "DELEGATING", "SYNTHESIZING", "COMPLETE")


@dataclass(eq=False, slots=True)
class Question:
    """One question, from the field to the answer."""

    text: str
    ident: int = 0  # the card's morph
    mission: int | None = None
    cycle: Cycle = field(default_factory=lambda: Cycle(0))
    answer: str = ""
    evidence: tuple[Hit, ...] = ()
    problem: str = ""

    @property
    def answered(self) -> bool:
        return bool(self.answer)

    def heard(self, row: Mapping[str, Any]) -> None:
        """Takes the mission's row; an ended one brings the answer."""
        result = row.get("result")
        if isinstance(result, Mapping) and result.get("text"):
            self.answer, self.evidence = str(result["text"]), hits_of(result.get("evidence"))
        elif isinstance(result, str) and result:
            self.answer = result
        if row.get("state") in ("failed", "stopped", "rejected"):
            words = {
                "failed": "It could not be answered.",
                "stopped": "It was stopped.",
                "rejected": "It was rejected.",
            }
            reason = str(row.get("reason") or "")
            self.problem = reason or words[str(row["state"])]
