"""Lists of numbers: reckoned over, filtered, searched."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, said


@family("easy")
def add_number(d: Draw) -> Task:
    many = d.name("numbers")
    a = d.param("value|number|reading|n", d.whole())
    return Task(
        {many: d.numbers(0, 4)},
        f"self.{many}.append({a})\n@",
        lambda o, x: put(o, {many: [*o[many], x]}),
        clear=f"add_to_{many}|append_to_{many}|record|record_value|log_value|add_value|add_number|store_value",
        vague="measure|take|note|enter|register",
        wishes=f"add it to the {said(many)}|keep the value in the {said(many)}|one more value for the {said(many)}",
    )


@family("easy")
def total_of_numbers(d: Draw) -> Task:
    many = d.name("numbers")
    return Task(
        {many: d.numbers(0, 5)},
        f"return sum(self.{many})",
        lambda o: sum(o[many]),
        clear=f"total|sum|sum_of_{many}|total_{many}|{many}_total|sum_up|add_up|all_together",
        vague="compute|result|reckon",
        wishes=f"the sum of the {said(many)}|all {said(many)} together|how much the {said(many)} make",
    )


@family("easy")
def mean_of_numbers(d: Draw) -> Task:
    many = d.name("numbers")
    safe = d.chance(0.4)
    mean = f"return sum(self.{many}) / len(self.{many})"
    return Task(
        {many: d.numbers(0 if safe else 1, 5) if d.yes() else ([] if safe else [3, 4])},
        f"if not self.{many}:\n    return 0\n{mean}" if safe else mean,
        lambda o: sum(o[many]) / len(o[many]) if o[many] else 0,
        clear="" if safe else f"average|mean|average_of_{many}|mean_of_{many}|{many}_average|average_{many}",
        vague="average|mean|typical|middle",
        wishes=f"the average of the {said(many)}, 0 if there are none|the mean of {said(many)}, zero when empty"
        if safe
        else f"the average of the {said(many)}|the mean of the {said(many)}|what the {said(many)} are on average",
    )


@family("easy")
def extreme_of_numbers(d: Draw) -> Task:
    many = d.name("numbers")
    name, code, does, phrase = d.pick(
        (
            ("highest|largest|maximum|greatest|best|peak|record", "max(X)", max, "largest|highest|greatest"),
            ("lowest|smallest|minimum|least|worst", "min(X)", min, "smallest|lowest|least"),
            (
                "spread|span|range_of_values|gap",
                "max(X) - min(X)",
                lambda x: max(x) - min(x),
                "difference between the largest and the smallest",
            ),
        )
    )
    option, word = d.pick(name), d.pick(phrase)
    return Task(
        {many: d.numbers(1, 5)},
        "return " + code.replace("X", f"self.{many}"),
        lambda o: does(o[many]),
        clear=f"{option}|{option}_of_{many}|{option}_{many}",
        vague="compute|result|extreme",
        wishes=f"the {word} of the {said(many)}|the {word} in {said(many)}",
    )


@family("medium")
def count_matching(d: Draw) -> Task:
    many = d.name("numbers")
    n = d.const(5, 40)
    given = d.chance(0.5)
    limit = d.param("limit|bound|value|n", d.whole(5, 50)) if given else str(n)
    over = d.chance(0.6)
    sign, word = (">", "above") if over else ("<", "below")
    kind = d.pick(("count", "list", "sum"))
    cond = f"for x in self.{many} if x {sign} {limit}".replace("x", "item").replace("maitem", "max")
    cond = f"for item in self.{many} if item {sign} {limit}"
    body = {"count": f"return sum(1 {cond})", "list": f"return [item {cond}]", "sum": f"return sum(item {cond})"}[kind]
    if kind == "count" and d.chance(0.3):
        body = f"return len([item {cond}])"

    def oracle(o: dict[str, Any], x: int = n) -> Any:
        found = [one for one in o[many] if (one > x if over else one < x)]
        return len(found) if kind == "count" else found if kind == "list" else sum(found)

    where = "the given value" if given else str(n)
    side = "over" if over else "under"
    return Task(
        {many: d.numbers(2, 5)},
        body,
        oracle,
        clear={
            "count": f"count_{word}|how_many_{word}|count_{side}|number_{side}",
            "list": f"{many}_{word}|all_{word}|{many}_{side}|only_{word}",
            "sum": f"sum_{word}|total_{side}|sum_of_{many}_{word}",
        }[kind]
        if given
        else "",
        vague={
            "count": f"count|alarms|how_many|hits|{side}_count",
            "list": f"filtered|chosen|{side}|outliers|selected",
            "sum": "total|sum|filtered_sum",
        }[kind],
        wishes={
            "count": f"how many {said(many)} are {word} {where}|the number of {said(many)} {word} {where}",
            "list": f"the {said(many)} {word} {where}|only those {said(many)} that are {word} {where}",
            "sum": f"the sum of the {said(many)} {word} {where}|what the {said(many)} {word} {where} make together",
        }[kind],
    )


@family("medium")
def mapped_numbers(d: Draw) -> Task:
    many = d.name("numbers")
    n = d.const(2, 9)
    kind, phrase = d.pick(
        (
            ("* {}", "times {}"),
            ("+ {}", "plus {}"),
            ("- {}", "minus {}"),
            ("/ {}", "divided by {}"),
            ("** 2", "squared"),
        )
    )
    given = d.chance(0.4) and "{}" in kind
    a = d.param("factor|n|value|by", d.whole(2, 9)) if given else str(n)
    does = {
        "*": lambda x, y: x * y,
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "/": lambda x, y: x / y,
        "**": lambda x, _: x * x,
    }[kind.split()[0]]
    change = d.chance(0.4)
    code = f"[item {kind.format(a)} for item in self.{many}]"
    told = phrase.format("the given number" if given else n)
    return Task(
        {many: d.numbers(1, 4)},
        f"self.{many} = {code}\n@" if change else f"return {code}",
        lambda o, x=n: (
            put(o, {many: [does(one, x) for one in o[many]]}) if change else [does(one, x) for one in o[many]]
        ),
        clear="",
        vague="scale|shift|adjust|convert_all|correct" if change else f"scaled|shifted|converted|{many}_converted",
        wishes=f"change each of the {said(many)}: {told}|every one of the {said(many)} becomes itself {told}"
        if change
        else f"each of the {said(many)} {told}|all {said(many)}, each {told}",
    )


@family("medium")
def all_or_any(d: Draw) -> Task:
    many = d.name("numbers")
    n = d.const(3, 30)
    given = d.chance(0.4)
    a = d.param("limit|value|n|bound", d.whole(3, 30)) if given else str(n)
    word = d.pick(("all", "any"))
    sign, told = d.pick(((">", "above"), ("<", "below"), (">=", "at least"), ("<=", "at most")))
    does = {">": lambda x, y: x > y, "<": lambda x, y: x < y, ">=": lambda x, y: x >= y, "<=": lambda x, y: x <= y}[
        sign
    ]
    where = "the given value" if given else n
    return Task(
        {many: d.numbers(1, 3, 1, 40)},
        f"return {word}(item {sign} {a} for item in self.{many})",
        lambda o, x=n: (all if word == "all" else any)(does(one, x) for one in o[many]),
        clear=f"all_{told.replace(' ', '_')}|are_all_{told.replace(' ', '_')}"
        if given and word == "all"
        else f"any_{told.replace(' ', '_')}"
        if given
        else "",
        vague="is_fine|passed|alarm|check|all_good|needs_care|is_valid",
        wishes=f"whether {'all' if word == 'all' else 'any of the'} {said(many)} are {told} {where}|true if {'every' if word == 'all' else 'at least one'} of the {said(many)} is {told} {where}",
    )


@family("hard")
def search_numbers(d: Draw) -> Task:
    many = d.name("numbers")
    a = d.param("limit|value|n|bound", d.whole(10, 55))
    sign, told = d.pick(((">", "greater than"), ("<", "smaller than"), (">=", "at least")))
    does = {">": lambda x, y: x > y, "<": lambda x, y: x < y, ">=": lambda x, y: x >= y}[sign]
    other, code = d.pick((("None", "None"), ("0", "0"), ("-1", "-1")))
    return Task(
        {many: d.numbers(2, 5)},
        f"for item in self.{many}:\n    if item {sign} {a}:\n        return item\nreturn {code}",
        lambda o, x: next((one for one in o[many] if does(one, x)), None if other == "None" else int(other)),
        vague=f"find|first_over|first_hit|search|first_of_{many}",
        wishes=f"the first of the {said(many)} that is {told} the given value, {other} if there is none|search {said(many)} for the first {told} it, else {other}",
    )


@family("medium")
def has_all_numbers(d: Draw) -> Task:
    s, many = d.figure(), d.name("numbers")
    return Task(
        {many: d.numbers(1, 4), s: d.whole(20, 120)},
        f"return sum(self.{many}) {'>' if (over := d.chance(0.5)) else '<='} self.{s}",
        lambda o: (sum(o[many]) > o[s]) == over,
        clear=f"{many}_exceed_{s}|sum_over_{s}" if over else f"{many}_within_{s}|sum_within_{s}",
        vague="too_much|is_over|alarm" if over else "is_fine|affordable|fits",
        wishes=f"whether the sum of {said(many)} is {'greater than' if over else 'at most'} {said(s)}|true if all {said(many)} together are {'more than' if over else 'not more than'} the {said(s)}",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
