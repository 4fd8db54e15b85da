"""Families that nothing is trained on: other things to do, under verbs of their own, with words kept for them."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, State, Task, families_in, family, put, refuse, said
from uvm_core.training.words import NAMES, NOUNS, PLACES, STATES, TITLES


@family("easy", held_out=True)
def quadruple(d: Draw) -> Task:
    s = d.figure()
    return Task(
        {s: d.whole()},
        f"self.{s} *= 4\n@",
        lambda o: put(o, {s: o[s] * 4}),
        clear=f"quadruple|quadruple_{s}",
        vague="amplify|magnify",
        wishes=f"four times as much {said(s)}|multiply the {said(s)} by 4",
    )


@family("easy", held_out=True)
def absorb(d: Draw) -> Task:
    s, t = d.figure(), d.figure()
    return Task(
        {s: d.whole(), t: d.whole()},
        f"self.{s} += self.{t}\n@",
        lambda o: put(o, {s: o[s] + o[t]}),
        vague=f"absorb|absorb_{t}|engulf",
        wishes=f"add the {said(t)} to the {said(s)}|{said(s)} grows by the {said(t)}|raise {said(s)} by {said(t)}",
    )


@family("easy", held_out=True)
def mirror_text(d: Draw) -> Task:
    s, t = d.name("text"), d.name("text")
    return Task(
        {s: d.word(TITLES), t: d.word(PLACES)},
        f"self.{s} = self.{t}\n@",
        lambda o: put(o, {s: o[t]}),
        vague="mirror|imitate|copycat",
        wishes=f"the {said(s)} becomes the same as the {said(t)}|set {said(s)} to {said(t)}",
    )


@family("easy", held_out=True)
def residue(d: Draw) -> Task:
    s, t, u = d.figure(), d.figure(), d.figure()
    return Task(
        {s: d.whole(50, 90), t: d.whole(1, 20), u: d.whole(1, 20)},
        f"return self.{s} - self.{t} - self.{u}",
        lambda o: o[s] - o[t] - o[u],
        vague="residue|surplus|leftover",
        wishes=f"{said(s)} minus {said(t)} minus {said(u)}|the {said(s)} less {said(t)} and {said(u)}",
    )


@family("easy", held_out=True)
def exclaim(d: Draw) -> Task:
    s = d.name("text")
    return Task(
        {s: d.word(TITLES)},
        f'return f"{{self.{s}}}!"',
        lambda o: f"{o[s]}!",
        vague="exclaim|yell|cheer",
        wishes=f"the {said(s)} with ! after it|{said(s)} followed by !",
    )


@family("easy", held_out=True)
def vanished(d: Draw) -> Task:
    s = d.figure()
    return Task(
        {s: d.values.choice((0, 0, 3, 8))},
        f"return self.{s} == 0",
        lambda o: o[s] == 0,
        vague="vanished|depleted|exhausted",
        wishes=f"whether {said(s)} is zero|true if the {said(s)} is 0",
    )


@family("easy", held_out=True)
def stamp(d: Draw) -> Task:
    many, _ = d.things()
    word = d.pick("checked|seen|read|passed|closed")
    return Task(
        {many: d.some(NOUNS, 0, 3)},
        f'self.{many}.append("{word}")\n@',
        lambda o: put(o, {many: [*o[many], word]}),
        vague="stamp|rubberstamp|certify",
        wishes=f"add the word {word} to the {said(many)}|put {word} at the end of {said(many)}",
    )


@family("easy", held_out=True)
def both_numbers(d: Draw) -> Task:
    many = d.name("numbers")
    return Task(
        {many: d.numbers(1, 4)},
        f"return max(self.{many}) + min(self.{many})",
        lambda o: max(o[many]) + min(o[many]),
        vague="bracket_sum|extremes|rim",
        wishes=f"the largest plus the smallest of the {said(many)}|the sum of the largest and the smallest of {said(many)}",
    )


@family("medium", held_out=True)
def ignite(d: Draw) -> Task:
    s, t = d.name("flag"), d.figure()
    return Task(
        {s: d.yes(), t: d.whole(0, 2)},
        f'if self.{s} or self.{t} < 1:\n    raise ValueError("not now")\nself.{s} = True\nself.{t} -= 1\n@',
        lambda o: refuse(o[s] or o[t] < 1) or put(o, {s: True, t: o[t] - 1}),
        vague="ignite|launch|trigger",
        wishes=f"an error if it is {said(s)} or {said(t)} is below 1; else it becomes {said(s)} and {said(t)} goes down by one",
    )


@family("medium", held_out=True)
def drift(d: Draw) -> Task:
    many = d.name("numbers")
    return Task(
        {many: d.numbers(2, 5)},
        f"return self.{many}[-1] - self.{many}[-2]",
        lambda o: o[many][-1] - o[many][-2],
        vague="drift|trend|swing",
        wishes=f"the last of the {said(many)} minus the one before|how much the last of {said(many)} differs from the one before it",
    )


@family("medium", held_out=True)
def sandwich(d: Draw) -> Task:
    many, one = d.things()
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        f'return f"{{self.{many}[0]}} to {{self.{many}[-1]}}"',
        lambda o: f"{o[many][0]} to {o[many][-1]}",
        vague="sandwich|spanning|bookends",
        wishes=f"the first {one}, to and the last {one}, like tea to pen|like tea to pen, with the first and the last of {said(many)}",
    )


@family("medium", held_out=True)
def haggle(d: Draw) -> Task:
    p, s = d.name("price"), d.name("flag")
    percent = d.pick((5, 10, 20, 25, 50))
    return Task(
        {p: d.whole(10, 200), s: d.yes()},
        f"if self.{s}:\n    return self.{p} * {100 - percent} / 100\nreturn self.{p}",
        lambda o: o[p] * (100 - percent) / 100 if o[s] else o[p],
        vague="haggle|bargained|negotiated",
        wishes=f"the {said(p)}, {percent} percent less if it is {said(s)}|{percent} percent off the {said(p)} when {said(s)}, else the whole {said(p)}",
    )


@family("medium", held_out=True)
def contrast(d: Draw) -> Task:
    t = d.name("table")
    held = d.table(NOUNS, 2, 3)
    first, second = d.values.sample(list(held), 2)
    a, b = d.param("one|left", first), d.param("two|right", second)
    return Task(
        {t: held},
        f"return self.{t}[{a}] - self.{t}[{b}]",
        lambda o, x, y: o[t][x] - o[t][y],
        vague="contrast|outweigh",
        wishes=f"how much more {said(t)} has for the first than for the second|the entry of the first minus that of the second in {said(t)}",
    )


@family("medium", held_out=True)
def portion(d: Draw) -> Task:
    t = d.name("table")
    held = d.table(NOUNS, 2, 3)
    a = d.param("which|item_wanted", d.word(list(held)))
    return Task(
        {t: held},
        f"return self.{t}[{a}] * 100 / sum(self.{t}.values())",
        lambda o, x: o[t][x] * 100 / sum(o[t].values()),
        vague="portion|weightage|proportion",
        wishes=f"how many percent of all in {said(t)} the given one has|the entry in percent of the sum of {said(t)}",
    )


@family("medium", held_out=True)
def tabulate(d: Draw) -> Task:
    many, _ = d.things()
    t, n = d.name("key_text"), d.name("key_number")
    pool = NAMES[:3]
    rows = [{t: d.word(pool), n: d.whole()} for _ in range(d.whole(2, 4))]
    a = d.param("which|wanted", d.word(pool))
    return Task(
        {many: rows},
        f'return sum(item["{n}"] for item in self.{many} if item["{t}"] == {a})',
        lambda o, x: sum(row[n] for row in o[many] if row[t] == x),
        vague="tabulate|consolidate",
        wishes=f"the sum of {said(n)} of those {said(many)} that have the given {said(t)}|all {said(n)} together where {said(t)} is the given one",
    )


@family("medium", held_out=True)
def obscure(d: Draw) -> Task:
    s = d.name("text")
    return Task(
        {s: d.word([one for one in (*NOUNS, *PLACES) if len(one) > 3])},
        f'return self.{s}[:2] + "***"',
        lambda o: o[s][:2] + "***",
        vague="obscure|disguise|redact",
        wishes=f"the first 2 letters of the {said(s)} and then ***|{said(s)}, only 2 letters, then ***",
    )


@family("medium", held_out=True)
def nominate(d: Draw) -> Task:
    many, one = d.things()
    t, f = d.name("key_text"), d.name("key_flag")
    count = d.whole(1, 3)
    rows = [{t: text, f: d.yes()} for text in d.values.sample(NOUNS, count)]
    return Task(
        {many: rows},
        f'for item in self.{many}:\n    if not item["{f}"]:\n        return item["{t}"]\nreturn None',
        lambda o: next((row[t] for row in o[many] if not row[f]), None),
        vague="nominate|upcoming|successor",
        wishes=f"the {said(t)} of the first {one} that is not {said(f)}, None if there is none",
    )


@family("medium", held_out=True)
def longer_than_slot(d: Draw) -> Task:
    many, _ = d.things()
    b = d.name("bound")
    return Task(
        {many: d.some((*NOUNS, *PLACES), 1, 4), b: d.whole(3, 5)},
        f"return [item for item in self.{many} if len(item) > self.{b}]",
        lambda o: [one for one in o[many] if len(one) > o[b]],
        vague="oversized|excessive|exceeding",
        wishes=f"the {said(many)} with more letters than {said(b)}|those {said(many)} that are longer than the {said(b)}",
    )


@family("medium", held_out=True)
def pay_with_fee(d: Draw) -> Task:
    s, p = d.figure(), d.name("price")
    a = d.param("sum_wanted|coins_wanted", d.whole(5, 40))
    return Task(
        {s: d.whole(20, 60), p: d.whole(1, 9)},
        f'if {a} + self.{p} > self.{s}:\n    raise ValueError("not enough")\nself.{s} -= {a} + self.{p}\n@',
        lambda o, x: refuse(x + o[p] > o[s]) or put(o, {s: o[s] - x - o[p]}),
        vague="disburse|remit|wire",
        wishes=f"take the amount and the {said(p)} from the {said(s)}, an error if that is too much",
    )


@family("hard", held_out=True)
def median_of(d: Draw) -> Task:
    many = d.name("numbers")
    return Task(
        {many: d.numbers(1, 5)},
        f"return sorted(self.{many})[len(self.{many}) // 2]",
        lambda o: sorted(o[many])[len(o[many]) // 2],
        vague="median|midmost|central",
        wishes=f"the one in the middle of the sorted {said(many)}|sort the {said(many)} and answer the one in the middle",
    )


@family("hard", held_out=True)
def juggle(d: Draw) -> Task:
    many, one = d.things()
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        f"result = self.{many}[0]\nself.{many}[0] = self.{many}[-1]\nself.{many}[-1] = result\n@",
        lambda o: put(o, {many: [o[many][-1], *o[many][1:-1], o[many][0]]}),
        vague="juggle|interchange|trade_places",
        wishes=f"the first and the last {one} change places|swap the first and the last of the {said(many)}",
    )


@family("hard", held_out=True)
def push_unless_same(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 1, 3)
    a = d.param("latest|entrant", held[-1] if d.yes() else d.word(pool))
    return Task(
        {many: held},
        f"if not self.{many} or self.{many}[-1] != {a}:\n    self.{many}.append({a})\n@",
        lambda o, x: put(o, {many: o[many] if o[many] and o[many][-1] == x else [*o[many], x]}),
        vague="observe|perceive|witness",
        wishes=f"add it to {said(many)} unless it is the same as the last {one}|add it to {said(many)}, but not if the last one is the same",
    )


@family("hard", held_out=True)
def escalate(d: Draw) -> Task:
    s, states = d.name("state"), d.pick([one for one in STATES if len(one) == 3])
    a, b, c = states
    return Task(
        {s: d.word(states)},
        f'if self.{s} == "{c}":\n    raise ValueError("over")\nif self.{s} == "{a}":\n    self.{s} = "{b}"\nelse:\n    self.{s} = "{c}"\n@',
        lambda o: refuse(o[s] == c) or put(o, {s: b if o[s] == a else c}),
        vague="escalate|upgrade|intensify",
        wishes=f"{a} becomes {b}, {b} becomes {c}; an error if it is {c} already",
    )


@family("hard", held_out=True)
def cap_entries(d: Draw) -> Task:
    t = d.name("table")
    n = d.const(8, 20)
    return Task(
        {t: d.table(NOUNS, 2, 3)},
        f"for item in self.{t}:\n    if self.{t}[item] > {n}:\n        self.{t}[item] = {n}\n@",
        lambda o: put(o, {t: {key: min(value, n) for key, value in o[t].items()}}),
        vague="curb|flatten|prune_values",
        wishes=f"no value in {said(t)} above {n}: larger ones become {n}|every entry of {said(t)} that is more than {n} becomes {n}",
    )


@family("hard", held_out=True)
def compose_line(d: Draw) -> Task:
    many, one = d.things()
    t, n, s = d.name("key_text"), d.name("key_number"), d.figure()
    a, b = d.param("which", d.word(NOUNS)), d.param("times", d.whole(1, 9))

    def oracle(o: State, x: str, y: int) -> Any:
        return put(o, {many: [*o[many], {t: x, n: y * o[s]}]})

    return Task(
        {many: [{t: d.word(NOUNS), n: d.whole()}], s: d.whole(2, 9)},
        f'self.{many}.append({{"{t}": {a}, "{n}": {b} * self.{s}}})\n@',
        oracle,
        vague="compose|draft_entry|assemble",
        wishes=f"one more {one} with the given {said(t)}; its {said(n)} is the number times {said(s)}",
    )


@family("hard", held_out=True)
def most_common(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()[:2]
    return Task(
        {many: [d.word(pool) for _ in range(d.values.choice((3, 5)))]},
        f"return max(self.{many}, key=lambda item: self.{many}.count(item))",
        lambda o: max(o[many], key=o[many].count),
        vague="commonest|prevailing|dominant",
        wishes=f"the {one} that is in {said(many)} most often|which of the {said(many)} occurs most often",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
