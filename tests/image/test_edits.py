"""Edits and undo through the real committer, on a real file: what stands is what the edits say, in any order."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from uvm_core.image import edits
from uvm_core.image.committer import Committer, Done
from uvm_core.image.edits import Change
from uvm_core.image.errors import Refused
from uvm_core.image.image import Image
from uvm_core.image.world import World
from uvm_core.objects import Method, Primitive, UvmObject, own_slots, slot_names

from .worlds import begin, opened, world_picture

Work = Callable[[World], tuple[Any, list[Change], str]]
OBJECTS: dict[str, dict[str, Any]] = {
    "alpha": {"a": 1, "b": [1, 2], "c": {"k": 1}},
    "beta": {"a": 2, "m": Method("def m(self):\n    return 1\n")},
    "gamma": {"a": True},
}
SLOTS = ("a", "b", "c", "d", "m", "parent*", "more*")


def sentence(problem: BaseException) -> bool:
    return str(problem).endswith(".") and " " in str(problem)


def value_for(world: World, slot: str, value: Any) -> Any:
    if slot.endswith("*"):
        return [world.resolve(name) for name in value] if isinstance(value, list) else world.resolve(value)
    if value == "method":
        return Method(f"def {slot}(self):\n    return 7\n")
    return world.resolve("beta") if value == "reference" else value


data_values = st.one_of(
    st.sampled_from([0, 1, True, None, "x", 1.0, float("nan"), "method", "reference"]),
    st.lists(st.integers(0, 2), max_size=2),
    st.dictionaries(st.sampled_from("xy"), st.lists(st.integers(0, 1), max_size=1), max_size=2),
)
NAMES = ("alpha", "beta", "gamma")
parent_values = st.one_of(
    st.sampled_from(["traits", *NAMES]), st.lists(st.sampled_from(["traits", *NAMES]), max_size=3)
)


class Edits(RuleBasedStateMachine):
    """Random edits, undone and done again in any order, with reopenings between."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="edits-"))
        self.before: dict[int, dict[str, Any]] = {}
        self.after: dict[int, dict[str, Any]] = {}
        self.stack: list[int] = []
        self.open()

    def open(self) -> None:
        self.image = Image(self.directory / "image")
        if self.image.is_new():
            begin(self.image, OBJECTS)
        self.committer = Committer(self.image)
        self.committer.start()

    def close(self) -> None:
        self.committer.close()
        self.image.close()

    def teardown(self) -> None:
        self.close()
        shutil.rmtree(self.directory)

    def do(self, work: Work, *, undo: bool = False) -> Done | None:
        """Make an edit; a refused one says why and has changed nothing at all."""
        before = world_picture(self.image)
        try:
            done = self.committer.submit(work, "person", undo).result(30)
        except Refused as problem:
            assert sentence(problem)
            assert world_picture(self.image) == before
            return None
        assert done.edit is not None
        self.before[done.edit], self.after[done.edit] = before, world_picture(self.image)
        return done

    @initialize()
    def start(self) -> None:
        self.first = world_picture(self.image)

    @rule(name=st.sampled_from(NAMES), slot=st.sampled_from(SLOTS), data=st.data())
    def put(self, name: str, slot: str, data: st.DataObject) -> None:
        value = data.draw(parent_values if slot.endswith("*") else data_values)

        def work(world: World) -> tuple[Any, list[Change], str]:
            return None, [edits.put_slot(world, world.resolve(name), slot, value_for(world, slot, value))], "put"

        others = {other: slots for other, slots in world_picture(self.image).items() if other != name}
        if self.do(work) is not None:
            now = world_picture(self.image)
            assert {other: slots for other, slots in now.items() if other != name} == others

    @rule(name=st.sampled_from(NAMES), slot=st.sampled_from(SLOTS))
    def remove(self, name: str, slot: str) -> None:
        self.do(lambda world: (None, [edits.remove_slot(world, world.resolve(name), slot)], "remove"))

    @rule(name=st.sampled_from(NAMES), slot=st.sampled_from(SLOTS), to=st.sampled_from([*SLOTS, "e", "class", "__x"]))
    def rename(self, name: str, slot: str, to: str) -> None:
        before = world_picture(self.image).get(name)
        if self.do(lambda world: (None, edits.rename_slot(world, world.resolve(name), slot, to), "rename")) is not None:
            assert before is not None
            wanted = [(to if was == slot else was, value) for was, value in before]
            assert world_picture(self.image)[name] == wanted, "a slot keeps its place when it is renamed"

    @rule(parent=st.sampled_from(NAMES), name=st.sampled_from([None, "new", "alpha", "7"]))
    def new(self, parent: str, name: str | None) -> None:
        def work(world: World) -> tuple[Any, list[Change], str]:
            made, change = edits.new_object(world, world.resolve(parent), name, {"x": [1]})
            return world.id_of(made), [change], "new"

        self.do(work)

    @rule(name=st.sampled_from([*NAMES, "traits"]))
    def clone(self, name: str) -> None:
        def work(world: World) -> tuple[Any, list[Change], str]:
            made, change = edits.clone_object(world, world.resolve(name))
            return world.id_of(made), [change], "clone"

        self.do(work)

    @rule(name=st.sampled_from(["alpha", "beta", "gamma", "new", "alpha_2", "traits"]))
    def delete(self, name: str) -> None:
        self.do(lambda world: (None, [edits.delete_object(world, world.resolve(name))], "delete"))

    @rule(data=st.data())
    @precondition(lambda self: self.after)
    def undo_any(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.after)))
        self.undo(number)

    @rule()
    @precondition(lambda self: self.after)
    def undo_and_redo_the_last(self) -> None:
        last = max(self.after)
        undone = self.undo(last)
        assert undone is not None, "the last edit can always be undone"
        redone = self.undo(undone)
        assert redone is not None, "and done again"

    def undo(self, number: int) -> int | None:
        untouched = world_picture(self.image) == self.after[number]

        def work(world: World) -> tuple[Any, list[Change], str]:
            return number, edits.undo(world, world.record.edits[number]), "undo"

        done = self.do(work, undo=True)
        if done is None:
            return None
        assert done.edit is not None
        if untouched:
            assert world_picture(self.image) == self.before[number], "what stood before stands again, in its order"
        return done.edit

    @rule()
    def reopen(self) -> None:
        before = world_picture(self.image)
        self.close()
        self.open()
        assert world_picture(self.image) == before

    @invariant()
    def nobody_delegates_in_a_loop(self) -> None:
        def look(world: World) -> bool:
            return any(
                world.delegates_to(parent, made) for _number, made in world.all() for parent in edits.parents(made)
            )

        assert not self.image.read(look)

    @invariant()
    def names_and_objects_agree(self) -> None:
        def look(world: World) -> bool:
            record = world.record
            return {name: world.id_of(made) for name, made in record.names.items()} == {
                label: number for number, label in record.labels.items()
            } and not set(record.objects) & set(record.deleted)

        assert self.image.read(look)


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=25, stateful_step_count=20)


