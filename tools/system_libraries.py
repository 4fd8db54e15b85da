"""The libraries that the window needs from the system: what is there, what is missing, how it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from glob import glob
from typing import IO

FOLDERS = ("/usr/lib", "/usr/lib/*-linux-gnu*", "/lib/*-linux-gnu*", "/usr/lib64", "/usr/local/lib")


@dataclass(frozen=True)
class Library:
    """A library, the files of which any one proves that it is there, and its Debian package."""

    purpose: str
    patterns: tuple[str, ...]
    package: str


LIBRARIES = (
    Library("EGL, for drawing without a screen", ("libEGL.so.1",), "libegl1"),
    Library("OpenGL", ("libGL.so.1",), "libgl1"),
    # Newer Mesa keeps all drivers in one libgallium.
    Library("Mesa's drivers", ("dri/swrast_dri.so", "libgallium-*.so"), "libgl1-mesa-dri"),
    Library("mtdev, for touch screens", ("libmtdev.so.1",), "libmtdev1"),
)


def missing(
    libraries: Sequence[Library] = LIBRARIES,
    platform: str = sys.platform,
    find: Callable[[str], Sequence[str]] = glob,
) -> list[Library]:
    """The libraries of which no file is found. On systems other than Linux nothing is needed."""
    if not platform.startswith("linux"):
        return []
    return [
        library
        for library in libraries
        if not any(find(f"{folder}/{pattern}") for folder in FOLDERS for pattern in library.patterns)
    ]


def apt_line(packages: Sequence[str]) -> str:
    """The one line that a person types."""
    return "sudo apt-get update && sudo apt-get install -y " + " ".join(packages)


def advice(libraries: Sequence[Library], has_apt: bool) -> str:
    """What to do about missing libraries where they cannot be installed from here."""
    names = "; ".join(library.purpose for library in libraries)
    if has_apt:
        line = apt_line([library.package for library in libraries])
        return f"The window lacks system libraries ({names}). To install them:\n  {line}"
    return (
        f"The window lacks system libraries ({names}). Install your system's packages for them\n"
        "  (Fedora: mesa-libEGL mesa-libGL mesa-dri-drivers mtdev; Arch: mesa mtdev)."
    )


def has_apt() -> bool:
    return shutil.which("apt-get") is not None


def administrator_prefix() -> list[str] | None:
    """How a command is run as administrator without a question: nothing for root, sudo where it asks for no password,
    None where a person has to do it."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def can_install() -> bool:
    """Whether Debian packages can be installed without a question."""
    return has_apt() and administrator_prefix() is not None


def install(packages: Sequence[str], log: IO[str]) -> bool:
    """Install Debian packages; output goes to the log. True if it was done."""
    prefix = administrator_prefix()
    if prefix is None:
        return False
    quick = ["-q", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1", "-o", "DPkg::Lock::Timeout=120"]
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *quick]
    # A failed update may still leave lists that are good enough to install from.
    _run([*apt, "update"], log)
    return _run([*apt, "install", "-y", "--no-install-recommends", *packages], log)


def _run(command: Sequence[str], log: IO[str]) -> bool:
    log.write("$ " + " ".join(command) + "\n")
    log.flush()
    try:
        done = subprocess.run(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        log.write("stopped after ten minutes\n")
        return False
    return done.returncode == 0
