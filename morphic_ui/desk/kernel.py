"""Which objects belong to the kernel that genesis makes: they stand on the shelf of a first world."""

from __future__ import annotations

from ..model.mirror import ObjectRecord

STATES_OBJECT = "psm_prototypes_obj"
KERNEL = frozenset(
    {
        "traits_obj", "pLLM_obj", "genesis_obj", "memory_manager_obj", "knowledge_catalog_obj", STATES_OBJECT,
        "orchestrator_obj", "brick_prototype_obj", "robin_prototype_obj", "alfred_prototype_obj", "system_metrics_obj",
    }
)  # fmt: skip


def is_kernel(record: ObjectRecord) -> bool:
    """Made by genesis for the system itself, not for people to play with."""
    return record.name is not None and (record.name in KERNEL or record.name.endswith("_obj"))
