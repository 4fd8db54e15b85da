"""The state of the alias analysis and what can happen to it: reading, storing, changing, publishing, reporting."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .evidence import Evidence
from .flow import Graph, graph_of
from .origins import (
    ANY,
    ARGUMENT,
    DOES,
    FOREIGN_REPLY,
    OTHER,
    PLAIN,
    REPLY,
    STATE,
    Heap,
    Kind,
    Made,
    Origin,
    Value,
    just,
)
from .scopes import Scope, Scopes, Variable, all_arguments
from .words import MESSAGE_LIKE, STEPWISE_MUTATORS, TAKES_ITEMS, TAKES_MANY

ChangeKind = Literal["store", "in place", "mention"]
Key = Variable | tuple[str, int] | str
PUBLISHED = "what the method has made and put into a slot"


@dataclass(eq=False, slots=True)
class Change:
    """A possible change of the receiver's state. `whole`: it is done or not done, never half."""

    kind: ChangeKind
    node: ast.AST
    what: str
    whole: bool = True


# What happens inside a step, in order: a change, or None where an exception may leave it.
Event = Change | None


@dataclass(slots=True)
class Arguments:
    """What a call hands over: values in order, by name, and what `*` and `**` may add."""

    values: list[Value] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)
    more: Value = PLAIN

    def all(self) -> Value:
        """Everything that is handed over, in one value."""
        return PLAIN.union(*self.values, *self.named.values(), self.more)


