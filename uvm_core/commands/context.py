"""What a command is given, and how it answers: one JSON value, or calm text for people."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uvm_core.bridge.client import Client
from uvm_core.bridge.values import ValueRefused, from_json, to_json
from uvm_core.commands import joining
from uvm_core.supervisor import Options

Run = Callable[["Context", argparse.Namespace], int]
Commands = Any
"""What argparse's `add_subparsers` answers; its type has no public name."""

_ANSWER = 60.0  # seconds: a message to an object may run for a while before the UVM ends it


class Failed(Exception):
    """The command could not do it: a sentence for people, and the JSON value for programs."""

    def __init__(self, message: str, *, code: str = "failed", **more: Any) -> None:
        super().__init__(message)
        self.value = {"status": "error", "code": code, "message": message, **more}


class Usage(Exception):
    """The command was not understood; says what it takes."""


@dataclass(frozen=True)
class Context:
    image: Path
    as_json: bool
    uvm: Sequence[str] | None = None  # the UVM's command, if it is not the usual one
    options: Options = field(default_factory=Options)  # how a UVM is started, where this command starts one

    @contextlib.contextmanager
    def client(self, *, start: bool = True, timeout: float = _ANSWER) -> Iterator[Client]:
        """The image's UVM, started if there is none. Raises joining.NotThere or joining.NotStarted."""
        if start:
            client = joining.join_or_start(
                self.image, self.options, timeout=timeout, command=self.uvm, progress=self.progress
            )
        else:
            client = joining.join(self.image, timeout=timeout)
        with client:
            if start:
                joining.say_other_model(client, self.options.model, tell)
            yield client

    def call(self, command: str, /, **fields: Any) -> dict[str, Any]:
        """One request to the UVM. Raises BridgeError when it is refused."""
        with self.client() as client:
            return client.call(command, **fields)

    def answer(self, value: Any, text: Callable[[], str] | str) -> None:
        """Prints the value as JSON, or the text."""
        if self.as_json:
            write(json.dumps(to_json(value), ensure_ascii=False))
        else:
            write(text if isinstance(text, str) else text())

    def progress(self, words: str) -> None:
        tell(words)


def write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(sentence: str) -> None:
    """A sentence for people, beside the answer."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def json_value(text: str) -> Any:
    """The value that a word on the command line means. Raises Usage."""
    try:
        return from_json(json.loads(text))
    except json.JSONDecodeError:
        quoted = json.dumps(text, ensure_ascii=False)
        raise Usage(f"{text} is not JSON. A text is written with quotes: '{quoted}'.") from None
    except ValueRefused as refusal:
        raise Usage(f"{text} is not a value: {refusal}") from None
    except RecursionError:
        raise Usage("The value nests too deeply.") from None


def json_map(text: str, what: str) -> dict[str, Any]:
    """As `json_value`, for a map with text keys."""
    value = json_value(text)
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise Usage(f'{what} are a JSON object, for instance {{"total": 12}}.')
    return value


def target(word: str) -> int | str:
    """An object as it is typed: a decimal id or a root name."""
    return int(word) if word.isascii() and word.isdecimal() else word


def result_of(reply: Mapping[str, Any]) -> Any:
    """The rows in a reply."""
    return reply["result"] if "result" in reply else {k: v for k, v in reply.items() if k != "status"}
