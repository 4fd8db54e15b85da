"""The memory, the questions and the steward of an image in memory, as the bridge answers for them; played by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from morphic_ui.model.link import Refusal
from morphic_ui.model.values import Ref

Row = dict[str, Any]


class Image(Protocol):
    """What these parts need of the link they belong to."""

    objects: dict[int, dict[str, Any]]
    names: dict[int, str]
    missions: dict[int, Row]

    def publish(self, event: Mapping[str, Any]) -> None: ...
    def committed(self, *idents: int, removed: tuple[int, ...] = ()) -> int: ...
    def tell(self, mission: int, **changes: Any) -> None: ...
    def find(self, target: Any) -> int | None: ...


class LinkMemory:
    """Documents with their chunks; ingestion goes on when a test says so."""

    def __init__(self) -> None:
        self.jobs: dict[int, Row] = {}
        self.sent: dict[int, list[str]] = {}  # job -> the parts that came
        self.documents: dict[int, Row] = {}
        self.inner: dict[int, dict[str, Any]] = {}  # chunks that lie in their documents
        self.page: int | None = None  # how many chunks one answer lists
        self.found: list[Row] | None = None  # what a search finds, instead of what it would

    # -- taking in

    def _do_ingest_begin(
        self: Any, title: str, source: str = "", document_id: str | None = None, metadata: Any = None
    ) -> Row:
        del metadata
        job = len(self.jobs) + 1
        self.jobs[job] = {
            "job": job, "title": title, "source": source, "state": "receiving", "done": 0, "of": 0, "document": None,
            "chunks": 0, "edit": None, "words": "", "seconds": 0.0, "document_id": document_id or source,
        }  # fmt: skip
        self.sent[job] = []
        return {"status": "ok", "result": dict(self.jobs[job]), "job": job}

    def _do_ingest_part(self: Any, job: int, text: str) -> Row:
        self.sent[job].append(text)
        return {"status": "ok"}

    def _do_ingest_go(self: Any, job: int) -> Row:
        self.progress(job, "embedding", 0, 0)
        return {"status": "ok", "result": dict(self.jobs[job])}

    def progress(self: Any, job: int, state: str, done: int, of: int, **more: Any) -> None:
        self.jobs[job].update(state=state, done=done, of=of, **more)
        self.publish({"event": "ingestion", **self.jobs[job]})

    def finish(self: Any, job: int) -> int:
        """The document is in the image: its delta first, then the job's end."""
        row = self.jobs[job]
        text = "".join(self.sent[job])
        known = next((one for one, item in self.documents.items() if item["source"] == row["source"]), None)
        ident: int = self.make_document(row["title"], text, source=row["source"], ident=known)
        taken = self._edited(f"Take {row['title']} into the memory", lambda: self.objects.pop(ident), ident)
        count = len(self.documents[ident]["chunks"])
        self.progress(job, "done", count, count, document=ident, chunks=count, edit=taken["edit"])
        return ident

    def _do_ingestion_cancel(self: Any, job: int) -> Row:
        if self.jobs[job]["state"] != "done":
            self.progress(job, "cancelled", 0, 0)
        return {"status": "ok", "result": dict(self.jobs[job])}

    def _do_ingestions(self: Any) -> Row:
        return {"status": "ok", "result": list(self.jobs.values())}

    # -- what is there

    def make_document(
        self: Any, title: str, text: str, source: str = "", ident: int | None = None, texts: bool = True
    ) -> int:
        """A document whose chunks are its paragraphs, with `# headings` as sections."""
        ident = ident or max(self.objects, default=0) + 1
        document_id, section = source or title, ()
        chunks: list[Row] = []
        for number, match in enumerate(re.finditer(r"[^\n]+(?:\n[^\n]+)*\n*", text)):
            head = re.match(r"#+ (.+)", match[0])
            section = (head[1],) if head else section
            chunk = 100_000 * ident + number
            similarity = None if not number else round(0.2 + 0.6 * (number * 37 % 10) / 10, 2)
            chunks.append(
                {"id": chunk, "key": f"{document_id}::{number}", "index": number, "section": list(section),
                 "start": match.start(), "end": match.end(), "text": match[0] if texts else match[0][:20],
                 "cut": not texts, "similarity": similarity, "taken": False}
            )  # fmt: skip
            self.inner[chunk] = {
                "parent*": Ref(1, "traits_obj"), "document_id": document_id, "chunk_index": number, "text": match[0],
                "start": match.start(), "end": match.end(), "metadata": {"title": title},
            }  # fmt: skip
        slots = {"parent*": Ref(1, "traits_obj"), "title": title, "source": source, "document_id": document_id}
        self.objects[ident] = {**slots, "chunks": len(chunks)}
        self.documents[ident] = {
            "id": ident, "title": title, "source": source, "document_id": document_id, "length": len(text),
            "sections": [], "chunks": chunks, "more": 0,
        }  # fmt: skip
        return ident

    def _do_documents(self: Any) -> Row:
        rows = [{**row, "chunks": len(row["chunks"])} for row in self.documents.values()]
        return {"status": "ok", "result": rows}

    def _do_document(self: Any, document: int, first: int = 0) -> Row | Refusal:
        row = self.documents.get(document)
        if row is None:
            return Refusal("no_document", "That is no document of the memory.")
        end = first + (self.page or len(row["chunks"]))
        more = len(row["chunks"][end:])
        return {"status": "ok", "result": {**row, "first": first, "chunks": row["chunks"][first:end], "more": more}}

    def _do_take_chunk(self: Any, chunk: int) -> Row | Refusal:
        slots = self.inner.get(chunk)
        if slots is None:
            return Refusal("no_chunk", "That chunk is not in the memory any more.")
        self.objects[chunk] = slots
        reply: Row = self._edited("take chunk", lambda: self.objects.pop(chunk, None), chunk)
        return reply

    def hit(self: Any, chunk: int, score: float = 0.8, vector: float = 0.9, okapi: float = 0.5) -> Row:
        """A hit for a chunk."""
        for row in self.documents.values():
            for one in row["chunks"]:
                if one["id"] == chunk:
                    keep = {name: one[name] for name in ("key", "section", "start", "end")}
                    about = {"document": row["id"], "document_id": row["document_id"], "title": row["title"]}
                    parts = {"vector": vector, "okapi": okapi}
                    text = self.inner[chunk]["text"]
                    return {**about, "source": row["source"], "chunk": chunk, **keep, "text": text, "score": score,
                            "parts": parts}  # fmt: skip
        raise KeyError(chunk)

    def _do_search(self: Any, query: str, limit: int = 5) -> Row:
        if self.found is not None:
            return {"status": "ok", "result": self.found[:limit]}
        words = set(re.findall(r"\w+", query.lower()))
        hits = []
        for chunk, slots in self.inner.items():
            shared = words & set(re.findall(r"\w+", slots["text"].lower()))
            if shared:
                share = len(shared) / len(words)
                hits.append(self.hit(chunk, round(0.3 + 0.7 * share, 3), share, share))
        hits.sort(key=lambda hit: -hit["score"])
        return {"status": "ok", "result": hits[:limit]}


