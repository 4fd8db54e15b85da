"""Tasks in bulk: methods and plans for lines of JSON, without touching the image."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from uvm_core.bridge.client import BridgeError, Client
from uvm_core.commands.context import Commands, Context, Failed, tell

_WAIT = 900.0  # seconds: three tries of the embedded model on a slow machine, and others before it in the queue


@dataclass(frozen=True)
class Kind:
    """What is done with each task: the bridge's command, and how a row is told of on the way."""

    command: str
    verdict: Callable[[dict[str, Any]], str]


PROPOSE = Kind("propose", lambda row: "accepted" if row.get("accepted") else "not accepted")
PLAN = Kind("plan", lambda row: "valid" if row.get("valid") else f"no valid plan. {row.get('problem', '')}".rstrip())


def add(commands: Commands) -> None:
    for name, kind, does in (
        ("propose", PROPOSE, "write methods for tasks, without touching the image"),
        ("plan", PLAN, "make plans for messages and questions, without touching the image"),
    ):
        parser = commands.add_parser(name, help=does)
        parser.add_argument("--tasks", metavar="IN", required=True, help="JSON lines; - for the standard input")
        parser.add_argument("--out", metavar="OUT", required=True, help="JSON lines; - for the standard output")
        model = "the model of the UVM, where this starts one"
        parser.add_argument("--model", default=argparse.SUPPRESS, help=model)
        parser.set_defaults(run=run, kind=kind)


def run(context: Context, given: argparse.Namespace) -> int:
    """One result line for every line that is not empty, in their order, written whole as soon as it is there."""
    kind: Kind = given.kind
    done, refused, broken = 0, 0, 0
    with contextlib.ExitStack() as stack:
        tasks = stack.enter_context(_opened(given.tasks, "r"))
        out = stack.enter_context(_opened(given.out, "w"))
        client: Client | None = None
        for number, task in _tasks(tasks):
            if isinstance(task, str):
                broken += 1
                row: dict[str, Any] = {"id": None, "line": number, "error": {"code": "bad_line", "message": task}}
            else:
                if client is None:
                    client = stack.enter_context(context.client(timeout=_WAIT))
                row = _done(client, kind, task)
                refused += "error" in row
                done += 1
            # A single write: what stops the command leaves whole lines.
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            tell(_progress(kind, row, number))
    summary = {"status": "ok", "tasks": done, "refused": refused, "bad_lines": broken}
    if given.out != "-":
        context.answer(summary, f"{done} tasks done, {refused} of them refused, {broken} lines were no tasks.")
    if done == refused and (done or broken):
        raise Failed("No task could be done.", code="no_task")
    return 0


def _tasks(lines: TextIO) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line number and task, or what is wrong with the line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            task = json.loads(line)
        except (ValueError, RecursionError) as problem:
            yield number, f"The line is not JSON ({problem})."
            continue
        yield number, task if isinstance(task, dict) else "A task is a JSON object."


def _done(client: Client, kind: Kind, task: dict[str, Any]) -> dict[str, Any]:
    try:
        row = client.call(kind.command, task=task)["result"]
        return dict(row)
    except BridgeError as error:
        if error.code == "closed":
            raise
        return {"id": task.get("id"), "error": {"code": error.code, "message": error.message}}


def _progress(kind: Kind, row: dict[str, Any], number: int) -> str:
    if "error" in row:
        return f"Line {number}: {row['error']['message']}"
    return f"Line {number}: {kind.verdict(row)} ({row.get('seconds', 0)} s)"


@contextlib.contextmanager
def _opened(name: str, mode: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdin if mode == "r" else sys.stdout
        return
    try:
        # A byte that is no UTF-8 makes its own line a bad one, not the end of all.
        file = Path(name).open(mode, encoding="utf-8", errors="replace")  # noqa: SIM115 -- closed below; its error is worded here
    except OSError as problem:
        raise Failed(f"{name} cannot be opened: {problem.strerror}.", code="no_file") from None
    with file:
        yield file  # type: ignore[misc]
