"""Edits of the image: sent, shown as being saved, kept for undo, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model.geometry import Point
from ..model.link import Refusal, Reply
from ..model.undo import EditStep
from .session import Session
from .stage import Promise


def send_edit(
    session: Session,
    label: str,
    command: str,
    yes: Callable[[Reply], None],
    no: Callable[[Refusal], None],
    brings: tuple[int, Point] | None = None,
    **fields: Any,
) -> None:
    """Sends an edit. From now on Ctrl+Z takes it back; pressed before the image has answered, it waits for that."""
    desk = session.desk
    coming = desk.undo.sent(label, brings)
    desk.notes.saving += 1

    def saved(reply: Reply) -> None:
        desk.notes.saved()
        unwanted = desk.undo.arrived(coming, reply.get("edit"))
        yes(reply)
        if unwanted is not None:
            take_back(session, unwanted)
        desk.wake()

    def refused(refusal: Refusal) -> None:
        desk.notes.saved()
        desk.undo.lost(coming)
        no(refusal)
        desk.wake()

    session.call(command, saved, refused, **fields)


def take_back(session: Session, step: EditStep) -> None:
    """Has the image undo an edit, which is an edit itself."""
    desk = session.desk
    desk.notes.saving += 1

    if step.brings is not None:
        session.stage.promised[step.brings[0]] = Promise(step.brings[1])

    def yes(_reply: Reply) -> None:
        desk.notes.saved()
        if step.brings is not None:
            session.bring_again(step.brings[0])
        desk.undo.drop_undone(step)
        desk.say(f"Undone: {step.label}")

    def no(refusal: Refusal) -> None:
        desk.notes.saved()
        desk.undo.keep(step)
        if step.brings is not None:
            session.stage.promised.pop(step.brings[0], None)
        desk.say(f"{step.label} was not undone: {refusal.message}", trouble=True)

    fields = {} if step.edit is None else {"edit": step.edit}
    session.call("undo", yes, no, **fields)
