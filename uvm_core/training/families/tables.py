"""Dicts: stocks, price lists, tallies, phone books."""

from __future__ import annotations

from typing import Any

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said, unlike
from uvm_core.training.words import NAMES, NOUNS, PLACES


def _keys(d: Draw) -> tuple[tuple[str, ...], str]:
    """What the keys are drawn from, and what one is called."""
    return d.pick(
        (
            (NOUNS, "item"),
            (NOUNS, "product"),
            (NAMES, "name"),
            (NAMES, "person"),
            (PLACES, "city"),
            (NOUNS, "thing"),
            (NAMES, "player"),
        )
    )


@family("easy")
def look_up(d: Draw) -> Task:
    t = d.name("table") if d.chance(0.6) else d.name("book")
    pool, one = _keys(d)
    held = d.table(pool)
    a = d.param(f"{one}|key|what", d.word(list(held)))
    return Task(
        {t: held},
        f"return self.{t}[{a}]",
        lambda o, x: o[t][x],
        clear=f"{t}_of|{one}_{t}|get_{t}|look_up|lookup|find_in_{t}|value_of|get|{t}_for|entry_of",
        vague="find|ask|tell|search|show",
        wishes=f"what {said(t)} has for the {one}|the entry of the {one} in {said(t)}|look the {one} up in {said(t)}",
    )


@family("medium")
def look_up_or(d: Draw) -> Task:
    number = d.chance(0.6)
    t = d.name("table") if number else d.name("book")
    pool, one = _keys(d)
    held: dict[str, Any] = d.table(pool) if number else {key: d.word(PLACES) for key in d.some(pool, 2, 3)}
    a = d.param(f"{one}|key|what", d.word(list(held)) if d.yes() else d.word(pool))
    kind = d.pick("default|default|raise")
    other, value = (
        d.pick((("0", 0), ("0", 0), ("None", None), ("-1", -1)))
        if number
        else d.pick((('"unknown"', "unknown"), ('"none"', "none"), ("None", None), ('""', "")))
    )
    told = "an empty text" if value == "" else str(value)
    words = d.pick(f"unknown {one}|no such {one}|not there")
    if kind == "raise":
        body = f'if {a} not in self.{t}:\n    raise ValueError("{words}")\nreturn self.{t}[{a}]'
        wishes = f"the entry of the {one}, an error if it is not there|look it up in {said(t)}, raise an error for an unknown {one}"
    else:
        body = (
            f"return self.{t}.get({a}, {other})" if value is not None or d.chance(0.4) else f"return self.{t}.get({a})"
        )
        wishes = f"the entry of the {one}, {told} if there is none|what {said(t)} has for the {one}, else {told}|{told} for an unknown {one}"

    def oracle(o: dict[str, Any], x: str) -> Any:
        refuse(kind == "raise" and x not in o[t])
        return o[t].get(x, value)

    return Task(
        {t: held},
        body,
        oracle,
        clear="" if kind == "raise" or value != 0 else f"{t}_of_or_zero",
        vague=f"{t}_of|get|find|look_up|{one}_{t}|{t}_for|check",
        wishes=wishes,
    )


@family("easy")
def enter(d: Draw) -> Task:
    number = d.chance(0.6)
    t = d.name("table") if number else d.name("book")
    pool, one = _keys(d)
    a = d.param(f"{one}|key|what", d.word(pool))
    b = d.param("value|amount|number|n" if number else "value|text|entry", d.whole() if number else d.word(PLACES))
    return Task(
        {t: d.table(pool) if number else {key: d.word(PLACES) for key in d.some(pool, 1, 3)}},
        f"self.{t}[{a}] = {b}\n@",
        lambda o, x, y: put(o, {t: {**o[t], x: y}}),
        clear=f"set_{t}|set_{one}|put|enter|store|add_to_{t}|update_{t}|set_entry|register|{t}_is|set_in_{t}|record_{t}",
        vague="note|keep|save|remember|learn",
        wishes=f"the {one} has that value in {said(t)}|enter it in {said(t)}|{said(t)} of the {one} becomes the value",
    )


