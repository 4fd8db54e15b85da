"""An image in memory behind the world's link: edits are acknowledged or refused, cycles are played by hand.

It answers with the shapes of the bridge and delivers only when `flush` is called, so that a test decides what arrives
when.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from morphic_ui.model.link import Answer, LinkState, Listener, Refusal
from morphic_ui.model.values import MethodText, Ref

from .link_memory import LinkMemory, LinkSystem


class MemoryLink(LinkMemory, LinkSystem):
    """Objects as dicts of slots; a method is a pair ("method", source)."""

    def __init__(self) -> None:
        LinkMemory.__init__(self)
        LinkSystem.__init__(self)
        self.objects: dict[int, dict[str, Any]] = {}
        self.names: dict[int, str] = {}
        self.methods: dict[tuple[int, str], Callable[..., Any]] = {}
        self.places: dict[int, dict[str, Any]] = {}
        self.missions: dict[int, dict[str, Any]] = {}
        self.proposals: dict[int, dict[str, Any]] = {}
        self.wanted: dict[int, Any] = {}  # proposal of a slot's change -> its new value
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refuse: dict[str, Refusal] = {}  # command -> how it is refused
        self.undone: list[tuple[int, Callable[[], None], str]] = []
        self.held = False  # replies wait until they are released
        self.up = True
        self.tid = 1
        self._edit = 0
        self._proposal = 0
        self._listener: Listener | None = None
        self._queue: deque[Callable[[], None]] = deque()
        self._open: list[Answer] = []

    # -- the link

    def open(self, listener: Listener) -> None:
        self._listener = listener
        self._queue.append(lambda: listener.link_changed(LinkState.UP, ""))

    def close(self) -> None:
        self._lose("closed")

    def call(self, command: str, /, **fields: Any) -> Answer:
        self.calls.append((command, fields))
        answer = Answer()
        if not self.up:
            answer.settle(Refusal("link_down", "the image is away"))
            return answer
        self._open.append(answer)
        outcome = self.refuse.get(command) or self._carry_out(command, fields)

        def deliver() -> None:
            if answer in self._open:
                self._open.remove(answer)
            answer.settle(outcome)

        self._queue.append(deliver)
        return answer

    def flush(self) -> int:
        """Delivers what has come, until nothing more comes; nothing while replies are held."""
        delivered = 0
        while self._queue and not self.held:
            self._queue.popleft()()
            delivered += 1
        return delivered

    def publish(self, event: Mapping[str, Any]) -> None:
        listener = self._listener
        if listener is not None and self.up:
            self._queue.append(lambda: listener.heard(event))

    def _lose(self, reason: str) -> None:
        self._queue.clear()
        for answer in self._open:
            answer.settle(Refusal("link_down", reason))
        self._open.clear()

    def die(self) -> None:
        """The image's process is killed."""
        self.up = False
        self._lose("the image is away")
        if self._listener is not None:
            self._listener.link_changed(LinkState.DOWN, "The image's process has ended; it is being started again.")

    def come_back(self) -> None:
        self.up = True
        listener = self._listener
        assert listener is not None
        self._queue.append(lambda: listener.link_changed(LinkState.UP, ""))

    # -- the image

    def make(self, ident: int, name: str | None, slots: Mapping[str, Any]) -> int:
        self.objects[ident] = dict(slots)
        if name:
            self.names[ident] = name
        return ident

    def row(self, ident: int) -> dict[str, Any]:
        slots = self.objects[ident]
        return {"id": ident, "name": self.names.get(ident), "parents": self.parents(ident), "slots": list(slots)}

    def parents(self, ident: int) -> list[int]:
        found = []
        for name, value in self.objects[ident].items():
            if name.endswith("*"):
                found += [ref.id for ref in (value if isinstance(value, (list, tuple)) else [value])]
        return found

    def inspect(self, ident: int) -> dict[str, Any]:
        own = self.objects[ident]
        inherited, seen, todo = [], set(own), list(self.parents(ident))
        visited = {ident}
        while todo:
            parent = todo.pop(0)
            if parent in visited or parent not in self.objects:
                continue
            visited.add(parent)
            for name, value in self.objects[parent].items():
                if name not in seen and not name.endswith("*"):
                    seen.add(name)
                    inherited.append({**slot_row(name, value), "from": Ref(parent, self.names.get(parent))})
            todo = self.parents(parent) + todo
        return {
            "id": ident, "name": self.names.get(ident), "slots": [slot_row(*pair) for pair in own.items()],
            "inherited": inherited,
        }  # fmt: skip

    def find(self, target: Any) -> int | None:
        if isinstance(target, int):
            return target if target in self.objects else None
        return next((ident for ident, name in self.names.items() if name == target), None)

    def lookup(self, ident: int, name: str) -> Any:
        """The value of a slot by delegation; KeyError when there is none."""
        todo, seen = [ident], set()
        while todo:
            one = todo.pop(0)
            if one in seen or one not in self.objects:
                continue
            seen.add(one)
            if name in self.objects[one]:
                return self.objects[one][name]
            todo = self.parents(one) + todo
        raise KeyError(name)

    def committed(self, *idents: int, removed: tuple[int, ...] = ()) -> int:
        """One transaction: its delta goes to whoever listens."""
        self.tid += 1
        self.publish(
            {"event": "delta", "tid": self.tid, "objects": [self.inspect(one) for one in idents],
             "removed": list(removed), "placements": []}
        )  # fmt: skip
        return self.tid

    def _edited(self, words: str, back: Callable[[], None], *idents: int, **extra: Any) -> dict[str, Any]:
        self._edit += 1
        self.undone.append((self._edit, back, words))
        removed = tuple(one for one in idents if one not in self.objects)
        tid = self.committed(*[one for one in idents if one in self.objects], removed=removed)
        return {"status": "ok", "edit": self._edit, "tid": tid, **extra}

    def _carry_out(self, command: str, fields: dict[str, Any]) -> dict[str, Any] | Refusal:
        if command == "inspect" and fields["target_oid"] in self.inner:
            rows = [slot_row(*pair) for pair in self.inner[fields["target_oid"]].items()]
            return {
                "status": "ok",
                "result": {"id": fields["target_oid"], "name": None, "slots": rows},
                "tid": self.tid,
            }
        if "target_oid" in fields:
            ident = self.find(fields["target_oid"])
            if ident is None:
                return Refusal("no_object", f"There is no object {fields['target_oid']}.")
            fields = {**fields, "target_oid": ident}
        handler = getattr(self, f"_do_{command}", None)
        if handler is None:
            return Refusal("unknown_command", f"There is no command {command}.")
        outcome: dict[str, Any] | Refusal = handler(**fields)
        return outcome

    def _do_status(self) -> dict[str, Any]:
        row = {"image": "/home/you/workshop", "model": self.model, "missions": 0, "proposals": len(self.proposals),
               "tid": self.tid}  # fmt: skip
        return {"status": "ok", "result": row}

    def _do_objects(self, after: int = 0, limit: int = 1000) -> dict[str, Any]:
        idents = sorted(one for one in self.objects if one > after)[:limit]
        more = bool(idents) and idents[-1] < max(self.objects)
        return {"status": "ok", "result": [self.row(one) for one in idents], "next": idents[-1] if more else None}

    def _do_inspect(self, target_oid: int) -> dict[str, Any]:
        return {"status": "ok", "result": self.inspect(target_oid), "tid": self.tid}

    def _do_placements(self) -> dict[str, Any]:
        return {"status": "ok", "result": list(self.places.values())}

    def _do_place(self, placements: list[dict[str, Any]]) -> dict[str, Any]:
        self.places.update({row["id"]: row for row in placements})
        return {"status": "ok", "tid": self.tid}

    def _do_missions(self) -> dict[str, Any]:
        return {"status": "ok", "result": list(self.missions.values())}

    def _do_proposals(self) -> dict[str, Any]:
        return {"status": "ok", "result": list(self.proposals.values())}

    def _do_set_slot(self, target_oid: int, slot: str, value: Any) -> dict[str, Any] | Refusal:
        slots = self.objects[target_oid]
        if slot.endswith("*") and isinstance(value, Ref) and value.id == target_oid:
            return Refusal("cycle", "An object cannot be its own parent.")
        if isinstance(value, MethodText):
            if "import" in value.source:
                return Refusal("guardian", "IMP-001: a method imports nothing.")
            value = ("method", value.source)
        before = dict(slots)
        slots[slot] = value
        return self._edited(f"{slot} = {value!r}", lambda: self.objects.__setitem__(target_oid, before), target_oid)

    def _do_unset_slot(self, target_oid: int, slot: str) -> dict[str, Any] | Refusal:
        before = dict(self.objects[target_oid])
        if slot not in before:
            return Refusal("no_slot", f"There is no slot {slot}.")
        del self.objects[target_oid][slot]
        return self._edited(f"remove {slot}", lambda: self.objects.__setitem__(target_oid, before), target_oid)

    def _do_rename_slot(self, target_oid: int, slot: str, to: str) -> dict[str, Any] | Refusal:
        before = dict(self.objects[target_oid])
        if to in before:
            return Refusal("taken", f"{to} is there already.")
        self.objects[target_oid] = {to if name == slot else name: value for name, value in before.items()}
        return self._edited(f"rename {slot}", lambda: self.objects.__setitem__(target_oid, before), target_oid)

    def _new(self, slots: dict[str, Any]) -> dict[str, Any]:
        ident = max(self.objects, default=0) + 1
        self.objects[ident] = slots
        return self._edited("new object", lambda: self.objects.pop(ident, None), ident, id=ident)

    def _do_new_object(self, parent: Any = None, name: str | None = None, slots: Any = None) -> dict[str, Any]:
        del name
        start = {} if parent is None else {"parent*": Ref(parent, self.names.get(parent))}
        return self._new({**start, **(slots or {})})

    def _do_clone_object(self, target_oid: int) -> dict[str, Any]:
        return self._new(dict(self.objects[target_oid]))

    def _do_child_of(self, target_oid: int, name: str | None = None) -> dict[str, Any]:
        del name
        return self._new({"parent*": Ref(target_oid, self.names.get(target_oid))})

    def _do_delete_object(self, target_oid: int) -> dict[str, Any]:
        slots = self.objects.pop(target_oid)
        return self._edited("delete", lambda: self.objects.__setitem__(target_oid, slots), target_oid)

    def _do_undo(self, edit: int | None = None) -> dict[str, Any] | Refusal:
        for number, back, words in reversed(self.undone):
            if edit is None or number == edit:
                before = set(self.objects)
                back()
                self.undone = [one for one in self.undone if one[0] != number]
                gone = tuple(before - set(self.objects))
                tid = self.committed(*self.objects, removed=gone)
                return {"status": "ok", "edit": number, "tid": tid, "words": words}
        return Refusal("no_edit", "There is nothing to undo.")

    def _do_dispatch_message(
        self, target_oid: int, message_name: str, args: Any = (), kwargs: Any = None, wish: str = "", ask: bool = False
    ) -> dict[str, Any] | Refusal:
        try:
            found = self.lookup(target_oid, message_name)
        except KeyError:
            if ask:
                return Refusal("not_understood", f"{message_name} is not understood.")
            return self._file(target_oid, message_name, list(args), dict(kwargs or {}), wish)
        if is_method(found):
            body = self.methods.get((target_oid, message_name)) or self.methods.get((0, message_name))
            result = body(*args, **(kwargs or {})) if body else None
            return {"status": "ok", "result": result}
        return {"status": "ok", "result": found}

    # -- cycles, played by hand

    def _file(self, ident: int, selector: str, args: list[Any], kwargs: dict[str, Any], wish: str) -> dict[str, Any]:
        mission = len(self.missions) + 41
        row = {
            "id": mission, "type": "unhandled_message", "receiver": ident, "receiver_name": self.names.get(ident),
            "selector": selector, "args": args, "kwargs": kwargs, "wish": wish, "cycle": 1000 + mission,
            "state": "queued", "cycle_state": "IDLE", "reason": "", "attempt": 1, "proposal": None,
        }  # fmt: skip
        self.missions[mission] = row
        self.tell(mission)
        return {"status": "dispatched", "mission": mission, "result": "a mission is on its way"}

    def tell(self, mission: int, **changes: Any) -> None:
        self.missions[mission].update(changes)
        self.publish({"event": "mission", **self.missions[mission]})

    def transition(self, mission: int, from_state: str, to_state: str) -> None:
        self.missions[mission].update(cycle_state=to_state, state="running")
        self.publish({"event": "psm_transition", "mission": mission, "cycle": 1000 + mission,
                      "from_state": from_state, "to_state": to_state, "at": 0.0})  # fmt: skip

    def write(self, mission: int, persona: str, text: str, state: str = "SYNTHESIZING") -> None:
        for piece in text.split(" "):
            self.publish({"event": "text", "mission": mission, "state": state, "persona": persona, "text": piece + " "})

    def propose(
        self, mission: int, source: str, trial: Any = None, findings: Any = (), attempt: int = 1, **more: Any
    ) -> int:
        row = self.missions[mission]
        number = self.next_proposal()
        ident = row["receiver"]
        trial = trial or {"status": "ok", "returns": None, "changes": {}, "seconds": 0.002, "message": ""}
        known = self.inspect(ident)
        names = {slot["name"] for slot in known["slots"] + known["inherited"]}
        self.proposals[number] = {
            "id": number, "mission": mission, "cycle": 1000 + mission, "receiver": ident,
            "receiver_name": self.names.get(ident) or f"object {ident}", "selector": row["selector"],
            "attempt": attempt, "state": "waiting", "source": source, "sha256": sha_of(source),
            "findings": list(findings), "inserted": [], "trial": trial,
            "new_slots": [slot for slot in trial["changes"] if slot not in names], "refusals": [], "evidence": [],
            "expert": "ALFRED", "edited_by": None, "decided_by": None, "reason": "", "artifact_type": "new_method",
            "change": None, **more,
        }  # fmt: skip
        self.publish({"event": "proposal", **self.proposals[number]})
        self.tell(mission, state="held", proposal=number)
        return number

    def next_proposal(self) -> int:
        self._proposal += 1
        return self._proposal

    def _decide(self, proposal: int, state: str) -> dict[str, Any]:
        row = {**self.proposals.pop(proposal), "state": state, "decided_by": "person"}
        self.publish({"event": "proposal", **row})
        return row

    def _do_approve(self, proposal: int, sha256: str = "", source: str = "") -> dict[str, Any] | Refusal:
        row = self.proposals.get(proposal)
        if row is None:
            return Refusal("no_proposal", "That proposal is not there any more.")
        if sha256 and sha256 != row["sha256"]:
            return Refusal("changed", "The source has changed since it was shown.")
        self._decide(proposal, "approved")
        ident, selector = row["receiver"], row["selector"]
        before = dict(self.objects[ident])
        if proposal in self.wanted:
            self.objects[ident][row["change"]["slot"]] = self.wanted.pop(proposal)
        else:
            self.objects[ident][selector] = ("method", source or row["source"])
        self.transition(row["mission"], "SYNTHESIZING", "COMPLETE")
        self.tell(row["mission"], state="complete")
        return self._edited(f"install {selector}", lambda: self.objects.__setitem__(ident, before), ident)

    def _do_reject(self, proposal: int, reason: str = "", again: bool = False) -> dict[str, Any]:
        row = self._decide(proposal, "rejected")
        mission = row["mission"]
        if again:
            self.tell(mission, state="queued", cycle_state="IDLE", attempt=row["attempt"] + 1)
        else:
            self.tell(mission, state="rejected", reason=reason)
        return {"status": "ok", "mission": mission, "again": again}

    def _do_edit_proposal(self, proposal: int, source: str) -> dict[str, Any]:
        row = self.proposals[proposal]
        for name in ("outcomes", "others", "votes", "drafts"):
            row.pop(name, None)  # they were another source's
        row.update(source=source, sha256=sha_of(source), findings=[], edited_by="person")
        self.publish({"event": "proposal", **row})
        return {"status": "ok", "result": dict(row)}

    def _do_try_proposal(self, proposal: int, args: Any = (), kwargs: Any = None) -> dict[str, Any]:
        trial = {**self.proposals[proposal]["trial"], "returns": list(args)}
        del kwargs
        return {"status": "ok", "result": trial}

    def _do_cycle(self, mission: int, action: str) -> dict[str, Any]:
        state = {"pause": "running", "resume": "running", "stop": "stopped", "step": "running"}[action]
        self.tell(mission, state=state, paused=action in ("pause", "step"))
        return {"status": "ok"}


def sha_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def is_method(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and value[0] == "method"


def slot_row(name: str, value: Any) -> dict[str, Any]:
    if is_method(value):
        return {"name": name, "kind": "method", "value": value[1]}
    if name.endswith("*"):
        return {"name": name, "kind": "parent", "value": value}
    kind = "reference" if isinstance(value, Ref) else "data"
    return {"name": name, "kind": kind, "value": value}
