"""The corpus: realistic innocent methods pass, unsafe and covenant-breaking ones are refused by the rule that fits."""

from __future__ import annotations

import ast

import pytest

from uvm_core.guardian import audit
from uvm_core.guardian.auditing import audit_strictly

from .cases import Case, bad, innocent

INNOCENT, BAD = innocent(), bad()
RULES = {
    "STR-001", "STR-002", "STR-003", "STR-004", "STR-006", "IMP-001", "NAM-001", "NAM-002", "NAM-003", "ATT-001",
    "ATT-002", "ATT-003", "ATT-004", "ATT-005", "EXC-001", "EXC-002", "COV-001", "COV-002", "COV-003", "COV-004",
    "COV-005", "COV-006", "COV-007", "COV-009",
}  # fmt: skip


@pytest.mark.parametrize("case", INNOCENT, ids=lambda case: case.title)
def test_innocent_methods_are_accepted(case: Case) -> None:
    report = audit_strictly(case.source)
    assert report.accepted, [finding.message for finding in report.findings]
    assert report.findings == () and report.repaired_source is None


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.title)
def test_bad_methods_are_refused_by_their_rule(case: Case) -> None:
    report = audit_strictly(case.source, case.name)
    assert not report.accepted
    assert case.rule in report.rules


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.title)
def test_a_repair_is_accepted_and_adds_covenant_lines_alone(case: Case) -> None:
    report = audit_strictly(case.source, case.name)
    if report.repaired_source is None:
        return
    assert audit(report.repaired_source, case.name).accepted
    given, mended = case.source.splitlines(), report.repaired_source.splitlines()
    left = list(given)
    for line in mended:
        if left and line == left[0]:
            left.pop(0)
        else:
            assert line.strip() == "self._p_changed = True"
    assert not left
    fixes = sorted(
        (finding.fix.insert_at_line, finding.fix.indent + finding.fix.text)
        for finding in report.findings
        if finding.fix
    )
    for added, (line, text) in enumerate(dict.fromkeys(fixes)):
        assert mended[line - 1 + added] == text


def test_every_rule_has_refusing_examples() -> None:
    assert {case.rule for case in BAD} == RULES


def test_the_corpus_is_large_and_has_no_case_twice() -> None:
    assert len(INNOCENT) >= 200 and len(BAD) >= 300
    sources = [case.source for case in [*INNOCENT, *BAD]]
    assert len(set(sources)) == len(sources)
    for case in INNOCENT:
        ast.parse(case.source)


def test_most_covenant_breaches_are_repaired() -> None:
    mendable = [case for case in BAD if case.rule in {"COV-001", "COV-003", "COV-004", "COV-009"}]
    mended = [case for case in mendable if audit(case.source).repaired_source is not None]
    assert len(mended) >= 0.85 * len(mendable)
