"""One warm helper for all trials of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from uvm_core.guardian import TrialHelper


@pytest.fixture(scope="session")
def helper() -> Iterator[TrialHelper]:
    with TrialHelper() as started:
        yield started
