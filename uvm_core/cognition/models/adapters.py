"""An adapter's files, judged before anything of them is loaded: they may come from anybody.

An adapter is three files: `adapter_model.safetensors`, `adapter_config.json` as peft writes it, `card.json`. Only plain
LoRA on the model's own linear layers is taken; everything else that peft could be told to do is refused.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WEIGHTS, CONFIG, CARD = "adapter_model.safetensors", "adapter_config.json", "card.json"
FILES = (WEIGHTS, CONFIG, CARD)
MAX_RANK = 64
MAX_ALPHA = 1024
MAX_JSON = 256 * 1024
"""Bytes of a config or a card."""
PREFIX = "base_model.model."
"""Stands before a module's name in peft's files."""
DTYPES = ("F32", "F16", "BF16")
RUNS_CODE = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".py")
_NO_LINEAR = ("embed_tokens", "lm_head", "wte", "wpe", "embed_out")
# What may stand in a config beside the settings that are read: it changes nothing in how the adapter answers.
_IDLE = {
    "base_model_name_or_path",
    "revision",
    "peft_version",
    "inference_mode",
    "lora_dropout",
    "megatron_core",
    "qalora_group_size",
}


FOR_ANOTHER = "It was trained for another model"
"""How the reason begins where nothing is wrong with an adapter but that it is not for this model."""


class AdapterRefused(Exception):
    """An adapter is not taken; the text is a plain sentence that says why."""


@dataclass(frozen=True)
class BaseModel:
    """The model that adapters are for: the hash of its weights, and its linear layers, module -> (out, in)."""

    sha256: str
    linears: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Settings:
    """What is read of an adapter's config. `targets` are the last parts of modules' names (`q_proj`)."""

    rank: int
    alpha: float
    targets: tuple[str, ...]
    rank_stabilised: bool = False

    @property
    def scale(self) -> float:
        """What the low-rank product is multiplied with: alpha / r, or alpha / sqrt(r) (Kalajdzievski 2023)."""
        return self.alpha / (math.sqrt(self.rank) if self.rank_stabilised else self.rank)


@dataclass(frozen=True)
class Adapter:
    """An adapter that was judged and may be loaded. `modules` are the linear layers that it has tensors for."""

    name: str
    sha256: str
    files: Mapping[str, Path]
    settings: Settings
    modules: tuple[str, ...]


def base_sha256(manifest: Iterable[Mapping[str, Any]]) -> str:
    """The hash by which an adapter names its model: that of its one weights file, or of all their hashes together."""
    rows = sorted((row["name"], row["sha256"]) for row in manifest if row["name"].endswith(".safetensors"))
    if len(rows) == 1:
        return str(rows[0][1])
    return hashlib.sha256("".join(f"{name} {digest}\n" for name, digest in rows).encode()).hexdigest()


def base_model(files: Mapping[str, Path], manifest: Iterable[Mapping[str, Any]]) -> BaseModel:
    """What adapters are held against, read off the headers of the model's safetensors."""
    linears: dict[str, tuple[int, int]] = {}
    for name, path in files.items():
        if name.endswith(".safetensors"):
            shapes = tensor_shapes(path)[0]
            for tensor, (shape, _dtype) in shapes.items():
                module, _, kind = tensor.rpartition(".")
                if kind == "weight" and len(shape) == 2 and module.rpartition(".")[2] not in _NO_LINEAR:
                    linears[module] = (shape[0], shape[1])
    return BaseModel(base_sha256(manifest), linears)


def judged(name: str, sha256: str, files: Mapping[str, Path], base: BaseModel) -> Adapter:
    """The adapter, fit to be loaded into this model. Errors: AdapterRefused."""
    for needed in (WEIGHTS, CONFIG):
        if needed not in files:
            raise AdapterRefused(f"{needed} is missing.")
    settings = read_settings(files[CONFIG], base)
    shapes, metadata = tensor_shapes(files[WEIGHTS])
    _check_base(named_bases(files, metadata), base)
    modules = tuple(module for module in base.linears if module.rpartition(".")[2] in settings.targets)
    wanted: dict[str, list[int]] = {}
    for module in modules:
        out, inner = base.linears[module]
        wanted[f"{PREFIX}{module}.lora_A.weight"] = [settings.rank, inner]
        wanted[f"{PREFIX}{module}.lora_B.weight"] = [out, settings.rank]
    strange = sorted(set(shapes) - set(wanted))
    if strange:
        raise AdapterRefused(f"It holds the tensor {_short(strange[0])}, for which this model has no place.")
    missing = sorted(set(wanted) - set(shapes))
    if missing:
        raise AdapterRefused(f"It lacks the tensor {missing[0]}.")
    for tensor, (shape, dtype) in shapes.items():
        if shape != wanted[tensor]:
            raise AdapterRefused(f"Its tensor {tensor} is {shape}, this model needs {wanted[tensor]}.")
        if dtype not in DTYPES:
            raise AdapterRefused(f"Its tensor {tensor} holds {_short(dtype)}; only floating-point numbers are taken.")
    return Adapter(name, sha256, dict(files), settings, modules)


