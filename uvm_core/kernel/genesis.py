"""Genesis: the one transaction that makes the objects of a new image.

The model's blobs come in a transaction of their own, from the copy in the user's cache: until then pLLM_obj says so
and everything else works.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree

from ..image.edits import KERNEL
from ..image.world import ROOT_KEY, World, WorldRecord
from ..objects import Primitive, UvmObject
from ..objects.language import VOCABULARY
from .demo import make_demo
from .metrics import INDICATORS
from .primitives import STATES
from .upgrade import VERSION, Additions, add_missing

ORDER = {
    "IDLE": "DECOMPOSING",
    "DECOMPOSING": "DELEGATING",
    "DELEGATING": "SYNTHESIZING",
    "SYNTHESIZING": "COMPLETE",
    "COMPLETE": "IDLE",
    "FAILED": "",
}
STATE_PERSONA = {
    "IDLE": "orchestrator",
    "DECOMPOSING": "BRICK",
    "DELEGATING": "ROBIN",
    "SYNTHESIZING": "ALFRED",
    "COMPLETE": "ALFRED",
    "FAILED": "ALFRED",
}
# What a state asks the model with: temperature, and at most how many tokens.
STATE_BUDGET = {"DECOMPOSING": (0.2, 320), "DELEGATING": (0.4, 64), "SYNTHESIZING": (0.0, 256)}
PERSONAS = {
    "brick_prototype_obj": ("Deconstruction Engine, lead analyst", "logical_facet_"),
    "robin_prototype_obj": ("Embodied Heart, lead guide", "sage_facet_"),
    "alfred_prototype_obj": ("System Steward", "efficiency_facet_"),
}
ASKS = {
    "brick_prototype_obj": "what is read, what must change, what must be refused",
    "robin_prototype_obj": "how it is answered and worded, what other objects and the documents say",
    "alfred_prototype_obj": "the edges and exceptions, how one knows that it is right",
}
"""What a persona's facet is asked for: a plan's needs find their facet by these words."""


def genesis(connection: Any, templates: Mapping[str, str], catalogue: Mapping[str, Any], additions: Additions) -> World:
    """Make the first objects in the connection's transaction; the caller commits.

    templates: prompt texts by name (`plan`, `method`, `weave` and a `facet_` per persona), which become data slots that
    a person can edit. catalogue: the data slots of knowledge_catalog_obj. additions: what other rooms ship.
    """
    root = connection.root()
    root[ROOT_KEY] = WorldRecord()
    connection.add(root[ROOT_KEY])
    world = World(connection)

    def make(name: str, slots: Mapping[str, Any]) -> UvmObject:
        made = UvmObject(slots)
        world.add(made, name)
        root[name] = made
        return made

    traits = make(
        "traits_obj",
        {
            "_clone_persistent_": Primitive("_clone_persistent_"),
            "_doesNotUnderstand_": Primitive("_doesNotUnderstand_"),
            **{selector: Primitive(selector) for selector in VOCABULARY if selector != "infer_"},
        },
    )
    pllm = make(
        "pLLM_obj",
        {
            "parent*": traits,
            "model_id": "",
            "state": "The model's files are not in the image yet.",
            "infer_": Primitive("infer_"),
            "lora_repository": OOBTree(),
            "model_blob": OOBTree(),
        },
    )
    make("genesis_obj", {"parent*": (pllm, traits)})
    make("memory_manager_obj", {"parent*": traits, "activate_expert_": Primitive("activate_expert_")})
    make(
        "knowledge_catalog_obj",
        {
            "parent*": traits,
            "index_document_": Primitive("index_document_"),
            "search_": Primitive("search_"),
            **catalogue,
        },
    )
    _make_states(traits, templates, make)
    make(
        "orchestrator_obj",
        {
            "parent*": (traits, pllm),
            "start_cognitive_cycle_for_": Primitive("start_cognitive_cycle_for_"),
            "active_cycles": Primitive("active_cycles"),
        },
    )
    prompts = prompt_slots(templates)
    for name, (role, facet) in PERSONAS.items():
        make(
            name,
            {
                "parent*": (traits, pllm),
                "role": role,
                facet: Primitive(facet),
                f"{facet}prompt": prompts[name, f"{facet}prompt"],
                **facet_descriptions()[name],
                "temperature": STATE_BUDGET["DELEGATING"][0],
                "budget": STATE_BUDGET["DELEGATING"][1],
            },
        )
    make(
        "system_metrics_obj",
        {
            "parent*": traits,
            **{name: LOBTree() for name in INDICATORS},
            **{name: Primitive(name) for name in ("percentile_", "sum_", "mean_by_", "ratio_")},
        },
    )
    for name, slots in additions(world.resolve).items():
        add_missing(world, name, slots)
    world.record.version = VERSION
    world.record.settings[KERNEL] = tuple(world.record.objects.keys())
    make_demo(traits, make)
    return world


def facet_descriptions() -> dict[str, dict[str, str]]:
    """Persona's name -> the slot that says what its facet is asked for, by which a plan's needs find it."""
    return {name: {f"{facet}asks": ASKS[name]} for name, (_role, facet) in PERSONAS.items()}


def prompt_slots(templates: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """(object's name, slot) -> the prompt that genesis puts there."""
    facets = {
        (name, f"{facet}prompt"): templates[f"facet_{name.removesuffix('_prototype_obj')}"]
        for name, (_role, facet) in PERSONAS.items()
    }
    return {
        ("DECOMPOSING", "prompt"): templates["plan"],
        ("SYNTHESIZING", "prompt"): templates["method"],
        ("SYNTHESIZING", "weave_prompt"): templates["weave"],
        **facets,
    }


def _make_states(traits: UvmObject, templates: Mapping[str, str], make: Any) -> None:
    prompts = prompt_slots(templates)
    states: dict[str, UvmObject] = {}
    for name in STATES:
        slots: dict[str, Any] = {
            "parent*": traits,
            "name": name,
            "persona": STATE_PERSONA[name],
            "next": ORDER[name],
            "_process_synthesis_": Primitive(f"state_{name}"),
            **{slot: text for (holder, slot), text in prompts.items() if holder == name},
        }
        if name in STATE_BUDGET:
            slots["temperature"], slots["budget"] = STATE_BUDGET[name]
        if name == "SYNTHESIZING":
            slots["tries"] = 3
        states[name] = make(name, slots)
    make("psm_prototypes_obj", {"parent*": traits, **states})
