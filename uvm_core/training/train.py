"""Training one expert: a LoRA on the embedded model, from a generator's stream, that can be stopped and taken up again.

Only answers are learned, and only where they stand are logits computed. On the CPU everything is float32 (without
instructions of its own bfloat16 is many times slower); on a GPU autocast computes in bfloat16.
"""

from __future__ import annotations

import math
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import structlog

from uvm_core.training.batches import Encoded, Seen, Stream, batches, padded, parts

CHECKPOINT = "checkpoint.pt"
FORMAT = 1

log = structlog.get_logger("training")


@dataclass(frozen=True)
class Recipe:
    """How an expert is trained. Give `steps` or `minutes`; the rate falls to nothing at the end of either."""

    steps: int | None = None
    minutes: float | None = None
    seed: int = 0
    rank: int = 8
    alpha: int = 16
    batch: int = 16
    rate: float = 4e-4
    warm_up: float = 0.06
    clip: float = 1.0
    longest: int = 640
    pass_tokens: int = 3072
    keep_every: int = 10
    further: str = ""
    """The sha256 of the adapter that is trained further, if it does not start from nothing."""

    def shape(self) -> dict[str, Any]:
        """What must be the same for a training to go on from a checkpoint."""
        return {name: value for name, value in asdict(self).items() if name not in ("keep_every", "pass_tokens")}


@dataclass(frozen=True)
class Progress:
    """A step that was made: `share` of the whole is done, `left` seconds are likely to be needed for the rest."""

    step: int
    share: float
    loss: float
    samples: int
    samples_per_second: float
    left: float


@dataclass
class State:
    """How far a training is."""

    step: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)


@dataclass(frozen=True)
class Ended:
    """A training's end: finished, or stopped with a checkpoint to go on from."""

    finished: bool
    state: State
    tensors: Mapping[str, Any]


class Stopping:
    """Set by Ctrl+C or SIGTERM; a second Ctrl+C ends the process at once."""

    def __init__(self) -> None:
        self.wanted = False

    def ask(self, number: int, _frame: FrameType | None) -> None:
        """The signal's handler."""
        if self.wanted:
            signal.default_int_handler(number, _frame)
        self.wanted = True


@contextmanager
def stopping_on_signals() -> Iterator[Stopping]:
    """SIGINT and SIGTERM ask for an end after the step that is under way."""
    stop = Stopping()
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def device_named(name: str) -> str:
    """`auto` takes the GPU where there is one. Errors: ValueError if cuda is asked for and not there."""
    import torch

    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        raise ValueError("There is no GPU that torch can use here. Train with --device cpu.")
    return "cuda" if there and name in ("auto", "cuda") else "cpu"


def with_adapter(model: Any, recipe: Recipe, start: Mapping[str, Any] | None = None) -> Any:
    """The model with a LoRA on all its linear layers, the rest frozen; a fresh one is the same for the same seed."""
    import torch
    from peft import LoraConfig, get_peft_model, set_peft_model_state_dict

    torch.manual_seed(recipe.seed)
    config = LoraConfig(
        r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=0.0, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    with warnings.catch_warnings():
        # peft reads a name that transformers is about to retire.
        warnings.simplefilter("ignore", FutureWarning)
        wrapped = get_peft_model(model, config)
    if start is not None:
        set_peft_model_state_dict(wrapped, dict(start))
    return wrapped


def train(
    model: Any,
    tokenizer: Any,
    stream: Stream,
    recipe: Recipe,
    folder: Path,
    *,
    resume: bool = False,
    device: str = "cpu",
    start: Mapping[str, Any] | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    stop: Stopping | None = None,
) -> Ended:
    """Train an adapter for `model`, a fresh one or the one whose tensors are `start`; checkpoints go to `folder`.

    With `resume` it goes on from the checkpoint there, and ends with the same tensors as a run that was not stopped
    (with `steps`; `minutes` count the time that was spent before). Errors: ValueError without a usable checkpoint.
    """
    import torch

    if (recipe.steps is None) == (recipe.minutes is None):
        raise ValueError("Say either how many steps or how many minutes.")
    wrapped = with_adapter(model, recipe, start).to(device)
    wrapped.train()
    learned = {name: one for name, one in wrapped.named_parameters() if one.requires_grad}
    optimizer = torch.optim.AdamW(list(learned.values()), lr=recipe.rate, betas=(0.9, 0.99), weight_decay=0.0)
    state = State()
    if resume:
        state = _take_up(folder / CHECKPOINT, recipe, learned, optimizer)
    folder.mkdir(parents=True, exist_ok=True)
    merge = _merging(wrapped, device)
    # Batches before the checkpoint are made again and passed over: what they counted is in the checkpoint.
    counted, passed_over = state.seen, Seen()
    rows = batches(
        stream(recipe.seed),
        tokenizer,
        size=recipe.batch,
        longest=recipe.longest,
        seed=recipe.seed,
        start=state.step,
        seen=passed_over,
    )
    begun, before = time.monotonic(), state.seconds
    share, between = _share(recipe, state), True
    try:
        while share < 1.0:
            if stop is not None and stop.wanted:
                return Ended(False, state, _tensors(wrapped))
            batch = next(rows)
            for group in optimizer.param_groups:
                group["lr"] = recipe.rate * _schedule(share, recipe.warm_up)
            loss = _learn(wrapped, batch, recipe, device, tokenizer.eos_token_id)
            torch.nn.utils.clip_grad_norm_(list(learned.values()), recipe.clip)
            between = False
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            merge()
            state.step += 1
            state.seconds = before + time.monotonic() - begun
            state.losses.append(round(loss, 5))
            counted.add(batch)
            counted.left_out = passed_over.left_out
            share, between = _share(recipe, state), True
            on_progress(_progress(state, share))
            if share < 1.0 and state.step % recipe.keep_every == 0:
                _keep(folder / CHECKPOINT, recipe, state, learned, optimizer)
    finally:
        # Stopped, or ended by a fault of the data or the machine: what was learned is kept, but no half of a step.
        if share < 1.0 and between:
            _keep(folder / CHECKPOINT, recipe, state, learned, optimizer)
    return Ended(True, state, _tensors(wrapped))


def _merging(wrapped: Any, device: str) -> Callable[[], None]:
    """What follows each step: on a CPU the merged weights are made anew; a GPU takes peft's own pass."""
    if device != "cpu":
        return lambda: None
    from uvm_core.training.merging import merge_while_training

    return merge_while_training(wrapped)


def _learn(wrapped: Any, batch: list[Encoded], recipe: Recipe, device: str, filler: int) -> float:
    """One batch's gradient; the mean loss of an answer's token."""
    import torch
    from torch.nn.functional import cross_entropy

    causal = wrapped.get_base_model()
    count = sum(len(one.ids) - one.answer for one in batch)
    total = 0.0
    for rows in parts(batch, recipe.pass_tokens):
        ids, targets = padded(rows, filler)
        wanted = torch.tensor(targets, device=device)
        place = wanted >= 0
        # No mask: padding stands behind what is learned, and nothing looks ahead.
        fast = torch.autocast("cuda", dtype=torch.bfloat16) if device == "cuda" else nullcontext()
        with fast:
            states = causal.model(input_ids=torch.tensor(ids, device=device), use_cache=False).last_hidden_state
            logits = causal.lm_head(states[place])
        loss = cross_entropy(logits.float(), wanted[place], reduction="sum") / count
        loss.backward()
        total += float(loss.detach())
    return total


def _share(recipe: Recipe, state: State) -> float:
    if recipe.steps is not None:
        return min(1.0, state.step / max(1, recipe.steps))
    return min(1.0, state.seconds / (60 * (recipe.minutes or 0.0) or 1.0))


def _schedule(share: float, warm_up: float) -> float:
    """Up in a line, then down a half cosine to a twentieth; never nothing, or the first step would be lost."""
    if share < warm_up:
        return max(0.1, share / warm_up)
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (share - warm_up) / (1 - warm_up)))


