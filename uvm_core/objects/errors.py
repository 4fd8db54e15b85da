"""Errors of the objects, each a sentence that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SlotError(ValueError):
    """A slot cannot have that name or that value. Nothing was changed."""


class MethodError(ValueError):
    """The source of a method cannot be compiled. Nothing was changed."""


class SendError(TypeError):
    """A message cannot be delivered as it was sent (wrong arguments, or data that takes none)."""


class NotUnderstood(BaseException):
    """A message that no object on the receiver's path has a slot for.

    It leaves every method that is running, whatever that method catches, because the sender is told and the
    transaction is given up: that is why it is no `Exception` (methods may catch those, and nothing wider).
    """

    def __init__(self, receiver: Any, selector: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        super().__init__(f"{receiver!r} does not understand {selector!r}.")
        self.receiver = receiver
        self.selector = selector
        self.arguments = args
        self.keywords = dict(kwargs)


class MethodTimeout(BaseException):
    """Raised into the thread of a live message that has run too long; no method can catch it."""
