"""The language a method may use: names, vocabulary and what may be a slot or a selector.

The compiler of methods gives exactly these names to a running method; the guardian refuses every other one; the
grammar and the prompts of the model are made from the same tables. Standard library only, so that every room and
every small process can read it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from keyword import iskeyword
from types import MappingProxyType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALLOWED_EXCEPTIONS: frozenset[str] = _words(
    """Exception ValueError TypeError KeyError IndexError ZeroDivisionError AttributeError ArithmeticError LookupError
    RuntimeError StopIteration OverflowError NotImplementedError AssertionError"""
)
ALLOWED_BUILTINS: frozenset[str] = _words(
    """abs all any bool chr dict divmod enumerate filter float frozenset int isinstance issubclass iter len list map max
    min next ord pow print range repr reversed round set slice sorted str sum tuple zip"""
)
ALLOWED_MODULES: frozenset[str] = frozenset({"math"})

# What every object answers through traits_obj: methods may not say repr(self) nor begin a name with an underscore.
VOCABULARY: Mapping[str, str] = MappingProxyType(
    {
        "print_string": "print_string() -> text that names the object and its own slots",
        "slot_names": "slot_names() -> list of the names of its own slots",
        "slot_value": "slot_value(name) -> a copy of the value of a slot, inherited ones included",
        "understands": "understands(name) -> whether the object or a parent has that slot",
        "parents": "parents() -> list of its parents, in order",
        "clone": "clone() -> a new object with copies of its own slots and the same parents",
        "resend": "resend(selector, *args) -> what the next object with that selector answers",
        "resend_to": "resend_to(parent_slot, selector, *args) -> what that parent answers",
        "infer_": "infer_(prompt) -> text from the language model, if an ancestor can",
    }
)

COVENANT_LINE = "self._p_changed = True"
MAX_SELECTOR = 64
MAX_SLOT_NAME = 128
PARENT_MARK = "*"


def normal(name: str) -> str:
    """The NFKC form in which Python compares identifiers: two spellings of one name are one slot."""
    return unicodedata.normalize("NFKC", name)


def is_public_selector(name: object) -> bool:
    """Whether `name` can be sent by anybody: an identifier, at most 64 characters, no leading underscore."""
    return (
        isinstance(name, str)
        and 0 < len(name) <= MAX_SELECTOR
        and name.isidentifier()
        and not name.startswith("_")
        and not iskeyword(name)
        and normal(name) == name
    )


def is_parent_slot(name: str) -> bool:
    """Whether a slot delegates: its name ends in `*`."""
    return name.endswith(PARENT_MARK)


def slot_name_problem(name: object) -> str | None:
    """Why `name` cannot be a slot, in a sentence; None when it can."""
    if not isinstance(name, str) or not name:
        return "A slot needs a name: some text."
    if len(name) > MAX_SLOT_NAME:
        return f"A slot's name has at most {MAX_SLOT_NAME} characters; this one has {len(name)}."
    plain = name[:-1] if is_parent_slot(name) else name
    if not plain.isidentifier() or iskeyword(plain):
        return f"{name!r} cannot be a slot: a name is letters, digits and _, and no word of Python's own."
    if normal(plain) != plain:
        return f"{name!r} cannot be a slot: write it in its plain form, {normal(name)!r}."
    if plain.startswith(("_p_", "_v_")):
        return f"{name!r} cannot be a slot: names that begin with _p_ or _v_ belong to persistence."
    if plain.startswith("__"):
        return f"{name!r} cannot be a slot: names that begin with two underscores belong to Python."
    return None
