"""Commands about the world itself: looking, tidying, undoing, putting away, light and dark."""

from __future__ import annotations

import numpy as np

from ..model.camera import NOTCH
from ..model.geometry import Point
from ..model.layout import Item, free_place, tidy
from ..model.morphs import GHOST, TRACK, Rows
from ..model.theme import DARK, TIDY
from ..model.undo import Coming, MoveStep
from .commands import Call, Command
from .desk import Desk
from .edits import take_back
from .kernel import is_kernel
from .session import Session
from .stage import CORNER

NUDGE = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class WorldCommands:
    """What people do with the world as a whole."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def table(self) -> list[Command]:
        commands = [
            Command("world.undo", "Undo", self.undo, "Takes back the last edit, move or install", ("ctrl+z",),
                    menus=("world", "object"), label=lambda desk: desk.undo.undo_label, here="world"),
            Command("world.redo", "Redo", self.redo, "Moves again what was moved back", ("ctrl+shift+z", "ctrl+y"),
                    when=lambda desk: bool(desk.undo.undone), menus=("world",),
                    label=lambda desk: desk.undo.redo_label, here="world"),
            Command("world.fit", "Fit all", self.fit, "Shows everything", ("ctrl+1", "1"), menus=("world",),
                    here="world"),
            Command("world.fit_selection", "Fit selection", self.fit_selection, "Shows what is selected",
                    ("ctrl+2", "2"), has_attention, ("object", "card"), here="world"),
            Command("world.full_size", "100 %", self.full_size, "Shows everything at its own size", ("ctrl+0", "0"),
                    menus=("world",), here="world"),
            Command("world.nearer", "Nearer", self.nearer, "", ("ctrl+plus", "ctrl+="), here="world"),
            Command("world.farther", "Farther", self.farther, "", ("ctrl+minus",), here="world"),
            Command("world.tidy", "Clean up", self.tidy, "Lays everything out without overlaps", ("ctrl+l",),
                    menus=("world",), here="world"),
            Command("world.bring_back", "Bring back what was put away", self.bring_back, "", (),
                    lambda desk: bool(desk.away), ("world",), label=back_label),
            Command("world.welcome", "Three things to try", self.welcome, "", (), self.no_welcome, ("world",)),
            Command("world.dark", "Dark", self.dark, "Light or dark", ("ctrl+t",), menus=("world",),
                    label=lambda desk: "Light" if desk.palette is DARK else "Dark", here="world"),
            Command("world.still", "Reduce motion", self.still, "Nothing glides", (), menus=("world",),
                    label=lambda desk: "Allow motion" if desk.scene.motion.still else "Reduce motion"),
            Command("world.next", "Next thing", self.next, "Goes from thing to thing", ("tab",), here="world"),
            Command("world.previous", "Thing before", self.previous, "", ("shift+tab",), here="world"),
            Command("world.select_all", "Select all", self.select_all, "", ("ctrl+a",), here="world"),
            Command("morph.put_away", "Put away", self.put_away, "Takes it off the screen; the object stays",
                    ("delete",), has_attention, ("object", "card"), here="object"),
            Command("morph.choose", "Choose", self.choose),
            Command("morph.retry", "Draw it again", self.retry, "", (), has_fault, ("object", "card")),
            Command("placement.save", "Keep places", self.save),
        ]  # fmt: skip
        for step, prefix in ((1, ""), (10, "shift+"), (100, "ctrl+")):
            for key in NUDGE:
                commands.append(
                    Command(f"morph.nudge_{prefix}{key}", f"Move by {step}", self.nudge(key, step), "",
                            (prefix + key,), has_attention)
                )  # fmt: skip
        return commands

    # -- undo

    def undo(self, desk: Desk, call: Call) -> None:
        del call
        step = desk.undo.undo()
        if step is None:
            desk.say("There is nothing to undo.")
        elif isinstance(step, MoveStep):
            self._move(desk, step.before)
            desk.say(f"Undone: {step.label}")
        elif isinstance(step, Coming):
            desk.say(f"{step.label} is still being saved; it is undone then.")
        else:
            take_back(self.session, step)

    def redo(self, desk: Desk, call: Call) -> None:
        del call
        step = desk.undo.redo()
        if isinstance(step, MoveStep):
            self._move(desk, step.after)
            desk.say(f"Done again: {step.label}")

    def _move(self, desk: Desk, places: dict[int, Point] | object) -> None:
        assert isinstance(places, dict)
        there = {ident: at for ident, at in places.items() if ident in desk.scene.rows}
        desk.glide(there, TIDY if len(there) > 1 else 0.2)
        self.session.stage.save(there)

    # -- looking

    def fit(self, desk: Desk, call: Call) -> None:
        del call
        bounds = desk.scene.table.bounds()
        if bounds is not None:
            desk.look_to(*desk.scene.camera.framing(bounds))

    def fit_selection(self, desk: Desk, call: Call) -> None:
        del call
        bounds = desk.scene.table.bounds(attention(desk))
        if bounds is not None:
            desk.look_to(*desk.scene.camera.framing(bounds, most=1.5))

    def full_size(self, desk: Desk, call: Call) -> None:
        del call
        self._zoom(desk, 1.0)

    def nearer(self, desk: Desk, call: Call) -> None:
        del call
        self._zoom(desk, desk.scene.camera.zoom * NOTCH**2)

    def farther(self, desk: Desk, call: Call) -> None:
        del call
        self._zoom(desk, desk.scene.camera.zoom / NOTCH**2)

    def _zoom(self, desk: Desk, zoom: float) -> None:
        """Zooms about the middle of the window."""
        camera = desk.scene.camera
        desk.stop_camera()
        start = camera.x, camera.y, camera.zoom
        camera.zoom_about(camera.width / 2, camera.height / 2, zoom)
        goal = camera.x, camera.y, camera.zoom
        camera.x, camera.y, camera.zoom = start
        desk.look_to(*goal)

    # -- arranging

    def tidy(self, desk: Desk, call: Call) -> None:
        """Everything to a place of its own; one undo brings every place back."""
        del call
        scene = desk.scene
        items: list[Item] = []
        tracks: list[Item] = []
        for row in scene.table.all():
            row = int(row)
            ident, area = int(scene.table.ident[row]), scene.table.area(row)
            record = desk.mirror.get(ident)
            if scene.table.kind[row] == GHOST:
                continue
            outliner = desk.outliners.get(ident)
            kernel = record is not None and is_kernel(record) and not (outliner and outliner.open)
            parents = record.parents if record is not None else ()
            item = Item(ident, area.w, area.h, parents, kernel)
            (tracks if scene.table.kind[row] == TRACK else items).append(item)
        objects = [item for item in items if item.ident > 0]
        cards = [item for item in items if item.ident <= 0]
        places = tidy(objects, CORNER)
        by_ident = {item.ident: item for item in objects}
        right = max([at.x + by_ident[ident].width for ident, at in places.items()], default=CORNER.x)
        y = CORNER.y
        for item in [*tracks, *cards]:
            places[item.ident] = Point(right + 56, y)
            y += item.height + 28
        for proposal in desk.proposals.values():
            at, card = places.get(proposal.ident), scene.area(proposal.ident)
            if at is not None and card is not None and proposal.ghost in scene.rows:
                places[proposal.ghost] = Point(at.x + card.w + 48, at.y + 40)
        before = {ident: desk.corner(ident) for ident in places}
        desk.undo.did(MoveStep("Clean up", before, dict(places)))
        desk.glide(places, TIDY)
        self.session.stage.save(places)
        self._frame(desk, places)

    def _frame(self, desk: Desk, places: dict[int, Point]) -> None:
        """Shows everything as it will stand."""
        areas = None
        for ident, at in places.items():
            area = desk.scene.table.area(desk.scene.rows[ident])._replace(x=at.x, y=at.y)
            areas = area if areas is None else areas.joined(area)
        if areas is not None:
            desk.look_to(*desk.scene.camera.framing(areas), lasts=TIDY)

    def nudge(self, key: str, step: int):  # type: ignore[no-untyped-def]
        dx, dy = NUDGE[key]

        def run(desk: Desk, call: Call) -> None:
            del call
            idents = [int(desk.scene.table.ident[row]) for row in attention(desk)]
            before = {ident: desk.corner(ident) for ident in idents}
            places = {ident: Point(at.x + dx * step, at.y + dy * step) for ident, at in before.items()}
            for ident, at in places.items():
                desk.scene.table.move_to(desk.scene.rows[ident], at.x, at.y)
            label = f"Move {desk.scene.face(desk.scene.rows[idents[0]]).name}"
            desk.moved(label if len(idents) == 1 else f"Move {len(idents)} things", before)
            self.session.stage.save(idents)

        return run

    def save(self, desk: Desk, call: Call) -> None:
        del desk
        self.session.stage.save(call.argument)

    # -- there and away

    def put_away(self, desk: Desk, call: Call) -> None:
        if isinstance(call.argument, int):
            idents = [call.argument]
        else:
            idents = [int(desk.scene.table.ident[row]) for row in attention(desk)]
        objects = []
        for ident in idents:
            row = desk.scene.rows.get(ident)
            if row is None or desk.scene.table.kind[row] == TRACK:
                continue
            if desk.editing is not None and desk.editing.ident == ident:
                desk.leave_edit()
            if any(ident in (one.ident, one.ghost) for one in desk.proposals.values()):
                desk.say("A proposal stays until you decide: Install, Reject or Try again.")
                continue
            desk.scene.remove(ident)
            if ident in desk.outliners:
                desk.away.add(ident)
                objects.append(ident)
        self.session.stage.save(objects)
        if objects:
            name = desk.mirror.title(objects[0])
            what = name if len(objects) == 1 else f"{len(objects)} objects"
            desk.say(f"{what} put away. The world's menu brings it back.")

    def bring_back(self, desk: Desk, call: Call) -> None:
        del call
        for ident in sorted(desk.away):
            record = desk.mirror.get(ident)
            if record is not None:
                self.session.arrive(record, desk.scene.camera.seen(margin=-80).centre)
        desk.away.clear()

    def choose(self, desk: Desk, call: Call) -> None:
        """Pressing has raised it and given it the keyboard already."""
        del desk, call

    def retry(self, desk: Desk, call: Call) -> None:
        del call
        for row in attention(desk):
            desk.scene.retry(int(row))

    def welcome(self, desk: Desk, call: Call) -> None:
        """The card for newcomers, again."""
        del call
        row = self.session.stage.greet(desk.scene.camera.seen().centre)
        area = desk.scene.table.area(row)
        near = Point(round(area.x - area.w / 2), round(area.y - area.h / 2))
        at = free_place(area.w, area.h, near, desk.taken(but=(int(desk.scene.table.ident[row]),)))
        desk.scene.table.move_to(row, at.x, at.y)
        desk.show(int(desk.scene.table.ident[row]))

    def no_welcome(self, desk: Desk) -> bool:
        del desk
        return self.session.stage.welcome_at is None

    def dark(self, desk: Desk, call: Call) -> None:
        del call
        desk.use_palette(desk.palette is not DARK)

    def still(self, desk: Desk, call: Call) -> None:
        del call
        desk.scene.motion.still = desk.glass.motion.still = not desk.scene.motion.still

    # -- the keyboard's way from thing to thing

    def next(self, desk: Desk, call: Call) -> None:
        del call
        self._go(desk, 1)

    def previous(self, desk: Desk, call: Call) -> None:
        del call
        self._go(desk, -1)

    def _go(self, desk: Desk, step: int) -> None:
        scene = desk.scene
        rows = [int(row) for row in scene.table.all()]
        if not rows:
            return
        rows.sort(key=lambda row: (scene.table.area(row).x // 200, scene.table.area(row).y))
        here = rows.index(scene.focus[0]) if scene.focus and scene.focus[0] in rows else -1 if step > 0 else 0
        desk.show(int(scene.table.ident[rows[(here + step) % len(rows)]]))

    def select_all(self, desk: Desk, call: Call) -> None:
        del call
        desk.scene.selected = {int(row) for row in desk.scene.table.all()}


def attention(desk: Desk) -> Rows:
    """The selected morphs, else the focused one."""
    if desk.scene.selected:
        return np.array(sorted(desk.scene.selected), np.intp)
    return np.array([desk.scene.focus[0]] if desk.scene.focus else [], np.intp)


def has_attention(desk: Desk) -> bool:
    return len(attention(desk)) > 0


def has_fault(desk: Desk) -> bool:
    return any(int(row) in desk.scene.faults for row in attention(desk))


def back_label(desk: Desk) -> str:
    return f"Bring back what was put away ({len(desk.away)})"
