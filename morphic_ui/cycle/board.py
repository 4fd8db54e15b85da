"""What runs: cycles and the states they are in, played from the image's events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model.motion import ease
from ..model.text import tail
from ..model.theme import RING_STOPS, STATE_MOVE, STATES

MOST_TEXT = 4000  # characters of streamed text that are kept for the tail view
ENDED_STATUS = ("done", "failed", "stopped")


@dataclass(slots=True)
class Cycle:
    """One mission on its way through the states."""

    mission: int
    receiver: int | None = None
    receiver_name: str = ""
    selector: str = ""
    kind: str = "unhandled_message"
    wish: str = ""
    state: str = "IDLE"
    came_from: str = "IDLE"
    moved_at: float = -9.0  # when the token left the last state
    passed: list[str] = field(default_factory=list)
    status: str = "queued"  # queued, running, paused, waiting, done, failed, stopped
    began: float | None = None
    ended: float | None = None
    persona: str = ""
    text: str = ""
    text_at: float | None = None  # when the text of this state began
    last_text: float = 0.0
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)
    paused: bool = False  # a person holds it: it pauses whenever a state is done
    began_at: float | None = None  # the image's own clock at its first transition
    tokens: int = 0  # of all finished texts, and of the one that is being written when the image counts along
    spent: int = 0  # tokens of finished texts alone
    speed: float = 0.0  # tokens a second, as the image measured it for the last finished text
    reason: str = ""
    waiting_since: float | None = None
    unfolded: bool = False

    @property
    def label(self) -> str:
        """What stands on its token."""
        return str(self.mission)

    @property
    def title(self) -> str:
        return f"cycle {self.label}"

    @property
    def asks(self) -> str:
        """What it is about, in words."""
        if self.kind == "question":
            return self.wish or "a question"
        if self.kind == "unhandled_message" and self.selector:
            return f"{self.receiver_name} does not understand '{self.selector}'"
        who = "steward" if self.kind in ("system_optimization", "self_audit") else self.kind.replace("_", " ")
        return f"{who}: {(self.selector.strip('_') or self.kind).replace('_', ' ')}"

    @property
    def running(self) -> bool:
        return self.status == "running"

    @property
    def over(self) -> bool:
        return self.status in ENDED_STATUS

    @property
    def held(self) -> bool:
        """It stands in SYNTHESIZING until a person decides."""
        return self.status == "waiting"

    def seconds(self, now: float) -> float:
        if self.began is None:
            return 0.0
        return max(0.0, (self.ended if self.ended is not None else now) - self.began)

    def rate(self) -> float:
        """Tokens a second: of the text that is being written when the image counts along, else of the last one."""
        written = self.tokens - self.spent
        if written <= 0 or self.text_at is None or self.last_text <= self.text_at:
            return self.speed
        return written / (self.last_text - self.text_at)

    def place(self, now: float, still: bool = False) -> float:
        """Where the token is on the track: 0 for IDLE to 5 for FAILED, gliding between states."""
        end = float(STATES.index(self.state)) if self.state in STATES else 0.0
        start = float(STATES.index(self.came_from)) if self.came_from in STATES else end
        share = 1.0 if still else ease((now - self.moved_at) / STATE_MOVE)
        return start + (end - start) * share

    def gliding(self, now: float) -> bool:
        return now < self.moved_at + STATE_MOVE

    def ringing(self, now: float) -> bool:
        """The ring round a waiting state swings for a while and then rests."""
        return self.waiting_since is not None and now < self.waiting_since + RING_STOPS


@dataclass
class Board:
    """Every cycle that the world has heard of and that people have not cleared away."""

    cycles: dict[int, Cycle] = field(default_factory=dict)
    prototypes: dict[str, int] = field(default_factory=dict)  # state -> object
    chosen: int | None = None  # the mission whose path the track shows

    def cycle(self, mission: int) -> Cycle:
        found = self.cycles.get(mission)
        if found is None:
            found = self.cycles[mission] = Cycle(mission)
        return found

    @property
    def shown(self) -> list[Cycle]:
        """Cycles with a row on the card, oldest first."""
        return sorted(self.cycles.values(), key=lambda one: one.mission)

    @property
    def live(self) -> list[Cycle]:
        return [one for one in self.shown if not one.over]

    @property
    def focus(self) -> Cycle | None:
        """The cycle whose path the track shows: the chosen one, else the newest that lives, else the newest."""
        if self.chosen is not None and self.chosen in self.cycles:
            return self.cycles[self.chosen]
        live = self.live
        if live:
            return live[-1]
        shown = self.shown
        return shown[-1] if shown else None

    def heard_mission(self, row: Mapping[str, Any], now: float) -> Cycle | None:
        """Takes a mission's row. Missions that ended before the world heard of them are left out."""
        mission = row.get("mission", row.get("id"))
        if not isinstance(mission, int):
            return None
        state = str(row.get("cycle_state") or "IDLE")
        status = status_of(row)
        if status in ENDED_STATUS and mission not in self.cycles:
            return None
        one = self.cycle(mission)
        one.selector = str(row.get("selector") or one.selector)
        one.kind = str(row.get("type") or one.kind)
        one.wish = str(row.get("wish") or one.wish)
        receiver = row.get("receiver")
        one.receiver = receiver if isinstance(receiver, int) else getattr(receiver, "id", one.receiver)
        one.receiver_name = str(row.get("receiver_name") or getattr(receiver, "name", None) or one.receiver_name)
        one.reason = str(row.get("reason") or "")
        one.args = list(row.get("args") or one.args)
        one.kwargs = dict(row.get("kwargs") or one.kwargs)
        if state in STATES and state != one.state:
            self._move(one, state, now)
        if "paused" in row:
            one.paused = bool(row["paused"])
        if status:
            self._status(one, "paused" if one.paused and status == "running" else status, now)
        return one

    def steered(self, one: Cycle, action: str) -> None:
        """A person has pressed pause, resume or step: it is shown at once, the image's own word follows."""
        one.paused = action != "resume"
        one.status = "paused" if action == "pause" else "running"

    def heard_transition(self, event: Mapping[str, Any], now: float) -> Cycle | None:
        """A cycle has gone from one state to the next."""
        mission = event.get("mission")
        to_state = event.get("to_state")
        if not isinstance(mission, int) or to_state not in STATES:
            return None
        one = self.cycle(mission)
        if one.began is None:
            one.began = now
        at = event.get("at")
        if isinstance(at, (int, float)):
            if one.began_at is None:
                one.began_at = float(at)
            elif at >= one.began_at:
                # The image knows better how long it took, however late its word came.
                one.began = now - (float(at) - one.began_at)
        if event.get("from_state") in STATES:
            # An event was missed: the token is where this one says it was.
            self._move(one, str(event["from_state"]), now)
        self._move(one, str(to_state), now)
        going = "paused" if one.paused else "running"
        self._status(one, {"COMPLETE": "done", "FAILED": "failed"}.get(str(to_state), going), now)
        return one

    def _move(self, one: Cycle, state: str, now: float) -> None:
        if state == one.state:
            return
        if one.state not in one.passed:
            one.passed.append(one.state)
        if state in one.passed:
            # Rewound: what lies beyond has not been passed any more.
            del one.passed[one.passed.index(state) :]
        one.came_from, one.state, one.moved_at = one.state, state, now
        one.text, one.text_at, one.persona = "", None, ""

    def _status(self, one: Cycle, status: str, now: float) -> None:
        if status == one.status:
            return
        one.status = status
        one.waiting_since = now if status == "waiting" else None
        if status == "running" and one.began is None:
            one.began = now
        if one.over and one.ended is None:
            one.ended = now

    def heard_text(self, event: Mapping[str, Any], now: float) -> Cycle | None:
        """A piece of text that a persona is writing."""
        mission = event.get("mission")
        piece = event.get("text")
        if not isinstance(mission, int) or not isinstance(piece, str):
            return None
        one = self.cycle(mission)
        persona = str(event.get("persona") or "")
        if persona != one.persona:
            one.persona, one.text, one.text_at = persona, "", None
        one.text = tail(one.text + piece, MOST_TEXT)
        if one.text_at is None:
            one.text_at = now
        one.last_text = now
        self._count(one, event)
        if one.status == "queued":
            self._status(one, "running", now)
        return one

    def _count(self, one: Cycle, event: Mapping[str, Any]) -> None:
        """Takes what a text has cost so far; the last event of a text also says how long it took."""
        tokens, seconds = event.get("tokens"), event.get("seconds")
        if not isinstance(tokens, int) or tokens < 0:
            return
        one.tokens = one.spent + tokens
        if isinstance(seconds, (int, float)):
            one.spent, one.text_at = one.tokens, None
            one.speed = tokens / seconds if seconds > 0 else one.speed

    def waits(self, mission: int, now: float) -> None:
        """A proposal of this mission waits for a person."""
        one = self.cycle(mission)
        one.paused = False
        self._status(one, "waiting", now)

    def clear(self, mission: int) -> None:
        self.cycles.pop(mission, None)
        if self.chosen == mission:
            self.chosen = None


def status_of(row: Mapping[str, Any]) -> str:
    """A mission's state in the track's words: `waiting` means for the model, `held` for a person."""
    if row.get("paused") and row.get("state") == "running":
        return "paused"
    return {
        "queued": "queued", "waiting": "queued", "running": "running", "paused": "paused", "held": "waiting",
        "complete": "done", "answered": "done", "failed": "failed", "rejected": "stopped", "stopped": "stopped",
    }.get(str(row.get("state") or ""), "")  # fmt: skip
