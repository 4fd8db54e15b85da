"""Ledgers, games and stores: several things that change together."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, State, Task, families_in, family, put, refuse, said
from uvm_core.training.words import NAMES, NOUNS

_DEEDS = (
    ("finish", "done"), ("complete", "done"), ("pay", "paid"), ("ship", "shipped"), ("sell", "sold"), ("approve", "approved"),
    ("check", "checked"), ("close", "closed"), ("pack", "packed"), ("read", "read"), ("break", "broken"), ("check_off", "done"),
)  # fmt: skip


@family("hard")
def deed_on_record(d: Draw) -> Task:
    many, one = d.things()
    verb, f = d.pick(_DEEDS)
    t = d.pick("name|title|text|label|item|subject|code")
    d.taken |= {f, t}
    texts = d.values.sample(NOUNS, d.whole(2, 3))
    rows = [{t: text, f: d.yes()} for text in texts]
    a = d.param(f"{t}|which|what", d.word(texts))

    def oracle(o: State, x: str) -> None:
        for row in o[many]:
            if row[t] == x:
                row[f] = True

    return Task(
        {many: rows},
        f'for item in self.{many}:\n    if item["{t}"] == {a}:\n        item["{f}"] = True\n@',
        oracle,
        clear=f"{verb}_{one}|mark_{one}_{f}|set_{one}_{f}|mark_{f}",
        vague=f"{verb}|handle|settle",
        wishes=f"the {one} with that {t} is {f}|{verb.replace('_', ' ')} the {one} of this {t}",
    )


@family("medium")
def deeds_open(d: Draw) -> Task:
    many, _one = d.things()
    f = d.pick([flag for _, flag in _DEEDS])
    t = d.pick("name|title|text|label|item|subject|code")
    d.taken |= {f, t}
    rows = [{t: text, f: d.yes()} for text in d.values.sample(NOUNS, d.whole(1, 3))]
    open_ = d.chance(0.6)
    count = d.chance(0.4)
    test = f'{"not " if open_ else ""}item["{f}"]'
    tag = ("un" + f if f in ("done", "paid", "sold", "read", "checked") else "not_" + f) if open_ else f
    return Task(
        {many: rows},
        f"return sum(1 for item in self.{many} if {test})"
        if count
        else f'return [item["{t}"] for item in self.{many} if {test}]',
        lambda o: sum(row[f] != open_ for row in o[many]) if count else [row[t] for row in o[many] if row[f] != open_],
        clear=f"count_{tag}|{tag}_count|how_many_{tag}" if count else f"{tag}_{many}|{tag}_{t}s|list_{tag}",
        vague="open_count|count|left" if count else f"open_{many}|todo|left|pending",
        wishes=f"how many {said(many)} are {'not ' if open_ else ''}{f}|the number of {said(many)} {'still to be' if open_ else 'that are'} {f}"
        if count
        else f"the {t}s of the {said(many)} that are {'not ' if open_ else ''}{f}|what is {'not ' if open_ else ''}{f}, by {t}",
    )


@family("hard")
def nested_table(d: Draw) -> Task:
    t = d.pick(
        "catalog|products|staff|rooms_map|inventory_list|people|accounts|devices_map|cars_map|pets_map|books_map|courses_map"
    )
    d.taken.add(t)
    n, m = d.name("key_number"), d.name("key_number")
    held = {key: {n: d.whole(), m: d.whole()} for key in d.some(NOUNS, 1, 3)}
    a = (
        d.param("key|which|name|item", d.word(list(held)))
        if (kind := d.pick("get|set|add|sum|list")) in ("get", "set", "add")
        else ""
    )
    b = d.param("value|amount|new", d.whole()) if kind in ("set", "add") else ""
    body = {
        "get": f'return self.{t}[{a}]["{n}"]',
        "set": f'self.{t}[{a}]["{n}"] = {b}\n@',
        "add": f'self.{t}[{a}]["{n}"] += {b}\n@',
        "sum": f'return sum(item["{n}"] for item in self.{t}.values())',
        "list": f'return [item for item in self.{t} if self.{t}[item]["{n}"] > self.{t}[item]["{m}"]]',
    }[kind]

    def oracle(o: State, x: str = "", y: int = 0) -> Any:
        if kind == "get":
            return o[t][x][n]
        if kind == "sum":
            return sum(row[n] for row in o[t].values())
        if kind == "list":
            return [key for key, row in o[t].items() if row[n] > row[m]]
        o[t][x][n] = y if kind == "set" else o[t][x][n] + y
        return None

    return Task(
        {t: held},
        body,
        oracle,
        clear={
            "get": f"{n}_of|get_{n}|{n}_for|look_up_{n}",
            "set": f"set_{n}|change_{n}|update_{n}|set_{n}_of",
            "add": f"add_{n}|raise_{n}|add_to_{n}",
            "sum": f"total_{n}|sum_of_{n}|{n}_total|all_{n}",
            "list": "",
        }[kind],
        vague={
            "get": "look_up|get",
            "set": "update|correct",
            "add": "increase|receive",
            "sum": "total|sum",
            "list": "filter|find|special",
        }[kind],
        wishes={
            "get": f"the {said(n)} of the given one in {said(t)}|what {said(t)} has as {said(n)} for it",
            "set": f"the {said(n)} of the given one in {said(t)} becomes the value|change its {said(n)} in {said(t)}",
            "add": f"the {said(n)} of the given one in {said(t)} grows by the amount|add the amount to its {said(n)} in {said(t)}",
            "sum": f"the sum of the {said(n)} of all in {said(t)}|all {said(n)} in {said(t)} together",
            "list": f"which in {said(t)} have more {said(n)} than {said(m)}|those of {said(t)} whose {said(n)} is greater than their {said(m)}",
        }[kind],
    )


@family("hard")
def damage(d: Draw) -> Task:
    s, f = d.figure(), d.name("flag")
    a = d.param("amount|n|points_lost|hit", d.whole(1, 30))
    on = d.chance(0.4)
    return Task(
        {s: d.whole(5, 30), f: not on},
        f"self.{s} = max(0, self.{s} - {a})\nif self.{s} == 0:\n    self.{f} = {on}\n@",
        lambda o, x: put(o, {s: max(0, o[s] - x), f: on if x >= o[s] else o[f]}),
        vague=f"hit|damage|hurt|attack|use|drain|burn|lower_{s}",
        wishes=f"take it from {said(s)}, not below 0; at 0 it is {'' if on else 'no longer '}{said(f)}|{said(s)} falls by the amount, at least 0 stays; when it is 0 {said(f)} becomes {'true' if on else 'false'}",
    )


@family("hard")
def book_and_log(d: Draw) -> Task:
    s, many = (
        d.figure(),
        d.pick("history|log|entries|journal|events|movements|bookings|transactions|records|diary|protocol"),
    )
    d.taken.add(many)
    a = d.param("amount|n|value", d.whole())
    up = d.chance(0.6)
    kind = d.pick("number|text|record")
    word = d.pick("deposit|income|plus|in" if up else "withdrawal|cost|minus|out")
    entry = {"number": a, "text": f'f"{word} {{{a}}}"', "record": f'{{"kind": "{word}", "amount": {a}}}'}[kind]
    guard = d.chance(0.3) and not up
    words = d.pick("not enough|too much")

    def oracle(o: State, x: int) -> Any:
        refuse(guard and x > o[s])
        made = {"number": x, "text": f"{word} {x}", "record": {"kind": word, "amount": x}}[kind]
        return put(o, {s: o[s] + x if up else o[s] - x, many: [*o[many], made]})

    before: list[Any] = [{"number": 5, "text": f"{word} 5", "record": {"kind": word, "amount": 5}}[kind]]
    told = {
        "number": f"the amount goes to {many}",
        "text": f"{many} gets a text like {word} 5",
        "record": f"{many} gets a record with kind {word} and the amount",
    }[kind]
    return Task(
        {s: d.whole(10, 60), many: before if d.yes() or kind != "number" else []},
        (f'if {a} > self.{s}:\n    raise ValueError("{words}")\n' if guard else "")
        + f"self.{s} {'+' if up else '-'}= {a}\nself.{many}.append({entry})\n@",
        oracle,
        vague="deposit|earn|receive|book" if up else "withdraw|spend|pay|book",
        wishes=f"{'add it to' if up else 'take it from'} {said(s)}, and {told}{'; an error if there is not enough' if guard else ''}|{said(s)} {'grows' if up else 'falls'} by the amount; {told}{', too much is refused' if guard else ''}",
    )


@family("hard")
def transfer_entries(d: Draw) -> Task:
    t = d.name("table")
    held = d.table(NAMES, 2, 3, 10, 40)
    first, second = d.values.sample(list(held), 2)
    a, b, c = (
        d.param("giver|source|first", first),
        d.param("taker|target|second", second),
        d.param("amount|n|value", d.whole(1, 30)),
    )
    guard = d.chance(0.6)
    words = d.pick("not enough|too much")
    return Task(
        {t: held},
        (f'if self.{t}[{a}] < {c}:\n    raise ValueError("{words}")\n' if guard else "")
        + f"self.{t}[{a}] -= {c}\nself.{t}[{b}] += {c}\n@",
        lambda o, x, y, z: refuse(guard and o[t][x] < z) or put(o, {t: {**o[t], x: o[t][x] - z, y: o[t][y] + z}}),
        clear="" if guard else "transfer|move_between|transfer_entry",
        vague="transfer|give|pay|send|move",
        wishes=f"from the first in {said(t)} to the second goes the amount{'; an error if there is not enough' if guard else ''}|the first loses the amount in {said(t)} and the second gets it{', too much is refused' if guard else ''}",
    )


@family("medium")
def update_table(d: Draw) -> Task:
    t = d.name("table")
    a = d.param("entries|more|new|others", d.table(NOUNS, 1, 2))
    return Task(
        {t: d.table(NOUNS, 1, 2)},
        f"self.{t}.update({a})\n@",
        lambda o, x: put(o, {t: {**o[t], **x}}),
        clear=f"update_{t}|add_entries|merge_{t}|add_all_to_{t}",
        vague="take_over|merge|import_all|update",
        wishes=f"take over all entries into {said(t)}|update {said(t)} with the given ones",
    )


@family("hard")
def take_first_record(d: Draw) -> Task:
    many, one = d.things()
    t, n = d.name("key_text"), d.name("key_number")
    first = d.chance(0.7)
    rows = [{t: text, n: d.whole()} for text in d.values.sample(NOUNS, d.whole(1, 3))]
    return Task(
        {many: rows},
        f'result = self.{many}.pop({"0" if first else ""})\n@\nreturn result["{t}"]',
        lambda o: o[many].pop(0 if first else -1)[t],
        vague=f"next_{one}|serve|process|handle|take|next|work_off",
        wishes=f"take the {'first' if first else 'last'} {one} out and answer its {said(t)}|remove the {'first' if first else 'last'} of {said(many)} and return its {said(t)}",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
