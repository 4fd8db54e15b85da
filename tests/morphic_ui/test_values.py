"""Values are written so that they can be read back, and what is no value is refused in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphic_ui.model.values import NotAValue, Ref, read, same, show, write

NAMES = {"acme": Ref(7, "acme"), "traits_invoice": Ref(2, "traits_invoice")}
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.binary(max_size=10)
    | st.sampled_from(list(NAMES.values()))
    | st.integers(1, 10**9).map(lambda number: Ref(number, None))
)
KEYS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.sets(st.integers() | st.text(max_size=4), max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_a_written_value_is_read_back(value: object) -> None:
    assert same(read(write(value), NAMES.get), value)


@given(VALUES)
def test_every_value_can_be_shown_on_one_line(value: object) -> None:
    shown = show(value)
    assert isinstance(shown, str)
    assert "\n" not in shown


@given(st.text(max_size=40))
def test_any_typed_text_is_a_value_or_a_sentence(text: str) -> None:
    try:
        read(text, NAMES.get)
    except NotAValue as problem:
        assert str(problem)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "graz", "1 +", "open('x')", "__import__('os')", "lambda: 1", "[x for x in y]", "1 if 2 else 3", "a.b",
     "{[]: 1}", "{**{}}", "...", "1j", "f'{1}'"],
)  # fmt: skip
def test_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(NotAValue):
        read(text, NAMES.get)


def test_a_name_is_the_object_it_names() -> None:
    assert read("acme", NAMES.get) == Ref(7, "acme")
    assert read("[acme, 1]", NAMES.get) == [Ref(7, "acme"), 1]


def test_the_refusal_says_what_to_type() -> None:
    with pytest.raises(NotAValue, match="'Graz'"):
        read("Graz", NAMES.get)


def test_true_is_not_one() -> None:
    assert not same(True, 1)
    assert not same([1], [1.0])
    assert same(float("nan"), float("nan"))


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [("def f(self): pass", "method", "method"), ({"$btree": "OOBTree", "entries": [[1, 2]], "more": True}, "btree",
     "BTree · 1 and more"), ({"$blob": "00"}, "blob", "file"), (Ref(7, "acme"), "reference", "acme"),
     (list(range(100)), "data", "list · 100")],
)  # fmt: skip
def test_kinds_are_shown_in_a_word(value: object, kind: str, shown: str) -> None:
    assert show(value, kind) == shown
