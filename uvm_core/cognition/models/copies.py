"""The user's copies of models, ready to be woken: made once each, with a manifest, checked cheaply at each use.

A copy is a folder under the user's cache: the model's files, `manifest.json` with the size and hash of each, and
`checked.json` with the sizes and times that the last full check saw. Whatever differs from those is hashed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import structlog
from filelock import FileLock

from uvm_core.cognition.engines.engine import EngineUnavailable

MANIFEST = "manifest.json"
CHECKED = "checked.json"
NEEDED = ("config.json", "tokenizer.json", "tokenizer_config.json")
"""Files without which no model wakes; the weights have several names."""

Progress = Callable[[str, float], None]
"""Told a stage in a sentence and the share that is done, 0 to 1."""

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
class Recipe:
    """How a copy is made.

    name: of its folder. origin: what it is made from and by which maker, as plain data; a copy with another origin is
    made again. write: puts the model's files into an empty folder. title: what is being made, for sentences.
    """

    name: str
    model_id: str
    origin: Mapping[str, Any]
    write: Callable[[Path, Progress], None]
    title: str = "model"
    megabytes: int = 300


def models_folder() -> Path:
    """Where converted copies are kept for this user."""
    # platformdirs reads XDG_CACHE_HOME on Linux alone; people (and tests) who set it mean it everywhere.
    chosen = os.environ.get("XDG_CACHE_HOME")
    base = Path(chosen) / "batos" if chosen else Path(platformdirs.user_cache_dir("batos"))
    return base / "models"


def made(recipe: Recipe, tell: Progress) -> ConvertedModel:
    """The copy of a recipe: the one that is there if it serves, else made now, in one step for whoever looks on.

    A damaged copy is made again. Errors: EngineUnavailable when it cannot be made; nothing half done is left then.
    """
    folder = models_folder() / recipe.name
    try:
        with locked(recipe.name):
            fault = cheap_fault(folder, recipe.origin)
            if fault is None:
                tell("The model's copy is in place.", 1.0)
                return ConvertedModel(folder, read_manifest(folder)["files"], recipe.model_id)
            if fault:
                tell(f"{fault} It is made again.", 0.0)
                _log.warning("model_copy_damaged", reason=fault)
            return _make(recipe, folder, tell)
    except OSError as error:
        raise EngineUnavailable(
            f"The model's copy could not be kept in {folder}: {error.strerror or error}. "
            f"About {recipe.megabytes} MB must be free and the folder writable there."
        ) from error


def standing(name: str, origin: Mapping[str, Any] | None = None) -> ConvertedModel | None:
    """The copy of that name if it is whole and, where one is given, of that origin; None if there is none that serves.

    Errors: EngineUnavailable for one that is damaged, with a sentence.
    """
    folder = models_folder() / name
    if not (folder / MANIFEST).is_file():
        return None
    with locked(name):
        fault = cheap_fault(folder, origin)
        if fault == "":
            return None
        if fault is not None:
            raise EngineUnavailable(fault)
        found = read_manifest(folder)
        return ConvertedModel(folder, found["files"], str(found["model_id"]))


def has(name: str, origin: Mapping[str, Any] | None = None) -> bool:
    """Whether there is a copy of that name whose files have the sizes of its manifest; nothing is hashed."""
    folder = models_folder() / name
    try:
        manifest = read_manifest(folder)
        fits = origin is None or manifest["origin"] == origin
        return fits and all((folder / row["name"]).stat().st_size == row["size"] for row in manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def kept_names() -> list[str]:
    """The names of all copies, whole or not."""
    return sorted(path.parent.name for path in models_folder().glob("*/" + MANIFEST) if path.parent.name[0] != ".")


def drop(name: str) -> bool:
    """Remove a copy; False where there was none."""
    folder = models_folder() / name
    if not folder.is_dir():
        return False
    with locked(name):
        # Gone in one step for whoever looks on, and swept afterwards.
        aside = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder.parent))
        folder.rename(aside / "copy")
        shutil.rmtree(aside)
    return True


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Alone with the copy of that name: two processes must not make it twice nor see half of it."""
    folder = models_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(str(folder / name) + ".lock"):
        yield


def full_fault(folder: Path) -> str | None:
    """Hash every file of a converted copy; a sentence about the first that differs from its manifest, or None."""
    try:
        rows = read_manifest(folder)["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"The manifest of the model's copy in {folder} is missing or cannot be read."
    for row in rows:
        path = folder / row["name"]
        if not path.is_file():
            return f"The model's copy in {folder} has lost {row['name']}."
        if path.stat().st_size != row["size"] or sha256_of(path) != row["sha256"]:
            return f"{row['name']} of the model's copy in {folder} is damaged."
    return None


def cheap_fault(folder: Path, origin: Mapping[str, Any] | None) -> str | None:
    """None: the copy serves. "": there is none yet, or it is of another make. Else a sentence about the damage."""
    if not folder.is_dir():
        return ""
    try:
        manifest = read_manifest(folder)
        rows = manifest["files"]
        if origin is not None and manifest["origin"] != origin:
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


def read_manifest(folder: Path) -> dict[str, Any]:
    """{model_id, origin, files} of a copy. Errors: OSError, ValueError."""
    data: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return data


def manifest_rows(paths: Iterable[Path], tell: Progress) -> list[dict[str, Any]]:
    """{name, size, sha256} of each file."""
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


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def silent(_stage: str, _fraction: float) -> None:
    """Progress that nobody wants."""
    return


def _make(recipe: Recipe, folder: Path, tell: Progress) -> ConvertedModel:
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        recipe.write(work, tell)
        tell("Writing the manifest.", 0.95)
        rows = manifest_rows(sorted(work.iterdir()), silent)
        text = json.dumps({"model_id": recipe.model_id, "origin": dict(recipe.origin), "files": rows}, indent=1)
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
    return ConvertedModel(folder, rows, recipe.model_id)


def _stamp(folder: Path, rows: Iterable[dict[str, Any]]) -> dict[str, list[int]]:
    stats = {row["name"]: (folder / row["name"]).stat() for row in rows}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}
