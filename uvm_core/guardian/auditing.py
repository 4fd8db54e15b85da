"""The audit: reads a source, runs every rule over it, and looks for a repair where only the covenant is broken."""

from __future__ import annotations

import ast
import hashlib
from dataclasses import replace

from .analysis import Analysis
from .covenant import Breach, breaches
from .flow import TooComplex
from .machine import Change
from .parse import Parsed, Positions, Reader, refusal
from .repair import Insertion, Repair, only_marks_added
from .report import Finding, Report
from .rules import Rules, check_module, names_beside
from .scopes import Scopes

# What a covenant line can mend.
_MENDABLE = frozenset({"COV-001", "COV-003", "COV-004", "COV-006", "COV-009"})
_reader = Reader()


def audit(source: str, method_name: str | None = None) -> Report:
    """Audit the source of a method; with `method_name`, its def must have that name. Never raises.

    A source that the guardian itself cannot finish reading is refused, not passed.
    """
    try:
        return audit_strictly(source, method_name)
    except (RecursionError, MemoryError):
        return _report(source, [refusal("The method is nested too deeply to be read.")], None, None)
    except Exception as error:  # noqa: BLE001 - the border: whatever goes wrong in here is a refusal
        return _report(
            source, [refusal(f"The guardian could not read this method ({type(error).__name__}).")], None, None
        )


def audit_strictly(source: str, method_name: str | None = None) -> Report:
    """As audit, but a defect of the guardian itself shows as an exception."""
    parsed = _reader.read(source)
    if isinstance(parsed, Finding):
        return _report(source, [parsed], None, None)
    findings, name, repair = _examine(parsed, method_name)
    repaired: str | None = None
    if repair is not None:
        repaired = _proved(parsed, repair, method_name)
    return _report(source, findings, repaired, name)


def _proved(parsed: Parsed, repaired: str, method_name: str | None) -> str | None:
    """The repaired source if it is accepted and differs by covenant lines alone."""
    again = _reader.read(repaired)
    if isinstance(again, Finding):
        return None
    findings, _, _ = _examine(again, method_name)
    if any(finding.severity == "error" for finding in findings):
        return None
    return repaired if only_marks_added(parsed.tree, again.tree) else None


def _examine(parsed: Parsed, method_name: str | None) -> tuple[list[Finding], str | None, str | None]:
    """The findings, the method's name, and a source with covenant lines to be proved."""
    positions = Positions(parsed)
    method, findings = check_module(parsed.tree, method_name, positions)
    if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return findings, None, None
    scopes = Scopes(method)
    findings += Rules(method, scopes, positions, names_beside(parsed.tree, method)).run()
    if not isinstance(method, ast.FunctionDef):
        return findings, method.name, None
    try:
        analysis = Analysis(method, scopes)
        analysis.run()
        for (rule, _, _), (node, message) in analysis.reported.items():
            findings.append(positions.finding(rule, node, message))
        unmarked, plan, repair = _covenant(method, parsed, analysis, positions)
    except TooComplex:
        findings.append(refusal("The method has too many ways through it to be followed. Make several methods of it."))
        return findings, method.name, None
    if any(finding.rule == "COV-006" for finding in findings):
        # What is handed out is reported where it is; that it could change a slot needs no finding of its own.
        unmarked = [finding for finding in unmarked if finding.rule != "COV-006"]
    withdrawn = any(finding.rule in ("COV-002", "COV-007") for finding in findings)
    if not withdrawn:
        findings += unmarked
    others = [finding for finding in findings if finding not in unmarked and finding.severity == "error"]
    if others or not plan or any(finding.fix is None for finding in unmarked):
        return findings, method.name, None
    return findings, method.name, repair.insert(plan)


def _covenant(
    method: ast.FunctionDef, parsed: Parsed, analysis: Analysis, positions: Positions
) -> tuple[list[Finding], list[Insertion], Repair]:
    repair = Repair(method, parsed, analysis.graph, analysis.happenings)
    broken = breaches(analysis.graph, analysis.happenings)
    plan = repair.plan(broken) if broken else []
    marks = [step.node for step in analysis.happenings if step.action == "mark" and step.node is not None]
    found: list[Finding] = []
    mended: set[int] = set()
    for insertion in plan:
        finding = _breach_finding(insertion.mends, marks, positions)
        found.append(replace(finding, fix=insertion.fix))
        mended.update(id(breach.exit) for breach in insertion.mends)
    found += [_breach_finding((breach,), marks, positions) for breach in broken if id(breach.exit) not in mended]
    return found, plan, repair


def _breach_finding(broken: tuple[Breach, ...], marks: list[ast.AST], positions: Positions) -> Finding:
    changes: dict[Change, set[bool]] = {}
    for breach in broken:
        for change, marked in breach.changes:
            changes.setdefault(change, set()).add(marked)
    first, last = next(iter(changes)), list(changes)[-1]
    if not marks:
        kinds = {change.kind for change in changes}
        if "store" in kinds:
            shown = next(change for change in changes if change.kind == "store")
            return positions.finding("COV-001", shown.node, f"{shown.what} and nothing marks the object as changed.")
        if "in place" in kinds:
            shown = next(change for change in changes if change.kind == "in place")
            return positions.finding(
                "COV-004", shown.node, f"{shown.what} and nothing marks the object as changed: it would be lost."
            )
        return positions.finding("COV-006", first.node, f"{first.what}, and nothing marks the object as changed.")
    after = max(getattr(mark, "lineno", 0) for mark in marks) > getattr(last.node, "lineno", 0)
    if not after and any(True in marked for marked in changes.values()):
        shown = next(change for change, marked in reversed(changes.items()) if True in marked)
        return positions.finding("COV-009", shown.node, f"{shown.what} after the mark; the mark comes last.")
    leaving = broken[0].exit
    where = f"line {leaving.lineno}" if leaving is not None else "the end"
    return positions.finding(
        "COV-003", leaving or last.node, f"{last.what}, and a path to {where} passes by the covenant line."
    )


def _report(source: object, findings: list[Finding], repaired: str | None, name: str | None) -> Report:
    text = source if isinstance(source, str) else ""
    ordered = tuple(sorted(findings, key=lambda one: (one.line, one.column, one.rule)))
    accepted = not any(finding.severity == "error" for finding in ordered)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Report(accepted, ordered, repaired, digest, name)
