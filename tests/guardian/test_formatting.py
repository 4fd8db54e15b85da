"""The way a method is typed never changes the verdict over it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from uvm_core.guardian import Report, audit

from .cases import Case, bad, innocent

CASES = [*innocent(), *(case for case in bad() if case.rule != "STR-006")][::2]


def _crlf(source: str) -> str:
    return source.replace("\n", "\r\n")


def _old_mac(source: str) -> str:
    return source.replace("\n", "\r")


def _tabs(source: str) -> str:
    lines = []
    for line in source.split("\n"):
        body = line.lstrip(" ")
        deep, rest = divmod(len(line) - len(body), 4)
        lines.append("\t" * deep + " " * rest + body)
    return "\n".join(lines)


def _comments(source: str) -> str:
    return "# before\n" + "".join(f"{line}  # self._p_changed = True\n" for line in source.rstrip("\n").split("\n"))


def _blank_lines(source: str) -> str:
    return source.replace("\n", "\n\n   \n") + "\n\n\n"


def _wide(source: str) -> str:
    lines = []
    for line in source.split("\n"):
        body = line.lstrip(" ")
        lines.append(" " * 3 * (len(line) - len(body)) + body)
    return "\n".join(lines)


def _indented(source: str) -> str:
    return "".join(f"    {line}\n" for line in source.rstrip("\n").split("\n"))


def _no_end(source: str) -> str:
    return source.rstrip("\n")


def _trailing_blanks(source: str) -> str:
    return source.replace("\n", "  \n") + "   "


FORMATS = [_crlf, _old_mac, _tabs, _comments, _blank_lines, _wide, _indented, _no_end, _trailing_blanks]


@pytest.fixture(scope="module")
def plain() -> dict[str, Report]:
    return {case.source: audit(case.source, case.name) for case in CASES}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.__name__)
def test_formatting_does_not_change_the_verdict(form: Callable[[str], str], plain: dict[str, Report]) -> None:
    changed: list[Case] = []
    for case in CASES:
        if form in (_comments, _trailing_blanks) and ("\\\n" in case.source or '"""' in case.source):
            continue
        before, after = plain[case.source], audit(form(case.source), case.name)
        mended = (before.repaired_source is None, after.repaired_source is None)
        if before.accepted != after.accepted or set(before.rules) != set(after.rules) or mended[0] != mended[1]:
            changed.append(case)
    assert not changed


def test_a_repair_keeps_line_ends_and_tabs() -> None:
    report = audit("def f(self, x):\r\n\tif x:\r\n\t\tself.x = x\r\n\t\treturn 1\r\n\treturn 2\r\n")
    assert report.repaired_source == (
        "def f(self, x):\r\n\tif x:\r\n\t\tself.x = x\r\n\t\tself._p_changed = True\r\n\t\treturn 1\r\n\treturn 2\r\n"
    )


def test_a_repair_keeps_an_indented_source_indented() -> None:
    report = audit("    def f(self, x):\n        self.x = x")
    assert report.repaired_source == "    def f(self, x):\n        self.x = x\n        self._p_changed = True"


def test_columns_count_characters_and_include_a_shared_indentation() -> None:
    (finding,) = audit("  def f(self):\n      return 'äöü', eval").findings
    assert (finding.line, finding.column, finding.end_column) == (2, 20, 24)


def test_names_are_compared_in_their_plain_form() -> None:
    assert audit("def f(self):\n    self.x = 1\n    self._p_ｃhanged = True\n").accepted
    assert audit("def ｆ(self):\n    return 1\n", "f").accepted
    assert audit("def f(self):\n    return ｅval('1')\n").rules == ("NAM-001",)
