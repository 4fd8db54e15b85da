"""Files as blobs of the image, one blob a file with its size and hash: an expert's, and whether they are whole.

An expert's manifest is a slot of its proxy in pLLM_obj.lora_repository. No archive: each file is opened in place,
safetensors maps the committed file itself.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from BTrees.OOBTree import OOBTree
from ZODB.blob import Blob
from ZODB.POSException import POSKeyError

from ...image.image import Image
from ...image.world import World
from ...objects import UvmObject, own_slots
from .adapters import AdapterRefused
from .copies import sha256_of
from .experts import Expert

CHUNK = 1 << 20


def blob_fault(paths: Mapping[str, Path], manifest: Iterable[Mapping[str, Any]], whose: str = "model") -> str | None:
    """A sentence about the first blob that is missing or differs from the manifest; None when all are whole."""
    for row in manifest:
        path = paths.get(row["name"])
        if path is None or not path.is_file():
            return f"The image has lost {row['name']} of its {whose}."
        if path.stat().st_size != row["size"] or sha256_of(path) != row["sha256"]:
            return f"{row['name']} of the image's {whose} is damaged."
    return None


def store_expert(image: Image, expert: Expert) -> None:
    """Put an expert's files into the image, in one transaction.

    Its proxy is made, or keeps being the one it was and gets the new files: what refers to it sees the new expert.
    Errors: AdapterRefused when a file changes while it is copied; the image is unchanged then.
    """

    def work(world: World) -> None:
        pllm = world.resolve("pLLM_obj")
        shelf = own_slots(pllm).get("lora_repository")
        if not isinstance(shelf, OOBTree):
            raise AdapterRefused("pLLM_obj.lora_repository is no table any more, so no expert can be put there.")
        manifest = OOBTree()
        for row in expert.manifest:
            blob = Blob()
            with expert.files[row["name"]].open("rb") as source, blob.open("w") as target:
                shutil.copyfileobj(source, target, CHUNK)
            with blob.open("r") as copied:
                if hashlib.file_digest(copied, "sha256").hexdigest() != row["sha256"]:
                    raise AdapterRefused(f"Its {row['name']} changed while it was read. Start again when it is whole.")
            manifest[row["name"]] = {"size": row["size"], "sha256": row["sha256"], "blob": blob}
        proxy = shelf.get(expert.name)
        if not isinstance(proxy, UvmObject):
            proxy = shelf[expert.name] = UvmObject({"parent*": world.resolve("traits_obj")})
        proxy.adapter_name = expert.name
        proxy.model_blob = manifest
        proxy.sha256 = expert.sha256
        proxy.base_model_sha256 = expert.base_sha256
        proxy.card = dict(expert.card)

    image.transact(work, "genesis", f"The expert {expert.name}")


def stored_experts(image: Image) -> dict[str, Expert]:
    """Name -> expert of what is in the image, by the paths of its committed blobs; what a person has made of the
    repository otherwise is left out."""

    def read(world: World) -> dict[str, Expert]:
        shelf = own_slots(world.resolve("pLLM_obj")).get("lora_repository")
        found: dict[str, Expert] = {}
        for name, proxy in shelf.items() if isinstance(shelf, OOBTree) else ():
            slots = own_slots(proxy) if isinstance(proxy, UvmObject) else {}
            tree = slots.get("model_blob")
            if not isinstance(tree, OOBTree):
                continue
            paths: dict[str, Path] = {}
            manifest = []
            for file, row in tree.items():
                manifest.append({"name": file, "size": row["size"], "sha256": row["sha256"]})
                try:
                    paths[file] = Path(row["blob"].committed())
                except POSKeyError:
                    continue
            said = str(slots.get("sha256", "")), str(slots.get("base_model_sha256", ""))
            card = slots.get("card")  # plain data, as it was written with the adapter
            found[name] = Expert(
                name, said[0], tuple(manifest), paths, said[1], dict(card) if isinstance(card, Mapping) else {}
            )
        return found

    return image.read(read)
