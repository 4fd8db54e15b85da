"""Makes a model's copy in a process of its own, which can be stopped, and tells how far it is."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from uvm_core.cognition.engines.engine import Cancelled, EngineUnavailable
from uvm_core.cognition.models.copies import Progress

CONVERT = (sys.executable, "-m", "uvm_core.cognition.models.convert")
_PROJECT = Path(__file__).resolve().parents[3]


class Preparation:
    """One conversion. `run` does it in the thread that calls, `stop` ends it from any other."""

    def __init__(self, arguments: Sequence[str], *, command: Sequence[str] = CONVERT) -> None:
        """arguments: as convert.py takes them."""
        self._command = [*command, *arguments]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False

    def run(self, tell: Progress) -> str:
        """The name of the copy that was made. Errors: EngineUnavailable with the reason, Cancelled after `stop`."""
        problem = "The model could not be prepared: the process that does it ended early."
        name = ""
        with self._lock:
            if self._stopped:
                raise Cancelled
            process = self._process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=_PROJECT
            )
        with process:
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    row = json.loads(line)
                    if "problem" in row:
                        problem = row["problem"]
                    elif "stage" in row:
                        tell(row["stage"], row["share"])
                    else:
                        name = str(row.get("name", ""))
            except BaseException:
                process.terminate()
                raise
            code = process.wait()
        if self._stopped:
            raise Cancelled
        if code != 0:
            raise EngineUnavailable(problem)
        return name

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
