"""From samples to batches: tokens as the engine would send them, in batches of about one length."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from uvm_core.cognition.engines.engine import Message
from uvm_core.training.samples import Sample

EXPERTS = ("BRICK", "ROBIN", "ALFRED")
WINDOW = 4
"""Batches that are made together: samples of about one length share a batch, so that little of it is padding."""

Stream = Callable[[int], Iterator[Sample]]


@dataclass(frozen=True)
class Encoded:
    """A sample's tokens; those from `answer` on are learned (the answer and its end)."""

    ids: list[int]
    answer: int
    family: str
    difficulty: str


@dataclass
class Seen:
    """What a training has seen so far, for its card."""

    samples: int = 0
    tokens: int = 0
    answer_tokens: int = 0
    left_out: int = 0
    families: Counter[str] = field(default_factory=Counter)
    difficulties: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Sequence[Encoded]) -> None:
        """Count a batch."""
        for one in batch:
            self.samples += 1
            self.tokens += len(one.ids)
            self.answer_tokens += len(one.ids) - one.answer
            self.families[one.family] += 1
            self.difficulties[one.difficulty] += 1


def stream_of(expert: str) -> Stream:
    """The generator of an expert's samples: endless, the same for the same seed."""
    if expert == "BRICK":
        from uvm_core.training.plans import plan_samples

        return plan_samples
    if expert == "ROBIN":
        from uvm_core.training.weaving import weave_samples

        return weave_samples
    if expert == "ALFRED":
        from uvm_core.training.methods import method_samples

        return lambda seed: method_samples(seed, held_out=False)
    raise ValueError(f"There is no expert {expert}; there are {', '.join(EXPERTS)}.")


def encode(tokenizer: Any, messages: Sequence[Message], answer: str) -> tuple[list[int], int]:
    """The tokens of prompt, answer and end, and where the answer begins.

    Prompt and answer are tokenised apart, as they are when the answer is written one token at a time.
    """
    text = tokenizer.apply_chat_template([dict(one) for one in messages], tokenize=False, add_generation_prompt=True)
    prompt = tokenizer.encode(text, add_special_tokens=False)
    written = tokenizer.encode(answer.rstrip(), add_special_tokens=False)
    return [*prompt, *written, tokenizer.eos_token_id], len(prompt)


def batches(
    stream: Iterator[Sample], tokenizer: Any, *, size: int, longest: int, seed: int, start: int = 0, seen: Seen
) -> Iterator[list[Encoded]]:
    """Batches of `size` samples from batch number `start` on: the same batches whoever asks, and whenever.

    Samples longer than `longest` tokens are left out and counted in `seen`.
    """
    short = _short(stream, tokenizer, longest, seen)
    for window in itertools.count():
        rows = list(itertools.islice(short, WINDOW * size))
        rows.sort(key=lambda one: len(one.ids))
        made = [rows[at : at + size] for at in range(0, len(rows), size)]
        # Short and long batches in no order, or the rate's schedule would favour one of them.
        random.Random(f"{seed}:{window}").shuffle(made)
        for number, batch in enumerate(made, window * WINDOW):
            if number >= start:
                yield batch


def _short(stream: Iterator[Sample], tokenizer: Any, longest: int, seen: Seen) -> Iterator[Encoded]:
    for sample in stream:
        ids, answer = encode(tokenizer, sample.messages, sample.answer)
        if len(ids) <= longest:
            yield Encoded(ids, answer, sample.family, sample.difficulty)
        else:
            seen.left_out += 1


def parts(batch: Sequence[Encoded], most_tokens: int) -> Iterator[Sequence[Encoded]]:
    """A batch in pieces whose padded size stays within `most_tokens`: what one pass through the model takes."""
    widest = max(len(one.ids) for one in batch)
    count = max(1, most_tokens // widest)
    for at in range(0, len(batch), count):
        yield batch[at : at + count]


def padded(rows: Sequence[Encoded], filler: int) -> tuple[list[list[int]], list[list[int]]]:
    """Token rows of one length, and the targets: the next token where it belongs to an answer, else -100."""
    widest = max(len(one.ids) for one in rows)
    ids = [[*one.ids, *[filler] * (widest - len(one.ids))] for one in rows]
    targets = [
        [one.ids[at + 1] if one.answer - 1 <= at < len(one.ids) - 1 else -100 for at in range(widest)] for one in rows
    ]
    return ids, targets
