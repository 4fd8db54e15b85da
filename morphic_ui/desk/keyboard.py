"""Keys: what a pressed key does here. Key names are words joined by +: ctrl+shift+z, delete, question."""

from __future__ import annotations

from .desk import Desk
from .pointer import Hand

# Keys that the editor keeps for itself while text is being typed.
EDITOR_KEYS = frozenset({"left", "right", "up", "down", "delete", "space", "tab", "shift+tab"})
# Commands with these keys work while text is being typed.
OVER_TEXT = frozenset({"ctrl+enter", "f1", "f11", "ctrl+q", "ctrl+s"})


class Keyboard:
    """Sends keys to the editor, to the menu on the glass, or to the table of commands."""

    def __init__(self, desk: Desk, hand: Hand) -> None:
        self.desk, self.hand = desk, hand

    def down(self, key: str) -> bool:
        """A key goes down. True when it was used here and must not reach the editor."""
        desk = self.desk
        if key == "escape":
            self.escape()
            return True
        if desk.editing is not None:
            return self._over_text(key)
        if desk.passing is not None and desk.glass.focus is not None and self._in_menu(key):
            return True
        if key == "space":
            self.hand.space = True
            return True
        command = desk.commands.by_key(key, desk)
        if command is None:
            return False
        desk.run(command.name)
        return True

    def up(self, key: str) -> None:
        if key == "space":
            self.hand.space = False

    def _over_text(self, key: str) -> bool:
        desk = self.desk
        editing = desk.editing
        assert editing is not None
        if key == "ctrl+enter" or (key == "enter" and not editing.edit.lines):
            desk.enter()
            return True
        if key in ("tab", "shift+tab") and not editing.edit.lines:
            self._next_field(-1 if key == "shift+tab" else 1)
            return True
        if key in OVER_TEXT:
            command = desk.commands.by_key(key, desk)
            if command is not None:
                desk.run(command.name)
                return True
        return False

    def _next_field(self, step: int) -> None:
        """Tab goes to the next field of the same morph."""
        desk = self.desk
        editing = desk.editing
        assert editing is not None
        row = editing.scene.row_of(editing.ident)
        if row is None:
            return
        names = [part.name for part in editing.scene.layout(row).parts if part.edit is not None and part.role != "name"]
        if editing.part not in names:
            return
        name = names[(names.index(editing.part) + step) % len(names)]
        ident = editing.ident
        desk.leave_edit()
        desk.edit_part(ident, name)

    def _in_menu(self, key: str) -> bool:
        """Arrows walk a menu, Enter presses."""
        desk = self.desk
        step = {"down": 1, "up": -1, "tab": 1, "shift+tab": -1}.get(key)
        if step is not None:
            desk.run("menu.next" if step > 0 else "menu.previous")
            return True
        if key in ("enter", "space"):
            desk.run("menu.press")
            return True
        return False

    def escape(self) -> None:
        """Always the gentlest way out: put back, close the menu, leave the text, let go of the selection."""
        desk = self.desk
        if self.hand.put_back():
            desk.wake()
        elif desk.editing is not None:
            on_glass = desk.editing.scene is desk.glass
            desk.cancel_edit()
            if on_glass:
                # A card with one field is nothing without it.
                self._leave_glass()
        elif desk.passing is not None:
            desk.run("glass.dismiss")
        elif desk.glass.focus is not None or desk.commands.by_key("escape", desk) is not None:
            self._leave_glass()
        elif desk.scene.selected:
            desk.scene.selected.clear()
        elif any(one.outcome for one in desk.proposals.values()):
            desk.run("proposal.done")
        else:
            desk.scene.focus = None
        desk.wake()

    def _leave_glass(self) -> None:
        """Takes away what lies on the glass: what is passing, else the panel that says Escape is its way out."""
        desk = self.desk
        if desk.passing is not None:
            desk.run("glass.dismiss")
            return
        desk.glass.focus = None
        command = desk.commands.by_key("escape", desk)
        if command is not None:
            desk.run(command.name)
