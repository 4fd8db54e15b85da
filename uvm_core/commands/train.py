"""Training an expert: without an image and without a UVM, as long as it is given, and taken up again."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvm_core import places
from uvm_core.commands.context import Commands, Context, Failed, Usage, tell

if TYPE_CHECKING:
    from uvm_core.training.card import Start
    from uvm_core.training.train import Ended, Progress, Recipe

EXPERTS = ("BRICK", "ROBIN", "ALFRED")
_MINUTES = 60.0
_HELD_OUT = 60
_INTERRUPTED = 130


def add(commands: Commands) -> None:
    parser = commands.add_parser("train", help="train an expert's adapter for the embedded model")
    parser.add_argument("expert", metavar="EXPERT", type=str.upper, choices=EXPERTS, help=", ".join(EXPERTS))
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, metavar="N", help="how many steps")
    length.add_argument("--minutes", type=float, metavar="M", help=f"how long ({_MINUTES:.0f} without --steps)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the data and the start (0)")
    parser.add_argument("--rank", type=int, default=8, metavar="R", help="of the LoRA (8)")
    parser.add_argument("--batch", type=int, default=16, metavar="B", help="samples a step (16)")
    parser.add_argument("--rate", type=float, default=4e-4, metavar="F", help="learning rate (0.0004)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the adapter goes")
    parser.add_argument("--from", dest="start", type=Path, metavar="DIR", help="train this adapter further")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint there")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=int, metavar="T", help="cores to use (all)")
    parser.add_argument(
        "--held-out", type=int, default=_HELD_OUT, metavar="N", help=f"tasks it is scored on at the end ({_HELD_OUT})"
    )
    parser.add_argument("--score", action="store_true", help="only score the adapter that is there, on its card")
    parser.set_defaults(run=run)


def run(context: Context, given: argparse.Namespace) -> int:
    from uvm_core.cognition.engines.environment import prepare_environment

    # Nobody else waits for the model meanwhile, so it may have every core.
    prepare_environment(given.threads or _cores())
    folder = given.out or places.state_directory() / "training" / given.expert.lower()
    _check(given, folder)
    with _logging_to(places.state_directory() / "training.log"):
        if given.score:
            return _finish(context, given, folder)
        ended = _train(given, folder)
        if not ended.finished:
            words = f"Stopped after {ended.state.step} steps. Go on with: {_same_again(given)} --resume"
            value = {"status": "stopped", "expert": given.expert, "out": str(folder), "steps": ended.state.step}
            context.answer(value, words)
            return _INTERRUPTED
        return _finish(context, given, folder)


@contextlib.contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    """Keep the log of this command in a file: the standard output is for the answer alone."""
    import structlog

    before = structlog.get_config()
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    lines: list[Any] = [structlog.processors.add_log_level, stamp, structlog.processors.JSONRenderer(default=repr)]
    with path.open("a", encoding="utf-8") as file:
        structlog.configure(processors=lines, logger_factory=structlog.WriteLoggerFactory(file))
        try:
            yield
        finally:
            structlog.configure(**before)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check(given: argparse.Namespace, folder: Path) -> None:
    if (given.steps is not None and given.steps < 1) or (given.minutes is not None and given.minutes <= 0):
        raise Usage("Give a number of steps or minutes above zero.")
    if given.batch < 1 or given.rank < 1 or given.held_out < 0 or not 0 < given.rate < 1:
        raise Usage("--batch and --rank are above zero, --held-out is not below, --rate lies between 0 and 1.")
    if given.score and not (folder / "card.json").is_file():
        raise Failed(f"There is no adapter in {folder} to score.", code="no_adapter")


def _recipe(given: argparse.Namespace, start: Start | None) -> Recipe:
    from uvm_core.training.train import Recipe

    minutes = None if given.steps is not None else given.minutes or _MINUTES
    return Recipe(
        steps=given.steps,
        minutes=minutes,
        seed=given.seed,
        rank=start.rank if start else given.rank,
        alpha=start.alpha if start else 2 * given.rank,
        batch=given.batch,
        rate=given.rate,
        further=start.sha256 if start else "",
    )


def _train(given: argparse.Namespace, folder: Path) -> Ended:
    import torch

    from uvm_core.cognition.engines.engine import EngineUnavailable
    from uvm_core.cognition.models.packaged import converted_model
    from uvm_core.training.batches import stream_of
    from uvm_core.training.card import base_of, load_start, make_card, save_adapter, write_card
    from uvm_core.training.train import CHECKPOINT, device_named, stopping_on_signals, train

    try:
        device = device_named(given.device)
        source = converted_model(lambda stage, _share: tell(stage))
        base = base_of(source)
        start = load_start(given.start, given.expert, base) if given.start else None
        recipe = _recipe(given, start)
        model, tokenizer = _loaded(source.dir)
        with stopping_on_signals() as stop:
            ended = train(
                model,
                tokenizer,
                stream_of(given.expert),
                recipe,
                folder,
                resume=given.resume,
                device=device,
                start=start.tensors if start else None,
                on_progress=_tell_progress,
                stop=stop,
            )
    except (EngineUnavailable, ValueError) as problem:
        raise Failed(str(problem), code="not_trained") from None
    if ended.finished:
        save_adapter(folder, given.expert, base, recipe, ended.tensors)
        threads = torch.get_num_threads()
        card = make_card(folder, given.expert, base, recipe, ended.state, device=device, threads=threads, start=start)
        write_card(folder, card)
        (folder / CHECKPOINT).unlink(missing_ok=True)
    return ended


def _loaded(folder: Path) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    model = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32, local_files_only=True)
    return model, AutoTokenizer.from_pretrained(str(folder), local_files_only=True)


def _finish(context: Context, given: argparse.Namespace, folder: Path) -> int:
    """Score the adapter on held-out tasks, put that on its card, and answer with the card."""
    from uvm_core.training.card import read_card, with_scores, write_card

    card = read_card(folder)
    if given.held_out:
        from uvm_core.training.evaluate import scores_of

        card = with_scores(card, scores_of(given.expert, folder, given.held_out, tell))
        write_card(folder, card)
    context.answer(
        {"status": "ok", "out": str(folder), **card},
        f"{given.expert} was trained on {card['data']['samples']} samples in {card['training']['minutes']} minutes. "
        f"The adapter and its card are in {folder}.",
    )
    return 0


def _tell_progress(done: Progress) -> None:
    tell(
        f"step {done.step}  {100 * done.share:5.1f} %  loss {done.loss:.4f}  {done.samples_per_second:.2f} samples/s  "
        f"{_time(done.left)} left"
    )


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _same_again(given: argparse.Namespace) -> str:
    words = ["batos train", given.expert, f"--steps {given.steps}" if given.steps else ""]
    words += [f"--minutes {given.minutes:g}" if given.minutes else "", f"--seed {given.seed}" if given.seed else ""]
    words += [f"--rank {given.rank}" if given.rank != 8 else "", f"--batch {given.batch}" if given.batch != 16 else ""]
    words += [f"--rate {given.rate:g}" if given.rate != 4e-4 else "", f"--out {given.out}" if given.out else ""]
    words += [f"--from {given.start}" if given.start else ""]
    return " ".join(word for word in words if word)
