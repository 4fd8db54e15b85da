"""A UVM of a few lines for the tests of the supervisor and the commands: real sockets, real processes, no database.

It keeps its objects in IMAGE/tiny.json, speaks the control protocol and serves over the real BridgeServer. Files in the
image make it misbehave: `fail` (says why and ends), `crash` (dies at once, as often as the number in it says), `mute`
(starts and never says that it is ready). The selectors `hang`, `crash` and `kill` do it while it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import structlog

from uvm_core import logs, places
from uvm_core.bridge import endpoint as endpoints
from uvm_core.bridge.control import ControlLine
from uvm_core.bridge.keys import server_keys
from uvm_core.bridge.server import BridgeServer, Request
from uvm_core.bridge.values import MethodSource, Ref, from_json, to_json

BEAT = 0.1


class Tiny:
    def __init__(self, image: Path, options: argparse.Namespace) -> None:
        self.image = image
        self.options = options
        self.stopped = threading.Event()
        self.file = image / "tiny.json"
        self.objects: dict[int, dict[str, Any]] = {4: {"name": "genesis_obj", "slots": {}}, 9: _counter()}
        self.missions: dict[int, dict[str, Any]] = {}
        self.edits = 0
        self.model: dict[str, Any] = {"id": options.model or "tiny", "state": "awake", "words": "", "change": None}
        if self.file.exists():
            self.objects = {
                int(number): {**row, "slots": from_json(row["slots"])}
                for number, row in json.loads(self.file.read_text()).items()
            }

    def keep(self) -> None:
        rows = {number: {**row, "slots": to_json(row["slots"])} for number, row in self.objects.items()}
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(rows))
        os.replace(beside, self.file)

    def handle(self, request: Request) -> None:
        try:
            reply = getattr(self, "do_" + request.command)(**request.fields)
        except KeyError as missing:
            reply = {"status": "error", "code": "unknown_object", "message": f"There is no object {missing}."}
        except AttributeError:
            reply = {"status": "error", "code": "unknown_command", "message": "This UVM does not do that."}
        request.reply(reply)

    def find(self, target: Any) -> int:
        for number, row in self.objects.items():
            if target in (number, row["name"]):
                return number
        raise KeyError(target)

    def edit(self, **more: Any) -> dict[str, Any]:
        self.edits += 1
        self.keep()
        return {"status": "ok", "edit": self.edits, "tid": self.edits, **more}

    def do_status(self) -> dict[str, Any]:
        where = endpoints.read_endpoint(self.image)
        row = {
            "image": str(self.image),
            "endpoint": where,
            "pid": os.getpid(),
            "model": self.look_at_the_model(),
        }
        options = {name: value for name, value in vars(self.options).items() if name in ("approval", "engine", "keep")}
        return {"status": "ok", "result": {**row, "missions": 0, "proposals": 0, "tid": 7, "options": options}}

    def do_stop(self) -> dict[str, Any]:
        self.stopped.set()
        return {"status": "ok"}

    def do_objects(self, after: int, limit: int) -> dict[str, Any]:
        numbers = sorted(number for number in self.objects if number > after)
        page = numbers[: min(limit, 2)]  # short pages, so that the command has to turn them
        rows = [
            {
                "id": number,
                "name": self.objects[number]["name"],
                "parents": [],
                "slots": list(self.objects[number]["slots"]),
            }
            for number in page
        ]
        return {"status": "ok", "result": rows, "next": page[-1] if len(numbers) > len(page) else None}

    def do_inspect(self, target_oid: Any) -> dict[str, Any]:
        number = self.find(target_oid)
        slots = [{"name": name, "kind": _kind(v), "value": v} for name, v in self.objects[number]["slots"].items()]
        row = {"id": number, "name": self.objects[number]["name"], "slots": slots, "inherited": []}
        return {"status": "ok", "result": row}

    def do_set_slot(self, target_oid: Any, slot: str, value: Any) -> dict[str, Any]:
        self.objects[self.find(target_oid)]["slots"][slot] = value
        return self.edit()

    def do_unset_slot(self, target_oid: Any, slot: str) -> dict[str, Any]:
        del self.objects[self.find(target_oid)]["slots"][slot]
        return self.edit()

    def do_new_object(self, parent: Any, name: str | None, slots: dict[str, Any]) -> dict[str, Any]:
        if parent is not None:
            self.find(parent)
        number = max(self.objects) + 1
        self.objects[number] = {"name": name, "slots": slots}
        return self.edit(id=number)

    def do_clone_object(self, target_oid: Any) -> dict[str, Any]:
        row = self.objects[self.find(target_oid)]
        return self.do_new_object(None, None, dict(row["slots"]))

    def do_delete_object(self, target_oid: Any) -> dict[str, Any]:
        del self.objects[self.find(target_oid)]
        return self.edit()

    def do_undo(self, edit: int | None) -> dict[str, Any]:
        return self.edit(words=f"Undo: {edit}")

    def do_history(self, target_oid: Any, limit: int) -> dict[str, Any]:
        return {
            "status": "ok",
            "result": [{"id": n, "who": "person", "words": f"{target_oid}"} for n in range(limit)][:3],
        }

    def do_dispatch_message(
        self, target_oid: Any, message_name: str, args: list[Any], kwargs: dict[str, Any], wish: str, ask: bool
    ) -> dict[str, Any]:
        slots = self.objects[self.find(target_oid)]["slots"]
        if message_name == "echo":
            return {"status": "ok", "result": [args, kwargs]}
        if message_name == "crash":
            structlog.get_logger("tiny").error("broken", reason="it was told to")
            os._exit(3)
        if message_name == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if message_name == "hang":
            sum(range(10**12))
        if message_name in slots:
            return {"status": "ok", "result": f"{message_name} of {target_oid}"}
        if ask:
            return {"status": "error", "code": "not_understood", "message": "It is not understood."}
        number = len(self.missions) + 1
        self.missions[number] = {"target": target_oid, "selector": message_name, "looks": 0, "wish": wish}
        return {"status": "dispatched", "mission": number, "result": "Nobody understands it."}

    def do_mission(self, mission: int) -> dict[str, Any]:
        row = self.missions[mission]
        row["looks"] += 1
        fate = {"doomed": "failed", "refused": "rejected"}.get(row["selector"], "complete")
        state = "held" if row["looks"] == 1 else "running" if row["selector"] == "endless" else fate
        if state == "complete":
            self.objects[self.find(row["target"])]["slots"][row["selector"]] = MethodSource("def m(self): ...")
        reason = "It could not be written." if state == "failed" else ""
        found = {"id": mission, "state": state, "selector": row["selector"], "proposal": mission, "reason": reason}
        return {"status": "ok", "result": found}

    def do_missions(self) -> dict[str, Any]:
        rows = [{"id": number, "state": "running", "wish": row["wish"]} for number, row in self.missions.items()]
        return {"status": "ok", "result": rows}

    def do_proposals(self) -> dict[str, Any]:
        row = {
            "id": 1,
            "mission": 1,
            "receiver_name": "genesis_obj",
            "selector": "m",
            "sha256": "ab",
            "source": "def m(): 1",
        }
        return {"status": "ok", "result": [row]}

    def do_approve(self, proposal: int, sha256: str | None, source: str | None) -> dict[str, Any]:
        if sha256 not in (None, "ab"):
            return {"status": "error", "code": "changed", "message": "The source has changed since you saw it."}
        return {"status": "ok", "proposal": proposal, "edit": 5, "source": source}

    def do_reject(self, proposal: int, reason: str, again: bool) -> dict[str, Any]:
        return {"status": "ok", "proposal": proposal, "reason": reason, "again": again}

    def do_cycle(self, mission: int, action: str) -> dict[str, Any]:
        return {"status": "ok", "result": {"mission": mission, "action": action}}

    def do_propose(self, task: dict[str, Any]) -> dict[str, Any]:
        if task.get("bad"):
            return {"status": "error", "code": "bad_task", "message": "The task has no selector."}
        return {"status": "ok", "result": {"id": task.get("id"), "accepted": True, "source": "def m(self): ..."}}

    def do_plan(self, task: dict[str, Any]) -> dict[str, Any]:
        if task.get("bad"):
            return {"status": "error", "code": "bad_task", "message": "The task has no selector."}
        return {
            "status": "ok",
            "result": {"id": task.get("id"), "valid": True, "plan": {"facets": [], "done_when": ""}},
        }

    def do_model(self, action: str, model_id: str | None, remote: bool) -> dict[str, Any]:
        if action == "list":
            rows = [{"id": "tiny", "state": "awake", "size": 491_400_064, "memory": 730, "speed": 33.0}]
            return {"status": "ok", "result": rows}
        if action == "use":
            if model_id == "nowhere":
                return {"status": "error", "code": "not_here", "message": "nowhere is not on this machine."}
            words = f"{model_id} is waking{', far away' if remote else ''}."
            self.model["change"] = {"id": model_id, "state": "waking", "words": words, "share": 0.5}
        if action == "cancel":
            self.model["change"] = None
        return {"status": "ok", "result": [dict(self.model)]}

    def look_at_the_model(self) -> dict[str, Any]:
        """How the model is; a change is told of once and has ended then."""
        row, change = dict(self.model), self.model["change"]
        if change and change["state"] == "waking":
            if change["id"] == "broken":
                self.model["change"] = {**change, "state": "failed", "words": "broken is not used. tiny stays."}
            else:
                self.model |= {"id": change["id"], "change": None}
        return row

    def do_doctor(self) -> dict[str, Any]:
        return {"status": "ok", "result": [{"check": "uvm", "ok": True, "remedy": ""}]}


def _counter() -> dict[str, Any]:
    return {"name": "counter", "slots": {"count": 0, "parent*": Ref(4, "genesis_obj")}}


def _kind(value: Any) -> str:
    return "reference" if isinstance(value, Ref) else "method" if isinstance(value, MethodSource) else "data"


def misbehave(image: Path, line: ControlLine) -> None:
    fail, crash, mute = image / "fail", image / "crash", image / "mute"
    if fail.exists():
        line.failed(fail.read_text())
        sys.exit(1)
    if mute.exists():
        threading.Event().wait()
    if crash.exists() and (left := int(crash.read_text())) > 0:
        crash.write_text(str(left - 1))
        raise RuntimeError("the disk is on fire")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", type=Path, required=True)
    parser.add_argument("--control-fd", type=int)
    for name in ("--endpoint", "--approval", "--engine", "--model"):
        parser.add_argument(name)
    parser.add_argument("--no-model", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    image: Path = options.image
    line = ControlLine(options.control_fd)
    logs.configure(places.log_file(image))
    (image / "starts").open("a").write(f"{os.getpid()}\n")
    (image / "models").open("a").write(f"{options.model}\n")
    line.waking("Looking for the objects.")
    misbehave(image, line)
    tiny = Tiny(image, options)
    where = options.endpoint or endpoints.default_endpoint(image)
    curve = server_keys(places.keys_directory()) if endpoints.is_tcp(where) else None
    left = None if options.keep else tiny.stopped.set
    server = BridgeServer(where, tiny.handle, curve=curve, on_last_left=left)
    server.start()
    endpoints.write_endpoint(image, server.endpoint)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: tiny.stopped.set())
    line.ready(server.endpoint)
    line.start_beating(tiny.stopped.set, every=BEAT)
    tiny.stopped.wait()
    line.stopping()
    server.close()
    endpoints.remove_endpoint(image)
    tiny.keep()
    (image / "closed").open("a").write(f"{os.getpid()}\n")
    line.close()


if __name__ == "__main__":
    main()
