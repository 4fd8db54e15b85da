"""The scene: morphs with their faces, laid out when they must be, and the frame that the view draws.

The scene knows nothing of commands or of the image. It keeps one layout for each face that has been seen, lays stale
ones out again, and answers with the display lists of a frame in stacking order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .camera import Camera
from .face import Face, Layout, Look, Part
from .geometry import Point, Rect
from .morphs import MorphTable, Rows
from .motion import Motion
from .pen import DETAIL_ZOOM, EMPTY, Drawn, Pen
from .text import Measurer
from .theme import LIFT, METRICS, Palette
from .widgets import broken

BLOCK_ZOOM = DETAIL_ZOOM[1]


@dataclass(slots=True)
class Frame:
    """What to draw: display lists, lowest first, and their places (n, 2) in the world.

    `blocks` is set instead when the world is so far away that morphs are plain blocks: their rows.
    """

    drawn: tuple[Drawn, ...]
    places: NDArray[np.float32]
    blocks: Rows | None = None


@dataclass
class Grip:
    """Where something was found: the morph's row, the part of its face, the point in the face."""

    row: int
    part: Part | None
    at: Point


@dataclass(slots=True)
class _Seen:
    """What the last frame showed, to be used again while nothing of it changes."""

    rows: Rows
    version: int
    drawn: list[Drawn]


