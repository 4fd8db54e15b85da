"""The UVM itself: serve it, look at it, stop it; its log."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from typing import Any

from uvm_core import logs, places
from uvm_core.bridge.client import BridgeError
from uvm_core.commands import joining, text
from uvm_core.commands.context import Commands, Context, Failed, result_of, tell, write
from uvm_core.supervisor import UVM, Supervisor, add_options, options_from

_STOP = 30.0  # seconds: the UVM has ten to close its image
_FOLLOW = 0.3


def add(commands: Commands) -> None:
    parser = commands.add_parser("serve", help="the UVM in the foreground, without a window")
    add_options(parser, argparse.SUPPRESS)
    parser.set_defaults(run=serve)
    parser = commands.add_parser("status", help="whether a UVM serves the image, and how it is")
    parser.set_defaults(run=status)
    parser = commands.add_parser("stop", help="close the image and end its UVM")
    parser.set_defaults(run=stop)
    parser = commands.add_parser("logs", help="the image's log")
    parser.add_argument("--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    parser.add_argument("--lines", type=int, default=100, metavar="N")
    parser.set_defaults(run=show_logs)


def serve(context: Context, given: argparse.Namespace) -> int:
    logs.configure(places.log_file(context.image), rotate=False)
    failed: list[Mapping[str, Any]] = []

    def hear(word: Mapping[str, Any]) -> None:
        if word["event"] == "ready":
            _say_ready(context, str(word["endpoint"]))
        elif word["event"] == "failed":
            failed.append(word)
        elif word.get("message"):
            tell(str(word["message"]))

    options = options_from(given, keep=True)
    code = Supervisor(context.image, options, hear, command=context.uvm or UVM).run()
    if failed:
        raise Failed(str(failed[-1]["message"]), code="locked" if failed[-1].get("locked") else "not_started")
    return code


def _say_ready(context: Context, endpoint: str) -> None:
    if context.as_json:
        write(json.dumps({"status": "ok", "image": str(context.image), "endpoint": endpoint}, ensure_ascii=False))
        return
    tell(f"The image {context.image} is served at {endpoint}; Ctrl-C ends it.")
    tell("In another terminal: batos objects · batos send genesis_obj display_yourself · batos proposals")


def status(context: Context, _given: argparse.Namespace) -> int:
    with context.client(start=False, timeout=10.0) as client:
        row = result_of(client.call("status"))
    context.answer(row, lambda: _status_text(row))
    return 0


def _status_text(row: dict[str, Any]) -> str:
    model = row.get("model") or {}
    model_words = " ".join(str(model[key]) for key in ("id", "state") if model.get(key))
    rows = [(name, text.cell(row.get(name))) for name in ("image", "endpoint", "pid")]
    rows.append(("model", model_words or "none"))
    rows += [(name, text.cell(row.get(name))) for name in ("missions", "proposals", "tid")]
    rows += [("note", str(note)) for note in row.get("notes") or []]
    return text.pairs(rows)


def stop(context: Context, _given: argparse.Namespace) -> int:
    with context.client(start=False, timeout=10.0) as client:
        try:
            reply = client.call("stop")
        except BridgeError as error:
            if error.code not in ("stopping", "no_answer"):
                raise
            reply = {"status": "ok"}
    if not joining.wait_until_gone(context.image, _STOP):
        raise Failed(f"The UVM has not ended within {_STOP:g} seconds; its log says what it does.", code="not_gone")
    context.answer(reply, "The image is closed and its UVM has ended.")
    return 0


def show_logs(context: Context, given: argparse.Namespace) -> int:
    file = places.log_file(context.image)
    entries = list(logs.entries(logs.tail(file)))[-max(given.lines, 0) :]
    if not given.follow:
        context.answer(entries, lambda: "\n".join(map(_entry_text, entries)) or "There is no log yet.")
        return 0
    for entry in entries:
        _show_entry(context, entry)
    for entry in logs.entries(logs.follow(file, lambda: time.sleep(_FOLLOW))):
        _show_entry(context, entry)
    return 0


def _show_entry(context: Context, entry: dict[str, Any]) -> None:
    write(json.dumps(entry, ensure_ascii=False) if context.as_json else _entry_text(entry))


def _entry_text(entry: dict[str, Any]) -> str:
    moment = str(entry.get("timestamp", ""))[:19].replace("T", " ")
    return f"{moment}  {entry.get('level', ''):<8}  {logs.words_of(entry)}"