def tensor_shapes(path: Path) -> tuple[dict[str, tuple[list[int], str]], Mapping[str, str]]:
    """({tensor: (shape, type)}, metadata) of a safetensors file, from its header alone. Errors: AdapterRefused."""
    from safetensors import SafetensorError, safe_open

    try:
        # The library checks that the header is whole and that no tensor reaches beyond the file.
        with safe_open(str(path), framework="np") as opened:
            slices = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118 - it is no mapping
            shapes = {name: (list(one.get_shape()), str(one.get_dtype())) for name, one in slices.items()}
            return shapes, dict(opened.metadata() or {})
    except (SafetensorError, OSError, ValueError) as error:
        raise AdapterRefused(f"{path.name} is no whole safetensors file ({_short(str(error))}).") from error


def read_settings(path: Path, base: BaseModel) -> Settings:
    """The settings in an adapter's config, held to a small schema. Errors: AdapterRefused."""
    row = read_json(path, CONFIG)
    if row.pop("peft_type", None) != "LORA":
        raise AdapterRefused("Its adapter_config.json is not of the type LORA.")
    rank, alpha = row.pop("r", None), row.pop("lora_alpha", None)
    if not isinstance(rank, int) or isinstance(rank, bool) or not 1 <= rank <= MAX_RANK:
        raise AdapterRefused(f"Its rank is {_short(repr(rank))}; 1 to {MAX_RANK} are taken.")
    if not isinstance(alpha, int | float) or isinstance(alpha, bool) or not 0 < alpha <= MAX_ALPHA:
        raise AdapterRefused(f"Its lora_alpha is {_short(repr(alpha))}; more than 0 to {MAX_ALPHA} are taken.")
    targets = _targets(row.pop("target_modules", None), base)
    stabilised = row.pop("use_rslora", False)
    if not isinstance(stabilised, bool):
        raise AdapterRefused("Its use_rslora is neither true nor false.")
    if row.pop("init_lora_weights", None) not in (None, True, False, "gaussian"):
        # Others (pissa, olora, …) change the base model's weights before they train against them.
        raise AdapterRefused("Its init_lora_weights says that it was trained against a changed model.")
    if row.pop("bias", "none") != "none":
        raise AdapterRefused("It changes biases; only low-rank products are taken.")
    if row.pop("task_type", None) not in (None, "CAUSAL_LM"):
        raise AdapterRefused("It is not for a language model (task_type).")
    for key, value in row.items():
        if key not in _IDLE and value not in (None, False, {}, []):
            raise AdapterRefused(f"Its adapter_config.json asks for {_short(key)}, which is not taken.")
    return Settings(rank, float(alpha), targets, stabilised)


def _targets(value: Any, base: BaseModel) -> tuple[str, ...]:
    known = {module.rpartition(".")[2] for module in base.linears}
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise AdapterRefused("Its target_modules are not a list of layers' names.")
    strange = sorted(set(value) - known)
    if strange:
        raise AdapterRefused(f"Its target_modules name {_short(strange[0])}, which this model has no linear layer of.")
    return tuple(sorted(set(value)))


def named_bases(files: Mapping[str, Path], metadata: Mapping[str, str]) -> list[str]:
    """The hashes of the model that an adapter says it was trained for: on its card and in its tensors' metadata."""
    card = read_json(files[CARD], CARD) if CARD in files else {}
    found = [card.get("base_model_sha256"), metadata.get("base_model_sha256")]
    return [str(one) for one in found if one]


def _check_base(named: Sequence[str], base: BaseModel) -> None:
    if not named:
        raise AdapterRefused("It does not say which model it was trained for (base_model_sha256 on its card).")
    for one in named:
        if one != base.sha256:
            raise AdapterRefused(f"{FOR_ANOTHER}: one with the hash {_short(one)}, this one has {base.sha256[:12]}….")


def read_json(path: Path, name: str) -> dict[str, Any]:
    """A small JSON object from a file. Errors: AdapterRefused."""
    try:
        if path.stat().st_size > MAX_JSON:
            raise AdapterRefused(f"Its {name} is larger than {MAX_JSON // 1024} KB.")
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise AdapterRefused(f"Its {name} cannot be read ({_short(str(error))}).") from error
    if not isinstance(found, dict):
        raise AdapterRefused(f"Its {name} is not a JSON object.")
    return found


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
