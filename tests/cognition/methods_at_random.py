"""Methods of the language at random, as Python's own unparser writes them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

_NAMES = st.sampled_from(["x", "item", "total2", "s", "se", "selfish", "Big_One", "math", "len", "i_", "format"])
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn"), max_codepoint=0xFFFF)
_TEXTS = st.text(st.one_of(_LETTERS, st.sampled_from("'\"\\{}#\n\t \r\0")), max_size=8)
_NUMBERS = st.one_of(
    st.integers(0, 10**12), st.floats(min_value=0, allow_infinity=False, allow_nan=False), st.just(1e300)
)
_SAFE = st.text("abc é:.-", max_size=5)

Values = st.SearchStrategy[ast.expr]


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _slot(name: str) -> ast.Attribute:
    return ast.Attribute(_name("self"), name, ast.Load())


_LEAVES: Values = st.one_of(
    _NAMES.map(_name),
    _NAMES.map(_slot),
    st.one_of(_TEXTS, _NUMBERS, st.sampled_from([True, False, None])).map(ast.Constant),
)
_TARGETS: Values = st.one_of(_NAMES.map(_name), _NAMES.map(_slot))
_LOOPED: Values = st.one_of(
    _NAMES.map(_name), st.lists(_NAMES, min_size=2, max_size=3).map(lambda names: ast.Tuple([*map(_name, names)]))
)


def _comprehensions(inner: Values) -> st.SearchStrategy[list[ast.comprehension]]:
    one = st.builds(ast.comprehension, _LOOPED, inner, st.lists(inner, max_size=2), st.just(0))
    return st.lists(one, min_size=1, max_size=2)


def _lambda(names: Sequence[str], body: ast.expr) -> ast.Lambda:
    return ast.Lambda(_arguments(names), body)


def _arguments(names: Sequence[str]) -> ast.arguments:
    return ast.arguments([], [ast.arg(name) for name in dict.fromkeys(names)], None, [], [], None, [])


def _entries(pairs: Sequence[tuple[ast.expr | None, ast.expr]]) -> ast.Dict:
    return ast.Dict([key for key, _ in pairs], [value for _, value in pairs])


def _compared(left: ast.expr, rest: Sequence[tuple[ast.cmpop, ast.expr]]) -> ast.Compare:
    return ast.Compare(left, [sign for sign, _ in rest], [value for _, value in rest])


def _formatted(before: str, name: str, conversion: int, layout: str | None, after: str) -> ast.JoinedStr:
    spec = ast.JoinedStr([ast.Constant(layout)]) if layout is not None else None
    shown = ast.FormattedValue(ast.Subscript(_slot(name), ast.Constant("key")), conversion, spec)
    return ast.JoinedStr([ast.Constant(before), shown, ast.Constant(after)])


def _grown(inner: Values) -> Values:
    signs = st.sampled_from([ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.BitAnd])
    tests = st.sampled_from(
        [ast.Eq, ast.NotEq, ast.Lt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot]
    )  # fmt: skip
    some = st.lists(inner, max_size=3)
    bound = st.one_of(st.none(), inner)
    slices = st.builds(ast.Slice, bound, bound, bound)
    # Of a number nothing is asked.
    owners = inner.filter(lambda node: not isinstance(node, ast.Constant))
    called = st.one_of(_NAMES.map(_name), st.builds(ast.Attribute, owners, _NAMES))
    keywords = st.lists(st.builds(ast.keyword, st.one_of(st.none(), _NAMES), inner), max_size=2)
    starred = st.builds(ast.Starred, inner)
    return st.one_of(
        st.builds(ast.BinOp, inner, signs.map(lambda sign: sign()), inner),
        st.builds(ast.UnaryOp, st.sampled_from([ast.Not(), ast.USub()]), inner),
        st.builds(ast.BoolOp, st.sampled_from([ast.And(), ast.Or()]), st.lists(inner, min_size=2, max_size=3)),
        st.builds(_compared, inner, st.lists(st.tuples(tests.map(lambda test: test()), inner), min_size=1, max_size=2)),
        st.builds(ast.IfExp, inner, inner, inner),
        st.builds(_lambda, st.lists(_NAMES, max_size=2), inner),
        st.builds(ast.Call, called, st.lists(st.one_of(inner, starred), max_size=3), keywords),
        st.builds(ast.Attribute, owners, _NAMES),
        st.builds(ast.Subscript, owners, st.one_of(inner, slices)),
        st.builds(ast.List, st.lists(st.one_of(inner, starred), max_size=3)),
        st.builds(ast.Tuple, some),
        st.builds(ast.Set, st.lists(inner, min_size=1, max_size=3)),
        st.lists(st.tuples(st.one_of(st.none(), inner), inner), max_size=3).map(_entries),
        st.builds(ast.ListComp, inner, _comprehensions(inner)),
        st.builds(ast.SetComp, inner, _comprehensions(inner)),
        st.builds(ast.GeneratorExp, inner, _comprehensions(inner)),
        st.builds(ast.DictComp, inner, inner, _comprehensions(inner)),
        st.builds(ast.NamedExpr, _NAMES.map(_name), inner),
        st.builds(
            _formatted,
            _SAFE,
            _NAMES,
            st.sampled_from([-1, ord("r"), ord("s")]),
            st.sampled_from([None, ".2f", ">10", "*^+12,.3f", "03d", "%"]),
            _SAFE,
        ),
    )


_VALUES: Values = st.recursive(_LEAVES, _grown, max_leaves=6)
_CALLS = st.builds(
    ast.Call, st.one_of(_TARGETS, st.builds(ast.Attribute, _TARGETS, _NAMES)), st.lists(_VALUES), st.just([])
)
_PLACES: Values = st.one_of(
    _TARGETS, st.builds(ast.Subscript, _TARGETS, _VALUES), st.builds(ast.Attribute, _TARGETS, _NAMES)
)
_UNPACKED: Values = st.builds(
    lambda places, rest: ast.Tuple([*places, ast.Starred(rest)]), st.lists(_PLACES, min_size=1, max_size=2), _TARGETS
)
_SIMPLE: st.SearchStrategy[ast.stmt] = st.one_of(
    st.builds(ast.Assign, st.lists(st.one_of(_PLACES, _UNPACKED), min_size=1, max_size=2), _VALUES),
    st.builds(ast.AugAssign, _PLACES, st.sampled_from([ast.Add(), ast.FloorDiv(), ast.LShift()]), _VALUES),
    st.builds(ast.AnnAssign, _NAMES.map(_name), _TARGETS, st.one_of(st.none(), _VALUES), st.just(1)),
    st.builds(ast.Expr, _CALLS),
    st.builds(ast.Return, st.one_of(st.none(), _VALUES)),
    st.builds(ast.Raise, st.one_of(st.none(), _CALLS)),
    st.builds(ast.Delete, st.lists(_PLACES, min_size=1, max_size=2)),
    st.builds(ast.Assert, _VALUES, st.one_of(st.none(), _VALUES)),
    st.builds(ast.Pass),
    st.just(ast.parse("self._p_changed = True").body[0]),
)


def _nested(inner: st.SearchStrategy[ast.stmt]) -> st.SearchStrategy[ast.stmt]:
    block = st.lists(inner, min_size=1, max_size=3)
    otherwise = st.lists(inner, max_size=2)
    handler = st.builds(ast.ExceptHandler, _NAMES.map(_name), st.one_of(st.none(), _NAMES), block)
    build: Callable[..., ast.Try] = ast.Try
    return st.one_of(
        st.builds(ast.If, _VALUES, block, otherwise),
        st.builds(ast.For, _LOOPED, _VALUES, block, otherwise),
        st.builds(ast.While, _VALUES, block, otherwise),
        st.builds(build, block, st.lists(handler, min_size=1, max_size=2), otherwise, otherwise),
        st.builds(build, block, st.just([]), st.just([]), block),
        st.builds(
            lambda name, given, body: ast.FunctionDef(name, _arguments(given), body, []),
            _NAMES,
            st.lists(_NAMES, max_size=2),
            block,
        ),
    )


_STATEMENTS = st.recursive(_SIMPLE, _nested, max_leaves=5)


def _written(body: list[ast.stmt]) -> str:
    method = ast.FunctionDef("go", _arguments(["self", "x", "item"]), body, [])
    return ast.unparse(ast.fix_missing_locations(ast.Module([method], [])))


methods = st.lists(_STATEMENTS, min_size=1, max_size=4).map(_written)
"""Sources of `def go(self, x, item)`; they read as Python, whether or not they make sense."""
