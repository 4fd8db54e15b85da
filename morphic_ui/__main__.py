"""`python -m morphic_ui --image DIR --endpoint E`: opens the world of an image, or draws it into a file."""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import signal
import sys
from pathlib import Path

from .view.environment import NO_SCREEN, configure, has_screen, prepare


def arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m morphic_ui", description="Opens the world of an image.")
    parser.add_argument("--image", type=Path, required=True, metavar="DIR", help="the image's directory")
    parser.add_argument("--endpoint", metavar="E", help="where its UVM listens; found by itself if not given")
    parser.add_argument("--dark", action="store_true", default=None, help="dark colours")
    parser.add_argument("--light", action="store_false", dest="dark", help="light colours")
    parser.add_argument("--picture", type=Path, metavar="FILE.png", help="draws the world into a file instead")
    parser.add_argument("--size", type=size, metavar="WxH", help="the window's or picture's size")
    parser.add_argument("--safe", action="store_true", help="the default layout, nothing that was kept")
    parser.add_argument("--until-first-frame", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,5})x(\d{3,5})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"a size is written like 1280x800, not {text}")
    width, height = int(found[1]), int(found[2])
    if not (320 <= width <= 8192 and 240 <= height <= 8192):
        raise argparse.ArgumentTypeError("a size lies between 320x240 and 8192x8192")
    return width, height


def state_file(image: Path) -> Path:
    """Where the window keeps what it remembers of this image."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    name = hashlib.sha256(os.fsencode(os.path.realpath(image))).hexdigest()[:16]
    return Path(base) / "batos" / f"{name}.window.json"


def only_window(image: Path) -> int | None:
    """The lock of an image's one window, held until this process ends; None when another window has it."""
    file = state_file(image).with_suffix(".lock")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def raise_the_other(given: argparse.Namespace) -> int:
    """The world of this image is open already: bring its window to the front instead of opening a second one."""
    from .link import ask_once

    problem = ask_once(given.endpoint, given.image, "raise_window")
    words = "The world of this image is open already; its window comes to the front."
    sys.stderr.write((problem or words) + "\n")
    return 0 if problem is None else 1


def main(argv: list[str] | None = None) -> int:
    given = arguments(sys.argv[1:] if argv is None else argv)
    drawing = given.picture is not None
    if not drawing and not has_screen():
        sys.stderr.write(NO_SCREEN + "\n")
        return 1
    prepare(offscreen=drawing)
    if not drawing and only_window(given.image) is None:
        return raise_the_other(given)
    from .model.settings import load

    kept = None if drawing or given.safe else state_file(given.image)
    before = load(kept) if kept is not None else None
    width, height = given.size or ((before.width, before.height) if before else (1280, 800))
    configure(width, height)
    return _open(given, kept)


def _open(given: argparse.Namespace, kept: Path | None) -> int:
    # Only now: Kivy reads its settings when it is imported, and opens the window with it.
    from kivy.core.window import Window

    if Window is None:
        sys.stderr.write(
            "No window could be opened: the graphics driver offers no OpenGL 2. `batos serve` works without one.\n"
        )
        return 1
    from .link import BridgeLink, endpoint_of
    from .view.app import App

    endpoint = given.endpoint or endpoint_of(given.image)
    dark = given.dark if given.picture is None else bool(given.dark)
    title = given.image.name or "image"
    app = App(lambda wake: BridgeLink(endpoint, wake), dark=dark, state_file=kept, title=title)
    if given.picture is not None:
        return app.picture(given.picture)
    if given.until_first_frame:
        app.widget.after_first_frame = app.close
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.close())
    app.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
