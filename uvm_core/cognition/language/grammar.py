"""The grammar of one wanted method.

`method_grammar` writes EBNF as xgrammar reads it: the exact header, then a body that only reads or one that changes
slots. A changing body ends in `self._p_changed = True` on every path; early returns and raises stand before the first
change. What may be named is known: this object's slots by kind, the parameters, a loop's own names, the vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.expressions import Expressions, lit
from uvm_core.cognition.language.kinds import Shape, parameter_shapes, slot_shapes
from uvm_core.cognition.language.schemas import plan_schema as plan_schema
from uvm_core.cognition.language.scope import Scope
from uvm_core.cognition.language.wide import MARK, WideGrammar, new_names
from uvm_core.cognition.language.words import answer_of, intent_of, operators_of, words_of

Profile = Literal["narrow", "wide"]

_STEP = "    "
_NUMBER = Shape("number")
_TEXT = Shape("text")


def method_grammar(request: MethodRequest, profile: Profile = "wide") -> str:
    """EBNF of the methods that may be written for this request; root rule `root`.

    `wide` says all that a method of a few statements needs; `narrow` keeps to what a small untrained model gets right
    and reads the selector for whether it asks or changes. Errors: ValueError with the request's problems.
    """
    problems = request.problems()
    if problems:
        raise ValueError(" ".join(problems))
    return WideGrammar(request).text() if profile == "wide" else _Bodies(request).text()


class _Bodies:
    """Builds the statements' rules over the expressions' rules."""

    def __init__(self, request: MethodRequest) -> None:
        self._request = request
        self._slots = slot_shapes(request, shown_only=True)
        self._base = Scope("b")
        for name, shape in parameter_shapes(request).items():
            self._base.add(name, shape)
        for name, shape in self._slots.items():
            self._base.add(f"self.{name}", shape)
        named = [int(word) for word in words_of(f"{request.selector} {request.wish}") if word.isdigit()]
        numbers = [number for number in named if number < 10**9]
        self._x = Expressions(numbers, bool(request.wish), operators_of(request.selector))

    def text(self) -> str:
        intent = intent_of(self._request.selector, self._request.wish)
        bodies: list[str] = []
        change = self._changing()
        if intent != "change" or change is None:
            bodies.append(self._reading())
        if intent != "read" and change is not None:
            bodies.append(change)
        root = f"root ::= {lit(self._request.header)} ({' | '.join(bodies)})"
        return "\n".join([root, *self._x.rules.lines()]) + "\n"

    # reading bodies

    def _reading(self) -> str:
        x, base = self._x, self._base
        kind = answer_of(self._request.selector, self._request.wish)
        final = _line(1, x.answer(base, kind))
        rule = x.rules
        early = x.one_of(x.answer(base, kind), self._raising(base))
        guard = _line(1, lit("if "), x.condition(base), lit(":"), _line(2, early))
        bodies = [f"({guard})? {final}"]
        for index, (code, shape) in enumerate(base.lists[:2]):
            bodies += self._loops(f"l{index}", code, shape, kind)
        return rule.add("reading", bodies)

    def _raising(self, scope: Scope) -> str:
        return f"{lit('raise ValueError(')} {self._x.message(scope)} {lit(')')}"

    def _loops(self, tag: str, code: str, shape: Shape, kind: str) -> list[str]:
        """Sum, collect and search over one list."""
        x, base = self._x, self._base
        item = base.with_value("item", shape.element, f"{tag}i")
        head = _line(1, lit(f"for item in {code}:"))
        only = lit("if ") + " " + x.condition(item) + " " + lit(":")
        bodies = []
        if kind in ("any", "number"):
            add = f"{lit('result += ')} {x.number(item)}"
            step = x.one_of(_line(2, add), _line(2, only, _line(3, add)))
            bodies.append(f"{_line(1, lit('result = 0'))} {head} ({step}) {_line(1, lit('return result'))}")
        if kind in ("any", "list", "text"):
            keep = f"{lit('result.append(')} {x.any_value(item)} {lit(')')}"
            step = x.one_of(_line(2, keep), _line(2, only, _line(3, keep)))
            last = lit("return result") if kind != "text" else f"{x.short_text()} {lit('.join(result)')}"
            if kind == "text":
                last = f"{lit('return ')} {last}"
            bodies.append(f"{_line(1, lit('result = []'))} {head} ({step}) {_line(1, last)}")
        if kind in ("any", "bool"):
            found = _line(3, x.answer(item, kind))
            bodies.append(f"{head} {_line(2, only, found)} {_line(1, x.answer(base, kind))}")
        return bodies

    # changing bodies

    def _changing(self) -> str | None:
        x, base = self._x, self._base
        changes = self._changes(base, "chg")
        if changes is None:
            return None
        early = x.one_of(x.answer(base, "any"), self._raising(base), lit("return None"))
        guard = _line(1, lit("if "), x.condition(base), lit(":"), _line(2, early))
        blocks = [_line(1, changes)]
        inner = self._changes(base, "chg")
        if inner is not None:
            branch = _line(2, inner)
            block = f"{_line(1, lit('if '), x.condition(base), lit(':'))} {branch}"
            blocks.append(f"{block} ({_line(1, lit('else:'))} {branch}){{0,1}}")
        for index, (code, shape) in enumerate(_records(base.lists)):
            blocks += self._changing_loops(f"c{index}", code, shape)
        block_rule = x.rules.add("block", blocks)
        mark = _line(1, lit(MARK))
        after = _line(1, x.answer(base, "plain"))
        bodies = [f"({guard})? {block_rule}{{1,2}} {mark} ({after})?"]
        popped = self._popped()
        if popped is not None:
            take, give = _line(1, lit("result = "), popped), _line(1, lit("return result"))
            bodies.append(f"({guard})? {take} {mark} {give}")
        return x.rules.add("changing", bodies)

    def _changing_loops(self, tag: str, code: str, shape: Shape) -> list[str]:
        x = self._x
        item = self._base.with_value("item", shape.element, f"{tag}i")
        changes: list[str | None] = []
        element = shape.element
        if element is not None and element.kind == "dict":
            changes += [x.sequence(lit(f'item["{key}"] = '), x.of_kind(item, one)) for key, one in element.keys.items()]
            changes += [
                x.sequence(lit(f'item["{key}"]'), x.augment(), x.number(item))
                for key, one in element.keys.items()
                if one.kind == "number"
            ]
        present = [one for one in changes if one]
        if not present:
            return []
        change = x.rules.add(f"loop_{tag}", present)
        head = _line(1, lit(f"for item in {code}:"))
        only = lit("if ") + " " + x.condition(item) + " " + lit(":")
        step = x.one_of(f"({_line(2, change)}){{1,2}}", _line(2, only, f"({_line(3, change)}){{1,2}}"))
        # Going over a list that the loop changes would skip elements: loops change what they go over only in place.
        return [f"{head} ({step})"]

    def _popped(self) -> str | None:
        x = self._x
        ways: list[str] = []
        for code, _shape in self._base.lists:
            if code.startswith("self."):
                ways += [lit(f"{code}.pop()"), lit(f"{code}.pop(0)")]
        for code, shape in self._base.dicts:
            if code.startswith("self."):
                ways.append(f"{lit(f'{code}.pop(')} {x.key_of(self._base, shape)} {lit(', None)')}")
        return x.rules.add("popped", ways) if ways else None

    def _changes(self, scope: Scope, tag: str) -> str | None:
        x = self._x
        ways: list[str | None] = []
        for name, shape in self._slots.items():
            ways += self._changes_of(f"self.{name}", shape, scope)
        for name in new_names(self._request, self._slots):
            ways.append(x.sequence(lit(f"self.{name} = "), x.any_value(scope)))
        present = [way for way in ways if way]
        return x.rules.add(f"{tag}_{scope.suffix}", present) if present else None

    def _amount(self) -> str | None:
        """Narrowly, a message whose name reckons and that comes with numbers reckons with one of those."""
        if not operators_of(self._request.selector):
            return None
        given = parameter_shapes(self._request).items()
        names = [name for name, shape in given if shape is None or shape.kind == "number"]
        return self._x.one_of(*map(lit, names)) if names else None

    def _changes_of(self, code: str, shape: Shape, scope: Scope) -> Sequence[str | None]:
        x = self._x
        if shape.kind == "number":
            amount = self._amount() or x.number(scope)
            return [x.sequence(lit(code), x.augment(), amount), f"{lit(f'{code} = ')} {x.number(scope)}"]
        if shape.kind == "text":
            return [f"{lit(f'{code} = ')} {x.text(scope)}"]
        if shape.kind == "bool":
            return [f"{lit(f'{code} = ')} {x.switch(scope, code)}"]
        if shape.kind == "list":
            return self._list_changes(code, shape, scope)
        if shape.kind == "dict":
            return self._dict_changes(code, shape, scope)
        if shape.kind in ("other", "reference"):
            return [f"{lit(f'{code} = ')} {x.any_value(scope)}"]
        return []

    def _list_changes(self, code: str, shape: Shape, scope: Scope) -> Sequence[str | None]:
        x = self._x
        element = x.of_kind(scope, shape.element)
        return [
            x.sequence(lit(f"{code}.append("), element, lit(")")),
            x.sequence(lit(f"{code}.remove("), element, lit(")")),
            *(lit(f"{code}.{way}()") for way in ("clear", "pop", "reverse", "sort")),
        ]

    def _dict_changes(self, code: str, shape: Shape, scope: Scope) -> Sequence[str | None]:
        x = self._x
        key = x.key_of(scope, shape)
        ways: list[str | None] = [
            x.sequence(lit(f"{code}["), key, lit("] = "), x.of_kind(scope, shape.element)),
            x.sequence(lit(f"{code}.pop("), key, lit(", None)")),
        ]
        for name, one in list(shape.keys.items())[:12]:
            ways.append(x.sequence(lit(f'{code}["{name}"] = '), x.of_kind(scope, one)))
            if one.kind == "number":
                ways.append(x.sequence(lit(f'{code}["{name}"]'), x.augment(), x.number(scope)))
        if shape.element is None or shape.element.kind in ("number", "other"):
            ways.append(x.sequence(lit(f"{code}["), key, lit("]"), x.augment(), x.number(scope)))
            # Counting up a key that may be new.
            ways.append(
                x.sequence(
                    lit(f"{code}["), key, lit(f"] = {code}.get("), key, lit(", 0)"), x.plus_minus(), x.number(scope)
                )
            )
        return ways


def _records(lists: Sequence[tuple[str, Shape]]) -> list[tuple[str, Shape]]:
    return [(code, shape) for code, shape in lists if shape.element is not None and shape.element.kind == "dict"][:2]


def _line(depth: int, *parts: str | None) -> str:
    """A statement on a line of its own, `depth` steps in."""
    return " ".join([lit("\n" + _STEP * depth), *(part for part in parts if part)])
