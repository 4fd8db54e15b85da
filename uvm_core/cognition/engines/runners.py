"""Running a causal language model over tokens, with a key-value cache that can be cut back, kept and put back.

`LlamaRunner` is a lean forward pass for plain Llama weights on a CPU (4 instead of 7 products per layer, no module
calls); `HubRunner` runs any model of transformers. Both compute in segments, so that a prompt head computed once
gives bit for bit what computing it again would give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch
import torch.nn.functional as F

from uvm_core.cognition.engines.low_rank import JOINED, Layers, LowRank

Piece = list[tuple[torch.Tensor, torch.Tensor]]
"""Keys and values of a run of tokens, one pair per layer."""

RESCORED = 256


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


def fits_llama_runner(model: Any) -> bool:
    """Whether the lean forward pass computes this very architecture."""
    config = model.config
    return (
        getattr(config, "model_type", "") == "llama"
        and config.hidden_act == "silu"
        and not getattr(config, "attention_bias", False)
        and not getattr(config, "mlp_bias", False)
        and getattr(config, "quantization_config", None) is None
        and all(parameter.device.type == "cpu" for parameter in model.parameters())
    )


def cpu_has_bfloat16() -> bool:
    """Whether products in bfloat16 run on this CPU's own instructions (without them they are slower than float32)."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


