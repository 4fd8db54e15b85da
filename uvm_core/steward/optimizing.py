"""What may be changed to answer a finding: bounded changes of one slot, of which the model chooses one.

A change is a shorter form of a prompt, a number within its bounds, or a threshold: the person who decides about it
sees it as a diff, and undoes it like any edit. The model chooses and says why; `check` is the gate.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from ..cognition.asking.authoring import answered
from ..cognition.asking.prompts import render
from ..cognition.engines.engine import Ask, Engine, EngineUnavailable
from ..cycles.tuning import Chosen, Option
from ..image.world import World
from ..objects import UvmObject, own_slots, same
from .shipped import METRICS
from .templates import kind_of, problem_with, shorter_forms, with_sentence

MOST_OPTIONS = 8
MOST_FORMS = 2
"""Forms of one prompt among the options, so that other slots are there too."""
MAX_TOKENS = 64
TEMPERATURE = 0.2
TOP_P = 0.9
SYNTHESIS = "SYNTHESIZING"
# One sentence with a reason in it: without that shape a small model goes on until it is cut.
_BECAUSE = {
    "type": "string",
    "pattern": "^It (saves|keeps|lowers|lets|makes) [a-z ]{6,45}, since [a-z ]{6,45}[.]$",
}


@dataclass(frozen=True)
class Example:
    """A problem with two changes, the better one and why: what the model is shown before it chooses."""

    finding: str
    words: tuple[str, str]
    choice: str
    because: str


EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "psm_cycle_durations": Example(
            "A reply took 9000 ms; the limit is 4000 ms.",
            ("greeter may write fewer words (words 90 becomes 40)", "greeter asks twice (rounds 1 becomes 2)"),
            "A",
            "It saves time at every turn, since a shorter text is written sooner.",
        ),
        "guardian_violations": Example(
            "Letters that came back in 24 hours: 9; the limit is 1.",
            ("postman walks faster (speed 3 becomes 4)", "the instructions also say: Write the town in capitals."),
            "B",
            "It keeps the same fault from coming back, since the rule is said.",
        ),
        "transaction_aborts": Example(
            "20 % of the calls were given up; the limit is 5 %.",
            ("operator waits less (wait 9 becomes 5)", "operator tries once more before it fails (tries 1 becomes 2)"),
            "B",
            "It lets more of them end well, since there is room for another try.",
        ),
    }
)
"""By indicator: a small model's reasons are near the last example that it saw, so that is one of the same kind."""


@dataclass(frozen=True)
class Bound:
    """Between what a number stays, and how it is counted."""

    low: float
    high: float
    whole: bool


BOUNDS: Mapping[str, Bound] = MappingProxyType(
    {
        "budget": Bound(32, 1024, True),
        "tries": Bound(2, 5, True),
        "temperature": Bound(0.0, 1.0, False),
        "cycle_p95_limit_ms": Bound(1000, 60_000, True),
        "violations_limit": Bound(0, 50, True),
        "swap_mean_limit_ms": Bound(100, 30_000, True),
        "abort_ratio_limit": Bound(0.01, 0.5, False),
        "trend_limit": Bound(1.1, 5.0, False),
    }
)
"""Every number that the steward may ask to change."""
THRESHOLDS: Mapping[str, str] = MappingProxyType(
    {
        "psm_cycle_durations": "cycle_p95_limit_ms",
        "guardian_violations": "violations_limit",
        "lora_swap_latencies": "swap_mean_limit_ms",
        "transaction_aborts": "abort_ratio_limit",
    }
)
SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "COV": "The last line of a method that changes a slot is self._p_changed = True.",
        "IMP": "Import nothing.",
        "NAM": "Use no function that is not part of Python itself.",
        "ATT": "No name begins with an underscore.",
        "EXC": "Catch only exceptions that you name.",
        "STR": "Write exactly one def.",
    }
)
"""What a prompt says so that a family of the guardian's rules is kept."""


def options(world: World, context: Mapping[str, Any]) -> list[Option]:
    """The changes that may answer the finding in a mission's context, the one with the least loss first."""
    finding = _finding(world, context)
    thinkable = _THINKABLE.get(str(finding.get("indicator")))
    if thinkable is None:
        return []
    found = [one for one in thinkable(world, finding) if check(world, one) is None]
    return found[:MOST_OPTIONS]


