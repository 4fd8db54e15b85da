"""The model in this process: woken from files, bit-equal to from_pretrained, run by a lean decoding loop."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from uvm_core.cognition.engines.engine import Abilities, Ask, Completion, EngineUnavailable, Message, one_by_one
from uvm_core.cognition.engines.shelf import ExpertShelf, OnSwap
from uvm_core.cognition.models.adapters import Adapter

if TYPE_CHECKING:
    from uvm_core.cognition.engines.decoding import Grammars, PrefixCache
    from uvm_core.cognition.engines.low_rank import Layers
    from uvm_core.cognition.engines.peft_experts import PeftExperts
    from uvm_core.cognition.engines.runners import LlamaRunner, Runner

_log = structlog.get_logger("cognition")

Progress = Callable[[str, float], None]


class TransformersEngine:
    """A Hugging Face causal model from a mapping file name -> path (the paths may have any name, as blobs have).

    Waking takes a second or two for the embedded model and happens here, in the constructor. Errors: EngineUnavailable
    with the file that is missing or damaged. Not thread-safe: the model thread is its only caller.
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
    ) -> None:
        started = time.perf_counter()
        self.model_id = model_id
        self._dtype = dtype
        with _as_folder(files) as folder:
            self.model, self.tokenizer = _wake(folder, dtype, progress or (lambda _stage, _fraction: None))
        self.wake_seconds = time.perf_counter() - started
        from uvm_core.cognition.engines.decoding import Grammars, PrefixCache
        from uvm_core.cognition.engines.runners import fits_llama_runner

        self._lean = lean and fits_llama_runner(self.model)
        self._grammars: Grammars = Grammars(self.tokenizer, self.model.config.vocab_size)
        self._prefixes: PrefixCache = PrefixCache(prefix_tokens)
        self._runner: LlamaRunner | None = None
        self._peft: PeftExperts | None = None
        self._shelf = self._make_shelf(on_swap)
        for adapter in adapters:
            self._shelf.add(adapter)
        self._shelf.warm_up()
        self._stops = _stop_ids(self.model, self.tokenizer)
        self._marks = [mark for mark in map(str, self.tokenizer.get_added_vocab()) if len(mark) > 1]
        self._longest = int(getattr(self.model.config, "max_position_embeddings", 4096))
        _log.info("model_awake", model=model_id, dtype=dtype, seconds=round(self.wake_seconds, 3))

    def describe(self) -> dict[str, Any]:
        import torch

        return {
            "id": self.model_id,
            "engine": "transformers",
            "state": "awake",
            "expert": self._shelf.hot,
            "experts": self._shelf.rows(),
            "device": str(next(self.model.parameters()).device),
            "dtype": self._dtype,
            "threads": torch.get_num_threads(),
            "parameters": sum(p.numel() for p in self.model.parameters()),
        }

    def has_expert(self, name: str) -> bool:
        """Whether there is an expert of that name; one that is cold becomes warm."""
        return self._shelf.has(name)

    def activate(self, expert: str) -> bool:
        """Make an expert the hot one; False when there is none of that name."""
        return self._shelf.activate(expert)

    @property
    def abilities(self) -> Abilities:
        return Abilities(grammar=True, json_schema=True, adapters=True, seed=True)

    def generate_several(
        self,
        asks: Sequence[Ask],
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> list[Completion]:
        """See Engine.generate_several."""
        return one_by_one(self, asks, on_text=on_text, cancel=cancel)

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
        who = ask.expert if ask.expert is not None and self._shelf.activate(ask.expert) else None
        segments = self._segments(ask.messages)
        count = sum(map(len, segments))
        if count + ask.max_tokens > self._longest:
            raise EngineUnavailable(
                f"The prompt is too long for {self.model_id}: {count} tokens and up to {ask.max_tokens} of an answer, "
                f"it can read {self._longest}. Shorten the wish, the documents or the slots' values."
            )
        matcher = self._grammars.matcher(ask.grammar, ask.json_schema)
        runner = self._fresh_runner(who)
        writer = Writer(runner, self.tokenizer, self._stops, matcher, self._grammars.vocabulary, on_text, cancel)
        writer.check()
        reader = self._shelf.mark(who) if who else "bare"
        with self._answering(who):
            reused = self._prefixes.read(runner, reader, segments[:-1], writer.check)
            answer = writer.write(segments[-1], Sampling(ask.temperature, ask.top_p, ask.seed, ask.max_tokens))
        return Completion(
            text=answer.text,
            tokens=answer.tokens,
            seconds=time.perf_counter() - started,
            stopped_by=answer.stopped_by,
            prompt_tokens=count,
            reused_tokens=reused,
            forced_tokens=answer.forced,
        )

    def _make_shelf(self, on_swap: OnSwap | None) -> ExpertShelf:
        """Experts beside the lean runner's products, or injected into the model by peft."""
        if self._lean:
            return ExpertShelf(self._load_lean, lambda _layers: None, on_swap)
        from uvm_core.cognition.engines.peft_experts import PeftExperts

        self._peft = PeftExperts(self.model)
        return ExpertShelf(self._peft.load, self._peft.switch, on_swap)

    def _load_lean(self, adapter: Adapter) -> Layers:
        from uvm_core.cognition.engines.low_rank import joined_layers

        runner = self._lean_runner()
        return joined_layers(adapter, runner.layer_shapes, self.model.config.num_hidden_layers)

    def _lean_runner(self) -> LlamaRunner:
        from uvm_core.cognition.engines.runners import LlamaRunner

        if self._runner is None:
            self._runner = LlamaRunner(self.model)
        return self._runner

    def _fresh_runner(self, who: str | None) -> Runner:
        """A runner that has read nothing."""
        from uvm_core.cognition.engines.runners import HubRunner

        if not self._lean:
            return HubRunner(self.model)
        runner = self._lean_runner()
        runner.truncate(0)
        runner.answer_as(self._shelf.loaded(who) if who else None)
        return runner

    def _answering(self, who: str | None) -> contextlib.AbstractContextManager[None]:
        """A block in which an expert answers, or the bare model, which leaves the hot expert hot."""
        return contextlib.nullcontext() if who or self._peft is None else self._peft.bare()

    def _segments(self, messages: Sequence[Message]) -> list[list[int]]:
        """The prompt's tokens, cut after the system message and after each earlier answer.

        Cuts depend on the messages alone, never on what the cache holds: that keeps answers reproducible.
        """
        plain = [{"role": m["role"], "content": self._harmless(m["content"])} for m in messages]
        whole = self._encode(plain, True)
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

    def _encode(self, messages: list[dict[str, Any]], for_answer: bool) -> list[int]:
        text = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=for_answer)
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        return ids


