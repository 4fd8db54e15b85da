"""What the world hears of the image's changes: one delta per transaction, also for what comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .conftest import RunningUvm

Start = Callable[..., RunningUvm]


def deltas(running: RunningUvm) -> list[dict[str, Any]]:
    return [event for event in running.events if event["event"] == "delta"]


def test_an_edit_is_heard_with_the_objects_new_slots(start: Start) -> None:
    running = start([])
    tid = running.call("set_slot", target_oid="counter", slot="count", value=12)["tid"]
    (delta,) = running.until(lambda: [one for one in deltas(running) if one["tid"] == tid])
    (row,) = delta["objects"]
    assert {slot["name"]: slot["value"] for slot in row["slots"]}["count"] == 12


def test_a_deleted_object_is_heard_to_go_and_to_come_back(start: Start) -> None:
    running = start([])
    number = running.rows("inspect", target_oid="greeter")["id"]
    gone = running.call("delete_object", target_oid="greeter")["tid"]
    assert running.until(lambda: [one for one in deltas(running) if one["tid"] == gone])[0]["removed"] == [number]
    back = running.call("undo")["tid"]
    (delta,) = running.until(lambda: [one for one in deltas(running) if one["tid"] == back])
    assert [row["id"] for row in delta["objects"]] == [number]


def test_a_place_is_heard_by_others(start: Start) -> None:
    running = start([])
    row = {"id": running.rows("inspect", target_oid="greeter")["id"], "x": 5.0, "y": 7.0}
    running.call("place", placements=[row])
    assert running.until(lambda: [one for one in deltas(running) if one.get("placements")])[0]["placements"] == [row]
