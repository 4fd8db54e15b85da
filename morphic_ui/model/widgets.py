"""Pieces that several faces draw alike: the paper card, buttons, fields, broken faces."""

from __future__ import annotations

from .face import Edit, Look, Part
from .geometry import Rect
from .pen import HAIR, Drawn, Pen
from .text import BOLD, MONO, SANS, elide
from .theme import mix


def paper(
    pen: Pen, look: Look, w: float, h: float, *, bar: int | None = None, alpha: float = 1.0, ring: bool = True
) -> None:
    """A card: soft shadow, paper, hair line, a ring while it has the attention; `bar` colours its left edge."""
    palette, m = look.palette, look.metrics
    pen.shadow(
        0, 0, w, h, radius=m.radius, blur=13, colour=palette.shadow, alpha=palette.shadow_alpha * alpha, drop=2.5
    )
    lit = ring and (look.wanted or look.selected or look.focused)
    border, width = (palette.accent, 1.5) if lit else (palette.line, HAIR)
    pen.box(0, 0, w, h, radius=m.radius, fill=palette.paper, border=border, width=width, alpha=alpha)
    if bar is not None:
        pen.box(0, 0, 12, h, radius=m.radius, fill=bar)
        pen.box(3.5, 1, 10, h - 2, radius=1, fill=palette.paper)


def header(pen: Pen, look: Look, w: float, title: str, aside: str = "", *, left: float | None = None) -> None:
    """Bold title at the left, a quiet word at the right, a hair line below."""
    palette, m = look.palette, look.metrics
    left = m.pad if left is None else left
    room = w - left - m.pad
    aside_width = min(look.width(aside, SANS, m.tiny), room * 0.5) if aside else 0.0
    with pen.at_detail(1):
        shown = elide(look.measure, title, BOLD, m.title, room - aside_width - (12 if aside else 0))
        pen.text(left, 24, shown, size=m.title, colour=palette.ink, font=BOLD)
    if aside:
        with pen.at_detail(2):
            text = elide(look.measure, aside, SANS, m.tiny, aside_width + 1)
            pen.text(w - m.pad, 23.5, text, size=m.tiny, colour=palette.second, align=1)


def button(
    pen: Pen, look: Look, rect: Rect, text: str, *, name: str, press: str, argument: object = None, key: str = "",
    main: bool = False, loud: bool = False, tip: str = "", enabled: bool = True,
) -> Part:  # fmt: skip
    """A button with its key at the right; `main` is the one in the accent, `loud` the one in amber."""
    palette, m = look.palette, look.metrics
    hover = look.hover == name and enabled
    if main or loud:
        fill = palette.accent if main else palette.amber
        fill = mix(fill, palette.ink, 0.12) if hover else fill
        ink, border = palette.on_accent, fill
    else:
        fill = palette.hover if hover else palette.well
        ink, border = palette.ink, palette.line
    alpha = 1.0 if enabled else 0.45
    pen.box(*rect, radius=m.small_radius, fill=fill, border=border, alpha=alpha)
    if look.focus == name:
        pen.box(*rect.grown(2.5), radius=m.small_radius + 2, border=palette.accent, width=1.5)
    middle = rect.centre
    key_width = look.width(key, SANS, m.tiny) + 10 if key else 0.0
    pen.text(
        middle.x - key_width / 2, middle.y + 5, elide(look.measure, text, SANS, m.body, rect.w - key_width - 12),
        size=m.body, colour=ink, align=0.5, alpha=alpha, font=BOLD if main or loud else SANS,
    )  # fmt: skip
    if key:
        quiet = mix(ink, fill, 0.25) if main or loud else palette.second
        pen.text(rect.right - 12, middle.y + 4.5, key, size=m.tiny, colour=quiet, align=1, alpha=alpha)
    return Part(
        name, rect, "button", text, press=press if enabled else "", argument=argument, tip=tip or _with_key(text, key)
    )


def _with_key(text: str, key: str) -> str:
    return f"{text}  {key}" if key else ""


def icon_button(
    pen: Pen, look: Look, rect: Rect, icon: str, *, name: str, press: str, argument: object = None, tip: str = "",
    size: float = 16.0, colour: int | None = None,
) -> Part:  # fmt: skip
    """A bare icon that can be pressed; hovering shows a quiet ground."""
    palette = look.palette
    if look.hover == name:
        pen.area(rect, radius=look.metrics.small_radius, fill=palette.hover)
    if look.focus == name:
        pen.box(*rect, radius=look.metrics.small_radius, border=palette.accent, width=1.5)
    quiet = palette.second if colour is None else colour
    ink = palette.accent if look.hover == name and colour is None else quiet
    middle = rect.centre
    pen.icon(icon, middle.x - size / 2, middle.y - size / 2, size, colour=ink)
    return Part(name, rect, "button", tip, press=press, argument=argument, tip=tip)


def field(
    pen: Pen, look: Look, rect: Rect, *, name: str, label: str, edit: Edit, argument: object = None,
    prompt: str = "", border: int | None = None,
) -> Part:  # fmt: skip
    """A sunken field with text in it, or with its hint while it is empty."""
    palette, m = look.palette, look.metrics
    editing = look.editing == name
    edge = border if border is not None else (palette.accent if editing or look.focus == name else palette.line)
    pen.area(rect, radius=m.small_radius, fill=palette.well, border=edge)
    left = rect.x + 10
    if prompt:
        pen.icon(prompt, left - 3, rect.centre.y - 6, 12, colour=palette.accent)
        left += 15
    inner = Rect(left, rect.y + 1, rect.right - left - 8, rect.h - 2)
    if not editing:
        shown, ink, font = (edit.text, palette.ink, edit.font) if edit.text else (edit.hint, palette.second, SANS)
        size = edit.size if edit.text else m.small
        pen.text(
            left, rect.centre.y + 4.5, elide(look.measure, shown, font, size, inner.w), size=size, colour=ink, font=font
        )
    return Part(name, inner, "field", label, edit.text, edit=edit, argument=argument)


def broken(look: Look, name: str, reason: str, width: float) -> Drawn:
    """What a face that cannot be drawn shows instead: a quiet red outline and one sentence."""
    pen = Pen()
    palette, m = look.palette, look.metrics
    pen.box(0, 0, width, 56, radius=m.radius, fill=palette.paper, border=palette.red, width=1.2)
    title = elide(look.measure, name, BOLD, m.title, width - 2 * m.pad)
    pen.text(m.pad, 23, title, size=m.title, colour=palette.ink, font=BOLD)
    text = elide(look.measure, f"cannot be drawn: {reason}", SANS, m.tiny, width - 2 * m.pad)
    pen.text(m.pad, 43, text, size=m.tiny, colour=palette.red)
    return pen.done()


def mono_width(look: Look, text: str) -> float:
    return look.width(text, MONO, look.metrics.code)
