"""Segmentation's figures against its rivals in the same run: `python tests/benchmarks/bench_segment.py`.

Rivals: the original text's percentiles of adjacent similarities, 5 and 25, and nltk's TextTiling. Texts: those of
passages.py, from the half of the sources that nothing was tuned on; and the descriptions of installed distributions
with their own headings. Pk (Beeferman et al., 1999) and WindowDiff (Pevzner and Hearst, 2002) count sentences; a
boundary anywhere is taken to the sentence that begins next. The rival of the 8-bit model is sentence-transformers.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import logging
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from zope.index.text.stopdict import get_stopdict

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.passages import LAYOUTS, Mixed, documents, sources  # noqa: E402
from uvm_core.memory import segment  # noqa: E402
from uvm_core.memory.embedding import FAST, REFERENCE, Embedder, packaged_embedder  # noqa: E402
from uvm_core.memory.sections import sections_of  # noqa: E402
from uvm_core.memory.units import units_of  # noqa: E402

DOCUMENTS = 40
REAL = 16
SPEED_SENTENCES = 160
Spans = list[tuple[int, int]]


class Remembering:
    """The packaged embedder, asked once for each text: every method is to cut by the same vectors."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}

    def encode(self, texts: Sequence[str], **_options: Any) -> np.ndarray:
        """float32 (n, dimensions)."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(new, self._embedder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def disagreement(true: list[int], found: list[int], count: int) -> tuple[float, float]:
    """Pk and WindowDiff of boundaries before sentences, with a window of half a true segment."""
    window = max(2, round(count / (len(true) + 1) / 2))
    marks = np.zeros((2, count + 1), dtype=int)
    for row, places in enumerate((true, found)):
        marks[row, [place + 1 for place in places]] = 1
    sums = np.cumsum(marks, axis=1)
    inside = sums[:, 1 + window :] - sums[:, 1:-window]
    if not inside.size:
        return 0.0, 0.0
    return float(((inside[0] > 0) != (inside[1] > 0)).mean()), float((inside[0] != inside[1]).mean())


def boundaries(spans: Spans, starts: list[int]) -> list[int]:
    """Spans as numbers of the sentences before which they cut; `starts` are the sentences' offsets."""
    return sorted({bisect_left(starts, start) for start, _ in spans} - {0, len(starts)})


def text_tiling(text: str) -> Spans:
    """nltk's TextTiling; it knows only paragraphs, and a text without any is one segment to it."""
    from nltk.tokenize.texttiling import TextTilingTokenizer

    try:
        # nltk's own list of stop words would have to be downloaded.
        parts = TextTilingTokenizer(stopwords=list(get_stopdict())).tokenize(text)
    except ValueError:
        return [(0, len(text))]
    spans, place = [], 0
    for part in parts:
        spans.append((place, place + len(part)))
        place += len(part)
    return spans


def methods(embedder: Remembering) -> dict[str, Callable[[str], Spans]]:
    """Ours first."""
    return {
        "dp": lambda text: segment(text, embedder=embedder),
        "percentile 5": lambda text: segment(text, method="adjacent_percentile", percentile=5, embedder=embedder),
        "percentile 25": lambda text: segment(text, method="adjacent_percentile", percentile=25, embedder=embedder),
        "TextTiling": text_tiling,
    }


def mixed_scores(mixed: list[Mixed], cut: Callable[[str], Spans]) -> tuple[float, float]:
    """Mean Pk and WindowDiff over documents with known boundaries."""
    scores = []
    for one in mixed:
        starts = [start for start, _ in one.sentences]
        scores.append(disagreement(one.starts[1:], boundaries(cut(one.text), starts), len(starts)))
    means = np.mean(scores, axis=0)
    return float(means[0]), float(means[1])


def real_documents() -> dict[str, str]:
    """Descriptions of installed distributions that have at least five sections."""
    found = {}
    for one in importlib.metadata.distributions():
        body = one.metadata.get_payload()
        if isinstance(body, str) and 4000 < len(body) < 16_000 and len(sections_of(body)) >= 5:
            found[str(one.metadata["Name"]).lower()] = body
    found.pop("batos", None)
    return dict(sorted(found.items())[:REAL])


