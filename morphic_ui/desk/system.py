"""Commands about the system itself: its measurements, its steward, its model's experts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.link import Refusal, Reply
from ..model.notes import model_words
from ..steward.metrics_view import MetricsView
from ..steward.model_view import ModelView
from ..steward.system import MANAGER_OBJECT, METRICS_OBJECT, MODEL_OBJECT, steward_of
from .commands import Call, Command
from .desk import Desk
from .models import ModelCommands
from .session import Session

EVERY = 1.0  # seconds between two looks at the measurements
HOURS = 24
QUIET = ("text", "ingestion")  # events that come often and measure nothing


class SystemCommands:
    """Watches the measurements while they are seen, and steers steward and experts."""

    def __init__(self, session: Session, models: ModelCommands) -> None:
        self.session = session
        self.models = models
        desk = session.desk
        desk.views += [MetricsView(desk.system, self._look), ModelView(desk.system, models.look)]
        session.models.append(self._model)
        session.news.append(self._news)
        session.hears["steward"] = self._steward
        session.refreshes.append(self._renew)
        self._stale = True
        self._asked_at = -9.0
        self._open = 0  # questions under way

    def table(self) -> list[Command]:
        return [
            Command("steward.switch", "Pause the steward or let it go on", self.switch),
            Command("steward.audit", "Audit now", self.audit, "Looks at the measurements of the last day"),
            Command("steward.show", "How the system is", self.show, "What it measures of itself, and its steward",
                    menus=("world",), when=has_metrics),
            Command("expert.choose", "Show the expert", self.choose),
            Command("expert.activate", "Make it hot", self.activate, "Its adapter answers from now on"),
        ]  # fmt: skip

    # -- measurements

    def _look(self, ident: int) -> None:
        """The morph was opened, or its limits have changed."""
        self.session.read_object(ident)
        self._stale, self._asked_at = True, -9.0

    def _news(self, kind: str) -> None:
        if kind not in QUIET:
            self._stale = True

    def _renew(self) -> None:
        """After a new connection nothing that is under way will be answered."""
        self._stale, self._open = True, 0

    def _seen(self) -> bool:
        """Whether anybody sees the measurements now."""
        desk = self.session.desk
        found = desk.mirror.find(METRICS_OBJECT)
        outliner = desk.outliners.get(found.id) if found is not None else None
        if outliner is None or not outliner.open or outliner.plain:
            return False
        area = desk.scene.area(outliner.ident)
        return area is not None and area.overlaps(desk.scene.camera.seen())

    def tick(self, now: float) -> None:
        """Asks for the measurements when there is news, they are seen, and they were not asked for just now."""
        if self._stale and not self._open and now >= self._asked_at + EVERY and self._seen():
            self._stale, self._asked_at = False, now
            self._ask()

    def due(self, now: float) -> float | None:
        """When `tick` has something to do although nothing else happens."""
        if not self._stale or self._open or not self._seen():
            return None
        return max(now, self._asked_at + EVERY)

    def _ask(self) -> None:
        session, system = self.session, self.session.desk.system
        self._open = 2

        def measured(reply: Reply) -> None:
            self._open -= 1
            system.measured(reply.get("result"))
            self._touch(METRICS_OBJECT)

        def steward(reply: Reply) -> None:
            self._open -= 1
            self._steward(reply.get("result") or reply)

        def no(refusal: Refusal) -> None:
            self._open -= 1
            system.problem = refusal.message
            self._touch(METRICS_OBJECT)

        session.call("metrics", measured, no, hours=HOURS)
        session.call("steward", steward, no, action="status")

    def _touch(self, name: str) -> None:
        desk = self.session.desk
        found = desk.mirror.find(name)
        if found is not None:
            desk.touch(found.id)

    def show(self, desk: Desk, call: Call) -> None:
        del call
        found = desk.mirror.find(METRICS_OBJECT)
        if found is None:
            return
        outliner = desk.outliners.get(found.id)
        if outliner is not None and found.id in desk.scene.rows:
            outliner.open, outliner.plain = True, False
            self.session.look_into(found.id)
            desk.touch(found.id)
            self.session.stage.save((found.id,))
        desk.run("object.go", Call(found.id))

    # -- the steward

    def _steward(self, row: Mapping[str, Any]) -> None:
        if "paused" in row:
            self.session.desk.system.steward = steward_of(row)
            self._touch(METRICS_OBJECT)

    def switch(self, desk: Desk, call: Call) -> None:
        del call
        known = desk.system.steward
        action = "resume" if known is not None and known.paused else "pause"

        def yes(reply: Reply) -> None:
            self._steward(reply.get("result") or reply)
            desk.say("The steward is paused." if action == "pause" else "The steward goes on.")

        def no(refusal: Refusal) -> None:
            desk.say(f"The steward: {refusal.message}", trouble=True)

        self.session.call("steward", yes, no, action=action)

    def audit(self, desk: Desk, call: Call) -> None:
        del call
        desk.system.auditing = True
        self._touch(METRICS_OBJECT)

        def yes(reply: Reply) -> None:
            desk.system.auditing = False
            desk.say(str(reply.get("words") or "The audit is done."))
            self._stale, self._asked_at = True, -9.0
            self._touch(METRICS_OBJECT)

        def no(refusal: Refusal) -> None:
            desk.system.auditing = False
            desk.say(f"Audit: {refusal.message}", trouble=True)
            self._touch(METRICS_OBJECT)

        self.session.call("audit", yes, no)

    # -- the model's experts

    def _model(self, row: Mapping[str, Any]) -> None:
        desk = self.session.desk
        changed = desk.system.model_told(row)
        models = desk.system.models
        if models.is_other(row) and models.progress(str(row.get("id") or "")) is None:
            # Nothing is under way with the other one any more: the status line is about the one in use again.
            desk.notes.model = model_words(desk.system.model)
        self._touch(MODEL_OBJECT)
        if changed:
            self.models.changed()

    def choose(self, desk: Desk, call: Call) -> None:
        name = str(call.argument)
        desk.system.chosen = "" if desk.system.chosen == name else name
        self._touch(MODEL_OBJECT)

    def activate(self, desk: Desk, call: Call) -> None:
        """Has the memory manager make an expert hot, like anybody else would: by a message."""
        name = str(call.argument)

        def yes(reply: Reply) -> None:
            went = reply.get("result") is not False
            desk.say(f"{name} is hot." if went else f"{name} has no adapter that fits this model.", trouble=not went)
            self.session.ask_status()

        def no(refusal: Refusal) -> None:
            desk.say(f"{name}: {refusal.message}", trouble=True)

        self.session.call(
            "dispatch_message", yes, no, target_oid=MANAGER_OBJECT, message_name="activate_expert_", args=[name],
            kwargs={}, ask=True,
        )  # fmt: skip


def has_metrics(desk: Desk) -> bool:
    return desk.mirror.find(METRICS_OBJECT) is not None
