"""Files of JSON lines, in and out; `-` is the standard input or output."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from uvm_core.commands.context import Failed


@contextlib.contextmanager
def opened(name: str, mode: str) -> Iterator[TextIO]:
    """The file, closed after the block. Raises Failed for one that cannot be opened."""
    if name == "-":
        yield sys.stdin if mode == "r" else sys.stdout
        return
    try:
        file = Path(name).open(mode, encoding="utf-8-sig" if mode == "r" else "utf-8")  # noqa: SIM115 -- closed below
    except OSError as problem:
        raise Failed(f"{name} cannot be opened: {problem.strerror}.", code="no_file") from None
    with file:
        yield file  # type: ignore[misc]


def json_lines(lines: TextIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line numbers and objects, or what is wrong with a line."""
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as problem:
                yield number, f"it is not JSON ({problem})."
                continue
            yield number, row if isinstance(row, dict) else "it is not a JSON object."
    except UnicodeDecodeError:
        raise Failed(
            f"The file is not UTF-8 after line {number}; what stands before was taken.", code="no_text"
        ) from None
