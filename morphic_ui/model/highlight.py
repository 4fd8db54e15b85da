"""Python source as coloured spans, by Pygments, one list for each line."""

from __future__ import annotations

from functools import lru_cache

from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    String,
)

from .theme import Palette

INK, KEYWORD, STRING, COMMENT, NUMBER, NAME = "ink", "keyword", "string", "comment", "number", "name"
_LEXER = PythonLexer(stripnl=False, ensurenl=False)

Span = tuple[str, str]  # text, role


@lru_cache(maxsize=128)
def highlight(source: str) -> tuple[tuple[Span, ...], ...]:
    """Lines of spans; joining every span of every line gives the source back, tabs as four blanks."""
    lines: list[list[Span]] = [[]]
    for kind, text in _LEXER.get_tokens(source.replace("\r\n", "\n").expandtabs(4)):
        role = _role(kind)
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if piece:
                last = lines[-1]
                if last and last[-1][1] == role:
                    last[-1] = (last[-1][0] + piece, role)
                else:
                    last.append((piece, role))
    return tuple(tuple(line) for line in lines)


def _role(kind: object) -> str:
    if kind in Keyword or kind is Operator.Word:
        return KEYWORD
    if kind in String:
        return STRING
    if kind in Comment:
        return COMMENT
    if kind in Number:
        return NUMBER
    if kind in Name.Function or kind in Name.Builtin.Pseudo:
        return NAME
    return INK


def colour(palette: Palette, role: str) -> int:
    """The colour of a span's role."""
    return {
        KEYWORD: palette.keyword,
        STRING: palette.string,
        COMMENT: palette.comment,
        NUMBER: palette.number,
        NAME: palette.accent,
    }.get(role, palette.ink)
