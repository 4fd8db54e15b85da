"""The walls around a trial's child: limits of the process, Landlock and seccomp where the kernel has them.

Each layer alone leaks (Landlock lets stat, UDP and fork through; root passes by the limit of processes), so all that
are to be had are put up. What is missing is named in a notice, never passed over in silence. Linux's own interfaces
are used directly, so that no library has to be there: landlock(7), seccomp(2), and the BPF of linux/filter.h.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable

CPU_SECONDS = 1
ADDRESS_SPACE = 256 * 1024 * 1024

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_VERSION = 1
# Access rights to files that each version of Landlock knows: one bit each, 1 to 3 added some, 5 one more.
_LANDLOCK_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_LANDLOCK_FILES_LATER = (1 << 16) - 1
_LANDLOCK_NET = 0b11
_LANDLOCK_SCOPES = 0b11

# System calls that a running interpreter needs once everything is loaded, per machine: its audit number and numbers.
_ALLOWED: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, {
        "close": 3, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
        "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60,
        "gettimeofday": 96, "getrusage": 98, "times": 100, "sigaltstack": 131, "futex": 202, "restart_syscall": 219,
        "clock_gettime": 228, "exit_group": 231, "getrandom": 318, "write": 1,
    }),
    "aarch64": (0xC00000B7, {
        "close": 57, "mmap": 222, "mprotect": 226, "munmap": 215, "brk": 214, "rt_sigaction": 134,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "sched_yield": 124, "mremap": 216, "madvise": 233, "getpid": 172,
        "exit": 93, "gettimeofday": 169, "getrusage": 165, "times": 153, "sigaltstack": 132, "futex": 98,
        "restart_syscall": 128, "clock_gettime": 113, "exit_group": 94, "getrandom": 278, "write": 64,
    }),
}  # fmt: skip

_LOAD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _THIRD_ARGUMENT = 0, 4, 16, 32
_PROT_EXEC = 4


class Confinement:
    """Prepared in the helper, before the fork; `close` is called in the child and cannot be taken back."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._linux = sys.platform == "linux"
        self._machine = platform.machine()
        self._landlock = self._landlock_version()
        # Called once before the fork, so that the child needs no library any more.
        self._parent = os.getpid()

    def close(self, result: int) -> tuple[list[str], list[str]]:
        """Close the walls; `result` is the one descriptor that can still be written. Layers and notices."""
        layers: list[str] = []
        notices: list[str] = []
        if self._linux:
            self._prctl(_PR_SET_PDEATHSIG, 9)
            if os.getppid() != self._parent:
                os._exit(1)
            self._prctl(_PR_SET_NO_NEW_PRIVS, 1)
        self._close_files(layers, notices)
        self._limit(layers, notices)
        self._close_system_calls(result, layers, notices)
        return layers, notices

    def _prctl(self, option: int, value: int) -> bool:
        return bool(self._libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0)

    def _landlock_version(self) -> int:
        if not self._linux:
            return 0
        version = int(self._libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_VERSION))
        return max(version, 0)

    def _close_files(self, layers: list[str], notices: list[str]) -> None:
        version = self._landlock
        if not version:
            notices.append("This system has no Landlock: the trial's files are closed by limits and seccomp alone.")
            return
        rights = [_LANDLOCK_FILES.get(version, _LANDLOCK_FILES_LATER)]
        if version >= 4:
            rights.append(_LANDLOCK_NET)
        if version >= 6:
            rights.append(_LANDLOCK_SCOPES)
        attributes = struct.pack(f"<{len(rights)}Q", *rights)
        ruleset = int(self._libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
        if ruleset < 0 or self._libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) != 0:
            notices.append("Landlock could not be put up here.")
        else:
            layers.append("landlock")
        if ruleset >= 0:
            os.close(ruleset)

    def _limit(self, layers: list[str], notices: list[str]) -> None:
        limits: Iterable[tuple[str, str, int, int]] = (
            ("cpu", "RLIMIT_CPU", CPU_SECONDS, CPU_SECONDS + 1),
            ("memory", "RLIMIT_AS", ADDRESS_SPACE, ADDRESS_SPACE),
            ("core", "RLIMIT_CORE", 0, 0),
            ("file size", "RLIMIT_FSIZE", 0, 0),
            ("processes", "RLIMIT_NPROC", 0, 0),
            ("files", "RLIMIT_NOFILE", 0, 0),
        )
        for layer, name, soft, hard in limits:
            number = getattr(resource, name, None)
            try:
                if number is None:
                    raise OSError
                resource.setrlimit(number, (soft, hard))
            except (OSError, ValueError):
                notices.append(f"This system does not limit a trial's {layer}.")
            else:
                layers.append(layer)

    def _close_system_calls(self, result: int, layers: list[str], notices: list[str]) -> None:
        known = _ALLOWED.get(self._machine) if self._linux else None
        if known is None:
            notices.append("This system has no seccomp filter for trials: limits alone stand around them.")
            return
        program = seccomp_program(known[0], known[1], result)
        buffer = ctypes.create_string_buffer(program, len(program))
        header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
        outcome = self._libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), header, 0, 0)
        if outcome == 0:
            layers.append("seccomp")
        else:
            notices.append("The kernel does not take a seccomp filter: limits alone stand around the trial.")


def seccomp_program(architecture: int, numbers: dict[str, int], result: int) -> bytes:
    """The filter: the listed calls pass, write only to `result`, memory never executable; every other call fails."""
    lines: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for name in ("mmap", "mprotect"):
        # Skipped unless it is this call; then its third argument, the protection, decides.
        lines += [
            (_JUMP_EQUAL, 0, 4, numbers[name]),
            (_LOAD, 0, 0, _THIRD_ARGUMENT),
            (_JUMP_SET, 0, 1, _PROT_EXEC),
            (_RETURN, 0, 0, _DENY),
            (_RETURN, 0, 0, _ALLOW),
        ]
    lines += [
        (_JUMP_EQUAL, 0, 4, numbers["write"]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_EQUAL, 0, 1, result),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    for name, number in numbers.items():
        if name not in ("mmap", "mprotect", "write"):
            lines += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    lines.append((_RETURN, 0, 0, _DENY))
    return b"".join(struct.pack("HBBI", *line) for line in lines)
