"""The expressions of the wide grammar over one scope: what can be read, reckoned, asked and written there.

They are bounded by layers, not by counting: a name; a reckoning of names; a call or bracket around that. Letters of a
text are not counted either, for a grammar that counts them takes seconds to compile.
"""

from __future__ import annotations

from collections.abc import Sequence

from uvm_core.cognition.language.expressions import Rules, lit
from uvm_core.cognition.language.kinds import Shape
from uvm_core.cognition.language.scope import Scope

_TEXT = "[A-Za-z0-9 .,:;!?()_/%+#*=<>&@$|~^-]"


def way(*parts: str) -> str:
    """Parts one after another."""
    return " ".join(part for part in parts if part)


def choice(*ways: str) -> str:
    """One of several."""
    return "(" + " | ".join(dict.fromkeys(ways)) + ")"


class Values:
    """The rules of one scope, named kind_scope."""

    def __init__(self, rules: Rules, scope: Scope, items: Sequence[ItemScope] = ()) -> None:
        """`items` are the scopes of elements that comprehensions may go over."""
        self.rules = rules
        self.scope = scope
        self._items = items
        self._tag = scope.suffix

    # leaves, the same in every scope

    def number_literal(self) -> str:
        return self.rules.add("num", ['("0" | [1-9] [0-9]{0,4}) ("." [0-9]{1,3})?'])

    def text_literal(self) -> str:
        escaped = '"\\\\" "n"'
        return self.rules.add("str", [f'"\\"" ({_TEXT} | {escaped})* "\\""'])

    def operator(self) -> str:
        return self.rules.add("op", ['" " [-+*/%] " "', '" // "', '" ** "'])

    def comparison(self) -> str:
        return self.rules.add("cmp", [lit(f" {one} ") for one in (">", "<", ">=", "<=", "==", "!=")])

    def constant(self) -> str:
        return self.rules.add("const", [self.number_literal(), self.text_literal(), '"True"', '"False"', '"None"'])

    # names and what is reached from them

    def _codes(self) -> list[str]:
        """Every piece of code that is a value here."""
        s = self.scope
        held = [code for code, _ in [*s.lists, *s.dicts]]
        return [*s.numbers, *s.texts, *s.bools, *held, *s.others, *s.unknown]

    def name(self) -> str:
        """A name, a key of a record, a message to another object."""
        codes = [*self._codes(), *self.scope.calls]
        return self.rules.add(f"name_{self._tag}", [lit(code) for code in codes] or ['"self.print_string()"'])

    def atom(self) -> str:
        """A name, a constant, or a part of a name."""
        rule = f"atom_{self._tag}"
        if self.rules.has(rule):
            return rule
        ways = [self.name(), self.constant(), f'"-" {self.number_literal()}']
        sequence = self._sequences()
        texts = self._texts()
        if sequence:
            ways.append(way(sequence, '"["', self.index(), '"]"', f'("[" {self.simple()} "]")?'))
        if texts:
            ways.append(way(texts, self.text_method()))
        listed = [lit(code) for code, _ in self.scope.lists] + [lit(code) for code in self.scope.unknown]
        if listed:
            ways.append(way(choice(*listed), choice('".count("', '".index("'), self.simple(), '")"'))
        keyed = self._keyed()
        if keyed:
            default = f'(", " {choice(self.simple(), lit("[]"), lit("{}"))})?'
            ways.append(way(keyed, '".get("', self.simple(), default, '")"'))
            ways.append(way(keyed, choice('".keys()"', '".values()"')))
        # The vocabulary is asked of the object itself, so it adds nothing where only an element matters.
        if self._tag == "b":
            ways += ['"self.print_string()"', '"self.slot_names()"', '"math.pi"']
            ways.append(way('"self.understands("', self.simple(), '")"'))
            ways.append(way('"self.slot_value("', self.simple(), '")"'))
        return self.rules.add(rule, ways)

    def _sequences(self) -> str:
        s = self.scope
        codes = [code for code, _ in [*s.lists, *s.dicts]] + [*s.texts, *s.unknown]
        return self.rules.add(f"seq_{self._tag}", [lit(code) for code in codes]) if codes else ""

    def _texts(self) -> str:
        codes = [*self.scope.texts, *self.scope.unknown]
        return self.rules.add(f"text_{self._tag}", [lit(code) for code in codes]) if codes else ""

    def _keyed(self) -> str:
        codes = [code for code, _ in self.scope.dicts] + self.scope.unknown
        return self.rules.add(f"dict_{self._tag}", [lit(code) for code in codes]) if codes else ""

    def collections(self) -> list[str]:
        """What can be gone over."""
        s = self.scope
        return [code for code, _ in [*s.lists, *s.dicts]] + s.unknown

    def simple(self) -> str:
        """A name, a constant, or two of them reckoned with."""
        rule = f"simple_{self._tag}"
        if self.rules.has(rule):
            return rule
        part = self.rules.add(f"part_{self._tag}", [self.name(), self.constant()])
        return self.rules.add(rule, [f"{part} ({self.operator()} {part})?"])

    def index(self) -> str:
        """An index, a key or a slice."""
        rule = f"index_{self._tag}"
        if self.rules.has(rule):
            return rule
        sizes = [lit(f"len({code})") for code in self.collections()]
        part = self.rules.add(f"ixp_{self._tag}", [self.name(), self.constant(), *sizes, f'"(" {self.simple()} ")"'])
        place = self.rules.add(f"place_{self._tag}", [f'"-"? {part} ({self.operator()} {part})?'])
        return self.rules.add(rule, [place, f'{place}? ":" {place}?', '"::-1"'])

    def index_key(self) -> str:
        """Where an entry is written: a name, a constant, or a reckoning of them."""
        return f'"-"? {self.simple()}'

    def text_method(self) -> str:
        """Up to three messages to a text; the last may take a part of what came of it."""
        rule = f"tm_{self._tag}"
        if self.rules.has(rule):
            return rule
        bare = choice(*(lit(f".{one}()") for one in ("upper", "lower", "strip", "title", "capitalize", "isdigit")))
        asked = choice(*(lit(f".{one}(") for one in ("startswith", "endswith", "count", "find", "split")))
        plain = self.simple()
        one = self.rules.add(
            f"tm1_{self._tag}",
            [
                bare,
                f'{asked} {plain} ")"',
                '".split()"',
                f'".replace(" {plain} ", " {plain} ")"',
            ],
        )
        return self.rules.add(rule, [f'{one} {one}? {one}? ("[" {self.index()} "]" {bare}?)?'])

    # reckoning

    def term(self) -> str:
        """An atom or a call of a function on one or two of them."""
        rule = f"term_{self._tag}"
        if self.rules.has(rule):
            return rule
        one = self.atom()
        call = way(self._function(), one, f"({self.operator()} {one})?", f'(", " {one}){{0,2}}', '")"')
        return self.rules.add(rule, [one, call])

    def _function(self) -> str:
        names = (
            "len",
            "sum",
            "min",
            "max",
            "abs",
            "round",
            "int",
            "float",
            "str",
            "sorted",
            "list",
            "dict",
            "all",
            "any",
        )
        others = ("math.sqrt", "math.floor", "math.ceil")
        return self.rules.add("fn", [lit(f"{name}(") for name in (*names, *others)])

    def reckoning(self) -> str:
        """Terms with operators between them."""
        return self.rules.add(f"reck_{self._tag}", [f"{self.term()} ({self.operator()} {self.term()}){{0,3}}"])

    def value(self) -> str:
        """Whatever can be answered, kept or sent."""
        rule = f"value_{self._tag}"
        if self.rules.has(rule):
            return rule
        inner = self.reckoning()
        big = self.rules.add(
            f"big_{self._tag}",
            [
                self.term(),
                f'"(" {inner} ")"',
                way(self._function(), inner, f'(", " {inner}){{0,2}}', '")"'),
                *self._over_elements(),
            ],
        )
        plain = self.rules.add(f"chain_{self._tag}", [f"{big} ({self.operator()} {big}){{0,4}}", self.formatted()])
        ways = [plain, f'{plain} " if " {self.condition()} " else " {plain}', f'{plain} " or " {self.atom()}']
        ways += [self.listing(), self.record(), f'"not " {self.atom()}', f'"sorted(" {inner} ", reverse=True)"']
        return self.rules.add(rule, ways)

    def listing(self) -> str:
        one = self.term()
        return self.rules.add(f"list_{self._tag}", ['"[]"', f'"[" {one} (", " {one}){{0,4}} "]"'])

    def record(self) -> str:
        """A dict: its keys are texts, or given."""
        rule = f"rec_{self._tag}"
        if self.rules.has(rule):
            return rule
        pair = f'{choice(self.text_literal(), self.name())} ": " {choice(self.reckoning(), lit("[]"))}'
        return self.rules.add(rule, ['"{}"', f'"{{" {pair} (", " {pair}){{0,5}} "}}"'])

    def _over_elements(self) -> list[str]:
        """Comprehensions, and what is chosen by a key."""
        ways: list[str] = []
        for one in self._items:
            inner, over = one.values, one.over
            each = way(inner.reckoning(), '" for item in "', over, f'(" if " {inner.condition()})?')
            ask = way(inner.condition(), '" for item in "', over)
            ways += [f'"[" {each} "]"', f'{choice(*map(lit, ("sum(", "max(", "min(", "sorted(", "set(")))} {each} ")"']
            ways += [f'"len([" {each} "])"', f'{choice(lit("all("), lit("any("))} {ask} ")"']
            only = f'(" if " {inner.condition()})?'
            told = way(choice(inner.reckoning(), inner.formatted()), '" for item in "', over, only)
            ways.append(f'{self.text_literal()} ".join(" {told} ")"')
            keys = [*inner.scope.numbers, *inner.scope.texts, *inner.scope.unknown]
            by = [lit(f"lambda item: {code}") for code in keys if code.startswith("item")]
            by += ['"len"', *map(lit, one.ranks)]
            pick = choice(*map(lit, ("max(", "min(", "sorted(")))
            ways.append(f'{pick} {over} ", key=" {choice(*by)} ", reverse=True"? ")" ("[" {self.index()} "]")?')
            ways.append(f'"sorted(" {over} (", reverse=True")? ")[" {self.index()} "]"')
            ways.append(f'"{{item: " {inner.reckoning()} " for item in " {over} (" if " {inner.condition()})? "}}"')
        listed = [*self.collections(), *(f"sorted({code})" for code in self.collections())]
        if listed:
            ways.append(f'{self.text_literal()} ".join(" {choice(*map(lit, listed))} ")"')
        if self._tag == "b":
            ways.append('"\\", \\".join(self.slot_names())"')
        return ways

    def formatted(self) -> str:
        """An f-string; inside it, keys and texts stand in single quotes."""
        rule = f"fs_{self._tag}"
        if self.rules.has(rule):
            return rule
        s = self.scope
        codes = [*self._codes(), *(call for call in s.calls), *(f"len({code})" for code in self.collections())]
        codes += [f"sum({code})" for code, _ in s.lists] + ["self.print_string()"]
        codes += [f"{code}.{do}()" for code in s.texts for do in ("upper", "lower", "title")]
        codes += [f"{code}[{at}]" for code in s.texts for at in ("0", "-1", ":1")]
        codes += [f"', '.join({code})" for code, _ in s.lists]
        codes += [f"{code}[{at}]" for code, _ in s.lists for at in ("0", "-1")]
        names = self.rules.add(f"fn_{self._tag}", [lit(code.replace('"', "'")) for code in codes])
        keyed = [lit(code + "[") for code in self.collections()]
        given = [lit(code) for code in [*s.unknown, *s.texts, *s.numbers]]
        if keyed and given:
            names = self.rules.add(f"fk_{self._tag}", [names, way(choice(*keyed), choice(*given), '"]"')])
        reckon = f"{names} ({self.operator()} {choice(names, self.number_literal())}){{0,2}}"
        spec = self.rules.add("spec", ['":.2f"', '":.1f"', '":.0f"', '":02d"', '":03d"', '":,"'])
        value = self.rules.add(f"fv_{self._tag}", [f'"{{" {reckon} {spec}? "}}"'])
        return self.rules.add(rule, [f'"f\\"" ({_TEXT} | "\\\\" "n" | {value})* "\\""'])

    # conditions

    def condition(self) -> str:
        rule = f"cond_{self._tag}"
        if self.rules.has(rule):
            return rule
        one = self.test()
        return self.rules.add(rule, [f"{one} ({choice(lit(' and '), lit(' or '))} {one}){{0,2}}"])

    def test(self) -> str:
        rule = f"test_{self._tag}"
        if self.rules.has(rule):
            return rule
        left = self.reckoning()
        ways = [
            f'"not "? {self.term()}',
            f"{left} {self.comparison()} {left} ({self.comparison()} {left})?",
            f"{left} {choice(lit(' in '), lit(' not in '))} {choice(self.atom(), self.tuple_())}",
            f"{self.name()} {choice(lit(' is None'), lit(' is not None'))}",
        ]
        for one in self._items:
            asked = way(one.values.condition(), '" for item in "', one.over)
            ways.append(f'{choice(lit("all("), lit("any("))} {asked} ")"')
        return self.rules.add(rule, ways)

    def tuple_(self) -> str:
        literal = choice(self.text_literal(), self.number_literal())
        return self.rules.add("tuple", [f'"(" {literal} (", " {literal}){{1,3}} ")"'])

    # leaving

    def answer(self) -> str:
        """`return` with a value or a condition."""
        return self.rules.add(
            f"ret_{self._tag}", [f'"return " {choice(self.value(), self.condition())}', '"return None"']
        )

    def refusal(self) -> str:
        return self.rules.add(
            f"err_{self._tag}", [f'"raise ValueError(" {choice(self.text_literal(), self.formatted())} ")"']
        )


class ItemScope:
    """What can be gone over with elements of one shape, and the values inside."""

    def __init__(self, over: str, values: Values, shape: Shape, codes: Sequence[str], ranks: Sequence[str]) -> None:
        """`ranks` are functions by which an element can be chosen."""
        self.ranks = ranks
        self.over = over
        self.values = values
        self.shape = shape
        self.codes = codes
