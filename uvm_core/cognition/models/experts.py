"""Experts on their way into an image: what lies in the staging folders, and what of it is new.

`lora_adapters/` holds a folder for each expert. It lies beside the packages, in a checkout as in an installation;
people give a folder of their own with `BATOS_ADAPTERS`, and what lies there goes before what is shipped under the same
name.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uvm_core.cognition.models.adapters import FILES, RUNS_CODE, WEIGHTS, AdapterRefused

STAGING = "lora_adapters"
VARIABLE = "BATOS_ADAPTERS"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


@dataclass(frozen=True)
class Expert:
    """An expert's files and what its makers say of it. `sha256` is that of its tensors, `manifest` one row a file."""

    name: str
    sha256: str
    manifest: tuple[Mapping[str, Any], ...]
    files: Mapping[str, Path]
    base_sha256: str = ""
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(row["size"] for row in self.manifest)

    def same_files(self, other: Expert) -> bool:
        """Whether both consist of the same bytes."""
        return {r["name"]: r["sha256"] for r in self.manifest} == {r["name"]: r["sha256"] for r in other.manifest}


def staging_folders() -> tuple[Path, ...]:
    """Where experts are looked for: the person's own folder, if one is named, and the one beside the packages."""
    own = os.environ.get(VARIABLE)
    shipped = Path(__file__).resolve().parents[3] / STAGING
    return (*([Path(own).expanduser()] if own else []), shipped)


def staged_experts(folders: Iterable[Path]) -> tuple[dict[str, Expert], dict[str, str]]:
    """(name -> expert, name -> why it is refused) of what lies in the folders, the first folder of a name counts.

    Only plain files under the known names are read; a folder without an adapter's file is left alone.
    """
    found: dict[str, Expert] = {}
    refused: dict[str, str] = {}
    for folder in folders:
        for place in _expert_folders(folder):
            name = place.name.upper()
            if name in found or name in refused:
                continue
            try:
                expert = _staged(name, place)
            except (AdapterRefused, OSError) as problem:
                refused[name] = str(problem)
                continue
            if expert is not None:
                found[name] = expert
    return found, refused


def _expert_folders(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.is_dir() and _NAME.fullmatch(one.name))
    except OSError:
        # No such folder, or one that cannot be read: nothing is staged there.
        return []


def _staged(name: str, place: Path) -> Expert | None:
    dangerous = sorted(one.name for one in place.iterdir() if one.suffix.lower() in RUNS_CODE)
    if dangerous:
        raise AdapterRefused(f"Its folder holds {dangerous[0]}, which can run code when it is read; it was not read.")
    files = {one: place / one for one in FILES if (place / one).is_file()}
    if WEIGHTS not in files:
        return None
    manifest = tuple({"name": one, "size": path.stat().st_size, "sha256": _sha256(path)} for one, path in files.items())
    digest = next(str(row["sha256"]) for row in manifest if row["name"] == WEIGHTS)
    return Expert(name, digest, manifest, files)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
