"""Models that others keep in a folder: a local one, or one that the hub's cache holds."""

from __future__ import annotations

from pathlib import Path

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.models.copies import CHECKED, MANIFEST, ConvertedModel, Progress, manifest_rows, silent

MODEL_SUFFIXES = (".safetensors", ".json", ".jinja", ".txt", ".model")


def local_model(path_or_id: str, *, download: bool = False, progress: Progress | None = None) -> ConvertedModel:
    """A Hugging Face model in a local folder, or one that the hub's cache holds; fetched only if `download` is true.

    Only safetensors weights are taken: other formats can run code when they are read.
    """
    folder = found_folder(path_or_id, download=download)
    return ConvertedModel(folder, manifest_rows(model_files(folder), progress or silent), path_or_id)


def found_folder(path_or_id: str, *, download: bool = False) -> Path:
    """The folder itself, or where the hub's cache holds that id. Errors: EngineUnavailable."""
    folder = Path(path_or_id).expanduser()
    return folder if folder.is_dir() else _hub_folder(path_or_id, download)


def model_files(folder: Path) -> list[Path]:
    """The files of a model in a folder. Errors: EngineUnavailable, naming what is missing."""
    paths = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix in MODEL_SUFFIXES and p.name not in _OURS)
    names = {p.name for p in paths}
    missing = [name for name in ("config.json",) if name not in names]
    if not any(name.endswith(".safetensors") for name in names):
        missing.append("*.safetensors")
    if not names & {"tokenizer.json", "tokenizer.model", "vocab.json"}:
        missing.append("tokenizer.json")
    if missing:
        raise EngineUnavailable(
            f"The folder {folder} is not a model that can be woken: {', '.join(missing)} is missing. "
            "It needs config.json, safetensors weights and a tokenizer."
        )
    return paths


_OURS = (MANIFEST, CHECKED)


def _hub_folder(model_id: str, download: bool) -> Path:
    if model_id.count("/") != 1 or model_id.startswith((".", "/", "~")):
        raise EngineUnavailable(f"There is no folder {model_id}.")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        found = snapshot_download(
            model_id,
            allow_patterns=[f"*{suffix}" for suffix in MODEL_SUFFIXES],
            local_files_only=not download,
        )
    except HFValidationError as error:
        raise EngineUnavailable(f"{model_id!r} is neither a folder nor the id of a model.") from error
    except LocalEntryNotFoundError as error:
        hint = "The hub could not be reached." if download else "Downloading was not asked for."
        raise EngineUnavailable(f"The model {model_id} is not on this machine. {hint}") from error
    except OSError as error:
        raise EngineUnavailable(f"The model {model_id} could not be fetched: {error}.") from error
    return Path(found)
