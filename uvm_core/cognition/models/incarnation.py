"""Bringing experts into the image: what is staged and new is judged and stored, what is stored is judged and loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from ...image.errors import ImageError, Refused
from ...image.image import Image
from .adapters import CARD, Adapter, AdapterRefused, BaseModel, base_model, judged, read_json
from .blobs import blob_fault, store_expert, stored_experts
from .experts import Expert, staged_experts

log = structlog.get_logger("mind")


@dataclass(frozen=True)
class Roster:
    """The experts of an image: those that can be loaded, and a row {name, sha256, size, problem, held_out} for each
    that is there or was refused."""

    adapters: tuple[Adapter, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()


def known_experts(image: Image) -> Roster:
    """What is in the image, nothing of it judged: for a UVM without a model that could use it."""
    return Roster((), tuple(_row(expert, "") for expert in stored_experts(image).values()))


def incarnate(
    image: Image, folders: Iterable[Path], model: Mapping[str, Path], manifest: Iterable[Mapping[str, Any]]
) -> Roster:
    """Store what is staged and not in the image yet (by name and content), and judge all that is in the image.

    One that is refused is left out with a sentence; what was stored under its name before stays.
    """
    try:
        base = base_model(model, manifest)
    except AdapterRefused as problem:
        log.warning("experts_unusable", problem=str(problem))
        return known_experts(image)
    staged, refused = staged_experts(folders)
    stored = stored_experts(image)
    for name, expert in staged.items():
        if name in stored and stored[name].same_files(expert) and _whole(stored[name]):
            continue
        try:
            store_expert(image, _described(expert, base))
            log.info("expert_incarnated", expert=name, sha256=expert.sha256, replaced=name in stored)
        except (AdapterRefused, ImageError, Refused, OSError) as problem:
            refused[name] = str(problem)
    adapters: list[Adapter] = []
    rows: list[Mapping[str, Any]] = []
    for name, expert in sorted(stored_experts(image).items()):
        words = refused.pop(name, "")
        try:
            adapters.append(_fit(expert, base))
        except AdapterRefused as fault:
            words = words or str(fault)
        rows.append(_row(expert, words))
    rows += [{"name": name, "sha256": "", "size": 0, "problem": refused[name]} for name in sorted(refused)]
    for row in rows:
        if row["problem"]:
            log.warning("expert_refused", expert=row["name"], problem=row["problem"])
    return Roster(tuple(adapters), tuple(rows))


def _described(expert: Expert, base: BaseModel) -> Expert:
    """A staged expert, judged, with what its card says."""
    judged(expert.name, expert.sha256, expert.files, base)
    card = read_json(expert.files[CARD], CARD) if CARD in expert.files else {}
    return replace(expert, base_sha256=base.sha256, card=card)


def _fit(expert: Expert, base: BaseModel) -> Adapter:
    fault = blob_fault(expert.files, expert.manifest, "expert")
    if fault is not None:
        raise AdapterRefused(fault)
    return judged(expert.name, expert.sha256, expert.files, base)


def _whole(expert: Expert) -> bool:
    return blob_fault(expert.files, expert.manifest, "expert") is None


def _row(expert: Expert, problem: str) -> Mapping[str, Any]:
    known = {"name": expert.name, "sha256": expert.sha256, "size": expert.size, "problem": problem}
    return {**known, "held_out": held_out(expert.card)}


def held_out(card: Mapping[str, Any]) -> Mapping[str, int] | None:
    """What a card says of the held-out tasks: {right, of, bare}, how many the expert and the bare model got right."""
    try:
        scores = card["scores"]["held-out"]
        mine, bare = scores["expert"]["right"], scores["bare"]["right"]
        return {"right": int(mine["right"]), "of": int(mine["of"]), "bare": int(bare["right"])}
    except (KeyError, TypeError, ValueError):
        # A card without scores, or one that somebody else wrote.
        return None
