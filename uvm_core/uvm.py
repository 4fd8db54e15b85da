"""The UVM: the one place that puts the parts together, and the process that runs them."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from . import logs, places
from .bridge import endpoint as endpoints
from .bridge.control import ControlLine
from .bridge.keys import KeysRefused, server_keys
from .bridge.server import BridgeServer, Request
from .cognition.asking.prompts import default_templates
from .cognition.engines.environment import prepare_environment
from .cognition.engines.registry import EMBEDDED, FORMS, SCRIPTED, SERVER, engine_argument, engine_choice
from .cognition.mind import Mind, MindOptions
from .cognition.model_thread import Timing
from .cycles.decide import Decisions
from .cycles.missions import MissionBook
from .cycles.run import Workshop
from .cycles.runner import CycleRunner
from .cycles.states import BEHAVIOURS
from .feed import ChangeFeed
from .guardian.trial import TrialHelper
from .handlers import memory as memory_handlers
from .handlers import missions as mission_handlers
from .handlers import objects as object_handlers
from .handlers import steward as steward_handlers
from .handlers import system as system_handlers
from .handlers import tasks as task_handlers
from .handlers.parts import Handler, Parts, answer_with
from .image.committer import Committer
from .image.errors import ImageError
from .image.image import Ended, Image, Session
from .image.senders import SenderPool
from .image.watchdog import Watchdog
from .kernel.genesis import facet_descriptions, genesis, prompt_slots
from .kernel.primitives import KERNEL_PRIMITIVES
from .kernel.upgrade import needs_upgrade, upgrade
from .live import LiveServices
from .memory.catalogue import CATALOGUE_PRIMITIVES, catalogue_upgrade, new_catalogue
from .memory.embedding import packaged_embedder
from .memory.service import Memory
from .objects import Surroundings, Transcript, UvmObject
from .steward import optimizing
from .steward.recorder import Recorder
from .steward.shipped import shipped_slots
from .steward.steward import Clock, Steward

log = structlog.get_logger("uvm")

GRACE_SECONDS = 5.0
PRIMITIVES = {**KERNEL_PRIMITIVES, **CATALOGUE_PRIMITIVES}
HANDLERS: dict[str, Handler] = {
    **object_handlers.HANDLERS,
    **mission_handlers.HANDLERS,
    **system_handlers.HANDLERS,
    **task_handlers.HANDLERS,
    **steward_handlers.HANDLERS,
    **memory_handlers.HANDLERS,
}


class Uvm:
    """A running UVM over one image. `start`, then `wait` until somebody calls `stop`, then `close`."""

    def __init__(
        self,
        directory: Path,
        trials: TrialHelper,
        *,
        endpoint: str | None = None,
        approval: str = "ask",
        mind: MindOptions | None = None,
        keep: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self._stopped = threading.Event()
        self._keep = keep
        self._left_at = time.monotonic()
        self._trials = trials
        self.image = Image(directory)
        begin_image(self.image)
        self.image.timekeepers.append(log_commit)
        self.recorder = Recorder(self.image)
        self.server = self._server(directory, endpoint)
        self.watchdog = Watchdog(directory)
        self.mind = Mind(
            self.image,
            mind or MindOptions(),
            self._model_state,
            self.server.publish,
            on_swap=self._swapped,
            on_job=self._job_done,
        )
        self.book = MissionBook(self.image)
        self.committer = Committer(self.image)
        self.senders = SenderPool(self.image, self.watchdog, self._surroundings)
        self.memory = Memory(self.image, self.server.publish, packaged_embedder, self.recorder.note)
        decisions = Decisions(self.image, self.committer, trials, PRIMITIVES, self.server.publish)
        shop = Workshop(
            self.image,
            self.mind,
            trials,
            PRIMITIVES,
            self.server.publish,
            BEHAVIOURS,
            recall=self.memory.search,
            note=self.recorder.note,
            audit=lambda: self.steward.audit_now().findings,
            tuning=optimizing,
        )
        self.runner = CycleRunner(shop, self.book, decisions, approval=approval)
        self.steward = Steward(
            self.image,
            self.recorder,
            self.senders,
            self.book,
            self.runner.submit,
            self.server.publish,
            unfinished=self.watchdog.last_unfinished,
            clock=clock,
        )
        self.feed = ChangeFeed(self.image, self.server.publish)
        self.parts = Parts(
            self.image,
            self.committer,
            self.senders,
            self.book,
            self.runner,
            decisions,
            self.mind,
            trials,
            self.stop,
            self.server.publish,
            directory,
            self.recorder,
            self.steward,
            self.memory,
        )
        if approval == "auto":
            log.warning("approval_auto", words="Every accepted proposal is installed without a person.")

    def start(self) -> str:
        """Serve; the endpoint. The model wakes in the background."""
        for words in self.watchdog.last_unfinished:
            note = f"The last UVM ended while it ran {words}; nothing of that was kept."
            self.parts.notes.append(note)
            log.warning("unfinished_message", words=words)
        if self.image.cut_away is not None:
            note = f"The image's end was damaged and cut; the cut bytes are kept as {self.image.cut_away.name}."
            self.parts.notes.append(note)
        self.recorder.start()
        self.watchdog.start()
        self.committer.start()
        self.feed.start()
        self.memory.start()
        self.server.start()
        self.parts.endpoint = self.server.endpoint
        endpoints.write_endpoint(self.image.directory, self.server.endpoint)
        self.runner.resume_open()
        self.mind.wake()
        self.steward.start()
        return self.server.endpoint

    def stop(self) -> None:
        """Ask it to end; from any thread or a signal handler."""
        self._stopped.set()

    def wait(self) -> None:
        """Until somebody asks it to end."""
        while not self._stopped.wait(0.5):
            if not self._keep and self._deserted():
                log.info("last_client_left")
                return

    def close(self) -> None:
        """Take no more messages, stop cycles with their missions kept, commit what is queued, close the image."""
        self.steward.close()
        self.runner.close()
        self.mind.close()
        self.senders.close()
        self.committer.close()
        self.parts.pool.shutdown(wait=True)
        self.memory.close()
        self.feed.close()
        endpoints.remove_endpoint(self.image.directory)
        self.server.close()
        self.watchdog.close()
        self.recorder.close()
        self.image.close()

    def _server(self, directory: Path, endpoint: str | None) -> BridgeServer:
        where = endpoint or endpoints.default_endpoint(directory)
        curve = None
        if endpoints.is_tcp(where):
            curve = server_keys(places.keys_directory())
            log.warning("tcp_endpoint", endpoint=where, words="Only clients with an admitted CURVE key get in.")
        return BridgeServer(where, self._handle, curve=curve, on_last_left=self._last_left)

    def _handle(self, request: Request) -> None:
        handler = HANDLERS.get(request.command)
        if handler is None:
            message = f"This UVM does not do {request.command!r} yet."
            request.reply({"status": "error", "code": "unknown_command", "message": message})
            return
        if self._stopped.is_set():
            request.reply({"status": "error", "code": "stopping", "message": "The UVM is closing its image."})
            return
        self.parts.pool.submit(answer_with, request, lambda: handler(self.parts, request.fields))

    def _surroundings(self, session: Session, transcript: Transcript) -> Surroundings:
        services = LiveServices(session, self.mind, self.watchdog, self.book, self.runner.submit, self.memory)
        return Surroundings(PRIMITIVES, transcript, services)

    def _swapped(self, expert: str, milliseconds: float) -> None:
        self.recorder.note("lora_swap_latencies", milliseconds, expert=expert)

    def _job_done(self, job: Timing) -> None:
        if job.tokens:
            self.recorder.note("tokens_per_second", job.tokens_per_second, persona=job.label.partition(" ")[0])

    def _model_state(self, problem: str | None) -> None:
        self.runner.model_state(problem)

    def _last_left(self) -> None:
        self._left_at = time.monotonic()

    def _deserted(self) -> bool:
        """Whether nobody is connected any more and nothing is under way; a moment's grace saves a start between two
        commands."""
        if self.server.clients or self.runner.busy or self.memory.busy or self.mind.busy:
            self._left_at = time.monotonic()
        return time.monotonic() - self._left_at > GRACE_SECONDS


def log_commit(attempt: Ended) -> None:
    """A line in the log for each transaction, with the ids that hold for the thread it comes from."""
    done = attempt.committed
    if done is not None:
        ms = round(attempt.seconds * 1000, 2)
        log.info("committed", tid=done.tid, who=attempt.who[:64], objects=len(done.objects), ms=ms)


def begin_image(image: Image) -> None:
    """Genesis, where it has not been yet, or the upgrade of an older image: one transaction."""
    templates = default_templates()
    with image.session() as session:
        if image.is_new():
            session.begin_bare()
            genesis(session.connection, templates, new_catalogue(), shipped_slots)
            session.commit("genesis", "Genesis")
            log.info("genesis", tid=image.tid)
            return
        world = session.begin()
        if needs_upgrade(world):
            done = upgrade(world, prompt_slots(templates), additions)
            session.commit("kernel", "Upgrade of the kernel's objects")
            log.info("upgraded", slots=done, tid=image.tid)


def additions(resolve: Callable[[str], UvmObject]) -> Mapping[str, Mapping[str, Any]]:
    """What an older image lacks: what the steward ships, the catalogue's newer tables, what facets are asked for."""
    catalogue = {"knowledge_catalog_obj": catalogue_upgrade(resolve("knowledge_catalog_obj"))}
    return {**shipped_slots(resolve), **catalogue, **facet_descriptions()}


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """What the supervisor passes."""
    parser = argparse.ArgumentParser(prog="python -m uvm_core.uvm")
    parser.add_argument("--image", type=Path, required=True)
    parser.add_argument("--control-fd", type=int)
    parser.add_argument("--endpoint")
    parser.add_argument("--approval", choices=("ask", "auto"), default="ask")
    parser.add_argument("--no-model", action="store_true")
    parser.add_argument("--engine", type=engine_argument, default=EMBEDDED.name, help=FORMS)
    parser.add_argument("--model", help="the model: an id, a folder, or an address")
    parser.add_argument("--keep", action="store_true", help="do not end when the last client has left")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a UVM until it is told to end; 0 after a clean end, 1 when the image cannot be served."""
    options = arguments(sys.argv[1:] if argv is None else argv)
    prepare_environment()
    # The trial helper is forked before anything large is in this process.
    trials = TrialHelper()
    trials.start()
    logs.configure(places.log_file(options.image))
    line = ControlLine(options.control_fd)
    started = time.monotonic()
    try:
        uvm = Uvm(
            options.image,
            trials,
            endpoint=options.endpoint,
            approval=options.approval,
            mind=mind_options(options),
            keep=options.keep,
        )
    except (ImageError, endpoints.EndpointRefused, KeysRefused, OSError) as problem:
        return _failed(line, trials, problem)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: uvm.stop())
    try:
        where = uvm.start()
    except (endpoints.EndpointRefused, OSError) as problem:
        return _failed(line, trials, problem)
    log.info("uvm_ready", endpoint=where, seconds=round(time.monotonic() - started, 3))
    line.ready(where)
    line.start_beating(uvm.stop)
    uvm.wait()
    line.stopping()
    log.info("uvm_stopping")
    uvm.close()
    trials.close()
    log.info("uvm_stopped")
    line.close()
    return 0


def mind_options(options: Any) -> MindOptions:
    """Which model the flags ask for."""
    choice = engine_choice(options.engine)
    return MindOptions(
        no_model=options.no_model,
        script=Path(choice.argument) if choice.kind == SCRIPTED.name else None,
        # A server's model goes by its address, as the embedded ones by their folder or id.
        model=choice.argument if choice.kind == SERVER.name else options.model,
    )


def _failed(line: ControlLine, trials: TrialHelper, problem: Exception) -> int:
    log.error("uvm_failed", problem=str(problem))
    line.failed(str(problem))
    trials.close()
    line.close()
    return 1


if __name__ == "__main__":
    code = main()
    # Threads of libraries (torch's among them) must not keep a process whose image is closed.
    sys.stdout.flush()
    os._exit(code)
