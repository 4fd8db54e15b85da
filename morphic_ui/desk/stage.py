"""Where things stand: the first world, new objects, the track, and the placement records kept in the image."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..cycle.board import Cycle
from ..cycle.track import TRACK_WIDTH, TrackFace
from ..memory.document_view import is_document
from ..model.fields import FieldState
from ..model.geometry import Point, Rect
from ..model.layout import GAP, Item, families, flow, free_place, pushed_down
from ..model.link import Refusal, Reply
from ..model.mirror import ObjectRecord
from ..model.settings import Settings
from ..model.theme import METRICS, STATE_MOVE
from ..outliner.face import OPEN_WIDTH
from ..outliner.message import AnswerState
from ..tools.welcome import WelcomeFace
from .desk import Desk
from .kernel import STATES_OBJECT, is_kernel
from .moves import Moves

CORNER = Point(48, 76)  # below the status line
COLUMN_GAP = 48.0  # room for an arrow between columns
ELSEWHERE = 0.2  # seconds that a move from another window takes here
TEXT_BATCH = 0.1  # seconds between two drawings of streamed text
OPENED_AT_FIRST = 4  # objects that stand open in a first world


@dataclass(frozen=True, slots=True)
class Promise:
    """Where an object that is on its way belongs; `exact`: there and nowhere else, whatever lies below."""

    at: Point
    open: bool = True
    exact: bool = False


class Stage:
    """Places morphs, and keeps their places in the image."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.track: TrackFace | None = None
        self.welcome: int | None = None
        self.remembered: Settings | None = None  # where one looked when the window was closed
        self._text_pending = False
        self._text_shown = -9.0
        self._second = 0
        self.watchers: list[Callable[[], None]] = []  # other cards that show how cycles go on
        self.moves = Moves()
        self.promised: dict[int, Promise] = {}  # objects that are on their way, and where they belong
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
        for touch in self.watchers:
            touch()

    def text_came(self) -> None:
        """Streamed text is shown in batches, however fast it comes."""
        if not self._text_pending:
            self._text_pending = True
            self.desk.wake()

    @property
    def text_waits(self) -> bool:
        """Whether text has come that no frame shows yet."""
        return self._text_pending

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

    def opened_first(self, fresh: Sequence[ObjectRecord]) -> list[int]:
        """The objects that stand open in a first world: people's own, families together; documents stay closed."""
        closed = {one.id for one in fresh if is_document(one.slot_names)}
        return [ident for ident in self._order(fresh) if ident not in closed][:OPENED_AT_FIRST]

    def _order(self, fresh: Sequence[ObjectRecord]) -> list[int]:
        loud = [Item(one.id, 0, 0, one.parents) for one in fresh if not is_kernel(one)]
        return [item.ident for group in families(loud) for item in group]

    def first_world(self, fresh: Sequence[ObjectRecord]) -> None:
        """Lays out a world that nobody has arranged yet: people's objects open, the kernel on a shelf."""
        desk = self.desk
        records = {one.id: one for one in fresh}
        order = self._order(fresh)
        opened = set(self.opened_first(fresh))
        shelf = [one.id for one in fresh if one.id not in order]
        for ident in [*order, *shelf]:
            desk.add_object(records[ident], CORNER, ident in opened)
        sizes = {ident: desk.scene.table.area(desk.scene.rows[ident]) for ident in records}
        places: dict[int, Point] = {}
        lefts = [CORNER.x, CORNER.x + OPEN_WIDTH + COLUMN_GAP]
        bottoms = [CORNER.y, CORNER.y]
        for ident in order:
            column = min((0, 1), key=lambda one: bottoms[one])
            places[ident] = Point(lefts[column], bottoms[column])
            bottoms[column] += sizes[ident].h + GAP
        used = 2 if bottoms[1] > CORNER.y else 1
        right = lefts[used - 1] + OPEN_WIDTH + COLUMN_GAP if order else CORNER.x
        bottom = CORNER.y
        if self.track is not None:
            places[self.track.ident] = Point(right, bottom)
            bottom += desk.scene.table.area(desk.scene.rows[self.track.ident]).h + GAP
        row = self.greet(Point(right, bottom))
        bottom += desk.scene.table.area(row).h + GAP
        items = [Item(ident, sizes[ident].w, sizes[ident].h) for ident in shelf]
        places.update(flow(items, right, bottom, TRACK_WIDTH, gap=14))
        for ident, at in places.items():
            desk.scene.table.move_to(desk.scene.rows[ident], at.x, at.y)
        self.save(places)

    def greet(self, at: Point) -> int:
        """Shows the card with three things to try; its row."""
        welcome = WelcomeFace(self.desk.card_ident())
        self.welcome = welcome.ident
        return self.desk.scene.add(welcome, at)

    @property
    def welcome_at(self) -> Point | None:
        """Where the card with three things to try lies, until it is put away."""
        area = self.desk.scene.area(self.welcome) if self.welcome is not None else None
        return None if area is None else Point(area.x, area.y)

    def settle(self) -> None:
        """Morphs that have grown by an answer, by new slots or by a new cycle get the room they need."""
        desk = self.desk
        desk.scene.refresh()
        grown, desk.scene.grown = desk.scene.grown, {}
        for row, before in grown.items():
            # Opening a title card is the person's own doing: it lies over others like a sheet of paper.
            if before.h > METRICS.header:
                self.make_room(int(desk.scene.table.ident[row]), before)

    def make_room(self, ident: int, before: Rect) -> None:
        """A morph has grown by itself: what stood clear of it and is covered now glides down."""
        desk = self.desk
        area = desk.scene.area(ident)
        if area is None:
            return
        held = {int(desk.scene.table.ident[row]) for row in desk.scene.carried}
        others = {one: desk.resting_area(one) for one in desk.scene.rows if one not in held}
        moved = pushed_down(ident, before, {**others, ident: area})
        desk.glide(moved, STATE_MOVE)
        self.save(moved)

    def look_around(self, first: bool) -> None:
        """Shows the whole world once, when it first stands."""
        bounds = self.desk.scene.table.bounds()
        if bounds is None:
            return
        camera, kept = self.desk.scene.camera, self.remembered
        if kept is not None and kept.zoom > 0 and not first:
            camera.x, camera.y, camera.zoom = kept.x, kept.y, kept.zoom
            if kept.welcome:
                self.greet(Point(kept.welcome_x, kept.welcome_y))
            self.remembered = None
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

    def due_place(self, ident: int) -> Promise:
        """Where an object that has just come into the image is to be shown; asked once for each."""
        promise = self.promised.pop(ident, None)
        if promise is not None:
            return promise
        if self.expected:
            return Promise(*self.expected.pop(0))
        return Promise(self.desk.scene.camera.seen().centre, False)

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
        notes, own = self.desk.notes, [row["id"] for row in rows]
        notes.saving += 1
        self.moves.sent(own)

        def done(reply: Reply) -> None:
            notes.saved()
            notes.saved_at = self.desk.now
            for placement in self.moves.kept(own, int(reply.get("tid") or 0)):
                self._follow(placement)
            self.desk.wake()

        def refused(refusal: Refusal) -> None:
            notes.saved()
            for placement in self.moves.kept(own, 0):
                self._follow(placement)
            if refusal.code != "link_down":
                self.desk.say(f"The places were not kept: {refusal.message}", trouble=True)

        self.desk.link.call("place", placements=rows).then(done, refused)

    def placed(self, placement: Mapping[str, Any], tid: int) -> None:
        """Something has been moved in a window of this image, perhaps in this one."""
        if self.moves.news(placement, tid):
            self._follow(placement)

    def _follow(self, placement: Mapping[str, Any]) -> None:
        """Another window has moved something; what is in this hand is left alone."""
        desk, ident = self.desk, int(placement["id"])
        row, record = desk.scene.row_of(ident), desk.mirror.get(ident)
        at = Point(float(placement.get("x") or 0.0), float(placement.get("y") or 0.0))
        if not placement.get("w"):
            if row is not None and ident in desk.outliners:
                desk.away.add(ident)
                desk.scene.remove(ident)
        elif row is None:
            if record is not None and ident in desk.away:
                desk.away.discard(ident)
                desk.add_object(record, at, bool(placement.get("open")))
        elif row not in desk.scene.carried and at != desk.resting_corner(ident):
            desk.glide({ident: at}, ELSEWHERE)

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
