"""The sender pool: live messages, each in a transaction of its own, done again when another change came first."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from ZODB.POSException import ConflictError

from ..objects import (
    Callable_,
    MethodTimeout,
    NotUnderstood,
    SendError,
    SlotError,
    Surroundings,
    Transcript,
    UvmObject,
    find,
    running,
    send,
)
from ..objects.language import is_public_selector
from .errors import Refused
from .image import ATTEMPTS, Committed, Image, Session
from .neutral import from_neutral, to_neutral
from .watchdog import Watchdog
from .world import World

THREADS = 4
# From this attempt on, a message that met others wants those to the same object to wait for each other.
TURN_ATTEMPT = 3
TURN_SECONDS = 5.0
BLUEPRINT_SELECTORS = frozenset({"_clone_persistent_"})

log = structlog.get_logger("sender")


@dataclass
class Answered:
    """What a message answered, as plain data, and what the methods printed meanwhile."""

    result: Any
    transcript: list[str]
    committed: Committed | None


@dataclass
class Unanswered:
    """A message nobody on the path understands: everything a mission needs to know, as plain data."""

    receiver: int
    label: str
    selector: str
    args: list[Any]
    kwargs: dict[str, Any]
    nested_in: str | None = None


@dataclass(frozen=True)
class Message:
    """A message as it came: `target` is a root name, an id or a reference, the arguments in neutral form."""

    target: Any
    selector: str
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    who: str = "person"


@dataclass
class _Turn:
    """The turn of messages to one object, and how many hold it or wait for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0


class SenderPool:
    """Runs live messages. `make_surroundings` gives the primitives and services that methods reach."""

    def __init__(
        self, image: Image, watchdog: Watchdog, make_surroundings: Callable[[Session, Transcript], Surroundings]
    ) -> None:
        self._image = image
        self._watchdog = watchdog
        self._make_surroundings = make_surroundings
        self._door = threading.Lock()
        self._turns: dict[str, _Turn] = {}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="sender")

    def submit(self, message: Message) -> Future[Answered | Unanswered]:
        """Queue a message; the future has what it answered after its commit, or raises Refused."""
        return self._pool.submit(self.run, message)

    def run(self, message: Message) -> Answered | Unanswered:
        """Send a message in this thread."""
        if not is_public_selector(message.selector) and message.selector not in BLUEPRINT_SELECTORS:
            raise Refused(
                "bad_selector",
                f"{message.selector!r} cannot be sent: a message is a name of at most 64 characters that begins with a "
                "letter.",
            )
        with self._image.session() as session:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    with self._in_turn(str(message.target), attempt >= TURN_ATTEMPT):
                        return self._once(session, message)
                except ConflictError:
                    session.abort()
                    log.info("send_conflict", selector=message.selector, attempt=attempt)
            raise Refused(
                "conflict",
                f"Others kept changing what {message.selector!r} works on; it was given up, nothing is changed.",
            )

    @contextmanager
    def _in_turn(self, target: str, wanted: bool) -> Iterator[None]:
        """A block that messages to one object run one after the other, while one of them wants that because it keeps
        meeting others; none waits for a slow one for ever."""
        with self._door:
            turn = self._turns.get(target)
            if turn is None and wanted:
                turn = self._turns[target] = _Turn()
            if turn is not None:
                turn.users += 1
        if turn is None:
            yield
            return
        taken = turn.lock.acquire(timeout=TURN_SECONDS)
        try:
            yield
        finally:
            if taken:
                turn.lock.release()
            with self._door:
                turn.users -= 1
                if not turn.users:
                    del self._turns[target]

    def close(self) -> None:
        """Take no more messages and wait for those that run."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _once(self, session: Session, message: Message) -> Answered | Unanswered:
        world = session.begin()
        receiver = world.resolve(message.target)
        label = world.label_of(receiver)
        args = [from_neutral(world, item) for item in message.args]
        kwargs = {str(name): from_neutral(world, item) for name, item in message.kwargs.items()}
        transcript = Transcript()
        words = f"{message.selector} to {label}"
        try:
            with running(self._make_surroundings(session, transcript)), self._watchdog.watching(words):
                result = send(receiver, message.selector, tuple(args), kwargs)
        except NotUnderstood as signal:
            return self._unanswered(session, world, signal, receiver, message.selector)
        except MethodTimeout:
            session.abort()
            log.warning("send_timeout", selector=message.selector, oid=world.id_of(receiver))
            raise Refused(
                "timeout",
                f"{words} ran longer than {self._watchdog.soft:g} seconds and was stopped. Nothing was changed.",
            ) from None
        except (ConflictError, Refused):
            session.abort()
            raise
        except Exception as problem:
            session.abort()
            raise Refused("method_error", method_problem(problem, label, message.selector)) from problem
        try:
            self._adopt(world, result, label)
            plain = to_neutral(world, result)
            changed = bool(session.connection._registered_objects or session.connection._added)
            committed = session.commit(message.who, words) if changed else None
        except SlotError as problem:
            raise Refused("bad_slot", f"{words}: {problem} Nothing was changed.") from problem
        except RecursionError:
            session.abort()
            raise Refused("bad_result", f"{words}: what it answers holds itself. Nothing was changed.") from None
        return Answered(plain, transcript.text(), committed)

    def _adopt(self, world: World, result: Any, label: str) -> None:
        """A new object that a message answers goes on the desktop under a free name: else nobody could reach it."""
        for made in result if isinstance(result, (list, tuple)) else (result,):
            if isinstance(made, UvmObject) and made._p_oid is None:
                world.add(made, world.free_name(label if not label.startswith("object ") else "object"))

    def _unanswered(
        self, session: Session, world: World, signal: NotUnderstood, outer: UvmObject, selector: str
    ) -> Unanswered:
        receiver = signal.receiver
        if receiver._p_oid is None:
            session.abort()
            raise Refused(
                "not_understood", f"A new object does not understand {signal.selector!r}. Nothing was changed."
            )
        nested = receiver is not outer or signal.selector != selector
        found = find(outer, selector)
        found_words = f"{selector} of {world.label_of(outer)}" if nested and found is not None else None
        unanswered = Unanswered(
            world.id_of(receiver),
            world.label_of(receiver),
            signal.selector,
            [_plain_argument(world, item) for item in signal.arguments],
            {name: _plain_argument(world, item) for name, item in signal.keywords.items()},
            found_words,
        )
        session.abort()
        return unanswered


def _plain_argument(world: World, value: Any) -> Any:
    """An argument of a message not understood, for the mission; one that cannot be kept is described."""
    if isinstance(value, UvmObject) and value._p_oid is None:
        return repr(value)
    return repr(value) if isinstance(value, Callable_) else to_neutral(world, value)


def method_problem(problem: BaseException, label: str, selector: str) -> str:
    """An error inside a method as a sentence: which message, which line, what."""
    line = None
    for frame, number in traceback.walk_tb(problem.__traceback__):
        if frame.f_code.co_filename.startswith(f"<{frame.f_code.co_name} "):
            line = (frame.f_code.co_name, number)
    kind = type(problem).__name__
    text = str(problem) or kind
    if isinstance(problem, SendError) or line is None:
        return f"{selector} to {label}: {text} Nothing was changed."
    where = f"line {line[1]}" + (f" of {line[0]}" if line[0] != selector else "")
    return f"{selector} to {label} failed in {where}: {kind}: {text}. Nothing was changed."
