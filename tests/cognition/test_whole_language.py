"""The grammar of the whole language: it says every method that people write, and nothing that has another form."""

from __future__ import annotations

import ast
import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import xgrammar
from hypothesis import HealthCheck, assume, given, settings

from tests.cognition.methods_at_random import methods
from tests.cognition.sampling import Sampler
from tests.guardian.cases import innocent
from uvm_core.cognition.asking.exemplars import shipped_exemplars
from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.engines.decoding import Grammars
from uvm_core.cognition.language.whole import DEPTH, OPENING, body_grammar, language_grammar
from uvm_core.cognition.models.packaged import ConvertedModel
from uvm_core.objects.language import COVENANT_LINE

ASKED = Path(__file__).parent / "asked"
MOST_REFUSED = 0.01


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler()


def _body(source: str) -> str | None:
    """What follows a method's header, if it is written as people should: on lines of its own, its names in ASCII."""
    header, colon, body = source.rstrip("\n").partition(":\n")
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    if not colon or "\n" in header or not all(map(str.isascii, names)):
        return None
    return "\n" + body


def _references() -> list[dict[str, Any]]:
    """The methods that are right among the requests in people's words."""
    files = [ASKED / "held.jsonl", ASKED / "dev.jsonl"]
    return [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]


def _said(source: str, sampler: Sampler) -> bool:
    body = _body(source)
    return body is not None and sampler.accepts(body_grammar(), body)


def test_it_can_say_every_exemplar(sampler: Sampler) -> None:
    refused = [
        one.source
        for one in shipped_exemplars()
        if not sampler.accepts(language_grammar(MethodRequest(one.selector, one.parameters)), one.source.rstrip("\n"))
    ]
    assert refused == []


def test_it_can_say_what_people_asked_for(sampler: Sampler) -> None:
    refused = [one["reference"] for one in _references() if not _said(one["reference"], sampler)]
    assert refused == []


