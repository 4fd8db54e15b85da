"""Adapters for tests, made by peft itself: random ones of the right shapes, and broken ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uvm_core.cognition.models.adapters import CARD, CONFIG, WEIGHTS, BaseModel, base_model, base_sha256
from uvm_core.cognition.models.copies import ConvertedModel

NAMES = ("ALFRED", "BRICK", "ROBIN")
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def random_adapters(model: ConvertedModel, folder: Path) -> Any:
    """A folder with one adapter for each of NAMES, lower case, as `lora_adapters/` has them; peft's own model."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(7)
    base = AutoModelForCausalLM.from_pretrained(str(model.dir), dtype=torch.bfloat16).eval()
    config = LoraConfig(r=4, lora_alpha=4, target_modules=LINEAR, init_lora_weights=False, task_type="CAUSAL_LM")
    made = get_peft_model(base, config, adapter_name=NAMES[0])
    for name in NAMES[1:]:
        made.add_adapter(name, config)
    made.save_pretrained(str(folder / "saved"))
    for name in NAMES:
        shutil.move(folder / "saved" / name, folder / name.lower())
        (folder / name.lower() / "README.md").unlink(missing_ok=True)
        card = {"expert": name, "base_model_sha256": base_sha256(model.manifest), "scores": {"held out": 0.5}}
        (folder / name.lower() / CARD).write_text(json.dumps(card))
    shutil.rmtree(folder / "saved")
    return made.eval()


def files_of(folder: Path) -> dict[str, Path]:
    """The files of one adapter's folder."""
    return {name: folder / name for name in (WEIGHTS, CONFIG, CARD) if (folder / name).exists()}


def base_of(model: ConvertedModel) -> BaseModel:
    return base_model(model.files, model.manifest)


def copy_of(folder: Path, to: Path, name: str) -> Path:
    """A copy of an adapter's folder, to be broken."""
    shutil.copytree(folder, to / name)
    return to / name


def change_json(path: Path, changes: Mapping[str, Any]) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def change_tensors(path: Path, change: Any, metadata: Mapping[str, str] | None = None) -> None:
    """Write a safetensors file again after change(tensors)."""
    from safetensors.torch import load_file, save_file

    tensors = load_file(str(path))
    change(tensors)
    save_file(tensors, str(path), metadata=dict(metadata or {"format": "pt"}))
