"""Writing one answer: constrained by a grammar where one is given, sampled with a seed, stopped when asked."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
import xgrammar

from uvm_core.cognition.engines.engine import Cancelled, EngineUnavailable, StoppedBy, block_end
from uvm_core.cognition.engines.preferring import Preference
from uvm_core.cognition.engines.runners import Piece, Runner

REWRITE = 3
"""How many tokens before a forced text may be tokenised anew, so that words are not split where no one would."""


@dataclass(frozen=True)
class Sampling:
    temperature: float
    top_p: float
    seed: int
    max_tokens: int


class Grammars:
    """Compiled grammars, kept while they are used: compiling one costs more than using it."""

    def __init__(self, tokenizer: Any, vocabulary: int, keep: int = 64) -> None:
        info = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=vocabulary)
        self._compiler = xgrammar.GrammarCompiler(info, max_threads=1)
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._keep = keep
        self.vocabulary = vocabulary

    def matcher(self, grammar: str | None, json_schema: Mapping[str, Any] | None) -> xgrammar.GrammarMatcher | None:
        """A fresh matcher, or None where nothing constrains. Errors: ValueError if both are given or one is faulty."""
        if grammar is not None and json_schema is not None:
            raise ValueError("Give a grammar or a JSON schema, not both.")
        if grammar is None and json_schema is None:
            return None
        key = "g" + grammar if grammar is not None else "s" + json.dumps(json_schema, sort_keys=True)
        compiled = self._kept.pop(key, None)
        if compiled is None:
            try:
                compiled = self._compile(grammar, json_schema)
            except RuntimeError as error:
                raise ValueError(f"The grammar cannot be read: {error}") from error
        self._kept[key] = compiled
        while len(self._kept) > self._keep:
            self._kept.popitem(last=False)
        return xgrammar.GrammarMatcher(compiled)

    def _compile(self, grammar: str | None, json_schema: Mapping[str, Any] | None) -> Any:
        if grammar is not None:
            return self._compiler.compile_grammar(grammar)
        return self._compiler.compile_json_schema(json.dumps(json_schema), any_whitespace=False)


@dataclass
class PrefixCache:
    """Keys and values of prompt heads, segment by segment; least recently used ones go first."""

    limit_tokens: int = 6000
    _kept: OrderedDict[tuple[str, tuple[int, ...]], tuple[int, Piece]] = field(default_factory=OrderedDict)
    _tokens: int = 0

    def read(self, runner: Runner, who: str, segments: list[list[int]], check: Callable[[], None]) -> int:
        """Let `runner` have read all segments, from the cache where they are known; how many tokens were known."""
        reused = 0
        head: tuple[int, ...] = ()
        for segment in segments:
            head += tuple(segment)
            known = self._kept.pop((who, head), None)
            if known is not None:
                runner.put_back(known[1])
                reused += len(segment)
                self._kept[(who, head)] = known
                continue
            start = runner.length
            runner.extend(segment, check)
            self._kept[(who, head)] = (len(segment), runner.keep(start))
            self._tokens += len(segment)
        while self._tokens > self.limit_tokens and len(self._kept) > 1:
            _, (size, _piece) = self._kept.popitem(last=False)
            self._tokens -= size
        return reused


@dataclass(frozen=True)
class Answer:
    text: str
    tokens: int
    forced: int
    stopped_by: StoppedBy
    likelihood: float | None = None


class Writer:
    """Writes one answer with a runner that has read all of the prompt but its last segment."""

    def __init__(
        self,
        runner: Runner,
        tokenizer: Any,
        stops: frozenset[int],
        matcher: xgrammar.GrammarMatcher | None,
        vocabulary: int,
        on_text: Callable[[str], None] | None,
        cancel: threading.Event | None,
        begun: str = "",
        block: bool = False,
        preference: Preference | None = None,
    ) -> None:
        self._runner = runner
        self._tokenizer = tokenizer
        self._stops = stops
        self._matcher = matcher
        self._on_text = on_text
        self._cancel = cancel
        self._ids: list[int] = []
        self._begun = begun
        self._block = block
        self._preference = preference
        self._ended = False
        self._text = ""
        self._chances: list[float] = []
        self._most = 0
        self._bits = xgrammar.allocate_token_bitmask(1, vocabulary) if matcher is not None else None
        special = {i for i in tokenizer.all_special_ids if i not in stops}
        self._never = torch.tensor(sorted(special), dtype=torch.long)
        self.forced = 0

    def check(self) -> None:
        """Raise Cancelled if the run is to stop."""
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled(self._text)

    def write(self, last: list[int], sampling: Sampling) -> Answer:
        """Read the prompt's last segment and answer until the end, the bound or the stop."""
        random = torch.Generator().manual_seed(sampling.seed & 0x7FFF_FFFF_FFFF_FFFF)
        base = self._runner.length + len(last)
        self._most = sampling.max_tokens
        self._tell()
        self._jump()
        waiting = last + self._ids
        stopped: StoppedBy = "length"
        while len(self._ids) < sampling.max_tokens:
            allowed = self._allowed()
            if allowed is not None and all(int(i) in self._stops for i in allowed[:4]) and allowed.numel() <= 4:
                stopped = "end"
                break
            state = self._runner.extend(waiting, self.check)
            ids, logits = self._without_special(*self._runner.scores(state, allowed))
            if self._preference is not None:
                logits = self._preference.apply(self._text, ids, logits)
            token = sample(ids, logits, sampling, random)
            self._chances.append(chance_of(token, ids, logits))
            if token in self._stops:
                stopped = "end"
                break
            self._accept(token)
            kept = len(self._ids) - 1
            cut = self._jump()
            if cut < kept + 1:
                kept = cut
                self._runner.truncate(base + kept)
            waiting = self._ids[kept:]
            self._tell()
            if self._ended:
                stopped = "end"
                break
        else:
            if self._matcher is not None and self._matcher.is_completed():
                stopped = "end"
        self._tell(last=True)
        return Answer(self._text, len(self._ids), self.forced, stopped, mean_of(self._chances))

    def _accept(self, token: int) -> None:
        if self._matcher is not None and not self._matcher.accept_token(token):
            raise EngineUnavailable("The grammar refused a token that it had offered; this is a defect of BAT OS.")
        self._ids.append(token)

    def _allowed(self) -> torch.Tensor | None:
        if self._matcher is None or self._bits is None:
            return None
        if not self._matcher.fill_next_token_bitmask(self._bits):
            return None
        bits = self._bits[0]
        flags = (bits[:, None] >> torch.arange(32, dtype=torch.int32)) & 1
        return flags.flatten().nonzero()[:, 0]

    def _without_special(self, ids: torch.Tensor, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self._matcher is None and self._never.numel():
            logits = logits.masked_fill(torch.isin(ids, self._never), float("-inf"))
        return ids, logits

    def _jump(self) -> int:
        """Append what the grammar forces; how many of the tokens before it still stand.

        The whole answer is tokenised again so that a forced text joins its neighbours as the model has learned it. The
        last forced token is left to the model: what follows may want to share it.
        """
        have = len(self._ids)
        if self._matcher is None:
            return have
        forced = self._matcher.find_jump_forward_string()
        if not forced:
            return have
        written = self._tokenizer.decode(self._ids)
        whole = self._tokenizer.encode(written + forced, add_special_tokens=False)[:-1][: self._most]
        same = 0
        while same < min(have, len(whole)) and whole[same] == self._ids[same]:
            same += 1
        if have - same > REWRITE or len(whole) <= have or not self._tokenizer.decode(whole).startswith(written):
            return have
        if have > same:
            self._matcher.rollback(have - same)
            del self._ids[same:]
        for token in whole[same:]:
            self._accept(token)
        self.forced += len(whole) - have
        return same

    def _tell(self, last: bool = False) -> None:
        text = self._begun + self._tokenizer.decode(self._ids)
        end = block_end(text, self._begun) if self._block else None
        self._ended = end is not None
        text = text[:end]
        if not last:
            # An unfinished character shows as a replacement sign until its last byte is there.
            text = text.rstrip("�")
        piece = text[len(self._text) :]
        self._text = text
        if piece and self._on_text is not None:
            self._on_text(piece)


def sample(ids: torch.Tensor, logits: torch.Tensor, sampling: Sampling, random: torch.Generator) -> int:
    """One of the candidate ids by its logits."""
    if sampling.temperature <= 0:
        return int(ids[logits.argmax()])
    chances = torch.softmax(logits / sampling.temperature, -1)
    chances, order = chances.sort(descending=True, stable=True)
    # Nucleus sampling (Holtzman et al. 2020): the smallest set whose mass reaches top_p; the first always stays.
    chances = chances.masked_fill(chances.cumsum(0) - chances >= sampling.top_p, 0.0)
    return int(ids[order[torch.multinomial(chances, 1, generator=random)]])


def chance_of(token: int, ids: torch.Tensor, logits: torch.Tensor) -> float:
    """The log-chance of a token among the candidates, at temperature 1."""
    place = int((ids == token).nonzero()[0, 0])
    return float(torch.log_softmax(logits, -1)[place])


def mean_of(chances: list[float]) -> float | None:
    """The mean of some log-chances; None of none."""
    return sum(chances) / len(chances) if chances else None
