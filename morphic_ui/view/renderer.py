"""The batch renderer: every morph of a layer in a few meshes, drawn in stacking order.

Display lists become vertices once, in their own coordinates, and are kept; a frame only joins the arrays of what is
visible and adds each morph's place. Panning and zooming change a uniform and nothing else, unless other morphs come
into sight or text must be drawn at another size.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from kivy.graphics import Mesh, RenderContext
from kivy.graphics.cgl import cgl_get_backend_name
from kivy.graphics.texture import Texture
from numpy.typing import NDArray

from ..model.camera import Camera
from ..model.pen import COLUMNS, DETAIL_ZOOM, DOTS, HALF, SHAPE, Drawn, Run
from ..model.theme import channels
from .atlas import Glyphs, LabelAtlas
from .shader import FLAT_FORMAT, FLAT_FRAGMENT, FLAT_VERTEX, FLOATS, FRAGMENT, VERTEX, VERTEX_FORMAT, Format

QUADS_A_MESH = 16_383  # 16-bit indices
NEW_RUNS_A_FRAME = 40
Vertices = NDArray[np.float32]
Floats = NDArray[np.float64]

_corner = np.arange(QUADS_A_MESH, dtype=np.uint16) * 4
_SIGN_X = np.array([-1.0, 1.0, 1.0, -1.0])
_SIGN_Y = np.array([-1.0, -1.0, 1.0, 1.0])
_INDICES = np.ascontiguousarray((_corner[:, None] + np.array([0, 1, 2, 2, 3, 0], np.uint16)).reshape(-1))


@dataclass(slots=True, eq=False)
class _Ready:
    """A display list as vertices (quads * 4, FLOATS), for one detail and one size of text."""

    drawn: Drawn
    key: tuple[int, float, int]  # detail, scale, atlas generation
    vertices: Vertices
    quads: int
    complete: bool  # every run stands at its right size


@dataclass
class Statistics:
    """What the last frame cost, for benchmarks and tests."""

    quads: int = 0
    meshes: int = 0
    rebuilt: int = 0  # display lists turned into vertices
    runs_made: int = 0
    uploads: int = field(default=0)


def expand(drawn: Drawn, keep: NDArray[np.intp] | None) -> Vertices:
    """Vertices (quads, 4, FLOATS) of a display list, or of the quads to keep. Text is still without its pixels."""
    quads = drawn.quads if keep is None else drawn.quads[keep]
    n = len(quads)
    vertices = np.empty((n, 4, FLOATS), np.float32)
    vertices[:, :, 0:2] = quads[:, 0:8].reshape(n, 4, 2)
    vertices[:, :, 2:4] = quads[:, 8:16].reshape(n, 4, 2)
    vertices[:, :, 4:] = quads[:, None, HALF:COLUMNS]
    return vertices


class Layer:
    """One batch: meshes that share the shader, the atlas and one camera."""

    def __init__(self, atlas: LabelAtlas) -> None:
        self.atlas = atlas
        self.canvas = RenderContext(vs=VERTEX, fs=FRAGMENT)
        # Without a driver (the mock backend of benchmarks) nothing compiles, and nothing needs to.
        if not self.canvas.shader.success and cgl_get_backend_name() != "mock":
            raise RuntimeError("the graphics driver refuses the world's shader; a driver with OpenGL 2 is needed")
        self.statistics = Statistics()
        self._meshes: list[Mesh] = []
        self._counts: dict[int, int] = {}  # indices in each mesh
        self._ready: dict[Drawn, _Ready] = {}
        self._shown: tuple[Drawn, ...] = ()
        self._places: Vertices = np.zeros((0, 2), np.float32)
        self._joined: Vertices = np.zeros((0, FLOATS), np.float32)
        self._own: Vertices = np.zeros((0, 2), np.float32)  # positions in each display list's own coordinates
        self._owner: NDArray[np.intp] = np.zeros(0, np.intp)
        self._key: tuple[int, float, int] | None = None
        self.incomplete = False

    def look(self, x: float, y: float, scale: float, dp: float, width: float, height: float) -> None:
        """Sets the camera: screen = world * scale + (x, y), all in device pixels."""
        self.canvas["camera"] = (float(x), float(y), float(scale), float(dp))
        self.canvas["viewport"] = (float(width), float(height))

    def show(self, shown: tuple[Drawn, ...], places: Vertices, detail: int, text_scale: float) -> None:
        """Draws display lists at their places (n, 2), lowest first.

        `text_scale` is device pixels for one dp that text is made for; it lags behind while zooming.
        """
        self.statistics.rebuilt = self.statistics.runs_made = self.statistics.uploads = 0
        key = (detail, text_scale, self.atlas.generation)
        if key != self._key or self.incomplete or shown != self._shown:
            self._join(shown, key)
        elif np.array_equal(places, self._places):
            return
        self._places = places
        if len(self._joined):
            np.add(self._own, places[self._owner], out=self._joined[:, 0:2])
        self._upload(self._joined)

    def _join(self, shown: tuple[Drawn, ...], key: tuple[int, float, int]) -> None:
        ready = self._all_ready(shown, key)
        if self.atlas.generation != key[2]:
            # The atlas was emptied on the way: what was made before must be made again, once.
            key = (key[0], key[1], self.atlas.generation)
            ready = self._all_ready(shown, key)
        self.incomplete = not all(one.complete for one in ready)
        self._shown, self._key = shown, key
        self._ready = {one.drawn: one for one in ready}
        self._joined = np.concatenate([one.vertices for one in ready]) if ready else np.zeros((0, FLOATS), np.float32)
        self._own = self._joined[:, 0:2].copy()
        self._owner = np.repeat(np.arange(len(ready)), [one.quads * 4 for one in ready])

    def _all_ready(self, shown: tuple[Drawn, ...], key: tuple[int, float, int]) -> list[_Ready]:
        found = []
        for drawn in shown:
            ready = self._ready.get(drawn)
            if ready is None or ready.key != key or not ready.complete:
                ready = self._prepare(drawn, key)
                self.statistics.rebuilt += 1
            found.append(ready)
        return found

    def _prepare(self, drawn: Drawn, key: tuple[int, float, int]) -> _Ready:
        detail, text_scale, _ = key
        keep = None if detail >= 2 else np.flatnonzero(drawn.details <= detail)
        vertices = expand(drawn, keep)
        complete = True
        place = None if keep is None else {int(quad): number for number, quad in enumerate(keep)}
        for run in drawn.runs:
            quad = run.quad if place is None else place.get(run.quad)
            if quad is None:
                continue
            glyphs, exact = self._glyphs(run, text_scale)
            complete = complete and exact
            if glyphs is not None:
                _set_text(vertices[quad], glyphs, run, glyphs.pixels / run.size)
        return _Ready(drawn, key, vertices.reshape(-1, FLOATS), len(vertices), complete)

    def _glyphs(self, run: Run, text_scale: float) -> tuple[Glyphs | None, bool]:
        """The run's place in the atlas, and whether it has its right size."""
        pixels = max(1.0, round(run.size * text_scale * 8) / 8)
        glyphs = self.atlas.find(run.text, run.font, pixels)
        if glyphs is not None:
            return glyphs, True
        near = self.atlas.nearest(run.text, run.font)
        if near is not None and self.statistics.runs_made >= NEW_RUNS_A_FRAME:
            return near, False
        self.statistics.runs_made += 1
        return self.atlas.make(run.text, run.font, pixels), True

    def _upload(self, vertices: Vertices) -> None:
        upload(self.canvas, self._meshes, self._counts, vertices, VERTEX_FORMAT, self.atlas.texture)
        statistics, meshes = self.statistics, len(self._meshes)
        statistics.quads, statistics.meshes, statistics.uploads = len(vertices) // 4, meshes, meshes


