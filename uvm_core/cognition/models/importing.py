"""Models that people bring: a GGUF file, packed as the catalogue's are, or a Hugging Face folder as it is."""

from __future__ import annotations

import json
import re
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.models import copies
from uvm_core.cognition.models.catalogue import known
from uvm_core.cognition.models.copies import ConvertedModel, Progress, Recipe, sha256_of, silent
from uvm_core.cognition.models.folders import model_files
from uvm_core.cognition.models.machine import IMPORTED, PACKED, packed_copy

ARCHITECTURES = ("qwen2", "llama")
"""What a GGUF file may hold."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TAKEN_FROM_HUB = 2  # its weights as they are, and nothing else

# gguf.md of ggml: the header's value types, as struct codes; strings and arrays are read apart.
_MAGIC = b"GGUF"
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MOST_TEXT = 1 << 26


def imported_model(source: Path, name: str | None = None, progress: Progress | None = None) -> ConvertedModel:
    """The copy of a GGUF file or of a model's folder, made now; the source is left as it is.

    Errors: EngineUnavailable naming what is wrong with the source or with the name.
    """
    tell = progress or silent
    source = source.expanduser().absolute()
    called = name_for(source, name)
    if source.is_dir():
        return _folder(source, called, tell)
    if not source.is_file():
        raise EngineUnavailable(f"There is no file or folder {source}.")
    check_gguf(source)
    tell(f"Reading {source.name}.", 0.0)
    origin = _origin(source.name, source.stat().st_size, sha256_of(source), PACKED)
    # The packed form is about as large as the file.
    return packed_copy(called, source.name, source, origin, tell, source.stat().st_size // 1_000_000)


def check_quantized(form: str | None) -> None:
    """Whether a model can be imported in another form. Errors: EngineUnavailable, with what is done instead."""
    if form is not None:
        raise EngineUnavailable(
            f"No engine here runs the form {form}. Leave --quantize out: a GGUF file is packed in 8 and 4 bits by "
            "itself, and a folder is taken as it is."
        )


def name_for(source: Path, name: str | None) -> str:
    """What an imported model is called: as the person says, else after its file. Errors: EngineUnavailable."""
    called = name or re.sub(r"[^A-Za-z0-9._-]+", "-", source.stem if source.is_file() else source.name).strip("-.")
    if not _NAME.fullmatch(called):
        raise EngineUnavailable(
            f"{called!r} is no name for a model: letters, digits, dots, hyphens and underscores, at most 64. "
            "Give another with --name."
        )
    if known(called) is not None:
        raise EngineUnavailable(f"{called} is a model of the catalogue. Give another name with --name.")
    folder = copies.models_folder() / called
    if folder.exists() and not _is_imported(folder):
        raise EngineUnavailable(f"{called} is taken by a file of BAT OS itself. Give another name with --name.")
    return called


def check_gguf(path: Path) -> None:
    """Whether a file is a GGUF file of an architecture that can be packed. Errors: EngineUnavailable."""
    try:
        with path.open("rb") as file:
            architecture = _architecture(file)
    except (struct.error, UnicodeDecodeError, ValueError) as fault:
        raise EngineUnavailable(f"{path.name} is no whole GGUF file ({fault}).") from fault
    except OSError as fault:
        raise EngineUnavailable(f"{path} cannot be read: {fault.strerror or fault}.") from fault
    if architecture not in ARCHITECTURES:
        raise EngineUnavailable(
            f"{path.name} holds a model of the architecture {architecture!r}; {' and '.join(ARCHITECTURES)} can be run."
        )


def _architecture(file: IO[bytes]) -> str:
    if file.read(4) != _MAGIC:
        raise ValueError("it does not begin with GGUF")
    _version, _tensors, count = _read(file, "<IQQ")
    for _ in range(count):
        key = _text(file)
        (kind,) = _read(file, "<I")
        value = _value(file, kind)
        if key == "general.architecture":
            return str(value)
    raise ValueError("it does not say its architecture")


def _value(file: IO[bytes], kind: int) -> Any:
    if kind == _STRING:
        return _text(file)
    if kind == _ARRAY:
        inner, count = _read(file, "<IQ")
        if count > _MOST_TEXT:
            raise ValueError("a list in it is too long")
        for _ in range(count):
            _value(file, inner)
        return None
    if kind not in _SCALARS:
        raise ValueError(f"it has a value of the unknown kind {kind}")
    return _read(file, "<" + _SCALARS[kind])[0]


def _text(file: IO[bytes]) -> str:
    (size,) = _read(file, "<Q")
    if size > _MOST_TEXT:
        raise ValueError("a text in it is too long")
    return file.read(size).decode("utf-8")


def _read(file: IO[bytes], form: str) -> tuple[Any, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _folder(source: Path, name: str, tell: Progress) -> ConvertedModel:
    paths = model_files(source)
    names = {path.name for path in paths}
    missing = [one for one in copies.NEEDED if one not in names]
    if missing:
        raise EngineUnavailable(f"The folder {source} is not a model that can be woken: {missing[0]} is missing.")
    if "chat_template.jinja" not in names and not _reads(source / "tokenizer_config.json").get("chat_template"):
        raise EngineUnavailable(
            f"The model in {source} has no chat template, so it cannot be asked; take an instruct model."
        )
    if _reads(source / "config.json").get("auto_map"):
        raise EngineUnavailable(f"The model in {source} needs code of its own to run, which is not taken.")
    size = sum(path.stat().st_size for path in paths)

    def write(work: Path, told: Progress) -> None:
        done = 0
        for path in paths:
            told(f"Copying {path.name}.", 0.9 * done / max(size, 1))
            shutil.copyfile(path, work / path.name)
            done += path.stat().st_size

    weights = sorted(path for path in paths if path.suffix == ".safetensors")
    digest = "+".join(sha256_of(path) for path in weights)
    origin = _origin(source.name, size, digest, _TAKEN_FROM_HUB)
    return copies.made(Recipe(name, name, origin, write, source.name, size // 1_000_000), tell)


def _reads(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise EngineUnavailable(f"{path} cannot be read: {fault}.") from fault
    if not isinstance(found, dict):
        raise EngineUnavailable(f"{path} holds no JSON object.")
    return found


def _is_imported(folder: Path) -> bool:
    try:
        return bool(copies.read_manifest(folder)["origin"].get("kind") == IMPORTED)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _origin(file: str, size: int, sha256: str, converter: int) -> dict[str, Any]:
    return {"kind": IMPORTED, "file": file, "size": size, "sha256": sha256, "converter": converter}
