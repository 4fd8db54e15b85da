"""Lists of texts and of numbers: kept, asked, searched and reckoned over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uvm_core.training.tasks import Draw, Family, Task, families_in, family, put, refuse, said, unlike


@family("easy")
def add_element(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    a = d.param(f"{one}|name|new|what", d.word(pool))
    return Task(
        {many: d.some(pool, 0, 3)},
        f"self.{many}.append({a})\n@",
        lambda o, x: put(o, {many: [*o[many], x]}),
        clear=f"add_{one}|append_{one}|add_to_{many}|add|register_{one}|new_{one}|put_{one}|include_{one}|enlist_{one}|log_{one}",
        vague="take|accept|note|join|invite|enter|receive|hire",
        wishes=f"add it to the {said(many)}|one more {one}|put the {one} at the end of the {said(many)}|the {one} joins the {said(many)}",
    )


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
def remove_element(d: Draw) -> Task:
    many, one = d.things()
    held = d.some(d.pool(), 2, 4)
    a = d.param(f"{one}|name|what", d.word(held))
    return Task(
        {many: held},
        f"self.{many}.remove({a})\n@",
        lambda o, x: put(o, {many: [y for y in o[many] if y != x]}),
        clear=f"remove_{one}|remove_from_{many}|delete_{one}|drop_{one}|remove|take_out_{one}|discard_{one}|cross_off_{one}",
        vague="leave|forget|dismiss|cancel|fire|finish",
        wishes=f"take it out of the {said(many)}|the {one} is no longer in {said(many)}|remove the {one} from the {said(many)}",
    )


@family("medium")
def remove_if_there(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 2, 4)
    a = d.param(f"{one}|name|what", d.word(held) if d.yes() else d.word(unlike(pool, held)))
    if d.chance(0.5):
        words = d.pick(f"no such {one}|not there|unknown {one}")
        return Task(
            {many: held},
            f'if {a} not in self.{many}:\n    raise ValueError("{words}")\nself.{many}.remove({a})\n@',
            lambda o, x: refuse(x not in o[many]) or put(o, {many: [y for y in o[many] if y != x]}),
            vague=f"remove_{one}|delete_{one}|take_out|drop_{one}|remove|leave",
            wishes=f"an error if it is not in {said(many)}|remove it from {said(many)}, an error if it is missing|raise an error for an unknown {one}",
        )
    return Task(
        {many: held},
        f"if {a} in self.{many}:\n    self.{many}.remove({a})\n@",
        lambda o, x: put(o, {many: [y for y in o[many] if y != x]}),
        vague=f"remove_{one}|delete_{one}|take_out|drop_{one}|remove|forget_{one}",
        wishes=f"remove it if it is there|take it out of {said(many)}, nothing if it is missing|only if it is in the {said(many)}",
    )


@family("medium")
def add_once(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 1, 3)
    a = d.param(f"{one}|name|new", d.word(held) if d.yes() else d.word(unlike(pool, held)))
    if d.chance(0.4):
        words = d.pick(f"already there|there is such a {one}|twice")
        return Task(
            {many: held},
            f'if {a} in self.{many}:\n    raise ValueError("{words}")\nself.{many}.append({a})\n@',
            lambda o, x: refuse(x in o[many]) or put(o, {many: [*o[many], x]}),
            vague=f"add_{one}|register_{one}|join|enlist|invite|add",
            wishes=f"an error if it is there already|add it to {said(many)}, refuse doubles|raise an error if the {one} is in {said(many)} already",
        )
    return Task(
        {many: held},
        f"if {a} not in self.{many}:\n    self.{many}.append({a})\n@",
        lambda o, x: put(o, {many: o[many] if x in o[many] else [*o[many], x]}),
        clear=f"add_{one}_once|add_if_new|add_{one}_if_missing",
        vague=f"add_{one}|tag|register_{one}|join|like|follow|add",
        wishes=f"only if it is not there yet|add it to {said(many)} unless it is in it|no {one} twice|never twice in {said(many)}",
    )


@family("medium")
def add_while_room(d: Draw) -> Task:
    many, one = d.things()
    b = d.name("bound")
    pool = d.pool()
    a = d.param(f"{one}|name|new", d.word(pool))
    held = d.some(pool, 2, 4)
    raises = d.chance(0.5)
    words = d.pick(f"full|no room|no more {said(many)}|the {said(b)} is reached")
    const = d.chance(0.3)
    n = d.const(3, 4)
    size = str(n) if const else f"self.{b}"
    slots: dict[str, Any] = {many: held} | ({} if const else {b: d.whole(2, 5)})
    full = f"len(self.{many}) >= {size}"
    body = (
        f'if {full}:\n    raise ValueError("{words}")\nself.{many}.append({a})\n@'
        if raises
        else f"if len(self.{many}) < {size}:\n    self.{many}.append({a})\n@"
    )

    def oracle(o: dict[str, Any], x: str) -> None:
        is_full = len(o[many]) >= (n if const else o[b])
        refuse(is_full and raises)
        put(o, {} if is_full else {many: [*o[many], x]})

    limit = str(n) if const else said(b)
    return Task(
        slots,
        body,
        oracle,
        vague=f"add_{one}|board|join|take_seat|enter|load|park|invite|accept_{one}|check_in",
        wishes=f"an error when there are {limit} already|add it to {said(many)}, an error if {limit} is reached|refuse when the {said(many)} are full, {limit} at most"
        if raises
        else f"add it to {said(many)} unless {limit} is reached|only while there are fewer than {limit}|add it as long as there are less than {limit} {said(many)}",
    )


@family("easy")
def clear_list(d: Draw) -> Task:
    many = d.things()[0] if d.chance(0.6) else d.name("numbers")
    return Task(
        {many: d.some(d.pool(), 1, 3)},
        f"self.{many} = []\n@" if d.chance(0.5) else f"self.{many}.clear()\n@",
        lambda o: put(o, {many: []}),
        clear=f"clear_{many}|empty_{many}|remove_all_{many}|forget_{many}|delete_{many}|reset_{many}|wipe_{many}|clear",
        vague="start_over|clean|reset|refresh",
        wishes=f"empty the {said(many)}|no {said(many)} any more|remove all {said(many)}",
    )


@family("easy")
def count_elements(d: Draw) -> Task:
    many, one = d.things()
    return Task(
        {many: d.some(d.pool(), 0, 4)},
        f"return len(self.{many})",
        lambda o: len(o[many]),
        clear=f"count_{many}|{one}_count|number_of_{many}|how_many_{many}|{many}_count|size|count|length|how_many|amount_of_{many}",
        vague="tell|measure",
        wishes=f"how many {said(many)} there are|the number of {said(many)}",
    )


@family("easy")
def is_empty(d: Draw) -> Task:
    many, one = d.things()
    empty = d.chance(0.6)
    body = (
        d.pick((f"return not self.{many}", f"return len(self.{many}) == 0"))
        if empty
        else f"return len(self.{many}) > 0"
    )
    return Task(
        {many: d.some(d.pool(), 1, 3) if d.yes() else []},
        body,
        lambda o: (not o[many]) == empty,
        clear=f"is_empty|has_no_{many}|{many}_empty|no_{many}"
        if empty
        else f"has_{many}|has_any_{many}|any_{many}|has_{one}s",
        vague="check|is_free|test_it" if empty else "check|test_it|used",
        wishes=f"whether there are {'no' if empty else 'any'} {said(many)}|true if {said(many)} is {'' if empty else 'not '}empty",
    )


@family("easy")
def contains_element(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 1, 4)
    a = d.param(f"{one}|name|what", d.word(held) if d.yes() else d.word(pool))
    yes = d.chance(0.85)
    return Task(
        {many: held},
        f"return {a} {'in' if yes else 'not in'} self.{many}",
        lambda o, x: (x in o[many]) == yes,
        clear=f"has_{one}|contains|includes|has|knows_{one}|is_in_{many}|contains_{one}|includes_{one}|owns_{one}"
        if yes
        else f"lacks_{one}|misses_{one}|is_missing",
        vague="check|allows|is_known|test_it|may_enter" if yes else "check|is_new|wanted",
        wishes=f"whether it is {'' if yes else 'not '}in the {said(many)}|true if the {said(many)} {'contain' if yes else 'do not contain'} it|is the {one} {'one of' if yes else 'missing from'} {said(many)}",
    )


@family("easy")
def end_of_list(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.5)
    return Task(
        {many: d.some(d.pool(), 1, 4)},
        f"return self.{many}[{'0' if first else '-1'}]",
        lambda o: o[many][0 if first else -1],
        clear=f"first_{one}|first|oldest_{one}|front"
        if first
        else f"last_{one}|last|latest_{one}|newest_{one}|most_recent_{one}|top_{one}",
        vague="peek|current|show|look",
        wishes=f"the {'first' if first else 'last'} of the {said(many)}|the {'first' if first else 'last'} {one}",
    )


@family("medium")
def end_or_nothing(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.5)
    other, code = d.pick((("None", "None"), ("none", '"none"'), ("nothing", '"nothing"'), ("an empty text", '""')))
    value = {"None": None, "none": "none", "nothing": "nothing", "an empty text": ""}[other]
    which = "first" if first else "last"
    return Task(
        {many: d.some(d.pool(), 1, 3) if d.yes() else []},
        f"if not self.{many}:\n    return {code}\nreturn self.{many}[{'0' if first else '-1'}]",
        lambda o: o[many][0 if first else -1] if o[many] else value,
        clear=f"{which}_{one}_or_none" if value is None else "",
        vague=f"{which}_{one}|peek|current_{one}|{which}",
        wishes=f"the {which} {one}, {other} if there is none|the {which} of the {said(many)}, or {other} when there are no {said(many)}",
    )


@family("medium")
def element_at(d: Draw) -> Task:
    many, one = d.things()
    held = d.some(d.pool(), 3, 4)
    one_based = d.chance(0.4)
    a = d.param("index|place|n|position_wanted", d.whole(1, 3) if one_based else d.whole(0, 2))
    return Task(
        {many: held},
        f"return self.{many}[{a}{' - 1' if one_based else ''}]",
        lambda o, n: o[many][n - 1 if one_based else n],
        clear="" if one_based else f"{one}_at|at|get_{one}|nth_{one}|{one}_number|pick_{one}|at_index",
        vague=f"{one}_at|get|nth|{one}_number|pick_{one}",
        wishes=f"the {one} at the place, counted from 1|1 is the first {one}|the n-th of the {said(many)}, 1 means the first"
        if one_based
        else f"the {one} at that index|the {one} with the given index, from 0",
    )


@family("medium")
def element_at_slot(d: Draw) -> Task:
    many, one = d.things()
    s = d.pick("index|current|cursor|position_now|pointer|selected_index|place|active_index")
    d.taken.add(s)
    shift = d.chance(0.25)
    return Task(
        {many: d.some(d.pool(), 3, 4), s: d.whole(1, 2)},
        f"return self.{many}[self.{s}{' - 1' if shift else ''}]",
        lambda o: o[many][o[s] - 1 if shift else o[s]],
        clear="" if shift else f"current_{one}|{one}_at_{s}|selected_{one}|active_{one}|this_{one}|{one}_now",
        vague=f"current_{one}|show|playing|chosen|now",
        wishes=f"the {one} at {said(s)}, 1 is the first|the {one} whose place, counted from 1, is {said(s)}"
        if shift
        else f"the {one} at the {said(s)}|the one of the {said(many)} that {said(s)} points to",
    )


@family("hard")
def step_through(d: Draw) -> Task:
    many, one = d.things()
    s = d.pick("index|current|cursor|position_now|pointer|selected_index|place|active_index")
    d.taken.add(s)
    held = d.some(d.pool(), 3, 4)
    tell = d.chance(0.5)
    after = f"\nreturn self.{many}[self.{s}]" if tell else ""

    def oracle(o: dict[str, Any]) -> Any:
        o[s] = (o[s] + 1) % len(o[many])
        return o[many][o[s]] if tell else None

    return Task(
        {many: held, s: d.values.choice((0, len(held) - 1))},
        f"self.{s} = (self.{s} + 1) % len(self.{many})\n@{after}",
        oracle,
        clear="" if tell else f"next_{one}|advance_{one}|go_to_next_{one}",
        vague=f"next_{one}|advance|turn|rotate|play_next|step",
        wishes=f"the {said(s)} goes to the next of {said(many)}, after the last comes the first; answer the {one}|move on to the next {one}, around at the end, and return it"
        if tell
        else f"the {said(s)} goes to the next of {said(many)}, after the last comes the first|add one to {said(s)}, around at the end of {said(many)}",
    )


@family("medium")
def take_end(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.5)
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        f"result = self.{many}.pop({'0' if first else ''})\n@\nreturn result",
        lambda o: o[many].pop(0 if first else -1),
        clear=f"dequeue|take_first_{one}|shift|pop_first|serve_next|pop_front|next_{one}"
        if first
        else f"pop_{one}|pop|take_last_{one}|pop_last|draw_last_{one}",
        vague="take|draw|serve|next|process|handle" if first else "take|draw|undo|take_back|unstack",
        wishes=f"take the {'first' if first else 'last'} {one} out of the {said(many)} and answer it|remove and return the {'first' if first else 'last'} of {said(many)}"
        f"|the {'first' if first else 'last'} {one} is taken out and returned",
    )


@family("hard")
def take_end_safely(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.5)
    raises = d.chance(0.5)
    words = d.pick(f"no {said(many)}|empty|nothing left")
    early = f'raise ValueError("{words}")' if raises else "return None"

    def oracle(o: dict[str, Any]) -> Any:
        refuse(raises and not o[many])
        return o[many].pop(0 if first else -1) if o[many] else None

    return Task(
        {many: d.some(d.pool(), 1, 3) if d.values.random() < 0.7 else []},
        f"if not self.{many}:\n    {early}\nresult = self.{many}.pop({'0' if first else ''})\n@\nreturn result",
        oracle,
        vague=f"pop_{one}|take|draw|serve|next_{one}|undo|take_{one}",
        wishes=f"take out and answer the {'first' if first else 'last'} {one}, {'an error' if raises else 'None'} if there is none"
        f"|remove and return the {'first' if first else 'last'} of {said(many)}; {'raise an error' if raises else 'answer None'} when empty",
    )


@family("medium")
def remove_end(d: Draw) -> Task:
    many, one = d.things()
    first = d.chance(0.4)
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        f"self.{many}.pop({'0' if first else ''})\n@",
        lambda o: (o[many].pop(0 if first else -1), None)[1],
        clear=f"remove_{'first' if first else 'last'}_{one}|drop_{'first' if first else 'last'}|delete_{'first' if first else 'last'}_{one}",
        vague="undo|take_back|forget_one|shorten",
        wishes=f"the {'first' if first else 'last'} {one} goes away|remove the {'first' if first else 'last'} of the {said(many)}",
    )


@family("medium")
def insert_front(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    a = d.param(f"{one}|name|new", d.word(pool))
    return Task(
        {many: d.some(pool, 1, 3)},
        f"self.{many}.insert(0, {a})\n@",
        lambda o, x: put(o, {many: [x, *o[many]]}),
        clear=f"insert_first_{one}|add_{one}_first|push_front|prepend_{one}|add_in_front",
        vague="prefer|jump_the_queue|push|add_urgent",
        wishes=f"put it in front of the {said(many)}|the new {one} becomes the first|at the beginning of {said(many)}",
    )


@family("medium")
def replace_element(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    a = d.param("index|place|at", d.whole(0, 1))
    b = d.param(f"{one}|new|name", d.word(pool))
    return Task(
        {many: d.some(pool, 2, 4)},
        f"self.{many}[{a}] = {b}\n@",
        lambda o, n, x: put(o, {many: [x if place == n else y for place, y in enumerate(o[many])]}),
        clear=f"set_{one}_at|replace_{one}_at|change_{one}_at|put_{one}_at",
        vague="replace|change|exchange",
        wishes=f"the {one} at the index becomes the new one|replace the {one} at that place",
    )


@family("easy")
def order_list(d: Draw) -> Task:
    many = d.things()[0] if d.chance(0.5) else d.name("numbers")
    texts = d.some(d.pool(), 2, 4)
    read = d.chance(0.5)
    down = d.chance(0.3)
    turned = d.chance(0.25)
    if turned:
        body, word = (f"return self.{many}[::-1]", "reversed") if read else (f"self.{many}.reverse()\n@", "reverse")
        wishes = (
            f"the {said(many)} in reverse order|{said(many)} from the last to the first"
            if read
            else f"turn the {said(many)} around|reverse the {said(many)}"
        )
    elif read:
        body, word = f"return sorted(self.{many}{', reverse=True' if down else ''})", "sorted"
        wishes = f"the {said(many)} in order{', largest first' if down else ''}|the sorted {said(many)}{', from the end to the beginning' if down else ''}"
    else:
        body, word = f"self.{many}.sort({'reverse=True' if down else ''})\n@", "sort"
        wishes = f"sort the {said(many)}{', largest first' if down else ''}|put the {said(many)} in order{', the greatest first' if down else ''}"
    does = (lambda x: x[::-1]) if turned else (lambda x: sorted(x, reverse=down))
    return Task(
        {many: texts},
        body,
        lambda o: does(o[many]) if read else put(o, {many: does(o[many])}),
        clear="" if down and not turned else f"{word}_{many}|{many}_{word}" if read else f"{word}_{many}|{word}",
        vague="listed|ordered|shown" if read else "tidy|arrange|order",
        wishes=wishes,
    )


@family("easy")
def joined_list(d: Draw) -> Task:
    many = d.things()[0]
    sep, phrase = d.pick(
        (
            (", ", "commas"),
            (" ", "spaces"),
            (" - ", "dashes"),
            ("; ", "semicolons"),
            ("/", "slashes"),
            ("\\n", "line breaks"),
        )
    )
    order = d.chance(0.25)
    inner = f"sorted(self.{many})" if order else f"self.{many}"
    real = sep.replace("\\n", "\n")
    return Task(
        {many: d.some(d.pool(), 0, 4)},
        f'return "{sep}".join({inner})',
        lambda o: real.join(sorted(o[many]) if order else o[many]),
        clear=f"{many}_text|list_{many}|{many}_line" if sep == ", " and not order else "",
        vague=f"show_{many}|print_{many}|listing|overview|tell_{many}|show",
        wishes=f"the {said(many)}{' in order' if order else ''} with {phrase} between|all {said(many)}{', sorted,' if order else ''} in one text, separated by {phrase}",
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


@family("medium")
def filter_texts(d: Draw) -> Task:
    many, one = d.things()
    kind = d.pick(("starts", "contains", "longer", "not"))
    n = d.const(3, 4)
    pool = d.pool()
    held = d.some(pool, 2, 4)
    test: Callable[..., bool]
    if kind == "longer":
        code, told, test = f"len(item) > {n}", f"that are longer than {n} letters", lambda x: len(x) > n
    elif kind == "not":
        a = d.param(f"{one}|but|other", d.word(held))
        code, told, test = f"item != {a}", "but the given one", lambda x, y: x != y
    else:
        a = d.param("letter|start|part", d.word(held)[0])
        code, told, test = {
            "starts": (f"item.startswith({a})", "that begin with the given text", lambda x, y: x.startswith(y)),
            "contains": (f"{a} in item", "that contain the given text", lambda x, y: y in x),
        }[kind]
    return Task(
        {many: held},
        f"return [item for item in self.{many} if {code}]",
        lambda o, *x: [y for y in o[many] if test(y, *x)],
        clear={
            "starts": f"{many}_starting_with|{many}_beginning_with",
            "contains": f"{many}_containing|{many}_with",
            "longer": f"{many}_longer_than_{n}|long_{many}_over_{n}",
            "not": f"{many}_without|{many}_except|other_{many}",
        }[kind],
        vague=f"filter|find_{many}|search|select_{many}",
        wishes=f"the {said(many)} {told}|all {said(many)} {told}|only the {said(many)} {told}",
    )


@family("hard")
def longest_text(d: Draw) -> Task:
    many, one = d.things()
    long = d.chance(0.7)
    word = d.pick("longest") if long else "shortest"
    best = "max" if long else "min"
    loop = d.chance(0.4)
    sign = ">" if long else "<"
    body = (
        f"result = self.{many}[0]\nfor item in self.{many}:\n    if len(item) {sign} len(result):\n        result = item\nreturn result"
        if loop
        else f"return {best}(self.{many}, key=len)"
    )
    return Task(
        {many: d.some(d.pool(), 2, 4)},
        body,
        lambda o: (max if long else min)(o[many], key=len),
        clear=f"{word}_{one}|{word}|{word}_of_{many}",
        vague="pick_one|special",
        wishes=f"the {word} of the {said(many)}|the {one} with the {'most' if long else 'fewest'} letters",
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


@family("hard")
def search_texts(d: Draw) -> Task:
    many, one = d.things()
    held = d.some(d.pool(), 2, 4)
    a = d.param("start|letter|beginning", d.word(held)[0])
    other, code, value = d.pick((("None", "None", None), ("none", '"none"', "none"), ("an empty text", '""', "")))
    return Task(
        {many: held},
        f"for item in self.{many}:\n    if item.startswith({a}):\n        return item\nreturn {code}",
        lambda o, x: next((y for y in o[many] if y.startswith(x)), value),
        clear=f"find_{one}_starting_with" if value is None else "",
        vague=f"find_{one}|search|first_match|complete|lookup_{one}",
        wishes=f"the first {one} that begins with the given text, {other} if there is none|search the {said(many)} for one beginning with it, else {other}",
    )


@family("hard")
def count_each(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()[:3]
    return Task(
        {many: [d.word(pool) for _ in range(d.whole(2, 5))]},
        f"result = {{}}\nfor item in self.{many}:\n    result[item] = result.get(item, 0) + 1\nreturn result",
        lambda o: {x: o[many].count(x) for x in o[many]},
        clear=f"count_each_{one}|{one}_counts|counts|tally_{many}|histogram|frequency_of_{many}|frequencies",
        vague="summary|overview|analyze",
        wishes=f"how often each {one} is in {said(many)}|count every {one}|a dict from {one} to how often it occurs",
    )


@family("medium")
def count_given(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()[:4]
    a = d.param(f"{one}|name|what", d.word(pool))
    return Task(
        {many: [d.word(pool) for _ in range(d.whole(2, 5))]},
        f"return self.{many}.count({a})",
        lambda o, x: o[many].count(x),
        clear=f"count_of|count_{one}|how_often|times_{one}|votes_for|occurrences_of",
        vague="count|check|frequency",
        wishes=f"how often the given {one} is in {said(many)}|how many of the {said(many)} are the given one",
    )


@family("medium")
def place_of(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    held = d.some(pool, 2, 4)
    safe = d.chance(0.5)
    a = d.param(f"{one}|name|what", d.word(held) if not safe or d.yes() else d.word(unlike(pool, held)))
    body = f"return self.{many}.index({a})"
    if safe:
        body = f"if {a} not in self.{many}:\n    return -1\n{body}"
    return Task(
        {many: held},
        body,
        lambda o, x: o[many].index(x) if x in o[many] else -1,
        clear="" if safe else f"index_of|place_of|position_of_{one}|index_of_{one}|where_is",
        vague=f"find|locate|place_of_{one}|where_is",
        wishes=f"at which place the {one} is, -1 if it is not there|the index in {said(many)}, else -1"
        if safe
        else f"at which index the {one} stands|its index in the {said(many)}",
    )


@family("hard")
def without_doubles(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()[:4]
    change = d.chance(0.4)
    last = f"self.{many} = result\n@" if change else "return result"
    return Task(
        {many: [d.word(pool) for _ in range(d.whole(2, 5))]},
        f"result = []\nfor item in self.{many}:\n    if item not in result:\n        result.append(item)\n{last}",
        lambda o: put(o, {many: list(dict.fromkeys(o[many]))}) if change else list(dict.fromkeys(o[many])),
        clear=f"remove_doubles|remove_duplicates|drop_repeated_{many}"
        if change
        else f"unique_{many}|distinct_{many}|{many}_without_doubles|different_{many}",
        vague="tidy|clean" if change else "distinct|each_once",
        wishes=f"every {one} only once in {said(many)}|remove the repeated {said(many)}, keep the order"
        if change
        else f"each of the {said(many)} once, in their order|the different {said(many)}",
    )


@family("medium")
def last_few(d: Draw) -> Task:
    many, _one = d.things()
    first = d.chance(0.5)
    given = d.chance(0.5)
    n = d.const(2, 3)
    a = d.param("n|number|many|how_many", d.whole(1, 3)) if given else str(n)
    code = f"[:{a}]" if first else f"[-{a}:]"
    which, count = "first" if first else "last", "so many" if given else n
    return Task(
        {many: d.some(d.pool(), 3, 4)},
        f"return self.{many}{code}",
        lambda o, x=n: o[many][:x] if first else o[many][-x:],
        clear=f"{which}_{many}|{which}_few_{many}|{'top' if first else 'latest'}_{many}"
        if given
        else f"{which}_{n}_{many}|{which}_{n}",
        vague="preview|some|excerpt|shown",
        wishes=f"the {which} {count} of the {said(many)}|{said(many)}, only the {which} {count}",
    )


@family("medium")
def move_element(d: Draw) -> Task:
    many, one = d.things()
    other = d.name("things").partition(":")[0]
    pool = d.pool()
    held = d.some(pool, 2, 3)
    a = d.param(f"{one}|name|what", d.word(held))
    return Task(
        {many: held, other: d.some(unlike(pool, held), 0, 2)},
        f"self.{many}.remove({a})\nself.{other}.append({a})\n@",
        lambda o, x: put(o, {many: [y for y in o[many] if y != x], other: [*o[other], x]}),
        clear=f"move_to_{other}|move_{one}_to_{other}|{many}_to_{other}",
        vague=f"move|promote|archive|send_over|finish_{one}|take_{one}",
        wishes=f"from {said(many)} to {said(other)}|take it out of {said(many)} and put it into {said(other)}|the {one} moves from {said(many)} to {said(other)}",
    )


@family("medium")
def add_and_count(d: Draw) -> Task:
    many, one = d.things()
    pool = d.pool()
    a = d.param(f"{one}|name|new", d.word(pool))
    s = d.figure()
    tell = d.chance(0.5)
    body = (
        f"self.{many}.append({a})\n@\nreturn len(self.{many})" if tell else f"self.{many}.append({a})\nself.{s} += 1\n@"
    )

    def oracle(o: dict[str, Any], x: str) -> Any:
        o[many] = [*o[many], x]
        if tell:
            return len(o[many])
        return put(o, {s: o[s] + 1})

    return Task(
        {many: d.some(pool, 0, 3)} | ({} if tell else {s: d.whole()}),
        body,
        oracle,
        vague=f"add_{one}|register_{one}|check_in|join|enter|log_{one}",
        wishes=f"add it to the {said(many)} and answer how many there are|put it into {said(many)}, return their number"
        if tell
        else f"add it to {said(many)} and one to {said(s)}|it joins the {said(many)}, {said(s)} goes up by one",
    )


@family("hard")
def capped_history(d: Draw) -> Task:
    many, one = d.things()
    n = d.const(2, 4)
    pool = d.pool()
    a = d.param(f"{one}|new|entry", d.word(pool))
    return Task(
        {many: d.some(pool, n - 1, n)},
        f"self.{many}.append({a})\nif len(self.{many}) > {n}:\n    self.{many}.pop(0)\n@",
        lambda o, x: put(o, {many: [*o[many], x][-n:] if len(o[many]) >= n else [*o[many], x]}),
        vague=f"log|remember|record_{one}|push|add_{one}|visit",
        wishes=f"add it, keep only the last {n}|put it at the end of {said(many)}; if there are more than {n}, the first one goes|at most {n} {said(many)}, the oldest is dropped",
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
