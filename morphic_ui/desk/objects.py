"""Commands about objects and their slots: open, edit, add, remove, clone, put away."""

from __future__ import annotations

from typing import Any

from ..model.fields import FieldState
from ..model.geometry import Point
from ..model.link import Refusal, Reply
from ..model.values import MethodText, NotAValue, read, show
from ..outliner.outliner import Outliner
from .commands import Call, Command
from .desk import Desk
from .edits import send_edit
from .session import Session


class ObjectCommands:
    """What people do with objects, carried out through the session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def table(self) -> list[Command]:
        one, editable = has_object, has_slot
        return [
            Command("object.toggle", "Open or close", self.toggle, "Shows the slots of an object, or only its title",
                    ("enter",), one, ("object",), here="object"),
            Command("object.view", "Show its slots", self.view, "Its slots, or the view of its own", ("v",), has_view,
                    ("object",), label=view_label, here="object"),
            Command("object.go", "Go to", self.go, "Brings the object that a slot points to"),
            Command("object.unfold", "Unfold", self.unfold, "Shows what is folded"),
            Command("object.menu", "Menu", self.menu, "Opens the object's menu"),
            Command("object.new", "New object", self.new, "Makes an object in the image", ("ctrl+n",),
                    menus=("world",), here="world"),
            Command("object.clone", "Clone", self.clone, "A copy with its own slots and the same parents", ("ctrl+d",),
                    one, ("object",), here="object"),
            Command("object.child", "Child of it", self.child, "A new object that delegates to this one",
                    ("ctrl+shift+d",), one, ("object",), here="object"),
            Command("object.rename_begin", "Rename", self.rename_begin, "Gives the object another name", ("f2",), one,
                    ("object",), here="object"),
            Command("object.rename", "Rename", self.rename, "Takes the typed name"),
            Command("object.add_slot", "Add a slot", self.add_begin, "name = value", ("insert", "plus"), one,
                    ("object",), here="object"),
            Command("object.message", "Write a message", self.message, "Puts the cursor into the message field",
                    ("m",), one, ("object",), here="object"),
            Command("object.delete", "Delete from the image", self.delete,
                    "Removes the object itself; Ctrl+Z brings it back", ("shift+delete",), one, ("object",),
                    here="object"),
            Command("slot.choose", "Choose the slot", self.choose),
            Command("slot.set", "Set", self.set, "Takes the typed value"),
            Command("slot.set_method", "Keep the method", self.set_method, "Audited like any other"),
            Command("slot.add", "Add", self.add, "Takes the typed slot"),
            Command("slot.rename", "Rename the slot", self.rename_slot),
            Command("slot.rename_begin", "Rename the slot", self.rename_slot_begin, "", ("shift+f2",), editable,
                    ("object",), here="object"),
            Command("slot.edit", "Edit the slot", self.edit_begin, "", ("e",), editable, ("object",), here="object"),
            Command("slot.remove", "Remove the slot", self.remove_slot, "Ctrl+Z brings it back", ("ctrl+delete",),
                    editable, ("object",), label=remove_label, here="object"),
        ]  # fmt: skip

    # -- the object

    def toggle(self, desk: Desk, call: Call) -> None:
        outliner = chosen(desk, call.argument if isinstance(call.argument, int) else None)
        if outliner is None:
            return
        outliner.open = not outliner.open
        if outliner.open:
            self.session.look_into(outliner.ident)
        desk.touch(outliner.ident)
        row = desk.scene.rows[outliner.ident]
        desk.scene.layout(row)
        self.session.stage.save((outliner.ident,))

    def view(self, desk: Desk, call: Call) -> None:
        """From an object's own view to its slots, and back."""
        outliner = chosen(desk, call.ident)
        if outliner is not None:
            outliner.plain = not outliner.plain
            outliner.open = True
            self.session.look_into(outliner.ident)
            desk.touch(outliner.ident)
            self.session.stage.save((outliner.ident,))

    def _slots(self, desk: Desk, outliner: Outliner) -> None:
        """What is about to be done needs the slots: a view of its own gives way to them."""
        if desk.view_of(outliner) is not None:
            self.view(desk, Call(ident=outliner.ident))
        elif not outliner.open:
            self.toggle(desk, Call(outliner.ident))

    def go(self, desk: Desk, call: Call) -> None:
        ident = int(call.argument)
        if ident not in desk.scene.rows:
            record = desk.mirror.get(ident)
            if record is None:
                desk.say("That object is not in the image any more.", trouble=True)
                return
            self.bring(desk, ident)
        desk.show(ident)

    def bring(self, desk: Desk, ident: int) -> None:
        """Brings back a morph that was put away, or takes a state off the track."""
        record = desk.mirror.get(ident)
        if record is not None:
            desk.away.discard(ident)
            self.session.arrive(record, desk.scene.camera.seen(margin=-80).centre, open_=True)
            self.session.look_into(ident)

    def unfold(self, desk: Desk, call: Call) -> None:
        ident, name = call.argument
        desk.outliners[ident].toggle(name)
        desk.touch(ident)

    def menu(self, desk: Desk, call: Call) -> None:
        desk.run("menu.morph", Call(argument=None, ident=int(call.argument)))

    def new(self, desk: Desk, call: Call) -> None:
        at = call.argument if isinstance(call.argument, Point) else desk.scene.camera.seen().centre
        self._make(desk, "new_object", "New object", at, {"parent": self._default_parent(desk), "slots": {}})

    def _default_parent(self, desk: Desk) -> Any:
        found = desk.mirror.find("traits_obj")
        return found.id if found is not None else None

    def clone(self, desk: Desk, call: Call) -> None:
        self._copy(desk, call, "clone_object", "Clone")

    def child(self, desk: Desk, call: Call) -> None:
        self._copy(desk, call, "child_of", "Child of")

    def _copy(self, desk: Desk, call: Call, command: str, word: str) -> None:
        outliner = chosen(desk, call.ident)
        if outliner is None:
            return
        area = desk.scene.area(outliner.ident)
        at = Point(area.right + 28, area.y + 28) if area else desk.scene.camera.seen().centre
        self._make(desk, command, f"{word} {outliner.title}", at, {"target_oid": outliner.ident})

    def _make(self, desk: Desk, command: str, label: str, at: Point, fields: dict[str, Any]) -> None:
        at = Point(round(at.x), round(at.y))
        expected = (at, True)
        self.session.stage.expected.append(expected)

        def yes(reply: Reply) -> None:
            ident = reply.get("id")
            if isinstance(ident, int):
                self._show_new(desk, ident, at)

        def no(refusal: Refusal) -> None:
            if expected in self.session.stage.expected:
                self.session.stage.expected.remove(expected)
            desk.say(f"{label}: {refusal.message}", trouble=True)

        fields = {name: value for name, value in fields.items() if value is not None}
        send_edit(self.session, label, command, yes, no, **fields)

    def _show_new(self, desk: Desk, ident: int, at: Point) -> None:
        """The new object is known by number; its slots may come before or after this."""
        if ident not in desk.scene.rows:
            if self.session.stage.expected:
                self.session.stage.expected.pop(0)
            record = desk.mirror.list_row({"id": ident, "name": None, "parents": (), "slots": 0})
            self.session.arrive(record, at, open_=True)
        self.session.look_into(ident)
        desk.show(ident)

    def rename_begin(self, desk: Desk, call: Call) -> None:
        outliner = chosen(desk, call.ident)
        if outliner is None:
            return
        self._slots(desk, outliner)
        row = desk.scene.rows[outliner.ident]
        # The field only exists while it is edited: it is laid out first, then found.
        desk.scene.editing = (row, "rename:")
        outliner.typed["rename:"] = outliner.title
        desk.touch(outliner.ident)
        desk.edit_part(outliner.ident, "rename:")

    def rename(self, desk: Desk, call: Call) -> None:
        """An object's display name is its own `name` slot."""
        ident = int(call.argument)
        outliner, text = desk.outliners[ident], call.text.strip()
        outliner.typed.pop("rename:", None)
        if not text or text == outliner.title:
            return
        self._send_edit(desk, outliner, f"Rename to {text}", "set_slot", target_oid=ident, slot="name", value=text)

    def message(self, desk: Desk, call: Call) -> None:
        outliner = chosen(desk, call.ident)
        if outliner is not None:
            self._slots(desk, outliner)
            desk.edit_part(outliner.ident, "message:")

    def delete(self, desk: Desk, call: Call) -> None:
        outliner = chosen(desk, call.ident)
        if outliner is None:
            return
        label = f"Delete {outliner.title}"

        def yes(_reply: Reply) -> None:
            desk.say(f"{outliner.title} is deleted. Ctrl+Z brings it back.")
            self.session.forget(outliner.ident)

        def no(refusal: Refusal) -> None:
            desk.say(f"{label}: {refusal.message}", True)

        brings = (outliner.ident, desk.corner(outliner.ident))
        send_edit(self.session, label, "delete_object", yes, no, brings, target_oid=outliner.ident)

    # -- slots

    def choose(self, desk: Desk, call: Call) -> None:
        ident, slot = call.argument
        row = desk.scene.row_of(ident)
        if row is not None:
            desk.scene.focus = (row, f"value:{slot}")

    def edit_begin(self, desk: Desk, call: Call) -> None:
        del call
        found = chosen_slot(desk)
        if found is not None and not desk.edit_part(found[0].ident, f"value:{found[1]}"):
            desk.say(f"{found[1]} cannot be edited as text.")

    def rename_slot_begin(self, desk: Desk, call: Call) -> None:
        del call
        found = chosen_slot(desk)
        if found is not None:
            desk.edit_part(found[0].ident, f"name:{found[1]}")

    def set(self, desk: Desk, call: Call) -> None:
        ident, slot = call.argument
        outliner = desk.outliners[ident]
        known = outliner.field(slot)
        known.type(call.text)
        try:
            value = read(call.text, desk.mirror.find)
        except NotAValue as problem:
            known.refuse_text(str(problem))
            desk.touch(ident)
            return
        seq = desk.next_seq()
        known.send(value, seq)
        label = f"{slot} = {show(value)}"

        def yes(reply: Reply) -> None:
            known.acknowledge(seq, int(reply.get("tid") or 0))
            desk.touch(ident)

        def no(refusal: Refusal) -> None:
            if known.state is FieldState.SAVING:
                known.refuse(seq, refusal.message)
            desk.touch(ident)

        desk.touch(ident)
        send_edit(self.session, label, "set_slot", yes, no, target_oid=ident, slot=slot, value=value)

    def set_method(self, desk: Desk, call: Call) -> None:
        """A person's own source: the image audits it like any other; a refusal keeps what was typed."""
        ident, slot = call.argument
        outliner, part = desk.outliners[ident], f"code:{slot}"
        known = outliner.record.slot(slot)
        outliner.problem.pop(part, None)
        if known is not None and call.text.strip() == str(known.value).strip():
            outliner.typed.pop(part, None)
            desk.touch(ident)
            return
        outliner.typed[part] = call.text

        def yes(_reply: Reply) -> None:
            outliner.typed.pop(part, None)
            self.session.look_into(ident)

        def no(refusal: Refusal) -> None:
            outliner.problem[part] = refusal.message
            desk.touch(ident)

        send_edit(
            self.session, f"Edit {slot}", "set_slot", yes, no, target_oid=ident, slot=slot,
            value=MethodText(call.text),
        )  # fmt: skip
        desk.touch(ident)

    def _send_edit(self, desk: Desk, outliner: Outliner, label: str, command: str, **fields: Any) -> None:
        def yes(_reply: Reply) -> None:
            self.session.look_into(outliner.ident)

        def no(refusal: Refusal) -> None:
            desk.say(f"{label}: {refusal.message}", True)

        send_edit(self.session, label, command, yes, no, **fields)

    def add_begin(self, desk: Desk, call: Call) -> None:
        outliner = chosen(desk, call.ident)
        if outliner is not None:
            self._slots(desk, outliner)
            desk.edit_part(outliner.ident, "add:")

    def add(self, desk: Desk, call: Call) -> None:
        ident = int(call.argument)
        outliner = desk.outliners[ident]
        name, equals, text = call.text.partition("=")
        name = name.strip()
        try:
            if not name.removesuffix("*").isidentifier():
                raise NotAValue("A slot is written name = value; its name is one word.")
            if outliner.record.slot(name) is not None:
                raise NotAValue(f"{name} is there already.")
            value = read(text, desk.mirror.find) if equals and text.strip() else None
        except NotAValue as problem:
            outliner.typed["add:"] = call.text
            outliner.problem["add:"] = str(problem)
            desk.touch(ident)
            return
        outliner.problem.pop("add:", None)
        outliner.typed.pop("add:", None)
        self._send_edit(desk, outliner, f"Add {name}", "set_slot", target_oid=ident, slot=name, value=value)
        desk.touch(ident)

    def rename_slot(self, desk: Desk, call: Call) -> None:
        ident, slot = call.argument
        outliner, text = desk.outliners[ident], call.text.strip()
        part = f"name:{slot}"
        outliner.problem.pop(part, None)
        if text != slot:
            if not text.removesuffix("*").isidentifier():
                outliner.problem[part] = "A slot's name is one word."
            else:
                self._send_edit(
                    desk, outliner, f"Rename {slot} to {text}", "rename_slot", target_oid=ident, slot=slot, to=text
                )
        desk.touch(ident)

    def remove_slot(self, desk: Desk, call: Call) -> None:
        del call
        found = chosen_slot(desk)
        if found is not None:
            outliner, slot = found
            self._send_edit(desk, outliner, f"Remove {slot}", "unset_slot", target_oid=outliner.ident, slot=slot)
            desk.scene.focus = (desk.scene.rows[outliner.ident], "")


