"""Whether a woven answer is right for its question: held against the facts, the material and plain form."""

from __future__ import annotations

import re
from dataclasses import dataclass

UNTOLD = "The documents do not say"
MOST_SENTENCES, MOST_CHARACTERS = 3, 400


@dataclass(frozen=True)
class WeaveTask:
    """A question with its material. `wanted` must be in the answer, nothing of `forbidden` may; `untold`: no document
    has it and the answer says so."""

    question: str
    answers: list[dict[str, str]]
    passages: list[str]
    wanted: tuple[str, ...]
    forbidden: tuple[str, ...]
    untold: bool
    difficulty: str
    family: str


def weave_fault(answer: str, task: WeaveTask) -> str | None:
    """What is wrong with an answer, as a sentence; None for a right one.

    Right means: every fact asked for is in it; nothing is that no passage, note or question has (figures and names);
    no other thing's value and no order of a passage is; it says so where the documents do not say it; bounded.
    """
    said = plain(answer)
    if not said or len(answer) > MOST_CHARACTERS or len(sentences(answer)) > MOST_SENTENCES:
        return "The answer is empty or longer than three sentences."
    if task.untold and not re.search(
        r"\b(do not|does not|don't|doesn't|not) (say|tell|mention|know|given|state)", said
    ):
        return "The answer does not say that the documents do not have it."
    if not task.untold and plain(UNTOLD) in said:
        return "The answer says that the documents do not have what they have."
    for one in task.wanted:
        if plain(one) not in said:
            return f"{one!r} is missing."
    for one in task.forbidden:
        if re.search(rf"\b{re.escape(plain(one))}\b", said):
            return f"{one!r} does not belong there."
    material = plain(" ".join([task.question, *task.passages, *(one["text"] for one in task.answers)]))
    for one in re.findall(r"\d[\d:.,]*\d|\d|(?<=[a-z,] )[A-Z][a-z]+", answer):
        if plain(one) not in material:
            return f"{one!r} is invented."
    return None


def sentences(text: str) -> list[str]:
    """The sentences of a plain text."""
    return [one for one in re.split(r"(?<=[.!?])\s+", text.strip()) if one]


def plain(text: str) -> str:
    """A text as it is compared: small letters, single spaces."""
    return " ".join(text.lower().split())