# --- single edits -----------------------------------------------------------------------------------------------------


def edit(image: Image, work: Work, *, undo: bool = False) -> Done:
    committer = Committer(image)
    committer.start()
    try:
        return committer.submit(work, "person", undo).result(30)
    finally:
        committer.close()


def put(name: str, slot: str, value: Any) -> Work:
    def work(world: World) -> tuple[Any, list[Change], str]:
        return None, [edits.put_slot(world, world.resolve(name), slot, value_for(world, slot, value))], f"Set {slot}"

    return work


def undoing(number: int) -> Work:
    return lambda world: (number, edits.undo(world, world.record.edits[number]), "undo")


def test_setting_a_sequence_of_parents_can_be_undone(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image:
        done = edit(image, put("alpha", "more*", ["beta", "gamma"]))
        assert done.edit is not None
        before = world_picture(image)["beta"]
        edit(image, undoing(done.edit), undo=True)
        assert image.read(lambda world: slot_names(world.resolve("alpha"))) == ["parent*", "a", "b", "c"]
        assert world_picture(image)["beta"] == before


def test_undo_is_refused_where_something_else_was_written_since(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image:
        done = edit(image, put("alpha", "a", 5))
        edit(image, put("alpha", "a", 6))
        assert done.edit is not None
        with pytest.raises(Refused, match=r"slot 'a' of alpha was changed after edit") as met:
            edit(image, undoing(done.edit), undo=True)
        assert met.value.code == "touched"
        assert image.read(lambda world: world.resolve("alpha").a) == 6


def test_undo_does_not_make_a_loop_of_parents(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image:
        first = edit(image, put("alpha", "more*", "beta"))
        assert first.edit is not None
        back = edit(image, undoing(first.edit), undo=True)
        edit(image, put("beta", "more*", "alpha"))
        assert back.edit is not None
        with pytest.raises(Refused, match="it would make a loop"):
            edit(image, undoing(back.edit), undo=True)


def test_undo_twice_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image:
        done = edit(image, put("alpha", "a", 5))
        assert done.edit is not None
        edit(image, undoing(done.edit), undo=True)
        with pytest.raises(Refused, match="is undone already"):
            edit(image, undoing(done.edit), undo=True)


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (put("traits", "clone", 1), "primitive"),
        (put("alpha", "__class__", 1), "bad_slot"),
        (put("alpha", "x", Method("def y(self):\n    return 1\n")), "bad_slot"),
        (put("alpha", "x", Method("no python")), "bad_slot"),
        (put("alpha", "parent*", "alpha"), "loop"),
        (put("traits", "parent*", ["alpha"]), "loop"),
        (lambda world: (None, [edits.put_slot(world, world.resolve("alpha"), "p*", {1})], ""), "bad_slot"),
        (lambda world: (None, [edits.remove_slot(world, world.resolve("alpha"), "zz")], ""), "no_slot"),
        (lambda world: (None, edits.rename_slot(world, world.resolve("traits"), "clone", "x"), ""), "primitive"),
        (lambda world: (None, edits.rename_slot(world, world.resolve("beta"), "m", "x"), ""), "bad_slot"),
        (lambda world: (None, edits.rename_slot(world, world.resolve("beta"), "a", "a*"), ""), "bad_slot"),
        (lambda world: (None, [edits.delete_object(world, world.resolve("traits"))], ""), "has_children"),
        (lambda world: (None, [edits.new_object(world, world.resolve("alpha"), "beta", {})[1]], ""), "bad_name"),
        (
            lambda world: (None, [edits.new_object(world, world.resolve("alpha"), None, {"class": 1})[1]], ""),
            "bad_slot",
        ),
        (lambda world: (world.resolve("nobody"), [], ""), "unknown_object"),
        (lambda world: (world.resolve(True), [], ""), "unknown_object"),
        (lambda world: (world.resolve(-1), [], ""), "unknown_object"),
        (lambda world: (world.resolve(1 << 70), [], ""), "unknown_object"),
        (lambda world: (world.resolve("²"), [], ""), "unknown_object"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_with_a_sentence_and_changes_nothing(
    work: Work, code: str, tmp_path: Path
) -> None:
    with opened(tmp_path, OBJECTS) as image:
        before, tid = world_picture(image), image.tid
        with pytest.raises(Refused) as met:
            edit(image, work)
        assert met.value.code == code
        assert sentence(met.value)
        assert (world_picture(image), image.tid) == (before, tid)


def test_a_refused_rename_has_written_nothing_even_before_the_abort(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image, image.session() as session:
        world = session.begin()
        with pytest.raises(Refused):
            edits.rename_slot(world, world.resolve("traits"), "clone", "copy")
        assert "copy" not in own_slots(world.resolve("traits"))


# --- the committer ----------------------------------------------------------------------------------------------------


def test_what_waits_is_committed_in_one_transaction_and_a_bad_edit_is_refused_alone(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image:
        heard: list[Any] = []
        image.listeners.append(heard.append)
        committer = Committer(image)
        futures = [committer.submit(put("alpha", f"s{number}", number), "person") for number in range(50)]
        bad = committer.submit(put("alpha", "__class__", 1), "person")
        broken = committer.submit(lambda world: world / 0, "person")  # type: ignore[operator]
        cancelled = committer.submit(put("alpha", "never", 1), "person")
        assert cancelled.cancel()
        late = committer.submit(put("alpha", "late", 1), "someone else")
        committer.start()
        numbers = [future.result(30).edit for future in [*futures, late]]
        assert len(heard) == 1 == committer.commits
        assert {future.result().committed.tid for future in futures} == {image.tid}
        assert len(set(numbers)) == 51
        with pytest.raises(Refused):
            bad.result(30)
        with pytest.raises(TypeError):
            broken.result(30)
        committer.close()
        slots = image.read(lambda world: own_slots(world.resolve("alpha")))
        assert [slots[f"s{number}"] for number in range(50)] == list(range(50))
        assert slots["late"] == 1
        assert "never" not in slots


def test_an_edit_that_cannot_be_stored_is_refused_alone_and_the_committer_lives(tmp_path: Path) -> None:
    def poison(world: World) -> tuple[Any, list[Change], str]:
        world.resolve("alpha").b.append(lambda: 1)
        return None, [edits.put_slot(world, world.resolve("alpha"), "a", 9)], "poison"

    with opened(tmp_path, OBJECTS) as image:
        committer = Committer(image)
        futures = [committer.submit(work, "person") for work in (put("beta", "a", 1), poison, put("gamma", "a", 1))]
        committer.start()
        assert [futures[place].result(30).edit is not None for place in (0, 2)] == [True, True]
        with pytest.raises(Refused, match="'b' cannot be kept"):
            futures[1].result(30)
        assert committer.submit(put("alpha", "a", 3), "person").result(30).edit is not None
        committer.close()
        assert image.read(lambda world: (world.resolve("alpha").a, world.resolve("alpha").b)) == (3, [1, 2])


def test_an_edit_after_the_end_is_answered_and_not_left_waiting(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image:
        committer = Committer(image)
        committer.start()
        last = committer.submit(put("alpha", "a", 3), "person")
        committer.close()
        assert last.result(0).edit is not None
        with pytest.raises(Refused, match="closing"):
            committer.submit(put("alpha", "a", 4), "person").result(0)


def test_an_answer_comes_after_the_commit(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image:
        committer = Committer(image)
        seen: list[tuple[int, int]] = []
        done = threading.Event()

        def look(future: Any) -> None:
            seen.append((future.result().committed.tid, image.read(lambda world: world.resolve("alpha").a)))
            done.set()

        future = committer.submit(put("alpha", "a", 77), "person")
        future.add_done_callback(look)
        committer.start()
        assert done.wait(30)
        committer.close()
        assert seen == [(image.tid, 77)]


def test_edits_of_persons_and_installs_of_cycles_never_lose_each_other(tmp_path: Path) -> None:
    with opened(tmp_path, {"alpha": {}}) as image:
        committer = Committer(image)
        committer.start()
        lost: list[BaseException] = []

        def install(number: int) -> None:
            def work(world: World) -> None:
                source = f"def install{number}(self):\n    return {number}\n"
                change = edits.put_slot(world, world.resolve("alpha"), f"install{number}", Method(source))
                edits.record(world, image.next_number("edits"), f"cycle {number}", "Install", [change])

            try:
                image.transact(work, f"cycle {number}", "Install")
            except BaseException as problem:  # noqa: BLE001 - carried to the test's own thread
                lost.append(problem)

        threads = [threading.Thread(target=install, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        futures = [committer.submit(put("alpha", f"edit{number}", number), "person") for number in range(60)]
        for thread in threads:
            thread.join()
        assert [future.result(30).edit is not None for future in futures] == [True] * 60
        committer.close()
        assert lost == []
        names = set(image.read(lambda world: slot_names(world.resolve("alpha"))))
        assert names == {"parent*", *(f"install{n}" for n in range(12)), *(f"edit{n}" for n in range(60))}
        assert image.read(lambda world: len(world.record.edits)) == 72


def test_primitives_are_shown_and_never_made_by_edits(tmp_path: Path) -> None:
    with opened(tmp_path, OBJECTS) as image:
        kinds = image.read(lambda world: {type(v) for v in own_slots(world.resolve("traits")).values()})
        assert kinds == {Primitive}

        def cloning(world: World) -> tuple[Any, list[Change], str]:
            made, change = edits.clone_object(world, world.resolve("alpha"))
            return world.name_of(made), [change], "clone"

        assert edit(image, cloning).answer == "alpha_2"
        assert image.read(lambda world: isinstance(world.resolve("alpha_2"), UvmObject))