@family("medium")
def enter_checked(d: Draw) -> Task:
    t = d.name("table")
    pool, one = _keys(d)
    held = d.table(pool, 2, 3)
    must_be = d.chance(0.5)
    a = d.param(f"{one}|key|what", d.word(list(held)) if d.yes() else d.word(pool))
    b = d.param("value|amount|number|n", d.whole())
    words = d.pick(f"unknown {one}|no such {one}" if must_be else f"already there|{one} exists")
    return Task(
        {t: held},
        f'if {a} {"not in" if must_be else "in"} self.{t}:\n    raise ValueError("{words}")\nself.{t}[{a}] = {b}\n@',
        lambda o, x, y: refuse((x in o[t]) != must_be) or put(o, {t: {**o[t], x: y}}),
        vague=f"change_{t}|set_{t}|update_{t}|correct" if must_be else f"add_{one}|register|new_{one}|enroll",
        wishes=f"set it, an error if the {one} is not in {said(t)}|change the entry; unknown ones are refused"
        if must_be
        else f"enter it in {said(t)}, an error if the {one} is there already|refuse a {one} that {said(t)} has",
    )


@family("easy")
def drop_entry(d: Draw) -> Task:
    t = d.name("table") if d.chance(0.6) else d.name("book")
    pool, one = _keys(d)
    held = d.table(pool, 2, 3)
    kind = d.pick("del|pop|raise")
    a = d.param(f"{one}|key|what", d.word(list(held)) if kind == "del" or d.yes() else d.word(pool))
    words = d.pick(f"unknown {one}|no such {one}|not there")
    body = {
        "del": f"del self.{t}[{a}]\n@",
        "pop": f"self.{t}.pop({a}, None)\n@",
        "raise": f'if {a} not in self.{t}:\n    raise ValueError("{words}")\ndel self.{t}[{a}]\n@',
    }[kind]
    return Task(
        {t: held},
        body,
        lambda o, x: (
            refuse(kind == "raise" and x not in o[t]) or put(o, {t: {k: v for k, v in o[t].items() if k != x}})
        ),
        clear=f"remove_{one}|delete_{one}|remove_from_{t}|drop_{one}|take_off|delete_entry|remove_entry"
        if kind == "del"
        else "",
        vague=f"remove_{one}|forget|delete|cancel|discard",
        wishes={
            "del": f"take the {one} out of {said(t)}|the {one} is no longer in {said(t)}",
            "pop": f"take the {one} out of {said(t)} if it is there|remove it from {said(t)}, nothing if it is missing",
            "raise": f"remove it, an error if it is not in {said(t)}|take the {one} out of {said(t)}; raise an error for an unknown one",
        }[kind],
    )


@family("medium")
def add_to_entry(d: Draw) -> Task:
    t = d.name("table")
    pool, one = _keys(d)
    held = d.table(pool, 1, 3)
    new = d.chance(0.6)
    a = d.param(f"{one}|key|what", d.word(pool) if new and d.yes() else d.word(list(held)))
    single = d.chance(0.3)
    b = "1" if single else d.param("amount|n|number|more", d.whole(1, 20))
    body = f"self.{t}[{a}] = self.{t}.get({a}, 0) + {b}\n@" if new else f"self.{t}[{a}] += {b}\n@"
    return Task(
        {t: held},
        body,
        lambda o, x, y=1: put(o, {t: {**o[t], x: o[t].get(x, 0) + y}}),
        clear=f"restock|add_{one}|receive_{one}|supply_{one}|vote_for"
        if new
        else f"add_to_entry|increase_{one}|raise_{t}_of",
        vague=f"restock|add_{one}|receive|deliver|vote|count|supply|gather|buy|earn|score|record",
        wishes=f"{'one' if single else 'the amount'} more of the {one} in {said(t)}{', which may be new' if new else ''}|add {'1' if single else 'the amount'} to the entry of the {one}{'; a new one begins at 0' if new else ''}"
        f"|count it up in {said(t)}{', from 0 if it is not there' if new else ''}",
    )


