"""Commands about objects: look, edit, undo. Every edit goes through the committer and is answered after its commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from ..bridge.paging import pages
from ..cycles.proposing import judge
from ..image import edits
from ..image.edits import Change, Edit
from ..image.errors import Refused
from ..image.neutral import from_neutral, inspect_row, object_row, to_neutral
from ..image.world import World
from ..objects import Method, MethodError, SlotHolder, UvmObject
from .parts import PERSON, Handler, Parts, Reply, then


def objects(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Every object, a page of at most `limit` rows and 1 MiB at a time, beginning after id `after`."""
    return _page(parts, fields, object_row)


def snapshot(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Every object whole, as `inspect` shows it, a page at a time."""
    return _page(parts, fields, lambda world, _number, holder: inspect_row(world, holder))


def _page(parts: Parts, fields: Mapping[str, Any], make: Callable[[World, int, UvmObject], dict[str, Any]]) -> Reply:
    """Rows of objects in order of id; `next` is the id to go on after, `tid` is not newer than they are."""
    tid = parts.image.tid

    def read(world: World) -> Reply:
        table = world.record.objects
        page = next(
            pages(
                (make(world, number, holder) for number, holder in table.items(min=fields["after"] + 1)),
                max_rows=fields["limit"],
            )
        )
        last = page[-1]["id"] if page else 0
        return {"status": "ok", "result": page, "next": last if page and table.maxKey() > last else None, "tid": tid}

    return parts.image.read(read)


def inspect(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """The slots of one object, its own and what it inherits."""
    tid = parts.image.tid
    row = parts.image.read(lambda world: inspect_row(world, world.resolve(fields["target_oid"])))
    return {"status": "ok", "result": row, "tid": tid}


def set_slot(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Write one slot. A method is audited first, like any other."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        target = world.resolve(fields["target_oid"])
        value = neutral_value(world, fields["value"])
        if isinstance(value, Method):
            value = audited(value, fields["slot"])
        change = edits.put_slot(world, target, fields["slot"], value)
        return None, [change], f"Set {fields['slot']} of {world.label_of(target)}"

    return _edit(parts, work)


def neutral_value(world: World, value: Any) -> Any:
    """A value of a request as a slot takes it."""
    try:
        return from_neutral(world, value)
    except (TypeError, MethodError) as problem:
        raise Refused("bad_value", f"That value cannot be kept: {problem}.") from problem


def audited(method: Method, slot: str) -> Method:
    """A person's method as it may be installed: audited, with the covenant line put in where only that is missing."""
    verdict = judge(method.source, slot)
    if not verdict.accepted:
        raise Refused("guardian", " ".join(verdict.reasons()), findings=verdict.findings)
    return Method(verdict.source, {"by": PERSON})


def unset_slot(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Remove one slot."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        target = world.resolve(fields["target_oid"])
        change = edits.remove_slot(world, target, fields["slot"])
        return None, [change], f"Remove {fields['slot']} of {world.label_of(target)}"

    return _edit(parts, work)


def rename_slot(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Give one slot another name."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        target = world.resolve(fields["target_oid"])
        changes = edits.rename_slot(world, target, fields["slot"], fields["to"])
        return None, changes, f"Rename {fields['slot']} of {world.label_of(target)} to {fields['to']}"

    return _edit(parts, work)


def new_object(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Make an object; without a parent it gets traits_obj."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        parent = world.resolve(fields["parent"] if fields["parent"] is not None else "traits_obj")
        slots = {str(name): neutral_value(world, value) for name, value in fields["slots"].items()}
        slots = {name: audited(v, name) if isinstance(v, Method) else v for name, v in slots.items()}
        made, change = edits.new_object(world, parent, fields["name"], slots)
        return _made(world, made), [change], f"New object {world.label_of(made)}"

    return _edit(parts, work)


def child_of(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Make an object whose parent is another, under a free name."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        parent = world.resolve(fields["target_oid"])
        name = fields["name"] or world.free_name(world.name_of(parent) or "object")
        made, change = edits.new_object(world, parent, name, {})
        return _made(world, made), [change], f"Child {name} of {world.label_of(parent)}"

    return _edit(parts, work)


def clone_object(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Clone an object under a free name."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        target = world.resolve(fields["target_oid"])
        made, change = edits.clone_object(world, target)
        return _made(world, made), [change], f"Clone {world.label_of(target)} as {world.label_of(made)}"

    return _edit(parts, work)


def delete_object(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Take an object out of the image; undo brings it back."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        target = world.resolve(fields["target_oid"])
        label = world.label_of(target)
        return None, [edits.delete_object(world, target)], f"Delete {label}"

    return _edit(parts, work)


def undo(parts: Parts, fields: Mapping[str, Any]) -> Future[Reply]:
    """Take back an edit, the last one that still stands if none is named."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        edit = edit_to_undo(world, fields["edit"])
        return edit.number, edits.undo(world, edit), f"Undo: {edit.words}"

    return _undoing(parts, work)


def redo(parts: Parts, _fields: Mapping[str, Any]) -> Future[Reply]:
    """Do again what was taken back last, where nothing else was done since."""

    def work(world: World) -> tuple[Any, list[Change], str]:
        newest: Edit | None = next((e for e in reversed(world.record.edits.values()) if e.undone_by is None), None)
        if newest is None or newest.undoes is None:
            raise Refused("nothing", "There is nothing to do again.")
        words = world.record.edits[newest.undoes].words
        return newest.number, edits.undo(world, newest), f"Redo: {words}"

    return _undoing(parts, work)


def _undoing(parts: Parts, work: Callable[[World], tuple[Any, list[Change], str]]) -> Future[Reply]:
    def reply(done: Any) -> Reply:
        return {
            "status": "ok",
            "edit": done.edit,
            "undone": done.answer,
            "words": done.words,
            "tid": done.committed.tid,
        }

    return then(parts.committer.submit(work, PERSON, undo=True), reply)


def edit_to_undo(world: World, number: int | None) -> Edit:
    """The edit that is named, else the last that is not undone and is no undo itself."""
    if number is not None:
        found: Edit | None = world.record.edits.get(number)
        if found is None:
            raise Refused("unknown_edit", f"There is no edit {number}.")
        return found
    for edit in reversed(world.record.edits.values()):
        if edit.undone_by is None and edit.undoes is None:
            return edit
    raise Refused("nothing", "There is nothing to undo.")


def history(parts: Parts, fields: Mapping[str, Any]) -> Reply:
    """Edits, newest first, of one object if one is named."""

    def read(world: World) -> list[dict[str, Any]]:
        target = world.resolve(fields["target_oid"]) if fields["target_oid"] is not None else None
        rows: list[dict[str, Any]] = []
        for edit in reversed(world.record.edits.values()):
            if len(rows) == fields["limit"]:
                break
            if target is None or any(change.target is target for change in edit.changes):
                rows.append(edit_row(world, edit))
        return rows

    return {"status": "ok", "result": parts.image.read(read)}


def edit_row(world: World, edit: Edit) -> dict[str, Any]:
    """An edit as `history` lists it; what was not there is null in `before` or `after`, with `absent` naming it."""
    return {
        "id": edit.number,
        "who": edit.who,
        "words": edit.words,
        "at": edit.at,
        "undone": edit.undone_by is not None,
        "undoes": edit.undoes,
        "changes": [
            {
                "id": world.id_of(change.target),
                "name": world.name_of(change.target),
                "slot": change.slot,
                "before": _shown(world, change.before),
                "after": _shown(world, change.after),
                "absent": [side for side in ("before", "after") if getattr(change, side) == edits.ABSENT],
            }
            for change in edit.changes
        ],
    }


def _shown(world: World, value: Any) -> Any:
    return None if value == edits.ABSENT else to_neutral(world, value)


def _made(world: World, made: SlotHolder) -> tuple[int, str | None]:
    return world.id_of(made), world.name_of(made)


def _edit(parts: Parts, work: Callable[[World], tuple[Any, list[Change], str]]) -> Future[Reply]:
    def reply(done: Any) -> Reply:
        row: Reply = {"status": "ok", "edit": done.edit, "words": done.words, "tid": done.committed.tid}
        if done.answer is not None:
            row["id"], row["name"] = done.answer
        return row

    return then(parts.committer.submit(work, PERSON), reply)


HANDLERS: Mapping[str, Handler] = {
    "objects": objects,
    "snapshot": snapshot,
    "inspect": inspect,
    "set_slot": set_slot,
    "unset_slot": unset_slot,
    "rename_slot": rename_slot,
    "new_object": new_object,
    "child_of": child_of,
    "clone_object": clone_object,
    "delete_object": delete_object,
    "undo": undo,
    "redo": redo,
    "history": history,
}
