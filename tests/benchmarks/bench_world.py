"""Figures of the world: how soon it stands, what a frame costs, beside one widget per morph in the same run.

    python tests/benchmarks/bench_world.py [--morphs 10000] [--out build/bench/world.json]

The graphics driver is left out (KIVY_GL_BACKEND=mock), so that what is measured is the work of the program. Ratios are
to be trusted more than milliseconds. Each row: {name, value, unit, goal, holds, rival, rival_value}.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RIVAL = "one widget per morph"
SIZE = (1280, 800)
EVENTS = 200  # 40 a second: twenty texts to one transition


def row(name: str, value: float, unit: str, goal: float | None = None, rival_value: float | None = None,
        rival: str | None = None) -> dict[str, Any]:  # fmt: skip
    """`goal` is the most the value may be."""
    return {
        "name": name, "value": round(value, 4), "unit": unit, "goal": goal,
        "holds": None if goal is None else value <= goal, "rival": rival if rival_value is not None else None,
        "rival_value": None if rival_value is None else round(rival_value, 4),
    }  # fmt: skip


# -- in a process of its own: what a frame costs


def resident() -> int:
    """Bytes of memory this process holds."""
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def timed(steps: int, frame: Callable[[int], None]) -> float:
    """Milliseconds of the median step."""
    times = []
    for number in range(steps):
        start = perf_counter()
        frame(number)
        times.append((perf_counter() - start) * 1000)
    return statistics.median(times)


def silent() -> Any:
    """A link to no image: what is asked is never answered."""
    from morphic_ui.model.link import Answer

    class Silent:
        def open(self, listener: object) -> None: ...
        def call(self, command: str, /, **fields: object) -> Answer:
            del command, fields
            return Answer()

        def close(self) -> None: ...

    return Silent()


def measure_events() -> dict[str, float]:
    """Milliseconds from an event's delivery to the end of the frame that shows it, while a cycle streams.

    Kivy's own loop with its 60 frames a second, drawn by whatever OpenGL is here (on a machine without a graphics card
    that is the processor).
    """
    from time import monotonic

    from kivy.base import EventLoop
    from kivy.core.window import Window

    from morphic_ui.desk.build import build
    from morphic_ui.model.theme import STATES
    from morphic_ui.view.fonts import FontMeasurer
    from morphic_ui.view.widget import WorldWidget

    world = build(silent(), FontMeasurer(), width=SIZE[0], height=SIZE[1])
    widget = WorldWidget(world)
    Window.add_widget(widget)
    EventLoop.start()
    stage = world.session.stage
    stage.ensure_track({})
    world.desk.board.cycle(1).receiver_name = "counter"
    texts: list[float] = []
    moves: list[float] = []
    waiting: list[tuple[float, bool]] = []
    sent, frames, next_at = 0, widget.frames, perf_counter()
    while sent < EVENTS or waiting:
        if sent < EVENTS and perf_counter() >= next_at:
            is_move = sent % 20 == 0
            world.desk.now = monotonic()
            if is_move:
                at = sent // 20 % 3
                event: dict[str, Any] = {
                    "event": "psm_transition", "mission": 1, "from_state": STATES[at], "to_state": STATES[at + 1],
                }  # fmt: skip
            else:
                event = {"event": "text", "mission": 1, "persona": "ALFRED", "text": f"    self.count = {sent}\n"}
            waiting.append((perf_counter(), is_move))
            world.session.heard(event)
            sent, next_at = sent + 1, next_at + 0.025
        EventLoop.idle()
        if widget.frames != frames:
            frames, now = widget.frames, perf_counter()
            shown = [one for one in waiting if one[1] or not stage.text_waits]
            waiting = [one for one in waiting if one not in shown]
            for begun, is_move in shown:
                (moves if is_move else texts).append((now - begun) * 1000)
    found = {}
    for name, times in (("text", texts), ("transition", moves)):
        cuts = statistics.quantiles(times, n=20)
        found[f"{name} p50"], found[f"{name} p95"] = statistics.median(times), cuts[18]
    return found


def measure_ours(morphs: int) -> dict[str, float]:
    """Milliseconds a frame for every scene, and what the morphs weigh."""
    import numpy as np
    from kivy.core.window import Window

    from morphic_ui.desk.build import build
    from morphic_ui.desk.pointer import Hand
    from morphic_ui.model.face import Face, Layout, Look, Part
    from morphic_ui.model.geometry import Rect
    from morphic_ui.model.morphs import CARD
    from morphic_ui.model.pen import Pen
    from morphic_ui.model.widgets import header, paper
    from morphic_ui.view.fonts import FontMeasurer
    from morphic_ui.view.widget import WorldWidget

    class Card(Face):
        """A title card like that of a closed object."""

        @property
        def name(self) -> str:
            return f"object {self.ident % 997}"

        def layout(self, look: Look) -> Layout:
            pen = Pen()
            paper(pen, look, 100, 36)
            header(pen, look, 100, self.name)
            return Layout(100, 36, pen.done(), (Part("title", Rect(0, 0, 100, 36), "title", grips=True),))

    world = build(silent(), FontMeasurer(), width=SIZE[0], height=SIZE[1])
    scene, camera = world.desk.scene, world.desk.scene.camera
    widget = WorldWidget(world)
    Window.add_widget(widget)
    found: dict[str, float] = {}
    side = int(morphs**0.5 + 0.999)
    number = np.arange(morphs)
    scene.make = lambda ident, kind: Card(ident, kind)
    before = resident()
    start = perf_counter()
    rows = scene.table.add_many(
        number + 10, (number % side) * 128.0, (number // side) * 64.0, 100, 36, CARD, scene.palette.block
    )
    scene.rows.update(zip((number + 10).tolist(), rows.tolist(), strict=True))
    found["create"] = (perf_counter() - start) * 1000
    # With the faces and display lists of all of them, as after a walk through the whole world.
    for one in rows.tolist():
        scene.layout(one)
    found["bytes"] = (resident() - before) / morphs
    clock = [0.0]

    def draw() -> None:
        clock[0] += 1 / 60
        widget.draw(clock[0])
        Window.dispatch("on_draw")

    def settled() -> None:
        for _ in range(40):
            draw()

    def scenes(name: str, steps: int) -> Iterator[tuple[str, Callable[[int], None]]]:
        def pan(one: int) -> None:
            camera.pan(1 if one % 2 else -1, 0)
            draw()

        yield f"{name}: pan", pan
        hand: Hand = world.hand
        held = scene.table.visible(camera.seen())
        row_number = int(held[len(held) // 2])
        area = scene.table.area(row_number)
        at = camera.to_screen(area.x + 20, area.y + 12)
        hand.press(*at)
        hand.move(at.x + 10, at.y)

        def drag(one: int) -> None:
            hand.move(at.x + 10 + one % 7, at.y + one % 5)
            draw()

        yield f"{name}: drag", drag
        hand.put_back()
        hand.release(*at)
        moving = rows[:: max(1, morphs // 1000)][:1000]
        home = scene.table.x[moving].copy()

        def animate(one: int) -> None:
            scene.table.x[moving] = home + one % 9
            draw()

        yield f"{name}: animate 1,000", animate
        scene.table.x[moving] = home
        del steps

    for name, zoom in (("100 seen", 1.0), ("600 seen", 0.41), ("all seen", 0.0)):
        camera.x = camera.y = 0.0
        camera.zoom = zoom
        if not zoom:
            bounds = scene.table.bounds()
            assert bounds is not None
            camera.fit(bounds)
        settled()
        found[f"{name}: morphs"] = float(len(scene.table.visible(camera.seen())))
        for label, frame in scenes(name, 120):
            settled()
            found[label] = timed(120, frame)
    camera.x = camera.y = 0.0
    camera.zoom = 1.0
    found["hit"] = timed(400, lambda one: scene.table.hit(100.0 + one, 200.0) and None)
    return found


def measure_rival(morphs: int) -> dict[str, float]:
    """The same scenes with a label widget for every morph in a scatter plane."""
    from kivy.base import EventLoop
    from kivy.core.window import Window
    from kivy.graphics import Color, RoundedRectangle
    from kivy.uix.label import Label
    from kivy.uix.scatter import ScatterPlane

    plane = ScatterPlane()
    Window.add_widget(plane)
    side = int(morphs**0.5 + 0.999)
    found: dict[str, float] = {}
    widgets = []

    class Card(Label):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            with self.canvas.before:
                Color(0.98, 0.98, 0.97, 1)
                self.paper = RoundedRectangle(pos=self.pos, size=self.size, radius=[8])
            self.bind(pos=self.follow)

        def follow(self, *_: Any) -> None:
            self.paper.pos = self.pos

    before = resident()
    start = perf_counter()
    for number in range(morphs):
        one = Card(
            text=f"object {number % 997}", size_hint=(None, None), size=(100, 36),
            pos=((number % side) * 128.0, (number // side) * 64.0), color=(0.17, 0.16, 0.15, 1), bold=True,
        )  # fmt: skip
        plane.add_widget(one)
        widgets.append(one)
    found["create"] = (perf_counter() - start) * 1000
    found["bytes"] = (resident() - before) / morphs
    for _ in range(3):
        EventLoop.idle()

    def draw() -> None:
        plane.canvas.ask_update()
        Window.dispatch("on_draw")

    def pan(one: int) -> None:
        plane.x += 1 if one % 2 else -1
        draw()

    def drag(one: int) -> None:
        widgets[500 % morphs].pos = (300 + one % 7, 300 + one % 5)
        draw()

    moving = widgets[:: max(1, morphs // 1000)][:1000]

    def animate(one: int) -> None:
        for widget in moving:
            widget.x += 1 if one % 2 else -1
        draw()

    found["pan"] = timed(20, pan)
    found["drag"] = timed(20, drag)
    found["animate"] = timed(20, animate)
    return found


# -- the parent


def environment(home: str, **more: str) -> dict[str, str]:
    env = {**os.environ, "KIVY_HOME": home, "KIVY_NO_ARGS": "1", "KIVY_NO_FILELOG": "1", "KIVY_NO_CONSOLELOG": "1",
           "SDL_VIDEODRIVER": "offscreen", "SDL_AUDIODRIVER": "dummy", "KIVY_CLIPBOARD": "dummy"}  # fmt: skip
    return {**env, **more, "PYTHONPATH": str(ROOT)}


def child(which: str, morphs: int, home: str) -> dict[str, float]:
    """Measures in a process of its own; without a graphics driver, unless it is pixels that count."""
    command = [sys.executable, __file__, "--child", which, "--morphs", str(morphs)]
    env = environment(home) if which == "events" else environment(home, KIVY_GL_BACKEND="mock")
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{which} could not be measured:\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def run_child(which: str, morphs: int) -> None:
    from kivy.config import Config

    Config.set("graphics", "multisamples", "0")
    Config.set("graphics", "width", str(SIZE[0]))
    Config.set("graphics", "height", str(SIZE[1]))
    from kivy.base import EventLoop

    EventLoop.ensure_window()
    if which == "events":
        found = measure_events()
    else:
        found = measure_ours(morphs) if which == "ours" else measure_rival(morphs)
    sys.stdout.write(json.dumps(found) + "\n")


def first_frame(home: str, image: str, **more: str) -> float:
    """Seconds from the start of the program until its first frame is on the screen and the program has ended."""
    command = [sys.executable, "-m", "morphic_ui", "--image", image, "--endpoint", f"ipc://{image}/none",
               "--until-first-frame"]  # fmt: skip
    start = perf_counter()
    subprocess.run(command, env=environment(home, XDG_STATE_HOME=home, **more), check=True, capture_output=True)
    return perf_counter() - start


def front_door(home: str) -> tuple[float, float]:
    """Seconds until the whole first world stands, cold and warm, through the front door with a UVM already awake."""
    image, picture = str(Path(home) / "awake"), str(Path(home) / "world.png")
    private = dict.fromkeys(("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"), home)

    def run(*words: str, **more: str) -> float:
        start = perf_counter()
        command = [sys.executable, str(ROOT / "main.py"), "--image", image, *words]
        subprocess.run(command, env=environment(home, **private, **more), check=True, capture_output=True)
        return perf_counter() - start

    serving = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "--image", image, "serve", "--no-model"],
        env=environment(home, **private), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        run("picture", picture)  # joins the UVM once it is awake, and makes the image's first world
        cold = run("picture", picture, PYTHONPYCACHEPREFIX=str(Path(home) / "other bytecode"))
        warm = min(run("picture", picture) for _ in range(2))
    finally:
        serving.terminate()
        serving.wait()
    return cold, warm


def idle_share(home: str, image: str) -> float:
    """CPU time of an idle world, per cent of one core."""
    code = (
        "import time, sys; from morphic_ui.view.environment import configure; configure(1280, 800);"
        "from kivy.base import EventLoop; EventLoop.ensure_window();"
        "from morphic_ui.link import BridgeLink; from morphic_ui.view.app import App;"
        f"app = App(lambda wake: BridgeLink('ipc://{image}/none', wake), dark=None, state_file=None, title='x');"
        "app.world.open(); EventLoop.start();\n"
        "def turn(seconds):\n"
        "    end = time.monotonic() + seconds\n"
        "    while time.monotonic() < end: EventLoop.idle()\n"
        "turn(3); cpu, wall, frames = time.process_time(), time.monotonic(), app.widget.frames; turn(6)\n"
        "print((time.process_time() - cpu) / (time.monotonic() - wall) * 100, app.widget.frames - frames)\n"
        "import os; sys.stdout.flush(); os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(home), capture_output=True, text=True, check=True
    )
    return float(done.stdout.strip().splitlines()[-1].split()[0])


def measure(morphs: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as home:
        image = str(Path(home) / "image")
        Path(image).mkdir()
        cold = first_frame(home, image, PYTHONPYCACHEPREFIX=str(Path(home) / "bytecode"))
        warm = min(first_frame(home, image) for _ in range(2))
        idle = idle_share(home, image)
        door_cold, door_warm = front_door(home)
        events = child("events", morphs, home)
        ours, rival = child("ours", morphs, home), child("rival", morphs, home)
    rows = [
        row("first frame, cold", cold, "s"),
        row("first frame, warm", warm, "s", 3.0),
        row("front door to the whole world, cold", door_cold, "s"),
        row("front door to the whole world, warm", door_warm, "s", 3.0),
        row("text to pixels, p50", events["text p50"], "ms"),
        row("text to pixels, p95", events["text p95"], "ms", 150.0),
        row("transition to pixels, p50", events["transition p50"], "ms"),
        row("transition to pixels, p95", events["transition p95"], "ms", 50.0),
        row("idle CPU", idle, "%", 3.0),
        row(f"create {morphs:,}", ours["create"], "ms", 50.0, rival["create"], RIVAL),
        row("memory a morph", ours["bytes"], "B", 2000.0, rival["bytes"], RIVAL),
        row("hit", ours["hit"], "ms", 0.1),
    ]
    goals = {"100 seen": 0.5, "600 seen": 1.5, "all seen": 2.0}
    for name, goal in goals.items():
        for what, other in (("pan", "pan"), ("drag", "drag"), ("animate 1,000", "animate")):
            label = f"{name}: {what}"
            seen = int(ours[f"{name}: morphs"])
            rows.append(row(f"{morphs:,} morphs, {seen:,} seen: {what}", ours[label], "ms", goal, rival[other], RIVAL))
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    lines = [f"{'what':44} {'value':>10} {'goal':>8}  {'holds':6} {'rival':>12} {'times':>8}"]
    for one in rows:
        goal = "" if one["goal"] is None else f"{one['goal']:g}"
        holds = {None: "", True: "yes", False: "NO"}[one["holds"]]
        rival = one["rival_value"]
        times = f"{rival / one['value']:.0f}x" if rival is not None and one["value"] else ""
        shown = "" if rival is None else f"{rival:,.2f}"
        lines.append(
            f"{one['name']:44} {one['value']:>7,.2f} {one['unit']:2} {goal:>8}  {holds:6} {shown:>12} {times:>8}"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--morphs", type=int, default=10_000)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench" / "world.json")
    parser.add_argument("--child", choices=("ours", "rival", "events"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        run_child(given.child, given.morphs)
        return 0
    rows = measure(given.morphs)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(table(rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
