"""Lists of records: lines of a bill, tasks, people, bookings."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, State, Task, families_in, family, refuse, said
from uvm_core.training.words import NAMES, NOUNS


def rows_of(d: Draw, low: int, high: int, **columns: str) -> list[State]:
    """Rows with different texts; a column is text, number or flag."""
    count = d.values.randint(low, high)
    texts = {key: d.values.sample(NOUNS, count) for key, kind in columns.items() if kind == "text"}
    return [
        {
            key: texts[key][place] if kind == "text" else d.whole(1, 30) if kind == "number" else d.yes()
            for key, kind in columns.items()
        }
        for place in range(count)
    ]


def key_names(d: Draw) -> tuple[str, str, str, str]:
    """A list's name, one of its elements, a key of texts and one of numbers."""
    many, one = d.things()
    return many, one, d.name("key_text"), d.name("key_number")


@family("easy")
def sum_of_key(d: Draw) -> Task:
    many, one, t, n = key_names(d)
    return Task(
        {many: rows_of(d, 1, 3, **{t: "text", n: "number"})},
        f'return sum(item["{n}"] for item in self.{many})',
        lambda o: sum(row[n] for row in o[many]),
        clear=f"total|total_{n}|sum_of_{n}|{n}_total|sum_{n}|{n}_of_all|whole_{n}",
        vague="compute|result|reckon|sum",
        wishes=f"the sum of the {said(n)} of all {said(many)}|all {said(n)} of {said(many)} together|the {said(n)} of every {one} added up",
    )


@family("medium")
def sum_of_product(d: Draw) -> Task:
    many, one = d.things()
    t, p, q = (
        d.name("key_text"),
        d.pick("price|cost|fee|rate|unit_price|wage"),
        d.pick("count|amount|quantity|hours|pieces|nights|days"),
    )
    d.taken |= {p, q}
    return Task(
        {many: rows_of(d, 1, 3, **{t: "text", p: "number", q: "number"})},
        f'return sum(item["{p}"] * item["{q}"] for item in self.{many})',
        lambda o: sum(row[p] * row[q] for row in o[many]),
        clear="total|total_price|total_cost|bill|amount_due|sum_due|grand_total|to_pay|total_value",
        vague="compute|result|reckon",
        wishes=f"{p} times {q} of all {said(many)}, summed|the sum of {p} times {q}|every {one} at its {p} times its {q}, together",
    )


@family("medium")
def mean_of_key(d: Draw) -> Task:
    many, _one, t, n = key_names(d)
    name, code, does, told = d.pick(
        (
            (
                "average|mean|average_{}|mean_{}",
                'sum(item["N"] for item in self.M) / len(self.M)',
                lambda x: sum(x) / len(x),
                "the average {} of the {}",
            ),
            (
                "highest_{}|largest_{}|maximum_{}|top_{}",
                'max(item["N"] for item in self.M)',
                max,
                "the largest {} of the {}",
            ),
            ("lowest_{}|smallest_{}|minimum_{}", 'min(item["N"] for item in self.M)', min, "the smallest {} of the {}"),
        )
    )
    return Task(
        {many: rows_of(d, 1, 3, **{t: "text", n: "number"})},
        "return " + code.replace("N", n).replace("self.M", f"self.{many}"),
        lambda o: does([row[n] for row in o[many]]),
        clear=name.replace("{}", n),
        vague="compute|result|figure_of_all",
        wishes=told.format(said(n), said(many)) + "|" + told.format(said(n), said(many)).replace("the ", "its ", 1),
    )


@family("easy")
def texts_of_key(d: Draw) -> Task:
    many, one, t, n = key_names(d)
    joined = d.chance(0.3)
    code = f'item["{t}"] for item in self.{many}'
    return Task(
        {many: rows_of(d, 0, 3, **{t: "text", n: "number"})},
        f'return ", ".join({code})' if joined else f"return [{code}]",
        lambda o: ", ".join(row[t] for row in o[many]) if joined else [row[t] for row in o[many]],
        clear="" if joined else f"{t}s|all_{t}s|{one}_{t}s|list_{t}s|{t}_list|{many}_{t}s",
        vague=f"show|line|overview|{t}_line" if joined else "overview|listing|collect",
        wishes=f"the {said(t)} of every {one}, with commas between|all {said(t)}s in one text, separated by commas"
        if joined
        else f"the {said(t)} of every {one}|a list of the {said(t)} of all {said(many)}",
    )


