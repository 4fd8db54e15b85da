"""An adapter as the lean runner multiplies with it: two small float32 products beside each product of the base model.

Nothing is merged into the weights. Merging costs 200 ms a swap (or 212 MB for each expert) and rounds the difference to
bfloat16; beside them the products cost a tenth of a token's time, a swap is another reference, and the bare model's
weights are never touched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch

from uvm_core.cognition.models.adapters import PREFIX, WEIGHTS, Adapter, AdapterRefused

# The linear layers that the lean runner joins into one product each, in the order in which it does.
JOINED = (
    ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    ("self_attn.o_proj",),
    ("mlp.gate_proj", "mlp.up_proj"),
    ("mlp.down_proj",),
)


@dataclass(frozen=True)
class LowRank:
    """x -> x @ down.T @ up: `down` is (rank, in), `up` (rank, out) with the adapter's scale in it, both float32."""

    down: torch.Tensor
    up: torch.Tensor

    def add_to(self, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """y plus the product of x, which is float32."""
        return torch.addmm(y, torch.nn.functional.linear(x, self.down), self.up)


Layers = list[tuple[LowRank | None, ...]]
"""Per layer one pair of products for each of JOINED, None where the adapter leaves it alone."""


def load_tensors(adapter: Adapter) -> dict[str, torch.Tensor]:
    """The adapter's tensors by peft's names. Errors: AdapterRefused for numbers that are none."""
    from safetensors.torch import load_file

    tensors: dict[str, torch.Tensor] = load_file(str(adapter.files[WEIGHTS]))
    for name, tensor in tensors.items():
        # A sum is not finite where one of its numbers is not, and is the cheapest way to look at all of them.
        if not math.isfinite(float(tensor.float().sum())):
            raise AdapterRefused(f"Its tensor {name} holds numbers that are not finite.")
    return tensors


def joined_layers(adapter: Adapter, shapes: Mapping[str, tuple[int, int]], layers: int) -> Layers:
    """The adapter's products, joined as the runner's are. `shapes`: a layer's module -> (out, in)."""
    tensors = load_tensors(adapter)
    have = set(adapter.modules)
    found: Layers = []
    for index in range(layers):
        row = []
        for group in JOINED:
            names = [f"model.layers.{index}.{one}" for one in group]
            row.append(_joined(tensors, adapter, names, [shapes[one] for one in group], have))
        found.append(tuple(row))
    return found


def _joined(
    tensors: Mapping[str, torch.Tensor],
    adapter: Adapter,
    names: list[str],
    shapes: list[tuple[int, int]],
    have: set[str],
) -> LowRank | None:
    """One product for several layers that read the same input: their downs below each other, their ups a diagonal."""
    if not have & set(names):
        return None
    rank, scale = adapter.settings.rank, adapter.settings.scale
    inner = shapes[0][1]
    there = [name for name in names if name in have]
    down = torch.empty(rank * len(there), inner)
    up = torch.zeros(sum(out for out, _ in shapes), rank * len(there))
    row = 0
    for name, (out, _) in zip(names, shapes, strict=True):
        if name in have:
            place = slice(rank * there.index(name), rank * (there.index(name) + 1))
            down[place] = tensors[f"{PREFIX}{name}.lora_A.weight"]
            up[row : row + out, place] = tensors[f"{PREFIX}{name}.lora_B.weight"].float() * scale
        row += out
    return LowRank(down, up.T)
