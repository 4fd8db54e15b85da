"""The memory: files taken in, passages in bulk, and search."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TextIO

from uvm_core.bridge.client import BridgeError, Client
from uvm_core.bridge.documents import NotADocument, parts, read_text_file
from uvm_core.bridge.values import ValueRefused, pack
from uvm_core.commands import text
from uvm_core.commands.context import Commands, Context, Usage, result_of, tell
from uvm_core.commands.lines import json_lines, opened

_ANSWER = 1800.0  # seconds: a batch of long passages on a slow machine, with others before it
_LOOK_AGAIN = 0.1
_SAY_AGAIN = 5.0  # seconds between two lines of progress where they cannot be written over each other
BATCH_ROWS = 512
BATCH_BYTES = 900_000
AHEAD = 3
"""Batches on their way: while one is written the next is embedded and a third arrives."""
QUERIES_AT_ONCE = 100
_ENDED = frozenset({"done", "cancelled", "failed"})


def add(commands: Commands) -> None:
    parser = commands.add_parser("ingest", help="take text files into the memory")
    parser.add_argument("files", metavar="FILE", nargs="*", help="text or Markdown")
    parser.add_argument("--passages", metavar="FILE.jsonl", help='ready-made passages, lines {"id", "text"}')
    parser.set_defaults(run=ingest)
    parser = commands.add_parser("search", help="find passages of the memory")
    parser.add_argument("query", metavar="QUERY", nargs="?", help="any text")
    parser.add_argument("--limit", metavar="N", type=_limit, help="how many hits (5; 10 with --queries)")
    parser.add_argument("--queries", metavar="IN.jsonl", help='many queries, lines {"id", "query"}')
    parser.add_argument("--out", metavar="OUT.jsonl", help="where their hits go; - for the standard output")
    parser.set_defaults(run=search)
    parser = commands.add_parser("documents", help="the documents of the memory")
    parser.set_defaults(run=documents)


def _limit(word: str) -> int:
    limit = int(word)
    if not 1 <= limit <= 100:
        raise argparse.ArgumentTypeError("1 to 100 hits can be asked for")
    return limit


# --- files --------------------------------------------------------------------------------------------------------


def ingest(context: Context, given: argparse.Namespace) -> int:
    """Each file a document of its own; one that cannot be taken in does not stop the others."""
    if given.passages is not None:
        if given.files:
            raise Usage("Files and --passages are two commands: give one or the other.")
        return _ingest_passages(context, Path(given.passages))
    if not given.files:
        raise Usage("Which files? `batos ingest FILE…`, or `batos ingest --passages FILE.jsonl`.")
    rows: list[dict[str, Any]] = []
    with contextlib.ExitStack() as stack:
        client: Client | None = None
        for name in given.files:
            try:
                file = read_text_file(Path(name))
            except NotADocument as problem:
                tell(str(problem))
                rows.append({"title": Path(name).name, "source": name, "state": "failed", "words": str(problem)})
                continue
            if file.note:
                tell(file.note)
            client = client or stack.enter_context(context.client())
            rows.append(_ingested(client, file.title, file.source, file.text, {"date": file.date}))
            tell(f"{file.title}: {rows[-1]['words']}")
    context.answer(rows, lambda: text.table(rows, ("title", "state", "chunks", "document", "words"), none=""))
    return 0 if all(row["state"] == "done" for row in rows) else 1


def _ingested(client: Client, title: str, source: str, content: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """The row of a job that has ended. An interrupt cancels it first."""
    job: int | None = None
    shown = _Progress()
    try:
        job = client.call("ingest_begin", title=title, source=source, metadata=metadata)["job"]
        for part in parts(content):
            client.call("ingest_part", job=job, text=part)
        row = result_of(client.call("ingest_go", job=job))
        while row["state"] not in _ENDED:
            time.sleep(_LOOK_AGAIN)
            row = result_of(client.call("ingestion", job=job))
            if row["of"]:
                unit = "sentences" if row["state"] == "embedding" else "chunks"
                shown.show(f"{title}: {row['state']}, {row['done']} of {row['of']} {unit}")
        return dict(row)
    except BridgeError as error:
        if error.code == "closed":
            raise
        words = "The UVM ended meanwhile; nothing of it was kept." if error.code == "unknown_job" else error.message
        return {"job": job, "title": title, "source": source, "state": "failed", "chunks": 0, "words": words}
    except KeyboardInterrupt:
        if job is not None:
            with contextlib.suppress(BridgeError):
                client.call("ingestion_cancel", job=job)
        tell(f"{title}: cancelled; what was not whole was not kept.")
        raise
    finally:
        shown.end()


class _Progress:
    """One line that is written over where somebody looks on, else a line now and then."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._said = time.monotonic()
        self._open = False

    def show(self, words: str) -> None:
        if self._live:
            sys.stderr.write(f"\r\x1b[K{words}")
            sys.stderr.flush()
            self._open = True
        elif time.monotonic() - self._said >= _SAY_AGAIN:
            self._said = time.monotonic()
            tell(words)

    def end(self) -> None:
        if self._open:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._open = False


# --- passages -----------------------------------------------------------------------------------------------------


