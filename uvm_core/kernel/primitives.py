"""The primitives of the kernel beside the vocabulary: name -> f(receiver, *args)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from ..objects import NotUnderstood, SendError, SlotHolder, clone
from . import metrics
from .services import services

STATES = ("IDLE", "DECOMPOSING", "DELEGATING", "SYNTHESIZING", "COMPLETE", "FAILED")
FACETS = ("sage_facet_", "logical_facet_", "efficiency_facet_")


def does_not_understand(receiver: SlotHolder, selector: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Tell the sender's border, which gives up the transaction and files a mission."""
    raise NotUnderstood(receiver, selector, args, kwargs)


def infer(
    _receiver: SlotHolder,
    prompt: str,
    active_expert: str | None = None,
    max_new_tokens: int = 1024,
    temperature: float = 0.6,
    top_p: float = 0.9,
) -> str:
    """The model's answer to a prompt; an error that says so when there is no model."""
    return services().infer(
        str(prompt), expert=active_expert, max_tokens=int(max_new_tokens), temperature=temperature, top_p=top_p
    )


def activate_expert(_receiver: SlotHolder, name: str) -> bool:
    """Make an expert of lora_repository hot; False when there is none of that name."""
    return services().activate_expert(str(name))


def start_cognitive_cycle_for(_receiver: SlotHolder, mission_brief: Mapping[str, Any], target_oid: Any) -> int:
    """File a mission for an object; the mission's number."""
    return services().start_cycle(dict(mission_brief), target_oid)


def active_cycles(_receiver: SlotHolder) -> list[SlotHolder]:
    """The cycles that are not ended, computed: a table that every cycle writes would be a point of conflict."""
    return services().active_cycles()


def _facet(name: str, receiver: SlotHolder, query: str) -> str:
    if not isinstance(query, str) or not query.strip():
        raise SendError(f"{name} takes one question, as text.")
    return services().ask_facet(receiver, name, query)


def _state(name: str, receiver: SlotHolder) -> Any:
    return services().process_state(receiver, name)


KERNEL_PRIMITIVES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "_clone_persistent_": clone,
        "_doesNotUnderstand_": does_not_understand,
        "infer_": infer,
        "activate_expert_": activate_expert,
        "start_cognitive_cycle_for_": start_cognitive_cycle_for,
        "active_cycles": active_cycles,
        "percentile_": metrics.percentile,
        "sum_": metrics.total,
        "sum_by_": metrics.total_by,
        "mean_by_": metrics.mean_by,
        "ratio_": metrics.ratio,
        "trend_": metrics.trend,
        **{name: partial(_facet, name) for name in FACETS},
        **{f"state_{name}": partial(_state, name) for name in STATES},
    }
)
