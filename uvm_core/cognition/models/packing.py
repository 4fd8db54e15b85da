"""From a GGUF file to the form that is run: 8-bit rows with a scale each, a config and a tokenizer.

The file's own blocks (4 to 6 bits, a scale for 16 to 256 numbers) are widened and packed anew by rows. Against the
file's numbers a row of the coder models is off by 1 to 3 percent, while packing to 4 bits again loses 8; against
bfloat16 it is half of the memory and twice the speed of writing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvm_core.cognition.engines.engine import EngineUnavailable

if TYPE_CHECKING:
    import torch

Progress = Callable[[str, float], None]

ARCHITECTURES = {"qwen2": "Qwen2ForCausalLM", "llama": "LlamaForCausalLM"}
SAME = 0.15
"""Two tables that differ by less of their size are one table, packed twice."""
_MODULES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
_TOP = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def write_packed(gguf: Path, folder: Path, tell: Progress) -> None:
    """Write config.json, model.safetensors, the tokenizer's files and generation_config.json of a model into a folder.

    `tell` gets words and a share from 0 to 1. Errors: EngineUnavailable for a file that is no GGUF, or of an
    architecture that is not run here.
    """
    from gguf import GGUFReader
    from safetensors.torch import save_file

    tell("Reading the model's file.", 0.0)
    try:
        reader = GGUFReader(str(gguf))
    except Exception as error:  # the reader raises whatever numpy and struct do
        raise EngineUnavailable(f"{gguf.name} cannot be read as a GGUF file: {_first_line(error)}.") from error
    config = _config(reader, gguf.name)
    tensors: dict[str, torch.Tensor] = {}
    for share, name, weight in _weights(reader, config):
        tell("Packing the weights.", 0.05 + 0.75 * share)
        _put(tensors, name, weight)
    _tie(tensors, config)
    _check(tensors, config, gguf.name)
    tell("Writing the weights.", 0.8)
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config, indent=1), "utf-8")
    tell("Writing the tokenizer.", 0.9)
    _write_tokenizer(gguf, folder, config)
    tell("The model is packed.", 1.0)


def _config(reader: Any, name: str) -> dict[str, Any]:
    """What transformers writes into a config.json, from the file's own fields."""
    fields = reader.fields

    def value(key: str) -> Any:
        if key not in fields:
            raise EngineUnavailable(f"{name} is not whole: it does not say its {key}.")
        return fields[key].contents()

    kind = str(value("general.architecture"))
    if kind not in ARCHITECTURES:
        raise EngineUnavailable(
            f"{name} is a model of the architecture {kind}, which is not run here; {' and '.join(ARCHITECTURES)} are. "
            "A server that runs it can be used: batos model use ADDRESS#NAME."
        )
    if f"{kind}.rope.scaling.type" in fields and value(f"{kind}.rope.scaling.type") != "none":
        raise EngineUnavailable(f"{name} stretches its positions, which is not run here.")
    heads = int(value(f"{kind}.attention.head_count"))
    # The file keeps it in 32 bits: 9.99999997e-07 was 1e-06.
    epsilon = float(f"{float(value(f'{kind}.attention.layer_norm_rms_epsilon')):.6g}")
    stops = [int(value(f"tokenizer.ggml.{one}")) for one in ("eos_token_id",)]
    return {
        "architectures": [ARCHITECTURES[kind]],
        "model_type": kind,
        "hidden_act": "silu",
        "hidden_size": int(value(f"{kind}.embedding_length")),
        "intermediate_size": int(value(f"{kind}.feed_forward_length")),
        "num_hidden_layers": int(value(f"{kind}.block_count")),
        "num_attention_heads": heads,
        "num_key_value_heads": int(value(f"{kind}.attention.head_count_kv")),
        "rms_norm_eps": epsilon,
        "rope_parameters": {"rope_theta": float(value(f"{kind}.rope.freq_base")), "rope_type": "default"},
        "max_position_embeddings": int(value(f"{kind}.context_length")),
        "vocab_size": len(value("tokenizer.ggml.tokens")),
        "eos_token_id": stops[0],
        "dtype": "int8",
        "packed": "int8 rows",
    }


