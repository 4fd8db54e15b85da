"""Puts a desk together: commands, session, hand and keyboard over one link."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.errands import Errands
from ..model.link import Link
from ..model.text import Measurer
from ..model.theme import DARK, LIGHT
from .candidates import CandidateCommands
from .commands import CommandTable
from .cycles import CycleCommands
from .desk import Desk
from .documents import DocumentCommands
from .glass import GlassCommands
from .intake import IntakeCommands
from .keyboard import Keyboard
from .messages import MessageCommands
from .models import ModelCommands
from .objects import ObjectCommands
from .pointer import Hand
from .questions import QuestionCommands
from .search import SearchCommands
from .session import Session
from .system import SystemCommands
from .world import WorldCommands


@dataclass(frozen=True, slots=True)
class World:
    """A whole world without a window."""

    desk: Desk
    session: Session
    hand: Hand
    keyboard: Keyboard
    glass: GlassCommands
    search: SearchCommands
    system: SystemCommands

    def advance(self, now: float) -> bool:
        """Sets the clock; True while another frame is wanted by itself."""
        self.desk.now = now
        self.desk.errands.drain()
        self.session.stage.tick(now)
        self.system.tick(now)
        self.search.place(self.desk)
        self.session.stage.settle()
        moving = self.desk.advance(now)
        self.glass.refresh(self.desk)
        return moving

    def due(self) -> float | None:
        """When a frame is wanted next although nothing moves and nobody does anything."""
        now = self.desk.now
        times = (self.session.stage.due(now), self.system.due(now), self.desk.notes.until(now), self.hand.due())
        return min((time for time in times if time is not None), default=None)

    def open(self) -> None:
        self.desk.link.open(self.session)


def build(link: Link, measure: Measurer, *, dark: bool = False, width: float = 1280, height: float = 800,
          density: float = 1.0, errands: Errands | None = None) -> World:  # fmt: skip
    """A world over a link; nothing is asked of the link before `open`."""
    commands = CommandTable()
    desk = Desk(link, measure, commands, DARK if dark else LIGHT, errands=errands or Errands())
    desk.errands.wake = lambda: desk.wake()
    desk.resize(width, height, density)
    session = Session(desk)
    hand = Hand(desk)
    glass = GlassCommands(desk)
    messages = MessageCommands(session)
    search, models = SearchCommands(session), ModelCommands(session)
    system = SystemCommands(session, models)
    cycles = CycleCommands(session, messages)
    # Where two commands share a key, the one above wins while its condition holds.
    for part in (
        search, cycles, CandidateCommands(session, cycles), models, ObjectCommands(session),
        QuestionCommands(session, search), IntakeCommands(session), system, messages, DocumentCommands(session),
        WorldCommands(session), glass,
    ):  # fmt: skip
        commands.add(part.table())
    desk.glass.over = hand.veil
    world = World(desk, session, hand, Keyboard(desk, hand), glass, search, system)
    glass.refresh(desk)
    return world
