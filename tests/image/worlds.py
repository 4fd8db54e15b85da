"""Small images for tests: a world of a few objects in a directory, without the kernel's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.objects.worlds import picture
from uvm_core.image.image import Image
from uvm_core.image.world import ROOT_KEY, World, WorldRecord
from uvm_core.kernel.primitives import KERNEL_PRIMITIVES
from uvm_core.objects import Primitive, UvmObject, copy_data
from uvm_core.objects.language import VOCABULARY

ROOT = Path(__file__).resolve().parents[2]


def begin(image: Image, objects: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """A world with `traits` and objects that delegate to it, in one transaction."""
    with image.session() as session:
        session.begin_bare()
        root = session.connection.root()
        root[ROOT_KEY] = WorldRecord()
        session.connection.add(root[ROOT_KEY])
        world = World(session.connection)
        names = [name for name in VOCABULARY if name != "infer_"] + ["_clone_persistent_", "_doesNotUnderstand_"]
        traits = UvmObject({name: Primitive(name) for name in names if name in KERNEL_PRIMITIVES or name in VOCABULARY})
        world.add(traits, "traits")
        for name, slots in (objects or {}).items():
            world.add(UvmObject({"parent*": traits, **{slot: copy_data(value) for slot, value in slots.items()}}), name)
        session.commit("test", "Begin")


@contextmanager
def opened(directory: Path, objects: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Image]:
    """An open image; one that is new gets its objects."""
    image = Image(directory)
    try:
        if image.is_new():
            begin(image, objects)
        yield image
    finally:
        image.close()


def world_picture(image: Image) -> dict[str, Any]:
    """Everything on the desktop: slots in order, names, what is deleted."""

    def look(world: World) -> dict[str, Any]:
        named = {world.name_of(made) or str(number): made for number, made in world.all()}
        return picture(named)

    return image.read(look)


def python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
