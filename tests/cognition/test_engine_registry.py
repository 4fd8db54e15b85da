"""What `--engine` may say is one table; anything else ends with a sentence that lists it."""

from __future__ import annotations

import pytest

from uvm_core import cli, supervisor, uvm
from uvm_core.cognition.engines.registry import KINDS, Choice, engine_choice

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("embedded", Choice("embedded")),
        ("scripted:answers.jsonl", Choice("scripted", "answers.jsonl")),
        ("scripted:C:/odd:name", Choice("scripted", "C:/odd:name")),
        ("server:http://127.0.0.1:11434/v1#qwen", Choice("server", "http://127.0.0.1:11434/v1#qwen")),
        ("http://localhost:8080", Choice("server", "http://localhost:8080/v1")),
        ("HTTPS://example.org/v1#a/b:c", Choice("server", "https://example.org/v1#a/b:c")),
    ],
)
def test_what_an_engine_may_be(text: str, choice: Choice) -> None:
    assert engine_choice(text) == choice
    assert engine_choice(str(choice)) == choice


@pytest.mark.parametrize(
    "text", ["", "embeded", "embedded:x", "scripted", "scripted:", "server", "server:", "server:ftp://h/", "http://"]
)
def test_anything_else_is_a_sentence_that_lists_the_kinds(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        engine_choice(text)
    assert all(kind.form in str(caught.value) for kind in KINDS)


@pytest.mark.parametrize(
    "text", [f"http://me:{SECRET}@127.0.0.1/v1", f"http://127.0.0.1/v1?key={SECRET}", f"server:http://{SECRET}@host/"]
)
def test_an_address_with_a_secret_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        engine_choice(text)
    assert "BATOS_API_KEY" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "start",
    [
        lambda: cli.main(["serve", "--engine", "clever"]),
        lambda: cli.main(["--engine", "clever"]),
        lambda: supervisor.main(["--image", "x", "--ready-fd", "0", "--engine", "clever"]),
        lambda: uvm.main(["--image", "x", "--engine", "clever"]),
    ],
)
def test_an_unknown_engine_ends_with_two_and_the_sentence(start: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        start()  # type: ignore[operator]
    assert caught.value.code == 2
    assert "There is no engine 'clever'" in capsys.readouterr().err


def test_the_mind_gets_what_was_chosen() -> None:
    def options(*argv: str) -> tuple[str | None, str | None]:
        found = uvm.mind_options(uvm.arguments(["--image", "x", *argv]))
        return (None if found.script is None else str(found.script)), found.model

    assert options() == (None, None)
    assert options("--model", "folder") == (None, "folder")
    assert options("--engine", "scripted:a.jsonl") == ("a.jsonl", None)
    assert options("--engine", "http://127.0.0.1:1/v1#m") == (None, "http://127.0.0.1:1/v1#m")