@dataclass(eq=False, slots=True)
class Function:
    """A nested function or lambda: analysed for all its callers together."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    graph: Graph
    answers: Value = PLAIN


class Machine:
    """One method under analysis."""

    def __init__(self, scopes: Scopes, evidence: Evidence) -> None:
        self.scopes = scopes
        self.evidence = evidence
        self.heap = Heap()
        self.env: dict[Key, Value] = {}
        self.events: list[Event] = []
        self.reported: dict[tuple[str, int, int], tuple[ast.AST, str]] = {}
        self.functions: dict[Made, Function] = {}
        self.shared: dict[Variable, Value] = {}
        self.ever_published: frozenset[Origin] = PLAIN
        self.version = 0
        self.frame: Scope = scopes.method
        self.doubtful = 0
        # The call whose answer the statement under evaluation drops.
        self.dropped: ast.AST | None = None
        self._changes: dict[tuple[int, str], Change] = {}
        self._captured = {
            variable
            for name, scope in scopes.uses
            if (variable := scopes.variable_of(name)) is not None and variable.function is not scope.function()
        }
        self._self = scopes.lookup("self", scopes.method)

    @property
    def nested(self) -> bool:
        """Whether what is evaluated now is the body of a nested function or lambda."""
        return self.frame is not self.scopes.method

    # -- variables

    def is_self(self, node: ast.AST) -> bool:
        """Whether a node is the receiver."""
        return isinstance(node, ast.Name) and node.id == "self" and self.scopes.variable_of(node) == self._self

    def read(self, variable: Variable) -> Value:
        """What a variable may be here."""
        if variable.function is not self.frame:
            return self.shared.get(variable, PLAIN)
        return self.env.get(variable, PLAIN)

    def bind(self, variable: Variable, value: Value) -> None:
        """Set a variable; where that may not happen, it may still be what it was."""
        if self.doubtful:
            value = value | self.env.get(variable, PLAIN)
        self.env[variable] = value
        if variable in self._captured:
            self.share(variable, value)

    def share(self, variable: Variable, value: Value) -> None:
        """Note a value of a variable that is read, or a parameter that is set, from another function."""
        before = self.shared.get(variable, PLAIN)
        if not value <= before:
            self.shared[variable] = before | value
            self.version += 1

    # -- things made

    def make(self, node: ast.AST, kind: Kind, role: str = "") -> Made:
        """A new container at `node`. What an earlier turn made here and put into a slot is state from now on."""
        made = self.heap.make(node, kind, role)
        published = self.env.get(PUBLISHED, PLAIN)
        if made in published:
            for key, value in self.env.items():
                if made in value and key != PUBLISHED:
                    self.env[key] = value | {STATE}
            self.heap.spread(made, STATE)
            self.env[PUBLISHED] = published - {made}
        return made

    def holding(self, node: ast.AST, kind: Kind, value: Value, role: str = "") -> Value:
        """A new container in which `value` may lie."""
        made = self.make(node, kind, role)
        self.heap.put(made, value)
        return just(made)

    def copied(self, node: ast.AST, kind: Kind, value: Value) -> Value:
        """A new container with the parts of `value`, key by key where they are known."""
        made = self.make(node, kind)
        for origin in value:
            if isinstance(origin, Made) and origin.kind == kind:
                for key, inside in list(origin.fields.items()):
                    self.heap.put(made, inside, key)
            else:
                self.heap.put(made, self.heap.within(just(origin)))
        return just(made)

    def publish(self, value: Value) -> None:
        """Note that `value` lies in a slot from now on."""
        made = self.heap.reach(value)
        if made:
            self.env[PUBLISHED] = self.env.get(PUBLISHED, PLAIN) | made
            if not made <= self.ever_published:
                self.ever_published |= made
                self.version += 1

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Value:
        """The function that a nested def or a lambda makes."""
        made = self.heap.make(node, "function")
        if made not in self.functions:
            self.functions[made] = Function(node, graph_of(node))
            self.version += 1
        return just(made)

    # -- events and findings

    def may_raise(self) -> None:
        """Note that an exception may leave the step here."""
        if not self.events or self.events[-1] is not None:
            self.events.append(None)

    def change(self, kind: ChangeKind, node: ast.AST, what: str, *, whole: bool = True) -> None:
        """Note a possible change of the receiver's state."""
        if self.nested:
            self.report("COV-007", node, f"{what} inside a nested function or lambda, which may run at any time.")
            return
        key = (id(node), kind)
        found = self._changes.get(key)
        if found is None:
            found = self._changes[key] = Change(kind, node, what, whole)
        self.events.append(found)
        if not whole:
            self.may_raise()

    def report(self, rule: str, node: ast.AST, message: str) -> None:
        """A finding at `node`; the same rule is reported once there."""
        place = (rule, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        self.reported.setdefault(place, (node, message))

    def used(self, value: Value, node: ast.AST) -> Value:
        """`value` as it is read at `node`: to take hold of something that changes state counts as changing it."""
        if DOES in value:
            self.change("mention", node, "This may change a slot when it is used")
        return value

    # -- changes

    def mutate(self, value: Value, node: ast.AST, base: ast.expr, name: str = "", *, used: bool = True) -> None:
        """A change in place of `value`, which `base` spells, by the method `name` or by an item store ('')."""
        what = f"{spell(base)} is changed in place"
        by = f" by {name}" if name else ""
        published = self.ever_published if self.nested else self.env.get(PUBLISHED, PLAIN)
        if STATE in value or (REPLY in value and not used and self._temporary(base)) or not published.isdisjoint(value):
            self.change("in place", node, what + by, whole=name not in STEPWISE_MUTATORS)
        foreign = OTHER in value or (FOREIGN_REPLY in value and not used and self._temporary(base))
        if foreign:
            self.report("COV-005", node, f"{what}{by}, and it belongs to another object. Send that object a message.")
        elif ARGUMENT in value and not (name in MESSAGE_LIKE and not self.evidence.is_data(base)):
            self.report(
                "COV-005", node, f"{what}{by}, and it came in as an argument: it belongs to the sender. Change a copy."
            )

    def hand_in(self, value: Value, name: str, arguments: Arguments) -> None:
        """What a mutator call puts into the containers of `value`."""
        incoming = PLAIN
        if name in TAKES_ITEMS:
            # The first argument of these two is a place, not a part.
            placed = name in ("insert", "setdefault") and len(arguments.values) > 1
            incoming = PLAIN.union(*arguments.values[placed:], arguments.more)
        elif name in TAKES_MANY:
            given = PLAIN.union(*arguments.values, arguments.more)
            incoming = self.heap.within(given).union(*arguments.named.values())
            if name == "update":
                loose = frozenset(one for one in given if not (isinstance(one, Made) and one.kind == "dict"))
                incoming |= self.heap.within(self.heap.within(loose))
        self.put(value, incoming)

    def put(self, value: Value, incoming: Value, key: Hashable = ANY, node: ast.AST | None = None) -> None:
        """Let `incoming` lie in the containers of `value`."""
        published = self.env.get(PUBLISHED, PLAIN)
        for origin in value:
            if isinstance(origin, Made):
                self.heap.put(origin, incoming, key)
        if STATE in value or not published.isdisjoint(value):
            self.publish(incoming)
            self.check_kept(incoming, node)

    def check_kept(self, incoming: Value, node: ast.AST | None) -> None:
        """Functions and bound methods are no slot values."""
        if node is not None and any(isinstance(one, Made) and one.kind in ("function", "method") for one in incoming):
            self.report("COV-006", node, "A function cannot be kept in a slot: the image holds data and objects.")
        elif node is not None and DOES in incoming:
            self.report("COV-006", node, "A method of a slot's value cannot be kept: it would change the slot later.")

    def _temporary(self, base: ast.expr) -> bool:
        """Whether `base` is the answer of a message that no variable holds."""
        root: ast.expr = base
        while not isinstance(root, ast.Name):
            if isinstance(root, (ast.Subscript, ast.Attribute)):
                root = root.value
            elif isinstance(root, ast.Call):
                root = root.func
            else:
                return True
        variable = self.scopes.variable_of(root)
        return variable is None or not {REPLY, FOREIGN_REPLY} & self.read(variable)

    # -- functions

    def apply(self, functions: Value, arguments: Arguments) -> Value:
        """Call what `functions` may be of the things that the method made; what they may answer."""
        answers: list[Value] = []
        for origin in functions:
            if not isinstance(origin, Made):
                continue
            if origin.kind == "function":
                known = self.functions[origin]
                self._pass(known.node, arguments)
                answers.append(known.answers)
            elif origin.kind == "method" and isinstance(origin.node, ast.Attribute):
                owners = origin.fields.get(ANY, PLAIN)
                self.mutate(owners, origin.node, origin.node.value, origin.node.attr)
                self.hand_in(owners, origin.node.attr, arguments)
                answers.append(self.heap.within(owners))
        return PLAIN.union(*answers)

    def hand_out(self, arguments: Arguments) -> None:
        """Functions that are handed to another object may be called with anything of its own."""
        functions = frozenset(one for one in arguments.all() if isinstance(one, Made) and one in self.functions)
        if functions:
            self.apply(functions, Arguments(more=just(OTHER)))

    def _pass(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, given: Arguments) -> None:
        scope = self.scopes.scope_of[id(node)]
        parameters = node.args
        positional = [*parameters.posonlyargs, *parameters.args]
        for index, parameter in enumerate(positional):
            value = given.values[index] if index < len(given.values) else PLAIN
            self.share(self.scopes.binding(scope, parameter.arg), value | given.more)
        extra: Sequence[Value] = given.values[len(positional) :]
        for star in (parameters.vararg, parameters.kwarg):
            if star is not None:
                rest = PLAIN.union(*extra, *given.named.values(), given.more)
                made = self.heap.make(star, "list")
                self.heap.put(made, rest)
                self.share(self.scopes.binding(scope, star.arg), just(made))
        for parameter in all_arguments(parameters):
            if parameter.arg in given.named:
                self.share(self.scopes.binding(scope, parameter.arg), given.named[parameter.arg])
            if given.more and parameter in parameters.kwonlyargs:
                self.share(self.scopes.binding(scope, parameter.arg), given.more)


def spell(node: ast.AST) -> str:
    """A short spelling of an expression for a message."""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        return "This"
    return text if len(text) <= 60 else text[:57] + "..."
