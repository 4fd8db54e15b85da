"""One UVM per image."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from uvm_core.bridge.lock import ImageLock, ImageLocked, holder_of, lock_file


def test_a_second_one_learns_who_holds_the_image(image_dir: Path) -> None:
    lock = ImageLock.acquire(image_dir)
    lock.note("ipc:///somewhere")
    with pytest.raises(ImageLocked, match=rf"process {os.getpid()} at ipc:///somewhere") as locked:
        ImageLock.acquire(image_dir)
    assert locked.value.holder.pid == os.getpid()
    holder = holder_of(image_dir)
    assert holder is not None
    assert holder.endpoint == "ipc:///somewhere"
    lock.release()
    lock.release()
    assert holder_of(image_dir) is None
    ImageLock.acquire(image_dir).release()


def test_looking_takes_nothing_away(image_dir: Path) -> None:
    assert holder_of(image_dir) is None
    lock = ImageLock.acquire(image_dir)
    assert holder_of(image_dir) is not None
    assert holder_of(image_dir) is not None
    lock.release()


def test_a_lock_file_left_by_the_dead_is_free(image_dir: Path) -> None:
    image_dir.mkdir()
    lock_file(image_dir).write_text('{"pid": 1, "endpoint": null}')
    assert holder_of(image_dir) is None
    lock_file(image_dir).write_text("torn {")
    ImageLock.acquire(image_dir).release()


def test_the_lock_lives_as_long_as_a_child_that_inherited_it(image_dir: Path) -> None:
    lock = ImageLock.acquire(image_dir)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(lock.descriptor,))
    lock.release()
    assert holder_of(image_dir) is not None
    assert child.stdin is not None
    child.stdin.close()
    child.wait()
    assert holder_of(image_dir) is None


def test_what_others_say_in_the_lock_file_is_read_with_care(image_dir: Path) -> None:
    lock = ImageLock.acquire(image_dir)
    for text in ("[]", "torn {", '{"pid": "x", "endpoint": 5}', ""):
        lock_file(image_dir).write_text(text)
        holder = holder_of(image_dir)
        assert holder is not None
        assert (holder.pid, holder.endpoint) == (None, None)
    lock.release()