def real_scores(texts: dict[str, str], cut: Callable[[str], Spans]) -> tuple[float, float]:
    """Mean Pk and WindowDiff against the sections that real documents have; a lone heading goes with what follows."""
    scores = []
    for text in texts.values():
        starts = [unit.start for unit in units_of(text)]
        sections = sections_of(text)
        true = [
            bisect_left(starts, section.start)
            for before, section in pairwise(sections)
            if len(before.blocks) > 1 or before.blocks[0].kind != "heading" or section.level <= before.level
        ]
        scores.append(disagreement(true, boundaries(cut(text), starts), len(starts)))
    means = np.mean(scores, axis=0)
    return float(means[0]), float(means[1])


def speed(embedder: Embedder, texts: list[str]) -> tuple[float, np.ndarray]:
    """Sentences a second, and the vectors."""
    embedder.encode(texts[:8])
    began = time.perf_counter()
    vectors = embedder.encode(texts)
    return len(texts) / (time.perf_counter() - began), vectors


def measure() -> list[dict[str, Any]]:
    """All figures as rows of name, value, unit, goal, holds, rival, rival_value."""
    rows: list[dict[str, Any]] = []

    def row(name: str, value: float, unit: str, goal: str, holds: bool, rival: str, rival_value: float | None) -> None:
        kept = None if rival_value is None else round(rival_value, 3)
        rows.append({"name": name, "value": round(value, 3), "unit": unit, "goal": goal, "holds": holds, "rival": rival,
                     "rival_value": kept})  # fmt: skip

    embedder = Remembering(packaged_embedder())
    mixed = documents(sources(), DOCUMENTS, 12, held_out=True)
    layouts = {layout: [one for one in mixed if one.layout == layout] for layout in LAYOUTS[:2]}
    for kind, chosen in {"": mixed, **{f", {name}": some for name, some in layouts.items()}}.items():
        scores = {name: mixed_scores(chosen, cut) for name, cut in methods(embedder).items()}
        for place, (measured, most) in enumerate((("Pk", 0.19), ("WindowDiff", 0.21))):
            for rival in list(scores)[1:]:
                ours = scores["dp"][place]
                row(f"mixed documents{kind}: {measured}", ours, "", f"<= {most}", ours <= most, rival,
                    scores[rival][place])  # fmt: skip
    texts = real_documents()
    scores = {name: real_scores(texts, cut) for name, cut in methods(embedder).items()}
    for rival in list(scores)[1:]:
        ours = scores["dp"][0]
        row("documents with headings: Pk", ours, "", "<= 0.2", ours <= 0.2, rival, scores[rival][0])
    whole = [*(one.text for one in mixed), *texts.values()]
    cutters = list(methods(embedder).values())[:3]
    exact = sum("".join(text[a:b] for a, b in cut(text)) == text for text in whole for cut in cutters)
    share = 100 * exact / (len(whole) * len(cutters))
    row("lossless: spans joined are the text", share, "%", "100", share == 100, "", None)
    sentences = [one.text[a:b] for one in mixed for a, b in one.sentences][::7][:SPEED_SENTENCES]
    fast, near = speed(packaged_embedder(FAST), sentences)
    slow, true = speed(packaged_embedder(REFERENCE), sentences)
    row("embedding, 8 bits", fast, "sentences/s", ">= 200", fast >= 200, REFERENCE, slow)
    likeness = float((near * true).sum(axis=1).mean())
    row("embedding, 8 bits: cosine to the reference", likeness, "", ">= 0.98", likeness >= 0.98, "", None)
    return rows


def main() -> int:
    """Print the table, keep it as JSON; 1 if a figure does not hold."""
    parser = argparse.ArgumentParser(description="Measure the segmentation.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench" / "segment.json")
    out: Path = parser.parse_args().out
    logging.disable(logging.WARNING)
    rows = measure()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    for one in rows:
        rival = f"{one['rival']}: {one['rival_value']}" if one["rival"] else ""
        sys.stdout.write(
            f"{one['name']:<45}{one['value']:>10} {one['unit']:<12}{one['goal']:>8}  "
            f"{'holds' if one['holds'] else 'MISSED':<8}{rival}\n"
        )
    return 0 if all(one["holds"] for one in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
