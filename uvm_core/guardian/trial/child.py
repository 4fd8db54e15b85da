"""What the child of a trial does: builds the ghosts, closes the walls, runs the method, says what happened."""

from __future__ import annotations

import gc
import os
import time
from typing import Any

from uvm_core.objects import (
    Method,
    MethodError,
    NotUnderstood,
    SlotError,
    Surroundings,
    Transcript,
    own_slots,
    running,
    same,
    send,
)
from uvm_core.objects.method import parse

from .confinement import Confinement
from .ghosts import Builder, Ghost, Renderer, Watch, Wrong
from .result import TrialResult
from .wire import TooMuch, dumps

MAX_RESULT = 256 * 1024
MAX_PRINTED_LINES = 1000
MAX_PRINTED = 64 * 1024
MAX_MESSAGE = 600
NO_MEMORY = "The method needs more memory than a trial has (256 MB)."
_RESERVE = 12 * 1024 * 1024


class OutputTooLong(BaseException):
    """The method prints without end. No method can catch it."""


class BoundedTranscript(Transcript):
    """A transcript that ends a method which prints too much."""

    def __init__(self) -> None:
        super().__init__()
        self._left = MAX_PRINTED

    def add(self, text: str) -> None:
        """Keep one line; OutputTooLong past 1,000 lines or 64 KiB."""
        self._left -= len(text) + 1
        if self._left < 0 or len(self.lines) >= MAX_PRINTED_LINES:
            raise OutputTooLong
        self.lines.append(text)


def run(task: dict[str, Any], descriptor: int, confinement: Confinement) -> None:
    """Run one trial in this process and write its result to `descriptor`; the process ends afterwards."""
    # Given back when memory has run out, so that the result can still be written.
    reserve = bytearray(_RESERVE)
    layers, notices = confinement.close(descriptor)
    try:
        answer = _answer(_result(task), layers, notices)
    except MemoryError:
        del reserve
        answer = _answer(TrialResult("memory", message=NO_MEMORY), layers, notices)
    except RecursionError:
        answer = _answer(TrialResult("recursion", message="What the method leaves goes round."), layers, notices)
    except TooMuch:
        answer = _answer(
            TrialResult("output", message="The method answers or leaves more than 256 KiB."), layers, notices
        )
    while answer:
        answer = answer[os.write(descriptor, answer) :]


def _answer(result: TrialResult, layers: list[str], notices: list[str]) -> bytes:
    result.layers, result.notices = layers, notices
    return dumps(result.to_dict(), MAX_RESULT)


def _result(task: dict[str, Any]) -> TrialResult:
    builder, watch = Builder(), Watch()
    try:
        source = task["source"]
        receiver, args, kwargs = builder.build(task["slots"], task["parents"], task["args"], task["kwargs"])
        selector = task["selector"] or parse(source).name
        setattr(receiver, selector, Method(source))
    except (Wrong, SlotError, MethodError) as error:
        return TrialResult("error", message=str(error))
    for ghost in builder.ghosts:
        # What the trial itself assigned so far is no change.
        ghost._p_changed = False
        watch.begin(ghost)
    transcript = BoundedTranscript()
    began = time.perf_counter()
    result = TrialResult("ok")
    answer: Any = None
    try:
        with running(Surroundings(builder.primitives, transcript)):
            answer = send(receiver, selector, args, kwargs)
    except OutputTooLong:
        result = TrialResult("output", message="The method prints more than 1,000 lines or 64 KiB.")
    except MemoryError:
        result = TrialResult("memory", message=NO_MEMORY)
    except RecursionError as error:
        result = TrialResult("recursion", message="The method calls itself without end.", line=_line(error, selector))
    except NotUnderstood as error:
        result = TrialResult("error", message=_not_understood(error, builder), line=_line(error, selector))
    except Exception as error:  # noqa: BLE001 - whatever a method raises is the result of its trial
        result = TrialResult("error", message=_words(error), line=_line(error, selector))
    result.seconds = time.perf_counter() - began
    gc.collect()
    result.output = "\n".join(transcript.lines)
    _report_state(result, receiver, selector, answer, builder, watch)
    return result


def _report_state(
    result: TrialResult, receiver: Ghost, selector: str, answer: Any, builder: Builder, watch: Watch
) -> None:
    renderer = Renderer(builder.keys)
    result.returns = renderer.plain(answer)
    before = {name: value for name, value in watch.before(receiver).items() if name != selector}
    after = own_slots(receiver)
    result.slots_after = {name: value for name, value in renderer.slots(receiver).items() if name != selector}
    result.added = [name for name in after if name not in before and name != selector]
    result.removed = [name for name in before if name not in after]
    for name in [*before, *result.added]:
        if name not in before or name not in after or not same(before[name], after[name]):
            pair = [Renderer(builder.keys).plain(held[name]) if name in held else None for held in (before, after)]
            result.changes[name] = pair
    for ghost in builder.ghosts:
        key = builder.keys[id(ghost)]
        own = ghost is receiver
        known, now = watch.before(ghost), own_slots(ghost)
        if not own and (known.keys() != now.keys() or any(not same(known[name], now[name]) for name in known)):
            result.others.append(key)
        result.unmarked += [name if own else f"{key}.{name}" for name in watch.unmarked(ghost)]


def _line(error: BaseException, selector: str) -> int | None:
    """The line of the method in which the error was raised."""
    found: int | None = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(f"<{selector} "):
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _not_understood(error: NotUnderstood, builder: Builder) -> str:
    key = builder.keys.get(id(error.receiver))
    who = "The receiver" if key == "self" else f"The object {key!r}" if key is not None else "An object"
    return f"{who} ({_short(repr(error.receiver))}) does not understand {error.selector!r}."


def _words(error: Exception) -> str:
    try:
        text = str(error)
    except (MemoryError, RecursionError, ValueError):
        text = "an error that cannot be written out"
    return _short(f"{type(error).__name__}: {text}" if text else type(error).__name__)


def _short(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"