@family("medium")
def texts_where_flag(d: Draw) -> Task:
    many, one = d.things()
    t, f = d.name("key_text"), d.name("key_flag")
    yes = d.chance(0.5)
    kind = d.pick("list|list|count|any|all")
    test = f'{"" if yes else "not "}item["{f}"]'
    over = f"for item in self.{many}"
    body = {
        "list": f'return [item["{t}"] {over} if {test}]',
        "count": f"return sum(1 {over} if {test})",
        "any": f"return any({test} {over})",
        "all": f"return all({test} {over})",
    }[kind]
    if kind == "count" and d.chance(0.4):
        body = f"result = 0\nfor item in self.{many}:\n    if {test}:\n        result += 1\nreturn result"

    def oracle(o: State) -> Any:
        marks = [row[f] == yes for row in o[many]]
        if kind == "list":
            return [row[t] for row in o[many] if row[f] == yes]
        return sum(marks) if kind == "count" else any(marks) if kind == "any" else all(marks)

    word = said(f) if yes else f"not {said(f)}"
    tag = f if yes else f"not_{f}"
    return Task(
        {many: rows_of(d, 1, 4, **{t: "text", f: "flag"})},
        body,
        oracle,
        clear={
            "list": f"{tag}_{many}|{tag}_{t}s|which_are_{tag}",
            "count": f"count_{tag}|{tag}_count|how_many_{tag}|number_of_{tag}",
            "any": f"any_{tag}|has_{tag}|is_any_{tag}",
            "all": f"all_{tag}|are_all_{tag}|is_everything_{tag}",
        }[kind],
        vague={
            "list": "selected|open_ones|pending|filter",
            "count": "count|how_many|rest",
            "any": "alarm|check|needs_care",
            "all": "is_complete|is_finished|ready|check",
        }[kind],
        wishes={
            "list": f"the {said(t)}s of the {said(many)} that are {word}|the {said(t)} of every {one} that is {word}",
            "count": f"how many {said(many)} are {word}|the number of {said(many)} that are {word}",
            "any": f"whether any of the {said(many)} is {word}|true if at least one {one} is {word}",
            "all": f"whether all {said(many)} are {word}|true if every {one} is {word}",
        }[kind],
    )


@family("medium")
def where_number(d: Draw) -> Task:
    many, one, t, n = key_names(d)
    given = d.chance(0.6)
    c = d.pick((5, 10, 15, 20))
    a = d.param("limit|n|value|bound", d.whole(5, 25)) if given else str(c)
    sign, told = d.pick(((">", "above"), ("<", "below"), (">=", "at least"), ("<=", "at most")))
    does = {">": lambda x, y: x > y, "<": lambda x, y: x < y, ">=": lambda x, y: x >= y, "<=": lambda x, y: x <= y}[
        sign
    ]
    kind = d.pick("list|list|count|sum|rows")
    inner = f'for item in self.{many} if item["{n}"] {sign} {a}'
    body = {
        "list": f'return [item["{t}"] {inner}]',
        "count": f"return sum(1 {inner})",
        "sum": f'return sum(item["{n}"] {inner})',
        "rows": f"return [item {inner}]",
    }[kind]
    if kind == "list" and d.chance(0.3):
        body = f'result = []\nfor item in self.{many}:\n    if item["{n}"] {sign} {a}:\n        result.append(item["{t}"])\nreturn result'

    def oracle(o: State, x: int = c) -> Any:
        found = [row for row in o[many] if does(row[n], x)]
        return {
            "list": [row[t] for row in found],
            "count": len(found),
            "sum": sum(row[n] for row in found),
            "rows": found,
        }[kind]

    where = f"{said(n)} {told} {'the given value' if given else c}"
    way = told.replace(" ", "_")
    return Task(
        {many: rows_of(d, 2, 4, **{t: "text", n: "number"})},
        body,
        oracle,
        clear={
            "list": f"{t}s_with_{n}_{way}|{many}_{way}",
            "count": f"count_{way}|count_with_{n}_{way}",
            "sum": f"sum_{way}",
            "rows": f"{many}_with_{n}_{way}",
        }[kind]
        if given
        else "",
        vague={
            "list": "selected|find|filter|pick_out",
            "count": "count|how_many|hits",
            "sum": "sum|partial_total",
            "rows": "filter|search|select",
        }[kind],
        wishes={
            "list": f"the {said(t)}s of the {said(many)} with {where}|the {said(t)} of every {one} that has {where}",
            "count": f"how many {said(many)} have {where}|the number of {said(many)} with {where}",
            "sum": f"the sum of the {said(n)} of {said(many)} with {where}|{said(n)} together, only of those with {where}",
            "rows": f"the {said(many)} with {where}|all {said(many)} that have {where}",
        }[kind],
    )


