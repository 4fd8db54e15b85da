"""Where things stand: the first world, new objects, the track, and the placement records kept in the image."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ..cycle.board import Cycle
from ..cycle.track import TRACK_WIDTH, TrackFace
from ..model.fields import FieldState
from ..model.geometry import Point
from ..model.layout import GAP, Item, families, flow, free_place
from ..model.link import Refusal, Reply
from ..model.mirror import ObjectRecord
from ..model.theme import METRICS
from ..outliner.face import OPEN_WIDTH
from ..outliner.message import AnswerState
from ..tools.welcome import WelcomeFace
from .desk import Desk
from .kernel import STATES_OBJECT, is_kernel

CORNER = Point(48, 76)  # below the status line
TEXT_BATCH = 0.1  # seconds between two drawings of streamed text
OPENED_AT_FIRST = 4  # objects that stand open in a first world


class Stage:
    """Places morphs, and keeps their places in the image."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.track: TrackFace | None = None
        self.welcome: int | None = None
        self._text_pending = False
        self._text_shown = -9.0
        self._second = 0
        self.expected: list[tuple[Point, bool]] = []  # places for objects that a person has just asked for

    # -- the track and its states

    def holds(self, record: ObjectRecord) -> bool:
        """State prototypes stand on the track; the object that keeps them is the track."""
        if record.name == STATES_OBJECT:
            return True
        return record.id in self.desk.board.prototypes.values() and record.id not in self.desk.scene.rows

    def states_known(self) -> None:
        """Prototypes that were placed before they were known to be states go onto the track."""
        desk = self.desk
        for ident in desk.board.prototypes.values():
            outliner = desk.outliners.get(ident)
            if outliner is not None and not outliner.open and ident in desk.scene.rows:
                desk.scene.remove(ident)
        self.touch_track()

    def ensure_track(self, placements: Mapping[int, Mapping[str, Any]]) -> None:
        if self.track is not None and self.track.ident in self.desk.scene.rows:
            return
        found = self.desk.mirror.find(STATES_OBJECT)
        ident = found.id if found is not None else self.desk.card_ident()
        self.track = TrackFace(ident, self.desk.board)
        placement = placements.get(ident)
        at = Point(float(placement["x"]), float(placement["y"])) if placement and placement.get("w") else None
        row = self.desk.scene.add(self.track, at)
        if at is None:
            area = self.desk.scene.table.area(row)
            at = free_place(area.w, area.h, Point(430, CORNER.y), self.desk.taken(but=(ident,)))
            self.desk.scene.table.move_to(row, at.x, at.y)

    def touch_track(self) -> None:
        if self.track is not None:
            self.track.touch()

    def text_came(self) -> None:
        """Streamed text is shown in batches, however fast it comes."""
        if not self._text_pending:
            self._text_pending = True
            self.desk.wake()

    def tick(self, now: float) -> None:
        """Brings the track up to date when a batch of text is due or a second has passed."""
        if self._text_pending and now >= self._text_shown + TEXT_BATCH:
            self._text_pending, self._text_shown = False, now
            self.touch_track()
        if int(now) != self._second and self._counting():
            self.touch_track()
        self._second = int(now)

    def due(self, now: float) -> float | None:
        """When the track changes by itself next."""
        if self._text_pending:
            return max(now, self._text_shown + TEXT_BATCH)
        return float(int(now) + 1) if self._counting() else None

    def _counting(self) -> bool:
        return any(one.running or one.held for one in self.desk.board.cycles.values())

    def cycle_changed(self, cycle: Cycle) -> None:
        desk = self.desk
        self.touch_track()
        live = desk.board.live
        desk.notes.running = sum(one.running for one in live)
        for outliner in desk.outliners.values():
            for asked in outliner.asked:
                if asked.mission == cycle.mission and asked.state is AnswerState.MISSION:
                    asked.text = mission_words(cycle)
                    desk.touch(outliner.ident)
        desk.wake()

    # -- the first world

    def first_world(self, fresh: Sequence[ObjectRecord], look_into: Callable[[int], None]) -> None:
        """Lays out a world that nobody has arranged yet: people's objects open, the kernel on a shelf."""
        desk = self.desk
        loud = [one for one in fresh if not is_kernel(one)]
        order = [item.ident for group in families([Item(one.id, 0, 0, one.parents) for one in loud]) for item in group]
        opened = set(order[:OPENED_AT_FIRST])
        records = {one.id: one for one in fresh}
        # The slots are not here yet: room is kept for as many rows as the list says there are.
        for ident in [*order, *(one.id for one in fresh if is_kernel(one))]:
            desk.add_object(records[ident], CORNER, ident in opened)
        heights = {ident: self._height(records[ident], ident in opened) for ident in records}
        places: dict[int, Point] = {}
        bottoms = [CORNER.y, CORNER.y]
        left = [CORNER.x, CORNER.x + OPEN_WIDTH + GAP]
        used = 1
        for number, ident in enumerate(order):
            column = 0 if number < 2 else min((0, 1), key=lambda one: bottoms[one])
            used = max(used, column + 1)
            places[ident] = Point(left[column], bottoms[column])
            bottoms[column] += heights[ident] + GAP
        right = left[used - 1] + OPEN_WIDTH + GAP if order else CORNER.x
        if self.track is not None:
            places[self.track.ident] = Point(right, CORNER.y)
            track = desk.scene.area(self.track.ident)
            bottom = CORNER.y + (track.h if track else 0) + GAP
            welcome = WelcomeFace(desk.card_ident())
            self.welcome = welcome.ident
            desk.scene.add(welcome, Point(right, bottom))
            area = desk.scene.area(welcome.ident)
            bottom += (area.h if area else 0) + GAP
        else:
            bottom = CORNER.y
        shelf = []
        for one in fresh:
            if is_kernel(one):
                spot = desk.scene.area(one.id)
                shelf.append(Item(one.id, spot.w if spot else 160, spot.h if spot else 36))
        places.update(flow(shelf, right, bottom, TRACK_WIDTH, gap=14))
        for ident, at in places.items():
            desk.scene.table.move_to(desk.scene.rows[ident], at.x, at.y)
        for ident in opened:
            look_into(ident)
        self.save(tuple(records))

    def _height(self, record: ObjectRecord, open_: bool) -> float:
        """How tall a morph will be once its slots are known."""
        m = METRICS
        if not open_:
            return m.header
        groups = min(2, len(record.parents))
        return m.header + 7 + (max(1, record.slot_count) + 1 + groups) * m.row + 4 + m.field + 4 + 10

    def look_around(self, first: bool) -> None:
        """Shows the whole world once, when it first stands."""
        bounds = self.desk.scene.table.bounds()
        if bounds is None:
            return
        camera = self.desk.scene.camera
        if first:
            # A new world begins at its corner at 100 %, as far as it fits.
            camera.fit(bounds.grown(0), margin=40)
            if camera.zoom >= 1.0:
                camera.x = camera.y = 0.0
        elif not bounds.overlaps(camera.seen()):
            camera.fit(bounds)

    # -- new objects

    def expect(self, at: Point, open_: bool) -> None:
        self.expected.append((at, open_))

    def place_for(self, ident: int) -> Point:
        del ident
        return self.expected[0][0] if self.expected else self.desk.scene.camera.seen().centre

    def opens(self, ident: int) -> bool:
        del ident
        return self.expected.pop(0)[1] if self.expected else False

    # -- placements

    def placement(self, ident: int) -> dict[str, Any]:
        """The record that keeps an object's place; no width means put away."""
        desk = self.desk
        row = desk.scene.row_of(ident)
        if row is None:
            return {"id": ident, "x": 0.0, "y": 0.0, "w": 0.0, "h": 0.0, "z": 0, "open": False}
        area = desk.scene.table.area(row)
        rest = desk.scene.motion.resting_place(row)
        x, y = (rest[0] - area.w / 2, rest[1] - area.h / 2) if rest else (area.x, area.y)
        outliner = desk.outliners.get(ident)
        return {
            "id": ident, "x": float(x), "y": float(y), "w": float(area.w), "h": float(area.h),
            "z": int(desk.scene.table.z[row]), "open": bool(outliner and outliner.open),
        }  # fmt: skip

    def save(self, idents: Iterable[int]) -> None:
        """Keeps the places of these morphs in the image; cards that are no objects have none."""
        rows = [self.placement(ident) for ident in idents if ident > 0]
        if not rows:
            return
        notes = self.desk.notes
        notes.saving += 1

        def done(_reply: Reply) -> None:
            notes.saving = max(0, notes.saving - 1)
            notes.saved_at = self.desk.now
            self.desk.wake()

        def refused(refusal: Refusal) -> None:
            notes.saving = max(0, notes.saving - 1)
            if refusal.code != "link_down":
                self.desk.say(f"The places were not kept: {refusal.message}", trouble=True)

        self.desk.link.call("place", placements=rows).then(done, refused)

    def placed_elsewhere(self, placement: Mapping[str, Any]) -> None:
        """Another window has moved something; what is in this hand is left alone."""
        ident = placement.get("id")
        row = self.desk.scene.row_of(ident) if isinstance(ident, int) else None
        if row is None or row in self.desk.scene.carried or not placement.get("w"):
            return
        at = Point(float(placement["x"]), float(placement["y"]))
        if at != self.desk.corner(int(self.desk.scene.table.ident[row])):
            self.desk.glide({int(self.desk.scene.table.ident[row]): at}, 0.2)

    # -- the image is away

    def away(self) -> None:
        """The image's process has gone: nothing is lost, what was on its way is said to be unsaved."""
        for outliner in self.desk.outliners.values():
            for known in outliner.fields.values():
                if known.state is FieldState.SAVING:
                    known.refuse(known.seq, "Not saved: the image was away. Enter sends it again.")
            for asked in outliner.asked:
                if asked.state is AnswerState.SENT:
                    asked.state, asked.text = AnswerState.FAILED, "No answer: the image was away."
            self.desk.touch(outliner.ident)


def mission_words(cycle: Cycle) -> str:
    """What stands at the place where the message was sent, while its mission goes on."""
    if cycle.status == "waiting":
        return f"{cycle.title}: waiting for you"
    if cycle.status == "done":
        return f"{cycle.title}: done"
    if cycle.status == "failed":
        return f"{cycle.title} failed: {cycle.reason}" if cycle.reason else f"{cycle.title} failed"
    if cycle.status == "stopped":
        return f"{cycle.title} was stopped"
    return f"{cycle.title}: {cycle.state.lower()}"
