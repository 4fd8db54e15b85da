"""Commands as data: a name, words, keys, a condition, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .desk import Desk


@dataclass(frozen=True, slots=True)
class Call:
    """What a command is called with: the part's argument, the text entered, where it was pressed."""

    argument: Any = None
    text: str = ""
    ident: int | None = None
    part: str = ""
    amount: float = 0.0  # of what a wheel turns: lines downwards


def always(desk: Desk) -> bool:
    del desk
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One thing people can do."""

    name: str
    title: str
    run: Callable[[Desk, Call], None]
    doc: str = ""
    keys: tuple[str, ...] = ()
    when: Callable[[Desk], bool] = always
    menus: tuple[str, ...] = ()  # world, object, selection, cycle
    label: Callable[[Desk], str] | None = None  # a title that depends on the world
    here: str = ""  # where its keys work, for the key sheet; empty: not on it


@dataclass
class CommandTable:
    """Every command once, found by name, by key and by menu."""

    commands: dict[str, Command] = field(default_factory=dict)

    def add(self, commands: Iterable[Command]) -> None:
        for command in commands:
            if command.name in self.commands:
                raise ValueError(f"two commands are called {command.name}")
            self.commands[command.name] = command

    def __getitem__(self, name: str) -> Command:
        return self.commands[name]

    def by_key(self, key: str, desk: Desk) -> Command | None:
        """The first command with this key whose condition holds."""
        for command in self.commands.values():
            if key in command.keys and command.when(desk):
                return command
        return None

    def menu(self, menu: str, desk: Desk) -> list[Command]:
        return [command for command in self.commands.values() if menu in command.menus and command.when(desk)]

    def title(self, command: Command, desk: Desk) -> str:
        return command.label(desk) if command.label else command.title


# Roboto has no signs for these keys, so they are words.
KEY_WORDS = {
    "ctrl": "Ctrl", "shift": "Shift", "alt": "Alt", "enter": "Enter", "escape": "Esc", "delete": "Del",
    "insert": "Ins", "space": "Space", "tab": "Tab", "left": "Left", "right": "Right", "up": "Up", "down": "Down",
    "pagedown": "Page down", "pageup": "Page up", "plus": "+", "minus": "-", "question": "?",
}  # fmt: skip


def shown_key(key: str) -> str:
    """`ctrl+enter` as people read it: `Ctrl+Enter`."""
    return "+".join(KEY_WORDS.get(part) or part.upper() for part in key.split("+"))
