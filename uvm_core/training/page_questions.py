"""Questions about pages as people write them: the sentence that answers is woven out of them, or is said to be missing.

Here the words of a question are often others than those of the sentence, and the sentences around it are about the same
thing: finding it is what is learned.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from uvm_core.training import stories
from uvm_core.training.pages import Line, Page, pages
from uvm_core.training.surroundings import an_order, noise, note
from uvm_core.training.weave_checks import UNTOLD, WeaveTask, plain

_CHOICE = re.compile(r"\[([^\]]+)\]")
_LEANING = re.compile(r"(It|Its|They|Their|Them|He|She|His|Her|This|These|That|Those|There|Then|Both|Otherwise)\b")
_UNTOLD_SHARE = 0.14


def page_question(rng: random.Random, held_out: bool) -> tuple[WeaveTask, str]:
    """A question with its material, and the answer."""
    page = rng.choice(pages(held_out))
    values = _values(rng, page, held_out)
    at = rng.choice([place for place, line in enumerate(page.lines) if line.questions])
    line = page.lines[at]
    asked, wanted = rng.choice(line.questions)
    told = rng.random() > _UNTOLD_SHARE
    texts = [_filled(rng, one, values) for one in page.lines]
    passages, hard = [_excerpt(rng, page, texts, at, told)], not told
    forbidden: list[str] = []
    for other in rng.sample([one for one in pages(held_out) if one is not page], rng.choice((0, 0, 1, 1, 2))):
        other_texts = [_filled(rng, one, _values(rng, other, held_out)) for one in other.lines]
        passages.append(_excerpt(rng, other, other_texts, rng.randrange(len(other_texts)), True))
    notes = noise(rng, f'"{page.title}"', 3)
    if rng.random() < 0.12:
        order, shout = an_order(rng, held_out)
        forbidden.append(shout)
        hard = True
        place = rng.randrange(len(passages))
        passages[place] = f"{passages[place]} {order}"
    if told and "{" in wanted and rng.random() < 0.15:
        # A facet's guess, which the passage does not bear out.
        other_values = _values(rng, page, held_out)
        guess = wanted.format(**other_values)
        if plain(guess) not in plain(" ".join(passages)):
            notes.append(note(rng.choice(("BRICK", "ROBIN", "ALFRED")), _filled(rng, line, other_values)))
            forbidden.append(guess)
            hard = True
    rng.shuffle(passages)
    rng.shuffle(notes)
    task = WeaveTask(
        _put(rng, asked.format(**values)),
        notes,
        passages,
        (wanted.format(**values),) if told else (),
        tuple(forbidden),
        not told,
        "hard" if hard else "medium" if len(passages) > 1 else "easy",
        "page" if told else "page, untold",
    )
    return task, texts[at] if told else f"{UNTOLD} {line.untold.format(**values)}."


def _values(rng: random.Random, page: Page, held_out: bool) -> Mapping[str, str]:
    """A value for each name of a page, no two alike."""
    found: dict[str, str] = {}
    for name, kind in page.values:
        tries = [stories.value(rng, kind, held_out) for _ in range(20)]
        found[name] = next((one for one in tries if one not in found.values()), tries[0])
    return found


def _filled(rng: random.Random, line: Line, values: Mapping[str, str]) -> str:
    text = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), line.text.format(**values))
    return text[0].upper() + text[1:]


def _excerpt(rng: random.Random, page: Page, texts: list[str], at: int, told: bool) -> str:
    """Some sentences in a row with the one at `at` among them, or everything around it without it."""
    first, last = max(0, at - rng.randint(0, 3)), min(len(texts), at + 1 + rng.randint(0, 3))
    while first > 0 and _LEANING.match(texts[first]):
        first -= 1
    kept = [text for place, text in enumerate(texts[first:last], first) if told or place != at]
    kept = kept or [text for place, text in enumerate(texts) if place != at][:2]
    heading = f"# {page.title}\n" if rng.random() < 0.35 else ""
    return heading + rng.choice((" ", " ", " ", "\n")).join(kept)


def _put(rng: random.Random, question: str) -> str:
    """The question as people put it."""
    lower = question[0].lower() + question[1:]
    return rng.choice(
        (question, question, question, question, question, lower.rstrip("?"), lower, f"Please tell me: {lower}")
    )
