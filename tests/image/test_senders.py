"""Live messages: what they answer, what they leave, and how one that never ends is stopped."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from uvm_core.bridge.values import Ref
from uvm_core.image.errors import Refused
from uvm_core.image.image import Image, Session
from uvm_core.image.senders import Answered, Message, SenderPool, Unanswered
from uvm_core.image.watchdog import RUNNING_FILE, Watchdog
from uvm_core.kernel.primitives import KERNEL_PRIMITIVES
from uvm_core.objects import Method, MethodTimeout, Surroundings, Transcript, UvmObject, own_slots

from .worlds import opened, python, world_picture


def method(selector: str, body: str, parameters: str = "self") -> Method:
    return Method(f"def {selector}({parameters}):\n    " + body.replace("\n", "\n    ") + "\n")


FAMILY: dict[str, dict[str, Any]] = {
    "counter": {
        "count": 0,
        "items": [1],
        "bump": method("bump", "self.count = self.count + by\nself._p_changed = True\nreturn self.count", "self, by=1"),
        "fail": method("fail", "self.count = 99\nself._p_changed = True\nreturn 1 / 0"),
        "lost": method("lost", "self.count = 99\nself.counter_of_nothing(1, x=2)\nself._p_changed = True"),
        "forever": method("forever", "self.count = 99\nself._p_changed = True\nwhile True:\n    pass"),
        "stubborn": method("stubborn", "try:\n    while True:\n        pass\nfinally:\n    return 'done'"),
        "talk": method("talk", "for n in range(400):\n    print(n)\nprint('x' * 9000)"),
        "child": method("child", "made = self.clone()\nmade.count = 5\nreturn made"),
        "children": method("children", "return [self.clone(), self.clone()]"),
        "wrap": method("wrap", "return {'made': self.clone()}"),
        "round": method("round", "found = [1]\nfound.append(found)\nreturn found"),
        "keep": method("keep", "self.items.append(self.bump)\nself._p_changed = True"),
        "odd": method("odd", "return [range(3), {1: 2}.keys(), map(str, [1]), self.bump, {1, 2}, (1, None)]"),
        "same": method("same", "return [x, self]", "self, x"),
        "deep": method("deep", "return self.deep()"),
    }
}


@contextmanager
def pool(directory: Path, *, soft: float = 30.0) -> Iterator[tuple[Image, SenderPool, Watchdog]]:
    with opened(directory, FAMILY) as image:
        watchdog = Watchdog(directory, soft=soft, hard=60.0)
        watchdog.start()

        def inside(_session: Session, transcript: Transcript) -> Surroundings:
            return Surroundings(KERNEL_PRIMITIVES, transcript)

        senders = SenderPool(image, watchdog, inside)
        try:
            yield image, senders, watchdog
        finally:
            senders.close()
            watchdog.close()


def answered(found: Answered | Unanswered) -> Answered:
    assert isinstance(found, Answered)
    return found


def test_a_message_is_answered_after_its_commit(tmp_path: Path) -> None:
    with pool(tmp_path) as (image, senders, _watchdog):
        done = answered(senders.submit(Message("counter", "bump", [2], {})).result(30))
        assert (done.result, done.transcript) == (2, [])
        assert done.committed is not None
        assert done.committed.tid == image.tid
        assert done.committed.words == "bump to counter"
        tid = image.tid
        looked = answered(senders.run(Message("counter", "count")))
        assert (looked.result, looked.committed, image.tid) == (2, None, tid)


def test_messages_that_meet_are_done_again_until_all_hold(tmp_path: Path) -> None:
    with pool(tmp_path) as (image, senders, _watchdog):
        futures = [senders.submit(Message("counter", "bump")) for _ in range(40)]
        results = sorted(answered(future.result(60)).result for future in futures)
        assert results == list(range(1, 41))
        assert image.read(lambda world: world.resolve("counter").count) == 40


def test_an_error_in_a_method_names_its_line_and_changes_nothing(tmp_path: Path) -> None:
    with pool(tmp_path) as (image, senders, _watchdog):
        before, tid = world_picture(image), image.tid
        with pytest.raises(Refused) as met:
            senders.run(Message("counter", "fail"))
        assert met.value.code == "method_error"
        assert str(met.value) == (
            "fail to counter failed in line 4: ZeroDivisionError: division by zero. Nothing was changed."
        )
        with pytest.raises(Refused, match=r"'bump' takes 0 to 1 argument; it was sent with 2\. Nothing was changed\."):
            senders.run(Message("counter", "bump", [1, 2]))
        with pytest.raises(Refused, match="RecursionError"):
            senders.run(Message("counter", "deep"))
        assert (world_picture(image), image.tid) == (before, tid)


@pytest.mark.parametrize("selector", ["", "_secret", "__init__", "a b", "class", "x" * 65, "_p_activate"])
def test_a_selector_that_nobody_may_send_is_refused(selector: str, tmp_path: Path) -> None:
    with pool(tmp_path) as (_image, senders, _watchdog), pytest.raises(Refused) as met:
        senders.run(Message("counter", selector))
    assert met.value.code == "bad_selector"


def test_not_understood_inside_a_method_takes_everything_back_and_says_where(tmp_path: Path) -> None:
    with pool(tmp_path) as (image, senders, _watchdog):
        before = world_picture(image)
        found = senders.run(Message("counter", "lost"))
        assert isinstance(found, Unanswered)
        assert (found.selector, found.args, found.kwargs, found.label) == (
            "counter_of_nothing",
            [1],
            {"x": 2},
            "counter",
        )
        assert found.nested_in == "lost of counter"
        direct = senders.run(Message("counter", "dance", [[1]]))
        assert isinstance(direct, Unanswered)
        assert (direct.selector, direct.args, direct.nested_in) == ("dance", [[1]], None)
        assert world_picture(image) == before


def test_a_loop_is_stopped_and_the_process_goes_on(tmp_path: Path) -> None:
    with pool(tmp_path, soft=0.05) as (image, senders, watchdog):
        before = world_picture(image)
        for selector in ("forever", "stubborn", "forever"):
            with pytest.raises(Refused, match=rf"{selector} to counter ran longer than 0.05 seconds and was stopped"):
                senders.submit(Message("counter", selector)).result(30)
        assert world_picture(image) == before
        watchdog.soft = 30.0
        assert answered(senders.submit(Message("counter", "bump")).result(30)).result == 1
    assert not (tmp_path / RUNNING_FILE).exists()


def test_waiting_does_not_count_against_the_limit(tmp_path: Path) -> None:
    watchdog = Watchdog(tmp_path, soft=0.05, hard=60.0)
    watchdog.start()
    never = threading.Event()
    with watchdog.watching("waits"), watchdog.paused():
        never.wait(0.2)
    with pytest.raises(MethodTimeout), watchdog.watching("runs"):
        while True:
            pass
    watchdog.close()


def test_limits_that_are_met_while_a_block_ends_leave_the_watchdog_whole(tmp_path: Path) -> None:
    watchdog = Watchdog(tmp_path, soft=0.0005, hard=60.0)
    watchdog.start()

    def many() -> None:
        for _ in range(150):
            try:
                with watchdog.watching("short"):
                    sum(range(20_000))
            except MethodTimeout:
                continue

    threads = [threading.Thread(target=many) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert watchdog._watched == {}
    watchdog.close()


def test_what_is_printed_comes_with_the_answer_and_is_bounded(tmp_path: Path) -> None:
    with pool(tmp_path) as (_image, senders, _watchdog):
        transcript = answered(senders.run(Message("counter", "talk"))).transcript
        assert (transcript[0], len(transcript), transcript[-1]) == ("0", 201, "… and 201 more lines.")


def test_new_objects_that_a_message_answers_come_on_the_desktop(tmp_path: Path) -> None:
    with pool(tmp_path) as (image, senders, _watchdog):
        found = answered(senders.run(Message("counter", "child"))).result
        assert found == Ref(found.id, "counter_2")
        assert image.read(lambda world: world.resolve("counter_2").count) == 5
        both = answered(senders.run(Message("counter", "children"))).result
        assert [ref.name for ref in both] == ["counter_3", "counter_4"]
        wrapped = answered(senders.run(Message("counter", "wrap"))).result["made"]
        assert image.read(lambda world: isinstance(world.resolve(wrapped), UvmObject))
        cloned = answered(senders.run(Message("counter", "_clone_persistent_"))).result
        assert cloned.name == "counter_5"


def test_what_cannot_travel_or_be_kept_is_a_sentence(tmp_path: Path) -> None:
    with pool(tmp_path) as (image, senders, _watchdog):
        before = world_picture(image)
        with pytest.raises(Refused, match="holds itself"):
            senders.run(Message("counter", "round"))
        with pytest.raises(Refused, match="The slot 'items' cannot be kept"):
            senders.run(Message("counter", "keep"))
        assert world_picture(image) == before
        odd = answered(senders.run(Message("counter", "odd"))).result
        assert odd[0] == "range(0, 3)"
        assert odd[1] == [1]
        assert odd[2].startswith("<map")
        assert odd[3].startswith("<bump of ")
        assert odd[4:] == [{1, 2}, (1, None)]


def test_arguments_come_as_objects_and_go_as_references(tmp_path: Path) -> None:
    with pool(tmp_path) as (image, senders, _watchdog):
        number = image.read(lambda world: world.id_of(world.resolve("counter")))
        found = answered(senders.run(Message(number, "same", [{"a": [Ref(number, None), {"$ref": "traits"}]}]))).result
        assert found[0]["a"][0] == Ref(number, "counter") == found[1]
        assert found[0]["a"][1].name == "traits"
        with pytest.raises(Refused, match="There is no object"):
            senders.run(Message("counter", "same", [Ref(10**9, None)]))


HARD = """
import sys
from pathlib import Path
from uvm_core.image.watchdog import Watchdog
watchdog = Watchdog(Path(sys.argv[1]), soft=0.2, hard=1.0)
watchdog.start()
print("begin", flush=True)
with watchdog.watching("count_forever to " + "größe" * 100):
    sum(range(10**12))