def _progress(state: State, share: float) -> Progress:
    recent = state.losses[-10:]
    speed = state.seen.samples / state.seconds if state.seconds else 0.0
    left = state.seconds * (1 - share) / share if share else 0.0
    return Progress(state.step, share, sum(recent) / len(recent), state.seen.samples, speed, left)


def _tensors(wrapped: Any) -> dict[str, Any]:
    from peft import get_peft_model_state_dict

    return {name: one.detach().float().cpu().clone() for name, one in get_peft_model_state_dict(wrapped).items()}


def _keep(path: Path, recipe: Recipe, state: State, learned: Mapping[str, Any], optimizer: Any) -> None:
    """Write the checkpoint beside the old one and put it in its place in one step: a kill leaves one of them whole."""
    import torch

    data = {
        "format": FORMAT,
        "recipe": recipe.shape(),
        "step": state.step,
        "seconds": state.seconds,
        "losses": list(state.losses),
        "seen": {**asdict(state.seen), "families": dict(state.seen.families)},
        "learned": {name: one.detach().cpu() for name, one in learned.items()},
        "optimizer": optimizer.state_dict(),
        "random": torch.get_rng_state(),
    }
    data["seen"]["difficulties"] = dict(state.seen.difficulties)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        torch.save(data, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    log.info("checkpoint_kept", step=state.step)


def _take_up(path: Path, recipe: Recipe, learned: Mapping[str, Any], optimizer: Any) -> State:
    import pickle

    import torch

    try:
        # weights_only: a checkpoint is data, and no class of its own is loaded from it.
        data = torch.load(path, map_location="cpu", weights_only=True)
        if data["format"] != FORMAT:
            raise ValueError(f"The checkpoint {path} is of another make. Train from the start, without --resume.")
        if data["recipe"] != recipe.shape():
            theirs = ", ".join(f"{k} {v}" for k, v in data["recipe"].items() if recipe.shape()[k] != v)
            raise ValueError(f"The checkpoint {path} is of a training with {theirs}. Go on with the same numbers.")
        with torch.no_grad():
            for name, one in learned.items():
                one.copy_(data["learned"][name])
        optimizer.load_state_dict(data["optimizer"])
        torch.set_rng_state(data["random"])
    except FileNotFoundError:
        raise ValueError(f"There is no checkpoint in {path.parent} to go on from.") from None
    except (OSError, RuntimeError, pickle.UnpicklingError, KeyError, EOFError) as error:
        raise ValueError(f"The checkpoint {path} cannot be read ({error}). Train from the start.") from error
    seen = Seen(**data["seen"])
    seen.families, seen.difficulties = _counted(seen.families), _counted(seen.difficulties)
    return State(data["step"], data["seconds"], list(data["losses"]), seen)


def _counted(rows: Mapping[str, int]) -> Any:
    from collections import Counter

    return Counter(rows)
