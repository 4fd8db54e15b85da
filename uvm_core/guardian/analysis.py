"""The alias analysis of a method to its fixed point: for every step, the events that may happen in it."""

from __future__ import annotations

import ast
from heapq import heappop, heappush
from typing import Any

from .evidence import Evidence
from .flow import Graph, Step, TooComplex, graph_of
from .machine import Event, Function, Key
from .origins import ARGUMENT, DOES, ERROR, PLAIN, STATE, Made, Value, just
from .scopes import Scopes
from .targets import Targets

MAX_ROUNDS = 40
MAX_WORK = 400_000
Environment = dict[Key, Value]


class Analysis(Targets):
    """`run()` fills `events`: step -> what may happen in it, in order; and `reported`: findings on the way."""

    def __init__(self, method: ast.FunctionDef, scopes: Scopes) -> None:
        super().__init__(scopes, Evidence(method, scopes))
        self.graph = graph_of(method)
        self.happenings: dict[Step, list[Event]] = {}
        self._method = method
        self._work = 0

    def run(self) -> None:
        """Repeat until nothing grows; TooComplex where that takes more than its bound."""
        for _ in range(MAX_ROUNDS):
            before = (self.version, self.heap.version)
            self.happenings = {}
            self.frame = self.scopes.method
            self._flow(self.graph, self._arguments())
            for function in list(self.functions.values()):
                self._nested(function)
            if before == (self.version, self.heap.version):
                return
        raise TooComplex

    def _arguments(self) -> Environment:
        env: Environment = {}
        scope = self.scopes.method
        self.env = env
        parameters = self._method.args
        for parameter in [*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs]:
            self.bind(self.scopes.binding(scope, parameter.arg), just(ARGUMENT))
        for star in (parameters.vararg, parameters.kwarg):
            if star is not None:
                kind = "dict" if star is parameters.kwarg else "tuple"
                holding = self.holding(star, kind, just(ARGUMENT))  # type: ignore[arg-type]
                self.bind(self.scopes.binding(scope, star.arg), holding)
        return env

    def _nested(self, function: Function) -> None:
        self.frame = self.scopes.scope_of[id(function.node)]
        env: Environment = {variable: value for variable, value in self.shared.items() if variable.scope is self.frame}
        self._flow(function.graph, env, function)

    def _flow(self, graph: Graph, start: Environment, function: Function | None = None) -> None:
        arriving: dict[int, Environment] = {graph.start.index: start}
        waiting = [graph.start.index]
        queued = {graph.start.index}
        while waiting:
            step = graph.steps[heappop(waiting)]
            queued.discard(step.index)
            before = arriving[step.index]
            self._work += 1 + len(before) // 8
            if self._work > MAX_WORK:
                raise TooComplex
            self.env, self.events = dict(before), []
            self._perform(step, function)
            if function is None:
                self.happenings[step] = self.events
            after = self.env
            ways: list[tuple[Step, Environment]] = [(following, after) for following in step.next]
            if step.raises is not None and (None in self.events or step.action == "raise"):
                ways += [(step.raises, before), (step.raises, after)]
            for following, env in ways:
                known = arriving.get(following.index)
                if known is None:
                    arriving[following.index] = dict(env)
                elif not _join(known, env):
                    continue
                if following.index not in queued:
                    queued.add(following.index)
                    heappush(waiting, following.index)

    def _perform(self, step: Step, function: Function | None) -> None:
        node: Any = step.node
        match step.action:
            case "evaluate":
                self._evaluate(node)
            case "assign":
                value = self.value(node.value)
                for target in node.targets:
                    self.assign(target, value, node.value)
            case "declare":
                if node.value is not None:
                    self.assign(node.target, self.value(node.value), node.value)
            case "augment":
                self.augment(node)
            case "iterate":
                self.env[("items", id(node))] = self.value(node.iter)
                self.may_raise()
            case "next":
                items = self.used(self.env.get(("items", id(node)), PLAIN), node.iter)
                self.may_raise()
                self.assign(node.target, self.heap.within(items), None)
            case "delete":
                for target in node.targets:
                    self.may_raise()
                    self.remove(target)
            case "define":
                self.bind(self.scopes.bound_in(node, node.name), self.function(node))
            case "caught":
                if node.name is not None:
                    self.bind(self.scopes.bound_in(node, node.name), just(ERROR))
            case "subject":
                self.env[("subject", 0)] = self.value(node.subject)
            case "case":
                self.capture(node.pattern, self.env.get(("subject", 0), PLAIN))
                self.may_raise()
                if node.guard is not None:
                    self.value(node.guard)
            case "answer":
                self._answer(node, function)
            case "raise":
                self.value(node.exc)
                self.value(node.cause)
                self.may_raise()
            case "mark":
                if self.nested:
                    self.remove(node.targets[0])

    def _evaluate(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assert):
            self.value(node.test)
            self.may_raise()
            self.value(node.msg)
        elif isinstance(node, ast.Expr):
            self.dropped = node.value
            self.value(node.value)
            self.dropped = None
        elif isinstance(node, ast.expr):
            self.value(node)

    def _answer(self, node: ast.Return | ast.Lambda, function: Function | None) -> None:
        answer = self.value(node.body if isinstance(node, ast.Lambda) else node.value)
        if function is not None:
            if not answer <= function.answers:
                function.answers |= answer
                self.version += 1
            return
        if DOES in answer or any(isinstance(one, Made) and self._holds_receiver(one) for one in answer):
            self.report("COV-006", node, "This hands out something that can change or read the object later on.")

    def _holds_receiver(self, made: Made) -> bool:
        if made.kind == "method":
            return STATE in PLAIN.union(*made.fields.values())
        known = self.functions.get(made)
        return known is not None and any(
            isinstance(part, ast.Name) and part.id == "self" for part in ast.walk(known.node)
        )


def _join(known: Environment, arriving: Environment) -> bool:
    grown = False
    for key, value in arriving.items():
        before = known.get(key)
        if before is None:
            known[key] = value
            grown = True
        elif not value <= before:
            known[key] = before | value
            grown = True
    return grown
