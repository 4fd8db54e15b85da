"""The messages of each thing that is asked: a plan, a facet's answer, a method, a woven text.

Training makes its samples with these very functions, so that an expert is asked as it was taught. `expert` says that an
adapter which has learned the task answers: the prompt is short then and teaches nothing. Errors of all: PromptError (an
edited template).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uvm_core.cognition.asking.exemplars import Exemplar
from uvm_core.cognition.asking.prompts import default_templates, render
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.engines.engine import Message
from uvm_core.cognition.language.kinds import MOST_SHOWN, nameable, shown_slots

MOST_PASSAGES = 5
"""Passages of documents that a prompt gets; each template says how much of how many it cites."""


@dataclass(frozen=True)
class FacetOffer:
    """A facet that a plan may use."""

    persona: str
    facet: str
    role: str = ""
    asks: str = ""


def method_messages(
    request: MethodRequest, exemplars: Sequence[Exemplar] = (), *, expert: bool = False, template: str | None = None
) -> list[Message]:
    """The prompt of one method, as SYNTHESIZING sends it and as an expert is trained on it.

    With `expert` the short form, for a model that has learned the task: no instructions, example arguments instead of
    bare parameter names, at most one exemplar. Errors: PromptError (an edited template).
    """
    return render(
        template or default_templates()["method"],
        expert=expert,
        request={"selector": request.selector, "parameters": list(request.parameters), "wish": request.wish},
        arguments={name: request.arguments[name] for name in request.parameters if name in request.arguments},
        slots=shown_slots(request),
        exemplars=[
            {
                "selector": one.selector,
                "parameters": list(one.parameters),
                "slots": nameable(one.slots),
                "wish": one.wish,
                "source": one.source,
            }
            for one in (list(exemplars)[-1:] if expert else exemplars)
        ],
        reasons=list(request.reasons),
        passages=list(request.passages)[:MOST_PASSAGES],
        facets=list(request.facets),
    )


def facet_messages(
    offer: FacetOffer,
    query: str,
    brief: Mapping[str, Any],
    *,
    slots: Sequence[str] = (),
    passages: Sequence[str] = (),
    template: str | None = None,
) -> list[Message]:
    """What is asked for a facet's answer; `template` defaults to the persona's own."""
    templates = default_templates()
    return render(
        template or templates.get(f"facet_{offer.persona.lower()}") or templates["facet_robin"],
        brief=_brief(brief),
        slots=list(slots)[:MOST_SHOWN],
        facet=offer.facet,
        query=query,
        role=offer.role,
        passages=list(passages)[:MOST_PASSAGES],
        expert=False,
    )


def plan_messages(
    brief: Mapping[str, Any],
    facets: Sequence[FacetOffer],
    *,
    slots: Sequence[str] | Mapping[str, Any] = (),
    passages: Sequence[str] = (),
    needs: Sequence[str] = (),
    expert: bool = False,
    template: str | None = None,
) -> list[Message]:
    """What is asked for a plan; see method_messages. `slots` are names, or names with example values; `needs` what the
    plan has to ask about, one sub-query each."""
    return render(
        template or default_templates()["plan"],
        brief=_brief(brief),
        slots=list(slots)[:MOST_SHOWN],
        values=dict(slots) if isinstance(slots, Mapping) else {},
        needs=[{"need": need} for need in needs],
        facets=[{"persona": f.persona, "facet": f.facet, "role": f.role, "asks": f.asks} for f in facets],
        passages=list(passages)[:MOST_PASSAGES],
        expert=expert,
    )


def weave_messages(
    brief: Mapping[str, Any],
    answers: Sequence[Mapping[str, str]],
    *,
    passages: Sequence[str] = (),
    expert: bool = False,
    template: str | None = None,
) -> list[Message]:
    """What is asked for a woven text; see method_messages."""
    return render(
        template or default_templates()["weave"],
        brief=_brief(brief),
        answers=[dict(one) for one in answers],
        passages=list(passages)[:MOST_PASSAGES],
        expert=expert,
    )


def _brief(brief: Mapping[str, Any]) -> dict[str, Any]:
    return {"selector": "", "wish": "", "question": "", "arguments": {}, **brief}
