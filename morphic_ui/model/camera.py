"""The camera: which part of the unbounded world is seen, and how large."""

from __future__ import annotations

from .geometry import Point, Rect

NEAREST = 4.0
FARTHEST = 0.25
ALL_FARTHEST = 0.02
# One notch of the wheel; four notches double the size.
NOTCH = 2 ** (1 / 4)


class Camera:
    """Maps world points (dp) to screen points (device pixels): screen = world * scale + offset.

    `zoom` is what people see (1 = 100 %); `density` is the screen's pixels for one dp.
    """

    def __init__(self, width: float = 1280, height: float = 800, density: float = 1.0) -> None:
        self.width = width
        self.height = height
        self.density = density
        self.zoom = 1.0
        self.x = 0.0
        self.y = 0.0

    @property
    def scale(self) -> float:
        """Device pixels for one unit of the world."""
        return self.zoom * self.density

    def to_screen(self, x: float, y: float) -> Point:
        return Point(x * self.scale + self.x, y * self.scale + self.y)

    def to_world(self, x: float, y: float) -> Point:
        return Point((x - self.x) / self.scale, (y - self.y) / self.scale)

    def seen(self, margin: float = 0.0) -> Rect:
        """The part of the world on the screen, grown by `margin` device pixels."""
        left, top = self.to_world(-margin, -margin)
        return Rect(left, top, (self.width + 2 * margin) / self.scale, (self.height + 2 * margin) / self.scale)

    def pan(self, dx: float, dy: float) -> None:
        """Moves the picture by device pixels."""
        self.x += dx
        self.y += dy

    def zoom_about(self, x: float, y: float, zoom: float) -> None:
        """Changes the zoom, within its limits, so that the world point under (x, y) stays there."""
        under = self.to_world(x, y)
        # Fitting all of a large world may have gone farther out than people can zoom: stay there or come nearer.
        self.zoom = min(NEAREST, max(min(FARTHEST, self.zoom), zoom))
        self.x = x - under.x * self.scale
        self.y = y - under.y * self.scale

    def settle(self) -> None:
        """Puts the offset on whole device pixels, so that hair lines at 100 % are one sharp pixel."""
        self.x = float(round(self.x))
        self.y = float(round(self.y))

    def framing(self, area: Rect, margin: float = 56.0, most: float = 1.0) -> tuple[float, float, float]:
        """Offset x, offset y and zoom that show `area` in the middle, at most at zoom `most`."""
        margin *= self.density
        wide = max(1.0, self.width - 2 * margin) / max(1.0, area.w * self.density)
        high = max(1.0, self.height - 2 * margin) / max(1.0, area.h * self.density)
        zoom = min(most, NEAREST, max(ALL_FARTHEST, min(wide, high)))
        centre = area.centre
        scale = zoom * self.density
        return round(self.width / 2 - centre.x * scale), round(self.height / 2 - centre.y * scale), zoom

    def bringing(
        self, area: Rect, least: float, top: float = 40.0, margin: float = 24.0, covered: float = 0.0
    ) -> tuple[float, float, float]:
        """Offset and zoom at which `area` is seen whole, with as little movement as that needs.

        The zoom stays, unless that shows too little; it goes no lower than `least`, and no nearer than 100 % by itself.
        Zoom 0 says that not all of the area can be shown; the offset then shows its beginning. `top` dp are covered, so
        are `covered` dp at the right.
        """
        wide = (self.width / self.density - 2 * margin - covered) / max(1.0, area.w)
        high = (self.height / self.density - 2 * margin - top) / max(1.0, area.h)
        room = min(wide, high)
        zoom = min(max(self.zoom, least), room)
        if self.zoom < least:
            zoom = min(1.0, room)
        fits = zoom >= least
        if not fits:
            zoom = max(self.zoom, least)
        scale = zoom * self.density
        # Where the world lies when the zoom changes about the middle of the window.
        middle = self.to_world(self.width / 2, self.height / 2)
        x, y = self.width / 2 - middle.x * scale, self.height / 2 - middle.y * scale
        margin, top, covered = margin * self.density, top * self.density, covered * self.density
        dx = _into(area.x * scale + x, area.right * scale + x, margin, self.width - margin - covered)
        dy = _into(area.y * scale + y, area.bottom * scale + y, margin + top, self.height - margin)
        if zoom == self.zoom and not dx and not dy:
            return self.x, self.y, zoom if fits else 0.0
        return round(x - dx), round(y - dy), zoom if fits else 0.0

    def fit(self, area: Rect, margin: float = 56.0, most: float = 1.0) -> None:
        self.x, self.y, self.zoom = self.framing(area, margin, most)

    def resize(self, width: float, height: float) -> None:
        self.width, self.height = width, height


def _into(low: float, high: float, least: float, most: float) -> float:
    """How far low..high lies beyond least..most; its start wins when it is too long."""
    if low < least or high - low > most - least:
        return low - least
    return high - most if high > most else 0.0
