"""Stores: what an assignment, a deletion, a loop target or a pattern does to what it reaches."""

from __future__ import annotations

import ast

from uvm_core.objects.language import COVENANT_LINE

from .expressions import Expressions
from .flow import is_mark_target
from .machine import spell
from .origins import ANY, ARGUMENT, BUILTIN, CLONE, ERROR, OTHER, PLAIN, Made, Value, constant_key, just
from .words import PARENT_WORDS


class Targets(Expressions):
    """The meaning of targets and patterns."""

    def assign(self, target: ast.expr, value: Value, source: ast.expr | None) -> None:
        """Store `value` (spelled by `source`, where one expression does) into a target."""
        if isinstance(target, ast.Name):
            variable = self.scopes.variable_of(target)
            if variable is not None:
                self.bind(variable, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value, source)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, self.holding(target, "list", value), None)
        elif isinstance(target, ast.Attribute):
            self._store_attribute(target, value)
        elif isinstance(target, ast.Subscript):
            self._store_item(target, value)

    def remove(self, target: ast.expr) -> None:
        """`del target`."""
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self.remove(part)
        elif isinstance(target, ast.Attribute):
            self._store_attribute(target, PLAIN, deleted=True)
        elif isinstance(target, ast.Subscript):
            self._store_item(target, PLAIN)

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, source: ast.expr | None) -> None:
        parts = target.elts
        starred = next((index for index, part in enumerate(parts) if isinstance(part, ast.Starred)), None)
        if not isinstance(source, (ast.Tuple, ast.List)):
            self.may_raise()
        for index, part in enumerate(parts):
            if starred is None or index < starred:
                self.assign(part, self.heap.within(value, index), None)
            else:
                # From the star on places count from the end: any part may come.
                self.assign(part, self.heap.within(value), None)

    def _store_attribute(self, target: ast.Attribute, value: Value, *, deleted: bool = False) -> None:
        if self.is_self(target.value):
            self._store_slot(target, value, deleted=deleted)
            return
        base = self.value(target.value)
        self.may_raise()
        if target.attr.startswith("_") or (base and base <= {CLONE}):
            return
        if BUILTIN in base or any(isinstance(one, Made) and one.kind == "function" for one in base):
            self.report("ATT-005", target, f"{spell(target)} is a function or a module; a method writes to slots only.")
        else:
            self.report(
                "COV-005",
                target,
                f"{spell(target)} belongs to another object. An object changes only itself: send a message instead.",
            )

    def _store_slot(self, target: ast.Attribute, value: Value, *, deleted: bool) -> None:
        if is_mark_target(target):
            if self.nested and not any(rule == "COV-007" for rule, _, _ in self.reported):
                self.report(
                    "COV-007", target, "The covenant line counts in the method itself, not in a nested function."
                )
            elif not self.nested:
                self.report("COV-002", target, f"Only the literal line {COVENANT_LINE} marks the object as changed.")
            return
        if target.attr.startswith("_"):
            return
        if target.attr in PARENT_WORDS:
            self.report("ATT-005", target, "A method does not change whom its object inherits from.")
            return
        self.may_raise()
        self.change("store", target, f"self.{target.attr} is " + ("removed" if deleted else "assigned"))
        self.publish(value)
        self.check_kept(value, target)

    def _store_item(self, target: ast.Subscript, value: Value) -> None:
        if self.is_self(target.value):
            self.report("ATT-005", target, "self[...] is no way to a slot: write self.name.")
            return
        base = self.value(target.value)
        if isinstance(target.slice, ast.Slice):
            for part in (target.slice.lower, target.slice.upper, target.slice.step):
                self.value(part)
            value = self.heap.within(value)
        else:
            self.value(target.slice)
        self.may_raise()
        if BUILTIN in base or any(isinstance(one, Made) and one.kind == "function" for one in base):
            self.report("ATT-005", target, f"{spell(target)} is a function or a module; a method writes to slots only.")
            return
        if CLONE in base:
            self.report("COV-005", target, f"{spell(target)} belongs to another object. Send that object a message.")
        self.mutate(base, target, target.value, used=False)
        self.put(base, value, constant_key(target.slice), target)

    def augment(self, node: ast.AugAssign) -> None:
        """`target op= value`."""
        target = node.target
        if isinstance(target, ast.Name):
            self._augment_name(node, target)
            return
        if isinstance(target, ast.Attribute):
            # The old value is read first; then as any store. A lazy operand may fail with a part of it added.
            if self.is_self(target.value):
                self.may_raise()
            value = self.value(node.value)
            self.may_raise()
            self._store_attribute(target, self.heap.within(value))
            if isinstance(node.value, (ast.GeneratorExp, ast.Call)) and not self.evidence.is_plain(node.value):
                self.may_raise()
            return
        value = self.value(node.value)
        self._store_item(target, self.heap.within(value))

    def _augment_name(self, node: ast.AugAssign, target: ast.Name) -> None:
        variable = self.scopes.variable_of(target)
        before = PLAIN if variable is None else self.read(variable)
        value = self.value(node.value)
        self.may_raise()
        if variable is None:
            return
        if self.evidence.is_number_step(node):
            self.bind(variable, PLAIN)
            return
        shared = before - {ARGUMENT, OTHER}
        if before != shared and self.evidence.is_container(node.value):
            shared = before
        self.mutate(shared, node, target, used=False)
        inside = self.heap.within(value)
        self.put(before, inside)
        after = before
        if inside and not any(isinstance(one, Made) for one in before):
            after = before | self.holding(node, "list", inside)
        self.bind(variable, after)

    def capture(self, pattern: ast.pattern, value: Value) -> None:
        """The names that a match pattern binds."""
        if isinstance(pattern, ast.MatchValue):
            self.value(pattern.value)
            self.may_raise()
        elif isinstance(pattern, ast.MatchAs):
            if pattern.pattern is not None:
                self.capture(pattern.pattern, value)
            if pattern.name is not None:
                self.bind(self.scopes.bound_in(pattern, pattern.name), value)
        elif isinstance(pattern, ast.MatchOr):
            for choice in pattern.patterns:
                self.capture(choice, value)
        elif isinstance(pattern, ast.MatchSequence):
            starred = False
            for index, part in enumerate(pattern.patterns):
                starred = starred or isinstance(part, ast.MatchStar)
                self.capture(part, self.heap.within(value, ANY if starred else index))
        elif isinstance(pattern, ast.MatchStar):
            if pattern.name is not None:
                self.bind(self.scopes.bound_in(pattern, pattern.name), self.holding(pattern, "list", value))
        elif isinstance(pattern, ast.MatchMapping):
            for key, part in zip(pattern.keys, pattern.patterns, strict=True):
                self.capture(part, self.heap.within(value, constant_key(key)))
            if pattern.rest is not None:
                rest = self.holding(pattern, "dict", self.heap.within(value))
                self.bind(self.scopes.bound_in(pattern, pattern.rest), rest)
        elif isinstance(pattern, ast.MatchClass):
            # A builtin class captures its subject itself; any other one attributes of it.
            for part in pattern.patterns:
                self.capture(part, value)
            if ERROR in value and "obj" in pattern.kwd_attrs:
                self.report("ATT-002", pattern, "The attribute obj of an exception looks into another object.")
            for part in pattern.kwd_patterns:
                self.capture(part, just(OTHER) if value else PLAIN)
