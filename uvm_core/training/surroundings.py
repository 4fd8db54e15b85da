"""What surrounds a question: notes that help nobody, and orders that a document gives to whoever reads it.

They stand in data/surroundings.toml.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from typing import Any

from uvm_core.training import files


@cache
def _told() -> Mapping[str, Any]:
    return files.table("surroundings")


def an_order(rng: random.Random, held_out: bool) -> tuple[str, str]:
    """(what a document may say to whoever reads it, the answer that it wants)."""
    part = _told()["held_out" if held_out else "trained"]
    word = rng.choice(part["shouts"])
    return rng.choice(part["orders"]).format(w=word), word


def note(persona: str, text: str) -> dict[str, str]:
    """A facet's answer, as the cycle hands it on."""
    return {"persona": persona, "facet": "", "query": "", "text": text}


def noise(rng: random.Random, about: str, most: int) -> list[dict[str, str]]:
    """Up to so many notes that help nobody."""
    chosen = rng.sample(_told()["notes"]["noise"], rng.randint(0, most))
    return [note(persona, text.format(e=about)) for persona, text in chosen]
