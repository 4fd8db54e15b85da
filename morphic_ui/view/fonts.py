"""Rasterising and measuring runs of text with Kivy's bundled fonts (Roboto and RobotoMono, Apache 2.0)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from kivy import kivy_data_dir
from kivy.core.text import Label
from numpy.typing import NDArray

from ..model.text import BOLD, MONO, SANS

FONT_DIRECTORY = Path(kivy_data_dir) / "fonts"
FILES = {
    SANS: str(FONT_DIRECTORY / "Roboto-Regular.ttf"),
    BOLD: str(FONT_DIRECTORY / "Roboto-Bold.ttf"),
    MONO: str(FONT_DIRECTORY / "RobotoMono-Regular.ttf"),
}
# Measuring at a multiple of the size keeps the rounding of glyph advances out of the layout.
_MEASURED_AT = 4
_FINER = 4


class _Rasteriser(Label):
    """Kivy's label without its texture: the pixels go to the atlas."""

    def coverage(self, text: str) -> NDArray[np.uint8]:
        """The run's coverage as (height, width) bytes, top row first."""
        width, height = self.get_extents(text)
        self._size = (width, height)
        self._render_begin()
        self._render_text(text, 0, 0)
        image = self._render_end()
        pixels = np.frombuffer(image.data, np.uint8).reshape(image.height, image.width, 4)
        return np.ascontiguousarray(pixels[:, :, 3])


@lru_cache(maxsize=256)
def _rasteriser(font: str, pixels: int) -> _Rasteriser:
    label = _Rasteriser(font_size=pixels, font_name=FILES[font], font_hinting="light", font_kerning=True)
    label.resolve_font_name()
    return label


@lru_cache(maxsize=1024)
def ascent(font: str, pixels: int) -> int:
    """Pixels from the top of a run to its baseline."""
    return int(_rasteriser(font, pixels).get_ascent())


def rasterise(text: str, font: str, pixels: float) -> tuple[NDArray[np.uint8], int]:
    """Coverage of a run at this size in device pixels, and its ascent. NUL cannot be drawn and becomes a blank.

    The advances of hinted glyphs are rounded to whole pixels, which spaces small letters unevenly: the run is drawn
    larger and averaged down. Large text needs no help.
    """
    text = text.replace("\0", " ")
    whole = round(pixels)
    if pixels > 40:
        return _rasteriser(font, whole).coverage(text), ascent(font, whole)
    large = max(1, round(pixels * _FINER))
    cover = _rasteriser(font, large).coverage(text)
    top = ascent(font, large)
    # Rows are padded so that the baseline falls on a whole pixel.
    above = -top % _FINER
    height, width = cover.shape
    below, right = -(height + above) % _FINER, -width % _FINER
    cover = np.pad(cover, ((above, below), (0, right)))
    blocks = cover.reshape(cover.shape[0] // _FINER, _FINER, cover.shape[1] // _FINER, _FINER)
    return blocks.mean(axis=(1, 3)).astype(np.uint8), (top + above) // _FINER


@lru_cache(maxsize=20_000)
def _width(text: str, font: str, pixels: int) -> int:
    return int(_rasteriser(font, pixels).get_extents(text.replace("\0", " "))[0])


class FontMeasurer:
    """The measurer of the window: widths in dp of the fonts that are drawn."""

    def width(self, text: str, font: str, size: float) -> float:
        if not text:
            return 0.0
        return _width(text, font, round(size * _MEASURED_AT)) / _MEASURED_AT
