"""The log of a running system: ids of cycle, mission and transaction, and nothing that people or models wrote."""

from __future__ import annotations

import json
from collections.abc import Callable

import structlog
from structlog.testing import capture_logs

from tests.cycles.conftest import RunningUvm, method
from uvm_core.logs import unspoken

Start = Callable[..., RunningUvm]
SECRET = "moonstone"
READS = "def decode(self):\n    return int(self.code)\n"


def test_what_a_cycle_and_its_model_do_carries_their_ids_and_every_transaction_its_own(start: Start) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        running = start([method("reset", "def reset(self):\n    self.count = 0\n    self._p_changed = True\n")])
        row = running.mission("counter", "reset")
        running.call("approve", proposal=row["proposal"])
        running.close()
    told = {name: [line for line in lines if line["event"] == name] for name in {line["event"] for line in lines}}
    names = ("cycle_started", "psm_transition", "model_job", "guardian_passed")
    mission = [line for name in names for line in told[name]]
    assert len(mission) > 8
    assert {line["mission"] for line in mission} == {row["id"]}
    assert {line["cycle_oid"] for line in mission} == {row["cycle"]}
    commits = told["committed"]
    tids = [line["tid"] for line in commits]
    assert len(set(tids)) == len(tids), "every transaction has a number of its own"
    of_the_mission = [line for line in commits if line["who"] == f"mission {row['id']}"]
    assert of_the_mission and {line.get("mission") for line in of_the_mission} == {row["id"]}
    assert told["method_installed"][0]["tid"] in tids


def test_no_wish_prompt_source_or_value_of_a_slot_is_in_the_log(start: Start) -> None:
    with capture_logs(processors=[structlog.contextvars.merge_contextvars, unspoken]) as lines:
        running = start([method("decode", READS)])
        running.call("set_slot", target_oid="counter", slot="code", value=SECRET)
        row = running.mission("counter", "decode", wish=f"decode the {SECRET}")
        assert row["state"] == "failed"
        assert SECRET in row["reason"]
        running.close()
    assert any(line["event"] == "cycle_failed" for line in lines)
    assert SECRET not in json.dumps(lines, default=repr)
