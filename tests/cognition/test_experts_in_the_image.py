"""Experts in a living image: brought in once, replaced when they change, refused without harm; the mind over them."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cognition.conftest import MadeAdapters
from tests.cognition.making_adapters import NAMES, change_json, change_tensors, copy_of
from uvm_core.cognition.engines.engine import Ask, EngineUnavailable
from uvm_core.cognition.mind import Mind, MindOptions
from uvm_core.cognition.model_thread import Timing
from uvm_core.cognition.models.adapters import CARD, CONFIG, WEIGHTS
from uvm_core.cognition.models.blobs import stored_experts
from uvm_core.cognition.models.copies import ConvertedModel
from uvm_core.cognition.models.incarnation import Roster, incarnate
from uvm_core.image.image import Image
from uvm_core.image.world import World
from uvm_core.objects import own_slots
from uvm_core.uvm import begin_image

PATIENCE = 120


@pytest.fixture
def image(image_dir: Path) -> Iterator[Image]:
    opened = Image(image_dir)
    begin_image(opened)
    yield opened
    if opened.is_open:
        opened.close()


@pytest.fixture
def staging(made_adapters: MadeAdapters, tmp_path: Path) -> Path:
    """A staging folder of two experts, to be changed."""
    for name in ("alfred", "brick"):
        copy_of(made_adapters.folder / name, tmp_path / "staging", name)
    return tmp_path / "staging"


def bring(image: Image, model: ConvertedModel, *folders: Path) -> Roster:
    return incarnate(image, folders, model.files, model.manifest)


def problems(roster: Roster) -> dict[str, str]:
    return {row["name"]: row["problem"] for row in roster.rows}


def proxy_of(image: Image, name: str) -> dict[str, Any]:
    def read(world: World) -> dict[str, Any]:
        proxy = own_slots(world.resolve("pLLM_obj"))["lora_repository"][name]
        slots = own_slots(proxy)
        return {**slots, "model_blob": sorted(slots["model_blob"]), "parent*": None, "id": world.id_of(proxy)}

    return image.read(read)


def test_what_is_staged_is_in_the_image_by_name_and_content(
    image: Image, model_files: ConvertedModel, staging: Path
) -> None:
    roster = bring(image, model_files, staging)
    assert [adapter.name for adapter in roster.adapters] == ["ALFRED", "BRICK"]
    assert problems(roster) == {"ALFRED": "", "BRICK": ""}
    proxy = proxy_of(image, "ALFRED")
    assert proxy["adapter_name"] == "ALFRED"
    assert proxy["model_blob"] == sorted([WEIGHTS, CONFIG, CARD])
    assert proxy["card"] == json.loads((staging / "alfred" / CARD).read_text())
    assert "state" not in proxy
    for adapter in roster.adapters:
        blob = adapter.files[WEIGHTS]
        assert image.directory in blob.parents
        assert blob.read_bytes() == (staging / adapter.name.lower() / WEIGHTS).read_bytes()


def test_a_start_that_finds_nothing_new_writes_nothing(
    image: Image, model_files: ConvertedModel, staging: Path
) -> None:
    first = bring(image, model_files, staging)
    tid = image.tid
    assert bring(image, model_files, staging) == first
    assert bring(image, model_files) == first
    assert image.tid == tid


def test_a_changed_expert_replaces_the_one_before_in_the_same_proxy(
    image: Image, model_files: ConvertedModel, staging: Path
) -> None:
    bring(image, model_files, staging)
    before, tid = proxy_of(image, "ALFRED"), image.tid
    change_tensors(staging / "alfred" / WEIGHTS, lambda tensors: next(iter(tensors.values())).mul_(2))
    roster = bring(image, model_files, staging)
    after = proxy_of(image, "ALFRED")
    assert (after["id"], after["adapter_name"]) == (before["id"], "ALFRED")
    assert after["sha256"] != before["sha256"]
    assert roster.adapters[0].sha256 == after["sha256"]
    assert proxy_of(image, "BRICK")["sha256"] == roster.adapters[1].sha256
    # One transaction for the new one, and none for those that did not change.
    assert image.tid > tid
    assert [row["description"] for row in image.database.undoLog(0, 3)] == [
        "The expert ALFRED",
        "The expert BRICK",
        "The expert ALFRED",
    ]


def test_a_refused_one_leaves_the_others_and_the_one_before_it(
    image: Image, model_files: ConvertedModel, staging: Path
) -> None:
    before = bring(image, model_files, staging)
    change_json(staging / "alfred" / CONFIG, {"modules_to_save": ["lm_head"]})
    change_json(copy_of(staging / "brick", staging, "robin") / CARD, {"base_model_sha256": "0" * 64})
    after = bring(image, model_files, staging)
    assert after.adapters == before.adapters
    found = problems(after)
    assert "modules_to_save" in found["ALFRED"]
    assert "another model" in found["ROBIN"]
    assert found["BRICK"] == ""
    assert set(stored_experts(image)) == {"ALFRED", "BRICK"}


def test_a_damaged_blob_is_brought_in_again_or_said(image: Image, model_files: ConvertedModel, staging: Path) -> None:
    def damage() -> None:
        blob = stored_experts(image)["ALFRED"].files[WEIGHTS]
        blob.chmod(0o600)
        blob.write_bytes(blob.read_bytes()[:-8] + b"moths!!!")

    bring(image, model_files, staging)
    damage()
    alone = bring(image, model_files)
    assert "damaged" in problems(alone)["ALFRED"]
    assert [adapter.name for adapter in alone.adapters] == ["BRICK"]
    assert problems(bring(image, model_files, staging)) == {"ALFRED": "", "BRICK": ""}


def test_a_repository_that_a_person_has_changed_is_no_crash(
    image: Image, model_files: ConvertedModel, staging: Path
) -> None:
    image.transact(lambda world: setattr(world.resolve("pLLM_obj"), "lora_repository", 3), "person", "x")
    roster = bring(image, model_files, staging)
    assert roster.adapters == ()
    assert all("no table any more" in words for words in problems(roster).values())


# the mind


@dataclass
class Heard:
    """What a mind told of."""

    events: list[dict[str, Any]] = field(default_factory=list)
    swaps: list[tuple[str, float]] = field(default_factory=list)
    jobs: list[Timing] = field(default_factory=list)
    awake: threading.Event = field(default_factory=threading.Event)

    def state(self, problem: str | None) -> None:
        if problem is None:
            self.awake.set()


def mind_over(image: Image, options: MindOptions) -> tuple[Mind, Heard]:
    heard = Heard()
    mind = Mind(
        image,
        options,
        heard.state,
        heard.events.append,
        on_swap=lambda *swap: heard.swaps.append(swap),
        on_job=heard.jobs.append,
    )
    mind.wake()
    return mind, heard


def test_cold_warm_and_hot_over_two_starts(made_adapters: MadeAdapters, image: Image, tmp_path: Path) -> None:
    staging = tmp_path / "staging"
    shutil.copytree(made_adapters.folder, staging)
    change_json(copy_of(staging / "brick", staging, "sage") / CARD, {"base_model_sha256": "0" * 64})
    mind, heard = mind_over(image, MindOptions(model="smollm2", adapters=(staging,)))
    assert heard.awake.wait(PATIENCE)
    rows = {row["name"]: row for row in mind.describe()["experts"]}
    assert {name: row["state"] for name, row in rows.items()} == {**dict.fromkeys(NAMES, "warm"), "SAGE": "refused"}
    assert rows["BRICK"]["size"] > 1_000_000
    assert "another model" in rows["SAGE"]["problem"]
    assert mind.notes() == [], "an adapter for another model is nothing to tell of"

    assert mind.activate("brick") == "hot"
    assert mind.activate("SAGE") == mind.activate("SPOCK") == "bare"
    assert (mind.expert_state("Brick"), mind.expert_state("ROBIN"), mind.expert_state("SAGE")) == (
        "hot",
        "warm",
        "bare",
    )
    job = mind.submit(
        lambda engine, _cancel: engine.generate(Ask([{"role": "user", "content": "Hi"}], expert="ROBIN", max_tokens=3))
    )
    assert job.future.result(PATIENCE).tokens > 0
    assert [name for name, _ in heard.swaps] == ["BRICK", "ROBIN"]
    assert heard.jobs[-1].tokens > 0
    told = [[row["name"] for row in event["model"]["experts"] if row["state"] == "hot"] for event in heard.events]
    assert [hot for hot in told if hot] == [["BRICK"], ["ROBIN"]]
    mind.close()

    # Another start, with nothing staged any more: the blobs serve, and nothing of the states was stored.
    tid = image.tid
    again, heard = mind_over(image, MindOptions(adapters=()))
    assert heard.awake.wait(PATIENCE)
    assert {row["name"]: row["state"] for row in again.describe()["experts"]} == dict.fromkeys(NAMES, "warm")
    assert again.notes() == []
    assert image.tid == tid
    again.close()

    # And one without a model: they are there, cold, and nobody can make them hot.
    without, _ = mind_over(image, MindOptions(no_model=True))
    without._bringer.join(PATIENCE)  # type: ignore[union-attr]
    assert {row["state"] for row in without.describe()["experts"]} == {"cold"}
    assert without.activate("SPOCK") == "bare"
    with pytest.raises(EngineUnavailable, match="without a model"):
        without.activate("BRICK")
    without.close()
