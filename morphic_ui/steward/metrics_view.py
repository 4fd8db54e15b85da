"""system_metrics_obj's morph: small curves of what the system measures, and its steward with a switch."""

from __future__ import annotations

from collections.abc import Callable
from time import localtime, strftime

from ..model.face import Layout, Look, Part
from ..model.geometry import Rect
from ..model.pen import Pen
from ..model.text import BOLD, SANS, elide, wrap
from ..model.theme import mix
from ..model.widgets import button, paper
from ..outliner.outliner import Outliner
from ..outliner.views import draw_title
from .curve import draw_curve
from .system import KINDS, METRICS_OBJECT, Indicator, Kind, System, milliseconds, number, quantity

WIDTH = 452.0
PAD = 16.0
ROW = 50.0
CURVE = 164.0
MOST_FINDINGS = 4


class MetricsView:
    """Shows what the system measures of itself."""

    word = "curves"

    def __init__(self, system: System, ask: Callable[[int], None]) -> None:
        self.system = system
        self._ask = ask

    def shows(self, outliner: Outliner) -> bool:
        return outliner.record.name == METRICS_OBJECT

    def look_into(self, ident: int) -> None:
        self._ask(ident)

    def title(self, outliner: Outliner) -> str:
        return outliner.title

    def says(self, outliner: Outliner) -> str:
        steward = self.system.steward
        state = "" if steward is None else ", the steward is paused" if steward.paused else ", the steward works"
        return f"measurements, {'open' if outliner.open else 'closed'}{state}"

    def layout(self, outliner: Outliner, look: Look) -> Layout:
        m, palette = look.metrics, look.palette
        bar = palette.amber if outliner.waiting else None
        steward = self.system.steward
        aside = "" if steward is None else "paused" if steward.paused else "working"
        if not outliner.open:
            width = round(look.width(outliner.title, BOLD, m.title) + look.width(aside, SANS, m.tiny) + 2 * m.pad + 24)
            pen = Pen()
            paper(pen, look, width, m.header, bar=bar)
            parts = draw_title(pen, look, width, outliner, outliner.title, aside)
            return Layout(width, m.header, pen.done(), tuple(parts))
        body = Pen()
        parts = draw_title(body, look, WIDTH, outliner, outliner.title, "the last 24 hours")
        with body.at_detail(1):
            body.hair(0.5, m.header, WIDTH - 0.5, m.header, palette.line)
        with body.at_detail(2):
            y = m.header + 6
            if self.system.problem:
                y = self._sentence(body, look, self.system.problem, y, palette.red)
            for kind in KINDS:
                y = self._indicator(body, look, outliner, kind, y, parts)
            y = self._steward(body, look, y + 4, parts)
        height = round(y + 14)
        pen = Pen()
        paper(pen, look, WIDTH, height, bar=bar)
        return Layout(WIDTH, height, pen.joined(body.done()), tuple(parts))

    def _indicator(self, pen: Pen, look: Look, outliner: Outliner, kind: Kind, y: float, parts: list[Part]) -> float:
        m, palette = look.metrics, look.palette
        one = self.system.indicators.get(kind.indicator)
        slot = outliner.record.slot(kind.limit) if kind.limit else None
        limit = number(slot.value) if slot is not None else None
        watched = one.watched(kind.watched) if one is not None and kind.watched else None
        over = limit is not None and watched is not None and watched > limit
        pen.text(PAD, y + 20, kind.title, size=m.body, colour=palette.ink)
        if limit is not None and one is not None:
            left = PAD + look.width(kind.title, SANS, m.body) + 10
            words = limit_words(limit, one.unit)
            if over:
                pen.icon("alert", left - 2, y + 8, 14, colour=palette.red, width=1.8)
                left += 14
            shown = f"over {words}" if over else f"limit {words}"
            ink, font = (palette.red, BOLD) if over else (palette.second, SANS)
            shown = elide(look.measure, shown, font, m.tiny, WIDTH - PAD - CURVE - 12 - left)
            pen.text(left, y + 20, shown, size=m.tiny, colour=ink, font=font)
        said = says(kind, one) if one is not None else ("nothing measured yet" if self.system.known else "looking…")
        room = WIDTH - 2 * PAD - CURVE - 12
        text = elide(look.measure, said, SANS, m.tiny, room)
        pen.text(PAD, y + 38, text, size=m.tiny, colour=palette.second)
        rect = Rect(WIDTH - PAD - CURVE, y + 6, CURVE, ROW - 12)
        comparable = limit if kind.watched in ("p95", "worst", "mean") else None
        draw_curve(pen, look, rect, one.curve if one is not None else (), comparable)
        tip = f"{kind.indicator}: {said}"
        parts.append(Part(f"curve:{kind.indicator}", Rect(PAD, y, WIDTH - 2 * PAD, ROW), "text", kind.title, said,
                          tip=tip if text != said else ""))  # fmt: skip
        return y + ROW

    def _steward(self, pen: Pen, look: Look, y: float, parts: list[Part]) -> float:
        """The switch, the times of its audits, what the last one found, and an audit at once."""
        m, palette, steward = look.metrics, look.palette, self.system.steward
        pen.hair(PAD, y, WIDTH - PAD, y, palette.line)
        y += 6
        pen.text(PAD, y + 23, "Steward", size=m.body, colour=palette.ink, font=BOLD)
        if steward is None:
            pen.text(PAD + 76, y + 23, "looking…" if not self.system.problem else "", size=m.small,
                     colour=palette.second)  # fmt: skip
            return y + 36
        parts.append(self._switch(pen, look, WIDTH - PAD, y + 5, steward.paused))
        count = f"{steward.missions_today} of {steward.most_a_day} missions today"
        pen.text(PAD + 76, y + 22.5, count, size=m.small, colour=palette.second)
        y += 34
        y = self._sentence(pen, look, _beats(steward.paused, steward.last_beat, steward.next_beat), y, palette.second)
        if steward.problem:
            y = self._sentence(pen, look, steward.problem, y, palette.red)
        for finding in steward.findings[:MOST_FINDINGS]:
            pen.icon("alert", PAD - 2, y + 3, 14, colour=palette.red, width=1.7)
            for line in wrap(look.measure, finding.words, SANS, m.small, WIDTH - 2 * PAD - 20, most=3):
                pen.text(PAD + 18, y + 15, line, size=m.small, colour=palette.ink)
                y += 20
            for line in wrap(look.measure, finding.note, SANS, m.tiny, WIDTH - 2 * PAD - 20) if finding.note else ():
                pen.text(PAD + 18, y + 12, line, size=m.tiny, colour=palette.second)
                y += 17
        more = len(steward.findings) - MOST_FINDINGS
        if more > 0:
            y = self._sentence(pen, look, f"and {more} more", y, palette.second)
        elif not steward.findings and not steward.problem and steward.last_beat is not None:
            y = self._sentence(pen, look, "The last audit found nothing over its limit.", y, palette.second)
        rect = Rect(PAD, y + 6, 132, 32)
        text = "auditing…" if self.system.auditing else "Audit now"
        parts.append(
            button(pen, look, rect, text, name="audit", press="steward.audit", enabled=not self.system.auditing,
                   tip="Looks at the last 24 hours; what is over a limit becomes a mission")
        )  # fmt: skip
        return y + 38

    def _switch(self, pen: Pen, look: Look, right: float, y: float, paused: bool) -> Part:
        """A switch that says in words which way it stands."""
        m, palette = look.metrics, look.palette
        word = "paused" if paused else "working"
        width, height = 40.0, 22.0
        x = right - width
        fill = palette.well if paused else palette.accent
        edge = palette.second if paused else palette.accent
        if look.hover == "switch":
            fill = mix(fill, palette.ink, 0.1)
        pen.box(x, y + 2, width, height, radius=height / 2, fill=fill, border=edge)
        pen.circle(x + 11 if paused else right - 11, y + 13, 8, fill=palette.second if paused else palette.paper)
        if look.focus == "switch":
            pen.box(x - 3, y - 1, width + 6, height + 6, radius=14, border=palette.accent, width=1.5)
        pen.text(x - 10, y + 17.5, word, size=m.small, colour=palette.ink, align=1)
        left = x - 14 - look.width(word, SANS, m.small)
        tip = "Let the steward go on" if paused else "Pause the steward: no audits by themselves, no missions"
        rect = Rect(left, y - 1, right - left + 2, 28)
        return Part("switch", rect, "button", "steward", word, press="steward.switch", tip=tip)

    def _sentence(self, pen: Pen, look: Look, text: str, y: float, ink: int) -> float:
        m = look.metrics
        for line in wrap(look.measure, text, SANS, m.small, WIDTH - 2 * PAD, most=4):
            pen.text(PAD, y + 15, line, size=m.small, colour=ink)
            y += 20
        return y