def _ingest_passages(context: Context, path: Path) -> int:
    """Passages in transactions of some hundred; those that are there word for word are left as they are."""
    sums = {"indexed": 0, "unchanged": 0}
    refused: list[dict[str, Any]] = []
    left_out = 0
    shown = _Progress()
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        lines = stack.enter_context(opened(str(path), "r"))
        client = stack.enter_context(context.client(timeout=_ANSWER))
        under_way: deque[Future[dict[str, Any]]] = deque()

        def finish() -> None:
            result = result_of(under_way.popleft().result())
            for name in sums:
                sums[name] += result[name]
            for row in result["refused"]:
                refused.append(row)
                tell(f"{row['id']}: {row['message']}")
            seconds = max(time.monotonic() - began, 1e-6)
            shown.show(f"{sum(sums.values())} passages, {sum(sums.values()) / seconds:.0f} a second")

        try:
            for batch in _batches(lines):
                if isinstance(batch, str):
                    left_out += 1
                    tell(batch)
                    continue
                under_way.append(client.submit("ingest_passages", rows=batch))
                if len(under_way) >= AHEAD:
                    finish()
            while under_way:
                finish()
        except KeyboardInterrupt:
            tell(f"Stopped; {sum(sums.values())} passages are in the memory for certain.")
            raise
        finally:
            shown.end()
    summary = {"status": "ok", **sums, "refused": refused, "left_out": left_out}
    words = f"{sums['indexed']} passages indexed, {sums['unchanged']} unchanged, {len(refused)} refused, "
    context.answer(summary, words + f"{left_out} lines left out.")
    return 1 if refused or left_out else 0


def _batches(lines: TextIO) -> Iterator[list[dict[str, Any]] | str]:
    """Rows that fit into one message, or what is wrong with a line."""
    batch: list[dict[str, Any]] = []
    size = 0
    for number, row in json_lines(lines):
        if isinstance(row, str):
            yield f"Line {number} is left out: {row}"
            continue
        try:
            length = len(pack(row))
        except ValueRefused as problem:
            yield f"Line {number} is left out: {problem}"
            continue
        if length > BATCH_BYTES:
            yield f"Line {number} is left out: its passage is too large."
            continue
        if batch and (size + length > BATCH_BYTES or len(batch) >= BATCH_ROWS):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch


# --- search -------------------------------------------------------------------------------------------------------


def search(context: Context, given: argparse.Namespace) -> int:
    """The nearest passages, or with --queries those of many texts."""
    if given.queries is not None:
        if given.query is not None or given.out is None:
            raise Usage("Many queries: `batos search --queries IN.jsonl --out OUT.jsonl`.")
        return _search_many(context, given.queries, given.out, given.limit or 10)
    if given.query is None or given.out is not None:
        raise Usage("What is looked for? `batos search QUERY`, or `batos search --queries IN.jsonl --out OUT.jsonl`.")
    with context.client(timeout=_ANSWER) as client:
        hits = result_of(client.call("search", query=given.query, limit=given.limit or 5))
    context.answer(hits, lambda: "\n\n".join(_hit_text(hit) for hit in hits) or "Nothing was found.")
    return 0


def _hit_text(hit: dict[str, Any]) -> str:
    place = " › ".join([str(hit["title"]), *map(str, hit["section"])])
    head = f"{hit['score']:.2f}  {place}  ({hit['start']}–{hit['end']})"
    return head + "\n      " + text.shortened(str(hit["text"]), 300)


def _search_many(context: Context, queries: str, out: str, limit: int) -> int:
    done, left_out = 0, 0
    with contextlib.ExitStack() as stack:
        lines = stack.enter_context(opened(queries, "r"))
        written = stack.enter_context(opened(out, "w"))
        client = stack.enter_context(context.client(timeout=_ANSWER))
        waiting: list[dict[str, Any]] = []

        def ask() -> None:
            texts = [row["query"] for row in waiting]
            answers = result_of(client.call("search_many", queries=texts, limit=min(2 * limit, 100)))
            for row, hits in zip(waiting, answers, strict=True):
                written.write(json.dumps({"id": row.get("id"), "hits": _best(hits, limit)}, ensure_ascii=False) + "\n")
            waiting.clear()

        for number, row in json_lines(lines):
            if isinstance(row, str) or not isinstance(row.get("query"), str):
                left_out += 1
                tell(f"Line {number} is left out: {row if isinstance(row, str) else 'it has no query.'}")
                continue
            waiting.append({**row, "query": row["query"][:_LONGEST_QUERY]})
            done += 1
            if len(waiting) == QUERIES_AT_ONCE:
                ask()
        if waiting:
            ask()
    if out != "-":
        summary = {"status": "ok", "queries": done, "left_out": left_out}
        context.answer(summary, f"{done} queries answered, {left_out} lines left out.")
    return 1 if left_out else 0


_LONGEST_QUERY = 2000  # characters: a hundred of them fit into one message, and no more are read of one


def _best(hits: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """The best hit of each document: a passage is one of its own."""
    found: dict[Any, float] = {}
    for hit in hits:
        found.setdefault(hit["document_id"], hit["score"])
    return [{"id": name, "score": score} for name, score in list(found.items())[:limit]]


def documents(context: Context, _given: argparse.Namespace) -> int:
    """What the memory holds."""
    rows = result_of(context.call("documents"))
    columns = ("id", "title", "chunks", "length", "date", "source")
    context.answer(rows, lambda: text.table(rows, columns, none="The memory is empty."))
    return 0
