"""Evidence: the passages that an answer or a proposal rests on, numbered, each a way into its document."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.face import Look, Part
from ..model.geometry import Rect
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide
from .library import Hit
from .passages import excerpt

ROW = 46.0
CHARACTERS = 220
PART = "evidence:"
STATES = {"DECOMPOSING": "plan", "DELEGATING": "facets"}


def draw_evidence(
    pen: Pen, look: Look, hits: Sequence[Hit], x: float, y: float, width: float, heading: str, made: str = "answer"
) -> tuple[float, list[Part]]:
    """Draws the passages at (x, y); the y below them and their parts. `made`: what they served in the end."""
    m, palette = look.metrics, look.palette
    pen.text(x, y + 16, heading, size=m.tiny, colour=palette.second)
    y += 24
    parts = []
    for number, hit in enumerate(hits, 1):
        name = f"{PART}{number}"
        rect = Rect(x - 6, y, width + 12, ROW)
        if name in (look.hover, look.focus):
            pen.area(rect, radius=m.small_radius, fill=palette.hover)
        pen.circle(x + 10, y + 15, 9.5, border=palette.accent, width=1.2)
        pen.text(x + 10, y + 19.2, str(number), size=m.tiny, colour=palette.accent, font=BOLD, align=0.5)
        used = _used(hit, made)
        pen.circle(x + width - 4, y + 15, 4, fill=palette.accent)
        used_width = look.width(used, SANS, m.tiny)
        pen.text(x + width - 16, y + 19, used, size=m.tiny, colour=palette.second, align=1)
        room = width - 28 - used_width - 32
        title = elide(look.measure, hit.title, BOLD, m.small, room * 0.6)
        pen.text(x + 28, y + 19.5, title, size=m.small, colour=palette.ink, font=BOLD)
        left = look.width(title, BOLD, m.small) + 8
        section = elide(look.measure, hit.section[-1] if hit.section else "", SANS, m.tiny, room - left)
        pen.text(x + 28 + left, y + 19, section, size=m.tiny, colour=palette.second)
        text = elide(look.measure, excerpt(hit.text, (), CHARACTERS), SANS, m.tiny, width - 28)
        pen.text(x + 28, y + 37, text, size=m.tiny, colour=palette.second)
        parts.append(
            Part(name, rect, "button", hit.place, hit.text[:200], press="passage.go",
                 argument=(hit.document, hit.chunk), tip=f"Go to {hit.place}")
        )  # fmt: skip
        y += ROW
    return y, parts


def _used(hit: Hit, made: str) -> str:
    """In which steps a passage was in the prompt."""
    named = {**STATES, "SYNTHESIZING": made}
    words = [named.get(state, state.lower()) for state in hit.used_in]
    listed = " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
    return f"for the {listed}" if listed else ""
