"""What is on this machine: which models are ready, which could be made ready, and making them so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.models import copies, fetching, packaged
from uvm_core.cognition.models.catalogue import CATALOGUE, DEFAULT, FALLBACK, Entry, known
from uvm_core.cognition.models.copies import ConvertedModel, Progress, Recipe, silent

PACKED = 1
"""Raise it when the packed form changes: copies made by an older one are made again, from a file fetched anew."""
IMPORTED = "imported"

Place = Literal["ready", "to be prepared", "to be fetched"]


@dataclass(frozen=True)
class Imported:
    """A model that a person has imported. size: bytes of its files; words: what it was made from."""

    name: str
    size: int
    words: str


def place_of(entry: Entry) -> Place:
    """How far an entry is on this machine; looks at names and sizes alone."""
    if entry.installed is not None:
        if not packaged.packaged_available():
            return "to be fetched"
        return "ready" if copies.has(packaged.MODEL_NAME) else "to be prepared"
    if copies.has(entry.id, origin_of(entry)):
        return "ready"
    return "to be prepared" if fetching.fetched(entry) else "to be fetched"


def here(entry: Entry) -> bool:
    """Whether an entry can be woken without fetching anything."""
    return place_of(entry) != "to be fetched"


def usual() -> Entry | None:
    """What is woken where nobody has chosen: the default, else what comes with the packages, else nothing."""
    return next((entry for entry in (CATALOGUE[DEFAULT], CATALOGUE[FALLBACK]) if here(entry)), None)


def missing_default() -> str:
    """The sentence about the fallback being awake instead of the default."""
    return (
        f"{FALLBACK} is used because {DEFAULT} is not on this machine: `batos model get {DEFAULT}` fetches it, "
        f"`batos model use {DEFAULT}` changes to it."
    )


def to_get(entry: Entry) -> str:
    """The sentence about an entry that is not on this machine."""
    return (
        f"{entry.id} is not on this machine. `batos model get {entry.id}` fetches it "
        f"({entry.size / 1e6:,.0f} MB); nothing has been changed."
    )


def prepared(name: str, progress: Progress | None = None) -> ConvertedModel:
    """The copy of a catalogue id or of an imported model, made now if its file is here.

    Errors: EngineUnavailable with what to do.
    """
    tell = progress or silent
    entry = known(name)
    if entry is None:
        found = copies.standing(name)
        if found is None:
            raise EngineUnavailable(f"There is no model {name} on this machine; `batos model list` names all.")
        return found
    if entry.installed is not None:
        return packaged.converted_model(tell)
    source = fetching.joined_file(entry)
    if not fetching.fetched(entry):
        try:
            found = copies.standing(entry.id, origin_of(entry))
        except EngineUnavailable as fault:
            raise EngineUnavailable(f"{fault} `batos model get {entry.id}` fetches it again.") from None
        if found is None:
            raise EngineUnavailable(to_get(entry))
        tell("The model's copy is in place.", 1.0)
        return found
    made = packed_copy(entry.id, entry.title, source, origin_of(entry), tell, entry.disk)
    # From here on the copy serves; the file can be fetched again.
    source.unlink(missing_ok=True)
    return made


def packed_copy(
    name: str, title: str, gguf: Path, origin: Mapping[str, Any], tell: Progress, megabytes: int
) -> ConvertedModel:
    """The copy of a GGUF file in the packed form that is run."""

    def write(work: Path, told: Progress) -> None:
        write_packed(gguf, work, told)

    return copies.made(Recipe(name, name, origin, write, title, megabytes), tell)


def write_packed(gguf: Path, work: Path, tell: Progress) -> None:
    """Have a GGUF file's model written into a folder in the packed form. torch is imported here and no sooner."""
    from uvm_core.cognition.models import packing

    # The manifest comes after it.
    packing.write_packed(gguf, work, lambda words, share: tell(words, 0.9 * share))


def origin_of(entry: Entry) -> dict[str, Any]:
    """What an entry's copy is made from: the same on every machine."""
    return {"file": f"{entry.id}.gguf", "size": entry.size, "sha256": entry.sha256, "converter": PACKED}


def imported() -> list[Imported]:
    """What a person has imported here."""
    found = []
    for name in copies.kept_names():
        try:
            manifest = copies.read_manifest(copies.models_folder() / name)
            origin = manifest["origin"]
            if origin.get("kind") == IMPORTED:
                size = sum(int(row["size"]) for row in manifest["files"])
                found.append(Imported(name, size, f"Imported from {origin['file']}."))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # Half a copy, or something else's folder: it cannot be chosen.
            continue
    return found


def is_imported(name: str) -> bool:
    return any(one.name == name for one in imported())


def remove(name: str) -> int:
    """Remove a model's copy, and what was fetched of it, from this machine; how many bytes that freed.

    Errors: EngineUnavailable where nothing of that name is here.
    """
    entry = known(name)
    folder = packaged.MODEL_NAME if entry is not None and entry.installed is not None else name
    if entry is None and not is_imported(name):
        raise EngineUnavailable(f"There is no model {name} on this machine; `batos model list` names all.")
    files = [] if entry is None else fetching.traces(entry)
    freed = sum(path.stat().st_size for path in files)
    home = copies.models_folder() / folder
    freed += sum(path.stat().st_size for path in home.glob("*")) if home.is_dir() else 0
    removed = copies.drop(folder)
    for path in files:
        path.unlink(missing_ok=True)
    if not removed and not files:
        raise EngineUnavailable(f"Nothing of {name} is on this machine.")
    return freed
