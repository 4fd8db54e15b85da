"""A faster pass through a LoRA while it is trained on a CPU: one product a layer instead of three.

The low-rank product is added to the weight once a step; the pass multiplies with the sum, and the gradients of the two
small factors come from what passed by. The numbers are those of peft's own pass up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd.function import once_differentiable


class _Product(torch.autograd.Function):
    """x W' with W = base + scale * up down; the gradient goes to x, down and up, the base stays."""

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, whole: torch.Tensor, down: torch.Tensor, up: torch.Tensor, scale: float
    ) -> torch.Tensor:
        ctx.save_for_backward(x, whole, down, up)
        ctx.scale = scale
        return x @ whole.t()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        x, whole, down, up = ctx.saved_tensors
        grad = grads[0]
        rows, inputs = grad.reshape(-1, grad.shape[-1]), x.reshape(-1, x.shape[-1])
        to_x = grad @ whole if ctx.needs_input_grad[0] else None
        to_down = ctx.scale * ((rows @ up).t() @ inputs)
        to_up = ctx.scale * (rows.t() @ (inputs @ down.t()))
        return to_x, None, to_down, to_up, None


def merge_while_training(wrapped: Any) -> Callable[[], None]:
    """Let a peft model's adapted layers pass in one product; call what is answered after each change of the adapter."""
    from peft.tuners.lora import Linear

    layers = [one for one in wrapped.modules() if isinstance(one, Linear)]
    wholes = [torch.empty_like(one.base_layer.weight) for one in layers]
    for layer, whole in zip(layers, wholes, strict=True):
        layer.forward = _pass_through(layer, whole)

    @torch.no_grad()
    def merge() -> None:
        for layer, whole in zip(layers, wholes, strict=True):
            down, up, scale = _factors(layer)
            torch.addmm(layer.base_layer.weight, up, down, alpha=scale, out=whole)

    merge()
    return merge


def _factors(layer: Any) -> tuple[torch.Tensor, torch.Tensor, float]:
    name = layer.active_adapters[0]
    return layer.lora_A[name].weight, layer.lora_B[name].weight, float(layer.scaling[name])


def _pass_through(layer: Any, whole: torch.Tensor) -> Callable[..., Any]:
    down, up, scale = _factors(layer)

    def forward(x: torch.Tensor) -> Any:
        # A layer with a bias adds it as the base layer does; Llama's have none.
        bias = layer.base_layer.bias
        made = _Product.apply(x, whole, down, up, scale)
        return made if bias is None else made + bias

    return forward
