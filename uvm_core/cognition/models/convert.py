"""`python -m uvm_core.cognition.models.convert`: make the user's copy of the embedded model, in a process of its own.

Converting takes a gigabyte and half a minute of work, which the UVM's process is spared. A JSON line for every step:
{"stage", "share"}, at the end {"done": folder} or {"problem": sentence}.
"""

from __future__ import annotations

import json
import sys


def main() -> int:
    """Convert, telling of it on standard output; 0 done, 1 with the problem told."""
    from ..engines.engine import EngineUnavailable
    from ..engines.environment import prepare_environment
    from .packaged import converted_model

    def tell(**row: object) -> None:
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()

    prepare_environment()
    try:
        made = converted_model(lambda stage, share: tell(stage=stage, share=round(share, 3)))
    except EngineUnavailable as problem:
        tell(problem=str(problem))
        return 1
    tell(done=str(made.dir))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
