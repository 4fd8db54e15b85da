"""The system as people see it: measurements, the steward's switch, experts, and changes of slots to decide about."""

from __future__ import annotations

from typing import Any

import pytest

from morphic_ui.cycle.change import difference
from morphic_ui.model.link import Refusal

from .link_memory import measurement
from .memory_link import MemoryLink
from .worlds import MODEL, OTHER, Bench, bench, workshop

METRICS, MANAGER = 10, 4
EXPERTS = [
    {"name": "BRICK", "state": "warm", "size": 4 << 20, "swaps": 3, "mean_ms": 4.2, "problem": "",
     "held_out": {"right": 37, "of": 40, "bare": 5}},
    {"name": "ROBIN", "state": "cold", "size": 4 << 20, "swaps": 0, "mean_ms": None, "problem": "", "held_out": None},
    {"name": "SAGE", "state": "refused", "size": 0, "swaps": 0, "mean_ms": None, "problem": "It is for another model."},
]  # fmt: skip


def prepared() -> MemoryLink:
    link = workshop()
    assert link.names[METRICS] == "system_metrics_obj"
    link.objects[METRICS].update(cycle_p95_limit_ms=5000, violations_limit=0, swap_mean_limit_ms=1000)
    link.measured = [
        measurement("psm_cycle_durations", "ms", [1000.0, 2000.0, 9000.0, 9000.0]),
        measurement("guardian_violations", "refusals", []),
        measurement("lora_swap_latencies", "ms", [4.0, 5.0], by={"BRICK": 4.5}),
    ]
    link.model = {"id": "HuggingFaceTB/SmolLM2", "state": "awake", "words": "", "device": "cpu", "dtype": "bfloat16",
                  "engine": "transformers", "tokens_per_second": 18.2, "experts": EXPERTS}  # fmt: skip
    return link


@pytest.fixture
def world() -> Bench:
    return bench(prepared())


def said(world: Bench, ident: int) -> str:
    return " ".join(world.texts(ident))


# -- measurements


def test_the_measurements_are_curves_with_their_figures_in_words(world: Bench) -> None:
    world.click(METRICS, "title")
    words = said(world, METRICS)
    assert "mean 5.2 s · p95 9 s · 4 times" in words
    assert "over 5 s" in words
    assert "BRICK 4.5 ms" in words
    assert "limit 1 s" in words
    assert "nothing measured yet" in words


def test_an_edited_limit_is_the_one_that_is_drawn(world: Bench) -> None:
    world.click(METRICS, "title")
    world.link.objects[METRICS]["cycle_p95_limit_ms"] = 20_000
    world.link.committed(METRICS)
    world.flush()
    assert "limit 20 s" in said(world, METRICS)


def test_measurements_follow_events_but_at_most_once_a_second(world: Bench) -> None:
    world.click(METRICS, "title")
    before = len(world.calls("metrics"))
    for number in range(20):
        world.link.publish({"event": "status", "model": {**world.link.model, "queued": number}})
        world.wait(0.1)
    asked = len(world.calls("metrics")) - before
    assert 1 <= asked <= 3


def test_nobody_asks_for_measurements_that_nobody_sees(world: Bench) -> None:
    for _ in range(5):
        world.link.publish({"event": "status", "model": world.link.model})
        world.wait(1.0)
    assert not world.calls("metrics")
    assert world.world.system.due(world.now) is None


def test_a_world_at_rest_asks_nothing_more(world: Bench) -> None:
    world.click(METRICS, "title")
    world.wait(2.0)
    before = len(world.link.calls)
    world.wait(5.0)
    assert len(world.link.calls) == before
    assert world.world.system.due(world.now) is None


def test_many_points_are_drawn_as_few_and_a_share_as_it_runs() -> None:
    from morphic_ui.steward.system import indicator_of

    many = indicator_of(measurement("commit_times", "ms", [float(number % 50) for number in range(120)]))
    assert len(many.curve) == 60
    assert max(many.curve) == 49
    share = indicator_of(measurement("transaction_aborts", "share", [1.0, 0.0, 0.0, 0.0]))
    assert share.curve == (1.0, 0.5, pytest.approx(1 / 3), 0.25)


def test_the_menu_leads_to_how_the_system_is(world: Bench) -> None:
    world.put_away(METRICS)
    world.run("steward.show")
    assert METRICS in world.desk.scene.rows
    assert "switch" in world.parts(METRICS)


# -- the steward


def test_the_switch_pauses_the_steward_and_lets_it_go_on(world: Bench) -> None:
    world.click(METRICS, "title")
    assert "working" in world.texts(METRICS)
    world.click(METRICS, "switch")
    assert world.link.steward["paused"]
    assert "paused" in world.texts(METRICS)
    assert "when it goes on" in said(world, METRICS)
    world.click(METRICS, "switch")
    assert not world.link.steward["paused"]


def test_findings_say_what_came_of_them(world: Bench) -> None:
    world.link.steward["findings"] = [
        {"indicator": "psm_cycle_durations", "words": "Cycles are slow.", "mission": 7, "note": ""},
        {"indicator": "guardian_violations", "words": "The guardian refused 3 times.", "mission": None,
         "note": "The steward files at most 3 missions a day, and has filed 3."},
    ]  # fmt: skip
    world.click(METRICS, "title")
    words = said(world, METRICS)
    assert "Cycles are slow. Mission 7 looks for a change." in words
    assert "at most 3 missions a day" in words
    assert "1 of 3 missions today" in words


def test_a_steward_s_event_is_shown_at_once(world: Bench) -> None:
    world.click(METRICS, "title")
    world.link.publish({"event": "steward", **world.link.steward, "missions_today": 2})
    world.flush()
    assert "2 of 3 missions today" in said(world, METRICS)