def choose(
    engine: Engine,
    context: Mapping[str, Any],
    options: Sequence[Option],
    *,
    seed: int = 0,
    expert: str | None = None,
    on_text: Callable[[str], None] | None = None,
    cancel: threading.Event | None = None,
) -> Chosen:
    """The model's choice, held to the options that there are. ALFRED's adapter has learned methods alone: the bare
    model answers. Errors: EngineUnavailable, Cancelled, ValueError without an option."""
    if not options:
        raise ValueError("There is nothing to choose from.")
    finding = context.get("finding")
    finding = finding if isinstance(finding, Mapping) else {}
    about = str(finding.get("indicator", "psm_cycle_durations"))
    rows = _lettered([option.words for option in options])
    letters = [row["letter"] for row in rows]
    messages = render(
        _template(),
        finding=str(finding.get("words") or "The system takes longer than it should."),
        options=rows,
        examples=_examples(about),
    )
    schema = {
        "type": "object",
        "properties": {"choice": {"enum": letters}, "because": _BECAUSE},
        "required": ["choice", "because"],
        "additionalProperties": False,
    }
    ask = Ask(
        messages,
        json_schema=schema,
        expert=expert,
        max_tokens=MAX_TOKENS,
        temperature=TEMPERATURE,
        top_p=TOP_P,
        seed=seed,
        task=f"choose:{about}",
    )
    record = answered(engine, ask, on_text=on_text, cancel=cancel)
    try:
        answer = json.loads(record.completion.text)
        option, because = options[letters.index(str(answer["choice"]))], str(answer["because"])
    except (ValueError, KeyError, TypeError) as error:
        raise EngineUnavailable("The choice was not finished within its bound. Try again.") from error
    return Chosen(option, because, record)


def _examples(about: str) -> list[dict[str, Any]]:
    """The examples as the template takes them, the one of the same kind last."""
    return [
        {"finding": one.finding, "options": _lettered(one.words), "choice": one.choice, "because": one.because}
        for _indicator, one in sorted(EXAMPLES.items(), key=lambda row: row[0] == about)
    ]


def _lettered(words: Sequence[str]) -> list[dict[str, str]]:
    return [{"letter": chr(ord("A") + place), "words": one} for place, one in enumerate(words)]


def check(world: World, option: Option) -> str | None:
    """Why a change cannot be proposed, in a sentence; None when it can."""
    label = world.label_of(option.target)
    slots = own_slots(option.target)
    now, then = slots.get(option.slot), option.then
    if option.slot not in slots or not same(now, option.now):
        return f"{option.slot} of {label} is not what it was when this was thought of."
    if same(now, then):
        return f"{option.slot} of {label} would stay as it is."
    bound = BOUNDS.get(option.slot)
    if bound is not None:
        return _number_problem(option.slot, then, bound)
    kind = kind_of(label, option.slot)
    if kind is None:
        return f"{option.slot} of {label} is not for the steward to change."
    if not isinstance(now, str) or not isinstance(then, str):
        return f"{option.slot} of {label} is a text and stays one."
    return problem_with(now, then, kind)


def _number_problem(slot: str, then: Any, bound: Bound) -> str | None:
    if isinstance(then, bool) or not isinstance(then, int if bound.whole else (int, float)) or not math.isfinite(then):
        return f"{slot} is a {'whole ' if bound.whole else ''}number and stays one."
    if not bound.low <= then <= bound.high:
        return f"{slot} stays between {bound.low:g} and {bound.high:g}."
    return None


# --- what a finding is about ------------------------------------------------------------------------------------------


def _finding(world: World, context: Mapping[str, Any]) -> Mapping[str, Any]:
    """The finding of a context; a person's own brief, which may have a prompt alone, is about how long that takes."""
    finding = context.get("finding")
    if isinstance(finding, Mapping) and finding.get("indicator"):
        return finding
    prompt = context.get("current_prompt")
    states = (state for state in ("DECOMPOSING", SYNTHESIS) if own_slots(world.resolve(state)).get("prompt") == prompt)
    return {"indicator": "psm_cycle_durations", "state": next(states, SYNTHESIS)}


def _slow_cycles(world: World, finding: Mapping[str, Any]) -> Iterator[Option]:
    state = str(finding.get("state") or SYNTHESIS)
    holders = _personas(world) if state == "DELEGATING" else [world.resolve(state)] if state in _ASKING else []
    for holder in holders:
        slots = [name for name in own_slots(holder) if name == "prompt" or name.endswith("_prompt")]
        for slot in slots:
            yield from _shorter(world, holder, slot, MOST_FORMS if state in _ASKING else 1)
        yield from _number(world, holder, "budget", 0.75, "may write fewer tokens")
    if state == SYNTHESIS:
        yield from _step(world, world.resolve(state), "tries", -1, "gives up one try sooner")
    yield from _threshold(world, finding)


