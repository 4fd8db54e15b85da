"""Experts of any model of transformers, by peft: adapters injected into the base model, one of them active.

peft changes the model in place: `bare` must be entered whenever the base model itself is to answer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from uvm_core.cognition.engines.low_rank import load_tensors
from uvm_core.cognition.models.adapters import PREFIX, Adapter, AdapterRefused


class PeftExperts:
    """`load` and `switch` of an ExpertShelf over a model that peft wraps at the first adapter."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._wrapped: Any = None

    def load(self, adapter: Adapter) -> str:
        """Inject an adapter; its name in the model. It is not active yet."""
        from peft import LoraConfig, PeftModel, set_peft_model_state_dict

        tensors = load_tensors(adapter)
        settings = adapter.settings
        config = LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            # Whole names: `gate` alone would also take a layer that ends so elsewhere in the model.
            target_modules=list(adapter.modules),
            use_rslora=settings.rank_stabilised,
            task_type="CAUSAL_LM",
            inference_mode=True,
        )
        # Loading under a name that is there would be silent; a shelf loads each once.
        if self._wrapped is None:
            self._wrapped = PeftModel(self._model, config, adapter_name=adapter.name)
        else:
            active = self._wrapped.active_adapter
            self._wrapped.add_adapter(adapter.name, config)
            self._wrapped.base_model.set_adapter(active, inference_mode=True)
        result: Any = set_peft_model_state_dict(self._wrapped, tensors, adapter_name=adapter.name)
        if result.unexpected_keys:
            name = str(result.unexpected_keys[0]).removeprefix(PREFIX)
            raise AdapterRefused(f"peft has no place for its tensor {name}.")
        self._model.eval()
        return adapter.name

    def switch(self, name: str) -> None:
        """Make a loaded adapter the active one. Without inference_mode its gradients would come on."""
        self._wrapped.base_model.set_adapter(name, inference_mode=True)

    @contextlib.contextmanager
    def bare(self) -> Iterator[None]:
        """A block in which the base model answers as if there were no adapter."""
        if self._wrapped is None:
            yield
            return
        with self._wrapped.disable_adapter():
            yield
