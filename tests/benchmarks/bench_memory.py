"""Figures of the memory: `make bench-memory`.

Retrieval: the first line of a docstring is the question, what follows it the passage to be found among all the others;
rivals are each half of the search alone and the text index given the question as it is typed, which is what the
blueprint did. Ingestion: real prose (Python's own topics) through the whole path, beside the embedder alone. Search:
latency over 1,000 and 10,000 chunks, whose vectors and texts are drawn by chance from real ones, with and without the
embedding of the query. Ratios say more than milliseconds on a machine that others use too.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import math
import random
import re
import statistics
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from pydoc_data.topics import topics
from typing import Any

import numpy as np
import structlog

from uvm_core.image.image import BLOB_DIR, IMAGE_FILE, Image
from uvm_core.image.world import World
from uvm_core.memory.embedding import packaged_embedder
from uvm_core.memory.mirror import Mirror
from uvm_core.memory.ranking import terms_of
from uvm_core.memory.reading import catalogue_tables
from uvm_core.memory.segmentation import Encoder
from uvm_core.memory.service import Memory
from uvm_core.memory.tables import Tables
from uvm_core.uvm import begin_image

MODULES = """
argparse ast asyncio calendar collections csv datetime decimal difflib email.message fractions functools http.client
inspect itertools json logging math os pathlib random re shutil socket sqlite3 statistics string subprocess tarfile
tempfile textwrap threading unittest.mock urllib.request zipfile numpy numpy.linalg numpy.fft
"""
PASSAGES, QUESTIONS = 700, 160
PROSE = 60_000
"""Characters of prose for the ingestion."""
SIZES = (1_000, 10_000)
QUERIES = 300

Figure = dict[str, Any]
Found = Callable[[int], list[str]]


def figure(name: str, value: float, unit: str, goal: float | None, rival: str, rival_value: float | None) -> Figure:
    """One row; a goal below 0 is the most that the value may be, else the least."""
    holds = None if goal is None else value <= -goal if goal < 0 else value >= goal
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "goal": None if goal is None else round(abs(goal), 3),
        "holds": holds,
        "rival": rival,
        "rival_value": None if rival_value is None else round(rival_value, 3),
    }


class Drawn:
    """An encoder that costs nothing: a text's vector is drawn from real ones, always the same for the same text."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors

    def encode(
        self,
        texts: Sequence[str],
        *,
        cancel: threading.Event | None = None,  # noqa: ARG002
        on_progress: Callable[[int, int], None] | None = None,  # noqa: ARG002
    ) -> np.ndarray:
        """float32 (n, width), rows of length one: two real vectors and some noise."""
        rows = []
        for text in texts:
            draw = np.random.default_rng(zlib.crc32(text.encode()))
            first, second = self._vectors[draw.integers(len(self._vectors), size=2)]
            rows.append(first + 0.5 * second + draw.normal(0, 0.02, len(first)))
        made = np.asarray(rows, np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


@contextmanager
def remembering(directory: Path, encoder: Encoder) -> Iterator[tuple[Image, Memory]]:
    image = Image(directory)
    begin_image(image)
    memory = Memory(image, lambda _event: None, lambda: encoder)
    memory.start()
    try:
        yield image, memory
    finally:
        memory.close()
        image.close()


def docstrings() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """(passages {"id", "text"}, questions {"id", "query"}): the right passage of a question has its id."""
    passages, questions, seen = [], [], set()
    for name in MODULES.split():
        module = importlib.import_module(name)
        for member in sorted(vars(module)):
            found = getattr(module, member)
            if member.startswith("_") or not (inspect.isclass(found) or inspect.isroutine(found)):
                continue
            text = re.sub(r"^\w+\(.*?\)( ->.*)?\n\s*\n?", "", inspect.getdoc(found) or "")
            first, _, rest = (part.strip() for part in text.partition("\n\n"))
            question = " ".join(first.split())
            if 20 < len(question) < 200 and len(rest) > 200 and question not in seen:
                seen.add(question)
                passages.append({"id": f"{name}.{member}", "text": rest[:1000]})
                questions.append({"id": f"{name}.{member}", "query": question})
    draw = random.Random(1)
    chosen = sorted(draw.sample(range(len(passages)), min(PASSAGES, len(passages))))
    asked = draw.sample(chosen, min(QUESTIONS, len(chosen)))
    return [passages[place] for place in chosen], [questions[place] for place in asked]


# --- what is found


def ndcg(found: list[str], wanted: str) -> float:
    """nDCG@10 where one passage is right."""
    return 1 / math.log2(found.index(wanted) + 2) if wanted in found[:10] else 0.0


def retrieval(directory: Path, encoder: Encoder) -> tuple[list[Figure], np.ndarray]:
    passages, questions = docstrings()
    asked = encoder.encode([row["query"] for row in questions])
    with remembering(directory / "retrieval", encoder) as (image, memory):
        for start in range(0, len(passages), 500):
            memory.take_passages(passages[start : start + 500]).result()
        fused = memory.search_many([row["query"] for row in questions], 10)
        known = image.read(lambda world: _alone(catalogue_tables(world), questions, asked))
        vectors = image.read(_all_rows)
    ways: dict[str, list[list[str]]] = {"fused": [[hit["document_id"] for hit in hits] for hits in fused], **known}
    scores = {
        way: statistics.mean(ndcg(found, row["id"]) for found, row in zip(lists, questions, strict=True))
        for way, lists in ways.items()
    }
    hits = statistics.mean(row["id"] in found[:5] for found, row in zip(ways["fused"], questions, strict=True))
    # Docstrings say little and much alike: what counts here is that both halves together find more than each alone.
    best = max(scores["vectors alone"], scores["words alone, OR-ed"])
    count = f"{len(questions)} questions, {len(passages)} passages"
    figures = [
        figure(f"retrieval nDCG@10 ({count})", scores["fused"], "", best, way, scores[way])
        for way in ("vectors alone", "words alone, OR-ed", "text index as typed")
    ]
    return [*figures, figure("retrieval hit@5", hits, "", None, "", None)], vectors


def _alone(tables: Tables, questions: list[dict[str, str]], asked: np.ndarray) -> dict[str, list[list[str]]]:
    mirror = Mirror()
    mirror.follow(tables)
    cosines = mirror.vector_scores(asked)

    def names(scores: np.ndarray) -> list[str]:
        best = np.argsort(-np.nan_to_num(scores, nan=-2.0), kind="stable")[:10]
        return [tables.chunk(int(number)).document_id for number in best if number]  # type: ignore[union-attr]

    words = [mirror.word_scores(tables, terms_of(tables, row["query"])) for row in questions]
    return {
        "vectors alone": [names(row) for row in cosines],
        "words alone, OR-ed": [names(row) for row in words],
        "text index as typed": [_typed(tables, row["query"]) for row in questions],
    }


def _typed(tables: Tables, query: str) -> list[str]:
    """The rival: the query is parsed, its words are AND-ed, and a stray operator is an error."""
    from zope.index.text.parsetree import ParseError, QueryError

    try:
        found = tables.text.apply(query)
    except (ParseError, QueryError):
        return []
    best = sorted(found.items(), key=lambda item: -item[1])[:10] if found else []
    return [tables.chunk(number).document_id for number, _score in best]  # type: ignore[union-attr]


def _all_rows(world: World) -> np.ndarray:
    store = catalogue_tables(world).store
    assert store is not None
    return np.concatenate([segment.read()[1] for segment in store.segments.values()]).astype(np.float32)


# --- how fast it comes in


def ingestion(directory: Path, encoder: Encoder) -> list[Figure]:
    text = "\n\n".join(f"# {name}\n\n{topics[name]}" for name in sorted(topics))[:PROSE]
    cut = [text[place : place + PROSE // 6] for place in range(0, PROSE, PROSE // 6)]
    with remembering(directory / "ingestion", encoder) as (_image, memory):
        memory.search("wake")
        warm = memory.ingestions.begin("warm", "", "warm", {})
        memory.ingestions.part(warm.number, "One sentence. Another one.")
        memory.ingestions.go(warm.number)
        warm.ended.wait()
        began = time.perf_counter()
        jobs = []
        for number, part in enumerate(cut):
            job = memory.ingestions.begin(f"topics {number}", "", f"t{number}", {})
            memory.ingestions.part(job.number, part)
            jobs.append(memory.ingestions.go(job.number))
        for job in jobs:
            job.ended.wait()
        seconds = time.perf_counter() - began
        sentences = [
            cut[place][first:last]
            for place, job in enumerate(jobs)
            for chunk in memory.document(job.document)["chunks"]
            for first, last in chunk["sentences"]
        ]
    began = time.perf_counter()
    for part in range(0, len(sentences), 200):
        encoder.encode(sentences[part : part + 200])
    alone = time.perf_counter() - began
    rate = len(sentences) / seconds
    return [
        figure("ingestion, whole path", rate, "sentences/s", 200, "the embedder alone", len(sentences) / alone),
        figure("ingestion, whole path", len(text) / 1e6 / seconds * 60, "MB/min", 1.5, "", None),
        figure("ingestion, share of the embedder", 100 * min(alone / seconds, 1.0), "%", None, "", None),
    ]


# --- how fast it is found


def latency(directory: Path, vectors: np.ndarray, encoder: Encoder) -> list[Figure]:
    draw = random.Random(2)
    sentences = [line.strip() for text in topics.values() for line in text.split(". ") if 30 < len(line) < 300]
    wordy = [words for words in map(str.split, sentences) if len(words) >= 8]
    texts = [" ".join(draw.sample(sentences, 4)) for _ in range(max(SIZES))]
    queries = [" ".join(draw.sample(words, 8)) for words in draw.sample(wordy, QUERIES)]
    figures: list[Figure] = []
    embedding = [_milliseconds(lambda query=query: encoder.encode([query])) for query in queries[:60]]  # type: ignore[misc]
    with remembering(directory / "latency", Drawn(vectors)) as (image, memory):
        began, done = time.perf_counter(), 0
        for size in SIZES:
            while done < size:
                rows = [{"id": place, "text": texts[place]} for place in range(done, min(done + 1000, size))]
                memory.take_passages(rows).result()
                done += len(rows)
            filled = time.perf_counter() - began
            taken = sorted(_milliseconds(lambda query=query: memory.search(query)) for query in queries)  # type: ignore[misc]
            theirs = image.read(lambda world: _index_alone(catalogue_tables(world), queries[:100]))
            p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
            figures += [
                figure(f"search, {size:,} chunks, median", p50, "ms", None, "its words by the index itself", theirs),
                figure(f"search, {size:,} chunks, p95", p95, "ms", -10.0 if size == 10_000 else None, "", None),
                figure(
                    f"search, {size:,} chunks, with the query's embedding, median",
                    p50 + statistics.median(embedding),
                    "ms",
                    None,
                    "",
                    None,
                ),
            ]
        figures.append(figure("passages indexed and written", done / filled, "/s", None, "", None))
        figures += sizes(image, texts)
    return figures


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _index_alone(tables: Tables, queries: list[str]) -> float:
    """The median time of the index's own search for the OR-ed words, its buckets read before."""
    for query in queries:
        tables.text.index.search(query)
    return statistics.median(_milliseconds(lambda query=query: tables.text.index.search(query)) for query in queries)  # type: ignore[misc]


def sizes(image: Image, texts: list[str]) -> list[Figure]:
    folder = image.directory
    before = _bytes(folder)
    image.database.pack()
    content = statistics.mean(len(text.encode()) for text in texts) + 2 * 384
    above = _bytes(folder) / len(texts) - content

    def mirrored(world: World) -> float:
        mirror, tables = Mirror(), catalogue_tables(world)
        mirror.follow(tables)
        for text in texts:
            mirror.word_scores(tables, terms_of(tables, text))
        lists = sum(ids.nbytes + times.nbytes for _until, ids, times in mirror._postings.values())
        return (lists + mirror.lengths.nbytes + mirror._row_ids.nbytes + mirror._has_row.nbytes) / len(texts)

    return [
        figure(
            "on disk above text and vector, packed", above, "B/chunk", None, "as written", before / len(texts) - content
        ),
        figure("in RAM above text and vector, every word asked for", image.read(mirrored), "B/chunk", -1000, "", None),
    ]


def _bytes(folder: Path) -> int:
    """The image itself, without what packing keeps beside it."""
    blobs = sum(path.stat().st_size for path in (folder / BLOB_DIR).rglob("*.blob"))
    return (folder / IMAGE_FILE).stat().st_size + blobs


def table(figures: list[Figure]) -> str:
    lines = [f"{'figure':58}{'value':>10} {'unit':12}{'goal':>8}  {'':6} rival"]
    for row in figures:
        rival = f"{row['rival']}: {row['rival_value']:,}" if row["rival_value"] is not None else ""
        held = "" if row["holds"] is None else "holds" if row["holds"] else "MISSES"
        goal = "" if row["goal"] is None else f"{row['goal']:,}"
        lines.append(f"{row['name']:58}{row['value']:>10,} {row['unit']:12}{goal:>8}  {held:6} {rival}")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/bench/memory.json"))
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    encoder = packaged_embedder()
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as name:
        directory = Path(name)
        figures, vectors = retrieval(directory, encoder)
        figures += ingestion(directory, encoder)
        figures += latency(directory, vectors, encoder)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=1) + "\n")
    sys.stdout.write(f"embedder: {encoder.describe()['backend']}\n{table(figures)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
