"""What calls answer and change: own messages, methods of values, builtins, and what the method itself defines."""

from __future__ import annotations

import ast
from collections.abc import Hashable

from .machine import PUBLISHED, Arguments, Machine
from .origins import (
    ANY,
    ARGUMENT,
    BUILTIN,
    CLONE,
    DOES,
    FOREIGN_REPLY,
    OTHER,
    PLAIN,
    REPLY,
    Kind,
    Made,
    Value,
    constant_key,
    just,
    union,
)
from .words import (
    ANSWERING_MUTATORS,
    MUTATORS,
    NEW_LISTS,
    NEW_SETS,
    PLAIN_ANSWERS,
    PLAIN_BUILTINS,
    VOCABULARY_NAMING,
    VOCABULARY_NEW,
    VOCABULARY_PLAIN,
)

_OBJECTS_ANSWER = frozenset({BUILTIN})


class Calls(Machine):
    """The meaning of calls."""

    def published_in(self, _value: Value) -> Value:
        """What the method has put into slots so far."""
        return self.ever_published if self.nested else self.env.get(PUBLISHED, PLAIN)

    def own_message(self, node: ast.Call, selector: str, given: Arguments) -> Value:
        """`self.selector(...)`: the vocabulary answers what it says, any other message something unknown."""
        self.hand_out(given)
        if selector in VOCABULARY_NAMING and node.args:
            self._check_named_slot(node.args[0])
        if selector in VOCABULARY_PLAIN:
            return PLAIN
        if selector == "clone":
            return just(CLONE)
        if selector == "parents":
            return self.holding(node, "list", just(OTHER))
        if selector in VOCABULARY_NEW:
            made = self.make(node, "list")
            # A copy to the bottom: whatever is taken out of it is new as well.
            self.heap.put(made, just(made))
            return just(made)
        return just(REPLY)

    def _check_named_slot(self, name: ast.expr) -> None:
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.startswith("_"):
            self.report("ATT-004", name, f"{name.value!r} is no public name: slots and messages begin with a letter.")

    def method_call(self, node: ast.Call, function: ast.Attribute, base: Value, given: Arguments) -> Value:
        """`value.name(...)` of something that is not the receiver."""
        name = function.attr
        if name in MUTATORS:
            return self._mutator_call(node, function, base, given)
        within = self.heap.within
        answer: Value | None = None
        if name == "get":
            answer = within(base, _first_key(node)) | union(given.values[1:]) | given.more
        elif name == "items":
            pair = self.make(node, "tuple", "pair")
            self.heap.put(pair, within(base), 1)
            answer = self.holding(node, "iterator", just(pair))
        elif name == "values":
            answer = self.holding(node, "iterator", within(base))
        elif name == "keys":
            answer = PLAIN
        elif name == "copy":
            answer = self.copied(node, _kind_of(base), base)
        elif name == "clone" and not node.args:
            return just(CLONE)
        elif name == "fromkeys":
            answer = self.holding(node, "dict", given.all())
        elif name in NEW_LISTS:
            answer = self.holding(node, "list", PLAIN)
        elif name in NEW_SETS:
            answer = self.holding(node, "set", within(base | given.all()))
        elif name in PLAIN_ANSWERS:
            return PLAIN
        if any(not isinstance(one, Made) for one in base - _OBJECTS_ANSWER):
            self.hand_out(given)
            if answer is None:
                return just(FOREIGN_REPLY)
        return self.used(answer or PLAIN, node)

    def _mutator_call(self, node: ast.Call, function: ast.Attribute, base: Value, given: Arguments) -> Value:
        name = function.attr
        if BUILTIN in base:
            # list.append(xs, x): the first argument is what is changed.
            changed = given.values[0] if given.values else given.more
            target = node.args[0] if node.args else function
            self.mutate(changed, node, target, name)
            self.put(changed, Arguments(given.values[1:], given.named, given.more).all(), node=node)
            return self.heap.within(changed)
        used = name in ANSWERING_MUTATORS and node is not self.dropped
        self.mutate(base, node, function.value, name, used=used)
        key = given.named.get("key", PLAIN)
        if key:
            self.call_with_items(key, [self.heap.within(base)])
        self.hand_in(base, name, given)
        if not base.isdisjoint(self.published_in(base)) or any(not isinstance(one, Made) for one in base):
            self.check_kept(PLAIN.union(*given.values), node)
        if name in ANSWERING_MUTATORS:
            answer = self.heap.within(base, _first_key(node)) | union(given.values[1:])
            return self.used(answer, node)
        return PLAIN

    def builtin_call(self, node: ast.Call, name: str, given: Arguments) -> Value:
        """A call of a name that the method does not bind."""
        within = self.heap.within
        everything = given.all()
        key = given.named.get("key", PLAIN)
        if name in ("map", "filter"):
            return self._mapped(node, name, given)
        if name in ("sorted", "min", "max"):
            items = within(given.values[0] if len(given.values) == 1 else just()) | given.more
            choice = items if len(given.values) == 1 else union(given.values) | given.more
            self.call_with_items(key, [choice])
            if name == "sorted":
                return self.holding(node, "list", choice)
            return choice | given.named.get("default", PLAIN)
        if name in PLAIN_BUILTINS:
            return PLAIN
        if name in ("list", "tuple", "set", "frozenset", "iter", "reversed"):
            lazy = name in ("iter", "reversed")
            kind: Kind = "iterator" if lazy else "set" if name in ("set", "frozenset") else "list"
            return self.holding(node, kind, within(everything)) | (everything & {DOES} if lazy else PLAIN)
        if name == "dict":
            return self._new_dict(node, given)
        if name == "next":
            return within(given.values[0] if given.values else PLAIN) | union(given.values[1:]) | given.more
        if name in ("enumerate", "zip"):
            pair = self.make(node, "tuple", "pair")
            shift = 1 if name == "enumerate" else 0
            for index, value in enumerate(given.values[:1] if shift else given.values):
                self.heap.put(pair, within(value), index + shift)
            self.heap.put(pair, within(given.more) if not shift else given.more)
            return self.holding(node, "iterator", just(pair)) | (everything & {DOES})
        if name == "sum":
            start = union(given.values[1:]) | given.named.get("start", PLAIN)
            inside = within(within(given.values[0] if given.values else given.more)) | within(start)
            return self.holding(node, "list", inside) if inside and start else PLAIN
        return PLAIN

    def _new_dict(self, node: ast.Call, given: Arguments) -> Value:
        made = self.make(node, "dict")
        for value in [*given.values, given.more]:
            for origin in value:
                one = just(origin)
                if isinstance(origin, Made) and origin.kind == "dict":
                    for key, inside in list(origin.fields.items()):
                        self.heap.put(made, inside, key)
                elif isinstance(origin, Made):
                    # A sequence of pairs: the values are the second ones.
                    self.heap.put(made, self.heap.within(self.heap.within(one), 1))
                else:
                    self.heap.put(made, self.heap.within(one))
        for name, value in given.named.items():
            self.heap.put(made, value, name)
        return just(made)

    def _mapped(self, node: ast.Call, name: str, given: Arguments) -> Value:
        function = given.values[0] if given.values else given.more
        items = [self.heap.within(value) for value in given.values[1:]] or [self.heap.within(given.more)]
        answers = self.call_with_items(function, items)
        if name == "filter":
            answers = union(items)
        elif BUILTIN in function:
            answers = self._mapped_builtin(node, items)
        elif any(not isinstance(one, Made) for one in function):
            answers = answers | union(items)
        if BUILTIN in self.reached(node) and not union(items).isdisjoint({ARGUMENT, OTHER}):
            self.report("COV-005", node, "This changes what belongs to another object. Send that object a message.")
        # map and filter run when they are gone through: whatever they do, they do later.
        return self.holding(node, "iterator", answers) | (function & {DOES})

    def reached(self, node: ast.Call) -> Value:
        """What the method that a call hands over first belongs to."""
        first = node.args[0] if node.args else None
        base = first.value if isinstance(first, ast.Attribute) and first.attr in MUTATORS else None
        unbound = isinstance(base, ast.Name) and self.scopes.variable_of(base) is None
        return just(BUILTIN) if unbound else PLAIN

    def _mapped_builtin(self, node: ast.Call, items: list[Value]) -> Value:
        first = node.args[0]
        name = first.id if isinstance(first, ast.Name) else ""
        if name in PLAIN_BUILTINS:
            return PLAIN
        if name in ("list", "dict", "set", "tuple", "sorted", "frozenset"):
            return self.holding(node, "list", self.heap.within(union(items)), "each")
        return union(items) | self.heap.within(union(items))

    def unknown_call(self, node: ast.Call, called: Value, given: Arguments) -> Value:
        """A call of a value: what the method defined itself, or something that came from elsewhere."""
        answer = self.apply(called, given)
        if BUILTIN in called:
            answer |= given.all() | self.heap.within(given.all())
        if any(not isinstance(one, Made) for one in called - {BUILTIN}):
            self.hand_out(given)
            answer |= {FOREIGN_REPLY} if ARGUMENT in called or OTHER in called else {REPLY}
        return self.used(answer, node)

    def call_with_items(self, function: Value, items: list[Value]) -> Value:
        """A function that a builtin calls with items; what it may answer."""
        return self.apply(function, Arguments(values=items))


def _first_key(node: ast.Call) -> Hashable:
    return constant_key(node.args[0]) if node.args else ANY


def _kind_of(value: Value) -> Kind:
    kinds = {one.kind for one in value if isinstance(one, Made)}
    return kinds.pop() if len(kinds) == 1 else "list"
