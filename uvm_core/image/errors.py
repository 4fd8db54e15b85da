"""Errors of the image, each a sentence that says what happened, what was kept and what to do."""

from __future__ import annotations


class ImageError(Exception):
    """Something about the image as a whole: it cannot be opened, is held by somebody else, has no room."""


class Refused(Exception):
    """One request is refused and nothing was changed.

    code: a word for programs ("unknown_object", "bad_slot", "stale", …); the text is for people.
    """

    def __init__(self, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.code = code
        self.more = more
