"""Products with a model's weights: as they were loaded, or kept as 8-bit integers with one scale a row.

Rows of integers halve what a token has to read, which is what bounds writing on a CPU. Few rows of input are multiplied
with the integers as they lie; many (a prompt) are bound by arithmetic, so the integers are widened to what the CPU
multiplies fastest, once for all rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F

FEW = 16
"""Rows of input up to which the integers' own product is the faster one (measured: 8 to 24 by shape)."""


class Linear(Protocol):
    """x (rows, in) float32 -> (rows, out) float32."""

    @property
    def shape(self) -> tuple[int, int]:
        """(out, in)."""
        ...

    def __call__(self, x: torch.Tensor) -> torch.Tensor: ...

    def rows(self, ids: torch.Tensor) -> torch.Tensor:
        """Some of its rows in float32: an embedding, or a part of the last product."""
        ...

    @property
    def bytes(self) -> int:
        """What it takes in memory."""
        ...


def cpu_has_bfloat16() -> bool:
    """Whether products in bfloat16 run on this CPU's own instructions (without them they are slower than float32)."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


@dataclass(frozen=True)
class Plain:
    """Weights as loaded (bfloat16 or float32)."""

    weight: torch.Tensor
    bias: torch.Tensor | None = None
    wide: bool = False
    """Whether several rows are multiplied in float32."""

    @property
    def shape(self) -> tuple[int, int]:
        return self.weight.shape[0], self.weight.shape[1]

    @property
    def bytes(self) -> int:
        return self.weight.nbytes

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        if x.shape[0] > 1 and self.wide:
            y = F.linear(x, self.weight.float())
        else:
            y = F.linear(x.to(self.weight.dtype), self.weight).float()
        return y if self.bias is None else y + self.bias

    def rows(self, ids: torch.Tensor) -> torch.Tensor:
        return self.weight[ids].float()


@dataclass(frozen=True)
class Packed:
    """int8 weights (out, in) and a scale per row: weight * scale[:, None]."""

    weight: torch.Tensor
    scale: torch.Tensor
    bias: torch.Tensor | None = None
    wide: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        return self.weight.shape[0], self.weight.shape[1]

    @property
    def bytes(self) -> int:
        return self.weight.nbytes

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        if x.shape[0] <= FEW:
            narrow = x.to(torch.bfloat16)
            y = torch.ops.aten._weight_int8pack_mm(narrow, self.weight, self.scale.to(torch.bfloat16)).float()
        elif self.wide:
            y = F.linear(x, self.weight.float()) * self.scale
        else:
            # Integers up to 127 are exact in bfloat16: what is lost is what any bfloat16 product loses.
            y = F.linear(x.to(torch.bfloat16), self.weight.to(torch.bfloat16)).float() * self.scale
        return y if self.bias is None else y + self.bias

    def rows(self, ids: torch.Tensor) -> torch.Tensor:
        return self.weight[ids].float() * self.scale[ids][:, None]


def joined(parts: list[Linear]) -> Linear:
    """Several products of the same input as one; all of one kind, with biases or without."""
    if len(parts) == 1:
        return parts[0]
    biases = [part.bias for part in parts if isinstance(part, Plain | Packed) and part.bias is not None]
    bias = torch.cat(biases) if biases else None
    if all(isinstance(part, Packed) for part in parts):
        packed = [part for part in parts if isinstance(part, Packed)]
        weight = torch.cat([part.weight for part in packed])
        return Packed(weight, torch.cat([part.scale for part in packed]), bias, packed[0].wide)
    plain = [part for part in parts if isinstance(part, Plain)]
    if len(plain) != len(parts):
        raise ValueError("Products of two kinds cannot be joined.")
    return Plain(torch.cat([part.weight for part in plain]), bias, plain[0].wide)


def packed_rows(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(int8 weights, float32 scales) of a float32 matrix, each row by its largest number."""
    scale = (weight.abs().amax(1) / 127).clamp_min(1e-12)
    return (weight / scale[:, None]).round().to(torch.int8), scale
