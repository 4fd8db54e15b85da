"""The states' track: six prototypes in a row, a token for every cycle, and a line with its text for each."""

from __future__ import annotations

from math import cos, pi

from ..model.face import Face, Layout, Look, Part
from ..model.geometry import Rect
from ..model.morphs import TRACK
from ..model.pen import Pen
from ..model.text import BOLD, MONO, SANS, elide, wrap
from ..model.theme import RING_PERIOD, STATES, mix
from ..model.widgets import icon_button, paper
from .board import Board, Cycle

TRACK_WIDTH = 600.0
TAIL_LINES = 4
MOST_ROWS = 5
WORDS = {
    "queued": "waits for its turn", "running": "", "paused": "paused", "waiting": "held: waiting for you",
    "done": "done", "failed": "failed", "stopped": "stopped",
}  # fmt: skip


class TrackFace(Face):
    """The morph of the state prototypes."""

    role = "states"

    def __init__(self, ident: int, board: Board) -> None:
        super().__init__(ident, TRACK)
        self.board = board

    @property
    def name(self) -> str:
        return "states"

    @property
    def value(self) -> str:
        live = self.board.live
        return "; ".join(f"{one.title} {one.state} {one.status}" for one in live) or "no cycle is running"

    def moving(self, now: float) -> bool:
        return any(one.gliding(now) or one.ringing(now) for one in self.board.cycles.values())

    def layout(self, look: Look) -> Layout:
        body = Pen()
        parts = [Part("title", Rect(0, 0, TRACK_WIDTH, 40), "title", "states", grips=True, press="morph.choose")]
        self._heading(body, look)
        parts += self._nodes(body, look, 76.0)
        y = 118.0
        cycles = self.board.shown[-MOST_ROWS:]
        hidden = len(self.board.cycles) - len(cycles)
        if len(cycles) > 1 or any(one.over for one in cycles):
            y += 2
        with body.at_detail(2):
            for one in cycles:
                y = self._row(body, look, one, y, parts)
            if hidden:
                body.text(20, y + 16, f"and {hidden} older", size=look.metrics.tiny, colour=look.palette.second)
                y += 26
        height = round(y + 12 if cycles else y)
        pen = Pen()
        waiting = any(one.held for one in cycles)
        paper(pen, look, TRACK_WIDTH, height, bar=look.palette.amber if waiting else None)
        return Layout(TRACK_WIDTH, height, pen.joined(body.done()), tuple(parts))

    def _heading(self, pen: Pen, look: Look) -> None:
        m, palette = look.metrics, look.palette
        live = self.board.live
        with pen.at_detail(1):
            pen.text(16, 26, "states", size=m.title, colour=palette.ink, font=BOLD)
        if live:
            waiting = sum(one.held for one in live)
            text = f"{len(live)} cycles" if len(live) > 1 else "1 cycle"
            if waiting:
                text += f" · {waiting} waiting for you"
        else:
            text = "a message nobody understands starts a cycle here"
        with pen.at_detail(2):
            pen.text(80, 26, text, size=m.small, colour=palette.second)

    def _nodes(self, pen: Pen, look: Look, y: float) -> list[Part]:
        """The six states, joined by lines; passed ones are ticked for the cycle that has the attention."""
        m, palette = look.metrics, look.palette
        focus = self.board.focus
        parts = []
        for number in range(4):
            passed = focus is not None and STATES[number] in focus.passed
            x1, x2 = state_x(number) + 14, state_x(number + 1) - 14
            pen.line(x1, y, x2, y, colour=palette.second if passed else palette.line, width=1.6)
        for number, state in enumerate(STATES):
            x = state_x(number)
            colour = palette.state(state)
            current = focus is not None and focus.state == state
            passed = focus is not None and state in focus.passed and not current
            part = f"state:{state}"
            if look.hover == part:
                pen.circle(x, y, 15, fill=palette.hover)
            if look.focus == part:
                pen.circle(x, y, 16, border=palette.accent, width=1.5)
            _node(pen, look, x, y, state, colour, current, passed, focus)
            with pen.at_detail(2):
                pen.text(x, y + 29, state, size=m.tiny, colour=palette.second, align=0.5)
            argument = self.board.prototypes.get(state)
            tip = f"Open {state}" if argument is not None else state
            parts.append(
                Part(part, Rect(x - 42, y - 17, 84, 50), "button", state, press="state.open" if argument else "",
                     argument=argument, tip=tip)
            )  # fmt: skip
        self._tokens(pen, look, y)
        return parts

    def _tokens(self, pen: Pen, look: Look, y: float) -> None:
        """One labelled token for each living cycle; several at one state stand side by side."""
        beside: dict[int, int] = {}
        for one in self.board.live:
            place = one.place(look.now, look.still)
            low = int(place)
            x = state_x(low) + (state_x(low + 1) - state_x(low)) * (place - low) if low < 5 else state_x(5)
            near = round(place)
            shift = beside.get(near, 0)
            beside[near] = shift + 1
            width = max(24.0, look.width(one.label, BOLD, look.metrics.tiny) + 12)
            colour = look.palette.amber if one.held else look.palette.state(one.state)
            x += shift * (width + 4)
            pen.box(x - width / 2, y - 36, width, 18, radius=9, fill=colour)
            pen.path([(x, y - 18), (x, y - 15)], colour=colour, width=1.6)
            pen.text(
                x, y - 22.5, one.label, size=look.metrics.tiny, font=BOLD, align=0.5,
                colour=look.palette.on_accent if not one.held or look.palette.name == "dark" else 0xFFFFFF,
            )  # fmt: skip

    def _row(self, pen: Pen, look: Look, one: Cycle, y: float, parts: list[Part]) -> float:
        """A cycle's line: who asked for what, how long, and the buttons that steer it; its text below."""
        m, palette = look.metrics, look.palette
        pen.hair(16, y, TRACK_WIDTH - 16, y, palette.line)
        y += 6
        right = self._steering(pen, look, one, y, parts)
        top = Rect(10, y, right - 14, 30)
        part = f"cycle:{one.mission}"
        if look.hover == part:
            pen.area(top, radius=m.small_radius, fill=palette.hover)
        parts.append(Part(part, top, "row", one.title, press="cycle.choose", argument=one.mission))
        colour = palette.amber if one.held else palette.state(one.state)
        pen.circle(22, y + 15, 4, fill=colour)
        title = one.title
        pen.text(34, y + 20, title, size=m.body, colour=palette.ink, font=BOLD)
        x = 34 + look.width(title, BOLD, m.body) + 12
        counter = counter_of(one, look.now)
        word = WORDS.get(one.status, one.status) or one.state.lower()
        word_ink = palette.amber if one.held else palette.red if one.status == "failed" else palette.second
        pen.text(right - 8, y + 20, counter, size=m.tiny, colour=palette.second, align=1)
        right -= 8 + (look.width(counter, SANS, m.tiny) + 12 if counter else 0)
        word_width = look.width(word, SANS, m.tiny)
        pen.text(right, y + 20, word, size=m.tiny, colour=word_ink, align=1, font=BOLD if one.held else SANS)
        text = elide(look.measure, one.asks, SANS, m.small, right - word_width - 16 - x)
        pen.text(x, y + 20, text, size=m.small, colour=palette.second)
        y += 34
        if one.reason and one.status in ("failed", "queued"):
            for line in wrap(look.measure, one.reason, SANS, m.tiny, TRACK_WIDTH - 60, most=3):
                ink = palette.red if one.over else palette.second
                pen.text(34, y + 12, line, size=m.tiny, colour=ink)
                y += 17
            y += 5
        if one.text and not one.over:
            y = self._text(pen, look, one, y, parts)
        return y

    def _steering(self, pen: Pen, look: Look, one: Cycle, y: float, parts: list[Part]) -> float:
        """The buttons at the right end of a row; their left edge comes back."""
        x = TRACK_WIDTH - 14
        if one.over:
            buttons = [("cross", "cycle.clear", "Clear away")]
            if one.kind == "question" and one.status == "done":
                buttons.append(("send", "question.show", "Show the answer"))
        elif one.held:
            buttons = [("stop", "cycle.stop", "Stop  Ctrl+."), ("send", "cycle.go", "Go to the proposal")]
        else:
            pause = (
                ("play", "cycle.resume", "Go on  P") if one.status == "paused" else ("pause", "cycle.pause", "Pause  P")
            )
            buttons = [("stop", "cycle.stop", "Stop  Ctrl+."), ("step", "cycle.step", "One step  N"), pause]
        for icon, press, tip in buttons:
            x -= 28
            rect = Rect(x, y + 1, 28, 28)
            parts.append(
                icon_button(pen, look, rect, icon, name=f"{press}:{one.mission}", press=press, argument=one.mission,
                            tip=tip, size=14)
            )  # fmt: skip
        return x

    def _text(self, pen: Pen, look: Look, one: Cycle, y: float, parts: list[Part]) -> float:
        """The end of the text that is being written, in a box of fixed height while it runs."""
        m, palette = look.metrics, look.palette
        lines = tail_lines(look, one.text, TRACK_WIDTH - 68)
        folded = one.held and not one.unfolded
        shown = lines[-1:] if folded else lines[-TAIL_LINES:]
        count = 1 if folded else TAIL_LINES
        height = count * 18 + 14
        rect = Rect(24, y, TRACK_WIDTH - 40, height)
        pen.area(rect, radius=m.small_radius, fill=palette.well)
        if one.persona:
            pen.text(rect.right - 10, y + 18, one.persona, size=m.tiny, colour=palette.second, align=1)
        for number, line in enumerate(shown):
            room = rect.w - 24 - (70 if not number and one.persona else 0)
            text = elide(look.measure, line, MONO, m.tiny, room) if room < rect.w - 24 else line
            ink = mix(palette.ink, palette.well, 0.15)
            pen.text(34, y + 19 + number * 18, text, size=m.tiny, colour=ink, font=MONO)
        parts.append(Part(f"text:{one.mission}", rect, "text", "text", one.text[-400:], press="cycle.fold",
                          argument=one.mission))  # fmt: skip
        return y + height + 8


