"""What the generators of samples yield, as digests: a change of a stream that nobody meant is seen in streams.json.

Of the methods also what they must do is kept: the cases of every family, taken from oracles that were written apart
from the methods.

A change that is meant is written down anew:

    python -m tests.training.streams
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from uvm_core.training.families import families
from uvm_core.training.methods import built_of, method_samples
from uvm_core.training.plans import plan_samples
from uvm_core.training.samples import Sample
from uvm_core.training.weaving import weave_samples

KEPT = Path(__file__).with_name("streams.json")
COUNT = 400
CASES = 3
GENERATORS: dict[str, Callable[..., Iterator[Sample]]] = {
    "methods": method_samples,
    "plans": plan_samples,
    "weaving": weave_samples,
}
STREAMS = [(name, seed, held_out) for name in GENERATORS for seed in (1, 7) for held_out in (False, True)]


def label(name: str, seed: int, held_out: bool) -> str:
    """What a stream is called in streams.json."""
    return f"{name}, seed {seed}, {'held out' if held_out else 'trained'}"


def digest(name: str, seed: int, held_out: bool) -> str:
    """The sha256 of the first 400 samples of a stream."""
    whole = hashlib.sha256()
    for sample in itertools.islice(GENERATORS[name](seed, held_out=held_out), COUNT):
        whole.update(repr(sample).encode())
    return whole.hexdigest()


def cases_digest() -> str:
    """The sha256 of the cases of a few tasks of every family."""
    whole = hashlib.sha256()
    for family in families():
        for number in range(CASES):
            for case in built_of(family, f"streams/{number}").cases:
                told = [family.name, case.slots, case.args, case.answer, case.after]
                whole.update(json.dumps(_settled(told), default=repr).encode())
    return whole.hexdigest()


def _settled(value: Any) -> Any:
    """A value without what agreement looks over: lists or tuples, whole or not, the last digits, other objects."""
    if isinstance(value, float):
        return int(value) if value == int(value) else float(f"{value:.9g}")
    if isinstance(value, list | tuple):
        return [_settled(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _settled(one) for key, one in value.items()}
    return value


def main() -> None:
    """Write down what the streams are now."""
    found = {label(*one): digest(*one) for one in STREAMS} | {"cases of the methods": cases_digest()}
    KEPT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