def _stop_ids(model: Any, tokenizer: Any) -> frozenset[int]:
    stops: set[int] = set()
    for source in (tokenizer.eos_token_id, model.generation_config.eos_token_id, model.config.eos_token_id):
        stops.update(source if isinstance(source, list) else [] if source is None else [source])
    return frozenset(stops)


@contextlib.contextmanager
def _as_folder(files: Mapping[str, Path]) -> Iterator[Path]:
    """The files under their own names in a folder of links, gone when the model is in memory."""
    for name, path in files.items():
        if Path(name).name != name:
            raise EngineUnavailable(f"The model's file name {name!r} is not a plain file name.")
        if not Path(path).is_file():
            raise EngineUnavailable(f"The model's file {name} is missing. Put the model into the image again.")
    folder = Path(tempfile.mkdtemp(prefix="batos-model-"))
    try:
        for name, path in files.items():
            _link(Path(path).resolve(), folder / name)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _link(path: Path, at: Path) -> None:
    try:
        at.symlink_to(path)
    except OSError:
        # Some systems keep symbolic links to administrators.
        try:
            os.link(path, at)
        except OSError:
            shutil.copyfile(path, at)


def _wake(folder: Path, dtype_name: str, tell: Progress) -> tuple[Any, Any]:
    tell("Loading the libraries of the model.", 0.0)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from accelerate import init_empty_weights, load_checkpoint_and_dispatch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, GenerationConfig

    dtype = getattr(torch, dtype_name)
    weights = _weights_of(folder)
    try:
        config = AutoConfig.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise EngineUnavailable(
            f"The model's config.json is missing or damaged ({_first_line(error)}). Put the model into the image again."
        ) from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # the tokenizers library raises no kind of its own
        raise EngineUnavailable(
            f"The model's tokenizer.json is missing or damaged ({_first_line(error)}). "
            "Put the model into the image again."
        ) from error
    if not tokenizer.chat_template:
        raise EngineUnavailable("The model has no chat template, so it cannot be asked; take an instruct model.")
    tell("Waking the model.", 0.3)
    with init_empty_weights():
        model = AutoModelForCausalLM.from_config(config, dtype=dtype)
    model.tie_weights()
    try:
        model = load_checkpoint_and_dispatch(
            model,
            checkpoint=str(weights),
            device_map="auto" if torch.cuda.is_available() else {"": "cpu"},
            no_split_module_classes=list(model._no_split_modules or []),
            dtype=dtype,
        )
    except Exception as error:  # safetensors, torch and accelerate each raise their own kind
        raise EngineUnavailable(
            f"The model's file {weights.name} is damaged or does not fit its config.json ({_first_line(error)}). "
            "Put the model into the image again."
        ) from error
    model.tie_weights()
    unfilled = [name for name, parameter in model.named_parameters() if parameter.device.type == "meta"]
    if unfilled:
        raise EngineUnavailable(f"The model's file {weights.name} lacks {unfilled[0]}. Put the model in again.")
    with contextlib.suppress(OSError):  # optional file: the model's own defaults serve without it
        model.generation_config = GenerationConfig.from_pretrained(str(folder), local_files_only=True)
    tell("The model is awake.", 1.0)
    return model.eval(), tokenizer


def _weights_of(folder: Path) -> Path:
    index = folder / "model.safetensors.index.json"
    if index.exists():
        return index
    found = sorted(folder.glob("*.safetensors"))
    if len(found) != 1:
        raise EngineUnavailable(
            "The model's file model.safetensors is missing. Put the model into the image again."
            if not found
            else "The model has several weight files but no model.safetensors.index.json that says how they join."
        )
    return found[0]


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]
