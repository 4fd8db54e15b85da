"""Bringing an older image up: what later versions of the kernel know, put into its objects once.

An upgrade adds slots that are not there and renews a shipped text that nobody changed. It runs once for each image and
version: a slot that a person deletes afterwards stays deleted, and what they edited is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..image.world import World
from ..objects import UvmObject, own_slots, sha256_of

VERSION = 3
"""Of the kernel's objects: 1 had no steward, no vectors and no experts' prompts; 2 asked one facet one thing, and no
facet said what it is asked for."""

Additions = Callable[[Callable[[str], UvmObject]], Mapping[str, Mapping[str, Any]]]
"""f(resolve) -> object's name -> the slots that a room ships for it."""

_SHIPPED_BEFORE = frozenset(
    {
        "d3697482dc925b88a4468e7071e291c542e210bfb870d3be83a515786dfdf818",  # facet_alfred
        "935980acd267377f4949632ce0757743073d37e2ced49ef76caa52ad5e261d21",  # facet_brick
        "4bee7a8bf19a9542d0232f966de598a20c3e538a10f53289f16b2e504ec0a57e",  # facet_robin
        "0d2127770cc0b64db6956dce8db06486e4b7f936912d60e9187acc2cebc0aaf3",  # method
        "28a7b2f7b39aca1bb35f8842d199b0beea667212e425c84b8c6bf12cbd251c00",  # plan
        "9679e64e5b0e398d83824d4e424605f35a5801b7b8b2ee6ff8ff65d661b48627",  # weave
        "f5125cb6cc35b613e4cf2a41a28286b932bbc8f653d63062788d370215988525",  # plan
        "556925a9a02cb33dc023ba2171689073edd3d42c2266965522489f8adfa261c8",  # method
    }
)
"""The hashes of the prompts of earlier versions: a slot that still holds one of them was never edited."""
_SHIPPED_BUDGETS = {("DECOMPOSING", "budget"): (160, 320)}
"""(object's name, slot) -> the budget of earlier versions, too small for today's plans, and the one of this."""


def needs_upgrade(world: World) -> bool:
    """Whether the image's kernel objects are of an older version."""
    return world.record.version < VERSION


def upgrade(world: World, prompts: Mapping[tuple[str, str], str], additions: Additions) -> list[str]:
    """Bring the kernel's objects up in the caller's transaction; what was done, as `object.slot`.

    prompts: (object's name, slot) -> the text that is shipped now.
    """
    done = []
    for (name, slot), text in prompts.items():
        holder = world.resolve(name)
        now = own_slots(holder).get(slot)
        if isinstance(now, str) and now != text and sha256_of(now) in _SHIPPED_BEFORE:
            setattr(holder, slot, text)
            done.append(f"{name}.{slot}")
    for (name, slot), (before, now_asked) in _SHIPPED_BUDGETS.items():
        holder = world.resolve(name)
        if own_slots(holder).get(slot) == before:
            setattr(holder, slot, now_asked)
            done.append(f"{name}.{slot}")
    for name, slots in additions(world.resolve).items():
        done += add_missing(world, name, slots)
    world.record.version = VERSION
    return done


def add_missing(world: World, name: str, slots: Mapping[str, Any]) -> list[str]:
    """Give an object the slots it does not have; what was added, as `object.slot`."""
    holder = world.resolve(name)
    missing = {slot: value for slot, value in slots.items() if slot not in own_slots(holder)}
    for slot, value in missing.items():
        setattr(holder, slot, value)
    return [f"{name}.{slot}" for slot in missing]
