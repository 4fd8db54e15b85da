"""Several answers written together, answers that begin and end where they should, names that are preferred; and the
same model packed to 8 bits from its GGUF file."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch

from uvm_core.cognition.engines.engine import Ask, Cancelled, EngineUnavailable
from uvm_core.cognition.engines.lean import Fork, LeanRunner
from uvm_core.cognition.engines.linears import FEW, Packed, Plain, packed_rows
from uvm_core.cognition.engines.transformers_engine import TransformersEngine
from uvm_core.cognition.models import packaged
from uvm_core.cognition.models.packing import write_packed

Talk = list[dict[str, str]]
CODE: Talk = [
    {"role": "user", "content": "self.count = 3\n# write: raise_count()"},
    {"role": "assistant", "content": "def raise_count(self):\n    self.count += 1\n    self._p_changed = True"},
    {"role": "user", "content": "self.total = 3\n# write: raise_total()"},
]
HEADER = "def raise_total(self):\n   "
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


def nothing() -> None:
    return


def test_a_cool_answer_among_several_is_the_one_written_alone(engine: TransformersEngine) -> None:
    ask = Ask(CODE, max_tokens=24, temperature=0, begin=HEADER, block=True)
    alone = engine.generate(ask)
    several = engine.generate_several([ask, ask.but(temperature=0.9, seed=1), ask.but(temperature=0.9, seed=2)])
    assert several[0].text == alone.text
    assert several[0].tokens == alone.tokens
    assert all(one.text.startswith(HEADER) for one in several)
    again = engine.generate_several([ask, ask.but(temperature=0.9, seed=1), ask.but(temperature=0.9, seed=2)])
    assert [one.text for one in again] == [one.text for one in several]


def test_a_fork_reads_as_the_runner_does(engine: TransformersEngine) -> None:
    assert engine._lean is not None
    ids = engine.tokenizer.encode("The bat sleeps all day in a dark cave and hunts")
    straight, forked = LeanRunner(engine._lean), LeanRunner(engine._lean)
    straight.extend(ids, nothing)
    forked.extend(ids, nothing)
    fork = Fork(forked, 3)
    fork.step({0: 11, 1: 12, 2: 13}, nothing)
    found = fork.step({0: 21, 2: 23}, nothing)
    straight.extend([13], nothing)
    wanted = straight.extend([23], nothing)
    assert set(found) == {0, 2}
    assert torch.corrcoef(torch.stack((found[2], wanted)))[0, 1] > 0.999
    assert forked.length == len(ids)


def test_each_answer_is_held_to_its_schema(engine: TransformersEngine) -> None:
    ask = Ask(CODE, json_schema=SCHEMA, max_tokens=20, temperature=1.0)
    answers = engine.generate_several([ask.but(seed=seed) for seed in range(3)])
    assert all(one.text.startswith('{"n":') for one in answers)


def test_a_block_ends_before_the_first_line_at_the_left_edge(engine: TransformersEngine) -> None:
    pieces: list[str] = []
    answer = engine.generate(Ask(CODE, max_tokens=60, temperature=0, begin=HEADER, block=True), on_text=pieces.append)
    assert "".join(pieces) == answer.text
    assert all(line.startswith("    ") for line in answer.text.rstrip().splitlines()[1:])


def test_a_beginning_and_a_grammar_exclude_each_other(engine: TransformersEngine) -> None:
    with pytest.raises(ValueError, match="begin"):
        engine.generate(Ask(CODE, begin=HEADER, json_schema=SCHEMA))


def test_several_are_stopped_together(engine: TransformersEngine) -> None:
    stop = threading.Event()
    ask = Ask(CODE, max_tokens=60, begin=HEADER)
    with pytest.raises(Cancelled):
        engine.generate_several([ask, ask.but(seed=1)], cancel=stop, on_text=lambda _piece: stop.set())


def test_names_that_exist_are_preferred_and_others_are_not_forbidden(engine: TransformersEngine) -> None:
    begin = f"{HEADER} self."
    ask = Ask(CODE, max_tokens=4, temperature=0, begin=begin)
    assert engine.generate(ask).text.startswith(f"{begin}total")
    assert engine.generate(ask.but(prefer=frozenset({"count"}))).text.startswith(f"{begin}count")
    # Nothing that the model thinks of leads to this one: it writes what it would have written.
    assert engine.generate(ask.but(prefer=frozenset({"zebra"}))).text.startswith(f"{begin}total")


def test_rows_of_integers_multiply_as_the_numbers_they_stand_for() -> None:
    torch.manual_seed(3)
    weight = torch.randn(64, 96)
    packed = Packed(*packed_rows(weight))
    every = torch.arange(64)
    assert float((packed.rows(every) - weight).norm() / weight.norm()) < 0.01
    for rows in (1, FEW, FEW + 1):
        x = torch.randn(rows, 96)
        wanted = Plain(packed.rows(every))(x)
        assert torch.allclose(packed(x), wanted, atol=0.35, rtol=0.05)


def test_a_gguf_file_is_packed_into_a_model_that_reads_alike(engine: TransformersEngine, tmp_path: Path) -> None:
    folder = tmp_path / "packed"
    folder.mkdir()
    shares: list[float] = []
    write_packed(packaged._packaged_source().path, folder, lambda _words, share: shares.append(share))
    assert shares == sorted(shares) and shares[-1] == 1.0
    small = TransformersEngine({path.name: path for path in folder.iterdir()}, "packed")
    assert small.describe()["megabytes"] < 0.6 * engine.describe()["megabytes"]
    assert small._lean is not None and engine._lean is not None
    ids = engine.tokenizer.encode("The bat sleeps all day in a dark cave and hunts at night.")
    assert small.tokenizer.encode("The bat sleeps all day in a dark cave and hunts at night.") == ids
    states = [LeanRunner(one).extend(ids, nothing) for one in (small._lean, engine._lean)]
    assert torch.corrcoef(torch.stack(states))[0, 1] > 0.99


def test_a_file_that_is_no_gguf_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" + bytes(40))
    with pytest.raises(EngineUnavailable, match=r"model\.gguf"):
        write_packed(file, tmp_path, lambda _words, _share: None)
