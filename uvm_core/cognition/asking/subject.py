"""What a plan is about: a message to an object or a question, read for what it names, bounds and asks.

Nothing is understood here: words are held against the names of slots, and clauses against the words that bound things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uvm_core.cognition.language.words import content_words, intent_of, stem, words_of

MOST_MEANT, _LONGEST_RULE = 4, 60

_RULE = re.compile(
    r"^(?:but )?(?:never|not|only(?! (?:tell|say|answer))|unless|if|when|while|at most|at least|no|nobody|nothing|"
    r"without|must|refuse)\b|\b(?:more than|less than|fewer than|larger than|longer than|at most|at least|limit|"
    r"maximum|minimum|cannot|must|enough|stays?|below|above|over|under|already|refused?|error)\b"
)
_TELLS = re.compile(
    r"^(?:tell|say|answer|give me|show|list|how|what|which|whether|is|are|return)\b"
    r"|\b(?:only|just) (?:tell|say|answer)\b"
)
_AUDIT = re.compile(r"\b(?:audit|thresholds?|indicators?|metrics?|slow|slower|aborts?|latency|latencies|durations?)\b")
_BOUND = re.compile(r"limit|max|min|capacity|highest|lowest|size|threshold|goal")
STATES = ("state", "status", "mode", "phase")
_ASKING = frozenset(
    re.findall(
        r"\w+",
        """who what which when where why how whose is are was were do does did can could should would will has have had
        may might many much long often far old and or but the a an it its it's they them there i me my we our you your
        to of in on at for from by with than that this these those if because about into over any some please tell audit
        check explain whether so not be been one more most least too very still ever also above below threshold take""",
    )
)


@dataclass(frozen=True)
class Subject:
    """What a plan is about. `slots` and `arguments` map names to example values, None where only the name is known."""

    selector: str = ""
    wish: str = ""
    question: str = ""
    slots: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    passages: Sequence[str] = ()

    @property
    def tells(self) -> bool:
        """Whether the message probably only answers."""
        return bool(_TELLS.search(self.wish.lower().strip())) or intent_of(self.selector, self.wish) == "read"

    @property
    def audits(self) -> bool:
        """Whether it is about the system's own figures."""
        return bool(_AUDIT.search(f"{self.selector.replace('_', ' ')} {self.wish} {self.question}".lower()))

    def named(self) -> list[str]:
        """The slots that the message or the wish speaks of."""
        spoken = set(content_words(f"{self.selector} {self.wish}"))
        return [name for name in self.slots if spoken & set(content_words(name))]

    def meant(self, *kinds: str) -> list[str]:
        """The slots that it is probably about, of these kinds: those that the message or the wish speaks of, and the
        object's state; where none is spoken of all, but texts only where there is nothing else."""
        found = self.named()
        if not found:
            plain = [name for name, value in self.slots.items() if kind_of(name, value) != "text"]
            found = plain or list(self.slots)
        if not self.tells:
            found += [name for name in self.slots if name in STATES and name not in found]
        return [name for name in found if not kinds or kind_of(name, self.slots[name]) in kinds][:MOST_MEANT]

    def moved(self, *kinds: str) -> list[str]:
        """The slots that may change: a bound (a limit, a capacity) is what others are held to."""
        found = [name for name in self.meant() if not _BOUND.search(name)]
        found = found or [name for name in self.others("number") if not _BOUND.search(name)] or self.meant()
        return [name for name in found if not kinds or kind_of(name, self.slots[name]) in kinds]

    def others(self, *kinds: str) -> list[str]:
        """Every slot of these kinds, those that are meant first."""
        found = dict.fromkeys([*self.meant(), *self.slots])
        return [name for name in found if not kinds or kind_of(name, self.slots[name]) in kinds][:MOST_MEANT]

    def given(self, *kinds: str) -> list[str]:
        """The parameters of these kinds."""
        return [name for name, value in self.arguments.items() if not kinds or kind_of(name, value) in kinds]

    def rules(self) -> list[str]:
        """The parts of the wish that forbid or bound something, as they are said."""
        said = re.sub(r"[\"\\\n]", "", self.wish)
        parts = re.split(r"[.;:!?,](?:\s+|$)|\s+(?=(?:but|unless|and|while|if|never)\b)", said)
        found = [re.sub(r"^(?:but|and)\s+", "", part.strip()) for part in parts if _RULE.search(part.strip().lower())]
        return [one[0].lower() + one[1:] for one in found if len(one.split()) > 1 and len(one) <= _LONGEST_RULE][:3]

    def numbers(self) -> list[str]:
        """The numbers that the wish says."""
        return list(dict.fromkeys(re.findall(r"\b\d+(?:\.\d+)?\b", self.wish)))[:2]

    def phrases(self) -> list[str]:
        """What a question is about, or a steward's message: the runs of words between its question words."""
        text = self.question or f"{self.selector.replace('_', ' ')}. {self.wish}"
        runs: list[list[str]] = [[]]
        for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9'_%-]*|[^\sA-Za-z0-9]", text):
            if word.lower() in _ASKING and not (word in ("of", "the") and runs[-1]):
                runs.append([])
            elif word[0].isalnum():
                runs[-1].append(word)
            else:
                runs.append([])
        trimmed = [" ".join(_trimmed(run)) for run in runs]
        found = sorted(dict.fromkeys(one for one in trimmed if len(one) > 2), key=len, reverse=True)[:3]
        return [f"'{one}'" for one in found]

    def cited(self) -> list[str]:
        """Names and figures that stand in the documents and not in the question."""
        text = " ".join(self.passages)
        found = re.findall(r"(?<![.!?] )(?<!^)\b(?:[A-Z][a-z]+(?: [A-Z][a-z]+)*|\d[\d.,]*\d)\b", text)
        return [one for one in dict.fromkeys(found) if one.lower() not in self.question.lower()][:4]


def kind_of(name: str, value: Any) -> str:
    """What a slot or argument holds: flag, number, text, list, records, map, object, or value where nobody knows."""
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "object" if {"$ref", "$obj"} & set(value) else "map"
    if isinstance(value, list | tuple):
        return "records" if any(isinstance(one, Mapping) for one in value) else "list"
    last = words_of(name)[-1:] or [""]
    return "list" if value is None and stem(last[0]) != last[0] else "value"


def _trimmed(run: list[str]) -> list[str]:
    while run and run[-1].lower() in ("of", "the"):
        run = run[:-1]
    return run[:6]