@family("medium")
def take_from_entry(d: Draw) -> Task:
    t = d.name("table")
    pool, one = _keys(d)
    held = d.table(pool, 1, 3, 5, 20)
    a = d.param(f"{one}|key|what", d.word(list(held)))
    b = d.param("amount|n|number|less", d.whole(1, 20))
    safe = d.chance(0.6)
    words = d.pick(f"not enough|too few|not so much {said(t)}")
    test = f"self.{t}[{a}] < {b}" if d.chance(0.6) else f"{b} > self.{t}[{a}]"
    return Task(
        {t: held},
        (f'if {test}:\n    raise ValueError("{words}")\n' if safe else "") + f"self.{t}[{a}] -= {b}\n@",
        lambda o, x, y: refuse(safe and o[t][x] < y) or put(o, {t: {**o[t], x: o[t][x] - y}}),
        clear="" if safe else f"take_from_entry|decrease_{one}|lower_{t}_of",
        vague=f"sell|take_{one}|use|ship|remove_{one}|consume|pay|hand_out",
        wishes=f"take the amount from the entry of the {one}, an error if there is not enough|lower it in {said(t)}; refuse if less is there"
        if safe
        else f"take the amount from the entry of the {one}|so much less of the {one} in {said(t)}",
    )


@family("easy")
def table_contains(d: Draw) -> Task:
    t = d.name("table") if d.chance(0.6) else d.name("book")
    pool, one = _keys(d)
    held = d.table(pool, 1, 3, 0, 4)
    a = d.param(f"{one}|key|what", d.word(list(held)) if d.yes() else d.word(pool))
    left = d.chance(0.35)
    body = f"return {a} in self.{t}"
    if left:
        body = d.pick((f"return self.{t}.get({a}, 0) > 0", f"return {a} in self.{t} and self.{t}[{a}] > 0"))
    return Task(
        {t: held},
        body,
        lambda o, x: o[t].get(x, 0) > 0 if left else x in o[t],
        clear=""
        if left
        else f"in_{t}|is_in_{t}|has_{one}|knows|contains|has|has_entry|is_in_{t}|includes_{one}|knows_{one}|lists",
        vague=f"available|in_{t}|can_sell|has_some|check" if left else "check|is_known|offers",
        wishes=f"whether the {one} is in {said(t)} with more than 0|true if {said(t)} has any of the {one} left"
        if left
        else f"whether the {one} is in {said(t)}|true if {said(t)} has the {one}",
    )


@family("easy")
def table_keys(d: Draw) -> Task:
    t = d.name("table") if d.chance(0.6) else d.name("book")
    pool, one = _keys(d)
    body, does, told, names = d.pick(
        (
            (
                f"return list(self.{t})",
                list,
                f"all {one}s in {said(t)}",
                f"{one}s|all_{one}s|{one}_names|keys|{t}_keys|list_{one}s|{t}_names",
            ),
            (f"return sorted(self.{t})", sorted, f"the {one}s of {said(t)} in order", f"sorted_{one}s|{one}s_in_order"),
            (
                f'return ", ".join(self.{t})',
                ", ".join,
                f"the {one}s of {said(t)} in one text, with commas",
                f"{one}_line",
            ),
            (
                f"return len(self.{t})",
                len,
                f"how many entries {said(t)} has",
                f"count_{one}s|{t}_size|number_of_{one}s|count_entries|{one}_count",
            ),
        )
    )
    return Task(
        {t: d.table(pool, 1, 3)},
        body,
        lambda o: does(o[t]),
        clear=names if "line" not in names else "",
        vague="overview|listing|show|menu_of",
        wishes=told,
    )


