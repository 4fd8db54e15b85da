"""Strings drawn at random from a grammar, letter by letter: laws hold for all it can say, not for what a model does."""

from __future__ import annotations

import random
from typing import Any

import xgrammar

_LETTERS = ["\n", *map(chr, range(32, 127)), "é"]
_STOP = len(_LETTERS)


class Sampler:
    """Compiles over an alphabet of single letters, so that every derivation can be reached."""

    def __init__(self) -> None:
        info = xgrammar.TokenizerInfo([*_LETTERS, "</s>"], stop_token_ids=[_STOP])
        self._compiler = xgrammar.GrammarCompiler(info, max_threads=1)
        self._size = len(_LETTERS) + 1

    def draw(self, grammar: str, count: int, seed: int) -> list[str]:
        """`count` strings of the grammar."""
        compiled = self._compiler.compile_grammar(grammar)
        dice = random.Random(seed)
        return [self._one(compiled, dice) for _ in range(count)]

    def accepts(self, grammar: str, text: str) -> bool:
        """Whether the grammar can say this text."""
        matcher = xgrammar.GrammarMatcher(self._compiler.compile_grammar(grammar))
        return matcher.accept_string(text) and matcher.is_completed()

    def draw_short(self, grammar: str, seed: int, most: int = 400) -> str | None:
        """A string that closes what it opens as soon as it may; None if it took more than `most` letters."""
        matcher = xgrammar.GrammarMatcher(self._compiler.compile_grammar(grammar))
        bits = xgrammar.allocate_token_bitmask(1, self._size)
        dice = random.Random(seed)
        closing = [_LETTERS.index(letter) for letter in ")]}\"'\n :"]
        written: list[str] = []
        while len(written) < most:
            choices = self._choices(matcher, bits)
            liked = [_STOP] * (len(written) > 40) + closing
            choice = next((one for one in liked if one in choices and dice.random() < 0.25), dice.choice(choices))
            if choice == _STOP:
                return "".join(written)
            matcher.accept_token(choice)
            written.append(_LETTERS[choice])
        return None

    def _choices(self, matcher: xgrammar.GrammarMatcher, bits: Any) -> list[int]:
        if not matcher.fill_next_token_bitmask(bits):
            return list(range(self._size))
        words = [int(word) & 0xFFFFFFFF for word in bits[0]]
        return [i for i in range(self._size) if words[i // 32] >> (i % 32) & 1]

    def _one(self, compiled: xgrammar.CompiledGrammar, dice: random.Random) -> str:
        matcher = xgrammar.GrammarMatcher(compiled)
        bits = xgrammar.allocate_token_bitmask(1, self._size)
        written: list[str] = []
        while not matcher.is_terminated():
            choices = self._choices(matcher, bits)
            # Inside a string almost every letter is a choice; quotes are preferred so that samples stay short.
            quote = _LETTERS.index('"')
            choice = quote if quote in choices and dice.random() < 0.3 else dice.choice(choices)
            matcher.accept_token(choice)
            if choice != _STOP:
                written.append(_LETTERS[choice])
        return "".join(written)
