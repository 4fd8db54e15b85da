"""The conversation with the image: what the world asks, and what becomes of answers and events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..model.geometry import Point
from ..model.layout import free_place
from ..model.link import Event, LinkState, Refusal, Reply
from ..model.mirror import ObjectRecord
from ..model.notes import model_words
from ..model.theme import STATES
from .desk import Desk
from .kernel import STATES_OBJECT
from .proposals import Proposals
from .stage import Promise, Stage

PAGE = 1000
NEW_HEIGHT = 180.0  # of an open object with a parent and nothing else


class Session:
    """Keeps the desk up with the image; it is the link's listener."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.stage = Stage(desk)
        self.proposals = Proposals(desk, self.stage)
        self._listing: list[int] = []
        self._placements: dict[int, Mapping[str, Any]] | None = None
        self._listed = False
        self.stands = False  # every object has its place, and the slots of open ones are there
        self._placed = False  # every object has its place
        self._unread: set[int] = set()  # open objects whose slots, and so whose size, are still on their way
        self._later: list[Callable[[], None]] = []  # what is done once all of that is known
        self.hears: dict[str, Callable[[Event], None]] = {}  # kind of event -> who else listens to it
        self.models: list[Callable[[Mapping[str, Any]], None]] = []  # told how the model is
        self.missions: list[Callable[[Mapping[str, Any]], None]] = []  # told of every mission's row
        self.news: list[Callable[[str], None]] = []  # told of every event's kind
        self.refreshes: list[Callable[[], None]] = []  # asked again after every reconnection
        self.forgets: list[Callable[[int], None]] = []  # told of objects that are gone from the image
        self.lost: list[Callable[[], None]] = []  # told when the image is away
        self.claims: list[Callable[[ObjectRecord], Promise | None]] = []  # who knows where a new object belongs

    # -- the link

    def link_changed(self, state: LinkState, reason: str) -> None:
        desk = self.desk
        before, desk.notes.link, desk.notes.reason = desk.notes.link, state, reason
        if state is LinkState.UP:
            if before is LinkState.DOWN:
                desk.say("The image is back. What you typed is still here.")
            self.refresh()
        elif state is LinkState.DOWN and before is not LinkState.DOWN:
            desk.notes.saving = 0
            self.stage.away()
            for tell in self.lost:
                tell()
        desk.wake()

    def refresh(self) -> None:
        """Asks for everything the world shows; it runs again after every reconnection."""
        self._listing, self._placements, self._listed = [], None, False
        self._unread, self._later = set(), []
        self.ask_status()
        self.call("placements", self._got_placements, lambda _refusal: self._got_placements({"result": []}))
        self.call("objects", self._page, after=0, limit=PAGE)
        self.call("missions", self._missions, lambda _refusal: None)
        self.call("proposals", self._proposals, lambda _refusal: None)
        for ask in self.refreshes:
            ask()

    def call(
        self, command: str, yes: Callable[[Reply], None], no: Callable[[Refusal], None] | None = None, **fields: Any
    ) -> None:
        self.desk.link.call(command, **fields).then(yes, no or self._refused)

    def _refused(self, refusal: Refusal) -> None:
        if refusal.code != "link_down":
            self.desk.say(refusal.message, trouble=True)

    # -- what is there

    def ask_status(self) -> None:
        self.call("status", self._status)

    def _status(self, reply: Reply) -> None:
        self._status_row(reply.get("result") or reply)

    def _status_row(self, row: Mapping[str, Any]) -> None:
        notes = self.desk.notes
        model = row.get("model")
        if isinstance(model, Mapping):
            notes.model = model_words(model)
            for take in self.models:
                take(model)
        image = row.get("image")
        if isinstance(image, str) and image:
            notes.image = image.rstrip("/").rsplit("/", 1)[-1] or notes.image
        self.desk.wake()

    def _page(self, reply: Reply) -> None:
        rows = reply.get("result") or ()
        for row in rows:
            self._listing.append(self.desk.mirror.list_row(row).id)
        after = reply.get("next")
        if after and rows:
            self.call("objects", self._page, after=after, limit=PAGE)
            return
        # Parents may be named before they are listed: read them again now that every name is known.
        for row in rows:
            self.desk.mirror.list_row(row)
        self._listed = True
        states = self.desk.mirror.find(STATES_OBJECT)
        if states is not None:
            # Which objects are states must be known before the rest is laid out.
            self._listed = False
            self.call("inspect", self._states, lambda _refusal: self._states({}), target_oid=states.id)
        self._populate()

    def _states(self, reply: Reply) -> None:
        row = reply.get("result") or reply
        if row.get("slots"):
            self._inspected(dict(row), int(reply.get("tid") or 0))
        self._listed = True
        self._populate()

    def _got_placements(self, reply: Reply) -> None:
        rows = reply.get("result") or ()
        self._placements = {int(row["id"]): row for row in rows if isinstance(row.get("id"), int)}
        self._populate()

    def _populate(self) -> None:
        """Objects and placements are both known: the world stands."""
        if not self._listed or self._placements is None:
            return
        desk = self.desk
        known = set(self._listing)
        for ident in [ident for ident in desk.mirror.objects if ident not in known]:
            self.forget(ident)
        fresh: list[ObjectRecord] = []
        for ident in self._listing:
            record = desk.mirror.get(ident)
            if record is None or ident in desk.scene.rows or ident in desk.away or self.stage.holds(record):
                continue
            placement = self._placements.get(ident)
            if placement is None:
                fresh.append(record)
            else:
                self.place_as(record, placement)
        self.stage.ensure_track(self._placements)
        if fresh and not self._placements:
            self._first(fresh)
            return
        for record in fresh:
            self.arrive(record, desk.scene.camera.seen().centre)
        opened = [one for one in desk.outliners.values() if one.open]
        self._unread = {one.ident for one in opened if one.record.slots is None and desk.view_of(one) is None}
        for outliner in opened:
            self.look_into(outliner.ident)
        self.stage.look_around(False)
        self._stand()
        desk.wake()

    def _stand(self) -> None:
        """Every object has its place; what looks for a free one comes when the size of each is known, too."""
        self._placed = True
        self._size_known()

    def _size_known(self, ident: int | None = None) -> None:
        """An open object's slots are there, or will not come."""
        self._unread.discard(ident or 0)
        if self._placed and not self._unread:
            self.stands = True
            later, self._later = self._later, []
            for work in later:
                work()

    def _when_standing(self, work: Callable[[], None]) -> None:
        self._later.append(work)
        self._size_known()

    def _first(self, fresh: list[ObjectRecord]) -> None:
        """Nobody has arranged this world yet. It is laid out once the slots that will be shown are known."""
        waiting = set(self.stage.opened_first(fresh))

        def lay_out() -> None:
            here = [record for record in fresh if record.id not in self.desk.scene.rows]
            self.stage.first_world(here)
            self._stand()
            self.stage.look_around(True)
            self.desk.wake()

        def settled(ident: int, reply: Reply | None) -> None:
            if reply is not None:
                self._inspected({"id": ident, **(reply.get("result") or reply)}, int(reply.get("tid") or 0))
            waiting.discard(ident)
            if not waiting:
                lay_out()

        if not waiting:
            lay_out()
        for ident in list(waiting):
            self.call(
                "inspect",
                lambda reply, ident=ident: settled(ident, reply),  # type: ignore[misc]
                lambda _refusal, ident=ident: settled(ident, None),  # type: ignore[misc]
                target_oid=ident,
            )

    def place_as(self, record: ObjectRecord, placement: Mapping[str, Any]) -> None:
        """Puts an object where its placement says; no width means that it is put away."""
        width = float(placement.get("w") or 0.0)
        if width <= 0:
            self.desk.away.add(record.id)
            return
        at = Point(float(placement.get("x") or 0.0), float(placement.get("y") or 0.0))
        z = placement.get("z")
        self.desk.add_object(record, at, bool(placement.get("open")), z if isinstance(z, int) and z > 0 else None)

    def _came(self, record: ObjectRecord) -> None:
        """An object has come into the image: to where it belongs, if anybody knows that."""
        for claim in self.claims:
            promise = claim(record)
            if promise is not None:
                self.stage.promised[record.id] = promise
                break
        promise = self.stage.due_place(record.id)
        self.arrive(record, promise.at, promise.open, promise.exact)
        view = self.desk.view_of(self.desk.outliners[record.id])
        if promise.open and view is not None:
            view.look_into(record.id)

    def arrive(self, record: ObjectRecord, near: Point, open_: bool = False, exact: bool = False) -> int:
        """A new object comes into the world, at the nearest free place; an exact one right there."""
        desk = self.desk
        row = desk.add_object(record, near, open_)
        area = desk.scene.table.area(row)
        # An open one whose slots are still on their way will need the room that a new object needs.
        height = max(area.h, NEW_HEIGHT) if open_ and record.slots is None else area.h
        at = Point(round(near.x), round(near.y))
        if not exact:
            at = free_place(area.w, height, at, desk.taken(but=(record.id,)))
        desk.scene.table.move_to(row, at.x, at.y)
        self.stage.save((record.id,))
        return row

    def come(self, ident: int) -> None:
        """An object that is in the image for sure is shown; its slots may become known later."""
        if ident not in self.desk.scene.rows:
            record = self.desk.mirror.get(ident)
            if record is None:
                record = self.desk.mirror.list_row({"id": ident, "name": None, "parents": (), "slots": 0})
            self._came(record)

    def bring_again(self, ident: int) -> None:
        """An object is in the image again: it comes to where the stage has promised it a place."""

        def yes(reply: Reply) -> None:
            row = reply.get("result") or reply
            self._inspected({**row, "id": ident}, int(reply.get("tid") or 0))
            record = self.desk.mirror.get(ident)
            if record is not None and ident not in self.desk.scene.rows:
                self._came(record)

        self.call("inspect", yes, target_oid=ident)

    def forget(self, ident: int) -> None:
        """The object is gone from the image."""
        desk = self.desk
        desk.mirror.remove(ident)
        desk.away.discard(ident)
        if desk.editing is not None and desk.editing.ident == ident:
            desk.end_edit()
        if ident in desk.scene.rows and ident in desk.outliners:
            desk.scene.remove(ident)
        desk.outliners.pop(ident, None)
        for tell in self.forgets:
            tell(ident)

    # -- objects

    def look_into(self, ident: int) -> None:
        """Asks for what an open object shows: its slots, or what its view needs."""
        outliner = self.desk.outliners.get(ident)
        view = self.desk.view_of(outliner) if outliner is not None else None
        if view is not None:
            view.look_into(ident)
        else:
            self.read_object(ident)

    def read_object(self, ident: int) -> None:
        """Asks for an object's slots themselves."""
        outliner = self.desk.outliners.get(ident)
        if outliner is not None:
            outliner.loading = outliner.record.slots is None

        def yes(reply: Reply) -> None:
            row = reply.get("result") or reply
            self._inspected({**row, "id": row.get("id", ident)}, int(reply.get("tid") or 0))
            self._size_known(ident)

        def no(refusal: Refusal) -> None:
            self._refused(refusal)
            self._size_known(ident)

        self.call("inspect", yes, no, target_oid=ident)

    def _inspected(self, row: Mapping[str, Any], tid: int) -> None:
        desk = self.desk
        ident = int(row["id"])
        known = desk.mirror.get(ident)
        before = known.slots if known is not None else None
        record = desk.mirror.inspect_row(row, tid)
        if record is None:
            return
        if record.name == STATES_OBJECT:
            desk.board.prototypes = {
                slot.name: slot.refs[0].id for slot in record.slots or () if slot.name in STATES and slot.refs
            }
            self.stage.states_known()
        outliner = desk.outliners.get(ident)
        if outliner is not None:
            if before is None and ident in desk.scene.rows:
                # Its place was chosen with its slots, at an earlier time.
                desk.scene.expected.add(desk.scene.rows[ident])
            outliner.arrived(tid, desk.now, before)
            desk.touch(ident)

    # -- events

    def heard(self, event: Event) -> None:
        kind = event.get("event")
        hear = {
            "delta": self._delta, "psm_transition": self._transition, "text": self._text, "mission": self._mission,
            "proposal": self._proposal, "status": self._status_row, "note": self._note, "gap": self._gap,
        }.get(str(kind))  # fmt: skip
        hear = hear or self.hears.get(str(kind))
        for tell in self.news:
            tell(str(kind))
        if hear is not None:
            hear(event)
            if kind != "text":
                # Streamed text is drawn in batches: the stage says when.
                self.desk.wake()

    def _gap(self, event: Event) -> None:
        """Events were missed: everything is asked for again."""
        del event
        self.refresh()

    def _delta(self, event: Event) -> None:
        desk = self.desk
        if event.get("resync"):
            self.refresh()
            return
        tid = int(event.get("tid") or 0)
        desk.mirror.tid = max(desk.mirror.tid, tid)
        for row in event.get("objects") or ():
            ident = int(row["id"])
            new = ident not in desk.mirror
            self._inspected(row, tid)
            record, outliner = desk.mirror.get(ident), desk.outliners.get(ident)
            view = desk.view_of(outliner) if outliner is not None and outliner.open else None
            if view is not None:
                view.look_into(ident)
            if new and record is not None and self._listed and not self.stage.holds(record):
                self._came(record)
            self._touch_heirs(ident)
        for gone in event.get("removed") or ():
            self.forget(int(gone))
        for placement in event.get("placements") or ():
            self.stage.placed(placement, tid)

    def _touch_heirs(self, ident: int) -> None:
        """Open outliners that inherit from a changed object are read again."""
        for outliner in self.desk.outliners.values():
            if outliner.open and any(
                slot.source is not None and slot.source.id == ident for slot in outliner.record.inherited
            ):
                self.look_into(outliner.ident)

    def _transition(self, event: Event) -> None:
        cycle = self.desk.board.heard_transition(event, self.desk.now)
        if cycle is not None:
            self.stage.cycle_changed(cycle)

    def _text(self, event: Event) -> None:
        if self.desk.board.heard_text(event, self.desk.now) is not None:
            self.stage.text_came()

    def _missions(self, reply: Reply) -> None:
        for row in reply.get("result") or ():
            self._mission(row)

    def _mission(self, row: Mapping[str, Any]) -> None:
        if isinstance(row.get("row"), Mapping):
            row = row["row"]
        cycle = self.desk.board.heard_mission(row, self.desk.now)
        for tell in self.missions:
            tell(row)
        if cycle is not None:
            self.stage.cycle_changed(cycle)

    def _proposals(self, reply: Reply) -> None:
        rows = [row for row in reply.get("result") or () if isinstance(row, Mapping)]
        self._when_standing(lambda: self.proposals.only(rows))

    def _proposal(self, row: Mapping[str, Any]) -> None:
        if isinstance(row.get("row"), Mapping):
            row = row["row"]
        self._when_standing(lambda: self.proposals.heard(row))

    def _note(self, event: Event) -> None:
        self.desk.say(str(event.get("text") or ""), trouble=bool(event.get("trouble")))
