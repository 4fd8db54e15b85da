"""What the server remembers of the last answers, so that a request that is sent again is not done twice."""

from __future__ import annotations

import enum
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable

from uvm_core.bridge.protocol import REMEMBERED_SECONDS, Retry

Key = tuple[bytes, int | str]

_MARGIN = 1.0  # seconds


class Known(enum.Enum):
    NEW = "do it"
    UNDER_WAY = "its answer will come"
    ANSWERED = "here is the answer"
    FORGOTTEN = "it may have been done by a UVM that is no more, or too long ago"


class ReplyMemory:
    """The replies of the last minute, at most `most` of them and `most_bytes` in all. Safe to use from any thread."""

    def __init__(
        self, *, most: int = 4096, most_bytes: int = 16 << 20, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._replies: OrderedDict[Key, tuple[float, bytes | None]] = OrderedDict()
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._clock = clock
        self._reaches_back_to = clock()
        self.instance = uuid.uuid4().hex
        self._lock = threading.Lock()
        self.retries = 0

    def begin(self, key: Key, retry: Retry | None) -> tuple[Known, bytes | None]:
        """Notes that a request is under way, or says what is known of it; `retry` is None the first time.

        A client may use the same id twice for different requests: only a retry is answered from memory.
        """
        with self._lock:
            now = self._clock()
            if retry is not None:
                self.retries += 1
                found = self._replies.get(key)
                if found is not None:
                    return (Known.UNDER_WAY, None) if found[1] is None else (Known.ANSWERED, found[1])
                # Its age may be older than it says: the message may have waited for a connection.
                elsewhere = retry.instance is not None and retry.instance != self.instance
                if elsewhere or now - retry.age - _MARGIN < self._reaches_back_to:
                    return Known.FORGOTTEN, None
            self._forget(key)
            self._replies[key] = (now, None)
            self._tidy(now)
            return Known.NEW, None

    def answered(self, key: Key, data: bytes) -> None:
        with self._lock:
            if key in self._replies:
                self._forget(key)
                self._replies[key] = (self._clock(), data)
                self._bytes += len(data)

    def _forget(self, key: Key) -> None:
        found = self._replies.pop(key, None)
        if found is not None and found[1] is not None:
            self._bytes -= len(found[1])

    def _tidy(self, now: float) -> None:
        while self._replies:
            key, (at, data) = next(iter(self._replies.items()))
            crowded = len(self._replies) > self._most or self._bytes > self._most_bytes
            if not crowded and now - at < REMEMBERED_SECONDS:
                return
            if data is None and not crowded:
                self._replies.move_to_end(key)  # still under way: a long one is not forgotten for its age
                self._replies[key] = (now, None)
                continue
            self._forget(key)
            self._reaches_back_to = max(self._reaches_back_to, at)