def _refused_methods(world: World, finding: Mapping[str, Any]) -> Iterator[Option]:
    synthesis = world.resolve(SYNTHESIS)
    prompt = own_slots(synthesis).get("prompt")
    rules = finding.get("rules")
    counts = {str(rule): float(count) for rule, count in rules.items()} if isinstance(rules, Mapping) else {}
    families = sorted({rule.partition("-")[0] for rule in counts}, key=lambda one: -_of_family(counts, one))
    for family in families[:2]:
        if isinstance(prompt, str) and family in SENTENCES:
            said = with_sentence(prompt, SENTENCES[family])
            yield Option(synthesis, "prompt", prompt, said, f"the prompt also says: {SENTENCES[family]}")
    yield from _number(world, synthesis, "temperature", 0.5, "writes with less chance")
    yield from _threshold(world, finding)


def _slow_swaps(world: World, finding: Mapping[str, Any]) -> Iterator[Option]:
    # Experts are swapped in memory: what is left to change is what counts as slow on this machine.
    yield from _threshold(world, finding)


def _aborted(world: World, finding: Mapping[str, Any]) -> Iterator[Option]:
    synthesis = world.resolve(SYNTHESIS)
    yield from _step(world, synthesis, "tries", 1, "tries once more before it fails")
    yield from _number(world, synthesis, "budget", 1.25, "may write more tokens, so that no method is cut")
    yield from _number(world, world.resolve("DECOMPOSING"), "budget", 1.25, "may write more tokens for a plan")
    yield from _threshold(world, finding)


_ASKING = ("DECOMPOSING", SYNTHESIS)
_THINKABLE: Mapping[str, Callable[[World, Mapping[str, Any]], Iterator[Option]]] = MappingProxyType(
    {
        "psm_cycle_durations": _slow_cycles,
        "guardian_violations": _refused_methods,
        "lora_swap_latencies": _slow_swaps,
        "transaction_aborts": _aborted,
    }
)


def _shorter(world: World, holder: UvmObject, slot: str, most: int) -> Iterator[Option]:
    label, now = world.label_of(holder), own_slots(holder)[slot]
    kind = kind_of(label, slot)
    if kind is not None and isinstance(now, str):
        for form in shorter_forms(now, kind)[:most]:
            yield Option(holder, slot, now, form.text, f"{label}: {form.words} ({slot})")


def _number(world: World, holder: UvmObject, slot: str, factor: float, words: str) -> Iterator[Option]:
    now, bound = own_slots(holder).get(slot), BOUNDS[slot]
    if isinstance(now, (int, float)) and not isinstance(now, bool):
        then = round(now * factor) if bound.whole else round(now * factor, 2)
        then = min(max(then, bound.low), bound.high)
        yield _counted(world, holder, slot, now, int(then) if bound.whole else then, words)


def _step(world: World, holder: UvmObject, slot: str, step: int, words: str) -> Iterator[Option]:
    now = own_slots(holder).get(slot)
    if isinstance(now, int) and not isinstance(now, bool):
        yield _counted(world, holder, slot, now, now + step, words)


def _threshold(world: World, finding: Mapping[str, Any]) -> Iterator[Option]:
    """The finding's own threshold, a fifth above what was measured: as this machine is."""
    metrics, value = world.resolve(METRICS), finding.get("value")
    slot = "trend_limit" if finding.get("about") == "trend" else THRESHOLDS[str(finding["indicator"])]
    now, bound = own_slots(metrics).get(slot), BOUNDS[slot]
    if isinstance(value, (int, float)) and isinstance(now, (int, float)):
        then = math.ceil(value * 1.2) if bound.whole else round(value * 1.2, 3)
        yield _counted(world, metrics, slot, now, then, "calls that normal here; nothing becomes faster")


def _counted(world: World, holder: UvmObject, slot: str, now: Any, then: Any, words: str) -> Option:
    return Option(holder, slot, now, then, f"{world.label_of(holder)} {words} ({slot} {now} becomes {then})")


def _personas(world: World) -> list[UvmObject]:
    return [one for _number, one in world.all() if (world.name_of(one) or "").endswith("_prototype_obj")]


def _of_family(counts: Mapping[str, float], family: str) -> float:
    return sum(count for rule, count in counts.items() if rule.partition("-")[0] == family)


@cache
def _template() -> str:
    return resources.files("uvm_core.steward").joinpath("choose.jinja").read_text("utf-8")