class LinkSystem:
    """Questions, measurements, the steward, proposals of slot changes."""

    def __init__(self) -> None:
        self.steward: Row = {
            "paused": False, "last_beat": 1_700_000_000.0, "next_beat": 1_700_003_600.0, "findings": [],
            "missions_today": 1, "most_a_day": 3,
        }  # fmt: skip
        self.measured: list[Row] = []
        self.model: Row = {"id": "smollm2", "state": "awake", "words": ""}
        self.models: list[Row] = []  # to choose from; empty: the one there is

    def _do_initiate_cognitive_cycle(self: Any, target_oid: int, mission_brief: Mapping[str, Any]) -> Row:
        mission = len(self.missions) + 41
        self.missions[mission] = {
            "id": mission, "type": mission_brief["type"], "receiver": target_oid, "receiver_name": None,
            "selector": mission_brief.get("selector", ""), "args": [], "kwargs": {},
            "wish": mission_brief.get("wish", ""),
            "cycle": 1000 + mission, "state": "queued", "cycle_state": "IDLE", "reason": "", "attempt": 1,
            "proposal": None, "result": None,
        }  # fmt: skip
        self.tell(mission)
        return {"status": "dispatched", "mission": mission, "result": f"mission {mission} began"}

    def answer(self: Any, mission: int, text: str, evidence: Sequence[Row] = ()) -> None:
        """A question is answered."""
        self.transition(mission, "SYNTHESIZING", "COMPLETE")
        self.tell(mission, state="complete", cycle_state="COMPLETE", result={"text": text, "evidence": list(evidence)})

    def propose_change(
        self: Any, target: int, slot: str, after: Any, because: str = "", evidence: Sequence[Row] = ()
    ) -> int:
        """A slot's change waits for a person."""
        mission = len(self.missions) + 41
        selector = "refactor_synthesis_prompt_for_efficiency"
        self.missions[mission] = {
            "id": mission, "type": "system_optimization", "receiver": target, "receiver_name": self.names.get(target),
            "selector": selector, "args": [], "kwargs": {}, "wish": "", "cycle": 1000 + mission, "state": "held",
            "cycle_state": "SYNTHESIZING", "reason": "", "attempt": 1, "proposal": None,
        }  # fmt: skip
        number = self.next_proposal()
        name = self.names.get(target) or f"object {target}"
        before = self.objects[target][slot]
        self.proposals[number] = {
            "id": number, "mission": mission, "cycle": 1000 + mission, "receiver": target, "receiver_name": name,
            "selector": selector, "attempt": 1, "state": "waiting", "source": "", "sha256": f"hash of {after!r}",
            "artifact_type": "slot_change", "findings": [], "inserted": [], "trial": {}, "new_slots": [],
            "refusals": [], "change": {"target": target, "target_name": name, "slot": slot, "before": as_text(before),
                       "after": as_text(after), "because": because},
            "evidence": list(evidence), "expert": "ALFRED", "edited_by": None, "decided_by": None, "reason": "",
        }  # fmt: skip
        self.wanted[number] = after
        self.publish({"event": "proposal", **self.proposals[number]})
        self.tell(mission, proposal=number)
        return number

    # -- models

    def _do_model(self: Any, action: str = "list", model_id: str | None = None) -> Row | Refusal:
        if action == "list":
            return {"status": "ok", "result": [dict(row) for row in self.models] or [dict(self.model)]}
        row = next((one for one in self.models if one["id"] == model_id), None)
        if row is None:
            return Refusal("no_model", f"There is no model {model_id}.")
        if row.get("too_large"):
            return Refusal("too_large", row["too_large"])
        if action == "get":
            self.model_event(row["id"], "fetching", share=0.0)
        elif action == "cancel":
            self.model_event(row["id"], "cancelled")
        else:
            self.model_event(row["id"], "waking")
        return {"status": "ok", "result": dict(row)}

    def model_event(self: Any, ident: str, state: str, words: str = "", share: float | None = None) -> None:
        """How it goes with one of the models."""
        self.publish({"event": "status", "model": {"id": ident, "state": state, "words": words, "share": share}})

    def woken(self: Any, ident: str) -> None:
        """Another model is in use from now on."""
        for row in self.models:
            was, row["current"] = row.get("current"), row["id"] == ident
            row["state"] = "awake" if row["current"] else ("in the image" if was else row["state"])
        self.model = {"id": ident, "state": "awake", "words": "", "experts": []}
        self.publish({"event": "status", "model": self.model})

    def _do_metrics(self: Any, hours: int = 24) -> Row:
        del hours
        return {"status": "ok", "result": self.measured}

    def _do_steward(self: Any, action: str = "status") -> Row:
        if action != "status":
            self.steward["paused"] = action == "pause"
        return {"status": "ok", "result": dict(self.steward)}

    def _do_audit(self: Any) -> Row:
        return {"status": "ok", "result": list(self.steward["findings"])}


