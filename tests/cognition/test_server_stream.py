"""The framing of a server's stream: the same bytes give the same text, wherever they are cut and however they end."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uvm_core.cognition.engines.server_stream import LINE_BYTES, Events, Malformed, Reading, told

LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
TEXTS = st.lists(st.text(max_size=8), max_size=6)
# Lines that say nothing: comments, other fields, fields that only begin like the one that counts.
NOISE = st.sampled_from([": ping", ":", "event: message", "id: 7", "retry: 3", "database: x", "nonsense"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "message", "content", "usage", "error", "text", "finish_reason"]),
            inner,
        )
    ),
    max_leaves=12,
)


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def read(pieces: Sequence[bytes]) -> list[str]:
    events = Events()
    return [data for piece in pieces for data in events.feed(piece)] + events.end()


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[str], bytes]:
    """The data of some events, and bytes that say it."""
    told_data: list[str] = []
    stream = draw(st.sampled_from(["", "\ufeff"]))
    for lines in draw(st.lists(st.lists(st.text("ab é😀:{", max_size=6), min_size=1, max_size=3), max_size=5)):
        told_data.append("\n".join(lines))
        for line in lines:
            for noise in draw(st.lists(NOISE, max_size=2)):
                stream += noise + draw(LINE_ENDS)
            stream += "data: " + line + draw(LINE_ENDS)
        end = draw(LINE_ENDS)
        # A line feed after a carriage return would be one line end with it.
        stream += "\r\n" if stream.endswith("\r") and end == "\n" else end
    return told_data, stream.encode()


@given(streams(), st.lists(st.integers(0, 10_000), max_size=12))
def test_it_does_not_matter_where_bytes_are_cut(stream: tuple[list[str], bytes], places: list[int]) -> None:
    data, sent = stream
    assert read(cut(sent, places)) == data
    assert read([sent[place : place + 1] for place in range(len(sent))]) == data


@given(TEXTS, st.lists(st.integers(0, 10_000), max_size=8), LINE_ENDS, st.booleans(), st.booleans())
def test_the_text_is_the_pieces(
    texts: list[str], places: list[int], line_end: str, says_done: bool, ends_well: bool
) -> None:
    rows = [{"choices": [{"delta": {"content": text}}]} for text in texts]
    rows.append({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    lines = [f"data: {json.dumps(row)}" for row in rows] + (["data: [DONE]"] if says_done else [])
    sent = (line_end * 2).join(lines) + (line_end * 2 if ends_well else "")
    reading = Reading()
    pieces = [reading.event(data) for data in read(cut(sent.encode(), places))]
    assert "".join(pieces) == reading.text == "".join(texts)
    assert reading.ended and reading.done == says_done
    assert reading.count == sum(map(bool, texts))


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_any_bytes_are_read(pieces: list[bytes]) -> None:
    assert all(isinstance(data, str) for data in read(pieces))


@given(VALUES)
def test_any_value_is_an_answer_or_is_said_to_be_none(value: object) -> None:
    for take in (Reading().event, Reading().whole):
        try:
            assert isinstance(take(json.dumps(value)), str)
        except Malformed as problem:
            assert str(problem)
    assert len(told(value)) <= 200


def test_a_line_without_end_is_not_kept() -> None:
    events = Events()
    with pytest.raises(Malformed, match="a line of more than a megabyte"):
        for _ in range(LINE_BYTES // 1000 + 2):
            events.feed(b"x" * 1000)
