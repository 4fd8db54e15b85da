"""What is kept of a training: the adapter as safetensors, its configuration, and its card for people and programs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from uvm_core.training.train import Recipe, State

WEIGHTS, CONFIG, CARD, README, LICENCE = (
    "adapter_model.safetensors",
    "adapter_config.json",
    "card.json",
    "README.md",
    "LICENSE",
)
GENERATORS = {"BRICK": "plans", "ROBIN": "weaving", "ALFRED": "methods"}
DOES = {
    "BRICK": "writes the plan of a mission: which facets are asked what, and when the work is done",
    "ROBIN": "weaves the notes of the facets and the passages of documents into one plain answer",
    "ALFRED": "writes one method for a message that an object does not understand, under the covenant",
}
_LICENCE_TEXT = """This adapter is part of BAT OS and under its licence (MIT, see the project's LICENSE).

It was trained for {base} (Apache License 2.0, https://huggingface.co/{base}), whose weights are not in here. Its
training data is made by the project's own generators.
"""


@dataclass(frozen=True)
class Base:
    """The model that an adapter belongs to: its id and the sha256 of its weights' file."""

    model_id: str
    sha256: str


def base_of(model: Any) -> Base:
    """The base of a converted model (see cognition.models.packaged)."""
    rows = {row["name"]: row["sha256"] for row in model.manifest}
    return Base(model.model_id, rows["model.safetensors"])


def save_adapter(folder: Path, expert: str, base: Base, recipe: Recipe, tensors: Mapping[str, Any]) -> None:
    """The adapter's weights in bfloat16 and its configuration in peft's format, each put in place in one step."""
    import torch
    from safetensors.torch import save

    folder.mkdir(parents=True, exist_ok=True)
    small = {name: one.to(torch.bfloat16).contiguous() for name, one in sorted(tensors.items())}
    metadata = {"format": "pt", "base_model_sha256": base.sha256, "expert": expert}
    _put(folder / WEIGHTS, save(small, metadata=metadata))
    _put(folder / CONFIG, _json(adapter_config(base, recipe, tensors)))
    _put(folder / LICENCE, _LICENCE_TEXT.format(base=base.model_id).encode())


def adapter_config(base: Base, recipe: Recipe, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """peft's configuration of the adapter: what PeftModel.from_pretrained needs, no paths."""
    modules = sorted({name.split(".")[-3] for name in tensors})
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base.model_id,
        "r": recipe.rank,
        "lora_alpha": recipe.alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": modules,
        "fan_in_fan_out": False,
        "inference_mode": True,
        "use_dora": False,
        "use_rslora": False,
    }


@dataclass(frozen=True)
class Start:
    """An adapter that is trained further: its tensors, hash, rank and alpha, and its card."""

    tensors: Mapping[str, Any]
    sha256: str
    rank: int
    alpha: int
    card: Mapping[str, Any]


def load_start(folder: Path, expert: str, base: Base) -> Start:
    """The adapter in a folder, to be trained further. Errors: ValueError if it is another expert's or model's."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        card, config = read_card(folder), json.loads((folder / CONFIG).read_text("utf-8"))
        tensors = load_file(folder / WEIGHTS)
        rank, alpha = int(config["r"]), int(config["lora_alpha"])
        named = (card["expert"], card["base_model_sha256"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ValueError(f"The adapter in {folder} cannot be read ({error}).") from error
    if named != (expert, base.sha256):
        raise ValueError(f"The adapter in {folder} is not one of {expert} for this base model.")
    return Start({name: one.float() for name, one in tensors.items()}, sha256_of(folder / WEIGHTS), rank, alpha, card)


def make_card(
    folder: Path,
    expert: str,
    base: Base,
    recipe: Recipe,
    state: State,
    *,
    device: str,
    threads: int,
    start: Start | None = None,
) -> dict[str, Any]:
    """All that is known of a training; the scores come in later (see with_scores).

    Trainings that went before (see Start) stand under "earlier", the oldest first.
    """
    seen = state.seen
    return {
        "expert": expert,
        "does": DOES[expert],
        "base_model": base.model_id,
        "base_model_sha256": base.sha256,
        "adapter_sha256": sha256_of(folder / WEIGHTS),
        "adapter_size": (folder / WEIGHTS).stat().st_size,
        "data": {
            "generator": f"uvm_core.training.{GENERATORS[expert]}",
            "seed": recipe.seed,
            "samples": seen.samples,
            "left_out_for_length": seen.left_out,
            "difficulties": dict(sorted(seen.difficulties.items())),
            "families": dict(sorted(seen.families.items())),
        },
        "training": {
            "steps": state.step,
            "tokens": seen.tokens,
            "answer_tokens": seen.answer_tokens,
            "minutes": round(state.seconds / 60, 1),
            "device": device,
            "threads": threads,
            "loss_of_first_steps": _mean(state.losses[:5]),
            "loss_of_last_steps": _mean(state.losses[-5:]),
            "recipe": asdict(recipe),
            "versions": {name: version(name) for name in ("torch", "transformers", "peft")},
        },
        "earlier": [*start.card.get("earlier", []), {key: start.card[key] for key in ("data", "training")}]
        if start is not None
        else [],
        "scores": {},
        "licence": "MIT; base model Apache-2.0",
    }


def with_scores(card: Mapping[str, Any], scores: Mapping[str, Any]) -> dict[str, Any]:
    """The card with these sets of scores; sets of other names stay."""
    return {**card, "scores": {**card.get("scores", {}), **scores}}


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """card.json for programs, README.md for people."""
    _put(folder / CARD, _json(card))
    _put(folder / README, readme(card).encode())


def read_card(folder: Path) -> dict[str, Any]:
    """The card of an adapter. Errors: OSError, ValueError."""
    found: dict[str, Any] = json.loads((folder / CARD).read_text("utf-8"))
    return found


def readme(card: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    data, training = card["data"], card["training"]
    recipe = training["recipe"]
    lines = [
        f"# {card['expert']}",
        "",
        f"A LoRA for {card['base_model']} that {card['does']}.",
        "",
        "| | |",
        "|---|---|",
        f"| base model | {card['base_model']}, model.safetensors {card['base_model_sha256']} |",
        f"| data | {data['generator']}, seed {data['seed']}: {data['samples']} samples of {len(data['families'])} "
        f"families ({_counts(data['difficulties'])}), each checked before use |",
        f"| training | {training['steps']} steps of {recipe['batch']} samples, {training['tokens']} tokens "
        f"({training['answer_tokens']} learned), {training['minutes']} minutes on {training['device']} |",
        *_earlier(card.get("earlier", [])),
        f"| LoRA | rank {recipe['rank']}, alpha {recipe['alpha']}, all linear layers, saved as bfloat16 |",
        f"| optimizer | AdamW, rate {recipe['rate']}, warm-up and cosine, clipped at {recipe['clip']} |",
        f"| loss | {training['loss_of_first_steps']} at the start, {training['loss_of_last_steps']} at the end |",
        f"| licence | {card['licence']} |",
        "",
        *_scores(card["scores"]),
        f"Made by `batos train {card['expert']}`.",
        "",
    ]
    return "\n".join(lines)


def _earlier(rows: list[Mapping[str, Any]]) -> list[str]:
    return [
        f"| before that | {one['data']['samples']} samples of {len(one['data']['families'])} families, seed "
        f"{one['data']['seed']}, {one['training']['minutes']} minutes |"
        for one in rows
    ]


def _scores(scores: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, one in scores.items():
        lines += [f"## {name}", "", one["what"], "", "| | bare model with examples | expert |", "|---|---|---|"]
        for row, bare in one["bare"].items():
            expert = one["expert"][row]
            lines.append(f"| {row} | {bare['right']} of {bare['of']} | {expert['right']} of {expert['of']} |")
        lines.append("")
    return lines


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _counts(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in rows.items())


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _put(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
