"""A model and a tokenizer so small that a training takes a second."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from uvm_core.training.samples import Sample

TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}> {% endif %}"
)


def tokenizer() -> Any:
    """Bytes, and an end."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(BPE({one: number for number, one in enumerate([*letters, "<end>"])}, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<end>", chat_template=TEMPLATE)


def model() -> Any:
    """Two layers, always the same."""
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        initializer_range=0.3,  # a fresh model says nothing loudly enough to be changed by an adapter
    )
    return LlamaForCausalLM(config).float()


def stream(seed: int) -> Iterator[Sample]:
    """Letters and what follows them."""
    for number in itertools.count(seed):
        letter = chr(97 + number % 26)
        asked = letter * (1 + number % 7)
        difficulty = ("easy", "medium", "hard")[number % 3]
        yield Sample("letters", [{"role": "user", "content": asked}], letter.upper(), f"of {number % 5}", difficulty)
