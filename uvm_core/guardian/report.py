"""What an audit answers: findings in plain words, the verdict, and a repaired source where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Fix:
    """One line to insert: it becomes line `insert_at_line` (1-based) and what stood there moves down."""

    insert_at_line: int
    indent: str
    text: str

    def to_dict(self) -> dict[str, Any]:
        """The fix as plain data."""
        return {"insert_at_line": self.insert_at_line, "indent": self.indent, "text": self.text}


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect. Lines count from 1, columns from 0 in characters; the end is exclusive."""

    rule: str
    severity: Severity
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    fix: Fix | None = None

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain data, as the bridge and `--json` show it."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "message": self.message,
            "fix": self.fix.to_dict() if self.fix else None,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict over one source.

    `sha256` is that of the source as it was given. `repaired_source` is the same source with covenant lines inserted,
    audited again and accepted; it is None where nothing needs repair or where inserting lines is not enough.
    """

    accepted: bool
    findings: tuple[Finding, ...]
    repaired_source: str | None
    sha256: str
    name: str | None = None

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that were broken, in the order of the findings."""
        return tuple(finding.rule for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "accepted": self.accepted,
            "name": self.name,
            "findings": [finding.to_dict() for finding in self.findings],
            "repaired_source": self.repaired_source,
            "sha256": self.sha256,
        }
