"""Whether this machine has the memory for one model more."""

from __future__ import annotations

import ctypes
import gc
from pathlib import Path

MARGIN = 300.0
"""MB that are to stay free for everything else."""
_MEMINFO = Path("/proc/meminfo")


def available_megabytes(meminfo: Path = _MEMINFO) -> float | None:
    """MB that a process could still take, as the kernel says (MemAvailable of proc(5)); None where it does not."""
    try:
        lines = meminfo.read_text("ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return int(rest.split()[0]) * 1024 / 1e6
    return None


def fitting(needed: float, available: float | None) -> str:
    """What is said before a model is woken beside another; both in MB."""
    of = f" of {available:,.0f} MB that are available" if available is not None else ""
    return f" It takes about {needed:,.0f} MB{of}."


def give_back() -> None:
    """Return what was freed to the system: glibc keeps it for later otherwise (malloc_trim(3))."""
    gc.collect()
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        # Another C library, which has its own ways.
        return
    trim(ctypes.c_size_t(0))


def too_little(name: str, needed: float, available: float | None) -> str | None:
    """The sentence about a model that does not fit beside what runs, or None; both in MB."""
    if available is None or needed + MARGIN <= available:
        return None
    return (
        f"{name} takes about {needed:,.0f} MB when it is awake, and {MARGIN:,.0f} MB are to stay free, but "
        f"{available:,.0f} MB are available. Nothing has been changed; end other programs or take a smaller model."
    )
