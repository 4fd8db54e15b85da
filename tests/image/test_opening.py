"""Opening: damaged ends, foreign files, locks, missing rights and full disks, each a sentence and nothing lost."""

from __future__ import annotations

import pickle
import pickletools
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ZODB.Connection import TransactionMetaData
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError
from ZODB.utils import p64, u64

from uvm_core.image.allow_list import allowed, find_class
from uvm_core.image.errors import ImageError
from uvm_core.image.image import IMAGE_FILE, Image
from uvm_core.image.tail import repair_tail
from uvm_core.objects import UvmObject

from .worlds import ROOT, begin, opened, python


def write_counts(directory: Path, numbers: range) -> list[int]:
    """Commit one number after the other; the size of the file after each."""
    sizes = []
    with opened(directory, {"counter": {"count": 0}}) as image:
        for number in numbers:
            image.transact(lambda world, n=number: setattr(world.resolve("counter"), "count", n), "test", f"{number}")
            sizes.append((directory / IMAGE_FILE).stat().st_size)
    return sizes


def count(directory: Path) -> int:
    with opened(directory) as image:
        return image.read(lambda world: world.resolve("counter").count)


def test_a_tail_cut_or_zeroed_anywhere_in_the_last_three_transactions_is_cut_at_the_last_whole_one(
    tmp_path: Path,
) -> None:
    sizes = write_counts(tmp_path / "a", range(1, 6))
    whole = (tmp_path / "a" / IMAGE_FILE).read_bytes()
    assert sizes[-1] == len(whole)
    path = tmp_path / "x.fs"
    for offset in range(sizes[1], len(whole)):
        last = max(size for size in sizes if size <= offset)
        for damaged in (whole[:offset], whole[:offset] + bytes(len(whole) - offset)):
            path.write_bytes(damaged)
            kept = repair_tail(path)
            assert path.read_bytes() == whole[:last], offset
            assert (kept is None) == (damaged == whole[:last])
            if kept is not None:
                assert kept.read_bytes() == damaged[last:]
                kept.unlink()


@pytest.mark.parametrize("zeros", [False, True], ids=["cut", "zeroed"])
def test_a_damaged_tail_opens_at_the_last_whole_transaction_and_takes_new_ones(zeros: bool, tmp_path: Path) -> None:
    directory = tmp_path / "a"
    sizes = write_counts(directory, range(1, 6))
    path = directory / IMAGE_FILE
    whole = path.read_bytes()
    for offset in [sizes[1] + 1, sizes[2] - 1, sizes[2], sizes[3] - 8, sizes[3] + 30, len(whole) - 1]:
        path.write_bytes(whole[:offset] + bytes(len(whole) - offset if zeros else 0))
        wanted = max(number for number, size in enumerate(sizes, 1) if size <= offset)
        assert count(directory) == wanted
        with opened(directory) as image:
            image.transact(lambda world: setattr(world.resolve("counter"), "count", 100), "test", "again")
        assert count(directory) == 100


@settings(max_examples=60)
@given(data=st.data())
def test_damage_in_the_middle_is_never_repaired_by_throwing_whole_transactions_away(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("middle") / "a"
    sizes = write_counts(directory, range(1, 4))
    path = directory / IMAGE_FILE
    whole = path.read_bytes()
    begin_of_last = sizes[-2]
    # The length and the status of a transaction in the middle: without them nothing behind it can be reached.
    place = sizes[-3] + data.draw(st.integers(8, 15))
    path.write_bytes(whole[:place] + b"\xff" + whole[place + 1 :])
    assert place < begin_of_last
    before = path.read_bytes()
    with pytest.raises(ImageError, match="damaged in the middle"):
        Image(directory)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"garbage " * 100, b"PK\3\4" + bytes(100), b"FS21" + bytes(50), b"x"])