def test_it_can_say_nearly_every_innocent_method(sampler: Sampler) -> None:
    sources = [case.source for case in innocent()]
    plain = [source for source in sources if _body(source) is not None]
    assert len(plain) >= 0.98 * len(sources)
    refused = [source for source in plain if not _said(source, sampler)]
    assert len(refused) <= MOST_REFUSED * len(plain), refused


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(source=methods)
def test_it_can_say_any_method(sampler: Sampler, source: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<method>", "exec")
    except SyntaxError:
        assume(False)
    # The unparser writes what no one would: texts in three quotes within f-strings, a dot behind a number.
    assume("'''" not in source and '"""' not in source and not re.search(r"\d\s*\.[A-Za-z]", source))
    assert sampler.accepts(language_grammar(MethodRequest("go", ["x", "item"])), source)


SAYABLE = {
    "a docstring": ['"""What it says."""', "return self.name"],
    "a docstring alone": ['"""Does nothing."""'],
    "a comment before and one behind": ["# First.", "return self.name  # Last."],
    "an empty line": ["x = 1", "", "return x"],
    "a block on its header's line": ["if x: return 1", "return 2"],
    "quotes in quotes": ["return f\"{self.book['key']}: {', '.join(self.names)}\""],
    "an f-string in an f-string": ["return f\"{', '.join(f'{k}={v!r:>8}' for k, v in self.book.items())}\""],
    "formats": ['return f"{x:,.2f} {x:>{self.width}} {x!s:*^9} {{}} {x=}"'],
    "a display in an f-string": ['return f"{len({1, 2})} {self.book.get(x, {})} { {1: 2}[1] }"'],
    "escapes": [r'return "\n\t\\\"\x41\u00e9" + ' + r"'it\'s'"],
    "texts side by side": ['return ("one "', '        "two")'],
    "numbers": ["return 1_000 + 0.5 - .5e-3 * 2. / 0x1F % 1e10 ** -2"],
    "no spaces": ["return x*2+self.count//3 if x>=2 else x**-1"],
    "slices": ["return self.names[1:] + self.names[:-1] + self.names[::2] + self.names[x - 1 : x + 1]"],
    "messages in a chain": ['return self.name.strip().split(",")[0].lower()'],
    "broken lines": ["return sum(", "    line['price']", "    for line in self.lines", "    if line", ")"],
    "a broken condition": ["if (", "    x > 1", "    and not self.done", "):", "    return 1"],
    "arguments in all ways": ["return self.go(x, *self.names, key=lambda k: -k, **self.book)"],
    "unpacking": ["(a, b), *rest = self.pairs", "self.x, self.names[0] = a, b", "_, c = rest", "return c"],
    "several at once": ["a = b = self.count = 0", COVENANT_LINE],
    "an assignment in a condition": ["while (n := self.step()) > 0:", "    print(n)"],
    "try": ["try:", "    return self.book[x]", "except (KeyError, TypeError) as error:", "    return str(error)"],
    "all of a try": ["try:", "    x = 1", "except E:", "    x = 2", "else:", "    pass", "finally:", "    print(x)"],
    "a loop's else": ["for _ in range(3):", "    if x:", "        break", "else:", "    return None", "return x"],
    "match": ["match x:", "    case {'kind': 'circle', 'r': r} if r > 0:", "        return r"],
    "patterns": ["match x:", "    case [1, *rest] | (2, rest):", "        pass", "    case int(n):", "        pass"],
    "a function in it": ["def inner(n: int, k=2) -> int:", "    return n * k", "return [inner(n) for n in x]"],
    "as deep as it goes": [f"{'    ' * n}if x:" for n in range(DEPTH - 1)] + ["    " * (DEPTH - 1) + "return x"],
}  # fmt: skip


@pytest.mark.parametrize("what", SAYABLE)
def test_it_can_say(sampler: Sampler, what: str) -> None:
    lines = ["def go(self, x, item):", *(f"    {line}" if line else "" for line in SAYABLE[what])]
    source = "\n".join(lines)
    ast.parse(source)
    assert sampler.accepts(language_grammar(MethodRequest("go", ["x", "item"])), source)
    assert sampler.accepts(language_grammar(MethodRequest("go", ["x", "item"])), source + "\n")


UNSAYABLE = {
    "an import": "import math",
    "an import from": "from math import pi",
    "a class": "class A:\n        pass",
    "global": "global x",
    "nonlocal": "nonlocal x",
    "with": "with x as y:\n        pass",
    "yield": "yield x",
    "await": "await x",
    "async": "async def inner():\n        pass",
    "a decorator": "@x\n    def inner():\n        pass",
    "a private slot": "return self._p_jar",
    "a private slot of another": "return x._private",
    "a dunder": "return x.__class__",
    "a private name": "_secret = 1",
    "the mark withdrawn": "self._p_changed = False",
    "itself": "return self",
    "itself as an argument": "x.add(self)",
    "itself in a list": "return [self]",
    "itself kept": "y = self",
    "itself bound anew": "self = x",
    "a bare except": "try:\n        pass\n    except:\n        pass",
    "no colon": "if x\n        return 1",
    "a block that is not indented": "if x:\n    return 1",
    "a line too deep": "x = 1\n      y = 2",
    "a line too shallow": "if x:\n        y = 1\n      return y",
    "an else of nothing": "x = 1\n    else:\n        y = 1",
    "two defs": "return 1\n\ndef other(self):\n    return 2",
    "words behind it": "return 1\n\nThis method answers one.",
    "a fence": "return 1\n```",
    "an open bracket": "return (x",
    "an open text": 'return "x',
    "the outer quotes in an f-string": 'return f"{self.book["key"]}"',
    "a backslash in an f-string's value": "return f\"{'\\n'.join(x)}\"",
    "a call that is given a value": "x() = 1",
    "two values without a sign": "return x y",
    "a number too long for a name": "return 1x",
    "a broken line outside brackets": "return x +\n        1",
    "tabs": "if x:\n\t\treturn 1",
    "nothing": "",
}


@pytest.mark.parametrize("what", UNSAYABLE)
def test_it_cannot_say(sampler: Sampler, what: str) -> None:
    source = f"def go(self, x):\n    {UNSAYABLE[what]}"
    assert not sampler.accepts(language_grammar(MethodRequest("go", ["x"])), source)


@pytest.mark.parametrize("source", ["def go(self):\n    pass", "def went(self, x=1):\n    pass", "go(self, x=1)"])
def test_the_header_is_the_requests(sampler: Sampler, source: str) -> None:
    assert not sampler.accepts(language_grammar(MethodRequest("go", ["x=1"])), source)
    assert sampler.accepts(language_grammar(MethodRequest("go", ["x=1"])), "def go(self, x=1):\n    pass")


def test_a_name_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be a method's name"):
        language_grammar(MethodRequest("_private"))


def test_whatever_is_written_by_chance_reads_as_python(sampler: Sampler) -> None:
    """But for a word of Python as a name and arguments in a wrong order, which the audit sees."""
    grammar = language_grammar(MethodRequest("go", ["x"]))
    drawn = [source for seed in range(80) if (source := sampler.draw_short(grammar, seed)) is not None]
    assert len(drawn) >= 60
    assert sum(map(_reads, drawn)) >= 0.9 * len(drawn)


def _reads(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def test_a_model_is_offered_every_token_of_real_methods(model_files: ConvertedModel) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(model_files.dir), local_files_only=True)
    grammars = Grammars(tokenizer, len(tokenizer))
    bits = xgrammar.allocate_token_bitmask(1, len(tokenizer))
    sources = [case.source for case in innocent()] + [one["reference"] for one in _references()]
    for body in filter(None, map(_body, sources[::4])):
        matcher = grammars.matcher(body_grammar(), None)
        assert matcher is not None and matcher.accept_string(OPENING)
        for token in tokenizer.encode(body.removeprefix(OPENING), add_special_tokens=False):
            offered = not matcher.fill_next_token_bitmask(bits) or int(bits[0][token // 32]) >> (token % 32) & 1
            assert offered and matcher.accept_token(token), (tokenizer.decode([token]), body)
        assert matcher.is_completed()
