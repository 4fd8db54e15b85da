"""The control-flow graph of a function body.

A step is what runs without a branch inside; `next` are the steps that may follow it and `raises` is where an exception
inside it goes (None: out of the function). Boolean and conditional expressions stay inside a step: what they do is
something that may happen there. A `finally` block is copied for every way into it, as it runs with each of them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from uvm_core.objects.language import COVENANT_LINE, normal

from .words import MARK_ATTRIBUTE

MAX_STEPS = 12_000

Action = Literal[
    "join", "anchor", "evaluate", "assign", "declare", "augment", "iterate", "next", "mark", "delete", "define",
    "caught", "subject", "case", "answer", "raise", "exit",
]  # fmt: skip


class TooComplex(Exception):
    """The method has more ways through it than the guardian follows."""


@dataclass(eq=False, slots=True)
class Step:
    """One step: `action` says how `node` is evaluated."""

    index: int
    action: Action
    node: ast.AST | None
    next: list[Step] = field(default_factory=list)
    raises: Step | None = None


@dataclass(eq=False, slots=True)
class Graph:
    """A function's steps; `anchors` are the places before each statement, `end` the place after the last one."""

    start: Step
    steps: list[Step]
    anchors: dict[int, list[Step]]
    end: Step | None = None
    exits: list[Step] = field(default_factory=list)


def is_mark(statement: ast.AST) -> bool:
    """Whether a statement is the covenant line, `self._p_changed = True`, and nothing else."""
    return (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and is_mark_target(statement.targets[0])
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is True
    )


def is_mark_target(node: ast.AST) -> bool:
    """Whether a node is `self._p_changed`, compared in NFKC form."""
    return (
        isinstance(node, ast.Attribute)
        and normal(node.attr) == MARK_ATTRIBUTE
        and isinstance(node.value, ast.Name)
        and normal(node.value.id) == "self"
    )


assert is_mark(ast.parse(COVENANT_LINE).body[0])


@dataclass(slots=True)
class _Loop:
    after: Step
    again: Step


@dataclass(slots=True)
class _Final:
    body: Sequence[ast.stmt]
    raises: Step | None


