"""The code editor: Kivy's CodeInput with the world's colours."""

from __future__ import annotations

from typing import Any

from kivy.uix.codeinput import CodeInput
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
from pygments.style import Style  # type: ignore[import-untyped]
from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Token,
)

from ..model.theme import Palette


def style_of(palette: Palette) -> type[Style]:
    """A Pygments style in the palette's colours; the same ones the cards use."""

    def css(colour: int) -> str:
        return f"#{colour:06x}"

    colours = {
        Token: css(palette.ink), Keyword: css(palette.keyword), Operator.Word: css(palette.keyword),
        String: css(palette.string), Comment: css(palette.comment), Number: css(palette.number),
        Name.Function: css(palette.accent), Name.Builtin.Pseudo: css(palette.accent),
    }  # fmt: skip
    return type("WorldStyle", (Style,), {"styles": colours, "background_color": css(palette.well)})


def make_code_input(palette: Palette, **options: Any) -> CodeInput:
    return CodeInput(lexer=PythonLexer(), style=style_of(palette), auto_indent=True, **options)


def use_palette(widget: CodeInput, palette: Palette) -> None:
    widget.style = style_of(palette)
