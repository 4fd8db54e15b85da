"""The model in this process: woken from files, run by a lean forward pass where there is one for its architecture and
by transformers otherwise, written by a decoding loop of our own."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from uvm_core.cognition.engines.engine import Abilities, Ask, Completion, EngineUnavailable, Message, one_by_one
from uvm_core.cognition.engines.shelf import ExpertShelf, OnSwap
from uvm_core.cognition.engines.waking import (
    Progress,
    as_folder,
    read_config,
    stop_ids,
    wake_hub,
    wake_lean,
    wake_tokenizer,
)
from uvm_core.cognition.models.adapters import Adapter

if TYPE_CHECKING:
    from uvm_core.cognition.engines.decoding import Grammars, PrefixCache
    from uvm_core.cognition.engines.lean import LeanModel, LeanRunner
    from uvm_core.cognition.engines.low_rank import Layers
    from uvm_core.cognition.engines.peft_experts import PeftExperts
    from uvm_core.cognition.engines.preferring import Preference
    from uvm_core.cognition.engines.runners import Runner

_log = structlog.get_logger("cognition")


class TransformersEngine:
    """A causal model from a mapping file name -> path (the paths may have any name, as blobs have).

    Waking takes a second or two and happens here, in the constructor. Errors: EngineUnavailable with the file that is
    missing or damaged. Not thread-safe: the model thread is its only caller. With `lean` (the default) Llama and Qwen2
    run without transformers where there is no GPU, and `model` is None.
    """

    def __init__(
        self,
        files: Mapping[str, Path],
        model_id: str,
        *,
        dtype: str = "bfloat16",
        lean: bool = True,
        prefix_tokens: int = 6000,
        progress: Progress | None = None,
        adapters: Sequence[Adapter] = (),
        on_swap: OnSwap | None = None,
        sha256: str = "",
    ) -> None:
        started = time.perf_counter()
        self.model_id = model_id
        self._sha256 = sha256
        self.model: Any = None
        self._lean: LeanModel | None = None
        tell = progress or (lambda _stage, _fraction: None)
        with as_folder(files) as folder:
            tell("Loading the libraries of the model.", 0.0)
            config = read_config(folder)
            self.tokenizer = wake_tokenizer(folder)
            tell("Waking the model.", 0.3)
            if lean and _runs_lean(config):
                self._lean = wake_lean(folder, config)
            elif config.get("packed"):
                raise EngineUnavailable(f"{model_id} is packed for the CPU and cannot be run otherwise.")
            else:
                self.model = wake_hub(folder, dtype)
            self._stops = stop_ids(folder, config, self.tokenizer)
        tell("The model is awake.", 1.0)
        self._dtype = str(config.get("dtype") or dtype) if self._lean else dtype
        self.wake_seconds = time.perf_counter() - started
        from uvm_core.cognition.engines.decoding import Grammars, PrefixCache

        self._grammars: Grammars = Grammars(self.tokenizer, int(config["vocab_size"]))
        self._prefixes: PrefixCache = PrefixCache(prefix_tokens)
        self._runner: LeanRunner | None = None
        self._peft: PeftExperts | None = None
        self._shelf = self._make_shelf(on_swap)
        for adapter in adapters:
            self._shelf.add(adapter)
        self._shelf.warm_up()
        self._marks = [mark for mark in map(str, self.tokenizer.get_added_vocab()) if len(mark) > 1]
        self._longest = int(config.get("max_position_embeddings", 4096))
        _log.info("model_awake", model=model_id, dtype=self._dtype, seconds=round(self.wake_seconds, 3))

    def describe(self) -> dict[str, Any]:
        import torch

        lean = self._lean
        return {
            "id": self.model_id,
            "sha256": self._sha256,
            "engine": "lean" if lean is not None else "transformers",
            "state": "awake",
            "expert": self._shelf.hot,
            "experts": self._shelf.rows(),
            "device": "cpu" if lean is not None else str(next(self.model.parameters()).device),
            "dtype": self._dtype,
            "threads": torch.get_num_threads(),
            "parameters": lean.parameters if lean is not None else sum(p.numel() for p in self.model.parameters()),
            "megabytes": round((lean.bytes if lean is not None else self.model.get_memory_footprint()) / 1e6),
        }

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            grammar=True, json_schema=True, adapters=True, begin=True, seed=True, together=self._lean is not None
        )

    def has_expert(self, name: str) -> bool:
        """Whether there is an expert of that name; one that is cold becomes warm."""
        return self._shelf.has(name)

    def activate(self, expert: str) -> bool:
        """Make an expert the hot one; False when there is none of that name."""
        return self._shelf.activate(expert)

    def generate(
        self,
        ask: Ask,
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Completion:
        """See Engine.generate. The same ask gives the same text on the same machine."""
        from uvm_core.cognition.engines.decoding import Sampling, Writer

        started = time.perf_counter()
        who = self._answerer(ask)
        segments, begun = self._read(ask)
        matcher = self._grammars.matcher(ask.grammar, ask.json_schema)
        runner = self._fresh_runner(who)
        writer = Writer(
            runner,
            self.tokenizer,
            self._stops,
            matcher,
            self._grammars.vocabulary,
            on_text,
            cancel,
            begun,
            ask.block,
            self._preference(ask),
        )
        writer.check()
        with self._answering(who):
            reused = self._prefixes.read(runner, self._reader(who), segments[:-1], writer.check)
            answer = writer.write(segments[-1], Sampling(ask.temperature, ask.top_p, ask.seed, ask.max_tokens))
        return Completion(
            text=answer.text,
            tokens=answer.tokens,
            seconds=time.perf_counter() - started,
            stopped_by=answer.stopped_by,
            prompt_tokens=sum(map(len, segments)),
            reused_tokens=reused,
            forced_tokens=answer.forced,
            likelihood=answer.likelihood,
        )

    def generate_several(
        self,
        asks: Sequence[Ask],
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> list[Completion]:
        """See Engine.generate_several. The lean model writes them token by token together, which takes little longer
        than one; `seconds` of each is its share of the time."""
        if self._lean is None or len(asks) < 2:
            return one_by_one(self, asks, on_text=on_text, cancel=cancel)
        from uvm_core.cognition.engines.decoding import Sampling
        from uvm_core.cognition.engines.together import write_together

        started = time.perf_counter()
        first = asks[0]
        who = self._answerer(first)
        segments, begun = self._read(first)
        runner = self._lean_runner_for(who)
        matchers = [self._grammars.matcher(first.grammar, first.json_schema) for _ in asks]
        sampled = [Sampling(one.temperature, one.top_p, one.seed, one.max_tokens) for one in asks]
        answers, reused = write_together(
            runner,
            self.tokenizer,
            self._stops,
            lambda check: self._prefixes.read(runner, self._reader(who), segments[:-1], check),
            segments[-1],
            sampled,
            matchers,
            self._grammars.vocabulary,
            begun,
            first.block,
            self._preference(first),
            on_text,
            cancel,
        )
        taken = (time.perf_counter() - started) / len(asks)
        count = sum(map(len, segments))
        return [
            Completion(one.text, one.tokens, taken, one.stopped_by, count, reused, one.forced, one.likelihood)
            for one in answers
        ]

    def _preference(self, ask: Ask) -> Preference | None:
        from uvm_core.cognition.engines.preferring import Preference

        return Preference(self.tokenizer, ask.prefer) if ask.prefer else None

    def _answerer(self, ask: Ask) -> str | None:
        return ask.expert if ask.expert is not None and self._shelf.activate(ask.expert) else None

    def _reader(self, who: str | None) -> str:
        return self._shelf.mark(who) if who else "bare"

    def _read(self, ask: Ask) -> tuple[list[list[int]], str]:
        """The prompt's tokens in segments, and the text that the answer begins with."""
        if ask.begin and (ask.grammar is not None or ask.json_schema is not None):
            raise ValueError("Give a text to begin with, or a grammar, not both.")
        segments = self._segments(ask.messages, ask.begin)
        count = sum(map(len, segments))
        if count + ask.max_tokens > self._longest:
            raise EngineUnavailable(
                f"The prompt is too long for {self.model_id}: {count} tokens and up to {ask.max_tokens} of an answer, "
                f"it can read {self._longest}. Shorten the wish, the documents or the slots' values."
            )
        return segments, ask.begin

    def _make_shelf(self, on_swap: OnSwap | None) -> ExpertShelf:
        """Experts beside the lean runner's products, or injected into the model by peft."""
        if self._lean is not None:
            return ExpertShelf(self._load_lean, lambda _layers: None, on_swap)
        from uvm_core.cognition.engines.peft_experts import PeftExperts

        self._peft = PeftExperts(self.model)
        return ExpertShelf(self._peft.load, self._peft.switch, on_swap)

    def _load_lean(self, adapter: Adapter) -> Layers:
        from uvm_core.cognition.engines.low_rank import joined_layers

        assert self._lean is not None
        return joined_layers(adapter, self._lean.shapes, self._lean.sizes.layers)

    def _lean_runner_for(self, who: str | None) -> LeanRunner:
        from uvm_core.cognition.engines.lean import LeanRunner

        if self._runner is None:
            assert self._lean is not None
            self._runner = LeanRunner(self._lean)
        self._runner.truncate(0)
        self._runner.answer_as(self._shelf.loaded(who) if who else None)
        return self._runner

    def _fresh_runner(self, who: str | None) -> Runner:
        """A runner that has read nothing."""
        if self._lean is not None:
            return self._lean_runner_for(who)
        from uvm_core.cognition.engines.runners import HubRunner

        return HubRunner(self.model)

    def _answering(self, who: str | None) -> contextlib.AbstractContextManager[None]:
        """A block in which an expert answers, or the bare model, which leaves the hot expert hot."""
        return contextlib.nullcontext() if who or self._peft is None else self._peft.bare()

    def _segments(self, messages: Sequence[Message], begin: str = "") -> list[list[int]]:
        """The prompt's tokens, cut after the system message and after each earlier answer.

        Cuts depend on the messages alone, never on what the cache holds: that keeps answers reproducible.
        """
        plain = [{"role": m["role"], "content": self._harmless(m["content"])} for m in messages]
        whole = self._encode(plain, True, begin)
        cuts: list[int] = []
        for index, message in enumerate(plain[:-1]):
            if message["role"] == "user":
                continue
            head = self._encode(plain[: index + 1], False)
            if len(head) < len(whole) and whole[: len(head)] == head:
                cuts.append(len(head))
        # The last token is read by the writer: its state begins the answer. All before it can be kept for a next try.
        edges = [0, *cuts, len(whole) - 1, len(whole)]
        return [whole[a:b] for a, b in itertools.pairwise(edges) if b > a]

    def _harmless(self, content: str) -> str:
        """Content in which no mark of the model's own (such as the end of a turn) is read as one."""
        for mark in self._marks:
            if mark in content:
                content = content.replace(mark, f"{mark[0]} {mark[1:]}")
        return content

    def _encode(self, messages: list[dict[str, Any]], for_answer: bool, begin: str = "") -> list[int]:
        text = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=for_answer)
        ids: list[int] = self.tokenizer.encode(text + begin, add_special_tokens=False)
        return ids


def _runs_lean(config: Mapping[str, Any]) -> bool:
    import torch

    from uvm_core.cognition.engines.lean import fits

    return fits(config) and (bool(config.get("packed")) or not torch.cuda.is_available())
