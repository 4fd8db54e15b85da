"""`python -m uvm_core.cognition.models.convert ID` or `--file GGUF-or-FOLDER [--name N]`: make the user's copy of a
model, in a process of its own.

Converting takes gigabytes and half a minute of work, which the UVM's process is spared. A JSON line for every step:
{"stage", "share"}, at the end {"done": folder, "name"} or {"problem": sentence}.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog


def main(argv: Sequence[str] | None = None) -> int:
    """Convert, telling of it on standard output; 0 done, 1 with the problem told."""
    from ..engines.engine import EngineUnavailable
    from ..engines.environment import prepare_environment
    from .importing import imported_model
    from .machine import prepared

    parser = argparse.ArgumentParser(prog="python -m uvm_core.cognition.models.convert")
    parser.add_argument("id", nargs="?", metavar="ID")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--name")
    given = parser.parse_args(argv)
    if (given.id is None) == (given.file is None):
        parser.error("one of ID and --file is needed")

    def tell(**row: object) -> None:
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()

    def progress(stage: str, share: float) -> None:
        tell(stage=stage, share=round(share, 3))

    # The standard output is for the rows alone.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    prepare_environment()
    try:
        made = imported_model(given.file, given.name, progress) if given.file else prepared(given.id, progress)
    except EngineUnavailable as problem:
        tell(problem=str(problem))
        return 1
    tell(done=str(made.dir), name=made.dir.name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
