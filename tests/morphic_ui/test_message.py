"""Messages as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphic_ui.model.values import NotAValue, Ref
from morphic_ui.outliner.message import Message, Parameter, from_fields, parameters, parse, parse_arguments

NAMES = {"acme": Ref(7, "acme")}
SELECTORS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(
    lambda name: name not in {"self", "and", "as", "if", "in", "is", "or", "not", "def", "for", "from", "pass", "try",
                              "with", "elif", "else", "del", "lambda", "class", "while", "raise", "return", "import",
                              "global", "except", "finally", "yield", "assert", "break", "continue", "nonlocal",
                              "async", "await"}
)  # fmt: skip
ARGUMENTS = st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.just(NAMES["acme"])


@given(SELECTORS, st.lists(ARGUMENTS, max_size=3), st.dictionaries(SELECTORS, ARGUMENTS, max_size=3))
def test_a_shown_message_is_read_back(selector: str, args: list[object], kwargs: dict[str, object]) -> None:
    message = Message(selector, tuple(args), kwargs)
    assert parse(message.shown, NAMES.get) == message


@pytest.mark.parametrize("text", ["total", "total()", "self.total()", "  total ( ) "])
def test_a_message_may_be_written_short(text: str) -> None:
    assert parse(text, NAMES.get) == Message("total")


@pytest.mark.parametrize(
    "text", ["", "1", "a.b()", "f(*x)", "f(**x)", "f(graz)", "_hidden()", "f(1", "a b", "x" * 65, "f()()"]
)
def test_what_is_no_message_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(NotAValue) as problem:
        parse(text, NAMES.get)
    assert str(problem.value)


@given(st.text(max_size=40))
def test_any_text_is_a_message_or_a_sentence(text: str) -> None:
    try:
        parse(text, NAMES.get)
    except NotAValue as problem:
        assert str(problem)


def test_parameters_are_read_from_source() -> None:
    source = "def remind(self, days=14, *, gentle, note='x'):\n    return days\n"
    assert parameters(source) == (Parameter("days", "14"), Parameter("gentle", None), Parameter("note", "'x'"))


@pytest.mark.parametrize("source", ["", "not python (", "x = 1", None, "def f(): pass"])
def test_a_source_without_parameters_has_none(source: object) -> None:
    assert parameters(source) == ()


def test_fields_become_a_message() -> None:
    wanted = (Parameter("days", "14"), Parameter("to", None))
    assert from_fields("remind", wanted, {"to": "acme"}, NAMES.get) == Message(
        "remind", (), {"days": 14, "to": NAMES["acme"]}
    )


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(NotAValue, match="to needs a value"):
        from_fields("remind", (Parameter("to"),), {}, NAMES.get)
    with pytest.raises(NotAValue, match="days: "):
        from_fields("remind", (Parameter("days"),), {"days": "grz"}, NAMES.get)


def test_arguments_alone() -> None:
    assert parse_arguments("", NAMES.get) == ((), {})
    assert parse_arguments("14, gentle=True", NAMES.get) == ((14,), {"gentle": True})
