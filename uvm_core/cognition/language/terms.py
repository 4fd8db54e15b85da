"""The expressions of the language of methods as rules of EBNF: names, literals, f-strings, operators, calls, displays.

How the rules are written decides what they cost. For every place of a rule at which a letter can follow, xgrammar
goes through the tokenizer's whole vocabulary once, when the grammar is compiled; what a token would do after the end
of its rule it can only find out later, at every step of writing. Therefore

- what a space leads is a rule of its own (`x` before a name: `xname`, `xexprT`), so that " word" is gone through once
  and not at each of the fifty places where a word can follow a space;
- a rule either begins with letters or is a choice of other rules, never both;
- a text's letters and its end are one rule that calls itself (`dq`), so that no token of it ends outside;
- where only one thing can follow a rule, it says so: `(= " ")`.

Expressions come in five contexts, the last letter of a rule's name: T, at the top, where a line's end ends them; B,
in brackets, where lines may be broken; D and S, in an f-string in double or in single quotes, where texts need the
other quotes and no backslash; N, in an f-string in one of those, where there are no texts. So Python 3.11 reads them.
"""

from __future__ import annotations

from dataclasses import dataclass

# Letters of texts and comments: all but those that control something.
_PLAIN = r"\x00-\x1f\x7f"
_SYMBOLS = ("+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">", "<=", ">=", "&", "|", "^", "<<", ">>")
_TIGHT = " | ".join(["[-+*/%<>&|^] unit@", *(f'"{sign}" unit@' for sign in _SYMBOLS if len(sign) == 2)])
_WORDS = ("in", "not in", "is", "is not")
# What can follow a name, a number or a text.
_APART = r"(= [ !%&(-/:<=>\[\]^|}\n])"
# A break of the line within brackets, and its indentation.
_BREAK = r'"\n" [ ]*'


def _ways(words: tuple[str, ...]) -> str:
    return " | ".join(f'"{word}"' for word in words)


def _escaped(then: str) -> str:
    """What may stand after a backslash, and the rest of the text."""
    h = "[0-9a-fA-F]"
    return rf""""\\" [abfnrtv0\\"'] {then} | "\\x" {h} {h} {then} | "\\u" {h} {h} {h} {h} {then}"""


def _excluding(word: str) -> str:
    """The names that are not `word`, by their first letter that differs."""
    ways = []
    for at, letter in enumerate(word):
        others = "a-zA-Z0-9_" if at else "a-zA-Z"
        kept = others.replace("a-z", f"a-{chr(ord(letter) - 1)}{chr(ord(letter) + 1)}-z")
        begun = f'"{word[:at]}" ' if at else ""
        ways += [f"{begun}[{kept}] letters"] + ([f'"{word[:at]}"'] if at else [])
    return " | ".join([*ways, f'"{word}" [a-zA-Z0-9_] letters'])


def _lexemes() -> list[str]:
    """What is the same in every context. A name can be any but `self`, which is only said with a slot."""
    return [
        f'xname ::= " " name {_APART}',
        f"bname ::= {_BREAK} name {_APART}",
        f"name ::= {_excluding('self')} {_APART}",
        f"letters ::= [a-zA-Z0-9_]* {_APART}",
        'own ::= "self." name',
        'xown ::= " self." name',
        # What an unpacking gives and nobody wants. Without `nothing` the rule is taken into others and loses its end.
        r'skip ::= "_" nothing (= [ ,)\]])',
        r'xskip ::= " _" nothing (= [ ,)\]])',
        'nothing ::= ""',
        'dot ::= "." name',
        f'bdot ::= {_BREAK} "." name',
        # A number is one rule that calls others at its end only.
        f'number ::= "0" fraction | [1-9] [0-9]* thousands | "." [0-9]+ power {_APART}',
        f'thousands ::= fraction | "_" [0-9]+ thousands {_APART}',
        f'fraction ::= power | "." power | "." [0-9]+ power | "x" [0-9a-fA-F]+ {_APART}',
        f'xnumber ::= " " number {_APART}',
        f"bnumber ::= {_BREAK} number {_APART}",
        f'power ::= "" | [eE] [-+]? [0-9]+ {_APART}',
        "sign ::= " + _ways(_SYMBOLS) + r" (= [ \n])",
        f'operator ::= " " sign | {_ways(tuple(f" {word}" for word in _WORDS))} (= [ \\n])',
        f"boperator ::= {_BREAK} operator_ (= [ \\n])",
        f"operator_ ::= sign | {_ways(_WORDS)} (= [ \\n])",
        'junctor ::= " and" | " or" (= [ \\n])',
        f"bjunctor ::= {_BREAK} junctor_ (= [ \\n])",
        'junctor_ ::= "and" | "or" (= [ \\n])',
        *(f'{word}_ ::= " {word}" (= [ \\n])' for word in ("if", "else", "for", "in")),
        *(f'b{word}_ ::= {_BREAK} "{word}" (= [ \\n])' for word in ("if", "else", "for")),
        'colon ::= " "? ":"',
        # Names that a loop gives: `for a, (b, *c) in …`.
        'xtargets ::= xtarget ("," (xtarget | target))* ","?',
        'targets ::= target ("," (xtarget | target))* ","?',
        "xtarget ::= xname | xskip | xtarget_",
        'xtarget_ ::= " *" name | " (" targets ")" | " [" targets "]"',
        "target ::= name | skip | target_",
        'target_ ::= "*" name | "(" targets ")" | "[" targets "]"',
        # Parameters of a lambda.
        'given ::= xgiven ("," xgiven)*',
        'xgiven ::= xname ("=" (number | name | text))? | xgiven_',
        'xgiven_ ::= " *" name',
    ]


def _texts() -> list[str]:
    rows = [
        r"""text ::= [rb]? "\"" dq | [rb]? "'" sq | "f\"" fdq | "f'" fsq """ + _APART,
        r"""textD ::= plainD | "f'" nsq """ + _APART,
        r"""textS ::= plainS | "f\"" ndq """ + _APART,
        rf"""plainD ::= "'" [^'"\\{_PLAIN}]* "'" {_APART}""",
        rf"""plainS ::= "\"" [^'"\\{_PLAIN}]* "\"" {_APART}""",
        rf"""unquoted ::= [^'"\\{{}}{_PLAIN}]*""",
    ]
    for name, quote in (("dq", r"\""), ("sq", "'")):
        own = quote[-1]
        # A docstring ends in two more quotes.
        apart = _APART.replace("[ ", f"[ {own}")
        rows += [
            rf"{name} ::= [^{own}\\{_PLAIN}]* {name}_ {apart}",
            f'{name}_ ::= "{quote}" | {_escaped(name)} {apart}',
        ]
        braces = rf'"{{{{" f{name} | "}}}}" f{name} | field{name[0].upper()} f{name}'
        rows += [
            rf"f{name} ::= [^{own}\\{{}}{_PLAIN}]* f{name}_ {_APART}",
            f'f{name}_ ::= "{quote}" | {_escaped(f"f{name}")} | {braces} {_APART}',
            # In an f-string within an f-string: neither quotes nor backslashes.
            f"n{name} ::= unquoted n{name}_ {_APART}",
            rf'n{name}_ ::= "{quote}" | "{{{{" n{name} | "}}}}" n{name} | fieldN n{name} {_APART}',
        ]
    return rows


@dataclass(frozen=True)
class _Context:
    """Where an expression stands: `inner` is the context within its brackets, `texts` the rule of its texts."""

    letter: str
    inner: str
    texts: str
    breaks: bool = False
    field: bool = False


_CONTEXTS = (
    _Context("T", "B", 'text (" " text)*'),
    _Context("B", "B", f'text ((" " | {_BREAK}) text)*', breaks=True),
    _Context("D", "D", "textD", field=True),
    _Context("S", "S", "textS", field=True),
    _Context("N", "N", "", field=True),
)


def _expressions(context: _Context) -> list[str]:
    """The rules of one context; `@` stands for its letter, `$` for that within its brackets."""

    def either(*rules: str) -> str:
        """Rules, and where lines may be broken what a break leads."""
        return "(" + " | ".join([*rules, *(f"b{rule}" for rule in rules if context.breaks)]) + ")"

    also_broken = (lambda way: f" | {way}") if context.breaks else (lambda _way: "")
    # `{{` is a brace in an f-string: there a display needs a space or a bracket before it.
    display, inner_display = ("", " | display@ after@*") if context.field else (" | display@", "")
    rows = [
        "expr@ ::= either@ if@? | lambda@",
        "xexpr@ ::= xeither@ if@? | xlambda@",
        f"if@ ::= {either('if_')} xeither@ {either('else_')} xexpr@",
        'lambda@ ::= "lambda" given? ":" xexpr@',
        'xlambda@ ::= " lambda" given? ":" xexpr@',
        f"either@ ::= not@ ({either('junctor')} xnot@)*",
        f"xeither@ ::= xnot@ ({either('junctor')} xnot@)*",
        "not@ ::= not_@ | sum@",
        'not_@ ::= "not" xnot@',
        "xnot@ ::= xnot_@ | xsum@",
        'xnot_@ ::= " not" xnot@',
        "sum@ ::= unit@ more@*",
        "xsum@ ::= xunit@ more@*",
        f"more@ ::= {either('operator')} xunit@ | tight@",
        f"tight@ ::= {_TIGHT}",
        "unit@ ::= whole@ | signed@",
        "xunit@ ::= xwhole@ | xsigned@",
        "signed@ ::= [-+~] unit@",
        'xsigned@ ::= " " [-+~] unit@',
        "whole@ ::= name after@* | atom@ after@* | number",
        "xwhole@ ::= xname after@* | xatom@ after@* | xnumber"
        + also_broken("bname after@* | batom@ after@* | bnumber")
        + (" | xdisplay@ after@*" if context.field else ""),
        'xatom@ ::= " " atom@',
        f"atom@ ::= own | group@ | list@{display}" + (f" | {context.texts}" if context.texts else ""),
        'group@ ::= "(" items$? endgroup$',
        'list@ ::= "[" items$? endlist$',
        'display@ ::= "{" (items$ | entries$)? enddisplay$',
        "after@ ::= part@ | call@",
        f"part@ ::= {either('dot')} | item@",
        'item@ ::= "[" index$ endlist$',
        'call@ ::= "(" arguments$? endgroup$',
    ]
    if context.breaks:
        rows.append(f"batom@ ::= {_BREAK} atom@")
    if context.letter == context.inner:
        rows += [
            f'end{name}@ ::= "{end}"' + also_broken(f'{_BREAK} "{end}"')
            for name, end in (("group", ")"), ("list", "]"), ("display", "}"))
        ]
        rows += [
            'arguments@ ::= (argument@ | xargument@) ("," (argument@ | xargument@))* ","?',
            f"argument@ ::= expr@ comprehension@? | keyword@ | walrus@ | star@{inner_display}",
            "xargument@ ::= xexpr@ comprehension@? | xkeyword@ | xwalrus@ | xstar@",
            'keyword@ ::= name "=" expr@',
            f'xkeyword@ ::= {"(xname | bname)" if context.breaks else "xname"} "=" expr@',
            'walrus@ ::= name " :=" xexpr@',
            'star@ ::= "*" "*"? expr@',
            'xstar@ ::= " *" "*"? expr@' + also_broken(f'{_BREAK} "*" "*"? expr@'),
            'items@ ::= (one@ | xone@) (comprehension@ | ("," (one@ | xone@))* ","?)',
            f"one@ ::= expr@ | walrus@ | star@{inner_display}",
            "xone@ ::= xexpr@ | xwalrus@ | xstar@",
            'entries@ ::= (entry@ | xentry@) (comprehension@ | ("," (entry@ | xentry@))* ","?)',
            'entry@ ::= expr@ ":" (xexpr@ | expr@) | star@',
            'xentry@ ::= xexpr@ ":" (xexpr@ | expr@) | xstar@',
            f"comprehension@ ::= ({either('for_')} xtargets in_ xeither@ ({either('if_')} xeither@)*)+",
            'index@ ::= slice@ ("," (xexpr@ | slice@))* ","?',
            "slice@ ::= expr@" + also_broken("xexpr@") + " | expr@? colon (expr@ | xexpr@)? (colon (expr@ | xexpr@)?)?",
        ]
    if context.letter == context.inner or context.letter == "T":
        rows.append('xwalrus@ ::= xname " :=" xexpr@')
    if context.field:
        rows += [
            'xdisplay@ ::= " " display@',
            'field@ ::= "{" (either@ | xeither@) if@? shown@',
            'shown@ ::= "="? ("!" [rsa])? shown_@',
            'shown_@ ::= " "? "}" | ":" filled@',
            # [[fill]align][sign][#][0][width][,][.precision][type]: each part knows what follows.
            "filled@ ::= [^{}'\"\\\\" + _PLAIN + "] [<>=^] padded@ | [<>=^] padded@ | padded@",
            'padded@ ::= [-+ ]? "#"? "0"? wide@',
            "wide@ ::= [0-9]* grouped@ | nested@ grouped@",
            "grouped@ ::= [,_]? precise@",
            'precise@ ::= typed@ | "." [0-9]+ typed@ | "." nested@ typed@',
            'typed@ ::= [bcdeEfFgGnosxX%]? "}"',
            'nested@ ::= "{" either@ "}"',
        ]
    return [row.replace("@", context.letter).replace("$", context.inner) for row in rows]


def term_rules() -> list[str]:
    """All rules of expressions, each a line; statements use `xexprT`, `xtargets`, `partT`, `callT` and the lexemes."""
    return [*_lexemes(), *_texts(), *(row for context in _CONTEXTS for row in _expressions(context))]
