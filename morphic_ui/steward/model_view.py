"""pLLM_obj's morph: which model thinks here, on what, how fast, its experts, and which models it could be instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model.face import Layout, Look, Part
from ..model.geometry import Rect
from ..model.notes import model_words
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide, wrap
from ..model.widgets import button, paper
from ..outliner.outliner import Outliner
from ..outliner.views import draw_title
from .models_face import draw_models
from .system import MODEL_OBJECT, Expert, System

WIDTH = 360.0
PAD = 16.0
CHIP, CHIP_GAP = 46.0, 8.0
TOLD = {"cold": "in the image only", "warm": "in memory", "hot": "at work", "refused": "not used"}


class ModelView:
    """Shows the model, its experts, and the models to choose from."""

    word = "model"

    def __init__(self, system: System, ask: Callable[[int], None]) -> None:
        self.system = system
        self._ask = ask

    def shows(self, outliner: Outliner) -> bool:
        return outliner.record.name == MODEL_OBJECT

    def look_into(self, ident: int) -> None:
        self._ask(ident)

    def title(self, outliner: Outliner) -> str:
        return outliner.title

    def says(self, outliner: Outliner) -> str:
        del outliner
        experts = ", ".join(f"{one.name} {one.state}" for one in self.system.experts)
        return ", ".join(part for part in (self._state, experts) if part)

    @property
    def _state(self) -> str:
        return str(self.system.model.get("state") or "")

    def layout(self, outliner: Outliner, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        bar = palette.amber if outliner.waiting else None
        if not outliner.open:
            aside = self._state
            width = round(look.width(outliner.title, BOLD, m.title) + look.width(aside, SANS, m.tiny) + 2 * m.pad + 24)
            pen = Pen()
            paper(pen, look, width, m.header, bar=bar)
            parts = draw_title(pen, look, width, outliner, outliner.title, aside)
            return Layout(width, m.header, pen.done(), tuple(parts))
        body = Pen()
        parts = draw_title(body, look, WIDTH, outliner, outliner.title, self._state)
        with body.at_detail(1):
            body.hair(0.5, m.header, WIDTH - 0.5, m.header, palette.line)
        with body.at_detail(2):
            y = self._model(body, look, m.header + 4)
            y = self._experts(body, look, y + 6, parts)
            y = draw_models(body, look, self.system.models, Rect(PAD, y, WIDTH - 2 * PAD, 0), parts)
        height = round(y + 14)
        pen = Pen()
        paper(pen, look, WIDTH, height, bar=bar)
        return Layout(WIDTH, height, pen.joined(body.done()), tuple(parts))

    def _model(self, pen: Pen, look: Look, y: float) -> float:
        m, palette, model = look.metrics, look.palette, self.system.model
        name = str(model.get("id") or "").rsplit("/", 1)[-1] or "no model"
        speed = model.get("tokens_per_second")
        right = WIDTH - PAD
        if isinstance(speed, (int, float)):
            said = f"{speed:.0f} tokens/s" if speed >= 10 else f"{speed:.1f} tokens/s"
            pen.text(right, y + 20, said, size=m.small, colour=palette.ink, align=1)
            right -= look.width(said, SANS, m.small) + 12
        pen.text(PAD, y + 20, elide(look.measure, name, BOLD, m.body, right - PAD), size=m.body, colour=palette.ink,
                 font=BOLD)  # fmt: skip
        y += 28
        where = " · ".join(str(model[key]) for key in ("device", "dtype", "engine") if model.get(key))
        words = where or model_words(model)
        for line in wrap(look.measure, words, SANS, m.tiny, WIDTH - 2 * PAD, most=3) if words else ():
            pen.text(PAD, y + 12, line, size=m.tiny, colour=palette.second)
            y += 17
        share = model.get("share")
        if isinstance(share, (int, float)) and self._state not in ("awake", "scripted"):
            bar = Rect(PAD, y + 5, WIDTH - 2 * PAD, 7)
            pen.area(bar, radius=3.5, fill=palette.well, border=palette.line)
            pen.area(Rect(bar.x, bar.y, max(7.0, bar.w * min(1.0, share)), bar.h), radius=3.5, fill=palette.accent)
            y += 16
        waiting = _waiting(model)
        if waiting:
            pen.text(PAD, y + 12, waiting, size=m.tiny, colour=palette.second)
            y += 17
        return y

    def _experts(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        m, palette, experts = look.metrics, look.palette, self.system.experts
        pen.hair(PAD, y, WIDTH - PAD, y, palette.line)
        y += 10
        if not experts:
            for line in wrap(
                look.measure, "No experts yet: the bare model answers in their place.", SANS, m.small, WIDTH - 2 * PAD
            ):
                pen.text(PAD, y + 14, line, size=m.small, colour=palette.second)
                y += 19
            return y
        width = (WIDTH - 2 * PAD - 2 * CHIP_GAP) / 3
        pointed = look.hover.partition(":")[2] if look.hover.startswith("expert:") else ""
        for number, expert in enumerate(experts):
            row, column = divmod(number, 3)
            rect = Rect(PAD + column * (width + CHIP_GAP), y + row * (CHIP + CHIP_GAP), width, CHIP)
            parts.append(self._chip(pen, look, rect, expert))
        y += -(-len(experts) // 3) * (CHIP + CHIP_GAP)
        chosen = next((one for one in experts if one.name == (pointed or self.system.chosen)), None)
        if chosen is None:
            pen.text(PAD, y + 13, "Point at an expert for its figures.", size=m.tiny, colour=palette.second)
            return y + 20
        return self._details(pen, look, chosen, y, parts)

    def _chip(self, pen: Pen, look: Look, rect: Rect, expert: Expert) -> Part:
        """Cold, warm and hot are told by shape and word: an empty ring, a half, a full disc."""
        m, palette = look.metrics, look.palette
        name = f"expert:{expert.name}"
        here = name in (look.hover, look.focus)
        chosen = self.system.chosen == expert.name
        edge = palette.accent if chosen or look.focus == name else palette.line
        pen.area(rect, radius=m.small_radius, fill=palette.hover if here else palette.well, border=edge)
        x, y = rect.x + 17, rect.centre.y
        if expert.state == "hot":
            pen.circle(x, y, 7, fill=palette.accent)
        elif expert.state == "refused":
            pen.icon("cross", x - 8, y - 8, 16, colour=palette.red, width=1.8)
        else:
            pen.circle(x, y, 6.5, border=palette.accent if expert.state == "warm" else palette.second, width=1.5)
            if expert.state == "warm":
                pen.circle(x, y, 3.2, fill=palette.accent)
        title = elide(look.measure, expert.name, BOLD, m.small, rect.w - 36)
        pen.text(rect.x + 32, rect.y + 20, title, size=m.small, colour=palette.ink, font=BOLD)
        pen.text(rect.x + 32, rect.y + 36, expert.state, size=m.tiny, colour=palette.second)
        return Part(name, rect, "button", expert.name, expert.state, press="expert.choose", argument=expert.name)

    def _details(self, pen: Pen, look: Look, expert: Expert, y: float, parts: list[Part]) -> float:
        m, palette = look.metrics, look.palette
        can = expert.state in ("cold", "warm") and self.system.chosen == expert.name
        room = WIDTH - 2 * PAD - (112 if can else 0)
        said = f"{expert.name} is {expert.state}, {TOLD.get(expert.state, 'here')}. {expert.words.rstrip('.')}."
        top = y
        for line in wrap(look.measure, said, SANS, m.tiny, room, most=4):
            pen.text(PAD, y + 13, line, size=m.tiny, colour=palette.second)
            y += 17
        if can:
            rect = Rect(WIDTH - PAD - 100, top + 2, 100, 30)
            parts.append(
                button(pen, look, rect, "Make it hot", name="activate", press="expert.activate", argument=expert.name)
            )
        return max(y, top + (36 if can else 34))


def _waiting(model: Any) -> str:
    """What the model does now, and what waits for it."""
    running, queued = model.get("running"), model.get("queued")
    parts = [f"now: {running}"] if isinstance(running, str) and running else []
    if isinstance(queued, int) and queued:
        parts.append(f"{queued} waiting")
    return " · ".join(parts)
