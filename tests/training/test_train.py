"""Training: stopped and gone on with it ends where it would have ended, a kill leaves a checkpoint, it does learn."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training import tiny
from uvm_core.training.batches import Seen, batches, encode, padded, parts
from uvm_core.training.merging import merge_while_training
from uvm_core.training.train import (
    CHECKPOINT,
    Ended,
    Progress,
    Recipe,
    Stopping,
    device_named,
    stopping_on_signals,
    train,
    with_adapter,
)

RECIPE = Recipe(steps=6, batch=4, rank=4, alpha=8, rate=0.02, keep_every=2)
ROOT = Path(__file__).resolve().parents[2]


def trained(folder: Path, recipe: Recipe = RECIPE, *, resume: bool = False, until: int | None = None) -> Ended:
    stop = Stopping()

    def watch(done: Progress) -> None:
        stop.wanted = done.step == until

    return train(
        tiny.model(), tiny.tokenizer(), tiny.stream, recipe, folder, resume=resume, on_progress=watch, stop=stop
    )


def same(one: Any, other: Any) -> bool:
    return set(one) == set(other) and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return trained(tmp_path_factory.mktemp("whole"))


def test_the_loss_falls(tmp_path: Path) -> None:
    ended = trained(tmp_path, Recipe(steps=30, batch=4, rank=4, alpha=16, rate=0.02))
    assert sum(ended.state.losses[-3:]) < 0.8 * sum(ended.state.losses[:3])


def test_a_training_that_was_stopped_ends_with_the_very_tensors_of_one_that_was_not(
    tmp_path: Path, whole: Ended
) -> None:
    first = trained(tmp_path, until=3)
    assert not first.finished and first.state.step == 3
    assert (tmp_path / CHECKPOINT).is_file()
    rest = trained(tmp_path, resume=True)
    assert rest.finished
    assert same(rest.tensors, whole.tensors)
    assert rest.state.losses == whole.state.losses
    assert rest.state.seen == whole.state.seen


def test_another_seed_gives_another_adapter(tmp_path: Path, whole: Ended) -> None:
    other = trained(tmp_path, Recipe(steps=6, batch=4, rank=4, alpha=8, rate=0.02, seed=3))
    assert not same(other.tensors, whole.tensors)


def test_an_adapter_is_trained_further(tmp_path: Path, whole: Ended) -> None:
    more = train(tiny.model(), tiny.tokenizer(), tiny.stream, RECIPE, tmp_path, start=whole.tensors)
    assert more.state.losses[0] < whole.state.losses[0]
    assert not same(more.tensors, whole.tensors)


def test_a_fault_of_the_data_leaves_a_checkpoint(tmp_path: Path) -> None:
    def faulty(seed: int) -> Any:
        yield from itertools.islice(tiny.stream(seed), 4 * RECIPE.batch)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        train(tiny.model(), tiny.tokenizer(), faulty, RECIPE, tmp_path)
    assert trained(tmp_path, resume=True).state.step == RECIPE.steps


KILLED = """
import os, signal, sys
from pathlib import Path
import torch
from tests.training import tiny
from tests.training.test_train import RECIPE
from uvm_core.training.train import train
save, kept = torch.save, []
def half(data, file):
    save(data, file)
    kept.append(data["step"])
    if len(kept) == 2:
        file.truncate(file.tell() // 2)
        os.kill(os.getpid(), signal.SIGKILL)
torch.save = half
train(tiny.model(), tiny.tokenizer(), tiny.stream, RECIPE, Path(sys.argv[1]))
"""


def test_a_kill_while_a_checkpoint_is_written_leaves_the_one_before(tmp_path: Path, whole: Ended) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    rest = trained(tmp_path, resume=True)
    assert same(rest.tensors, whole.tensors)


def test_without_a_usable_checkpoint_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no checkpoint"):
        trained(tmp_path, resume=True)
    (tmp_path / CHECKPOINT).write_bytes(b"not a checkpoint")
    with pytest.raises(ValueError, match="cannot be read"):
        trained(tmp_path, resume=True)


def test_a_checkpoint_of_another_recipe_is_not_gone_on_with(tmp_path: Path) -> None:
    trained(tmp_path, until=2)
    with pytest.raises(ValueError, match="rank 4"):
        trained(tmp_path, Recipe(steps=6, batch=4, rank=2, alpha=8, rate=0.02), resume=True)


def test_minutes_end_a_training_too(tmp_path: Path) -> None:
    ended = trained(tmp_path, Recipe(minutes=0.001, batch=4, rank=4, alpha=8))
    assert ended.finished and ended.state.step >= 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_ask_for_an_end(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stopping_on_signals() as stop:
        os.kill(os.getpid(), number)
        assert stop.wanted
    assert signal.getsignal(number) == before


def test_a_gpu_that_is_not_there_is_not_pretended() -> None:
    if torch.cuda.is_available():
        assert device_named("auto") == "cuda"
    else:
        assert device_named("auto") == "cpu"
        with pytest.raises(ValueError, match="no GPU"):
            device_named("cuda")


def test_the_merged_pass_has_the_loss_and_the_gradients_of_pefts_own() -> None:
    wrapped = with_adapter(tiny.model(), RECIPE)
    for name, one in wrapped.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(one, std=0.1)
    ids = torch.randint(0, 257, (2, 12), generator=torch.Generator().manual_seed(1))

    def measured() -> list[torch.Tensor]:
        wrapped.zero_grad()
        loss = wrapped(input_ids=ids, labels=ids).loss
        loss.backward()
        return [loss.detach(), *(one.grad.clone() for one in wrapped.parameters() if one.grad is not None)]

    plain = measured()
    merge_while_training(wrapped)
    for one, other in zip(measured(), plain, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_only_the_answer_and_its_end_are_learned() -> None:
    words = tiny.tokenizer()
    ids, answer = encode(words, [{"role": "user", "content": "hi"}], "Yes\n")
    assert words.decode(ids[answer:]) == "Yes<end>"
    rows = list(batches(tiny.stream(0), words, size=3, longest=100, seed=0, seen=Seen()).__next__())
    inputs, targets = padded(rows, words.eos_token_id)
    for row, asked, learned in zip(rows, inputs, targets, strict=True):
        assert len(asked) == len(learned) == len(inputs[0])
        assert [one for one in learned if one >= 0] == row.ids[row.answer :]
        assert learned.index(row.ids[row.answer]) == row.answer - 1


def test_batches_from_any_place_are_the_batches_of_the_whole() -> None:
    words = tiny.tokenizer()

    def made(start: int) -> Any:
        return batches(tiny.stream(2), words, size=3, longest=60, seed=5, start=start, seen=Seen())

    all_of_them = list(itertools.islice(made(0), 12))
    assert list(itertools.islice(made(7), 5)) == all_of_them[7:]


def test_samples_that_are_too_long_are_left_out_and_counted() -> None:
    seen = Seen()
    words = tiny.tokenizer()
    next(batches(tiny.stream(0), words, size=4, longest=13, seed=0, seen=seen))
    assert seen.left_out > 0


def test_a_batch_passes_in_parts_that_fit() -> None:
    rows = next(batches(tiny.stream(0), tiny.tokenizer(), size=5, longest=100, seed=0, seen=Seen()))
    widest = max(len(one.ids) for one in rows)
    pieces = list(parts(rows, 2 * widest))
    assert [one for piece in pieces for one in piece] == rows
    assert max(len(piece) for piece in pieces) == 2
