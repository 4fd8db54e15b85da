"""The wide grammar: all that a method of a few statements needs, and the covenant by construction.

A method that only reads touches names of its own: `result`, what it keeps; `item`, what it goes over. One that changes
slots may leave early only before the first change, or right after a mark; otherwise it ends in the mark, and perhaps an
answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.expressions import Rules, lit
from uvm_core.cognition.language.kinds import OTHER, Shape, is_plain, parameter_shapes, slot_shapes
from uvm_core.cognition.language.scope import Scope
from uvm_core.cognition.language.values import ItemScope, Values, choice, way
from uvm_core.cognition.language.words import words_of

MARK = "self._p_changed = True"
_STEP = "    "
_MOST_GROUPS = 3


class WideGrammar:
    """Builds the rules of one request."""

    def __init__(self, request: MethodRequest) -> None:
        self._request = request
        self._rules = Rules()
        self._slots = slot_shapes(request)
        base = Scope("b")
        for name, shape in parameter_shapes(request).items():
            base.add(name, shape)
        for name, shape in self._slots.items():
            base.add(f"self.{name}", shape)
        self._base = base
        self._items = self._groups(base)
        self._b = Values(self._rules, base, self._items)
        self._r = Values(self._rules, base.with_value("result", None, "r"))

    def text(self) -> str:
        """The grammar; root rule `root`."""
        bodies = [*self._reading(), *self._changing()]
        root = f"root ::= {lit(self._request.header)} {choice(*bodies)}"
        return "\n".join([root, *self._rules.lines()]) + "\n"

    def _groups(self, base: Scope) -> list[ItemScope]:
        """Collections by what their elements are; those of one kind share a scope."""
        grouped: dict[str, tuple[Shape | None, list[str]]] = {}

        def take(element: Shape | None, code: str) -> None:
            known = element if element is not None and element.kind != "other" else None
            grouped.setdefault(repr(known), (known, []))[1].append(code)

        for code, shape in base.lists:
            take(shape.element, code)
        for code, shape in base.dicts:
            take(Shape("text"), code)
            take(shape.element, f"{code}.values()")
        for code in base.unknown:
            take(None, code)
        for code in base.texts:
            if grouped.keys() <= {repr(Shape("text"))}:
                take(Shape("text"), code)
                take(Shape("text"), f"{code}.split()")
        found: list[ItemScope] = []
        for number, (element, codes) in enumerate(list(grouped.values())[:_MOST_GROUPS]):
            over = self._rules.add(f"over{number}", [lit(code) for code in codes])
            inner = Values(self._rules, base.with_value("item", element, f"i{number}"))
            keyed = {code for code, _ in base.dicts}
            ranks = [f"lambda item: {code}[item]" for code in codes if code in keyed]
            ranks += [f"lambda item: {code}.count(item)" for code in codes if code not in keyed and "(" not in code]
            found.append(ItemScope(over, inner, element or OTHER, codes, ranks))
        return found

    # bodies that only read

    def _reading(self) -> list[str]:
        b, r = self._b, self._r
        ways = [f"{self._guards(b, 4)} {self._last(b)}"]
        keep = _line(1, '"result = "', b.value())
        end = f"{self._guards(r, 3)} {self._last(r)}"
        ways.append(f"{self._guards(b, 2)} {keep} {end}")
        fresh = self._rules.add("fresh", [lit(f"result = {what}") for what in ("0", "[]", "{}", '""')])
        best = way('"result = "', choice(lit("None"), b.atom()))
        for number, one in enumerate(self._items):
            head = _line(1, '"for item in "', one.over, '":"')
            out = choice(one.values.answer(), one.values.refusal())
            found = f"{_line(2, self._if(one.values))} {_line(3, out)}"
            ways.append(f"{self._guards(b, 2)} {head} ({found}){{1,2}} {self._last(b)}")
            gather = self._steps(f"add{number}", one.values, self._gathering(one.values))
            better = self._steps(f"best{number}", one.values, self._bettering(one.values))
            ways.append(f"{self._guards(b, 2)} {_line(1, fresh)} {head} {gather} {end}")
            ways.append(f"{self._guards(b, 2)} {_line(1, best)} {head} {better} {end}")
        return [self._rules.add("reading", ways)]

    def _last(self, v: Values) -> str:
        """How a reading body ends: one answer, or a whole chain of them."""
        rule = f"last_{v.scope.suffix}"
        if self._rules.has(rule):
            return rule
        out = choice(v.answer(), v.refusal())
        branch = f"{_line(1, self._elif(v))} {_line(2, out)}"
        chain = f"{_line(1, self._if(v))} {_line(2, out)} ({branch}){{0,3}} {_line(1, lit('else:'))} {_line(2, out)}"
        chained = f"{_line(1, self._if(v))} {_line(2, out)} ({branch}){{1,3}} {_line(1, v.answer())}"
        return self._rules.add(rule, [_line(1, out), chain, chained])

    def _guards(self, v: Values, most: int) -> str:
        """Early ways out, before anything is changed."""
        rule = f"guard_{v.scope.suffix}"
        if not self._rules.has(rule):
            out = choice(v.answer(), v.refusal(), lit("return"))
            self._rules.add(rule, [f"{_line(1, self._if(v))} {_line(2, out)}"])
        return f"{rule}{{0,{most}}}"

    def _if(self, v: Values) -> str:
        return f'"if " {v.condition()} ":"'

    def _elif(self, v: Values) -> str:
        return f'"elif " {v.condition()} ":"'

    def _gathering(self, v: Values) -> str:
        """What a loop does to a fresh `result`."""
        key, what = v.atom(), v.reckoning()
        return self._rules.add(
            f"gather_{v.scope.suffix}",
            [
                f'"result += " {v.value()}',
                f'"result.append(" {v.value()} ")"',
                f'"result[" {key} "] = " ("result.get(" {key} ", 0) + ")? {what}',
                f'"result.setdefault(" {key} ", []).append(" {what} ")"',
            ],
        )

    def _bettering(self, v: Values) -> str:
        """What a loop does to a `result` that may be a slot's value: put another in its place."""
        what = v.reckoning()
        pick = choice(lit("max("), lit("min("))
        return self._rules.add(f"better_{v.scope.suffix}", [f'"result = " ({what} | {pick} "result, " {what} ")")'])

    def _steps(self, tag: str, v: Values, act: str) -> str:
        """The inside of a loop: it acts, or acts on a condition that may ask for the result so far."""
        if not self._rules.has(tag):
            part = ['"result"', '"len(result)"', *(f'"result" {lit(f"[{key}]")}' for key in self._keys_in(v))]
            sofar = f"{choice(v.comparison(), lit(' in '), lit(' not in '))} {choice(*part)}"
            asked = self._rules.add(
                f"asked_{v.scope.suffix}",
                [
                    v.condition(),
                    f'{v.reckoning()} {sofar} (" and " {v.condition()})?',
                    f'({choice(lit("result is None"), lit("not result"))} " or ")? {v.reckoning()} {sofar}',
                ],
            )
            other = f"({_line(2, lit('else:'))} {_line(3, act)})?"
            self._rules.add(tag, [_line(2, act), f"{_line(2, lit('if '), asked, lit(':'))} {_line(3, act)} {other}"])
        return tag

    @staticmethod
    def _keys_in(v: Values) -> list[str]:
        """The keys of the element gone over, as code."""
        codes = [*v.scope.numbers, *v.scope.texts]
        return [code[5:-1] for code in codes if code.startswith('item["')]

    # bodies that change

    def _changing(self) -> list[str]:
        b = self._b
        change = self._changes(b)
        if not change:
            return []
        r = self._r
        ways = [f"{self._guards(b, 3)} {self._block(b)}{{1,4}} {self._end(b)}"]
        keep = _line(1, '"result = "', b.value())
        ways.append(f"{self._guards(b, 3)} {keep} {self._guards(r, 2)} {self._block(r)}{{1,4}} {self._end(r)}")
        popped = self._popped()
        if popped:
            taken = _line(1, '"result = "', popped)
            ways.append(f"{self._guards(b, 3)} {taken} {self._block(r)}{{0,3}} {self._end(r)}")
        for number, one in enumerate(self._items):
            inside = self._changes(one.values, one)
            if not inside:
                continue
            acts = self._rules.add(f"acts{number}", [f"{_line(3, inside)}{{1,2}}"])
            head = _line(1, '"for item in "', one.over, '":"')
            out = _line(3, choice(one.values.answer(), lit("return")))
            found = f"{_line(2, self._if(one.values))} {acts} {_line(3, lit(MARK))} {out}"
            ways.append(f"{self._guards(b, 2)} {head} {found} {_line(1, choice(b.answer(), b.refusal()))}")
        return [self._rules.add("changing", ways)]

    def _end(self, v: Values) -> str:
        return f"{_line(1, lit(MARK))} ({_line(1, v.answer())})?"

    def _block(self, v: Values) -> str:
        """A change, changes on conditions, changes of elements, or one early way out with its own mark."""
        rule = f"block_{v.scope.suffix}"
        if self._rules.has(rule):
            return rule
        change = self._changes(v)
        some = f"{_line(2, change)}{{1,3}}"
        other = f"({_line(1, self._elif(v))} {some}){{0,3}} ({_line(1, lit('else:'))} {some})?"
        out = f"{_line(1, self._if(v))} {some} {_line(2, lit(MARK))} {_line(2, choice(v.answer(), lit('return')))}"
        ways = [_line(1, change), f"{_line(1, self._if(v))} {some} {other}", out]
        for number, one in enumerate(self._items):
            inside = self._changes(one.values, one)
            if inside:
                acts = self._steps_of_changes(f"each{number}", one.values, inside)
                ways.append(f"{_line(1, lit('for item in '), one.over, lit(':'))} {acts}")
        return self._rules.add(rule, ways)

    def _steps_of_changes(self, tag: str, v: Values, change: str) -> str:
        if not self._rules.has(tag):
            few = f"{_line(3, change)}{{1,2}}"
            other = f"({_line(2, lit('else:'))} {few})?"
            self._rules.add(tag, [f"{_line(2, change)}{{1,2}}", f"{_line(2, self._if(v))} {few} {other}"])
        return tag

    def _popped(self) -> str:
        """Taking something out of a list or a dict, to be answered."""
        lists = [code for code, _ in self._base.lists if code.startswith("self.")]
        ways = [lit(f"{code}.pop({at})") for code in lists for at in ("", "0")]
        for code, _ in [*self._base.dicts, *self._base.lists]:
            if code.startswith("self."):
                ways.append(f"{lit(code + '.pop(')} {self._b.simple()} {choice(lit(', None)'), lit(', 0)'), lit(')'))}")
        return self._rules.add("popped", ways) if ways else ""

    def _changes(self, v: Values, loop: ItemScope | None = None) -> str:
        """One change of this object; in a loop never of the size of a list, which may be the one gone over."""
        rule = f"change_{v.scope.suffix}"
        if self._rules.has(rule):
            return rule
        kinds: dict[str, list[str]] = {}
        for name, shape in self._slots.items():
            kinds.setdefault(shape.kind, []).append(f"self.{name}")
            for key, one in shape.keys.items():
                if shape.kind == "dict":
                    kinds.setdefault(one.kind, []).append(f'self.{name}["{key}"]')
        if loop is not None and loop.shape.kind == "dict" and all(code.startswith("self.") for code in loop.codes):
            for key, one in loop.shape.keys.items():
                kinds.setdefault(one.kind, []).append(f'item["{key}"]')
        ways: list[str] = []
        what, key = v.value(), v.index_key()
        numbers = kinds.get("number", []) + kinds.get("other", [])
        augment = self._rules.add("aug", [lit(f" {one}= ") for one in ("+", "-", "*", "/", "//", "%")])
        if numbers:
            ways.append(way(self._rules.add(_tagged("nums", v, loop), [*map(lit, numbers)]), augment, what))
        if kinds.get("text"):
            ways.append(way(choice(*map(lit, kinds["text"])), '" += "', what))
        storable = ("number", "text", "bool", "other", "reference", "list", "dict")
        stored = [code for kind in storable for code in kinds.get(kind, [])]
        stored += [f"self.{name}" for name in new_names(self._request, self._slots)]
        if loop is not None:
            stored = [code for code in stored if code not in loop.codes]
        if stored:
            kept = choice(what, v.condition())
            ways.append(way(self._rules.add(_tagged("slots", v, loop), [*map(lit, stored)]), '" = "', kept))
        lists = kinds.get("list", [])
        dicts = kinds.get("dict", [])
        if loop is not None:
            lists = [code for code in lists if code not in loop.codes]
            dicts = [code for code in dicts if not any(one.startswith(code) for one in loop.codes)]
        if lists:
            rule_lists = self._rules.add(_tagged("lists", v, loop), [*map(lit, lists)])
            ways.append(way(rule_lists, choice('".append("', '".remove("', '".extend("', '".pop("'), what, '")"'))
            ways.append(way(rule_lists, choice(*(lit(f".{one}()") for one in ("clear", "pop", "reverse", "sort")))))
            ways.append(way(rule_lists, choice('".sort(reverse=True)"', '".sort(key=len)"')))
            ways.append(way(rule_lists, '".insert("', v.simple(), '", "', what, '")"'))
        entered = [*kinds.get("dict", []), *([] if loop is not None else lists)]
        if entered:
            rule_entered = self._rules.add(_tagged("entries", v, loop), [*map(lit, entered)])
            ways.append(way(rule_entered, '"["', key, '"]"', choice('" = "', augment), what))
            if lists or dicts:
                ways.append(way('"del "', choice(*map(lit, [*lists, *dicts])), '"["', key, '"]"'))
        if dicts:
            rule_dicts = self._rules.add(_tagged("dicts", v, loop), [*map(lit, dicts)])
            ways.append(way(rule_dicts, choice('".pop("', '".update("'), what, choice(lit(", None)"), lit(")"))))
            ways.append(way(rule_dicts, '"["', key, '"] = "', rule_dicts, '".pop("', v.simple(), '")"'))
            ways.append(way(rule_dicts, '".clear()"'))
            ways.append(way(rule_dicts, '".setdefault("', key, '", []).append("', what, '")"'))
            ways.append(way(rule_dicts, '"["', key, '"]"', choice('".append("', '".remove("'), what, '")"'))
        return self._rules.add(rule, ways) if ways else ""


def new_names(request: MethodRequest, slots: Iterable[str]) -> list[str]:
    """Slots that the message may add: words of the selector that are not verbs, nor slots already."""
    words = words_of(request.selector)
    names = words[1:] if len(words) > 1 else []
    joined = ["_".join(names)] if len(names) > 1 else []
    known = {*slots, *request.parameter_names, request.selector}
    return [name for name in dict.fromkeys(joined + names) if is_plain(name) and name not in known and len(name) > 2]


def _tagged(name: str, v: Values, loop: ItemScope | None) -> str:
    return f"{name}_{v.scope.suffix}" if loop is not None else name


def _line(depth: int, *parts: str) -> str:
    """A statement on a line of its own, `depth` steps in."""
    return "(" + way(lit("\n" + _STEP * depth), *parts) + ")"
