"""The label atlas: runs of text rasterised once at their size on the screen, on shelves of one texture."""

from __future__ import annotations

from dataclasses import dataclass

from kivy.graphics.texture import Texture

from .fonts import rasterise

GAP = 1  # pixels between runs, so that neighbours never bleed


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A run's place in the atlas: texture coordinates, pixel size and ascent."""

    u0: float
    v0: float
    u1: float
    v1: float
    width: int
    height: int
    ascent: int
    pixels: float  # the font size it was drawn at


@dataclass
class _Shelf:
    y: int
    height: int
    x: int = 0


class LabelAtlas:
    """Runs by (text, font, pixel size). When it is full it is emptied and `generation` grows."""

    def __init__(self, side: int = 2048) -> None:
        self.side = side
        self.texture = Texture.create(size=(side, side), colorfmt="luminance", mipmap=False)
        self.texture.mag_filter = self.texture.min_filter = "linear"
        self.texture.add_reload_observer(self._reloaded)
        self.generation = 0
        self._runs: dict[tuple[str, str, float], Glyphs] = {}
        self._sizes: dict[tuple[str, str], float] = {}
        self._shelves: list[_Shelf] = []
        self._floor = 0

    def __len__(self) -> int:
        return len(self._runs)

    def clear(self) -> None:
        self._runs.clear()
        self._sizes.clear()
        self._shelves.clear()
        self._floor = 0
        self.generation += 1

    def _reloaded(self, _texture: Texture) -> None:
        # The GL context was lost and with it the pixels.
        self.clear()

    def find(self, text: str, font: str, pixels: float) -> Glyphs | None:
        """The run at exactly this size, if it is here."""
        return self._runs.get((text, font, pixels))

    def nearest(self, text: str, font: str) -> Glyphs | None:
        """The run at the size it was last drawn at: shown scaled until the right size is made."""
        pixels = self._sizes.get((text, font))
        return None if pixels is None else self._runs.get((text, font, pixels))

    def make(self, text: str, font: str, pixels: float) -> Glyphs | None:
        """Rasterises a run into the atlas; None when it can never fit."""
        cover, above = rasterise(text, font, pixels)
        height, width = cover.shape
        if width + GAP > self.side or height + GAP > self.side:
            cover = cover[: self.side - GAP, : self.side - GAP].copy()
            height, width = cover.shape
        place = self._place(width + GAP, height + GAP)
        if place is None:
            self.clear()
            place = self._place(width + GAP, height + GAP)
            if place is None:
                return None
        x, y = place
        self.texture.blit_buffer(cover.tobytes(), size=(width, height), colorfmt="luminance", pos=(x, y))
        side = self.side
        glyphs = Glyphs(x / side, y / side, (x + width) / side, (y + height) / side, width, height, above, pixels)
        self._runs[text, font, pixels] = glyphs
        self._sizes[text, font] = pixels
        return glyphs

    def _place(self, width: int, height: int) -> tuple[int, int] | None:
        """A free place: the shelf that wastes least, else a new one."""
        best = None
        for shelf in self._shelves:
            fits = shelf.height >= height and shelf.height <= height * 1.4 + 4 and shelf.x + width <= self.side
            if fits and (best is None or shelf.height < best.height):
                best = shelf
        if best is None:
            if self._floor + height > self.side:
                return None
            best = _Shelf(self._floor, height)
            self._shelves.append(best)
            self._floor += height
        place = best.x, best.y
        best.x += width
        return place