@family("easy")
def table_total(d: Draw) -> Task:
    t = d.name("table")
    pool, _one = _keys(d)
    body, does, told, names = d.pick(
        (
            (
                f"return sum(self.{t}.values())",
                lambda x: sum(x.values()),
                "the sum of all values in {}",
                f"total|total_{t}|sum|sum_of_{t}|{t}_total|all_together",
            ),
            (
                f"return max(self.{t}.values())",
                lambda x: max(x.values()),
                "the largest value in {}",
                f"highest|largest_value|maximum|highest_{t}",
            ),
            (
                f"return min(self.{t}.values())",
                lambda x: min(x.values()),
                "the smallest value in {}",
                f"lowest|smallest_value|minimum|lowest_{t}",
            ),
            (
                f"return sum(self.{t}.values()) / len(self.{t})",
                lambda x: sum(x.values()) / len(x),
                "the average of the values in {}",
                f"average|mean|average_{t}",
            ),
        )
    )
    return Task(
        {t: d.table(pool, 1, 4)},
        body,
        lambda o: does(o[t]),
        clear=names,
        vague="compute|result|reckon",
        wishes=f"{told.format(said(t))}|{told.format('the ' + said(t))}",
    )


@family("hard")
def best_key(d: Draw) -> Task:
    t = d.name("table")
    pool, one = _keys(d)
    high = d.chance(0.7)
    word = d.pick("most|highest|best|largest") if high else d.pick("least|lowest|smallest|fewest")
    loop = d.chance(0.4)
    body = f"return {'max' if high else 'min'}(self.{t}, key=lambda item: self.{t}[item])"
    if loop:
        body = f"result = None\nfor item in self.{t}:\n    if result is None or self.{t}[item] {'>' if high else '<'} self.{t}[result]:\n        result = item\nreturn result"
    return Task(
        {t: d.table(pool, 2, 4)},
        body,
        lambda o: (max if high else min)(o[t], key=lambda key: o[t][key]),
        clear=f"{one}_with_{word}|{word}_{one}|{one}_with_{word}_{t}",
        vague=f"winner|leader|favorite|top_{one}" if high else f"loser|weakest|bottom_{one}",
        wishes=f"the {one} with the {'largest' if high else 'smallest'} value in {said(t)}|which {one} has the {'most' if high else 'least'} in {said(t)}",
    )


@family("medium")
def keys_where(d: Draw) -> Task:
    t = d.name("table")
    pool, one = _keys(d)
    given = d.chance(0.5)
    n = d.pick((5, 8, 10, 15, 20))
    a = d.param("limit|n|value|bound", d.whole(5, 20)) if given else str(n)
    sign, told = d.pick(((">", "more than"), ("<", "less than"), (">=", "at least"), ("<=", "at most")))
    does = {">": lambda x, y: x > y, "<": lambda x, y: x < y, ">=": lambda x, y: x >= y, "<=": lambda x, y: x <= y}[
        sign
    ]
    count = d.chance(0.3)
    inner = f"for item in self.{t} if self.{t}[item] {sign} {a}"
    where = "the given value" if given else n

    def oracle(o: dict[str, Any], x: int = n) -> Any:
        found = [key for key, value in o[t].items() if does(value, x)]
        return len(found) if count else found

    return Task(
        {t: d.table(pool, 2, 4)},
        f"return sum(1 {inner})" if count else f"return [item {inner}]",
        oracle,
        clear=(
            ""
            if not given
            else f"count_with_{told.replace(' ', '_')}"
            if count
            else f"{one}s_with_{told.replace(' ', '_')}|{t}_{told.replace(' ', '_')}"
        ),
        vague="count|how_many|alarms" if count else f"short_list|to_order|selected|filter|{one}s_to_check|scarce",
        wishes=f"how many {one}s have {told} {where} in {said(t)}"
        if count
        else f"the {one}s with {told} {where}|all {one}s that have {told} {where} in {said(t)}|which {one}s have {told} {where}",
    )


