"""Commands for what lies on the glass before the world: menus, the key sheet, cards that ask."""

from __future__ import annotations

from ..model.geometry import Point
from ..tools.card import AskFace, Choice
from ..tools.entry import FIELD, WIDTH, EntryFace
from ..tools.keysheet import KeySheetFace
from ..tools.menu import MenuFace, MenuRow
from ..tools.status import StatusFace
from .commands import Call, Command, shown_key
from .desk import Desk

EXTRA_KEYS = [
    ("Drag title", "Move a card; Esc puts it back"), ("Middle, Space", "Drag the world"),
    ("Ctrl+Wheel", "Zoom about the pointer"), ("Arrows", "Move it; Shift 10, Ctrl 100"),
]  # fmt: skip


class GlassCommands:
    """Menus and other passing things; one at a time."""

    def __init__(self, desk: Desk) -> None:
        self.asking: int | None = None
        self.status = StatusFace(desk.card_ident(), desk.notes)
        self.status_row = desk.glass.add(self.status)

    def table(self) -> list[Command]:
        return [
            Command("menu.world", "World menu", self.world, "What can be done here", ("f10",), here="world"),
            Command("menu.morph", "Menu", self.morph, "What can be done with this", ("shift+f10",)),
            Command("menu.run", "Run", self.run),
            Command("menu.next", "Next row", self.down),
            Command("menu.previous", "Row before", self.up),
            Command("menu.press", "Press", self.press),
            Command("glass.dismiss", "Close", self.dismiss),
            Command("glass.show", "Show", self.show, "Puts a card with a field on the glass"),
            Command("help.keys", "Keys", self.keys, "The keys that work here", ("question", "f1"), menus=("world",),
                    here="world"),
            Command("world.quit", "Close the world", self.quit, "The image lives on", ("ctrl+q",), menus=("world",),
                    here="world"),
            Command("world.keep_running", "Keep working", self.keep_running),
            Command("world.stop_and_close", "Stop and close", self.stop_and_close),
        ]  # fmt: skip

    def dismiss(self, desk: Desk, call: Call) -> None:
        del call
        if desk.passing is not None and desk.passing in desk.glass.rows:
            desk.glass.remove(desk.passing)
        desk.passing = None
        desk.glass.focus = None
        desk.wake()

    def show(self, desk: Desk, call: Call) -> None:
        """A card with one field, in the upper middle, its field open."""
        face = call.argument
        assert isinstance(face, EntryFace)
        camera = desk.glass.camera
        at = Point((camera.width - WIDTH * camera.scale) / 2, camera.height * 0.18)
        self._show(desk, face, at)
        desk.edit_part(face.ident, FIELD)

    def _show(self, desk: Desk, face: MenuFace | KeySheetFace | AskFace | EntryFace, at: Point | None) -> None:
        """Puts a face on the glass, inside the window; without a place in the middle."""
        self.dismiss(desk, Call())
        row = desk.glass.add(face)
        desk.passing = face.ident
        area, camera = desk.glass.table.area(row), desk.glass.camera
        width, height = camera.width / camera.scale, camera.height / camera.scale
        if at is None:
            x, y = (width - area.w) / 2, (height - area.h) / 2
        else:
            at = camera.to_world(*at)
            x, y = min(at.x, width - area.w - 8), min(at.y, height - area.h - 8)
        desk.glass.table.move_to(row, round(max(8, x)), round(max(8, y)))
        desk.glass.focus = (row, "")

    def world(self, desk: Desk, call: Call) -> None:
        at = call.argument if isinstance(call.argument, Point) else None
        desk.scene.focus = None
        world_at = desk.scene.camera.to_world(*at) if at else None
        rows = [
            MenuRow(one.name, desk.commands.title(one, desk), key_of(one), world_at)
            for one in desk.commands.menu("world", desk)
        ]
        self._show(desk, MenuFace(desk.card_ident(), "World", rows), at)

    def morph(self, desk: Desk, call: Call) -> None:
        if call.ident is not None and call.ident in desk.scene.rows:
            row = desk.scene.rows[call.ident]
            if desk.scene.focus is None or desk.scene.focus[0] != row:
                desk.scene.focus = (row, "")
        if desk.scene.focus is None:
            return
        row = desk.scene.focus[0]
        ident = int(desk.scene.table.ident[row])
        menu = "object" if ident in desk.outliners else "card"
        rows = [
            MenuRow(one.name, desk.commands.title(one, desk), key_of(one)) for one in desk.commands.menu(menu, desk)
        ]
        at = call.argument if isinstance(call.argument, Point) else None
        if at is None:
            area = desk.scene.table.area(row)
            at = desk.scene.camera.to_screen(area.right - 20, area.y + 34)
        if rows:
            self._show(desk, MenuFace(desk.card_ident(), desk.scene.face(row).name, rows), at)

    def run(self, desk: Desk, call: Call) -> None:
        row = call.argument
        self.dismiss(desk, Call())
        desk.run(row.command, Call(row.argument))

    def down(self, desk: Desk, call: Call) -> None:
        del call
        self.walk(desk, 1)

    def up(self, desk: Desk, call: Call) -> None:
        del call
        self.walk(desk, -1)

    def walk(self, desk: Desk, step: int) -> None:
        if desk.passing is None or desk.glass.focus is None:
            return
        row, part = desk.glass.focus
        names = [one.name for one in desk.glass.layout(row).parts if one.role == "button"]
        if names:
            here = names.index(part) if part in names else (-1 if step > 0 else 0)
            desk.glass.focus = (row, names[(here + step) % len(names)])

    def press(self, desk: Desk, call: Call) -> None:
        del call
        if desk.glass.focus is None:
            return
        row, name = desk.glass.focus
        part = desk.glass.layout(row).part(name)
        if part is not None and part.press:
            desk.run(part.press, Call(part.argument))

    def keys(self, desk: Desk, call: Call) -> None:
        """The key sheet, or away with it."""
        del call
        if desk.passing is not None:
            face = desk.glass.faces.get(desk.glass.rows.get(desk.passing, -1))
            if isinstance(face, KeySheetFace):
                self.dismiss(desk, Call())
                return
        self._show(desk, KeySheetFace(desk.card_ident(), key_groups(desk)), None)

    # -- closing

    def quit(self, desk: Desk, call: Call) -> None:
        """Closes the window; while cycles run, a card asks what to do with them."""
        del call
        live = [one for one in desk.board.live if one.status in ("running", "queued", "paused")]
        if not live:
            desk.quit()
            return
        what = "A cycle is" if len(live) == 1 else f"{len(live)} cycles are"
        face = AskFace(
            desk.card_ident(), f"{what} at work",
            "The image can go on without the window; what it proposes waits for you until you come back.",
            (
                Choice("Keep working in the background", "world.keep_running", main=True),
                Choice("Stop and close", "world.stop_and_close"),
                Choice("Stay here", "glass.dismiss"),
            ),
        )  # fmt: skip
        self._show(desk, face, None)

    def keep_running(self, desk: Desk, call: Call) -> None:
        del call
        self.dismiss(desk, Call())
        desk.quit()

    def stop_and_close(self, desk: Desk, call: Call) -> None:
        del call
        for one in desk.board.live:
            if not one.held:
                desk.link.call("cycle", mission=one.mission, action="stop")
        self.dismiss(desk, Call())
        desk.quit()

    # -- the status line

    def refresh(self, desk: Desk) -> None:
        """Lays the status line out anew when what it says has changed."""
        camera = desk.glass.camera
        self.status.width = camera.width / camera.scale
        notes = desk.notes
        note = notes.current(desk.now)
        mark = (notes.state, note, notes.waiting, notes.link, self.status.width)
        if mark != self._mark:
            self._mark = mark
            self.status.touch()

    _mark: tuple[object, ...] = ()


def key_of(command: Command) -> str:
    return shown_key(command.keys[0]) if command.keys else ""


def key_groups(desk: Desk) -> list[tuple[str, list[tuple[str, str]]]]:
    """The keys that are on the sheet, by where they work."""
    names = {"world": "World", "object": "Object", "cycle": "Cycle", "proposal": "Proposal"}
    groups: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    for command in desk.commands.commands.values():
        if command.here:
            groups[command.here].append((key_of(command), command.title))
    groups["world"] = EXTRA_KEYS + groups["world"]
    return [(names[name], rows) for name, rows in groups.items() if rows]
