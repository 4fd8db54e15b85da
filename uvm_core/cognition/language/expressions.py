"""The expressions of the narrow grammar: numbers, texts, conditions, lists and dicts over a scope, by kind.

Letters of a text are not counted: a grammar that counts them takes seconds to compile.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from uvm_core.cognition.language.kinds import Shape
from uvm_core.cognition.language.scope import Scope

COMMON_NUMBERS = (0, 1, 2, 3, 4, 5, 7, 10, 12, 18, 24, 60, 100, 1000)
_LETTERS = "[A-Za-z0-9 .,:;!?()_/%+#*=<>&@-]"


def lit(code: str) -> str:
    """A literal of EBNF."""
    return json.dumps(code, ensure_ascii=False)


class Rules:
    """Named rules, each made once."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}

    def add(self, name: str, ways: list[str]) -> str:
        """Define a rule (the first definition stays) and answer its name."""
        if name not in self._made:
            self._made[name] = " | ".join(dict.fromkeys(ways))
        return name

    def has(self, name: str) -> bool:
        return name in self._made

    def lines(self) -> list[str]:
        return [f"{name} ::= {right}" for name, right in self._made.items()]


class Expressions:
    """Rules are named kind_scope; each method answers a rule's name or a fragment that may stand in a rule."""

    def __init__(self, numbers: Iterable[int] = (), wished: bool = True, operators: Sequence[str] = ()) -> None:
        """`numbers` are those that the wish names: only these and common ones may be written. A slot is reckoned on
        only with the `operators` that the message's name speaks of, if it speaks of any."""
        self._operators = operators
        self._wished = wished
        self._named = sorted(set(numbers))
        self.rules = Rules()
        self._numbers = sorted({*COMMON_NUMBERS, *numbers})

    # fragments

    @staticmethod
    def sequence(*parts: str | None) -> str | None:
        """The parts one after another; None if one of them cannot be."""
        return None if any(part is None for part in parts) else " ".join(part for part in parts if part)

    @staticmethod
    def one_of(*ways: str) -> str:
        return "(" + " | ".join(ways) + ")"

    def augment(self) -> str:
        ops: tuple[str, ...] = (" += ", " -= ", " *= ")
        if self._operators:
            ops = tuple(f" {operator}= " for operator in self._operators)
        return self.rules.add("aug", [lit(op) for op in ops])

    def plus_minus(self) -> str:
        return self.rules.add("plusminus", [lit(" + "), lit(" - ")])

    def integer(self) -> str:
        return self.rules.add("int", [lit(str(number)) for number in self._numbers])

    def decimal(self) -> str:
        whole = self.integer()
        return self.rules.add("dec", [whole])

    def string(self) -> str:
        return self.rules.add("str", [f'"\\"" {_LETTERS}* "\\""'])

    def short_text(self) -> str:
        return self.rules.add("sep", [lit('", "'), lit('" "'), lit('""'), lit('" - "'), lit('"; "'), lit(r'"\n"')])

    # numbers

    def number_atom(self, s: Scope) -> str:
        name = f"na_{s.suffix}"
        if self.rules.has(name):
            return name
        ways = [lit(code) for code in [*s.numbers, *s.unknown]]
        ways.append(self.decimal())
        for code, shape in s.lists:
            ways.append(lit(f"len({code})"))
            if shape.element is None or shape.element.kind == "number":
                ways += [lit(f"sum({code})"), lit(f"max({code})"), lit(f"min({code})")]
                ways.append(f"{lit(code + '[')} {self.index(s)} {lit(']')}")
            ways += self._comprehended(s, code, shape)
        for code, shape in s.dicts:
            ways.append(lit(f"len({code})"))
            if shape.element is not None and shape.element.kind == "number":
                ways += [lit(f"sum({code}.values())"), lit(f"max({code}.values())"), lit(f"min({code}.values())")]
            if shape.element is None or shape.element.kind in ("number", "other"):
                ways.append(f"{lit(code + '.get(')} {self.key_of(s, shape)} {lit(', 0)')}")
                ways.append(f"{lit(code + '[')} {self.key_of(s, shape)} {lit(']')}")
        ways += [lit(f"len({code})") for code in s.texts]
        ways += [lit(f"len({code}.split())") for code in s.texts]
        return self.rules.add(name, ways)

    def _comprehended(self, s: Scope, code: str, shape: Shape) -> list[str]:
        """sum(... for item in list)."""
        if "item" in {atom.partition("[")[0] for atom in s.numbers + s.texts + s.unknown}:
            return []
        item = Scope(f"{s.suffix}_{_slug(code)}")
        item.add("item", shape.element)
        simple = [lit(one) for one in [*item.numbers, *item.unknown]]
        if not simple:
            return []
        inner = self.rules.add(
            f"each_{item.suffix}",
            [*simple, f"({' | '.join(simple)}) {self._operator()} ({' | '.join([*simple, self.decimal()])})"],
        )
        return [f"{lit('sum(')} {inner} {lit(f' for item in {code})')}"]

    def _compare_item(self, item: Scope) -> str:
        """A test of one element that needs no rules of the outer scope."""
        name = f"test_{item.suffix}"
        if self.rules.has(name):
            return name
        ways = [f"{lit(code)} {self._order()} {self.decimal()}" for code in [*item.numbers, *item.unknown]]
        ways += [f"{lit(code)} {self._equal()} {self.string()}" for code in [*item.texts, *item.unknown]]
        ways += [f"{lit(f'len({code})')} {self._order()} {self.decimal()}" for code in item.texts]
        ways += [lit(code) for code in item.bools] + [lit(f"not {code}") for code in item.bools]
        return self.rules.add(name, ways or ['"item"'])

    def number(self, s: Scope) -> str:
        name = f"n_{s.suffix}"
        if self.rules.has(name):
            return name
        atom = self.number_atom(s)
        op = self._operator()
        term = self.rules.add(f"nt_{s.suffix}", [atom, f'"(" {atom} {op} {atom} ")"'])
        plain = self.rules.add(f"np_{s.suffix}", [f"{term} ({op} {term}){{0,3}}"])
        ways = [plain, f"{lit('round(')} {plain} {lit(', ')} [0-4] {lit(')')}"]
        ways += [f"({lit('min(')} | {lit('max(')}) {plain} {lit(', ')} {plain} {lit(')')}"]
        return self.rules.add(name, ways)

    def _operator(self) -> str:
        ops = (" + ", " - ", " * ", " / ", " % ")
        return self.rules.add("op", [lit(op) for op in ops])

    def index(self, s: Scope) -> str:
        name = f"ix_{s.suffix}"
        if self.rules.has(name):
            return name
        codes = [lit(code) for code in [*s.unknown, *s.numbers]]
        ways = ['"0"', '"-1"', "[1-9]", *codes]
        return self.rules.add(name, ways)

    # texts

    def text_atom(self, s: Scope) -> str:
        name = f"ta_{s.suffix}"
        if self.rules.has(name):
            return name
        ways = [lit(code) for code in [*s.texts, *s.unknown]]
        ways += [self.string()]
        ways.append(self.fstring(s))
        ways += [lit("self.print_string()"), lit('", ".join(self.slot_names())')]
        ways += [lit(f"str({code})") for code in [*s.numbers, *s.unknown, *s.bools]]
        ways += [lit(call) for call in s.calls]
        for code in [*s.texts, *s.unknown]:
            ways += [lit(f"{code}.{way}()") for way in ("upper", "lower", "strip", "title")]
            ways.append(lit(f"{code}[::-1]"))
            ways.append(f"{lit(code + '[')} {self.index(s)} {lit(']')}")
        for code, shape in s.lists:
            element = shape.element
            if element is None or element.kind == "text":
                ways.append(f"{self.short_text()} {lit(f'.join({code})')}")
                ways.append(f"{lit(code + '[')} {self.index(s)} {lit(']')}")
            elif element.kind == "dict":
                for key, one in element.keys.items():
                    if one.kind == "text":
                        joined = f'.join(item["{key}"] for item in {code})'
                        ways.append(f"{self.short_text()} {lit(joined)}")
        for code, shape in s.dicts:
            if shape.element is not None and shape.element.kind == "text":
                ways.append(f"{lit(code + '.get(')} {self.key_of(s, shape)} {lit(', ')} {self.string()} {lit(')')}")
        return self.rules.add(name, ways)

    def text(self, s: Scope) -> str:
        atom = self.text_atom(s)
        return self.rules.add(f"t_{s.suffix}", [atom, f"{atom} ({lit(' + ')} {atom}){{1,3}}"])

    def fstring(self, s: Scope) -> str:
        name = f"fs_{s.suffix}"
        if self.rules.has(name):
            return name
        inside = [code.replace('"', "'") for code in [*s.texts, *s.numbers, *s.unknown, *s.bools]]
        inside += [f"len({code})" for code, _ in s.lists + s.dicts if '"' not in code]
        inside += [call for call in s.calls if '"' not in call]
        inside += ["self.print_string()"]
        values = self.rules.add(f"fv_{s.suffix}", [lit(one) for one in inside])
        piece = f"{_LETTERS}*"
        return self.rules.add(name, [f'"f\\"" {piece} ("{{" {values} "}}" {piece}){{1,4}} "\\""'])

    def message(self, s: Scope) -> str:
        """What an error says."""
        return self.one_of(self.string(), self.fstring(s))

    # conditions

    def condition(self, s: Scope) -> str:
        name = f"c_{s.suffix}"
        if self.rules.has(name):
            return name
        term = self.test(s)
        if not self._wished:
            # A bare model likes to add a second test; without a wish nobody asked for one.
            return self.rules.add(name, [term])
        return self.rules.add(name, [term, f"{term} ({lit(' and ')} | {lit(' or ')}) {term}"])

    def _order(self) -> str:
        return self.rules.add("cmp", [lit(op) for op in (" > ", " < ", " >= ", " <= ", " == ", " != ")])

    def _equal(self) -> str:
        return self.rules.add("eq", [lit(" == "), lit(" != ")])

    def test(self, s: Scope) -> str:
        name = f"q_{s.suffix}"
        if self.rules.has(name):
            return name
        lengths = [lit(f"len({code})") for code, _ in s.lists + s.dicts]
        lengths += [lit(f"len({code})") for code in [*s.texts, *s.unknown] if code.startswith("self.")]
        numbers = [lit(code) for code in [*s.numbers, *s.unknown]] + lengths
        ways: list[str] = []
        if numbers:
            left = self.rules.add(f"nl_{s.suffix}", numbers)
            right = self._bound(s, numbers)
            ways.append(f"{left} {self._order()} {right}")
        for code in [*s.texts, *s.unknown]:
            rights = [lit(one) for one in [*s.texts, *s.unknown] if one != code] + [self.string()]
            ways.append(f"{lit(code)} {self._equal()} ({' | '.join(rights)})")
            if code in s.texts:
                ways.append(f"{self._member_of_text(s, code)} {lit(f' in {code}')}")
        ways += [lit(code) for code in s.bools] + [lit(f"not {code}") for code in s.bools]
        for code, shape in s.lists + s.dicts:
            member = self.key_of(s, shape) if (code, shape) in s.dicts else self._member(s, shape)
            ways += [f"{member} {lit(f' in {code}')}", f"{member} {lit(f' not in {code}')}", lit(f"not {code}")]
        for code in s.others:
            ways += [lit(f"{code} is None"), lit(f"{code} is not None")]
        for code, shape in s.lists:
            if shape.element is not None and shape.element.kind == "dict":
                ways += self._all_any(s, code, shape)
        return self.rules.add(name, ways or [lit("True")])

    def _bound(self, s: Scope, numbers: list[str]) -> str:
        """What a number is narrowly compared with: one of the wish or of the object, else a common one."""
        if len(numbers) < 2 and not self._named:
            return self.number_atom(s)
        ways = [*(lit(str(number)) for number in self._named), *numbers, '"0"', '"1"']
        return self.rules.add(f"nr_{s.suffix}", ways)

    def _member_of_text(self, s: Scope, code: str) -> str:
        inside = [lit(one) for one in [*s.unknown, *s.texts] if one != code]
        return self.one_of(*inside, self.string())

    def _member(self, s: Scope, shape: Shape) -> str:
        kind = shape.element.kind if shape.element is not None else "other"
        codes = list(s.unknown)
        if kind in ("text", "other", "dict"):
            codes += s.texts
        if kind in ("number", "other"):
            codes += s.numbers
        ways = [lit(code) for code in codes if not code.startswith("self.")] or [lit(code) for code in codes]
        if kind != "number":
            ways.append(self.string())
        if kind == "number":
            ways.append(self.decimal())
        return self.rules.add(f"mem_{kind}_{s.suffix}", ways)

    def _all_any(self, s: Scope, code: str, shape: Shape) -> list[str]:
        if any(atom.startswith("item") for atom in s.numbers + s.texts + s.unknown + s.bools):
            return []
        item = Scope(f"{s.suffix}_{_slug(code)}")
        item.add("item", shape.element)
        if not (item.numbers or item.texts or item.bools or item.unknown):
            return []
        return [f"({lit('all(')} | {lit('any(')}) {self._compare_item(item)} {lit(f' for item in {code})')}"]

    def switch(self, s: Scope, code: str) -> str:
        """What a yes-or-no slot can be set to."""
        ways = [lit("True"), lit("False"), lit(f"not {code}"), *(lit(one) for one in s.unknown)]
        return self.rules.add(f"sw_{s.suffix}_{_slug(code)}", ways)

    # lists and dicts

    def listing(self, s: Scope) -> str:
        name = f"l_{s.suffix}"
        if self.rules.has(name):
            return name
        ways = [lit("[]"), lit("self.slot_names()"), *(lit(f"{code}.split()") for code in s.texts)]
        for code, shape in s.lists:
            ways += [lit(f"list({code})"), lit(f"sorted({code})")]
            ways += self._collected(s, code, shape)
        for code, _shape in s.dicts:
            ways += [lit(f"list({code})"), lit(f"sorted({code})"), lit(f"list({code}.values())")]
        return self.rules.add(name, ways)

    def _collected(self, s: Scope, code: str, shape: Shape) -> list[str]:
        if any(atom.startswith("item") for atom in s.numbers + s.texts + s.unknown + s.bools):
            return []
        item = Scope(f"{s.suffix}_{_slug(code)}")
        item.add("item", shape.element)
        values = [lit(one) for one in [*item.numbers, *item.texts, *item.unknown, *item.bools]]
        if not values:
            return []
        value = self.rules.add(f"v_{item.suffix}", values)
        test = self._compare_item(item)
        equals = [*s.texts, *s.unknown][:6]
        bounds = [lit(code) for code in [*s.numbers, *s.unknown]][:6]
        given = [f"{lit(one)} {self._equal()} {lit(outer)}" for one in item.texts for outer in equals]
        sizes = [*item.numbers, *(f"len({code})" for code in item.texts)]
        if bounds:
            given += [f"{lit(one)} {self._order()} ({' | '.join(bounds)})" for one in sizes]
        test = self.rules.add(f"pick_{item.suffix}", [test, *given])
        return [f'"[" {value} {lit(f" for item in {code}")} ({lit(" if ")} {test}){{0,1}} "]"']

    def record(self, s: Scope, shape: Shape) -> str:
        """A dict with the keys that its neighbours have."""
        keys = list(shape.keys.items())[:6]
        if not keys:
            pair = f"{self.string()} {lit(': ')} {self.value_atom(s)}"
            return self.rules.add(f"rec_{s.suffix}", [f'"{{" {pair} (", " {pair}){{0,3}} "}}"'])
        parts = [f"{lit(json.dumps(key) + ': ')} {self._brought(s, one)}" for key, one in keys]
        joined = f" {lit(', ')} ".join(parts)
        tag = "_".join(_slug(key) for key, _ in keys)
        return self.rules.add(f"rec_{s.suffix}_{tag}", [f'"{{" {joined} "}}"'])

    def _brought(self, s: Scope, shape: Shape) -> str:
        """A value of a shape; narrowly one that the message brought, where it brought one."""
        own = {"number": s.numbers, "text": s.texts}.get(shape.kind, [])
        brought = [code for code in [*own, *s.unknown] if code.isidentifier() and code != "item"]
        if brought:
            return self.one_of(*map(lit, brought))
        return self.of_kind(s, shape)

    def key_of(self, s: Scope, shape: Shape) -> str:
        known = "_".join(_slug(key) for key in list(shape.keys)[:12])
        ways = [lit(code) for code in s.unknown] + [lit(code) for code in s.texts if not code.startswith("self.")]
        ways += [lit(json.dumps(key)) for key in list(shape.keys)[:12]]
        if not ways:
            ways += [lit(code) for code in s.texts] + [self.string()]
        return self.rules.add(f"ko_{s.suffix}_{known}", ways)

    # anything

    def value_atom(self, s: Scope) -> str:
        ways = [lit(code) for code in [*s.unknown, *s.numbers, *s.texts, *s.bools]]
        ways += [self.decimal(), self.string(), lit("True"), lit("False"), lit("None")]
        return self.rules.add(f"va_{s.suffix}", ways)

    def any_value(self, s: Scope) -> str:
        ways = [self.value_atom(s), self.number(s), self.text(s), lit("[]"), lit("{}")]
        return self.rules.add(f"v_{s.suffix}", ways)

    def of_kind(self, s: Scope, shape: Shape | None) -> str:
        """A value of a shape."""
        if shape is None:
            return self.given(s)
        if shape.kind == "number":
            return self.number(s)
        if shape.kind == "text":
            return self.text(s)
        if shape.kind == "bool":
            return self.rules.add(f"yn_{s.suffix}", [lit("True"), lit("False"), *(lit(code) for code in s.unknown)])
        if shape.kind == "dict":
            whole = [lit(code) for code in s.unknown] + [
                lit(code) for code, _ in s.dicts if not code.startswith("self.")
            ]
            record = self.record(s, shape)
            return self.one_of(*whole, record)
        if shape.kind == "list":
            return self.listing(s)
        return self.given(s)

    def given(self, s: Scope) -> str:
        """What a message brought, else anything."""
        mine = [lit(code) for code in s.unknown + s.numbers + s.texts + s.bools if not code.startswith("self.")]
        mine += [lit(code) for code in s.others if not code.startswith("self.")]
        return self.rules.add(f"g_{s.suffix}", mine) if mine else self.any_value(s)

    def answer(self, s: Scope, kind: str) -> str:
        """`return` and a value of what is probably asked for: bool, number, text, list, any, plain."""
        name = f"a{kind}_{s.suffix}"
        if self.rules.has(name):
            return name
        ways: list[str] = []
        if kind in ("bool", "any"):
            ways.append(self.condition(s))
        if kind in ("number", "any"):
            ways += [self.number(s)]
        if kind in ("text", "list", "any"):
            ways += [self.text(s)]
        if kind in ("list", "any"):
            ways += [self.listing(s)]
        if kind == "any":
            ways += [lit("None"), *(lit(f"dict({code})") for code, _ in s.dicts)]
            ways += [lit(code) for code in s.others]
        if kind == "plain":
            ways += [lit(code) for code in [*s.numbers, *s.texts, *s.bools, *s.unknown]]
            ways += [lit(f"len({code})") for code, _ in s.lists]
            ways = ways or [lit("True")]
        return self.rules.add(name, [f"{lit('return ')} ({' | '.join(ways)})"])


def _slug(code: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in code.removeprefix("self."))