@family("medium")
def clear_table(d: Draw) -> Task:
    t = d.name("table")
    pool, _ = _keys(d)
    return Task(
        {t: d.table(pool, 1, 3)},
        f"self.{t} = {{}}\n@" if d.chance(0.5) else f"self.{t}.clear()\n@",
        lambda o: put(o, {t: {}}),
        clear=f"clear_{t}|empty_{t}|reset_{t}|forget_{t}|wipe_{t}|remove_all",
        vague="start_over|reset|clean",
        wishes=f"empty the {said(t)}|no entries in {said(t)} any more",
    )


@family("hard")
def cost_of(d: Draw) -> Task:
    t = d.name("table")
    pool, one = _keys(d)
    held = d.table(pool, 2, 3)
    a = d.param(f"{one}|key|what", d.word(list(held)))
    b = d.param("n|pieces|number|count_wanted", d.whole(1, 9))
    return Task(
        {t: held},
        f"return self.{t}[{a}] * {b}",
        lambda o, x, n: o[t][x] * n,
        clear="price_for|cost_of|price_of_many|cost_for",
        vague="offer|quote|reckon|amount_for",
        wishes=f"the entry of the {one} in {said(t)} times the number|what so many of the {one} cost by {said(t)}",
    )


@family("hard")
def change_all_entries(d: Draw) -> Task:
    t = d.name("table")
    pool, _ = _keys(d)
    n = d.const(2, 9)
    given = d.chance(0.5)
    a = d.param("amount|n|factor|by", d.whole(2, 9)) if given else str(n)
    sign, told = d.pick((("+", "raised by {}"), ("-", "lowered by {}"), ("*", "multiplied by {}")))
    does = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}[sign]
    words = told.format("the given number" if given else n)
    return Task(
        {t: d.table(pool, 1, 3)},
        f"for item in self.{t}:\n    self.{t}[item] {sign}= {a}\n@",
        lambda o, x=n: put(o, {t: {k: does(v, x) for k, v in o[t].items()}}),
        vague=f"adjust_{t}|raise_all|change_all|correct_{t}|scale_{t}",
        wishes=f"every value in {said(t)} is {words}|all entries of {said(t)} {words}",
    )


@family("hard")
def lists_in_table(d: Draw) -> Task:
    t = d.name("book")
    pool, one = _keys(d)
    held = {key: d.some(NOUNS, 1, 2) for key in d.some(pool, 1, 3)}
    a = d.param(f"{one}|key|who", d.word(pool) if d.yes() else d.word(list(held)))
    b = d.param("entry|value|thing", d.word(NOUNS))
    return Task(
        {t: held},
        f"self.{t}.setdefault({a}, []).append({b})\n@",
        lambda o, x, y: put(o, {t: {**o[t], x: [*o[t].get(x, []), y]}}),
        vague=f"add_{t}|note|assign|give|file|add_entry",
        wishes=f"add it to the list of the {one} in {said(t)}, which may be new|put it into the list under the {one}; a new {one} gets a new list",
    )


@family("hard")
def rename_key(d: Draw) -> Task:
    t = d.name("table")
    pool, one = _keys(d)
    held = d.table(pool, 1, 3)
    a = d.param("old|before", d.word(list(held)))
    b = d.param("new|after", d.word(unlike(pool, held)))
    return Task(
        {t: held},
        f"self.{t}[{b}] = self.{t}.pop({a})\n@",
        lambda o, x, y: put(o, {t: {**{k: v for k, v in o[t].items() if k != x}, y: o[t][x]}}),
        clear=f"rename_{one}|rename_key|rename_entry",
        vague="rename|replace_name|change_name",
        wishes=f"the entry of the first {one} stands under the second name|move what {said(t)} has for the first {one} to the second",
    )


FAMILIES: tuple[Family, ...] = families_in(globals())