def says(kind: Kind, one: Indicator) -> str:
    """An indicator's last day in words."""
    if not one.count:
        return "nothing measured yet"
    if kind.indicator == "guardian_violations":
        return f"{one.total:,.0f} in all"
    if kind.indicator == "transaction_aborts":
        return f"{quantity(one.mean or 0.0, one.unit)} of {one.count:,}"
    if kind.indicator == "lora_swap_latencies" and one.by:
        if len(one.by) <= 2:
            return " · ".join(f"{name} {milliseconds(value)}" for name, value in sorted(one.by.items()))
        slowest = max(one.by, key=lambda name: one.by[name])
        return f"slowest {slowest}, {milliseconds(one.by[slowest])} · {one.count:,} times"
    parts = [f"mean {quantity(one.mean, one.unit)}"] if one.mean is not None else []
    if one.unit == "ms" and one.p95 is not None:
        parts.append(f"p95 {quantity(one.p95, one.unit)}")
    parts.append("once" if one.count == 1 else f"{one.count:,} times")
    return " · ".join(parts)


def limit_words(limit: float, unit: str) -> str:
    return quantity(limit, unit) if unit in ("ms", "share") else f"{limit:,.0f}"


def _beats(paused: bool, last: float | None, following: float | None) -> str:
    """When it looked last and looks next, by the clock on the wall."""
    before = f"Last audit at {_clock(last)}" if last is not None else "No audit yet"
    if paused:
        return f"{before}; the next one when it goes on."
    return f"{before}; the next one at {_clock(following)}." if following is not None else f"{before}."


def _clock(moment: float | None) -> str:
    return strftime("%H:%M", localtime(moment))
