"""Requests in the words of ordinary people, as data: `held.jsonl` to judge with, `dev.jsonl` to develop against.

A line is an object's slots, a message that it does not understand, a wish, a method that is right and the cases that
decide whether another method is. A case begins from the request's slots with its own `slots` put over them; `after`
names the slots that are to have other values than before (every other one stays as it was), `returns` the answer (any
is right where it is absent; null is None), `raises` an error that leaves every slot as it was.

Numbers agree within 1e-9 and a whole number agrees with the same number as a float, but True is not 1. The order of
a list counts, that of a dict's keys does not. An answer may be a tuple where a list is wanted, a slot may not.
"""

from __future__ import annotations

import ast
import copy
import json
import math
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from uvm_core.objects.language import ALLOWED_BUILTINS, ALLOWED_EXCEPTIONS

Level = Literal["easy", "medium", "hard"]
SECONDS = 2.0
"""How long a method may take over all of its cases."""


class _Any:
    def __repr__(self) -> str:
        return "ANY"


ANY = _Any()
"""Stands for an answer that does not matter."""


@dataclass(frozen=True)
class Case:
    """One send of the message: what it begins with and what is right afterwards."""

    args: list[Any]
    slots: Mapping[str, Any] = field(default_factory=dict)
    returns: Any = ANY
    after: Mapping[str, Any] = field(default_factory=dict)
    raises: bool = False


@dataclass(frozen=True)
class Asked:
    """A request, a method that is right, and its cases."""

    id: str
    level: Level
    selector: str
    params: list[str]
    slots: Mapping[str, Any]
    wish: str
    args: list[Any]
    reference: str
    cases: list[Case]


class Ghost:
    """Stands for an object while a method runs: slots as attributes, the vocabulary that needs no image."""

    def print_string(self) -> str:
        return f"<UvmObject oid=0x1 slots=[{', '.join(self.slot_names())}]>"

    def slot_names(self) -> list[str]:
        return ["parent*", *_slots_of(self)]

    def slot_value(self, name: str) -> Any:
        return copy.deepcopy(vars(self)[name])

    def understands(self, name: str) -> bool:
        return not name.startswith("_") and hasattr(self, name)


class _EndlessError(BaseException):
    """A method took too long. Not an Exception, so that a method cannot catch it with `except Exception`."""


def load(name: Literal["held", "dev"]) -> list[Asked]:
    """The requests of a set, in the order of its file."""
    text = Path(__file__).with_name(f"{name}.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    return [Asked(**{**row, "cases": [Case(**case) for case in row["cases"]]}) for row in rows]


def verdict(source: str, asked: Asked) -> list[str]:
    """The cases that a method fails, each as a sentence; empty if it is right.

    The source runs in this process with the names of the method language and no others: nothing else confines it.
    Judging ends with the first case that takes it over `SECONDS`.
    """
    try:
        tree = ast.parse(source)
        code = compile(tree, "<method>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [f"The source does not compile: {error}."]
    if any(isinstance(node, ast.ExceptHandler) and node.type is None for node in ast.walk(tree)):
        return ["The method has a bare except, which could hold it up for ever."]
    deadline = time.monotonic() + SECONDS
    failed: list[str] = []
    for number, case in enumerate(asked.cases, 1):
        send = f"Case {number}, {asked.selector}({', '.join(map(_shown, case.args))})"
        try:
            fault = _fault(code, asked, case, deadline)
        except _EndlessError:
            return [*failed, f"{send}: does not end within {SECONDS:g} seconds."]
        if fault:
            failed.append(f"{send}: {fault}.")
    return failed


def _fault(code: Any, asked: Asked, case: Case, deadline: float) -> str:
    """What is wrong with one case, as the rest of a sentence; empty if nothing is."""
    before = {**asked.slots, **case.slots}
    ghost = Ghost()
    vars(ghost).update(copy.deepcopy(before))
    args = copy.deepcopy(case.args)
    try:
        answer = _within(deadline, lambda: _method(code, asked.selector)(ghost, *args))
    except Exception as error:  # noqa: BLE001 - whatever a method raises is judged
        if not case.raises:
            return f"raises {type(error).__name__}: {_cut(str(error))}"
        return _difference(ghost, before, "raises as it should, but")
    if case.raises:
        return f"answers {_shown(answer)} where an error is right"
    if case.returns is not ANY and not _agree(answer, case.returns, tuples=True):
        return f"answers {_shown(answer)} where {_shown(case.returns)} is right"
    return _difference(ghost, {**before, **case.after}, "")


def _method(code: Any, selector: str) -> Callable[..., Any]:
    names: dict[str, Any] = {"__builtins__": _BUILTINS, "math": math}
    exec(code, names)
    if selector not in names:
        raise NameError(f"there is no def {selector}")
    return names[selector]


def _within(deadline: float, act: Callable[[], Any]) -> Any:
    """What `act` answers; _EndlessError at the first line that it reaches after the deadline. Works in any thread."""

    def watch(_frame: FrameType, _event: str, _arg: Any) -> Any:
        if time.monotonic() > deadline:
            raise _EndlessError
        return watch

    tracing = sys.gettrace()
    sys.settrace(watch)
    try:
        return act()
    finally:
        sys.settrace(tracing)


def _difference(ghost: Ghost, wanted: Mapping[str, Any], how: str) -> str:
    """In which slot an object differs from what it should be, as the rest of a sentence; empty if in none."""
    got = _slots_of(ghost)
    for name in [*wanted, *(name for name in got if name not in wanted)]:
        if name not in got:
            return f"{how} removes the slot {name}".strip()
        if name not in wanted:
            return f"{how} adds a slot {name}".strip()
        if not _agree(got[name], wanted[name], tuples=False):
            return f"{how} leaves {name} as {_shown(got[name])} where {_shown(wanted[name])} is right".strip()
    return ""


def _slots_of(ghost: Ghost) -> dict[str, Any]:
    return {name: value for name, value in vars(ghost).items() if name != "_p_changed"}


def _agree(got: Any, wanted: Any, tuples: bool) -> bool:
    """Whether a value is the one that is wanted; `tuples`: a tuple may stand for a list."""
    if isinstance(wanted, bool) or wanted is None:
        return got is wanted
    if isinstance(wanted, int | float):
        if isinstance(got, bool) or not isinstance(got, int | float):
            return False
        try:
            return got == wanted or math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)
        except OverflowError:
            return False
    if isinstance(wanted, list):
        fits = isinstance(got, list | tuple) if tuples else isinstance(got, list)
        return fits and len(got) == len(wanted) and all(map(_agree, got, wanted, [tuples] * len(wanted)))
    if isinstance(wanted, dict):
        fits = isinstance(got, dict) and got.keys() == wanted.keys()
        return fits and all(_agree(got[key], one, tuples) for key, one in wanted.items())
    return isinstance(got, str) and got == wanted


def _shown(value: Any) -> str:
    try:
        return _cut(repr(value))
    except Exception:  # noqa: BLE001 - a method may answer anything, also what cannot be written out
        return f"a {type(value).__name__}"


def _cut(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _silent(*_values: Any, **_how: Any) -> None:
    """Stands for print, which goes to the transcript."""


_ALL_BUILTINS: Mapping[str, Any] = vars(sys.modules["builtins"])
_BUILTINS: dict[str, Any] = {
    **{name: _ALL_BUILTINS[name] for name in ALLOWED_BUILTINS | ALLOWED_EXCEPTIONS},
    "print": _silent,
}
