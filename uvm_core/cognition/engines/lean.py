"""A lean forward pass for Llama and Qwen2 on the CPU: four products a layer, no module calls, and several answers to
one prompt written together.

Both kinds are the same architecture; Qwen2 adds a bias to the first product. The residual stream, attention and norms
are float32. What was read can be cut back, kept and put back, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F

from uvm_core.cognition.engines.linears import Linear, Packed, Plain, cpu_has_bfloat16, joined
from uvm_core.cognition.engines.low_rank import JOINED, Layers, LowRank

Piece = list[tuple[torch.Tensor, torch.Tensor]]
"""Keys and values of a run of tokens, one pair per layer."""

RESCORED = 256
KINDS = ("llama", "qwen2")
Attend = Callable[[int, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""(layer, queries, keys, values of the new rows) -> what they attend to, (rows, heads * width)."""


@dataclass(frozen=True)
class Sizes:
    """The numbers of a config that the forward pass needs."""

    layers: int
    heads: int
    kv_heads: int
    width: int
    epsilon: float
    theta: float
    longest: int
    vocabulary: int

    @staticmethod
    def of(config: Mapping[str, Any]) -> Sizes:
        """From a config.json. Errors: KeyError where one is missing."""
        heads = int(config["num_attention_heads"])
        rope = config.get("rope_parameters") or {}
        return Sizes(
            int(config["num_hidden_layers"]),
            heads,
            int(config.get("num_key_value_heads") or heads),
            int(config.get("head_dim") or config["hidden_size"] // heads),
            float(config["rms_norm_eps"]),
            float(rope.get("rope_theta") or config.get("rope_theta") or 10000.0),
            int(config["max_position_embeddings"]),
            int(config["vocab_size"]),
        )


def fits(config: Mapping[str, Any]) -> bool:
    """Whether the lean forward pass computes this very architecture."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    return (
        config.get("model_type") in KINDS
        and config.get("hidden_act", "silu") == "silu"
        and not config.get("attention_bias")
        and not config.get("mlp_bias")
        and not config.get("use_sliding_window")
        and rope.get("rope_type", "default") == "default"
        and config.get("quantization_config") is None
    )


@dataclass(frozen=True)
class Layer:
    """One layer's norms and products; q, k and v are one, gate and up are one."""

    before: torch.Tensor
    qkv: Linear
    out: Linear
    after: torch.Tensor
    gate_up: Linear
    down: Linear


@dataclass(frozen=True)
class LeanModel:
    """What the runner computes with. `shapes`: a layer's linear modules -> (out, in), as adapters know them."""

    sizes: Sizes
    embedding: Linear
    layers: list[Layer]
    norm: torch.Tensor
    head: Linear
    shapes: Mapping[str, tuple[int, int]]

    @property
    def parameters(self) -> int:
        """Numbers in its products and its embedding, one that serves as both counted once."""
        products = [product for one in self.layers for product in (one.qkv, one.out, one.gate_up, one.down)]
        tables = [self.embedding] if self.head is self.embedding else [self.embedding, self.head]
        return sum(one.shape[0] * one.shape[1] for one in [*products, *tables])

    @property
    def bytes(self) -> int:
        """What its products and its embedding take in memory."""
        products = [product for one in self.layers for product in (one.qkv, one.out, one.gate_up, one.down)]
        tables = [self.embedding] if self.head is self.embedding else [self.embedding, self.head]
        return sum(one.bytes for one in [*products, *tables])


def lean_model(config: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> LeanModel:
    """From tensors under the names that transformers gives them; a packed one has its scales under `….scale`.

    Errors: KeyError with the name of a tensor that is missing.
    """
    wide = not cpu_has_bfloat16()

    def linear(name: str) -> Linear:
        weight, bias = tensors[f"{name}.weight"], tensors.get(f"{name}.bias")
        bias = None if bias is None else bias.float()
        if weight.dtype == torch.int8:
            return Packed(weight, tensors[f"{name}.scale"].float(), bias, wide)
        return Plain(weight, bias, wide or weight.dtype == torch.float32)

    sizes = Sizes.of(config)
    layers = []
    for index in range(sizes.layers):
        base = f"model.layers.{index}."
        products = [joined([linear(base + name) for name in group]) for group in JOINED]
        before, after = (
            tensors[f"{base}{name}.weight"].float() for name in ("input_layernorm", "post_attention_layernorm")
        )
        layers.append(Layer(before, products[0], products[1], after, products[2], products[3]))
    shapes = {
        name: (int(shape[0]), int(shape[1]))
        for group in JOINED
        for name in group
        for shape in [tensors[f"model.layers.0.{name}.weight"].shape]
    }
    embedding = linear("model.embed_tokens")
    head = linear("lm_head") if "lm_head.weight" in tensors else embedding
    return LeanModel(sizes, embedding, layers, tensors["model.norm.weight"].float(), head, shapes)


class LeanRunner:
    """A lean model and the tokens it has read so far; see Runner."""

    def __init__(self, model: LeanModel) -> None:
        self.model = model
        self.length = 0
        sizes = model.sizes
        turns = 1.0 / sizes.theta ** (torch.arange(0, sizes.width, 2).float() / sizes.width)
        angles = torch.arange(sizes.longest).float()[:, None] * turns
        angles = torch.cat((angles, angles), -1)
        self._cos, self._sin = angles.cos(), angles.sin()
        self.keys: list[torch.Tensor] = []
        self.values: list[torch.Tensor] = []
        self._bare: Layers = [(None,) * len(JOINED)] * sizes.layers
        self._expert = self._bare
        self._reserve(512)

    def answer_as(self, expert: Layers | None) -> None:
        """Compute with an expert's products from now on; None for the bare model."""
        self._expert = expert or self._bare

    @torch.inference_mode()
    def extend(self, ids: list[int], check: Callable[[], None]) -> torch.Tensor:
        count, start = len(ids), self.length
        end = start + count
        self._reserve(end)
        mask = torch.ones(count, end, dtype=torch.bool).tril(start) if count > 1 else None

        def attend(index: int, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
            keys, values = self.keys[index], self.values[index]
            keys[:, start:end] = k
            values[:, start:end] = v
            sizes = self.model.sizes
            group = sizes.heads // sizes.kv_heads
            if count == 1:
                # One new token: the heads of a group are rows of one query.
                one = q.reshape(1, sizes.kv_heads, group, sizes.width)
                a = F.scaled_dot_product_attention(one, keys[None, :, :end], values[None, :, :end])
                return a.reshape(1, -1)
            a = F.scaled_dot_product_attention(
                q[None], keys[None, :, :end], values[None, :, :end], attn_mask=mask, enable_gqa=group > 1
            )
            return a[0].transpose(0, 1).reshape(count, -1)

        x = self.forward(ids, torch.arange(start, end), attend, check)
        self.length = end
        return x[-1]

    @torch.inference_mode()
    def forward(self, ids: list[int], places: torch.Tensor, attend: Attend, check: Callable[[], None]) -> torch.Tensor:
        """The last states (rows, size) of tokens at places, by a way to attend."""
        model = self.model
        x = model.embedding.rows(torch.tensor(ids))
        cos, sin = self._cos[places], self._sin[places]
        for index, layer in enumerate(model.layers):
            check()
            x = self._layer(index, layer, x, cos, sin, attend)
        return F.rms_norm(x, (x.shape[-1],), model.norm, model.sizes.epsilon)

    @torch.inference_mode()
    def scores(self, state: torch.Tensor, allowed: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        head, ids = self.model.head, allowed
        if ids is None or ids.numel() > 4 * RESCORED:
            return self.rescored(state, head(state[None])[0], ids)
        return ids, F.linear(state[None], head.rows(ids))[0]

    @torch.inference_mode()
    def rescored(
        self, state: torch.Tensor, rough: torch.Tensor, allowed: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The best ids by the head's own product, with logits in float32: bfloat16 logits come in steps of an eighth,
        too coarse to sample from."""
        if allowed is not None:
            rough = rough[allowed]
        best = rough.topk(min(RESCORED, rough.numel())).indices
        ids = best if allowed is None else allowed[best]
        return ids, F.linear(state[None], self.model.head.rows(ids))[0]

    def truncate(self, length: int) -> None:
        self.length = min(self.length, length)

    @torch.inference_mode()
    def keep(self, start: int) -> Piece:
        end = self.length
        return [(k[:, start:end].clone(), v[:, start:end].clone()) for k, v in zip(self.keys, self.values, strict=True)]

    @torch.inference_mode()
    def put_back(self, piece: Piece) -> None:
        start = self.length
        end = start + piece[0][0].shape[1]
        self._reserve(end)
        for index, (keys, values) in enumerate(piece):
            self.keys[index][:, start:end] = keys
            self.values[index][:, start:end] = values
        self.length = end

    def _reserve(self, length: int) -> None:
        room = self.keys[0].shape[1] if self.keys else 0
        if length <= room:
            return
        room = max(length, 2 * room)
        shape = (self.model.sizes.kv_heads, room, self.model.sizes.width)
        for store in (self.keys, self.values):
            old = list(store)
            store.clear()
            for index in range(self.model.sizes.layers):
                fresh = torch.zeros(shape)
                if old:
                    fresh[:, : self.length] = old[index][:, : self.length]
                store.append(fresh)

    def _layer(
        self, index: int, layer: Layer, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, attend: Attend
    ) -> torch.Tensor:
        sizes, epsilon = self.model.sizes, self.model.sizes.epsilon
        for_qkv, for_out, for_gate_up, for_down = self._expert[index]
        count, size = x.shape
        y = _product(F.rms_norm(x, (size,), layer.before, epsilon), layer.qkv, for_qkv)
        y = y.view(count, -1, sizes.width).transpose(0, 1)
        turning = sizes.heads + sizes.kv_heads
        rotated, v = y[:turning], y[turning:]
        half = sizes.width // 2
        turned = torch.cat((-rotated[..., half:], rotated[..., :half]), -1)
        rotated = rotated * cos + turned * sin
        a = attend(index, rotated[: sizes.heads], rotated[sizes.heads :], v)
        x = x + _product(a, layer.out, for_out)
        both = _product(F.rms_norm(x, (size,), layer.after, epsilon), layer.gate_up, for_gate_up)
        inner = both.shape[-1] // 2
        return x + _product(F.silu(both[:, :inner]) * both[:, inner:], layer.down, for_down)


def _product(x: torch.Tensor, weight: Linear, expert: LowRank | None) -> torch.Tensor:
    y = weight(x)
    return y if expert is None else expert.add_to(y, x)


class Fork:
    """Several answers after what a runner has read: that is shared, and each has its own tokens after it.

    All grow by one token at a step. One that has ended is left out of the further steps.
    """

    def __init__(self, runner: LeanRunner, count: int) -> None:
        self._runner = runner
        self._start = runner.length
        self._written = 0
        self._alive = list(range(count))
        self._keys: list[torch.Tensor] = []
        self._values: list[torch.Tensor] = []
        self._room = 0

    @torch.inference_mode()
    def step(self, tokens: Mapping[int, int], check: Callable[[], None]) -> dict[int, torch.Tensor]:
        """Give each living answer its next token; answer -> the state after it. Those without a token are left out from
        now on."""
        order = [one for one in self._alive if one in tokens]
        if order != self._alive:
            stay = torch.tensor([self._alive.index(one) for one in order], dtype=torch.long)
            self._keys = [one.index_select(0, stay) for one in self._keys]
            self._values = [one.index_select(0, stay) for one in self._values]
            self._alive = order
        if not order:
            return {}
        self._reserve()
        place = torch.full((len(order),), self._start + self._written)
        x = self._runner.forward([tokens[one] for one in order], place, self._attend, check)
        self._written += 1
        return {one: x[row] for row, one in enumerate(order)}

    @torch.inference_mode()
    def scores(
        self, states: Mapping[int, torch.Tensor], allowed: Mapping[int, torch.Tensor | None]
    ) -> dict[int, tuple[torch.Tensor, torch.Tensor]]:
        """Candidate ids and logits of each answer, the head's product made once for all."""
        order = list(states)
        rough = self._runner.model.head(torch.stack([states[one] for one in order]))
        return {one: self._runner.rescored(states[one], rough[row], allowed.get(one)) for row, one in enumerate(order)}

    def _attend(self, index: int, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        """q (heads, answers, width), k and v (kv_heads, answers, width)."""
        sizes = self._runner.model.sizes
        count, group, now = q.shape[1], sizes.heads // sizes.kv_heads, self._written + 1
        mine_k, mine_v = self._keys[index], self._values[index]
        mine_k[:, :, now - 1] = k.transpose(0, 1)
        mine_v[:, :, now - 1] = v.transpose(0, 1)
        shared_k = self._runner.keys[index][:, : self._start]
        shared_v = self._runner.values[index][:, : self._start]
        q = q.view(sizes.kv_heads, group, count, sizes.width) * sizes.width**-0.5
        before = torch.matmul(q.reshape(sizes.kv_heads, group * count, sizes.width), shared_k.transpose(1, 2))
        before = before.view(sizes.kv_heads, group, count, self._start)
        own = torch.einsum("hgcw,chtw->hgct", q, mine_k[:, :, :now])
        weights = torch.softmax(torch.cat((before, own), -1), -1)
        a = torch.matmul(
            weights[..., : self._start].reshape(sizes.kv_heads, group * count, self._start), shared_v
        ).view(sizes.kv_heads, group, count, sizes.width)
        a = a + torch.einsum("hgct,chtw->hgcw", weights[..., self._start :], mine_v[:, :, :now])
        return a.permute(2, 0, 1, 3).reshape(count, -1)

    def _reserve(self) -> None:
        if self._written < self._room:
            return
        sizes = self._runner.model.sizes
        self._room = max(64, 2 * self._room)
        shape = (len(self._alive), sizes.kv_heads, self._room, sizes.width)
        for store in (self._keys, self._values):
            old = list(store)
            store.clear()
            for index in range(sizes.layers):
                fresh = torch.zeros(shape)
                if old:
                    fresh[:, :, : self._written] = old[index][:, :, : self._written]
                store.append(fresh)
