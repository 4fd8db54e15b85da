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

    def fit(self, area: Rect, margin: float = 56.0, most: float = 1.0) -> None:
        self.x, self.y, self.zoom = self.framing(area, margin, most)

    def resize(self, width: float, height: float) -> None:
        self.width, self.height = width, height
