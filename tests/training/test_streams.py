"""The same seed gives the same samples as when the digests were taken, and every method does what its cases want."""

from __future__ import annotations

import json

import pytest

from tests.training import streams


@pytest.mark.parametrize("stream", streams.STREAMS, ids=lambda one: streams.label(*one))
def test_a_stream_of_samples_is_the_one_that_was_written_down(stream: tuple[str, int, bool]) -> None:
    kept = json.loads(streams.KEPT.read_text(encoding="utf-8"))
    assert streams.digest(*stream) == kept[streams.label(*stream)]


def test_the_methods_must_do_what_was_written_down() -> None:
    kept = json.loads(streams.KEPT.read_text(encoding="utf-8"))
    assert streams.cases_digest() == kept["cases of the methods"]