def test_audit_now(world: Bench) -> None:
    world.click(METRICS, "title")
    world.click(METRICS, "audit")
    assert len(world.calls("audit")) == 1
    assert not world.desk.system.auditing
    world.link.refuse["audit"] = Refusal("stopping", "The UVM is closing: nothing was audited.")
    world.click(METRICS, "audit")
    assert "nothing was audited" in world.desk.notes.current(world.now).text


# -- the model and its experts


def test_the_model_s_morph_names_model_device_speed_and_experts(world: Bench) -> None:
    world.click(MODEL, "title")
    words = said(world, MODEL)
    assert "SmolLM2" in words
    assert "cpu · bfloat16 · transformers" in words
    assert "18 tokens/s" in words
    assert all(word in world.texts(MODEL) for word in ("BRICK", "warm", "ROBIN", "cold", "refused"))


def test_chips_change_with_the_image_s_word(world: Bench) -> None:
    world.click(MODEL, "title")
    experts = [{**EXPERTS[0], "state": "hot"}, *EXPERTS[1:]]
    world.link.publish({"event": "status", "model": {**world.link.model, "experts": experts}})
    world.flush()
    assert "hot" in world.texts(MODEL)


def test_pointing_at_an_expert_shows_its_figures(world: Bench) -> None:
    world.click(MODEL, "title")
    at = world.point(MODEL, "expert:BRICK")
    world.world.hand.hover(*at)
    world.flush()
    words = said(world, MODEL)
    assert "4 MB" in words
    assert "37 of 40 held-out tasks right, 5 without it" in words
    assert "4.2 ms on average" in words
    world.world.hand.hover(*world.point(MODEL, "expert:SAGE"))
    world.flush()
    assert "It is for another model." in said(world, MODEL)


def test_a_warm_expert_is_made_hot_by_a_message(world: Bench) -> None:
    world.link.objects[MANAGER]["activate_expert_"] = ("method", "")
    world.link.methods[MANAGER, "activate_expert_"] = lambda name: name == "BRICK"
    world.click(MODEL, "title")
    world.click(MODEL, "expert:BRICK")
    world.click(MODEL, "activate")
    (sent,) = world.calls("dispatch_message")
    assert (sent["target_oid"], sent["message_name"], sent["args"]) == (
        "memory_manager_obj", "activate_expert_", ["BRICK"],
    )  # fmt: skip
    assert world.desk.notes.current(world.now).text == "BRICK is hot."
    world.click(MODEL, "expert:SAGE")
    assert "activate" not in world.parts(MODEL)


# -- changes of slots


def propose(world: Bench, after: Any = 2, **more: Any) -> Any:
    world.link.propose_change(OTHER, "step", after, **more)
    world.flush()
    return list(world.desk.proposals.values())[-1]


def test_a_slot_change_is_shown_as_before_and_after_with_its_reason(world: Bench) -> None:
    proposal = propose(world, because="Counting by two is faster.")
    words = world.texts(proposal.ident)
    assert words.count("1") == words.count("2") == 1
    assert {"-", "+", "Counting by two is faster."} <= set(words)
    assert "a slot of counter · proposed by ALFRED · not changed" in words
    assert proposal.ghost not in world.desk.scene.rows
    assert world.outliner(OTHER).waiting
    assert world.desk.notes.title == "workshop (1)"


def test_approving_changes_the_slot_and_undo_brings_it_back(world: Bench) -> None:
    proposal = propose(world)
    world.desk.show(proposal.ident)
    world.key("ctrl+enter")
    assert world.calls("approve") == [{"proposal": proposal.id, "sha256": "hash of 2"}]
    assert world.link.objects[OTHER]["step"] == 2
    assert "step of counter is changed. Ctrl+Z takes it back." in said(world, proposal.ident)
    assert world.desk.undo.undo_label == "Undo: Change step of counter"
    world.key("enter")
    assert not world.desk.proposals
    assert not [call for call in world.calls("dispatch_message") if not call["ask"]], "no message is sent after it"
    world.key("ctrl+z")
    assert world.link.objects[OTHER]["step"] == 1


def test_rejecting_a_change_carries_the_reason(world: Bench) -> None:
    proposal = propose(world)
    world.click(proposal.ident, "reason")
    world.desk.type("Leave it at one.")
    world.key("enter")
    assert world.calls("reject") == [{"proposal": proposal.id, "reason": "Leave it at one.", "again": False}]
    assert world.link.objects[OTHER]["step"] == 1


def test_a_refused_approval_stays_on_the_card(world: Bench) -> None:
    proposal = propose(world)
    world.link.refuse["approve"] = Refusal("changed", "step has changed meanwhile: it is 4 now.")
    world.click(proposal.ident, "install")
    assert "step has changed meanwhile" in said(world, proposal.ident)


def test_a_steward_s_mission_is_told_in_its_own_words(world: Bench) -> None:
    propose(world)
    track = world.world.session.stage.track
    assert "steward: refactor synthesis prompt" in said(world, track.ident)


def test_the_difference_of_long_texts_leaves_out_what_is_equal() -> None:
    before = "\n".join(f"line {number}" for number in range(40))
    lines = difference(before, before.replace("line 20", "another line"))
    assert [(line.mark, line.text) for line in lines if line.mark in ("removed", "added")] == [
        ("removed", "line 20"), ("added", "another line"),
    ]  # fmt: skip
    assert [line.text for line in lines if line.mark == "gap"] == ["18 equal lines", "17 equal lines"]
    assert len(lines) == 8