def state_x(number: int) -> float:
    """Where a state's node stands on the card."""
    return 54.0 + number * 98.4


def _node(
    pen: Pen, look: Look, x: float, y: float, state: str, colour: int, current: bool, passed: bool, focus: Cycle | None
) -> None:
    """A state is told by colour and by shape: tick when passed, ring when current, square with a cross for FAILED."""
    palette = look.palette
    failed = state == "FAILED"
    if passed:
        pen.circle(x, y, 9, fill=colour)
        pen.icon("tick", x - 6, y - 6, 12, colour=palette.paper, width=1.8)
    elif current and focus is not None:
        if state == "COMPLETE":
            pen.circle(x, y, 10, fill=colour)
            pen.icon("tick", x - 7, y - 7, 14, colour=palette.paper, width=2.0)
        elif failed:
            pen.box(x - 9, y - 9, 18, 18, radius=4, fill=colour)
            pen.icon("cross", x - 7, y - 7, 14, colour=palette.paper, width=1.8)
        else:
            pen.circle(x, y, 8, fill=colour)
            ring = palette.amber if focus.held else colour
            swing = 0.0
            if focus.ringing(look.now) and focus.waiting_since is not None and not look.still:
                swing = 1 - cos(2 * pi * (look.now - focus.waiting_since) / RING_PERIOD)
            pen.circle(x, y, 13.5 + swing, border=ring, width=1.6)
    elif failed:
        pen.box(x - 7.5, y - 7.5, 15, 15, radius=4, border=mix(colour, palette.second, 0.7), width=1.6)
    else:
        pen.circle(x, y, 8, border=mix(colour, palette.second, 0.4), width=1.6)


def counter_of(one: Cycle, now: float) -> str:
    """`0:09 · 164 tok · 18 tok/s`, as far as it is known."""
    if one.began is None:
        return ""
    seconds = int(one.seconds(now))
    parts = [f"{seconds // 60}:{seconds % 60:02d}"]
    if one.tokens and not one.over:
        parts.append(f"{one.tokens} tok")
        rate = one.rate()
        if rate >= 0.5 and one.running:
            parts.append(f"{rate:.0f} tok/s")
    return " · ".join(parts)


def tail_lines(look: Look, text: str, width: float) -> list[str]:
    """The last lines of a text, wrapped. Only the end is looked at, so a long text costs no more than a short one."""
    one = look.width("0" * 40, MONO, look.metrics.tiny) / 40
    room = max(8, int(width / one))
    lines: list[str] = []
    for line in text[-room * (TAIL_LINES + 2) :].rstrip().split("\n"):
        lines.extend([line[start : start + room] for start in range(0, len(line), room)] or [""])
    return lines[-TAIL_LINES:]
