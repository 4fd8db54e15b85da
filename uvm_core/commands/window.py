"""The world in front of the UVM: its window, and pictures of it."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from uvm_core.bridge.client import BridgeError, Client
from uvm_core.bridge.endpoint import default_endpoint
from uvm_core.commands import joining
from uvm_core.commands.context import Commands, Context, Failed, tell
from uvm_core.supervisor import Options, add_options, options_from

_WORLD = (sys.executable, "-m", "morphic_ui")
_CLOSING = 10.0  # seconds that a window has to keep what it remembers


def add(commands: Commands) -> None:
    parser = commands.add_parser("world", help="open the world")
    add_world_options(parser, argparse.SUPPRESS)
    parser.set_defaults(run=world)
    parser = commands.add_parser("picture", help="draw the world into a PNG file, without a screen")
    parser.add_argument("file", type=Path, metavar="FILE.png")
    parser.add_argument("--size", metavar="WxH", help="for instance 1600x1000")
    parser.add_argument("--dark", action="store_true")
    parser.set_defaults(run=picture)


def add_world_options(parser: argparse.ArgumentParser, default: Any) -> None:
    """The options of the world; they also stand on the bare command line, which opens it."""
    add_options(parser, default)
    parser.add_argument("--new", action="store_true", default=default, help="begin a new image beside this one")
    parser.add_argument(
        "--demo", action="store_true", default=default, help="a world to play with, thrown away afterwards"
    )
    safe = "the default layout, nothing that the window kept"
    parser.add_argument("--safe", action="store_true", default=default, help=safe)


def world(context: Context, given: argparse.Namespace) -> int:
    """The window, opened while the UVM starts: it shows its first frame and waits for the image itself."""
    problem = no_screen()
    if problem is not None:
        raise Failed(problem, code="no_screen")
    if given.demo:
        return _throw_away(context, given)
    if given.new:
        context = replace(context, image=free_beside(context.image))
        tell(f"A new image: {context.image}")
    return _open(context, given)


def free_beside(image: Path) -> Path:
    """The image's directory if nothing is there, else `NAME-2`, `NAME-3`, … beside it."""
    candidates = (image.with_name(f"{image.name}-{number}") if number > 1 else image for number in itertools.count(1))
    return next(path for path in candidates if not path.exists())


def _throw_away(context: Context, given: argparse.Namespace) -> int:
    """A demo world in an image of its own, which is gone when the window closes."""
    with tempfile.TemporaryDirectory(prefix="batos-demo-") as home:
        demo = replace(context, image=Path(home) / "demo")
        try:
            return _open(demo, given)
        finally:
            with contextlib.suppress(joining.NotThere, BridgeError), demo.client(start=False) as client:
                client.call("stop")
            joining.wait_until_gone(demo.image)


def _open(context: Context, given: argparse.Namespace) -> int:
    arguments = ["--image", str(context.image), "--endpoint", expected_endpoint(context, given)]
    if given.safe:
        arguments.append("--safe")
    window = subprocess.Popen([*_WORLD, *arguments])
    starting = _Starting(context, options_from(given, keep=False), window)
    starting.start()
    try:
        code = window.wait()
    except KeyboardInterrupt:
        # Ctrl-C reaches the window as well; it closes by itself.
        with contextlib.suppress(subprocess.TimeoutExpired):
            window.wait(_CLOSING)
        if window.poll() is None:
            window.kill()
        raise
    finally:
        starting.finish()
    if starting.problem is not None:
        raise starting.problem
    return code


class _Starting(threading.Thread):
    """Joins the image's UVM, or starts it, beside the window. Its client stays until the window has closed: a UVM that
    was started for the window ends with its last client."""

    def __init__(self, context: Context, options: Options, window: subprocess.Popen[bytes]) -> None:
        super().__init__(name="starting", daemon=True)
        self._context, self._options, self._window = context, options, window
        self._client: Client | None = None
        self.problem: Exception | None = None

    def run(self) -> None:
        try:
            self._client = joining.join_or_start(
                self._context.image,
                self._options,
                timeout=30.0,
                command=self._context.uvm,
                progress=self._context.progress,
            )
            joining.say_other_model(self._client, self._options.model, self._context.progress)
        except BridgeError:
            # Its client is there, and the window tells what it does not answer.
            return
        except (joining.NotThere, joining.NotStarted) as problem:
            # There is nothing to show, and the sentence why is told when the window has gone.
            self.problem = problem
            self._window.terminate()

    def finish(self) -> None:
        self.join()
        if self._client is not None:
            self._client.close()


def expected_endpoint(context: Context, given: argparse.Namespace) -> str:
    """Where the image's UVM listens, or will."""
    return getattr(given, "endpoint", None) or joining.read_endpoint(context.image) or default_endpoint(context.image)


def no_screen() -> str | None:
    """Why no window can be opened here, in a sentence; None when one can."""
    from morphic_ui.view.environment import NO_SCREEN, has_screen

    return None if has_screen() else NO_SCREEN


def picture(context: Context, given: argparse.Namespace) -> int:
    with context.client() as client:
        arguments = ["--image", str(context.image), "--endpoint", client.endpoint, "--picture", str(given.file)]
        if given.size:
            arguments += ["--size", given.size]
        if given.dark:
            arguments.append("--dark")
        done = subprocess.run([*_WORLD, *arguments], stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Failed(f"The world could not be drawn into {given.file}.", code="no_picture")
    context.answer({"status": "ok", "file": str(given.file)}, f"The world is drawn in {given.file}.")
    return 0
