"""Laws of the method grammar, over strings drawn at random from it, and what it must be able to say."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cognition.handwritten import GENESIS, HARDER, INVOICE, WANTED
from tests.cognition.sampling import Sampler
from uvm_core.cognition.asking.exemplars import Exemplar, shipped_exemplars
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.grammar import MARK, method_grammar
from uvm_core.cognition.language.schemas import plan_schema
from uvm_core.guardian import audit

RICH = {
    **INVOICE,
    "notes": [],
    "tags": ["a", "b"],
    "stock": {"tea": 1},
    "book": {"k": {"a": 1}},
    "owner": None,
    "speed": 2.5,
    "title": "Paper",
}


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler()


def _keeps_the_law(source: str, request: MethodRequest) -> None:
    tree = ast.parse(source)
    assert isinstance(tree.body[0], ast.FunctionDef)
    assert source.startswith(request.header + "\n    ")
    report = audit(source + "\n", request.selector)
    assert report.accepted, (source, [finding.message for finding in report.findings])


@pytest.mark.parametrize("profile", ["narrow", "wide"])
@pytest.mark.parametrize("request_", [one.request for one in [*WANTED[::4], *HARDER[::4]]], ids=lambda r: r.selector)
def test_every_string_is_a_method_under_the_covenant(sampler: Sampler, request_: MethodRequest, profile: Any) -> None:
    for source in sampler.draw(method_grammar(request_, profile), 4, seed=7):
        _keeps_the_law(source, request_)


def test_a_rich_object_with_references_and_defaults(sampler: Sampler) -> None:
    request = MethodRequest(
        "frobnicate", ["arg1", "n=3"], RICH, GENESIS, references={"customer": ["name", "age", "total()"]}
    )
    for source in sampler.draw(method_grammar(request), 40, seed=1):
        _keeps_the_law(source, request)


_TEXTS = st.text(alphabet="ab é_\"'{}\\\n", max_size=5)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)),
    max_leaves=6,
)
_NAMES = st.from_regex(r"[a-z][a-z_]{0,7}\*?", fullmatch=True)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    slots=st.dictionaries(st.one_of(_NAMES, _TEXTS), _VALUES, max_size=4),
    parameters=st.lists(st.sampled_from(["amount", "name", "x", "item", "total"]), unique=True, max_size=2),
    selector=st.sampled_from(["frob", "add_thing", "is_ready", "describe_it", "set_color", "total"]),
)
def test_whatever_an_object_holds(
    sampler: Sampler, slots: dict[str, Any], parameters: list[str], selector: str
) -> None:
    request = MethodRequest(selector, parameters, slots)
    for source in [
        *sampler.draw(method_grammar(request, "narrow"), 1, 3),
        *sampler.draw(method_grammar(request), 1, 3),
    ]:
        _keeps_the_law(source, request)


@pytest.mark.parametrize("one", shipped_exemplars(), ids=lambda one: one.selector)
def test_it_can_say_every_exemplar(sampler: Sampler, one: Exemplar) -> None:
    arguments = dict(zip(one.parameters, one.cases[0]["args"], strict=True))
    request = MethodRequest(one.selector, one.parameters, one.slots, wish=one.wish, arguments=arguments)
    assert sampler.accepts(method_grammar(request), one.source.rstrip())


SAYABLE = {
    "a chain": ["if self.speed > 3:", '    return "x"', "elif self.paid:", "    return 1", "else:", "    return 0"],
    "a search": ["for item in self.tags:", "    if item == arg1:", "        return item", "return None"],
    "membership": ["return arg1 in self.tags and arg1 not in self.stock"],
    "indexing by another slot": ["return self.tags[self.number - 1]"],
    "slices": ["return self.title[1:3]"],
    "text methods": ['return self.title.replace("a", "b")'],
    "counting": [
        "result = {}",
        "for item in self.tags:",
        "    result[item] = result.get(item, 0) + 1",
        "return result",
    ],
    "a ternary": ['return "yes" if self.paid else "no"'],
    "extremes": ["return max(self.speed, self.number)"],
    "all of them": ['return all(item["price"] > 2 for item in self.lines)'],
    "sorted": ["return sorted(self.tags, reverse=True)"],
    "an error": ["if arg1 > 10:", '    raise ValueError("too much")', "self.number += arg1", MARK],
    "several statements": ["self.number = arg1", "self.paid = True", 'self.tags.append("new")', MARK],
    "an answer after the mark": ["self.number += 1", MARK, "return self.number"],
    "a message to another object": ["return self.customer.print_string()"],
    "another object's slot": ["return self.customer.name"],
    "a change of records": [
        "for item in self.lines:",
        '    if item["text"] == arg1:',
        '        item["price"] = 0',
        MARK,
    ],
    "a new key": ["self.stock[arg1] = 4", MARK],
    "an entry removed": ["del self.stock[arg1]", MARK],
    "a value held": ["result = self.title", "self.title = arg1", MARK, "return result"],
    "itself": ["return self.print_string()"],
    "a long chain": [
        "if self.speed > 9:",
        '    return "a"',
        "elif self.speed > 6 and self.paid:",
        '    return "b"',
        "elif not self.tags:",
        '    return "c"',
        "return None",
    ],
    "a search that refuses": [
        "for item in self.lines:",
        '    if item["text"] == arg1:',
        '        return item["price"]',
        'raise ValueError(f"no {arg1}")',
    ],
    "a change of what is found, or an error": [
        "for item in self.lines:",
        '    if item["text"] == arg1:',
        '        item["price"] += 1',
        "        " + MARK,
        '        return item["price"]',
        'raise ValueError("no such line")',
    ],
    "an early way out with its mark": [
        "if self.paid:",
        "    self.number = 0",
        "    " + MARK,
        "    return",
        "self.number += 1",
        MARK,
    ],
    "any expression as an index": ["return self.tags[(self.number + 1) % len(self.tags)]"],
    "a part of a part": ['return self.lines[-1]["text"]'],
    "slices of lists": ["return self.tags[1:] + self.tags[:1]"],
    "a list turned around": ["return self.tags[::-1]"],
    "list methods": ["return self.tags.index(arg1) + self.tags.count(arg1)"],
    "dict methods": ["return self.stock.get(arg1, 0) + sum(self.stock.values())"],
    "a chain of text methods": ['return self.title.strip().lower().replace(" ", "-")'],
    "a part of a split text": ['return self.title.split("@")[1]'],
    "the ends of a text": ['return self.title.startswith("P") or self.title.endswith(arg1)'],
    "f-strings with keys and digits": ["return f\"{self.stock['tea']}: {self.speed:.2f} of {len(self.tags)}\""],
    "f-strings that reckon": ['return f"{self.number // 60}:{self.number % 60:02d}"'],
    "a comprehension with a condition": ['return [item["text"] for item in self.lines if item["price"] >= arg1]'],
    "a sum of products": ['return sum(item["price"] * self.number for item in self.lines)'],
    "keys by their values": ["return [item for item in self.stock if self.stock[item] < arg1]"],
    "the best of records": ['return max(self.lines, key=lambda item: item["price"])["text"]'],
    "sorted by a key": ['return sorted(self.lines, key=lambda item: item["price"], reverse=True)'],
    "a text of lines": ["return \"\\n\".join(f\"{item['text']}: {item['price']}\" for item in self.lines)"],
    "extremes of extremes": ["return max(0, min(self.number, arg1))"],
    "any of them": ["return any(item == arg1 for item in self.tags)"],
    "a kept reckoning": ["result = self.number * arg1", "if result > 9:", "    return 9", "return result"],
    "the best so far": [
        "result = self.tags[0]",
        "for item in self.tags:",
        "    if len(item) > len(result):",
        "        result = item",
        "return result",
    ],
    "each only once": [
        "result = []",
        "for item in self.tags:",
        "    if item not in result:",
        "        result.append(item)",
        "return result",
    ],
    "groups": [
        "result = {}",
        "for item in self.lines:",
        '    result.setdefault(item["text"], []).append(item["price"])',
        "return result",
    ],
    "an answer out of a list": ["result = self.tags.pop(0)", MARK, "return result"],
    "an entry counted up": ["self.stock[arg1] = self.stock.get(arg1, 0) + 1", MARK],
    "a list in a dict": ["self.stock.setdefault(arg1, []).append(2)", MARK],
    "all values changed": ["for item in self.stock:", "    self.stock[item] *= 2", MARK],
    "a filter kept": ['self.lines = [item for item in self.lines if item["text"] != arg1]', MARK],
    "a record appended": ['self.lines.append({"text": arg1, "price": self.number * 2})', MARK],
    "either change": [
        "if arg1 in self.tags:",
        "    self.tags.remove(arg1)",
        "else:",
        "    self.tags.append(arg1)",
        MARK,
    ],
    "several allowed words": [
        'if arg1 not in ("red", "green"):',
        '    raise ValueError("no")',
        "self.title = arg1",
        MARK,
    ],
    "is between": ["return 3 <= self.number <= arg1"],
    "a guard after a reckoning": [
        "result = self.number - arg1",
        "if result < 0:",
        '    raise ValueError("too little")',
        "self.number = result",
        MARK,
        "return result",
    ],
}


@pytest.mark.parametrize("what", SAYABLE)
def test_it_can_say(sampler: Sampler, what: str) -> None:
    source = "\n    ".join(["def frobnicate(self, arg1):", *SAYABLE[what]])
    assert audit(source + "\n", "frobnicate").accepted
    assert sampler.accepts(method_grammar(MethodRequest("frobnicate", ["arg1"], RICH)), source)


UNSAYABLE = {
    "an import": "import os",
    "a change without the mark": "self.number += 1",
    "a mark before the change": MARK + "\n    self.number += 1",
    "a name nobody gave": "return os",
    "another header": None,
    "a private name": "return self._p_jar",
    "a slot it does not have": "return self.nowhere",
}


@pytest.mark.parametrize("what", UNSAYABLE)
def test_it_cannot_say(sampler: Sampler, what: str) -> None:
    body = UNSAYABLE[what]
    source = f"def frobnicate(self, arg1):\n    {body}" if body else "def other(self):\n    return 1"
    assert not sampler.accepts(method_grammar(MethodRequest("frobnicate", ["arg1"], RICH)), source)


def test_a_word_of_the_selector_may_become_a_slot(sampler: Sampler) -> None:
    grammar = method_grammar(MethodRequest("set_color", ["arg1"], {"size": 2}))
    assert sampler.accepts(grammar, f"def set_color(self, arg1):\n    self.color = arg1\n    {MARK}")
    assert not sampler.accepts(grammar, f"def set_color(self, arg1):\n    self.other = arg1\n    {MARK}")


def test_the_narrow_profile_reads_the_selector(sampler: Sampler) -> None:
    asks = method_grammar(MethodRequest("is_big", [], {"size": 2}), "narrow")
    changes = method_grammar(MethodRequest("increment", [], {"size": 2}), "narrow")
    assert not sampler.accepts(asks, f"def is_big(self):\n    self.size += 1\n    {MARK}")
    assert not sampler.accepts(changes, "def increment(self):\n    return self.size")


@pytest.mark.parametrize("selector", ["", "_private", "two words", "class", "1st", "x" * 65])
def test_no_method_can_have_such_a_name(selector: str) -> None:
    with pytest.raises(ValueError, match="cannot be a method's name"):
        method_grammar(MethodRequest(selector))


def test_parameters_must_be_names_and_differ() -> None:
    with pytest.raises(ValueError, match="cannot be a parameter's name"):
        method_grammar(MethodRequest("go", ["a b"]))
    with pytest.raises(ValueError, match="same name"):
        method_grammar(MethodRequest("go", ["a", "a"]))


def test_a_plan_names_existing_pairs_only() -> None:
    schema = plan_schema([("robin", "sage_facet_"), ("brick", "logic_facet_")])
    lengths = [len(choice["prefixItems"]) for choice in schema["properties"]["facets"]["anyOf"]]
    assert lengths == [1, 1, 2]
    many = plan_schema([("robin", f"f{n}_facet_") for n in range(9)])
    assert many["properties"]["facets"]["maxItems"] == 3
    with pytest.raises(ValueError, match="at least one"):
        plan_schema([])
