"""A proposed method and what a person can do with it before anything is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..memory.library import Hit, hits_of
from ..model.values import write
from .change import SlotChange, change_of
from .outcomes import Other, Outcome, others_of, outcomes_of

ADDED = "(new)"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the guardian."""

    rule: str
    severity: str  # error, warning, info
    line: int
    message: str

    @property
    def words(self) -> str:
        """The remark in plain words: `doubt: The parameter days is not used.`"""
        rule = self.rule.replace("_", " ").lower()
        return f"{rule}: {self.message}" if rule else self.message


@dataclass(frozen=True, slots=True)
class Change:
    """A slot that the trial changed on the ghost."""

    slot: str
    before: Any
    after: Any
    new: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One line of what was checked: `good`, `warn` or `bad`."""

    mood: str
    text: str


@dataclass(slots=True)
class Proposal:
    """The card's state: the row as the image gave it, and what is typed and under way."""

    id: int
    row: Mapping[str, Any]
    ident: int = 0  # the card's morph
    ghost: int = 0  # the ghost's morph
    args: tuple[Any, ...] = ()  # of the message that started it
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    arguments: str = ""
    tried: str | None = None  # other arguments that the trial was run with
    problem: str = ""
    busy: str = ""  # what is being done: "installing…"
    edited: str | None = None  # source as the person has it in the editor
    outcome: str = ""  # "installed", "rejected"
    came_at: float = 0.0
    told: bool = field(default=False)  # the person was told that it waits
    evidence: tuple[Hit, ...] = ()  # the passages of the memory that were in its prompts
    outcomes: tuple[Outcome, ...] = ()  # what it does at the edges
    others: tuple[Other, ...] = ()  # candidates that behave otherwise
    beside: str = ""  # sha256 of the other candidate that is compared with this one
    unfolded: set[int] = field(default_factory=set)  # outcomes whose whole words are shown

    def __post_init__(self) -> None:
        self._read()

    def _read(self) -> None:
        """What of the row is drawn is made of it once, not at every layout."""
        self.evidence = hits_of(self.row.get("evidence"))
        self.outcomes, self.others = outcomes_of(self.row.get("outcomes")), others_of(self.row.get("others"))

    @property
    def compared(self) -> Other | None:
        """The other candidate that stands beside this one."""
        return next((one for one in self.others if one.sha256 == self.beside), None)

    @property
    def drafts(self) -> int:
        """How many drafts were written; 0 where nobody counted."""
        value = self.row.get("drafts")
        return value if isinstance(value, int) else 0

    @property
    def votes(self) -> int:
        """How many of the drafts do what this one does."""
        value = self.row.get("votes")
        return value if isinstance(value, int) else 0

    @property
    def mission(self) -> int | None:
        value = self.row.get("mission")
        return value if isinstance(value, int) else None

    @property
    def receiver(self) -> int | None:
        value = self.row.get("receiver")
        return value if isinstance(value, int) else getattr(value, "id", None)

    @property
    def receiver_name(self) -> str:
        return str(self.row.get("receiver_name") or f"object {self.receiver}")

    @property
    def selector(self) -> str:
        return str(self.row.get("selector") or "")

    @property
    def change(self) -> SlotChange | None:
        """The change of a slot that is proposed; None where it is a method."""
        return change_of(self.row) if self.row.get("artifact_type") == "slot_change" else None

    @property
    def deed(self) -> str:
        """What approving it does, for undo: `Install remind`."""
        change = self.change
        return f"Install {self.selector}" if change is None else f"Change {change.slot} of {change.target_name}"

    @property
    def offer(self) -> str:
        """What waits, in a sentence."""
        change = self.change
        if change is None:
            return f"{self.receiver_name} could learn {self.selector}: it waits for you."
        return f"{change.slot} of {change.target_name} could be changed: it waits for you."

    @property
    def subject(self) -> str:
        """The selector, or the slot: for the note after a decision."""
        change = self.change
        return self.selector if change is None else change.slot

    @property
    def attempt(self) -> int:
        value = self.row.get("attempt")
        return value if isinstance(value, int) else 1

    @property
    def source(self) -> str:
        return str(self.row.get("source") or "")

    @property
    def sha256(self) -> str:
        return str(self.row.get("sha256") or "")

    @property
    def author(self) -> str:
        if self.row.get("edited_by"):
            return "you" if self.row["edited_by"] == "person" else str(self.row["edited_by"])
        return str(self.row.get("expert") or "ALFRED")

    @property
    def waiting(self) -> bool:
        return not self.outcome and str(self.row.get("state") or "waiting") in ("waiting", "open", "held")

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(
                str(item.get("rule") or ""), str(item.get("severity") or "info"), int(item.get("line") or 0),
                str(item.get("message") or ""),
            )
            for item in listed(self.row.get("findings"))
            if isinstance(item, Mapping)
        )  # fmt: skip

    @property
    def trial(self) -> Mapping[str, Any]:
        found = self.row.get("trial")
        return found if isinstance(found, Mapping) else {}

    @property
    def changes(self) -> tuple[Change, ...]:
        found = self.trial.get("changes")
        if not isinstance(found, Mapping):
            return ()
        changes = []
        for slot, pair in found.items():
            before, after = pair if isinstance(pair, (list, tuple)) and len(pair) == 2 else (None, pair)
            changes.append(Change(str(slot), before, after, slot in self.new_slots))
        return tuple(changes)

    @property
    def new_slots(self) -> tuple[str, ...]:
        """Slots that the receiver would have from then on."""
        return tuple(str(slot) for slot in listed(self.row.get("new_slots")))

    @property
    def inserted(self) -> frozenset[int]:
        """Lines that the guardian put in for the covenant."""
        return frozenset(line for line in listed(self.row.get("inserted")) if isinstance(line, int))

    @property
    def original(self) -> str:
        """The message that started it all, as it was sent."""
        args = [write(value) for value in self.args]
        args += [f"{key}={write(value)}" for key, value in self.kwargs.items()]
        return f"{self.selector}({', '.join(args)})"

    @property
    def accepted(self) -> bool:
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def checks(self) -> tuple[Check, ...]:
        """What was checked, one plain line each, the good first."""
        checks = []
        errors = sum(finding.severity == "error" for finding in self.findings)
        if errors:
            word = "thing" if errors == 1 else "things"
            checks.append(Check("bad", f"the guardian refuses {errors} {word}: see the marked lines"))
        else:
            checks.append(Check("good", "covenant: every path that changes a slot marks it"))
            checks.append(Check("good", "no imports, no file or network use"))
        if self.inserted:
            checks.append(Check("note", "the guardian put in the line that marks the change"))
        checks.append(self._trial_check())
        checks += [
            Check("warn", f"slot {slot} is new: it will be added to {self.receiver_name}") for slot in self.new_slots
        ]
        checks += [
            Check("warn" if finding.severity == "warning" else "note", finding.message)
            for finding in self.findings
            if finding.severity != "error" and not finding.line
        ]
        return tuple(checks)

    def _trial_check(self) -> Check:
        trial = self.trial
        status = str(trial.get("status") or "")
        if status == "ok":
            milliseconds = float(trial.get("seconds") or 0.0) * 1000
            return Check("good", f"ran on the ghost in {max(1, round(milliseconds))} ms")
        if not status:
            return Check("warn", "it has not run on a ghost yet")
        message = str(trial.get("message") or "")
        words = {
            "error": "it failed on the ghost", "timeout": "it took too long on the ghost and was stopped",
            "memory": "it used too much memory on the ghost", "recursion": "it called itself without end on the ghost",
            "output": "it wrote too much on the ghost", "killed": "it was stopped on the ghost",
        }  # fmt: skip
        said = words.get(status, f"the trial ended with {status}")
        return Check("bad", f"{said}: {message}" if message else said)

    def replace(self, row: Mapping[str, Any]) -> None:
        """A newer row of the same proposal: what is typed stays."""
        if row.get("sha256") != self.row.get("sha256"):
            self.edited = self.tried = None
            self.beside = ""
            self.unfolded.clear()
        self.row = row
        self._read()
        self.busy = ""


def listed(value: Any) -> list[Any]:
    """A list of a row, or nothing where the row has something else."""
    return list(value) if isinstance(value, (list, tuple)) else []
