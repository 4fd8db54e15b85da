"""The hand: what pressing, dragging, wheels and fingers do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from math import hypot

from ..model.camera import NOTCH
from ..model.geometry import Point, Rect
from ..model.pen import EMPTY, Drawn
from ..model.scene import Grip, Scene
from ..tools.veil import TIP_AFTER, draw_marquee, draw_tip
from .commands import Call
from .desk import Desk

ORIGIN = Point(0, 0)
THRESHOLD = 4.0  # dp before a press becomes a drag
DOUBLE = 0.35  # seconds between the presses of a double press
WHEEL_STEP = 60.0  # dp that one notch pans
HELD_AT = Point(40, 22)  # where in a morph that was pulled out the hand holds it, in dp
FIXED_ROLES = ("field", "value")  # dragging here never carries the morph


class Mode(Enum):
    IDLE = "idle"
    PRESSED = "pressed"
    CARRYING = "carrying"
    PANNING = "panning"
    MARQUEE = "marquee"
    PINCHING = "pinching"


@dataclass
class Hand:
    """One hand with its pointer; positions are device pixels from the top left."""

    desk: Desk
    mode: Mode = Mode.IDLE
    at: Point = ORIGIN
    origin: Point = ORIGIN
    grip: Grip | None = None
    scene: Scene | None = None
    space: bool = False  # the space bar is held
    before: dict[int, Point] = field(default_factory=dict)  # where carried morphs came from
    depths: dict[int, int] = field(default_factory=dict)
    last_press: tuple[float, int, str] = (-9.0, -1, "")
    fingers: dict[object, Point] = field(default_factory=dict)
    hovered_at: float = 0.0  # since when the pointer is over the same part

    # -- the pointer

    def hover(self, x: float, y: float) -> None:
        """The pointer moves with nothing pressed."""
        self.at = Point(x, y)
        desk = self.desk
        hit = desk.glass.find(x, y)
        on_glass = None if hit is None else (hit.row, hit.part.name if hit.part else "")
        on_world = None
        if hit is None:
            hit = desk.scene.find(x, y)
            on_world = None if hit is None else (hit.row, hit.part.name if hit.part else "")
        if (on_glass, on_world) != (desk.glass.hover, desk.scene.hover):
            desk.glass.hover, desk.scene.hover = on_glass, on_world
            self.hovered_at = desk.now
            desk.wake()

    def press(self, x: float, y: float, button: str = "left", shift: bool = False, alt: bool = False) -> None:
        desk = self.desk
        self.at = self.origin = Point(x, y)
        desk.stop_camera()
        self.scene = desk.glass
        self.grip = desk.glass.find(x, y)
        if self.grip is None:
            desk.run("glass.dismiss")
            self.scene, self.grip = desk.scene, desk.scene.find(x, y)
        self._leave_editor()
        if button == "middle" or (button == "left" and self.space):
            self.mode = Mode.PANNING
        elif button == "right":
            self._menu()
        elif self.grip is None:
            self.mode = Mode.MARQUEE
            if not shift:
                desk.scene.selected.clear()
            desk.scene.focus = None
        else:
            self._press_morph(shift)
        del alt
        desk.wake()

    def _leave_editor(self) -> None:
        editing = self.desk.editing
        if editing is None:
            return
        if self.grip is not None and self.scene is editing.scene:
            same = int(self.scene.table.ident[self.grip.row]) == editing.ident
            if same and self.grip.part is not None and self.grip.part.name == editing.part:
                return
        self.desk.leave_edit()
        if self.scene is not None and self.grip is not None:
            # Committing may have changed the layout that was pressed.
            self.grip = self.scene.find(self.at.x, self.at.y)

    def _press_morph(self, shift: bool) -> None:
        assert self.grip is not None and self.scene is not None
        self.mode = Mode.PRESSED
        row = self.grip.row
        if self.scene is self.desk.scene:
            self.scene.table.raise_(row)
            if shift:
                self.scene.selected ^= {row}
            elif row not in self.scene.selected:
                self.scene.selected.clear()
            self.scene.focus = (row, "")

    def _menu(self) -> None:
        desk = self.desk
        if self.scene is desk.glass:
            return
        if self.grip is None:
            desk.run("menu.world", Call(argument=self.at))
        else:
            desk.scene.focus = (self.grip.row, "")
            desk.run("menu.morph", Call(argument=self.at, ident=int(desk.scene.table.ident[self.grip.row])))

    def move(self, x: float, y: float, alt: bool = False) -> None:
        """The pointer moves while a button is held."""
        desk, camera = self.desk, self.desk.scene.camera
        dx, dy = x - self.at.x, y - self.at.y
        self.at = Point(x, y)
        if self.mode is Mode.PANNING:
            camera.pan(dx, dy)
        elif self.mode is Mode.PRESSED:
            far = hypot(x - self.origin.x, y - self.origin.y) > THRESHOLD * camera.density
            if far and self._may_carry():
                # What is pulled out lies under the pointer already; what is picked up was left behind by some pixels.
                dx, dy = (0.0, 0.0) if self._pull_out() else self._picked_up()
        if self.mode is Mode.CARRYING:
            scale = camera.scale
            for row in desk.scene.carried:
                desk.scene.table.x[row] += dx / scale
                desk.scene.table.y[row] += dy / scale
        del alt
        desk.wake()

    def _may_carry(self) -> bool:
        if self.scene is not self.desk.scene or self.grip is None:
            return False
        part = self.grip.part
        return part is None or part.role not in FIXED_ROLES

    def _pull_out(self) -> bool:
        """Dragging a part that lifts takes what it stands for into the hand, and leaves its morph where it is."""
        assert self.grip is not None
        desk, scene, part = self.desk, self.desk.scene, self.grip.part
        if part is None or not part.lifts:
            return False
        desk.lifted = None
        desk.run(part.lifts, Call(part.argument, ident=int(scene.table.ident[self.grip.row]), part=part.name))
        if desk.lifted is None or desk.lifted not in scene.rows:
            return False
        row = scene.rows[desk.lifted]
        self.before = {desk.lifted: desk.corner(desk.lifted)}
        self.depths = {row: int(scene.table.z[row])}
        at = scene.camera.to_world(*self.at)
        desk.stop_gliding(row)
        scene.table.move_to(row, at.x - HELD_AT.x, at.y - HELD_AT.y)
        scene.selected.clear()
        scene.lift([row])
        self.mode = Mode.CARRYING
        return True

    def _picked_up(self) -> tuple[float, float]:
        """Picks up what was pressed; how far the pointer has gone since."""
        self.pick_up()
        return self.at.x - self.origin.x, self.at.y - self.origin.y

    def pick_up(self) -> None:
        """Lifts what was pressed, or the whole selection it belongs to."""
        assert self.grip is not None
        desk, scene = self.desk, self.desk.scene
        rows = sorted(scene.selected, key=lambda row: int(scene.table.z[row]))
        if self.grip.row not in scene.selected:
            rows = [self.grip.row]
        idents = [int(scene.table.ident[row]) for row in rows]
        self.before = {ident: desk.corner(ident) for ident in idents}
        self.depths = {row: int(scene.table.z[row]) for row in rows}
        scene.lift(rows)
        self.mode = Mode.CARRYING

    @property
    def marquee(self) -> Rect | None:
        """The rectangle that is being drawn on the background, on the screen."""
        if self.mode is not Mode.MARQUEE or self.at == self.origin:
            return None
        return Rect.between(self.origin, self.at)

    def veil(self) -> Drawn:
        """The selection's rectangle, or the name of what the pointer rests on."""
        desk, camera = self.desk, self.desk.glass.camera
        area = self.marquee
        if area is not None:
            scale = camera.scale
            return draw_marquee(desk.palette, Rect(*(value / scale for value in area)))
        text = self.tip
        if not text or desk.now < self.hovered_at + TIP_AFTER:
            return EMPTY
        at = camera.to_world(*self.at)
        size = camera.width / camera.scale, camera.height / camera.scale
        return draw_tip(desk.palette, desk.measure, text, at, *size)

    @property
    def tip(self) -> str:
        """What the part under the resting pointer says of itself."""
        if self.mode is not Mode.IDLE or self.desk.editing is not None:
            return ""
        # What lies on the glass hides what is below it.
        scenes = (self.desk.glass, self.desk.scene) if self.desk.passing is None else (self.desk.glass,)
        for scene in scenes:
            if scene.hover is not None and scene.hover[0] in scene.layouts:
                part = scene.layouts[scene.hover[0]].part(scene.hover[1])
                return part.tip if part is not None else ""
        return ""

    def due(self) -> float | None:
        """When the tip appears."""
        at = self.hovered_at + TIP_AFTER
        return at if self.tip and self.desk.now < at else None

    def release(self, x: float, y: float, shift: bool = False) -> None:
        self.at = Point(x, y)
        mode, self.mode = self.mode, Mode.IDLE
        desk = self.desk
        if mode is Mode.PANNING:
            desk.scene.camera.settle()
        elif mode is Mode.CARRYING:
            self._drop()
        elif mode is Mode.MARQUEE:
            self._select()
        elif mode is Mode.PRESSED:
            self._click(shift)
        self.hover(x, y)
        desk.wake()

    def _drop(self) -> None:
        desk, table = self.desk, self.desk.scene.table
        for row in desk.scene.carried:
            area = table.area(row)
            table.move_to(row, round(area.x), round(area.y))
            desk.scene.motion.stop(("lift", row))
        desk.scene.carried = ()
        before, self.before, lifted, desk.lifted = self.before, {}, desk.lifted, None
        if lifted is not None and lifted < 0:
            desk.run("chunk.drop", Call(ident=lifted))
            return
        names = [desk.scene.face(desk.scene.rows[ident]).name for ident in before]
        label = f"Move {names[0]}" if len(names) == 1 else f"Move {len(names)} things"
        step = desk.moved(label, before)
        if step is not None:
            desk.run("placement.save", Call(argument=tuple(step.after)))

    def put_back(self) -> bool:
        """Escape while carrying: everything glides back to where it came from. False when nothing is carried."""
        if self.mode is not Mode.CARRYING:
            return False
        self.mode = Mode.IDLE
        for row, depth in self.depths.items():
            self.desk.scene.table.z[row] = depth
        self.desk.scene.carried = ()
        lifted, self.desk.lifted = self.desk.lifted, None
        if lifted is not None and lifted < 0:
            self.desk.run("chunk.leave", Call(ident=lifted))
        else:
            self.desk.put_back(self.before)
        self.before = {}
        return True

    def _select(self) -> None:
        camera, scene = self.desk.scene.camera, self.desk.scene
        if hypot(self.at.x - self.origin.x, self.at.y - self.origin.y) <= THRESHOLD * camera.density:
            return
        area = Rect.between(camera.to_world(*self.origin), camera.to_world(*self.at))
        scene.selected |= {int(row) for row in scene.table.visible(area)}

    def _click(self, shift: bool) -> None:
        assert self.grip is not None and self.scene is not None
        if shift and self.scene is self.desk.scene:
            return
        desk, part, row = self.desk, self.grip.part, self.grip.row
        ident = int(self.scene.table.ident[row])
        if part is None:
            return
        since, last_row, last_part = self.last_press
        double = desk.now - since <= DOUBLE and (last_row, last_part) == (row, part.name)
        self.last_press = (-9.0, -1, "") if double else (desk.now, row, part.name)
        if double and part.double == "edit":
            desk.edit(self.scene, row, part)
        elif double and part.double:
            desk.run(part.double, Call(part.argument, ident=ident, part=part.name))
        elif part.edit is not None and not part.double:
            desk.edit(self.scene, row, part)
        elif part.press:
            desk.run(part.press, Call(part.argument, ident=ident, part=part.name))

    # -- wheels and fingers

    def wheel(self, x: float, y: float, notches_x: float, notches_y: float, ctrl: bool, shift: bool) -> None:
        """The wheel pans, with Shift sideways, and zooms about the pointer with Ctrl."""
        camera = self.desk.scene.camera
        if not ctrl and self._scroll(x, y, notches_y):
            return
        self.desk.stop_camera()
        if ctrl:
            zoom = camera.zoom * NOTCH**notches_y
            camera.zoom_about(x, y, 1.0 if abs(zoom - 1.0) < 0.02 else zoom)
        else:
            if shift:
                notches_x, notches_y = notches_x + notches_y, 0.0
            step = WHEEL_STEP * camera.density
            camera.pan(notches_x * step, notches_y * step)
            camera.settle()
        if self.mode is Mode.IDLE:
            self.hover(x, y)
        self.desk.wake()

    def _scroll(self, x: float, y: float, notches: float) -> bool:
        """A part that scrolls takes the wheel while its morph has the keyboard, or lies on the glass."""
        desk = self.desk
        for scene in (desk.glass, desk.scene):
            grip = scene.find(x, y)
            if grip is None:
                continue
            if scene is desk.scene and (scene.focus is None or scene.focus[0] != grip.row):
                return False
            for part in reversed(scene.layout(grip.row).parts):
                if part.wheel and part.rect.contains(*grip.at):
                    ident = int(scene.table.ident[grip.row])
                    desk.run(part.wheel, Call(part.argument, ident=ident, part=part.name, amount=-notches))
                    return True
            return False
        return False

    def finger_down(self, key: object, x: float, y: float) -> None:
        """A finger touches: the first one is the pointer, a second one begins to pinch."""
        self.fingers[key] = Point(x, y)
        if len(self.fingers) == 1:
            self.press(x, y)
        elif len(self.fingers) == 2:
            if self.mode is Mode.CARRYING:
                self.put_back()
            self.mode = Mode.PINCHING

    def finger_move(self, key: object, x: float, y: float) -> None:
        if key not in self.fingers:
            return
        if self.mode is Mode.PINCHING and len(self.fingers) >= 2:
            first, second = list(self.fingers)[:2]
            before = self.fingers[first], self.fingers[second]
            self.fingers[key] = Point(x, y)
            self._pinch(before, (self.fingers[first], self.fingers[second]))
        else:
            self.fingers[key] = Point(x, y)
            self.move(x, y)

    def _pinch(self, before: tuple[Point, Point], after: tuple[Point, Point]) -> None:
        camera = self.desk.scene.camera
        old, new = (_middle(*pair) for pair in (before, after))
        spread = [max(1.0, hypot(b.x - a.x, b.y - a.y)) for a, b in (before, after)]
        camera.pan(new.x - old.x, new.y - old.y)
        camera.zoom_about(new.x, new.y, camera.zoom * spread[1] / spread[0])
        self.desk.wake()

    def finger_up(self, key: object, x: float, y: float) -> None:
        if key not in self.fingers:
            return
        del self.fingers[key]
        if self.mode is Mode.PINCHING:
            if not self.fingers:
                self.mode = Mode.IDLE
                self.desk.scene.camera.settle()
        else:
            self.release(x, y)


def _middle(first: Point, second: Point) -> Point:
    return Point((first.x + second.x) / 2, (first.y + second.y) / 2)
