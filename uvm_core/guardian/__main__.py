"""`python -m uvm_core.guardian [--json] [--name SELECTOR] FILE|-`: audit a method. 0 accepted, 1 refused, 2 usage."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from .auditing import audit
from .report import Report


def main(argv: list[str] | None = None) -> int:
    """Print the report of one source; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m uvm_core.guardian", description="Audit the source of one method.")
    parser.add_argument("file", help="a file with the source, or - for standard input")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--name", help="the message that the method has to answer")
    options = parser.parse_args(argv)
    try:
        data = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    except OSError as error:
        sys.stderr.write(f"{options.file} cannot be read: {error.strerror}.\n")
        return 2
    report = audit(data.decode("utf-8", "surrogateescape"), options.name)
    sys.stdout.write(json.dumps(report.to_dict(), indent=2) + "\n" if options.json else words(report))
    return 0 if report.accepted else 1


def words(report: Report) -> str:
    """The report as text for people."""
    lines = ["Accepted." if report.accepted else "Refused."]
    lines += [f"line {one.line}: {one.rule} {one.message}" for one in report.findings]
    if report.repaired_source is not None:
        lines += ["", "With the covenant line where it is missing, it would be accepted:", "", report.repaired_source]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(main())
