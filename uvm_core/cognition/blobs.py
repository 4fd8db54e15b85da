"""The model as blobs of the image: one blob a file, with a manifest of sizes and hashes on pLLM_obj.

No archive: each file is opened in place, safetensors maps the committed file itself.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ZODB.blob import Blob
from ZODB.POSException import POSKeyError

from ..image.image import Image
from ..image.world import World
from ..objects import own_slots

CHUNK = 1 << 20


def store_model(
    image: Image,
    files: Mapping[str, Path],
    manifest: list[dict[str, Any]],
    model_id: str,
    tell: Callable[[float], None],
) -> None:
    """Put a model's files into the image, in one transaction; the ones of another model leave the manifest.

    tell: the share that is copied, 0 to 1.
    """
    total = sum(row["size"] for row in manifest) or 1
    # Copied before the transaction begins, so that it is short: a conflict would copy everything again.
    with image.session() as session:
        world = session.begin()
        pllm = world.resolve("pLLM_obj")
        tree = own_slots(pllm)["model_blob"]
        copied = 0
        tree.clear()
        for row in manifest:
            blob = Blob()
            with files[row["name"]].open("rb") as source, blob.open("w") as target:
                shutil.copyfileobj(source, target, CHUNK)
            copied += row["size"]
            tell(copied / total)
            tree[row["name"]] = {"size": row["size"], "sha256": row["sha256"], "blob": blob}
        pllm.model_id = model_id
        pllm.state = "The model's files are in the image."
        session.commit("genesis", f"The files of {model_id}")


def stored_model(image: Image) -> tuple[str, dict[str, Path], list[dict[str, Any]]]:
    """(model id, file name -> path of the committed blob, manifest); empty where no model is in the image."""

    def read(world: World) -> tuple[str, dict[str, Path], list[dict[str, Any]]]:
        pllm = own_slots(world.resolve("pLLM_obj"))
        paths: dict[str, Path] = {}
        manifest = []
        for name, row in pllm["model_blob"].items():
            manifest.append({"name": name, "size": row["size"], "sha256": row["sha256"]})
            try:
                paths[name] = Path(row["blob"].committed())
            except POSKeyError:
                continue
        return pllm["model_id"], paths, manifest

    return image.read(read)


def blob_fault(paths: Mapping[str, Path], manifest: list[dict[str, Any]]) -> str | None:
    """A sentence about the first blob that is missing or differs from the manifest; None when all are whole."""
    for row in manifest:
        path = paths.get(row["name"])
        if path is None or not path.is_file():
            return f"The image has lost {row['name']} of its model."
        if path.stat().st_size != row["size"] or sha256_of(path) != row["sha256"]:
            return f"{row['name']} of the image's model is damaged."
    return None


def sha256_of(path: Path) -> str:
    """The hash of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