def chosen(desk: Desk, ident: int | None = None) -> Outliner | None:
    """The outliner a command is about: the given one, else the focused morph's."""
    if ident is None and desk.scene.focus is not None:
        ident = int(desk.scene.table.ident[desk.scene.focus[0]])
    return None if ident is None or ident not in desk.scene.rows else desk.outliners.get(ident)


def has_object(desk: Desk) -> bool:
    return chosen(desk) is not None


def chosen_slot(desk: Desk) -> tuple[Outliner, str] | None:
    """The outliner and the own slot that have the keyboard."""
    outliner = chosen(desk)
    if outliner is None or desk.scene.focus is None:
        return None
    slot = desk.scene.focus[1].partition(":")[2]
    return (outliner, slot) if outliner.record.slot(slot) is not None else None


def has_slot(desk: Desk) -> bool:
    return chosen_slot(desk) is not None


def remove_label(desk: Desk) -> str:
    found = chosen_slot(desk)
    return f"Remove {found[1]}" if found else "Remove the slot"


def has_view(desk: Desk) -> bool:
    outliner = chosen(desk)
    return outliner is not None and any(view.shows(outliner) for view in desk.views)


def view_label(desk: Desk) -> str:
    outliner = chosen(desk)
    view = next((view for view in desk.views if outliner is not None and view.shows(outliner)), None)
    return f"Show the {view.word}" if outliner is not None and outliner.plain and view is not None else "Show its slots"
