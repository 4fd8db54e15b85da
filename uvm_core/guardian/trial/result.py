"""What a trial answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from ..report import Finding

Status = Literal["ok", "error", "timeout", "memory", "recursion", "output", "killed"]
STATUSES: frozenset[str] = frozenset(get_args(Status))
_RULES: dict[str, str] = {"timeout": "DYN-TIME", "memory": "DYN-MEM", "recursion": "DYN-REC", "output": "DYN-OUT"}


@dataclass(slots=True)
class TrialResult:
    """How a method fared on a ghost.

    returns, slots_after: plain data; objects appear as {"$obj": {"key", "slots"}}, one that was shown before as
    {"$same": key}; the receiver is {"$same": "self"}; methods as {"$method": source}.
    changes: receiver's slots that differ, [before, after]; None stands for a slot that is not there (see `added` and
    `removed`). others: keys of other objects that changed.
    unmarked: slots ("key.slot" for other objects) that were changed in place with no covenant line after it.
    seconds: wall time of the method itself. max_rss_mb: the child's whole resident memory.
    layers: the walls that stood around the child; notices: sentences about walls that this system lacks.
    """

    status: Status
    returns: Any = None
    slots_after: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    max_rss_mb: float = 0.0
    message: str = ""
    line: int | None = None
    output: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the method ran to its end."""
        return self.status == "ok"

    @property
    def finding(self) -> Finding | None:
        """The DYN rule that the trial found broken, None where there is none."""
        rule = _RULES.get(self.status)
        if rule is None:
            return None
        line = self.line or 1
        return Finding(rule, "error", line, 0, line, 0, self.message)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> TrialResult:
        """The result of `to_dict`; ValueError where it is none."""
        known = {item.name for item in fields(cls)}
        if not isinstance(data, dict) or data.get("status") not in STATUSES or not data.keys() <= known:
            raise ValueError("damaged trial result")
        return cls(**data)
