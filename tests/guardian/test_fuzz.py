"""Laws over arbitrary text and over generated methods, which are run to see whether the verdict was true."""

from __future__ import annotations

import ast
import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from uvm_core.guardian import audit
from uvm_core.guardian.auditing import audit_strictly

from .cases import bad, innocent

SOURCES = [case.source for case in [*innocent(), *bad()]]
WORDS = """def f ( self ) : self. x = 1 items .append ( . [ ] { } , if else for in while try except finally return
raise lambda yield async await match case _ with as import class global del not and or is None True := * ** -> @
_p_changed __class__ " ' \\ # 0 f' f" { !"""
TOKENS = [*WORDS.split(), "\n", "\n    ", "\n        ", "\t", " "]


@given(st.text(max_size=200))
def test_any_text_has_a_verdict(text: str) -> None:
    assert audit_strictly(text).sha256


@given(st.lists(st.sampled_from(TOKENS), max_size=60).map(" ".join))
def test_any_tokens_have_a_verdict(text: str) -> None:
    audit_strictly("def f(self):\n    " + text)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SOURCES), st.data())
def test_damaged_methods_have_a_verdict(source: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(source)))
    until = data.draw(st.integers(at, min(len(source), at + 12)))
    audit_strictly(source[:at] + data.draw(st.sampled_from([*TOKENS, ""])) + source[until:])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SOURCES), st.sampled_from(SOURCES), st.data())
def test_methods_grafted_into_each_other_have_a_verdict(source: str, other: str, data: st.DataObject) -> None:
    try:
        trees = ast.parse(source), ast.parse(other)
    except SyntaxError:
        assume(False)
        return
    nodes = [[node for node in ast.walk(tree) if isinstance(node, ast.expr)] for tree in trees]
    assume(all(nodes))
    target, graft = data.draw(st.sampled_from(nodes[0])), data.draw(st.sampled_from(nodes[1]))
    changed = _Graft(target, graft).visit(trees[0])
    try:
        text = ast.unparse(ast.fix_missing_locations(changed))
    except (ValueError, AttributeError, TypeError, KeyError):
        assume(False)
        return
    audit_strictly(text)


class _Graft(ast.NodeTransformer):
    def __init__(self, target: ast.expr, graft: ast.expr) -> None:
        self._target, self._graft = target, graft

    def visit(self, node: ast.AST) -> Any:
        if node is self._target and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return copy.deepcopy(self._graft)
        return self.generic_visit(node)


# --- methods that are run ---------------------------------------------------------------------------------------------

VARIABLES = st.sampled_from("abc")
SIMPLE = [
    "self._p_changed = True",
    "self._p_changed = True",
    "self._p_changed = True",
    "self.n += 1",
    "self.xs.append(p)",
    "self.table['k'].append(q)",
    "self.rows[0]['k'] = p",
    "self.xs[:] = [p]",
    "{0} = self.xs",
    "{0} = self.rows",
    "{0} = list(self.rows)",
    "{0} = self.rows[:]",
    "{0} = [dict(row) for row in self.rows]",
    "{0} = self.table.get('k', [])",
    "{0} = self.rows[0].get('z') or []",
    "{0} = {1}",
    "{0} = {1} if p else {2}",
    "{0} = [{1}]",
    "{0} = {{'k': {1}}}",
    "{0} = []",
    "{0}, {1} = {1}, {0}",
    "{0}, *{1} = [*{2}, {0}, self.xs]",
    "{0}.append(q)",
    "{0}.append({1})",
    "{0} += [q]",
    "{0}[0].append(p) if {0} and hasattr_list({0}) else None",
    "[one.append(p) for one in {0} if is_list(one)]",
    "self.xs = {0}",
    "self.kept.append({0})",
    "({0} if q else {1}).append(p)",
    "(lambda y: y)({0}).append(p)",
    "{0} = (lambda: {1})()",
    "{0} = sorted({1}, key=str)",
    "{0} = list(filter(None, {1}))",
    "{0} = list(map(lambda y: y, {1}))",
    "{0} = [one for one in {1}]",
    "{0} = [found for pair in enumerate({1}) for found in [pair[1]]]",
    "int(p)",
    "int(q)",
    "if ({0} := self.xs): pass",
    "del self.xs[:1]",
    "{0} = self.xs.pop() if self.xs else []",
    "print({0})",
    "{0} = {1}.copy()",
    "{0} = {1} + {2}",
]
LEAVING = ["return", "return {0}", "raise ValueError(p)", "raise KeyError(p)", "return len({0})"]


