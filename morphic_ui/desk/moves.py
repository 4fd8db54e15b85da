"""Moves of this window and of others: who has the last word about a place is decided by the image's transactions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Placement = Mapping[str, Any]


class Moves:
    """Knows which places this window has sent, so that its own echo, or an older move, never pulls anything back."""

    def __init__(self) -> None:
        self._under_way: dict[int, int] = {}  # ident -> how many places are not acknowledged
        self._kept: dict[int, int] = {}  # ident -> transaction of this window's last place
        self._held: dict[int, tuple[int, Placement]] = {}  # heard while an own place was under way

    def sent(self, idents: Iterable[int]) -> None:
        for ident in idents:
            self._under_way[ident] = self._under_way.get(ident, 0) + 1

    def kept(self, idents: Iterable[int], tid: int) -> list[Placement]:
        """Own places are acknowledged, or refused with tid 0. Moves of others that came after them come back."""
        later = []
        for ident in idents:
            self._kept[ident] = max(self._kept.get(ident, 0), tid)
            left = self._under_way.pop(ident, 1) - 1
            if left > 0:
                self._under_way[ident] = left
                continue
            heard, placement = self._held.pop(ident, (0, {}))
            if heard > self._kept[ident]:
                later.append(placement)
        return later

    def news(self, placement: Placement, tid: int) -> bool:
        """Whether a place that was heard of must be followed now."""
        ident = placement.get("id")
        if not isinstance(ident, int):
            return False
        if ident in self._under_way:
            if tid >= self._held.get(ident, (0, {}))[0]:
                self._held[ident] = (tid, placement)
            return False
        return tid > self._kept.get(ident, 0)
