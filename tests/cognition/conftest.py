"""The embedded model once for all tests of this folder: converted into the user's cache, woken once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from uvm_core.cognition.engines.environment import prepare_environment

prepare_environment()

from tests.cognition.making_adapters import random_adapters  # noqa: E402
from uvm_core.cognition.engines.transformers_engine import TransformersEngine  # noqa: E402
from uvm_core.cognition.models.packaged import ConvertedModel, converted_model  # noqa: E402


@pytest.fixture(scope="session")
def model_files() -> ConvertedModel:
    return converted_model()


@pytest.fixture(scope="session")
def engine(model_files: ConvertedModel) -> TransformersEngine:
    return TransformersEngine(model_files.files, model_files.model_id)


@pytest.fixture(scope="session")
def hub_engine(model_files: ConvertedModel) -> TransformersEngine:
    """The same model, run by transformers."""
    return TransformersEngine(model_files.files, model_files.model_id, lean=False)


@pytest.fixture
def talk() -> Sequence[dict[str, str]]:
    return [
        {"role": "system", "content": "You answer briefly."},
        {"role": "user", "content": "Which animal hangs upside down in a cave?"},
        {"role": "assistant", "content": "A bat."},
        {"role": "user", "content": "What does it eat?"},
    ]


@dataclass(frozen=True)
class MadeAdapters:
    """A staging folder with an adapter for each expert, and peft's own model with all of them in it."""

    folder: Path
    by_peft: Any


@pytest.fixture(scope="session")
def made_adapters(model_files: ConvertedModel, tmp_path_factory: pytest.TempPathFactory) -> MadeAdapters:
    folder = tmp_path_factory.mktemp("adapters")
    return MadeAdapters(folder, random_adapters(model_files, folder))
