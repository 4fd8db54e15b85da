"""Choosing among drafts: real audits and real trials of scripted drafts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.engines.scripted_engine import ScriptedEngine
from uvm_core.cycles.drafting import Written, write_and_try
from uvm_core.cycles.outcomes import trial_run
from uvm_core.guardian.trial import TrialHelper

TAKE = MethodRequest("take", ["amount"], {"balance": 100, "owner": "Ann"}, wish="take an amount out, never too much")
RIGHT = """def take(self, amount):
    if amount > self.balance:
        raise ValueError("there is not so much")
    self.balance -= amount
    self._p_changed = True
"""
AT_MOST = RIGHT.replace(">", ">=")
ALIKE = RIGHT.replace("self.balance -= amount", "self.balance = self.balance - amount")
NO_MARK = RIGHT.replace("    self._p_changed = True\n", "")
CRASHES = "def take(self, amount):\n    return self.nowhere\n"
IMPORTS = "def take(self, amount):\n    import os\n"


@pytest.fixture(scope="module")
def helper() -> Iterator[TrialHelper]:
    with TrialHelper() as running:
        yield running


def written(tmp_path: Path, helper: TrialHelper, *rounds: list[str], args: tuple[Any, ...] = (30,)) -> Written:
    path = tmp_path / "script.json"
    path.write_text(json.dumps([{"task": "method", "answers": [{"drafts": drafts} for drafts in rounds]}]))
    run = trial_run(helper.trial, TAKE.slots, [], TAKE.selector)
    return write_and_try(ScriptedEngine(path), TAKE, run, list(args), {})


def test_drafts_that_behave_alike_vote_together(tmp_path: Path, helper: TrialHelper) -> None:
    made = written(tmp_path, helper, [AT_MOST, RIGHT, ALIKE, NO_MARK]).tried
    assert (made.votes, made.drafts) == (3, 4)
    assert made.verdict.source == RIGHT
    assert [row["votes"] for row in made.candidates] == [1, 3, 3, 3]
    assert [row["chosen"] for row in made.candidates] == [False, True, False, False]


def test_what_another_draft_does_otherwise_is_told(tmp_path: Path, helper: TrialHelper) -> None:
    made = written(tmp_path, helper, [RIGHT, AT_MOST, ALIKE, ALIKE]).tried
    assert made.outcomes[0]["case"] == "as it is"
    assert made.outcomes[0]["changes"] == {"balance": [100, 70]}
    (other,) = made.others
    assert (other["source"], other["votes"]) == (AT_MOST, 1)
    apart = [made.outcomes[one["case"]] for one in other["differs"]]
    assert apart
    assert all(row["differs"] for row in apart)


def test_one_that_fails_with_the_message_itself_loses_against_one_that_does_not(
    tmp_path: Path, helper: TrialHelper
) -> None:
    made = written(tmp_path, helper, [CRASHES, CRASHES, CRASHES, RIGHT]).tried
    assert made.verdict.source == RIGHT
    assert made.passed


def test_where_none_passes_the_reasons_go_into_the_next_round(tmp_path: Path, helper: TrialHelper) -> None:
    made = written(tmp_path, helper, [IMPORTS], [RIGHT])
    assert (made.rounds, made.tried.passed) == (2, True)
    asked = made.tried.draft.prompt[-1]["content"]
    assert "import" in asked
    failed = written(tmp_path, helper, [IMPORTS])
    assert (failed.rounds, failed.tried.passed) == (3, False)
    assert failed.tried.reasons()


def test_a_refusal_in_the_method_s_own_words_may_be_shown_and_a_mistake_may_not(
    tmp_path: Path, helper: TrialHelper
) -> None:
    refused = written(tmp_path, helper, [RIGHT], args=(500,))
    assert refused.tried.passed
    assert "not so much" in refused.tried.verdict.trial["message"]
    assert not written(tmp_path, helper, [CRASHES]).tried.passed
