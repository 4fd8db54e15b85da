"""Sentences of a text as spans, by Punkt with packaged parameters; scripts without spaces by their full stops."""

from __future__ import annotations

import re
from itertools import pairwise

MAX_SENTENCE = 1000
"""Characters: what is longer is cut at a clause, else between words, else anywhere."""

_END = re.compile(r"[.!?]\s+|\n\s*\n|[。！？]")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The sentences of text[start:end] in order, as spans of `text`; joined they are that piece.

    Space between two sentences belongs to the first of them. None is longer than MAX_SENTENCE; a piece of white space
    alone is one.
    """
    stop = len(text) if end is None else end
    cuts = [start, *(m.end() for m in _END.finditer(text, start, stop)), stop]
    spans = [(a, b) for a, b in pairwise(cuts) if b > a]
    return [(place, min(place + MAX_SENTENCE, b)) for a, b in spans for place in range(a, b, MAX_SENTENCE)]
