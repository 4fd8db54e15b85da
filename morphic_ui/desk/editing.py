"""The one text that is being edited: where it stands, and what happens to it."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.face import Edit, Part
from ..model.scene import Scene


@dataclass(slots=True)
class Editing:
    """The editor over a part of a face. The text lives here, so that it outlives the window's widget."""

    ident: int
    part: str
    edit: Edit
    text: str
    begun_with: str
    scene: Scene
    serial: int = 0

    @property
    def changed(self) -> bool:
        return self.text != self.begun_with

    def found(self) -> tuple[int, Part] | None:
        """The row and the part as they are now; None when they are gone."""
        row = self.scene.row_of(self.ident)
        if row is None:
            return None
        part = self.scene.layout(row).part(self.part)
        return None if part is None or part.edit is None else (row, part)
