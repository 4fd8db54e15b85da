"""Round trips through the bridge, against an echo with zmq.asyncio in the same run.

    python tests/benchmarks/bench_bridge.py [--out build/bench/bridge.json] [--seconds 2]

Both serve in a process of their own over a Unix socket and are asked by the same loop, in turns, so that a busy
machine is as bad for one as for the other; of each the best turn counts. The bridge checks, unpacks and packs every
message; the echo sends the bytes back as they came.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import zmq

from uvm_core.bridge.client import Client
from uvm_core.bridge.line import Line, request_bytes
from uvm_core.bridge.paging import pages
from uvm_core.bridge.server import BridgeServer, Request

TURNS = 3
OBJECTS = 10_000


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    goal: str
    holds: bool
    rival: str
    rival_value: float | None


def serve_bridge(endpoint: str, ready: Connection) -> None:
    def handle(request: Request) -> None:
        request.reply({"status": "ok", "result": 1})
        if request.command == "history":
            for number, page in enumerate(pages(delta())):
                server.publish({"event": "delta", "tid": 1, "page": number, "changes": page})
            server.publish({"event": "end"})

    server = BridgeServer(endpoint, handle)
    server.start()
    ready.send(True)
    threading.Event().wait()


def delta() -> list[dict[str, Any]]:
    return [
        {"id": number, "name": f"object_{number}", "slot": "count", "kind": "data", "value": number}
        for number in range(OBJECTS)
    ]


def serve_echo(endpoint: str, ready: Connection) -> None:
    import asyncio

    import zmq.asyncio

    async def run() -> None:
        router = zmq.asyncio.Context().socket(zmq.ROUTER)
        router.bind(endpoint)
        ready.send(True)
        while True:
            await router.send_multipart(await router.recv_multipart())

    asyncio.run(run())


def rate(endpoint: str, in_flight: int, seconds: float) -> float:
    """Round trips a second with so many requests under way."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    line = Line(context, endpoint, None)
    line.connect()
    socket = line.socket
    request = request_bytes("inspect", 1, {"target_oid": "genesis_obj"})
    socket.send(request)
    socket.recv()
    for _ in range(in_flight):
        socket.send(request)
    done = 0
    begun = time.perf_counter()
    while (now := time.perf_counter()) - begun < seconds:
        for _ in range(100):
            socket.recv()
            socket.send(request)
        done += 100
    line.close()
    context.term()
    return done / (now - begun)


def client_rate(endpoint: str, seconds: float) -> float:
    """Calls a second of the project's own client, one after the other."""
    with Client(endpoint) as client:
        client.call("inspect", target_oid="genesis_obj")
        done = 0
        begun = time.perf_counter()
        while (now := time.perf_counter()) - begun < seconds:
            client.call("inspect", target_oid="genesis_obj")
            done += 1
    return done / (now - begun)


def delta_milliseconds(endpoint: str) -> float:
    """From the request that changes 10,000 objects until the subscriber has read all of the delta."""
    arrived = threading.Event()
    subscribed = threading.Event()

    def hear(event: dict[str, Any]) -> None:
        if event["event"] == "end":
            arrived.set()
        elif event["event"] == "connected":
            subscribed.set()

    with Client(endpoint, on_event=hear) as client:
        subscribed.wait()
        client.submit("ping").result(10)  # behind the subscription
        begun = time.perf_counter()
        client.call("history")
        arrived.wait(30)
        return (time.perf_counter() - begun) * 1000


def serving(serve: Callable[[str, Connection], None], endpoint: str) -> multiprocessing.process.BaseProcess:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(endpoint, theirs), daemon=True)
    process.start()
    ours.recv()
    return process


def measure(seconds: float) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bridge, echo = f"ipc://{folder}/bridge", f"ipc://{folder}/echo"
        processes = [serving(serve_bridge, bridge), serving(serve_echo, echo)]
        try:
            best: dict[tuple[str, int], float] = {}
            for _ in range(TURNS):
                for endpoint in (bridge, echo):
                    for in_flight in (1, 10):
                        found = rate(endpoint, in_flight, seconds / TURNS)
                        best[endpoint, in_flight] = max(best.get((endpoint, in_flight), 0.0), found)
            calls = max(client_rate(bridge, seconds / TURNS) for _ in range(TURNS))
            milliseconds = min(delta_milliseconds(bridge) for _ in range(TURNS))
        finally:
            for process in processes:
                process.kill()
                process.join()
    rival = "echo with zmq.asyncio"
    figures = [
        Figure(
            f"bridge, {words} in flight",
            round(best[bridge, in_flight]),
            "round trips/s",
            f">= {goal:,}",
            best[bridge, in_flight] >= goal,
            rival,
            round(best[echo, in_flight]),
        )
        for in_flight, words, goal in ((1, "one", 15_000), (10, "ten", 50_000))
    ]
    figures.append(Figure("client, one in flight", round(calls), "calls/s", "", True, rival, round(best[echo, 1])))
    figures.append(
        Figure("delta of 10,000 objects", round(milliseconds, 1), "ms", "<= 25", milliseconds <= 25, "", None)
    )
    return figures


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("build/bench/bridge.json"))
    parser.add_argument("--seconds", type=float, default=2.0, help="for each figure")
    given = parser.parse_args()
    figures = measure(given.seconds)
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        held = "" if not figure.goal else "holds" if figure.holds else "does not hold"
        other = f"  ({figure.rival}: {figure.rival_value:,})" if figure.rival_value is not None else ""
        line = f"{figure.name:<{width}}  {figure.value:>9,} {figure.unit}  {figure.goal:<10} {held}{other}"
        sys.stdout.write(line.rstrip() + "\n")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    rows = [{**asdict(figure), "cores": os.cpu_count()} for figure in figures]
    given.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
