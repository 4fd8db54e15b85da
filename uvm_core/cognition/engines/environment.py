"""What must be set before torch is imported."""

from __future__ import annotations

import os
import sys


def prepare_environment(threads: int | None = None) -> bool:
    """Set how many cores the model takes and how its threads wait; call it first in the process's main.

    `threads` defaults to all cores but one, which the world and the senders keep. Idle OpenMP threads must sleep:
    spinning ones starve every other process on a small machine. Nothing that the person has set is overwritten but
    the wait policy's default. False if torch was imported already, so that it came too late.
    """
    count = threads or max(1, (os.cpu_count() or 2) - 1)
    os.environ.setdefault("OMP_NUM_THREADS", str(count))
    os.environ.setdefault("MKL_NUM_THREADS", os.environ["OMP_NUM_THREADS"])
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    return "torch" not in sys.modules
