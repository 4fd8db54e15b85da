"""`batos …`: the command line. Neither the database nor torch is imported here: `batos status` answers at once."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Sequence

from uvm_core import places
from uvm_core.bridge.client import BridgeError
from uvm_core.bridge.endpoint import EndpointRefused
from uvm_core.bridge.keys import KeysRefused
from uvm_core.bridge.values import to_json
from uvm_core.commands import (
    bulk,
    decisions,
    doctor,
    joining,
    memory,
    messages,
    models,
    objects,
    running,
    steward,
    train,
    window,
)
from uvm_core.commands.context import Context, Failed, Usage, tell, write
from uvm_core.supervisor import options_from

_SUBJECTS = (window, running, objects, messages, decisions, memory, steward, models, bulk, train, doctor)


def main(argv: Sequence[str] | None = None, *, uvm: Sequence[str] | None = None) -> int:
    """Runs one command. 0: done. 1: refused, or nobody there. 2: not understood. 130: interrupted.

    `uvm` is the command that starts a UVM, where it is not the usual one.
    """
    parser = command_line()
    given = parser.parse_args(argv)
    options = options_from(given, keep=False)
    context = Context(places.image_directory(given.image), bool(given.json), uvm, options)
    try:
        return int(given.run(context, given))
    except Usage as problem:
        tell(f"batos: {problem}")
        return 2
    except Failed as problem:
        return _refused(context, str(problem), problem.value)
    except BridgeError as problem:
        return _refused(context, problem.message, problem.reply)
    except joining.NotStarted as problem:
        return _failed(context, "not_started", str(problem))
    except joining.NotThere as problem:
        return _failed(context, "not_there", str(problem))
    except (EndpointRefused, KeysRefused) as problem:
        return _failed(context, "endpoint", str(problem))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still in the buffer must not be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def command_line() -> argparse.ArgumentParser:
    # The global options stand before or after the command. A command's own parser must not put its default over what
    # stood before, so there the default is to say nothing.
    parser = argparse.ArgumentParser(
        prog="batos", description="A living world of persistent objects that learn new messages, with your approval."
    )
    _global_options(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_CommandParser)
    for subject in _SUBJECTS:
        subject.add(commands)
    window.add_world_options(parser, None)
    parser.set_defaults(run=window.world)
    return parser


class _CommandParser(argparse.ArgumentParser):
    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        _global_options(self, argparse.SUPPRESS)


def _global_options(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument("--image", metavar="DIR", default=default, help="the image's directory (or BATOS_IMAGE)")
    parser.add_argument("--json", action="store_true", default=default, help="print exactly one JSON value")


def _failed(context: Context, code: str, message: str) -> int:
    return _refused(context, message, {"status": "error", "code": code, "message": message})


def _refused(context: Context, message: str, value: object) -> int:
    if context.as_json:
        with contextlib.suppress(BrokenPipeError):
            write(json.dumps(to_json(value), ensure_ascii=False))
    tell(message)
    return 1


if __name__ == "__main__":
    sys.exit(main())