@family("hard")
def find_record_value(d: Draw) -> Task:
    many, one, t, n = key_names(d)
    rows = rows_of(d, 2, 4, **{t: "text", n: "number"})
    a = d.param(f"{t}|which|wanted", d.word([row[t] for row in rows]) if d.values.random() < 0.6 else d.word(NOUNS))
    kind = d.pick("none|zero|raise|none")
    last = {
        "none": "return None",
        "zero": "return 0",
        "raise": f'raise ValueError("{d.pick(f"no such {one}|unknown|not found")}")',
    }[kind]
    told = {"none": "None if there is none", "zero": "0 if there is none", "raise": "an error if there is none"}[kind]

    def oracle(o: State, x: str) -> Any:
        found = [row[n] for row in o[many] if row[t] == x]
        refuse(kind == "raise" and not found)
        return found[0] if found else 0 if kind == "zero" else None

    return Task(
        {many: rows},
        f'for item in self.{many}:\n    if item["{t}"] == {a}:\n        return item["{n}"]\n{last}',
        oracle,
        clear=f"{n}_of|{n}_of_{one}|find_{n}|{n}_for" if kind == "none" else "",
        vague=f"{n}_of|look_up|find|{n}_for|search",
        wishes=f"the {said(n)} of the {one} with that {said(t)}, {told}|search {said(many)} by {said(t)} and answer the {said(n)}, {told}",
    )


@family("hard")
def best_record(d: Draw) -> Task:
    many, one, t, n = key_names(d)
    high = d.chance(0.65)
    best, word = ("max", d.pick("highest|largest|most")) if high else ("min", d.pick("lowest|smallest|least"))
    loop = d.chance(0.35)
    body = f'return {best}(self.{many}, key=lambda item: item["{n}"])["{t}"]'
    if loop:
        body = f'result = self.{many}[0]\nfor item in self.{many}:\n    if item["{n}"] {">" if high else "<"} result["{n}"]:\n        result = item\nreturn result["{t}"]'
    return Task(
        {many: rows_of(d, 1, 4, **{t: "text", n: "number"})},
        body,
        lambda o: (max if high else min)(o[many], key=lambda row: row[n])[t],
        clear=f"{t}_with_{word}_{n}|{word}_{n}_{t}|{one}_with_{word}_{n}",
        vague="winner|leader|top_one|favorite" if high else "weakest|last_one|bargain",
        wishes=f"the {said(t)} of the {one} with the {word} {said(n)}|which {said(t)} has the {word} {said(n)}",
    )


@family("hard")
def group_totals(d: Draw) -> Task:
    many, _one = d.things()
    t, n = d.name("key_text"), d.name("key_number")
    count = d.chance(0.5)
    pool = NAMES[:3]
    rows = [{t: d.word(pool), n: d.whole(1, 20)} for _ in range(d.whole(2, 4))]
    add = "1" if count else f'item["{n}"]'

    def oracle(o: State) -> Any:
        found: dict[str, int] = {}
        for row in o[many]:
            found[row[t]] = found.get(row[t], 0) + (1 if count else row[n])
        return found

    return Task(
        {many: rows},
        f'result = {{}}\nfor item in self.{many}:\n    result[item["{t}"]] = result.get(item["{t}"], 0) + {add}\nreturn result',
        oracle,
        clear=f"count_by_{t}|{many}_by_{t}|counts_by_{t}"
        if count
        else f"{n}_by_{t}|sum_by_{t}|totals_by_{t}|{n}_per_{t}",
        vague="summary|overview|statistics",
        wishes=f"how many {said(many)} there are for each {said(t)}|a dict from {said(t)} to the number of {said(many)}"
        if count
        else f"the sum of {said(n)} for each {said(t)}|a dict from {said(t)} to its {said(n)} together",
    )


@family("medium")
def has_record(d: Draw) -> Task:
    many, one = d.things()
    t, n = d.name("key_text"), d.name("key_number")
    rows = rows_of(d, 1, 3, **{t: "text", n: "number"})
    a = d.param(f"{t}|which|wanted", d.word([row[t] for row in rows]) if d.yes() else d.word(NOUNS))
    return Task(
        {many: rows},
        f'return any(item["{t}"] == {a} for item in self.{many})',
        lambda o, x: any(row[t] == x for row in o[many]),
        clear=f"has_{one}|has_{t}|contains_{t}|knows_{t}|includes_{t}|is_{one}_known",
        vague="check|is_known|listed",
        wishes=f"whether one of the {said(many)} has the given {said(t)}|true if there is a {one} with that {said(t)}",
    )


@family("medium")
def last_record(d: Draw) -> Task:
    many, one, t, n = key_names(d)
    first = d.chance(0.5)
    key = d.pick((t, n))
    return Task(
        {many: rows_of(d, 1, 3, **{t: "text", n: "number"})},
        f'return self.{many}[{"0" if first else "-1"}]["{key}"]',
        lambda o: o[many][0 if first else -1][key],
        clear=f"{'first' if first else 'last'}_{key}|{key}_of_{'first' if first else 'last'}_{one}|{'first' if first else 'latest'}_{key}",
        vague="peek|show|current",
        wishes=f"the {said(key)} of the {'first' if first else 'last'} {one}|what the {'first' if first else 'last'} of {said(many)} has as {said(key)}",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
