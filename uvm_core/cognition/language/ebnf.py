"""Pieces of EBNF as xgrammar reads it."""

from __future__ import annotations

import json


def lit(text: str) -> str:
    """A literal."""
    return json.dumps(text, ensure_ascii=False)
