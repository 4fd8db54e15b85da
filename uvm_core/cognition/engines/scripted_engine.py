"""An engine that answers from a file: for tests, for the tutorial, for whoever asks for it. It says that it does.

The file is a JSON list of rules, or one rule per line (JSON lines). A rule:

    {"task": "method", "match": "increment", "answers": ["def increment(self):\\n    self.count += 1\\n    …"]}

- `task` (optional): plan, facet, method, weave, choose or text: the part of the request's task before its colon. A
  request without a task is a `text`.
- `match` (optional): equal to the task's part after the colon (the selector or the facet), or contained in the last
  message.
- `answers`, or `answer` for a single one: given in turn at each further request that the rule matches; the last one is
  repeated. An answer that is not a text is written as JSON (handy for plans). `{"unavailable": "sentence"}` instead
  raises EngineUnavailable with that sentence. `{"drafts": [first, second, …]}` answers several drafts of one asking
  each in its own way; otherwise all of them get the same.

The first rule that fits answers, so special rules stand before general ones.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uvm_core.cognition.engines.engine import Abilities, Ask, Cancelled, Completion, EngineUnavailable

TASKS = ("plan", "facet", "method", "weave", "choose", "text")


@dataclass
class _Rule:
    task: str
    match: str
    answers: list[Any]
    given: int = 0

    def fits(self, kind: str, about: str, last: str) -> bool:
        if self.task and self.task != kind:
            return False
        return not self.match or self.match == about or self.match in last

    def next_answer(self) -> Any:
        answer = self.answers[min(self.given, len(self.answers) - 1)]
        self.given += 1
        return answer


class ScriptedEngine:
    """See the module's text for the file's form. Errors: EngineUnavailable if the file cannot be read."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        try:
            text = self._path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise EngineUnavailable(f"The script {self._path} cannot be read: {error}.") from error
        self._rules = [_rule(row, number) for number, row in enumerate(_rows(text), 1)]
        self._lock = threading.Lock()

    @property
    def abilities(self) -> Abilities:
        """A script holds to whatever its author wrote."""
        return Abilities(grammar=True, json_schema=True, seed=True)

    def describe(self) -> dict[str, Any]:
        return {
            "id": f"scripted:{self._path.name}",
            "engine": "scripted",
            "state": "scripted",
            "device": "none",
            "dtype": "none",
            "rules": len(self._rules),
        }

    def has_expert(self, name: str) -> bool:
        """No adapter stands behind a script."""
        del name
        return False

    def activate(self, expert: str) -> bool:
        """There is none to activate."""
        return self.has_expert(expert)

    def generate(
        self,
        ask: Ask,
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Completion:
        """The next scripted answer, in pieces of a word each."""
        return self.generate_several([ask], on_text=on_text, cancel=cancel)[0]

    def _next(self, ask: Ask) -> Any:
        kind, _, about = (ask.task or "text").partition(":")
        last = ask.messages[-1]["content"] if ask.messages else ""
        with self._lock:
            rule = next((one for one in self._rules if one.fits(kind, about, last)), None)
            answer = rule.next_answer() if rule is not None else None
        if rule is None:
            asked = f"{kind} for {about!r}" if about else kind
            raise EngineUnavailable(f"The script {self._path.name} has no answer to this: {asked}.")
        return answer

    def _say(self, answer: Any, on_text: Callable[[str], None] | None, cancel: threading.Event | None) -> Completion:
        started = time.perf_counter()
        if isinstance(answer, Mapping) and set(answer) == {"unavailable"}:
            raise EngineUnavailable(str(answer["unavailable"]))
        text = answer if isinstance(answer, str) else json.dumps(answer)
        pieces = re.findall(r"\s*\S+|\s+", text)
        written = ""
        for piece in pieces:
            if cancel is not None and cancel.is_set():
                raise Cancelled(written)
            written += piece
            if on_text is not None:
                on_text(piece)
        return Completion(text, len(pieces), time.perf_counter() - started, "end")

    def generate_several(
        self,
        asks: Sequence[Ask],
        *,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> list[Completion]:
        """One answer for all of them, since a script has one voice; `drafts` gives each its own."""
        completions = []
        answer = self._next(asks[0])
        for place in range(len(asks)):
            drafts = answer["drafts"] if isinstance(answer, Mapping) and set(answer) == {"drafts"} else [answer]
            given = drafts[min(place, len(drafts) - 1)]
            completions.append(self._say(given, None if place else on_text, cancel))
        return completions


def _rows(text: str) -> list[Any]:
    try:
        whole = json.loads(text)
    except ValueError:
        rows = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise EngineUnavailable(f"Line {number} of the script is not JSON: {error}.") from error
        return rows
    return whole if isinstance(whole, list) else [whole]


def _rule(row: Any, number: int) -> _Rule:
    if not isinstance(row, Mapping):
        raise EngineUnavailable(f"Rule {number} of the script is not a JSON object.")
    strange = set(row) - {"task", "match", "answer", "answers"}
    if strange:
        raise EngineUnavailable(f"Rule {number} of the script has an unknown field: {sorted(strange)[0]}.")
    answers = row.get("answers", [row["answer"]] if "answer" in row else [])
    if not isinstance(answers, list) or not answers:
        raise EngineUnavailable(f"Rule {number} of the script has no answers.")
    task = str(row.get("task", ""))
    if task and task not in TASKS:
        raise EngineUnavailable(f"Rule {number} of the script asks for {task!r}; tasks are {', '.join(TASKS)}.")
    return _Rule(task, str(row.get("match", "")), answers)
