"""One model's way from where it lies to an engine that is awake, and into the image."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from ..image.image import Image
from .choosing import Choice
from .engines.engine import Cancelled, Engine
from .engines.shelf import OnSwap
from .models.adapters import Adapter
from .models.blobs import blob_fault
from .models.catalogue import known
from .models.chosen import Chosen, adopt, chosen_model, mark_chosen, stage, unstage
from .models.copies import Progress
from .models.experts import staging_folders
from .models.incarnation import Roster, incarnate, known_experts
from .models.preparing import Preparation

log = structlog.get_logger("mind")

Tell = Callable[[str, str, float | None], None]
"""Told a state ("converting", "storing", "waking"), words for people, and the share that is done, 0 to 1, or None."""


class Preparing(Protocol):
    """What makes a copy and can be stopped; see Preparation."""

    def run(self, tell: Progress) -> str: ...
    def stop(self) -> None: ...


def engine_from_files(
    files: Mapping[str, Path], model_id: str, sha256: str, adapters: Sequence[Adapter], on_swap: OnSwap
) -> Engine:
    """The engine that runs a model's files in this process; sha256: of its weights, kept with each answer.

    torch is imported here and no sooner.
    """
    from .engines.transformers_engine import TransformersEngine

    return TransformersEngine(files, model_id, adapters=adapters, on_swap=on_swap, sha256=sha256)


def engine_at_address(address: str, remote: bool) -> Engine:
    """The engine that asks a server. Errors: EngineUnavailable, also where remote addresses were not allowed."""
    from .engines.server_engine import ServerEngine

    return ServerEngine(address, allow_remote=remote)


@dataclass(frozen=True)
class Makers:
    """Who makes engines and copies; others in tests."""

    files: Callable[[Mapping[str, Path], str, str, Sequence[Adapter], OnSwap], Engine] = engine_from_files
    server: Callable[[str, bool], Engine] = engine_at_address
    copy: Callable[[list[str]], Preparing] = Preparation


@dataclass(frozen=True)
class Brought:
    """A model that is awake."""

    choice: Choice
    engine: Engine
    roster: Roster


class Bringing:
    """`run` in the thread that calls, then `adopt` makes it the image's own, or `undo` leaves the image as it was.

    `cancel` ends it from any other thread; what the image holds is then what it held before.
    """

    def __init__(
        self,
        image: Image,
        choice: Choice,
        tell: Tell,
        makers: Makers,
        adapters: Sequence[Path] | None,
        on_swap: OnSwap,
    ) -> None:
        self.choice = choice
        self._image = image
        self._tell = tell
        self._makers = makers
        self._adapters = adapters
        self._on_swap = on_swap
        self._held = Chosen()
        self._stored = False
        self._cancelled = threading.Event()
        self._preparing: Preparing | None = None

    def run(self) -> Brought:
        """The awake engine. Errors: EngineUnavailable with what is wrong, Cancelled; ImageError, OSError."""
        self._held = chosen_model(self._image)
        choice = self.choice
        if choice.kind == "server":
            self._tell("waking", f"{choice.name} is being asked for.", None)
            engine = self._makers.server(choice.name, choice.remote)
            meet = getattr(engine, "meet", None)
            if meet is not None:
                # A server that is not there does not become the image's model.
                meet(self._cancelled)
            self._check()
            return Brought(choice, engine, known_experts(self._image))
        files = self._files_in_image() or self._staged()
        self._check()
        self._tell("waking", f"{choice.name} is waking.", None)
        folders = staging_folders() if self._adapters is None else self._adapters
        roster = incarnate(self._image, folders, files.paths, files.manifest)
        engine = self._makers.files(files.paths, choice.name, files.weights_sha256, roster.adapters, self._on_swap)
        self._check()
        return Brought(choice, engine, roster)

    def adopt(self) -> None:
        """Make it the image's own; nothing is written where it is already."""
        choice, held = self.choice, self._held
        if choice.kind == "server":
            if (held.model_id, held.remote) != (choice.name, choice.remote) or held.manifest:
                adopt(self._image, choice.name, by_person=choice.by_person, staged=False, remote=choice.remote)
        elif self._stored:
            adopt(self._image, choice.name, by_person=choice.by_person, staged=True)
        elif choice.by_person and not held.by_person:
            mark_chosen(self._image)

    def undo(self) -> None:
        """Leave nothing of it in the image."""
        if self._stored:
            unstage(self._image)

    def cancel(self) -> None:
        self._cancelled.set()
        preparing = self._preparing
        if preparing is not None:
            preparing.stop()

    def _files_in_image(self) -> Chosen | None:
        """The image's own files, where they are this model's and whole."""
        held = self._held
        entry = known(held.model_id)
        if not held.manifest or self.choice.name != (entry.id if entry is not None else held.model_id):
            return None
        self._tell("waking", f"{self.choice.name} is waking.", None)
        fault = blob_fault(held.paths, held.manifest)
        if fault is None:
            return held
        log.warning("model_blobs_damaged", problem=fault)
        self._tell("storing", f"{fault} It is brought in again.", None)
        return None

    def _staged(self) -> Chosen:
        """The files brought in, beside those that the image has."""
        choice = self.choice
        if choice.kind == "catalogue":
            choice.check()
            self._prepare()
        model = choice.files(lambda stage_, _share: self._checked("converting", stage_, None))
        words = f"The files of {choice.name} are being put into the image."
        self._checked("storing", words, 0.0)
        told = [0]

        def copied(share: float) -> None:
            self._check()
            # A hundred steps are enough for whoever looks on.
            if int(share * 100) > told[0]:
                told[0] = int(share * 100)
                self._tell("storing", words, share)

        # From here on there may be something to drop.
        self._stored = True
        return stage(self._image, model, copied)

    def _prepare(self) -> None:
        """Have the user's copy made, in a process of its own, if there is none yet."""
        self._preparing = self._makers.copy([self.choice.name])
        self._checked("converting", f"{self.choice.name} is being prepared, once for this user.", 0.0)
        self._preparing.run(lambda words, share: self._checked("converting", words, share))

    def _checked(self, state: str, words: str, share: float | None) -> None:
        self._check()
        self._tell(state, words, share)

    def _check(self) -> None:
        if self._cancelled.is_set():
            raise Cancelled