class _Builder:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.anchors: dict[int, list[Step]] = {}
        self.exits: list[Step] = []
        self.frames: list[_Loop | _Final] = []
        self.raise_to: Step | None = None

    def step(self, action: Action, node: ast.AST | None = None, after: Step | None = None) -> Step:
        if len(self.steps) >= MAX_STEPS:
            raise TooComplex
        made = Step(len(self.steps), action, node)
        made.raises = self.raise_to
        self.steps.append(made)
        if after is not None:
            after.next.append(made)
        return made

    def anchor(self, statement: ast.AST, after: Step) -> Step:
        made = self.step("anchor", statement, after)
        self.anchors.setdefault(id(statement), []).append(made)
        return made

    def block(self, statements: Sequence[ast.stmt], at: Step | None) -> Step | None:
        for statement in statements:
            if at is None:
                return None
            at = self.statement(statement, at)
        return at

    def statement(self, node: ast.stmt, at: Step) -> Step | None:
        at = self.anchor(node, at)
        build = _BUILDERS.get(type(node))
        if build is not None:
            return build(self, node, at)
        if is_mark(node):
            return self.step("mark", node, at)
        return self.step(_SIMPLE.get(type(node), "join"), node, at)

    def leave(self, at: Step, kind: Literal["return", "break", "continue"], node: ast.AST | None) -> None:
        """Go from `at` to where the jump leads, through the finally blocks on the way."""
        frames, raise_to = self.frames, self.raise_to
        here: Step | None = at
        for depth in range(len(frames) - 1, -1, -1):
            frame = frames[depth]
            if here is None:
                break
            if isinstance(frame, _Final):
                self.frames, self.raise_to = frames[:depth], frame.raises
                here = self.block(frame.body, here)
            elif kind != "return":
                here.next.append(frame.after if kind == "break" else frame.again)
                here = None
        if here is not None:
            self.exits.append(self.step("exit", node, here))
        self.frames, self.raise_to = frames, raise_to

    def joined(self, *ends: Step | None) -> Step | None:
        open_ends = [end for end in ends if end is not None]
        if len(open_ends) < 2:
            return open_ends[0] if open_ends else None
        join = self.step("join")
        for end in open_ends:
            end.next.append(join)
        return join

    def answer(self, node: ast.Return, at: Step) -> None:
        self.leave(self.step("answer", node, at), "return", node)

    def raising(self, node: ast.Raise, at: Step) -> None:
        self.step("raise", node, at)

    def breaking(self, _node: ast.Break, at: Step) -> None:
        self.leave(at, "break", None)

    def continuing(self, _node: ast.Continue, at: Step) -> None:
        self.leave(at, "continue", None)

    def branch(self, node: ast.If, at: Step) -> Step | None:
        test = self.step("evaluate", node.test, at)
        yes = self.block(node.body, self.step("join", None, test))
        if _always(node.test):
            return yes
        return self.joined(yes, self.block(node.orelse, self.step("join", None, test)))

    def loop(self, node: ast.While, at: Step) -> Step | None:
        again = self.step("join", None, at)
        test = self.step("evaluate", node.test, again)
        return self._loop(node, again, test, endless=_always(node.test))

    def each(self, node: ast.For | ast.AsyncFor, at: Step) -> Step | None:
        again = self.step("join", None, self.step("iterate", node, at))
        return self._loop(node, again, self.step("next", node, again), endless=False)

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor, again: Step, test: Step, *, endless: bool) -> Step | None:
        # The item of a `for` is bound on the way into the body; the way past it keeps the last one.
        after = self.step("join")
        self.frames.append(_Loop(after, again))
        end = self.block(node.body, self.step("join", None, test))
        self.frames.pop()
        if end is not None:
            end.next.append(again)
        if not endless:
            done = self.block(node.orelse, self.step("join", None, test))
            if done is not None:
                done.next.append(after)
        return after

    def match(self, node: ast.Match, at: Step) -> Step | None:
        at = self.step("subject", node, at)
        ends: list[Step | None] = []
        for case in node.cases:
            test = self.step("case", case, at)
            ends.append(self.block(case.body, self.step("join", None, test)))
            if case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None:
                return self.joined(*ends)
            at = self.step("join", None, test)
        return self.joined(*ends, at)

    def context(self, node: ast.With | ast.AsyncWith, at: Step) -> Step | None:
        # Refused by STR-003; followed so that the rest of the method is still understood.
        return self.block(node.body, self.step("join", None, at))

    def attempt(self, node: ast.Try, at: Step) -> Step | None:
        outer = self.raise_to
        failed = outer
        if node.finalbody:
            failed = self.step("join")
            failed.raises = None
            end = self.block(node.finalbody, failed)
            if end is not None and outer is not None:
                end.next.append(outer)
            self.frames.append(_Final(node.finalbody, outer))
        self.raise_to = failed
        caught = self.step("join")
        self.raise_to = caught
        at_end = self.block(node.body, self.step("join", None, at))
        self.raise_to = failed
        ends = [self.block(node.orelse, at_end)]
        for handler in node.handlers:
            ends.append(self.block(handler.body, self.step("caught", handler, caught)))
        if failed is not None and not any(_catches_all(handler) for handler in node.handlers):
            caught.next.append(failed)
        self.raise_to = outer
        end = self.joined(*ends)
        if node.finalbody:
            self.frames.pop()
            end = self.block(node.finalbody, end)
        return end


_SIMPLE: dict[type[ast.AST], Action] = {
    ast.Expr: "evaluate", ast.Assign: "assign", ast.AnnAssign: "declare", ast.AugAssign: "augment",
    ast.Delete: "delete", ast.FunctionDef: "define", ast.AsyncFunctionDef: "define", ast.Assert: "evaluate",
}  # fmt: skip
_BUILDERS: dict[type[ast.AST], Callable[..., Step | None]] = {
    ast.Return: _Builder.answer, ast.Raise: _Builder.raising, ast.Break: _Builder.breaking,
    ast.Continue: _Builder.continuing, ast.If: _Builder.branch, ast.While: _Builder.loop, ast.For: _Builder.each,
    ast.AsyncFor: _Builder.each, ast.Match: _Builder.match, ast.With: _Builder.context,
    ast.AsyncWith: _Builder.context, ast.Try: _Builder.attempt, ast.TryStar: _Builder.attempt,
}  # fmt: skip


def graph_of(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Graph:
    """The graph of a function's body; TooComplex where it has too many steps."""
    builder = _Builder()
    start = builder.step("join")
    if isinstance(function, ast.Lambda):
        builder.exits.append(builder.step("exit", None, builder.step("answer", function, start)))
        return Graph(start, builder.steps, builder.anchors, None, builder.exits)
    end = builder.block(function.body, start)
    if end is not None:
        end = builder.step("anchor", None, end)
        builder.exits.append(builder.step("exit", None, end))
    return Graph(start, builder.steps, builder.anchors, end, builder.exits)


def _always(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)


def _catches_all(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id == "Exception") for kind in kinds)
