"""What waits for a person: proposals, and the guardian's opinion of a file."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path
from typing import Any

from uvm_core.commands import text
from uvm_core.commands.context import Commands, Context, Failed, result_of

_MOST_SOURCE = 512 << 10  # bytes of a file that is still thought to be one method


def add(commands: Commands) -> None:
    parser = commands.add_parser("proposals", help="what waits for a decision")
    parser.set_defaults(run=proposals)
    parser = commands.add_parser("approve", help="install what a proposal holds")
    parser.add_argument("proposal", metavar="N", type=int)
    parser.add_argument("--sha256", metavar="H", help="only if the source has this hash")
    parser.set_defaults(run=approve)
    parser = commands.add_parser("reject", help="refuse a proposal")
    parser.add_argument("proposal", metavar="N", type=int)
    parser.add_argument("--reason", metavar="TEXT", required=True, help="kept, and given to the next attempt")
    parser.add_argument("--again", action="store_true", help="have another attempt made")
    parser.set_defaults(run=reject)
    parser = commands.add_parser("guardian", help="audit the source of a method")
    parser.add_argument("file", metavar="FILE", help="a file, or - for the standard input")
    parser.set_defaults(run=guardian)


def proposals(context: Context, _given: argparse.Namespace) -> int:
    rows = result_of(context.call("proposals"))
    context.answer(rows, lambda: _proposals_text(rows))
    return 0


def _proposals_text(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "No proposal waits."
    shown: list[str] = []
    for row in rows:
        receiver = row.get("receiver_name") or text.ref_text(row.get("receiver", ""))
        source = _change_text(row["change"]) if row.get("change") else _indented(str(row.get("source", "")), "    ")
        trial = row.get("trial") or {}
        head = f"proposal {row.get('id')}  mission {row.get('mission')}  {receiver} {row.get('selector')}"
        lines = [head, f"sha256 {row.get('sha256')}", "", source, ""]
        if isinstance(trial, dict) and trial:
            lines.append(f"trial: {trial.get('status')}, returned {text.value_text(trial.get('returns'))}")
        lines.append(f'batos approve {row.get("id")}   batos reject {row.get("id")} --reason "…"')
        shown.append("\n".join(lines))
    return "\n\n".join(shown)


def _change_text(change: dict[str, Any]) -> str:
    """A slot's change, as a person reads a difference."""
    lines = difflib.unified_diff(
        str(change["before"]).splitlines(), str(change["after"]).splitlines(), "now", "then", lineterm="", n=1
    )
    head = f"{change['target_name']}.{change['slot']}: {change['because']}"
    return _indented("\n".join([head, *lines]), "    ")


def _indented(source: str, by: str) -> str:
    return "\n".join(by + line for line in source.rstrip().splitlines())


def approve(context: Context, given: argparse.Namespace) -> int:
    fields = {"proposal": given.proposal}
    if given.sha256 is not None:
        fields["sha256"] = given.sha256
    reply = context.call("approve", **fields)
    context.answer(reply, str(reply.get("result") or f"Proposal {given.proposal} is installed."))
    return 0


def reject(context: Context, given: argparse.Namespace) -> int:
    reply = context.call("reject", proposal=given.proposal, reason=given.reason, again=given.again)
    again = "; another attempt is made." if reply.get("again") else "."
    context.answer(reply, f"Proposal {given.proposal} is rejected{again}")
    return 0


def guardian(context: Context, given: argparse.Namespace) -> int:
    source = _source(given.file)
    # The audit needs no UVM; the guardian is imported here, since the other commands start faster without it.
    from uvm_core.guardian import audit

    report = audit(source)
    findings = [finding.to_dict() for finding in report.findings]
    value = {
        "accepted": report.accepted,
        "sha256": report.sha256,
        "findings": findings,
        "repaired_source": report.repaired_source,
    }
    context.answer(value, lambda: _report_text(report.accepted, findings, report.repaired_source))
    return 0 if report.accepted else 1


def _source(file: str) -> str:
    try:
        data = sys.stdin.buffer.read(_MOST_SOURCE + 1) if file == "-" else Path(file).read_bytes()
    except OSError as problem:
        raise Failed(f"{file} cannot be read: {problem.strerror}.", code="no_file") from None
    if len(data) > _MOST_SOURCE:
        raise Failed(f"{file} is too large for a method.", code="too_large")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Failed(f"{file} is not text in UTF-8.", code="no_text") from None


def _report_text(accepted: bool, findings: list[dict[str, Any]], repaired: str | None) -> str:
    rows = [{**row, "at": f"{row['line']}:{row['column']}"} for row in findings]
    lines = [text.table(rows, ("at", "rule", "severity", "message"), none="")] if rows else []
    lines.append("accepted" if accepted else "refused")
    if repaired is not None:
        lines += ["", "with the covenant line it is accepted:", "", repaired.rstrip()]
    return "\n".join(lines)
