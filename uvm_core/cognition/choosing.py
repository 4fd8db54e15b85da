"""What a person means by the name of a model: an entry of the catalogue, an imported one, a folder, a hub id, an
address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .engines.engine import EngineUnavailable
from .engines.server_address import is_server_address
from .models import machine
from .models.catalogue import CATALOGUE, DEFAULT, FALLBACK, known
from .models.chosen import Chosen
from .models.copies import ConvertedModel, Progress
from .models.folders import found_folder, local_model, model_files

Kind = Literal["catalogue", "imported", "files", "server"]


@dataclass(frozen=True)
class Choice:
    """A model by the name that the image keeps. by_person: somebody said it, with --model or `model use`."""

    name: str
    kind: Kind
    by_person: bool = True
    remote: bool = False

    def check(self) -> None:
        """Whether it can be woken from what is on this machine, at once. Errors: EngineUnavailable, with what to do."""
        if self.kind == "catalogue" and not machine.here(CATALOGUE[self.name]):
            raise EngineUnavailable(machine.to_get(CATALOGUE[self.name]))
        if self.kind == "files":
            model_files(found_folder(self.name))

    def files(self, tell: Progress) -> ConvertedModel:
        """Its files, hashed; a copy of the catalogue's must have been prepared or is prepared here."""
        if self.kind == "files":
            return local_model(self.name, progress=tell)
        found = machine.prepared(self.name, tell)
        return ConvertedModel(found.dir, found.manifest, self.name)

    def memory(self) -> float:
        """About how many MB it takes when it is awake; 0 for a server's."""
        entry = CATALOGUE.get(self.name)
        if entry is not None:
            return float(entry.memory)
        if self.kind == "imported":
            return next((one.size for one in machine.imported() if one.name == self.name), 0) / 1e6
        if self.kind == "files":
            return sum(path.stat().st_size for path in model_files(found_folder(self.name))) / 1e6
        return 0.0


def choice_of(text: str, *, remote: bool = False, by_person: bool = True) -> Choice:
    """What a text names. Errors: EngineUnavailable where it names nothing."""
    if text in CATALOGUE:
        return Choice(text, "catalogue", by_person)
    if is_address(text):
        return Choice(text, "server", by_person, remote)
    folder = Path(text).expanduser()
    if folder.is_dir():
        return Choice(str(folder.absolute()), "files", by_person)
    if machine.is_imported(text):
        return Choice(text, "imported", by_person)
    if text.count("/") == 1 and not text.startswith((".", "/", "~")):
        return Choice(text, "files", by_person)
    raise EngineUnavailable(
        f"There is no model {text}: it is no id of the catalogue, no imported model, no folder, no id of the hub and "
        "no address. `batos model list` names what there is."
    )


def choice_in_image(model_id: str, *, by_person: bool, remote: bool) -> Choice:
    """The model that an image names, which may be an older one's name of a catalogue entry. What it was made of need
    not be there any more."""
    entry = known(model_id)
    if entry is not None:
        return Choice(entry.id, "catalogue", by_person)
    if is_address(model_id):
        return Choice(model_id, "server", by_person, remote)
    return Choice(model_id, "imported" if machine.is_imported(model_id) else "files", by_person)


def first_choices(wanted: str | None, held: Chosen) -> list[Choice]:
    """What a start tries in turn: what the person wants, else what the image has, else the usual one; nothing where no
    model is on this machine.

    An image that has the fallback because the default was not there gets the default once that has been fetched.
    Errors: EngineUnavailable where what is wanted names nothing.
    """
    if wanted is not None:
        return [choice_of(wanted, remote=held.remote and wanted == held.model_id)]
    if not held.model_id:
        entry = machine.usual()
        return [Choice(entry.id, "catalogue", by_person=False)] if entry is not None else []
    found = [choice_in_image(held.model_id, by_person=held.by_person, remote=held.remote)]
    if _stands_in(found[0]) and machine.here(CATALOGUE[DEFAULT]):
        found.insert(0, Choice(DEFAULT, "catalogue", by_person=False))
    return found


def stand_in_words(choice: Choice) -> str | None:
    """The sentence about the fallback being there because the default is not on this machine, or None."""
    return machine.missing_default() if _stands_in(choice) and not machine.here(CATALOGUE[DEFAULT]) else None


def _stands_in(choice: Choice) -> bool:
    return choice.name == FALLBACK and not choice.by_person


def is_address(text: str) -> bool:
    """Whether a text is the address of a server."""
    return is_server_address(text)
