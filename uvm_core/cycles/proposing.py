"""Judging a method before a person sees it: audit, repair of the covenant line, trial on the ghost."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from ..guardian import audit
from ..guardian.trial import TrialResult
from ..image.neutral import kind_of
from ..image.world import World
from ..objects import MethodError, UvmObject, find, parse, sha256_of
from .ghost import GhostMaker

log = structlog.get_logger("guardian")


class Trials(Protocol):
    """The confined runs of methods on ghosts."""

    def trial(
        self,
        source: str,
        slots: Mapping[str, Any],
        args: Sequence[Any] = (),
        *,
        kwargs: Mapping[str, Any] | None = None,
        parents: Sequence[Any] = (),
        selector: str | None = None,
    ) -> TrialResult:
        """Run a method once on a ghost that has these slots and parents."""


@dataclass
class Verdict:
    """What guardian and trial said of one source. accepted: it may be shown to a person for approval."""

    source: str
    sha256: str
    accepted: bool
    findings: list[dict[str, Any]] = field(default_factory=list)
    inserted: list[int] = field(default_factory=list)
    trial: dict[str, Any] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)

    def reasons(self) -> list[str]:
        """Why it was refused, as sentences for the next attempt."""
        found = [f"{item['rule']} in line {item['line']}: {item['message']}" for item in self.findings]
        if self.trial and self.trial.get("status") != "ok":
            found.append(
                f"Tried on a copy of the object, it ended with {self.trial['status']}: {self.trial['message']}"
            )
        return found


def judge(source: str, selector: str) -> Verdict:
    """The audit of a source, with the covenant line put in where that is all that is missing."""
    report = audit(source, selector)
    if report.accepted:
        return Verdict(source, report.sha256, True, [finding.to_dict() for finding in report.findings])
    findings = [finding.to_dict() for finding in report.findings]
    if report.repaired_source is not None:
        repaired = audit(report.repaired_source, selector)
        if repaired.accepted:
            return Verdict(
                report.repaired_source,
                repaired.sha256,
                True,
                [finding.to_dict() for finding in repaired.findings],
                _inserted_lines(source, report.repaired_source),
                rules=[item["rule"] for item in findings],
            )
    return Verdict(source, sha256_of(source), False, findings, rules=[item["rule"] for item in findings])


def _inserted_lines(before: str, after: str) -> list[int]:
    """The line numbers, from 1, of the lines that a repair put in."""
    old, new, inserted, place = before.splitlines(), after.splitlines(), [], 0
    for number, line in enumerate(new, 1):
        if place < len(old) and line == old[place]:
            place += 1
        else:
            inserted.append(number)
    return inserted


def try_on_ghost(
    trials: Trials, world: World, receiver: UvmObject, source: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Run a source on the receiver's ghost; the row of the trial. The image is only read."""
    ghost = GhostMaker(world, receiver)
    slots, parents = ghost.slots(), ghost.parents()
    result = trials.trial(
        source,
        slots,
        [ghost.value(item) for item in args],
        kwargs={name: ghost.value(item) for name, item in kwargs.items()},
        parents=parents,
    )
    row: dict[str, Any] = result.to_dict()
    return row


def rested_slots(receiver: UvmObject, source: str) -> dict[str, str]:
    """The slots of the receiver that a source names -> their kinds now ("" for one that is not there)."""
    kinds: dict[str, str] = {}
    for name in self_names(source):
        found = find(receiver, name)
        kinds[name] = "" if found is None else f"{kind_of(name, found[1])} {type(found[1]).__name__}"
    return kinds


def new_slots(receiver: UvmObject, source: str) -> list[str]:
    """The slots that a source writes and the receiver does not have yet, not even inherited."""
    return [name for name in self_names(source, stores=True) if find(receiver, name) is None]


def self_names(source: str, *, stores: bool = False) -> list[str]:
    """The public names after `self.` in a source, in order; stores: only those it assigns."""
    try:
        tree = parse(source)
    except MethodError:
        return []
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            if node.attr.startswith("_") or (stores and not isinstance(node.ctx, ast.Store)):
                continue
            names[node.attr] = None
    return list(names)
