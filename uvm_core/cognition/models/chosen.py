"""Which model an image has: its files as blobs with a manifest, or the address of a server.

The manifest is a slot of pLLM_obj, and names each file with its size and hash; with the model's name that is enough to
bring the files again, so that a copy of an image need not carry them. A model that is to follow waits in a slot of its
own until it is awake: one transaction then makes it the model and drops the former one's files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from BTrees.OOBTree import OOBTree
from ZODB.blob import Blob
from ZODB.POSException import POSKeyError

from ...image.image import Image
from ...image.world import World
from ...objects import UvmObject, own_slots
from .copies import ConvertedModel

FILES, COMING = "model_blob", "coming_model"
CHOSEN, REMOTE = "model_chosen", "remote_allowed"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Chosen:
    """A model in the image. `paths`: file name -> committed blob, of those that are there; `manifest` rows are {name,
    size, sha256}. by_person: somebody chose it. remote: an address outside this machine was allowed."""

    model_id: str = ""
    paths: Mapping[str, Path] = field(default_factory=dict)
    manifest: tuple[Mapping[str, Any], ...] = ()
    by_person: bool = False
    remote: bool = False

    @property
    def weights_sha256(self) -> str:
        """The hash of its weights, of the first file where they are in several; "" without any."""
        found = (row for row in self.manifest if str(row["name"]).endswith(".safetensors"))
        return next((str(row["sha256"]) for row in found), "")


def chosen_model(image: Image) -> Chosen:
    """The model that the image has; an empty one where there is none."""

    def read(world: World) -> Chosen:
        slots = own_slots(world.resolve("pLLM_obj"))
        paths, manifest = _files(slots.get(FILES))
        chosen, remote = slots.get(CHOSEN) is True, slots.get(REMOTE) is True
        return Chosen(str(slots.get("model_id") or ""), paths, manifest, chosen, remote)

    return image.read(read)


def stage(image: Image, model: ConvertedModel, tell: Callable[[float], None]) -> Chosen:
    """Put a model's files into the image beside those of the one it has, in one transaction.

    tell: the share that is copied, 0 to 1; what it raises ends this, and nothing is kept.
    """
    total = sum(row["size"] for row in model.manifest) or 1
    with image.session() as session:
        world = session.begin()
        pllm = world.resolve("pLLM_obj")
        tree = OOBTree()
        copied = 0
        for row in model.manifest:
            blob = Blob()
            with model.files[row["name"]].open("rb") as source, blob.open("w") as target:
                while piece := source.read(CHUNK):
                    target.write(piece)
                    copied += len(piece)
                    tell(min(copied / total, 1.0))
            tree[row["name"]] = {"size": row["size"], "sha256": row["sha256"], "blob": blob}
        setattr(pllm, COMING, tree)
        session.commit("genesis", f"The files of {model.model_id}")

    def read(world: World) -> Chosen:
        paths, manifest = _files(own_slots(world.resolve("pLLM_obj")).get(COMING))
        return Chosen(model.model_id, paths, manifest)

    return image.read(read)


def adopt(image: Image, model_id: str, *, by_person: bool, staged: bool, remote: bool = False) -> None:
    """Make a model the image's own, in one transaction: what is staged, or an address, which has no files. The files
    of the former one go."""

    def work(world: World) -> None:
        pllm = world.resolve("pLLM_obj")
        coming = own_slots(pllm).get(COMING)
        setattr(pllm, FILES, coming if staged and coming is not None else OOBTree())
        pllm.model_id = model_id
        pllm.state = "The model's files are in the image." if staged else "The model is a server's."
        _keep(pllm, CHOSEN, by_person)
        _keep(pllm, REMOTE, remote)
        _drop(pllm, COMING)

    image.transact(work, "genesis", f"The model is {model_id}")


def mark_chosen(image: Image) -> None:
    """Keep that a person chose the model that the image has."""
    image.transact(lambda world: setattr(world.resolve("pLLM_obj"), CHOSEN, True), "genesis", "The model is chosen")


def unstage(image: Image) -> None:
    """Drop what was staged and did not become the model; nothing is written where nothing is staged."""
    if image.read(lambda world: COMING in own_slots(world.resolve("pLLM_obj"))):
        image.transact(lambda world: _drop(world.resolve("pLLM_obj"), COMING), "genesis", "A model was not taken")


def _keep(pllm: UvmObject, name: str, value: bool) -> None:
    if value:
        setattr(pllm, name, True)
    else:
        _drop(pllm, name)


def _drop(pllm: UvmObject, name: str) -> None:
    if name in own_slots(pllm):
        delattr(pllm, name)


def _files(tree: Any) -> tuple[dict[str, Path], tuple[Mapping[str, Any], ...]]:
    paths: dict[str, Path] = {}
    manifest = []
    for name, row in tree.items() if isinstance(tree, OOBTree) else ():
        manifest.append({"name": name, "size": row["size"], "sha256": row["sha256"]})
        try:
            paths[name] = Path(row["blob"].committed())
        except POSKeyError:
            continue
    return paths, tuple(manifest)