def test_a_file_that_is_no_image_is_left_alone_and_said(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / IMAGE_FILE
    path.write_bytes(content)
    if len(content) < 4:
        with opened(tmp_path) as image:
            assert not image.is_new()
        return
    with pytest.raises(ImageError, match="is not an image of BAT OS"):
        Image(tmp_path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", bytes(3), bytes(4096), b"FS30", b"FS30" + bytes(500)])
def test_an_empty_file_or_one_of_zeros_is_a_new_image(content: bytes, tmp_path: Path) -> None:
    (tmp_path / IMAGE_FILE).write_bytes(content)
    image = Image(tmp_path)
    assert image.is_new()
    begin(image)
    image.close()
    with opened(tmp_path) as again:
        assert not again.is_new()


def test_a_locked_image_is_said_to_be_open(tmp_path: Path) -> None:
    with opened(tmp_path / "a"):
        with pytest.raises(ImageError, match="is open already"):
            Image(tmp_path / "a")
        found = python(
            "import sys; from pathlib import Path; from uvm_core.image.image import Image\n"
            "try: Image(Path(sys.argv[1]))\nexcept Exception as e: print(type(e).__name__, e)",
            str(tmp_path / "a"),
        )
        assert found.stdout.startswith("ImageError"), found.stderr
        assert "is open already" in found.stdout
    with opened(tmp_path / "a"):
        pass


def test_a_file_where_the_directory_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    for directory in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(ImageError, match="a file lies where a directory should be"):
            Image(directory)
    assert (tmp_path / "file").read_text() == "kept"
    (tmp_path / "dir" / IMAGE_FILE).mkdir(parents=True)
    with pytest.raises(ImageError, match=r"\.$"):
        Image(tmp_path / "dir")


def test_an_image_that_failed_to_open_is_not_held(tmp_path: Path) -> None:
    write_counts(tmp_path, range(1, 2))
    poison(tmp_path, oid=0)
    with pytest.raises(ImageError):
        Image(tmp_path)
    with pytest.raises(ImageError) as met:
        Image(tmp_path)
    assert "open already" not in str(met.value)


# --- attack files: one for each door through which a pickle comes -----------------------------------------------------


class Attack:
    """Pickles as a call of `open(path, "w")`: a file that appears tells that it ran."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (str(self.path), "w")


def poison(directory: Path, *, oid: int, ran: Path | None = None) -> None:
    """Write a record of a foreign class, or one that runs something, as the newest state of an object."""
    storage = FileStorage(str(directory / IMAGE_FILE), blob_dir=str(directory / "live_image.fs.blob"))
    state = pickle.dumps({"x": Attack(ran) if ran is not None else 1}, 3)
    record = pickle.dumps((Foreign, None), 3) + state if ran is None else pickle.dumps((UvmObject, None), 3) + state
    meta = TransactionMetaData()
    storage.tpc_begin(meta)
    _data, serial = storage.load(p64(oid))
    storage.store(p64(oid), serial, record, "", meta)
    storage.tpc_vote(meta)
    storage.tpc_finish(meta)
    storage.close()


class Foreign:
    """A class that no image holds."""


def test_a_foreign_class_in_an_objects_record_is_refused_and_the_rest_serves(tmp_path: Path) -> None:
    write_counts(tmp_path, range(1, 2))
    with opened(tmp_path) as image:
        number = image.read(lambda world: u64(world.resolve("counter")._p_oid))
    poison(tmp_path, oid=number)
    with opened(tmp_path) as image:
        with pytest.raises(ImageError, match=r"The image names .*Foreign, which no image of BAT OS holds"):
            image.read(lambda world: world.resolve("counter").count)
        assert image.read(lambda world: world.resolve("traits").__class__.__name__) == "UvmObject"


def test_a_call_in_an_objects_record_is_not_run(tmp_path: Path) -> None:
    write_counts(tmp_path, range(1, 2))
    with opened(tmp_path) as image:
        number = image.read(lambda world: u64(world.resolve("counter")._p_oid))
    poison(tmp_path, oid=number, ran=tmp_path / "ran")
    with opened(tmp_path) as image, pytest.raises(ImageError, match=r"names _?io\.open"):
        image.read(lambda world: world.resolve("counter").x)
    assert not (tmp_path / "ran").exists()


def test_a_pickle_in_the_index_is_not_run(tmp_path: Path) -> None:
    write_counts(tmp_path, range(1, 3))
    index = tmp_path / (IMAGE_FILE + ".index")
    index.write_bytes(pickle.dumps({"pos": Attack(tmp_path / "ran"), "index": {}}, 2))
    assert count(tmp_path) == 2
    assert not (tmp_path / "ran").exists()


def test_a_pickle_met_while_a_conflict_is_resolved_is_not_run(tmp_path: Path) -> None:
    write_counts(tmp_path, range(1, 2))
    with opened(tmp_path) as image:
        number = image.read(lambda world: u64(world.resolve("counter")._p_oid))
    with opened(tmp_path) as image:
        good = image.storage.load(p64(number))[0]
        state = pickle.dumps({"x": Attack(tmp_path / "ran")}, 3)
        end = next(place for opcode, _argument, place in pickletools.genops(good) if opcode.name == "STOP")
        bad = good[: end + 1] + state
        with pytest.raises(ConflictError):
            image.storage.tryToResolveConflict(
                p64(number), image.storage.lastTransaction(), image.storage.lastTransaction(), bad
            )
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("builtins", "getattr"),
        ("io", "open"),
        ("BTrees.OOBTree", "__builtins__"),
        ("BTrees.OOBTree.x", "OOBTree"),
        ("BTrees._OOBTree", "OOBTree"),
        ("BTrees.XXBTree", "XXBTree"),
        ("uvm_core.objects.sending", "BoundMethod"),
        ("uvm_core.objects.values", "ReadOnlyList"),
        ("uvm_core.image.image", "Image"),
        ("uvm_core.objects.method", "exec"),
        ("persistent.wref", "WeakRef"),
    ],
)
def test_what_is_not_on_the_list_is_refused_before_it_is_imported(module: str, name: str) -> None:
    assert not allowed(module, name)
    with pytest.raises(ImageError, match="Nothing of it was run"):
        find_class(module, name)


# --- a full disk, and the end of the process at any moment ------------------------------------------------------------

FULL = """
import resource, signal, sys
from pathlib import Path
from tests.image.worlds import opened
from uvm_core.image.errors import ImageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
directory = Path(sys.argv[1])
def put(image, value):
    image.transact(lambda world: setattr(world.resolve("counter"), "text", value), "test", "put")
with opened(directory, {"counter": {"text": ""}}) as image:
    put(image, "before")
    room = (directory / "live_image.fs").stat().st_size + 20_000
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    for _ in range(3):
        try:
            put(image, "x" * 100_000)
            print("kept?")
        except ImageError as problem:
            print("said:", problem)
        assert image.read(lambda world: world.resolve("counter").text) in ("before", "small")
        put(image, "small")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    put(image, "y" * 100_000)
with opened(directory) as image:
    assert image.read(lambda world: world.resolve("counter").text) == "y" * 100_000
    print("cut:", image.cut_away)
"""


def test_a_full_disk_is_said_nothing_is_lost_and_the_next_commit_works(tmp_path: Path) -> None:
    done = python(FULL, str(tmp_path / "a"))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    said = [line for line in lines if line.startswith("said:")]
    assert len(said) == 3
    assert all("this change was not kept" in line for line in said)
    assert lines[-1] == "cut: None"


WRITER = """
import sys
from pathlib import Path
from uvm_core.image.image import Image
from uvm_core.image.edits import put_slot
from uvm_core.image.committer import Committer
image = Image(Path(sys.argv[1]))
committer = Committer(image)
committer.start()
start = image.read(lambda world: world.resolve("counter").count)
def edit(number):
    def work(world):
        return None, [put_slot(world, world.resolve("counter"), "count", number)], "count"
    return committer.submit(work, "person")
number = start
while True:
    futures = [(number + step, edit(number + step)) for step in range(1, 4)]
    number += 3
    for done, future in futures:
        future.result()
        sys.stdout.write(f"{done}\\n")
    sys.stdout.flush()
"""


def test_every_acknowledged_commit_is_there_after_a_kill(tmp_path: Path) -> None:
    directory = tmp_path / "a"
    write_counts(directory, range(1, 2))
    acknowledged = 1
    for turn in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(directory)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(1 + 5 * turn):
            line = writer.stdout.readline()
            assert line
            acknowledged = int(line)
        writer.send_signal(signal.SIGKILL)
        rest = [line for line in writer.stdout.read().split("\n") if line.strip()]
        writer.wait()
        writer.stdout.close()
        # The last line may have been cut by the kill; every other one was said.
        acknowledged = max([acknowledged, *map(int, rest[:-1])])
        with opened(directory) as image:
            found, edits = image.read(lambda world: (world.resolve("counter").count, len(world.record.edits)))
            assert found >= acknowledged
            assert edits == found - 1
        acknowledged = found


def test_a_transaction_note_is_bounded_and_any_text(tmp_path: Path) -> None:
    with opened(tmp_path / "a", {"counter": {"count": 0}}) as image:
        image.transact(
            lambda world: setattr(world.resolve("counter"), "count", 1), "who\ud800" * 100, "words \ud800 ü" * 10_000
        )
        assert image.read(lambda world: world.resolve("counter").count) == 1


def test_a_commit_says_which_transaction_it_was_also_after_a_merge(tmp_path: Path) -> None:
    with opened(tmp_path / "a", {"counter": {"count": 0}}) as image, image.session() as one, image.session() as two:
        heard: list[Any] = []
        image.listeners += [lambda done: done / 0, heard.append]
        first, second = one.begin(), two.begin()
        first.resolve("counter").a = 1
        second.resolve("counter").b = 1
        before = one.commit("test", "a")
        merged = two.commit("test", "b")
        assert before.tid < merged.tid == image.tid == two.tid
        number = image.read(lambda world: u64(world.resolve("counter")._p_oid))
        assert merged.objects == {number}
        assert heard == [before, merged]
        world = two.begin()
        world.resolve("counter").c = 1
        two.manager.savepoint()
        assert two.commit("test", "c").objects == {number}
