"""The log: one JSON line per event in the image's own file, and readable lines on a terminal.

Events are named in the field's words (`cycle_started`, `proposal_waiting`) and carry ids; what a person or a model
wrote stays out. Ids that hold for a stretch of work are bound by `bound(cycle=…, mission=…)`.

structlog takes a fifth of a second to import, so it is imported where logging begins: commands read logs without it.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

MAX_BYTES = 4 << 20
KEPT_FILES = 3
UNSPOKEN = frozenset(
    {"prompt", "prompts", "messages", "value", "values", "slots", "args", "kwargs", "source", "answer", "wish", "text"}
)
"""Keys whose values never reach the log."""

_TAIL = 256 << 10


def configure(file: Path, *, rotate: bool = True, stderr: bool = True, level: int = logging.INFO) -> None:
    """Sends structlog and the libraries' own logging to `file` and, with `stderr`, to the standard error.

    One process rotates the file; another that writes to it too passes `rotate=False` and follows the rotation.
    """
    import structlog

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        unspoken,
    ]
    # Tracebacks without local variables: those would be the values of slots.
    plain = structlog.processors.format_exc_info
    as_json = _formatter(shared, [plain, structlog.processors.JSONRenderer(default=repr)])
    handlers: list[logging.Handler] = [_file_handler(file, rotate)]
    handlers[0].setFormatter(as_json)
    if stderr and not _is_kept_beside(file):
        stream = logging.StreamHandler(sys.stderr)
        if sys.stderr.isatty():
            console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback, pad_event_to=24)
            stream.setFormatter(_formatter(shared, [console]))
        else:
            stream.setFormatter(as_json)
        handlers.append(stream)
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("batos").setLevel(level)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=_logger,
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _log_the_uncaught()


def bound(**ids: Any) -> AbstractContextManager[None]:
    """Within it every event of this thread carries these ids."""
    import structlog

    return structlog.contextvars.bound_contextvars(**ids)


def unspoken(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What people and models wrote, and what slots hold, does not belong into a log."""
    for key in UNSPOKEN.intersection(event):
        event[key] = "(not logged)"
    return event


def _logger(*names: Any) -> logging.Logger:
    return logging.getLogger(".".join(["batos", *(str(name) for name in names if name)]))


def _formatter(shared: list[Any], last: list[Any]) -> logging.Formatter:
    import structlog

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )


def _is_kept_beside(file: Path) -> bool:
    """Whether the standard error of this process is the image's own output file, as in a UVM without a terminal.

    The log would stand there a second time, and nobody rotates it.
    """
    try:
        return os.path.samestat(os.fstat(sys.stderr.fileno()), file.with_suffix(".out").stat())
    except (OSError, ValueError, AttributeError):
        return False


def _file_handler(file: Path, rotate: bool) -> logging.Handler:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not rotate:
        return logging.handlers.WatchedFileHandler(file, encoding="utf-8")
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    os.chmod(file, 0o600)
    return handler


def _log_the_uncaught() -> None:
    """An exception that ends the process or a thread is in the log, where the supervisor finds it."""
    import structlog

    log = structlog.get_logger("process")

    def uncaught(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, problem, trace)
            return
        log.critical("uncaught", problem=f"{kind.__name__}: {problem}", exc_info=(kind, problem, trace))

    def in_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None and not issubclass(given.exc_type, SystemExit):
            name = given.thread.name if given.thread is not None else "?"
            exc_info = (given.exc_type, given.exc_value, given.exc_traceback)
            problem = f"{given.exc_type.__name__}: {given.exc_value}"
            log.critical("uncaught", thread=name, problem=problem, exc_info=exc_info)

    sys.excepthook = uncaught
    threading.excepthook = in_thread


# ---- reading


def entries(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The entries in the lines; a line that was cut is left out."""
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry


def tail(file: Path, most_bytes: int = _TAIL) -> list[str]:
    """The last whole lines of the file; none if there is no file."""
    try:
        with file.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(0, size - most_bytes))
            data = log.read()
    except FileNotFoundError:
        return []
    lines = data.decode("utf-8", errors="replace").splitlines()
    return lines[1:] if size > most_bytes else lines


def follow(file: Path, wait: Callable[[], object]) -> Iterator[str]:
    """What is added to the file from now on, line by line and without end, also after it was rotated.

    wait: called whenever there is nothing new. The rest of a file that was moved away is still read.
    """
    log = _opened(file)
    if log is not None:
        log.seek(0, os.SEEK_END)
    rest = b""
    while True:
        if log is None:
            wait()
            log = _opened(file)
            continue
        # Asked before it is read: what is written to it after that is read the next time.
        moved = _is_another(file, log)
        *lines, rest = (rest + log.read()).split(b"\n")
        yield from (line.decode("utf-8", errors="replace") for line in lines)
        if moved:
            log.close()
            log, rest = _opened(file), b""
        elif not lines:
            wait()


def _opened(file: Path) -> BinaryIO | None:
    try:
        return file.open("rb")
    except FileNotFoundError:
        return None


def _is_another(file: Path, log: BinaryIO) -> bool:
    """Whether another file than the open one lies there now."""
    try:
        return not os.path.samestat(file.stat(), os.fstat(log.fileno()))
    except FileNotFoundError:
        return False


def last_error(file: Path, since: str = "") -> str | None:
    """The last error in the log in a few words, if there is one after the time `since` (ISO 8601, UTC)."""
    for entry in reversed(list(entries(tail(file)))):
        if entry.get("level") in ("error", "critical") and str(entry.get("timestamp", "")) >= since:
            return words_of(entry)
    return None


def words_of(entry: dict[str, Any]) -> str:
    """An entry as one line of text."""
    left_out = ("timestamp", "level", "logger", "event", "exception")
    more = [f"{key}={value}" for key, value in entry.items() if key not in left_out]
    exception = str(entry.get("exception", "")).strip().splitlines()
    if exception:
        more.append(exception[-1])
    return " ".join([str(entry.get("event", "")), *more])
