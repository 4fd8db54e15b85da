"""Choosing a model on pLLM_obj's morph: the list, fetching, using, leaving off, what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from morphic_ui.model.link import Refusal
from morphic_ui.steward.models import Models, megabytes, row_of

from .link_memory import MODELS
from .memory_link import MemoryLink
from .worlds import MODEL, Bench, bench, workshop

SMALL, MIDDLE, CODER, LARGE, HUGE, SERVER = (str(row["id"]) for row in MODELS)


def prepared() -> MemoryLink:
    link = workshop()
    link.models = [dict(row) for row in MODELS]
    link.model = {"id": SMALL, "state": "awake", "words": "", "device": "cpu", "experts": []}
    return link


@pytest.fixture
def world() -> Bench:
    made = bench(prepared())
    made.click(MODEL, "title")
    return made


def asked(world: Bench, action: str) -> list[dict[str, Any]]:
    return [call for call in world.calls("model") if call["action"] == action]


def button(world: Bench, ident: str) -> str:
    """What stands on a model's button; empty where it has none."""
    found = world.desk.scene.layout(world.desk.scene.rows[MODEL]).part(f"choose:{ident}")
    return "" if found is None else str(found.label)


def value(world: Bench, ident: str) -> str:
    found = world.desk.scene.layout(world.desk.scene.rows[MODEL]).part(f"model:{ident}")
    assert found is not None
    return str(found.value)


def test_each_model_is_a_row_with_one_button(world: Bench) -> None:
    assert len(asked(world, "list")) == 1
    assert [button(world, str(row["id"])) for row in MODELS] == ["", "Use", "Fetch", "Use", "Fetch", "Use"]
    words = world.texts(MODEL)
    assert "SmolLM2 360M Instruct" in words
    assert any(text.startswith("in the image · 725 MB") for text in words)
    assert "needs 1.3 GB of memory" in value(world, CODER)
    assert "127.0.0.1:8080/v1" in words, "a server without a title is called by its address"


def test_nobody_asks_while_the_morph_is_closed() -> None:
    closed = bench(prepared())
    closed.link.model_event(CODER, "fetching", share=0.1)
    closed.flush()
    assert not closed.calls("model")


def test_a_single_model_is_no_choice() -> None:
    link = prepared()
    link.models = []
    alone = bench(link)
    alone.click(MODEL, "title")
    assert "Models" not in alone.texts(MODEL)


def test_a_model_is_fetched_with_its_progress_and_then_used(world: Bench) -> None:
    world.click(MODEL, f"choose:{CODER}")
    assert asked(world, "get") == [{"action": "get", "model_id": CODER}]
    assert button(world, CODER) == "Cancel"
    world.link.model_event(CODER, "fetching", "fetching the weights", share=0.43)
    world.flush()
    assert value(world, CODER) == "43 % · fetching the weights"
    assert "smollm2-135m" in world.texts(MODEL), "the head still names the model that thinks"
    world.link.models[2]["state"] = "on this machine"
    world.link.model_event(CODER, "on this machine")
    world.flush()
    assert button(world, CODER) == "Use"
    world.click(MODEL, f"choose:{CODER}")
    assert asked(world, "use") == [{"action": "use", "model_id": CODER}]
    world.link.woken(CODER)
    world.flush()
    assert [button(world, one) for one in (SMALL, CODER)] == ["Use", ""]
    assert CODER in world.texts(MODEL)


def test_what_is_under_way_is_cancelled(world: Bench) -> None:
    world.click(MODEL, f"choose:{CODER}")
    world.click(MODEL, f"choose:{CODER}")
    assert asked(world, "cancel") == [{"action": "cancel", "model_id": CODER}]
    assert button(world, CODER) == "Fetch"


def test_what_will_not_fit_is_refused_in_words_under_its_row(world: Bench) -> None:
    world.click(MODEL, f"choose:{HUGE}")
    said = " ".join(world.texts(MODEL))
    assert "It needs 16.8 GB of memory, and this machine has 3.9 GB free" in said
    assert button(world, HUGE) == "Fetch"
    world.link.models[4].pop("too_large")
    world.click(MODEL, f"choose:{HUGE}")
    assert "16.8 GB of memory, and" not in " ".join(world.texts(MODEL)), "asked again: the old sentence goes"


def test_a_fetch_that_fails_says_why_in_its_row(world: Bench) -> None:
    world.click(MODEL, f"choose:{CODER}")
    world.link.model_event(CODER, "failed", "The network went away; what came is kept.")
    world.flush()
    assert "what came is kept" in " ".join(world.texts(MODEL))
    assert button(world, CODER) == "Fetch"
    assert world.desk.notes.model.startswith("smollm2-135m")


def test_an_answer_on_its_way_takes_no_second_press(world: Bench) -> None:
    world.link.held = True
    world.click(MODEL, f"choose:{CODER}")
    world.click(MODEL, f"choose:{CODER}")
    assert len(asked(world, "get")) == 1
    world.link.held = False
    world.flush()
    assert button(world, CODER) == "Cancel"


def test_the_list_is_asked_for_when_a_state_changes_and_not_for_every_percent(world: Bench) -> None:
    before = len(asked(world, "list"))
    for number in range(20):
        world.link.model_event(CODER, "fetching", share=number / 20)
        world.flush()
    assert len(asked(world, "list")) == before + 1
    world.link.model_event(CODER, "on this machine")
    world.flush()
    assert len(asked(world, "list")) == before + 2


def test_the_keyboard_goes_from_model_to_model_and_presses(world: Bench) -> None:
    world.key("f")
    assert world.desk.scene.focus[1] == f"choose:{MIDDLE}"
    world.key("f")
    world.key("enter")
    assert asked(world, "get") == [{"action": "get", "model_id": CODER}]
    assert world.outliner(MODEL).open, "Enter presses the button and does not close the morph"
    world.key("enter")
    assert asked(world, "cancel")


def test_a_list_that_is_refused_is_a_sentence() -> None:
    link = prepared()
    link.refuse["model"] = Refusal("busy", "The image is being packed.")
    refused = bench(link)
    refused.click(MODEL, "title")
    assert "The image is being packed." in " ".join(refused.texts(MODEL))


def test_after_the_image_was_away_nothing_old_is_under_way(world: Bench) -> None:
    world.click(MODEL, f"choose:{CODER}")
    world.link.die()
    world.flush()
    world.link.come_back()
    world.flush()
    assert button(world, CODER) == "Fetch"


def test_unknown_and_missing_fields_do_no_harm() -> None:
    row = row_of({"id": "owner/some-model", "state": "dreaming", "colour": "blue", "size_mb": "much"})
    assert (row.title, row.size, row.current) == ("some-model", None, False)
    models = Models()
    models.listed([None, {"title": "nameless"}, {"id": "a", "state": "awake"}, {"id": "b"}])
    assert [one.id for one in models.rows] == ["a", "b"]
    assert (models.step(models.rows[0]), models.step(models.rows[1])) == ("", "use")
    models.listed("nothing")
    assert not models.rows


def test_sizes_are_short() -> None:
    assert [megabytes(one) for one in (None, 270.4, 1000, 1646, 15200)] == ["", "270 MB", "1 GB", "1.6 GB", "15.2 GB"]