def upload(
    canvas: RenderContext, meshes: list[Mesh], counts: dict[int, int], vertices: Vertices, fmt: Format,
    texture: Texture | None,
) -> None:  # fmt: skip
    """Puts the vertices (quads * 4, floats) into as many meshes as 16-bit indices need."""
    quads = len(vertices) // 4
    needed = -(-quads // QUADS_A_MESH)
    while len(meshes) < needed:
        mesh = Mesh(fmt=list(fmt), mode="triangles", texture=texture)
        canvas.add(mesh)
        meshes.append(mesh)
    while len(meshes) > needed:
        canvas.remove(meshes.pop())
        counts.pop(len(meshes), None)
    for number, mesh in enumerate(meshes):
        part = vertices[number * QUADS_A_MESH * 4 : (number + 1) * QUADS_A_MESH * 4]
        mesh.vertices = np.ascontiguousarray(part).reshape(-1)
        wanted = len(part) // 4 * 6
        # The mesh's own getter would make a list of all its indices to answer how many there are.
        if counts.get(number) != wanted:
            counts[number] = wanted
            mesh.indices = _INDICES[:wanted]


class Blocks:
    """Morphs seen from far away: flat boxes with a shader and a vertex of their own, small enough for very many."""

    def __init__(self) -> None:
        self.canvas = RenderContext(vs=FLAT_VERTEX, fs=FLAT_FRAGMENT)
        self.statistics = Statistics()
        self._meshes: list[Mesh] = []
        self._counts: dict[int, int] = {}  # indices in each mesh
        self._vertices: Vertices = np.zeros((0, 4, 2), np.float32)

    def look(self, camera: Camera, colour: int) -> None:
        red, green, blue = (part / 255 for part in channels(colour))
        self.canvas["camera"] = (float(camera.x), float(camera.y), float(camera.scale), float(camera.density))
        self.canvas["viewport"] = (float(camera.width), float(camera.height))
        self.canvas["ink"] = (red, green, blue, 1.0)

    def show(self, x: Floats, y: Floats, hw: Floats, hh: Floats) -> None:
        """Draws boxes with these centres and half sizes."""
        vertices = np.empty((len(x), 4, 2), np.float32)
        vertices[:, :, 0] = x[:, None] + hw[:, None] * _SIGN_X
        vertices[:, :, 1] = y[:, None] + hh[:, None] * _SIGN_Y
        if np.array_equal(vertices, self._vertices):
            self.statistics.uploads = 0
            return
        self._vertices = vertices
        upload(self.canvas, self._meshes, self._counts, vertices.reshape(-1, 2), FLAT_FORMAT, None)
        self.statistics = Statistics(quads=len(x), meshes=len(self._meshes), uploads=len(self._meshes))


class Backdrop:
    """The dots of the world: one quad behind everything."""

    def __init__(self) -> None:
        self.canvas = RenderContext(vs=VERTEX, fs=FRAGMENT)
        self._mesh = Mesh(fmt=list(VERTEX_FORMAT), mode="triangles", indices=_INDICES[:6])
        self.canvas.add(self._mesh)
        self._mark: tuple[float, ...] = ()

    def show(self, camera: Camera, colour: int, gap: float) -> None:
        mark = (camera.x, camera.y, camera.scale, camera.width, camera.height, colour)
        if mark == self._mark:
            return
        self._mark = mark
        while gap * camera.scale < 18 * camera.density:
            gap *= 2  # far away the dots stand wider apart, else they would be a grey veil
        # Local points are dp near the origin, so that single floats stay exact however far one has gone.
        left, top = camera.to_world(0, 0)
        left, top = left % gap, top % gap
        width, height = camera.width / camera.scale, camera.height / camera.scale
        vertices = np.zeros((4, FLOATS), np.float32)
        vertices[:, 0:2] = ((0, 0), (width, 0), (width, height), (0, height))
        vertices[:, 2] = vertices[:, 0] + left
        vertices[:, 3] = vertices[:, 1] + top
        vertices[:, 6:10] = (gap, 1.0, 0.0, DOTS)
        vertices[:, 10:13] = (colour, colour, 255.0)
        self._mesh.vertices = vertices.reshape(-1)
        self.canvas["camera"] = (0.0, 0.0, float(camera.scale), float(camera.density))
        self.canvas["viewport"] = (float(camera.width), float(camera.height))


def _set_text(quad: Vertices, glyphs: Glyphs, run: Run, raster_scale: float) -> None:
    """Fills one quad's texture coordinates and pixel offsets from its anchor."""
    left = -round(glyphs.width * run.align)
    top = -glyphs.ascent
    right, bottom = left + glyphs.width, top + glyphs.height
    quad[:, 2:4] = ((glyphs.u0, glyphs.v0), (glyphs.u1, glyphs.v0), (glyphs.u1, glyphs.v1), (glyphs.u0, glyphs.v1))
    quad[:, 4:6] = ((left, top), (right, top), (right, bottom), (left, bottom))
    quad[:, SHAPE - 12] = raster_scale


def detail_of(zoom: float) -> int:
    """How much is drawn at this zoom: 0 blocks, 1 titles and states, 2 everything."""
    return sum(zoom >= least for least in DETAIL_ZOOM[1:])
