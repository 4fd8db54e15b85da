"""Kivy's keys as the keyboard's words: ctrl+shift+z, question, delete."""

from __future__ import annotations

from collections.abc import Iterable

from kivy.core.window import Keyboard

_NAMES = {code: name for name, code in Keyboard.keycodes.items()}
_WORDS = {
    "spacebar": "space", "+": "plus", "-": "minus", "?": "question", "numpadenter": "enter", "numpaddecimal": ".",
    "numpadadd": "plus", "numpadsubstract": "minus",
}  # fmt: skip
_PLAIN = frozenset({"shift", "rshift", "lctrl", "rctrl", "alt", "alt-gr", "super", "capslock", "numlock", "compose"})


def key_name(code: int, text: str | None, modifiers: Iterable[str]) -> str | None:
    """The name of a key that went down; None for a modifier alone."""
    name = _NAMES.get(code)
    if name in _PLAIN:
        return None
    held = set(modifiers)
    ctrl = "ctrl" in held or "meta" in held
    alt, shift = "alt" in held, "shift" in held
    if text and len(text) == 1 and text.isprintable() and not text.isspace() and not ctrl and not alt:
        # A printed sign is itself, however it was reached; a capital letter is Shift and the letter.
        if not text.isalpha():
            return _WORDS.get(text, text)
        name, shift = text.lower(), text.isupper()
    if name is None:
        return None
    if name == "=" and shift and ctrl:
        name, shift = "plus", False
    parts = [word for word, on in (("ctrl", ctrl), ("shift", shift), ("alt", alt)) if on]
    return "+".join([*parts, _WORDS.get(name, name)])
