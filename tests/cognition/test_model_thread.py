"""The one model thread: in order, stoppable, never dead because of a job."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from uvm_core.cognition.engines.engine import Cancelled, Completion, EngineUnavailable
from uvm_core.cognition.model_thread import ModelThread

WAIT = 20


class Echo:
    """An engine that says what it is told, or waits until it is stopped."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def generate(self, messages: Any, *, cancel: threading.Event | None = None, **_more: Any) -> Completion:
        if messages == "forever":
            assert cancel is not None
            self.begun.set()
            assert cancel.wait(WAIT)
            raise Cancelled("half")
        return Completion(str(messages), 5, 0.1, "end")

    def describe(self) -> dict[str, Any]:
        return {"id": "echo", "state": "awake"}


def says(text: str) -> Any:
    return lambda engine, cancel: engine.generate(text, cancel=cancel)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def thread(echo: Echo) -> Iterator[ModelThread]:
    made = ModelThread(echo)
    yield made
    assert made.close(WAIT)


def test_jobs_run_in_order_in_one_thread(thread: ModelThread) -> None:
    seen: list[tuple[int, int]] = []

    def note(number: int) -> Any:
        return lambda _engine, _cancel: seen.append((number, threading.get_ident()))

    jobs = [thread.submit(note(number)) for number in range(5)]
    for job in jobs:
        job.future.result(WAIT)
    assert [number for number, _ in seen] == [0, 1, 2, 3, 4]
    assert len({ident for _, ident in seen}) == 1


def test_a_job_that_yields_lets_later_ones_go_first() -> None:
    thread = ModelThread()
    seen: list[str] = []

    def note(name: str) -> Any:
        return lambda _engine, _cancel: seen.append(name)

    jobs = [thread.submit(note("steward"), yields=True), thread.submit(note("person")), thread.submit(note("another"))]
    thread.wake(Echo)
    for job in jobs:
        job.future.result(WAIT)
    assert seen == ["person", "another", "steward"]
    assert thread.close(WAIT)


def test_a_running_job_that_yields_is_begun_anew_after_one_that_came_meanwhile(thread: ModelThread, echo: Echo) -> None:
    answers = iter(("forever", "at last"))
    unhurried = thread.submit(lambda engine, cancel: engine.generate(next(answers), cancel=cancel), yields=True)
    assert echo.begun.wait(WAIT)
    assert thread.submit(says("hello")).future.result(WAIT).text == "hello"
    assert unhurried.future.result(WAIT).text == "at last"


def test_a_job_that_yields_is_stopped_like_any_other(thread: ModelThread, echo: Echo) -> None:
    unhurried = thread.submit(says("forever"), yields=True)
    assert echo.begun.wait(WAIT)
    assert thread.stop(unhurried)
    with pytest.raises(Cancelled):
        unhurried.future.result(WAIT)


def test_waiting_and_running_are_told_apart(thread: ModelThread) -> None:
    answer = thread.ask(says("hello"), label="greet", timeout=WAIT)
    assert answer.text == "hello"
    timing = thread.timings()[-1]
    assert (timing.label, timing.tokens, timing.outcome) == ("greet", 5, "done")
    assert timing.waited >= 0 < timing.ran
    assert timing.tokens_per_second == pytest.approx(5 / timing.ran)


def test_a_running_job_and_a_queued_one_are_stopped(thread: ModelThread, echo: Echo) -> None:
    running = thread.submit(says("forever"), label="long")
    assert echo.begun.wait(WAIT)
    queued = thread.submit(says("never"))
    last = thread.submit(says("last"))
    assert thread.stop(queued)
    with pytest.raises(Cancelled):
        queued.future.result(WAIT)
    assert thread.stop(running)
    with pytest.raises(Cancelled) as caught:
        running.future.result(WAIT)
    assert caught.value.partial == "half"
    assert last.future.result(WAIT).text == "last"
    assert not thread.stop(last)
    assert [timing.outcome for timing in thread.timings()] == ["stopped", "done"]


def test_an_error_goes_to_who_asked_and_the_thread_goes_on(thread: ModelThread) -> None:
    def breaks(_engine: Any, _cancel: Any) -> None:
        raise ZeroDivisionError("oh")

    with pytest.raises(ZeroDivisionError):
        thread.ask(breaks, timeout=WAIT)
    assert thread.ask(says("still here"), timeout=WAIT).text == "still here"


def test_jobs_wait_for_the_engine() -> None:
    thread = ModelThread()
    job = thread.submit(says("hi"))
    assert thread.describe()["state"] == "asleep"
    assert thread.describe()["queued"] == 1
    thread.wake(Echo)
    assert job.future.result(WAIT).text == "hi"
    assert thread.describe()["state"] == "awake"
    assert thread.close(WAIT)


def test_a_model_that_does_not_wake_says_why_until_another_is_woken() -> None:
    def damaged() -> Any:
        raise EngineUnavailable("The model's file is damaged.")

    thread = ModelThread()
    thread.wake(damaged)
    with pytest.raises(EngineUnavailable, match="damaged"):
        thread.ask(says("hi"), timeout=WAIT)
    assert thread.describe()["reason"] == "The model's file is damaged."
    thread.wake(Echo)
    # The wake may still be queued behind nothing: the next job runs after it.
    assert thread.ask(says("hi"), timeout=WAIT).text == "hi"
    assert thread.close(WAIT)


def test_what_a_library_raises_while_waking_is_told_too() -> None:
    def odd() -> Any:
        raise RuntimeError("odd")

    thread = ModelThread()
    thread.wake(odd)
    with pytest.raises(EngineUnavailable, match="odd"):
        thread.ask(says("hi"), timeout=WAIT)
    assert thread.close(WAIT)


def test_closing_stops_everything_and_takes_no_more() -> None:
    thread = ModelThread(Echo())
    running, queued = thread.submit(says("forever")), thread.submit(says("x"))
    assert thread.close(WAIT)
    for job in (running, queued):
        with pytest.raises(Cancelled):
            job.future.result(WAIT)
    with pytest.raises(EngineUnavailable, match="closed"):
        thread.submit(says("y"))
