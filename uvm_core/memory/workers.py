"""The memory's two threads: one cuts and embeds, outside of any transaction; one writes, a transaction at a time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import structlog

from ..image.errors import Refused

Answer = TypeVar("Answer")

log = structlog.get_logger("memory")


class Workers:
    """Start them, hand them work from any thread, close them."""

    def __init__(self) -> None:
        self.closing = threading.Event()
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._under_way = 0
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="memory writer")

    def start(self) -> None:
        """Begin with what was handed in."""
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether something is under way or waits."""
        return self._under_way > 0

    def task(self, work: Callable[[], None]) -> None:
        """Have something cut or embedded, in turn; `work` answers for its own errors."""
        with self._lock:
            self._under_way += 1
        self._tasks.put(work)

    def write(self, work: Callable[[], Answer]) -> Future[Answer]:
        """Have something written, in turn."""
        return self._writer.submit(work)

    def close(self) -> None:
        """Finish what is being written and end; what only waits is not begun."""
        self.closing.set()
        self._tasks.put(None)
        if self._thread.is_alive():
            self._thread.join()
        self._writer.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while True:
            work = self._tasks.get()
            if work is None:
                return
            try:
                if not self.closing.is_set():
                    work()
            except Refused as problem:
                log.warning("memory_task_refused", reason=str(problem))
            except Exception:
                # The border: whatever failed said so to whoever waits for it, and the next is done all the same.
                log.exception("memory_task_failed")
            finally:
                with self._lock:
                    self._under_way -= 1
