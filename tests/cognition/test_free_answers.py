"""What is taken out of answers that nothing held to a form."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uvm_core.cognition.engines.free_answers import Unfenced, fault_in, fitting_json
from uvm_core.cognition.language.schemas import plan_schema

CODE = "def a(self):\n    return '`'\n"
PLAN = plan_schema([("SAGE", "sage_facet_"), ("SMITH", "smith_facet_")])


def unfenced(*pieces: str) -> str:
    given_out: list[str] = []
    code = Unfenced(given_out.append)
    for piece in pieces:
        code.feed(piece)
    code.end()
    return "".join(given_out)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (CODE, CODE),
        (f"```python\n{CODE}```", CODE),
        (f"\n  ```\n{CODE}  ```  \n", CODE),
        (f"Sure! Here it is:\n\n```py\n{CODE}```\nIt returns a mark.\n```\nmore\n```", CODE),
        (f"```python\n{CODE}", CODE),
        (f"```python\n{CODE}``", CODE + "``"),
        ("I cannot do that.", "I cannot do that."),
        ("", ""),
        ("def a(self):\n    '''\n```\n'''\n", "def a(self):\n    '''\n```\n'''\n"),
    ],
)
@given(places=st.lists(st.integers(0, 200), max_size=8))
def test_a_fence_goes_wherever_the_answer_is_cut(answer: str, code: str, places: list[int]) -> None:
    edges = [0, *sorted(place % (len(answer) + 1) for place in places), len(answer)]
    assert unfenced(*(answer[a:b] for a, b in itertools.pairwise(edges))) == code


def test_code_is_given_while_it_comes() -> None:
    given_out: list[str] = []
    code = Unfenced(given_out.append)
    for piece in ("```python\n", "def a(se", "lf):\n", "  "):
        code.feed(piece)
    assert "".join(given_out) == "def a(self):\n"


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        (
            {"facets": [{"persona": "SAGE", "facet": "sage_facet_", "query": "What is it?"}], "done_when": "It is."},
            True,
        ),
        ({"facets": [{"persona": "SAGE", "facet": "smith_facet_", "query": "What is it?"}], "done_when": "x"}, False),
        ({"facets": [], "done_when": "It is."}, False),
        ({"facets": "SAGE", "done_when": "It is."}, False),
        ({"done_when": "It is."}, False),
        ([], False),
    ],
)
def test_plans_are_checked(value: Any, fits: bool) -> None:
    assert (fault_in(value, PLAN) is None) == fits


@pytest.mark.parametrize(
    ("value", "schema", "fault"),
    [
        (True, {"type": "integer"}, "the answer must be of the type integer."),
        (1.0, {"type": ["string", "null"]}, "the answer must be of the type string or null."),
        ({"a": 1}, {"additionalProperties": False}, "the answer.a must not be there."),
        (
            {"a": [1, "x"]},
            {"properties": {"a": {"items": {"type": "number"}}}},
            "the answer.a[1] must be of the type number.",
        ),
        ([1, 2], {"prefixItems": [{}], "items": False}, "the answer[1] must not be there."),
        ([], {"minItems": 1}, "the length of the answer must be at least 1."),
        ("abc", {"maxLength": 2}, "the length of the answer must be at most 2."),
        (11, {"maximum": 10}, "the answer must be at most 10."),
        ("x", {"enum": ["a", "b"]}, 'the answer must be one of ["a", "b"].'),
        ("x", {"const": "a"}, 'the answer must be "a".'),
        ("x", {"pattern": "^[0-9]+$"}, "the answer must match ^[0-9]+$."),
        ("x", {"pattern": r"\p{L}("}, None),
        ("x", {"anyOf": [{"type": "integer"}, {"type": "null"}]}, "the answer must be of the type integer."),
        ("x", {"allOf": [{"type": "string"}, {"minLength": 2}]}, "the length of the answer must be at least 2."),
        ({"n": {"n": 1}}, {"$ref": "#/$defs/t", "$defs": {"t": {"properties": {"n": {"$ref": "#/$defs/t"}}}}}, None),
        ("x", {"$ref": "#/nowhere", "unknown": 1}, None),
        ("x", {"$ref": "#"}, "the answer is nested too deeply."),
    ],
)
def test_what_does_not_fit_is_said(value: Any, schema: Any, fault: str | None) -> None:
    assert fault_in(value, schema) == fault


@given(
    st.text("ab [{}]\"',:\n", max_size=20),
    st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=5), min_size=1),
    st.text("ab [{}]\"',:\n", max_size=20),
)
def test_a_value_is_found_among_words(before: str, value: dict[str, Any], after: str) -> None:
    schema = {"const": value}
    # A brace or a quotation mark before it may begin a value of its own that swallows it.
    before = before.translate({ord(letter): None for letter in '{["'})
    found, fault = fitting_json(before + json.dumps(value) + after, schema)
    assert found is not None and json.loads(found) == value and fault == ""


@given(st.text('[{"a:1,}] ', max_size=200))
def test_any_text_is_searched(text: str) -> None:
    found, fault = fitting_json(text, {"type": "object"})
    assert (found is None) == bool(fault)


def test_depth_is_no_way_to_break_it() -> None:
    assert fitting_json("[" * 100_000, {"type": "object"})[0] is None
