"""What a cycle draws from the memory: a bounded list of near passages, and a note of which were used where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Recall = Callable[[str, int], list[dict[str, Any]]]
"""f(text, limit) -> hits of the memory, best first; empty where nothing is stored."""

MOST_PASSAGES = 3
LONGEST_PASSAGE = 600
NEAR = 0.35
"""The cosine from which a passage is about a text. Unrelated sentences lie below 0.2, a sentence's topic above 0.4
(all-MiniLM-L6-v2); a passage that is not near would only lead a small model astray."""


class Evidence:
    """The passages that were in a cycle's prompts: what the proposal, or the answer, shows as what it rests on."""

    def __init__(self, recall: Recall) -> None:
        self._recall = recall
        self._used: dict[str, dict[str, Any]] = {}

    def passages(self, text: str, state: str, most: int = MOST_PASSAGES) -> list[str]:
        """The texts of the passages that are near to `text`, at most `most`; noted as used by `state`."""
        if not text.strip() or most < 1:
            return []
        near = [hit for hit in self._recall(text, most) if is_near(hit)]
        for hit in near:
            kept = self._used.setdefault(hit["key"], {**hit, "text": hit["text"][:LONGEST_PASSAGE], "used_in": []})
            if state not in kept["used_in"]:
                kept["used_in"].append(state)
        return [hit["text"][:LONGEST_PASSAGE] for hit in near]

    def rows(self) -> list[dict[str, Any]]:
        """What was used, the best first."""
        return sorted(self._used.values(), key=lambda hit: -float(hit["score"]))


def is_near(hit: Mapping[str, Any]) -> bool:
    """Whether a hit is about what was looked for. One found by words alone, where there are no vectors, is taken."""
    parts = hit["parts"]
    return parts.get("cosine") is None or float(parts["cosine"]) >= NEAR
