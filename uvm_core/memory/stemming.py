"""Porter's stemmer: English words to what they share with their other forms (M. F. Porter, "An algorithm for suffix
stripping", Program 14, 1980). Words of other scripts, numbers and names with digits pass unchanged.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

_PLAIN = re.compile(r"[a-z]{3,}")
# A word's form as the paper has it: C for a run of consonants, V for a run of vowels; the measure counts the VC.
_CONSONANTS, _VOWELS = r"(?:[^aeiouy]|(?<![^aeiou])y)", r"(?:[aeiou]|(?<=[^aeiou])y)"
_MEASURE = re.compile(rf"{_VOWELS}+{_CONSONANTS}+")
_HAS_VOWEL = re.compile(_VOWELS)
_DOUBLE = re.compile(r"([^aeiou])\1$")
_SHORT = re.compile(rf"{_CONSONANTS}{_VOWELS}[^aeiouwxy]$")

# By the letter before the last, as the paper groups them: suffix -> what stands for it where the measure is above 0.
_STEP_2 = MappingProxyType(
    {
        "ational": "ate",
        "tional": "tion",
        "enci": "ence",
        "anci": "ance",
        "izer": "ize",
        "abli": "able",
        "alli": "al",
        "entli": "ent",
        "eli": "e",
        "ousli": "ous",
        "ization": "ize",
        "ation": "ate",
        "ator": "ate",
        "alism": "al",
        "iveness": "ive",
        "fulness": "ful",
        "ousness": "ous",
        "aliti": "al",
        "iviti": "ive",
        "biliti": "ble",
    }
)
_STEP_3 = MappingProxyType(
    {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
)
_STEP_4_TEXT = "al ance ence er ic able ible ant ement ment ent sion tion ou ism ate iti ous ive ize"
_STEP_4 = tuple(_STEP_4_TEXT.split())
_SUFFIXES_2, _SUFFIXES_3, _SUFFIXES_4 = (
    re.compile(f"({'|'.join(sorted(suffixes, key=len, reverse=True))})$") for suffixes in (_STEP_2, _STEP_3, _STEP_4)
)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem of a lower-case word."""
    if not _PLAIN.fullmatch(word):
        return word
    word = _plural(word)
    word = _past(word)
    if word.endswith("y") and _HAS_VOWEL.search(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, _SUFFIXES_2, _STEP_2)
    word = _replaced(word, _SUFFIXES_3, _STEP_3)
    return _tidy(_without(word))


def _measure(word: str) -> int:
    return len(_MEASURE.findall(word))


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        if word.endswith(suffix):
            rest = word[: -len(suffix)]
            return _mended(rest) if _HAS_VOWEL.search(rest) else word
    return word


def _mended(rest: str) -> str:
    """What is left of a word without -ed or -ing, as it would be written alone: hop for hopp, file for fil."""
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if _DOUBLE.search(rest) and not rest.endswith(("l", "s", "z")):
        return rest[:-1]
    return rest + "e" if _measure(rest) == 1 and _SHORT.search(rest) else rest


def _replaced(word: str, suffixes: re.Pattern[str], becomes: MappingProxyType[str, str]) -> str:
    found = suffixes.search(word)
    if found is None or _measure(word[: found.start()]) == 0:
        return word
    return word[: found.start()] + becomes[found[1]]


def _without(word: str) -> str:
    found = _SUFFIXES_4.search(word)
    if found is None:
        return word
    # "ion" goes, the letter before it stays.
    start = found.start() + 1 if found[1] in ("sion", "tion") else found.start()
    return word[:start] if _measure(word[:start]) > 1 else word


def _tidy(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        measure = _measure(rest)
        if measure > 1 or (measure == 1 and not _SHORT.search(rest)):
            word = rest
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word
