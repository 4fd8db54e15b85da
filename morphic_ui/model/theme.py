"""Colours, type sizes and measures of the world: two palettes and one set of metrics.

Colours are integers 0xRRGGBB. Contrast follows the WCAG 2 formula (relative luminance of sRGB).
"""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("IDLE", "DECOMPOSING", "DELEGATING", "SYNTHESIZING", "COMPLETE", "FAILED")


@dataclass(frozen=True)
class Palette:
    """Every colour that may appear. One loud colour: `amber` means a person is needed."""

    name: str
    world: int
    dot: int
    paper: int
    ink: int
    second: int
    accent: int
    on_accent: int
    line: int
    well: int  # the sunken fill of fields and quiet buttons
    hover: int
    amber: int
    amber_soft: int
    green: int
    red: int
    added: int
    removed: int
    block: int  # a card seen from far away
    shadow: int
    shadow_alpha: float
    tip: int
    on_tip: int
    idle: int
    decompose: int
    delegate: int
    synthesise: int
    complete: int
    failed: int
    keyword: int
    string: int
    comment: int
    number: int

    def state(self, name: str) -> int:
        """The colour of a state prototype; an unknown state is drawn like IDLE."""
        colours = (self.idle, self.decompose, self.delegate, self.synthesise, self.complete, self.failed)
        return colours[STATES.index(name)] if name in STATES else self.idle


LIGHT = Palette(
    name="light",
    world=0xECEAE4,
    dot=0xDCD9D0,
    paper=0xFBFAF7,
    ink=0x2B2A27,
    second=0x6A665C,
    accent=0x2F6B8F,
    on_accent=0xFFFFFF,
    line=0xD5D1C6,
    well=0xF3F1EB,
    hover=0xEDEAE2,
    amber=0x9A5B00,
    amber_soft=0xF1E4CC,
    green=0x3C7A4B,
    red=0xB23A3A,
    added=0xE4EEE2,
    removed=0xF6E1E0,
    block=0xD8D4C9,
    shadow=0x2B2A27,
    shadow_alpha=0.15,
    tip=0x35332F,
    on_tip=0xF4F2EC,
    idle=0x6E7378,
    decompose=0x7A5EA8,
    delegate=0x2F6B8F,
    synthesise=0x1F7A74,
    complete=0x3C7A4B,
    failed=0xB23A3A,
    keyword=0x7A5EA8,
    string=0x3C7A4B,
    comment=0x6A665C,
    number=0x2F6B8F,
)

DARK = Palette(
    name="dark",
    world=0x1E2124,
    dot=0x2B2F34,
    paper=0x2A2E33,
    ink=0xE8E6E1,
    second=0xA9A69E,
    accent=0x7CB7DA,
    on_accent=0x17232B,
    line=0x434A52,
    well=0x31363C,
    hover=0x363B42,
    amber=0xF0B45A,
    amber_soft=0x4A3C28,
    green=0x84C495,
    red=0xE88A8A,
    added=0x2C3C32,
    removed=0x452E30,
    block=0x3B4148,
    shadow=0x000000,
    shadow_alpha=0.45,
    tip=0xDAD7D0,
    on_tip=0x24231F,
    idle=0x9AA0A6,
    decompose=0xB79BE0,
    delegate=0x7CB7DA,
    synthesise=0x6FC2BA,
    complete=0x84C495,
    failed=0xE88A8A,
    keyword=0xB79BE0,
    string=0x84C495,
    comment=0xA9A69E,
    number=0x7CB7DA,
)


@dataclass(frozen=True)
class Metrics:
    """Lengths in dp at zoom 1."""

    radius: float = 8.0
    small_radius: float = 5.0
    header: float = 36.0
    row: float = 26.0
    pad: float = 14.0
    title: float = 16.0
    body: float = 14.0
    small: float = 13.0
    tiny: float = 12.0  # no text is smaller
    code: float = 13.5
    code_line: float = 22.0
    button: float = 36.0
    field: float = 30.0
    dot_gap: float = 28.0
    target: float = 28.0  # the smallest thing to hit


METRICS = Metrics()

# Motion, in seconds.
LIFT = 0.090
LEAVE = 0.120
APPEAR = 0.160
REFUSE = 0.200
STATE_MOVE = 0.260
TIDY = 0.400
PULSE = 0.600
CROSS_FADE = 0.080
RING_PERIOD = 2.0
RING_STOPS = 10.0


def channels(colour: int) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255."""
    return colour >> 16 & 255, colour >> 8 & 255, colour & 255


def mix(first: int, second: int, share: float) -> int:
    """The colour `share` of the way from `first` to `second`, in sRGB."""
    pairs = zip(channels(first), channels(second), strict=True)
    red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
    return red << 16 | green << 8 | blue


def luminance(colour: int) -> float:
    """Relative luminance of WCAG 2."""

    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value) for value in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: int, second: int) -> float:
    """Contrast ratio of WCAG 2, from 1 to 21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
