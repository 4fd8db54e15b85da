"""Messages to objects, and the missions that begin where nobody understands."""

from __future__ import annotations

import argparse
import time
from typing import Any

from uvm_core.bridge.client import BridgeError, Client
from uvm_core.commands import text
from uvm_core.commands.context import Commands, Context, Failed, json_map, json_value, result_of, target, tell

_LOOK_AGAIN = 0.2  # seconds between two looks at a mission
_ASKED = "orchestrator_obj"  # who a question is put to
_NOTHING_NEAR = "No passage of the memory was near to this question: it is the model's own answer."
_DONE = frozenset({"complete", "answered"})
_ENDED = frozenset({"complete", "answered", "failed", "rejected", "stopped"})


def add(commands: Commands) -> None:
    parser = commands.add_parser("send", help="send a message to an object")
    parser.add_argument("object", metavar="OBJ")
    parser.add_argument("selector", metavar="SELECTOR")
    parser.add_argument("arguments", metavar="JSON", nargs="*", help="arguments; a text needs quotes: '\"so\"'")
    parser.add_argument("--kwargs", metavar="JSON", default="{}", help="named arguments as a JSON object")
    parser.add_argument("--wish", metavar="TEXT", default="", help="one sentence: what the message should do")
    parser.add_argument("--wait", metavar="SECONDS", type=_seconds, help="wait until the mission ends and is answered")
    parser.set_defaults(run=send)
    parser = commands.add_parser("ask", help="ask the world a question; the answer shows what it rests on")
    parser.add_argument("question", metavar="TEXT")
    parser.add_argument("--wait", metavar="SECONDS", type=_seconds, help="wait until it is answered")
    parser.set_defaults(run=ask)
    parser = commands.add_parser("missions", help="every mission")
    parser.set_defaults(run=missions)
    parser = commands.add_parser("cycle", help="steer the cycle of a mission")
    parser.add_argument("mission", metavar="N", type=int)
    parser.add_argument("action", choices=("pause", "resume", "step", "stop"))
    parser.set_defaults(run=cycle)


def _seconds(word: str) -> float:
    seconds = float(word)
    if not 0 <= seconds < 1e9:
        raise argparse.ArgumentTypeError(f"{word} is not a number of seconds")
    return seconds


def send(context: Context, given: argparse.Namespace) -> int:
    message: dict[str, Any] = {
        "target_oid": target(given.object),
        "message_name": given.selector,
        "args": [json_value(word) for word in given.arguments],
        "kwargs": json_map(given.kwargs, "Named arguments"),
    }
    with context.client() as client:
        reply = client.call("dispatch_message", **message, wish=given.wish)
        if reply["status"] == "dispatched" and given.wait is not None:
            tell(str(reply.get("result", f"Mission {reply['mission']} began.")))
            if not _wait_for(client, reply["mission"], given.wait):
                context.answer(reply, "")
                tell(f"Mission {reply['mission']} has not ended after {given.wait:g} seconds; it goes on.")
                return 1
            reply = client.call("dispatch_message", **message, ask=True)
    context.answer(reply, lambda: _reply_text(reply))
    return 0


def ask(context: Context, given: argparse.Namespace) -> int:
    brief = {"type": "question", "question": given.question}
    with context.client() as client:
        reply = client.call("initiate_cognitive_cycle", target_oid=_ASKED, mission_brief=brief)
        if given.wait is not None:
            tell(str(reply["result"]))
            if not _wait_for(client, reply["mission"], given.wait):
                context.answer(reply, "")
                tell(f"Mission {reply['mission']} has not ended after {given.wait:g} seconds; it goes on.")
                return 1
            row = result_of(client.call("mission", mission=reply["mission"]))
            reply = {"status": "ok", "mission": reply["mission"], "result": row["result"]}
    context.answer(reply, lambda: _answer_text(reply))
    return 0


def _answer_text(reply: dict[str, Any]) -> str:
    result = reply["result"]
    if not isinstance(result, dict):
        return str(result)
    passages = [f"[{number}] {_passage_text(hit)}" for number, hit in enumerate(result.get("evidence") or (), 1)]
    return "\n\n".join([str(result["text"]), *(passages or [_NOTHING_NEAR])])


def _passage_text(hit: dict[str, Any]) -> str:
    place = " > ".join([str(hit["title"]), *map(str, hit.get("section") or ())])
    return f"{place}, characters {hit['start']} to {hit['end']}:\n    " + " ".join(str(hit["text"]).split())


def _reply_text(reply: dict[str, Any]) -> str:
    result = reply.get("result")
    if reply["status"] == "dispatched":
        return str(result) if result else f"Mission {reply['mission']} began."
    shown = result if isinstance(result, str) else text.value_text(result, 10_000)
    transcript = reply.get("transcript") or []
    lines = transcript.splitlines() if isinstance(transcript, str) else [str(line) for line in transcript]
    return "\n".join([*lines, shown])


def _wait_for(client: Client, mission: int, seconds: float) -> bool:
    """True when the mission ended well, False when the time is over. Raises Failed when it ended otherwise."""
    deadline = time.monotonic() + seconds
    told = ""
    while True:
        try:
            row = result_of(client.call("mission", mission=mission))
        except BridgeError as error:
            # A UVM that hung or died is started again and goes on with its missions.
            if error.code not in ("no_answer", "stopping") or time.monotonic() >= deadline:
                raise
            row = {}
        state = str(row.get("state", "")).lower()
        if state in _DONE:
            return True
        if state in _ENDED:
            reason = str(row.get("reason") or "").rstrip(".")
            words = f"Mission {mission} ended as {state}" + (f": {reason}." if reason else ".")
            raise Failed(words, code=f"mission_{state}", mission=mission)
        words = _waiting_words(row, state)
        if words and words != told:
            tell(words)
            told = words
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(_LOOK_AGAIN, left))


def _waiting_words(row: dict[str, Any], state: str) -> str:
    if state == "held" and row.get("proposal") is not None:
        return f"A proposal waits for a decision: `batos proposals`, `batos approve {row['proposal']}`."
    if state == "waiting" and row.get("reason"):
        return f"It waits: {row['reason']}"
    return ""


def missions(context: Context, _given: argparse.Namespace) -> int:
    rows = result_of(context.call("missions"))
    context.answer(rows, lambda: text.table([_mission_row(row) for row in rows], _COLUMNS, none="There is no mission."))
    return 0


_COLUMNS = ("mission", "state", "cycle", "receiver", "selector", "attempt", "proposal", "reason")


def _mission_row(row: dict[str, Any]) -> dict[str, Any]:
    receiver = row.get("receiver_name") or text.ref_text(row.get("receiver", ""))
    cycle_state = row.get("cycle_state", "")
    return {**row, "mission": row.get("id"), "receiver": receiver, "cycle": cycle_state}


def cycle(context: Context, given: argparse.Namespace) -> int:
    reply = context.call("cycle", mission=given.mission, action=given.action)
    context.answer(reply, f"Mission {given.mission}: {given.action}.")
    return 0
