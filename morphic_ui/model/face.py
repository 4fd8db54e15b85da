"""A face is what a morph looks like and which of its parts can be reached: pure functions of its model.

Laying a face out gives a size, a display list and parts. A part says what it is (role, label, value: also for readers
of the screen), what pressing it does (a command's name) and whether its text can be edited in place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from .geometry import Rect
from .pen import Drawn
from .text import MONO, SANS, Measurer
from .theme import METRICS, Metrics, Palette


@dataclass(frozen=True, slots=True)
class Edit:
    """How a part's text is edited: Enter runs `enter` with the text."""

    enter: str
    text: str = ""
    font: str = MONO
    size: float = METRICS.code
    lines: bool = False  # several lines: Enter breaks the line, Ctrl+Enter commits
    hint: str = ""  # shown while it is empty
    inset: float = 0.0  # dp from the part's left edge to its text


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a face that the pointer, the keyboard or a reader can reach."""

    name: str  # unique in its face, stable over layouts
    rect: Rect  # in the face's own coordinates
    role: str  # button, value, name, field, row, title, text
    label: str = ""
    value: str = ""
    press: str = ""  # the command a press runs
    double: str = ""  # the command of a double press
    argument: Any = None
    edit: Edit | None = None
    tip: str = ""
    grips: bool = False  # dragging it carries the whole morph, pressing it still runs `press`
    lifts: str = ""  # the command that makes a loose morph of this part when it is dragged
    wheel: str = ""  # the command that a notch of the wheel runs here while the morph has the keyboard


@dataclass(frozen=True, slots=True)
class Layout:
    """A face laid out: size in dp, display list, parts from bottom to top."""

    width: float
    height: float
    drawn: Drawn
    parts: tuple[Part, ...] = ()

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)

    def part_at(self, x: float, y: float) -> Part | None:
        """The topmost part under a point of the face."""
        return next((part for part in reversed(self.parts) if part.rect.contains(x, y)), None)


@dataclass(slots=True)
class Look:
    """What every face may know while it is laid out."""

    palette: Palette
    measure: Measurer
    metrics: Metrics = METRICS
    now: float = 0.0
    hover: str = ""  # the part under the pointer
    pressed: str = ""
    focus: str = ""  # the part that has the keyboard
    editing: str = ""  # the part whose text the overlay editor shows
    typed: str = ""  # what stands in the editor
    focused: bool = False  # the morph itself has the keyboard
    selected: bool = False
    wanted: bool = False  # a carried thing may be dropped here
    still: bool = False  # Reduce motion

    def width(self, text: str, font: str = SANS, size: float = METRICS.body) -> float:
        return self.measure.width(text, font, size)


@dataclass(eq=False)
class Face(ABC):
    """Something that can be drawn. `stale` asks for a new layout before the next frame."""

    ident: int
    kind: int
    stale: bool = field(default=True, init=False)
    touched: set[int] | None = field(default=None, init=False, repr=False)  # where the scene hears of it

    @abstractmethod
    def layout(self, look: Look) -> Layout:
        """Size, display list and parts; must not change the model."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What a person would call this thing."""

    role = "card"
    lets_through = False  # presses beside its parts go to what lies below

    @property
    def value(self) -> str:
        """One line about its present state, for readers of the screen."""
        return ""

    def moving(self, now: float) -> bool:
        """True while the face changes by itself and wants another frame."""
        del now
        return False

    def edit_typed(self, part: Part, text: str) -> None:
        """The text in the editor over `part` has changed."""
        del part, text

    def edit_left(self, part: Part) -> None:
        """The editor over `part` was closed without committing."""
        del part

    def touch(self) -> None:
        """The model behind the face has changed: it must be laid out again."""
        self.stale = True
        if self.touched is not None:
            self.touched.add(self.ident)
