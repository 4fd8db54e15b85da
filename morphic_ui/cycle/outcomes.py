"""What a proposed method does at the edges: its outcomes case by case, and the drafts that do otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from ..model.values import write

FIELDS = ("outcomes", "others", "votes", "drafts")  # of a proposal's row; they belong to its source
FAILURES = {
    "error": "fails", "timeout": "takes too long", "memory": "uses too much memory",
    "recursion": "calls itself without end", "output": "writes too much", "killed": "was stopped",
}  # fmt: skip
NOTHING = "nothing"
LONG = 240  # characters of a value that are kept
REFUSAL = "ValueError"  # what a method raises that refuses its arguments


@dataclass(frozen=True, slots=True)
class SlotMove:
    """A slot before and after, as text."""

    slot: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case, as text. `index` is its place in the row's list."""

    index: int
    case: str
    called: str = ""  # the arguments, and what the case sets: `amount=5, with stock = []`
    answer: str = NOTHING
    failure: str = ""  # `refuses: …`, `fails: …`; empty where the case went well
    refuses: bool = False  # a deliberate refusal, not an accident
    moves: tuple[SlotMove, ...] = ()
    words: str = ""
    differs: bool = False  # another draft does otherwise here

    @property
    def told(self) -> str:
        """The whole outcome in one sentence, for tips and for readers of the screen."""
        called = f" ({self.called})" if self.called else ""
        other = " (other drafts do otherwise)" if self.differs else ""
        return f"{self.case}{called}: {self.words}{other}"

    @property
    def full(self) -> tuple[str, ...]:
        """The same, and line by line what its words leave out."""
        moves = tuple(f"{one.slot}: {one.before} > {one.after}" for one in self.moves)
        answer = f"answers {self.answer}"
        left_out = () if self.failure or self.answer == NOTHING or answer in self.words else (answer,)
        return (self.told, *left_out, *(moves if len(moves) > 1 or left_out else ()))


@dataclass(frozen=True, slots=True)
class Other:
    """Another candidate that behaves otherwise, and how many drafts do so."""

    sha256: str
    source: str
    votes: int = 1
    words: str = ""
    differs: Mapping[int, str] = field(default_factory=dict)  # index of an outcome -> what it does there

    def share(self, drafts: int) -> str:
        """`2 of 5 drafts do otherwise`."""
        do = "does" if self.votes == 1 else "do"
        if drafts >= self.votes > 0:
            return f"{self.votes} of {drafts} drafts {do} otherwise"
        return "Another draft does otherwise" if self.votes <= 1 else f"{self.votes} other drafts do otherwise"

    def said(self, drafts: int) -> str:
        share = self.share(drafts)
        return f"{share}: {self.words}" if self.words else share


def outcomes_of(rows: Any) -> tuple[Outcome, ...]:
    """The outcomes of a proposal's row; what is no outcome is left out."""
    found = enumerate(rows) if isinstance(rows, (list, tuple)) else ()
    return tuple(_outcome(index, row) for index, row in found if isinstance(row, Mapping))


def _outcome(index: int, row: Mapping[str, Any]) -> Outcome:
    arguments, slots, changes = (_mapping(row.get(name)) for name in ("arguments", "slots", "changes"))
    called = [f"{name}={_text(value)}" for name, value in arguments.items()]
    called += [f"with {name} = {_text(value)}" for name, value in slots.items()]
    moves = tuple(_move(slot, pair) for slot, pair in changes.items())
    answer = NOTHING if row.get("answer") is None else _text(row["answer"])
    failure, refuses = _failure(str(row.get("status") or "ok"), _line(row.get("message")))
    words = _line(row.get("words"))
    if failure and failure not in words:
        # The reason is never left out, whatever was put into words.
        words = failure if failure.startswith(words) else f"{words}: {failure}"
    if not words:
        moved = ", ".join(f"{one.slot} {one.before} > {one.after}" for one in moves) or "changes nothing"
        words = f"answers {answer}; {moved}"
    case = _line(row.get("case")) or f"case {index + 1}"
    return Outcome(index, case, ", ".join(called), answer, failure, refuses, moves, words, bool(row.get("differs")))


def _failure(status: str, message: str) -> tuple[str, bool]:
    """How a case failed, in words, and whether that was a deliberate refusal."""
    if status == "ok":
        return "", False
    kind, _, why = message.partition(":")
    if status == "error" and kind.strip() == REFUSAL:
        return (f"refuses: {why.strip()}" if why.strip() else "refuses"), True
    word = FAILURES.get(status, f"ends with {status}")
    return (f"{word}: {message}" if message else word), False


def _move(slot: str, pair: Any) -> SlotMove:
    before, after = pair if isinstance(pair, (list, tuple)) and len(pair) == 2 else (None, pair)
    first, second = write(before), write(after)
    same = shared(first, second)
    if same > LONG and max(len(first), len(second)) > LONG:
        # Two long values that begin alike are told apart by what follows.
        first, second = ("…" + text[same - LONG // 8 :] for text in (first, second))
    return SlotMove(slot, first[:LONG], second[:LONG])


def shared(first: str, second: str) -> int:
    """How many characters two texts begin with alike."""
    return next((place for place, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
                min(len(first), len(second)))  # fmt: skip


def others_of(rows: Any) -> tuple[Other, ...]:
    """The other candidates of a proposal's row; one without a source cannot be compared and is left out."""
    others = []
    for row in rows if isinstance(rows, (list, tuple)) else ():
        if not isinstance(row, Mapping) or not row.get("source"):
            continue
        listed = row.get("differs")
        differs = {
            one["case"]: _line(one.get("words"))
            for one in (listed if isinstance(listed, (list, tuple)) else ())
            if isinstance(one, Mapping) and isinstance(one.get("case"), int)
        }
        source, votes = str(row["source"]), row.get("votes")
        others.append(
            Other(str(row.get("sha256") or source), source, votes if isinstance(votes, int) else 1,
                  _line(row.get("words")), differs)
        )  # fmt: skip
    return tuple(others)


def without_old_outcomes(before: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A newer row over an older one. Outcomes of a source that is gone do not stay beside the new one."""
    kept = dict(before)
    if row.get("sha256", before.get("sha256")) != before.get("sha256"):
        for name in FIELDS:
            kept.pop(name, None)
    return {**kept, **row}


def side_by_side(mine: Sequence[str], theirs: Sequence[str]) -> list[tuple[int | None, int | None, bool]]:
    """Line numbers (from 0) of both texts beside each other, None where one has no line, and whether they are equal."""
    pairs: list[tuple[int | None, int | None, bool]] = []
    for tag, first, last, start, end in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        for place in range(max(last - first, end - start)):
            left = first + place if first + place < last else None
            right = start + place if start + place < end else None
            pairs.append((left, right, tag == "equal"))
    return pairs


def _mapping(value: Any) -> Mapping[str, Any]:
    return {str(name): item for name, item in value.items()} if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return write(value)[:LONG]


def _line(value: Any) -> str:
    """Text of a row on one line; the fonts have no arrow."""
    return " ".join(str(value or "").replace("→", ">").split())
