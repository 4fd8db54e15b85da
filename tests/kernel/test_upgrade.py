"""An older image is brought up once: what is missing comes, what people made stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from uvm_core.cognition.asking.prompts import default_templates
from uvm_core.image.image import Image
from uvm_core.image.world import World
from uvm_core.kernel.genesis import STATE_BUDGET, facet_descriptions, genesis, prompt_slots
from uvm_core.kernel.upgrade import VERSION, needs_upgrade, upgrade
from uvm_core.memory.catalogue import new_catalogue
from uvm_core.objects import Method, UvmObject, own_slots, sha256_of

SOURCE = "def look(self):\n    return 1\n"
# The prompt of version 1, byte for byte.
OLD_ROBIN = """{# A facet of robin. Data: facet, query, brief {selector, wish, question}, slots (names). #}
=== system
You are Robin. You say in one short sentence what a person wants from a thing.
=== user
{% if brief.question %}
A person asked: {{ brief.question | quoted(400) }}
{% else %}
An object has the slots {{ slots | join(", ") | quoted(160) }}. It got the message {{ brief.selector | quoted(70) }}.{% if brief.wish %} The wish: {{ brief.wish | quoted(200) }}.{% endif %}

{% endif %}
{{ query | quoted(200) }}
"""  # noqa: E501


def nothing(_resolve: Callable[[str], UvmObject]) -> Mapping[str, Mapping[str, Any]]:
    return {}


def more(resolve: Callable[[str], UvmObject]) -> Mapping[str, Mapping[str, Any]]:
    slots = {"look": Method(SOURCE), "friend": resolve("traits_obj"), "temperature": 0.1}
    return {"alfred_prototype_obj": slots}


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Image]:
    """An image as version 1 made it."""
    made = Image(tmp_path / "image")
    with made.session() as session:
        session.begin_bare()
        world = genesis(session.connection, default_templates(), new_catalogue(), nothing)
        world.record.version = 1
        world.resolve("robin_prototype_obj").sage_facet_prompt = OLD_ROBIN
        session.commit("genesis", "Genesis")
    yield made
    made.close()


def brought_up(image: Image) -> list[str]:
    def work(world: World) -> list[str]:
        assert needs_upgrade(world)
        return upgrade(world, prompt_slots(default_templates()), more)

    return list(image.transact(work, "kernel", "Upgrade")[0])


def slots_of(image: Image, name: str) -> dict[str, Any]:
    return image.read(lambda world: dict(own_slots(world.resolve(name))))


def test_what_is_missing_comes_and_what_is_there_stays(old: Image) -> None:
    image = old
    assert sha256_of(OLD_ROBIN) == "4bee7a8bf19a9542d0232f966de598a20c3e538a10f53289f16b2e504ec0a57e"
    done = brought_up(image)
    slots = slots_of(image, "alfred_prototype_obj")
    assert slots["look"].source == SOURCE
    assert slots["temperature"] == 0.4, "a slot that was there keeps its value"
    assert {"alfred_prototype_obj.look", "alfred_prototype_obj.friend"} <= set(done)
    assert "alfred_prototype_obj.temperature" not in done
    assert image.read(lambda world: (world.record.version, needs_upgrade(world))) == (VERSION, False)


def test_a_shipped_prompt_is_renewed_and_an_edited_one_is_not(old: Image) -> None:
    def edit(world: World) -> None:
        world.resolve("DECOMPOSING").prompt = "=== user\nmine"

    old.transact(edit, "person", "Edit")
    done = brought_up(old)
    assert slots_of(old, "DECOMPOSING")["prompt"] == "=== user\nmine"
    now = slots_of(old, "robin_prototype_obj")["sage_facet_prompt"]
    assert now == default_templates()["facet_robin"]
    assert ("robin_prototype_obj.sage_facet_prompt" in done) == (now != OLD_ROBIN)


def test_an_image_whose_plans_asked_one_thing_gets_room_and_descriptions_for_more(old: Image) -> None:
    def edit(world: World) -> None:
        world.resolve("DECOMPOSING").budget = 160
        del world.resolve("brick_prototype_obj").logical_facet_asks
        world.resolve("robin_prototype_obj").sage_facet_asks = "what I want"

    def described(_resolve: Callable[[str], UvmObject]) -> Mapping[str, Mapping[str, Any]]:
        return facet_descriptions()

    old.transact(edit, "person", "Edit")
    done = old.transact(lambda world: upgrade(world, prompt_slots(default_templates()), described), "kernel", "Up")[0]
    assert {"DECOMPOSING.budget", "brick_prototype_obj.logical_facet_asks"} <= set(done)
    assert slots_of(old, "DECOMPOSING")["budget"] == STATE_BUDGET["DECOMPOSING"][1]
    assert "refused" in slots_of(old, "brick_prototype_obj")["logical_facet_asks"]
    assert slots_of(old, "robin_prototype_obj")["sage_facet_asks"] == "what I want"


def test_a_budget_that_a_person_chose_stays(old: Image) -> None:
    def edit(world: World) -> None:
        world.resolve("DECOMPOSING").budget = 99

    old.transact(edit, "person", "Edit")
    brought_up(old)
    assert slots_of(old, "DECOMPOSING")["budget"] == 99
