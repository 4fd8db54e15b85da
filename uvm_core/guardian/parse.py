"""Reading a source within bounds: size, nesting and number of parts, and the parser's own refusals as a finding."""

from __future__ import annotations

import ast
import threading
import warnings
from dataclasses import dataclass
from textwrap import dedent

from .report import Finding, Fix, Severity

MAX_BYTES = 64 * 1024
MAX_DEPTH = 120
MAX_NODES = 6000
MAX_COMPILED = 60_000

_NEWLINES = ("\r\n", "\n", "\r")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source that Python compiles, as it was given and without the indentation that all its lines share.

    The machinery takes that indentation off as well, by the same function. `lines` are without their ends;
    `margin` is what was taken off.
    """

    source: str
    tree: ast.Module
    lines: tuple[str, ...]
    margin: int


class Reader:
    """Turns sources into trees. One at a time: Python's warning filters, which it must silence, are process-wide."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def read(self, source: object) -> Parsed | Finding:
        """The tree of `source`, or the one finding STR-006 that says why there is none."""
        if not isinstance(source, str):
            return refusal("A method is given as text.")
        try:
            size = len(source.encode("utf-8"))
        except UnicodeEncodeError:
            return refusal("The source holds half a character (a lone surrogate) and cannot be stored as text.")
        if size > MAX_BYTES:
            return refusal(f"A method has at most {MAX_BYTES // 1024} KiB; this one has {size // 1024 + 1} KiB.")
        text = dedent(source)
        try:
            with self._turn, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text, filename="<method>")
                problem = _too_big(tree)
                if problem is None and _compiled_size(tree, 0) > MAX_COMPILED:
                    problem = (
                        "The method has finally blocks within each other that multiply. Make several methods of it."
                    )
                if problem is None:
                    compile(text, "<method>", "exec", dont_inherit=True)
        except SyntaxError as error:
            line, column = error.lineno or 1, max((error.offset or 1) - 1, 0)
            return refusal(f"Python cannot read this method: {error.msg}.", line, column)
        except (ValueError, OverflowError) as error:
            return refusal(f"Python cannot read this method: {error}.")
        except (RecursionError, MemoryError):
            return refusal("The method is nested too deeply to be read.")
        if problem is not None:
            return refusal(problem)
        lines = tuple(split_lines(text))
        return Parsed(source, tree, lines, _margin(split_lines(source), lines))


def refusal(message: str, line: int = 1, column: int = 0) -> Finding:
    """The finding for a source that cannot be read."""
    return Finding("STR-006", "error", line, column, line, column, message)


def _margin(given: list[str], lines: tuple[str, ...]) -> int:
    return max(
        (len(before) - len(after) for before, after in zip(given, lines, strict=False) if after.strip()), default=0
    )


def split_lines(source: str) -> list[str]:
    """The lines as Python's own reader counts them: only CR LF, LF and CR end one."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def newline_of(source: str) -> str:
    """The line end that the source uses first."""
    found = [(source.find(end), end) for end in _NEWLINES if end in source]
    if not found:
        return "\n"
    # At the same place CR LF wins over its own CR.
    return min(found, key=lambda pair: (pair[0], -len(pair[1])))[1]


def _too_big(tree: ast.Module) -> str | None:
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if count > MAX_NODES:
            return f"A method has at most {MAX_NODES} parts; this one has more. Make several methods of it."
        if depth > MAX_DEPTH:
            return f"The method is nested too deeply: at most {MAX_DEPTH} levels."
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return None


def _compiled_size(node: ast.AST, final: int) -> int:
    """About how many parts Python's compiler makes of a tree.

    It copies a `finally` block for every way into it, so that blocks within blocks would take all memory there is.
    `final` is the size of the blocks that a jump from here runs through.
    """
    if isinstance(node, (ast.Return, ast.Break, ast.Continue)):
        return min(
            1 + final + sum(_compiled_size(child, final) for child in ast.iter_child_nodes(node)), MAX_COMPILED + 1
        )
    if isinstance(node, (ast.Try, ast.TryStar)) and node.finalbody:
        last = sum(_compiled_size(child, final) for child in node.finalbody)
        others = [*node.body, *node.handlers, *node.orelse]
        return min(1 + 2 * last + sum(_compiled_size(child, final + last) for child in others), MAX_COMPILED + 1)
    inner = 0 if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) else final
    return min(1 + sum(_compiled_size(child, inner) for child in ast.iter_child_nodes(node)), MAX_COMPILED + 1)


class Positions:
    """Makes findings out of nodes: byte columns become characters, positions stay inside the source."""

    def __init__(self, parsed: Parsed) -> None:
        self.lines = parsed.lines
        self.margin = parsed.margin

    def finding(
        self, rule: str, node: ast.AST | None, message: str, *, fix: Fix | None = None, severity: Severity = "error"
    ) -> Finding:
        """A finding at `node`; at the first line when there is none."""
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        column = self._characters(line, getattr(node, "col_offset", 0))
        end_column = self._characters(end_line, getattr(node, "end_col_offset", None) or 0)
        return Finding(rule, severity, line, column, end_line, end_column, message, fix)

    def _characters(self, line: int, column: int) -> int:
        if not 0 < line <= len(self.lines):
            return 0
        return (
            len(self.lines[line - 1].encode("utf-8", "replace")[: max(column, 0)].decode("utf-8", "ignore"))
            + self.margin
        )
