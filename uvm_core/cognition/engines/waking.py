"""Waking a model from its files: the lean one where its architecture is known here, transformers' own otherwise."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvm_core.cognition.engines.engine import EngineUnavailable

if TYPE_CHECKING:
    from uvm_core.cognition.engines.lean import LeanModel

Progress = Callable[[str, float], None]


@contextlib.contextmanager
def as_folder(files: Mapping[str, Path]) -> Iterator[Path]:
    """The files under their own names in a folder of links, gone when the model is in memory."""
    for name, path in files.items():
        if Path(name).name != name:
            raise EngineUnavailable(f"The model's file name {name!r} is not a plain file name.")
        if not Path(path).is_file():
            raise EngineUnavailable(f"The model's file {name} is missing. Put the model into the image again.")
    folder = Path(tempfile.mkdtemp(prefix="batos-model-"))
    try:
        for name, path in files.items():
            _link(Path(path).resolve(), folder / name)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _link(path: Path, at: Path) -> None:
    try:
        at.symlink_to(path)
    except OSError:
        # Some systems keep symbolic links to administrators.
        try:
            os.link(path, at)
        except OSError:
            shutil.copyfile(path, at)


def read_config(folder: Path) -> dict[str, Any]:
    """config.json. Errors: EngineUnavailable with what is wrong."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged("config.json", error) from error
    if not isinstance(config, dict):
        raise EngineUnavailable("The model's config.json is not a JSON object. Put the model into the image again.")
    return config


def wake_tokenizer(folder: Path) -> Any:
    """The tokenizer of a folder, with a chat template. Errors: EngineUnavailable."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # the tokenizers library raises no kind of its own
        raise _damaged("tokenizer.json", error) from error
    if not tokenizer.chat_template:
        raise EngineUnavailable("The model has no chat template, so it cannot be asked; take an instruct model.")
    return tokenizer


def stop_ids(folder: Path, config: Mapping[str, Any], tokenizer: Any) -> frozenset[int]:
    """The tokens that end an answer, by whichever file names them."""
    said: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):  # optional file: the config and the tokenizer serve without it
        said = json.loads((folder / "generation_config.json").read_text("utf-8"))
    stops: set[int] = set()
    for source in (tokenizer.eos_token_id, said.get("eos_token_id"), config.get("eos_token_id")):
        stops.update(source if isinstance(source, list) else [] if source is None else [source])
    return frozenset(stops)


def wake_lean(folder: Path, config: Mapping[str, Any]) -> LeanModel:
    """The lean model of a folder with Llama or Qwen2 weights, packed or plain. Errors: EngineUnavailable."""
    from safetensors.torch import load_file

    from uvm_core.cognition.engines.lean import lean_model

    weights = weights_of(folder)
    names = [weights.name]
    if weights.suffix == ".json":
        names = sorted(set(json.loads(weights.read_text("utf-8"))["weight_map"].values()))
    tensors: dict[str, Any] = {}
    try:
        for name in names:
            tensors |= load_file(str(folder / name))
        return lean_model(config, tensors)
    except Exception as error:  # safetensors and torch each raise their own kind
        lacks = f"it lacks {error}" if isinstance(error, KeyError) else first_line(error)
        raise EngineUnavailable(
            f"The model's file {weights.name} is damaged or does not fit its config.json ({lacks}). "
            "Put the model into the image again."
        ) from error


def wake_hub(folder: Path, dtype_name: str) -> Any:
    """The model by transformers, spread over what devices there are; no layer is split between two of them.

    Errors: EngineUnavailable."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from accelerate import init_empty_weights, load_checkpoint_and_dispatch
    from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig

    dtype = getattr(torch, dtype_name)
    weights = weights_of(folder)
    try:
        config = AutoConfig.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise _damaged("config.json", error) from error
    with init_empty_weights():
        model = AutoModelForCausalLM.from_config(config, dtype=dtype)
    model.tie_weights()
    try:
        model = load_checkpoint_and_dispatch(
            model,
            checkpoint=str(weights),
            device_map="auto" if torch.cuda.is_available() else {"": "cpu"},
            no_split_module_classes=list(model._no_split_modules or []),
            dtype=dtype,
        )
    except Exception as error:  # safetensors, torch and accelerate each raise their own kind
        raise EngineUnavailable(
            f"The model's file {weights.name} is damaged or does not fit its config.json ({first_line(error)}). "
            "Put the model into the image again."
        ) from error
    model.tie_weights()
    unfilled = [name for name, parameter in model.named_parameters() if parameter.device.type == "meta"]
    if unfilled:
        raise EngineUnavailable(f"The model's file {weights.name} lacks {unfilled[0]}. Put the model in again.")
    with contextlib.suppress(OSError):  # optional file: the model's own defaults serve without it
        model.generation_config = GenerationConfig.from_pretrained(str(folder), local_files_only=True)
    return model.eval()


def weights_of(folder: Path) -> Path:
    """The weights' file, or the index of several. Errors: EngineUnavailable."""
    index = folder / "model.safetensors.index.json"
    if index.exists():
        return index
    found = sorted(folder.glob("*.safetensors"))
    if len(found) != 1:
        raise EngineUnavailable(
            "The model's file model.safetensors is missing. Put the model into the image again."
            if not found
            else "The model has several weight files but no model.safetensors.index.json that says how they join."
        )
    return found[0]


def first_line(error: BaseException) -> str:
    """The first line of an error's text, bounded."""
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]


def _damaged(name: str, error: BaseException) -> EngineUnavailable:
    return EngineUnavailable(
        f"The model's {name} is missing or damaged ({first_line(error)}). Put the model into the image again."
    )
