"""One grammar for the whole language of methods: what a model writes parses, and nothing that people write is missing.

A grammar holds a method's form (one def, its header, statements, expressions, indentation); what its names mean and
whether it keeps the covenant is the guardian's. So it knows nothing of the object, and two requests differ in their
header alone.

What it leaves to the guardian although it could be said: a word of Python as a name (`self.class`). To exclude one
word takes a state per letter, each of which costs as much to compile as all letters of a text; a model that begins a
word cannot be kept from ending it either. Only `self` alone is worth it: it stands for `self.` and a name.
"""

from __future__ import annotations

import json
from functools import cache

from uvm_core.cognition.asking.requests import MethodRequest
from uvm_core.cognition.language.terms import term_rules
from uvm_core.objects.language import COVENANT_LINE

DEPTH = 7
"""How deep blocks go: the body and six blocks within each other."""
OPENING = "\n   "
"""How every body begins: its first line's indentation but for the last space, which belongs to the first word."""


def language_grammar(request: MethodRequest) -> str:
    """EBNF of the methods with this request's header; root rule `root`. Errors: ValueError with its problems."""
    problems = request.problems()
    if problems:
        raise ValueError(" ".join(problems))
    return f"root ::= {json.dumps(request.header, ensure_ascii=False)} body\n{_rules()}"


def body_grammar() -> str:
    """EBNF of what follows a header's colon; root rule `root`. It is the same for every request.

    Where the header is forced upon the answer, so is `OPENING`: a matcher of this grammar reads it before the first
    token is asked for.
    """
    return f"root ::= body\n{_rules()}"


@cache
def _rules() -> str:
    rows = [*term_rules(), *_SIMPLE, *_HEADS, *_PATTERNS, *_OTHERS]
    for depth in range(1, DEPTH + 1):
        rows += _block(depth)
    return "\n".join(rows) + "\n"


_SIMPLE = (
    "simple ::= leading | message | values (be values)* be values_ | place augment values_ | place note (be values_)?",
    'leading ::= " return" values_? | " raise" (xexprT (from xexprT)?)? | " del" place ("," place)*'
    ' | " assert" xexprT ("," xexprT)? | " pass" | " break" | " continue"'
    f' | " {COVENANT_LINE}" (= [ \\n])',
    'from ::= " from" (= " ")',
    'be ::= " =" (= " ")',
    'augment ::= " " ("+" | "-" | "*" | "/" | "//" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>") "=" (= " ")',
    'note ::= ":" xexprT',
    # A statement that is an expression is a call; what is given a value is a name, an attribute, an item or a slice.
    "message ::= (xname | xown | receiver) (partT* callT)+",
    'receiver ::= " (" itemsB endgroupB',
    "place ::= (xname | xown) (callT* partT)*",
    'values ::= value ("," value)* ","?',
    "value ::= place | xskip | value_",
    'value_ ::= " *" name | " *self." name | " (" targets ")" | " [" targets "]"',
    'values_ ::= xvalue ("," xvalue)* ","?',
    "xvalue ::= xexprT | xspread",
    'xspread ::= " *" sumT',
)

_HEADS = (
    "condition ::= xexprT | xwalrusT",
    'if ::= " if" condition ":"',
    'elif ::= " elif" condition ":"',
    'else ::= " else:"',
    'for ::= " for" xtargets in_ values_ ":"',
    'while ::= " while" condition ":"',
    'try ::= " try:"',
    'except ::= " except" xexprT (" as" xname)? ":"',
    'finally ::= " finally:"',
    'def ::= " def" xname "(" (parameter ("," xparameter)*)? ")" (" ->" xexprT)? ":"',
    'parameter ::= "*"? "*"? name annotated',
    "xparameter ::= xname annotated | xparameter_",
    'xparameter_ ::= " *" "*"? name annotated',
    "annotated ::= note? default?",
    'default ::= "=" (number | name | text | "-" number) | " =" xwholeT',
    'match ::= " match" values_ ":"',
    'case ::= " case" xpatterns (" if" condition)? ":"',
)

_PATTERNS = (
    'xpatterns ::= xpattern ("," xpattern)* ","?',
    'patterns ::= pattern ("," xpattern)* ","?',
    'xpattern ::= xsome (" |" xsome)* (" as" xname)?',
    'pattern ::= some (" |" xsome)* (" as" xname)?',
    "some ::= name shaped | literal",
    "xsome ::= xname shaped | xliteral",
    'xliteral ::= " " literal',
    'shaped ::= dot* ("(" (field ("," xfield)*)? ")")?',
    'literal ::= key | skip | "*" (name | skip) | "[" patterns? "]" | "(" patterns? ")" | "{" pairs? "}"',
    'pairs ::= pair ("," xpair)* ","?',
    'field ::= pattern | name "=" pattern',
    'xfield ::= xpattern | xname "=" pattern',
    'pair ::= (key | name dot*) ":" xpattern | "**" name',
    'xpair ::= (xkey | xname dot*) ":" xpattern | xrest',
    'key ::= "-"? number | text',
    'xkey ::= " " key',
    'xrest ::= " **" name',
)

_OTHERS = (
    # One comment at most before or behind a statement, and a docstring of one line: nothing that could go on for ever.
    r'comment ::= "#" [^\x00-\x1f\x7f]* (= "\n")',
    r"""docstring ::= " \"\"\"" dq "\"\"" | " '''" sq "''" """,
    r'body ::= (line1 docstring)? block1 "\n"? | line1 docstring "\n"?',
    # A line and its indentation but for the last space, which leads what stands on it.
    r'line1 ::= "\n" "\n"? "   " (= " ")',
)


def _block(depth: int) -> list[str]:
    """The rules of a block `depth` steps in: its lines, and what may have blocks of its own."""
    line, deeper = f"line{depth}", f"suite{depth + 1}"
    rows = [f'{line} ::= line{depth - 1} "    " (= " ")'] if depth > 1 else []
    compound = f" | compound{depth}" if depth < DEPTH else ""
    rows += [
        f"block{depth} ::= row{depth}+",
        f'row{depth} ::= ({line} " " comment)? {line} (simple ("  " comment)?{compound})',
        f'suite{depth} ::= ("  " comment)? block{depth} | simple',
    ]
    if depth == DEPTH:
        return rows
    otherwise, at_last = f"({line} else {deeper})?", f"{line} finally {deeper}"
    ways = [
        f"if {deeper} ({line} elif {deeper})* {otherwise}",
        f"(for | while) {deeper} {otherwise}",
        f"try {deeper} ({at_last} | ({line} except {deeper})+ {otherwise} ({at_last})?)",
        f"def {deeper}",
    ]
    if depth < DEPTH - 1:
        ways.append(f"match (line{depth + 1} case suite{depth + 2})+")
    return [*rows, f"compound{depth} ::= {' | '.join(ways)}"]
