"""Text files on their way into the memory: read whole, decoded, refused with a sentence, cut into parts that travel."""

from __future__ import annotations

import codecs
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 16 << 20
"""Bytes of a file, and of a document's text as UTF-8."""
PART = 250_000
"""Characters of a part: at four bytes each they stay below what one message may carry."""

_CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_MANY = 0.01  # of all characters: a text has a stray control character, a binary file is full of them
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class NotADocument(Exception):
    """A file or a text that cannot be taken into the memory; says why in a plain sentence."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as the memory takes it. `source` is its whole path; `note` says what was odd about it, mostly nothing."""

    title: str
    source: str
    text: str
    date: str
    note: str = ""


def read_text_file(path: Path) -> TextFile:
    """The text of a file. Raises NotADocument for one that is missing, too large, empty or no text."""
    name = path.name or str(path)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise NotADocument(f"{name} is a folder: name the files in it.")
        if not stat.S_ISREG(found.st_mode):
            raise NotADocument(f"{name} is no ordinary file.")
        if found.st_size > MAX_BYTES:
            raise _too_large(name, found.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        source = str(path.resolve())
    except OSError as problem:
        raise NotADocument(f"{name} cannot be read: {problem.strerror or problem}.") from None
    text, note = decoded(data, name)
    return TextFile(name, _travelling(source), text, time.strftime("%Y-%m-%d", time.localtime(found.st_mtime)), note)


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """(text, a note about its coding or "") of a file's bytes. Raises NotADocument."""
    note = ""
    for bom, coding in _BOMS:
        if data.startswith(bom):
            try:
                text = data.decode(coding)
            except UnicodeDecodeError:
                raise NotADocument(f"{name} begins like {coding} text and is not: it is damaged or binary.") from None
            break
    else:
        if b"\0" in data:
            raise NotADocument(f"{name} is a binary file; the memory takes text and Markdown.")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text, coding = _western(data)
            note = f"{name} is not UTF-8; it was read as {coding}, where some letters may be others."
    checked_text(text, name)
    return text, note


def checked_text(text: str, name: str) -> None:
    """Raises NotADocument for a text that is empty, too large or not one."""
    if not text.strip():
        raise NotADocument(f"{name} is empty: there is nothing to keep.")
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _too_large(name, len(text.encode("utf-8", "surrogatepass")))
    if "\0" in text or len(_CONTROL.findall(text)) > _MANY * len(text):
        raise NotADocument(f"{name} is a binary file; the memory takes text and Markdown.")


def parts(text: str) -> Iterator[str]:
    """The text in pieces that each fit into one message."""
    for start in range(0, len(text), PART):
        yield text[start : start + PART]


def _western(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "Latin-1"


def _too_large(name: str, size: int) -> NotADocument:
    return NotADocument(f"{name} has {size / (1 << 20):.1f} MiB; a document has at most {MAX_BYTES >> 20} MiB.")


def _travelling(source: str) -> str:
    """A path whose bytes are no UTF-8 cannot travel as it is."""
    return source.encode("utf-8", "replace").decode()
