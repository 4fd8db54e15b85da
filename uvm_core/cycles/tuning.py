"""What a cycle of the steward needs: the slot changes that may answer a finding, the model's choice, the gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..cognition.asking.authoring import Record
from ..image.world import World
from ..objects import UvmObject


@dataclass(frozen=True)
class Option:
    """One slot change: of `slot` in `target`, from `now` to `then`; `words` say it to people and to the model."""

    target: UvmObject
    slot: str
    now: Any
    then: Any
    words: str


@dataclass(frozen=True)
class Chosen:
    """What the model chose, why in one sentence, and the record of asking."""

    option: Option
    because: str
    record: Record


class Tuning(Protocol):
    """The bounded slot changes that may answer a finding of the steward (they sit in the steward's room)."""

    def options(self, world: World, context: Mapping[str, Any]) -> Sequence[Option]:
        """What could be changed, in the image as the cycle sees it."""

    def choose(
        self,
        engine: Any,
        context: Mapping[str, Any],
        options: Sequence[Option],
        *,
        seed: int,
        on_text: Callable[[str], None] | None,
        cancel: Any,
    ) -> Chosen:
        """The model's choice among them, and its reason."""

    def check(self, world: World, option: Option) -> str | None:
        """Why a change cannot be proposed, in a sentence; None when it can."""