@dataclass
class Scene:
    """Morphs, faces, camera, motion."""

    palette: Palette
    measure: Measurer
    camera: Camera = field(default_factory=Camera)
    table: MorphTable = field(default_factory=MorphTable)
    motion: Motion = field(default_factory=Motion)
    now: float = 0.0
    hover: tuple[int, str] | None = None
    focus: tuple[int, str] | None = None  # row and part that have the keyboard
    editing: tuple[int, str] | None = None
    selected: set[int] = field(default_factory=set)
    carried: tuple[int, ...] = ()
    wanted: int | None = None
    make: Callable[[int, int], Face] | None = None  # a face for (ident, kind), when one is first seen
    under: Callable[[], Drawn] | None = None  # drawn below all morphs: the arrows
    over: Callable[[], Drawn] | None = None  # drawn above them: what the hand drags over the glass
    grown: dict[int, Rect] = field(default_factory=dict)  # rows that became taller, and where they were before
    expected: set[int] = field(default_factory=set)  # rows whose next growth is known and needs no room
    faults: dict[int, str] = field(default_factory=dict)  # rows whose face could not be drawn, and why
    rows: dict[int, int] = field(default_factory=dict)  # ident -> row
    faces: dict[int, Face] = field(default_factory=dict)  # row -> face
    layouts: dict[int, Layout] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)  # idents of faces that must be laid out again
    version: int = 0  # grows whenever a layout is made
    _marks: dict[int, tuple[object, ...]] = field(default_factory=dict)  # of rows that are not at rest
    _moving: set[int] = field(default_factory=set)
    _last: _Seen | None = None
    _shadows: dict[tuple[float, float, str], Drawn] = field(default_factory=dict)

    # -- morphs

    def add(self, face: Face, at: Point | None = None, z: int | None = None) -> int:
        """Adds a morph with this face, its top left corner at `at`."""
        row = self.table.add(face.ident, Rect(*(at or Point(0, 0)), 0, 0), face.kind, self.palette.block, z)
        self.rows[face.ident] = row
        self._adopt(row, face)
        self._lay_out(row)
        return row

    def _adopt(self, row: int, face: Face) -> None:
        self.faces[row] = face
        face.touched = self.touched

    def remove(self, ident: int) -> None:
        row = self.rows.pop(ident)
        gone = np.array([row])
        self.motion.release(gone)
        self.table.remove(row)
        for store in (self.faces, self.layouts, self._marks, self.faults, self.grown):
            store.pop(row, None)
        for rows in (self.selected, self._moving, self.expected):
            rows.discard(row)
        self.carried = tuple(other for other in self.carried if other != row)
        if self.hover and self.hover[0] == row:
            self.hover = None
        if self.focus and self.focus[0] == row:
            self.focus = None
        if self.editing and self.editing[0] == row:
            self.editing = None

    def face(self, row: int) -> Face:
        face = self.faces.get(row)
        if face is None:
            if self.make is None:
                raise KeyError(f"morph {row} has no face")
            face = self.make(int(self.table.ident[row]), int(self.table.kind[row]))
            self._adopt(row, face)
        return face

    def row_of(self, ident: int) -> int | None:
        return self.rows.get(ident)

    def area(self, ident: int) -> Rect | None:
        """The morph's rectangle in the world, or None when it is not in the world."""
        row = self.rows.get(ident)
        return None if row is None else self.table.area(row)

    # -- layouts

    def look_of(self, row: int) -> Look:
        focus = self.focus if self.focus and self.focus[0] == row else None
        editing = self.editing
        return Look(
            palette=self.palette,
            measure=self.measure,
            metrics=METRICS,
            now=self.now,
            hover=self.hover[1] if self.hover and self.hover[0] == row else "",
            focus=focus[1] if focus else "",
            focused=bool(focus) and not (focus and focus[1]),
            editing=editing[1] if editing and editing[0] == row else "",
            selected=row in self.selected,
            wanted=row == self.wanted,
            still=self.motion.still,
        )

    def layout(self, row: int) -> Layout:
        """The face's layout, made again when the face is stale or what it may know has changed."""
        if row not in self.layouts or self.face(row).stale or self._marks.get(row, self._rest) != self._mark(row):
            self._lay_out(row)
        return self.layouts[row]

    @property
    def _rest(self) -> tuple[object, ...]:
        """The mark of a row that nobody pays attention to."""
        return (self.palette.name, self.motion.still, None, None, None, False, False)

    def _mark(self, row: int) -> tuple[object, ...]:
        """What a layout depends on besides its face."""
        hover = self.hover[1] if self.hover and self.hover[0] == row else None
        focus = self.focus[1] if self.focus and self.focus[0] == row else None
        editing = self.editing[1] if self.editing and self.editing[0] == row else None
        still = self.motion.still
        return (self.palette.name, still, hover, focus, editing, row in self.selected, row == self.wanted)

    def refresh(self) -> None:
        """Lays out again what has been touched, what moves by itself, and what has gained or lost the attention."""
        for ident in list(self.touched):
            row = self.rows.get(ident)
            if row is not None and row in self.layouts and self.faces[row].stale:
                self._lay_out(row)
        self.touched.clear()
        for row in list(self._moving):
            self._lay_out(row)
        watched = set(self._marks)
        watched.update(place[0] for place in (self.hover, self.focus, self.editing) if place is not None)
        watched |= self.selected
        if self.wanted is not None:
            watched.add(self.wanted)
        for row in watched:
            if row in self.layouts and self._marks.get(row, self._rest) != self._mark(row):
                self._lay_out(row)

    def forget_layouts(self) -> None:
        """Everything looks different now: other colours, other sizes."""
        for row in list(self.layouts):
            self.faces[row].touch()
        self._shadows.clear()

    def _lay_out(self, row: int) -> None:
        face = self.face(row)
        look = self.look_of(row)
        face.stale = False
        try:
            layout = face.layout(look)
            self.faults.pop(row, None)
        except Exception as problem:  # noqa: BLE001 - a face that fails must not stop the others
            width = max(220.0, float(self.table.hw[row]) * 2)
            self.faults[row] = f"{type(problem).__name__}: {problem}"
            whole = Part("fault", Rect(0, 0, width, 56), "text", "cannot be drawn", self.faults[row], grips=True)
            layout = Layout(width, 56, broken(look, _safe_name(face), self.faults[row], width), (whole,))
        self.layouts[row] = layout
        self.version += 1
        mark = self._mark(row)
        if mark == self._rest:
            self._marks.pop(row, None)
        else:
            self._marks[row] = mark
        if face.moving(self.now) and row not in self.faults:
            self._moving.add(row)
        else:
            self._moving.discard(row)
        before = self.table.area(row)
        if layout.width != before.w or layout.height != before.h:
            if layout.height > before.h > 0 and row not in self.expected:
                self.grown.setdefault(row, before)
            self.expected.discard(row)
            self.table.resize(row, layout.width, layout.height)

    def retry(self, row: int) -> None:
        """Tries again to draw a face that failed."""
        self.faults.pop(row, None)
        self.face(row).touch()

    # -- finding

    def find(self, x: float, y: float, skip: Iterable[int] = ()) -> Grip | None:
        """The topmost morph under a screen point, and its part."""
        at = self.camera.to_world(x, y)
        skipped = set(skip)
        for row in self.table.stack(at.x, at.y):
            if row in skipped:
                continue
            area = self.table.area(row)
            local = Point(at.x - area.x, at.y - area.y)
            part = self.layout(row).part_at(*local)
            if part is None and self.face(row).lets_through:
                continue
            return Grip(row, part, local)
        return None

    def part_rect(self, row: int, name: str) -> Rect | None:
        """The rectangle of a part on the screen, in device pixels."""
        part = self.layout(row).part(name)
        if part is None:
            return None
        area, scale = self.table.area(row), self.camera.scale
        corner = self.camera.to_screen(area.x + part.rect.x, area.y + part.rect.y)
        return Rect(corner.x, corner.y, part.rect.w * scale, part.rect.h * scale)

    # -- frames

    def advance(self, now: float) -> bool:
        """Sets the clock and moves what moves. True while another frame is wanted."""
        self.now = now
        moving = self.motion.advance(self.table, now)
        return moving or bool(self._moving)

    def frame(self) -> Frame:
        """The frame as it is now."""
        rows = self.table.visible(self.camera.seen(margin=80))
        if self.camera.zoom < BLOCK_ZOOM:
            return Frame((), np.zeros((0, 2), np.float32), rows)
        self.refresh()
        last = self._last
        if last is None or last.version != self.version or not np.array_equal(last.rows, rows):
            numbers = rows.tolist()
            for row in numbers:
                if row not in self.layouts:
                    self._lay_out(row)
            layouts = self.layouts
            self._last = last = _Seen(rows, self.version, [layouts[row].drawn for row in numbers])
        table = self.table
        corners = np.stack([table.x[rows] - table.hw[rows], table.y[rows] - table.hh[rows]], axis=1)
        drawn = list(last.drawn)
        origin = np.zeros((1, 2))
        if self.carried:
            held = np.flatnonzero(np.isin(rows, self.carried))
            for shift, place in enumerate(held.tolist()):
                drawn.insert(place + shift, self._lifted(int(rows[place])))
            corners = np.insert(corners, held, corners[held], axis=0)
        places = [corners]
        if self.under is not None:
            drawn.insert(0, self.under())
            places.insert(0, origin)
        if self.over is not None:
            drawn.append(self.over())
            places.append(origin)
        return Frame(tuple(drawn), np.concatenate(places).astype(np.float32))

    def _lifted(self, row: int) -> Drawn:
        """The deeper shadow under a carried morph."""
        lift = self.motion.value(("lift", row), self.now, 1.0)
        if lift <= 0:
            return EMPTY
        area = self.table.area(row)
        key = (area.w, area.h, self.palette.name)
        if lift == 1.0 and key in self._shadows:
            return self._shadows[key]
        pen = Pen()
        pen.shadow(
            0, 0, area.w, area.h, radius=METRICS.radius, blur=13 + 17 * lift, colour=self.palette.shadow,
            alpha=min(1.0, self.palette.shadow_alpha * 1.25) * lift, drop=4 + 8 * lift,
        )  # fmt: skip
        drawn = pen.done()
        if lift == 1.0:
            self._shadows[key] = drawn
        return drawn

    def lift(self, rows: Iterable[int]) -> None:
        self.carried = tuple(rows)
        for row in self.carried:
            self.motion.start(("lift", row), 0.0, 1.0, LIFT, self.now, fade=True)
            self.table.raise_(row)


def _safe_name(face: Face) -> str:
    try:
        return face.name
    except Exception:  # noqa: BLE001 - even its name may be what fails
        return f"morph {face.ident}"
