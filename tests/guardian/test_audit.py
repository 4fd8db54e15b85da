"""The audit as a function: its report, its bounds, its repairs in detail, its command line."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from uvm_core.guardian import audit
from uvm_core.guardian.__main__ import main
from uvm_core.guardian.auditing import audit_strictly

GOOD = "def f(self):\n    return self.x\n"


def test_a_report_says_what_it_looked_at() -> None:
    report = audit(GOOD, "f")
    assert report.accepted and report.name == "f" and report.findings == ()
    assert report.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert json.loads(json.dumps(report.to_dict()))["accepted"] is True


def test_findings_come_in_the_order_of_the_source() -> None:
    report = audit("def f(self):\n    x = eval\n    y = self\n    import os\n    return open\n")
    assert [finding.line for finding in report.findings] == [2, 3, 4, 5]
    assert all(finding.message.endswith(".") for finding in report.findings)


def test_the_name_must_be_the_selector() -> None:
    assert audit(GOOD, "g").rules == ("STR-001",)
    assert audit("def " + "a" * 65 + "(self): pass").rules == ("STR-001",)
    assert audit("def " + "a" * 64 + "(self): pass").accepted


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\x00",
        "def f(self):\n    return '\ud800'\n",
        "def f(self): return " + "(" * 5000 + ")" * 5000,
        "def f(self): return " + "-" * 60000 + "1",
        "def f(self): return " + "+".join(["1"] * 20000),
        "def f(self): return " + "[" * 150 + "]" * 150,
        "def f(self): return " + "x." * 3000 + "y",
        "def f(self):\n" + "".join(" " * (i + 1) + "if self.x:\n" for i in range(99)) + " " * 101 + "pass",
        "def f(self):\n    return " + "9" * 5000,
        "x" * 70000,
        "# " + "é" * 40000,
        "def f(self):\n    return f'{" + "self.x!r:{" * 30,
        "def f(self): return '\\N{no such name}'",
        "# -*- coding: utf-7 -*-\ndef f(self): return +AGEAYgBj-",
        "\ufeffdef f(self): return 1",
        "def f(self):\n    return 1 if 1 else " * 300 + "2",
    ],
)
def test_what_cannot_be_read_is_refused_and_never_raises(source: str) -> None:
    report = audit(source)
    assert not report.accepted and report.repaired_source is None and report.findings
    assert len(report.sha256) == 64


@pytest.mark.parametrize("source", [None, 3, b"def f(self): pass", ["x"]])
def test_what_is_no_text_is_refused(source: object) -> None:
    assert audit(source).rules == ("STR-006",)  # type: ignore[arg-type]


def test_a_method_that_is_too_large_is_refused() -> None:
    body = "".join(f"    x{i} = self.a{i}\n" for i in range(2000))
    assert audit("def f(self):\n" + body).rules == ("STR-006",)
    assert audit("def f(self):\n" + body[: len(body) // 4].rpartition("\n")[0] + "\n").accepted


def test_finally_in_finally_is_bounded() -> None:
    source = "def f(self):\n"
    for depth in range(1, 18):
        source += " " * depth + "try:\n" + " " * (depth + 1) + "return self.x\n" + " " * depth + "finally:\n"
    source += " " * 18 + "self.x = 1\n"
    report = audit_strictly(source)
    assert not report.accepted


def test_audits_do_not_print_or_warn(recwarn: pytest.WarningsRecorder, capsys: pytest.CaptureFixture[str]) -> None:
    audit("def f(self):\n    return self.x is 'a' or '\\d'\n")
    assert not recwarn.list
    assert capsys.readouterr() == ("", "")


def test_warnings_as_errors_do_not_change_the_verdict() -> None:
    program = (
        "from uvm_core.guardian import audit; import sys; "
        "sys.exit(0 if audit('def f(self):\\n    return self.x is \"a\"').accepted else 1)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-W", "error::SyntaxWarning", "-c", program], cwd=root).returncode == 0


def test_one_insertion_where_one_place_is_before_all_exits() -> None:
    report = audit("def f(self, x):\n    self.x = x\n    if x:\n        return 1\n    return 2\n")
    assert report.rules == ("COV-001",)
    assert report.repaired_source == (
        "def f(self, x):\n    self.x = x\n    self._p_changed = True\n    if x:\n        return 1\n    return 2\n"
    )


def test_several_insertions_where_there_is_no_such_place() -> None:
    source = (
        "def f(self, x):\n    if x:\n        self.x = x\n        return 1\n"
        "    for y in self.ys:\n        self.last = y\n        if y:\n            return 2\n    return 3\n"
    )
    report = audit(source)
    assert report.repaired_source is not None and report.repaired_source.count("_p_changed") == 3
    assert audit(report.repaired_source).accepted


def test_no_repair_where_the_exit_itself_changes() -> None:
    report = audit("def f(self):\n    return self.items.pop()\n")
    assert report.rules == ("COV-004",) and report.repaired_source is None and report.findings[0].fix is None


def test_no_repair_where_more_is_wrong_than_the_covenant() -> None:
    report = audit("def f(self):\n    self.x = eval('1')\n")
    assert set(report.rules) == {"COV-001", "NAM-001"} and report.repaired_source is None


def test_a_repair_inside_elif_and_one_liners() -> None:
    report = audit("def f(self, x):\n    if x: self.x = 1\n    elif x > 2: self.y = 2\n")
    assert report.repaired_source is not None
    assert report.repaired_source.endswith("self.y = 2\n    self._p_changed = True\n")
    assert audit("def f(self): self.x = 1\n").repaired_source is None


def test_a_repair_after_a_string_of_several_lines() -> None:
    report = audit('def f(self):\n    self.text = """\n  a\n    b"""')
    assert report.repaired_source == 'def f(self):\n    self.text = """\n  a\n    b"""\n    self._p_changed = True'


def test_the_command_line_prints_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(GOOD)
    bad.write_text("def f(self):\n    self.x = 1\n")
    assert main(["--json", str(good)]) == 0
    assert json.loads(capsys.readouterr().out)["accepted"] is True
    assert main(["--json", str(bad)]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["findings"][0]["fix"] == {"insert_at_line": 3, "indent": "    ", "text": "self._p_changed = True"}
    assert main([str(bad)]) == 1
    assert "line 2: COV-001" in capsys.readouterr().out
    assert main([str(tmp_path / "none.py")]) == 2
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2


def test_the_command_line_reads_standard_input() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "uvm_core.guardian", "--json", "-"]
    answer = subprocess.run(command, input=GOOD.encode(), capture_output=True, cwd=root)
    assert answer.returncode == 0 and json.loads(answer.stdout)["name"] == "f"


def test_many_exits_are_mended_by_one_line() -> None:
    body = "".join(f"    if x == {number}: return {number}\n" for number in range(200))
    report = audit("def f(self, x):\n    self.x = x\n" + body)
    assert report.rules == ("COV-001",)
    assert report.repaired_source == "def f(self, x):\n    self.x = x\n    self._p_changed = True\n" + body