def _weights(reader: Any, config: dict[str, Any]) -> Iterator[tuple[float, str, torch.Tensor]]:
    """(share done, transformers' name, float32 tensor) of each tensor of the file."""
    import torch
    from gguf.quants import dequantize

    total = sum(int(one.n_bytes) for one in reader.tensors) or 1
    done = 0
    for one in reader.tensors:
        name = _renamed(one.name)
        shape = tuple(int(size) for size in reversed(one.shape))
        weight = torch.from_numpy(dequantize(one.data, one.tensor_type).copy()).reshape(shape).float()
        if config["model_type"] == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
            weight = _unturned(weight, config["num_attention_heads" if "q_proj" in name else "num_key_value_heads"])
        done += int(one.n_bytes)
        yield done / total, name, weight


def _renamed(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "blk" and len(parts) == 4 and parts[2] in _MODULES:
        return f"model.layers.{parts[1]}.{_MODULES[parts[2]]}.{parts[3]}"
    if len(parts) == 2 and parts[0] in _TOP:
        return f"{_TOP[parts[0]]}.{parts[1]}"
    raise EngineUnavailable(f"The file holds the tensor {name[:60]}, for which this architecture has no place.")


def _unturned(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """GGUF keeps a Llama's queries and keys with the halves of each head woven together."""
    rows = weight.shape[0]
    woven = weight.reshape(heads, rows // heads // 2, 2, *weight.shape[1:])
    return woven.swapaxes(1, 2).reshape(weight.shape)


def _put(tensors: dict[str, torch.Tensor], name: str, weight: torch.Tensor) -> None:
    from uvm_core.cognition.engines.linears import packed_rows

    if weight.dim() != 2:
        tensors[name] = weight.contiguous()
        return
    packed, scale = packed_rows(weight)
    tensors[name] = packed.contiguous()
    tensors[name.removesuffix("weight") + "scale"] = scale.contiguous()


def _tie(tensors: dict[str, torch.Tensor], config: dict[str, Any]) -> None:
    """One table where the output layer is the embedding: the file has it twice, the output's in finer blocks."""
    config["tie_word_embeddings"] = "lm_head.weight" not in tensors
    if config["tie_word_embeddings"]:
        return
    head = tensors["lm_head.weight"][:4096].float() * tensors["lm_head.scale"][:4096, None]
    table = tensors["model.embed_tokens.weight"][:4096].float() * tensors["model.embed_tokens.scale"][:4096, None]
    if float((head - table).norm() / head.norm()) < SAME:
        for kind in ("weight", "scale"):
            tensors[f"model.embed_tokens.{kind}"] = tensors.pop(f"lm_head.{kind}")
        config["tie_word_embeddings"] = True


def _check(tensors: dict[str, torch.Tensor], config: dict[str, Any], name: str) -> None:
    needed = ["model.embed_tokens.weight", "model.norm.weight"]
    for index in range(config["num_hidden_layers"]):
        needed += [f"model.layers.{index}.{module}.weight" for module in _MODULES.values()]
    missing = [one for one in needed if one not in tensors]
    if missing:
        raise EngineUnavailable(f"{name} is not whole: it lacks {missing[0]}.")


def _write_tokenizer(gguf: Path, folder: Path, config: dict[str, Any]) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name, local_files_only=True)
    # GGUF readers leave 1e30 there.
    tokenizer.model_max_length = config["max_position_embeddings"]
    tokenizer.save_pretrained(str(folder))
    stops = {"eos_token_id": config["eos_token_id"], "pad_token_id": tokenizer.pad_token_id}
    (folder / "generation_config.json").write_text(json.dumps(stops, indent=1), "utf-8")


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]