def _indent(block: list[str]) -> list[str]:
    return ["    " + line for line in block]


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0, loop: bool = False) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.integers(0, 13 if depth < 3 else 7))
        names = [draw(VARIABLES) for _ in range(3)]
        if kind <= 7:
            lines.append(draw(st.sampled_from(SIMPLE)).format(*names))
        elif kind == 8:
            lines += [
                f"if {draw(st.sampled_from(['p', 'q', 'self.xs', 'not p']))}:",
                *_indent(draw(blocks(depth + 1, loop))),
            ]
            if draw(st.booleans()):
                lines += ["else:", *_indent(draw(blocks(depth + 1, loop)))]
        elif kind == 9:
            source = draw(
                st.sampled_from(["list(range(2))", "self.rows", f"list({names[1]})", "list(self.table.values())"])
            )
            lines += [f"for {names[0]} in {source}:", *_indent(draw(blocks(depth + 1, True)))]
            lines.insert(len(lines), "else:")
            lines += _indent(draw(blocks(depth + 1, loop)))
        elif kind == 10:
            lines += ["try:", *_indent(draw(blocks(depth + 1, loop)))]
            lines += [f"except {draw(st.sampled_from(['ValueError', 'Exception', 'KeyError']))}:"]
            lines += _indent(draw(blocks(depth + 1, loop)))
            if draw(st.booleans()):
                lines += [
                    "finally:",
                    *_indent(draw(st.sampled_from([["pass"], ["self._p_changed = True"], ["self.n = 3"]]))),
                ]
        elif kind == 11:
            lines.append(draw(st.sampled_from(LEAVING)).format(*names))
        elif kind == 12 and loop:
            lines.append(draw(st.sampled_from(["break", "continue"])))
        else:
            lines += [
                f"match {names[0]}:",
                f"    case [{names[1]}, *{names[2]}]:",
                *_indent(_indent(draw(blocks(depth + 1, loop)))),
            ]
    return lines


@st.composite
def methods(draw: st.DrawFn) -> str:
    body = ["a, b, c = [], [[]], []", *draw(blocks())]
    if draw(st.integers(0, 2)):
        body.append("self._p_changed = True")
    text = "\n".join(["def f(self, p, q):", *_indent(body)])
    return text.replace("hasattr_list({0})", "True").replace("is_list(one)", "isinstance(one, list)")


class Recorder:
    """Remembers what its slots held when the covenant line last ran."""

    def __init__(self) -> None:
        held = {"n": 0, "xs": [1], "rows": [{"k": 1, "z": [5]}, {"k": 2}], "table": {"k": [1], "l": []}, "kept": []}
        self.__dict__.update(held)
        object.__setattr__(self, "marked", self.held())

    def held(self) -> str:
        """The slots as text, which also says where a list holds itself."""
        return repr({name: value for name, value in self.__dict__.items() if name not in ("marked", "_p_changed")})

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "_p_changed":
            object.__setattr__(self, "marked", self.held())


def _ends_unmarked(source: str) -> bool:
    """Whether some run of the method leaves normally with changes after its last mark."""
    namespace: dict[str, Any] = {}
    exec(compile(source, "<method>", "exec"), {"print": lambda *_: None}, namespace)
    for p in (0, 1, "x"):
        for q in (0, 2, "y"):
            ghost = Recorder()
            try:
                namespace["f"](ghost, p, q)
            except Exception:  # noqa: BLE001 - an exception ends the message, and the send sees to it
                continue
            if ghost.held() != ghost.marked:
                return True
    return False


@settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
@given(methods())
def test_an_accepted_method_marks_after_its_last_change_on_every_run(source: str) -> None:
    try:
        compile(source, "<method>", "exec")
    except SyntaxError:
        assume(False)
    report = audit_strictly(source)
    accepted = source if report.accepted else report.repaired_source
    if accepted is not None:
        assert not _ends_unmarked(accepted), accepted


@pytest.mark.parametrize("source", [case.source for case in bad() if case.rule == "STR-006"])
def test_unreadable_sources_answer_one_finding(source: str) -> None:
    assert audit(source).rules == ("STR-006",)
