"""Names that exist are preferred behind `self.`: a small model copies slot names out of its examples otherwise.

A preference, never a ceiling: a name that is not among them is written where the model is sure of it.
"""

from __future__ import annotations

import re
from typing import Any

import torch

PENALTY = 5.0
"""What a name that is not among the known ones loses, in nats (a factor of 150 in its chance)."""
LOOKED_AT = 64
"""Candidates that are looked at; those behind them are as good as never chosen."""
_OPEN = re.compile(r"\bself\.(\w*)$")
_NAME = re.compile(r"\w*")


class Preference:
    """Lowers the logits of tokens that lead to a name which is not among the known ones."""

    def __init__(self, tokenizer: Any, names: frozenset[str]) -> None:
        self._tokenizer = tokenizer
        self._names = names
        self._fits: dict[tuple[str, int], bool] = {}

    def apply(self, text: str, ids: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
        """The logits of candidates after a text."""
        found = _OPEN.search(text[-80:]) if self._names else None
        if found is None:
            return logits
        begun = found.group(1)
        places = logits.topk(min(LOOKED_AT, logits.numel())).indices.tolist()
        strange = [place for place in places if not self._fit(begun, int(ids[place]))]
        if len(strange) == len(places):
            return logits
        lowered = logits.clone()
        lowered[strange] -= PENALTY
        return lowered

    def _fit(self, begun: str, token: int) -> bool:
        key = (begun, token)
        if key not in self._fits:
            piece: str = self._tokenizer.decode([token])
            match = _NAME.match(piece)
            more = match.group(0) if match is not None else ""
            name = begun + more
            whole = len(more) < len(piece)
            self._fits[key] = name in self._names if whole else any(one.startswith(name) for one in self._names)
        return self._fits[key]
