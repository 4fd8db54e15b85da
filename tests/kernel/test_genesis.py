"""Genesis: one transaction, the table of objects row by row, the vocabulary and the demo family."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from zope.index.text.textindex import TextIndex

from uvm_core.cognition.asking.prompts import default_templates
from uvm_core.image.image import Image
from uvm_core.image.world import World
from uvm_core.kernel import metrics
from uvm_core.kernel.genesis import genesis
from uvm_core.kernel.primitives import KERNEL_PRIMITIVES
from uvm_core.memory.catalogue import CATALOGUE_PRIMITIVES, new_catalogue
from uvm_core.objects import (
    Method,
    NotUnderstood,
    Primitive,
    SendError,
    Surroundings,
    UvmObject,
    own_slots,
    parents_of,
    running,
    send,
)
from uvm_core.objects.language import VOCABULARY

PRIMITIVES = {**KERNEL_PRIMITIVES, **CATALOGUE_PRIMITIVES}
TRAITS, PLLM = ["traits_obj"], ["traits_obj", "pLLM_obj"]
# root name -> (parents in order, selectors and slots that must be there)
TABLE: dict[str, tuple[list[str], list[str]]] = {
    "traits_obj": ([], ["_clone_persistent_", "_doesNotUnderstand_"]),
    "pLLM_obj": (TRAITS, ["model_id", "infer_", "lora_repository", "model_blob"]),
    "genesis_obj": (["pLLM_obj", "traits_obj"], []),
    "memory_manager_obj": (TRAITS, ["activate_expert_"]),
    "knowledge_catalog_obj": (
        TRAITS,
        ["index_document_", "search_", "text_index", "metadata_index", "chunk_storage"],
    ),
    "psm_prototypes_obj": (TRAITS, ["IDLE", "DECOMPOSING", "DELEGATING", "SYNTHESIZING", "COMPLETE", "FAILED"]),
    "orchestrator_obj": (PLLM, ["start_cognitive_cycle_for_", "active_cycles"]),
    "brick_prototype_obj": (PLLM, ["role", "logical_facet_"]),
    "robin_prototype_obj": (PLLM, ["role", "sage_facet_"]),
    "alfred_prototype_obj": (PLLM, ["role", "efficiency_facet_"]),
    "system_metrics_obj": (
        TRAITS,
        ["psm_cycle_durations", "guardian_violations", "lora_swap_latencies", "transaction_aborts"],
    ),
}
ROLES = {
    "brick_prototype_obj": "Deconstruction Engine, lead analyst",
    "robin_prototype_obj": "Embodied Heart, lead guide",
    "alfred_prototype_obj": "System Steward",
}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    directory: Path = tmp_path_factory.mktemp("genesis") / "image"
    made = Image(directory)
    before = len(list(made.storage.iterator()))
    with made.session() as session:
        session.begin_bare()
        genesis(session.connection, default_templates(), new_catalogue(), lambda _resolve: {})
        session.commit("genesis", "Genesis")
    assert len(list(made.storage.iterator())) == before + 1, "genesis is one transaction"
    made.close()
    reopened = Image(directory)
    yield reopened
    reopened.close()


@pytest.fixture
def world(image: Image) -> Iterator[World]:
    with image.session() as session, running(Surroundings(PRIMITIVES)):
        yield session.begin()


@pytest.mark.parametrize("name", TABLE)
def test_a_row_of_the_table_is_there(name: str, world: World) -> None:
    made = world.resolve(name)
    parents, slots = TABLE[name]
    assert world.root[name] is made
    assert [world.name_of(parent) for parent in parents_of(made)] == parents
    assert set(slots) <= set(own_slots(made))
    for slot in slots:
        if slot.endswith("_") or slot.startswith("_"):
            assert isinstance(own_slots(made)[slot], Primitive)
    if name == "genesis_obj":
        assert list(own_slots(made)) == ["parent*"], "it knows nothing at birth"


def test_kinds_and_roles_are_as_written(world: World) -> None:
    assert {name: world.resolve(name).role for name in ROLES} == ROLES
    pllm, catalogue = world.resolve("pLLM_obj"), world.resolve("knowledge_catalog_obj")
    assert isinstance(pllm.lora_repository, OOBTree)
    assert pllm.model_id == ""
    assert isinstance(catalogue.text_index, TextIndex)
    assert isinstance(catalogue.chunk_storage, OOBTree)
    for indicator in TABLE["system_metrics_obj"][1]:
        assert isinstance(own_slots(world.resolve("system_metrics_obj"))[indicator], LOBTree)


def test_the_states_follow_each_other_and_belong_to_their_personas(world: World) -> None:
    states = own_slots(world.resolve("psm_prototypes_obj"))
    rows = {name: states[name] for name in TABLE["psm_prototypes_obj"][1]}
    assert {name: (state.name, state.persona, state.next) for name, state in rows.items()} == {
        "IDLE": ("IDLE", "orchestrator", "DECOMPOSING"),
        "DECOMPOSING": ("DECOMPOSING", "BRICK", "DELEGATING"),
        "DELEGATING": ("DELEGATING", "ROBIN", "SYNTHESIZING"),
        "SYNTHESIZING": ("SYNTHESIZING", "ALFRED", "COMPLETE"),
        "COMPLETE": ("COMPLETE", "ALFRED", "IDLE"),
        "FAILED": ("FAILED", "ALFRED", ""),
    }
    for state in rows.values():
        assert isinstance(own_slots(state)["_process_synthesis_"], Primitive)
        assert [world.name_of(parent) for parent in parents_of(state)] == TRAITS


def test_every_object_answers_the_vocabulary_and_every_primitive_exists(world: World) -> None:
    for _number, made in world.all():
        for selector in VOCABULARY:
            assert send(made, "understands", (selector,)) or selector == "infer_"
        assert send(made, "print_string").startswith(f"<UvmObject oid={world.id_of(made)} slots=[")
        for value in own_slots(made).values():
            if isinstance(value, Primitive):
                assert value.name in PRIMITIVES or value.name in VOCABULARY
    genesis_obj = world.resolve("genesis_obj")
    assert send(genesis_obj, "understands", ("infer_",))
    assert send(genesis_obj, "slot_names") == ["parent*"]
    assert send(genesis_obj, "parents") == [world.resolve("pLLM_obj"), world.resolve("traits_obj")]
    with pytest.raises(NotUnderstood):
        send(genesis_obj, "display_yourself")
    with pytest.raises(SendError, match="needs the running system"):
        send(genesis_obj, "infer_", ("hello",))


def test_the_demo_family_works(world: World) -> None:
    counter = world.resolve("counter")
    assert (send(counter, "increment"), send(counter, "increment", (4,)), counter.count) == (1, 5, 5)
    assert send(world.resolve("invoice"), "total") == 111.0
    assert send(world.resolve("invoice"), "customer") is world.resolve("customer")
    assert send(world.resolve("greeter"), "greet") == "Hello, world!"
    copied = send(counter, "clone")
    assert isinstance(copied, UvmObject)
    assert send(copied, "increment") == 6
    assert counter.count == 5


def test_the_methods_of_the_demo_family_are_named_like_their_slots(world: World) -> None:
    for _number, made in world.all():
        for name, value in own_slots(made).items():
            if isinstance(value, Method):
                assert value.name == name


def test_metrics_answer_their_queries(world: World) -> None:
    made = world.resolve("system_metrics_obj")
    assert send(made, "percentile_", ("psm_cycle_durations",)) is None
    assert send(made, "sum_", ("guardian_violations",)) == 0
    for value in range(1, 101):
        metrics.record(made, "psm_cycle_durations", value, state="IDLE" if value % 2 else "FAILED")
    assert not made._p_changed, "a measurement writes its tree, never the object that others wait for"
    assert send(made, "percentile_", ("psm_cycle_durations", 95)) == 95
    found: list[Any] = [send(made, "percentile_", ("psm_cycle_durations", p)) for p in (-5, 0, 1, 100, 1000)]
    assert found == [1, 1, 1, 100, 100]
    assert send(made, "sum_", ("psm_cycle_durations",)) == 5050
    assert send(made, "mean_by_", ("psm_cycle_durations", "state")) == {"IDLE": 50, "FAILED": 51}
    metrics.record(made, "transaction_aborts", 0)
    metrics.record(made, "transaction_aborts", 1)
    assert send(made, "ratio_", ("transaction_aborts",)) == 0.5
    with pytest.raises(SendError, match="There is no indicator 'parent\\*'"):
        send(made, "sum_", ("parent*",))
    kid = UvmObject({"parent*": made})
    assert send(kid, "sum_", ("psm_cycle_durations",)) == 5050
