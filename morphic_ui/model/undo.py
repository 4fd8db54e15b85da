"""Undo: what can be taken back, named so that people know what Ctrl+Z will do.

Moves are undone here. Edits of the image are undone by the image, by a new transaction; the step only keeps the edit's
number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .geometry import Point

MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class MoveStep:
    """One gesture that moved morphs."""

    label: str
    before: Mapping[int, Point]  # ident -> top left corner
    after: Mapping[int, Point]


@dataclass(frozen=True, slots=True)
class EditStep:
    """One edit of the image; None stands for the image's last one."""

    label: str
    edit: int | str | None
    brings: tuple[int, Point] | None = None  # an object that its undo brings back, and where it lay


@dataclass(slots=True, eq=False)
class Coming:
    """An edit that has been sent and is not acknowledged yet; its number is not known before."""

    label: str
    brings: tuple[int, Point] | None = None
    unwanted: bool = False  # Ctrl+Z was pressed meanwhile: it is undone as soon as it is there


Step = MoveStep | EditStep


@dataclass
class UndoStack:
    """Steps done, and moves undone that can be done again until something new happens.

    An edit stands in the order in which it was made from the moment it is sent: Ctrl+Z takes back what was done last,
    however long the image takes.
    """

    done: list[Step | Coming] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    def did(self, step: Step) -> None:
        self.done.append(step)
        del self.done[:-MOST_STEPS]
        self.undone.clear()

    def sent(self, label: str, brings: tuple[int, Point] | None = None) -> Coming:
        """An edit goes to the image."""
        coming = Coming(label, brings)
        self.done.append(coming)
        self.undone.clear()
        return coming

    def arrived(self, coming: Coming, edit: int | str | None) -> EditStep | None:
        """The image has the edit; the step comes back when it must be undone now."""
        step = EditStep(coming.label, edit, coming.brings)
        if coming in self.done:
            self.done[self.done.index(coming)] = step
        return step if coming.unwanted else None

    def lost(self, coming: Coming) -> None:
        """The image has refused the edit: there is nothing to undo."""
        if coming in self.done:
            self.done.remove(coming)

    def undo(self) -> Step | Coming | None:
        """The last step, now among the undone ones; the caller carries it out. An edit on its way is marked."""
        if not self.done:
            return None
        step = self.done.pop()
        if isinstance(step, Coming):
            step.unwanted = True
        else:
            self.undone.append(step)
        return step

    def redo(self) -> Step | None:
        if not self.undone:
            return None
        step = self.undone.pop()
        self.done.append(step)
        return step

    def keep(self, step: Step) -> None:
        """An undo was refused: the step stands where it stood."""
        if step in self.undone:
            self.undone.remove(step)
        self.done.append(step)

    def drop_undone(self, step: Step) -> None:
        """An undone edit is itself an edit of the image: it is not redone from here."""
        if step in self.undone:
            self.undone.remove(step)

    @property
    def undo_label(self) -> str:
        """For the menu: `Undo: paid = False`."""
        return f"Undo: {self.done[-1].label}" if self.done else "Nothing to undo"

    @property
    def redo_label(self) -> str:
        return f"Redo: {self.undone[-1].label}" if self.undone else "Nothing to redo"
