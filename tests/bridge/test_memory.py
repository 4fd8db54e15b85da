"""What is remembered of answers, without a clock that runs."""

from __future__ import annotations

from uvm_core.bridge.memory import Known, ReplyMemory
from uvm_core.bridge.protocol import REMEMBERED_SECONDS, Retry

KEY = (b"client", 1)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def retry(memory: ReplyMemory, age: float = 0.1, instance: str | None = None) -> Retry:
    return Retry(age, memory.instance if instance is None else instance)


def test_a_retry_is_answered_from_memory_and_a_new_request_is_not() -> None:
    memory = ReplyMemory(clock=Clock())
    assert memory.begin(KEY, None) == (Known.NEW, None)
    assert memory.begin(KEY, retry(memory)) == (Known.UNDER_WAY, None)
    memory.answered(KEY, b"answer")
    assert memory.begin(KEY, retry(memory)) == (Known.ANSWERED, b"answer")
    assert memory.begin(KEY, None) == (Known.NEW, None)


def test_a_retry_whose_first_message_never_came_is_done() -> None:
    clock = Clock()
    memory = ReplyMemory(clock=clock)
    clock.now += 30
    assert memory.begin(KEY, retry(memory, 5.0)) == (Known.NEW, None)


def test_a_retry_that_was_meant_for_another_server_or_is_too_old_is_not_done() -> None:
    clock = Clock()
    memory = ReplyMemory(clock=clock)
    clock.now += 30
    assert memory.begin(KEY, retry(memory, 5.0, "another"))[0] is Known.FORGOTTEN
    assert memory.begin(KEY, retry(memory, 31.0))[0] is Known.FORGOTTEN
    assert memory.begin(KEY, Retry(31.0, None))[0] is Known.FORGOTTEN


def test_answers_are_forgotten_after_their_time_and_then_a_retry_is_not_done_again() -> None:
    clock = Clock()
    memory = ReplyMemory(clock=clock)
    memory.begin(KEY, None)
    memory.answered(KEY, b"answer")
    clock.now += REMEMBERED_SECONDS + 1
    memory.begin((b"client", 2), None)
    assert memory.begin(KEY, retry(memory, REMEMBERED_SECONDS + 1))[0] is Known.FORGOTTEN


def test_what_is_under_way_is_not_forgotten_for_its_age() -> None:
    clock = Clock()
    memory = ReplyMemory(clock=clock)
    memory.begin(KEY, None)
    clock.now += 10 * REMEMBERED_SECONDS
    memory.begin((b"client", 2), None)
    assert memory.begin(KEY, retry(memory, 600.0))[0] is Known.UNDER_WAY


def test_the_memory_is_bounded_in_answers_and_bytes() -> None:
    clock = Clock()
    memory = ReplyMemory(most=10, most_bytes=100, clock=clock)
    for number in range(50):
        clock.now += 0.01
        memory.begin((b"client", number), None)
        memory.answered((b"client", number), b"x" * 30)
    assert len(memory._replies) <= 10
    assert memory._bytes <= 130
    assert memory.begin((b"client", 49), retry(memory))[0] is Known.ANSWERED
    assert memory.begin((b"client", 1), retry(memory, 0.5))[0] is Known.FORGOTTEN