"""


def test_a_message_deep_in_c_ends_the_process_and_the_next_start_names_it(tmp_path: Path) -> None:
    done = python(HARD, str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == "begin\n"
    assert b"Timeout" in (tmp_path / "watchdog.trace").read_bytes()
    watchdog = Watchdog(tmp_path)
    assert len(watchdog.last_unfinished) == 1
    assert watchdog.last_unfinished[0].startswith("count_forever to größe")
    watchdog.start()
    watchdog.close()
    again = Watchdog(tmp_path)
    assert again.last_unfinished == []
    again.start()
    again.close()


@pytest.mark.parametrize("content", ["", "   ", "[1, ", '"x"', "{}", "[[]]", "\xff"])
def test_a_note_of_what_ran_that_is_damaged_is_read_as_none_or_text(content: str, tmp_path: Path) -> None:
    (tmp_path / RUNNING_FILE).write_text(content, "latin-1")
    watchdog = Watchdog(tmp_path)
    assert all(isinstance(words, str) for words in watchdog.last_unfinished)
    watchdog.start()
    watchdog.close()


def test_many_long_notes_stay_readable(tmp_path: Path) -> None:
    watchdog = Watchdog(tmp_path, soft=60.0, hard=120.0)
    watchdog.start()
    with watchdog.watching("ü" * 5000):
        words = json.loads((tmp_path / RUNNING_FILE).read_text())
        assert words[0].startswith("üüü")
    watchdog.close()


def test_own_slots_of_the_family_are_what_the_messages_use() -> None:
    made = UvmObject(FAMILY["counter"])
    assert list(own_slots(made)) == list(FAMILY["counter"])
