"""The kinds of engines that there are: one table of what `--engine` may say."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.engines.server_address import is_server_address, parse_address


@dataclass(frozen=True)
class Kind:
    """A kind of engine. `form` is how it is asked for; `argument` is what stands behind its colon, "" for nothing."""

    name: str
    argument: str
    words: str

    @property
    def form(self) -> str:
        return f"{self.name}:{self.argument}" if self.argument else self.name


EMBEDDED = Kind("embedded", "", "the model in this process")
SCRIPTED = Kind("scripted", "FILE", "answers from a file")
SERVER = Kind("server", "ADDRESS", "a server of the OpenAI kind at an http or https address")
KINDS = (EMBEDDED, SCRIPTED, SERVER)

FORMS = ", ".join(f"{kind.form} ({kind.words})" for kind in KINDS)


@dataclass(frozen=True)
class Choice:
    """An engine that was asked for: its kind's name, and the file or the address."""

    kind: str
    argument: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.argument}" if self.argument else self.kind


def engine_choice(text: str) -> Choice:
    """What `--engine` says; a bare address means a server. Errors: ValueError with a sentence that lists the kinds, or
    says what is wrong with an address."""
    text = text.strip()
    if is_server_address(text):
        return _server(text)
    name, colon, argument = text.partition(":")
    argument = argument.strip()
    for kind in KINDS:
        if name == kind.name and bool(kind.argument) == bool(argument) and bool(colon) == bool(argument):
            return _server(argument) if kind is SERVER else Choice(name, argument)
    raise ValueError(f"There is no engine {text[:80]!r}. An engine is one of: {FORMS}.")


def engine_argument(text: str) -> str:
    """`type` of an `--engine` option: the text, checked; argparse ends with 2 and the sentence."""
    try:
        return str(engine_choice(text))
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _server(address: str) -> Choice:
    try:
        parsed = parse_address(address)
    except EngineUnavailable as problem:
        raise ValueError(f"{problem} An engine is one of: {FORMS}.") from None
    return Choice(SERVER.name, str(parsed))
