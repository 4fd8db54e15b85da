"""The mapping of values to MessagePack and JSON: what goes in comes out, and what is hostile is refused."""

from __future__ import annotations

import json
import math
from typing import Any

import ormsgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uvm_core.bridge.values import (
    MAX_BIG_INT,
    MAX_CONTAINERS,
    MAX_DEPTH,
    MAX_MESSAGE,
    MethodSource,
    Ref,
    ValueRefused,
    from_json,
    pack,
    to_json,
    unpack,
)

texts = st.text(max_size=8) | st.sampled_from(["$ref", "$method", "$tuple", "$dict", "$", "name"])
numbers = st.integers() | st.integers(-(1 << 300), 1 << 300) | st.sampled_from([-(1 << 63) - 1, (1 << 64) - 1, 1 << 64])
refs = st.builds(Ref, st.integers(1, (1 << 64) - 1), st.none() | st.text(min_size=1, max_size=5))
simple = (
    st.none()
    | st.booleans()
    | numbers
    | st.floats(allow_nan=False)
    | texts
    | st.binary(max_size=8)
    | refs
    | st.builds(MethodSource, texts)
)
keys = st.recursive(simple, lambda inner: st.tuples(inner) | st.tuples(inner, inner) | st.frozensets(inner, max_size=2))
values = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.sets(keys, max_size=3)
        | st.frozensets(keys, max_size=3)
        | st.dictionaries(texts, inner, max_size=3)
        | st.dictionaries(keys, inner, max_size=3)
        | st.builds(lambda name, value: {name: value}, st.sampled_from(["$ref", "$method"]), inner)
    ),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types throughout: True is not 1 and a list is no tuple."""
    return one == other and shape(one) == shape(other)


def shape(value: Any) -> Any:
    kind = type(value).__name__
    if isinstance(value, dict):
        return kind, [(shape(key), shape(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return kind, [shape(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return kind, sorted(repr(shape(item)) for item in value)
    return kind


@given(values)
def test_what_is_packed_comes_out_the_same(value: Any) -> None:
    assert same(unpack(pack(value)), value)


@given(values)
def test_what_becomes_json_comes_back_the_same_but_for_the_names_of_references(value: Any) -> None:
    text = json.dumps(to_json(value), allow_nan=False)
    assert same(from_json(json.loads(text)), nameless(value))


def nameless(value: Any) -> Any:
    if isinstance(value, Ref):
        return Ref(value.id)
    if isinstance(value, dict):
        return {nameless(key): nameless(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(nameless(item) for item in value)
    return value


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_are_refused(data: bytes) -> None:
    try:
        value = unpack(data)
    except ValueRefused:
        return
    assert unpack(pack(value)) == value or has_nan(value)


def has_nan(value: Any) -> bool:
    if isinstance(value, dict):
        return any(has_nan(key) or has_nan(item) for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(has_nan(item) for item in value)
    return isinstance(value, float) and math.isnan(value)


@given(values, st.binary(min_size=1, max_size=8))
def test_bytes_after_the_value_are_refused(value: Any, more: bytes) -> None:
    with pytest.raises(ValueRefused):
        unpack(pack(value) + more)


@given(values.filter(lambda value: len(pack(value)) > 1), st.data())
def test_a_value_that_is_cut_is_refused(value: Any, data: st.DataObject) -> None:
    whole = pack(value)
    with pytest.raises(ValueRefused):
        unpack(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_nan_and_the_infinities_travel() -> None:
    assert math.isnan(unpack(pack(math.nan)))
    assert unpack(pack([math.inf, -math.inf])) == [math.inf, -math.inf]
    assert to_json([math.nan, math.inf]) == [{"$float": "nan"}, {"$float": "inf"}]
    assert math.isnan(from_json({"$float": "nan"}))


def test_bare_clients_write_references_and_methods_as_maps() -> None:
    message = {"a": {"$ref": 7}, "b": [{"$ref": "genesis_obj"}, {"$ref": "12"}], "c": {"$method": "def m(self): ..."}}
    assert unpack(ormsgpack.packb(message)) == {
        "a": Ref(7),
        "b": [Ref(0, "genesis_obj"), Ref(12)],
        "c": MethodSource("def m(self): ..."),
    }
    assert Ref(0, "genesis_obj").target == "genesis_obj"
    assert Ref(7, "counter").target == 7


@pytest.mark.parametrize("content", [None, [], "", 0, -1, 1.5, 1 << 64, True, {"$ref": 1}])
def test_a_reference_to_nothing_is_refused(content: Any) -> None:
    with pytest.raises(ValueRefused, match="reference"):
        from_json({"$ref": content})


def test_the_json_of_a_tuple_a_set_and_bytes_is_as_documented() -> None:
    assert to_json((1, {"a"}, b"hi")) == {"$tuple": [1, {"$set": ["a"]}, {"$bytes": "aGk="}]}
    assert to_json({1: "a"}) == {"$dict": [[1, "a"]]}
    assert to_json(Ref(4, "counter")) == {"$ref": 4}


@pytest.mark.parametrize(
    "wrong",
    [
        {"$tuple": 1},
        {"$set": [[1]]},
        {"$bytes": "not base64!"},
        {"$bytes": 4},
        {"$float": "1"},
        {"$dict": [[1]]},
        {"$dict": [[[], 1]]},
        {"$method": 1},
    ],
)
def test_json_that_only_looks_like_a_value_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueRefused):
        from_json(wrong)


class Unknown:
    pass


def endless() -> list[Any]:
    found: list[Any] = []
    found.append((found,))
    return found


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (Unknown(), "Unknown"),
        ([{"a": (Unknown(),)}], "Unknown"),
        (1 << (8 * MAX_BIG_INT + 8), "too large"),
        ("\ud800", "surrogate"),
        (endless(), "deep"),
        ({Unknown(): 1}, "Unknown"),
    ],
)
def test_what_cannot_travel_is_refused_with_the_reason(value: Any, word: str) -> None:
    with pytest.raises(ValueRefused, match=word):
        pack(value)


@pytest.mark.parametrize("opening", [b"\x91", b"\x81\xa1a", b"\xdc\x00\x01"])
def test_a_value_that_nests_too_deeply_is_refused(opening: bytes) -> None:
    assert unpack(opening * MAX_DEPTH + b"\xc0") is not None
    with pytest.raises(ValueRefused, match="deep"):
        unpack(opening * (MAX_DEPTH + 1) + b"\xc0")


def test_extensions_inside_extensions_count_as_depth() -> None:
    data = b"\x90"
    for _ in range(MAX_DEPTH + 50):
        data = ormsgpack.packb([ormsgpack.Ext(2, data)])
    with pytest.raises(ValueRefused, match="deep"):
        unpack(data)
    with pytest.raises(ValueRefused, match="deep"):
        unpack(data, max_depth=None)


def test_a_message_of_empty_lists_is_refused_before_they_are_made() -> None:
    data = b"\xdd" + (MAX_MESSAGE - 5).to_bytes(4, "big") + b"\x90" * (MAX_MESSAGE - 5)
    with pytest.raises(ValueRefused, match=f"{MAX_CONTAINERS:,}"):
        unpack(data)


def test_a_message_that_is_too_long_is_refused_unread() -> None:
    with pytest.raises(ValueRefused, match="1,048,577 bytes"):
        unpack(b"\x00" * (MAX_MESSAGE + 1))


def test_long_texts_in_any_script_are_no_matter_for_the_depth() -> None:
    text = "Ω漢𝄞" * 50_000
    assert unpack(pack({"text": text})) == {"text": text}


def test_unknown_and_malformed_extensions_are_refused() -> None:
    for data in (
        ormsgpack.Ext(99, b""),
        ormsgpack.Ext(1, b"short"),
        ormsgpack.Ext(1, b"\0" * 8 + b"\xff"),
        ormsgpack.Ext(2, b"\xc0"),
        ormsgpack.Ext(3, ormsgpack.packb([[1]])),
        ormsgpack.Ext(4, b""),
        ormsgpack.Ext(4, b"\1" * (MAX_BIG_INT + 1)),
        ormsgpack.Ext(6, b"\xff"),
        ormsgpack.Ext(7, ormsgpack.packb([1])),
    ):
        with pytest.raises(ValueRefused):
            unpack(ormsgpack.packb(data))
