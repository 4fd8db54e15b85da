"""What of a text the word index keeps: lower-case stems without stop words, and pairs of letters where no spaces are.

On three real sets (questions of a FAQ, first lines of docstrings, Cranfield) stems and this list of stop words raised
fused nDCG@10 by .02 to .03 against plain lower-case words; a longer list and cutting at underscores gained nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

from .stemming import stem

MAX_WORD = 64
"""Characters of a word: what is longer is data, not language, and is kept by its beginning."""

# Scripts that write no spaces: Han with its extensions, the kana, Hangul, Thai, Lao, Khmer, Burmese.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_UNSPACED += "\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")

_STOP_TEXT = """
    a about above after again against all also am an and any are as at be because been before being below between both
    but by can could did do does doing don down during each few for from further had has have having he her here hers
    him his how i if in into is isn it its itself just me more most my no nor not now of off on once only or other our
    out over own same she should so some such than that the their them then there these they this those through to too
    under until up very was we were what when where which while who whom why will with would you your
    ll re s t ve
"""
STOP_WORDS = frozenset(_STOP_TEXT.split())


class Words:
    """The one element of the lexicon's pipeline. It has no state: the image keeps its name alone."""

    def process(self, texts: Iterable[str]) -> list[str]:
        """The words of the texts, in order."""
        return [word for text in texts for word in words_of(text)]


def words_of(text: str) -> Iterator[str]:
    """The words of a text as the index has them, in order, repeated ones repeated."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    for found in _WORD.finditer(text.casefold()):
        word = found[0]
        if _IS_UNSPACED.match(word):
            yield from (first + second for first, second in pairwise(word)) if len(word) > 1 else (word,)
        elif word not in STOP_WORDS:
            yield stem(word[:MAX_WORD])
