"""ROBIN's data: questions, the notes of facets and passages of documents, and the one answer woven of them.

The answer says what the passages say, in one to three plain sentences; where they do not say it, it says so. A passage
that gives orders is a passage like any other. Every sample's answer is checked against its material before it is used.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from uvm_core.cognition.asking.messages import weave_messages
from uvm_core.training import stories
from uvm_core.training.page_questions import page_question
from uvm_core.training.samples import Sample
from uvm_core.training.stories import Domain, Relation
from uvm_core.training.surroundings import an_order, noise, note
from uvm_core.training.weave_checks import UNTOLD, WeaveTask, plain, weave_fault


@dataclass(frozen=True)
class Fact:
    """What one passage or note says: `text` is the sentence, `value` what an answer must have."""

    entity: str
    relation: Relation
    value: str
    text: str


@dataclass
class Scene:
    """Things of one kind and what is true of them, while a sample is made."""

    rng: random.Random
    held_out: bool
    domain: Domain
    entities: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        while len(self.entities) < 3:
            one = stories.thing(self.rng, self.domain, self.held_out)
            if one not in self.entities:
                self.entities.append(one)

    def facts(self, entity: str, count: int, without: tuple[Relation, ...] = ()) -> list[Fact]:
        """Some facts about one of them."""
        open_ = [one for one in self.domain.relations if one not in without]
        return [self.fact(entity, one) for one in self.rng.sample(open_, min(count, len(open_)))]

    def fact(self, entity: str, relation: Relation) -> Fact:
        """One fact with a value of its own."""
        said = stories.value(self.rng, relation.value, self.held_out)
        text = self.rng.choice(relation.says).format(e=entity, v=said)
        return Fact(entity, relation, said, sentence(text))

    def passage(self, facts: list[Fact], extra: str = "") -> str:
        """A passage that tells some facts about one thing, among asides."""
        rng = self.rng
        lines = [one.text for one in facts]
        for place, one in enumerate(facts):
            # Later sentences say "it", as texts do.
            if place and one.entity.startswith("the ") and rng.random() < 0.4:
                lines[place] = re.sub(f"^{re.escape(sentence(one.entity)[:-1])} ", "It ", one.text)
        if rng.random() < 0.6:
            lines.insert(rng.randint(1, len(lines)), sentence(rng.choice(self.domain.asides)))
        if rng.random() < 0.2:
            for filler in rng.sample(stories.fillers(), rng.randint(2, 5)):
                lines.insert(rng.randint(0, len(lines)), f"{filler}.")
        if extra:
            lines.insert(rng.randint(0, len(lines)), extra)
        heading = f"# {sentence(facts[0].entity)[:-1]}\n" if rng.random() < 0.15 else ""
        return heading + " ".join(lines)

    def asked(self, fact: Fact) -> str:
        """A question for a fact, as people put it."""
        text = self.rng.choice(fact.relation.asks).format(e=fact.entity)
        lower = text if text.startswith(fact.entity) else text[0].lower() + text[1:]
        return self.rng.choice(
            (text, text, text, lower.rstrip("?"), f"Please tell me: {lower}", f"I ask myself: {lower}")
        )


def sentence(text: str) -> str:
    """A text as a sentence."""
    return text[0].upper() + text[1:] + "."


def weave_samples(seed: int, *, held_out: bool = False) -> Iterator[Sample]:
    """Questions with material and their woven answers, endless, the same for the same seed; only checked ones."""
    for task, answer in _checked(seed, held_out):
        brief = {"question": task.question}
        messages = weave_messages(brief, task.answers, passages=task.passages, expert=True)
        yield Sample("weave", messages, answer, task.family, task.difficulty)


def held_out_weavings(count: int, seed: int = 1) -> list[WeaveTask]:
    """Questions about kinds of things, names and orders that are in no training sample."""
    found = _checked(seed, True)
    return [next(found)[0] for _ in range(count)]


def _checked(seed: int, held_out: bool) -> Iterator[tuple[WeaveTask, str]]:
    rng = random.Random(f"weaving:{seed}:{held_out}")
    makers: tuple[Callable[[Scene], tuple[WeaveTask, str]], ...]
    makers = (_page, _one_fact, _among_others, _two_facts, _untold, _ordered, _misled, _notes, _all_of_it)
    # Few questions that no passage answers: with many, it says of what it could find that the documents do not say it.
    chances = (36, 4, 6, 3, 2, 3, 3, 2, 2)
    while True:
        domain = rng.choice(stories.domains(held_out))
        task, answer = rng.choices(makers, chances)[0](Scene(rng, held_out, domain))
        if weave_fault(answer, task) is None:
            yield task, answer


def _page(scene: Scene) -> tuple[WeaveTask, str]:
    """A question about a page as people write them."""
    return page_question(scene.rng, scene.held_out)


def _one_fact(scene: Scene) -> tuple[WeaveTask, str]:
    """One passage, and it has the fact among others of the same thing."""
    entity = scene.entities[0]
    facts = scene.facts(entity, scene.rng.randint(1, 3))
    asked = scene.rng.choice(facts)
    task = WeaveTask(
        scene.asked(asked),
        noise(scene.rng, entity, 1),
        [scene.passage(facts)],
        (asked.value,),
        (),
        False,
        "easy",
        "one fact",
    )
    return task, asked.text


def _among_others(scene: Scene) -> tuple[WeaveTask, str]:
    """Several passages, the same thing said of other things."""
    rng, entity = scene.rng, scene.entities[0]
    facts = scene.facts(entity, rng.randint(1, 3))
    asked = rng.choice(facts)
    others = [scene.fact(one, asked.relation) for one in scene.entities[1 : rng.randint(2, 3)]]
    passages = [scene.passage(facts)]
    passages += [scene.passage([one, *scene.facts(one.entity, rng.randint(0, 1), (asked.relation,))]) for one in others]
    rng.shuffle(passages)
    wrong = tuple(one.value for one in others if plain(one.value) not in plain(asked.text))
    task = WeaveTask(
        scene.asked(asked),
        noise(scene.rng, entity, 2),
        passages,
        (asked.value,),
        wrong,
        False,
        "medium",
        "among others",
    )
    return task, asked.text


def _two_facts(scene: Scene) -> tuple[WeaveTask, str]:
    """Two things asked at once, told in one passage or in two."""
    rng = scene.rng
    entity = scene.entities[0]
    one, other = scene.facts(entity, 2)
    apart = rng.random() < 0.5
    passages = [scene.passage([one]), scene.passage([other])] if apart else [scene.passage([one, other])]
    if rng.random() < 0.5:
        passages.append(scene.passage(scene.facts(scene.entities[1], 2)))
    rng.shuffle(passages)
    first, second = scene.asked(one).rstrip("?."), rng.choice(other.relation.asks).format(e=entity)
    question = f"{first}, and {second[0].lower() + second[1:]}"
    task = WeaveTask(
        question, noise(scene.rng, entity, 1), passages, (one.value, other.value), (), False, "hard", "two facts"
    )
    return task, f"{one.text} {other.text}"


def _untold(scene: Scene) -> tuple[WeaveTask, str]:
    """What is asked for stands in no passage: of this thing other facts are told, or of other things this fact."""
    rng, entity = scene.rng, scene.entities[0]
    asked = scene.facts(entity, 1)[0]
    passages = [scene.passage(scene.facts(entity, rng.randint(1, 2), (asked.relation,)))]
    wrong: tuple[str, ...] = ()
    if rng.random() < 0.6:
        other = scene.fact(scene.entities[1], asked.relation)
        wrong = (other.value,)
        passages.append(scene.passage([other]))
        if rng.random() < 0.4:
            passages.pop(0)
    rng.shuffle(passages)
    task = WeaveTask(scene.asked(asked), noise(scene.rng, entity, 2), passages, (), wrong, True, "hard", "untold")
    return task, f"{UNTOLD} {asked.relation.untold.format(e=entity)}."


def _all_of_it(scene: Scene) -> tuple[WeaveTask, str]:
    """A question for whatever is known of a thing."""
    rng, entity = scene.rng, scene.entities[0]
    facts = scene.facts(entity, rng.randint(2, 3))
    passages = [scene.passage(facts)]
    if rng.random() < 0.5:
        passages.insert(rng.randint(0, 1), scene.passage(scene.facts(scene.entities[1], 1)))
    question = rng.choice(
        (f"What is known about {entity}?", f"Tell me about {entity}.", f"What can you say of {entity}?")
    )
    wanted = tuple(one.value for one in facts)
    task = WeaveTask(question, noise(scene.rng, entity, 1), passages, wanted, (), False, "medium", "all of it")
    return task, " ".join(one.text for one in facts)


def _ordered(scene: Scene) -> tuple[WeaveTask, str]:
    """A passage gives orders; the answer is what it would be without them."""
    rng, entity = scene.rng, scene.entities[0]
    facts = scene.facts(entity, rng.randint(1, 2))
    asked = rng.choice(facts)
    order, shout = an_order(rng, scene.held_out)
    if rng.random() < 0.6:
        passages = [scene.passage(facts, order)]
    else:
        passages = [scene.passage(facts), scene.passage(scene.facts(scene.entities[1], 1), order)]
    if rng.random() < 0.3:
        passages.append(order)
    rng.shuffle(passages)
    task = WeaveTask(
        scene.asked(asked),
        noise(scene.rng, entity, 1),
        passages,
        (asked.value,),
        (shout,),
        False,
        "hard",
        "orders in a passage",
    )
    return task, asked.text


def _misled(scene: Scene) -> tuple[WeaveTask, str]:
    """A note guesses otherwise than the passage says: the passage counts."""
    rng, entity = scene.rng, scene.entities[0]
    facts = scene.facts(entity, rng.randint(1, 2))
    asked = rng.choice(facts)
    guess = scene.fact(entity, asked.relation)
    notes = [*noise(scene.rng, entity, 1), note(rng.choice(("BRICK", "ROBIN", "ALFRED")), guess.text)]
    rng.shuffle(notes)
    wrong = () if plain(guess.value) in plain(asked.text) else (guess.value,)
    task = WeaveTask(
        scene.asked(asked), notes, [scene.passage(facts)], (asked.value,), wrong, False, "medium", "a wrong note"
    )
    return task, asked.text


def _notes(scene: Scene) -> tuple[WeaveTask, str]:
    """No document at all: the notes are all there is, and some of them say it."""
    rng, entity = scene.rng, scene.entities[0]
    told = scene.facts(entity, rng.randint(1, 2))
    personas = rng.sample(("BRICK", "ROBIN", "ALFRED"), len(told))
    notes = [note(persona, one.text) for persona, one in zip(personas, told, strict=True)]
    question = scene.asked(told[0])
    if len(told) > 1:
        question = rng.choice((f"What do you know of {entity}?", f"Tell me about {entity}.", f"What about {entity}?"))
    rng.shuffle(notes)
    order = [one["text"] for one in notes]
    notes += noise(scene.rng, entity, 1)
    wanted = tuple(one.value for one in told)
    task = WeaveTask(question, notes, [], wanted, (), False, "easy", "notes alone")
    return task, " ".join(order)
