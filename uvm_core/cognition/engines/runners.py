"""Running a causal language model over tokens, with a key-value cache that can be cut back, kept and put back.

`LeanRunner` (lean.py) is a forward pass of our own; `HubRunner` runs any model of transformers. Both compute in
segments, so that a prompt head computed once gives bit for bit what computing it again would give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch

from uvm_core.cognition.engines.lean import RESCORED, Piece


class Runner(Protocol):
    """A model and the tokens it has read so far."""

    length: int

    def extend(self, ids: list[int], check: Callable[[], None]) -> torch.Tensor:
        """Read `ids`; the last token's state, for `scores`. `check` is called often and may raise to stop."""
        ...

    def scores(self, state: torch.Tensor, allowed: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        """Candidate token ids and their logits (float32), among `allowed` ids if given."""
        ...

    def truncate(self, length: int) -> None:
        """Forget the tokens from `length` on."""
        ...

    def keep(self, start: int) -> Piece:
        """A copy of what was read from `start` on, for the prefix cache."""
        ...

    def put_back(self, piece: Piece) -> None:
        """Append what `keep` gave, as if read again."""
        ...


class HubRunner:
    """Any causal model of transformers, through its own forward and DynamicCache."""

    CHUNK = 32
    """Tokens of a prompt between two looks at the stop button."""

    def __init__(self, model: Any) -> None:
        from transformers import DynamicCache

        self.length = 0
        self._model = model
        self._cache = DynamicCache(config=model.config)

    @torch.inference_mode()
    def extend(self, ids: list[int], check: Callable[[], None]) -> torch.Tensor:
        device = self._model.get_input_embeddings().weight.device
        logits = torch.empty(0)
        for start in range(0, len(ids), self.CHUNK):
            check()
            part = torch.tensor([ids[start : start + self.CHUNK]], device=device)
            answer = self._model(part, past_key_values=self._cache, use_cache=True, logits_to_keep=1)
            self.length += part.shape[1]
            logits = answer.logits[0, -1]
        return logits.float().cpu()

    def scores(self, state: torch.Tensor, allowed: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        if allowed is None:
            best = state.topk(min(RESCORED, state.numel()))
            return best.indices, best.values
        return allowed, state[allowed]

    @torch.inference_mode()
    def truncate(self, length: int) -> None:
        if length < self.length:
            self._cache.crop(length)
            self.length = length

    @torch.inference_mode()
    def keep(self, start: int) -> Piece:
        return [(one.keys[:, :, start:].clone(), one.values[:, :, start:].clone()) for one in self._cache.layers]

    @torch.inference_mode()
    def put_back(self, piece: Piece) -> None:
        for index, (keys, values) in enumerate(piece):
            self._cache.update(keys, values, index)
        self.length += piece[0][0].shape[2]
