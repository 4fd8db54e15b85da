"""The desk: the world's model put together. It holds the state; sessions, pointers and commands act on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from ..cycle.board import Board
from ..cycle.proposal import Proposal
from ..memory.intake import Intake
from ..memory.library import Library
from ..memory.question import Question
from ..model.camera import Camera
from ..model.errands import Errands
from ..model.face import Face, Part
from ..model.geometry import Point, Rect
from ..model.link import Link
from ..model.mirror import Mirror, ObjectRecord
from ..model.notes import Notes
from ..model.pen import Drawn
from ..model.scene import Frame, Scene
from ..model.text import Measurer
from ..model.theme import DARK, LIGHT, REFUSE, STATE_MOVE, Palette
from ..model.undo import MoveStep, UndoStack
from ..outliner.face import ObjectFace
from ..outliner.outliner import Outliner
from ..outliner.views import View, view_of
from ..steward.system import System
from .arrows import Arrows
from .commands import Call, CommandTable
from .editing import Editing

CARDS = -1  # idents of morphs that are no objects of the image count down from here
READABLE = 0.7  # the least zoom at which a card and what belongs to it are shown together


@dataclass(slots=True)
class Picture:
    """One frame of the window: the world and what lies on the glass before it."""

    world: Frame
    glass: Frame


@dataclass
class Desk:
    """Everything the world is made of. `wake` asks the window for a frame."""

    link: Link
    measure: Measurer
    commands: CommandTable
    palette: Palette = LIGHT
    wake: Callable[[], None] = lambda: None
    quit: Callable[[], None] = lambda: None
    now: float = 0.0
    safe: bool = False
    mirror: Mirror = field(default_factory=Mirror)
    notes: Notes = field(default_factory=Notes)
    undo: UndoStack = field(default_factory=UndoStack)
    outliners: dict[int, Outliner] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    editing: Editing | None = None
    away: set[int] = field(default_factory=set)  # objects that are put away
    views: list[View] = field(default_factory=list)  # of objects that are more than their slots
    library: Library = field(default_factory=Library)
    questions: dict[int, Question] = field(default_factory=dict)  # by mission
    intakes: dict[int, Intake] = field(default_factory=dict)  # by morph
    system: System = field(default_factory=System)
    errands: Errands = field(default_factory=Errands)
    passing: int | None = None  # the menu or card on the glass that the next press elsewhere takes away
    lifted: int | None = None  # a morph that a command has just put into the hand
    covered: float = 0.0  # dp of the glass at the right that a panel lies on
    seq: int = 0

    def __post_init__(self) -> None:
        self.scene = Scene(self.palette, self.measure, Camera())
        self.glass = Scene(self.palette, self.measure, Camera())
        self.arrows = Arrows(self.scene, self.outliners, self.proposals, self.questions, self.library)
        self.scene.under = self._under
        self._next_card = CARDS
        self._serial = 0

    # -- small services

    def card_ident(self) -> int:
        self._next_card -= 1
        return self._next_card

    def next_seq(self) -> int:
        self.seq += 1
        return self.seq

    def say(self, text: str, trouble: bool = False) -> None:
        self.notes.say(text, self.now, trouble)
        self.wake()

    def run(self, name: str, call: Call | None = None) -> None:
        """Carries out a command by its name."""
        command = self.commands[name]
        if command.when(self):
            command.run(self, call or Call())
            self.wake()

    def use_palette(self, dark: bool) -> None:
        self.palette = DARK if dark else LIGHT
        for scene in (self.scene, self.glass):
            scene.palette = self.palette
            scene.forget_layouts()
        self.arrows.forget()
        self.wake()

    def resize(self, width: float, height: float, density: float) -> None:
        for scene in (self.scene, self.glass):
            scene.camera.density = density
            scene.camera.resize(width, height)
        self.glass.camera.x = self.glass.camera.y = 0.0
        self.glass.forget_layouts()
        self.wake()

    def panel_focused(self, ident: int) -> bool:
        """Whether a morph on the glass has the keyboard, and nothing passing lies over it."""
        focus = self.glass.focus
        return self.passing is None and focus is not None and focus[0] == self.glass.row_of(ident)

    # -- morphs

    def outliner(self, ident: int) -> Outliner | None:
        return self.outliners.get(ident)

    def face_of(self, ident: int) -> Face | None:
        row = self.scene.row_of(ident)
        return None if row is None else self.scene.face(row)

    def touch(self, ident: int) -> None:
        """The face of this morph must be laid out again."""
        face = self.face_of(ident)
        if face is not None:
            face.touch()
            self.wake()

    def add_object(self, record: ObjectRecord, at: Point, open_: bool = False, z: int | None = None) -> int:
        """Puts an object's morph into the world."""
        outliner = self.outliners.get(record.id)
        if outliner is None:
            outliner = self.outliners[record.id] = Outliner(record, self.mirror)
        outliner.record = record
        outliner.open = open_
        return self.scene.add(ObjectFace(outliner, self.views), at, z)

    def view_of(self, outliner: Outliner) -> View | None:
        """The view of its own that an object is shown in, unless its slots are asked for."""
        return view_of(outliner, self.views)

    def taken(self, but: Iterable[int] = ()) -> list[Rect]:
        """Where morphs will come to rest, those idents left out."""
        skipped = {self.scene.rows[ident] for ident in but if ident in self.scene.rows}
        return [self.resting_area(ident) for ident, row in self.scene.rows.items() if row not in skipped]

    def resting_area(self, ident: int) -> Rect:
        """Where a morph will come to rest."""
        row = self.scene.rows[ident]
        area, rest = self.scene.table.area(row), self.scene.motion.resting_place(row)
        return area if rest is None else Rect(rest[0] - area.w / 2, rest[1] - area.h / 2, area.w, area.h)

    def resting_corner(self, ident: int) -> Point:
        area = self.resting_area(ident)
        return Point(area.x, area.y)

    def glide(self, places: dict[int, Point], lasts: float) -> None:
        """Sends morphs (by ident) so that their top left corners come to these places."""
        rows = np.array([self.scene.rows[ident] for ident in places], np.intp)
        if not len(rows):
            return
        table = self.scene.table
        end = np.array([[at.x, at.y] for at in places.values()], float)
        end += np.stack([table.hw[rows], table.hh[rows]], axis=1)
        self.scene.motion.glide(table, rows, end, lasts, self.now)
        self.wake()

    def stop_gliding(self, row: int) -> None:
        """A morph stays where it is now."""
        self.scene.motion.release(np.array([row]))

    def put_back(self, places: dict[int, Point]) -> None:
        self.glide(places, REFUSE)

    def show(self, ident: int, *also: int | None) -> None:
        """Raises a morph and brings the camera there when it is out of sight.

        What belongs to it comes into sight as well, as far as all of it can be read together; what is named last is
        left out first.
        """
        row = self.scene.row_of(ident)
        if row is None:
            return
        self.scene.table.raise_(row)
        self.scene.focus = (row, "")
        # What was opened just now must have its size first.
        self.scene.layout(row)
        camera = self.scene.camera
        areas = [self.scene.table.area(row)]
        areas += [area for other in also if other is not None and (area := self.scene.area(other)) is not None]
        while True:
            area = areas[0]
            for other in areas[1:]:
                area = area.joined(other)
            x, y, zoom = camera.bringing(area, READABLE if also else camera.zoom, covered=self.covered)
            if zoom > 0 or len(areas) == 1:
                break
            areas.pop()
        if (x, y, zoom or camera.zoom) != (camera.x, camera.y, camera.zoom):
            self.look_to(x, y, zoom or camera.zoom)
        self.wake()

    def look_to(self, x: float, y: float, zoom: float, lasts: float = STATE_MOVE) -> None:
        """Moves the camera there, in a short glide."""
        camera, motion = self.scene.camera, self.scene.motion
        for key, start, end in (("camera x", camera.x, x), ("camera y", camera.y, y), ("zoom", camera.zoom, zoom)):
            motion.start(key, start, end, lasts, self.now)
        self._camera_goal = (x, y, zoom)
        if motion.still or lasts <= 0:
            self._end_camera()
        self.wake()

    _camera_goal: tuple[float, float, float] | None = None

    def stop_camera(self) -> None:
        """A hand takes the camera: it stays where it is now."""
        self._camera_goal = None
        for key in ("camera x", "camera y", "zoom"):
            self.scene.motion.stop(key)

    def _end_camera(self) -> None:
        if self._camera_goal is not None:
            camera = self.scene.camera
            camera.x, camera.y, camera.zoom = self._camera_goal
            camera.settle()
            self.stop_camera()

    # -- editing

    def edit(self, scene: Scene, row: int, part: Part, text: str | None = None) -> None:
        """Opens the editor over a part."""
        if part.edit is None:
            return
        ident = int(scene.table.ident[row])
        if self.editing is not None and self.editing.ident == ident and self.editing.part == part.name:
            return
        self.leave_edit()
        # Leaving may have laid the face out anew.
        row = scene.rows.get(ident, row)
        self._serial += 1
        begun = part.edit.text if text is None else text
        self.editing = Editing(ident, part.name, part.edit, begun, part.edit.text, scene, self._serial)
        scene.editing = (row, part.name)
        scene.focus = (row, part.name)
        kind, _, slot = part.name.partition(":")
        if kind == "value" and ident in self.outliners:
            self.outliners[ident].field(slot).begin(begun)
        self.touch_editing()

    def touch_editing(self) -> None:
        if self.editing is not None:
            row = self.editing.scene.row_of(self.editing.ident)
            if row is not None:
                self.editing.scene.face(row).touch()
        self.wake()

    def type(self, text: str) -> None:
        """The editor's text has changed."""
        editing = self.editing
        if editing is None or editing.text == text:
            return
        editing.text = text
        found = editing.found()
        if found is not None:
            editing.scene.face(found[0]).edit_typed(found[1], text)
        self.wake()

    def enter(self) -> None:
        """Enter in the editor. What is no value, no name and no message stays open, to be corrected at once."""
        editing = self.editing
        self._commit()
        outliner = self.outliners.get(editing.ident) if editing is not None else None
        if editing is not None and self.editing is None and outliner is not None and outliner.refuses(editing.part):
            self.edit_part(editing.ident, editing.part, editing.text)

    def _commit(self) -> None:
        """Closes the editor and runs its part's command with the text."""
        editing = self.editing
        found = editing.found() if editing is not None else None
        if editing is None or found is None:
            self.end_edit()
            return
        part = found[1]
        self.end_edit()
        self.run(editing.edit.enter, Call(part.argument, editing.text, editing.ident, part.name))

    def leave_edit(self) -> None:
        """The attention goes elsewhere: a changed value is committed, other typed text is kept where it stands."""
        editing = self.editing
        if editing is None:
            return
        if editing.part.startswith(("value:", "name:", "rename:")) and editing.changed:
            self._commit()
        elif editing.part.startswith(("value:", "name:", "rename:", "add:")) and not editing.text.strip("= "):
            self.cancel_edit()
        else:
            self.end_edit()

    def cancel_edit(self) -> None:
        """Escape: what was there before is there again."""
        editing = self.editing
        found = editing.found() if editing is not None else None
        self.end_edit()
        if editing is not None and found is not None:
            editing.scene.face(found[0]).edit_left(found[1])

    def end_edit(self) -> None:
        if self.editing is not None:
            self.touch_editing()
            scene = self.editing.scene
            row = scene.row_of(self.editing.ident)
            scene.editing = None
            scene.focus = None if row is None else (row, "")
            kind, _, slot = self.editing.part.partition(":")
            outliner = self.outliners.get(self.editing.ident)
            if kind == "value" and outliner and slot in outliner.fields and not self.editing.changed:
                outliner.fields[slot].cancel()
            self.editing = None
            self.wake()

    def edit_part(self, ident: int, name: str, text: str | None = None) -> bool:
        """Opens the editor over a part known by name; False when there is none."""
        for scene in (self.scene, self.glass):
            row = scene.row_of(ident)
            if row is not None:
                part = scene.layout(row).part(name)
                if part is not None and part.edit is not None:
                    self.edit(scene, row, part, text)
                    return True
        return False

    # -- moving

    def moved(self, label: str, before: dict[int, Point]) -> MoveStep | None:
        """Keeps a finished gesture for undo; None when nothing has moved."""
        after = {ident: self.corner(ident) for ident in before if ident in self.scene.rows}
        changed = {ident for ident, at in after.items() if at != before[ident]}
        if not changed:
            return None
        step = MoveStep(
            label,
            {ident: before[ident] for ident in changed},
            {ident: after[ident] for ident in changed},
        )
        self.undo.did(step)
        return step

    def corner(self, ident: int) -> Point:
        area = self.scene.table.area(self.scene.rows[ident])
        return Point(area.x, area.y)

    # -- frames

    def advance(self, now: float) -> bool:
        """Sets the clock. True while something moves and another frame is wanted."""
        self.now = now
        moving = False
        if self._camera_goal is not None:
            motion, camera = self.scene.motion, self.scene.camera
            if motion.running("zoom"):
                camera.x = motion.value("camera x", now)
                camera.y = motion.value("camera y", now)
                camera.zoom = motion.value("zoom", now)
                moving = True
        moving = self.scene.advance(now) or moving
        if self._camera_goal is not None and not self.scene.motion.running("zoom"):
            self._end_camera()
        return self.glass.advance(now) or moving

    def picture(self) -> Picture:
        return Picture(self.scene.frame(), self.glass.frame())

    def _under(self) -> Drawn:
        return self.arrows.drawn()
