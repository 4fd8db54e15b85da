"""Several answers to one prompt, written in step: the prompt is read once, and a token of each takes little longer than
a token of one, since reading the weights is what takes the time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
import xgrammar

from uvm_core.cognition.engines.decoding import Answer, Sampling, chance_of, mean_of, sample
from uvm_core.cognition.engines.engine import Cancelled, StoppedBy, block_end
from uvm_core.cognition.engines.lean import Fork, LeanRunner
from uvm_core.cognition.engines.preferring import Preference


@dataclass
class _Hand:
    """One answer while it is written."""

    sampling: Sampling
    matcher: xgrammar.GrammarMatcher | None
    random: torch.Generator
    ids: list[int] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    stopped_by: StoppedBy = "length"
    done: bool = False


def write_together(
    runner: LeanRunner,
    tokenizer: Any,
    stops: frozenset[int],
    read: Callable[[Callable[[], None]], int],
    last: list[int],
    sampled: Sequence[Sampling],
    matchers: Sequence[xgrammar.GrammarMatcher | None],
    vocabulary: int,
    begun: str,
    block: bool,
    preference: Preference | None,
    on_text: Callable[[str], None] | None,
    cancel: threading.Event | None,
) -> tuple[list[Answer], int]:
    """(the answers in order, how many tokens of the prompt were known).

    `read(check)` lets the runner read the prompt but its `last` tokens; `on_text` gets the first answer's pieces.
    Errors: Cancelled.
    """
    hands = [
        _Hand(one, matcher, torch.Generator().manual_seed(one.seed & 0x7FFF_FFFF_FFFF_FFFF))
        for one, matcher in zip(sampled, matchers, strict=True)
    ]
    told = [""]

    def check() -> None:
        if cancel is not None and cancel.is_set():
            raise Cancelled(told[0])

    def written(hand: _Hand) -> str:
        text = begun + tokenizer.decode(hand.ids)
        return text[: block_end(text, begun)] if block else text

    def tell(end: bool = False) -> None:
        text = written(hands[0])
        # An unfinished character shows as a replacement sign until its last byte is there.
        text = text if end else text.rstrip("�")
        piece, told[0] = text[len(told[0]) :], text
        if piece and on_text is not None:
            on_text(piece)

    special = torch.tensor(sorted({i for i in tokenizer.all_special_ids if i not in stops}), dtype=torch.long)
    bits = xgrammar.allocate_token_bitmask(1, vocabulary)
    check()
    tell()
    reused = read(check)
    state = runner.extend(last, check)
    fork = Fork(runner, len(hands))
    states = dict.fromkeys(range(len(hands)), state)
    while states:
        allowed = {one: _allowed(hands[one], bits) for one in states}
        tokens: dict[int, int] = {}
        for one, (ids, logits) in fork.scores(states, allowed).items():
            hand = hands[one]
            if hand.matcher is None and special.numel():
                logits = logits.masked_fill(torch.isin(ids, special), float("-inf"))
            if preference is not None:
                logits = preference.apply(tokenizer.decode(hand.ids[-16:]), ids, logits)
            token = sample(ids, logits, hand.sampling, hand.random)
            hand.chances.append(chance_of(token, ids, logits))
            if token in stops:
                hand.stopped_by = "end"
                continue
            if hand.matcher is not None:
                hand.matcher.accept_token(token)
            hand.ids.append(token)
            if block and block_end(begun + tokenizer.decode(hand.ids), begun) is not None:
                hand.stopped_by = "end"
            elif len(hand.ids) < hand.sampling.max_tokens:
                tokens[one] = token
        tell()
        states = fork.step(tokens, check) if tokens else {}
    tell(end=True)
    return [Answer(written(hand), len(hand.ids), 0, hand.stopped_by, mean_of(hand.chances)) for hand in hands], reused


def _allowed(hand: _Hand, bits: torch.Tensor) -> torch.Tensor | None:
    if hand.matcher is None or not hand.matcher.fill_next_token_bitmask(bits):
        return None
    flags = (bits[0][:, None] >> torch.arange(32, dtype=torch.int32)) & 1
    return flags.flatten().nonzero()[:, 0]
