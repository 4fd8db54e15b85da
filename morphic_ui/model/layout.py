"""Placing morphs so that nothing lies on anything else: one free place, a tidy world, the first world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from .geometry import Point, Rect

GAP = 28.0
STEP = 28.0


@dataclass(frozen=True, slots=True)
class Item:
    """Something to place: `parents` are other items' idents, nearest kin first."""

    ident: int
    width: float
    height: float
    parents: tuple[int, ...] = ()
    quiet: bool = False  # part of the kernel: belongs on the shelf


def free_place(width: float, height: float, near: Point, taken: Sequence[Rect], gap: float = GAP) -> Point:
    """The free place for a rectangle's top left corner that is nearest to `near`, on rings round it."""
    if not _hits(Rect(near.x, near.y, width, height), taken, gap):
        return near
    ring = 1
    while True:
        best: tuple[float, Point] | None = None
        for x, y in _ring(ring):
            at = Point(near.x + x * STEP, near.y + y * STEP)
            distance = x * x + y * y
            if (best is None or distance < best[0]) and not _hits(Rect(at.x, at.y, width, height), taken, gap):
                best = distance, at
        if best is not None:
            return best[1]
        ring += 1 if ring < 40 else ring // 4


def _ring(number: int) -> Iterable[tuple[int, int]]:
    for step in range(-number, number + 1):
        yield step, number
        yield step, -number
        yield number, step
        yield -number, step


def _hits(area: Rect, taken: Sequence[Rect], gap: float) -> bool:
    # Touching at exactly the gap is no hit, whatever the last bits of the sums say.
    return any(area.overlaps(other, gap - 1e-6) for other in taken)


def families(items: Sequence[Item]) -> list[list[Item]]:
    """Items grouped by kinship, parents before children; groups in the order of their first members."""
    by_ident = {item.ident: item for item in items}
    root: dict[int, int] = {item.ident: item.ident for item in items}

    def top(ident: int) -> int:
        while root[ident] != ident:
            root[ident] = root[root[ident]]
            ident = root[ident]
        return ident

    for item in items:
        # The nearest parent only: everything inherits from the lobby in the end.
        for parent in item.parents[:1]:
            if parent in by_ident:
                root[top(item.ident)] = top(parent)
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(top(item.ident), []).append(item)
    return [sorted(group, key=lambda item: _depth(item, by_ident)) for group in groups.values()]


def _depth(item: Item, by_ident: Mapping[int, Item]) -> int:
    depth, seen = 0, {item.ident}
    while item.parents and item.parents[0] in by_ident and item.parents[0] not in seen:
        item = by_ident[item.parents[0]]
        seen.add(item.ident)
        depth += 1
    return depth


def columns(items: Sequence[Item], left: float, top: float, count: int, gap: float = GAP) -> dict[int, Point]:
    """Items in `count` columns, each put where the columns are shortest."""
    width = max((item.width for item in items), default=0.0)
    bottoms = [top] * max(1, count)
    places = {}
    for item in items:
        column = min(range(len(bottoms)), key=lambda number: bottoms[number])
        places[item.ident] = Point(left + column * (width + gap), bottoms[column])
        bottoms[column] += item.height + gap
    return places


def flow(items: Sequence[Item], left: float, top: float, width: float, gap: float = 16.0) -> dict[int, Point]:
    """Items in rows from left to right, broken at `width`."""
    places, x, y, tallest = {}, left, top, 0.0
    for item in items:
        if x > left and x + item.width > left + width:
            x, y, tallest = left, y + tallest + gap, 0.0
        places[item.ident] = Point(x, y)
        x += item.width + gap
        tallest = max(tallest, item.height)
    return places


def tidy(items: Sequence[Item], corner: Point, aspect: float = 1.6) -> dict[int, Point]:
    """A tidy world: families in columns, the kernel's quiet cards on a shelf below."""
    loud = [item for group in families([item for item in items if not item.quiet]) for item in group]
    quiet = [item for item in items if item.quiet]
    places: dict[int, Point] = {}
    bottom = corner.y
    right = corner.x + 600
    if loud:
        space = sum((item.width + GAP) * (item.height + GAP) for item in loud)
        widest = max(item.width for item in loud) + GAP
        count = max(1, min(len(loud), round(sqrt(space * aspect) / widest)))
        places = columns(loud, corner.x, corner.y, count)
        bottom = max(places[item.ident].y + item.height for item in loud) + 2 * GAP
        right = max(right, max(places[item.ident].x + item.width for item in loud))
    places.update(flow(quiet, corner.x, bottom, right - corner.x))
    return places


def pushed_down(grown: int, before: Rect, areas: Mapping[int, Rect], gap: float = GAP) -> dict[int, Point]:
    """Where things must go when one has grown: those that stood clear of it and are covered now move down, and push
    others in their turn. What overlapped before is left alone: somebody put it there.
    """
    now = dict(areas)
    moved: dict[int, Point] = {}
    todo = [(grown, before)]
    for _ in range(20 * len(now) + 20):
        if not todo:
            break
        pusher, old = todo.pop(0)
        area = now[pusher]
        for one, spot in sorted(now.items(), key=lambda item: item[1].y):
            start = areas[one]
            if one in (pusher, grown) or start.y < old.y or start.overlaps(old):
                continue
            # Things keep the distance they had, as long as it was not larger than the usual one.
            room = min(gap, max(8.0, start.y - old.bottom))
            if not spot._replace(x=spot.x + 1, w=spot.w - 2).overlaps(area) and not (
                spot.overlaps(area, room - 0.5) and spot.x < area.right and area.x < spot.right
            ):
                continue
            now[one] = spot._replace(y=float(round(area.bottom + room)))
            moved[one] = Point(now[one].x, now[one].y)
            todo.append((one, start))
    return moved
