"""Inserting the covenant line: where, into which text, and the proof that nothing else was touched."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from uvm_core.objects.language import COVENANT_LINE

from .covenant import Breach, breaches
from .flow import Graph, Step, is_mark
from .machine import Event
from .parse import Parsed, newline_of
from .report import Fix

MAX_LOOKS = 80


@dataclass(frozen=True, slots=True)
class Insertion:
    """One covenant line and the breaches that it mends."""

    fix: Fix
    mends: tuple[Breach, ...]


class Repair:
    """Looks for places where covenant lines mend the breaches of one method."""

    def __init__(
        self, method: ast.FunctionDef, parsed: Parsed, graph: Graph, events: Mapping[Step, list[Event]]
    ) -> None:
        self._method = method
        self._parsed = parsed
        self._graph = graph
        self._events = events
        # How often the paths were followed for this method; each time costs as much as the audit itself.
        self._looked = 0

    def plan(self, broken: Sequence[Breach]) -> list[Insertion]:
        """Insertions in source order. They mend all breaches, or as many as can be mended one by one."""
        if len(broken) > 1:
            for place in self._places(broken):
                fix = self._fix(place)
                if fix is not None and self._looked < MAX_LOOKS and not self._broken_with([place]):
                    return [Insertion(fix, tuple(broken))]
        found: list[Insertion] = []
        fixes = {id(breach.exit): self._fix(breach.exit) for breach in broken}
        left = self._broken_with([breach.exit for breach in broken if fixes[id(breach.exit)] is not None])
        unmended = {id(breach.exit) for breach in left}
        for breach in broken:
            fix = fixes[id(breach.exit)]
            if fix is not None and id(breach.exit) not in unmended:
                found.append(Insertion(fix, (breach,)))
                continue
            # The exit has no line of its own, or changes something itself: further out there may be a place.
            for place in self._places([breach]):
                fix = self._fix(place)
                if fix is not None and all(other.exit is not breach.exit for other in self._broken_with([place])):
                    found.append(Insertion(fix, (breach,)))
                    break
        return sorted(found, key=lambda insertion: insertion.fix.insert_at_line)

    def insert(self, insertions: Sequence[Insertion]) -> str:
        """The source with the lines inserted, in its own line ends."""
        source = self._parsed.source
        newline = newline_of(source)
        lines = _with_ends(source)
        for fix in sorted({i.fix for i in insertions}, key=lambda fix: -fix.insert_at_line):
            index = fix.insert_at_line - 1
            if index > 0 and index == len(lines) and not lines[-1].endswith(("\n", "\r")):
                lines[-1] += newline
                lines.append(fix.indent + fix.text)
            else:
                lines.insert(index, fix.indent + fix.text + newline)
        return "".join(lines)

    def _places(self, broken: Sequence[Breach]) -> list[ast.stmt | None]:
        """Where one line could mend all these: the end, or in some block the first statement after the last change."""
        last = max(getattr(change.node, "lineno", 0) for breach in broken for change, _ in breach.changes)
        found: list[ast.stmt | None] = [None]
        for node in ast.walk(self._method):
            for _, block in ast.iter_fields(node):
                if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                    after = (part for part in block if part.lineno > last and id(part) in self._graph.anchors)
                    found.extend(list(after)[:1])
        return found if self._looked < MAX_LOOKS else []

    def _broken_with(self, places: Sequence[ast.stmt | None]) -> list[Breach]:
        self._looked += 1
        supposed: list[Step] = []
        for place in places:
            if place is not None:
                supposed.extend(self._graph.anchors.get(id(place), []))
            elif self._graph.end is not None:
                supposed.append(self._graph.end)
        return breaches(self._graph, self._events, supposed)

    def _fix(self, place: ast.stmt | None) -> Fix | None:
        """The line to insert before a statement, or after the last one; None where no line can stand there."""
        if place is None:
            first, last = self._method.body[0], self._method.body[-1]
            indent = self._indent(first)
            if indent is None or self._graph.end is None:
                return None
            return Fix((last.end_lineno or last.lineno) + 1, indent, COVENANT_LINE)
        indent = self._indent(place)
        return None if indent is None else Fix(place.lineno, indent, COVENANT_LINE)

    def _indent(self, statement: ast.stmt) -> str | None:
        """What stands before a statement on its line when that is only indentation."""
        line = self._parsed.lines[statement.lineno - 1]
        before = line.encode("utf-8", "replace")[: statement.col_offset].decode("utf-8", "replace")
        if before.strip(" \t") or line[len(before) :].startswith("elif"):
            return None
        given = _with_ends(self._parsed.source)[statement.lineno - 1]
        return given[: len(given) - len(given.lstrip(" \t"))]


def only_marks_added(before: ast.Module, after: ast.Module) -> bool:
    """Whether `after` is `before` with covenant lines inserted and nothing else."""
    return ast.dump(_Unmarked().visit(before)) == ast.dump(_Unmarked().visit(after))


class _Unmarked(ast.NodeTransformer):
    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name, field in ast.iter_fields(node):
            if isinstance(field, list):
                setattr(
                    node,
                    name,
                    [self.visit(part) for part in field if not (isinstance(part, ast.AST) and is_mark(part))],
                )
            elif isinstance(field, ast.AST):
                setattr(node, name, self.visit(field))
        return node

    def visit(self, node: ast.AST) -> ast.AST:
        return self.generic_visit(node) if isinstance(node, ast.AST) else node


def _with_ends(source: str) -> list[str]:
    """The lines with their ends, as Python's reader counts them."""
    lines: list[str] = []
    begin = 0
    position = 0
    while position < len(source):
        if source[position] in "\r\n":
            if source.startswith("\r\n", position):
                position += 1
            lines.append(source[begin : position + 1])
            begin = position + 1
        position += 1
    if begin < len(source):
        lines.append(source[begin:])
    return lines
