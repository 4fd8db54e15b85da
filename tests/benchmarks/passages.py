"""Documents with known boundaries, put together at run time from the real prose that installed packages bring along.

Sources are Python's own topics, the docstrings of modules, descriptions of distributions, licences and descriptions of
data sets. A source is a text on one subject; a passage is some consecutive sentences of one source; a document is
passages of different sources, one after the other. Half of the sources, by a hash of their names, are for development.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import random
import re
import textwrap
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from pydoc_data.topics import topics

from uvm_core.memory.sections import sections_of
from uvm_core.memory.sentences import sentence_spans

LAYOUTS = ("paragraphs", "run on", "headings")
"""How passages meet: by a blank line, as stand between the paragraphs inside them too; by a space, without a line break
anywhere; under headings."""

DOCUMENTED = ("docutils", "Kivy", "mypy", "networkx", "nltk", "numpy", "scikit-learn", "scipy", "sympy", "ZODB")
"""Distributions whose modules open with prose."""
LEAST = 1200
"""Characters of prose that a source must have."""

_DOCSTRING = re.compile(r"\A(?:[ \t]*#[^\n]*\n|\s*\n)*[rRuU]?(\"\"\"|''')(.*?)\1", re.DOTALL)
_PROSE = re.compile(r"[A-Z\"'“(][^\x00]*[.:!?)\"'”]\s*$")
_MARKUP = re.compile(r"``?|\*\*?|:[a-z:]+:(?=`)|\[(?P<words>[^]\n]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Mixed:
    """A document; `sentences` are its true sentences, `starts` the numbers of those that begin a passage, 0 first."""

    text: str
    sentences: list[tuple[int, int]]
    starts: list[int]
    layout: str


def sources() -> dict[str, list[str]]:
    """The prose paragraphs of every source that has some, by "family: name"; no paragraph twice."""
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for name, text in sorted(_texts().items()):
        kept = []
        for paragraph in _paragraphs(text):
            key = "".join(paragraph.lower().split())[:80]
            if key not in seen:
                seen.add(key)
                kept.append(paragraph)
        if sum(map(len, kept)) >= LEAST:
            found[name] = kept
    return found


def documents(
    prose: dict[str, list[str]], count: int, seed: int, *, held_out: bool, layouts: tuple[str, ...] = LAYOUTS[:2]
) -> list[Mixed]:
    """`count` documents of 3 to 10 passages of 3 to 15 sentences, the layouts in turn; the same seed, the same ones.

    Every family of sources is as likely as every other, however many it has.
    """
    random_one = random.Random(seed)
    families: dict[str, list[str]] = {}
    for name in sorted(prose):
        if (hashlib.sha256(name.encode()).digest()[0] % 2 == 1) == held_out:
            families.setdefault(name.split(":")[0], []).append(name)
    made = []
    for number in range(count):
        wanted = random_one.randint(3, 10)
        names: list[str] = []
        while len(names) < wanted:
            name = random_one.choice(families[random_one.choice(sorted(families))])
            if name not in names:
                names.append(name)
        passages = [_passage(prose[name], random_one.randint(3, 15), random_one) for name in names]
        made.append(_joined(passages, names, layouts[number % len(layouts)]))
    return made


def _texts() -> dict[str, str]:
    texts = {f"topics: {name}": text for name, text in topics.items()}
    for one in importlib.metadata.distributions():
        name = one.metadata["Name"]
        if name == "batos":
            continue
        body = one.metadata.get_payload()
        texts[f"{name}: description"] = body if isinstance(body, str) else ""
        for file in one.files or []:
            if re.search(r"(?i)licen[cs]e|copying", file.name) and file.suffix in ("", ".txt", ".md", ".rst"):
                texts[f"licences: {name} {file.name}"] = _head(Path(str(file.locate())))
            elif name in DOCUMENTED and file.suffix == ".py" and "test" not in str(file):
                docstring = _DOCSTRING.match(_head(Path(str(file.locate()))))
                texts[f"{name}: {file}"] = docstring[2] if docstring else ""
            elif file.match("sklearn/datasets/descr/*.rst"):
                texts[f"data: {file.name}"] = _head(Path(str(file.locate())))
    for path in Path(json.__file__).parent.parent.glob("*.py"):
        docstring = _DOCSTRING.match(_head(path))
        texts[f"python: {path.name}"] = docstring[2] if docstring else ""
    return texts


def _head(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as stream:
        return stream.read(40_000)


def _paragraphs(text: str) -> list[str]:
    """What reads as prose, its line breaks kept and its markup taken off."""
    found = []
    for section in sections_of(text):
        for block in section.blocks:
            if block.kind != "prose":
                continue
            piece = _MARKUP.sub(
                lambda match: match["words"] or "", textwrap.dedent(text[block.start : block.end])
            ).strip()
            piece = "\n".join(line.strip() for line in piece.splitlines())
            letters = sum(sign.isalpha() or sign.isspace() for sign in piece)
            if len(piece) >= 60 and _PROSE.match(piece) and letters >= 0.9 * len(piece):
                found.append(piece)
    return found


def _passage(paragraphs: list[str], length: int, random_one: random.Random) -> list[list[str]]:
    """Up to `length` consecutive sentences, as paragraphs of sentences, from somewhere in a source."""
    # A passage that began near the end would be too short.
    sizes = list(accumulate(map(len, reversed(paragraphs))))
    enough = sum(size < LEAST * 0.6 for size in sizes) + 1
    taken: list[list[str]] = []
    for paragraph in paragraphs[random_one.randrange(max(1, len(paragraphs) - enough + 1)) :]:
        sentences = [paragraph[start:end].rstrip() for start, end in sentence_spans(paragraph)][:length]
        taken.append(sentences)
        length -= len(sentences)
        if length <= 0:
            break
    return taken


def _joined(passages: list[list[list[str]]], names: list[str], layout: str) -> Mixed:
    text = ""
    sentences: list[tuple[int, int]] = []
    starts = []
    for passage, name in zip(passages, names, strict=True):
        starts.append(len(sentences))
        if layout == "headings":
            text += f"## {name.capitalize()}\n\n"
        for paragraph in passage:
            for sentence in paragraph:
                plain = " ".join(sentence.split()) if layout == "run on" else sentence
                sentences.append((len(text), len(text) + len(plain)))
                text += plain + " "
            if layout != "run on":
                text = text[:-1] + "\n\n"
    return Mixed(text, sentences, starts, layout)