MODELS: list[Row] = [
    {"id": "smollm2-135m", "title": "SmolLM2 135M Instruct", "state": "awake", "size_mb": 271, "memory_mb": 600,
     "licence": "Apache-2.0", "speed": 18.2, "words": "Small and quick.", "current": True},
    {"id": "smollm2-360m", "title": "SmolLM2 360M Instruct", "state": "in the image", "size_mb": 725,
     "memory_mb": 1100, "licence": "Apache-2.0", "speed": "9 tokens/s", "words": "", "current": False},
    {"id": "qwen2.5-coder-0.5b", "title": "Qwen2.5 Coder 0.5B Instruct", "state": "to be fetched", "size_mb": 494,
     "memory_mb": 1300, "licence": "Apache-2.0", "speed": "7 tokens/s", "current": False, "experts": ["BRICK"],
     "words": "Writes methods better than the small ones."},
    {"id": "qwen2.5-coder-1.5b", "title": "Qwen2.5 Coder 1.5B Instruct, 8 bits a weight, a long title",
     "state": "on this machine", "size_mb": 1646, "memory_mb": 2400, "licence": "Apache-2.0", "current": False},
    {"id": "qwen2.5-coder-7b", "title": "Qwen2.5 Coder 7B Instruct", "state": "to be fetched", "size_mb": 15200,
     "memory_mb": 16800, "licence": "Apache-2.0", "current": False,
     "too_large": "It needs 16.8 GB of memory, and this machine has 3.9 GB free: nothing was fetched. A smaller one "
     "fits, or a server on another machine."},
    {"id": "http://127.0.0.1:8080/v1", "state": "server"},
]  # fmt: skip


def measurement(indicator: str, unit: str, values: Sequence[float], label: str = "", **more: Any) -> Row:
    """A row of `metrics`."""
    ordered = sorted(values)
    count = len(values)
    return {
        "indicator": indicator, "unit": unit, "count": count, "mean": sum(values) / count if count else None,
        "p50": ordered[count // 2] if count else None, "p95": ordered[int(0.95 * (count - 1))] if count else None,
        "sum": sum(values),
        "last": [[1_700_000_000.0 + 60 * place, value, label] for place, value in enumerate(values)],
        "by": {}, **more,
    }  # fmt: skip


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)