class LlamaRunner:
    """A plain Llama on the CPU, weights as loaded, residual stream, attention and norms in float32.

    One token at a time is bound by memory, so the products take the weights as they are (bfloat16); several tokens
    are bound by arithmetic, so weights are widened layer by layer where the CPU has no bfloat16 of its own.
    """

    def __init__(self, model: Any) -> None:
        config = model.config
        self.length = 0
        self._heads: int = config.num_attention_heads
        self._kv_heads: int = config.num_key_value_heads
        self._width: int = getattr(config, "head_dim", None) or config.hidden_size // self._heads
        self._epsilon: float = config.rms_norm_eps
        self._shapes = _linear_shapes(model.model.layers[0])
        self._layers = [_fuse(layer) for layer in model.model.layers]
        self._embedding: torch.Tensor = model.model.embed_tokens.weight.detach()
        self._norm = model.model.norm.weight.detach().float()
        self._head: torch.Tensor = model.lm_head.weight.detach()
        self._wide_products = self._head.dtype == torch.float32 or not cpu_has_bfloat16()
        positions = torch.arange(config.max_position_embeddings)[None]
        with torch.inference_mode():
            cos, sin = model.model.rotary_emb(self._norm[None, None], positions)
        self._cos, self._sin = cos[0].float(), sin[0].float()
        self._keys: list[torch.Tensor] = []
        self._values: list[torch.Tensor] = []
        self._bare: Layers = [(None,) * len(JOINED)] * len(self._layers)
        self._expert = self._bare
        self._reserve(512)

    @property
    def layer_shapes(self) -> dict[str, tuple[int, int]]:
        """The linear layers of one of the model's layers: module -> (out, in)."""
        return dict(self._shapes)

    def answer_as(self, expert: Layers | None) -> None:
        """Compute with an expert's products from now on; None for the bare model."""
        self._expert = expert or self._bare

    @torch.inference_mode()
    def extend(self, ids: list[int], check: Callable[[], None]) -> torch.Tensor:
        count, start = len(ids), self.length
        end = start + count
        self._reserve(end)
        x = F.embedding(torch.tensor(ids), self._embedding).float()
        cos, sin = self._cos[start:end], self._sin[start:end]
        mask = None
        if count > 1:
            mask = torch.ones(count, end, dtype=torch.bool).tril(start)
        for index, layer in enumerate(self._layers):
            check()
            x = self._layer(index, layer, x, cos, sin, mask)
        self.length = end
        return F.rms_norm(x[-1], (x.shape[-1],), self._norm, self._epsilon)

    @torch.inference_mode()
    def scores(self, state: torch.Tensor, allowed: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        ids = allowed
        if ids is None or ids.numel() > 4 * RESCORED:
            # A bfloat16 product chooses the candidates, a float32 one says how good they are: bfloat16 logits come
            # in steps of an eighth, too coarse to sample from.
            rough = F.linear(state.to(self._head.dtype)[None], self._head)[0]
            if ids is not None:
                rough = rough[ids]
            best = rough.topk(min(RESCORED, rough.numel())).indices
            ids = best if ids is None else ids[best]
        return ids, F.linear(state[None], self._head[ids].float())[0]

    def truncate(self, length: int) -> None:
        self.length = min(self.length, length)

    @torch.inference_mode()
    def keep(self, start: int) -> Piece:
        end = self.length
        return [
            (k[:, start:end].clone(), v[:, start:end].clone()) for k, v in zip(self._keys, self._values, strict=True)
        ]

    @torch.inference_mode()
    def put_back(self, piece: Piece) -> None:
        start = self.length
        end = start + piece[0][0].shape[1]
        self._reserve(end)
        for index, (keys, values) in enumerate(piece):
            self._keys[index][:, start:end] = keys
            self._values[index][:, start:end] = values
        self.length = end

    def _reserve(self, length: int) -> None:
        room = self._keys[0].shape[1] if self._keys else 0
        if length <= room:
            return
        room = max(length, 2 * room)
        shape = (self._kv_heads, room, self._width)
        for store in (self._keys, self._values):
            old = list(store)
            store.clear()
            for index in range(len(self._layers)):
                fresh = torch.zeros(shape)
                if old:
                    fresh[:, : self.length] = old[index][:, : self.length]
                store.append(fresh)

    def _product(self, x: torch.Tensor, weight: torch.Tensor, expert: LowRank | None) -> torch.Tensor:
        if x.shape[0] > 1 and self._wide_products:
            y = F.linear(x, weight.float())
        else:
            y = F.linear(x.to(weight.dtype), weight).float()
        return y if expert is None else expert.add_to(y, x)

    def _layer(
        self,
        index: int,
        layer: tuple[torch.Tensor, ...],
        x: torch.Tensor,
        cos: torch.Tensor,
        sin: torch.Tensor,
        mask: torch.Tensor | None,
    ) -> torch.Tensor:
        before, qkv, out, after, gate_up, down = layer
        for_qkv, for_out, for_gate_up, for_down = self._expert[index]
        count, size = x.shape
        end = self.length + count
        y = self._product(F.rms_norm(x, (size,), before, self._epsilon), qkv, for_qkv)
        y = y.view(count, -1, self._width).transpose(0, 1)
        turning = self._heads + self._kv_heads
        rotated, v = y[:turning], y[turning:]
        half = self._width // 2
        turned = torch.cat((-rotated[..., half:], rotated[..., :half]), -1)
        rotated = rotated * cos + turned * sin
        q, k = rotated[: self._heads], rotated[self._heads :]
        keys, values = self._keys[index], self._values[index]
        keys[:, self.length : end] = k
        values[:, self.length : end] = v
        group = self._heads // self._kv_heads
        if count == 1:
            # One new token: the heads of a group are rows of one query.
            q = q.reshape(1, self._kv_heads, group, self._width)
            a = F.scaled_dot_product_attention(q, keys[None, :, :end], values[None, :, :end])
            a = a.reshape(1, -1)
        else:
            a = F.scaled_dot_product_attention(
                q[None], keys[None, :, :end], values[None, :, :end], attn_mask=mask, enable_gqa=group > 1
            )
            a = a[0].transpose(0, 1).reshape(count, -1)
        x = x + self._product(a, out, for_out)
        both = self._product(F.rms_norm(x, (size,), after, self._epsilon), gate_up, for_gate_up)
        inner = both.shape[-1] // 2
        return x + self._product(F.silu(both[:, :inner]) * both[:, inner:], down, for_down)


def _linear_shapes(layer: Any) -> dict[str, tuple[int, int]]:
    modules = dict(layer.named_modules())
    return {name: tuple(modules[name].weight.shape) for group in JOINED for name in group}


def _fuse(layer: Any) -> tuple[torch.Tensor, ...]:
    """One tensor for q, k and v and one for gate and up; the modules' own weights become views of it."""
    attention, feed = layer.self_attn, layer.mlp
    return (
        layer.input_layernorm.weight.detach().float(),
        _joined(attention.q_proj, attention.k_proj, attention.v_proj),
        attention.o_proj.weight.detach(),
        layer.post_attention_layernorm.weight.detach().float(),
        _joined(feed.gate_proj, feed.up_proj),
        feed.down_proj.weight.detach(),
    )


def _joined(*modules: Any) -> torch.Tensor:
    whole = torch.cat([module.weight.detach() for module in modules])
    start = 0
    for module in modules:
        end = start + module.weight.shape[0]
        module.weight.data = whole[start:end]
        start = end
    return whole


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
