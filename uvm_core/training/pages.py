"""Pages as people write them, with questions about each sentence: the Markdown files of data/pages.

A file begins with a small header that says what it is about and whether its pages are kept for the held-out questions:

    ---
    about: Pages about homes.
    held out: no
    ---

    # Rules for tenants
    Rent is due on the first {d:day} of each [month|quarter].
    ? When is rent due? = {d}
    ! when rent is due

`?` is a question to the sentence above and what a right answer must contain, `!` goes behind "The documents do not
say" where the sentence is missing. `{d:day}` is a value of a kind of stories.value, `{d}` the same again; of the words
in brackets any one stands there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from uvm_core.training import files

_HEADER = re.compile(r"---\nabout: [^\n]+\nheld out: (yes|no)\n---\n")
_PLACE = re.compile(r"\{(\w+):(\w+)\}")


@dataclass(frozen=True)
class Line:
    """A sentence with its questions, each (question, wanted); `{name}` stands for a value in all of them."""

    text: str
    questions: tuple[tuple[str, str], ...]
    untold: str


@dataclass(frozen=True)
class Page:
    """A page; `values` are its names and the kind of each."""

    title: str
    lines: tuple[Line, ...]
    values: tuple[tuple[str, str], ...]


@cache
def pages(held_out: bool) -> tuple[Page, ...]:
    """All pages for training, or those that are kept for the held-out questions. Errors: ValueError (a bad page)."""
    found: list[Page] = []
    for name, text in files.texts("pages").items():
        header = _HEADER.match(text)
        if header is None:
            raise ValueError(f"The pages {name} do not begin with a header: the lines about, and held out (yes or no).")
        if (header[1] == "yes") == held_out:
            found += parsed(text[header.end() :])
    return tuple(found)


def parsed(text: str) -> list[Page]:
    """The pages of a text in the notation above. Errors: ValueError, with the line that is wrong."""
    return [_page(part) for part in re.split(r"^# ", text, flags=re.MULTILINE) if part.strip()]


def _page(text: str) -> Page:
    title, *rows = [row.strip() for row in text.splitlines() if row.strip()]
    values = dict(_PLACE.findall(text))
    lines: list[Line] = []
    for row in rows:
        plain = _PLACE.sub(r"{\1}", row)
        if row[0] == "?":
            question, mark, wanted = plain[1:].rpartition(" = ")
            if not mark or not lines or wanted.strip() not in lines[-1].text:
                raise ValueError(f"On the page {title!r} the sentence does not have what this line wants: {row}")
            lines[-1] = Line(lines[-1].text, (*lines[-1].questions, (question.strip(), wanted.strip())), "")
        elif row[0] == "!":
            lines[-1] = Line(lines[-1].text, lines[-1].questions, plain[1:].strip())
        else:
            lines.append(Line(plain, (), ""))
    if any(bool(line.questions) != bool(line.untold) for line in lines):
        raise ValueError(f"On the page {title!r} a sentence has questions and no line with !, or the other way round.")
    return Page(title, tuple(lines), tuple(values.items()))
